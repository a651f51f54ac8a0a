//! Keys that issue: in a file of the vault, or in a token that never gives them away.

use std::path::PathBuf;

use trien_core::env::Entropy;
use trien_core::signer::SoftwareSigner;

use super::token;
use crate::token::{KeyName, Pin, RefusedPin, TokenError};

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
    /// Signed by another key than the certificate's.
    #[error("the key {:?} in the token {:?} is not the one of the authority", .0.key, .0.token)]
    OtherKey(KeyName),
    /// The key in the vault's files does not do its work.
    #[error("the issuing key in the server's folder is of no use: {0}")]
    File(String),
    /// The token, or the way to it.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl KeyError {
    /// A token that did not answer, and what is known of why.
    pub(super) fn silent(token: &str, why: String) -> Self {
        TokenError::Token { token: token.to_owned(), why }.into()
    }
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
    Ok(token::make(settings, refused, entropy)?)
}
