//! The core's errors, as sealed types of the other language.

use trien_core::client;
use trien_core::env::UnixSecond;
use trien_core::id::RequestId;
use trien_core::problem::ProblemKind;

use crate::foreign::{KeySignerError, KeyStoreError, SecretStoreError};

/// Why the phone did not do what it was asked. Nothing is half done: what had been signed is in
/// the outbox, everything else can be asked for again.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum PhoneError {
    /// No device is enrolled here yet.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// A device is enrolled here; another invitation would replace it.
    #[error("this device is enrolled already")]
    AlreadyEnrolled,
    /// The step of the enrollment that was asked for is not the next one, or the invitation's
    /// secret is not on this phone any more: it starts anew with the invitation link.
    #[error("open an invitation first")]
    NoEnrollment,
    /// The invitation cannot be read.
    #[error("{detail}")]
    Invitation {
        /// What is wrong with it.
        detail: String,
    },
    /// The short code does not have eight digits, or what came of it cannot be read.
    #[error("{detail}")]
    ShortCode {
        /// What is wrong.
        detail: String,
    },
    /// Other digits than those on the officer's screen.
    #[error("the digits are not those on the officer's screen; {left} tries left")]
    WrongShortCode {
        /// Tries left before the code ends.
        left: u32,
    },
    /// The other side did not prove to be the server of the invitation.
    #[error("{detail}")]
    Impostor {
        /// How it failed.
        detail: String,
    },
    /// What the server gave this device does not fit its keys.
    #[error("{detail}")]
    Profile {
        /// What does not fit.
        detail: String,
    },
    /// The server's address cannot be used.
    #[error("{detail}")]
    Address {
        /// Why.
        detail: String,
    },
    /// No answer, or only part of one.
    #[error("cannot reach {server}: {detail}")]
    Unreachable {
        /// The address.
        server: String,
        /// What the network said.
        detail: String,
    },
    /// The server has another key than those pinned.
    #[error("{server} does not have the key this device expects")]
    WrongServerKey {
        /// The address.
        server: String,
    },
    /// The server said no.
    #[error("{title}: {detail}")]
    Problem {
        /// Which problem.
        kind: ProblemKind,
        /// What happened, in the person's language.
        title: String,
        /// What to do about it, in the person's language.
        detail: String,
        /// A machine-readable particular.
        code: Option<String>,
    },
    /// Not an answer of this API.
    #[error("the server gave an answer that this app does not understand: {detail}")]
    UnexpectedAnswer {
        /// What was wrong.
        detail: String,
    },
    /// More bytes than the answer may have.
    #[error("the server's answer has more than {limit} bytes")]
    AnswerTooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The log contradicts what this phone saw of it before; decisions have stopped.
    #[error("{detail}")]
    Log {
        /// How.
        detail: String,
    },
    /// Nothing was ever synced.
    #[error("sync first")]
    NeverSynced,
    /// Too many receipts are not yet known to be of one log.
    #[error("sync first: {count} receipts have not been compared with the log yet")]
    ReceiptsWait {
        /// How many.
        count: u64,
    },
    /// No such request here.
    #[error("request {request} is not on this device: sync first")]
    UnknownRequest {
        /// Which.
        request: RequestId,
    },
    /// The request does not wait for this person.
    #[error("request {request} does not wait for your decision")]
    NothingToDecide {
        /// Which.
        request: RequestId,
    },
    /// The document has to be opened before it is decided on.
    #[error("open the document of request {request} first")]
    NotOpened {
        /// Which.
        request: RequestId,
    },
    /// The request is not as it was when it was opened.
    #[error("request {request} has changed since you opened it: look again")]
    Changed {
        /// Which.
        request: RequestId,
    },
    /// There is no such sheet any more.
    #[error("open the sheet again")]
    UnknownSheet,
    /// The sheet was shown too long ago.
    #[error("the sheet is too old: look at it again")]
    SheetExpired,
    /// Signed already, and waiting in the outbox or recorded.
    #[error("you have decided on request {request} already")]
    AlreadyDecided {
        /// Which.
        request: RequestId,
    },
    /// The time for this decision is over.
    #[error("the time for this decision ended at {ended}")]
    TooLate {
        /// When.
        ended: UnixSecond,
    },
    /// There is nothing to keep yet: the request is not done.
    #[error("request {request} is not done yet")]
    NotFinished {
        /// Which.
        request: RequestId,
    },
    /// What would be kept of a finished request does not prove itself.
    #[error("{detail}")]
    Kept {
        /// What does not.
        detail: String,
    },
    /// This device's certificate is over: it takes a new one to decide.
    #[error("this device's certificate ended at {ended}: it takes a new one")]
    CertificateEnded {
        /// When.
        ended: UnixSecond,
    },
    /// The document's bytes are not the ones that the request names.
    #[error("{detail}")]
    Document {
        /// How they differ.
        detail: String,
    },
    /// The document cannot be signed soundly.
    #[error("the document cannot be signed: {detail}")]
    Unsignable {
        /// The refusal's name, the key of its text.
        slug: String,
        /// The reason.
        detail: String,
    },
    /// The document carries the mark of a state secret.
    #[error("the document is marked as a state secret and cannot be handled here")]
    SecretGrade,
    /// The way in which the document would be signed is not acceptable.
    #[error("{detail}")]
    Recipe {
        /// Why.
        detail: String,
    },
    /// Nothing is decided in another's place by this, or nobody is let do so.
    #[error("{detail}")]
    Delegation {
        /// Why.
        detail: String,
    },
    /// A delegation was signed and sent, and no answer says that it was refused or proves that it counts: `delegations`
    /// says whether it does.
    #[error(
        "it is not known whether the server took the delegation: look at the list first ({detail})"
    )]
    DelegationUnknown {
        /// What came of sending it.
        detail: String,
    },
    /// The page cannot be drawn.
    #[error("the page cannot be shown: {detail}")]
    Render {
        /// The reason's name, the key of its text.
        slug: String,
        /// The reason.
        detail: String,
    },
    /// The reason is empty, too long, or has characters that cannot be shown.
    #[error("the reason: {detail}")]
    Reason {
        /// What is wrong with it.
        detail: String,
    },
    /// The key did not sign.
    #[error("{source}")]
    Signer {
        /// Why.
        source: KeySignerError,
    },
    /// The keys are not there.
    #[error("{source}")]
    Keys {
        /// Why.
        source: KeyStoreError,
    },
    /// The secret store.
    #[error("{source}")]
    Secrets {
        /// Why.
        source: SecretStoreError,
    },
    /// The phone's own files.
    #[error("{source}")]
    Storage {
        /// What failed.
        source: StorageError,
    },
    /// A text given to the phone cannot be used.
    #[error("{name}: {detail}")]
    Argument {
        /// Which.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A defect of ours.
    #[error("a defect in this app stopped {what}")]
    Defect {
        /// What was under way.
        what: String,
    },
}

