//! The door to a foreign key that signs documents: in a token, a SIM or with a remote service.
//!
//! Such a key never decides. It signs the attributes of a document signature, which carry the hash of a decision that
//! its holder made on the phone.

use crate::algorithm::{Digest, Scheme};
use crate::asn1::{NULL, OID, SEQUENCE, write};
use crate::{algorithm, oid, signer};

use super::SignerError;

/// A key outside phones, with the certificates that belong to it. Asking it may block: for a PIN, a touch or a network.
pub trait DocumentSigner: Send + Sync {
    /// Certificates in DER: the key's own first, then its issuers as far as they are at hand.
    fn certificates(&self) -> &[Vec<u8>];

    /// How it signs; [`scheme_of`] says it of a certificate's key.
    fn scheme(&self) -> Scheme;

    /// Signs `signed_attributes`: the DER of the attributes, as a SET OF with tag 0x31 (RFC 5652 §5.4). The message is
    /// given whole; a key that only takes digests is given its SHA-256, for RSA as `DigestInfo` (RFC 8017 §9.2).
    ///
    /// The answer is RSASSA-PKCS1-v1_5, or for ECDSA either DER or raw `r || s` of either `s`.
    fn sign(&self, signed_attributes: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// How a key of this kind signs documents: ECDSA on P-256 or RSASSA-PKCS1-v1_5 from 2048 bits, both with SHA-256. None
/// for every other key; `spki` is DER `SubjectPublicKeyInfo`.
#[must_use]
pub fn scheme_of(spki: &[u8]) -> Option<Scheme> {
    match algorithm::signs_documents(spki)? {
        algorithm::DocumentKey::P256 => Some(Scheme::Ecdsa(Digest::Sha256)),
        algorithm::DocumentKey::Rsa => Some(Scheme::RsaPkcs1(Digest::Sha256)),
    }
}

/// Verifies what a key answered over `message`, and brings it into the one form that is kept: for ECDSA DER with the
/// lower `s`, for RSA as it is.
pub(crate) fn normalise(
    scheme: &Scheme,
    signature: &[u8],
    message: &[u8],
    spki: &[u8],
) -> Result<Vec<u8>, SignerError> {
    if scheme_of(spki).as_ref() != Some(scheme) {
        return Err(SignerError::UnusableKey);
    }
    if *scheme == Scheme::Ecdsa(Digest::Sha256) {
        return signer::normalise(signature, message, spki);
    }
    let verified = scheme.verify(&[message], signature, spki);
    verified.map(|_| signature.to_vec()).map_err(|_| SignerError::WrongSignature)
}

/// The `AlgorithmIdentifier` of a scheme that [`normalise`] takes.
pub(crate) fn algorithm_identifier(scheme: &Scheme) -> Option<Vec<u8>> {
    match scheme {
        // Absent parameters: RFC 5758 §3.2.
        Scheme::Ecdsa(Digest::Sha256) => {
            Some(write(SEQUENCE, &[&write(OID, &[oid::ECDSA_WITH_SHA_256])]))
        }
        // NULL: RFC 4055 §5.
        Scheme::RsaPkcs1(Digest::Sha256) => {
            Some(write(SEQUENCE, &[&write(OID, &[oid::SHA_256_WITH_RSA]), &write(NULL, &[])]))
        }
        _ => None,
    }
}
