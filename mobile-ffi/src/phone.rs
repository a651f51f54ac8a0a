//! The phone of one person.

use std::path::PathBuf;
use std::sync::Arc;

use trien_core::client::{self, Companion};
use trien_core::document::Text;
use trien_core::env::{OsEntropy, SystemClock, Timestamp, UnixSecond};
use trien_core::id::{DeviceId, RequestId};

use crate::enrollment::{EnrollmentPreview, EnrollmentStatus, HeldSlip, OtherDevice, PhoneState};
use crate::error::PhoneError;
use crate::foreign::{KeyStore, Keys, SecretStore, Secrets};
use crate::push::{PushAddress, PushStatus};
use crate::records::{
    Decided, InboxItem, Opened, OutboxEntry, PageView, Region, Sheet, SheetId, Synced,
};
use crate::route::RequestDetails;
use crate::verification::Verification;

/// The language of prompts and of the server's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Language {
    /// Tiếng Việt.
    Vietnamese,
    /// English.
    English,
}

/// What a phone needs to know of itself.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Setup {
    /// Its own folder, which no other process uses.
    pub folder: String,
    /// The app and its build, at most 100 characters; stands in every decision.
    pub app: String,
    /// The device's model, at most 100 characters; for the officer.
    pub model: String,
    /// For prompts and for the server's texts.
    pub language: Language,
}

