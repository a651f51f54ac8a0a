//! Statements that sign no document: `COSE_Sign1` (RFC 9052 §4.2) with ES256 (RFC 9053 §2.1).
//!
//! Reviews, rejections, returns and delegations are signed this way by the approval key. The protected
//! header holds the algorithm, the content type and the hash of the certificate (`x5t`, RFC 9360 §2);
//! nothing is unprotected. There is one encoding of a statement: [`verify`] encodes again and
//! demands the same bytes, so neither header nor signature can be varied by others, and a statement
//! of one kind never passes for one of another.

use minicbor::data::Tag;
use minicbor::{Decoder, Encoder};

use crate::decision::MAX_DECISION_BYTES;
use crate::digest::Sha256;
use crate::signer::{self, SignerError};

/// The content type of a decision.
pub const DECISION_CONTENT_TYPE: &str = "application/vnd.trien.decision+cbor";

/// The content type of a delegation.
pub const DELEGATION_CONTENT_TYPE: &str = "application/vnd.trien.delegation+cbor";

/// What a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A decision.
    Decision,
    /// A delegation.
    Delegation,
}

impl Content {
    /// Its content type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Decision => DECISION_CONTENT_TYPE,
            Self::Delegation => DELEGATION_CONTENT_TYPE,
        }
    }
}

/// The largest statement that is read, in bytes.
pub const MAX_STATEMENT_BYTES: usize = MAX_DECISION_BYTES + 1024;

// IANA "COSE Header Parameters" and "COSE Algorithms".
const HEADER_ALGORITHM: i8 = 1;
const HEADER_CONTENT_TYPE: i8 = 3;
const HEADER_X5T: i8 = 34;
const ES256: i8 = -7;
const SHA_256: i8 = -16;
const SIGN1: Tag = Tag::new(18);

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// Too large.
    #[error("the statement has {0} bytes, the limit is {MAX_STATEMENT_BYTES}")]
    TooLarge(usize),
    /// Not the structure of RFC 9052 §4.2.
    #[error("not a tagged COSE_Sign1 (RFC 9052)")]
    Malformed,
    /// Another header, or another encoding of the same.
    #[error("the statement is not in the one form of this product")]
    NotCanonical,
    /// The signature is the other twin, which third parties can make.
    #[error("the signature does not have the lower s")]
    HighS,
    /// Another key, or something was changed.
    #[error("the signature of the statement does not verify")]
    WrongSignature,
    /// The certificate's key cannot be used.
    #[error("the certificate's key is not a P-256 key")]
    WrongKey,
}

/// What the approval key signs for `decision_cbor`: the `Sig_structure` of RFC 9052 §4.4.
#[must_use]
pub fn sig_structure(decision_cbor: &[u8], certificate: Sha256) -> Vec<u8> {
    sig_structure_as(Content::Decision, decision_cbor, certificate)
}

/// The same for a statement of another kind.
#[must_use]
pub fn sig_structure_as(content: Content, payload: &[u8], certificate: Sha256) -> Vec<u8> {
    encode(|e| {
        e.array(4)?
            .str("Signature1")?
            .bytes(&protected_header(content, certificate))?
            .bytes(&[])?
            .bytes(payload)?;
        Ok(())
    })
}

/// Puts the key's signature, DER or raw, into a statement; `spki` is the key's public half.
pub fn assemble(
    decision_cbor: &[u8],
    certificate: Sha256,
    signature: &[u8],
    spki: &[u8],
) -> Result<Vec<u8>, SignerError> {
    assemble_as(Content::Decision, decision_cbor, certificate, signature, spki)
}

/// The same for a statement of another kind.
pub fn assemble_as(
    content: Content,
    payload: &[u8],
    certificate: Sha256,
    signature: &[u8],
    spki: &[u8],
) -> Result<Vec<u8>, SignerError> {
    let signed = sig_structure_as(content, payload, certificate);
    let signature = signer::to_raw(&signer::normalise(signature, &signed, spki)?)?;
    Ok(statement(content, payload, certificate, &signature))
}

/// A statement as presented: in the right form, but not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What was signed: deterministic CBOR, to be read by
    /// [`Decision::from_cbor`](crate::decision::Decision::from_cbor) or
    /// [`Delegation::from_cbor`](crate::delegation::Delegation::from_cbor).
    pub payload: Vec<u8>,
    content: Content,
    /// SHA-256 of the DER of the certificate that it names.
    pub certificate: Sha256,
    signature: [u8; 64],
}

impl Statement {
    /// Reads a decision's statement in its one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, CoseError> {
        Self::parse_as(Content::Decision, bytes)
    }

    /// Reads a statement of this kind in its one form.
    pub fn parse_as(content: Content, bytes: &[u8]) -> Result<Self, CoseError> {
        if bytes.len() > MAX_STATEMENT_BYTES {
            return Err(CoseError::TooLarge(bytes.len()));
        }
        let parsed = decode(content, bytes).ok_or(CoseError::Malformed)?;
        let again = statement(content, &parsed.payload, parsed.certificate, &parsed.signature);
        if again == bytes { Ok(parsed) } else { Err(CoseError::NotCanonical) }
    }

    /// Verifies the signature under the certificate's key `spki`. That the key belongs to the
    /// certificate named is for the caller to know.
    pub fn verify(&self, spki: &[u8]) -> Result<(), CoseError> {
        let signature = signer::from_raw(&self.signature).map_err(|_| CoseError::WrongSignature)?;
        let signed = sig_structure_as(self.content, &self.payload, self.certificate);
        signer::verify(&signature, &signed, spki).map_err(|error| match error {
            SignerError::NotP256 => CoseError::WrongKey,
            _ => CoseError::WrongSignature,
        })?;
        if signer::is_low_s(&signature) { Ok(()) } else { Err(CoseError::HighS) }
    }
}

