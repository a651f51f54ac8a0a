//! Passwords: rules, and argon2id in its own threads (RFC 9106; OWASP's 19 MiB and two passes).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;
use trien_core::env::{Entropy, random};
use zeroize::Zeroizing;

use super::super::FlowError;

/// Memory in KiB and passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Hashes computed at once: more would let strangers fill the memory.
const AT_ONCE: usize = 4;

/// How long anybody waits for a turn; a flood must not leave a queue behind that outlasts it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Fewest and most characters (NIST SP 800-63B-4: 15 where it is the only factor; no rules of
/// composition).
const CHARACTERS: std::ops::RangeInclusive<usize> = 15..=128;

/// A password as typed, in NFC. Prints as `…`.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// A password that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer characters than asked for.
    #[error("a password has at least {} characters", CHARACTERS.start())]
    TooShort,
    /// More than are hashed.
    #[error("a password has at most {} characters", CHARACTERS.end())]
    TooLong,
    /// One character, or the login, over and over.
    #[error("the password is too easy to guess")]
    Guessable,
}

impl Password {
    /// A password that somebody chooses.
    pub fn choose(typed: &str, login: &str) -> Result<Self, InvalidPassword> {
        let password = Self::typed(typed);
        let characters = password.0.chars().count();
        if characters < *CHARACTERS.start() {
            return Err(InvalidPassword::TooShort);
        }
        if characters > *CHARACTERS.end() {
            return Err(InvalidPassword::TooLong);
        }
        let folded = password.0.to_lowercase();
        let rest: String = folded.replace(&login.to_lowercase(), "");
        let distinct: std::collections::BTreeSet<char> = rest.chars().collect();
        if distinct.len() < 5 { Err(InvalidPassword::Guessable) } else { Ok(password) }
    }

    /// A password that is to be compared.
    #[must_use]
    pub fn typed(typed: &str) -> Self {
        use unicode_normalization::UnicodeNormalization as _;
        Self(Zeroizing::new(typed.nfc().collect()))
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Computes hashes, a few at once.
pub struct Passwords {
    slots: Semaphore,
    /// Compared with where there is no account, so that the time tells nothing.
    nobody: String,
    computed: AtomicU64,
    entropy: std::sync::Arc<dyn Entropy>,
}

impl Passwords {
    /// Makes the hash of nobody's password.
    pub fn new(entropy: std::sync::Arc<dyn Entropy>) -> Result<Self, FlowError> {
        let nobody = compute(&random::<32>(&*entropy), &random::<16>(&*entropy))?;
        Ok(Self { slots: Semaphore::new(AT_ONCE), nobody, computed: AtomicU64::new(0), entropy })
    }

    /// A PHC string.
    pub async fn hash(&self, password: Password) -> Result<String, FlowError> {
        let salt = random::<16>(&*self.entropy);
        self.in_turn(move || compute(password.0.as_bytes(), &salt)).await?
    }

    /// Whether the password is the hashed one; takes as long where there is nothing to compare with.
    pub async fn is(&self, password: Password, hash: Option<String>) -> Result<bool, FlowError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let matches = self.in_turn(move || {
            let parsed = PasswordHash::new(&hash);
            parsed.is_ok_and(|parsed| {
                Argon2::default().verify_password(password.0.as_bytes(), &parsed).is_ok()
            })
        });
        Ok(matches.await? && known)
    }

    /// How many were computed since the start: an attempt to sign in costs one, whoever it is for.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, FlowError> {
        let stopped = |error: String| FlowError::Unavailable(error);
        let turn = tokio::time::timeout(PATIENCE, self.slots.acquire()).await;
        let turn = turn.map_err(|_| stopped("too many people are signing in".to_owned()))?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        let _slot = turn.map_err(|error| stopped(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| stopped(error.to_string()))
    }
}

fn compute(password: &[u8], salt: &[u8]) -> Result<String, FlowError> {
    let failed = |error: &dyn std::fmt::Display| FlowError::Internal(error.to_string());
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| failed(&error))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password_with_salt(password, salt).map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}
