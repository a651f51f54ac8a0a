-- Push: how a phone can be woken, and what is still to be told it.
--
-- `push_target.address` is sealed (AES-256-GCM, the device as additional data): whoever reads the
-- database cannot wake, or find, a phone. `provider` is the service that takes it, a name or a host.
-- `due_at` is when the phone is to be woken, 0 where there is nothing to tell; `told_at` and
-- `allowance_at` keep how often it is woken aloud. `push_wake` says what there is to tell, one row for
-- each change of a request (for a test, `subject` is the device); `claimed` is 1 once a push that
-- covers it may be under way. `push_dead` holds keyed digests of addresses that are never used again.

CREATE TABLE push_target (
    device BYTEA NOT NULL PRIMARY KEY REFERENCES device (id),
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    address BYTEA NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    answer TEXT,
    sent_at BIGINT,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    allowance_at BIGINT NOT NULL
);
CREATE INDEX push_target_due ON push_target (due_at) WHERE due_at > 0;

CREATE TABLE push_wake (
    device BYTEA NOT NULL REFERENCES device (id),
    subject BYTEA NOT NULL,
    change BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    claimed BIGINT NOT NULL,
    PRIMARY KEY (device, subject, change)
);
CREATE INDEX push_wake_queued ON push_wake (queued_at);

CREATE TABLE push_dead (
    digest BYTEA NOT NULL PRIMARY KEY,
    died_at BIGINT NOT NULL
);

-- Whoever listens is told what changed after a number.
CREATE INDEX request_change ON request (change);
