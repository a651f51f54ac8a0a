//! What a stream's data went through, and where readers take it to end.

use super::lexer;
use super::{Name, Value};

/// Filters that all readers know, the short names of inline images among them.
const FILTERS: [&str; 17] = [
    "FlateDecode",
    "LZWDecode",
    "ASCII85Decode",
    "ASCIIHexDecode",
    "RunLengthDecode",
    "CCITTFaxDecode",
    "JBIG2Decode",
    "DCTDecode",
    "JPXDecode",
    "Crypt",
    "Fl",
    "LZW",
    "A85",
    "AHx",
    "RL",
    "CCF",
    "DCT",
];

/// Filters, none among them that readers treat differently.
pub(super) fn all_known(filter: Value<'_>) -> bool {
    match filter {
        Value::Null => true,
        Value::Name(name) => is_known(Some(name)),
        Value::Array(names) => names.iter().all(|name| is_known(name.name())),
        _ => false,
    }
}

fn is_known(filter: Option<Name<'_>>) -> bool {
    filter.is_some_and(|name| FILTERS.iter().any(|known| name.is(known)))
}

/// Whether plain data hold what some readers take for their end: the keyword on a line of its own.
pub(super) fn ends_within(data: &[u8]) -> bool {
    memchr::memmem::find_iter(data, b"endstream").any(|at| {
        let before = at.checked_sub(1).and_then(|before| data.get(before));
        matches!(before, None | Some(b'\n' | b'\r'))
            && lexer::keyword(data, at, b"endstream").is_some()
    })
}
