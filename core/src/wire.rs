//! What travels between phone, server and document systems: JSON bodies of `/api/v1`.
//!
//! Binary values are base64 (RFC 4648 §4, padded); digests are hexadecimal; times are milliseconds
//! or, where they are signed, whole seconds since 1970 in UTC.

use serde::{Deserialize, Serialize};

use crate::anchor::AnchorAct;
use crate::certificate::PromptPolicy;
use crate::classification::Claimed;
use crate::decision::{Authority, DecisionHash, Verb};
use crate::delegation::Form;
use crate::digest::Sha256;
use crate::document::{DocumentRef, Metadata, Text};
use crate::env::{Timestamp, UnixSecond};
use crate::id::{AttemptId, DeviceId, InvitationId, PersonId, RequestId, SlipId, UnitId};
use crate::papers::{CopyTo, CopyView, OnPaper};
use crate::pdf::placement::{Occurrence, Side};
use crate::pdf::recipe::{Fill, ImageRef, Line, Rect};
use crate::register::KeyHome;
use crate::request::{Assignment, Quorum, Role, RouteState, StepNumber};
use crate::template::{TemplateChoice, TemplateUsed};

/// Bytes as base64.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

impl std::fmt::Debug for Base64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64ct::{Base64 as Standard, Encoding as _};
        serializer.serialize_str(&Standard::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64ct::{Base64 as Standard, Encoding as _};
        let text = String::deserialize(deserializer)?;
        Standard::decode_vec(&text).map(Self).map_err(|_| serde::de::Error::custom("not base64"))
    }
}

// --- enrollment ---------------------------------------------------------------------------

/// `POST /api/v1/enrollments`: the phone shows that it holds the invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentBegin {
    /// Which invitation.
    pub invitation: InvitationId,
    /// [`crate::enrollment::proof`] in the domain [`crate::enrollment::BEGIN`].
    pub proof: Base64,
}

/// Its answer: the server's commitment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrollmentChallenge {
    /// This try.
    pub attempt: AttemptId,
    /// 32 random bytes; also the attestation challenge.
    pub c1: Base64,
    /// SHA-256 of the value revealed later.
    pub commitment: Sha256,
    /// The log's verifier key (C2SP signed-note); its hash is in the invitation.
    pub log_key: String,
    /// Whom the device will belong to.
    pub person: PersonView,
    /// The office.
    pub unit: UnitView,
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// The server's time.
    pub server_time: Timestamp,
    /// [`crate::enrollment::proof`] in the domain [`crate::enrollment::CHALLENGE`].
    pub proof: Base64,
}

/// `POST /api/v1/enrollments/{attempt}/keys`: the phone's keys. Final for its challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentKeys {
    /// DER `SubjectPublicKeyInfo` of the auth key.
    pub auth_key: Base64,
    /// DER PKCS#10 for the approval key (RFC 2986), its proof of possession.
    pub csr: Base64,
    /// 32 random bytes of the phone.
    pub nonce: Base64,
    /// Where the keys live.
    pub evidence: KeyEvidence,
    /// The app and its build.
    pub app: Text<100>,
    /// The device's model, for the officer.
    pub model: Text<100>,
    /// [`crate::enrollment::proof`] in the domain [`crate::enrollment::KEYS`].
    pub proof: Base64,
}

/// What a device can show about where its keys live.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum KeyEvidence {
    /// Nothing: keys in software, assurance level D.
    None,
    /// Android Key Attestation chains, leaf first, DER.
    Android {
        /// For the auth key.
        auth: Vec<Base64>,
        /// For the approval key.
        approval: Vec<Base64>,
    },
    /// App Attest object, CBOR.
    AppAttest {
        /// The object.
        object: Base64,
    },
    /// By the companion's word the approval key was made in a PKCS#11 token that does not give it away. No machine
    /// shows that: an officer looks at the token and types its serial number.
    Token {
        /// The token's serial number, as it tells it.
        serial: Text<100>,
        /// Its maker and model, as it tells them.
        model: Text<100>,
    },
}

