//! Evidence: one text file that proves offline that a decision was recorded, or refused.
//!
//! It holds the decision, its salt, its leaf and a log proof. With the signed document and the
//! log's verifier key, anyone recomputes signature → decision → leaf → root. Each link that does
//! not hold has its own error.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};

use crate::decision::{Decision, DecisionHash, InvalidDecision, MAX_DECISION_BYTES};
use crate::digest::Sha256;
use crate::document_signature::Recorded;
use crate::env::UnixSecond;
use crate::log::checkpoint::{Checkpoint, CheckpointError, VerifierKey};
use crate::log::leaf::{Leaf, Outcome, Salt};
use crate::log::proof::{InclusionError, InclusionProof, InvalidProof, cut_line};
use crate::log::tree::ProofError;
use crate::problem::ProblemKind;
use crate::receipt::Receipt;

/// The first line of an evidence file.
pub const HEADER: &str = "trien.evidence/1";

/// Largest evidence file that is read, in bytes.
pub const MAX_EVIDENCE_BYTES: usize = 512 * 1024;

/// Most certificates, the signer's included.
const MAX_CERTIFICATES: usize = 8;
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// Everything but the document and the keys that a stranger needs to check one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The decision, deterministic CBOR.
    pub decision: Vec<u8>,
    /// Recorded, or refused and why.
    pub outcome: Outcome,
    /// When the server recorded it.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// The leaf's data, deterministic CBOR.
    pub leaf: Vec<u8>,
    /// The tagged `COSE_Sign1`, for decisions that the approval key did not sign in a document.
    pub cose: Option<Vec<u8>>,
    /// DER of the decision's certificate, then of the authorities above it: where a foreign key signs the document,
    /// which has that key's instead.
    pub certificates: Vec<Vec<u8>>,
    /// What became of the document signature by a foreign key, once that is known.
    pub document: Option<Recorded>,
    /// Place in the log and signed checkpoint.
    pub proof: InclusionProof,
}

/// The file is not readable evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEvidence {
    /// Another kind of file.
    #[error("not an evidence file: expected {HEADER} as its first line")]
    NotEvidence,
    /// Made by a newer release.
    #[error("the evidence is of a newer format ({0}): update this program")]
    Newer(String),
    /// More than [`MAX_EVIDENCE_BYTES`].
    #[error("the evidence has {0} bytes, the limit is {MAX_EVIDENCE_BYTES}")]
    TooLong(usize),
    /// It ends before it is complete.
    #[error("the evidence is cut off: its end is missing")]
    Truncated,
    /// A line is not what the format says.
    #[error("the evidence is damaged at its line {line}: {name} is missing or not readable")]
    Damaged {
        /// Line, from 1.
        line: usize,
        /// What should stand there.
        name: &'static str,
    },
}

/// Readable evidence that does not prove the decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The decision is not one, or not in its one encoding.
    #[error("the decision in the evidence is not valid: {0}")]
    Decision(InvalidDecision),
    /// Evidence of another decision than the one whose signature is looked at.
    #[error("swapped: the evidence is about decision {found}, the signature carries {expected}")]
    Swapped {
        /// What the signature carries.
        expected: DecisionHash,
        /// What the evidence is about.
        found: DecisionHash,
    },
    /// The leaf is not the one of this decision, salt, time and outcome.
    #[error("the leaf in the evidence is not the leaf of its decision")]
    LeafMismatch,
    /// The checkpoint is of another log than the one whose key was given.
    #[error("foreign: the evidence comes from another log ({found})")]
    ForeignLog {
        /// Who signed the checkpoint, as it claims.
        found: String,
    },
    /// The checkpoint was not signed by the log's key, or was changed since.
    #[error("the checkpoint in the evidence is not genuine: {0}")]
    Checkpoint(CheckpointError),
    /// The hashes do not lead from the leaf to the checkpoint.
    #[error("the evidence does not lead to the log's checkpoint: {0}")]
    ProofMismatch(ProofError),
}

/// What genuine evidence shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The decision.
    pub decision: Decision,
    /// Recorded, or refused and why: genuine evidence of a refusal is no evidence of a decision.
    pub outcome: Outcome,
    /// When, by the log.
    pub recorded_at: UnixSecond,
    /// Its leaf's place, from 0.
    pub index: u64,
    /// The checkpoint that vouches for it.
    pub checkpoint: Checkpoint,
}

