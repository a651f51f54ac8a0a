//! Signatures that the file had once, and that its form no longer names.
//!
//! Whoever cuts them off leaves no trace. But a reset field, or a revision that passes over them,
//! leaves their bytes in the file, and says that somebody has signed who is not listed.

use memchr::memmem::Finder;

use super::{Change, ChangeKind, Step, opened};
use crate::pdf::read::limits::MAX_SIGNATURES;
use crate::pdf::read::{Document, SignatureField};

/// Adds a finding to the step in which a signature went away.
pub(super) fn check(document: &Document<'_>, steps: &mut [Step], left: &mut usize) {
    let Some(first) = document.signatures().first().map(end_of) else { return };
    let bytes = document.bytes();
    let mut looked_at: Vec<u64> = Vec::new();
    for at in Finder::new(b"/ByteRange").find_iter(bytes) {
        let Some(range) = range_at(&bytes[at + b"/ByteRange".len()..]) else { continue };
        let end = range[2].saturating_add(range[3]);
        let listed = document.signatures().iter().any(|signature| signature.byte_range == range);
        if listed || end <= first || looked_at.contains(&end) {
            continue;
        }
        if looked_at.len() == MAX_SIGNATURES {
            return;
        }
        looked_at.push(end);
        if let Some(object) = signed_at(document, range, end, left) {
            let revisions = document.revisions();
            let before = |step: &&mut Step| {
                revisions.get(step.from).is_some_and(|state| (state.end as u64) < end)
            };
            if let Some(step) = steps.iter_mut().rev().find(before) {
                step.changes.push(Change {
                    kind: ChangeKind::Signature,
                    object,
                    pages: Vec::new(),
                });
                step.changes.sort();
                step.changes.dedup();
            }
        }
    }
}

fn end_of(signature: &SignatureField) -> u64 {
    signature.byte_range[2].saturating_add(signature.byte_range[3])
}

/// The signature dictionary that had this range when the file ended there.
fn signed_at(document: &Document<'_>, range: [u64; 4], end: u64, left: &mut usize) -> Option<u32> {
    let state = document.bytes().get(..usize::try_from(end).ok()?)?;
    // Most of what only looks like a range ends nowhere.
    if !state.trim_ascii_end().ends_with(b"%%EOF") {
        return None;
    }
    let state = opened(document, state, left).ok()?;
    let found = state.signatures().iter().find(|signature| signature.byte_range == range);
    found.map(|signature| signature.dictionary.number)
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
