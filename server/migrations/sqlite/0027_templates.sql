-- Templates of routes, by unit and kind of document. Editing adds a version; those before stay, so that each request can say
-- by which one it went. `folded` is the kind without case and marks. A template that ended is offered no more.

CREATE TABLE template (
    id BLOB NOT NULL PRIMARY KEY,
    unit BLOB NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    folded TEXT NOT NULL,
    version INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX template_unit ON template (unit, folded, id);
CREATE TABLE template_version (
    template BLOB NOT NULL REFERENCES template (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (template, version)
) STRICT, WITHOUT ROWID;
ALTER TABLE request ADD COLUMN template BLOB REFERENCES template (id);
ALTER TABLE request ADD COLUMN template_version INTEGER;
