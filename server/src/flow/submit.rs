//! Queueing a document.

use bytes::Bytes;
use trien_core::wire::{Submission, Submitted};

use super::FlowError;
use super::key::ApiCaller;
use crate::app::App;

/// A file that came with a submission.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its file name, for people and for references from the description.
    pub name: String,
    /// Its media type as declared.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// All parts of `POST /api/v1/requests`.
#[derive(Clone, Debug)]
pub struct Package {
    /// The description.
    pub submission: Submission,
    /// The document to sign.
    pub document: Upload,
    /// What belongs to it.
    pub attachments: Vec<Upload>,
    /// Stamp pictures, PNG, by file name.
    pub images: Vec<Upload>,
    /// The caller's key: 1 to 255 visible ASCII characters. The same key with the same package gives
    /// the same answer.
    pub idempotency_key: String,
}

/// Checks and queues a document. Nothing of a refused one is kept.
pub async fn submit(
    app: &App,
    caller: &ApiCaller,
    package: Package,
) -> Result<Submitted, FlowError> {
    todo!()
}