impl Evidence {
    /// The evidence that a receipt and its decision make.
    pub fn new(
        decision: Vec<u8>,
        cose: Option<Vec<u8>>,
        receipt: &Receipt,
    ) -> Result<Self, InvalidProof> {
        Ok(Self {
            decision,
            outcome: receipt.outcome,
            recorded_at: receipt.recorded_at,
            salt: receipt.salt,
            leaf: receipt.leaf().to_cbor(),
            cose,
            certificates: Vec::new(),
            document: None,
            proof: receipt.proof.parse()?,
        })
    }

    /// The identity of the decision it is about.
    #[must_use]
    pub fn decision_hash(&self) -> DecisionHash {
        DecisionHash(Sha256::of(&self.decision))
    }

    /// Whether a signature of the document carries, or is to carry, the decision.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        self.cose.is_none() || self.is_signed_elsewhere()
    }

    /// Whether a key outside phones signs the document after the decision.
    #[must_use]
    pub fn is_signed_elsewhere(&self) -> bool {
        Decision::from_cbor(&self.decision).is_ok_and(|it| it.document_signer.is_some())
    }

    /// Checks decision → leaf → root. `signed` is the decision hash that a signature carries, when
    /// one is at hand.
    pub fn verify(
        &self,
        signed: Option<DecisionHash>,
        key: &VerifierKey,
    ) -> Result<Finding, EvidenceError> {
        let found = self.decision_hash();
        if let Some(expected) = signed
            && expected != found
        {
            return Err(EvidenceError::Swapped { expected, found });
        }
        let decision = Decision::from_cbor(&self.decision).map_err(EvidenceError::Decision)?;
        let leaf = Leaf::of_decision(self.outcome, self.recorded_at, &self.salt, &found);
        if leaf.to_cbor() != self.leaf {
            return Err(EvidenceError::LeafMismatch);
        }
        let checkpoint = self.proof.verify(&leaf, key)?;
        Ok(Finding {
            decision,
            outcome: self.outcome,
            recorded_at: self.recorded_at,
            index: self.proof.index,
            checkpoint,
        })
    }
}

impl From<InclusionError> for EvidenceError {
    fn from(error: InclusionError) -> Self {
        match error {
            InclusionError::Proof(error) => Self::ProofMismatch(error),
            InclusionError::Checkpoint(CheckpointError::OtherKey { found }) => {
                Self::ForeignLog { found }
            }
            InclusionError::Checkpoint(error) => Self::Checkpoint(error),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        writeln!(f, "decision {}", Base64::encode_string(&self.decision))?;
        match self.outcome {
            Outcome::Recorded => writeln!(f, "outcome recorded")?,
            Outcome::Refused { why } => writeln!(f, "outcome refused {}", why.slug())?,
        }
        writeln!(f, "recorded-at {}", self.recorded_at.get())?;
        writeln!(f, "salt {}", hex::encode(self.salt.0))?;
        writeln!(f, "leaf {}", Base64::encode_string(&self.leaf))?;
        if let Some(cose) = &self.cose {
            writeln!(f, "cose {}", Base64::encode_string(cose))?;
        }
        for certificate in &self.certificates {
            writeln!(f, "certificate {}", Base64::encode_string(certificate))?;
        }
        if let Some(document) = &self.document {
            writeln!(f, "document-signature {document}")?;
        }
        write!(f, "\n{}", self.proof)
    }
}

impl FromStr for Evidence {
    type Err = InvalidEvidence;
    fn from_str(text: &str) -> Result<Self, InvalidEvidence> {
        if text.len() > MAX_EVIDENCE_BYTES {
            return Err(InvalidEvidence::TooLong(text.len()));
        }
        let mut lines = Lines { rest: check_header(text)?, line: 1 };
        let decision = lines.field("decision", |value| base64(value, MAX_DECISION_BYTES))?;
        let outcome = lines.field("outcome", outcome)?;
        let recorded_at = lines.field("recorded-at", second)?;
        let salt = lines.field("salt", salt)?;
        let leaf = lines.field("leaf", |value| base64(value, 1024))?;
        let cose = lines.optional("cose", |value| base64(value, 2 * MAX_DECISION_BYTES))?;
        let mut certificates = Vec::new();
        while certificates.len() < MAX_CERTIFICATES {
            let one =
                lines.optional("certificate", |value| base64(value, MAX_CERTIFICATE_BYTES))?;
            let Some(one) = one else { break };
            certificates.push(one);
        }
        let document = lines.optional("document-signature", |value| value.parse().ok())?;
        lines.blank()?;
        let proof = lines.rest.parse().map_err(|error| match error {
            InvalidProof::Truncated => InvalidEvidence::Truncated,
            InvalidProof::NotAProof => lines.damaged(1, "proof"),
            InvalidProof::Damaged(at) => lines.damaged(at, "proof"),
        })?;
        Ok(Self { decision, outcome, recorded_at, salt, leaf, cose, certificates, document, proof })
    }
}

fn check_header(text: &str) -> Result<&str, InvalidEvidence> {
    match cut_line(text) {
        Some((HEADER, rest)) => Ok(rest),
        Some((other, _)) => match other.strip_prefix("trien.evidence/") {
            Some(version) if version.parse::<u32>().is_ok() => {
                Err(InvalidEvidence::Newer(other.to_owned()))
            }
            _ => Err(InvalidEvidence::NotEvidence),
        },
        None if !text.is_empty() && HEADER.starts_with(text) => Err(InvalidEvidence::Truncated),
        None => Err(InvalidEvidence::NotEvidence),
    }
}

struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl Lines<'_> {
    fn field<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, InvalidEvidence> {
        let (line, rest) = cut_line(self.rest).ok_or(InvalidEvidence::Truncated)?;
        let value = line.strip_prefix(name).and_then(|value| value.strip_prefix(' '));
        let value = value.and_then(read).ok_or_else(|| self.damaged(1, name))?;
        self.line += 1;
        self.rest = rest;
        Ok(value)
    }

