-- Acts, found by whom and what they concern.
--
-- `act` says again what the statement of a leaf says, for lists: `kind` is its name, `author` who did it
-- (`actor` the account or phone), `placed` 1 where it concerns units, which `act_unit` names. What was
-- stated before this migration waits in `act_backlog` until the server has read it.
--
-- `session.proved_at` is when its person last proved to be there: grave acts ask for that anew.

CREATE TABLE act (
    leaf INTEGER NOT NULL PRIMARY KEY REFERENCES log_leaf (seq),
    kind TEXT NOT NULL,
    at_seconds INTEGER NOT NULL,
    author TEXT NOT NULL,
    actor BLOB,
    person BLOB,
    subject BLOB NOT NULL,
    placed INTEGER NOT NULL
) STRICT;
CREATE INDEX act_kind ON act (kind, leaf);
CREATE INDEX act_actor ON act (actor, leaf);
CREATE INDEX act_person ON act (person, leaf);
CREATE INDEX act_subject ON act (subject, leaf);
CREATE INDEX act_unplaced ON act (leaf) WHERE placed = 0;

CREATE TABLE act_unit (
    leaf INTEGER NOT NULL,
    unit BLOB NOT NULL REFERENCES unit (id),
    PRIMARY KEY (leaf, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_unit_unit ON act_unit (unit, leaf);

CREATE TABLE act_backlog (
    leaf INTEGER NOT NULL PRIMARY KEY
) STRICT;
INSERT INTO act_backlog (leaf) SELECT leaf FROM statement;

ALTER TABLE session ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
UPDATE session SET proved_at = created_at;
