//! Cross-reference sections: from the last one back to the first, then merged.

mod merge;

use std::collections::HashSet;

use merge::{Merged, merge, revisions};

use super::inflate::{Budget, unpack};
use super::lexer::{self, SyntaxError, keyword, skip_blanks, unsigned};
use super::limits::{MAX_ENTRIES, MAX_OBJECT_NUMBER, MAX_SECTIONS};
use super::scan::Scanner;
use super::stream::direct_stream;
use super::{Dict, ObjectId, Refusal, Revision, Value, XrefKind};

/// Where a section says an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Nowhere.
    Free,
    /// At a byte of the file.
    File(u32),
    /// In an object stream, at an index.
    Member {
        /// The stream's number.
        container: u32,
        /// Which of its objects.
        index: u32,
    },
}

/// One entry of one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub number: u32,
    /// 0 is the newest section.
    pub section: u16,
    pub generation: u16,
    pub spot: Spot,
}

impl Entry {
    pub(super) fn id(&self) -> ObjectId {
        ObjectId { number: self.number, generation: self.generation }
    }
}

/// All sections, merged.
#[derive(Debug)]
pub(super) struct Xref<'a> {
    pub kind: XrefKind,
    pub startxref: usize,
    pub trailer: Dict<'a>,
    /// Objects in use, by number, each once.
    pub entries: Vec<Entry>,
    pub revisions: Vec<Revision>,
    /// The end of the file, when something stands between it and its section: behind another
    /// revision nobody would find it.
    pub end_apart: Option<usize>,
    /// One more than the greatest number that any section names.
    pub size: u32,
    pub hidden: Vec<Hidden>,
    /// Objects that older sections have and newer ones do not, sorted.
    pub stale: Vec<ObjectId>,
    /// Whether all sections are tables: some readers rebuild such files when a reference dangles.
    pub tables_only: bool,
    /// Whether a table is written so that some readers repair it.
    pub loose: bool,
    /// Whether a table calls free what the stream beside it has in use. That is how a hybrid hides
    /// objects from old readers, and not from old ones alone.
    pub half_hidden: bool,
}

impl Xref<'_> {
    /// The entry of an object in use.
    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        find(&self.entries, number)
    }
}

/// Finds an entry among sorted ones. Numbers are mostly dense, so the first guess mostly hits.
pub(super) fn find(entries: &[Entry], number: u32) -> Option<&Entry> {
    let guess = usize::try_from(number.checked_sub(entries.first()?.number)?).ok()?;
    entries.get(guess).filter(|entry| entry.number == number).or_else(|| {
        let at = entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        entries.get(at)
    })
}

/// An object of a later revision that lies in the bytes of an earlier one. Without signatures
/// that is harmless (Word writes such files); with one, its signer never saw the object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hidden {
    pub object: u32,
    /// Where it lies.
    pub at: usize,
    /// Where the section starts that names it.
    pub since: usize,
}

struct Section<'a> {
    at: usize,
    end: usize,
    kind: XrefKind,
    /// Whether a stream complements the table.
    hybrid: bool,
    trailer: Dict<'a>,
    /// Its own `startxref`, and the byte behind `%%EOF`.
    tail: Option<(usize, usize)>,
}

