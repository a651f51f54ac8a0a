//! Judging a signed PDF as a stranger would: from the file, anchors, revocation lists and, where
//! somebody has it, evidence from the log.
//!
//! Each signature and each timestamp gets five findings (integrity, validity at the time of
//! signing, key usage, chain, revocation), each of them ok, failed, or impossible to determine from
//! what is at hand. One failure makes the document not valid; otherwise one open question makes it
//! undetermined. What is weak (SHA-1, MD5, RSA below 2048 bits) is never more than undetermined.

mod authority;
mod dss;
mod later;
mod material;
mod party;
mod raw;
mod reason;
mod recording;
mod report;
mod revocation;
mod second_leaf;
mod signature;
mod timestamp;

pub use authority::InPlace;
pub use later::LaterChange;
pub use reason::Reason;
pub use recording::Recording;
pub use report::{Coverage, Question, Report, SignatureKind, SignatureReport, TimestampReport};
pub use second_leaf::SecondLeaf;

use serde::{Deserialize, Serialize};

use crate::certificate::{Certificate, Crl, OcspResponse};
use crate::delegation::evidence::DelegationEvidence;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::evidence::Evidence;
use crate::log::checkpoint::VerifierKey;
use crate::pdf::changes;
use crate::pdf::check;
use crate::pdf::clean_copy::CleanCopyMark;
use crate::pdf::read::{self, Document};

use material::Material;
use raw::Place;
use report::{coverage, verdict, whole};
use signature::Judged;
use timestamp::Stamp;

/// The version of the report's form.
pub const REPORT: &str = "trien.verify/1";

/// What the verifier trusts and knows.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Whom the verifier trusts.
    pub anchors: Vec<Certificate>,
    /// Further authorities, besides those inside the signatures.
    pub intermediates: Vec<Certificate>,
    /// Revocation lists at hand, besides those inside the document.
    pub crls: Vec<Crl>,
    /// Answers of OCSP responders at hand, besides those inside the document.
    pub ocsp: Vec<OcspResponse>,
    /// When the verification takes place.
    pub at: UnixSecond,
}

/// Evidence from a log, and the key that its checkpoints are verified with.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// One for each decision that is to be shown.
    pub evidence: &'a [Evidence],
    /// One for each delegation by which something was decided in another's place.
    pub delegations: &'a [DelegationEvidence],
    /// The log's.
    pub key: &'a VerifierKey,
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

/// Where the time of signing comes from: a timestamp before the log's receipt before a claim.
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
    /// A timestamp by a trusted authority shows that the signature existed; it counts before all
    /// others.
    Timestamp {
        /// When.
        at: UnixSecond,
    },
}

impl SigningTime {
    /// The time.
    #[must_use]
    pub fn at(self) -> UnixSecond {
        match self {
            Self::Timestamp { at }
            | Self::LogReceipt { at }
            | Self::Claimed { at }
            | Self::Verification { at } => at,
        }
    }

    /// Whether somebody else than the signer vouches for it.
    #[must_use]
    pub fn is_proven(self) -> bool {
        matches!(self, Self::Timestamp { .. } | Self::LogReceipt { .. })
    }
}

/// Judges a PDF.
#[must_use]
pub fn verify_pdf(bytes: &[u8], trust: &Trust, proof: Option<Proof<'_>>) -> Report {
    match read::open_to_judge(bytes) {
        Ok(document) => verify_document(&document, trust, proof),
        // Unsound files are never called valid, but bytes that do not match are still found.
        Err(refusal) => {
            let structure = Finding::open(Reason::NotSound).because(refusal.to_string());
            judge(bytes, structure, &raw::scan(bytes), &dss::Store::default(), trust, proof)
        }
    }
}

/// Judges a PDF that passed the gate already.
#[must_use]
pub fn verify_document(document: &Document<'_>, trust: &Trust, proof: Option<Proof<'_>>) -> Report {
    let places: Vec<Place> = document.signatures().iter().map(Place::of).collect();
    let store = dss::read(document);
    let sound = Finding::ok(Reason::Sound);
    let mut report = judge(document.bytes(), sound, &places, &store, trust, proof);
    let history = changes::history(document);
    later::add(&mut report, document, &history);
    report.notes = check::check_with(document, &history);
    report.clean_copy = CleanCopyMark::of(document);
    report
}

fn judge(
    bytes: &[u8],
    structure: Finding,
    places: &[Place],
    store: &dss::Store,
    trust: &Trust,
    proof: Option<Proof<'_>>,
) -> Report {
    let mut material = Material::new(trust, store);
    let judged: Vec<Judged> = places.iter().map(|place| Judged::of(bytes, place)).collect();
    judged.iter().for_each(|judged| judged.give_to(&mut material));
    let delegations = proof.iter().flat_map(|proof| proof.delegations);
    delegations.for_each(|delegation| authority::give_to(delegation, &mut material));
    let evidence = proof.iter().flat_map(|proof| proof.evidence);
    evidence.for_each(|evidence| second_leaf::give_to(evidence, &mut material));
    let stamps: Vec<Option<Stamp>> =
        judged.iter().map(|judged| judged.document_stamp(bytes, &material)).collect();
    let recordings: Vec<Recording> = proof.map_or_else(Vec::new, |proof| {
        let check = |evidence| {
            let known = material.certificates();
            let recording = recording::check(bytes, &judged, known, evidence, proof.key);
            let recording =
                recording.with_document_signature(bytes, &judged, evidence, proof.key, &material);
            recording.with_authority(evidence, proof, &material)
        };
        proof.evidence.iter().map(check).collect()
    });
    let signatures: Vec<SignatureReport> = judged
        .iter()
        .zip(&stamps)
        .enumerate()
        .map(|(index, (judged, stamp))| {
            let coverage = coverage(bytes, &judged.place, places);
            match stamp {
                Some(stamp) => stamp.document_report(&judged.place, coverage),
                None => judged.report(bytes, &material, index, &stamps, &recordings, coverage),
            }
        })
        .collect();
    let mut report = Report {
        format: REPORT.to_owned(),
        sha256: Sha256::of(bytes),
        size: bytes.len() as u64,
        verified_at: trust.at,
        verdict: Verdict::Valid,
        document: whole(structure, &signatures),
        notes: Vec::new(),
        clean_copy: None,
        signatures,
        recordings,
    };
    report.verdict = verdict(report.findings());
    report
}

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod schema;
#[cfg(all(test, feature = "software-signer"))]
mod tests;
