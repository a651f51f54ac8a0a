//! What is submitted, and who signs it.

use utoipa::ToSchema;

use super::{CopyTo, OnPaper, TemplateChoice};

/// The parts of a submission.
#[derive(ToSchema)]
pub(in crate::api) struct SubmissionParts {
    request: Submission,
    /// The PDF to sign, with a file name.
    #[schema(format = Binary, content_media_type = "application/pdf")]
    document: String,
    /// Further files, with file names.
    attachment: Option<Vec<File>>,
    /// Stamp pictures (PNG), with file names that `request` refers to.
    image: Option<Vec<File>>,
}

/// A file, with its name.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
pub(in crate::api) struct File(String);

/// The parts of a request for a clean copy.
#[derive(ToSchema)]
pub(in crate::api) struct CleanCopyParts {
    /// The PDF that cannot be signed.
    #[schema(format = Binary, content_media_type = "application/pdf")]
    document: String,
    /// `refuse` (also when it is missing): a file with scripts, programs or automatic actions gets
    /// no copy. `remove`: they are left out and listed.
    #[schema(rename = "active-content")]
    active_content: Option<String>,
}

/// What is submitted and who signs it.
#[derive(ToSchema)]
pub(in crate::api) struct Submission {
    /// The unit that submits; the API key's.
    unit: String,
    metadata: Metadata,
    classification: Classification,
    /// SHA-256 of the document, if it should be compared.
    sha256: Option<String>,
    /// The route; none where `template` gives it.
    #[schema(required = false)]
    steps: Vec<SubmittedStep>,
    /// The template that gives steps, fields and numbering; then there are none here.
    template: Option<TemplateChoice>,
    /// Milliseconds since 1970; by default 30 days from now.
    expires_at: Option<i64>,
    /// By when it is to be decided: so many working hours from now, 1 to 2,000, by the office's calendar. It goes on
    /// afterwards, as overdue.
    #[schema(minimum = 1, maximum = 2000)]
    within_hours: Option<u32>,
    /// The unit's request whose place it takes, as a new version: one that ended otherwise than by all signatures, or
    /// that still waits and is taken back with this.
    supersedes: Option<String>,
    /// Empty text fields to add before anybody signs, at most 8, such as for number and date. Refused
    /// in a document that is signed already. The document that is queued is the one with the fields.
    #[schema(required = false)]
    fields: Vec<SubmittedField>,
    /// Who gets a copy once all have signed, at most 100.
    #[schema(required = false)]
    copies: Vec<CopyTo>,
    /// Why the document also goes on paper, where it does.
    on_paper: Option<OnPaper>,
    /// Number and date come from the register when the seal's step opens.
    numbering: Option<Numbering>,
}

/// What the register writes into a document, by the hand of whoever seals it.
#[derive(ToSchema)]
pub(in crate::api) struct Numbering {
    /// What stands after the number, such as `QĐ-UBND`.
    notation: String,
    /// The text field for number and notation.
    number_field: String,
    /// The text field for the date.
    date_field: Option<String>,
}

/// A number that is wanted.
#[derive(ToSchema)]
pub(in crate::api) struct NumberWish {
    /// Kind of document; each has a register of its own.
    #[schema(example = "Quyết định")]
    kind: String,
    /// What stands after the number.
    #[schema(example = "QĐ-UBND")]
    notation: String,
    /// Your name for the document: the same name gets the same number.
    reference: String,
}

/// A number of the register.
#[derive(ToSchema)]
pub(in crate::api) struct NumberView {
    /// With its notation, as the document bears it.
    number: String,
    value: u64,
    kind: String,
    year: u32,
    /// Milliseconds since 1970.
    given_at: i64,
    reference: Option<String>,
    /// The request that bears it.
    request: Option<String>,
    /// Where that request stands: `open`, `completed`, or how it ended.
    state: Option<String>,
    /// Why it was rejected or returned.
    reason: Option<String>,
}

/// Some numbers of the register.
#[derive(ToSchema)]
pub(in crate::api) struct NumberList {
    numbers: Vec<NumberView>,
    cursor: u64,
    more: bool,
}