/// Reads and verifies a decision's statement by the key of the certificate's holder.
pub fn verify(bytes: &[u8], certificate: Sha256, spki: &[u8]) -> Result<Statement, CoseError> {
    verify_as(Content::Decision, bytes, certificate, spki)
}

/// The same for a statement of another kind.
pub fn verify_as(
    content: Content,
    bytes: &[u8],
    certificate: Sha256,
    spki: &[u8],
) -> Result<Statement, CoseError> {
    let statement = Statement::parse_as(content, bytes)?;
    if statement.certificate != certificate {
        return Err(CoseError::WrongSignature);
    }
    statement.verify(spki)?;
    Ok(statement)
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn encode(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Written) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut Encoder::new(&mut bytes)).expect("writing to memory cannot fail");
    bytes
}

fn protected_header(content: Content, certificate: Sha256) -> Vec<u8> {
    encode(|e| {
        e.map(3)?.i8(HEADER_ALGORITHM)?.i8(ES256)?;
        e.i8(HEADER_CONTENT_TYPE)?.str(content.media_type())?;
        e.i8(HEADER_X5T)?.array(2)?.i8(SHA_256)?.bytes(certificate.as_bytes())?;
        Ok(())
    })
}

fn statement(
    content: Content,
    payload: &[u8],
    certificate: Sha256,
    signature: &[u8; 64],
) -> Vec<u8> {
    encode(|e| {
        e.tag(SIGN1)?.array(4)?.bytes(&protected_header(content, certificate))?.map(0)?;
        e.bytes(payload)?.bytes(signature)?;
        Ok(())
    })
}

// Loose on purpose: what differs from our form shows when it is written again.
fn decode(content: Content, bytes: &[u8]) -> Option<Statement> {
    let mut d = Decoder::new(bytes);
    (d.tag().ok()? == SIGN1).then_some(())?;
    d.array().ok()?;
    let protected = d.bytes().ok()?;
    d.map().ok()?;
    let payload = d.bytes().ok()?.to_vec();
    let signature = d.bytes().ok()?.try_into().ok()?;
    // The hash is the last thing in our protected header.
    let hash = protected.get(protected.len().checked_sub(32)?..)?;
    let certificate = Sha256::from_slice(hash).ok()?;
    Some(Statement { payload, content, certificate, signature })
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use p256::ecdsa::Signature;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::office::Office;
    use crate::testing::{golden, software_key};

    const DECISION: &[u8] = b"\xa1\x00\x01";

    fn signed(office: &Office) -> Vec<u8> {
        let certificate = office.person.sha256();
        let signature = office.person_key.sign_now(&sig_structure(DECISION, certificate));
        assemble(DECISION, certificate, &signature, office.person.public_key()).unwrap()
    }

    #[test]
    fn a_statement_equals_the_committed_vector() {
        let office = Office::new();
        let statement = signed(&office);
        golden("signatures/statement.cose", &statement);
        let read = verify(&statement, office.person.sha256(), office.person.public_key()).unwrap();
        assert_eq!(read.payload, DECISION);
    }

    #[test]
    fn no_changed_bit_passes() {
        let office = Office::new();
        let statement = signed(&office);
        for at in 0..statement.len() {
            for bit in 0..8 {
                let mut changed = statement.clone();
                changed[at] ^= 1 << bit;
                let result = verify(&changed, office.person.sha256(), office.person.public_key());
                assert!(result.is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn the_other_twin_of_a_signature_is_refused() {
        let office = Office::new();
        let mut statement = signed(&office);
        let start = statement.len() - 64;
        let low = Signature::from_slice(&statement[start..]).unwrap();
        let high = Signature::from_scalars(low.r(), -low.s()).unwrap();
        statement[start..].copy_from_slice(&high.to_bytes());
        assert_eq!(
            verify(&statement, office.person.sha256(), office.person.public_key()),
            Err(CoseError::HighS)
        );
    }

    #[test]
    fn other_headers_keys_and_endings_are_refused() {
        let office = Office::new();
        let (certificate, key) = (office.person.sha256(), office.person.public_key());
        let statement = signed(&office);
        let other_key = software_key(9).public_key();
        assert_eq!(verify(&statement, certificate, &other_key), Err(CoseError::WrongSignature));
        assert_eq!(verify(&statement, certificate, b""), Err(CoseError::WrongKey));
        let other_certificate = office.issuing.sha256();
        assert_eq!(verify(&statement, other_certificate, key), Err(CoseError::WrongSignature));
        let mut longer = statement.clone();
        longer.push(0);
        assert_eq!(verify(&longer, certificate, key), Err(CoseError::NotCanonical));
        assert_eq!(verify(&statement[1..], certificate, key), Err(CoseError::Malformed));
        let huge = vec![0xd2; MAX_STATEMENT_BYTES + 1];
        assert_eq!(Statement::parse(&huge), Err(CoseError::TooLarge(huge.len())));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Statement::parse(&bytes).is_err());
        }
    }
}
