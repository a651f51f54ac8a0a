//! What stands beside a document: copies, paper, comments.

use utoipa::ToSchema;

use super::{PersonView, RequestView, UnitView};

/// Who gets a copy once all have signed: the clerks of a unit, or a person on their phone.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::api) enum CopyTo {
    Unit { unit: String },
    Person { person: String },
}

/// A copy, and how far it is.
#[derive(ToSchema)]
pub(in crate::api) struct CopyView {
    /// `unit` or `person`: which of the two is there.
    kind: String,
    unit: Option<UnitView>,
    person: Option<PersonView>,
    /// Milliseconds since 1970; not before all have signed.
    delivered_at: Option<i64>,
    /// When it was first opened.
    opened_at: Option<i64>,
}

/// Why a document also goes on paper, beside the signed file.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum OnPaper {
    /// Legal normative documents.
    Legislation,
    Finance,
    Personnel,
    /// Complaints and denunciations.
    Complaints,
    /// Another reason, in at most 200 characters.
    Other(String),
}

/// Why documents went on paper, as they are counted.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum PaperReason {
    /// Legal normative documents.
    Legislation,
    Finance,
    Personnel,
    /// Complaints and denunciations.
    Complaints,
    /// Any other reason.
    Other,
}

/// Finished documents of which a unit got a copy.
#[derive(ToSchema)]
pub(in crate::api) struct CopiesFound {
    /// The newest first; `copies` of each names the unit alone.
    copies: Vec<RequestView>,
    /// Ask from here next time; absent on the last page.
    cursor: Option<u64>,
}

/// A comment to write beside a page.
#[derive(ToSchema)]
pub(in crate::api) struct NewComment {
    /// 0 is the main document, then attachments in their order.
    #[schema(required = false)]
    document: u32,
    /// From 1.
    page: u32,
    /// One line of at most 2,000 characters.
    text: String,
}

/// A comment beside a page.
#[derive(ToSchema)]
pub(in crate::api) struct CommentView {
    id: String,
    /// 0 is the main document.
    document: u32,
    /// From 1.
    page: u32,
    by: CommentAuthor,
    /// Absent where it was withdrawn.
    text: Option<String>,
    /// Milliseconds since 1970.
    written_at: i64,
    withdrawn_at: Option<i64>,
    /// Whether you wrote it.
    mine: bool,
}

#[derive(ToSchema)]
pub(in crate::api) struct CommentAuthor {
    name: String,
    /// Of somebody with a part in the request; empty for a clerk at the console.
    position: String,
}
