-- What stands beside a document: who gets a copy once it is finished, why it also goes on paper, and comments beside its
-- pages, which never enter it.
--
-- A copy is for a unit or a person. `change` is the number of the change that delivered it, null until all have signed.

CREATE TABLE request_copy (
    request BYTEA NOT NULL REFERENCES request (id),
    place BIGINT NOT NULL,
    unit BYTEA REFERENCES unit (id),
    person BYTEA REFERENCES person (id),
    change BIGINT,
    delivered_at BIGINT,
    opened_at BIGINT,
    PRIMARY KEY (request, place)
);
CREATE INDEX request_copy_unit ON request_copy (unit, change) WHERE unit IS NOT NULL;
CREATE INDEX request_copy_person ON request_copy (person, change) WHERE person IS NOT NULL;

ALTER TABLE request ADD COLUMN on_paper TEXT;

-- `author` is an account, or a person who has a part and wrote on their phone. What was withdrawn keeps its row without
-- its text.

CREATE TABLE request_comment (
    id BYTEA NOT NULL PRIMARY KEY,
    request BYTEA NOT NULL REFERENCES request (id),
    document BIGINT NOT NULL,
    page BIGINT NOT NULL,
    account BYTEA REFERENCES account (id),
    person BYTEA REFERENCES person (id),
    text TEXT,
    written_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX request_comment_request ON request_comment (request, id);
