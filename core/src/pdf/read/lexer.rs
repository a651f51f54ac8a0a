//! Tokens: blanks, names, numbers and strings (ISO 32000-1, 7.2 and 7.3).
//!
//! Every function takes the bytes and a place, and gives the place behind what it read. What
//! readers are known to guess differently is not read at all.

use super::ObjectId;

/// Longest name or number. Whatever is compared or converted again and again has to be short.
const MAX_TOKEN: usize = 4096;

/// Up to here a string is looked through byte by byte: a search by vectors takes longer to start.
const SHORT_STRING: usize = 24;

/// Syntax that a reader would have to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SyntaxError {
    /// Neither a value nor a keyword.
    Malformed,
    /// A dictionary names a key twice.
    DuplicateKey,
    /// Nested too deep.
    TooDeep,
}

use SyntaxError::Malformed;

/// What a byte may be part of. Nearly all of the gate's time goes into asking this.
const REGULAR: u8 = 1;
const BLANK: u8 = 2;
const HEX: u8 = 4;
/// Part of a name as it is, without an escape.
const PLAIN: u8 = 8;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [REGULAR | PLAIN; 256];
    classes[b'#' as usize] = REGULAR;
    let delimiters = b"()<>[]{}/%";
    let mut at = 0;
    while at < delimiters.len() {
        classes[delimiters[at] as usize] = 0;
        at += 1;
    }
    // NUL, tab, line feed, form feed, carriage return, space.
    let blanks = b"\0\t\n\x0C\r ";
    let mut at = 0;
    while at < blanks.len() {
        classes[blanks[at] as usize] = BLANK | HEX;
        at += 1;
    }
    let digits = b"0123456789abcdefABCDEF";
    let mut at = 0;
    while at < digits.len() {
        classes[digits[at] as usize] = REGULAR | PLAIN | HEX;
        at += 1;
    }
    classes
}

/// White space.
pub(super) fn is_blank(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & BLANK != 0
}

/// Neither white space nor a delimiter.
pub(super) fn is_regular(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & REGULAR != 0
}

/// Whether a token may end here.
pub(super) fn ends_token(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|&byte| !is_regular(byte))
}

/// Skips white space.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_blank(byte)) {
        at += 1;
    }
    at
}

/// Skips white space and comments.
pub(super) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        if is_blank(byte) {
            at += 1;
        } else if byte == b'%' {
            let line = &bytes[at..];
            at += memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len());
        } else {
            break;
        }
    }
    at
}

/// Reads a keyword that ends as a token.
pub(super) fn keyword(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let end = at + word.len();
    (bytes.get(at..end) == Some(word) && ends_token(bytes, end)).then_some(end)
}

/// Reads an unsigned whole number of at most 18 digits.
pub(super) fn unsigned(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    let mut digits = 0;
    for byte in bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()) {
        if digits == 18 {
            return None;
        }
        value = value * 10 + u64::from(byte - b'0');
        digits += 1;
    }
    (digits > 0).then_some((value, at + digits))
}

/// A number as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// Without a point.
    Integer(i64),
    /// With a point, in millionths, cut off towards zero, at most what an `i64` holds.
    Real(i64),
}

/// Reads a number. Whole numbers have at most 18 digits.
pub(super) fn number(bytes: &[u8], at: usize) -> Result<(Number, usize), SyntaxError> {
    // Mostly it has digits and nothing else.
    if let Some((whole, end)) = unsigned(bytes, at).filter(|&(_, end)| ends_token(bytes, end))
        && let Ok(whole) = i64::try_from(whole)
    {
        return Ok((Number::Integer(whole), end));
    }
    let negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
    let mut end = start;
    let mut whole = 0i64;
    while let Some(&byte @ b'0'..=b'9') = bytes.get(end) {
        whole = whole.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
        end += 1;
    }
    let digits = end - start;
    let read = if bytes.get(end) == Some(&b'.') {
        end += 1;
        let point = end;
        let mut fraction = 0i64;
        while let Some(&byte @ b'0'..=b'9') = bytes.get(end) {
            if end - point < 6 {
                fraction = fraction * 10 + i64::from(byte - b'0');
            }
            end += 1;
        }
        for _ in (end - point)..6 {
            fraction *= 10;
        }
        if digits == 0 && end == point {
            return Err(Malformed);
        }
        let millionths = whole.saturating_mul(1_000_000).saturating_add(fraction);
        Number::Real(if negative { -millionths } else { millionths })
    } else {
        if digits == 0 || digits > 18 {
            return Err(Malformed);
        }
        Number::Integer(if negative { -whole } else { whole })
    };
    if ends_token(bytes, end) && end - at <= MAX_TOKEN { Ok((read, end)) } else { Err(Malformed) }
}

