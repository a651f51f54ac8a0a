//! What stands beside documents, as the other language sees it: copies, reasons for paper, and comments.

use trien_core::client;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{CommentId, RequestId};
use trien_core::papers;
use trien_core::wire::UnitView;

use crate::error::PhoneError;
use crate::phone::Phone;
use crate::records::Metadata;

/// Why a document also goes on paper, beside the signed file.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum OnPaper {
    /// Legal normative documents.
    Legislation,
    /// Finance.
    Finance,
    /// Personnel.
    Personnel,
    /// Complaints and denunciations.
    Complaints,
    /// Another reason.
    Other {
        /// In words.
        reason: String,
    },
}

/// How far a copy of this person is.
#[derive(Clone, Copy, Debug, uniffi::Record)]
pub struct CopyReceipt {
    /// When it was delivered.
    pub delivered_at: Timestamp,
    /// When it was first opened, as far as this phone knows.
    pub opened_at: Option<Timestamp>,
}

/// A finished document of which this person got a copy (nơi nhận).
#[derive(Clone, Debug, uniffi::Record)]
pub struct ReceivedCopy {
    /// Of which request; it is opened as any other.
    pub request: RequestId,
    /// Who sends it.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// Why the document also goes on paper, where it does.
    pub on_paper: Option<OnPaper>,
    /// When it came, and when it was first opened.
    pub receipt: CopyReceipt,
}

/// A comment beside a page. It is no part of the document.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// Which document: 0 is the main one.
    pub document: u32,
    /// Which page, from 1.
    pub page: u32,
    /// Who wrote it.
    pub name: String,
    /// The position of somebody with a part in the request; empty for a clerk at the console.
    pub position: String,
    /// What it says; nothing where it was withdrawn.
    pub text: Option<String>,
    /// When it was written.
    pub written_at: Timestamp,
    /// When its author withdrew it.
    pub withdrawn_at: Option<Timestamp>,
    /// Whether this person wrote it.
    pub mine: bool,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// The copies that came to this person, as of the last sync; the newest first.
    pub fn copies(&self) -> Vec<ReceivedCopy> {
        self.0.copies().into_iter().map(ReceivedCopy::from).collect()
    }

    /// The comments beside a request's pages, the oldest first.
    pub async fn comments(&self, request: RequestId) -> Result<Vec<Comment>, PhoneError> {
        Ok(self.0.comments(request).await?.into_iter().map(Comment::from).collect())
    }

    /// Writes a comment beside a page (from 1) of a document (0 is the main one), while somebody still has to decide.
    pub async fn comment(
        &self,
        request: RequestId,
        document: u32,
        page: u32,
        text: String,
    ) -> Result<CommentId, PhoneError> {
        let text = Text::new(&text).map_err(client::ClientError::Reason)?;
        Ok(self.0.comment(request, &papers::NewComment { document, page, text }).await?)
    }

    /// Withdraws an own comment: its text is gone for everybody.
    pub async fn withdraw_comment(
        &self,
        request: RequestId,
        comment: CommentId,
    ) -> Result<(), PhoneError> {
        Ok(self.0.withdraw_comment(request, comment).await?)
    }
}

impl From<papers::OnPaper> for OnPaper {
    fn from(why: papers::OnPaper) -> Self {
        match why {
            papers::OnPaper::Legislation => Self::Legislation,
            papers::OnPaper::Finance => Self::Finance,
            papers::OnPaper::Personnel => Self::Personnel,
            papers::OnPaper::Complaints => Self::Complaints,
            papers::OnPaper::Other(reason) => Self::Other { reason: reason.to_string() },
        }
    }
}

impl From<client::CopyReceipt> for CopyReceipt {
    fn from(receipt: client::CopyReceipt) -> Self {
        let client::CopyReceipt { delivered_at, opened_at } = receipt;
        Self { delivered_at, opened_at }
    }
}

impl From<client::ReceivedCopy> for ReceivedCopy {
    fn from(copy: client::ReceivedCopy) -> Self {
        Self {
            request: copy.request,
            unit: copy.unit,
            metadata: copy.metadata.into(),
            on_paper: copy.on_paper.map(OnPaper::from),
            receipt: copy.receipt.into(),
        }
    }
}

impl From<papers::CommentView> for Comment {
    fn from(view: papers::CommentView) -> Self {
        Self {
            id: view.id,
            document: view.document,
            page: view.page,
            name: view.by.name,
            position: view.by.position,
            text: view.text,
            written_at: view.written_at,
            withdrawn_at: view.withdrawn_at,
            mine: view.mine,
        }
    }
}