/// The phone's files could not be used.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum StorageError {
    /// Another process has the folder.
    #[error("{folder} is in use by another process")]
    InUse {
        /// Which.
        folder: String,
    },
    /// Made by another release.
    #[error("{folder} was made by another release of this app")]
    OtherFormat {
        /// Which.
        folder: String,
    },
    /// There are records, and the key that opens them is not in the secret store.
    #[error("the key of what {folder} holds is lost")]
    KeyLost {
        /// Which.
        folder: String,
    },
    /// A file does not hold what it should.
    #[error("{file} is damaged: {detail}")]
    Damaged {
        /// Which.
        file: String,
        /// What does not fit.
        detail: String,
    },
    /// The disk is full.
    #[error("the disk is full: {file} was not written")]
    Full {
        /// Which file.
        file: String,
    },
    /// The system refused.
    #[error("{file}: {detail}")]
    System {
        /// Which file or folder.
        file: String,
        /// What the system said.
        detail: String,
    },
}

impl PhoneError {
    pub(crate) fn argument(name: &str, fault: &impl ToString) -> Self {
        Self::Argument { name: name.to_owned(), detail: fault.to_string() }
    }
}

impl From<client::ClientError> for PhoneError {
    fn from(error: client::ClientError) -> Self {
        use client::ClientError as Core;
        match error {
            Core::NotEnrolled => Self::NotEnrolled,
            Core::AlreadyEnrolled => Self::AlreadyEnrolled,
            Core::NoEnrollment => Self::NoEnrollment,
            Core::Invitation(fault) => Self::Invitation { detail: fault.to_string() },
            Core::ShortCode(fault) => Self::ShortCode { detail: fault.to_string() },
            Core::WrongShortCode { left } => Self::WrongShortCode { left },
            Core::Impostor(fault) => Self::Impostor { detail: fault.to_string() },
            Core::Profile(fault) => Self::Profile { detail: fault.to_string() },
            Core::Address(fault) => Self::Address { detail: fault.to_string() },
            Core::Unreachable { server, detail } => Self::Unreachable { server, detail },
            Core::WrongServerKey { server } => Self::WrongServerKey { server },
            Core::Problem(problem) => Self::Problem {
                kind: problem.kind.0,
                title: problem.title,
                detail: problem.detail,
                code: problem.code,
            },
            Core::UnexpectedAnswer(detail) => Self::UnexpectedAnswer { detail },
            Core::AnswerTooLarge { limit } => Self::AnswerTooLarge { limit },
            Core::Log(fault) => Self::Log { detail: fault.to_string() },
            Core::NeverSynced => Self::NeverSynced,
            Core::ReceiptsWait(count) => Self::ReceiptsWait { count: count as u64 },
            Core::UnknownRequest(request) => Self::UnknownRequest { request },
            Core::NothingToDecide(request) => Self::NothingToDecide { request },
            Core::NotOpened(request) => Self::NotOpened { request },
            Core::Changed(request) => Self::Changed { request },
            Core::UnknownSheet => Self::UnknownSheet,
            Core::SheetExpired => Self::SheetExpired,
            Core::AlreadyDecided(request) => Self::AlreadyDecided { request },
            Core::TooLate(ended) => Self::TooLate { ended },
            Core::NotFinished(request) => Self::NotFinished { request },
            Core::Kept(fault) => Self::Kept { detail: fault.to_string() },
            Core::CertificateEnded(ended) => Self::CertificateEnded { ended },
            Core::Document(fault) => Self::Document { detail: fault.to_string() },
            Core::Unsignable(refusal) => {
                Self::Unsignable { slug: refusal.slug().to_owned(), detail: refusal.to_string() }
            }
            Core::SecretGrade => Self::SecretGrade,
            Core::Recipe(fault) => Self::Recipe { detail: fault.to_string() },
            Core::Delegation(fault) => Self::Delegation { detail: fault.to_string() },
            Core::DelegationUnknown(why) => Self::DelegationUnknown { detail: why.to_string() },
            Core::Render(fault) => {
                Self::Render { slug: fault.slug().to_owned(), detail: fault.to_string() }
            }
            Core::Reason(fault) => Self::Reason { detail: fault.to_string() },
            Core::Signer(error) => Self::Signer { source: error.into() },
            Core::Keys(error) => Self::Keys { source: error.into() },
            Core::Secrets(error) => Self::Secrets { source: error.into() },
            Core::Storage(error) => Self::Storage { source: error.into() },
            Core::Defect(what) => Self::Defect { what: what.to_owned() },
        }
    }
}

impl From<client::StorageError> for StorageError {
    fn from(error: client::StorageError) -> Self {
        use client::StorageError as Core;
        let path = |path: std::path::PathBuf| path.display().to_string();
        match error {
            Core::InUse(folder) => Self::InUse { folder: path(folder) },
            Core::OtherFormat(folder) => Self::OtherFormat { folder: path(folder) },
            Core::KeyLost(folder) => Self::KeyLost { folder: path(folder) },
            Core::Damaged { file, detail } => Self::Damaged { file: path(file), detail },
            Core::Full(file) => Self::Full { file: path(file) },
            Core::Io { file, source } => {
                Self::System { file: path(file), detail: source.to_string() }
            }
        }
    }
}
