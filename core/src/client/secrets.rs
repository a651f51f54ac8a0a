//! Where the phone keeps what must not lie in its own files.

use async_trait::async_trait;

/// The secret store does not work at the moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretStoreError {
    /// The hardware, its driver or the disk failed; what is stored may still be there.
    #[error("the secret store failed: {0}")]
    Unavailable(String),
}

/// A device's store for small secrets, beside its keys.
///
/// On a phone the secret is encrypted with a key that the secure hardware made and never gives
/// out, and that works for this app and on this device only: a copy of the app's files, in a
/// backup or on a taken disk, is then worth nothing. No person is asked. Reading must work as soon
/// as the device is unlocked.
///
/// Names are up to 32 characters of `a` to `z`, digits and `-`; a secret is at most a few
/// kilobytes. The store is called without any lock held.
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