    /// A field that not every evidence has.
    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, InvalidEvidence> {
        let word = self.rest.split([' ', '\n']).next().unwrap_or_default();
        // What is cut off within the name may be it.
        let is_cut = word.len() == self.rest.len() && name.starts_with(word);
        if word == name || is_cut { self.field(name, read).map(Some) } else { Ok(None) }
    }

    fn blank(&mut self) -> Result<(), InvalidEvidence> {
        match cut_line(self.rest) {
            Some(("", rest)) => {
                self.line += 1;
                self.rest = rest;
                Ok(())
            }
            Some(_) => Err(self.damaged(1, "the blank line before the proof")),
            None => Err(InvalidEvidence::Truncated),
        }
    }

    fn damaged(&self, after: usize, name: &'static str) -> InvalidEvidence {
        InvalidEvidence::Damaged { line: self.line + after, name }
    }
}

fn base64(text: &str, limit: usize) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok().filter(|bytes| bytes.len() <= limit)
}

fn outcome(text: &str) -> Option<Outcome> {
    match text.split_once(' ') {
        None if text == "recorded" => Some(Outcome::Recorded),
        Some(("refused", slug)) => ProblemKind::from_slug(slug).map(|why| Outcome::Refused { why }),
        _ => None,
    }
}

fn second(text: &str) -> Option<UnixSecond> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then(|| UnixSecond::new(number))
}

