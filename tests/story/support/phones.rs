//! Phones whose hardware keys are played: in memory, and counting what the person confirmed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use trien_core::client::{
    ClientError, Companion, Decided, EnrollmentStatus, KeyRole, KeyStore, KeyStoreError, KeyTerms,
    Language, SecretStore, SecretStoreError, Setup,
};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::OsEntropy;
use trien_core::id::{DeviceId, RequestId};
use trien_core::receipt::Receipt;
use trien_core::signer::{Signer, SignerError, SoftwareSigner, ToSign};
use trien_core::wire::{KeyEvidence, PersonView};
use trien_server::flow::act::Act;
use trien_server::flow::{enroll as officer, invite};

use super::{Office, TestClock};

/// A key store in memory that counts how often the approval key signed, and a secret store.
#[derive(Clone, Default)]
pub struct Prompted {
    keys: Arc<Mutex<HashMap<KeyRole, Arc<SoftwareSigner>>>>,
    approvals: Arc<AtomicU32>,
    secrets: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

impl Prompted {
    /// Signatures by the approval key so far, the enrollment's own among them.
    pub fn approvals(&self) -> u32 {
        self.approvals.load(Ordering::SeqCst)
    }

    fn signer(&self, role: KeyRole, key: Arc<SoftwareSigner>) -> Arc<dyn Signer> {
        match role {
            KeyRole::Auth => key,
            KeyRole::Approval => Arc::new(Counted { key, approvals: self.approvals.clone() }),
        }
    }
}

#[async_trait]
impl KeyStore for Prompted {
    async fn create(&self, role: KeyRole, _: KeyTerms) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let key = Arc::new(SoftwareSigner::generate(&OsEntropy));
        self.keys.lock().unwrap().insert(role, key.clone());
        Ok(self.signer(role, key))
    }

    async fn load(&self, role: KeyRole) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let key = self.keys.lock().unwrap().get(&role).cloned();
        Ok(self.signer(role, key.expect("the phone was enrolled with this store")))
    }

    async fn evidence(&self, _: Sha256) -> Result<KeyEvidence, KeyStoreError> {
        Ok(KeyEvidence::None)
    }
}

#[async_trait]
impl SecretStore for Prompted {
    async fn put(&self, name: String, secret: Vec<u8>) -> Result<(), SecretStoreError> {
        self.secrets.lock().unwrap().insert(name, secret);
        Ok(())
    }

    async fn get(&self, name: String) -> Result<Option<Vec<u8>>, SecretStoreError> {
        Ok(self.secrets.lock().unwrap().get(&name).cloned())
    }

    async fn remove(&self, name: String) -> Result<(), SecretStoreError> {
        self.secrets.lock().unwrap().remove(&name);
        Ok(())
    }
}

struct Counted {
    key: Arc<SoftwareSigner>,
    approvals: Arc<AtomicU32>,
}

#[async_trait]
impl Signer for Counted {
    fn public_key(&self) -> Vec<u8> {
        self.key.public_key()
    }

    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError> {
        self.approvals.fetch_add(1, Ordering::SeqCst);
        self.key.sign(request).await
    }
}

/// A phone's surroundings.
pub fn phone_setup(office: &Office, folder: &Path, keys: &Prompted) -> Setup {
    Setup {
        folder: folder.to_owned(),
        keys: Arc::new(keys.clone()),
        secrets: Arc::new(keys.clone()),
        clock: Arc::new(office.clock.clone()),
        entropy: Arc::new(OsEntropy),
        app: Text::new("trien-story/1").unwrap(),
        model: Text::new("Story phone").unwrap(),
        language: Language::English,
    }
}

/// An enrolled phone with its keys.
pub struct Phone {
    /// The companion.
    pub companion: Companion,
    /// Its keys.
    pub keys: Prompted,
    /// Itself.
    pub device: DeviceId,
    folder: PathBuf,
}

impl Phone {
    /// The same phone after its app was killed.
    pub async fn restart(self, office: &Office) -> Self {
        let Self { companion, keys, device, folder } = self;
        drop(companion);
        let setup = phone_setup(office, &folder, &keys);
        Self { companion: Companion::start(setup).await.unwrap(), keys, device, folder }
    }

    /// The same phone with a clock that is `seconds` ahead of the office's.
    pub async fn with_clock_off_by(self, office: &Office, seconds: i64) -> Self {
        let Self { companion, keys, device, folder } = self;
        drop(companion);
        let clock = TestClock::default();
        clock.advance(seconds);
        let setup = Setup { clock: Arc::new(clock), ..phone_setup(office, &folder, &keys) };
        Self { companion: Companion::start(setup).await.unwrap(), keys, device, folder }
    }
}

/// Enrolls a phone of `person`; the officer types what the person reads out.
pub async fn enroll(office: &Office, person: &PersonView) -> Phone {
    let phone = begin(office, person).await;
    let code = phone.companion.enroll_keys().await.unwrap().grouped();
    let device = newest_device(office).await;
    officer::approve(office.app(), &Act::COMMAND_LINE, device, &code).await.unwrap();
    let status = phone.companion.enroll_status().await.unwrap();
    assert!(matches!(status, EnrollmentStatus::Active(_)), "{status:?}");
    Phone { device, ..phone }
}

/// A phone that has opened its invitation and not sent its keys.
pub async fn begin(office: &Office, person: &PersonView) -> Phone {
    let ttl = invite::DEFAULT_TTL_SECONDS;
    let invitation =
        invite::create(office.app(), &Act::COMMAND_LINE, person.id, ttl).await.unwrap();
    let keys = Prompted::default();
    let name = hex::encode(trien_core::env::random::<6>(&OsEntropy));
    let folder = office.folder.path().join(format!("phone-{name}"));
    let companion = Companion::start(phone_setup(office, &folder, &keys)).await.unwrap();
    companion.enroll_begin(invitation.link).await.unwrap();
    Phone { companion, keys, device: DeviceId::from_bytes([0; 16]), folder }
}

/// The device that sent its keys last.
pub async fn newest_device(office: &Office) -> DeviceId {
    trien_server::flow::devices::newest(office.app(), None, 50).await.unwrap()[0].id
}

/// Syncs, reads and signs, as far as the phone lets it.
pub async fn try_approve(phone: &Companion, request: RequestId) -> Result<Decided, ClientError> {
    phone.sync().await?;
    phone.open(request).await?;
    let sheet = phone.sheet(request).await?;
    phone.approve(sheet.id).await
}

/// Syncs, reads, signs, and holds a receipt.
pub async fn approve(phone: &Companion, request: RequestId) -> Receipt {
    match try_approve(phone, request).await.unwrap() {
        Decided::Recorded(receipt) => *receipt,
        other => panic!("expected a receipt, found {other:?}"),
    }
}
