-- Who may decide in whose place (KT., TL., TUQ.): signed by the giver's phone, in force for a time. `stand_in` says for
-- which parts that is, so that phones are shown them; the authority itself is judged anew when a decision is recorded.
-- A row of it stays when it ends, with the number of the change by which phones learn so.
CREATE TABLE delegation (
    hash BLOB NOT NULL PRIMARY KEY,
    form TEXT NOT NULL,
    from_person BLOB NOT NULL REFERENCES person (id),
    from_unit BLOB NOT NULL REFERENCES unit (id),
    from_title TEXT NOT NULL,
    to_person BLOB NOT NULL REFERENCES person (id),
    to_unit BLOB NOT NULL REFERENCES unit (id),
    to_title TEXT NOT NULL,
    starts_seconds INTEGER NOT NULL,
    ends_seconds INTEGER NOT NULL,
    device BLOB NOT NULL REFERENCES device (id),
    certificate BLOB NOT NULL,
    cose BLOB NOT NULL,
    leaf INTEGER NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX delegation_from ON delegation (from_person, leaf);
CREATE INDEX delegation_to ON delegation (to_person, leaf);
CREATE INDEX delegation_device ON delegation (device);

CREATE TABLE stand_in (
    request BLOB NOT NULL,
    step INTEGER NOT NULL,
    principal BLOB NOT NULL,
    delegation BLOB NOT NULL REFERENCES delegation (hash),
    person BLOB NOT NULL REFERENCES person (id),
    recipe BLOB,
    ended_change INTEGER,
    PRIMARY KEY (request, step, principal, delegation),
    FOREIGN KEY (request, step, principal) REFERENCES assignment (request, step, person)
) STRICT;
CREATE INDEX stand_in_person ON stand_in (person, request);
CREATE INDEX stand_in_delegation ON stand_in (delegation);

ALTER TABLE assignment ADD COLUMN decided_by BLOB;
ALTER TABLE assignment ADD COLUMN delegation BLOB;
CREATE INDEX assignment_decided_by ON assignment (decided_by, request) WHERE decided_by IS NOT NULL;
