//! Why a flow refused.

use trien_core::attestation::{Refusal, Refused};
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::pdf::placement::NoPlace;
use trien_core::problem::ProblemKind;
use trien_core::receipt::Receipt;
use trien_core::register::Unfit;

use super::account::NoIdentity;
use super::change::{NoChange, Part, parts};
use super::delegate::NoDelegation;
use super::invite::InvitationEnd;
use crate::blobs::BlobError;
use crate::ca::{CaError, KeyError, VaultError};
use crate::clean_copy::NoCleanCopy;
use crate::flow::exchange::NoExchange;
use crate::flow::slip::SlipEnd;
use crate::flow::slip::session::NoShortCode;
use crate::flow::templates::NoHolder;
use crate::flow::webhook::NoWebhook;
use crate::store::{Reach, StoreError};
use crate::worker::InspectError;

/// What was looked for and not found, or not for this caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A unit.
    Unit,
    /// A person.
    Person,
    /// A device.
    Device,
    /// An invitation.
    Invitation,
    /// An enrollment slip.
    Slip,
    /// An enrollment attempt.
    Attempt,
    /// A request.
    Request,
    /// A step of a request.
    Step,
    /// A document's bytes.
    Document,
    /// A stamp image.
    Image,
    /// A recorded decision.
    Decision,
    /// A revocation list.
    Crl,
    /// An account.
    Account,
    /// What one person asked for and another may confirm.
    Proposal,
    /// A session.
    Session,
    /// An API key.
    ApiKey,
    /// A webhook.
    Webhook,
    /// A token with which somebody administers over the API.
    Token,
    /// An entry of the certificate register.
    Entry,
    /// A table that waits to be carried out.
    Table,
    /// A report of a change of posts or units.
    Report,
    /// A key that signs in to the console.
    Passkey,
    /// A trust anchor of an outside authority.
    Anchor,
    /// A wave of enrollment.
    Wave,
    /// An app that opens this server's links.
    App,
    /// A template of routes.
    Template,
    /// A comment beside a page.
    Comment,
    /// A delegation.
    Delegation,
}

impl Thing {
    /// Its name in problem codes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Device => "device",
            Self::Invitation => "invitation",
            Self::Slip => "slip",
            Self::Attempt => "attempt",
            Self::Request => "request",
            Self::Step => "step",
            Self::Document => "document",
            Self::Image => "image",
            Self::Decision => "decision",
            Self::Crl => "crl",
            Self::Account => "account",
            Self::Proposal => "proposal",
            Self::Session => "session",
            Self::ApiKey => "api-key",
            Self::Webhook => "webhook",
            Self::Token => "token",
            Self::Entry => "certificate",
            Self::Table => "table",
            Self::Report => "report",
            Self::Passkey => "passkey",
            Self::Anchor => "anchor",
            Self::Wave => "wave",
            Self::App => "app",
            Self::Template => "template",
            Self::Comment => "comment",
            Self::Delegation => "delegation",
        }
    }
}

/// Where a decision differs from what the server queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mismatch {
    /// Not a decision in its deterministic encoding.
    Encoding,
    /// Names another request or step than the address.
    Address,
    /// Names another person or device than the one that sent it.
    Signer,
    /// Names another version of the request.
    RequestRevision,
    /// Is about other documents.
    Documents,
    /// Another recipe or builder, or none where one is asked for.
    Recipe,
    /// Another certificate than the one registered for the device.
    Certificate,
    /// Another position or authority.
    Authority,
    /// Says that it holds for longer than the request or the certificate does.
    Validity,
    /// Another description of the document than the office's.
    Metadata,
    /// Other findings than the check that both sides run.
    Findings,
    /// Bound by CMS where COSE is due, or the other way round.
    Binding,
    /// The phone built another revision than the server.
    Revision,
    /// The signature does not verify under the registered certificate.
    Signature,
    /// The checkpoint is not a note of this log, or not the one in the decision.
    Checkpoint,
}

