//! The bytes for the drawing reader, when it would not see by itself what we decided on.
//!
//! A section is appended that lists every object where we found it, and no section before it: that
//! reader then has nothing to look for, to repair or to prefer. The document's own bytes stay in
//! front, and what is signed never contains the section.

use std::collections::BTreeMap;

use super::xref::Spot;
use super::{Document, ObjectId};

/// The document with our cross-reference.
pub(super) fn pinned(document: &Document<'_>) -> Vec<u8> {
    let mut bytes = document.bytes.to_vec();
    bytes.push(b'\n');
    let mut rows: BTreeMap<u32, Row> =
        document.object_ids().filter_map(|id| Some((id.number, row(document, id)?))).collect();
    for (id, body) in replaced(document) {
        rows.insert(
            id.number,
            Row { kind: 1, place: narrow(bytes.len()), last: id.generation.into() },
        );
        bytes.extend_from_slice(format!("{} {} obj\n", id.number, id.generation).as_bytes());
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    section(document, rows, &mut bytes);
    bytes
}

/// An entry of a cross-reference stream (ISO 32000-1, 7.5.8.3).
struct Row {
    kind: u8,
    place: u32,
    last: u32,
}

fn row(document: &Document<'_>, id: ObjectId) -> Option<Row> {
    let (kind, place, last) = match document.objects.spot(id.number)? {
        Spot::File(at) => (1, at, u32::from(id.generation)),
        Spot::Member { container, index } => (2, container, index),
        Spot::Free => return None,
    };
    Some(Row { kind, place, last })
}

/// Objects that the drawing reader would read differently from where they are.
fn replaced(document: &Document<'_>) -> impl Iterator<Item = (ObjectId, Vec<u8>)> {
    let doubts = &document.doubts;
    let raw = |id: ObjectId| document.object(id).map(|object| object.raw);
    let excess = doubts.excess.iter().filter_map(move |&id| Some((id, raw(id)?.to_vec())));
    let sized = doubts.unsized_pages.iter().filter_map(move |&id| {
        let inside = raw(id)?.strip_suffix(b">>")?;
        Some((id, [inside, b"/MediaBox[0 0 612 792]>>"].concat()))
    });
    let nothing = |&id: &ObjectId| (id, b"<</Length 0>>\nstream\n\nendstream".to_vec());
    // A page may be both of the first; the later holds both changes.
    excess.chain(sized).chain(doubts.undecodable.iter().map(nothing))
}

/// An unpacked cross-reference stream (ISO 32000-1, 7.5.8), which is an object itself.
fn section(document: &Document<'_>, mut rows: BTreeMap<u32, Row>, bytes: &mut Vec<u8>) {
    let (at, own) = (bytes.len(), document.xref.size);
    rows.insert(own, Row { kind: 1, place: narrow(at), last: 0 });
    let numbers: Vec<u32> = rows.keys().copied().collect();
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let index: Vec<String> = runs.map(|run| format!("{} {}", run[0], run.len())).collect();
    let mut data = Vec::with_capacity(rows.len() * 9);
    for row in rows.values() {
        data.push(row.kind);
        data.extend_from_slice(&row.place.to_be_bytes());
        data.extend_from_slice(&row.last.to_be_bytes());
    }
    let head = format!(
        "{own} 0 obj\n<</Type/XRef/Size {}/Root {} {} R/W[1 4 4]/Index[{}]/Length {}>>\nstream\n",
        own + 1,
        document.root.number,
        document.root.generation,
        index.join(" "),
        data.len(),
    );
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(&data);
    bytes.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes());
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).expect("files are far below 4 GiB")
}
