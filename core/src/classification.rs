//! Grades of state secrets, and why they never enter.

use serde::{Deserialize, Serialize};

/// What a submitter says of a document's grade.
///
/// The secret grades exist here so that they can be refused by name; nothing that is stored has a
/// place for them ([`Open`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claimed {
    /// Not secret.
    Open,
    /// Mật.
    Confidential,
    /// Tối mật.
    Secret,
    /// Tuyệt mật.
    TopSecret,
}

/// Proof that a document was claimed, and looked, not secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open(());

/// The document is, or says it is, a state secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("documents graded Mật, Tối mật or Tuyệt mật cannot be handled here")]
pub struct SecretGrade;

impl Claimed {
    /// Lets only the open grade through.
    pub fn admit(self) -> Result<Open, SecretGrade> {
        match self {
            Self::Open => Ok(Open(())),
            Self::Confidential | Self::Secret | Self::TopSecret => Err(SecretGrade),
        }
    }
}

/// One line of a page's text with its place, in the displayed page: points from the lower left.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedLine {
    /// The line's text.
    pub text: String,
    /// Left edge.
    pub x: f32,
    /// Baseline.
    pub y: f32,
}

/// Whether a line of the first page is a secrecy mark where Decree 30/2020 (appendix I, cell 10a)
/// puts it: alone on its line, in the upper left part of the page.
///
/// A sentence that merely mentions the word is not a mark.
#[must_use]
pub fn carries_mark(lines: &[PlacedLine], page_width: f32, page_height: f32) -> bool {
    lines.iter().any(|line| {
        let in_cell = line.x < page_width * 0.5 && line.y > page_height * 0.55;
        in_cell && is_mark(&line.text)
    })
}

fn is_mark(text: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    let letters: String = text
        .nfc()
        .filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation())
        .flat_map(char::to_uppercase)
        .collect();
    let grade = letters.strip_prefix("ĐỘMẬT").filter(|rest| !rest.is_empty()).unwrap_or(&letters);
    MARKS.contains(&grade)
}

/// The three grades, in Unicode and as they come out of documents set in the fonts of before
/// Unicode (TCVN 5712 and VNI), which have no mapping but their own.
const MARKS: [&str; 9] =
    ["MẬT", "TỐIMẬT", "TUYỆTMẬT", "MËT", "TÈIMËT", "TUYÖTMËT", "MAÄT", "TOÁIMAÄT", "TUYEÄTMAÄT"];

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, x: f32, y: f32) -> bool {
        carries_mark(&[PlacedLine { text: text.to_owned(), x, y }], 595.0, 842.0)
    }

    #[test]
    fn a_grade_alone_in_the_upper_left_is_a_mark() {
        let marks = ["MẬT", "Tối mật", "TUYỆT MẬT", "T U Y Ệ T  M Ậ T", "[MẬT]", "Độ mật: Mật"];
        for text in marks.into_iter().chain(["MA\u{302}\u{323}T", "tuyÖt mËt", "TOÁI MAÄT"]) {
            assert!(marked(text, 90.0, 650.0), "{text}");
        }
    }

    #[test]
    fn a_sentence_that_names_a_grade_is_no_mark() {
        for text in ["Tài liệu TUYỆT MẬT được bảo quản riêng", "MẬT ONG", "Bí mật", "", "Độ mật"]
        {
            assert!(!marked(text, 90.0, 650.0), "{text}");
        }
    }

    #[test]
    fn a_grade_elsewhere_on_the_page_is_no_mark() {
        assert!(!marked("TUYỆT MẬT", 400.0, 650.0));
        assert!(!marked("TUYỆT MẬT", 90.0, 300.0));
    }
}
