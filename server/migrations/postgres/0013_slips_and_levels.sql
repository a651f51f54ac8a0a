-- Enrollment slips, which say for a month who one is and enroll nothing by themselves; the short codes that
-- officers start for them; and the lowest assurance level that a unit takes. Moments are milliseconds UTC unless
-- the name says seconds.
--
-- A short code's digits are derived from the server's key, as invitations' secrets are: no row holds them. `tries`
-- counts every question that was answered, right or wrong. `lowest_assurance` is 'A' to 'D'; null: as for the unit
-- above, and at the top 'C'. A unit that took hardware keys alone below one that took software keys goes on so.

CREATE TABLE slip (
    id BYTEA NOT NULL PRIMARY KEY,
    person BYTEA NOT NULL REFERENCES person (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    pins BYTEA NOT NULL,
    expires_seconds BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX slip_open ON slip (person) WHERE state = 'open';
CREATE INDEX slip_person ON slip (person, created_at);
CREATE INDEX slip_unit ON slip (unit, state);

CREATE TABLE short_code (
    invitation BYTEA NOT NULL PRIMARY KEY REFERENCES invitation (id),
    slip BYTEA NOT NULL REFERENCES slip (id),
    until_seconds BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX short_code_open ON short_code (slip) WHERE state = 'open';
CREATE INDEX short_code_slip ON short_code (slip, created_at);

ALTER TABLE unit ADD COLUMN lowest_assurance TEXT;
UPDATE unit SET lowest_assurance = 'D' WHERE software_keys = 1;
UPDATE unit SET lowest_assurance = 'C' WHERE software_keys = 0 AND EXISTS (
    SELECT 1 FROM unit above WHERE above.software_keys = 1 AND above.id <> unit.id
        AND above.path = SUBSTR(unit.path, 1, LENGTH(above.path)));
ALTER TABLE unit DROP COLUMN software_keys;
CREATE INDEX unit_lowest_assurance ON unit (path) WHERE lowest_assurance IS NOT NULL;

-- Devices whose evidence holds a certificate that a later status list names: what they were taken as before, and why
-- they are taken as level D since.
CREATE TABLE doubted_evidence (
    device BYTEA NOT NULL PRIMARY KEY REFERENCES device (id),
    level_before TEXT NOT NULL,
    why TEXT NOT NULL,
    found_at BIGINT NOT NULL
);
