//! What goes wrong with tokens, and what to do about it.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};
use serde::{Deserialize, Serialize};

/// A key in a token, as the token names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyName {
    /// The token's label.
    pub token: String,
    /// The key's label.
    pub key: String,
}

/// Why a token did not do what was asked of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The library is missing, or is none.
    #[error(
        "{module}: the PKCS#11 module cannot be loaded: {why}. Give the library that the token's maker \
         supplies for this system",
        module = module.display()
    )]
    Module {
        /// Which.
        module: PathBuf,
        /// What the system or the module said.
        why: String,
    },
    /// Unplugged, or another one.
    #[error("no token {0:?} is plugged in: plug it in, nothing needs to be restarted")]
    TokenMissing(String),
    /// Nothing is plugged in.
    #[error(
        "{module}: no token is plugged in, or it is of another maker: plug it in, or give its maker's \
         module with --pkcs11",
        module = module.display()
    )]
    NoToken {
        /// The module that was asked.
        module: PathBuf,
    },
    /// Which one is meant is not guessed.
    #[error("several tokens are plugged in ({}): choose one with --pkcs11-token", .0.join(", "))]
    SeveralTokens(Vec<String>),
    /// Nothing in it that fits.
    #[error(
        "the token {token:?} holds no certificate with its key that fits {wanted}: `trien token list` \
         shows what it holds"
    )]
    NoPair {
        /// Which.
        token: String,
        /// What was looked for.
        wanted: String,
    },
    /// A key that nothing says whose it is.
    #[error(
        "the token {token:?} holds the key {key:?} without its certificate: give the certificate's \
         file with --certificate-file"
    )]
    NoCertificate {
        /// Which.
        token: String,
        /// The key's label.
        key: String,
    },
    /// A certificate whose key is elsewhere.
    #[error("the token {token:?} holds the certificate of {subject}, but not its key")]
    NoKey {
        /// Which.
        token: String,
        /// Whose certificate.
        subject: String,
    },
    /// Which pair is meant is not guessed.
    #[error(
        "the token {token:?} holds several certificates that fit: choose one with --certificate and its \
         SHA-256:\n{}", .found.join("\n")
    )]
    SeveralPairs {
        /// Which.
        token: String,
        /// A line for each: SHA-256, end and subject.
        found: Vec<String>,
    },
    /// Neither P-256 nor RSA of 2048 bits or more.
    #[error(
        "the key of {0} is of a kind that documents are not signed with: P-256, or RSA from 2048 bits"
    )]
    OtherKind(String),
    /// Signed by another key than the certificate's.
    #[error(
        "the token {token:?} signed with another key than that of {subject}: nothing was given out"
    )]
    OtherKey {
        /// Which.
        token: String,
        /// Whose certificate.
        subject: String,
    },
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
    /// The token made a key that could leave it.
    #[error("the token {:?} made the key {:?} so that it can be taken out: not used", .0.token, .0.key)]
    Extractable(KeyName),
    /// Nothing to open the token with.
    #[error("no PIN for the token {0:?}: give --pkcs11-pin-file or TRIEN_PKCS11_PIN")]
    NoPin(String),
    /// The person who was asked gave none.
    #[error("no PIN for the token {token:?}: {why}")]
    NotTyped {
        /// Which.
        token: String,
        /// What the terminal said.
        why: String,
    },
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
    /// Anything else that the token or its driver said.
    #[error("the token {token:?} does not do its work: {why}")]
    Token {
        /// Which.
        token: String,
        /// What it said.
        why: String,
    },
}

impl TokenError {
    /// What the driver said of the token of this name.
    pub(super) fn said(token: &str, error: &Error) -> Self {
        let token = token.to_owned();
        match error {
            Error::Pkcs11(
                RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::SlotIdInvalid,
                _,
            ) => Self::TokenMissing(token),
            error => Self::Token { token, why: error.to_string() },
        }
    }
}

/// What went wrong while a session was used.
pub(super) enum Failure {
    Known(TokenError),
    Driver(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Known(error)
    }
}

impl Failure {
    pub(super) fn of(self, token: &str) -> TokenError {
        match self {
            Self::Known(error) => error,
            Self::Driver(error) => TokenError::said(token, &error),
        }
    }
}
