-- Acts that take two persons: one asks, another one confirms. A device's open proposal is the one
-- that has not ended; how it ended is kept. Moments are milliseconds UTC.

CREATE TABLE proposal (
    device BLOB NOT NULL REFERENCES device (id),
    account BLOB NOT NULL REFERENCES account (id),
    why TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT
) STRICT;
CREATE UNIQUE INDEX proposal_open ON proposal (device) WHERE ended_at IS NULL;