impl Mismatch {
    /// Its name in problem codes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Address => "address",
            Self::Signer => "signer",
            Self::RequestRevision => "request-revision",
            Self::Documents => "documents",
            Self::Recipe => "recipe",
            Self::Certificate => "certificate",
            Self::Authority => "authority",
            Self::Validity => "validity",
            Self::Metadata => "metadata",
            Self::Findings => "findings",
            Self::Binding => "binding",
            Self::Revision => "revision",
            Self::Signature => "signature",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// Why a flow refused. One list for all flows, because one commit of a batch may fail for reasons
/// that belong to the batch; each maps to exactly one problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// No, a wrong or an expired credential.
    #[error("the credential is not known")]
    Unauthenticated,
    /// The credential does not reach this.
    #[error("the credential does not allow this")]
    Forbidden,
    /// The device waits for its officer.
    #[error("the device waits for an officer")]
    DevicePending,
    /// The device is suspended.
    #[error("the device is suspended")]
    DeviceSuspended,
    /// The device was revoked or refused.
    #[error("the device was revoked")]
    DeviceRevoked,
    /// The nonce of the signed request was used before.
    #[error("the same signed request came before")]
    Replayed,
    /// Nothing there, or not for this caller.
    #[error("no such {}", .0.name())]
    NotFound(Thing),
    /// A parameter is not what the flow takes.
    #[error("{0}")]
    BadRequest(String),
    /// Larger than the limit.
    #[error("larger than the limit of {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The range is not in the document.
    #[error("the range is not in the document of {size} bytes")]
    Range {
        /// Bytes of the document.
        size: u64,
    },

