//! Signatures that the file had once, and that its form no longer names.
//!
//! Whoever cuts them off leaves no trace. But a reset field, or a revision that passes over them,
//! leaves their bytes in the file, and says that somebody has signed who is not listed.

use memchr::memmem::Finder;

use super::{Change, ChangeKind, Step, opened};
use crate::pdf::read::limits::MAX_SIGNATURES;
use crate::pdf::read::{Document, SignatureField};

/// Adds a finding to the step in which a signature went away; where more looks like one than is
/// looked at, to the last step: whoever hides one among many has been found anyway.
pub(super) fn check(document: &Document<'_>, steps: &mut [Step], left: &mut usize) {
    let Some(first) = document.signatures().first().map(end_of) else { return };
    let bytes = document.bytes();
    let mut looked_at: Vec<u64> = Vec::new();
    for at in Finder::new(b"/ByteRange").find_iter(bytes) {
        let Some(range) = range_at(&bytes[at + b"/ByteRange".len()..]) else { continue };
        let end = range[2].saturating_add(range[3]);
        let listed = document.signatures().iter().any(|signature| signature.byte_range == range);
        if listed || end <= first || looked_at.contains(&end) || !ends_a_file(bytes, end) {
            continue;
        }
        if looked_at.len() == MAX_SIGNATURES {
            return note(steps.last_mut(), ChangeKind::TooMuch, 0);
        }
        looked_at.push(end);
        let (kind, object) = match signed_at(document, range, end, left) {
            Ok(Some(object)) => (ChangeKind::Signature, object),
            Ok(None) => continue,
            Err(kind) => (kind, 0),
        };
        let revisions = document.revisions();
        let before = |step: &&mut Step| {
            revisions.get(step.from).is_some_and(|state| (state.end as u64) < end)
        };
        note(steps.iter_mut().rev().find(before), kind, object);
    }
}

fn note(step: Option<&mut Step>, kind: ChangeKind, object: u32) {
    if let Some(step) = step {
        step.changes.push(Change { kind, object, pages: Vec::new() });
        step.changes.sort();
        step.changes.dedup();
    }
}

/// Whether the first bytes of the file look like a file: most of what only looks like a range ends
/// nowhere.
fn ends_a_file(bytes: &[u8], end: u64) -> bool {
    let state = usize::try_from(end).ok().and_then(|end| bytes.get(..end));
    state.is_some_and(|state| state.trim_ascii_end().ends_with(b"%%EOF"))
}

fn end_of(signature: &SignatureField) -> u64 {
    signature.byte_range[2].saturating_add(signature.byte_range[3])
}

/// The signature dictionary that had this range when the file ended there; an error when there is
/// too much to compare.
fn signed_at(
    document: &Document<'_>,
    range: [u64; 4],
    end: u64,
    left: &mut usize,
) -> Result<Option<u32>, ChangeKind> {
    let state = usize::try_from(end).ok().and_then(|end| document.bytes().get(..end));
    let Some(state) = state else { return Ok(None) };
    match opened(document, state, left) {
        Ok(state) => {
            let found = state.signatures().iter().find(|signature| signature.byte_range == range);
            Ok(found.map(|signature| signature.dictionary.number))
        }
        // What cannot be opened was never a file that somebody signed.
        Err(ChangeKind::TooMuch) => Err(ChangeKind::TooMuch),
        Err(_) => Ok(None),
    }
}

/// Four numbers in brackets.
fn range_at(bytes: &[u8]) -> Option<[u64; 4]> {
    // Room for four long numbers and the blanks that signers leave.
    let bytes = bytes[..bytes.len().min(256)].trim_ascii_start().strip_prefix(b"[")?;
    let inner = std::str::from_utf8(&bytes[..memchr::memchr(b']', bytes)?]).ok()?;
    let numbers: Vec<u64> =
        inner.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}
