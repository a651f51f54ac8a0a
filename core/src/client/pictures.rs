//! Pictures of the pages that a person reads.

use std::sync::Arc;

use crate::document::DocumentRef;
use crate::id::RequestId;
use crate::pdf::read;
use crate::pdf::render::{Drawing, Region};

use super::error::{ClientError, DocumentFault};
use super::records::{PageView, SheetId};
use super::state::Drawn;
use super::{Companion, off_thread};

impl Companion {
    /// A picture (PNG) of a page of an opened request, `page` from 0 and `width` in pixels.
    pub async fn page_png(
        &self,
        request: RequestId,
        page: u32,
        width: u32,
        which: PageView,
    ) -> Result<Vec<u8>, ClientError> {
        let drawing = self.drawing(request, page, which).await?;
        off_thread("drawing a page", move || Ok(drawing.page_png(page, width)?)).await?
    }

    /// A picture (PNG) of part of a page of an opened request, at the scale that the region names.
    /// What of it lies beyond the page's edges is cut off.
    pub async fn region_png(
        &self,
        request: RequestId,
        region: Region,
        which: PageView,
    ) -> Result<Vec<u8>, ClientError> {
        let drawing = self.drawing(request, region.page, which).await?;
        off_thread("drawing a region", move || Ok(drawing.region_png(&region)?)).await?
    }

    /// The document as it is shown, opened for drawing and kept for the next picture.
    async fn drawing(
        &self,
        request: RequestId,
        page: u32,
        which: PageView,
    ) -> Result<Arc<Drawing>, ClientError> {
        let wanted = self.wanted(request, page, which)?;
        if let Some(drawn) = &self.lock().drawn
            && drawn.document == wanted.document.sha256
            && drawn.stamped == wanted.stamped()
        {
            return Ok(Arc::clone(&drawn.drawing));
        }
        // Not two at a time: the next one may be as large.
        self.lock().drawn = None;
        let (document, stamped) = (wanted.document.sha256, wanted.stamped());
        let bytes = self.document(&wanted.document).await?;
        let opening = off_thread("opening a document for drawing", move || {
            let file = match wanted.revision {
                None => bytes,
                Some((_, delta)) => Arc::new([bytes.as_slice(), &delta].concat()),
            };
            // What is drawn passed the gate, the revision included.
            let document = read::open(&file).map_err(ClientError::Unsignable)?;
            Ok::<_, ClientError>(Arc::new(Drawing::of(&document, &file)?))
        });
        let drawing = opening.await??;
        let drawn = Drawn { document, stamped, drawing: Arc::clone(&drawing) };
        self.lock().drawn = Some(drawn);
        Ok(drawing)
    }

    fn wanted(
        &self,
        request: RequestId,
        page: u32,
        which: PageView,
    ) -> Result<Wanted, ClientError> {
        let state = self.lock();
        let opened = state.opened.get(&request).ok_or(ClientError::NotOpened(request))?;
        let pages = u32::try_from(opened.opened.pages.len()).unwrap_or(u32::MAX);
        let document = opened.opened.documents.first().cloned().ok_or(DocumentFault::Missing)?;
        let revision = match which {
            PageView::Plain => None,
            PageView::Stamped => {
                let sheet = state.sheets.iter().rev().find(|sheet| sheet.request == request);
                let sheet = sheet.ok_or(ClientError::UnknownSheet)?;
                let built = sheet.plan.revision.as_ref();
                built.map(|revision| (sheet.id, Arc::clone(&revision.delta)))
            }
        };
        if page >= pages {
            return Err(DocumentFault::NoSuchPage { pages }.into());
        }
        Ok(Wanted { document, revision })
    }
}

/// What is to be drawn: a document, and the revision that an open sheet adds.
struct Wanted {
    document: DocumentRef,
    revision: Option<(SheetId, Arc<[u8]>)>,
}

impl Wanted {
    fn stamped(&self) -> Option<SheetId> {
        self.revision.as_ref().map(|(sheet, _)| *sheet)
    }
}
