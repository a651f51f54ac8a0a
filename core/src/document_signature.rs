//! What became of a document signature that a foreign key was to make: the statement behind a leaf of the kind
//! [`StatementKind::DocumentSignature`].
//!
//! A decision that names a foreign certificate is logged at once; this is the second leaf. It says that the signature
//! was made, and which, or that none came. What was decided stands in the decision alone.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};
use minicbor::{Decode, Encode};

use crate::cbor::{self, CborError};
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::log::checkpoint::{Checkpoint, VerifierKey};
use crate::log::leaf::{Leaf, Salt, StatementKind};
use crate::log::proof::{InclusionError, InclusionProof};

/// Longest time that a document signature is awaited after its decision, in seconds.
pub const AWAITED_SECONDS: i64 = 24 * 3600;

/// Most issuers that go into a document with a foreign key's certificate.
pub const MAX_ISSUERS: usize = 4;

/// Largest encoded statement, in bytes.
pub const MAX_STATEMENT_BYTES: usize = 512;

/// How waiting for a document signature ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum End {
    /// It was made.
    #[n(1)]
    Signed,
    /// None came in time.
    #[n(2)]
    Expired,
    /// What it was awaited for is not so any more: the request ended, the part is somebody else's or was overtaken, or
    /// the post, the delegation or a certificate by which it was decided or was to be signed does not hold.
    #[n(3)]
    Withdrawn,
}

impl End {
    /// Its name in the database and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The statement: deterministic CBOR.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DocumentSignature {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The decision that the signature carries.
    #[n(1)]
    pub decision: Sha256,
    /// What became of it.
    #[n(2)]
    pub end: End,
    /// SHA-256 of the CMS; where it was made.
    #[n(3)]
    pub cms: Option<Sha256>,
    /// SHA-256 of the document with the signature in it; where it was made.
    #[n(4)]
    pub document: Option<Sha256>,
}

/// A statement that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStatement {
    /// Not its deterministic encoding.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// A version this build does not know.
    #[error("document signature version {0} is not known")]
    Version(u8),
    /// It was made, but not which; or the other way round.
    #[error("it says of no signature that it was made, or of one that it was not")]
    Contradiction,
}

impl DocumentSignature {
    /// That the signature `cms` was made, which gives the document of this digest.
    #[must_use]
    pub fn signed(decision: DecisionHash, cms: Sha256, document: Sha256) -> Self {
        let (cms, document) = (Some(cms), Some(document));
        Self { version: 1, decision: decision.0, end: End::Signed, cms, document }
    }

    /// That none came.
    #[must_use]
    pub fn none(decision: DecisionHash, end: End) -> Self {
        Self { version: 1, decision: decision.0, end, cms: None, document: None }
    }

    /// The deterministic encoding.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and checks one.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, InvalidStatement> {
        let read: Self = cbor::decode(bytes, MAX_STATEMENT_BYTES)?;
        if read.version != 1 {
            return Err(InvalidStatement::Version(read.version));
        }
        let is_made = read.end == End::Signed;
        if read.cms.is_some() != is_made || read.document.is_some() != is_made {
            return Err(InvalidStatement::Contradiction);
        }
        Ok(read)
    }

    /// Its leaf.
    #[must_use]
    pub fn leaf(&self, recorded_at: UnixSecond, salt: &Salt) -> Leaf {
        let hash = Sha256::of(&self.to_cbor());
        Leaf::new(StatementKind::DocumentSignature, recorded_at, salt, &hash)
    }
}

/// A statement with its place in the log, as the evidence of its decision carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The statement, deterministic CBOR.
    pub statement: Vec<u8>,
    /// When it was recorded.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// Place in the log and signed checkpoint.
    pub proof: InclusionProof,
}

/// A statement that does not prove itself, or is about something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// It is none.
    #[error("the statement about the document signature is not valid: {0}")]
    Statement(#[from] InvalidStatement),
    /// It is about another decision.
    #[error("the statement about the document signature is of another decision")]
    OtherDecision,
    /// It does not stand in the log.
    #[error("the statement about the document signature does not stand in the log: {0}")]
    Inclusion(#[from] InclusionError),
}

/// What a genuine statement shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What became of the signature.
    pub signature: DocumentSignature,
    /// When, by the log.
    pub recorded_at: UnixSecond,
    /// Its leaf's place, from 0.
    pub index: u64,
    /// The checkpoint that vouches for it.
    pub checkpoint: Checkpoint,
}

impl Recorded {
    /// Checks statement → leaf → root.
    pub fn verify(&self, decision: DecisionHash, key: &VerifierKey) -> Result<Shown, Unproved> {
        let signature = DocumentSignature::from_cbor(&self.statement)?;
        if signature.decision != decision.0 {
            return Err(Unproved::OtherDecision);
        }
        let checkpoint = self.proof.verify(&signature.leaf(self.recorded_at, &self.salt), key)?;
        let index = self.proof.index;
        Ok(Shown { signature, recorded_at: self.recorded_at, index, checkpoint })
    }
}

/// One line: the four parts in base64, decimal and hexadecimal, with blanks between.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statement = Base64::encode_string(&self.statement);
        let proof = Base64::encode_string(self.proof.to_string().as_bytes());
        let salt = hex::encode(self.salt.0);
        write!(f, "{statement} {} {salt} {proof}", self.recorded_at.get())
    }
}

/// The line is not readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a statement about a document signature")]
pub struct Unreadable;

impl FromStr for Recorded {
    type Err = Unreadable;
    fn from_str(line: &str) -> Result<Self, Unreadable> {
        let mut parts = line.split(' ');
        let mut part = || parts.next().ok_or(Unreadable);
        let statement = Base64::decode_vec(part()?).map_err(|_| Unreadable)?;
        let second: i64 = part()?.parse().map_err(|_| Unreadable)?;
        let salt = Sha256::from_str(part()?).map_err(|_| Unreadable)?;
        let proof = Base64::decode_vec(part()?).map_err(|_| Unreadable)?;
        let proof = String::from_utf8(proof).map_err(|_| Unreadable)?;
        let proof = proof.parse().map_err(|_| Unreadable)?;
        let recorded_at = UnixSecond::new(second);
        let read = Self { statement, recorded_at, salt: Salt(salt.0), proof };
        // One text for one statement.
        if read.to_string() == line { Ok(read) } else { Err(Unreadable) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision() -> DecisionHash {
        DecisionHash(Sha256::of(b"decision"))
    }

    #[test]
    fn a_statement_reads_back_and_never_contradicts_itself() {
        let signed =
            DocumentSignature::signed(decision(), Sha256::of(b"cms"), Sha256::of(b"document"));
        for statement in [
            signed.clone(),
            DocumentSignature::none(decision(), End::Expired),
            DocumentSignature::none(decision(), End::Withdrawn),
        ] {
            assert_eq!(DocumentSignature::from_cbor(&statement.to_cbor()), Ok(statement));
        }
        for bent in [
            DocumentSignature { end: End::Expired, ..signed.clone() },
            DocumentSignature { cms: None, ..signed.clone() },
            DocumentSignature::none(decision(), End::Signed),
        ] {
            let read = DocumentSignature::from_cbor(&bent.to_cbor());
            assert_eq!(read, Err(InvalidStatement::Contradiction));
        }
        let newer = DocumentSignature { version: 2, ..signed };
        let read = DocumentSignature::from_cbor(&newer.to_cbor());
        assert_eq!(read, Err(InvalidStatement::Version(2)));
    }
}
