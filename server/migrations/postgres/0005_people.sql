-- Units and people of a whole province: what they are found by, what a list of them is brought up to
-- date by, and where a unit stands in the tree, so that a page asks for as many rows as it shows.
--
-- `path` is the line of units from the top down to this one, 32 hexadecimal digits and a stroke each;
-- all that stands below a unit begins with its path. `sorting` is the name as lists are ordered, given
-- name first; `folded` the words of name, position, unit and numbers without marks, each after a blank.
-- Neither database can take the marks off Vietnamese letters, so the server fills these three in for
-- rows that are there already, in the transaction of this migration. They are compared byte by byte, as
-- SQLite does: what begins with a word is one range of an index.

CREATE TABLE level (
    code TEXT NOT NULL PRIMARY KEY,
    rank BIGINT NOT NULL,
    name TEXT NOT NULL
);
INSERT INTO level (code, rank, name) VALUES
    ('central', 1, 'Trung ương'), ('province', 2, 'Tỉnh'), ('commune', 3, 'Xã');

ALTER TABLE unit ADD COLUMN path TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN folded TEXT COLLATE "C" NOT NULL DEFAULT '';
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
ALTER TABLE position ADD COLUMN sorting TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE position ADD COLUMN folded TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX position_sorting ON position (sorting, person, unit, title) WHERE until IS NULL;

-- The words of `folded`; who has one stands in the order of the list. Derived, so without a foreign key: a province
-- has a million and a half of them.
CREATE TABLE person_word (
    word TEXT COLLATE "C" NOT NULL,
    sorting TEXT COLLATE "C" NOT NULL,
    person BYTEA NOT NULL,
    PRIMARY KEY (word, sorting, person)
);

-- A table that was looked at in the console, until it is carried out: the form that says so cannot
-- carry the file. One for each account, for an hour.
CREATE TABLE upload (
    account BYTEA NOT NULL PRIMARY KEY REFERENCES account (id),
    kind TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
