//! Values of a PDF, borrowed from its bytes and read when they are asked for.

use std::borrow::Cow;
use std::ops::Range;

use super::ObjectId;
use super::lexer::{self, Number, skip_trivia};
use super::text;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point, in millionths, cut off towards zero.
    Real(i64),
    /// A string.
    String(PdfString<'d>),
    /// A name.
    Name(Name<'d>),
    /// An array.
    Array(Array<'d>),
    /// A dictionary.
    Dict(Dict<'d>),
    /// A reference to an object.
    Reference(ObjectId),
}

/// A string as it is written, delimiters included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdfString<'d>(&'d [u8]);

/// A name as it is written, without the slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'d>(&'d [u8]);

/// An array as it is written, brackets included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array<'d>(&'d [u8]);

/// A dictionary as it is written, `<<` and `>>` included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dict<'d>(&'d [u8]);

impl<'d> Value<'d> {
    /// Reads the value that starts here, and where it ends.
    pub(super) fn read(bytes: &'d [u8], at: usize) -> Option<(Self, usize)> {
        let first = *bytes.get(at)?;
        if first.is_ascii_digit()
            && let Some((id, end)) = lexer::reference(bytes, at)
        {
            return Some((Self::Reference(id), end));
        }
        if let b'0'..=b'9' | b'+' | b'-' | b'.' = first {
            let (number, end) = lexer::number(bytes, at).ok()?;
            return Some(match number {
                Number::Integer(value) => (Self::Integer(value), end),
                Number::Real(value) => (Self::Real(value), end),
            });
        }
        let end = skip(bytes, at)?;
        let raw = bytes.get(at..end)?;
        Some(match first {
            b'/' => (Self::Name(Name(&raw[1..])), end),
            b'[' => (Self::Array(Array(raw)), end),
            b'<' if raw.get(1) == Some(&b'<') => (Self::Dict(Dict(raw)), end),
            b'(' | b'<' => (Self::String(PdfString(raw)), end),
            b't' => (Self::Boolean(true), end),
            b'f' => (Self::Boolean(false), end),
            _ => (Self::Null, end),
        })
    }

    /// The value that takes up all of these checked bytes: nothing is searched for its end.
    pub(super) fn whole(raw: &'d [u8]) -> Option<Self> {
        Some(match raw {
            [b'[', ..] => Self::Array(Array(raw)),
            [b'<', b'<', ..] => Self::Dict(Dict(raw)),
            [b'(' | b'<', ..] => Self::String(PdfString(raw)),
            _ => Self::read(raw, 0)?.0,
        })
    }

    /// A whole number; one with a point counts when nothing stands behind it.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(value),
            Self::Real(value) if value % 1_000_000 == 0 => Some(value / 1_000_000),
            _ => None,
        }
    }

    /// A number in millionths.
    #[must_use]
    pub fn millionths(self) -> Option<i64> {
        match self {
            Self::Integer(value) => value.checked_mul(1_000_000),
            Self::Real(value) => Some(value),
            _ => None,
        }
    }

    /// The dictionary, if it is one.
    #[must_use]
    pub fn dict(self) -> Option<Dict<'d>> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }

    /// The array, if it is one.
    #[must_use]
    pub fn array(self) -> Option<Array<'d>> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// The name, if it is one.
    #[must_use]
    pub fn name(self) -> Option<Name<'d>> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn string(self) -> Option<PdfString<'d>> {
        if let Self::String(string) = self { Some(string) } else { None }
    }

    /// The object referred to, if it is a reference.
    #[must_use]
    pub fn reference(self) -> Option<ObjectId> {
        if let Self::Reference(id) = self { Some(id) } else { None }
    }
}

impl<'d> PdfString<'d> {
    /// Its bytes as they are written, delimiters included.
    #[must_use]
    pub fn raw(self) -> &'d [u8] {
        self.0
    }

    /// Its bytes, escapes resolved.
    #[must_use]
    pub fn decoded(self) -> Vec<u8> {
        text::string_bytes(self.0)
    }

    /// Its text (UTF-16, UTF-8 or `PDFDocEncoding`); what cannot be read becomes U+FFFD.
    #[must_use]
    pub fn text(self) -> String {
        text::decode(&self.decoded())
    }
}

impl<'d> Name<'d> {
    /// Its bytes, with `#` escapes resolved.
    #[must_use]
    pub fn decoded(self) -> Cow<'d, [u8]> {
        text::name_bytes(self.0)
    }

    /// Whether it is this name.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        self.0 == name.as_bytes() || (self.0.contains(&b'#') && *self.decoded() == *name.as_bytes())
    }

    /// Its text, for people.
    #[must_use]
    pub fn text(self) -> String {
        String::from_utf8_lossy(&self.decoded()).into_owned()
    }
}

impl<'d> Array<'d> {
    /// Its bytes, brackets included.
    #[must_use]
    pub fn raw(self) -> &'d [u8] {
        self.0
    }

    /// Its values in order, as they stand.
    pub fn iter(self) -> impl Iterator<Item = Value<'d>> {
        let mut at = 1;
        std::iter::from_fn(move || {
            let (value, end) = Value::read(self.0, skip_trivia(self.0, at))?;
            at = end;
            Some(value)
        })
    }
}

impl<'d> Dict<'d> {
    /// Its bytes, `<<` and `>>` included.
    #[must_use]
    pub fn raw(self) -> &'d [u8] {
        self.0
    }

    /// The value of a key as it stands: references are not followed.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        self.entries().find(|(name, _, _)| name.is(key)).map(|(_, value, _)| value)
    }

    /// Where the value of a key stands within [`Self::raw`].
    #[must_use]
    pub fn range(self, key: &str) -> Option<Range<usize>> {
        self.entries().find(|(name, _, _)| name.is(key)).map(|(_, _, range)| range)
    }

    /// Its keys and values in order, as they stand.
    pub fn iter(self) -> impl Iterator<Item = (Name<'d>, Value<'d>)> {
        self.entries().map(|(name, value, _)| (name, value))
    }

    fn entries(self) -> impl Iterator<Item = (Name<'d>, Value<'d>, Range<usize>)> {
        let mut at = 2;
        std::iter::from_fn(move || {
            let key = skip_trivia(self.0, at);
            if self.0.get(key) != Some(&b'/') {
                return None;
            }
            let key_end = lexer::skip_name(self.0, key).ok()?;
            let start = skip_trivia(self.0, key_end);
            let (value, end) = Value::read(self.0, start)?;
            at = end;
            Some((Name(self.0.get(key + 1..key_end)?), value, start..end))
        })
    }
}

/// Skips a value that [`super::scan`] has accepted, so only brackets need matching.
fn skip(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = at;
    loop {
        at = skip_trivia(bytes, at);
        let rest = bytes.get(at..)?;
        match rest {
            [b'<', b'<', ..] => {
                depth += 1;
                at += 2;
            }
            [b'>', b'>', ..] => {
                depth = depth.checked_sub(1)?;
                at += 2;
            }
            [b'[', ..] => {
                depth += 1;
                at += 1;
            }
            [b']', ..] => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            // A signature's digits are passed over whenever a key behind them is asked for.
            [b'<', ..] => at += memchr::memchr(b'>', rest)? + 1,
            [b'(', ..] => at = lexer::skip_string(bytes, at).ok()?,
            [b'/', ..] => at = lexer::skip_name(bytes, at).ok()?,
            [byte, ..] if lexer::is_regular(*byte) => {
                while !lexer::ends_token(bytes, at) {
                    at += 1;
                }
            }
            _ => return None,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}
