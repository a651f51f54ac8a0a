-- Tokens with which accounts administer over the API: whose, the SHA-256 of the token, what it may do
-- (`verbs`: read, act or sensitive), to which roles it is narrowed (names with spaces between; null: all that
-- the account has), and its life. Moments are milliseconds UTC.

CREATE TABLE admin_token (
    id BYTEA NOT NULL PRIMARY KEY,
    account BYTEA NOT NULL REFERENCES account (id),
    hash BYTEA NOT NULL UNIQUE,
    label TEXT NOT NULL,
    verbs TEXT NOT NULL,
    roles TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX admin_token_account ON admin_token (account);