/// Reads `N G R`, with nothing but white space between.
pub(super) fn reference(bytes: &[u8], at: usize) -> Option<(ObjectId, usize)> {
    // Mostly it is a number and nothing more.
    let digits = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !bytes.get(at + digits).is_some_and(|&byte| is_blank(byte)) {
        return None;
    }
    let (id, end) = object_id(bytes, at)?;
    let end = keyword(bytes, end, b"R")?;
    Some((id, end))
}

/// Reads `N G obj`.
pub(super) fn object_header(bytes: &[u8], at: usize) -> Option<(ObjectId, usize)> {
    let (id, end) = object_id(bytes, at)?;
    let end = keyword(bytes, end, b"obj")?;
    Some((id, end))
}

fn object_id(bytes: &[u8], at: usize) -> Option<(ObjectId, usize)> {
    let (number, end) = unsigned(bytes, at)?;
    let second = skip_blanks(bytes, end);
    let (generation, end) = unsigned(bytes, second).filter(|_| second > end)?;
    let third = skip_blanks(bytes, end);
    if third == end {
        return None;
    }
    let number = u32::try_from(number).ok()?;
    Some((ObjectId { number, generation: u16::try_from(generation).ok()? }, third))
}

/// Where a name ends, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameEnd {
    /// All of its bytes stand for themselves.
    Plain(usize),
    /// Some are escaped.
    Escaped(usize),
}

impl NameEnd {
    /// The byte behind it.
    pub(super) fn at(self) -> usize {
        let (Self::Plain(end) | Self::Escaped(end)) = self;
        end
    }
}

/// Skips a name, its slash included.
pub(super) fn skip_name(bytes: &[u8], at: usize) -> Result<usize, SyntaxError> {
    end_of_name(bytes, at).map(NameEnd::at)
}

/// The same, with how the name is written: most are compared as they stand.
pub(super) fn end_of_name(bytes: &[u8], at: usize) -> Result<NameEnd, SyntaxError> {
    let mut end = skip_plain(bytes, at + 1);
    let plain = end;
    while bytes.get(end) == Some(&b'#') {
        let escape = bytes.get(end + 1..end + 3).ok_or(Malformed)?;
        if !escape.iter().all(u8::is_ascii_hexdigit) || escape == b"00" {
            return Err(Malformed);
        }
        end = skip_plain(bytes, end + 3);
    }
    match end - at {
        0..=MAX_TOKEN if end == plain => Ok(NameEnd::Plain(end)),
        0..=MAX_TOKEN => Ok(NameEnd::Escaped(end)),
        _ => Err(Malformed),
    }
}

fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| CLASSES[usize::from(byte)] & PLAIN != 0) {
        at += 1;
    }
    at
}

/// Skips a string in parentheses or angle brackets.
pub(super) fn skip_string(bytes: &[u8], at: usize) -> Result<usize, SyntaxError> {
    let inner = bytes.get(at + 1..).ok_or(Malformed)?;
    if bytes[at] == b'<' {
        // Signatures are tens of kilobytes of these digits.
        let length = memchr::memchr(b'>', inner).ok_or(Malformed)?;
        let sound = inner[..length].iter().all(|&byte| CLASSES[usize::from(byte)] & HEX != 0);
        return if sound { Ok(at + length + 2) } else { Err(Malformed) };
    }
    // Most are short, and have nothing to match or to escape.
    let short = &inner[..inner.len().min(SHORT_STRING)];
    let first = short.iter().position(|byte| matches!(byte, b'\\' | b'(' | b')'));
    if let Some(length) = first.filter(|&length| short[length] == b')') {
        return Ok(at + length + 2);
    }
    let mut open = 1usize;
    let mut from = 0;
    while let Some(found) = memchr::memchr3(b'\\', b'(', b')', &inner[from..]) {
        from += found + 1;
        match inner[from - 1] {
            b'(' => open += 1,
            b')' => open -= 1,
            _ => from += 1,
        }
        if open == 0 {
            return Ok(at + 1 + from);
        }
        if from > inner.len() {
            break;
        }
    }
    Err(Malformed)
}