/// `POST /api/v1/enrollments/slips`: whose is this slip?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipQuestion {
    /// What stands in its link.
    pub slip: SlipId,
}

/// Its answer: whom the slip is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipView {
    /// Whom the device will belong to.
    pub person: PersonView,
    /// The unit of the position.
    pub unit: UnitView,
    /// The topmost unit: the office as a whole.
    pub office: UnitView,
    /// The slip is useless after this.
    pub expires: UnixSecond,
    /// The short code that the officer has started, if it can be tried now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<SlipStarted>,
}

/// A short code that can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipStarted {
    /// Until when.
    pub until: UnixSecond,
    /// How often.
    pub left: u32,
}

/// `POST /api/v1/enrollments/short-codes`: a question to which only the short code has the answer.
/// Each counts as a try.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortCodeQuestion {
    /// The slip.
    pub slip: SlipId,
    /// The phone's share of the key exchange (RFC 9382), a point of P-256.
    pub share: Base64,
}

/// Its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShortCodeAnswer {
    /// The server's share.
    pub share: Base64,
    /// That the server knows the digits.
    pub confirmation: Base64,
    /// The invitation, sealed with the key that both have if the digits were the same.
    pub sealed: Base64,
    /// Tries left after this one.
    pub left: u32,
}

/// The answer to the keys: the committed value is revealed; the phone checks it and shows the code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrollmentReveal {
    /// The value whose SHA-256 was sent first.
    pub c2: Base64,
    /// The device, waiting for its officer; from now on the `keyid` of its requests.
    pub device: DeviceId,
}

/// `GET /api/v1/device`: where the device stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum DeviceStatus {
    /// The officer has not typed the code yet.
    Pending,
    /// An outside CA has not answered yet.
    WaitingForCertificate,
    /// Ready.
    Active {
        /// All that the phone keeps.
        profile: Box<Profile>,
    },
    /// Refused or ended; enroll again.
    Refused,
    /// Suspended by an officer.
    Suspended,
    /// Revoked for good.
    Revoked,
}

/// Another device of the same person (`GET /api/v1/device/others`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherDevice {
    /// Which.
    pub id: DeviceId,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// Whether it may act.
    pub state: OtherDeviceState,
    /// When it sent its keys.
    pub enrolled_at: Timestamp,
}

/// Whether another device may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherDeviceState {
    /// Not yet: its certificate is awaited.
    Waiting,
    /// It may.
    Active,
    /// It was reported as lost, or an officer suspended it.
    Suspended,
}

/// What an enrolled device keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Itself.
    pub device: DeviceId,
    /// Its person.
    pub person: PersonView,
    /// The office.
    pub unit: UnitView,
    /// In whose name the person acts.
    pub authority: Authority,
    /// DER of the approval key's certificate.
    pub certificate: Base64,
    /// DER of the CA certificates above it, issuing first, root last.
    pub chain: Vec<Base64>,
    /// DER of the roots that documents are judged by.
    pub anchors: Vec<Base64>,
    /// The log's verifier key.
    pub log_key: String,
    /// SPKI pins of the server; empty: the platform's trust, or loopback.
    pub pins: Vec<Sha256>,
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
}

/// A person, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Which.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Position (chức vụ).
    pub position: String,
}

/// A unit, as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// Which.
    pub id: UnitId,
    /// Its name.
    pub name: String,
}

// --- sync ---------------------------------------------------------------------------------

/// Query of `GET /api/v1/sync`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncQuery {
    /// Where the last answer ended; 0 for everything.
    #[serde(default)]
    pub cursor: u64,
    /// The newest checkpoint the phone has verified: its note, base64url without padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// Acts about anchors in leaves before this one are known to the phone; 0: none.
    #[serde(default)]
    pub anchors: u64,
}

