-- Push: how a phone can be woken, and what is still to be told it.
--
-- `push_target.address` is sealed (AES-256-GCM, the device as additional data): whoever reads the
-- database cannot wake, or find, a phone. `provider` is the service that takes it, a name or a host.
-- `due_at` is when the phone is to be woken, 0 where there is nothing to tell; `told_at` and
-- `allowance_at` keep how often it is woken aloud. `push_wake` says what there is to tell, one row for
-- each change of a request (for a test, `subject` is the device); `claimed` is 1 once a push that
-- covers it may be under way. `push_dead` holds keyed digests of addresses that are never used again.

CREATE TABLE push_target (
    device BLOB NOT NULL PRIMARY KEY REFERENCES device (id),
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    address BLOB NOT NULL,
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    answer TEXT,
    sent_at INTEGER,
    due_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    allowance_at INTEGER NOT NULL
) STRICT;
CREATE INDEX push_target_due ON push_target (due_at) WHERE due_at > 0;

CREATE TABLE push_wake (
    device BLOB NOT NULL REFERENCES device (id),
    subject BLOB NOT NULL,
    change INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    claimed INTEGER NOT NULL,
    PRIMARY KEY (device, subject, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_wake_queued ON push_wake (queued_at);

CREATE TABLE push_dead (
    digest BLOB NOT NULL PRIMARY KEY,
    died_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whoever listens is told what changed after a number.
CREATE INDEX request_change ON request (change);
