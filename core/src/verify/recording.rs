//! Whether the log recorded the decision behind a signature: signature → decision → leaf → root.

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::decision::{Decision, DecisionHash};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::evidence::{Evidence, EvidenceError};
use crate::log::checkpoint::VerifierKey;
use crate::log::leaf::Outcome as Logged;

use super::signature::Judged;
use super::{Finding, Reason};

/// What the evidence shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "recording")]
pub enum Recording {
    /// There is no evidence: whether the log recorded it is not shown.
    NotShown,
    /// Genuine evidence: of a record, or of a refusal.
    Shown {
        /// Which decision.
        decision: DecisionHash,
        /// The log's name.
        log: String,
        /// The place of its leaf, from 0.
        index: u64,
        /// Leaves under the checkpoint that vouches for it.
        size: u64,
        /// The checkpoint's root hash.
        root: Sha256,
        /// When the log recorded it.
        at: UnixSecond,
        /// Recorded, or refused and why.
        #[serde(flatten)]
        outcome: Logged,
        /// What follows from it.
        finding: Finding,
    },
    /// The evidence does not show what it should.
    Broken {
        /// Why.
        finding: Finding,
    },
}

impl Recording {
    /// When the log recorded `decision`, if the evidence shows that it did.
    pub(super) fn time_of(&self, decision: DecisionHash) -> Option<UnixSecond> {
        match self {
            Self::Shown { decision: shown, at, outcome: Logged::Recorded, .. }
                if *shown == decision =>
            {
                Some(*at)
            }
            _ => None,
        }
    }

    pub(super) fn finding(&self) -> Option<&Finding> {
        match self {
            Self::NotShown => None,
            Self::Shown { finding, .. } | Self::Broken { finding } => Some(finding),
        }
    }
}

/// Follows the chain from one of the document's signatures to the log.
pub(super) fn check(
    bytes: &[u8],
    signatures: &[Judged],
    evidence: &Evidence,
    key: &VerifierKey,
) -> Recording {
    let broken = |reason, detail: &dyn ToString| Recording::Broken {
        finding: Finding::failed(reason).because(detail.to_string()),
    };
    let about = evidence.decision_hash();
    let carries =
        |judged: &&Judged| judged.cms.as_ref().and_then(|cms| cms.decision) == Some(about);
    let Some(signature) = signatures.iter().find(carries) else {
        let detail = "no signature of this document carries the decision of the evidence";
        return broken(Reason::EvidenceSwapped, &detail);
    };
    let shown = match evidence.verify(Some(about), key) {
        Ok(shown) => shown,
        Err(error) => return broken(reason_of(&error), &error),
    };
    if let Err(difference) = belongs(bytes, signature, &shown.decision) {
        return broken(Reason::DecisionMismatch, &difference);
    }
    let finding = match shown.outcome {
        Logged::Recorded => Finding::ok(Reason::Recorded),
        Logged::Refused { why } => Finding::failed(Reason::Refused).because(why.slug()),
    };
    Recording::Shown {
        decision: about,
        log: key.name().to_owned(),
        index: shown.index,
        size: shown.checkpoint.size,
        root: shown.checkpoint.root,
        at: shown.recorded_at,
        outcome: shown.outcome,
        finding,
    }
}

fn reason_of(error: &EvidenceError) -> Reason {
    match error {
        EvidenceError::Swapped { .. } => Reason::EvidenceSwapped,
        EvidenceError::ForeignLog { .. } => Reason::EvidenceForeign,
        EvidenceError::Decision(_)
        | EvidenceError::LeafMismatch
        | EvidenceError::Checkpoint(_)
        | EvidenceError::ProofMismatch(_) => Reason::EvidenceBroken,
    }
}

/// How a decision and the signature that carries its hash disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Difference {
    #[error("the decision names another certificate than the signature")]
    Certificate,
    #[error("the decision is about another document than the one that was signed")]
    Document,
    #[error("the decision states another time than the signature")]
    Time,
}

fn belongs(bytes: &[u8], signature: &Judged, decision: &Decision) -> Result<(), Difference> {
    if signature.signer().map(Certificate::sha256) != Some(decision.certificate) {
        return Err(Difference::Certificate);
    }
    // What was decided about is the file up to the signing revision.
    let is_base = |size: u64, sha256: Sha256| {
        usize::try_from(size)
            .ok()
            .filter(|size| *size <= signature.place.hole_start)
            .and_then(|size| bytes.get(..size))
            .is_some_and(|base| Sha256::of(base) == sha256)
    };
    let mut signed = decision.documents.iter().filter(|decided| decided.signing.is_some());
    if !signed.any(|decided| is_base(decided.document.size, decided.document.sha256)) {
        return Err(Difference::Document);
    }
    match signature.place.claimed {
        Some(claimed) if claimed != decision.signed_at => Err(Difference::Time),
        _ => Ok(()),
    }
}
