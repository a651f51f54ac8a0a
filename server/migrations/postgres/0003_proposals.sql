-- Acts that take two persons: one asks, another one confirms. A device's open proposal is the one
-- that has not ended; how it ended is kept. Moments are milliseconds UTC.

CREATE TABLE proposal (
    device BYTEA NOT NULL REFERENCES device (id),
    account BYTEA NOT NULL REFERENCES account (id),
    why TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT
);
CREATE UNIQUE INDEX proposal_open ON proposal (device) WHERE ended_at IS NULL;
