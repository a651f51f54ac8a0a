//! The decision: who decided what about which bytes, when.
//!
//! A decision is deterministic CBOR with integer keys. Its identity is the SHA-256 of those bytes;
//! never of a signature, which a third party can vary. The approval key binds it either in the
//! CMS that signs the document (private attribute, [`crate::cms`]) or as COSE ([`crate::cose`]).

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cbor::{self, CborError};
use crate::digest::Sha256;
use crate::document::{DocumentRef, Metadata, Text};
use crate::env::UnixSecond;
use crate::id::{DeviceId, PersonId, RequestId};
use crate::pdf::check::Finding;
use crate::request::StepNumber;

/// Largest encoded decision, in bytes.
pub const MAX_DECISION_BYTES: usize = 64 * 1024;

/// The identity of a decision: SHA-256 of its CBOR.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DecisionHash(pub Sha256);

impl std::fmt::Display for DecisionHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for DecisionHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "decision:{}", self.0)
    }
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Verb {
    /// Agreed; with a document signature where the step's role asks for one.
    #[n(1)]
    Approve,
    /// Từ chối: ends the request, with a reason.
    #[n(2)]
    Reject,
    /// Trả lại: sends it back for a new version, with a reason.
    #[n(3)]
    Return,
}

/// In whose name the signer acts (Decree 30/2020, article 13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case", tag = "form")]
#[cbor(map)]
pub enum Authority {
    /// By the position itself.
    #[n(0)]
    Own {
        /// The position as written above the signature, such as "Chủ tịch".
        #[n(0)]
        position: Text<200>,
    },
    /// KT., TL. or TUQ.: in another's name, by a logged delegation.
    #[n(1)]
    Delegated {
        /// The position as written.
        #[n(0)]
        position: Text<200>,
        /// The delegation statement.
        #[n(1)]
        statement: Sha256,
    },
}

/// One document a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct DecidedDocument {
    /// The bytes as the signer saw them, earlier signatures included.
    #[n(0)]
    pub document: DocumentRef,
    /// How it is signed, when this decision signs it.
    #[n(1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
}

/// How a document's signing revision is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Signing {
    /// The builder's name, such as `pdfrev/1`.
    #[n(0)]
    pub builder: String,
    /// SHA-256 of the canonical recipe.
    #[n(1)]
    pub recipe: Sha256,
}

/// What the sheet showed when the signer confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Summary {
    /// The office's description of the document.
    #[n(0)]
    pub metadata: Metadata,
    /// Version of the structural check, such as `check/1`.
    #[n(1)]
    pub check: String,
    /// What the check found; the server finds the same or refuses.
    #[n(2)]
    pub findings: Vec<Finding>,
}

/// The newest checkpoint of the log that the phone had verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct SeenCheckpoint {
    /// Number of leaves.
    #[n(0)]
    pub size: u64,
    /// Root hash.
    #[n(1)]
    pub root: Sha256,
}

/// A decision, version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// What was decided.
    #[n(1)]
    pub verb: Verb,
    /// On which request.
    #[n(2)]
    pub request: RequestId,
    /// On which step.
    #[n(3)]
    pub step: StepNumber,
    /// On which version of the request, from 1.
    #[n(4)]
    pub revision: u32,
    /// About which bytes, the main document first.
    #[n(5)]
    pub documents: Vec<DecidedDocument>,
    /// SHA-256 of the DER of the signer's certificate.
    #[n(6)]
    pub certificate: Sha256,
    /// In whose name.
    #[n(7)]
    pub authority: Authority,
    /// What was shown.
    #[n(8)]
    pub summary: Summary,
    /// Why, in the signer's words; required to reject or return.
    #[n(9)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<2000>>,
    /// The phone's time when the sheet opened.
    #[n(10)]
    pub signed_at: UnixSecond,
    /// Not recorded after this.
    #[n(11)]
    pub valid_until: UnixSecond,
    /// The log as the phone knew it.
    #[n(12)]
    pub checkpoint: SeenCheckpoint,
    /// The app and its build.
    #[n(13)]
    pub app: Text<100>,
    /// Who decided.
    #[n(14)]
    pub person: PersonId,
    /// On which device.
    #[n(15)]
    pub device: DeviceId,
}

/// The decision contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecision {
    /// Not its deterministic encoding.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// A version this build does not know.
    #[error("decision version {0} is not known")]
    Version(u8),
    /// No document.
    #[error("a decision is about at least one document")]
    NoDocument,
    /// Rejecting and returning need a reason.
    #[error("rejecting or returning needs a reason")]
    NoReason,
    /// Only an approval signs a document.
    #[error("only an approval signs a document")]
    SignsWithoutApproving,
    /// Ends before it begins.
    #[error("valid until before it was signed")]
    Backwards,
}

impl Decision {
    /// The deterministic encoding.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and checks one.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, InvalidDecision> {
        let decision: Self = cbor::decode(bytes, MAX_DECISION_BYTES)?;
        decision.check()?;
        Ok(decision)
    }

    /// The identity.
    #[must_use]
    pub fn hash(&self) -> DecisionHash {
        DecisionHash(Sha256::of(&self.to_cbor()))
    }

    /// Whether the approval key signs a document with this decision.
    #[must_use]
    pub fn signs_document(&self) -> bool {
        self.documents.iter().any(|d| d.signing.is_some())
    }

    /// Checks what a type cannot say.
    pub fn check(&self) -> Result<(), InvalidDecision> {
        if self.version != 1 {
            return Err(InvalidDecision::Version(self.version));
        }
        if self.documents.is_empty() {
            return Err(InvalidDecision::NoDocument);
        }
        if self.verb != Verb::Approve && self.reason.is_none() {
            return Err(InvalidDecision::NoReason);
        }
        if self.verb != Verb::Approve && self.signs_document() {
            return Err(InvalidDecision::SignsWithoutApproving);
        }
        if self.valid_until <= self.signed_at {
            return Err(InvalidDecision::Backwards);
        }
        Ok(())
    }
}
