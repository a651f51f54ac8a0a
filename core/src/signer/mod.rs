//! The only door to a private key.
//!
//! A signer may be a phone's secure hardware behind a fingerprint prompt, so signing is slow, can
//! fail, and can be refused by the person.

use async_trait::async_trait;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::digest::Sha256;

pub mod document;
#[cfg(feature = "software-signer")]
mod software;
pub use document::DocumentSigner;
#[cfg(feature = "software-signer")]
pub use software::{KeyFileError, SoftwareSigner, Stretching};

/// What a key is asked to sign: the message and, for doors that only take digests, its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    /// The message. Hardware hashes it itself (`SHA256withECDSA`).
    pub message: Vec<u8>,
    /// SHA-256 of the message.
    pub digest: Sha256,
    /// What to tell the person in the prompt; empty for silent keys.
    pub prompt: String,
}

impl ToSign {
    /// Asks for a signature over `message`.
    #[must_use]
    pub fn new(message: Vec<u8>, prompt: impl Into<String>) -> Self {
        let digest = Sha256::of(&message);
        Self { message, digest, prompt: prompt.into() }
    }
}

/// Why a key did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The person dismissed the prompt.
    #[error("the person cancelled")]
    Cancelled,
    /// A changed fingerprint or face made the key unusable for good.
    #[error("the key was invalidated by a change of biometrics: enroll this device again")]
    KeyInvalidated,
    /// Too many failed tries; the system has locked biometrics.
    #[error("biometrics are locked: unlock the device and try again")]
    Locked,
    /// The hardware or its driver failed.
    #[error("the key could not be used: {0}")]
    Unavailable(String),
    /// The signature does not verify under the public key.
    #[error("the key gave a signature that does not verify")]
    WrongSignature,
    /// The public key is not P-256.
    #[error("not a P-256 public key (RFC 5480)")]
    NotP256,
    /// A foreign key that signs no documents here.
    #[error("not a key that signs documents: P-256, or RSA from 2048 bits")]
    UnusableKey,
}

/// A P-256 private key that signs with ECDSA and SHA-256.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The public key as DER `SubjectPublicKeyInfo` (RFC 5480).
    fn public_key(&self) -> Vec<u8>;

    /// Signs. The answer is DER `ECDSA-Sig-Value` (RFC 3279 §2.2.3) or raw `r || s` (64 bytes).
    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError>;
}

/// Brings what a key answered into the one form that Trien keeps: DER with the lower of the two
/// possible `s`, verified over `message` under the key `spki` (DER `SubjectPublicKeyInfo`).
pub fn normalise(signature: &[u8], message: &[u8], spki: &[u8]) -> Result<Vec<u8>, SignerError> {
    let key = PublicKey::open(spki)?;
    // 64 bytes may be either form; only the right reading verifies.
    let raw = Signature::from_slice(signature).ok();
    let der = Signature::from_der(signature).ok();
    [raw, der]
        .into_iter()
        .flatten()
        .find(|candidate| key.verifies(candidate, message))
        .map(|verified| verified.normalize_s().to_der().as_bytes().to_vec())
        .ok_or(SignerError::WrongSignature)
}

/// Verifies an ECDSA signature with SHA-256 in DER over `message`; both forms of `s` pass, as
/// certificates, requests and foreign signatures may have either.
pub fn verify(signature: &[u8], message: &[u8], spki: &[u8]) -> Result<(), SignerError> {
    let signature = Signature::from_der(signature).map_err(|_| SignerError::WrongSignature)?;
    let verifies = PublicKey::open(spki)?.verifies(&signature, message);
    verifies.then_some(()).ok_or(SignerError::WrongSignature)
}

/// A DER signature as raw `r || s`, the form of COSE and HTTP.
pub fn to_raw(signature: &[u8]) -> Result<[u8; 64], SignerError> {
    Signature::from_der(signature)
        .map(|signature| signature.to_bytes().into())
        .map_err(|_| SignerError::WrongSignature)
}

