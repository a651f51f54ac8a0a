//! Whether the log recorded the decision behind a signature: signature → decision → leaf → root.

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::cose::{CoseError, Statement};
use crate::decision::{Decision, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document::DocumentRef;
use crate::env::UnixSecond;
use crate::evidence::{Evidence, EvidenceError};
use crate::log::checkpoint::VerifierKey;
use crate::log::leaf::Outcome as Logged;

use super::signature::Judged;
use super::{Finding, InPlace, Reason, SecondLeaf};

/// What one evidence shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "recording")]
pub enum Recording {
    /// Genuine evidence: of a record, or of a refusal.
    Shown {
        /// Which decision.
        decision: DecisionHash,
        /// What was decided.
        verb: Verb,
        /// The signature that carries it, by its place among the report's signatures; none where a statement beside
        /// the document does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<usize>,
        /// Who signed the decision, where that is another key than the document's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided_by: Option<String>,
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
        /// In whose place it was decided, where it was and the delegation shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_place: Option<Box<InPlace>>,
        /// What the log says of the document signature, where a foreign key was to make it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_signature: Option<Box<SecondLeaf>>,
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
    /// The signature whose approval the log recorded, if the evidence shows one.
    pub(super) fn recorded(&self) -> Option<usize> {
        match self {
            Self::Shown {
                signature,
                verb: Verb::Approve,
                outcome: Logged::Recorded,
                finding,
                ..
            } if finding.outcome == super::Outcome::Ok => *signature,
            _ => None,
        }
    }

    /// When the log recorded the decision of this signature, if the evidence shows that it did.
    fn time_of(&self, place: usize) -> Option<UnixSecond> {
        match self {
            Self::Shown {
                signature, at, outcome: Logged::Recorded, document_signature, ..
            } if *signature == Some(place) => match document_signature {
                // A foreign key signs after the decision was recorded.
                Some(second) => second.proves(),
                None => Some(*at),
            },
            _ => None,
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn finding(&self) -> &Finding {
        match self {
            Self::Shown { finding, .. } | Self::Broken { finding } => finding,
        }
    }
}

/// When the log recorded the decision of the signature in this place, if one of the evidences shows that it did.
pub(super) fn time_of(recordings: &[Recording], place: usize) -> Option<UnixSecond> {
    recordings.iter().find_map(|recording| recording.time_of(place))
}

/// Follows the chain from one of the document's signatures, or from a statement about the document
/// beside it, to the log. `known` are certificates that may belong to the statement's signer.
pub(super) fn check(
    bytes: &[u8],
    signatures: &[Judged],
    known: &[Certificate],
    evidence: &Evidence,
    key: &VerifierKey,
) -> Recording {
    let broken = |reason, detail: &dyn ToString| Recording::Broken {
        finding: Finding::failed(reason).because(detail.to_string()),
    };
    let about = evidence.decision_hash();
    let carries = |judged: &Judged| judged.cms.as_ref().and_then(|cms| cms.decision) == Some(about);
    let mut carrying = signatures.iter().enumerate().filter(|(_, judged)| carries(judged));
    let signature = carrying.next();
    // One decision signs a document once. Whatever repeats its hash was not decided by it.
    if carrying.next().is_some() {
        let detail = "more than one signature of this document carries the decision";
        return broken(Reason::EvidenceSwapped, &detail);
    }
    if signature.is_none() && evidence.cose.is_none() {
        let detail = "no signature of this document carries the decision of the evidence";
        return broken(Reason::EvidenceSwapped, &detail);
    }
    let shown = match evidence.verify(Some(about), key) {
        Ok(shown) => shown,
        Err(error) => return broken(reason_of(&error), &error),
    };
    let link = match (signature, &evidence.cose) {
        (Some((_, signature)), _) => carried(bytes, signature, &shown.decision),
        (None, statement) => {
            let statement = statement.as_deref().unwrap_or_default();
            stated(bytes, statement, &evidence.decision, &shown.decision, known)
        }
    };
    let signer = match link {
        Ok(signer) => signer,
        Err(difference) => return broken(Reason::DecisionMismatch, &difference),
    };
    let finding = match (shown.outcome, signer) {
        (Logged::Refused { why }, _) => Finding::failed(Reason::Refused).because(why.slug()),
        (Logged::Recorded, Signer::Known) if shown.decision.verb != Verb::Approve => {
            Finding::failed(Reason::Rejected)
        }
        (Logged::Recorded, Signer::Known) => Finding::ok(Reason::Recorded),
        (Logged::Recorded, Signer::Unknown) => Finding::open(Reason::SignerUnknown),
    };
    Recording::Shown {
        decision: about,
        verb: shown.decision.verb,
        signature: signature.map(|(place, _)| place),
        decided_by: None,
        log: key.name().to_owned(),
        index: shown.index,
        size: shown.checkpoint.size,
        root: shown.checkpoint.root,
        at: shown.recorded_at,
        outcome: shown.outcome,
        in_place: None,
        document_signature: None,
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

/// How a decision and what signs it disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Difference {
    #[error("the decision names another certificate than the signature")]
    Certificate,
    #[error("the decision is about another document than the one that was signed")]
    Document,
    #[error("the decision states another time than the signature")]
    Time,
    #[error("the decision's own signature: {0}")]
    Statement(#[from] CoseError),
}

/// Whether the key behind a decision is at hand.
enum Signer {
    Known,
    Unknown,
}

/// A decision whose hash stands in a signature of the document.
fn carried(bytes: &[u8], signature: &Judged, decision: &Decision) -> Result<Signer, Difference> {
    let signer = decision.document_signer.unwrap_or(decision.certificate);
    if signature.signer().map(Certificate::sha256) != Some(signer) {
        return Err(Difference::Certificate);
    }
    // What was decided about is the file up to the signing revision.
    let base = bytes.get(..signature.place.hole_start).unwrap_or_default();
    let mut signed = decision.documents.iter().filter(|decided| decided.signing.is_some());
    if !signed.any(|decided| starts_with(base, &decided.document)) {
        return Err(Difference::Document);
    }
    match signature.place.claimed {
        Some(claimed) if claimed != decision.signed_at => Err(Difference::Time),
        _ => Ok(Signer::Known),
    }
}

/// A decision that signs no document and has a signature of its own: a review, a rejection.
fn stated(
    bytes: &[u8],
    statement: &[u8],
    decision_cbor: &[u8],
    decision: &Decision,
    known: &[Certificate],
) -> Result<Signer, Difference> {
    let statement = Statement::parse(statement)?;
    if statement.payload != decision_cbor || statement.certificate != decision.certificate {
        return Err(Difference::Certificate);
    }
    if !decision.documents.iter().any(|decided| starts_with(bytes, &decided.document)) {
        return Err(Difference::Document);
    }
    match known.iter().find(|certificate| certificate.sha256() == decision.certificate) {
        Some(certificate) => {
            statement.verify(certificate.public_key())?;
            Ok(Signer::Known)
        }
        None => Ok(Signer::Unknown),
    }
}

/// Whether `bytes` start with `document`: later revisions only append.
fn starts_with(bytes: &[u8], document: &DocumentRef) -> bool {
    usize::try_from(document.size)
        .ok()
        .and_then(|size| bytes.get(..size))
        .is_some_and(|start| Sha256::of(start) == document.sha256)
}
