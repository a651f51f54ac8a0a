//! The root's key: in the vault, or brought for one act.

use std::path::Path;
use std::sync::Arc;

use trien_core::env::Entropy;
use trien_core::signer::{SoftwareSigner, Stretching};

use super::vault::{self, VaultError};
use super::{Ca, CaError};

/// The root's key, for one act.
pub enum RootKey {
    /// The one in the vault, where it was left there.
    Vault,
    /// One that was brought.
    Brought(Arc<SoftwareSigner>),
}

impl RootKey {
    /// Reads a key that was taken away with [`Ca::copy_root`].
    pub fn read(file: &Path, passphrase: &str) -> Result<Self, VaultError> {
        let pem = vault::read_sealed(file)?;
        SoftwareSigner::from_pem(&pem, passphrase)
            .map(|key| Self::Brought(Arc::new(key)))
            .map_err(|source| VaultError::Key { path: file.to_owned(), source })
    }

    pub(super) fn of(&self, ca: &Ca) -> Result<Arc<SoftwareSigner>, CaError> {
        let key = match self {
            Self::Vault if !ca.has_root_key() => return Err(CaError::RootAway),
            Self::Vault => Arc::new(ca.vault().read_key("root")?),
            Self::Brought(key) => key.clone(),
        };
        if key.public_key() == ca.root().public_key() { Ok(key) } else { Err(CaError::OtherRoot) }
    }
}

impl Ca {
    /// Whether the root's key lies on this server.
    #[must_use]
    pub fn has_root_key(&self) -> bool {
        self.vault().has_key("root")
    }

    /// Refuses where the root's key is away, or another one was brought.
    pub fn require_root(&self, key: &RootKey) -> Result<(), CaError> {
        key.of(self).map(|_| ())
    }

    /// Writes the root's key, sealed with `passphrase`, into a new file, and reads it back.
    pub fn copy_root(
        &self,
        file: &Path,
        passphrase: &str,
        entropy: &dyn Entropy,
    ) -> Result<(), CaError> {
        let key = RootKey::Vault.of(self)?;
        let sealed = key.to_pem(passphrase, Stretching::Guessable, entropy);
        vault::write_private(file, sealed.as_bytes())?;
        self.require_root(&RootKey::read(file, passphrase)?)
    }

    /// Removes the root's key from the vault, once there is a copy of it elsewhere.
    pub fn remove_root(&self) -> Result<(), CaError> {
        Ok(self.vault().remove_key("root")?)
    }
}