/// A raw signature `r || s` as DER.
pub fn from_raw(signature: &[u8; 64]) -> Result<Vec<u8>, SignerError> {
    Signature::from_slice(signature)
        .map(|signature| signature.to_der().as_bytes().to_vec())
        .map_err(|_| SignerError::WrongSignature)
}

/// Whether `s` is the lower of the two that verify, as in everything that Trien signs.
#[must_use]
pub fn is_low_s(signature: &[u8]) -> bool {
    Signature::from_der(signature).is_ok_and(|signature| signature.normalize_s() == signature)
}

/// A public key that p256 read and ring verifies with: ring does it in a fifth of the time, and
/// a server verifies several signatures for each decision.
struct PublicKey(UnparsedPublicKey<Box<[u8]>>);

impl PublicKey {
    fn open(spki: &[u8]) -> Result<Self, SignerError> {
        let key = VerifyingKey::from_public_key_der(spki).map_err(|_| SignerError::NotP256)?;
        let point = key.to_sec1_point(false).as_bytes().into();
        Ok(Self(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)))
    }

    fn verifies(&self, signature: &Signature, message: &[u8]) -> bool {
        self.0.verify(message, &signature.to_bytes()).is_ok()
    }
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use super::*;
    use crate::testing::software_key;

    fn high_s(signature: &[u8]) -> Vec<u8> {
        let low = Signature::from_der(signature).unwrap();
        let high = Signature::from_scalars(low.r(), -low.s()).unwrap();
        high.to_der().as_bytes().to_vec()
    }

    #[test]
    fn every_form_of_a_signature_becomes_the_same_bytes() {
        let key = software_key(1);
        let kept = key.sign_now(b"message");
        let high = high_s(&kept);
        assert_ne!(high, kept);
        let forms = [
            kept.clone(),
            high.clone(),
            to_raw(&kept).unwrap().into(),
            to_raw(&high).unwrap().into(),
        ];
        for form in forms {
            assert_eq!(normalise(&form, b"message", &key.public_key()).unwrap(), kept);
        }
        assert!(is_low_s(&kept) && !is_low_s(&high));
        assert_eq!(from_raw(&to_raw(&kept).unwrap()).unwrap(), kept);
    }

    #[test]
    fn ring_and_p256_give_the_same_verdict_on_bent_signatures() {
        use p256::ecdsa::signature::Verifier as _;
        let key = software_key(1);
        let spki = key.public_key();
        let theirs = VerifyingKey::from_public_key_der(&spki).unwrap();
        let raw = to_raw(&key.sign_now(b"message")).unwrap();
        let mut bent: Vec<[u8; 64]> =
            vec![raw, to_raw(&high_s(&key.sign_now(b"message"))).unwrap()];
        for at in 0..64 {
            for bit in [0, 7] {
                let mut other = raw;
                other[at] ^= 1 << bit;
                bent.push(other);
            }
        }
        let verdicts: Vec<bool> = bent
            .iter()
            .filter_map(|raw| Signature::from_slice(raw).ok())
            .map(|signature| {
                let der = signature.to_der();
                let ours = verify(der.as_bytes(), b"message", &spki).is_ok();
                assert_eq!(ours, theirs.verify(b"message", &signature).is_ok());
                ours
            })
            .collect();
        assert_eq!(verdicts.iter().filter(|verdict| **verdict).count(), 2);
    }

    #[test]
    fn a_signature_over_other_bytes_or_by_another_key_is_refused() {
        let key = software_key(1);
        let signature = key.sign_now(b"message");
        let other = software_key(2).public_key();
        assert_eq!(
            normalise(&signature, b"massage", &key.public_key()),
            Err(SignerError::WrongSignature)
        );
        assert_eq!(normalise(&signature, b"message", &other), Err(SignerError::WrongSignature));
        assert_eq!(normalise(b"", b"message", &other), Err(SignerError::WrongSignature));
        assert_eq!(normalise(&signature, b"message", b"no key"), Err(SignerError::NotP256));
    }
}
