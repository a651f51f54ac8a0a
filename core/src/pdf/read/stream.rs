//! One object of the file: its header, its value, and the data of a stream.

use super::lexer::{self, SyntaxError, keyword, skip_blanks, skip_trivia};
use super::scan::{Marks, Scanner};
use super::{Dict, ObjectId, Value};

/// What stands behind `N G obj`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'d> {
    pub id: ObjectId,
    /// First byte of the value.
    pub at: usize,
    /// Byte behind the value.
    pub end: usize,
    pub marks: Marks,
    /// First byte of the data, if it is a stream.
    pub data: Option<usize>,
    pub dict: Option<Dict<'d>>,
}

/// What a stream's dictionary says of its data.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StreamKeys<'d> {
    pub length: Option<Value<'d>>,
    pub filter: Option<Value<'d>>,
}

impl<'d> StreamKeys<'d> {
    /// Reads them; `None` when the data may be elsewhere (`/F`), or by names that some readers take
    /// for those of filters.
    pub(super) fn of(dict: Dict<'d>) -> Option<Self> {
        let mut keys = Self::default();
        for (name, value) in dict.iter() {
            match &*name.decoded() {
                b"F" | b"DP" => return None,
                b"Length" => keys.length = Some(value),
                b"Filter" => keys.filter = Some(value),
                _ => {}
            }
        }
        Some(keys)
    }
}

/// A cross-reference stream, whose `/Length` has to stand in place.
#[derive(Clone, Copy, Debug)]
pub(super) struct DirectStream<'d> {
    pub id: ObjectId,
    pub dict: Dict<'d>,
    pub data: &'d [u8],
    /// Byte behind `endobj`.
    pub end: usize,
}

/// Reads `N G obj`, a value, and the keyword behind it: `stream`, or anything else.
pub(super) fn head<'d>(
    bytes: &'d [u8],
    at: usize,
    scanner: &mut Scanner<'_>,
) -> Result<Option<Head<'d>>, SyntaxError> {
    let inside_a_token = at.checked_sub(1).is_none_or(|before| !lexer::ends_token(bytes, before));
    let Some((id, end)) = lexer::object_header(bytes, at).filter(|_| !inside_a_token) else {
        return Ok(None);
    };
    let at = skip_trivia(bytes, end);
    let (end, marks) = scanner.scan(bytes, at)?;
    let dict = match bytes.get(at..at + 2) {
        Some(b"<<") => Value::whole(&bytes[at..end]).and_then(Value::dict),
        _ => None,
    };
    let word = skip_trivia(bytes, end);
    let data = match dict.and_then(|_| keyword(bytes, word, b"stream")) {
        None => None,
        Some(end) => match bytes.get(end..end + 2) {
            Some(b"\r\n") => Some(end + 2),
            Some([b'\n', _]) => Some(end + 1),
            _ => return Err(SyntaxError::Malformed),
        },
    };
    Ok(Some(Head { id, at, end, marks, data, dict }))
}

/// Reads `endobj` behind a value; gives the byte behind it.
pub(super) fn end_of_object(bytes: &[u8], at: usize) -> Option<usize> {
    keyword(bytes, skip_trivia(bytes, at), b"endobj")
}

/// Reads `endstream` and `endobj` behind data of this length; gives both ends.
pub(super) fn end_of_stream(bytes: &[u8], data: usize, length: usize) -> Option<(usize, usize)> {
    let data_end = data.checked_add(length).filter(|&end| end <= bytes.len())?;
    let end = keyword(bytes, skip_blanks(bytes, data_end), b"endstream")?;
    Some((data_end, end_of_object(bytes, end)?))
}

/// Reads a stream whose `/Length` stands in place. `Err(None)` means: no such thing here.
pub(super) fn direct_stream<'d>(
    bytes: &'d [u8],
    at: usize,
    scanner: &mut Scanner<'_>,
) -> Result<DirectStream<'d>, Option<SyntaxError>> {
    let head = head(bytes, at, scanner)?.ok_or(None)?;
    let (Some(dict), Some(data)) = (head.dict, head.data) else { return Err(None) };
    let Some(Value::Integer(length)) = dict.get("Length") else { return Err(None) };
    let length = usize::try_from(length).map_err(|_| None)?;
    let (data_end, end) = end_of_stream(bytes, data, length).ok_or(None)?;
    Ok(DirectStream { id: head.id, dict, data: &bytes[data..data_end], end })
}
