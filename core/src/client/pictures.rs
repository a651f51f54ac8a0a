//! Pictures of the pages that a person reads.

use std::sync::Arc;

use crate::document::{DocumentRef, PDF};
use crate::id::RequestId;
use crate::pdf::geometry::PageSize;
use crate::pdf::read;
use crate::pdf::recipe::Rect;
use crate::pdf::render::{Drawing, Region};
use crate::wire::DocumentView;

use super::error::{ClientError, DocumentFault};
use super::records::{PageView, SheetId, StampPlace};
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
        let drawing = self.drawing(self.shown(request, page, which)?).await?;
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
        let drawing = self.drawing(self.shown(request, region.page, which)?).await?;
        off_thread("drawing a region", move || Ok(drawing.region_png(&region)?)).await?
    }

    /// The page on which an open sheet stamps, and where; none where it signs without a stamp, or
    /// signs no document.
    pub fn stamped_page(&self, sheet: SheetId) -> Result<Option<StampedPage>, ClientError> {
        let request = self.of_sheet(sheet)?.request;
        let Some(StampPlace { page, rect }) = self.stamp_place(request)? else { return Ok(None) };
        let state = self.lock();
        let opened = state.opened.get(&request).ok_or(ClientError::NotOpened(request))?;
        let pages = &opened.opened.pages;
        let size = usize::try_from(page).ok().and_then(|page| pages.get(page)).copied();
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let size = size.ok_or(DocumentFault::NoSuchPage { pages: count })?;
        Ok(Some(StampedPage { page, size, rect }))
    }

    /// A picture (PNG) of part of a page as approving this very sheet makes it: of the revision that
    /// will be signed, and of no other sheet's.
    pub async fn sheet_region_png(
        &self,
        sheet: SheetId,
        region: Region,
    ) -> Result<Vec<u8>, ClientError> {
        let of = self.of_sheet(sheet)?;
        let mut wanted = self.shown(of.request, region.page, PageView::Plain)?;
        wanted.revision = of.delta.map(|delta| (sheet, delta));
        let drawing = self.drawing(wanted).await?;
        off_thread("drawing a region", move || Ok(drawing.region_png(&region)?)).await?
    }

    /// What hangs on an opened request beside its main document.
    pub fn attachments(&self, request: RequestId) -> Result<Vec<Attachment>, ClientError> {
        let view = self.request(request)?;
        let state = self.lock();
        let opened = state.opened.get(&request).ok_or(ClientError::NotOpened(request))?;
        let named = view.documents.iter().zip(&opened.opened.documents).enumerate().skip(1);
        let attachment =
            |(place, (view, held)): (usize, (&DocumentView, &DocumentRef))| Attachment {
                place: u32::try_from(place).unwrap_or(u32::MAX),
                name: view.name.clone(),
                size: held.size,
                reading: if held.media_type == PDF { Reading::Here } else { Reading::Elsewhere },
            };
        Ok(named.map(attachment).collect())
    }

    /// The pages of an attachment that is a PDF, as displayed. The gate lets it pass or says why not.
    pub async fn attachment_pages(
        &self,
        request: RequestId,
        place: u32,
    ) -> Result<Vec<PageSize>, ClientError> {
        let bytes = self.document(&self.attached(request, place)?).await?;
        off_thread("reading an attachment", move || {
            let document = read::open(&bytes).map_err(ClientError::Unsignable)?;
            Ok(document.pages().iter().map(PageSize::of).collect())
        })
        .await?
    }

    /// A picture (PNG) of part of a page of an attachment.
    pub async fn attachment_region_png(
        &self,
        request: RequestId,
        place: u32,
        region: Region,
    ) -> Result<Vec<u8>, ClientError> {
        let document = self.attached(request, place)?;
        let drawing = self.drawing(Wanted { document, revision: None }).await?;
        off_thread("drawing a region", move || Ok(drawing.region_png(&region)?)).await?
    }

    fn attached(&self, request: RequestId, place: u32) -> Result<DocumentRef, ClientError> {
        let state = self.lock();
        let opened = state.opened.get(&request).ok_or(ClientError::NotOpened(request))?;
        let place = usize::try_from(place).ok().filter(|place| *place > 0);
        let document = place.and_then(|place| opened.opened.documents.get(place)).cloned();
        let document = document.ok_or(DocumentFault::Missing)?;
        match document.media_type.as_str() {
            PDF => Ok(document),
            other => Err(DocumentFault::NotPdf(other.to_owned()).into()),
        }
    }

    fn of_sheet(&self, sheet: SheetId) -> Result<OfSheet, ClientError> {
        let state = self.lock();
        let open = state.sheets.iter().find(|open| open.id == sheet);
        let open = open.ok_or(ClientError::UnknownSheet)?;
        let delta = open.plan.revision.as_ref().map(|built| Arc::clone(&built.delta));
        Ok(OfSheet { request: open.request, delta })
    }

    /// The document as it is shown, opened for drawing and kept for the next picture.
    async fn drawing(&self, wanted: Wanted) -> Result<Arc<Drawing>, ClientError> {
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

    fn shown(&self, request: RequestId, page: u32, which: PageView) -> Result<Wanted, ClientError> {
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

/// The page that an open sheet stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampedPage {
    /// Which, from 0.
    pub page: u32,
    /// Its size as displayed.
    pub size: PageSize,
    /// Where on it the stamp goes.
    pub rect: Rect,
}

/// A file that hangs on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its place among the request's documents, from 1.
    pub place: u32,
    /// File name, for people.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// Whether it can be read here.
    pub reading: Reading,
}

/// Whether a phone shows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A PDF, which the core draws.
    Here,
    /// Of a kind that is read with another program.
    Elsewhere,
}

/// What an open sheet draws.
struct OfSheet {
    request: RequestId,
    delta: Option<Arc<[u8]>>,
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
