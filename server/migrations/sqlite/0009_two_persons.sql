-- Who is a second person, and which authorities' certificates may stand in a chain.
--
-- `made_by` is who made an account once a phone was in use; null: the set-up, the command line, or before
-- that. Such an account is no second person beside its maker, nor beside another one of that maker.
-- `proven` is 1 where two persons confirmed the authority, or a certificate was taken below it: one
-- person's proposal alone does not stand in anybody's chain.

ALTER TABLE account ADD COLUMN made_by BLOB REFERENCES account (id);
ALTER TABLE authority_certificate ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
UPDATE authority_certificate SET proven = 1;
