-- Tokens with which accounts administer over the API: whose, the SHA-256 of the token, what it may do
-- (`verbs`: read, act or sensitive), to which roles it is narrowed (names with spaces between; null: all that
-- the account has), and its life. Moments are milliseconds UTC.

CREATE TABLE admin_token (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    hash BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    verbs TEXT NOT NULL,
    roles TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX admin_token_account ON admin_token (account);
