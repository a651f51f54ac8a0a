//! What phones send and get.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::{DocumentRef, PersonView, PromptPolicy, RequestView, UnitView};

#[derive(ToSchema)]
pub(in crate::api) struct EnrollmentBegin {
    invitation: String,
    /// HMAC-SHA-256 with the invitation's secret, base64.
    proof: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct SlipQuestion {
    /// What stands in the slip's link.
    slip: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct SlipView {
    person: PersonView,
    unit: UnitView,
    /// The topmost unit.
    office: UnitView,
    /// Seconds since 1970, UTC.
    expires: i64,
    started: Option<SlipStarted>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SlipStarted {
    /// Seconds since 1970, UTC.
    until: i64,
    left: u32,
}

#[derive(ToSchema)]
pub(in crate::api) struct ShortCodeQuestion {
    slip: String,
    /// A point of P-256 (SEC 1), base64.
    share: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct ShortCodeAnswer {
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
pub(in crate::api) struct OtherDevice {
    id: String,
    model: String,
    app: String,
    /// `active` or `suspended`.
    state: String,
    /// When it sent its keys, in milliseconds since 1970.
    enrolled_at: i64,
}

#[derive(ToSchema)]
pub(in crate::api) struct EnrollmentChallenge {
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
pub(in crate::api) struct EnrollmentKeys {
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
pub(in crate::api) struct EnrollmentReveal {
    c2: String,
    device: String,
}

/// Its member `state` says which: pending, waiting-for-certificate, active (with `profile`),
/// refused, suspended, revoked.
#[derive(ToSchema)]
pub(in crate::api) struct DeviceStatus {
    state: String,
    profile: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(ToSchema)]
pub(in crate::api) struct SyncAnswer {
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
    /// The device's unit and those above it; absent where there is none.
    #[schema(required = false)]
    anchor_line: Vec<String>,
    /// Acts by which authorities became or ceased to be trusted, each with its proof under `checkpoint`; absent where there
    /// are none.
    #[schema(required = false)]
    anchor_acts: Vec<AnchorAct>,
    /// The post in which the device acts now.
    post: Option<Post>,
    /// The delegations that tasks of this answer name, each with its proof under `checkpoint` (trien.delegation/1).
    #[schema(required = false)]
    delegations: Vec<String>,
}

/// An act about an outside authority, and that it stands in the log.
#[derive(ToSchema)]
pub(in crate::api) struct AnchorAct {
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
pub(in crate::api) struct Post {
    person: PersonView,
    unit: UnitView,
    authority: BTreeMap<String, serde_json::Value>,
}

#[derive(ToSchema)]
pub(in crate::api) struct ImageView {
    image: BTreeMap<String, serde_json::Value>,
    colour: String,
    alpha: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct DecisionSubmission {
    /// Deterministic CBOR, base64.
    decision: String,
    checkpoint: String,
    /// `kind` is `cms` (with `revision_digest` and `signature`) or `cose` (with `statement`).
    binding: BTreeMap<String, serde_json::Value>,
}

/// Proof that a decision is recorded, or recorded as refused.
#[derive(ToSchema)]
pub(in crate::api) struct Receipt {
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
pub(in crate::api) struct PushAddress {
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
pub(in crate::api) struct PushStatus {
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

/// A certificate outside phones whose key signs documents.
#[derive(ToSchema)]
pub(in crate::api) struct DocumentSignerView {
    /// DER, base64.
    certificate: String,
    home: KeyHome,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum KeyHome {
    Phone,
    Token,
    Sim,
    Remote,
}

/// A decision whose document signature is awaited.
#[derive(ToSchema)]
pub(in crate::api) struct AwaitedSignature {
    /// Deterministic CBOR, base64.
    decision: String,
    /// `COSE_Sign1`, base64.
    statement: String,
    /// DER of the approval key's certificate, then of the authorities above it, base64.
    decided_with: Vec<String>,
    /// Canonical CBOR, base64.
    recipe: String,
    signer: DocumentSignerView,
    /// Milliseconds since 1970, UTC.
    until: i64,
}

#[derive(ToSchema)]
pub(in crate::api) struct DocumentSignatureSubmission {
    /// SHA-256 over the ByteRange of the revision, hexadecimal.
    revision_digest: String,
    /// Over the signed attributes, base64.
    signature: String,
    /// DER of the certificate's issuers, base64; 4 at most.
    #[schema(required = false)]
    issuers: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct DocumentSigned {
    document: DocumentRef,
    /// Evidence (trien.evidence/1).
    evidence: String,
}
