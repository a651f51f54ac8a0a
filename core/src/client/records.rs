//! What the companion shows and keeps: plain values.

use serde::{Deserialize, Serialize};

use crate::certificate::PromptPolicy;
use crate::decision::{Authority, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document::{DocumentRef, Metadata};
use crate::env::{Timestamp, UnixSecond};
use crate::id::RequestId;
use crate::pdf::check::Finding;
use crate::pdf::geometry::PageSize;
use crate::pdf::recipe::{Recipe, Rect};
use crate::problem::ProblemKind;
use crate::receipt::Receipt;
use crate::register::KeyHome;
use crate::request::{Role, StepNumber};
use crate::verify::{
    self, Outcome, Question, SignatureKind, SignatureReport, SigningTime, Verdict,
};
use crate::wire::{PersonView, Profile, SlipView, UnitView};

use super::error::Waiting;

/// Where this phone stands.
#[derive(Clone, Debug, PartialEq)]
pub enum PhoneState {
    /// Nothing was begun, or what was begun has ended.
    NotEnrolled,
    /// What was kept here is erased, and nothing was begun since.
    Erased(Erasure),
    /// A slip was taken: the officer has to begin.
    HoldsSlip(Box<HeldSlip>),
    /// An invitation was opened and the server proved itself: the keys come next.
    Invited(EnrollmentPreview),
    /// The keys are with the server. The code is read out to the officer.
    WaitingForOfficer {
        /// Eight digits in two groups.
        code: String,
    },
    /// Ready.
    Enrolled(Box<Profile>),
}

/// Why everything that a phone had kept was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum Erasure {
    /// The server says that the device is revoked.
    Revoked {
        /// Decisions to which the server had given no answer that proves anything.
        unanswered: u32,
    },
    /// The key was lost that opened it, and the person chose to begin anew. What had been signed and
    /// not sent is lost too; at the server, those requests still wait.
    KeyLost,
}

/// Whom an invitation is for, once the server has proved to be its sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentPreview {
    /// The server's address.
    pub server: String,
    /// Whom the device will belong to.
    pub person: PersonView,
    /// The office.
    pub unit: UnitView,
    /// How often the approval key will ask for the person.
    pub prompt_policy: PromptPolicy,
}

/// A slip that the server knew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSlip {
    /// The server's address.
    pub server: String,
    /// Whose it is, and whether the officer has begun.
    pub view: SlipView,
}

/// How far the enrollment is.
#[derive(Clone, Debug, PartialEq)]
pub enum EnrollmentStatus {
    /// The officer has not typed the code yet.
    Pending,
    /// An outside CA has not answered yet.
    WaitingForCertificate,
    /// Ready: the certificate is for this device's key and leads to an anchor.
    Active(Box<Profile>),
    /// Refused; begin again with a new invitation.
    Refused,
    /// Suspended by an officer.
    Suspended,
    /// Revoked for good.
    Revoked,
}

/// What a sync brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Requests that were new or had changed.
    pub changed: u32,
    /// Leaves of the log at its newest verified checkpoint.
    pub log_size: u64,
    /// Milliseconds to add to this device's clock for the server's.
    pub clock_offset_ms: i64,
}

/// A signature that the document has already.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl From<SignatureReport> for Judgement {
    fn from(report: SignatureReport) -> Self {
        let answer = |(question, finding): (Question, &verify::Finding)| Answer {
            question,
            outcome: finding.outcome,
            reason: finding.reason.slug().to_owned(),
            detail: finding.detail.clone(),
        };
        Self {
            verdict: report.verdict(),
            kind: report.kind,
            answers: report.answers().map(answer).collect(),
            name: report.name,
            algorithm: report.algorithm,
            time: report.time,
        }
    }
}

/// A request whose documents were downloaded, hashed and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Which.
    pub request: RequestId,
    /// Its version.
    pub revision: u32,
    /// The documents as hashed here, the main one first.
    pub documents: Vec<DocumentRef>,
    /// The pages of the main document, as displayed.
    pub pages: Vec<PageSize>,
    /// What the check found in it.
    pub findings: Vec<Finding>,
    /// Signatures that it has already.
    pub signatures: Vec<EarlierSignature>,
    /// How many of them were added since it was opened here before.
    pub signed_meanwhile: u32,
}

/// Which picture of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageView {
    /// The document as it is.
    Plain,
    /// With the stamp of the sheet that is open: the very revision that will be signed.
    Stamped,
}

/// A sheet that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SheetId(pub u64);

/// What the person confirms: everything that the decision will say.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Names it to [`Companion::approve`](super::Companion::approve).
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
    /// In whose place, where that is another's; this phone has verified the delegation.
    pub in_place_of: Option<InPlace>,
    /// SHA-256 of the certificate that decides, and signs where no other does.
    pub certificate: Sha256,
    /// Whose key signs the document afterwards, where it is not this phone's.
    pub document_signer: Option<SheetSigner>,
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
}

/// Whose place a decision is made in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPlace {
    /// Whose.
    pub person: PersonView,
    /// The first line above the signature, such as "KT. CHỦ TỊCH".
    pub title: String,
    /// The delegation ends then.
    pub until: UnixSecond,
}

/// How a document will be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetSigning {
    /// All of it.
    pub recipe: Recipe,
    /// SHA-256 of its canonical form: what the decision names.
    pub recipe_hash: Sha256,
    /// SHA-256 over the bytes that the signature covers.
    pub revision_digest: Sha256,
}

/// A foreign key that signs the document after the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetSigner {
    /// Where it lives.
    pub home: KeyHome,
    /// SHA-256 of its certificate.
    pub certificate: Sha256,
    /// For whom the certificate was issued.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// When it ends.
    pub not_after: UnixSecond,
}

/// Where a stamp goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StampPlace {
    /// Page, from 0.
    pub page: u32,
    /// Where on it.
    pub rect: Rect,
}

/// What became of a decision. It was signed, so it is in the outbox in any case.
#[derive(Clone, Debug, PartialEq)]
pub enum Decided {
    /// Recorded; the receipt verifies.
    Recorded(Box<Receipt>),
    /// Recorded as refused; the receipt verifies.
    Refused {
        /// Why.
        why: ProblemKind,
        /// The proof that it was refused.
        receipt: Box<Receipt>,
    },
    /// Sent or not, no receipt holds yet; it will be sent again.
    Waiting(Waiting),
}

/// One decision in the outbox.
#[derive(Clone, Debug, PartialEq)]
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

/// A request in the list of what waits.
#[derive(Clone, Debug, PartialEq)]
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
    /// By when it is to be decided; it goes on afterwards.
    pub due_at: Option<Timestamp>,
    /// Whether a decision of this phone on it waits in the outbox.
    pub decision: Option<DecisionHash>,
    /// Whose part it is, where it is another's. The delegation is verified before anything is signed.
    pub in_place_of: Option<PersonView>,
}
