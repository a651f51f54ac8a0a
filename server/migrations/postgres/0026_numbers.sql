-- The register of documents that a unit issues: numbers by unit, kind and year (Decree 30/2020, article 15). A number is
-- reserved before signing, or given when the seal's step opens. `kind` is without case and marks.

CREATE TABLE number_series (
    unit BYTEA NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (unit, kind, year)
);
CREATE TABLE document_number (
    unit BYTEA NOT NULL REFERENCES unit (id),
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    value BIGINT NOT NULL,
    number TEXT NOT NULL,
    kind_shown TEXT NOT NULL,
    reference TEXT,
    request BYTEA REFERENCES request (id),
    given_at BIGINT NOT NULL,
    PRIMARY KEY (unit, kind, year, value)
);
CREATE UNIQUE INDEX document_number_reference ON document_number (unit, reference);
CREATE INDEX document_number_text ON document_number (unit, number);
CREATE INDEX document_number_request ON document_number (request);
ALTER TABLE request ADD COLUMN numbering TEXT;
