-- Templates of routes, by unit and kind of document. Editing adds a version; those before stay, so that each request can say
-- by which one it went. `folded` is the kind without case and marks. A template that ended is offered no more.

CREATE TABLE template (
    id BYTEA NOT NULL PRIMARY KEY,
    unit BYTEA NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    folded TEXT NOT NULL,
    version BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX template_unit ON template (unit, folded, id);
CREATE TABLE template_version (
    template BYTEA NOT NULL REFERENCES template (id),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (template, version)
);
ALTER TABLE request ADD COLUMN template BYTEA REFERENCES template (id);
ALTER TABLE request ADD COLUMN template_version BIGINT;
