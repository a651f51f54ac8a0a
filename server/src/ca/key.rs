//! Keys that issue: in a file of the vault, or in a token that never gives them away.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use trien_core::env::Entropy;
use trien_core::signer::SoftwareSigner;
use zeroize::Zeroizing;

use super::refused_pin::RefusedPin;
use super::token;

/// A key that signs certificates and lists. It may be slow and may block: it is asked away from the
/// runtime's own threads.
pub trait IssuingKey: Send + Sync {
    /// Signs with ECDSA and SHA-256; the answer is DER or raw, as [`trien_core::signer::normalise`]
    /// takes it.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// Where an authority's key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// An encrypted file of the vault.
    File,
    /// A PKCS#11 token.
    Token(KeyName),
}

/// A key in a token, as the token names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyName {
    /// The token's label.
    pub token: String,
    /// The key's label.
    pub key: String,
}

/// The token that the server is told of.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// The maker's PKCS#11 module, a library that is loaded when the key is first needed.
    pub module: PathBuf,
    /// Where new keys are made.
    pub name: KeyName,
    /// What opens the token; none where the token asks for it itself, on its own keys.
    pub pin: Option<Pin>,
}

/// A PIN; prints as `…`.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Wraps a PIN.
    #[must_use]
    pub fn new(pin: &str) -> Self {
        Self(Zeroizing::new(pin.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Why a key did not sign, or was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The configuration does not say how the token is reached.
    #[error(
        "the issuing key lies in the token {0:?}: give --pkcs11-module and the PIN \
         (--pkcs11-pin-file or TRIEN_PKCS11_PIN)"
    )]
    NotConfigured(String),
    /// No token is named where a key is to be made in one.
    #[error("no token is named: give --pkcs11-module, --pkcs11-token and the PIN")]
    NoToken,
    /// The library is missing, or is none.
    #[error("{module}: the PKCS#11 module cannot be loaded: {why}", module = module.display())]
    Module {
        /// Which.
        module: PathBuf,
        /// What the system or the module said.
        why: String,
    },
    /// Unplugged, or another one.
    #[error("no token {0:?} is plugged in: plug it in, nothing needs to be restarted")]
    TokenMissing(String),
    /// The token does not hold the key.
    #[error("the token {:?} holds no key {:?}", .0.token, .0.key)]
    KeyMissing(KeyName),
    /// Two keys with one name: which one is meant is not guessed.
    #[error("the token {:?} holds several keys {:?}: leave one of that label", .0.token, .0.key)]
    Ambiguous(KeyName),
    /// A key is never overwritten.
    #[error(
        "the token {:?} holds a key {:?} already: choose another label with --pkcs11-key",
        .0.token, .0.key
    )]
    Exists(KeyName),
    /// Signed by another key than the certificate's.
    #[error("the key {:?} in the token {:?} is not the one of the authority", .0.key, .0.token)]
    OtherKey(KeyName),
    /// The token made a key that could leave it.
    #[error("the token {:?} made the key {:?} so that it can be taken out: not used", .0.token, .0.key)]
    Extractable(KeyName),
    /// Nothing to open the token with.
    #[error("no PIN for the token {0:?}: give --pkcs11-pin-file or TRIEN_PKCS11_PIN")]
    NoPin(String),
    /// Tried once; a second try could lock the token.
    #[error(
        "the token {0:?} refused the PIN. It was tried once and is not tried again until another \
         one is given"
    )]
    WrongPin(String),
    /// A refusal could not be remembered, so nothing is tried.
    #[error("the PIN is not tried, because a refusal could not be noted: {0}")]
    NotNoted(String),
    /// The next wrong PIN locks it; a person should type it.
    #[error(
        "the token {0:?} has one try left before it locks: sign in to it once with its maker's tool"
    )]
    LastTry(String),
    /// Too many wrong PINs.
    #[error("the token {0:?} is locked: unlock it with its security officer's PIN")]
    Locked(String),
    /// The key in the vault's files does not do its work.
    #[error("the issuing key in the server's folder is of no use: {0}")]
    File(String),
    /// Anything else that the token or its driver said.
    #[error("the token {token:?} does not do its work: {why}")]
    Token {
        /// Which.
        token: String,
        /// What it said.
        why: String,
    },
}

/// A key in the vault's files, opened.
pub(super) struct FileKey(pub SoftwareSigner);

impl IssuingKey for FileKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.0.sign_now(message))
    }
}

/// A key that cannot be reached with this configuration; says so when it is needed, because a server
/// whose token is away still takes decisions.
struct Unreachable(KeyError);

impl IssuingKey for Unreachable {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, KeyError> {
        Err(self.0.clone())
    }
}

/// The key `name` of the certificate whose `SubjectPublicKeyInfo` is given. The token is looked for when
/// it first signs.
pub(super) fn in_token(
    settings: Option<&TokenSettings>,
    name: &KeyName,
    public_key: &[u8],
    refused: RefusedPin,
) -> Box<dyn IssuingKey> {
    let Some(settings) = settings else {
        return Box::new(Unreachable(KeyError::NotConfigured(name.token.clone())));
    };
    Box::new(token::TokenKey::new(settings, name, public_key, refused))
}

/// Makes a key in the token that the configuration names; gives its `SubjectPublicKeyInfo`.
pub(super) fn make_in_token(
    settings: &TokenSettings,
    refused: &RefusedPin,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, KeyError> {
    token::make(settings, refused, entropy)
}
