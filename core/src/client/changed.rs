//! What was changed after a signature, shown: the page as it was signed, and as it is now.

use crate::document::DocumentRef;
use crate::id::RequestId;
use crate::pdf::changes::{self, BeforeAndAfter, ChangedPage};
use crate::pdf::read::{Document, Refusal, open_to_judge};
use crate::pdf::render::RenderError;

use super::documents::MAX_BYTES;
use super::error::{ClientError, DocumentFault};
use super::{Companion, off_thread};

impl Companion {
    /// The pages of an opened request's main document that were changed after somebody had signed them.
    pub async fn changed_pages(&self, request: RequestId) -> Result<Vec<ChangedPage>, ClientError> {
        let bytes = self.document(&self.opened_main(request)?).await?;
        off_thread("comparing revisions", move || listed(&bytes)).await?
    }

    /// Draws one of them as it was signed (`revision` as the list names it) and as it is now, `width`
    /// pixels across.
    pub async fn changed_page(
        &self,
        request: RequestId,
        revision: u32,
        page: u32,
        width: u32,
    ) -> Result<BeforeAndAfter, ClientError> {
        let bytes = self.document(&self.opened_main(request)?).await?;
        off_thread("drawing two revisions", move || drawn(&bytes, revision, page, width)).await?
    }

    /// The same pages of any PDF, whoever it is from. Nothing is kept and nothing is sent.
    pub async fn changed_pages_of(&self, file: Vec<u8>) -> Result<Vec<ChangedPage>, ClientError> {
        fits(&file)?;
        off_thread("comparing revisions", move || listed(&file)).await?
    }

    /// Draws one of them, as [`Self::changed_page`] does.
    pub async fn changed_page_of(
        &self,
        file: Vec<u8>,
        revision: u32,
        page: u32,
        width: u32,
    ) -> Result<BeforeAndAfter, ClientError> {
        fits(&file)?;
        off_thread("drawing two revisions", move || drawn(&file, revision, page, width)).await?
    }

    /// The main document of an opened request as the person has it before them.
    fn opened_main(&self, request: RequestId) -> Result<DocumentRef, ClientError> {
        let state = self.lock();
        let opened = state.opened.get(&request).ok_or(ClientError::NotOpened(request))?;
        let main = opened.opened.documents.first().cloned();
        Ok(main.ok_or(DocumentFault::Missing)?)
    }
}

fn fits(file: &[u8]) -> Result<(), DocumentFault> {
    let (size, limit) = (file.len() as u64, MAX_BYTES);
    if size > limit { Err(DocumentFault::TooLarge { size, limit }) } else { Ok(()) }
}

fn listed(file: &[u8]) -> Result<Vec<ChangedPage>, ClientError> {
    match open_to_judge(file) {
        Ok(document) => Ok(changes::changed_pages(&document)),
        Err(refusal) => Err(unreadable(refusal)),
    }
}

fn drawn(file: &[u8], revision: u32, page: u32, width: u32) -> Result<BeforeAndAfter, ClientError> {
    let document: Document<'_> = open_to_judge(file).map_err(unreadable)?;
    let revision = usize::try_from(revision).map_err(|_| RenderError::Unreadable)?;
    Ok(changes::before_and_after(&document, revision, page, width)?)
}

fn unreadable(refusal: Refusal) -> ClientError {
    ClientError::Unsignable(refusal)
}
