//! Texts within addresses and forms.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but letters, digits and `-._`. In a form `~` is escaped too, and in a query it may be.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A text as a value within an address's query (RFC 3986 §2.1), or of a form
/// (`application/x-www-form-urlencoded`).
#[must_use]
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}
