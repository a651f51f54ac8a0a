//! Clean copies for document systems. Nothing of a file that comes for one is kept.

use bytes::Bytes;
use trien_core::document::MAX_DOCUMENT_BYTES;

use super::FlowError;
use super::key::{ApiCaller, Scope};
use crate::app::App;
use crate::clean_copy::{ActiveContent, CleanCopy};

/// Writes a document that cannot be signed anew, in a worker.
pub async fn make(
    app: &App,
    caller: &ApiCaller,
    original: Bytes,
    active: ActiveContent,
) -> Result<CleanCopy, FlowError> {
    caller.require(Scope::Submit)?;
    if original.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(FlowError::document_too_large());
    }
    Ok(app.checker().clean_copy(original, active).await??)
}
