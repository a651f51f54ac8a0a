//! The form of the answer, which others read: `docs/verify.schema.json` describes it.

use serde::{Deserialize, Serialize};

use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::pdf::check;
use crate::pdf::clean_copy::CleanCopyMark;

use super::later::LaterChange;
use super::raw::Place;
use super::{Finding, Outcome, Reason, Recording, SigningTime, Verdict};

/// What of the file a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "covers")]
pub enum Coverage {
    /// All of it.
    WholeFile,
    /// Its own state of the document; later signatures follow and cover the rest.
    EarlierRevision {
        /// Bytes covered, from the start of the file.
        bytes: u64,
    },
    /// Its own state of the document; something unsigned was added later.
    UnsignedChangesFollow {
        /// Bytes covered, from the start of the file.
        bytes: u64,
    },
}

/// Whose statement a signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureKind {
    /// A signer's.
    Signature,
    /// An authority's, that the document existed at a time (ETSI EN 319 142-1 §5.4.3).
    DocumentTimestamp,
}

/// What is asked about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

const QUESTIONS: [Question; 5] = [
    Question::Integrity,
    Question::Validity,
    Question::KeyUsage,
    Question::Chain,
    Question::Revocation,
];

/// One signature, or one timestamp on the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureReport {
    /// The name of its field.
    pub field: String,
    /// Whose statement it is.
    pub kind: SignatureKind,
    /// The signer's common name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whose certificate, as RFC 4514 writes the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// SHA-256 of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Sha256>,
    /// How it was signed, where the signature verifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// When it was signed, and how that is known.
    pub time: SigningTime,
    /// Whether the bytes are those that were signed.
    pub integrity: Finding,
    /// Whether the certificate was valid at the time of signing.
    pub validity: Finding,
    /// Whether the certificate's key is for this.
    pub key_usage: Finding,
    /// Whether the certificate leads to an anchor.
    pub chain: Finding,
    /// The certificate policies that hold along the chain, as dotted object identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Whether the certificates were revoked.
    pub revocation: Finding,
    /// Timestamps on this very signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timestamps: Vec<TimestampReport>,
    /// What of the file it covers.
    pub coverage: Coverage,
    /// What was changed after it, as far as it is not known to be harmless.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<LaterChange>,
    /// The hash of the decision that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionHash>,
}

/// A timestamp on a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimestampReport {
    /// The time that it states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSecond>,
    /// The authority's common name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it was signed, where the signature verifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Whether it is about this signature, and unchanged.
    pub integrity: Finding,
    /// Whether the authority's certificate was valid at that time.
    pub validity: Finding,
    /// Whether the authority's key is for timestamps.
    pub key_usage: Finding,
    /// Whether the authority's certificate leads to an anchor.
    pub chain: Finding,
    /// Whether the certificates were revoked.
    pub revocation: Finding,
}

impl TimestampReport {
    /// The five findings on it.
    #[must_use]
    pub fn findings(&self) -> [&Finding; 5] {
        [&self.integrity, &self.validity, &self.key_usage, &self.chain, &self.revocation]
    }
}

impl SignatureReport {
    /// The five findings on the signature itself.
    #[must_use]
    pub fn findings(&self) -> [&Finding; 5] {
        [&self.integrity, &self.validity, &self.key_usage, &self.chain, &self.revocation]
    }

    /// The answer for this signature, its timestamps and what was changed after it, whatever else
    /// the document holds.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let later = self.changes.iter().map(|change| &change.finding);
        verdict(self.answers().map(|(_, finding)| finding).chain(later))
    }

    /// Each question with its answer.
    pub fn answers(&self) -> impl Iterator<Item = (Question, &Finding)> {
        let stamps = self.timestamps.iter().flat_map(TimestampReport::findings);
        let stamps = stamps.map(|finding| (Question::Timestamp, finding));
        QUESTIONS.into_iter().zip(self.findings()).chain(stamps)
    }
}

