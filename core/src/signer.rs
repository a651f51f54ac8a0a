//! The only door to a private key.
//!
//! A signer may be a phone's secure hardware behind a fingerprint prompt, so signing is slow, can
//! fail, and can be refused by the person.

use async_trait::async_trait;

use crate::digest::Sha256;

/// What a key is asked to sign: the message and, for doors that only take digests, its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    /// The message. Hardware hashes it itself (SHA256withECDSA).
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
}

/// A P-256 private key that signs with ECDSA and SHA-256.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The public key as DER `SubjectPublicKeyInfo` (RFC 5480).
    fn public_key(&self) -> Vec<u8>;

    /// Signs. The answer is DER `ECDSA-Sig-Value` (RFC 3279 §2.2.3) or raw `r || s` (64 bytes).
    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError>;
}
