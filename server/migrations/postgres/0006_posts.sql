-- Posts and units over time: what somebody held, what a unit was called, what became of it, and the report
-- of each act that changed it. A report says what was held and what was done to each thing, in the words of
-- that day; its leaf in the log holds the digest of its lines. Moments are milliseconds UTC.

ALTER TABLE unit ADD COLUMN ended_at BIGINT;
ALTER TABLE unit ADD COLUMN successor BYTEA REFERENCES unit (id);

CREATE TABLE past_unit_name (
    unit BYTEA NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (unit, name, until)
);

-- A position that ends is copied here: whoever takes it again later begins a new time in it.
CREATE TABLE past_position (
    person BYTEA NOT NULL REFERENCES person (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    unit_name TEXT NOT NULL,
    title TEXT NOT NULL,
    authority TEXT,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (person, unit, title, until)
);
INSERT INTO past_position (person, unit, unit_name, title, authority, since, until)
SELECT o.person, o.unit, u.name, o.title, o.authority, o.since, o.until
FROM position o JOIN unit u ON u.id = o.unit WHERE o.until IS NOT NULL;

CREATE TABLE change_report (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    person BYTEA REFERENCES person (id),
    subject TEXT NOT NULL,
    place TEXT NOT NULL,
    author TEXT NOT NULL,
    account BYTEA REFERENCES account (id),
    why TEXT,
    at BIGINT NOT NULL,
    leaf BIGINT NOT NULL,
    lines BYTEA NOT NULL
);
CREATE INDEX change_report_person ON change_report (person);

-- The units that a change is about; whoever has a role in one of them reads its report.
CREATE TABLE change_unit (
    report BYTEA NOT NULL REFERENCES change_report (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    PRIMARY KEY (report, unit)
);
CREATE INDEX change_unit_unit ON change_unit (unit, report);

CREATE TABLE change_line (
    report BYTEA NOT NULL REFERENCES change_report (id),
    number BIGINT NOT NULL,
    person BYTEA REFERENCES person (id),
    name TEXT NOT NULL,
    thing TEXT NOT NULL,
    what TEXT NOT NULL,
    deed TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (report, number)
);

-- What a signer's recipe was before it was written anew: a decision made by it came too late, but is one of
-- ours.
CREATE TABLE past_recipe (
    request BYTEA NOT NULL REFERENCES request (id),
    step BIGINT NOT NULL,
    person BYTEA NOT NULL REFERENCES person (id),
    recipe BYTEA NOT NULL,
    PRIMARY KEY (request, step, person, recipe)
);
