-- Time: by when a request is to be decided, since when its open step waits, whom it was told to, and mail.
--
-- `reminder` holds one row for each day on which somebody was reminded of a request: there is never a second one that day.
-- `day` counts days since 1970 in Việt Nam. `escalation` says who was told that a step waits too long. `push_wake.urgency`
-- is how much it presses (0 normal to 3 flash, 9 where somebody asked for it), and `push_target.held` is 1 while a phone
-- is left in peace until quiet hours end. `mail` is what is still to be sent, one row for each person, kind and day, without
-- a word of it: what it says is read when it is sent. `due_at` is when that is, 0 once it was taken or given up.

ALTER TABLE request ADD COLUMN due_at BIGINT;
ALTER TABLE request ADD COLUMN waiting_since BIGINT NOT NULL DEFAULT 0;
-- Since the last decision of a step before, or since it was queued.
UPDATE request SET waiting_since = COALESCE((SELECT MAX(a.decided_at) FROM assignment a
    WHERE a.request = request.id AND a.step < request.open_step), queued_at);
ALTER TABLE push_wake ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
ALTER TABLE push_target ADD COLUMN held BIGINT NOT NULL DEFAULT 0;

CREATE TABLE reminder (
    request BYTEA NOT NULL REFERENCES request (id),
    person BYTEA NOT NULL REFERENCES person (id),
    day BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (request, person, day)
);

CREATE INDEX reminder_at ON reminder (at);

CREATE TABLE escalation (
    request BYTEA NOT NULL REFERENCES request (id),
    step BIGINT NOT NULL,
    person BYTEA REFERENCES person (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (request, step)
);
CREATE INDEX escalation_person ON escalation (person, at);

CREATE TABLE mail (
    person BYTEA NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    day BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    since BIGINT NOT NULL,
    answer TEXT,
    answered_at BIGINT,
    PRIMARY KEY (person, kind, day)
);
CREATE INDEX mail_due ON mail (due_at) WHERE due_at > 0;
CREATE INDEX mail_answered ON mail (answered_at);

-- When somebody is away, as was announced: the present absence or the next one. It gives nobody authority.
CREATE TABLE absence (
    person BYTEA NOT NULL PRIMARY KEY REFERENCES person (id),
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    noted_at BIGINT NOT NULL
);
