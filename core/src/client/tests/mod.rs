//! What the companion holds, against an honest and a lying server.

mod anchors;
mod decisions;
mod delegated;
mod documents;
mod enrollment;
mod fake;
mod kept;
mod lies;
mod others;
mod papers;
mod pictures;
mod practice;
mod rest;
mod slip;
mod tls;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::digest::Sha256;
use crate::document::Text;
use crate::signer::{Signer, SignerError, SoftwareSigner, ToSign};
use crate::testing::{Counting, software_key};
use crate::wire::KeyEvidence;

use super::keys::{KeyRole, KeyStore, KeyStoreError, KeyTerms};
use super::{Companion, Language, SecretFiles, Setup};
use fake::{Fake, REQUEST};

static STARTS: AtomicU64 = AtomicU64::new(41);

/// Keys in memory that count prompts, and fail when told to.
#[derive(Default)]
struct TestKeys {
    made: AtomicUsize,
    prompts: AtomicUsize,
    fail: Arc<Mutex<Option<SignerError>>>,
}

struct TestKey {
    key: SoftwareSigner,
    fail: Arc<Mutex<Option<SignerError>>>,
}

#[async_trait]
impl Signer for TestKey {
    fn public_key(&self) -> Vec<u8> {
        self.key.public_key()
    }

    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError> {
        match self.fail.lock().unwrap().take() {
            Some(error) => Err(error),
            None => Ok(self.key.sign_now(&request.message)),
        }
    }
}

#[async_trait]
impl KeyStore for TestKeys {
    async fn create(
        &self,
        role: KeyRole,
        _terms: KeyTerms,
    ) -> Result<Arc<dyn Signer>, KeyStoreError> {
        self.made.fetch_add(1, Ordering::SeqCst);
        self.load(role).await
    }

    async fn load(&self, role: KeyRole) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let (seed, fail) = match role {
            KeyRole::Auth => (31, Arc::default()),
            KeyRole::Approval => {
                self.prompts.fetch_add(1, Ordering::SeqCst);
                (32, Arc::clone(&self.fail))
            }
        };
        Ok(Arc::new(TestKey { key: software_key(seed), fail }))
    }

    async fn evidence(&self, _: Sha256) -> Result<KeyEvidence, KeyStoreError> {
        Ok(KeyEvidence::None)
    }
}

/// A phone and its server.
struct Scene {
    fake: Fake,
    keys: Arc<TestKeys>,
    folder: tempfile::TempDir,
    secrets: tempfile::TempDir,
    phone: Companion,
}

fn setup(fake: &Fake, keys: &Arc<TestKeys>, folder: &Path, secrets: &Path) -> Setup {
    let keys: Arc<dyn KeyStore> = keys.clone();
    Setup {
        folder: folder.to_owned(),
        keys,
        secrets: Arc::new(SecretFiles::new(secrets)),
        clock: fake.clock.clone(),
        // Other values after each start, as on a phone.
        entropy: Arc::new(Counting::new(STARTS.fetch_add(1, Ordering::SeqCst))),
        app: Text::new("test 1").unwrap(),
        model: Text::new("test").unwrap(),
        language: Language::Vietnamese,
    }
}

async fn start(fake: &Fake, keys: &Arc<TestKeys>, folder: &Path, secrets: &Path) -> Companion {
    Companion::start(setup(fake, keys, folder, secrets)).await.unwrap()
}

impl Scene {
    async fn new() -> Self {
        let fake = Fake::start().await;
        let (folder, secrets) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let keys = Arc::default();
        let phone = start(&fake, &keys, folder.path(), secrets.path()).await;
        Self { fake, keys, folder, secrets, phone }
    }

    async fn enrolled() -> Self {
        let scene = Self::new().await;
        scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
        scene.phone.enroll_keys().await.unwrap();
        scene.fake.change(|desk| desk.approved = true);
        scene.phone.enroll_status().await.unwrap();
        scene
    }

    async fn opened() -> Self {
        let scene = Self::enrolled().await;
        scene.phone.sync().await.unwrap();
        scene.phone.open(REQUEST).await.unwrap();
        scene
    }

    /// The same phone after its process ended.
    async fn restarted(self) -> Self {
        let Self { fake, keys, folder, secrets, phone } = self;
        drop(phone);
        let phone = start(&fake, &keys, folder.path(), secrets.path()).await;
        Self { fake, keys, folder, secrets, phone }
    }

    /// The files of a folder among the phone's.
    fn files(&self, folder: &str) -> Vec<PathBuf> {
        files_below(&self.folder.path().join(folder))
    }

    fn prompts(&self) -> usize {
        self.keys.prompts.load(Ordering::SeqCst)
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    entries.flat_map(below).collect()
}
