//! Plain values, as the other language sees them.

use trien_core::client;
pub use trien_core::client::{
    Answer, EarlierSignature, Judgement, Opened, PageView, SheetId, Synced,
};
use trien_core::decision::{self, DecisionHash, Verb};
use trien_core::digest::Sha256;
use trien_core::document::{self, DocumentRef, Urgency};
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{CommentId, DeviceId, PersonId, RequestId, UnitId};
use trien_core::pdf::check::Finding;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::recipe::{self, Rect};
pub use trien_core::pdf::render::Region;
use trien_core::problem::ProblemKind;
use trien_core::receipt;
use trien_core::register::KeyHome;
use trien_core::request::{Role, StepNumber};
use trien_core::verify::{Outcome, Question, SignatureKind, SigningTime, Verdict};
use trien_core::wire::{PersonView, UnitView};

uniffi::custom_type!(CommentId, String, { remote, lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(DeviceId, String, { remote, lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(PersonId, String, { remote, lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(RequestId, String, { remote, lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(UnitId, String, { remote, lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(Sha256, String, { remote, lower: |hash| hash.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(DecisionHash, String, { remote, lower: |hash| hash.0.to_string(), try_lift: |text| Ok(DecisionHash(text.parse()?)) });
uniffi::custom_type!(UnixSecond, i64, { remote, lower: |at| at.get(), try_lift: |at| Ok(UnixSecond::new(at)) });
uniffi::custom_type!(Timestamp, i64, { remote, lower: |at| at.as_millis(), try_lift: |at| Ok(Timestamp::from_millis(at)) });
uniffi::custom_type!(StepNumber, u16, { remote, lower: |step| step.0, try_lift: |step| Ok(StepNumber(step)) });
uniffi::custom_type!(SheetId, u64, { remote, lower: |sheet| sheet.0, try_lift: |sheet| Ok(SheetId(sheet)) });

/// What a signer should know of a document. None of it forbids signing.
#[uniffi::remote(Enum)]
pub enum Finding {
    /// Others have signed before, so many times.
    SignedBefore {
        /// Signatures present.
        count: u16,
    },
    /// Something was added after the last signature.
    ChangedAfterSignature,
    /// Parts of a page can be switched on and off.
    OptionalContent,
    /// Form fields whose values other viewers may show differently.
    FieldWithoutAppearance,
    /// Files are attached inside the document.
    EmbeddedFiles,
    /// An XFA form stands beside the pages.
    Xfa,
    /// What a signer had signed was changed after that signature.
    ContentChangedAfterSignature,
    /// A font is not embedded, and other readers may show other letters.
    FontNotEmbedded,
    /// The file says that it is a clean copy of one that could not be signed as it was.
    CleanCopy,
    /// The file is written so that other readers may show something else.
    ReadersMayDiffer,
    /// An annotation that other readers may draw in another way, or not at all.
    AnnotationMayDiffer,
}

/// How soon a document must move (độ khẩn).
#[uniffi::remote(Enum)]
pub enum Urgency {
    /// No mark.
    Normal,
    /// Khẩn.
    Urgent,
    /// Thượng khẩn.
    VeryUrgent,
    /// Hỏa tốc.
    Flash,
}

/// What a step asks of its signers.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Reads and agrees; the document is not signed.
    Review,
    /// Ký nháy.
    Initial,
    /// Ký số cá nhân: signs the document.
    Approve,
    /// Ký số cơ quan: the clerk seals the document.
    Seal,
    /// Receives a copy.
    Receive,
}

/// What was decided.
#[uniffi::remote(Enum)]
pub enum Verb {
    /// Agreed.
    Approve,
    /// Từ chối.
    Reject,
    /// Trả lại.
    Return,
}

/// Which picture of a page.
#[uniffi::remote(Enum)]
pub enum PageView {
    /// The document as it is.
    Plain,
    /// With the stamp of the sheet that is open: the very revision that will be signed.
    Stamped,
}

/// A rectangle of a page, in pixels of the whole page at the scale that is meant.
#[uniffi::remote(Record)]
pub struct Region {
    /// Which page, from 0.
    pub page: u32,
    /// How wide the whole page is at that scale; its height follows.
    pub page_width: u32,
    /// Pixels from the page's left edge.
    pub left: u32,
    /// Pixels from the page's upper edge.
    pub top: u32,
    /// How wide the rectangle is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// Why the server refused.
#[uniffi::remote(Enum)]
pub enum ProblemKind {
    BadRequest,
    Unauthenticated,
    ClockSkew,
    Replayed,
    DeviceSuspended,
    DeviceRevoked,
    DevicePending,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Overtaken,
    StaleRevision,
    AwaitsDocumentSignature,
    RequestEnded,
    EnrollmentEnded,
    InvitationSpent,
    TooLarge,
    UnsupportedMediaType,
    RangeNotSatisfiable,
    IdempotencyConflict,
    SecretGrade,
    UnsignablePdf,
    NoCleanCopy,
    WrongDigest,
    InvalidRequest,
    DecisionMismatch,
    DecisionExpired,
    CertificateNotValid,
    AssuranceTooLow,
    NoDelegation,
    TokenNotConfirmed,
    WrongCode,
    TooManyRequests,
    Internal,
    Unavailable,
    StorageFull,
    LogRecovery,
}

/// A person, as others see them.
#[uniffi::remote(Record)]
pub struct PersonView {
    /// Which.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Position (chức vụ).
    pub position: String,
}

/// A unit, as others see it.
#[uniffi::remote(Record)]
pub struct UnitView {
    /// Which.
    pub id: UnitId,
    /// Its name.
    pub name: String,
}

/// One sequence of bytes that people talk about.
#[uniffi::remote(Record)]
pub struct DocumentRef {
    /// Digest of all bytes.
    pub sha256: Sha256,
    /// Length in bytes.
    pub size: u64,
    /// IANA media type.
    pub media_type: String,
}

/// What a sync brought.
#[uniffi::remote(Record)]
pub struct Synced {
    /// Requests that were new or had changed.
    pub changed: u32,
    /// Leaves of the log at its newest verified checkpoint.
    pub log_size: u64,
    /// Milliseconds to add to this device's clock for the server's.
    pub clock_offset_ms: i64,
}

/// A page's size as displayed, in hundredths of a point.
#[uniffi::remote(Record)]
pub struct PageSize {
    /// Across.
    pub width: i32,
    /// Up.
    pub height: i32,
}

/// A signature that the document has already.
#[uniffi::remote(Record)]
pub struct EarlierSignature {
    /// Its field.
    pub field: String,
    /// The signer as the signature states it.
    pub signer: Option<String>,
    /// The time as the signature states it, as PDF writes it.
    pub signed_at: Option<String>,
    /// What this phone finds about it.
    pub judgement: Judgement,
}

/// How an earlier signature was judged, with what this phone trusts and knows.
#[uniffi::remote(Record)]
pub struct Judgement {
    /// The answer for this signature.
    pub verdict: Verdict,
    /// A signer's signature, or an authority's timestamp.
    pub kind: SignatureKind,
    /// The common name in the certificate.
    pub name: Option<String>,
    /// How it was signed, where the signature verifies.
    pub algorithm: Option<String>,
    /// When it was signed, and how that is known.
    pub time: SigningTime,
    /// One answer for each question, those about timestamps on the signature last.
    pub answers: Vec<Answer>,
}

/// The answer to one question about a signature.
#[uniffi::remote(Record)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// How it was answered.
    pub outcome: Outcome,
    /// Why; its text for people has the key `verify-` and this.
    pub reason: String,
    /// Particulars in English; may be empty.
    pub detail: String,
}

/// The answer to a whole verification.
#[uniffi::remote(Enum)]
pub enum Verdict {
    /// Every signature holds.
    Valid,
    /// Something is wrong.
    NotValid,
    /// Nothing is wrong, but something cannot be determined.
    Undetermined,
}

/// Whose statement a signature is.
#[uniffi::remote(Enum)]
pub enum SignatureKind {
    /// A signer's.
    Signature,
    /// An authority's, that the document existed at a time.
    DocumentTimestamp,
}

/// How one question was answered.
#[uniffi::remote(Enum)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not as it should be.
    Failed,
    /// What is at hand does not answer it.
    CannotBeDetermined,
}

/// What is asked about a signature.
#[uniffi::remote(Enum)]
pub enum Question {
    /// Whether the bytes are those that were signed.
    Integrity,
    /// Whether the certificate was valid at the time of signing.
    Validity,
    /// Whether the certificate's key is for this.
    KeyUsage,
    /// Whether the certificate leads to an anchor.
    Chain,
    /// Whether the certificates were revoked.
    Revocation,
    /// The same five about a timestamp on the signature.
    Timestamp,
}

/// Where the time of signing comes from.
#[uniffi::remote(Enum)]
pub enum SigningTime {
    /// The log recorded the decision at this time.
    LogReceipt {
        /// When.
        at: UnixSecond,
    },
    /// The signature itself states it.
    Claimed {
        /// When.
        at: UnixSecond,
    },
    /// No time is stated: the time of verification stands in.
    Verification {
        /// When.
        at: UnixSecond,
    },
    /// A timestamp by a trusted authority shows that the signature existed.
    Timestamp {
        /// When.
        at: UnixSecond,
    },
}

/// A request whose documents were downloaded, hashed and checked.
#[uniffi::remote(Record)]
pub struct Opened {
    /// Which.
    pub request: RequestId,
    /// Its version.
    pub revision: u32,
    /// The documents as hashed here, the main one first.
    pub documents: Vec<DocumentRef>,
    /// The pages of the main document.
    pub pages: Vec<PageSize>,
    /// What the check found in it.
    pub findings: Vec<Finding>,
    /// Signatures that it has already.
    pub signatures: Vec<EarlierSignature>,
    /// How many of them were added since it was opened here before.
    pub signed_meanwhile: u32,
}

/// A rectangle on the page as displayed, in hundredths of a point from the lower left.
#[uniffi::remote(Record)]
pub struct Rect {
    /// Left.
    pub left: i32,
    /// Bottom.
    pub bottom: i32,
    /// Right.
    pub right: i32,
    /// Top.
    pub top: i32,
}

/// What the office's register says of a document.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Metadata {
    /// Number and notation (số, ký hiệu) when already reserved.
    pub number: Option<String>,
    /// Abstract (trích yếu).
    pub subject: String,
    /// Kind (loại văn bản).
    pub kind: String,
    /// The unit that issues it, as written on the document.
    pub issuer: String,
    /// How soon it must move.
    pub urgency: Urgency,
}

/// In whose name the signer acts.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum Authority {
    /// By the position itself.
    Own {
        /// The position as written above the signature.
        position: String,
    },
    /// KT., TL. or TUQ.: in another's name.
    Delegated {
        /// The position as written.
        position: String,
        /// The delegation statement.
        statement: Sha256,
    },
}

/// A request in the list of what waits.
#[derive(Clone, Debug, uniffi::Record)]
pub struct InboxItem {
    /// Which.
    pub request: RequestId,
    /// In which role.
    pub role: Role,
    /// Who asks.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether a decision of this phone on it waits in the outbox.
    pub decision: Option<DecisionHash>,
    /// By when it is to be decided; it goes on afterwards.
    #[uniffi(default = None)]
    pub due_at: Option<Timestamp>,
    /// Whose part it is, where it is another's.
    #[uniffi(default = None)]
    pub in_place_of: Option<PersonView>,
}

/// What the person confirms: everything that the decision will say.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Sheet {
    /// Names it to `approve`.
    pub id: SheetId,
    /// Which request.
    pub request: RequestId,
    /// Which step.
    pub step: StepNumber,
    /// Which version of the request.
    pub revision: u32,
    /// In which role.
    pub role: Role,
    /// Who asks.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// The documents as hashed here, the main one first.
    pub documents: Vec<DocumentRef>,
    /// How the main document will be signed, if it will.
    pub signing: Option<SheetSigning>,
    /// In whose name.
    pub authority: Authority,
    /// SHA-256 of the certificate that signs.
    pub certificate: Sha256,
    /// What the check found.
    pub findings: Vec<Finding>,
    /// How many signatures were added since the person read the document.
    pub signed_meanwhile: u32,
    /// The time of signing, fixed now.
    pub signed_at: UnixSecond,
    /// Not recorded after this.
    pub valid_until: UnixSecond,
    /// From then on the sheet must be opened again.
    pub renew_at: UnixSecond,
    /// In whose place, where that is another's; the core has verified the delegation.
    #[uniffi(default = None)]
    pub in_place_of: Option<InPlace>,
    /// Whose key signs the document after the decision, where it is not this phone's.
    #[uniffi(default = None)]
    pub document_signer: Option<SheetSigner>,
}

/// Whose place a decision is made in.
#[derive(Clone, Debug, uniffi::Record)]
pub struct InPlace {
    /// Whose.
    pub person: PersonView,
    /// The first line above the signature, such as "KT. CHỦ TỊCH".
    pub title: String,
    /// The delegation ends then.
    pub until: UnixSecond,
}

/// A key outside phones that signs the document after the decision.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SheetSigner {
    /// Where it lives.
    pub home: KeyHome,
    /// For whom its certificate was issued.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// When the certificate ends.
    pub not_after: UnixSecond,
}

/// Where the key of a certificate lives.
#[uniffi::remote(Enum)]
pub enum KeyHome {
    Phone,
    Token,
    Sim,
    Remote,
}

/// How a document will be signed.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SheetSigning {
    /// The builder's name.
    pub builder: String,
    /// Where the stamp goes; none for an invisible signature.
    pub stamp: Option<StampPlace>,
    /// SHA-256 of the recipe: what the decision names.
    pub recipe: Sha256,
    /// SHA-256 over the bytes that the signature covers.
    pub revision_digest: Sha256,
}

/// Where a stamp goes.
#[derive(Clone, Debug, uniffi::Record)]
pub struct StampPlace {
    /// Page, from 0.
    pub page: u32,
    /// Where on it.
    pub rect: Rect,
}

/// That a decision stands in the log. The core has verified it.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Receipt {
    /// Which decision.
    pub decision: DecisionHash,
    /// When the server recorded it.
    pub recorded_at: UnixSecond,
    /// Inclusion proof and signed checkpoint, in C2SP `tlog-proof` text.
    pub proof: String,
}

/// What became of a decision. It was signed, so it is in the outbox in any case.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum Decided {
    /// Recorded; the receipt verifies.
    Recorded {
        /// The proof.
        receipt: Receipt,
    },
    /// Recorded as refused; the receipt verifies.
    Refused {
        /// Why.
        why: ProblemKind,
        /// The proof that it was refused.
        receipt: Receipt,
    },
    /// No receipt holds yet; it will be sent again.
    Waiting {
        /// What the last try met.
        detail: String,
    },
}

/// One decision in the outbox.
#[derive(Clone, Debug, uniffi::Record)]
pub struct OutboxEntry {
    /// Its identity.
    pub decision: DecisionHash,
    /// On which request.
    pub request: RequestId,
    /// On which step.
    pub step: StepNumber,
    /// What.
    pub verb: Verb,
    /// The document's abstract.
    pub subject: String,
    /// When it was signed, by this device.
    pub signed_at: UnixSecond,
    /// Where it stands.
    pub state: Decided,
}

impl From<document::Metadata> for Metadata {
    fn from(metadata: document::Metadata) -> Self {
        Self {
            number: metadata.number.map(|number| number.to_string()),
            subject: metadata.subject.to_string(),
            kind: metadata.kind.to_string(),
            issuer: metadata.issuer.to_string(),
            urgency: metadata.urgency,
        }
    }
}

impl From<decision::Authority> for Authority {
    fn from(authority: decision::Authority) -> Self {
        match authority {
            decision::Authority::Own { position } => Self::Own { position: position.to_string() },
            decision::Authority::Delegated { position, statement } => {
                Self::Delegated { position: position.to_string(), statement }
            }
        }
    }
}

impl From<client::InboxItem> for InboxItem {
    fn from(item: client::InboxItem) -> Self {
        Self {
            request: item.request,
            role: item.role,
            unit: item.unit,
            metadata: item.metadata.into(),
            queued_at: item.queued_at,
            expires_at: item.expires_at,
            decision: item.decision,
            due_at: item.due_at,
            in_place_of: item.in_place_of,
        }
    }
}

impl From<client::StampPlace> for StampPlace {
    fn from(place: client::StampPlace) -> Self {
        Self { page: place.page, rect: place.rect }
    }
}

impl From<client::InPlace> for InPlace {
    fn from(place: client::InPlace) -> Self {
        let client::InPlace { person, title, until } = place;
        Self { person, title, until }
    }
}

impl From<client::Sheet> for Sheet {
    fn from(sheet: client::Sheet) -> Self {
        Self {
            id: sheet.id,
            request: sheet.request,
            step: sheet.step,
            revision: sheet.revision,
            role: sheet.role,
            unit: sheet.unit,
            metadata: sheet.metadata.into(),
            documents: sheet.documents,
            signing: sheet.signing.map(SheetSigning::from),
            authority: sheet.authority.into(),
            certificate: sheet.certificate,
            findings: sheet.findings,
            signed_meanwhile: sheet.signed_meanwhile,
            signed_at: sheet.signed_at,
            valid_until: sheet.valid_until,
            renew_at: sheet.renew_at,
            in_place_of: sheet.in_place_of.map(InPlace::from),
            document_signer: sheet.document_signer.map(SheetSigner::from),
        }
    }
}

impl From<client::SheetSigner> for SheetSigner {
    fn from(signer: client::SheetSigner) -> Self {
        let client::SheetSigner { home, subject, issuer, not_after, .. } = signer;
        Self { home, subject, issuer, not_after }
    }
}

impl From<client::SheetSigning> for SheetSigning {
    fn from(signing: client::SheetSigning) -> Self {
        let stamp = match signing.recipe.appearance {
            recipe::Appearance::Invisible => None,
            recipe::Appearance::Stamp { page, rect, .. } => Some(StampPlace { page, rect }),
        };
        Self {
            builder: signing.recipe.builder,
            stamp,
            recipe: signing.recipe_hash,
            revision_digest: signing.revision_digest,
        }
    }
}

impl From<receipt::Receipt> for Receipt {
    fn from(receipt: receipt::Receipt) -> Self {
        Self { decision: receipt.decision, recorded_at: receipt.recorded_at, proof: receipt.proof }
    }
}

impl From<client::Decided> for Decided {
    fn from(decided: client::Decided) -> Self {
        match decided {
            client::Decided::Recorded(receipt) => Self::Recorded { receipt: (*receipt).into() },
            client::Decided::Refused { why, receipt } => {
                Self::Refused { why, receipt: (*receipt).into() }
            }
            client::Decided::Waiting(waiting) => Self::Waiting { detail: waiting.to_string() },
        }
    }
}

impl From<client::OutboxEntry> for OutboxEntry {
    fn from(entry: client::OutboxEntry) -> Self {
        Self {
            decision: entry.decision,
            request: entry.request,
            step: entry.step,
            verb: entry.verb,
            subject: entry.subject,
            signed_at: entry.signed_at,
            state: entry.state.into(),
        }
    }
}
