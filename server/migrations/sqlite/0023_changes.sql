-- What happened to requests: one row for each change and each unit that may read it, so that document systems read on
-- from a number. A request that goes over to another unit has two rows with one number. `home` is the unit whose it was
-- afterwards. Requests from before have rows from their next change on.

CREATE TABLE request_event (
    unit BLOB NOT NULL REFERENCES unit (id),
    change INTEGER NOT NULL,
    request BLOB NOT NULL REFERENCES request (id),
    home BLOB NOT NULL,
    outcome TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    open_step INTEGER NOT NULL,
    step INTEGER,
    person BLOB,
    decision BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (unit, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_event_request ON request_event (request, change);