/// Reads all sections of a file that starts as a PDF.
pub(super) fn read<'a>(bytes: &'a [u8], budget: &mut Budget) -> Result<Xref<'a>, Refusal> {
    let (startxref, end) = last_tail(bytes)?;
    let mut reader = SectionReader {
        bytes,
        budget,
        scanner: Scanner::default(),
        sections: Vec::new(),
        spans: Vec::new(),
        entries: Vec::new(),
        loose: false,
    };
    let mut next = Some(startxref);
    let mut seen = HashSet::new();
    while let Some(at) = next {
        if !seen.insert(at) {
            return Err(Refusal::XrefLoop { at });
        }
        next = reader.section(at)?;
    }
    let SectionReader { sections, mut entries, loose, .. } = reader;
    let revisions = revisions(bytes, &sections, startxref, end);
    let found = |section: &Section<'_>| section.tail.is_some_and(|(_, tail_end)| tail_end == end);
    let end_apart = (!sections.iter().any(found)).then_some(end);
    let newest = &sections[0];
    let Some(Value::Integer(declared)) = newest.trailer.get("Size") else {
        return Err(Refusal::BadXref { at: newest.at });
    };
    entries.sort_unstable_by_key(|entry| (entry.number, entry.section));
    let size = entries.last().map_or(0, |entry| entry.number) + 1;
    if !u32::try_from(declared)
        .is_ok_and(|declared| declared <= MAX_OBJECT_NUMBER + 1 && size <= declared)
    {
        return Err(Refusal::BadXref { at: newest.at });
    }
    let size = size.max(u32::try_from(declared).unwrap_or(size));
    let Merged { entries, hidden, stale, half_hidden } = merge(&entries, &sections, &revisions)?;
    let (kind, trailer) = (newest.kind, newest.trailer);
    let tables_only = sections.iter().all(|s| s.kind == XrefKind::Table && !s.hybrid);
    Ok(Xref {
        kind,
        startxref,
        trailer,
        entries,
        revisions,
        end_apart,
        size,
        hidden,
        stale,
        tables_only,
        loose,
        half_hidden,
    })
}

/// Reads `startxref N %%EOF` at the end of the file, blanks aside.
fn last_tail(bytes: &[u8]) -> Result<(usize, usize), Refusal> {
    let blanks = bytes.iter().rev().take_while(|&&byte| lexer::is_blank(byte)).count();
    // Readers look for the end in the last kilobyte.
    if blanks > 1000 {
        return Err(Refusal::BadEnd);
    }
    let end = bytes.len() - blanks;
    // The keyword, the longest offset and any reasonable white space fit in here.
    let window = end.saturating_sub(64);
    let start = memchr::memmem::rfind(&bytes[window..end], b"startxref").ok_or(Refusal::BadEnd)?;
    match tail(bytes, window + start) {
        Some((startxref, tail_end)) if tail_end == end => Ok((startxref, end)),
        _ => Err(Refusal::BadEnd),
    }
}

/// Reads `startxref N %%EOF`; gives N and the byte behind.
///
/// All readers take the first number, and none misses the end mark, so the number may stand there
/// twice and the mark may be missing at the end of the file.
fn tail(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (startxref, number_end) =
        unsigned(bytes, skip_blanks(bytes, keyword(bytes, at, b"startxref")?))?;
    let startxref = usize::try_from(startxref).ok()?;
    let mut mark = skip_blanks(bytes, number_end);
    if mark == bytes.len() {
        return Some((startxref, number_end));
    }
    if let Some((again, end)) = unsigned(bytes, mark).filter(|_| mark > number_end)
        && usize::try_from(again) == Ok(startxref)
    {
        mark = skip_blanks(bytes, end);
    }
    let end = mark + b"%%EOF".len();
    (mark > number_end && bytes.get(mark..end) == Some(b"%%EOF")).then_some((startxref, end))
}

struct SectionReader<'a, 'b> {
    bytes: &'a [u8],
    budget: &'b mut Budget,
    scanner: Scanner<'static>,
    sections: Vec<Section<'a>>,
    /// First byte of each table and stream, and the byte behind it.
    spans: Vec<(usize, usize)>,
    entries: Vec<Entry>,
    loose: bool,
}

