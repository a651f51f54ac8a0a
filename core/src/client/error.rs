//! Every way the companion says no.

use crate::anchor::InvalidAnchorAct;
use crate::decision::DecisionHash;
use crate::delegation::evidence::{InvalidEvidence as InvalidDelegationEvidence, Unproved};
use crate::delegation::{InvalidDelegation, NotCovered};
use crate::digest::Sha256;
use crate::document::InvalidText;
use crate::enrollment::InvalidInvitation;
use crate::enrollment::short_code::NotOpened;
use crate::env::UnixSecond;
use crate::evidence::{EvidenceError, InvalidEvidence};
use crate::id::RequestId;
use crate::log::checkpoint::CheckpointError;
use crate::log::tree::ProofError;
use crate::pdf::image::ImageError;
use crate::pdf::read::Refusal;
use crate::pdf::recipe::InvalidRecipe;
use crate::pdf::render::RenderError;
use crate::pdf::revise::BuildError;
use crate::problem::Problem;
use crate::receipt::ReceiptError;
use crate::signer::SignerError;

use super::keys::KeyStoreError;
use super::secrets::SecretStoreError;
use super::store::StorageError;

/// Why the companion did not do what it was asked. Nothing is half done: what had been signed is
/// in the outbox, everything else can be asked for again.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No device is enrolled here yet.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// A device is enrolled here; another invitation would replace it.
    #[error("this device is enrolled already")]
    AlreadyEnrolled,
    /// The step of the enrollment that was asked for is not the next one, or the invitation's
    /// secret is not on this device any more: it starts anew with the invitation link.
    #[error("open an invitation first")]
    NoEnrollment,
    /// The invitation cannot be read.
    #[error(transparent)]
    Invitation(#[from] InvalidInvitation),
    /// The short code is none, or what came of it cannot be read.
    #[error(transparent)]
    ShortCode(#[from] NotOpened),
    /// Other digits than those on the officer's screen.
    #[error("the digits are not those on the officer's screen; {left} tries left")]
    WrongShortCode {
        /// Tries left before the code ends.
        left: u32,
    },
    /// The other side did not prove to be the server of the invitation.
    #[error(transparent)]
    Impostor(#[from] Impostor),
    /// What the server gave this device does not fit its keys.
    #[error(transparent)]
    Profile(#[from] ProfileFault),
    /// The server's address cannot be used.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// No answer, or only part of one.
    #[error("cannot reach {server}: {detail}")]
    Unreachable {
        /// The address.
        server: String,
        /// What the network said.
        detail: String,
    },
    /// The server has another key than those pinned: not our server, or not told of a change.
    #[error("{server} does not have the key this device expects; nothing was sent")]
    WrongServerKey {
        /// The address.
        server: String,
    },
    /// The server said no.
    #[error("{}: {}", .0.title, .0.detail)]
    Problem(Box<Problem>),
    /// Not an answer of this API.
    #[error("the server gave an answer that this app does not understand: {0}")]
    UnexpectedAnswer(String),
    /// More bytes than the answer may have.
    #[error("the server's answer has more than {limit} bytes")]
    AnswerTooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The log contradicts what this phone saw of it before. No decision is made until the office
    /// has explained it.
    #[error("the log contradicts what this device saw before; decisions have stopped: {0}")]
    Log(#[from] LogFault),
    /// Nothing was ever synced.
    #[error("sync first: this device has not seen the log yet")]
    NeverSynced,
    /// Too many receipts are not yet known to be of one log.
    #[error("sync first: {0} receipts have not been compared with the log yet")]
    ReceiptsWait(usize),
    /// No such request here.
    #[error("request {0} is not on this device: sync first")]
    UnknownRequest(RequestId),
    /// The request does not wait for this person.
    #[error("request {0} does not wait for your decision")]
    NothingToDecide(RequestId),
    /// The document has to be opened before it is decided on.
    #[error("open the document of request {0} first")]
    NotOpened(RequestId),
    /// The request is not as it was when it was opened.
    #[error("request {0} has changed since you opened it: look again")]
    Changed(RequestId),
    /// There is no such sheet any more.
    #[error("open the sheet again")]
    UnknownSheet,
    /// The sheet was shown too long ago.
    #[error("the sheet is more than 5 minutes old: look at it again")]
    SheetExpired,
    /// Signed already, and waiting in the outbox or recorded.
    #[error("you have decided on request {0} already")]
    AlreadyDecided(RequestId),
    /// The time for this decision is over.
    #[error("the time for this decision ended at {0}")]
    TooLate(UnixSecond),
    /// There is nothing to keep yet: the request is not done.
    #[error("request {0} is not done yet")]
    NotFinished(RequestId),
    /// What would be kept of a finished request does not prove itself.
    #[error(transparent)]
    Kept(#[from] KeptFault),
    /// This device's certificate is over: it takes a new one to decide.
    #[error("this device's certificate ended at {0}: it takes a new one")]
    CertificateEnded(UnixSecond),
    /// The document's bytes are not the ones that the request names.
    #[error(transparent)]
    Document(#[from] DocumentFault),
    /// The document cannot be signed soundly.
    #[error("the document cannot be signed: {0}")]
    Unsignable(Refusal),
    /// The document carries the mark of a state secret.
    #[error("the document is marked as a state secret and cannot be handled here")]
    SecretGrade,
    /// The way in which the document would be signed is not acceptable.
    #[error(transparent)]
    Recipe(#[from] RecipeFault),
    /// Nothing is decided in another's place by this.
    #[error(transparent)]
    Delegation(#[from] DelegationFault),
    /// A delegation was signed and sent, and no answer says that it was refused or proves that it counts. It is not
    /// signed again before [`Companion::delegations`](super::Companion::delegations) has said so.
    #[error("it is not known whether the server took the delegation: look at the list first ({0})")]
    DelegationUnknown(Box<ClientError>),
    /// The page cannot be drawn.
    #[error("the page cannot be shown: {0}")]
    Render(#[from] RenderError),
    /// The reason is empty, too long, or has characters that cannot be shown.
    #[error("the reason: {0}")]
    Reason(InvalidText),
    /// The key did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The keys are not there.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The secret store.
    #[error(transparent)]
    Secrets(#[from] SecretStoreError),
    /// The phone's own files.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A defect of ours: a task ended in a way that it never should.
    #[error("a defect in this app stopped {0}")]
    Defect(&'static str),
}

/// How the other side failed to be the server of the invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impostor {
    /// It does not know the invitation's secret.
    #[error("the server does not know the invitation's secret")]
    Proof,
    /// Its log key is not the one that the invitation names.
    #[error("the server's log key is not the one that the invitation names")]
    LogKey,
    /// The value it revealed is not the one it had committed to.
    #[error("the server broke its commitment: end this enrollment and tell the officer")]
    Commitment,
    /// A value has another length than the protocol says.
    #[error("the server's {0} has the wrong length")]
    Length(&'static str),
}

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// For another device.
    #[error("the profile is for another device")]
    OtherDevice,
    /// For another person than the invitation was for.
    #[error("the profile is for another person")]
    OtherPerson,
    /// The certificate holds another key.
    #[error("the certificate is not for this device's key")]
    OtherKey,
    /// The certificate, or one above it, cannot be read.
    #[error("a certificate of the profile cannot be read: {0}")]
    Unreadable(String),
    /// No chain leads from the certificate to an anchor.
    #[error("the certificate does not lead to an anchor: {0}")]
    Chain(String),
    /// Another log than the invitation's.
    #[error("the profile names another log")]
    OtherLog,
    /// The invitation pinned the server's key, and the profile does not.
    #[error("the profile drops the pinned server keys")]
    NoPins,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Not `https://HOST[:PORT]`.
    #[error("{0} is not the address of a server")]
    Malformed(String),
    /// Plain HTTP to another machine.
    #[error("{0} would be reached without encryption: only https, or http on this machine")]
    Plain(String),
    /// HTTPS without a pinned key.
    #[error("no key of {0} is known to this device: ask for a new invitation")]
    NoPins(String),
}

/// How the log contradicts what was seen before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// What would change whom this phone trusts does not stand in the log.
    #[error(transparent)]
    Anchor(#[from] InvalidAnchorAct),
    /// The checkpoint is not signed by the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log shrank, or history was rewritten.
    #[error(transparent)]
    Inconsistent(#[from] ProofError),
    /// A receipt and the log disagree about one size.
    #[error("two roots for {size} leaves: {one} and {other}")]
    Forked {
        /// Number of leaves.
        size: u64,
        /// One root.
        one: Sha256,
        /// The other.
        other: Sha256,
    },
    /// A contradiction was found earlier and has not been explained.
    #[error("found at {at}: {what}")]
    Standing {
        /// When.
        at: UnixSecond,
        /// What it was.
        what: String,
    },
}

/// What is wrong with a document's bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// Other bytes than the request names.
    #[error("the server sent another document than the request names")]
    WrongDigest,
    /// The request has no document.
    #[error("the request has no document")]
    Missing,
    /// Only PDF is signed.
    #[error("the main document is {0}, not a PDF")]
    NotPdf(String),
    /// More than the limit.
    #[error("the document has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// Bytes announced.
        size: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Something other than signatures was added since the person read it.
    #[error("more than signatures was added to the document since you read it")]
    ChangedMeanwhile,
    /// There is no such page.
    #[error("the document has {pages} pages")]
    NoSuchPage {
        /// Pages there are.
        pages: u32,
    },
}

/// Why a finished request's file and proofs are not handed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptFault {
    /// No approval by this phone is among those that the request lists.
    #[error("the request lists no recorded approval by this device")]
    NotYours,
    /// The evidence cannot be read.
    #[error("the evidence of decision {decision}: {fault}")]
    Unreadable {
        /// Which decision.
        decision: DecisionHash,
        /// What is wrong with it.
        fault: InvalidEvidence,
    },
    /// The evidence does not prove its decision.
    #[error("the evidence of decision {decision}: {fault}")]
    Evidence {
        /// Which decision.
        decision: DecisionHash,
        /// Which link does not hold.
        fault: EvidenceError,
    },
    /// The decision is about another request.
    #[error("decision {decision} is about another request")]
    OtherRequest {
        /// Which decision.
        decision: DecisionHash,
    },
    /// The log has the decision as refused, or it is no approval.
    #[error("the log does not have decision {decision} as an approval")]
    NotRecorded {
        /// Which decision.
        decision: DecisionHash,
    },
    /// A decision that the log has is not about this file.
    #[error("the file is not the one that decision {decision} is about")]
    NotTheirs {
        /// Which decision.
        decision: DecisionHash,
    },
    /// A signature on the file is broken, or what was signed was changed.
    #[error("a signature on the file does not hold")]
    NotValid,
}

/// What is wrong with the way a document would be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeFault {
    /// The recipe itself.
    #[error(transparent)]
    Invalid(#[from] InvalidRecipe),
    /// The role signs the document, but there is no recipe.
    #[error("the request does not say how the document is to be signed")]
    Missing,
    /// The picture in the stamp is not the one that the recipe names.
    #[error("the stamp's picture is not the one that was announced")]
    OtherImage,
    /// The picture in the stamp is damaged.
    #[error("the stamp's picture: {0}")]
    Image(#[from] ImageError),
    /// The revision cannot be built: the page, the place or the field does not fit the document.
    #[error("the signature cannot be added to this document: {0}")]
    Build(#[from] BuildError),
}

/// Why nothing is decided in another's place, or nobody is let do so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DelegationFault {
    /// Its evidence is not here, or is another one's.
    #[error("the delegation is not on this device, or does not stand in the log: sync again")]
    Missing,
    /// Its evidence cannot be read.
    #[error(transparent)]
    Unreadable(#[from] InvalidDelegationEvidence),
    /// It does not prove itself.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Nobody here trusts its giver's certificate.
    #[error("the delegation's giver is not known to be who they say: {0}")]
    Untrusted(String),
    /// It is to somebody else, or to another post.
    #[error("the delegation is not to you in your present post")]
    NotToYou,
    /// The part is another one's than the giver's, or is not open.
    #[error("the delegation is not about what waits for a decision")]
    OtherPart,
    /// It does not cover this.
    #[error(transparent)]
    NotCovered(#[from] NotCovered),
    /// What is to be delegated contradicts itself.
    #[error(transparent)]
    Invalid(#[from] InvalidDelegation),
}

/// Why a decision is still in the outbox. It is sent again by
/// [`Companion::flush`](super::Companion::flush), the very same bytes each time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Waiting {
    /// No answer yet.
    #[error("no answer from the server yet: {0}")]
    Unreachable(String),
    /// The server asked to try again.
    #[error("{0}")]
    TryAgain(String),
    /// The server said no without proof that it recorded the refusal.
    #[error("{0}")]
    Problem(String),
    /// The answer does not prove that the decision was recorded.
    #[error("the server's receipt does not hold: {0}")]
    Receipt(#[from] ReceiptError),
    /// The receipt is for another decision.
    #[error("the server's receipt is for another decision")]
    OtherDecision,
    /// The key that signs requests did not.
    #[error("{0}")]
    Signer(String),
}