fn salt(text: &str) -> Option<Salt> {
    Sha256::from_str(text).ok().map(|digits| Salt(digits.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decision::{Authority, DecidedDocument, SeenCheckpoint, Signing, Summary, Verb};
    use crate::document::{DocumentRef, Metadata, PDF, Text, Urgency};
    use crate::id::{DeviceId, PersonId, RequestId};
    use crate::log::checkpoint::LogKey;
    use crate::log::tree::{Frontier, TreeHead, inclusion_plan, leaf_hash};
    use crate::request::StepNumber;

    const VECTOR: &str = include_str!("../../tests/vectors/approval.evidence");

    fn key() -> LogKey {
        LogKey::from_seed("trien.example/log", &[7; 32]).unwrap()
    }

    fn decision(number: u8) -> Decision {
        let signed_at = UnixSecond::new(1_795_340_000);
        Decision {
            version: 1,
            verb: Verb::Approve,
            request: RequestId::from_bytes([number; 16]),
            step: StepNumber(1),
            revision: 1,
            documents: vec![DecidedDocument {
                document: DocumentRef {
                    sha256: Sha256::of(b"document"),
                    size: 8,
                    media_type: PDF.into(),
                },
                signing: Some(Signing {
                    builder: "pdfrev/1".into(),
                    recipe: Sha256::of(b"recipe"),
                }),
            }],
            certificate: Sha256::of(b"certificate"),
            authority: Authority::Own { position: Text::new("Chủ tịch").unwrap() },
            summary: Summary {
                metadata: Metadata {
                    number: None,
                    subject: Text::new("Về việc thử bằng chứng").unwrap(),
                    kind: Text::new("Quyết định").unwrap(),
                    issuer: Text::new("Ủy ban nhân dân xã Ví Dụ").unwrap(),
                    urgency: Urgency::Normal,
                },
                check: "check/1".into(),
                findings: Vec::new(),
            },
            reason: None,
            signed_at,
            valid_until: signed_at.plus(3600),
            checkpoint: SeenCheckpoint { size: 0, root: crate::log::tree::empty_root() },
            app: Text::new("trien test").unwrap(),
            person: PersonId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([3; 16]),
            document_signer: None,
        }
    }

    // Leaf 2 of 5.
    fn evidence(number: u8, outcome: Outcome, key: &LogKey) -> Evidence {
        let at = UnixSecond::new(1_795_340_010);
        let salt = Salt([number; 32]);
        let decision = decision(number);
        let leaf = Leaf::of_decision(outcome, at, &salt, &decision.hash());
        let mut frontier = Frontier::new();
        let mut nodes = std::collections::HashMap::new();
        for index in 0..5_u8 {
            let data = if index == 2 { leaf.to_cbor() } else { vec![index] };
            for node in frontier.append(leaf_hash(&data)) {
                nodes.insert(node.id, node.hash);
            }
        }
        let hashes = inclusion_plan(2, 5).unwrap().fold(|id| nodes.get(&id).copied()).unwrap();
        let checkpoint = key.sign(TreeHead { size: 5, root: frontier.root() });
        let proof = InclusionProof { index: 2, hashes, checkpoint };
        let receipt = Receipt::new(decision.hash(), outcome, at, salt, &proof);
        Evidence::new(decision.to_cbor(), None, &receipt).unwrap()
    }

    fn good() -> Evidence {
        evidence(1, Outcome::Recorded, &key())
    }

    #[test]
    fn the_golden_file_is_written_and_read_the_same() {
        assert_eq!(good().to_string(), VECTOR);
        let read: Evidence = VECTOR.parse().unwrap();
        assert_eq!(read, good());
        let finding = read.verify(Some(decision(1).hash()), &key().verifier()).unwrap();
        assert_eq!(finding.decision, decision(1));
        assert_eq!(finding.outcome, Outcome::Recorded);
        assert_eq!((finding.index, finding.checkpoint.size), (2, 5));
    }

    #[test]
    fn a_statement_beside_the_decision_travels_with_it() {
        let evidence = Evidence { cose: Some(vec![0xd2, 0x84]), ..good() };
        assert_eq!(evidence.to_string().parse::<Evidence>().unwrap(), evidence);
    }

    #[test]
    fn evidence_of_a_refusal_says_refused() {
        let why = ProblemKind::Overtaken;
        let text = evidence(1, Outcome::Refused { why }, &key()).to_string();
        let finding = text.parse::<Evidence>().unwrap().verify(None, &key().verifier()).unwrap();
        assert_eq!(finding.outcome, Outcome::Refused { why });
    }

    #[test]
    fn a_refusal_cannot_be_relabelled_as_a_record() {
        let refusal = Outcome::Refused { why: ProblemKind::Overtaken };
        let bent = Evidence { outcome: Outcome::Recorded, ..evidence(1, refusal, &key()) };
        assert_eq!(bent.verify(None, &key().verifier()), Err(EvidenceError::LeafMismatch));
        let leaf =
            Leaf::of_decision(bent.outcome, bent.recorded_at, &bent.salt, &decision(1).hash());
        let bent = Evidence { leaf: leaf.to_cbor(), ..bent };
        let refused = bent.verify(None, &key().verifier());
        assert_eq!(refused, Err(EvidenceError::ProofMismatch(ProofError::Root)));
    }

    #[test]
    fn swapped_evidence_says_so() {
        let other = evidence(9, Outcome::Recorded, &key());
        let refused = other.verify(Some(decision(1).hash()), &key().verifier());
        let (expected, found) = (decision(1).hash(), decision(9).hash());
        assert_eq!(refused, Err(EvidenceError::Swapped { expected, found }));
    }

    #[test]
    fn foreign_evidence_says_so() {
        let other = LogKey::from_seed("other.example/log", &[8; 32]).unwrap();
        let refused = evidence(1, Outcome::Recorded, &other).verify(None, &key().verifier());
        assert_eq!(refused, Err(EvidenceError::ForeignLog { found: "other.example/log".into() }));
    }

    #[test]
    fn a_checkpoint_changed_after_signing_says_so() {
        let mut bent = good();
        bent.proof.checkpoint = bent.proof.checkpoint.replacen("\n5\n", "\n6\n", 1);
        let refused = bent.verify(None, &key().verifier());
        assert_eq!(refused, Err(EvidenceError::Checkpoint(CheckpointError::WrongSignature)));
    }

    #[test]
    fn a_leaf_of_other_content_says_so() {
        let other = Evidence { leaf: evidence(9, Outcome::Recorded, &key()).leaf, ..good() };
        assert_eq!(other.verify(None, &key().verifier()), Err(EvidenceError::LeafMismatch));
        let late = Evidence { recorded_at: good().recorded_at.plus(1), ..good() };
        assert_eq!(late.verify(None, &key().verifier()), Err(EvidenceError::LeafMismatch));
    }

    #[test]
    fn a_proof_of_another_leaf_says_so() {
        let mut bent = good();
        bent.proof.index = 1;
        let refused = bent.verify(None, &key().verifier());
        assert!(matches!(refused, Err(EvidenceError::ProofMismatch(_))));
    }

    #[test]
    fn evidence_cut_anywhere_says_so() {
        let document = Recorded {
            statement: vec![2; 9],
            recorded_at: good().recorded_at,
            salt: Salt([3; 32]),
            proof: good().proof,
        };
        let foreign = Evidence {
            cose: Some(vec![1; 9]),
            certificates: vec![vec![4; 9], vec![5; 9]],
            document: Some(document),
            ..good()
        };
        assert_eq!(foreign.to_string().parse::<Evidence>().unwrap(), foreign);
        let stated = Evidence { cose: Some(vec![1; 9]), ..good() };
        for text in [VECTOR.to_owned(), stated.to_string(), foreign.to_string()] {
            for at in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
                let refused = text[..at].parse::<Evidence>();
                assert_eq!(refused, Err(InvalidEvidence::Truncated), "cut at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".*", at in 0..VECTOR.len(), put in "\\PC{0,9}") {
            let _ = text.parse::<Evidence>();
            if VECTOR.is_char_boundary(at) {
                let bent = format!("{}{put}{}", &VECTOR[..at], &VECTOR[at..]);
                let read = bent.parse::<Evidence>();
                let holds = read.is_ok_and(|read| read.verify(None, &key().verifier()).is_ok());
                prop_assert!(!holds || bent == VECTOR || bent.contains("extra "));
            }
            let _ = format!("{HEADER}\n{text}").parse::<Evidence>();
        }
    }

    #[test]
    fn other_files_and_other_versions_are_told_apart() {
        assert_eq!("%PDF-1.7\n".parse::<Evidence>(), Err(InvalidEvidence::NotEvidence));
        assert_eq!("".parse::<Evidence>(), Err(InvalidEvidence::NotEvidence));
        let newer = VECTOR.replacen("evidence/1", "evidence/2", 1);
        let refused = newer.parse::<Evidence>();
        assert_eq!(refused, Err(InvalidEvidence::Newer("trien.evidence/2".into())));
    }

    #[test]
    fn no_changed_character_of_the_golden_file_is_accepted() {
        for (at, character) in VECTOR.char_indices() {
            let other = if character == 'A' { 'B' } else { 'A' };
            let after = &VECTOR[at + character.len_utf8()..];
            let bent = format!("{}{other}{after}", &VECTOR[..at]);
            let Ok(read) = bent.parse::<Evidence>() else { continue };
            assert!(read.verify(Some(decision(1).hash()), &key().verifier()).is_err(), "at {at}");
        }
    }
}
