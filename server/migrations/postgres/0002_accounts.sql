-- Who administers: accounts of the console, what each may do where, and their sessions. Passwords
-- are PHC strings, sessions the SHA-256 of their cookies; moments are milliseconds UTC.

CREATE TABLE account (
    id BYTEA NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);

CREATE TABLE role_grant (
    account BYTEA NOT NULL REFERENCES account (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (account, unit, role, since)
);

CREATE TABLE session (
    hash BYTEA NOT NULL PRIMARY KEY,
    account BYTEA NOT NULL REFERENCES account (id),
    client TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
