-- Who administers: accounts of the console, what each may do where, and their sessions. Passwords
-- are PHC strings, sessions the SHA-256 of their cookies; moments are milliseconds UTC.

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE TABLE role_grant (
    account BLOB NOT NULL REFERENCES account (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (account, unit, role, since)
) STRICT;

CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    client TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);
