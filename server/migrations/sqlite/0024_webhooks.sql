-- Webhooks: where document systems are told what happened to their requests, and how that goes.
--
-- A webhook belongs to the key of a document system, and so to the unit that the key acts for. `secret` and
-- `earlier` are sealed (AES-256-GCM, the webhook as additional data): whoever reads the database can sign nothing.
-- `earlier` signs too until `earlier_until`. `gone_at` is when the other end said that it wants nothing more.
-- A delivery is one change; `due_at` is when it is sent, 0 once it was taken or given up, and `since` when it was
-- queued first or by hand.

CREATE TABLE webhook (
    id BLOB NOT NULL PRIMARY KEY,
    api_key BLOB NOT NULL REFERENCES api_key (id),
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    earlier BLOB,
    earlier_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    gone_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX webhook_key ON webhook (api_key);
CREATE INDEX api_key_unit ON api_key (unit);

CREATE TABLE webhook_delivery (
    webhook BLOB NOT NULL REFERENCES webhook (id),
    change INTEGER NOT NULL,
    unit BLOB NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    since INTEGER NOT NULL,
    answer TEXT,
    answered_at INTEGER,
    PRIMARY KEY (webhook, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, due_at) WHERE due_at > 0;