    /// Graded, or marked, as a state secret.
    #[error("documents graded as state secrets cannot be handled here")]
    SecretGrade,
    /// The PDF cannot be signed soundly.
    #[error("the document cannot be signed soundly: {slug}")]
    UnsignablePdf {
        /// The refusal's slug; its text is `pdf-refusal-<slug>`.
        slug: String,
    },
    /// No clean copy can be made of the file.
    #[error("no clean copy: {0}")]
    NoCleanCopy(NoCleanCopy),
    /// The bytes are not those the submission names.
    #[error("the document has another digest than the submission says")]
    WrongDigest,
    /// The submission contradicts itself or what is known.
    #[error("{0}")]
    InvalidSubmission(String),
    /// There is no place for a stamp beside the text that the submission names.
    #[error("no place for a stamp: {0}")]
    NoPlace(#[from] NoPlace),
    /// A template does not say who signs.
    #[error(transparent)]
    NoHolder(#[from] NoHolder),
    /// The idempotency key was used for another submission.
    #[error("the idempotency key was used for another submission")]
    IdempotencyConflict,

    /// The decision is not what the server queued.
    #[error("the decision does not match what was queued: {}", .0.name())]
    Mismatch(Mismatch),
    /// The decision's own time limits exclude it.
    #[error("the decision came outside its time: {0}")]
    DecisionExpired(&'static str),
    /// The certificate is revoked, suspended or expired.
    #[error("the certificate is not valid")]
    CertificateNotValid,
    /// Somebody else decided, or the step does not wait for this person.
    #[error("the step does not wait for this decision")]
    Overtaken,
    /// The person has not the post any more in whose name the decision was made.
    #[error("the post that the decision names has ended")]
    PostChanged,
    /// The delegation by which it was decided in another's place counts no more for this.
    #[error("the delegation has ended, or does not cover this any more")]
    AuthorityEnded,
    /// A delegation that is not taken.
    #[error(transparent)]
    NoDelegation(#[from] NoDelegation),
    /// Something is not done to a webhook.
    #[error(transparent)]
    NoWebhook(#[from] NoWebhook),
    /// The document has new signatures.
    #[error("the document has new signatures")]
    StaleRevision,
    /// Somebody has approved, and a foreign key has still to sign the document.
    #[error("the document awaits another signer's signature")]
    AwaitsDocumentSignature,
    /// The document signature of a decision came too late, or for a part that is not its any more.
    #[error("the signature of this decision is not awaited any more")]
    NotAwaited,
    /// The request has ended.
    #[error("the request has ended")]
    RequestEnded,
    /// Those who have to decide were told a moment ago.
    #[error("those who have to decide were told within the last hour")]
    RemindedLately,
    /// A decision was refused, and its refusal is recorded.
    #[error("the decision was refused: {}", .why.slug())]
    Refused {
        /// Why.
        why: ProblemKind,
        /// That it is recorded.
        receipt: Box<Receipt>,
    },
    /// A phone has seen more of this log than this server has.
    #[error("the log is behind what phones have seen")]
    LogRecovery,

    /// The attempt is over.
    #[error("the enrollment is over")]
    EnrollmentEnded,
    /// The invitation cannot be used any more.
    #[error("the invitation is not good any more: {}", .0.slug())]
    InvitationEnded(InvitationEnd),
    /// The slip leads nowhere any more.
    #[error("the slip is not good any more: {}", .0.slug())]
    SlipEnded(SlipEnd),
    /// No short code can be tried.
    #[error("no short code can be tried: {}", .0.slug())]
    NoShortCode(NoShortCode),
    /// The unit does not take keys of this assurance level.
    #[error("the unit does not take keys of this assurance level")]
    AssuranceTooLow,
    /// The officer typed another serial number than the one of the device's token, or none.
    #[error("the serial number that was typed is not the one of the device's token")]
    TokenNotConfirmed,
    /// The attestation of one of the device's keys is refused.
    #[error(transparent)]
    AttestationRefused(#[from] Refused),
    /// The attestation of an iPhone's app is refused.
    #[error("the app's attestation is refused: {0}")]
    AppRefused(Refusal),
    /// The typed digits are not those of the phone.
    #[error("the digits are not those of the phone; {left} tries left")]
    WrongCode {
        /// Tries left before the invitation is spent.
        left: u32,
    },

    /// Another account has this login.
    #[error("the login is taken")]
    LoginTaken,
    /// The password that was asked for again is wrong, or the account waits.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too many wrong passwords came from one address.
    #[error("too many wrong passwords from one address")]
    TooManyGuesses,
    /// No such passkey, or its answer is late, wrong or one that came before.
    #[error("the passkey was not accepted")]
    NoPasskey,
    /// Nobody is signed in by the identity provider.
    #[error(transparent)]
    NoIdentity(#[from] NoIdentity),
    /// A certificate from elsewhere cannot stand in the register.
    #[error(transparent)]
    UnfitCertificate(#[from] Unfit),
    /// Files are not exchanged with an outside authority.
    #[error(transparent)]
    NoExchange(#[from] NoExchange),
    /// Units or people are not any more what a table was looked at against.
    #[error("units or people have changed since the table was looked at; look at it again")]
    DirectoryMoved,
    /// What a change of post or of units was looked at against is not so any more.
    #[error("what was looked at has changed since ({}); look at it again", parts(.0))]
    PlanMoved(Vec<Part>),
    /// A change of post or of units that cannot be.
    #[error(transparent)]
    NoChange(#[from] NoChange),
    /// The setup code is wrong, used up or expired.
    #[error("the setup code is not good, or no longer")]
    SetupCode,

    /// Nothing was changed, or it is not known; try again.
    #[error("not available: {0}")]
    Unavailable(String),
    /// The issuing key does not sign; what needs it waits.
    #[error(transparent)]
    IssuingKey(KeyError),
    /// The disk is full; nothing was changed.
    #[error("the disk is full")]
    StorageFull,
    /// A defect of ours.
    #[error("defect: {0}")]
    Internal(String),
}

impl FlowError {
    /// The problem that the caller is told.
    #[must_use]
    pub fn problem(&self) -> ProblemKind {
        match self {
            Self::Unauthenticated => ProblemKind::Unauthenticated,
            Self::Forbidden => ProblemKind::Forbidden,
            Self::DevicePending => ProblemKind::DevicePending,
            Self::DeviceSuspended => ProblemKind::DeviceSuspended,
            Self::DeviceRevoked => ProblemKind::DeviceRevoked,
            Self::Replayed => ProblemKind::Replayed,
            Self::NotFound(_) => ProblemKind::NotFound,
            Self::BadRequest(_) => ProblemKind::BadRequest,
            Self::TooLarge { .. } => ProblemKind::TooLarge,
            Self::Range { .. } => ProblemKind::RangeNotSatisfiable,
            Self::SecretGrade => ProblemKind::SecretGrade,
            Self::UnsignablePdf { .. } => ProblemKind::UnsignablePdf,
            Self::NoCleanCopy(_) => ProblemKind::NoCleanCopy,
            Self::WrongDigest => ProblemKind::WrongDigest,
            Self::InvalidSubmission(_) | Self::NoPlace(_) | Self::NoHolder(_) => {
                ProblemKind::InvalidRequest
            }
            Self::IdempotencyConflict => ProblemKind::IdempotencyConflict,
            Self::Mismatch(_) => ProblemKind::DecisionMismatch,
            Self::DecisionExpired(_) => ProblemKind::DecisionExpired,
            Self::CertificateNotValid => ProblemKind::CertificateNotValid,
            Self::Overtaken | Self::PostChanged | Self::AuthorityEnded => ProblemKind::Overtaken,
            Self::StaleRevision => ProblemKind::StaleRevision,
            Self::AwaitsDocumentSignature => ProblemKind::AwaitsDocumentSignature,
            Self::NotAwaited => ProblemKind::Overtaken,
            Self::RequestEnded => ProblemKind::RequestEnded,
            Self::Refused { why, .. } => *why,
            Self::LogRecovery => ProblemKind::LogRecovery,
            Self::EnrollmentEnded => ProblemKind::EnrollmentEnded,
            Self::InvitationEnded(_) | Self::SlipEnded(_) => ProblemKind::InvitationSpent,
            Self::NoShortCode(_) => ProblemKind::EnrollmentEnded,
            Self::AssuranceTooLow | Self::AttestationRefused(_) | Self::AppRefused(_) => {
                ProblemKind::AssuranceTooLow
            }
            Self::NoDelegation(_) => ProblemKind::NoDelegation,
            Self::TokenNotConfirmed => ProblemKind::TokenNotConfirmed,
            Self::WrongCode { .. } => ProblemKind::WrongCode,
            Self::LoginTaken
            | Self::UnfitCertificate(_)
            | Self::DirectoryMoved
            | Self::PlanMoved(_)
            | Self::NoChange(_)
            | Self::NoWebhook(_)
            | Self::NoExchange(_) => ProblemKind::BadRequest,
            Self::TooManyGuesses | Self::RemindedLately => ProblemKind::TooManyRequests,
            Self::NoIdentity(NoIdentity::NotConfigured) => ProblemKind::NotFound,
            Self::NoIdentity(NoIdentity::Unreachable) => ProblemKind::Unavailable,
            Self::SetupCode | Self::WrongPassword | Self::NoPasskey | Self::NoIdentity(_) => {
                ProblemKind::Unauthenticated
            }
            Self::Unavailable(_) | Self::IssuingKey(_) => ProblemKind::Unavailable,
            Self::StorageFull => ProblemKind::StorageFull,
            Self::Internal(_) => ProblemKind::Internal,
        }
    }

    /// A machine-readable particular for the problem document; never names or content.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        match self {
            Self::NotFound(thing) => Some(thing.name().to_owned()),
            Self::UnsignablePdf { slug } => Some(slug.clone()),
            Self::NoCleanCopy(why) => Some(why.slug().to_owned()),
            Self::NoPlace(why) => Some(why.slug().to_owned()),
            Self::NoHolder(why) => Some(why.slug().to_owned()),
            Self::Mismatch(what) => Some(what.name().to_owned()),
            Self::AppRefused(why) => Some(why.slug().to_owned()),
            Self::AttestationRefused(refused) => Some(refused.why.slug().to_owned()),
            Self::DecisionExpired(why) => Some((*why).to_owned()),
            Self::UnfitCertificate(why) => Some(why.to_string()),
            Self::PlanMoved(_) | Self::NoChange(_) => Some(self.to_string()),
            Self::RemindedLately => Some("reminded-lately".to_owned()),
            Self::PostChanged => Some("post-changed".to_owned()),
            Self::AuthorityEnded => Some("authority-ended".to_owned()),
            Self::NotAwaited => Some("not-awaited".to_owned()),
            Self::NoDelegation(why) => Some(why.slug().to_owned()),
            Self::NoWebhook(why) => Some(why.to_string()),
            Self::NoExchange(why) => Some(why.to_string()),
            Self::WrongCode { left } => Some(left.to_string()),
            Self::InvitationEnded(end) => Some(end.slug().to_owned()),
            Self::SlipEnded(why) => Some(why.slug().to_owned()),
            Self::NoShortCode(why) => Some(why.slug().to_owned()),
            Self::TooLarge { limit } => Some(limit.to_string()),
            Self::Range { size } => Some(size.to_string()),
            Self::BadRequest(what) | Self::InvalidSubmission(what) => Some(what.clone()),
            _ => None,
        }
    }

    /// The receipt of a refused decision.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Refused { receipt, .. } => Some(receipt),
            _ => None,
        }
    }

    /// A document above the limit.
    #[must_use]
    pub fn document_too_large() -> Self {
        Self::TooLarge { limit: MAX_DOCUMENT_BYTES }
    }
}

impl From<Mismatch> for FlowError {
    fn from(what: Mismatch) -> Self {
        Self::Mismatch(what)
    }
}

impl From<StoreError> for FlowError {
    fn from(error: StoreError) -> Self {
        if error.is_full() {
            return Self::StorageFull;
        }
        match error.reach() {
            Reach::Transaction => Self::Unavailable(error.to_string()),
            Reach::Statement => Self::Internal(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for FlowError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<BlobError> for FlowError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::StorageFull,
            BlobError::Io(_) => Self::Unavailable(error.to_string()),
            BlobError::Missing(_) | BlobError::Damaged(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<InspectError> for FlowError {
    fn from(error: InspectError) -> Self {
        let unsignable = |slug: &str| Self::UnsignablePdf { slug: slug.to_owned() };
        match error {
            InspectError::Refused(refusal) => unsignable(refusal.slug()),
            InspectError::NotBuilt(why) => Self::InvalidSubmission(why),
            InspectError::TimedOut => unsignable("timed-out"),
            InspectError::Crashed => unsignable("exhausted"),
            InspectError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

impl From<NoCleanCopy> for FlowError {
    fn from(why: NoCleanCopy) -> Self {
        match why {
            NoCleanCopy::SecretGrade => Self::SecretGrade,
            why => Self::NoCleanCopy(why),
        }
    }
}

impl From<CaError> for FlowError {
    fn from(error: CaError) -> Self {
        match error {
            CaError::Vault(error) => error.into(),
            CaError::Key(error) => Self::IssuingKey(error),
            CaError::RootAway | CaError::OtherRoot => Self::BadRequest(error.to_string()),
            CaError::NoResponder => Self::Unavailable(error.to_string()),
            CaError::Issue(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<VaultError> for FlowError {
    fn from(error: VaultError) -> Self {
        Self::BadRequest(error.to_string())
    }
}