/// Its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncAnswer {
    /// Ask from here next time.
    pub cursor: u64,
    /// Whether more is waiting already.
    pub more: bool,
    /// The server's time.
    pub server_time: Timestamp,
    /// Requests that changed, each in its present state.
    pub requests: Vec<RequestView>,
    /// The log's newest checkpoint (note).
    pub checkpoint: String,
    /// Consistency proof from the phone's checkpoint to this one, hashes from RFC 9162 §2.1.4.
    pub consistency: Vec<Sha256>,
    /// Current revocation lists, DER.
    pub crls: Vec<Base64>,
    /// The device's unit and those above it, from it up; none where its person has no post there any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchor_line: Vec<UnitId>,
    /// Acts by which authorities became or ceased to be trusted in the device's unit and those above it, in the
    /// order of the log, [`MAX_ACTS`](crate::anchor::MAX_ACTS) at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchor_acts: Vec<AnchorAct>,
    /// The post in which the device acts now; none where its person has no post there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// The delegations by which something of this answer may be decided in another's place, each with its proof under
    /// this answer's checkpoint ([`DelegationEvidence`](crate::delegation::evidence::DelegationEvidence) as text).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<String>,
}

/// The header by which a phone says what it knows beyond the first release, words with commas between. It is not among
/// the signed components: whoever adds or drops a word shows a phone what it cannot sign, or shows it less.
pub const KNOWS: &str = "trien-knows";

/// The word of phones that decide in another's place only after they have verified the delegation.
pub const KNOWS_DELEGATIONS: &str = "delegations";

/// The word of phones that decide without signing where a foreign key signs the document.
pub const KNOWS_DOCUMENT_SIGNERS: &str = "document-signers";

/// A post that a device acts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The device's person, with the position.
    pub person: PersonView,
    /// The unit.
    pub unit: UnitView,
    /// In whose name the person acts.
    pub authority: Authority,
}

/// A request as a device or a document system sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestView {
    /// Which.
    pub id: RequestId,
    /// Its version, from 1.
    pub revision: u32,
    /// The unit that submitted it.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// By when it is to be decided; it goes on afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Where it stands.
    pub state: RouteState,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// The main document first, then attachments.
    pub documents: Vec<DocumentView>,
    /// The version before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<RequestId>,
    /// The version that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<RequestId>,
    /// The template that its route came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateUsed>,
    /// Who gets a copy, and how far that is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyView>,
    /// Why the document also goes on paper, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
    /// For a device: what its person may decide now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskView>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Its number, from 1.
    pub number: StepNumber,
    /// What it asks.
    pub role: Role,
    /// How many must approve.
    pub quorum: Quorum,
    /// Who, and how far.
    pub signers: Vec<SignerView>,
}

/// One signer of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignerView {
    /// Who.
    pub person: PersonView,
    /// How far.
    pub assignment: Assignment,
    /// The reason given, when rejected or returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the person is away, where that was announced and is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Absence>,
    /// Who decided in this person's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<DecidedBy>,
    /// The decision whose document signature is awaited; until it is there, the part stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaits: Option<Awaits>,
}

/// That somebody has approved, and a foreign key has still to sign the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaits {
    /// The approval.
    pub decision: DecisionHash,
    /// Until when; then the part is open again.
    pub until: Timestamp,
}

/// Who decided in another's place, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedBy {
    /// Who.
    pub person: PersonView,
    /// KT., TL. or TUQ.
    pub form: Form,
    /// By which delegation.
    pub delegation: Sha256,
}

/// One document of a request with its revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// File name, for people.
    pub name: String,
    /// As it is now: download from `/api/v1/documents/{sha256}`.
    pub current: DocumentRef,
    /// Earlier revisions, oldest first; each is a prefix of the next.
    pub earlier: Vec<DocumentRef>,
}

