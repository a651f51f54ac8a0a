//! Where the device's two keys live.

use std::sync::Arc;

use async_trait::async_trait;

use crate::certificate::PromptPolicy;
use crate::digest::Sha256;
use crate::signer::Signer;
use crate::wire::KeyEvidence;

/// Which of a device's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRole {
    /// Signs the device's requests, silently.
    Auth,
    /// Signs decisions; asks for the person.
    Approval,
}

/// What a new key is made under; it cannot be changed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTerms {
    /// The server's challenge, 32 bytes, for the hardware's attestation.
    pub challenge: [u8; 32],
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
}

/// Why keys are not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// There is none.
    #[error("this device has no key yet")]
    Missing,
    /// The store cannot be opened.
    #[error("the keys are locked: {0}")]
    Locked(String),
    /// The store cannot make such a key.
    #[error("this device cannot make such a key: {0}")]
    Unsupported(String),
    /// The hardware or its driver failed.
    #[error("the key store failed: {0}")]
    Unavailable(String),
}

/// A device's key store: secure hardware, or a file for demos and tests.
///
/// It is called without any lock held, and may take as long as a person needs.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Makes a key, replacing any earlier one of this role.
    async fn create(
        &self,
        role: KeyRole,
        terms: KeyTerms,
    ) -> Result<Arc<dyn Signer>, KeyStoreError>;

    /// The key of this role.
    async fn load(&self, role: KeyRole) -> Result<Arc<dyn Signer>, KeyStoreError>;

    /// What the store can show about where the keys live, after both were made. `binding` is what
    /// App Attest takes as its `clientDataHash`; Android's keys carry the challenge themselves.
    async fn evidence(&self, binding: Sha256) -> Result<KeyEvidence, KeyStoreError>;
}
