-- Webhooks: where document systems are told what happened to their requests, and how that goes.
--
-- A webhook belongs to the key of a document system, and so to the unit that the key acts for. `secret` and
-- `earlier` are sealed (AES-256-GCM, the webhook as additional data): whoever reads the database can sign nothing.
-- `earlier` signs too until `earlier_until`. `gone_at` is when the other end said that it wants nothing more.
-- A delivery is one change; `due_at` is when it is sent, 0 once it was taken or given up, and `since` when it was
-- queued first or by hand.

CREATE TABLE webhook (
    id BYTEA NOT NULL PRIMARY KEY,
    api_key BYTEA NOT NULL REFERENCES api_key (id),
    url TEXT NOT NULL,
    secret BYTEA NOT NULL,
    earlier BYTEA,
    earlier_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    gone_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX webhook_key ON webhook (api_key);
CREATE INDEX api_key_unit ON api_key (unit);

CREATE TABLE webhook_delivery (
    webhook BYTEA NOT NULL REFERENCES webhook (id),
    change BIGINT NOT NULL,
    unit BYTEA NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    since BIGINT NOT NULL,
    answer TEXT,
    answered_at BIGINT,
    PRIMARY KEY (webhook, change)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, due_at) WHERE due_at > 0;
