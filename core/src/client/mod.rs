//! The phone's side: enroll, sync, read, decide, and keep what was decided until it is proved
//! to be recorded.
//!
//! [`Companion`] is the whole of it; `trien phone`, the demo and the apps wrap it. It holds two
//! rules. It signs only what it computed itself: documents hashed here, the revision built here,
//! the decision made of its own data. And it keeps a signed decision on disk until a receipt
//! verifies.

mod anchors;
mod cache;
mod changed;
mod decide;
mod delegations;
mod document_signer;
mod documents;
mod enroll;
mod erase;
mod error;
mod kept;
#[cfg(feature = "software-signer")]
mod key_files;
mod keys;
mod meanwhile;
mod others;
mod papers;
mod pictures;
mod pieces;
pub mod practice;
mod push;
mod records;
mod seal;
#[cfg(feature = "software-signer")]
mod secret_files;
mod secrets;
mod sheet;
mod slip;
mod state;
mod store;
mod sync;
#[cfg(all(test, feature = "software-signer"))]
mod tests;
mod tls;
mod transport;
mod verify;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::document::Text;
use crate::env::{Clock, Entropy, Timestamp, UnixSecond};
use crate::id::{DeviceId, RequestId};
use crate::wire::{Profile, RequestView};

pub use delegations::DelegationDraft;
pub use document_signer::{AwaitedDocument, DocumentSignedHere, DocumentToSign};
pub use error::{
    ClientError, DelegationFault, DocumentFault, Impostor, InvalidAddress, KeptFault, LogFault,
    ProfileFault, RecipeFault, Waiting,
};
pub use kept::{Evidenced, Kept};
#[cfg(feature = "software-signer")]
pub use key_files::KeyFiles;
pub use keys::{KeyRole, KeyStore, KeyStoreError, KeyTerms};
pub use papers::{CopyReceipt, ReceivedCopy};
pub use pictures::{Attachment, Reading, StampedPage};
pub use push::News;
pub use records::{
    Answer, Decided, EarlierSignature, EnrollmentPreview, EnrollmentStatus, Erasure, HeldSlip,
    InPlace, InboxItem, Judgement, Opened, OutboxEntry, PageView, PhoneState, Sheet, SheetId,
    SheetSigner, SheetSigning, StampPlace, Synced,
};
#[cfg(feature = "software-signer")]
pub use secret_files::SecretFiles;
pub use secrets::{SecretStore, SecretStoreError};
pub use store::StorageError;
pub use transport::Language;

use state::{Enrollment, State};
use store::Folder;
use transport::{Connection, Origin, Transport};

/// What a companion needs from its surroundings.
#[derive(Clone)]
pub struct Setup {
    /// Its own folder; one companion at a time.
    pub folder: PathBuf,
    /// The device's keys.
    pub keys: Arc<dyn KeyStore>,
    /// What must not lie in the folder: the key that opens what does, and an invitation's secret
    /// until the enrollment ends.
    pub secrets: Arc<dyn SecretStore>,
    /// The device's clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness for nonces and for the folder's key.
    pub entropy: Arc<dyn Entropy>,
    /// The app and its build; stands in every decision.
    pub app: Text<100>,
    /// The device's model, for the officer.
    pub model: Text<100>,
    /// For prompts and for the server's texts.
    pub language: Language,
}

/// A phone of one person. All methods may be called at any time from any thread.
pub struct Companion {
    setup: Setup,
    folder: Arc<Folder>,
    state: Mutex<State>,
    // Two syncs at once would race for the cursor, two sendings of one row for its end, two
    // changes of the sync record for the file.
    syncing: tokio::sync::Mutex<()>,
    sending: tokio::sync::Mutex<()>,
    noting: tokio::sync::Mutex<()>,
    // Kept between two waits, so that nothing is missed.
    listening: tokio::sync::Mutex<Option<push::Line>>,
    next_sheet: AtomicU64,
}

impl Companion {
    /// Opens the companion in its folder, in whatever state it was left. Where the key of what the
    /// folder holds is lost, that is [`StorageError::KeyLost`], and nothing is changed: the key may
    /// be there again after the device's restart.
    pub async fn start(setup: Setup) -> Result<Self, ClientError> {
        let folder = open_folder(&setup).await?;
        let remembered = erase::open(&setup, &folder).await?;
        let ended = remembered.device.is_some() && remembered.enrollment.is_some();
        let companion = Self {
            setup,
            folder,
            state: Mutex::new(State::new(remembered)),
            syncing: tokio::sync::Mutex::new(()),
            sending: tokio::sync::Mutex::new(()),
            noting: tokio::sync::Mutex::new(()),
            listening: tokio::sync::Mutex::new(None),
            next_sheet: AtomicU64::new(1),
        };
        if ended {
            // Cut off on its way out. What cannot be removed now is tried again at the next start.
            let _ = companion.drop_enrollment().await;
        }
        Ok(companion)
    }

