-- Keys that sign in to the console without a password (WebAuthn): whose, the public part (DER
-- SubjectPublicKeyInfo) and the authenticator's count of its uses. Moments are milliseconds UTC.

CREATE TABLE passkey (
    id BYTEA NOT NULL PRIMARY KEY,
    account BYTEA NOT NULL REFERENCES account (id),
    label TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    counter BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkey_account ON passkey (account);
