//! The files of a submission: how many and how large, what they are called, and where they are kept.

use bytes::Bytes;
use trien_core::digest::Sha256;
use trien_core::document::{DocumentRef, MAX_DOCUMENT_BYTES};
use trien_core::pdf::inspect::{Inspection, SecrecyMark};

use super::super::FlowError;
use super::Upload;
use crate::app::App;
use crate::blobs::Held;

const MAX_ATTACHMENTS: usize = 64;
const MAX_IMAGES: usize = 32;
const MAX_NAME_CHARACTERS: usize = 255;
const MAX_MEDIA_TYPE_BYTES: usize = 127;

/// Opens a PDF in a worker and refuses what must not or cannot be handled. So it is with attachments:
/// of one that cannot be opened nobody can say that it bears no secrecy mark.
pub(super) async fn inspect(app: &App, bytes: Bytes) -> Result<Inspection, FlowError> {
    let inspection = app.checker().inspect(bytes).await?;
    match inspection.secrecy {
        SecrecyMark::Present => Err(FlowError::SecretGrade),
        SecrecyMark::Absent | SecrecyMark::Unreadable => Ok(inspection),
    }
}

pub(super) fn check_sizes(
    document: &Upload,
    attachments: &[Upload],
    images: &[Upload],
) -> Result<(), FlowError> {
    let mut files = std::iter::once(document).chain(attachments);
    if files.any(|file| file.bytes.len() as u64 > MAX_DOCUMENT_BYTES) {
        return Err(FlowError::document_too_large());
    }
    let too_many = |what: &str| Err(FlowError::InvalidSubmission(what.to_owned()));
    if attachments.len() > MAX_ATTACHMENTS {
        return too_many("a request has at most 64 attachments");
    }
    if images.len() > MAX_IMAGES {
        return too_many("a request has at most 32 images");
    }
    Ok(())
}

/// The documents by name and digest, the main one first, and their bytes in the same order.
pub(super) fn named(
    main: DocumentRef,
    document: Upload,
    attachments: Vec<Upload>,
) -> Result<(Vec<Named>, Vec<Bytes>), FlowError> {
    let mut documents = vec![Named { name: file_name(&document.name), document: main }];
    let mut files = vec![document.bytes];
    for attachment in attachments {
        let document = DocumentRef {
            sha256: Sha256::of(&attachment.bytes),
            size: attachment.bytes.len() as u64,
            media_type: media_type(&attachment.media_type)?,
        };
        documents.push(Named { name: file_name(&attachment.name), document });
        files.push(attachment.bytes);
    }
    Ok((documents, files))
}

#[derive(Debug)]
pub(super) struct Named {
    pub name: String,
    pub document: DocumentRef,
}

// What a browser or a script sent as a file name is shown to people: one line, no path.
fn file_name(sent: &str) -> String {
    let base = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        base.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARACTERS).collect();
    if clean.trim().is_empty() { "document".to_owned() } else { clean.trim().to_owned() }
}

// It becomes part of the statement that is signed: `type/subtype` in the letters of RFC 6838 §4.2,
// its parameters left out.
fn media_type(sent: &str) -> Result<String, FlowError> {
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let name = |part: &str| {
        let letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.bytes().all(letter)
    };
    match essence.split_once('/') {
        Some((kind, of)) if essence.len() <= MAX_MEDIA_TYPE_BYTES && name(kind) && name(of) => {
            Ok(essence.to_ascii_lowercase())
        }
        _ => Err(FlowError::BadRequest("an attachment has no usable media type".to_owned())),
    }
}

pub(super) async fn store(app: &App, files: &[Bytes]) -> Result<Vec<Held>, FlowError> {
    let mut held = Vec::with_capacity(files.len());
    for bytes in files {
        held.push(app.blobs().put(bytes.clone(), app.entropy()).await?);
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_one_line_without_a_path() {
        assert_eq!(file_name("../../etc/Quyết định.pdf"), "Quyết định.pdf");
        assert_eq!(file_name("C:\\a\\b.pdf"), "b.pdf");
        assert_eq!(file_name("a\u{0}\nb.pdf"), "ab.pdf");
        assert_eq!(file_name("  "), "document");
        assert_eq!(file_name(&"x".repeat(300)).len(), 255);
    }
}