/// What a device's person may decide now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// On which step.
    pub step: StepNumber,
    /// In which role.
    pub role: Role,
    /// Canonical CBOR of the recipe, when approving signs the main document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Base64>,
    /// In whose place, where the part is another's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_place_of: Option<InPlaceOf>,
    /// Whose key signs the main document, where it is not the approval key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_signer: Option<DocumentSignerView>,
    /// Recorded decisions on this part for which no document signature came: it may be decided again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<DecisionHash>,
}

/// A certificate outside phones whose key signs documents for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSignerView {
    /// DER.
    pub certificate: Base64,
    /// Where its key lives.
    pub home: KeyHome,
}

/// A decision whose document signature is awaited (`GET /api/v1/document-signatures`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedSignature {
    /// The decision, deterministic CBOR: it names the base, the recipe, the time and the certificate.
    pub decision: Base64,
    /// The approval key's `COSE_Sign1` over it.
    pub statement: Base64,
    /// DER of the approval key's certificate, then of the authorities above it.
    pub decided_with: Vec<Base64>,
    /// Canonical CBOR of the recipe.
    pub recipe: Base64,
    /// Whose key signs.
    pub signer: DocumentSignerView,
    /// Not taken after this.
    pub until: Timestamp,
}

/// `PUT /api/v1/document-signatures/{decision}`: the foreign key's signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentSignatureSubmission {
    /// SHA-256 over the ByteRange of the revision that the signing computer built.
    pub revision_digest: Sha256,
    /// Over the signed attributes: RSASSA-PKCS1-v1_5, or DER `ECDSA-Sig-Value`.
    pub signature: Base64,
    /// DER of the issuers of the certificate, the nearest first, that go into the document with it; 4 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<Base64>,
}

/// Its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSigned {
    /// The document with the signature in it.
    pub document: DocumentRef,
    /// The decision's evidence ([`Evidence`](crate::evidence::Evidence) as text), both leaves in it.
    pub evidence: String,
}

/// Whose part a device's person may decide, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPlaceOf {
    /// Whose.
    pub person: PersonView,
    /// By which delegation; the phone verifies it before it signs.
    pub delegation: Sha256,
    /// The unit whose request it is, and those above it, from it up.
    pub line: Vec<UnitId>,
}

/// `PUT /api/v1/requests/{id}/steps/{n}/decision`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionSubmission {
    /// The decision, deterministic CBOR.
    pub decision: Base64,
    /// The newest checkpoint the phone has verified (note); its size and root stand in the decision.
    pub checkpoint: String,
    /// What the approval key signed.
    pub binding: Binding,
}

/// How the approval key binds a decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Binding {
    /// By the CMS that signs the document and carries the decision's hash.
    Cms {
        /// SHA-256 over the ByteRange of the revision that the phone built.
        revision_digest: Sha256,
        /// DER `ECDSA-Sig-Value` over the signed attributes, low-S.
        signature: Base64,
    },
    /// By COSE_Sign1 over the decision.
    Cose {
        /// The tagged COSE_Sign1.
        statement: Base64,
    },
}

// --- document systems -----------------------------------------------------------------------

/// The part `request` of `POST /api/v1/requests` (multipart/form-data). The parts `document` (one,
/// PDF) and `attachment` (any number) carry the files, the parts `image` stamp pictures (PNG).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The unit that submits.
    pub unit: UnitId,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// Grade of secrecy; anything but `open` is refused.
    pub classification: Claimed,
    /// Expected digest of the document, if the sender wants it compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// The route; none where `template` gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<SubmittedStep>,
    /// The template that gives the route, and whatever else it says; then there are no steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateChoice>,
    /// When the request ends by itself; by default 30 days after queueing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// By when it is to be decided: so many working hours from now, 1 to 2,000. It goes on afterwards, as overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_hours: Option<u32>,
    /// The unit's request whose place it takes, as a new version: one that was returned, rejected or ended otherwise, or that
    /// still waits and is taken back with this. What all have signed stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<RequestId>,
    /// Empty text fields that are added before anybody signs, such as for number and date. Only in a
    /// document that arrives unsigned; with them it is another document than the one that was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<SubmittedField>,
    /// Who gets a copy once all have signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyTo>,
    /// Why the document also goes on paper, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
    /// Number and date come from the register when the step of the role `seal` opens; then `metadata` has no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbering: Option<Numbering>,
}

