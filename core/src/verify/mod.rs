//! Judging a signed PDF as a stranger would: from the file, anchors, revocation lists and, where
//! somebody has it, evidence from the log.
//!
//! Each signature gets four findings (integrity, validity at the time of signing, chain,
//! revocation), each of them ok, failed, or impossible to determine from what is at hand. One
//! failure makes the document not valid; otherwise one open question makes it undetermined.

mod raw;
mod reason;
mod recording;
mod revocation;
mod signature;

pub use reason::Reason;
pub use recording::Recording;

use serde::{Deserialize, Serialize};

use crate::certificate::{Certificate, Crl};
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::evidence::Evidence;
use crate::log::checkpoint::VerifierKey;
use crate::pdf::read;

use raw::Place;
use signature::Judged;

/// The version of the report's form.
pub const REPORT: &str = "trien.verify/1";

/// What the verifier trusts and knows.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Whom the verifier trusts.
    pub anchors: Vec<Certificate>,
    /// Further authorities, besides those inside the signatures.
    pub intermediates: Vec<Certificate>,
    /// Revocation lists at hand.
    pub crls: Vec<Crl>,
    /// When the verification takes place.
    pub at: UnixSecond,
}

/// The answer to the whole question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every signature holds.
    Valid,
    /// Something is wrong.
    NotValid,
    /// Nothing is wrong, but something cannot be determined.
    Undetermined,
}

impl Verdict {
    /// The exit code of `trien verify`: 0 valid, 1 not valid, 2 undetermined.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::NotValid => 1,
            Self::Undetermined => 2,
        }
    }
}

/// How one question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not as it should be.
    Failed,
    /// What is at hand does not answer it.
    CannotBeDetermined,
}

/// The answer to one question, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The answer.
    pub outcome: Outcome,
    /// Why; texts for people have the key `verify-` and this slug.
    pub reason: Reason,
    /// Particulars in English, for whoever looks into it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Finding {
    fn ok(reason: Reason) -> Self {
        Self { outcome: Outcome::Ok, reason, detail: String::new() }
    }

    fn failed(reason: Reason) -> Self {
        Self { outcome: Outcome::Failed, reason, detail: String::new() }
    }

    fn open(reason: Reason) -> Self {
        Self { outcome: Outcome::CannotBeDetermined, reason, detail: String::new() }
    }

    fn because(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// Where the time of signing comes from, most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "source")]
pub enum SigningTime {
    /// The log recorded the decision at this time.
    LogReceipt {
        /// When.
        at: UnixSecond,
    },
    /// The signature itself states it: `/M`, or the attribute signing-time.
    Claimed {
        /// When.
        at: UnixSecond,
    },
    /// No time is stated: the time of verification stands in.
    Verification {
        /// When.
        at: UnixSecond,
    },
}

impl SigningTime {
    /// The time.
    #[must_use]
    pub fn at(self) -> UnixSecond {
        match self {
            Self::LogReceipt { at } | Self::Claimed { at } | Self::Verification { at } => at,
        }
    }
}

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

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureReport {
    /// The name of its field.
    pub field: String,
    /// Whose certificate, as RFC 4514 writes the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// SHA-256 of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Sha256>,
    /// When it was signed, and how that is known.
    pub time: SigningTime,
    /// Whether the bytes are those that were signed.
    pub integrity: Finding,
    /// Whether the certificate was valid at the time of signing.
    pub validity: Finding,
    /// Whether the certificate leads to an anchor.
    pub chain: Finding,
    /// Whether the certificates were revoked.
    pub revocation: Finding,
    /// What of the file it covers.
    pub coverage: Coverage,
    /// The hash of the decision that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionHash>,
}

impl SignatureReport {
    fn findings(&self) -> [&Finding; 4] {
        [&self.integrity, &self.validity, &self.chain, &self.revocation]
    }
}

/// The whole answer; its JSON form is stable within [`REPORT`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`REPORT`].
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
    /// Its signatures, in the order in which they were made.
    pub signatures: Vec<SignatureReport>,
    /// What the evidence shows.
    pub recording: Recording,
}

