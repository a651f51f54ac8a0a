//! Leaves: what stands in the log of a statement.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cbor;
use crate::digest::Sha256;
use crate::env::{Entropy, UnixSecond, random};
use crate::problem::ProblemKind;

/// 32 random bytes that keep a leaf from being guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Salt {
    /// A fresh salt.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)
            .map_err(|_| serde::de::Error::custom("a salt has 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}

/// What kind of statement a leaf stands for. Numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum StatementKind {
    /// A decision that counts.
    #[n(1)]
    Decision,
    /// A decision that was refused; the code says why.
    #[n(2)]
    Refusal,
    /// A request was queued.
    #[n(3)]
    Submission,
    /// A device was enrolled, suspended, resumed or revoked.
    #[n(4)]
    Device,
    /// A certificate was issued, suspended or revoked.
    #[n(5)]
    Certificate,
    /// An act of policy or administration.
    #[n(6)]
    Policy,
    /// A document signature by a foreign signer.
    #[n(7)]
    DocumentSignature,
}

/// Whether a decision was recorded or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It counts.
    Recorded,
    /// It does not count.
    Refused {
        /// Why.
        why: ProblemKind,
    },
}

/// A leaf's data: deterministic CBOR, hashed into the tree as RFC 9162 §2.1.1 says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Leaf {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// What kind of statement.
    #[n(1)]
    pub kind: StatementKind,
    /// When it was recorded.
    #[n(2)]
    pub recorded_at: UnixSecond,
    /// SHA-256 over a domain string, the salt and the statement's hash.
    #[n(3)]
    pub commitment: Sha256,
    /// For a refusal: why (a problem's slug).
    #[n(4)]
    pub why: Option<String>,
}

impl Leaf {
    /// The leaf of a statement.
    #[must_use]
    pub fn new(
        kind: StatementKind,
        recorded_at: UnixSecond,
        salt: &Salt,
        statement: &Sha256,
    ) -> Self {
        let commitment = Sha256::of_parts(&[b"trien-leaf/1\0", &salt.0, statement.as_bytes()]);
        Self { version: 1, kind, recorded_at, commitment, why: None }
    }

    /// The leaf of a decision, recorded or refused.
    #[must_use]
    pub fn of_decision(
        outcome: Outcome,
        recorded_at: UnixSecond,
        salt: &Salt,
        decision: &crate::decision::DecisionHash,
    ) -> Self {
        match outcome {
            Outcome::Recorded => Self::new(StatementKind::Decision, recorded_at, salt, &decision.0),
            Outcome::Refused { why } => Self {
                why: Some(why.slug().to_owned()),
                ..Self::new(StatementKind::Refusal, recorded_at, salt, &decision.0)
            },
        }
    }

    /// The leaf's data.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        cbor::encode(self)
    }
}
