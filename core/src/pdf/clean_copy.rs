//! The mark of a clean copy: a document written anew, because its original could not be signed as
//! it was.
//!
//! The mark stands in the catalog, where whoever makes a PDF can write it or leave it out. It is a
//! statement of the file about itself and proves nothing: it tells a reader to compare the copy with
//! the original, whose digest it names.

use serde::{Deserialize, Serialize};

use super::read::{Document, Value};
use crate::digest::Sha256;

/// The key of the mark in the catalog.
pub const KEY: &str = "TrienCleanCopy";

/// Longest name in a mark, in bytes, and most names of what was removed.
const MOST: usize = 64;

/// What a clean copy says of its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanCopyMark {
    /// SHA-256 of the original.
    pub original: Sha256,
    /// Why the original could not be signed: the slug of a [refusal](super::read::Refusal::slug).
    pub reason: String,
    /// What was left out because somebody asked for that, such as `javascript`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

impl CleanCopyMark {
    /// What a document says of itself; `None` when it says nothing, or nothing that can be read.
    #[must_use]
    pub fn of(document: &Document<'_>) -> Option<Self> {
        let mark = document.value(document.catalog_dict(), KEY)?.dict()?;
        let original = document.value(mark, "Original")?.string()?.decoded();
        let reason = document.value(mark, "Reason")?.name()?;
        let removed = match document.value(mark, "Removed") {
            None => Vec::new(),
            Some(removed) => {
                let names = removed.array()?.iter().take(MOST);
                names.map(|name| name.name().and_then(slug)).collect::<Option<_>>()?
            }
        };
        Some(Self { original: Sha256(original.try_into().ok()?), reason: slug(reason)?, removed })
    }

    /// The mark as the catalog holds it.
    #[must_use]
    pub fn to_pdf(&self) -> String {
        let names: String = self.removed.iter().map(|name| format!("/{name}")).collect();
        format!("<</Original<{}>/Reason/{}/Removed[{names}]>>", self.original, self.reason)
    }
}

/// Whether a document says that it is a clean copy, readably or not.
pub(super) fn is_marked(document: &Document<'_>) -> bool {
    document.value(document.catalog_dict(), KEY).is_some_and(|mark| mark != Value::Null)
}

// Texts are looked up by these words, and terminals show them.
fn slug(name: super::read::Name<'_>) -> Option<String> {
    let text = name.text();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (text.len() <= MOST && text.bytes().all(plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::read::open;
    use crate::pdf::read::sample::{PAGE, PAGES, Sample};

    fn marked(mark: &str) -> Vec<u8> {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R/{KEY} {mark}>>");
        Sample::page_with(&catalog, PAGES, PAGE).table("")
    }

    fn read(mark: &str) -> Option<CleanCopyMark> {
        CleanCopyMark::of(&open(&marked(mark)).unwrap())
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        for removed in [vec![], vec!["javascript".to_owned(), "launch".to_owned()]] {
            let original = Sha256::of(b"x");
            let mark = CleanCopyMark { original, reason: "bad-xref".to_owned(), removed };
            assert_eq!(read(&mark.to_pdf()), Some(mark));
        }
    }

    #[test]
    fn a_mark_that_cannot_be_read_is_still_a_mark() {
        let long = "a".repeat(MOST + 1);
        let digest = Sha256::of(b"");
        for mark in [
            "true".to_owned(),
            "<<>>".to_owned(),
            "<</Original<00>/Reason/encrypted>>".to_owned(),
            format!("<</Original<{digest}>/Reason/En#0acrypted>>"),
            format!("<</Original<{digest}>/Reason/{long}>>"),
            format!("<</Original<{digest}>/Reason/encrypted/Removed[1]>>"),
        ] {
            let file = marked(&mark);
            let document = open(&file).unwrap();
            assert_eq!(CleanCopyMark::of(&document), None, "{mark}");
            assert!(is_marked(&document), "{mark}");
        }
        assert!(!is_marked(&open(&marked("null")).unwrap()));
    }
}
