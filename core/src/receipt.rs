//! Receipts: that a statement stands in the log.

use serde::{Deserialize, Serialize};

use crate::decision::DecisionHash;
use crate::env::UnixSecond;
use crate::log::checkpoint::{Checkpoint, VerifierKey};
use crate::log::leaf::{Leaf, Outcome, Salt};
use crate::log::proof::{InclusionError, InclusionProof, InvalidProof};

/// What the server answers when a decision is on disk, recorded or refused.
///
/// [`Receipt::verify`] recomputes leaf and root; a phone keeps its decision until that succeeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which decision.
    pub decision: DecisionHash,
    /// Recorded, or refused and why.
    pub outcome: Outcome,
    /// When the server recorded it.
    pub recorded_at: UnixSecond,
    /// Hides the statement from those who see only the log.
    pub salt: Salt,
    /// Inclusion proof and signed checkpoint, in C2SP `tlog-proof` text.
    pub proof: String,
}

/// A receipt does not show that its decision stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The proof is not well formed.
    #[error(transparent)]
    Proof(#[from] InvalidProof),
    /// It does not lead to a checkpoint of the log.
    #[error(transparent)]
    Inclusion(#[from] InclusionError),
}

impl Receipt {
    /// The receipt of a decision whose [`Receipt::leaf`] the proof is about.
    #[must_use]
    pub fn new(
        decision: DecisionHash,
        outcome: Outcome,
        recorded_at: UnixSecond,
        salt: Salt,
        proof: &InclusionProof,
    ) -> Self {
        Self { decision, outcome, recorded_at, salt, proof: proof.to_string() }
    }

    /// The leaf that stands in the log, recomputed.
    #[must_use]
    pub fn leaf(&self) -> Leaf {
        Leaf::of_decision(self.outcome, self.recorded_at, &self.salt, &self.decision)
    }

    /// Checks that the decision stands in the log of `key`, with this outcome; gives the
    /// checkpoint that vouches for it. The caller compares [`Receipt::decision`] with its own.
    pub fn verify(&self, key: &VerifierKey) -> Result<Checkpoint, ReceiptError> {
        let proof: InclusionProof = self.proof.parse()?;
        Ok(proof.verify(&self.leaf(), key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Sha256;
    use crate::log::checkpoint::LogKey;
    use crate::log::tree::{Frontier, TreeHead, leaf_hash};
    use crate::problem::ProblemKind;

    fn key() -> LogKey {
        LogKey::from_seed("trien.example/log", &[7; 32]).unwrap()
    }

    fn receipt(outcome: Outcome) -> Receipt {
        let decision = DecisionHash(Sha256::of(b"decision"));
        let at = UnixSecond::new(1_795_340_000);
        let leaf = Leaf::of_decision(outcome, at, &Salt([1; 32]), &decision);
        let mut frontier = Frontier::new();
        frontier.append(leaf_hash(&leaf.to_cbor()));
        let checkpoint = key().sign(TreeHead { size: 1, root: frontier.root() });
        let proof = InclusionProof { index: 0, hashes: Vec::new(), checkpoint };
        Receipt::new(decision, outcome, at, Salt([1; 32]), &proof)
    }

    #[test]
    fn a_receipt_verifies_after_its_json() {
        for outcome in [Outcome::Recorded, Outcome::Refused { why: ProblemKind::Overtaken }] {
            let json = serde_json::to_string(&receipt(outcome)).unwrap();
            let read: Receipt = serde_json::from_str(&json).unwrap();
            assert_eq!(read.verify(&key().verifier()).unwrap().size, 1);
        }
    }

    #[test]
    fn a_receipt_with_any_other_content_is_refused() {
        let good = receipt(Outcome::Recorded);
        let refusal = Outcome::Refused { why: ProblemKind::Overtaken };
        let bent = [
            Receipt { decision: DecisionHash(Sha256::of(b"other")), ..good.clone() },
            Receipt { outcome: refusal, ..good.clone() },
            Receipt { recorded_at: good.recorded_at.plus(1), ..good.clone() },
            Receipt { salt: Salt([2; 32]), ..good.clone() },
        ];
        for receipt in bent {
            assert!(receipt.verify(&key().verifier()).is_err());
        }
        let other = LogKey::from_seed("trien.example/log", &[8; 32]).unwrap().verifier();
        assert!(good.verify(&other).is_err());
    }
}
