//! The algorithms that others sign with: what each is called, how it is verified, which are weak.
//!
//! Trien itself signs with ECDSA on P-256 and SHA-256 alone ([`signer`](crate::signer)). What
//! arrives was signed by others, so this is wider, and public keys are all it ever holds: the
//! timing leak of the RSA implementation (RUSTSEC-2023-0071) concerns private keys.

mod digest;
mod key;
pub(crate) mod spki;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::asn1::{Element, INTEGER, InvalidDer, NULL, OID, SEQUENCE, context_constructed};
use crate::oid;
use crate::signer;

pub use digest::Digest;

/// How a signature was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS (RFC 8017 §8.1) whose mask is made with the same digest.
    RsaPss {
        /// Of message and mask.
        digest: Digest,
        /// Bytes of the salt.
        salt: usize,
    },
    /// ECDSA (FIPS 186-5); the curve is the key's.
    Ecdsa(Digest),
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// One that this product does not compute, as a dotted object identifier or in words.
    Unsupported(String),
}

/// Why a signature that verifies proves little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Two documents with one digest can be made.
    #[error("{0} is weak")]
    Digest(Digest),
    /// Within reach of factoring.
    #[error("an RSA key of {0} bits is weak")]
    ShortRsa(u32),
}

/// A signature that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Scheme, digest and key in one line, such as `RSA-PSS 3072 with SHA-256`.
    pub algorithm: String,
    /// Why it proves little, if it does.
    pub weakness: Option<Weakness>,
}

/// A key that documents may be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKey {
    /// On P-256.
    P256,
    /// RSA of 2048 bits or more.
    Rsa,
}

/// Whether documents may be signed with the key `spki`, and how.
pub(crate) fn signs_documents(spki: &[u8]) -> Option<DocumentKey> {
    match key::PublicKey::read(spki).ok()? {
        key::PublicKey::P256(_) => Some(DocumentKey::P256),
        key @ key::PublicKey::Rsa(_) => {
            key.rsa_bits().is_some_and(|bits| bits >= MIN_RSA_BITS).then_some(DocumentKey::Rsa)
        }
        _ => None,
    }
}

/// Why a signature did not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Nothing is known of it: the algorithm or the key is of a kind that is not computed.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// It is not a signature of these bytes by this key.
    #[error("the signature does not verify")]
    Wrong,
}

impl Scheme {
    /// Reads the `AlgorithmIdentifier` of a certificate, a list or an answer.
    pub(crate) fn read(algorithm: Element<'_>) -> Result<Self, InvalidDer> {
        Self::read_beside(algorithm, None)
    }

    /// Reads the one of a CMS signer, who may name the key alone: the digest then stands beside it.
    pub(crate) fn read_beside(
        algorithm: Element<'_>,
        beside: Option<Digest>,
    ) -> Result<Self, InvalidDer> {
        let mut fields = algorithm.inside();
        let kind = fields.expect(OID)?.value;
        let unsupported = || Self::Unsupported(oid::dotted(kind));
        if kind == oid::RSASSA_PSS {
            return read_pss(fields.optional(SEQUENCE)?);
        }
        // RSA has NULL (RFC 4055 §5), the others nothing (RFC 5758 §3.2, RFC 8410 §3); RSA without
        // NULL is common enough to be read.
        if let Some(parameters) = fields.optional(NULL)?
            && !parameters.value.is_empty()
        {
            return Err(InvalidDer);
        }
        fields.finish()?;
        if let Some((_, digest)) = RSA.iter().find(|(known, _)| *known == kind) {
            return Ok(Self::RsaPkcs1(*digest));
        }
        if let Some((_, digest)) = ECDSA.iter().find(|(known, _)| *known == kind) {
            return Ok(Self::Ecdsa(*digest));
        }
        Ok(match (kind, beside) {
            (oid::ED25519, _) => Self::Ed25519,
            (oid::RSA_ENCRYPTION, Some(digest)) => Self::RsaPkcs1(digest),
            (oid::EC_PUBLIC_KEY, Some(digest)) => Self::Ecdsa(digest),
            _ => unsupported(),
        })
    }