impl Report {
    /// The same report for a verifier who demands evidence: unless it shows that the decision
    /// behind the signature was recorded, a valid document becomes undetermined.
    ///
    /// Evidence proves one decision. A document whose signatures carry several is undetermined,
    /// whichever of them the evidence is about.
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
        let Some(recorded) = self.recording.recorded() else { return false };
        let mut carried = self.signatures.iter().filter_map(|signature| signature.decision);
        carried.next() == Some(recorded) && carried.all(|decision| decision == recorded)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let signatures = self.signatures.iter().flat_map(SignatureReport::findings);
        signatures.chain([&self.document]).chain(self.recording.finding())
    }
}

/// Judges a PDF.
#[must_use]
pub fn verify_pdf(
    bytes: &[u8],
    trust: &Trust,
    evidence: Option<(&Evidence, &VerifierKey)>,
) -> Report {
    match read::open(bytes) {
        Ok(document) => {
            let places: Vec<Place> = document.signatures().iter().map(Place::of).collect();
            judge(bytes, Finding::ok(Reason::Sound), &places, trust, evidence)
        }
        // Unsound files are never called valid, but bytes that do not match are still found.
        Err(refusal) => {
            let structure = Finding::open(Reason::NotSound).because(refusal.to_string());
            judge(bytes, structure, &raw::scan(bytes), trust, evidence)
        }
    }
}

fn judge(
    bytes: &[u8],
    structure: Finding,
    places: &[Place],
    trust: &Trust,
    evidence: Option<(&Evidence, &VerifierKey)>,
) -> Report {
    let judged: Vec<Judged> = places.iter().map(|place| Judged::of(bytes, place)).collect();
    let recording = match evidence {
        Some((evidence, key)) => {
            let inside = judged.iter().filter_map(|judged| judged.cms.as_ref());
            let inside = inside.flat_map(|cms| &cms.certificates);
            let known: Vec<_> = inside.chain(&trust.intermediates).cloned().collect();
            recording::check(bytes, &judged, &known, evidence, key)
        }
        None => Recording::NotShown,
    };
    let signatures: Vec<SignatureReport> = judged
        .iter()
        .map(|judged| judged.report(trust, &recording, coverage(bytes, judged, places)))
        .collect();
    let mut report = Report {
        format: REPORT.to_owned(),
        sha256: Sha256::of(bytes),
        size: bytes.len() as u64,
        verified_at: trust.at,
        verdict: Verdict::Valid,
        document: whole(structure, &signatures),
        signatures,
        recording,
    };
    report.verdict = verdict(report.findings());
    report
}

fn verdict<'a>(findings: impl Iterator<Item = &'a Finding>) -> Verdict {
    findings.fold(Verdict::Valid, |so_far, finding| match (so_far, finding.outcome) {
        (Verdict::NotValid, _) | (_, Outcome::Failed) => Verdict::NotValid,
        (Verdict::Undetermined, _) | (_, Outcome::CannotBeDetermined) => Verdict::Undetermined,
        (Verdict::Valid, Outcome::Ok) => Verdict::Valid,
    })
}

fn whole(structure: Finding, signatures: &[SignatureReport]) -> Finding {
    let Some(last) = signatures.last() else {
        return match structure.outcome {
            Outcome::Ok => Finding::failed(Reason::NoSignature),
            _ => structure,
        };
    };
    match last.coverage {
        Coverage::UnsignedChangesFollow { .. } if structure.outcome == Outcome::Ok => {
            Finding::open(Reason::UnsignedChanges)
        }
        _ => structure,
    }
}

fn coverage(bytes: &[u8], judged: &Judged, places: &[Place]) -> Coverage {
    let ends_file =
        |end: usize| bytes.get(end..).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace));
    let end = judged.place.end;
    if ends_file(end) {
        Coverage::WholeFile
    } else if places.iter().any(|place| ends_file(place.end)) {
        Coverage::EarlierRevision { bytes: end as u64 }
    } else {
        Coverage::UnsignedChangesFollow { bytes: end as u64 }
    }
}

#[cfg(all(test, feature = "software-signer"))]
mod tests;
