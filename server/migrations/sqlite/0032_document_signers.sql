-- Keys outside phones that sign documents after their holders have decided on the phone. Whose do, an officer says of
-- each entry: until then a certificate outside phones is in the register and nothing else.
ALTER TABLE register_entry ADD COLUMN signs_documents INTEGER NOT NULL DEFAULT 0;

-- Decisions whose document signature is awaited, was made, or never came. One that waits is no row of `decision`, which
-- has one for each part, until it is signed: after its time the part is decided again.
CREATE TABLE document_signature (
    decision BLOB NOT NULL PRIMARY KEY,
    request BLOB NOT NULL REFERENCES request (id),
    step INTEGER NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    decider BLOB NOT NULL REFERENCES person (id),
    device BLOB NOT NULL REFERENCES device (id),
    entry BLOB NOT NULL REFERENCES register_entry (id),
    recipe BLOB NOT NULL,
    cbor BLOB NOT NULL,
    cose BLOB NOT NULL,
    recorded_at_seconds INTEGER NOT NULL,
    salt BLOB NOT NULL,
    leaf INTEGER NOT NULL UNIQUE,
    until INTEGER NOT NULL,
    state TEXT NOT NULL,
    statement BLOB,
    ended_at_seconds INTEGER,
    end_salt BLOB,
    end_leaf INTEGER UNIQUE
) STRICT;
-- One at a time of each document.
CREATE UNIQUE INDEX document_signature_awaited ON document_signature (request) WHERE state = 'awaited';
CREATE INDEX document_signature_part ON document_signature (request, step, person);
CREATE INDEX document_signature_decider ON document_signature (decider, state, leaf);
CREATE INDEX document_signature_entry ON document_signature (entry) WHERE state = 'awaited';
CREATE INDEX document_signature_device ON document_signature (device) WHERE state = 'awaited';
