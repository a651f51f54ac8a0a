//! Linearization (ISO 32000-1, annex F): a second account of the pages, which poppler believes.
//!
//! While the file has the length that its first object states, poppler starts from the section behind
//! that object instead of from `startxref`, counts the pages by `/N`, finds them by the hint table,
//! and reads older entries from `/T` on. All of it must agree with what we read.

use super::inflate::{Budget, unpack};
use super::lexer::{keyword, skip_blanks, skip_trivia};
use super::scan::Scanner;
use super::stream::{direct_stream, end_of_object, head};
use super::{Dict, Document, Value};

/// The fields of a page offset hint table's header in front of the entries, in bytes (F.4.1).
const HEADER: usize = 36;

/// Whether the linearization, if there is one that counts, tells what the document is.
pub(super) fn agrees(document: &Document<'_>) -> bool {
    let bytes = document.bytes;
    let at = skip_trivia(bytes, 0);
    let Ok(Some(first)) = head(bytes, at, &mut Scanner::default()) else { return true };
    let Some(dict) = first.dict.filter(|dict| dict.get("Linearized").is_some()) else {
        return true;
    };
    if whole(dict, "L") != Some(bytes.len()) {
        return true;
    }
    let Some(end) = end_of_object(bytes, first.end) else { return false };
    let numbers: Vec<u32> = document.pages.iter().map(|page| page.id.number).collect();
    skip_trivia(bytes, end) == skip_trivia(bytes, document.xref.startxref)
        && whole(dict, "N") == Some(numbers.len())
        && main_table(document, dict)
        && hinted(document, dict) == Some(numbers)
}

fn whole(dict: Dict<'_>, key: &str) -> Option<usize> {
    usize::try_from(dict.get(key)?.integer()?).ok()
}

/// `/T` points at the first line of the table before, or the blank in front of it. In a stream there
/// are no lines, and nobody looks there.
fn main_table(document: &Document<'_>, dict: Dict<'_>) -> bool {
    let bytes = document.bytes;
    if !document.xref.tables_only {
        return true;
    }
    let lines = document.xref.trailer.get("Prev").and_then(Value::integer).and_then(|at| {
        let start = skip_blanks(bytes, usize::try_from(at).ok().filter(|&at| at < bytes.len())?);
        let subsection = skip_blanks(bytes, keyword(bytes, start, b"xref")?);
        let count = bytes.get(subsection..)?.strip_prefix(b"0 ")?;
        let digits = count.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        Some(skip_blanks(bytes, subsection + 2 + digits))
    });
    let stated = whole(dict, "T").map(|at| skip_blanks(bytes, at.min(bytes.len())));
    lines.is_some() && stated == lines
}

/// The object numbers of all pages as the hints have them.
fn hinted(document: &Document<'_>, dict: Dict<'_>) -> Option<Vec<u32>> {
    let bytes = document.bytes;
    let at = dict.get("H").and_then(Value::array).and_then(|hints| hints.iter().next())?;
    let at = usize::try_from(at.integer()?).ok()?;
    let stream = direct_stream(bytes, at, &mut Scanner::default()).ok()?;
    let table = unpack(stream.id.number, stream.dict, stream.data, &mut Budget::new()).ok()?;
    let first = u32::try_from(whole(dict, "O")?).ok()?;
    if dict.get("P").is_some_and(|page| page.integer() != Some(0)) {
        return None;
    }
    let least = u32::from_be_bytes(table.get(..4)?.try_into().ok()?);
    let width = u16::from_be_bytes(table.get(8..10)?.try_into().ok()?);
    let mut bits = Bits { bytes: table.get(HEADER..)?, at: 0 };
    let mut next = 1u32;
    let mut numbers = vec![first];
    // The first page's own count stands first and is of no use here.
    bits.take(width)?;
    for _ in 1..document.pages.len() {
        numbers.push(next);
        next = next.checked_add(least)?.checked_add(bits.take(width)?)?;
    }
    Some(numbers)
}

struct Bits<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next number of that many bits.
    fn take(&mut self, width: u16) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..width.min(33) {
            let byte = self.bytes.get(self.at / 8)?;
            value = value.checked_mul(2)? + u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}
