-- Keys outside phones that sign documents after their holders have decided on the phone. Whose do, an officer says of
-- each entry: until then a certificate outside phones is in the register and nothing else.
ALTER TABLE register_entry ADD COLUMN signs_documents BIGINT NOT NULL DEFAULT 0;

-- Decisions whose document signature is awaited, was made, or never came. One that waits is no row of `decision`, which
-- has one for each part, until it is signed: after its time the part is decided again.
CREATE TABLE document_signature (
    decision BYTEA NOT NULL PRIMARY KEY,
    request BYTEA NOT NULL REFERENCES request (id),
    step BIGINT NOT NULL,
    person BYTEA NOT NULL REFERENCES person (id),
    decider BYTEA NOT NULL REFERENCES person (id),
    device BYTEA NOT NULL REFERENCES device (id),
    entry BYTEA NOT NULL REFERENCES register_entry (id),
    recipe BYTEA NOT NULL,
    cbor BYTEA NOT NULL,
    cose BYTEA NOT NULL,
    recorded_at_seconds BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    leaf BIGINT NOT NULL UNIQUE,
    until BIGINT NOT NULL,
    state TEXT NOT NULL,
    statement BYTEA,
    ended_at_seconds BIGINT,
    end_salt BYTEA,
    end_leaf BIGINT UNIQUE
);
-- One at a time of each document.
CREATE UNIQUE INDEX document_signature_awaited ON document_signature (request) WHERE state = 'awaited';
CREATE INDEX document_signature_part ON document_signature (request, step, person);
CREATE INDEX document_signature_decider ON document_signature (decider, state, leaf);
CREATE INDEX document_signature_entry ON document_signature (entry) WHERE state = 'awaited';
CREATE INDEX document_signature_device ON document_signature (device) WHERE state = 'awaited';
