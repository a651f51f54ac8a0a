-- The whole first schema: units and people, devices and their certificates, requests with their
-- routes and documents, decisions, the log, jobs. Identifiers are 16 bytes, digests 32; moments are
-- milliseconds UTC unless the name says seconds.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE unit (
    id BYTEA NOT NULL PRIMARY KEY,
    parent BYTEA REFERENCES unit (id),
    name TEXT NOT NULL,
    software_keys BIGINT NOT NULL,
    prompt_policy TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE person (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE position (
    person BYTEA NOT NULL REFERENCES person (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    title TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (person, unit, title)
);
CREATE INDEX position_unit ON position (unit);

CREATE TABLE invitation (
    id BYTEA NOT NULL PRIMARY KEY,
    person BYTEA NOT NULL REFERENCES person (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    unit_name TEXT NOT NULL,
    pins BYTEA NOT NULL,
    expires_seconds BIGINT NOT NULL,
    state TEXT NOT NULL,
    failures BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE attempt (
    id BYTEA NOT NULL PRIMARY KEY,
    invitation BYTEA NOT NULL REFERENCES invitation (id),
    state TEXT NOT NULL,
    c1 BYTEA NOT NULL,
    c2 BYTEA NOT NULL,
    message BYTEA,
    device BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX attempt_invitation ON attempt (invitation);

CREATE TABLE device (
    id BYTEA NOT NULL PRIMARY KEY,
    person BYTEA NOT NULL REFERENCES person (id),
    unit BYTEA NOT NULL REFERENCES unit (id),
    attempt BYTEA NOT NULL REFERENCES attempt (id),
    state TEXT NOT NULL,
    auth_key BYTEA NOT NULL,
    csr BYTEA NOT NULL,
    nonce BYTEA NOT NULL,
    assurance TEXT NOT NULL,
    evidence TEXT NOT NULL,
    prompt_policy TEXT NOT NULL,
    model TEXT NOT NULL,
    app TEXT NOT NULL,
    certificate BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX device_person ON device (person);

CREATE TABLE certificate (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    device BYTEA NOT NULL REFERENCES device (id),
    issuer TEXT NOT NULL,
    serial BYTEA NOT NULL,
    der BYTEA NOT NULL,
    not_before_seconds BIGINT NOT NULL,
    not_after_seconds BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason BIGINT,
    revoked_at BIGINT,
    issued_at BIGINT NOT NULL,
    UNIQUE (issuer, serial)
);

CREATE TABLE crl (
    issuer TEXT NOT NULL,
    number BIGINT NOT NULL,
    der BYTEA NOT NULL,
    this_update_seconds BIGINT NOT NULL,
    next_update_seconds BIGINT NOT NULL,
    PRIMARY KEY (issuer, number)
);

CREATE TABLE api_key (
    id BYTEA NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    unit BYTEA NOT NULL REFERENCES unit (id),
    scopes TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE request (
    id BYTEA NOT NULL PRIMARY KEY,
    unit BYTEA NOT NULL REFERENCES unit (id),
    submitter BYTEA NOT NULL REFERENCES api_key (id),
    revision BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    state TEXT NOT NULL,
    open_step BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    change BIGINT NOT NULL UNIQUE
);
CREATE INDEX request_unit ON request (unit, change);

CREATE TABLE step (
    request BYTEA NOT NULL REFERENCES request (id),
    number BIGINT NOT NULL,
    role TEXT NOT NULL,
    quorum BIGINT NOT NULL,
    PRIMARY KEY (request, number)
);

CREATE TABLE assignment (
    request BYTEA NOT NULL,
    step BIGINT NOT NULL,
    person BYTEA NOT NULL REFERENCES person (id),
    place BIGINT NOT NULL,
    state TEXT NOT NULL,
    verb TEXT,
    decision BYTEA,
    decided_at BIGINT,
    reason TEXT,
    recipe BYTEA,
    PRIMARY KEY (request, step, person),
    FOREIGN KEY (request, step) REFERENCES step (request, number)
);
CREATE INDEX assignment_person ON assignment (person, request);

CREATE TABLE document (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE request_document (
    request BYTEA NOT NULL REFERENCES request (id),
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (request, place)
);

-- Revision 0 is the file as submitted; every later one is its predecessor followed by a tail. A tail
-- is in the row until a job has filed it under its own digest.
CREATE TABLE document_revision (
    request BYTEA NOT NULL,
    place BIGINT NOT NULL,
    number BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    part BYTEA NOT NULL,
    tail BYTEA,
    decision BYTEA,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (request, place, number),
    FOREIGN KEY (request, place) REFERENCES request_document (request, place)
);
CREATE INDEX document_revision_sha256 ON document_revision (sha256);
CREATE INDEX document_revision_unfiled ON document_revision (created_at) WHERE tail IS NOT NULL;

CREATE TABLE image (
    colour BYTEA NOT NULL,
    alpha BYTEA NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    colour_stream BYTEA NOT NULL,
    alpha_stream BYTEA NOT NULL,
    PRIMARY KEY (colour, alpha, width, height)
);

CREATE TABLE request_image (
    request BYTEA NOT NULL REFERENCES request (id),
    colour BYTEA NOT NULL,
    alpha BYTEA NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (request, colour, alpha, width, height),
    FOREIGN KEY (colour, alpha, width, height) REFERENCES image (colour, alpha, width, height)
);
CREATE INDEX request_image_image ON request_image (colour, alpha, width, height);

CREATE TABLE decision (
    hash BYTEA NOT NULL PRIMARY KEY,
    request BYTEA NOT NULL REFERENCES request (id),
    step BIGINT NOT NULL,
    person BYTEA NOT NULL,
    device BYTEA NOT NULL REFERENCES device (id),
    verb TEXT NOT NULL,
    reason TEXT,
    cbor BYTEA NOT NULL,
    cose BYTEA,
    signed_at_seconds BIGINT NOT NULL,
    recorded_at_seconds BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    leaf BIGINT NOT NULL UNIQUE,
    UNIQUE (request, step, person)
);

-- Decisions that verified but came too late: what the phone sent, and the leaf that says so.
CREATE TABLE refusal (
    hash BYTEA NOT NULL PRIMARY KEY,
    request BYTEA NOT NULL REFERENCES request (id),
    device BYTEA NOT NULL REFERENCES device (id),
    why TEXT NOT NULL,
    cbor BYTEA NOT NULL,
    recorded_at_seconds BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    leaf BIGINT NOT NULL UNIQUE
);

CREATE TABLE nonce (
    device BYTEA NOT NULL,
    nonce TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (device, nonce)
);
CREATE INDEX nonce_used_at ON nonce (used_at);

CREATE TABLE idempotency (
    api_key BYTEA NOT NULL REFERENCES api_key (id),
    key TEXT NOT NULL,
    package BYTEA NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (api_key, key)
);

-- One row: the size of the tree, the roots of its complete subtrees (largest first), the number of
-- the last change of any request, and whether a phone has shown more than this log holds.
CREATE TABLE log_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    peaks BYTEA NOT NULL,
    change BIGINT NOT NULL,
    recovery BIGINT NOT NULL
);

-- `nodes` are the hashes of the complete subtrees that this leaf finishes, itself first: node
-- (level, index) is the hash at `level` in the row of leaf (index + 1) * 2^level - 1.
CREATE TABLE log_leaf (
    seq BIGINT NOT NULL PRIMARY KEY,
    data BYTEA NOT NULL,
    nodes BYTEA NOT NULL
);

-- Statements other than decisions; a leaf commits to the SHA-256 of the body.
CREATE TABLE statement (
    leaf BIGINT NOT NULL PRIMARY KEY REFERENCES log_leaf (seq),
    subject BYTEA NOT NULL,
    body TEXT NOT NULL,
    salt BYTEA NOT NULL
);
CREATE INDEX statement_subject ON statement (subject);

CREATE TABLE job (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject BYTEA NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, subject)
);
CREATE INDEX job_due ON job (due_at) WHERE state = 'waiting';

INSERT INTO log_head (id, size, peaks, change, recovery) VALUES (1, 0, '', 0, 0);
