//! Keys in encrypted files, for demos, tests and the headless companion: assurance level D.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::digest::Sha256;
use crate::env::Entropy;
use crate::signer::{Signer, SoftwareSigner, Stretching};
use crate::wire::KeyEvidence;

use super::keys::{KeyRole, KeyStore, KeyStoreError, KeyTerms};
use super::store::Folder;

/// A key store of two PKCS#8 files, encrypted with a passphrase.
pub struct KeyFiles {
    folder: PathBuf,
    passphrase: Zeroizing<String>,
    entropy: Arc<dyn Entropy>,
}

impl KeyFiles {
    /// The key files of a folder, which need not exist yet.
    #[must_use]
    pub fn new(folder: &Path, passphrase: String, entropy: Arc<dyn Entropy>) -> Self {
        Self { folder: folder.to_owned(), passphrase: Zeroizing::new(passphrase), entropy }
    }

    fn name(role: KeyRole) -> &'static str {
        match role {
            KeyRole::Auth => "auth.pem",
            KeyRole::Approval => "approval.pem",
        }
    }
}

#[async_trait]
impl KeyStore for KeyFiles {
    async fn create(
        &self,
        role: KeyRole,
        _terms: KeyTerms,
    ) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let (folder, entropy) = (self.folder.clone(), Arc::clone(&self.entropy));
        let passphrase = self.passphrase.clone();
        in_background(move || {
            let key = SoftwareSigner::generate(&*entropy);
            let pem = key.to_pem(&passphrase, Stretching::Guessable, &*entropy);
            Folder::unlocked(&folder)
                .and_then(|folder| folder.write(Self::name(role), pem.as_bytes()))
                .map_err(|error| KeyStoreError::Unavailable(error.to_string()))?;
            Ok(Arc::new(key) as Arc<dyn Signer>)
        })
        .await
    }

    async fn load(&self, role: KeyRole) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let (folder, passphrase) = (self.folder.clone(), self.passphrase.clone());
        in_background(move || {
            let pem = Folder::unlocked(&folder)
                .and_then(|folder| folder.read(Self::name(role)))
                .map_err(|error| KeyStoreError::Unavailable(error.to_string()))?;
            let pem = Zeroizing::new(pem.ok_or(KeyStoreError::Missing)?);
            let pem = std::str::from_utf8(&pem)
                .map_err(|_| KeyStoreError::Unavailable("the key file is damaged".into()))?;
            SoftwareSigner::from_pem(pem, &passphrase)
                .map(|key| Arc::new(key) as Arc<dyn Signer>)
                .map_err(|error| KeyStoreError::Locked(error.to_string()))
        })
        .await
    }

    async fn evidence(&self, _: Sha256) -> Result<KeyEvidence, KeyStoreError> {
        Ok(KeyEvidence::None)
    }
}

// Opening a key file costs tens of milliseconds on purpose.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyStoreError> + Send + 'static,
) -> Result<T, KeyStoreError> {
    let stopped = |_| KeyStoreError::Unavailable("reading the key was stopped".into());
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}