/// The whole answer; its JSON form is stable within [`REPORT`](super::REPORT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`REPORT`](super::REPORT).
    pub format: String,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// Bytes of the file.
    pub size: u64,
    /// When it was verified.
    pub verified_at: UnixSecond,
    /// The answer.
    pub verdict: Verdict,
    /// Whether the file as a whole can be judged: every reader sees the same, all of it is signed.
    pub document: Finding,
    /// What a reader should know of a sound file ([`check::CHECK`]); none of it touches the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<check::Finding>,
    /// What a file that says that it is a clean copy says of its original. Nobody vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_copy: Option<CleanCopyMark>,
    /// Its signatures, in the order in which they were made.
    pub signatures: Vec<SignatureReport>,
    /// What the evidence shows, in the order given; empty: there is none, and whether the log
    /// recorded anything is not shown.
    pub recordings: Vec<Recording>,
}

impl Report {
    /// The same report for a verifier who demands evidence: unless it shows that every decision
    /// behind a signature was recorded, a valid document becomes undetermined.
    ///
    /// One evidence proves one decision, so a document with several signers needs several.
    #[must_use]
    pub fn requiring_evidence(mut self) -> Self {
        if self.verdict == Verdict::Valid && !self.is_shown_as_recorded() {
            self.verdict = Verdict::Undetermined;
        }
        self
    }

    // Evidence of another decision, such as a review or somebody else's approval, says nothing
    // of a signature that carries its own.
    fn is_shown_as_recorded(&self) -> bool {
        let recorded: Vec<_> = self.recordings.iter().filter_map(Recording::recorded).collect();
        let signatures = self.signatures.iter().enumerate();
        let mut carried = signatures.filter(|(_, of)| of.decision.is_some()).peekable();
        carried.peek().is_some() && carried.all(|(place, _)| recorded.contains(&place))
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        let signatures = self.signatures.iter().flat_map(SignatureReport::answers);
        let signatures = signatures.map(|(_, finding)| finding);
        let later = self.signatures.iter().flat_map(|signature| &signature.changes);
        let later = later.map(|change| &change.finding);
        signatures
            .chain(later)
            .chain([&self.document])
            .chain(self.recordings.iter().map(Recording::finding))
    }
}

pub(super) fn verdict<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Verdict {
    findings.into_iter().fold(Verdict::Valid, |so_far, finding| match (so_far, finding.outcome) {
        (Verdict::NotValid, _) | (_, Outcome::Failed) => Verdict::NotValid,
        (Verdict::Undetermined, _) | (_, Outcome::CannotBeDetermined) => Verdict::Undetermined,
        (Verdict::Valid, Outcome::Ok) => Verdict::Valid,
    })
}

/// The finding on the file as a whole.
pub(super) fn whole(structure: Finding, signatures: &[SignatureReport]) -> Finding {
    // A timestamp alone says when, not who.
    let is_signed = signatures.iter().any(|signature| signature.kind == SignatureKind::Signature);
    let last = match signatures.last() {
        Some(last) if is_signed => last,
        _ if structure.outcome == Outcome::Ok => return Finding::failed(Reason::NoSignature),
        _ => return structure,
    };
    match last.coverage {
        Coverage::UnsignedChangesFollow { .. } if structure.outcome == Outcome::Ok => {
            Finding::open(Reason::UnsignedChanges)
        }
        _ => structure,
    }
}

pub(super) fn coverage(bytes: &[u8], place: &Place, places: &[Place]) -> Coverage {
    let ends_file =
        |end: usize| bytes.get(end..).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace));
    let end = place.end;
    if ends_file(end) {
        Coverage::WholeFile
    } else if places.iter().any(|place| ends_file(place.end)) {
        Coverage::EarlierRevision { bytes: end as u64 }
    } else {
        Coverage::UnsignedChangesFollow { bytes: end as u64 }
    }
}
