//! What a reader finds that gives up on the cross-reference: whatever looks like an object, wherever
//! it lies, and of two with one number the later.

use super::lexer::{ends_token, is_blank, keyword, skip_blanks};
use super::xref::Spot;
use super::{Document, Value};

/// Most trailers that are looked at, and most bytes of each: they may stand anywhere.
const MAX_TRAILERS: usize = 1024;
const MAX_TRAILER_BYTES: usize = 64 * 1024;

/// Whether a rebuilt cross-reference leads to the same objects. `dangling` are numbers that are
/// referred to and not in use.
pub(super) fn finds_the_same(document: &Document<'_>, dangling: &[u32]) -> bool {
    let bytes = document.bytes;
    memchr::memmem::find_iter(bytes, b"obj").filter_map(|found| header_before(bytes, found)).all(
        |(number, at)| match document.xref.entry(number).map(|entry| entry.spot) {
            // A definition in front of the true one is overridden by it.
            Some(Spot::File(_)) => {
                document.objects.header(number).is_some_and(|header| at <= header)
            }
            // Readers differ about which of the two holds.
            Some(Spot::Member { .. }) => false,
            Some(Spot::Free) | None => dangling.binary_search(&number).is_err(),
        },
    ) && trailers_agree(document)
}

/// Whether the last trailer that names a catalog names ours, however many there are.
fn trailers_agree(document: &Document<'_>) -> bool {
    let bytes = document.bytes;
    let mut last = None;
    for (count, found) in memchr::memmem::find_iter(bytes, b"trailer").enumerate() {
        if count == MAX_TRAILERS {
            return false;
        }
        let bytes = &bytes[..bytes.len().min(found + MAX_TRAILER_BYTES)];
        let at = skip_blanks(bytes, found + b"trailer".len());
        let dict = Value::read(bytes, at).and_then(|(value, _)| value.dict());
        last = dict.and_then(|dict| dict.get("Root")).or(last);
    }
    last.is_none_or(|root| root.reference() == Some(document.root))
}

/// Reads `N G obj` backwards from its keyword; gives N and where it starts.
fn header_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    keyword(bytes, at, b"obj")?;
    let generation_end = blanks_before(bytes, at)?;
    let generation = digits_before(bytes, generation_end)?;
    let number_end = blanks_before(bytes, generation)?;
    let number = digits_before(bytes, number_end)?;
    if number > 0 && !ends_token(bytes, number - 1) {
        return None;
    }
    let digits = std::str::from_utf8(&bytes[number..number_end]).ok()?;
    Some((digits.parse().ok()?, number))
}

/// At least one blank, and few: a header is short.
fn blanks_before(bytes: &[u8], end: usize) -> Option<usize> {
    let blanks = bytes[..end].iter().rev().take(16).take_while(|&&byte| is_blank(byte)).count();
    (blanks > 0).then_some(end - blanks)
}

fn digits_before(bytes: &[u8], end: usize) -> Option<usize> {
    let digits =
        bytes[..end].iter().rev().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    (1..=10).contains(&digits).then_some(end - digits)
}
