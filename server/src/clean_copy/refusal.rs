//! Why there is no clean copy of a file.

use serde::{Deserialize, Serialize};
use trien_core::pdf::read::Refusal;

/// Why there is no clean copy. Sentences that tell people what to do have the key `clean-copy-no-`
/// and the [slug](Self::slug).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NoCleanCopy {
    /// The file can be signed as it is.
    #[error("the file can be signed as it is")]
    NotNeeded,
    /// Somebody signed it, and a signature does not survive a new file.
    #[error("the file holds a signature, which a copy would lose")]
    Signed,
    /// It cannot be opened without a password.
    #[error("the file cannot be opened without its password")]
    Password,
    /// Protected in a way that is not understood, such as for certain certificates.
    #[error("the file is protected in a way that is not understood")]
    Encryption,
    /// The repair found no document, or no two readings agreed.
    #[error("the file is too damaged to be read reliably")]
    Unreadable,
    /// The content of a page is not in the file.
    #[error("the content of page {page} is not in the file")]
    Incomplete {
        /// From 1.
        page: usize,
    },
    /// Scripts or programs, and nobody asked to leave them out.
    #[error("the file holds active content")]
    ActiveContent,
    /// A mark of a state secret stands on the first page.
    #[error("the document is marked as a state secret")]
    SecretGrade,
    /// Written anew it would be refused as well.
    #[error("the copy could not be signed either: {0}")]
    Still(#[from] Refusal),
}

impl NoCleanCopy {
    /// Every reason of its own; the others are those of [`Refusal`].
    pub const SLUGS: [&'static str; 7] = [
        "not-needed",
        "signed",
        "password",
        "encryption",
        "unreadable",
        "incomplete",
        "active-content",
    ];

    /// The stable name of the reason; where the copy would be refused as well, that refusal's.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Signed => "signed",
            Self::Password => "password",
            Self::Encryption => "encryption",
            Self::Unreadable => "unreadable",
            Self::Incomplete { .. } => "incomplete",
            Self::ActiveContent => "active-content",
            Self::SecretGrade => "secret-grade",
            Self::Still(refusal) => refusal.slug(),
        }
    }
}