    /// The digest over what is signed; Ed25519 has its own inside.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss { digest, .. } | Self::Ecdsa(digest) => {
                Some(*digest)
            }
            Self::Ed25519 | Self::Unsupported(_) => None,
        }
    }

    /// Verifies a signature over `parts`, one after the other, under `spki` (DER
    /// `SubjectPublicKeyInfo`).
    pub fn verify(
        &self,
        parts: &[&[u8]],
        signature: &[u8],
        spki: &[u8],
    ) -> Result<Verified, VerifyError> {
        if let Self::Unsupported(name) = self {
            return Err(VerifyError::Unsupported(name.clone()));
        }
        let key = key::PublicKey::read(spki)?;
        match (self, &key, parts) {
            // What Trien itself signs with, and the only one that is verified often.
            (Self::Ecdsa(Digest::Sha256), key::PublicKey::P256(_), [message]) => {
                signer::verify(signature, message, spki).map_err(|_| VerifyError::Wrong)?;
            }
            _ => key.verify(self, parts, signature)?,
        }
        let short = key.rsa_bits().filter(|bits| *bits < MIN_RSA_BITS).map(Weakness::ShortRsa);
        let digest = self.digest().filter(|digest| digest.is_weak()).map(Weakness::Digest);
        Ok(Verified { algorithm: self.describe(&key), weakness: digest.or(short) })
    }

    fn describe(&self, key: &key::PublicKey) -> String {
        match self {
            Self::RsaPkcs1(digest) => format!("RSA {} with {digest}", key.name()),
            Self::RsaPss { digest, .. } => format!("RSA-PSS {} with {digest}", key.name()),
            Self::Ecdsa(digest) => format!("ECDSA {} with {digest}", key.name()),
            Self::Ed25519 => "Ed25519".to_owned(),
            Self::Unsupported(name) => name.clone(),
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSA with {digest}"),
            Self::RsaPss { digest, .. } => write!(f, "RSA-PSS with {digest}"),
            Self::Ecdsa(digest) => write!(f, "ECDSA with {digest}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Unsupported(name) => f.write_str(name),
        }
    }
}

// NIST SP 800-131A Rev. 2: below 112 bits of strength, that is 2048 bits of RSA, nothing is signed
// any more.
const MIN_RSA_BITS: u32 = 2048;

const RSA: [(&[u8], Digest); 8] = [
    (oid::MD5_WITH_RSA, Digest::Md5),
    (oid::SHA_1_WITH_RSA, Digest::Sha1),
    (oid::SHA_256_WITH_RSA, Digest::Sha256),
    (oid::SHA_384_WITH_RSA, Digest::Sha384),
    (oid::SHA_512_WITH_RSA, Digest::Sha512),
    (oid::SHA3_256_WITH_RSA, Digest::Sha3_256),
    (oid::SHA3_384_WITH_RSA, Digest::Sha3_384),
    (oid::SHA3_512_WITH_RSA, Digest::Sha3_512),
];

const ECDSA: [(&[u8], Digest); 7] = [
    (oid::ECDSA_WITH_SHA_1, Digest::Sha1),
    (oid::ECDSA_WITH_SHA_256, Digest::Sha256),
    (oid::ECDSA_WITH_SHA_384, Digest::Sha384),
    (oid::ECDSA_WITH_SHA_512, Digest::Sha512),
    (oid::ECDSA_WITH_SHA3_256, Digest::Sha3_256),
    (oid::ECDSA_WITH_SHA3_384, Digest::Sha3_384),
    (oid::ECDSA_WITH_SHA3_512, Digest::Sha3_512),
];

/// `RSASSA-PSS-params` (RFC 4055 §3.1): what is left out is SHA-1 and a salt of 20.
fn read_pss(parameters: Option<Element<'_>>) -> Result<Scheme, InvalidDer> {
    let Some(parameters) = parameters else {
        return Ok(Scheme::Unsupported("RSA-PSS without parameters".to_owned()));
    };
    let mut fields = parameters.inside();
    let digest = match fields.optional(context_constructed(0))? {
        Some(wrapped) => Digest::read(wrapped.inside().expect(SEQUENCE)?)?,
        None => Some(Digest::Sha1),
    };
    let mask = match fields.optional(context_constructed(1))? {
        Some(wrapped) => {
            let mut mask = wrapped.inside().expect(SEQUENCE)?.inside();
            match mask.expect(OID)?.value {
                oid::MGF_1 => Digest::read(mask.expect(SEQUENCE)?)?,
                _ => None,
            }
        }
        None => Some(Digest::Sha1),
    };
    let salt = match fields.optional(context_constructed(2))? {
        Some(wrapped) => wrapped.inside().expect(INTEGER)?.small()?,
        None => 20,
    };
    if let Some(trailer) = fields.optional(context_constructed(3))?
        && trailer.inside().expect(INTEGER)?.small()? != 1
    {
        return Err(InvalidDer);
    }
    fields.finish()?;
    let salt = usize::try_from(salt).map_err(|_| InvalidDer)?;
    Ok(match (digest, mask) {
        (Some(digest), Some(mask)) if digest == mask => Scheme::RsaPss { digest, salt },
        (Some(_), Some(_)) => Scheme::Unsupported("RSA-PSS with two digests".to_owned()),
        _ => Scheme::Unsupported("RSA-PSS with another digest or mask".to_owned()),
    })
}
