-- Certificates from an outside authority, such as the government's, by exchange of files; and enrollment
-- in waves. Moments are milliseconds UTC unless the name says seconds.
--
-- `certified_by` says where a unit's certificates come from, 'here' or 'outside'; null: as for the unit above.
-- `path` holds the SHA-256 of the outside authorities above a certificate, one after the other, the issuer first and
-- the anchor last; null: it is of our own authority. `told_at` is when its revocation was written into a list for them.

ALTER TABLE unit ADD COLUMN certified_by TEXT;
ALTER TABLE certificate ADD COLUMN path BYTEA;
ALTER TABLE certificate ADD COLUMN told_at BIGINT;

-- Nobody is trusted for standing here: what is trusted, and where, is in `anchor`.
CREATE TABLE authority_certificate (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    der BYTEA NOT NULL,
    added_at BIGINT NOT NULL
);

-- A trust anchor takes two persons: one proposes it, another one confirms. It holds for its unit and those below,
-- from `confirmed_at` until `ended_at`. An account is null where the command line acted.
CREATE TABLE anchor (
    id BYTEA NOT NULL PRIMARY KEY,
    unit BYTEA NOT NULL REFERENCES unit (id),
    certificate BYTEA NOT NULL REFERENCES authority_certificate (sha256),
    proposed_by BYTEA REFERENCES account (id),
    why TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    confirmed_by BYTEA REFERENCES account (id),
    confirmed_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX anchor_open ON anchor (unit, certificate) WHERE ended_at IS NULL;

-- A file of requests that was handed out; each entry in it has an event of its own.
CREATE TABLE request_export (
    id BYTEA NOT NULL PRIMARY KEY,
    account BYTEA REFERENCES account (id),
    at BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    entries BIGINT NOT NULL
);

-- A wave is for its units and those below them; none of its units stands below another. `who` says whose phones
-- count: 'leaders' are those in a position with authority. Without a target it is all of them.
CREATE TABLE wave (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    who TEXT NOT NULL,
    target BIGINT,
    starts_seconds BIGINT NOT NULL,
    ends_seconds BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);

CREATE TABLE wave_unit (
    wave BYTEA NOT NULL REFERENCES wave (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    PRIMARY KEY (wave, unit)
);
CREATE INDEX wave_unit_unit ON wave_unit (unit);
CREATE INDEX invitation_person ON invitation (person);
