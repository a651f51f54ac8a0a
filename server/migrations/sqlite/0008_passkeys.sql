-- Keys that sign in to the console without a password (WebAuthn): whose, the public part (DER
-- SubjectPublicKeyInfo) and the authenticator's count of its uses. Moments are milliseconds UTC.

CREATE TABLE passkey (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    label TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX passkey_account ON passkey (account);