    /// The same where the key is lost: erases what nothing opens any more, decisions that were not
    /// sent included. Where the key is not lost, nothing is erased.
    pub async fn start_over(setup: Setup) -> Result<Self, ClientError> {
        erase::give_up_unreadable(&setup).await?;
        Self::start(setup).await
    }

    /// Where this phone stands.
    #[must_use]
    pub fn state(&self) -> PhoneState {
        let state = self.lock();
        match (&state.remembered.enrollment, &state.remembered.device) {
            (None, None) => {
                let erased = state.remembered.erased.as_ref();
                erased.map_or(PhoneState::NotEnrolled, |erased| PhoneState::Erased(erased.why))
            }
            (None, Some(device)) => PhoneState::Enrolled(Box::new(device.profile.clone())),
            (Some(Enrollment::Slip(slip)), _) => PhoneState::HoldsSlip(Box::new(slip.held.clone())),
            (Some(Enrollment::Invited(invited)), _) => PhoneState::Invited(invited.preview()),
            (Some(Enrollment::Sent(sent)), _) => match &sent.answered {
                None => PhoneState::Invited(sent.invited.preview()),
                Some(answered) => PhoneState::WaitingForOfficer { code: answered.code.grouped() },
            },
        }
    }

    /// The profile of an enrolled device.
    pub fn profile(&self) -> Result<Profile, ClientError> {
        let state = self.lock();
        let device = state.remembered.device.as_ref().ok_or(ClientError::NotEnrolled)?;
        Ok(device.profile.clone())
    }

    /// Which device this is, once it is enrolled.
    fn device(&self) -> Option<DeviceId> {
        self.lock().remembered.device.as_ref().map(|device| device.profile.device)
    }

    /// The present time at the server, by the last sync.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        let offset = self.lock().remembered.sync.clock_offset_ms;
        Timestamp::from_millis(self.setup.clock.now().as_millis().saturating_add(offset))
    }

    /// When the last sync that brought everything ended, by the server's clock; none before the first.
    #[must_use]
    pub fn last_sync(&self) -> Option<UnixSecond> {
        self.lock().remembered.sync.synced_at
    }

    /// The address of the server at which this device is enrolled.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        self.lock().remembered.device.as_ref().map(|device| device.server.clone())
    }

    /// What waits for this person, as of the last sync; the most urgent and the oldest first.
    #[must_use]
    pub fn inbox(&self) -> Vec<InboxItem> {
        let state = self.lock();
        let mut items: Vec<InboxItem> =
            state.remembered.requests.values().filter_map(|view| state.item(view)).collect();
        items.sort_by_key(|item| {
            (std::cmp::Reverse(item.metadata.urgency), item.queued_at, item.request)
        });
        items
    }

    /// All requests that this phone knows, the newest last.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestView> {
        self.lock().remembered.requests.values().cloned().collect()
    }

    /// A request as of the last sync, decided or not.
    pub fn request(&self, request: RequestId) -> Result<RequestView, ClientError> {
        let state = self.lock();
        let view = state.remembered.requests.get(&request);
        view.cloned().ok_or(ClientError::UnknownRequest(request))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // State is only ever replaced whole, so a panic elsewhere leaves none of it half made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection of an enrolled device, kept while the companion runs.
    async fn connect(&self) -> Result<Arc<Connection>, ClientError> {
        let (device, offset) = {
            let state = self.lock();
            if let Some(connection) = &state.connection {
                return Ok(Arc::clone(connection));
            }
            let device = state.remembered.device.clone().ok_or(ClientError::NotEnrolled)?;
            (device, state.remembered.sync.clock_offset_ms)
        };
        let transport = self.transport(&device.server, device.profile.pins)?;
        let key = self.setup.keys.load(KeyRole::Auth).await?;
        let connection = Arc::new(Connection::new(transport, device.profile.device, key));
        connection.server_time(self.setup.clock.now().plus_seconds(offset / 1000));
        self.lock().connection = Some(Arc::clone(&connection));
        Ok(connection)
    }

    fn transport(
        &self,
        server: &str,
        pins: Vec<crate::digest::Sha256>,
    ) -> Result<Transport, ClientError> {
        Transport::new(
            Origin::parse(server)?,
            pins,
            self.setup.language,
            Arc::clone(&self.setup.clock),
            Arc::clone(&self.setup.entropy),
        )
    }

    /// Runs work on files off the async threads.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, ClientError> {
        in_folder(&self.folder, work).await
    }
}

async fn open_folder(setup: &Setup) -> Result<Arc<Folder>, ClientError> {
    let root = setup.folder.clone();
    Ok(Arc::new(off_thread("opening the folder", move || Folder::open(&root)).await??))
}

async fn in_folder<T: Send + 'static>(
    folder: &Arc<Folder>,
    work: impl FnOnce(&Folder) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, ClientError> {
    let folder = Arc::clone(folder);
    Ok(off_thread("work on files", move || work(&folder)).await??)
}

/// Runs blocking work; a panic in it, such as a drawing library's, becomes an error.
async fn off_thread<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Defect(what))
}
