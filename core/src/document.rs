//! Documents and what an office knows about them.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::digest::Sha256;

/// The largest document, in bytes: 50 MiB.
pub const MAX_DOCUMENT_BYTES: u64 = 50 * 1024 * 1024;

/// The media type of PDF (RFC 8118).
pub const PDF: &str = "application/pdf";

/// One sequence of bytes that people talk about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct DocumentRef {
    /// Digest of all bytes.
    #[n(0)]
    pub sha256: Sha256,
    /// Length in bytes.
    #[n(1)]
    pub size: u64,
    /// IANA media type.
    #[n(2)]
    pub media_type: String,
}

/// How soon a document must move (độ khẩn; Decree 30/2020, appendix I).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Urgency {
    /// No mark.
    #[default]
    #[n(0)]
    Normal,
    /// Khẩn.
    #[n(1)]
    Urgent,
    /// Thượng khẩn.
    #[n(2)]
    VeryUrgent,
    /// Hỏa tốc.
    #[n(3)]
    Flash,
}

/// What the office's register says of a document (Decree 30/2020, appendix VI).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Metadata {
    /// Number and notation (số, ký hiệu) when already reserved, at most 41 characters.
    #[n(0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text<41>>,
    /// Abstract (trích yếu), at most 500 characters.
    #[n(1)]
    pub subject: Text<500>,
    /// Kind (loại văn bản): "Quyết định", "Công văn" …
    #[n(2)]
    pub kind: Text<100>,
    /// The unit that issues it, as written on the document.
    #[n(3)]
    pub issuer: Text<200>,
    /// How soon it must move.
    #[n(4)]
    #[serde(default)]
    pub urgency: Urgency,
}

/// A text in Unicode NFC of 1 to `MAX` characters, without control characters or line breaks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// The text is empty, too long, or has characters that cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but blanks.
    #[error("the text is empty")]
    Empty,
    /// Too many characters.
    #[error("the text has {actual} characters, the limit is {limit}")]
    TooLong {
        /// Characters found.
        actual: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A control, line-break or direction-changing character.
    #[error("the text has a character that cannot be shown: U+{0:04X}")]
    NotShowable(u32),
}

impl<const MAX: usize> Text<MAX> {
    /// Normalises to NFC, trims, and checks.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(InvalidText::Empty);
        }
        let actual = text.chars().count();
        if actual > MAX {
            return Err(InvalidText::TooLong { actual, limit: MAX });
        }
        match text.chars().find(|c| hides_or_breaks(*c)) {
            Some(c) => Err(InvalidText::NotShowable(u32::from(c))),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Direction overrides can make a sheet read differently from what is signed.
fn hides_or_breaks(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}')
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl<C, const MAX: usize> Encode<C> for Text<MAX> {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C, const MAX: usize> Decode<'b, C> for Text<MAX> {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let text = d.str()?;
        if !is_nfc(text) {
            return Err(minicbor::decode::Error::message("text is not in Unicode NFC"));
        }
        Self::new(text).map_err(minicbor::decode::Error::message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_normalised_and_keep_all_vietnamese_marks() {
        let decomposed = "Quye\u{302}\u{301}t đi\u{323}nh";
        assert_eq!(Text::<50>::new(decomposed).unwrap().as_str(), "Quyết định");
    }

    #[test]
    fn texts_that_could_deceive_a_reader_are_refused() {
        for hidden in ["a\u{202E}b", "a\nb", "a\u{200B}b", "a\u{0}b", "a\u{2066}b"] {
            assert!(matches!(Text::<50>::new(hidden), Err(InvalidText::NotShowable(_))));
        }
        assert_eq!(Text::<50>::new("  "), Err(InvalidText::Empty));
        assert_eq!(Text::<3>::new("dài ra"), Err(InvalidText::TooLong { actual: 6, limit: 3 }));
    }

    #[test]
    fn unknown_fields_are_refused() {
        let json = r#"{"subject":"a","kind":"b","issuer":"c","secret":true}"#;
        assert!(serde_json::from_str::<Metadata>(json).is_err());
    }
}
