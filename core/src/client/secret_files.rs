//! Secrets in files, for demos, tests and the headless companion.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::secrets::{SecretStore, SecretStoreError};
use super::store::{Folder, StorageError};

/// A secret store of one file per secret, readable by its owner only, and not encrypted.
pub struct SecretFiles {
    folder: PathBuf,
}

impl SecretFiles {
    /// The secret files of a folder, which need not exist yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    async fn with<T: Send + 'static>(
        &self,
        name: String,
        work: impl FnOnce(&Folder, &str) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, SecretStoreError> {
        if !is_name(&name) {
            return Err(SecretStoreError::Unavailable(format!("{name:?} cannot name a secret")));
        }
        let folder = self.folder.clone();
        let work = move || Folder::unlocked(&folder).and_then(|folder| work(&folder, &name));
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done.map_err(|error| SecretStoreError::Unavailable(error.to_string())),
            Err(_) => Err(SecretStoreError::Unavailable("work on a file was stopped".into())),
        }
    }
}

// A name becomes a file's, so it must not lead out of the folder or end as a half-written file.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(fits)
}

#[async_trait]
impl SecretStore for SecretFiles {
    async fn put(&self, name: String, secret: Vec<u8>) -> Result<(), SecretStoreError> {
        let secret = zeroize::Zeroizing::new(secret);
        self.with(name, move |folder, name| folder.write(name, &secret)).await
    }

    async fn get(&self, name: String) -> Result<Option<Vec<u8>>, SecretStoreError> {
        self.with(name, Folder::read).await
    }

    async fn remove(&self, name: String) -> Result<(), SecretStoreError> {
        self.with(name, Folder::remove).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_secret_comes_back_until_it_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let files = SecretFiles::new(&place.path().join("secrets"));
        let name = || "invitation".to_owned();
        assert_eq!(files.get(name()).await.unwrap(), None);
        files.put(name(), vec![1]).await.unwrap();
        files.put(name(), vec![2]).await.unwrap();
        assert_eq!(files.get(name()).await.unwrap(), Some(vec![2]));
        files.remove(name()).await.unwrap();
        files.remove(name()).await.unwrap();
        assert_eq!(files.get(name()).await.unwrap(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_read_a_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("secrets");
        SecretFiles::new(&folder).put("invitation".into(), vec![1]).await.unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("invitation")), 0o600);
    }

    #[tokio::test]
    async fn a_name_cannot_lead_out_of_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let files = SecretFiles::new(&place.path().join("secrets"));
        let long = "a".repeat(33);
        for name in ["", "../device", "a/b", ".", "invitation.new", long.as_str()] {
            assert!(files.put(name.into(), vec![1]).await.is_err(), "{name}");
        }
        assert!(!place.path().join("device").exists());
    }
}
