-- Units and people of a whole province: what they are found by, what a list of them is brought up to
-- date by, and where a unit stands in the tree, so that a page asks for as many rows as it shows.
--
-- `path` is the line of units from the top down to this one, 32 hexadecimal digits and a stroke each;
-- all that stands below a unit begins with its path. `sorting` is the name as lists are ordered, given
-- name first; `folded` the words of name, position, unit and numbers without marks, each after a blank.
-- Neither database can take the marks off Vietnamese letters, so the server fills these three in for
-- rows that are there already, in the transaction of this migration.

CREATE TABLE level (
    code TEXT NOT NULL PRIMARY KEY,
    rank INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT;
INSERT INTO level (code, rank, name) VALUES
    ('central', 1, 'Trung ương'), ('province', 2, 'Tỉnh'), ('commune', 3, 'Xã');

ALTER TABLE unit ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN level TEXT REFERENCES level (code);
ALTER TABLE unit ADD COLUMN organ_id TEXT;
CREATE INDEX unit_path ON unit (path);
CREATE INDEX unit_folded ON unit (folded);
CREATE UNIQUE INDEX unit_organ_id ON unit (organ_id);

ALTER TABLE person ADD COLUMN staff_number TEXT;
ALTER TABLE person ADD COLUMN email TEXT;
ALTER TABLE person ADD COLUMN phone TEXT;
CREATE UNIQUE INDEX person_staff_number ON person (staff_number);

ALTER TABLE position ADD COLUMN authority TEXT;
ALTER TABLE position ADD COLUMN sorting TEXT NOT NULL DEFAULT '';
ALTER TABLE position ADD COLUMN folded TEXT NOT NULL DEFAULT '';
CREATE INDEX position_sorting ON position (sorting, person, unit, title) WHERE until IS NULL;

-- The words of `folded`; who has one stands in the order of the list. Derived, so without a foreign key: a province
-- has a million and a half of them.
CREATE TABLE person_word (
    word TEXT NOT NULL,
    sorting TEXT NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (word, sorting, person)
) STRICT, WITHOUT ROWID;

-- A table that was looked at in the console, until it is carried out: the form that says so cannot
-- carry the file. One for each account, for an hour.
CREATE TABLE upload (
    account BLOB NOT NULL PRIMARY KEY REFERENCES account (id),
    kind TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
