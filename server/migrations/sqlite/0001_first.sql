-- The whole first schema: units and people, devices and their certificates, requests with their
-- routes and documents, decisions, the log, jobs. Identifiers are 16 bytes, digests 32; moments are
-- milliseconds UTC unless the name says seconds.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE unit (
    id BLOB NOT NULL PRIMARY KEY,
    parent BLOB REFERENCES unit (id),
    name TEXT NOT NULL,
    software_keys INTEGER NOT NULL,
    prompt_policy TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE position (
    person BLOB NOT NULL REFERENCES person (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    title TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (person, unit, title)
) STRICT;
CREATE INDEX position_unit ON position (unit);

CREATE TABLE invitation (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    unit_name TEXT NOT NULL,
    pins BLOB NOT NULL,
    expires_seconds INTEGER NOT NULL,
    state TEXT NOT NULL,
    failures INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt (
    id BLOB NOT NULL PRIMARY KEY,
    invitation BLOB NOT NULL REFERENCES invitation (id),
    state TEXT NOT NULL,
    c1 BLOB NOT NULL,
    c2 BLOB NOT NULL,
    message BLOB,
    device BLOB,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_invitation ON attempt (invitation);

CREATE TABLE device (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    unit BLOB NOT NULL REFERENCES unit (id),
    attempt BLOB NOT NULL REFERENCES attempt (id),
    state TEXT NOT NULL,
    auth_key BLOB NOT NULL,
    csr BLOB NOT NULL,
    nonce BLOB NOT NULL,
    assurance TEXT NOT NULL,
    evidence TEXT NOT NULL,
    prompt_policy TEXT NOT NULL,
    model TEXT NOT NULL,
    app TEXT NOT NULL,
    certificate BLOB,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_person ON device (person);

CREATE TABLE certificate (
    sha256 BLOB NOT NULL PRIMARY KEY,
    device BLOB NOT NULL REFERENCES device (id),
    issuer TEXT NOT NULL,
    serial BLOB NOT NULL,
    der BLOB NOT NULL,
    not_before_seconds INTEGER NOT NULL,
    not_after_seconds INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason INTEGER,
    revoked_at INTEGER,
    issued_at INTEGER NOT NULL,
    UNIQUE (issuer, serial)
) STRICT;

CREATE TABLE crl (
    issuer TEXT NOT NULL,
    number INTEGER NOT NULL,
    der BLOB NOT NULL,
    this_update_seconds INTEGER NOT NULL,
    next_update_seconds INTEGER NOT NULL,
    PRIMARY KEY (issuer, number)
) STRICT;

CREATE TABLE api_key (
    id BLOB NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    unit BLOB NOT NULL REFERENCES unit (id),
    scopes TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE request (
    id BLOB NOT NULL PRIMARY KEY,
    unit BLOB NOT NULL REFERENCES unit (id),
    submitter BLOB NOT NULL REFERENCES api_key (id),
    revision INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    state TEXT NOT NULL,
    open_step INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    change INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX request_unit ON request (unit, change);

CREATE TABLE step (
    request BLOB NOT NULL REFERENCES request (id),
    number INTEGER NOT NULL,
    role TEXT NOT NULL,
    quorum INTEGER NOT NULL,
    PRIMARY KEY (request, number)
) STRICT;

CREATE TABLE assignment (
    request BLOB NOT NULL,
    step INTEGER NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    verb TEXT,
    decision BLOB,
    decided_at INTEGER,
    reason TEXT,
    recipe BLOB,
    PRIMARY KEY (request, step, person),
    FOREIGN KEY (request, step) REFERENCES step (request, number)
) STRICT;
CREATE INDEX assignment_person ON assignment (person, request);

CREATE TABLE document (
    sha256 BLOB NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE request_document (
    request BLOB NOT NULL REFERENCES request (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (request, place)
) STRICT;

-- Revision 0 is the file as submitted; every later one is its predecessor followed by a tail. A tail
-- is in the row until a job has filed it under its own digest.
CREATE TABLE document_revision (
    request BLOB NOT NULL,
    place INTEGER NOT NULL,
    number INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    part BLOB NOT NULL,
    tail BLOB,
    decision BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (request, place, number),
    FOREIGN KEY (request, place) REFERENCES request_document (request, place)
) STRICT;
CREATE INDEX document_revision_sha256 ON document_revision (sha256);
CREATE INDEX document_revision_unfiled ON document_revision (created_at) WHERE tail IS NOT NULL;

CREATE TABLE image (
    colour BLOB NOT NULL,
    alpha BLOB NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    colour_stream BLOB NOT NULL,
    alpha_stream BLOB NOT NULL,
    PRIMARY KEY (colour, alpha, width, height)
) STRICT;

CREATE TABLE request_image (
    request BLOB NOT NULL REFERENCES request (id),
    colour BLOB NOT NULL,
    alpha BLOB NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (request, colour, alpha, width, height),
    FOREIGN KEY (colour, alpha, width, height) REFERENCES image (colour, alpha, width, height)
) STRICT;
CREATE INDEX request_image_image ON request_image (colour, alpha, width, height);

CREATE TABLE decision (
    hash BLOB NOT NULL PRIMARY KEY,
    request BLOB NOT NULL REFERENCES request (id),
    step INTEGER NOT NULL,
    person BLOB NOT NULL,
    device BLOB NOT NULL REFERENCES device (id),
    verb TEXT NOT NULL,
    reason TEXT,
    cbor BLOB NOT NULL,
    cose BLOB,
    signed_at_seconds INTEGER NOT NULL,
    recorded_at_seconds INTEGER NOT NULL,
    salt BLOB NOT NULL,
    leaf INTEGER NOT NULL UNIQUE,
    UNIQUE (request, step, person)
) STRICT;

-- Decisions that verified but came too late: what the phone sent, and the leaf that says so.
CREATE TABLE refusal (
    hash BLOB NOT NULL PRIMARY KEY,
    request BLOB NOT NULL REFERENCES request (id),
    device BLOB NOT NULL REFERENCES device (id),
    why TEXT NOT NULL,
    cbor BLOB NOT NULL,
    recorded_at_seconds INTEGER NOT NULL,
    salt BLOB NOT NULL,
    leaf INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE nonce (
    device BLOB NOT NULL,
    nonce TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (device, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_used_at ON nonce (used_at);

CREATE TABLE idempotency (
    api_key BLOB NOT NULL REFERENCES api_key (id),
    key TEXT NOT NULL,
    package BLOB NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (api_key, key)
) STRICT;

-- One row: the size of the tree, the roots of its complete subtrees (largest first), the number of
-- the last change of any request, and whether a phone has shown more than this log holds.
CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    peaks BLOB NOT NULL,
    change INTEGER NOT NULL,
    recovery INTEGER NOT NULL
) STRICT;

-- `nodes` are the hashes of the complete subtrees that this leaf finishes, itself first: node
-- (level, index) is the hash at `level` in the row of leaf (index + 1) * 2^level - 1.
CREATE TABLE log_leaf (
    seq INTEGER NOT NULL PRIMARY KEY,
    data BLOB NOT NULL,
    nodes BLOB NOT NULL
) STRICT;

-- Statements other than decisions; a leaf commits to the SHA-256 of the body.
CREATE TABLE statement (
    leaf INTEGER NOT NULL PRIMARY KEY REFERENCES log_leaf (seq),
    subject BLOB NOT NULL,
    body TEXT NOT NULL,
    salt BLOB NOT NULL
) STRICT;
CREATE INDEX statement_subject ON statement (subject);

CREATE TABLE job (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (kind, subject)
) STRICT;
CREATE INDEX job_due ON job (due_at) WHERE state = 'waiting';

INSERT INTO log_head (id, size, peaks, change, recovery) VALUES (1, 0, X'', 0, 0);
