-- Posts and units over time: what somebody held, what a unit was called, what became of it, and the report
-- of each act that changed it. A report says what was held and what was done to each thing, in the words of
-- that day; its leaf in the log holds the digest of its lines. Moments are milliseconds UTC.

ALTER TABLE unit ADD COLUMN ended_at INTEGER;
ALTER TABLE unit ADD COLUMN successor BLOB REFERENCES unit (id);

CREATE TABLE past_unit_name (
    unit BLOB NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (unit, name, until)
) STRICT;

-- A position that ends is copied here: whoever takes it again later begins a new time in it.
CREATE TABLE past_position (
    person BLOB NOT NULL REFERENCES person (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    unit_name TEXT NOT NULL,
    title TEXT NOT NULL,
    authority TEXT,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (person, unit, title, until)
) STRICT;
INSERT INTO past_position (person, unit, unit_name, title, authority, since, until)
SELECT o.person, o.unit, u.name, o.title, o.authority, o.since, o.until
FROM position o JOIN unit u ON u.id = o.unit WHERE o.until IS NOT NULL;

CREATE TABLE change_report (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    person BLOB REFERENCES person (id),
    subject TEXT NOT NULL,
    place TEXT NOT NULL,
    author TEXT NOT NULL,
    account BLOB REFERENCES account (id),
    why TEXT,
    at INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    lines BLOB NOT NULL
) STRICT;
CREATE INDEX change_report_person ON change_report (person);

-- The units that a change is about; whoever has a role in one of them reads its report.
CREATE TABLE change_unit (
    report BLOB NOT NULL REFERENCES change_report (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    PRIMARY KEY (report, unit)
) STRICT;
CREATE INDEX change_unit_unit ON change_unit (unit, report);

CREATE TABLE change_line (
    report BLOB NOT NULL REFERENCES change_report (id),
    number INTEGER NOT NULL,
    person BLOB REFERENCES person (id),
    name TEXT NOT NULL,
    thing TEXT NOT NULL,
    what TEXT NOT NULL,
    deed TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (report, number)
) STRICT;

-- What a signer's recipe was before it was written anew: a decision made by it came too late, but is one of
-- ours.
CREATE TABLE past_recipe (
    request BLOB NOT NULL REFERENCES request (id),
    step INTEGER NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    recipe BLOB NOT NULL,
    PRIMARY KEY (request, step, person, recipe)
) STRICT;
