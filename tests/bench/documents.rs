//! A document for each person: one of ten waits, the others are decided.

use std::error::Error;

use crate::office::Office;
use crate::phones::write;

/// Submitting is the work of a PDF's checks; the rows are what it leaves. `$1` is the present moment.
const ROWS: [&str; 5] = [
    "INSERT INTO request (id, unit, submitter, revision, metadata, state, open_step, queued_at, \
     expires_at, change, folded) SELECT unhex(printf('01890a5dac968000%016x', o.rowid)), o.unit, \
     (SELECT id FROM api_key LIMIT 1), 0, \
     printf('{\"number\":\"%d/CV-UBND\",\"subject\":\"Cải cách thủ tục hành chính số %d\",\
\"kind\":\"Công văn\",\"issuer\":\"UBND xã\",\"urgency\":\"normal\"}', o.rowid, o.rowid), \
     CASE o.rowid % 10 WHEN 0 THEN 'open' ELSE 'completed' END, 1, $1 - 3600000, $1 + 864000000, \
     1000000 + o.rowid, printf(' %d cv ubnd cai cach thu tuc hanh chinh so cong van xa', o.rowid) \
     FROM position o",
    "INSERT INTO step (request, number, role, quorum) SELECT r.id, 1, 'approve', 0 FROM request r \
     WHERE $1 > 0",
    "INSERT INTO assignment (request, step, person, place, state, verb, decision, decided_at) \
     SELECT unhex(printf('01890a5dac968000%016x', o.rowid)), 1, o.person, 0, \
     CASE o.rowid % 10 WHEN 0 THEN 'open' ELSE 'decided' END, \
     CASE o.rowid % 10 WHEN 0 THEN NULL ELSE 'approve' END, \
     CASE o.rowid % 10 WHEN 0 THEN NULL ELSE zeroblob(32) END, \
     CASE o.rowid % 10 WHEN 0 THEN NULL ELSE $1 END FROM position o",
    "INSERT INTO request_document (request, place, name, media_type) \
     SELECT r.id, 0, 'cong-van.pdf', 'application/pdf' FROM request r WHERE $1 > 0",
    "INSERT INTO document_revision (request, place, number, sha256, size, part, created_at) \
     SELECT r.id, 0, 0, zeroblob(32), 100000, zeroblob(32), $1 FROM request r",
];

pub async fn fill(office: &Office) -> Result<(), Box<dyn Error>> {
    write(office, &ROWS).await
}
