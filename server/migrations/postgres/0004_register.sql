-- The certificate register: an entry for every key that was requested and every certificate that was
-- recorded, and a row for each thing that happened to it. The state is kept beside the events, because
-- lists are filtered by it and each write names the state that it expects; it is their sum. Moments are
-- milliseconds UTC unless the name says seconds.

CREATE TABLE register_entry (
    id BYTEA NOT NULL PRIMARY KEY,
    unit BYTEA NOT NULL REFERENCES unit (id),
    person BYTEA NOT NULL REFERENCES person (id),
    device BYTEA REFERENCES device (id),
    kind TEXT NOT NULL,
    home TEXT NOT NULL,
    assurance TEXT,
    state TEXT NOT NULL,
    events BIGINT NOT NULL,
    certificate BYTEA UNIQUE,
    der BYTEA,
    not_before_seconds BIGINT,
    not_after_seconds BIGINT,
    issued_at BIGINT,
    predecessor BYTEA REFERENCES register_entry (id)
);
CREATE INDEX register_entry_unit ON register_entry (unit, state);
CREATE INDEX register_entry_device ON register_entry (device);
CREATE INDEX register_entry_end ON register_entry (not_after_seconds, id);

-- `at` is null where something happened before there was a register, and nobody kept the moment.
CREATE TABLE register_event (
    entry BYTEA NOT NULL REFERENCES register_entry (id),
    number BIGINT NOT NULL,
    event TEXT NOT NULL,
    at BIGINT,
    author TEXT NOT NULL,
    account BYTEA REFERENCES account (id),
    reason BIGINT,
    why TEXT,
    PRIMARY KEY (entry, number)
);

-- Every device becomes an entry under its own identifier. That a phone confirmed its certificate is
-- only known where it has decided something.
INSERT INTO register_entry (id, unit, person, device, kind, home, assurance, state, events,
    certificate, der, not_before_seconds, not_after_seconds, issued_at)
SELECT d.id, d.unit, d.person, d.id, 'personal', 'phone', d.assurance,
    CASE
        WHEN d.state = 'refused' THEN 'refused'
        WHEN d.state = 'waiting-for-certificate' THEN 'reviewed'
        WHEN c.sha256 IS NULL THEN 'requested'
        WHEN c.state = 'revoked' OR d.state = 'revoked' THEN 'revoked'
        WHEN EXISTS (SELECT 1 FROM decision x WHERE x.device = d.id)
            THEN CASE WHEN d.state = 'suspended' THEN 'suspended' ELSE 'in-use' END
        WHEN d.state = 'suspended' THEN 'suspended-unused'
        ELSE 'issued'
    END,
    0, c.sha256, c.der, c.not_before_seconds, c.not_after_seconds, c.issued_at
FROM device d LEFT JOIN certificate c ON c.sha256 = d.certificate;

INSERT INTO register_event (entry, number, event, at, author)
SELECT d.id, 1, 'requested', d.created_at, 'phone' FROM device d;

INSERT INTO register_event (entry, number, event, at, author)
SELECT e.id, 2, 'reviewed', e.issued_at, 'unrecorded' FROM register_entry e
WHERE e.certificate IS NOT NULL OR e.state = 'reviewed';

INSERT INTO register_event (entry, number, event, author)
SELECT e.id, 2, 'refused', 'unrecorded' FROM register_entry e WHERE e.state = 'refused';

INSERT INTO register_event (entry, number, event, at, author)
SELECT e.id, 3, 'issued', e.issued_at, 'server' FROM register_entry e
WHERE e.certificate IS NOT NULL;

INSERT INTO register_event (entry, number, event, at, author)
SELECT e.id, 4, 'handed-over',
    (SELECT MIN(x.recorded_at_seconds) FROM decision x WHERE x.device = e.device) * 1000, 'phone'
FROM register_entry e WHERE e.certificate IS NOT NULL
    AND EXISTS (SELECT 1 FROM decision x WHERE x.device = e.device);

INSERT INTO register_event (entry, number, event, author)
SELECT e.id, (SELECT COUNT(*) FROM register_event v WHERE v.entry = e.id) + 1, 'suspended', 'unrecorded'
FROM register_entry e WHERE e.state IN ('suspended', 'suspended-unused');

INSERT INTO register_event (entry, number, event, at, author, reason)
SELECT e.id, (SELECT COUNT(*) FROM register_event v WHERE v.entry = e.id) + 1, 'revoked',
    c.revoked_at, 'unrecorded', c.reason
FROM register_entry e JOIN certificate c ON c.sha256 = e.certificate WHERE e.state = 'revoked';

UPDATE register_entry
SET events = (SELECT COUNT(*) FROM register_event v WHERE v.entry = register_entry.id);
