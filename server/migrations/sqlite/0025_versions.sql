-- A new version in the place of a request: which it takes the place of, and which has taken its own.

ALTER TABLE request ADD COLUMN supersedes BLOB REFERENCES request (id);
ALTER TABLE request ADD COLUMN superseded_by BLOB REFERENCES request (id);
