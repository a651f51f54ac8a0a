//! What the phone gives the core: its keys, and a place for secrets.

use std::sync::Arc;

use async_trait::async_trait;
use trien_core::client;
use trien_core::digest::Sha256;
use trien_core::signer::{self, ToSign};
use trien_core::wire::{self, Base64};

/// Which of a device's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyRole {
    /// Signs the device's requests, silently.
    Auth,
    /// Signs decisions; asks for the person.
    Approval,
}

/// How often an approval key asks for the person; fixed when the key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PromptPolicy {
    /// A prompt for each signature.
    PerUse,
    /// One prompt opens the key for a while.
    Session {
        /// At most 60.
        seconds: u16,
        /// At most 50.
        signatures: u16,
    },
}

/// What a new key is made under; it cannot be changed afterwards.
#[derive(Clone, Debug, uniffi::Record)]
pub struct KeyTerms {
    /// The server's challenge, 32 bytes, for the hardware's attestation.
    pub challenge: Vec<u8>,
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// Whether the phone's passcode answers as well as a finger or a face.
    #[uniffi(default = false)]
    pub passcode: bool,
}

/// A key pair of the phone: the public half, and the door to the private one.
#[derive(Clone, uniffi::Record)]
pub struct Key {
    /// DER `SubjectPublicKeyInfo` of a P-256 key: `PublicKey.getEncoded()` in Java.
    pub public_key: Vec<u8>,
    /// Signs.
    pub signer: Arc<dyn KeySigner>,
}

/// What a key is asked to sign.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SigningRequest {
    /// The message, which the hardware hashes itself (`SHA256withECDSA`).
    pub message: Vec<u8>,
    /// What to tell the person in the prompt; empty for silent keys.
    pub prompt: String,
}

/// What a device can show about where its keys live.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum KeyEvidence {
    /// Nothing: keys in software, assurance level D.
    None,
    /// Android Key Attestation chains, leaf first, DER.
    Android {
        /// For the auth key.
        auth: Vec<Vec<u8>>,
        /// For the approval key.
        approval: Vec<Vec<u8>>,
    },
    /// App Attest object, CBOR.
    AppAttest {
        /// The object.
        object: Vec<u8>,
    },
}

/// Why a key did not sign.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum KeySignerError {
    /// The person dismissed the prompt.
    #[error("the person cancelled")]
    Cancelled,
    /// A changed fingerprint or face made the key unusable for good.
    #[error("the key was invalidated by a change of biometrics")]
    KeyInvalidated,
    /// Too many failed tries; the system has locked biometrics.
    #[error("biometrics are locked")]
    Locked,
    /// The hardware or its driver failed.
    #[error("the key could not be used: {detail}")]
    Unavailable {
        /// What the system said.
        detail: String,
    },
    /// The signature does not verify under the public key.
    #[error("the key gave a signature that does not verify")]
    WrongSignature,
    /// The public key is not one of P-256.
    #[error("the key is not a P-256 key")]
    NotP256,
}

/// Why keys are not there.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum KeyStoreError {
    /// There is none.
    #[error("this device has no key yet")]
    Missing,
    /// The store cannot be opened.
    #[error("the keys are locked: {detail}")]
    Locked {
        /// What the system said.
        detail: String,
    },
    /// The store cannot make such a key.
    #[error("this device cannot make such a key: {detail}")]
    Unsupported {
        /// What the system said.
        detail: String,
    },
    /// The hardware or its driver failed.
    #[error("the key store failed: {detail}")]
    Unavailable {
        /// What the system said.
        detail: String,
    },
}

/// The door to one private key. It may take as long as a person needs.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait KeySigner: Send + Sync {
    /// Signs with `SHA256withECDSA`; the answer is DER, or raw `r || s` of 64 bytes.
    async fn sign(&self, request: SigningRequest) -> Result<Vec<u8>, KeySignerError>;
}

/// The phone's key store: Android Keystore, Secure Enclave, or a file for tests.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Makes a key, replacing any earlier one of this role.
    async fn create(&self, role: KeyRole, terms: KeyTerms) -> Result<Key, KeyStoreError>;

    /// The key of this role.
    async fn load(&self, role: KeyRole) -> Result<Key, KeyStoreError>;

    /// What the store can show about where the keys live, after both were made. `binding` (32 bytes) is
    /// what `DCAppAttestService.attestKey` takes as its `clientDataHash`; Android ignores it.
    async fn evidence(&self, binding: Vec<u8>) -> Result<KeyEvidence, KeyStoreError>;
}

/// Why the secret store does not work at the moment.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum SecretStoreError {
    /// The hardware, its driver or the disk failed; what is stored may still be there.
    #[error("the secret store failed: {detail}")]
    Unavailable {
        /// What the system said.
        detail: String,
    },
}

/// The phone's store for small secrets: encrypted with a key of Android Keystore that works for
/// this app only, the keychain with `ThisDeviceOnly`, or memory for tests. Never asks the person.
///
/// Names are up to 32 characters of `a` to `z`, digits and `-`.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Keeps a secret, replacing any earlier one of this name; it survives a power cut once this
    /// returns.
    async fn put(&self, name: String, secret: Vec<u8>) -> Result<(), SecretStoreError>;

    /// The secret of this name, or none: never put, removed, or lost with the hardware's key.
    async fn get(&self, name: String) -> Result<Option<Vec<u8>>, SecretStoreError>;

    /// Forgets the secret of this name, if there is one.
    async fn remove(&self, name: String) -> Result<(), SecretStoreError>;
}

/// The phone's secret store as the core sees it.
pub(crate) struct Secrets(pub Arc<dyn SecretStore>);

