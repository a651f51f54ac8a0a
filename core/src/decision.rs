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

/// A decision. One that a foreign key's document signature is to follow is of version 2, all others of version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// 2 with `document_signer`, 1 without: see [`Decision::version_for`].
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
    /// SHA-256 of the DER of the certificate whose key signs the document afterwards, where that is another key than
    /// the approval key.
    #[n(16)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_signer: Option<Sha256>,
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
    /// A certificate for documents is named where no document is signed, or the approval key's own.
    #[error("a certificate for documents is named where it signs nothing")]
    SignerOfNothing,
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
        // Before the rest: a newer version has keys that this build would take for another encoding.
        if let Some(newer) = version(bytes).filter(|version| *version > NEWEST_VERSION) {
            return Err(InvalidDecision::Version(newer));
        }
        let decision: Self = cbor::decode(bytes, MAX_DECISION_BYTES)?;
        decision.check()?;
        Ok(decision)
    }

    /// The identity.
    #[must_use]
    pub fn hash(&self) -> DecisionHash {
        DecisionHash(Sha256::of(&self.to_cbor()))
    }

    /// The version of a decision with this certificate for documents.
    #[must_use]
    pub fn version_for(document_signer: Option<Sha256>) -> u8 {
        if document_signer.is_some() { 2 } else { 1 }
    }

    /// Whether a document is signed with this decision, by the approval key or by a foreign one.
    #[must_use]
    pub fn signs_document(&self) -> bool {
        self.documents.iter().any(|d| d.signing.is_some())
    }

    /// Checks what a type cannot say.
    pub fn check(&self) -> Result<(), InvalidDecision> {
        if self.version != Self::version_for(self.document_signer) {
            return Err(InvalidDecision::Version(self.version));
        }
        if self.document_signer.is_some()
            && (!self.signs_document() || self.document_signer == Some(self.certificate))
        {
            return Err(InvalidDecision::SignerOfNothing);
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

/// The newest version that this build knows.
const NEWEST_VERSION: u8 = 2;

/// What stands first in every version: the number of it.
fn version(bytes: &[u8]) -> Option<u8> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.map().ok()?;
    (decoder.u8().ok()? == 0).then(|| decoder.u8().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::CborError;
    use crate::pdf::check::CHECK;

    fn decision() -> Decision {
        Decision {
            version: 1,
            verb: Verb::Approve,
            request: RequestId::from_bytes([1; 16]),
            step: StepNumber(1),
            revision: 1,
            documents: vec![DecidedDocument {
                document: DocumentRef {
                    sha256: Sha256::of(b"doc"),
                    size: 3,
                    media_type: crate::document::PDF.to_owned(),
                },
                signing: Some(Signing {
                    builder: "pdfrev/1".to_owned(),
                    recipe: Sha256::of(b"recipe"),
                }),
            }],
            certificate: Sha256::of(b"certificate"),
            authority: Authority::Own { position: Text::new("Chủ tịch").unwrap() },
            summary: Summary {
                metadata: Metadata {
                    number: Some(Text::new("15/QĐ-UBND").unwrap()),
                    subject: Text::new("Phê duyệt dự toán").unwrap(),
                    kind: Text::new("Quyết định").unwrap(),
                    issuer: Text::new("UBND xã Bình Minh").unwrap(),
                    urgency: crate::document::Urgency::Urgent,
                },
                check: CHECK.to_owned(),
                findings: vec![Finding::SignedBefore { count: 2 }, Finding::OptionalContent],
            },
            reason: None,
            signed_at: UnixSecond::new(1_760_000_000),
            valid_until: UnixSecond::new(1_760_086_400),
            checkpoint: SeenCheckpoint { size: 4, root: Sha256::of(b"root") },
            app: Text::new("trien-test 1").unwrap(),
            person: PersonId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([3; 16]),
            document_signer: None,
        }
    }

    fn by_foreign_key() -> Decision {
        Decision { version: 2, document_signer: Some(Sha256::of(b"token")), ..decision() }
    }

    // Whoever knows version 1 alone must not take it for a decision whose document is signed.
    #[test]
    fn a_foreign_signer_makes_it_version_2_and_nothing_else_does() {
        let bytes = by_foreign_key().to_cbor();
        assert_eq!(bytes[..3], [0xb0, 0x00, 0x02], "a map of 16 with version 2 first");
        assert_eq!(bytes[3..decision().to_cbor().len()], decision().to_cbor()[3..]);
        assert_eq!(Decision::from_cbor(&bytes).unwrap(), by_foreign_key());
        let refused = |change: &dyn Fn(&mut Decision)| {
            let mut decision = by_foreign_key();
            change(&mut decision);
            Decision::from_cbor(&decision.to_cbor()).unwrap_err()
        };
        assert_eq!(refused(&|d| d.version = 1), InvalidDecision::Version(1));
        assert_eq!(refused(&|d| d.document_signer = None), InvalidDecision::Version(2));
        assert_eq!(refused(&|d| d.documents[0].signing = None), InvalidDecision::SignerOfNothing);
        let own = refused(&|d| d.document_signer = Some(d.certificate));
        assert_eq!(own, InvalidDecision::SignerOfNothing);
        let newer = [&[0xb1, 0x00, 0x03], &bytes[3..], &[0x18, 0x63, 0x01]].concat();
        assert_eq!(Decision::from_cbor(&newer), Err(InvalidDecision::Version(3)));
    }

    #[test]
    fn a_decision_reads_back_as_it_was() {
        let bytes = decision().to_cbor();
        assert_eq!(Decision::from_cbor(&bytes).unwrap(), decision());
    }

    // The bytes of version 1 must never change: evidence of years depends on them.
    #[test]
    fn the_encoding_of_version_1_is_frozen() {
        let expected = include_str!("../../tests/vectors/decision-1.hex").trim();
        assert_eq!(hex::encode(decision().to_cbor()), expected);
        assert_eq!(
            decision().hash().to_string(),
            Sha256::of(&hex::decode(expected).unwrap()).to_string()
        );
    }

    #[test]
    fn a_second_encoding_of_the_same_decision_is_refused() {
        let bytes = decision().to_cbor();
        assert_eq!(bytes[..3], [0xaf, 0x00, 0x01], "a map of 15 with version 1 first");
        let overlong = [&[0xaf, 0x00, 0x18, 0x01], &bytes[3..]].concat();
        assert_eq!(
            Decision::from_cbor(&overlong),
            Err(InvalidDecision::Encoding(CborError::NotDeterministic))
        );
        let trailing = [&bytes[..], &[0]].concat();
        assert!(Decision::from_cbor(&trailing).is_err());
    }

    #[test]
    fn every_truncation_and_every_flipped_byte_is_refused_or_another_decision() {
        let bytes = decision().to_cbor();
        for end in 0..bytes.len() {
            assert!(Decision::from_cbor(&bytes[..end]).is_err());
        }
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            if let Ok(other) = Decision::from_cbor(&changed) {
                assert_ne!(other.hash(), decision().hash());
            }
        }
    }

    #[test]
    fn contradictions_are_refused() {
        let refused = |change: &dyn Fn(&mut Decision)| {
            let mut decision = decision();
            change(&mut decision);
            Decision::from_cbor(&decision.to_cbor()).unwrap_err()
        };
        assert_eq!(refused(&|d| d.version = 2), InvalidDecision::Version(2));
        assert_eq!(refused(&|d| d.documents.clear()), InvalidDecision::NoDocument);
        assert_eq!(refused(&|d| d.verb = Verb::Reject), InvalidDecision::NoReason);
        assert_eq!(refused(&|d| d.valid_until = d.signed_at), InvalidDecision::Backwards);
        let signs = refused(&|d| {
            d.verb = Verb::Return;
            d.reason = Some(Text::new("Sai thể thức").unwrap());
        });
        assert_eq!(signs, InvalidDecision::SignsWithoutApproving);
    }
}
