//! What a person looks at beside the document itself: the page as it will be signed, attachments, and
//! what was changed after a signature.

pub use trien_core::client::{Attachment, Reading, StampedPage};
use trien_core::id::RequestId;
use trien_core::pdf::changes;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::recipe::Rect;
use trien_core::pdf::render::Region;

use crate::error::PhoneError;
use crate::phone::Phone;
use crate::records::SheetId;

/// The page that an open sheet stamps.
#[uniffi::remote(Record)]
pub struct StampedPage {
    /// Which, from 0.
    pub page: u32,
    /// Its size as displayed.
    pub size: PageSize,
    /// Where on it the stamp goes.
    pub rect: Rect,
}

/// A file that hangs on a request.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Enum)]
pub enum Reading {
    /// A PDF, which the core draws.
    Here,
    /// Of a kind that is read with another program.
    Elsewhere,
}

/// A page that was changed after somebody had signed it, or the document as a whole.
#[derive(Clone, Debug, uniffi::Record)]
pub struct ChangedPage {
    /// Names the signed state to `changed_page`.
    pub revision: u32,
    /// The field of the signature that covers this state.
    pub field: String,
    /// Who signed it, as the signature states.
    pub signer: Option<String>,
    /// Which page, from 0; none for what touches no page, or all.
    pub page: Option<u32>,
    /// What was changed there: each has a text with the key `verify-change-` and this.
    pub kinds: Vec<String>,
}

/// Two pictures of one page as PNG: as it was when it was signed, and as it is now.
#[derive(Clone, Debug, uniffi::Record)]
pub struct BeforeAndAfter {
    /// At the end of the signed revision; none if the page was not there.
    pub before: Option<Vec<u8>>,
    /// In the file as it is; none if the page is no longer there.
    pub after: Option<Vec<u8>>,
    /// The page's size as displayed; none where there is no such page at all.
    pub size: Option<PageSize>,
    /// Where the pictures differ, on the page as displayed; empty where they cannot be compared.
    pub marks: Vec<Rect>,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// The page on which an open sheet stamps, and where; none where it signs without a stamp, or signs
    /// no document.
    pub fn stamped_page(&self, sheet: SheetId) -> Result<Option<StampedPage>, PhoneError> {
        Ok(self.0.stamped_page(sheet)?)
    }

    /// A picture (PNG) of part of a page as approving this very sheet makes it.
    pub async fn sheet_region_png(
        &self,
        sheet: SheetId,
        region: Region,
    ) -> Result<Vec<u8>, PhoneError> {
        Ok(self.0.sheet_region_png(sheet, region).await?)
    }

    /// What hangs on an opened request beside its main document.
    pub fn attachments(&self, request: RequestId) -> Result<Vec<Attachment>, PhoneError> {
        Ok(self.0.attachments(request)?)
    }

    /// The pages of an attachment that is a PDF, as displayed.
    pub async fn attachment_pages(
        &self,
        request: RequestId,
        place: u32,
    ) -> Result<Vec<PageSize>, PhoneError> {
        Ok(self.0.attachment_pages(request, place).await?)
    }

    /// A picture (PNG) of part of a page of an attachment.
    pub async fn attachment_region_png(
        &self,
        request: RequestId,
        place: u32,
        region: Region,
    ) -> Result<Vec<u8>, PhoneError> {
        Ok(self.0.attachment_region_png(request, place, region).await?)
    }

    /// The pages of an opened request's main document that were changed after somebody had signed them.
    pub async fn changed_pages(&self, request: RequestId) -> Result<Vec<ChangedPage>, PhoneError> {
        Ok(listed(self.0.changed_pages(request).await?))
    }

    /// Draws one of them as it was signed and as it is now, `width` pixels across.
    pub async fn changed_page(
        &self,
        request: RequestId,
        revision: u32,
        page: u32,
        width: u32,
    ) -> Result<BeforeAndAfter, PhoneError> {
        Ok(self.0.changed_page(request, revision, page, width).await?.into())
    }

    /// The same pages of any PDF, whoever it is from. Nothing is kept and nothing is sent.
    pub async fn changed_pages_of(&self, file: Vec<u8>) -> Result<Vec<ChangedPage>, PhoneError> {
        Ok(listed(self.0.changed_pages_of(file).await?))
    }

    /// Draws one of them, as `changed_page` does.
    pub async fn changed_page_of(
        &self,
        file: Vec<u8>,
        revision: u32,
        page: u32,
        width: u32,
    ) -> Result<BeforeAndAfter, PhoneError> {
        Ok(self.0.changed_page_of(file, revision, page, width).await?.into())
    }
}

fn listed(pages: Vec<changes::ChangedPage>) -> Vec<ChangedPage> {
    pages.into_iter().map(ChangedPage::from).collect()
}

impl From<changes::ChangedPage> for ChangedPage {
    fn from(changed: changes::ChangedPage) -> Self {
        Self {
            revision: changed.revision,
            field: changed.field,
            signer: changed.signer,
            page: changed.page,
            kinds: changed.kinds.into_iter().map(|kind| kind.slug().to_owned()).collect(),
        }
    }
}

impl From<changes::BeforeAndAfter> for BeforeAndAfter {
    fn from(drawn: changes::BeforeAndAfter) -> Self {
        let changes::BeforeAndAfter { before, after, size, marks } = drawn;
        Self { before, after, size, marks }
    }
}