#[async_trait]
impl client::SecretStore for Secrets {
    async fn put(&self, name: String, secret: Vec<u8>) -> Result<(), client::SecretStoreError> {
        Ok(self.0.put(name, secret).await?)
    }

    async fn get(&self, name: String) -> Result<Option<Vec<u8>>, client::SecretStoreError> {
        Ok(self.0.get(name).await?)
    }

    async fn remove(&self, name: String) -> Result<(), client::SecretStoreError> {
        Ok(self.0.remove(name).await?)
    }
}

/// The phone's key store as the core sees it.
pub(crate) struct Keys(pub Arc<dyn KeyStore>);

#[async_trait]
impl client::KeyStore for Keys {
    async fn create(
        &self,
        role: client::KeyRole,
        terms: client::KeyTerms,
    ) -> Result<Arc<dyn signer::Signer>, client::KeyStoreError> {
        let key = self.0.create(role.into(), terms.into()).await?;
        Ok(Arc::new(Door(key)))
    }

    async fn load(
        &self,
        role: client::KeyRole,
    ) -> Result<Arc<dyn signer::Signer>, client::KeyStoreError> {
        let key = self.0.load(role.into()).await?;
        Ok(Arc::new(Door(key)))
    }

    async fn evidence(&self, binding: Sha256) -> Result<wire::KeyEvidence, client::KeyStoreError> {
        Ok(self.0.evidence(binding.0.to_vec()).await?.into())
    }
}

struct Door(Key);

#[async_trait]
impl signer::Signer for Door {
    fn public_key(&self) -> Vec<u8> {
        self.0.public_key.clone()
    }

    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, signer::SignerError> {
        let request = SigningRequest { message: request.message, prompt: request.prompt };
        Ok(self.0.signer.sign(request).await?)
    }
}

impl From<client::KeyRole> for KeyRole {
    fn from(role: client::KeyRole) -> Self {
        match role {
            client::KeyRole::Auth => Self::Auth,
            client::KeyRole::Approval => Self::Approval,
        }
    }
}

impl From<client::KeyTerms> for KeyTerms {
    fn from(terms: client::KeyTerms) -> Self {
        Self {
            challenge: terms.challenge.to_vec(),
            prompt_policy: terms.prompt_policy.prompts.into(),
            passcode: terms.prompt_policy.passcode,
        }
    }
}

impl From<trien_core::certificate::Prompts> for PromptPolicy {
    fn from(prompts: trien_core::certificate::Prompts) -> Self {
        match prompts {
            trien_core::certificate::Prompts::PerUse => Self::PerUse,
            trien_core::certificate::Prompts::Session { seconds, signatures } => {
                Self::Session { seconds, signatures }
            }
        }
    }
}

impl From<KeyEvidence> for wire::KeyEvidence {
    fn from(evidence: KeyEvidence) -> Self {
        match evidence {
            KeyEvidence::None => Self::None,
            KeyEvidence::Android { auth, approval } => {
                Self::Android { auth: binary(auth), approval: binary(approval) }
            }
            KeyEvidence::AppAttest { object } => Self::AppAttest { object: Base64(object) },
        }
    }
}

fn binary(chain: Vec<Vec<u8>>) -> Vec<Base64> {
    chain.into_iter().map(Base64).collect()
}

impl From<KeySignerError> for signer::SignerError {
    fn from(error: KeySignerError) -> Self {
        match error {
            KeySignerError::Cancelled => Self::Cancelled,
            KeySignerError::KeyInvalidated => Self::KeyInvalidated,
            KeySignerError::Locked => Self::Locked,
            KeySignerError::Unavailable { detail } => Self::Unavailable(detail),
            KeySignerError::WrongSignature => Self::WrongSignature,
            KeySignerError::NotP256 => Self::NotP256,
        }
    }
}

impl From<signer::SignerError> for KeySignerError {
    fn from(error: signer::SignerError) -> Self {
        match error {
            signer::SignerError::Cancelled => Self::Cancelled,
            signer::SignerError::KeyInvalidated => Self::KeyInvalidated,
            signer::SignerError::Locked => Self::Locked,
            signer::SignerError::Unavailable(detail) => Self::Unavailable { detail },
            signer::SignerError::WrongSignature => Self::WrongSignature,
            signer::SignerError::NotP256 | signer::SignerError::UnusableKey => Self::NotP256,
        }
    }
}

impl From<KeyStoreError> for client::KeyStoreError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Missing => Self::Missing,
            KeyStoreError::Locked { detail } => Self::Locked(detail),
            KeyStoreError::Unsupported { detail } => Self::Unsupported(detail),
            KeyStoreError::Unavailable { detail } => Self::Unavailable(detail),
        }
    }
}

impl From<client::KeyStoreError> for KeyStoreError {
    fn from(error: client::KeyStoreError) -> Self {
        match error {
            client::KeyStoreError::Missing => Self::Missing,
            client::KeyStoreError::Locked(detail) => Self::Locked { detail },
            client::KeyStoreError::Unsupported(detail) => Self::Unsupported { detail },
            client::KeyStoreError::Unavailable(detail) => Self::Unavailable { detail },
        }
    }
}

impl From<SecretStoreError> for client::SecretStoreError {
    fn from(error: SecretStoreError) -> Self {
        let SecretStoreError::Unavailable { detail } = error;
        Self::Unavailable(detail)
    }
}

impl From<client::SecretStoreError> for SecretStoreError {
    fn from(error: client::SecretStoreError) -> Self {
        let client::SecretStoreError::Unavailable(detail) = error;
        Self::Unavailable { detail }
    }
}

// An exception that the other language did not declare.
impl From<uniffi::UnexpectedUniFFICallbackError> for KeySignerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: error.reason }
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeyStoreError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: error.reason }
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SecretStoreError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: error.reason }
    }
}
