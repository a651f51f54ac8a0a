//! What all sections say together: the file's states, and one entry for each object.

use super::super::lexer::skip_blanks;
use super::{Entry, Hidden, Section, Spot};
use crate::pdf::read::{ObjectId, Refusal, Revision};

/// The states in which the file once ended, oldest first. A section in the middle of a linearized
/// file has no end of its own.
pub(super) fn revisions(
    bytes: &[u8],
    sections: &[Section<'_>],
    startxref: usize,
    end: usize,
) -> Vec<Revision> {
    let mut found = vec![(0, startxref, end)];
    for section in sections {
        let Some((target, end)) = section.tail else { continue };
        let Some(newest) = sections.iter().position(|other| other.at == target) else { continue };
        // What it could reach must precede its end, and what it could not must follow.
        let whole = sections.iter().enumerate().all(|(i, s)| (i < newest) == (s.at >= end));
        if whole && newest > 0 {
            found.push((newest, target, end));
        }
    }
    found.sort_unstable_by_key(|&(_, _, end)| end);
    found.dedup();
    found
        .into_iter()
        .map(|(_, startxref, end)| Revision {
            startxref,
            end,
            end_with_blanks: skip_blanks(bytes, end),
        })
        .collect()
}

#[derive(Default)]
pub(super) struct Merged {
    pub entries: Vec<Entry>,
    pub hidden: Vec<Hidden>,
    pub stale: Vec<ObjectId>,
    pub half_hidden: bool,
}

/// Keeps the newest entry of each number, and notes what readers merge differently.
pub(super) fn merge(
    sorted: &[Entry],
    sections: &[Section<'_>],
    revisions: &[Revision],
) -> Result<Merged, Refusal> {
    let floors: Vec<usize> = sections
        .iter()
        .map(|section| {
            let older = revisions.iter().filter(|revision| revision.end <= section.at);
            older.map(|revision| revision.end).max().unwrap_or(0)
        })
        .collect();
    let mut merged = Merged { entries: Vec::with_capacity(sorted.len()), ..Merged::default() };
    let mut several: Vec<Entry> = Vec::new();
    for same_number in sorted.chunk_by(|a, b| a.number == b.number) {
        let versions = match same_number {
            [_] => same_number,
            _ => {
                several.clear();
                merged.half_hidden |= complemented(same_number, sections, &mut several)?;
                &several
            }
        };
        let Some(&newest) = versions.first() else { continue };
        for older in versions.iter().filter(|older| older.spot != Spot::Free) {
            if newest.spot == Spot::Free || newest.generation != older.generation {
                merged.stale.push(older.id());
            }
        }
        for (position, entry) in versions.iter().enumerate() {
            let Spot::File(at) = entry.spot else { continue };
            let unchanged =
                versions.get(position + 1).is_some_and(|older| older.spot == entry.spot);
            let section = usize::from(entry.section);
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            if !unchanged && at < floors[section] {
                let since = sections[section].at;
                merged.hidden.push(Hidden { object: entry.number, at, since });
            }
        }
        merged.entries.extend((newest.spot != Spot::Free).then_some(newest));
    }
    merged.stale.sort_unstable();
    Ok(merged)
}

/// Puts entries of one number together, one for each section; says whether a table calls free what
/// the stream beside it has in use.
fn complemented(
    same_number: &[Entry],
    sections: &[Section<'_>],
    versions: &mut Vec<Entry>,
) -> Result<bool, Refusal> {
    let mut half_hidden = false;
    for &entry in same_number {
        match versions.last_mut() {
            Some(last) if last.section == entry.section => {
                half_hidden |= (last.spot == Spot::Free) != (entry.spot == Spot::Free);
                *last = complement(*last, entry, &sections[usize::from(entry.section)])?;
            }
            _ => versions.push(entry),
        }
    }
    Ok(half_hidden)
}

/// Two entries of one number in one section: only a hybrid may have them, where the table calls
/// free what old readers must not see (ISO 32000-1, 7.5.8.4).
fn complement(first: Entry, second: Entry, section: &Section<'_>) -> Result<Entry, Refusal> {
    if !section.hybrid {
        return Err(Refusal::BadXref { at: section.at });
    }
    match (first.spot, second.spot) {
        (Spot::Free, _) => Ok(second),
        (_, Spot::Free) => Ok(first),
        _ if first == second => Ok(first),
        _ => Err(Refusal::HybridXref),
    }
}