impl<'a> SectionReader<'a, '_> {
    /// Reads one section; gives the offset of the one before it.
    fn section(&mut self, at: usize) -> Result<Option<usize>, Refusal> {
        let bad = Refusal::BadXref { at };
        if at >= self.bytes.len() {
            return Err(bad);
        }
        // Every reader skips blanks here, and here alone.
        let start = skip_blanks(self.bytes, at);
        let mut section = if keyword(self.bytes, start, b"xref").is_some() {
            self.table(start)?
        } else {
            self.stream(start)?
        };
        self.claim(section.at, section.end)?;
        let trailer = section.trailer;
        if trailer.get("Encrypt").is_some() {
            return Err(Refusal::Encrypted);
        }
        if let Some(at) = offset(trailer.get("XRefStm"), bad)? {
            let complement = self.stream(at.min(self.bytes.len()))?;
            self.claim(complement.at, complement.end)?;
            if section.kind == XrefKind::Stream || complement.trailer.get("Prev").is_some() {
                return Err(Refusal::HybridXref);
            }
            section.hybrid = true;
        }
        section.at = at;
        self.sections.push(section);
        offset(trailer.get("Prev"), bad)
    }

    /// Overlapping sections could be read over and over.
    fn claim(&mut self, at: usize, end: usize) -> Result<(), Refusal> {
        if self.spans.iter().any(|other| at < other.1 && other.0 < end) {
            return Err(Refusal::XrefLoop { at });
        }
        if self.spans.len() == MAX_SECTIONS {
            return Err(Refusal::TooManySections);
        }
        self.spans.push((at, end));
        Ok(())
    }

    fn table(&mut self, start: usize) -> Result<Section<'a>, Refusal> {
        let bad = Refusal::BadXref { at: start };
        let bytes = self.bytes;
        let mut at = skip_blanks(bytes, start + b"xref".len());
        while let Some((first, end)) = unsigned(bytes, at) {
            let second = skip_blanks(bytes, end);
            let (count, end) = unsigned(bytes, second).ok_or(bad)?;
            at = skip_blanks(bytes, end);
            for index in 0..count {
                let (row, end) = match table_line(bytes, at) {
                    Some(row) => (row, at + TABLE_LINE),
                    None => {
                        self.loose = true;
                        loose_line(bytes, at).ok_or(bad)?
                    }
                };
                self.push(first.saturating_add(index), row.1, row.0, bad)?;
                at = end;
            }
            at = skip_blanks(bytes, at);
        }
        let at = skip_blanks(bytes, keyword(bytes, at, b"trailer").ok_or(bad)?);
        if bytes.get(at..at + 2) != Some(b"<<") {
            return Err(bad);
        }
        let (end, _) = self.scanner.scan(bytes, at).map_err(|error| syntax(error, bad))?;
        let Some((Value::Dict(trailer), _)) = Value::read(bytes, at) else { return Err(bad) };
        let tail = tail(bytes, skip_blanks(bytes, end));
        Ok(Section { at: start, end, kind: XrefKind::Table, hybrid: false, trailer, tail })
    }

    fn stream(&mut self, at: usize) -> Result<Section<'a>, Refusal> {
        let bad = Refusal::BadXref { at };
        let bytes = self.bytes;
        let stream = direct_stream(bytes, at, &mut self.scanner)
            .map_err(|error| error.map_or(bad, |error| syntax(error, bad)))?;
        let trailer = stream.dict;
        if !trailer.get("Type").and_then(Value::name).is_some_and(|name| name.is("XRef")) {
            return Err(bad);
        }
        if trailer.get("Encrypt").is_some() {
            return Err(Refusal::Encrypted);
        }
        let data = unpack(stream.id.number, trailer, stream.data, self.budget)?;
        self.rows(trailer, &data, bad)?;
        let tail = tail(bytes, skip_blanks(bytes, stream.end));
        let kind = XrefKind::Stream;
        Ok(Section { at, end: stream.end, kind, hybrid: false, trailer, tail })
    }

    fn rows(&mut self, trailer: Dict<'_>, data: &[u8], bad: Refusal) -> Result<(), Refusal> {
        let widths = whole_numbers(trailer.get("W")).ok_or(bad)?;
        let [kind_width @ 0..=1, spot_width, last_width] = *widths else { return Err(bad) };
        // Only widths that the drawing reader reads too.
        if !matches!(spot_width, 1..=4 | 8) || !matches!(last_width, 0..=4 | 8) {
            return Err(bad);
        }
        let index = match trailer.get("Index") {
            None => vec![0, whole(trailer.get("Size")).ok_or(bad)?],
            value => whole_numbers(value).ok_or(bad)?,
        };
        if index.len() % 2 != 0 {
            return Err(bad);
        }
        let width = usize::try_from(kind_width + spot_width + last_width).map_err(|_| bad)?;
        let mut rows = data.chunks_exact(width);
        self.entries.reserve(rows.len().min(MAX_ENTRIES - self.entries.len()));
        for pair in index.chunks_exact(2) {
            for number in 0..pair[1] {
                let row = rows.next().ok_or(bad)?;
                let (kind, row) = if kind_width == 1 { (row[0], &row[1..]) } else { (1, row) };
                let (spot, last) = row.split_at(usize::try_from(spot_width).map_err(|_| bad)?);
                let (spot, last) = (big_endian(spot), big_endian(last));
                let small = |value: u64| u32::try_from(value).map_err(|_| bad);
                let (spot, generation) = match kind {
                    0 => (Spot::Free, 0),
                    1 => (Spot::File(small(spot)?), u16::try_from(last).map_err(|_| bad)?),
                    2 => (Spot::Member { container: small(spot)?, index: small(last)? }, 0),
                    _ => return Err(bad),
                };
                self.push(pair[0].saturating_add(number), generation, spot, bad)?;
            }
        }
        if !rows.remainder().is_empty() || rows.next().is_some() {
            return Err(bad);
        }
        Ok(())
    }

    fn push(
        &mut self,
        number: u64,
        generation: u16,
        spot: Spot,
        bad: Refusal,
    ) -> Result<(), Refusal> {
        if self.entries.len() == MAX_ENTRIES {
            return Err(Refusal::TooManyEntries);
        }
        let number = u32::try_from(number).map_err(|_| Refusal::ObjectNumber)?;
        if number > MAX_OBJECT_NUMBER {
            return Err(Refusal::ObjectNumber);
        }
        if number == 0 && spot != Spot::Free {
            return Err(bad);
        }
        let section = u16::try_from(self.sections.len()).map_err(|_| Refusal::TooManySections)?;
        self.entries.push(Entry { number, section, generation, spot });
        Ok(())
    }
}