/// A phone of one person: enroll, sync, read, decide, and keep what was decided until it is
/// proved to be recorded. All methods may be called at any time from any thread.
//
// Not called Companion as in the core: in Kotlin, that name inside a class is its companion object.
#[derive(uniffi::Object)]
pub struct Phone(pub(crate) Companion);

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Opens the phone in its folder, in whatever state it was left.
    #[uniffi::constructor]
    pub async fn start(
        setup: Setup,
        keys: Arc<dyn KeyStore>,
        secrets: Arc<dyn SecretStore>,
    ) -> Result<Arc<Self>, PhoneError> {
        Ok(Arc::new(Self(Companion::start(with(setup, keys, secrets)?).await?)))
    }

    /// The same where the key of what the phone kept is lost: erases what nothing opens any more, decisions
    /// that were not sent included. Where the key is not lost, nothing is erased.
    #[uniffi::constructor]
    pub async fn start_over(
        setup: Setup,
        keys: Arc<dyn KeyStore>,
        secrets: Arc<dyn SecretStore>,
    ) -> Result<Arc<Self>, PhoneError> {
        Ok(Arc::new(Self(Companion::start_over(with(setup, keys, secrets)?).await?)))
    }

    /// Where this phone stands.
    pub fn state(&self) -> PhoneState {
        self.0.state().into()
    }

    /// Opens a link, a slip's or an invitation's, and gives where the phone stands then.
    pub async fn open_link(&self, link: String) -> Result<PhoneState, PhoneError> {
        Ok(self.0.open_link(link).await?.into())
    }

    /// Opens an invitation link; both sides prove that they know its secret.
    pub async fn begin_enrollment(&self, link: String) -> Result<EnrollmentPreview, PhoneError> {
        Ok(self.0.enroll_begin(link).await?.into())
    }

    /// Takes the link of a slip: asks the server whose it is. Nothing is enrolled by this.
    pub async fn take_slip(&self, link: String) -> Result<HeldSlip, PhoneError> {
        Ok(self.0.slip_take(link).await?.into())
    }

    /// Asks again where the slip stands: whether the officer has begun.
    pub async fn slip_status(&self) -> Result<HeldSlip, PhoneError> {
        Ok(self.0.slip_status().await?.into())
    }

    /// Opens the invitation of a slip by the eight digits on the officer's screen; each call is one of
    /// five tries.
    pub async fn open_slip(&self, short_code: String) -> Result<EnrollmentPreview, PhoneError> {
        Ok(self.0.slip_open(&short_code).await?.into())
    }

    /// Makes the keys, sends them, and gives the eight digits to read out to the officer. Asked
    /// again after a lost answer, it sends the same message again.
    pub async fn send_keys(&self) -> Result<String, PhoneError> {
        Ok(self.0.enroll_keys().await?.grouped())
    }

    /// Asks how far the enrollment is; once the officer has approved, the phone is enrolled.
    pub async fn enrollment_status(&self) -> Result<EnrollmentStatus, PhoneError> {
        Ok(self.0.enroll_status().await?.into())
    }

    /// The other devices of this phone's person that may act or are suspended.
    pub async fn other_devices(&self) -> Result<Vec<OtherDevice>, PhoneError> {
        Ok(self.0.other_devices().await?.into_iter().map(OtherDevice::from).collect())
    }

    /// Reports another device of this phone's person as lost: it is suspended at once, and only officers can let
    /// it act again.
    pub async fn report_lost(&self, device: DeviceId) -> Result<(), PhoneError> {
        Ok(self.0.report_lost(device).await?)
    }

    /// Asks for a replacement, where this phone's approval key is gone: its officer sees which phone it is, and
    /// invites.
    pub async fn ask_replacement(&self) -> Result<(), PhoneError> {
        Ok(self.0.ask_replacement().await?)
    }

    /// Gives up an enrollment that was not finished; a device that is enrolled stays.
    pub async fn abandon_enrollment(&self) -> Result<(), PhoneError> {
        Ok(self.0.enroll_abandon().await?)
    }

    /// Fetches what changed, and verifies that the log continues what this phone knew of it.
    pub async fn sync(&self) -> Result<Synced, PhoneError> {
        Ok(self.0.sync().await?)
    }

    /// Waits until something may have happened at the server, and syncs; gives nothing when the server
    /// has ended the line, as it does every quarter of an hour: then wait again.
    pub async fn await_news(&self) -> Result<Option<Synced>, PhoneError> {
        Ok(match self.0.await_news().await? {
            client::News::Synced(synced) => Some(synced),
            client::News::Ended => None,
        })
    }

    /// By whom the server can wake this phone, and whether that works.
    pub async fn push_status(&self) -> Result<PushStatus, PhoneError> {
        Ok(self.0.push_status().await?.into())
    }

    /// Says where this phone is woken, in place of what it said before.
    pub async fn push_register(&self, address: PushAddress) -> Result<PushStatus, PhoneError> {
        Ok(self.0.push_register(&address.into()).await?.into())
    }

    /// Has the server forget where this phone is woken.
    pub async fn push_remove(&self) -> Result<(), PhoneError> {
        Ok(self.0.push_remove().await?)
    }

    /// Asks the server to wake this phone now.
    pub async fn push_test(&self) -> Result<(), PhoneError> {
        Ok(self.0.push_test().await?)
    }

    /// The present time at the server, by the last sync.
    pub fn server_now(&self) -> Timestamp {
        self.0.server_now()
    }

    /// What waits for this person, as of the last sync; the most urgent and the oldest first.
    pub fn inbox(&self) -> Vec<InboxItem> {
        self.0.inbox().into_iter().map(InboxItem::from).collect()
    }

    /// When the last sync that brought everything ended, by the server's clock; none before the first.
    pub fn last_sync(&self) -> Option<UnixSecond> {
        self.0.last_sync()
    }

    /// The address of the server at which this device is enrolled.
    pub fn server(&self) -> Option<String> {
        self.0.server()
    }

    /// A request as of the last sync, decided or not: who takes part, and how far they are.
    pub fn request(&self, request: RequestId) -> Result<RequestDetails, PhoneError> {
        let (place, copy) = (self.0.stamp_place(request)?, self.0.own_copy(request)?);
        Ok(RequestDetails::new(self.0.request(request)?, place, copy))
    }

    /// Judges a PDF, whoever it is from, with the anchors of this device's office. Nothing is kept
    /// and nothing is sent.
    pub async fn verify(&self, file: Vec<u8>) -> Result<Verification, PhoneError> {
        Ok(self.0.verify(file).await?.into())
    }

    /// Fetches a request's documents and checks them. Only then may it be shown or decided on.
    pub async fn open_request(&self, request: RequestId) -> Result<Opened, PhoneError> {
        Ok(self.0.open(request).await?)
    }

    /// A picture (PNG) of a page of an opened request, `page` from 0 and `width` in pixels.
    pub async fn page_png(
        &self,
        request: RequestId,
        page: u32,
        width: u32,
        view: PageView,
    ) -> Result<Vec<u8>, PhoneError> {
        Ok(self.0.page_png(request, page, width, view).await?)
    }

    /// A picture (PNG) of part of a page of an opened request, at the scale that the region names.
    /// What of it lies beyond the page's edges is cut off.
    pub async fn region_png(
        &self,
        request: RequestId,
        region: Region,
        view: PageView,
    ) -> Result<Vec<u8>, PhoneError> {
        Ok(self.0.region_png(request, region, view).await?)
    }

    /// Opens the sheet of an opened request: fixes the time of signing, builds the signing
    /// revision, and gives all that the decision will say.
    pub async fn sheet(&self, request: RequestId) -> Result<Sheet, PhoneError> {
        Ok(self.0.sheet(request).await?.into())
    }

    /// Approves what an open sheet shows: one prompt, one signature. It is in the outbox before
    /// it is sent.
    pub async fn approve(&self, sheet: SheetId) -> Result<Decided, PhoneError> {
        Ok(self.0.approve(sheet).await?.into())
    }

    /// Rejects an opened request: it ends, with this reason.
    pub async fn reject(&self, request: RequestId, reason: String) -> Result<Decided, PhoneError> {
        Ok(self.0.reject(request, reason).await?.into())
    }

    /// Returns an opened request for a new version, with this reason.
    pub async fn return_for_changes(
        &self,
        request: RequestId,
        reason: String,
    ) -> Result<Decided, PhoneError> {
        Ok(self.0.return_for_changes(request, reason).await?.into())
    }

    /// Everything in the outbox, what was recorded included; the oldest first.
    pub fn outbox(&self) -> Vec<OutboxEntry> {
        self.0.outbox().into_iter().map(OutboxEntry::from).collect()
    }

    /// Sends what has no receipt yet, the very same bytes as before; gives what became of each.
    pub async fn flush(&self) -> Result<Vec<OutboxEntry>, PhoneError> {
        Ok(self.0.flush().await?.into_iter().map(OutboxEntry::from).collect())
    }
}

fn with(
    setup: Setup,
    keys: Arc<dyn KeyStore>,
    secrets: Arc<dyn SecretStore>,
) -> Result<client::Setup, PhoneError> {
    Ok(client::Setup {
        folder: PathBuf::from(setup.folder),
        keys: Arc::new(Keys(keys)),
        secrets: Arc::new(Secrets(secrets)),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        app: Text::new(&setup.app).map_err(|fault| PhoneError::argument("app", &fault))?,
        model: Text::new(&setup.model).map_err(|fault| PhoneError::argument("model", &fault))?,
        language: setup.language.into(),
    })
}

impl From<Language> for client::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Vietnamese => Self::Vietnamese,
            Language::English => Self::English,
        }
    }
}
