//! Shapes of the bodies, for the API's description only.
//!
//! The types that are really read and written live in `trien_core::wire`, which does not know of
//! OpenAPI; a test compares field names, so that the two cannot drift apart.
#![allow(dead_code, reason = "only their schemas are used")]

use std::collections::BTreeMap;

use utoipa::{ToResponse, ToSchema};

/// A problem document (RFC 9457).
#[derive(ToSchema)]
pub(super) struct Problem {
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
pub(super) struct ProblemResponse(#[to_schema] Problem);

/// A unit.
#[derive(ToSchema)]
pub(super) struct UnitView {
    id: String,
    name: String,
}

/// A unit of this server.
#[derive(ToSchema)]
pub(super) struct ListedUnit {
    id: String,
    name: String,
    /// When it was merged into another one or dissolved, in milliseconds of Unix time; absent while it
    /// stands.
    ended_at: Option<i64>,
}

/// A person with the position held.
#[derive(ToSchema)]
pub(super) struct PersonView {
    id: String,
    name: String,
    position: String,
}

/// The parts of a submission.
#[derive(ToSchema)]
pub(super) struct SubmissionParts {
    request: Submission,
    /// The PDF to sign, with a file name.
    #[schema(format = Binary, content_media_type = "application/pdf")]
    document: String,
    /// Further files, with file names.
    attachment: Option<Vec<String>>,
    /// Stamp pictures (PNG), with file names that `request` refers to.
    image: Option<Vec<String>>,
}

/// The parts of a request for a clean copy.
#[derive(ToSchema)]
pub(super) struct CleanCopyParts {
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
pub(super) struct Submission {
    /// The unit that submits; the API key's.
    unit: String,
    metadata: Metadata,
    classification: Classification,
    /// SHA-256 of the document, if it should be compared.
    sha256: Option<String>,
    steps: Vec<SubmittedStep>,
    /// Milliseconds since 1970; by default 30 days from now.
    expires_at: Option<i64>,
    /// Empty text fields to add before anybody signs, at most 8, such as for number and date. Refused
    /// in a document that is signed already. The document that is queued is the one with the fields.
    #[schema(required = false)]
    fields: Vec<SubmittedField>,
}

/// A text field to add.
#[derive(ToSchema)]
pub(super) struct SubmittedField {
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
pub(super) struct Metadata {
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
pub(super) enum Urgency {
    Normal,
    Urgent,
    VeryUrgent,
    Flash,
}

/// Anything but `open` is refused.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Classification {
    Open,
    Confidential,
    Secret,
    TopSecret,
}

/// One step; steps run in order.
#[derive(ToSchema)]
pub(super) struct SubmittedStep {
    role: Role,
    #[schema(required = false)]
    quorum: Quorum,
    signers: Vec<SubmittedSigner>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Role {
    Review,
    Initial,
    Approve,
    Seal,
    Receive,
}

/// `"all"`, or `{"at-least": n}`.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Quorum {
    All,
    AtLeast(u16),
}

#[derive(ToSchema)]
pub(super) struct SubmittedSigner {
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
pub(super) struct Fill {
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
pub(super) enum Appearance {
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
pub(super) enum Occurrence {
    Last,
    Only,
}

/// On which side of a text a stamp goes; `over` covers it.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Side {
    Below,
    Above,
    Left,
    Right,
    Over,
}

/// Hundredths of a point from the lower left of the page as displayed.
#[derive(ToSchema)]
pub(super) struct Rect {
    left: i32,
    bottom: i32,
    right: i32,
    top: i32,
}

#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Line {
    Text { text: String },
    SignedAt { label: String },
}

#[derive(ToSchema)]
pub(super) struct DocumentRef {
    sha256: String,
    size: u64,
    media_type: String,
}

/// A queued request.
#[derive(ToSchema)]
pub(super) struct Submitted {
    request: String,
    document: DocumentRef,
    /// Milliseconds since 1970.
    queued_at: i64,
}

#[derive(ToSchema)]
pub(super) struct RequestList {
    requests: Vec<RequestView>,
    /// Ask from here next time.
    cursor: u64,
    more: bool,
}

/// Why a request is taken back.
#[derive(ToSchema)]
pub(super) struct Recall {
    /// At most 500 characters.
    why: Option<String>,
}

/// Some of what happened to a unit's requests.
#[derive(ToSchema)]
pub(super) struct ChangeList {
    changes: Vec<ChangeView>,
    /// Ask from here next time.
    cursor: u64,
    more: bool,
}

/// One change of a request; it names nobody by name, and no document.
#[derive(ToSchema)]
pub(super) struct ChangeView {
    /// Numbers grow; a request's own is that of its last change.
    number: u64,
    outcome: Outcome,
    request: String,
    /// The unit whose it is now.
    unit: String,
    /// The request's version, from 1.
    revision: u32,
    /// Where it stood afterwards.
    state: RouteState,
    step: Option<u16>,
    /// By, or for, whom.
    person: Option<String>,
    /// SHA-256 of the decision, hexadecimal.
    decision: Option<String>,
    /// Milliseconds since 1970.
    at: i64,
}

/// What happened to a request. The list may grow: take a name that you do not know for a change that you do not act on.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It waits for signatures.
    Queued,
    /// Somebody approved, and others still have to.
    Approved,
    /// All steps are done.
    Completed,
    /// A signer refused.
    Rejected,
    /// It was sent back for a new version.
    Returned,
    /// Its submitter took it back.
    Recalled,
    /// Its time ran out.
    Expired,
    /// Somebody else is to decide.
    Reassigned,
    /// It is of another unit.
    Moved,
    /// What a stamp on it will say changed with its signer's post.
    Restamped,
}

/// A webhook (Standard Webhooks 1.0): a POST of `{"type": "request.…", "timestamp": …, "data": ChangeView}`, signed.
#[derive(ToSchema)]
pub(super) struct Webhook {
    id: String,
    url: String,
    created_at: i64,
    /// When the other end said that it wants nothing more (410).
    gone_at: Option<i64>,
    /// Messages that are still to be taken.
    waiting: u64,
}

/// One message to a webhook.
#[derive(ToSchema)]
pub(super) struct Delivery {
    /// The change's number.
    change: u64,
    request: String,
    outcome: Outcome,
    /// waiting, taken or given-up
    state: String,
    attempts: u32,
    /// What the other end last said.
    answer: Option<String>,
    next_at: Option<i64>,
}

#[derive(ToSchema)]
pub(super) struct RequestsFound {
    requests: Vec<RequestView>,
    /// Ask from here next time; absent on the last page.
    cursor: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct RequestFollowed {
    request: RequestView,
    /// In the order of the log.
    decisions: Vec<RecordedDecision>,
    /// What happened, in order.
    changes: Vec<ChangeView>,
}

#[derive(ToSchema)]
pub(super) struct CertificateList {
    certificates: Vec<CertificateView>,
    /// Ask from here next time; absent on the last page.
    cursor: Option<String>,
}

/// An entry of the certificate register.
#[derive(ToSchema)]
pub(super) struct CertificateView {
    id: String,
    unit: UnitView,
    /// Who holds it.
    person: PersonView,
    /// `personal` or `agency-seal`.
    kind: String,
    /// Where the key lives: `phone`, `token`, `sim` or `remote`.
    key: String,
    /// The phone.
    device: Option<String>,
    /// A to D: how well the phone's keys are known to be in hardware.
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
pub(super) struct PromptPolicy {
    /// `per-use`: for each signature; `session`: once for a while.
    kind: String,
    /// Of a session.
    seconds: Option<u16>,
    /// Of a session, at most.
    signatures: Option<u16>,
}

/// What a certificate says.
#[derive(ToSchema)]
pub(super) struct Certified {
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
pub(super) struct RequestView {
    id: String,
    revision: u32,
    unit: UnitView,
    metadata: Metadata,
    queued_at: i64,
    expires_at: i64,
    state: RouteState,
    steps: Vec<StepView>,
    documents: Vec<DocumentView>,
    /// For a device: what its person may decide now.
    task: Option<TaskView>,
}

#[derive(ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(super) enum RouteState {
    Open { step: u16 },
    Completed,
    Rejected,
    Returned,
    Recalled,
    Expired,
}

#[derive(ToSchema)]
pub(super) struct StepView {
    number: u16,
    role: Role,
    quorum: Quorum,
    signers: Vec<SignerView>,
}

#[derive(ToSchema)]
pub(super) struct SignerView {
    person: PersonView,
    assignment: Assignment,
    reason: Option<String>,
}

#[derive(ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(super) enum Assignment {
    Waiting,
    Open,
    Decided { verb: Verb, decision: String, at: i64 },
    Released,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(super) enum Verb {
    Approve,
    Reject,
    Return,
}

#[derive(ToSchema)]
pub(super) struct DocumentView {
    name: String,
    current: DocumentRef,
    /// Each is a prefix of the next.
    earlier: Vec<DocumentRef>,
}

#[derive(ToSchema)]
pub(super) struct TaskView {
    step: u16,
    role: Role,
    /// Canonical CBOR, base64.
    recipe: Option<String>,
}

/// One recorded decision.
#[derive(ToSchema)]
pub(super) struct RecordedDecision {
    /// SHA-256 of the decision.
    decision: String,
    step: u16,
    person: PersonView,
    verb: Verb,
    reason: Option<String>,
    /// The phone's time, seconds since 1970.
    signed_at: i64,
    /// The server's time, seconds since 1970.
    recorded_at: i64,
}

#[derive(ToSchema)]
pub(super) struct EnrollmentBegin {
    invitation: String,
    /// HMAC-SHA-256 with the invitation's secret, base64.
    proof: String,
}

#[derive(ToSchema)]
pub(super) struct SlipQuestion {
    /// What stands in the slip's link.
    slip: String,
}

#[derive(ToSchema)]
pub(super) struct SlipView {
    person: PersonView,
    unit: UnitView,
    /// The topmost unit.
    office: UnitView,
    /// Seconds since 1970, UTC.
    expires: i64,
    started: Option<SlipStarted>,
}

#[derive(ToSchema)]
pub(super) struct SlipStarted {
    /// Seconds since 1970, UTC.
    until: i64,
    left: u32,
}

#[derive(ToSchema)]
pub(super) struct ShortCodeQuestion {
    slip: String,
    /// A point of P-256 (SEC 1), base64.
    share: String,
}

#[derive(ToSchema)]
pub(super) struct ShortCodeAnswer {
    /// A point of P-256 (SEC 1), base64.
    share: String,
    /// HMAC-SHA-256 over the exchange, base64.
    confirmation: String,
    /// The invitation under ChaCha20-Poly1305, base64.
    sealed: String,
    left: u32,
}

/// Another device of the same person.
#[derive(ToSchema)]
pub(super) struct OtherDevice {
    id: String,
    model: String,
    app: String,
    /// `active` or `suspended`.
    state: String,
    /// When it sent its keys, in milliseconds since 1970.
    enrolled_at: i64,
}

#[derive(ToSchema)]
pub(super) struct EnrollmentChallenge {
    attempt: String,
    c1: String,
    commitment: String,
    log_key: String,
    person: PersonView,
    unit: UnitView,
    prompt_policy: PromptPolicy,
    server_time: i64,
    proof: String,
}

#[derive(ToSchema)]
pub(super) struct EnrollmentKeys {
    /// DER SubjectPublicKeyInfo, base64.
    auth_key: String,
    /// DER PKCS#10, base64.
    csr: String,
    nonce: String,
    evidence: BTreeMap<String, serde_json::Value>,
    app: String,
    model: String,
    proof: String,
}

#[derive(ToSchema)]
pub(super) struct EnrollmentReveal {
    c2: String,
    device: String,
}

/// Its member `state` says which: pending, waiting-for-certificate, active (with `profile`),
/// refused, suspended, revoked.
#[derive(ToSchema)]
pub(super) struct DeviceStatus {
    state: String,
    profile: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(ToSchema)]
pub(super) struct SyncAnswer {
    cursor: u64,
    more: bool,
    server_time: i64,
    requests: Vec<RequestView>,
    /// C2SP signed note.
    checkpoint: String,
    /// RFC 9162 §2.1.4 hashes, hexadecimal.
    consistency: Vec<String>,
    /// DER, base64.
    crls: Vec<String>,
    /// The device's unit and those above it.
    anchor_line: Vec<String>,
    /// Acts by which authorities became or ceased to be trusted, each with its proof under `checkpoint`.
    anchor_acts: Vec<AnchorAct>,
    /// The post in which the device acts now.
    post: Option<Post>,
}

/// An act about an outside authority, and that it stands in the log.
#[derive(ToSchema)]
pub(super) struct AnchorAct {
    /// JSON, byte for byte as its leaf commits to it.
    statement: String,
    /// Seconds since 1970.
    recorded_at: i64,
    salt: String,
    /// The leaf's place in the log.
    leaf: u64,
    /// RFC 9162 §2.1.3 hashes, hexadecimal.
    inclusion: Vec<String>,
    /// DER, base64.
    certificate: String,
}

#[derive(ToSchema)]
pub(super) struct Post {
    person: PersonView,
    unit: UnitView,
    authority: BTreeMap<String, serde_json::Value>,
}

#[derive(ToSchema)]
pub(super) struct ImageView {
    image: BTreeMap<String, serde_json::Value>,
    colour: String,
    alpha: String,
}

#[derive(ToSchema)]
pub(super) struct DecisionSubmission {
    /// Deterministic CBOR, base64.
    decision: String,
    checkpoint: String,
    /// `kind` is `cms` (with `revision_digest` and `signature`) or `cose` (with `statement`).
    binding: BTreeMap<String, serde_json::Value>,
}

/// Proof that a decision is recorded, or recorded as refused.
#[derive(ToSchema)]
pub(super) struct Receipt {
    decision: String,
    outcome: serde_json::Value,
    /// Seconds since 1970.
    recorded_at: i64,
    salt: String,
    /// C2SP tlog-proof.
    proof: String,
}

/// `kind` is none, fcm or apns (with `token`), webpush or unifiedpush (with the rest, RFC 8291 §2).
#[derive(ToSchema)]
pub(super) struct PushAddress {
    kind: String,
    token: Option<String>,
    /// An https address.
    endpoint: Option<String>,
    /// An uncompressed point of P-256, base64.
    p256dh: Option<String>,
    /// 16 bytes, base64.
    auth: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct PushStatus {
    /// none, fcm, apns, webpush, unifiedpush.
    offers: Vec<String>,
    /// The server's key for Web Push (RFC 8292), an uncompressed point of P-256, base64.
    vapid: String,
    kind: String,
    /// none, ok, failing, dead.
    health: String,
    since: Option<i64>,
    sent_at: Option<i64>,
}
