//! Acts by which an outside authority became, or ceased to be, one whose signatures are trusted.
//!
//! What a phone trusts changes only by an act that stands in the log: the server hands over the statement with
//! its place, and the phone recomputes the leaf and the way to the checkpoint it just verified. A server that
//! keeps an act back, or says that the device's unit lies below others than it does, is not noticed by this; one
//! that makes an act up is.

use serde::{Deserialize, Serialize};

use crate::certificate::{Certificate, CertificateError};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::{AnchorId, UnitId};
use crate::log::leaf::{Leaf, Salt, StatementKind};
use crate::log::tree::{ProofError, TreeHead, leaf_hash, verify_inclusion};
use crate::wire::Base64;

/// The act by which an anchor is in force, as its statement names it.
pub const CONFIRMED: &str = "anchor-confirmed";
/// The act by which one that was in force ended.
pub const ENDED: &str = "anchor-ended";

/// Most acts of one answer; the others come with the next.
pub const MAX_ACTS: usize = 64;

/// An act as the server hands it over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorAct {
    /// The statement, JSON, byte for byte as its leaf commits to it.
    pub statement: String,
    /// When it was recorded.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// The leaf's place in the log, from 0.
    pub leaf: u64,
    /// Inclusion proof under the checkpoint of the same answer (RFC 9162 §2.1.3), from the leaf up.
    pub inclusion: Vec<Sha256>,
    /// DER of the authority's certificate.
    pub certificate: Base64,
}

/// What an act says, once it is known to stand in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The authority is trusted.
    Confirmed {
        /// By which anchor.
        anchor: AnchorId,
        /// In which unit, and those below it.
        unit: UnitId,
        /// Its certificate.
        certificate: Box<Certificate>,
    },
    /// This anchor does not count any more.
    Ended {
        /// Which.
        anchor: AnchorId,
        /// In which unit, and those below it.
        unit: UnitId,
        /// SHA-256 of its certificate.
        certificate: Sha256,
    },
}

/// An act is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnchorAct {
    /// Its leaf does not stand in the log.
    #[error("the act that changes what is trusted does not stand in the log: {0}")]
    Inclusion(#[from] ProofError),
    /// The statement is none about an anchor.
    #[error("the act that changes what is trusted says something else")]
    OtherStatement,
    /// It is about a unit that is neither the device's nor above it.
    #[error("the act that changes what is trusted is about another unit")]
    OtherUnit,
    /// Another certificate than the statement names.
    #[error("the act that changes what is trusted names another certificate")]
    OtherCertificate,
    /// The certificate cannot be read.
    #[error("the certificate of an authority to trust: {0}")]
    Certificate(#[from] CertificateError),
}

/// What phones need of the statement; whoever administers reads the rest.
#[derive(Deserialize)]
struct Statement {
    act: String,
    anchor: AnchorId,
    unit: UnitId,
    certificate: Sha256,
}

impl Said {
    /// For which unit, and those below it, it is said.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        match self {
            Self::Confirmed { unit, .. } | Self::Ended { unit, .. } => *unit,
        }
    }
}

impl AnchorAct {
    /// Checks that the act stands in the log with this head, and gives what it says.
    pub fn verify(&self, head: TreeHead) -> Result<Said, InvalidAnchorAct> {
        let hash = Sha256::of(self.statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, self.recorded_at, &self.salt, &hash);
        let leaf = leaf_hash(&leaf.to_cbor());
        verify_inclusion(&leaf, self.leaf, head.size, &self.inclusion, &head.root)?;
        let statement: Statement =
            serde_json::from_str(&self.statement).map_err(|_| InvalidAnchorAct::OtherStatement)?;
        let Statement { act, anchor, unit, certificate } = statement;
        match act.as_str() {
            CONFIRMED if Sha256::of(&self.certificate.0) != certificate => {
                Err(InvalidAnchorAct::OtherCertificate)
            }
            CONFIRMED => {
                let certificate = Box::new(Certificate::parse(&self.certificate.0)?);
                Ok(Said::Confirmed { anchor, unit, certificate })
            }
            ENDED => Ok(Said::Ended { anchor, unit, certificate }),
            _ => Err(InvalidAnchorAct::OtherStatement),
        }
    }
}
