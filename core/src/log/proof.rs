//! Proofs that stand alone: leaf place, inclusion hashes and signed checkpoint in one text (C2SP
//! `tlog-proof@v1`).

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};

use crate::digest::Sha256;
use crate::log::checkpoint::{
    Checkpoint, CheckpointError, MAX_NOTE_BYTES, VerifierKey, decimal, hash,
};
use crate::log::leaf::Leaf;
use crate::log::tree::{ProofError, leaf_hash, verify_inclusion};

/// The first line of a proof.
pub const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Most hashes of an inclusion proof: a tree has fewer than 2⁶⁴ leaves.
const MAX_HASHES: usize = 64;

/// That a leaf stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The leaf's place, from 0.
    pub index: u64,
    /// Sibling hashes, from the leaf up.
    pub hashes: Vec<Sha256>,
    /// The signed checkpoint that the hashes lead to (note).
    pub checkpoint: String,
}

/// The text is not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProof {
    /// Another format or version.
    #[error("not a log proof: expected {HEADER}")]
    NotAProof,
    /// It ends before its checkpoint does.
    #[error("the log proof is cut off")]
    Truncated,
    /// A line is not what the format says.
    #[error("the log proof is damaged at its line {0}")]
    Damaged(usize),
}

/// A well-formed proof does not prove the leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The checkpoint is not one of the expected log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead from the leaf to the checkpoint's root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl InclusionProof {
    /// Verifies checkpoint and inclusion; gives the checkpoint that vouches for the leaf.
    pub fn verify(&self, leaf: &Leaf, key: &VerifierKey) -> Result<Checkpoint, InclusionError> {
        let checkpoint = key.open(&self.checkpoint)?;
        let leaf = leaf_hash(&leaf.to_cbor());
        verify_inclusion(&leaf, self.index, checkpoint.size, &self.hashes, &checkpoint.root)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEADER}\nindex {}\n", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", Base64::encode_string(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for InclusionProof {
    type Err = InvalidProof;
    fn from_str(text: &str) -> Result<Self, InvalidProof> {
        let (first, mut rest) = cut_line(text).ok_or_else(|| unfinished(text))?;
        if first != HEADER {
            return Err(InvalidProof::NotAProof);
        }
        let mut number = 2;
        let (mut line, after) = cut_line(rest).ok_or(InvalidProof::Truncated)?;
        rest = after;
        if let Some(extra) = line.strip_prefix("extra ") {
            Base64::decode_vec(extra).map_err(|_| InvalidProof::Damaged(number))?;
            number += 1;
            (line, rest) = cut_line(rest).ok_or(InvalidProof::Truncated)?;
        }
        let index = line.strip_prefix("index ").and_then(decimal);
        let index = index.ok_or(InvalidProof::Damaged(number))?;
        let mut hashes = Vec::new();
        loop {
            number += 1;
            (line, rest) = cut_line(rest).ok_or(InvalidProof::Truncated)?;
            if line.is_empty() {
                break;
            }
            if hashes.len() == MAX_HASHES {
                return Err(InvalidProof::Damaged(number));
            }
            hashes.push(hash(line).ok_or(InvalidProof::Damaged(number))?);
        }
        if rest.len() > MAX_NOTE_BYTES {
            return Err(InvalidProof::Damaged(number + 1));
        }
        if !ends_with_signature(rest) {
            return Err(InvalidProof::Truncated);
        }
        Ok(Self { index, hashes, checkpoint: rest.to_owned() })
    }
}

fn unfinished(text: &str) -> InvalidProof {
    if HEADER.starts_with(text) { InvalidProof::Truncated } else { InvalidProof::NotAProof }
}

// A note that was cut inside its text has no blank line before its last one, and one that was cut
// inside a signature has no newline at its end.
fn ends_with_signature(note: &str) -> bool {
    note.ends_with('\n')
        && note.rsplit_once("\n\n").is_some_and(|(_, signatures)| !signatures.is_empty())
}

/// Splits off the first line; none when the text has no newline.
pub(crate) fn cut_line(text: &str) -> Option<(&str, &str)> {
    text.split_once('\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::env::UnixSecond;
    use crate::log::checkpoint::LogKey;
    use crate::log::leaf::{Salt, StatementKind};
    use crate::log::tree::{Frontier, TreeHead, inclusion_plan};

    fn leaf(number: u8) -> Leaf {
        let statement = Sha256::of(&[number]);
        let at = UnixSecond::new(1_795_340_000);
        Leaf::new(StatementKind::Submission, at, &Salt([number; 32]), &statement)
    }

    fn key() -> LogKey {
        LogKey::from_seed("trien.example/log", &[7; 32]).unwrap()
    }

    fn proof(index: u64, size: u8) -> InclusionProof {
        let mut frontier = Frontier::new();
        let mut nodes = std::collections::HashMap::new();
        for number in 0..size {
            for node in frontier.append(leaf_hash(&leaf(number).to_cbor())) {
                nodes.insert(node.id, node.hash);
            }
        }
        let plan = inclusion_plan(index, frontier.size()).unwrap();
        let hashes = plan.fold(|id| nodes.get(&id).copied()).unwrap();
        let head = TreeHead { size: frontier.size(), root: frontier.root() };
        InclusionProof { index, hashes, checkpoint: key().sign(head) }
    }

    #[test]
    fn a_proof_survives_its_text_and_verifies() {
        for (index, size) in [(0, 1), (0, 2), (4, 5), (6, 13), (12, 13)] {
            let proof = proof(index, size);
            let read: InclusionProof = proof.to_string().parse().unwrap();
            assert_eq!(read, proof);
            let leaf = leaf(u8::try_from(index).unwrap());
            let checkpoint = read.verify(&leaf, &key().verifier()).unwrap();
            assert_eq!(checkpoint.size, u64::from(size));
        }
    }

    #[test]
    fn extra_data_is_passed_over() {
        let text = proof(4, 5).to_string().replacen("index", "extra AAAA\nindex", 1);
        assert_eq!(text.parse::<InclusionProof>().unwrap(), proof(4, 5));
    }

    #[test]
    fn a_proof_of_another_leaf_is_refused() {
        let refused = proof(4, 5).verify(&leaf(3), &key().verifier());
        assert_eq!(refused, Err(InclusionError::Proof(ProofError::Root)));
    }

    #[test]
    fn a_proof_cut_anywhere_says_so() {
        let text = proof(6, 13).to_string();
        for at in 0..text.len() {
            if text.is_char_boundary(at) {
                let refused = text[..at].parse::<InclusionProof>();
                assert_eq!(refused, Err(InvalidProof::Truncated), "cut at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".*") {
            let _ = text.parse::<InclusionProof>();
            let _ = format!("{HEADER}\nindex 1\n{text}").parse::<InclusionProof>();
        }
    }

    #[test]
    fn damage_is_named_by_its_line() {
        let text = proof(6, 13).to_string();
        let bent = text.replacen("index 6", "index 06", 1);
        assert_eq!(bent.parse::<InclusionProof>(), Err(InvalidProof::Damaged(2)));
        let bent = text.replacen("index 6\n", "index 6\n!", 1);
        assert_eq!(bent.parse::<InclusionProof>(), Err(InvalidProof::Damaged(3)));
        assert_eq!("hello\n".parse::<InclusionProof>(), Err(InvalidProof::NotAProof));
    }
}