/// What the register writes into a document, by the hand of whoever seals it (Decree 30/2020, articles 14 and 15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// What stands after the number, such as `QĐ-UBND`.
    pub notation: Text<30>,
    /// The text field for number and notation.
    pub number_field: Text<200>,
    /// The text field for the date, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_field: Option<Text<200>>,
}

/// A text field to add.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmittedField {
    /// Its name: 1 to 64 ASCII letters, digits or hyphens.
    pub name: String,
    /// What people are told it is for.
    pub label: Text<100>,
    /// Page from 1; negative counts from the end, -1 is the last.
    pub page: i32,
    /// Where, in hundredths of a point from the lower left of the page as displayed.
    pub rect: Rect,
}

/// One step of a submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmittedStep {
    /// What it asks.
    pub role: Role,
    /// How many must approve; all when absent.
    #[serde(default = "all")]
    pub quorum: Quorum,
    /// Who.
    pub signers: Vec<SubmittedSigner>,
}

fn all() -> Quorum {
    Quorum::All
}

/// One signer of a submitted step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmittedSigner {
    /// Who.
    pub person: PersonId,
    /// How the signature shows; a stamp at the lower right of the last page when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearance: Option<SubmittedAppearance>,
    /// Text fields that the signature fills in and locks; in a step of the role `seal` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill: Vec<Fill>,
}

/// How a signature shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum SubmittedAppearance {
    /// Nothing on the page.
    Invisible,
    /// A stamp.
    Stamp {
        /// Page from 1; negative counts from the end, -1 is the last.
        page: i32,
        /// Where, in hundredths of a point from the lower left of the page as displayed.
        rect: Rect,
        /// Text lines; name, office and time of signing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<String>,
    },
    /// In a signature field that waits in the document, where it stands.
    Field {
        /// The full name of the field.
        name: String,
        /// Text lines; name, office and time of signing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<String>,
    },
    /// A stamp beside a text of the document.
    Beside {
        /// Whole words of one line, in the document's own capitals.
        text: Text<200>,
        /// Which of several places; the last when absent.
        #[serde(default)]
        occurrence: Occurrence,
        /// Page from 1; negative counts from the end; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<i32>,
        /// On which side of the text; below it when absent.
        #[serde(default)]
        side: Side,
        /// Width of the stamp, in hundredths of a point.
        width: i32,
        /// Height of the stamp, in hundredths of a point.
        height: i32,
        /// Text lines, as in a stamp.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<Vec<Line>>,
        /// File name of one of the parts `image`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<String>,
    },
}

/// When somebody is away, as was announced: a notice, which changes nobody's authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Answer to a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// The request.
    pub request: RequestId,
    /// The document as stored.
    pub document: DocumentRef,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Signers who are away, or will be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Absence>,
}

/// One recorded decision, in `GET /api/v1/requests/{id}/decisions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedDecision {
    /// Its identity; evidence is at `/api/v1/requests/{id}/evidence/{decision}`.
    pub decision: DecisionHash,
    /// On which step.
    pub step: StepNumber,
    /// By whom.
    pub person: PersonView,
    /// In whose place, where it was not the own part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_place_of: Option<PersonView>,
    /// By which delegation; its proof is at `/api/v1/requests/{id}/delegations/{delegation}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Sha256>,
    /// What.
    pub verb: Verb,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The phone's time.
    pub signed_at: UnixSecond,
    /// The server's time.
    pub recorded_at: UnixSecond,
}

/// A stamp image on its way to a phone: two streams as they go into the PDF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageView {
    /// Names and sizes.
    pub image: ImageRef,
    /// Flate-coded RGB.
    pub colour: Base64,
    /// Flate-coded alpha.
    pub alpha: Base64,
}
