//! The structural check `check/1`: what a signer should know of a document that may be signed.
//!
//! Findings are the same wherever they are computed: they depend on the bytes alone.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::read::Document;

/// The version of this check.
pub const CHECK: &str = "check/1";

/// One thing a signer should know. None of them forbids signing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "kebab-case", tag = "finding")]
#[cbor(map)]
pub enum Finding {
    /// Others have signed before, so many times.
    #[n(0)]
    SignedBefore {
        /// Signatures present.
        #[n(0)]
        count: u16,
    },
    /// Something was added after the last signature.
    #[n(1)]
    ChangedAfterSignature,
    /// Parts of a page can be switched on and off (optional content).
    #[n(2)]
    OptionalContent,
    /// Form fields whose values other viewers may show differently.
    #[n(3)]
    FieldWithoutAppearance,
    /// Files are attached inside the document.
    #[n(4)]
    EmbeddedFiles,
    /// An XFA form stands beside the pages.
    #[n(5)]
    Xfa,
}

/// Looks through a document; the findings come in the order of [`Finding`], each once.
#[must_use]
pub fn check(document: &Document<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Ok(count @ 1..) = u16::try_from(document.signatures().len()) {
        findings.push(Finding::SignedBefore { count });
    }
    findings
}
