//! Shapes of the bodies, for the API's description only.
//!
//! The types that are really read and written live in `trien_core::wire`, which does not know of
//! OpenAPI; a test compares field names, so that the two cannot drift apart.
#![allow(dead_code, reason = "only their schemas are used")]

mod delegation;
mod news;
mod papers;
mod phone;
mod submission;
mod template;

use utoipa::{ToResponse, ToSchema};

pub(in crate::api) use delegation::*;
pub(in crate::api) use news::*;
pub(in crate::api) use papers::*;
pub(in crate::api) use phone::*;
pub(in crate::api) use submission::*;
pub(in crate::api) use template::*;

/// A problem document (RFC 9457).
#[derive(ToSchema)]
pub(in crate::api) struct Problem {
    /// `urn:trien:problem:` and a slug.
    #[schema(example = "urn:trien:problem:not-found")]
    r#type: String,
    /// What happened, in the reader's language.
    title: String,
    status: u16,
    /// What to do about it.
    detail: String,
    /// A machine-readable particular.
    code: Option<String>,
    /// Milliseconds since 1970, with `clock-skew`.
    server_time: Option<i64>,
    /// The receipt of a refused decision.
    receipt: Option<Receipt>,
}

/// Refused; the problem document says why and what to do.
#[derive(ToResponse)]
#[response(content_type = "application/problem+json")]
pub(in crate::api) struct ProblemResponse(#[to_schema] Problem);

/// A unit.
#[derive(ToSchema)]
pub(in crate::api) struct UnitView {
    id: String,
    name: String,
}

/// A unit of this server.
#[derive(ToSchema)]
pub(in crate::api) struct ListedUnit {
    id: String,
    name: String,
    /// When it was merged into another one or dissolved, in milliseconds of Unix time; absent while it
    /// stands.
    ended_at: Option<i64>,
}

/// A person with the position held.
#[derive(ToSchema)]
pub(in crate::api) struct PersonView {
    id: String,
    name: String,
    position: String,
}

/// When somebody is away: a notice, which changes nobody's authority.
#[derive(ToSchema)]
pub(in crate::api) struct Absence {
    person: String,
    /// Milliseconds since 1970.
    since: i64,
    /// Milliseconds since 1970.
    until: i64,
}

/// A queued request.
#[derive(ToSchema)]
pub(in crate::api) struct Submitted {
    request: String,
    document: DocumentRef,
    /// Milliseconds since 1970.
    queued_at: i64,
    /// Signers who are away, or will be.
    #[schema(required = false)]
    absent: Vec<Absence>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RequestList {
    requests: Vec<RequestView>,
    /// Ask from here next time.
    cursor: u64,
    more: bool,
}

/// Why a request is taken back.
#[derive(ToSchema)]
pub(in crate::api) struct Recall {
    /// At most 500 characters.
    why: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RequestsFound {
    requests: Vec<RequestView>,
    /// Ask from here next time; absent on the last page.
    cursor: Option<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct RequestFollowed {
    request: RequestView,
    /// In the order of the log.
    decisions: Vec<RecordedDecision>,
    /// What happened, in order.
    changes: Vec<ChangeView>,
    /// When the signers of the open step were last reminded, milliseconds since 1970.
    reminded_at: Option<i64>,
}

#[derive(ToSchema)]
pub(in crate::api) struct CertificateList {
    certificates: Vec<CertificateView>,
    /// Ask from here next time; absent on the last page.
    cursor: Option<String>,
}

/// An entry of the certificate register.
#[derive(ToSchema)]
pub(in crate::api) struct CertificateView {
    id: String,
    unit: UnitView,
    /// Who holds it.
    person: PersonView,
    /// `personal` or `agency-seal`.
    kind: String,
    /// Where the key lives: `phone`, `token`, `sim` or `remote`.
    key: String,
    /// Whether that key, which is outside phones, signs the documents that its holder decides on by phone.
    signs_documents: bool,
    /// The phone.
    device: Option<String>,
    /// A, B, C, T or D, the best first: how well the phone's keys are known to be in hardware.
    assurance: Option<String>,
    /// How often the key asks for the person, where that is known.
    prompt_policy: Option<PromptPolicy>,
    /// `requested`, `reviewed`, `issued`, `in-use`, `suspended`, `suspended-unused`, `renewed`,
    /// `revoked`, `expired` or `refused`.
    state: String,
    /// Once there is one.
    certificate: Option<Certified>,
}

/// How often a key asks for its person.
#[derive(ToSchema)]
pub(in crate::api) struct PromptPolicy {
    /// `per-use`: for each signature; `session`: once for a while.
    kind: String,
    /// Of a session.
    seconds: Option<u16>,
    /// Of a session, at most.
    signatures: Option<u16>,
    /// The phone's passcode answers as well as a finger or a face; absent where it does not.
    passcode: Option<bool>,
}

/// What a certificate says.
#[derive(ToSchema)]
pub(in crate::api) struct Certified {
    /// SHA-256 of the DER, hexadecimal.
    sha256: String,
    /// Hexadecimal.
    serial: String,
    issuer: String,
    subject: String,
    /// Seconds since 1970.
    not_before: i64,
    /// Seconds since 1970.
    not_after: i64,
    /// Milliseconds since 1970.
    issued_at: i64,
    /// Whether it is valid for longer than allowed: five years for a first certificate, three for a renewal.
    exceeds: bool,
}

/// A request and how far it is.
#[derive(ToSchema)]
pub(in crate::api) struct RequestView {
    id: String,
    revision: u32,
    unit: UnitView,
    metadata: Metadata,
    queued_at: i64,
    expires_at: i64,
    /// By when it is to be decided, milliseconds since 1970.
    due_at: Option<i64>,
    state: RouteState,
    steps: Vec<StepView>,
    documents: Vec<DocumentView>,
    /// The request before this version.
    supersedes: Option<String>,
    /// The request that took its place.
    superseded_by: Option<String>,
    /// The template that its route came from.
    template: Option<TemplateUsed>,
    /// Who gets a copy, and how far that is.
    #[schema(required = false)]
    copies: Vec<CopyView>,
    /// Why the document also goes on paper, where it does.
    on_paper: Option<OnPaper>,
    /// For a device: what its person may decide now.
    task: Option<TaskView>,
}

#[derive(ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(in crate::api) enum RouteState {
    Open { step: u16 },
    Completed,
    Rejected,
    Returned,
    Recalled,
    Expired,
}

#[derive(ToSchema)]
pub(in crate::api) struct StepView {
    number: u16,
    role: Role,
    quorum: Quorum,
    signers: Vec<SignerView>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SignerView {
    person: PersonView,
    assignment: Assignment,
    reason: Option<String>,
    /// When the person is away, where that was announced and is not over.
    absent: Option<Absence>,
    by: Option<DecidedBy>,
    /// That the signer has approved, and a key outside phones has still to sign the document; until then the part is open.
    awaits: Option<Awaits>,
}

#[derive(ToSchema)]
pub(in crate::api) struct Awaits {
    /// SHA-256 of the approval.
    decision: String,
    /// Milliseconds since 1970, UTC.
    until: i64,
}

#[derive(ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(in crate::api) enum Assignment {
    Waiting,
    Open,
    Decided { verb: Verb, decision: String, at: i64 },
    Released,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Verb {
    Approve,
    Reject,
    Return,
}

#[derive(ToSchema)]
pub(in crate::api) struct DocumentView {
    name: String,
    current: DocumentRef,
    /// Each is a prefix of the next.
    earlier: Vec<DocumentRef>,
}

#[derive(ToSchema)]
pub(in crate::api) struct TaskView {
    step: u16,
    role: Role,
    /// Canonical CBOR, base64.
    recipe: Option<String>,
    /// In whose place, where the part is another's; shown to phones that say `delegations` in `Trien-Knows`.
    in_place_of: Option<InPlaceOf>,
    /// Whose key signs the document, where it is not the phone's; such a task is shown to phones that say
    /// `document-signers` in `Trien-Knows`.
    document_signer: Option<DocumentSignerView>,
    /// Recorded decisions on the part for which no document signature came.
    #[schema(required = false)]
    undone: Vec<String>,
}

/// One recorded decision.
#[derive(ToSchema)]
pub(in crate::api) struct RecordedDecision {
    /// SHA-256 of the decision.
    decision: String,
    step: u16,
    person: PersonView,
    /// In whose place, where it was not the own part.
    in_place_of: Option<PersonView>,
    /// SHA-256 of the delegation by which.
    delegation: Option<String>,
    verb: Verb,
    reason: Option<String>,
    /// The phone's time, seconds since 1970.
    signed_at: i64,
    /// The server's time, seconds since 1970.
    recorded_at: i64,
}