/// A text field to add.
#[derive(ToSchema)]
pub(in crate::api) struct SubmittedField {
    /// 1 to 64 ASCII letters, digits or hyphens.
    #[schema(example = "number")]
    name: String,
    /// What people are told it is for.
    #[schema(example = "Số, ký hiệu")]
    label: String,
    /// From 1; negative counts from the end, -1 is the last.
    page: i32,
    rect: Rect,
}

/// What the register says of the document (Decree 30/2020).
#[derive(ToSchema)]
pub(in crate::api) struct Metadata {
    /// Number and notation (số, ký hiệu), at most 41 characters.
    #[schema(example = "120/QĐ-UBND")]
    number: Option<String>,
    /// Abstract (trích yếu), at most 500 characters.
    subject: String,
    /// Kind (loại văn bản).
    #[schema(example = "Quyết định")]
    kind: String,
    /// The issuing unit as written on the document.
    issuer: String,
    #[schema(required = false)]
    urgency: Urgency,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Urgency {
    Normal,
    Urgent,
    VeryUrgent,
    Flash,
}

/// Anything but `open` is refused.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Classification {
    Open,
    Confidential,
    Secret,
    TopSecret,
}

/// One step; steps run in order.
#[derive(ToSchema)]
pub(in crate::api) struct SubmittedStep {
    role: Role,
    #[schema(required = false)]
    quorum: Quorum,
    signers: Vec<SubmittedSigner>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Role {
    Review,
    Initial,
    Approve,
    Seal,
    Receive,
}

/// `"all"`, or `{"at-least": n}`.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Quorum {
    All,
    AtLeast(u16),
}

#[derive(ToSchema)]
pub(in crate::api) struct SubmittedSigner {
    /// From `GET /api/v1/people`.
    person: String,
    /// A stamp at the lower right of the last page when absent.
    appearance: Option<Appearance>,
    /// Text fields that the signature fills in and locks, at most 8; in a step of the role `seal`.
    #[schema(required = false)]
    fill: Vec<Fill>,
}

/// A text field and what is written into it.
#[derive(ToSchema)]
pub(in crate::api) struct Fill {
    /// Full name of the field.
    #[schema(example = "number")]
    field: String,
    /// One line.
    #[schema(example = "120/QĐ-UBND")]
    text: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::api) enum Appearance {
    Invisible,
    Stamp {
        /// From 1; negative counts from the end, -1 is the last.
        page: i32,
        rect: Rect,
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        image: Option<String>,
    },
    /// In a signature field that waits in the document, where it stands.
    Field {
        /// Full name of the field.
        name: String,
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        image: Option<String>,
    },
    /// A stamp beside a text of the document, which is looked for when it is submitted.
    Beside {
        /// Whole words of one line, in the document's own capitals.
        #[schema(example = "CHỦ TỊCH")]
        text: String,
        /// `last` when absent.
        #[schema(required = false)]
        occurrence: Occurrence,
        /// From 1; negative counts from the end. Absent: all, of long documents the last 500.
        page: Option<i32>,
        /// `below` when absent.
        #[schema(required = false)]
        side: Side,
        /// Of the stamp, in hundredths of a point.
        width: i32,
        /// Of the stamp, in hundredths of a point.
        height: i32,
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        image: Option<String>,
    },
}

/// Which of several places of a text: the last, or the only one.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Occurrence {
    Last,
    Only,
}

/// On which side of a text a stamp goes; `over` covers it.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Side {
    Below,
    Above,
    Left,
    Right,
    Over,
}

/// Hundredths of a point from the lower left of the page as displayed.
#[derive(ToSchema)]
pub(in crate::api) struct Rect {
    left: i32,
    bottom: i32,
    right: i32,
    top: i32,
}

#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::api) enum Line {
    Text { text: String },
    SignedAt { label: String },
}

#[derive(ToSchema)]
pub(in crate::api) struct DocumentRef {
    sha256: String,
    size: u64,
    media_type: String,
}
