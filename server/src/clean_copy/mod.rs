//! A clean copy: a PDF that cannot be signed as it is, written anew so that it can.
//!
//! Offices hold scans that an owner's password protects, and files that other readers repair
//! without a word. Neither is ever signed. Here such a file is read by the same reader that draws
//! pages, leniently, and what hangs on its catalog is written as a new document, with a mark that
//! says so. The strict reader has the last word on the copy, as on any document.
//!
//! Foreign bytes are repaired here, so it runs in a [worker](crate::worker) and nowhere else.

mod active;
mod file;
mod pages;
mod refusal;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};
use trien_core::digest::Sha256;
use trien_core::pdf::clean_copy::CleanCopyMark;
use trien_core::pdf::inspect::{SecrecyMark, looks_like_pdf, secrecy_mark};
use trien_core::pdf::read::{self, Refusal, limits::MAX_BYTES};
use trien_core::pdf::render::Drawing;

pub use active::ActiveContent;
pub use refusal::NoCleanCopy;

use write::Written;

/// The foreign reader goes down with every level of nesting.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// Reading may make the foreign reader repair, which changes what it read before.
const MOST_READINGS: usize = 3;

/// A document that can be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanCopy {
    /// The file.
    pub bytes: Vec<u8>,
    /// What people are told of it.
    pub account: Account,
}

/// What was done to get a clean copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What the copy says of its origin.
    pub mark: CleanCopyMark,
    /// References of the original that lead nowhere: what stood there is not in the copy.
    pub missing: u32,
}

/// Writes a document anew, or says why that does not help.
pub fn make(original: Arc<Vec<u8>>, active: ActiveContent) -> Result<CleanCopy, NoCleanCopy> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("copy".to_owned()).stack_size(STACK_BYTES);
        let work = || copy(original, active);
        let running = thread.spawn_scoped(scope, work).map_err(|_| NoCleanCopy::Unreadable)?;
        running.join().unwrap_or(Err(NoCleanCopy::Unreadable))
    })
}

fn copy(original: Arc<Vec<u8>>, active: ActiveContent) -> Result<CleanCopy, NoCleanCopy> {
    let Err(reason) = read::open(&original) else { return Err(NoCleanCopy::NotNeeded) };
    if original.len() > MAX_BYTES {
        return Err(Refusal::TooLarge.into());
    }
    if !looks_like_pdf(&original) {
        return Err(Refusal::NotPdf.into());
    }
    // Anywhere: a signature that a broken file no longer names would be lost as well.
    if memchr::memmem::find(&original, b"/ByteRange").is_some() {
        return Err(NoCleanCopy::Signed);
    }
    let sha256 = Sha256::of(&original);
    let pdf = Pdf::new(original).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => NoCleanCopy::Password,
        LoadPdfError::Decryption(_) => NoCleanCopy::Encryption,
        LoadPdfError::Invalid => NoCleanCopy::Unreadable,
    })?;
    let Written { bytes, removed, missing } = settled(&pdf, sha256, reason, active)?;
    let bytes = Arc::new(bytes);
    judge(&bytes, pdf.pages().len(), active)?;
    let mark = CleanCopyMark { original: sha256, reason: reason.slug().to_owned(), removed };
    Ok(CleanCopy { bytes: Arc::unwrap_or_clone(bytes), account: Account { mark, missing } })
}

/// Writes until two writings agree: then no repair came in between.
fn settled(
    pdf: &Pdf,
    sha256: Sha256,
    reason: Refusal,
    active: ActiveContent,
) -> Result<Written, NoCleanCopy> {
    let mut before = write::document(pdf, sha256, reason, active)?;
    for _ in 1..MOST_READINGS {
        let again = write::document(pdf, sha256, reason, active)?;
        if again == before {
            return Ok(again);
        }
        before = again;
    }
    Err(NoCleanCopy::Unreadable)
}

/// Nothing is a clean copy that the strict reader refuses, or that shows other pages.
fn judge(copy: &Arc<Vec<u8>>, pages: usize, active: ActiveContent) -> Result<(), NoCleanCopy> {
    let document = read::open(copy).map_err(|refusal| match (refusal, active) {
        (Refusal::ActiveContent { .. }, ActiveContent::Refused) => NoCleanCopy::ActiveContent,
        (refusal, _) => NoCleanCopy::Still(refusal),
    })?;
    if document.pages().len() != pages || Drawing::of(&document, copy).is_err() {
        return Err(NoCleanCopy::Unreadable);
    }
    match secrecy_mark(&document, copy)? {
        SecrecyMark::Present => Err(NoCleanCopy::SecretGrade),
        SecrecyMark::Absent | SecrecyMark::Unreadable => Ok(()),
    }
}
