-- Who may decide in whose place (KT., TL., TUQ.): signed by the giver's phone, in force for a time. `stand_in` says for
-- which parts that is, so that phones are shown them; the authority itself is judged anew when a decision is recorded.
-- A row of it stays when it ends, with the number of the change by which phones learn so.
CREATE TABLE delegation (
    hash BYTEA NOT NULL PRIMARY KEY,
    form TEXT NOT NULL,
    from_person BYTEA NOT NULL REFERENCES person (id),
    from_unit BYTEA NOT NULL REFERENCES unit (id),
    from_title TEXT NOT NULL,
    to_person BYTEA NOT NULL REFERENCES person (id),
    to_unit BYTEA NOT NULL REFERENCES unit (id),
    to_title TEXT NOT NULL,
    starts_seconds BIGINT NOT NULL,
    ends_seconds BIGINT NOT NULL,
    device BYTEA NOT NULL REFERENCES device (id),
    certificate BYTEA NOT NULL,
    cose BYTEA NOT NULL,
    leaf BIGINT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX delegation_from ON delegation (from_person, leaf);
CREATE INDEX delegation_to ON delegation (to_person, leaf);
CREATE INDEX delegation_device ON delegation (device);

CREATE TABLE stand_in (
    request BYTEA NOT NULL,
    step BIGINT NOT NULL,
    principal BYTEA NOT NULL,
    delegation BYTEA NOT NULL REFERENCES delegation (hash),
    person BYTEA NOT NULL REFERENCES person (id),
    recipe BYTEA,
    ended_change BIGINT,
    PRIMARY KEY (request, step, principal, delegation),
    FOREIGN KEY (request, step, principal) REFERENCES assignment (request, step, person)
);
CREATE INDEX stand_in_person ON stand_in (person, request);
CREATE INDEX stand_in_delegation ON stand_in (delegation);

ALTER TABLE assignment ADD COLUMN decided_by BYTEA;
ALTER TABLE assignment ADD COLUMN delegation BYTEA;
CREATE INDEX assignment_decided_by ON assignment (decided_by, request) WHERE decided_by IS NOT NULL;
