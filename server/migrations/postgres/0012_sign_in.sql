-- Who signs in by an identity provider, who is to become a CA officer, and the list of accounts.
--
-- `identity` is an account at a provider: an administrator wrote at its making which subject or address is
-- expected, or the person linked it. `subject` is null until somebody with the expected address has signed in;
-- from then on nothing else counts. `proved_at` is when the person proved there anew who that is; null once used.
-- `role_proposal` is a role that takes two persons: one asks, another one confirms.
-- `sorting` and `folded` are what accounts are sorted and found by, as people are. Moments are milliseconds UTC.

CREATE TABLE identity (
    account BYTEA NOT NULL PRIMARY KEY REFERENCES account (id),
    issuer TEXT NOT NULL,
    subject TEXT,
    email TEXT,
    since BIGINT NOT NULL,
    used_at BIGINT,
    proved_at BIGINT
);
CREATE UNIQUE INDEX identity_subject ON identity (issuer, subject);
CREATE UNIQUE INDEX identity_email ON identity (issuer, email);

CREATE TABLE role_proposal (
    account BYTEA NOT NULL REFERENCES account (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    role TEXT NOT NULL,
    proposed_by BYTEA NOT NULL REFERENCES account (id),
    why TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT
);
CREATE UNIQUE INDEX role_proposal_open ON role_proposal (account, unit, role) WHERE ended_at IS NULL;
CREATE INDEX role_proposal_account ON role_proposal (account);

ALTER TABLE account ADD COLUMN sorting TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN folded TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX account_sorting ON account (sorting, id);