fn syntax(error: SyntaxError, bad: Refusal) -> Refusal {
    match error {
        SyntaxError::Malformed => bad,
        SyntaxError::DuplicateKey => Refusal::DuplicateKey { object: 0 },
        SyntaxError::TooDeep => Refusal::TooDeep,
    }
}

/// A key that holds an offset, if it is there.
fn offset(value: Option<Value<'_>>, bad: Refusal) -> Result<Option<usize>, Refusal> {
    match value {
        None => Ok(None),
        Some(Value::Integer(offset)) => usize::try_from(offset).map(Some).map_err(|_| bad),
        Some(_) => Err(bad),
    }
}

/// Bytes of a table's line as the standard has it.
const TABLE_LINE: usize = 20;

/// A line as the standard has it: `nnnnnnnnnn ggggg n` and an end of line of two bytes.
fn table_line(bytes: &[u8], at: usize) -> Option<(Spot, u16)> {
    let line = bytes.get(at..at + TABLE_LINE)?;
    matches!(&line[18..], b" \r" | b" \n" | b"\r\n").then(|| table_entry(line)).flatten()
}

/// The same with another end of line. Most readers go from token to token and do not notice, others
/// rebuild the table.
fn loose_line(bytes: &[u8], at: usize) -> Option<((Spot, u16), usize)> {
    let at = skip_blanks(bytes, at);
    let end = at + b"nnnnnnnnnn ggggg n".len();
    let entry = table_entry(bytes.get(at..end)?)?;
    lexer::is_blank(*bytes.get(end)?).then(|| (entry, skip_blanks(bytes, end)))
}

fn table_entry(line: &[u8]) -> Option<(Spot, u16)> {
    if line[10] != b' ' || line[16] != b' ' {
        return None;
    }
    let digits = |range: &[u8]| {
        range.iter().try_fold(0u64, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0'))
        })
    };
    let offset = digits(&line[..10])?;
    let generation = digits(&line[11..16])?;
    match line[17] {
        // What a free entry says of its next generation means nothing to any reader.
        b'f' => Some((Spot::Free, 0)),
        b'n' => Some((Spot::File(u32::try_from(offset).ok()?), u16::try_from(generation).ok()?)),
        _ => None,
    }
}

fn whole(value: Option<Value<'_>>) -> Option<u64> {
    if let Some(Value::Integer(value)) = value { u64::try_from(value).ok() } else { None }
}

fn whole_numbers(value: Option<Value<'_>>) -> Option<Vec<u64>> {
    value?.array()?.iter().map(|value| whole(Some(value))).collect()
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}
