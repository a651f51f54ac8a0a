-- What happened to requests: one row for each change and each unit that may read it, so that document systems read on
-- from a number. A request that goes over to another unit has two rows with one number. `home` is the unit whose it was
-- afterwards. Requests from before have rows from their next change on.

CREATE TABLE request_event (
    unit BYTEA NOT NULL REFERENCES unit (id),
    change BIGINT NOT NULL,
    request BYTEA NOT NULL REFERENCES request (id),
    home BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    revision BIGINT NOT NULL,
    state TEXT NOT NULL,
    open_step BIGINT NOT NULL,
    step BIGINT,
    person BYTEA,
    decision BYTEA,
    at BIGINT NOT NULL,
    PRIMARY KEY (unit, change)
);
CREATE INDEX request_event_request ON request_event (request, change);
