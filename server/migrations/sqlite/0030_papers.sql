-- What stands beside a document: who gets a copy once it is finished, why it also goes on paper, and comments beside its
-- pages, which never enter it.
--
-- A copy is for a unit or a person. `change` is the number of the change that delivered it, null until all have signed.

CREATE TABLE request_copy (
    request BLOB NOT NULL REFERENCES request (id),
    place INTEGER NOT NULL,
    unit BLOB REFERENCES unit (id),
    person BLOB REFERENCES person (id),
    change INTEGER,
    delivered_at INTEGER,
    opened_at INTEGER,
    PRIMARY KEY (request, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_copy_unit ON request_copy (unit, change) WHERE unit IS NOT NULL;
CREATE INDEX request_copy_person ON request_copy (person, change) WHERE person IS NOT NULL;

ALTER TABLE request ADD COLUMN on_paper TEXT;

-- `author` is an account, or a person who has a part and wrote on their phone. What was withdrawn keeps its row without
-- its text.

CREATE TABLE request_comment (
    id BLOB NOT NULL PRIMARY KEY,
    request BLOB NOT NULL REFERENCES request (id),
    document INTEGER NOT NULL,
    page INTEGER NOT NULL,
    account BLOB REFERENCES account (id),
    person BLOB REFERENCES person (id),
    text TEXT,
    written_at INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX request_comment_request ON request_comment (request, id);
