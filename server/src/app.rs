//! The application: one value that holds what every flow needs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::enrollment::short_code::ShortCode;
use trien_core::enrollment::{InvitationSecret, proof};
use trien_core::env::{Clock, Entropy, random};
use trien_core::id::InvitationId;
use trien_core::log::checkpoint::LogKey;
use trien_core::push::{PushAddress, PushKind};
use trien_core::wire::UnitView;

use crate::attestation::{AppAttestSettings, AttestationSettings};
use crate::blobs::Blobs;
use crate::ca::{Ca, FreshKey, Life, LogSeed, NewKey, TokenSettings, Vault};
use crate::deliver::{Deliver, DeliverSettings};
use crate::egress::Refused;
use crate::flow::FlowError;
use crate::flow::access::AccessSeal;
use crate::flow::account::Passwords;
use crate::flow::act::Act;
use crate::flow::acts;
use crate::flow::admin::KeyPolicy;
use crate::flow::calendar::Calendar;
use crate::flow::events::Listeners;
use crate::flow::kept::Beside;
use crate::flow::notices::Notices;
use crate::flow::push::Seal;
use crate::flow::receipts::Heads;
use crate::flow::register::{KeptSums, Summaries};
use crate::flow::waves::Counts;
use crate::flow::webhook::SecretSeal;
use crate::jobs::Jobs;
use crate::mail::{MailSettings, Mailer};
use crate::push::breaker::Breaker;
use crate::push::{Push, PushSettings, VapidKey};
use crate::room::Room;
use crate::store::directory::{insert_setting, setting};
use crate::store::{Store, StoreError};
use crate::worker::{Checker, CheckerSettings};
use crate::writer::{Means, Writer};

/// The database in the data folder.
const DATABASE: &str = "trien.db";
/// The folder of documents in the data folder.
const DOCUMENTS: &str = "documents";
/// The setting that ties a database to its log key.
const LOG_KEY: &str = "log-key";

/// What the application is told from outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder, made by [`App::init`].
    pub data: PathBuf,
    /// A PostgreSQL URL; the data folder's own SQLite when absent.
    pub database_url: Option<String>,
    /// The address that phones use, such as `https://trien.example.vn`; stands in invitations and,
    /// for revocation lists, in certificates.
    pub origin: String,
    /// SHA-256 of the `SubjectPublicKeyInfo` of the server's TLS keys; empty for the platform's trust.
    pub pins: Vec<Sha256>,
    /// The passphrase of the keys at rest; the data folder's own file (mode 0600) when absent.
    pub passphrase: Option<Passphrase>,
    /// The token that holds the issuing key, or is to hold a new one.
    pub token: Option<TokenSettings>,
    /// The longest lives of certificates.
    pub life: Life,
    /// How foreign PDFs are opened.
    pub checker: CheckerSettings,
    /// What phones must show of their keys; none is known to be in hardware when absent.
    pub attestation: Option<AttestationSettings>,
    /// What iPhones must show; none is known to run the office's app when absent.
    pub app_attest: Option<AppAttestSettings>,
    /// By whom phones are woken.
    pub push: PushSettings,
    /// Which addresses document systems may be told at.
    pub deliver: DeliverSettings,
    /// The relay by which mail is sent; none is sent when absent.
    pub mail: Option<MailSettings>,
}

/// A passphrase; prints as `…`.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct Passphrase(pub String);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// What a new data folder begins with.
#[derive(Clone, Debug)]
pub struct InitOptions {
    /// The first unit.
    pub unit: Text<200>,
    /// Which keys it takes.
    pub keys: KeyPolicy,
    /// The log's origin, a schema-less URL such as `trien.example.vn/log` (C2SP tlog-checkpoint).
    pub log_origin: String,
}

/// Where one authority's revocation list is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// The authority's part: `root`, `issuing`, and `issuing-2` and so on where the key was replaced.
    pub authority: String,
    /// Its name in the address.
    pub name: String,
}

impl RevocationList {
    /// Its path on this server.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/api/v1/crl/{}.crl", self.name)
    }
}

/// The application; clones share everything.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    store: Store,
    writer: Writer,
    blobs: Blobs,
    ca: Arc<Ca>,
    checker: Checker,
    builder: Checker,
    log_key: Arc<LogKey>,
    invitations: InvitationSecret,
    passwords: Passwords,
    heads: Heads,
    wave_counts: Counts,
    summaries: Summaries,
    figures: KeptSums,
    push: Push,
    deliver: Deliver,
    mailer: Option<Mailer>,
    access_seal: AccessSeal,
    webhook_seal: SecretSeal,
    calendar: Calendar,
    notices: Arc<Notices>,
    push_seal: Seal,
    push_breaker: Breaker,
    vapid_key: Vec<u8>,
    listeners: Listeners,
    room: Room,
    jobs: Mutex<Option<Jobs>>,
    leaving: CancellationToken,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl App {
    /// Makes keys, certificates, the log and the first unit in an empty data folder; refuses a
    /// folder that has them.
    pub async fn init(
        settings: &Settings,
        options: InitOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<UnitView, FlowError> {
        let seed = LogSeed(random(&*entropy));
        let log_key = LogKey::from_seed(&options.log_origin, &seed.0)
            .map_err(|error| FlowError::BadRequest(error.to_string()))?;
        let passphrase = settings.passphrase.as_ref().map(|p| p.0.as_str());
        Vault::refuse_second(&settings.data)?;
        // First what may fail for want of a token: then nothing is made by halves.
        let place = NewKey::of(settings.token.as_ref());
        let fresh = FreshKey::first(place, entropy.clone()).await;
        let fresh = fresh.map_err(FlowError::IssuingKey)?;
        let vault = Vault::create(&settings.data, passphrase, &*entropy)?;
        vault.write_seed(&seed, &*entropy)?;
        let now = clock.now().second();
        Ca::create(&vault, &fresh, &options.unit, &settings.origin, now, &*entropy)?;

        let store = open_store(settings).await?;
        let mut connection = store.writer().await?;
        if setting(&mut connection, LOG_KEY).await?.is_some() {
            return Err(FlowError::BadRequest(
                "the database belongs to another data folder".into(),
            ));
        }
        insert_setting(&mut connection, LOG_KEY, &log_key.verifier().to_string()).await?;
        drop(connection);
        store.close().await;

        let app = Self::open(settings.clone(), clock, entropy).await?;
        let unit = crate::flow::admin::create_unit(
            &app,
            &Act::COMMAND_LINE,
            &options.unit,
            None,
            options.keys,
        )
        .await;
        let lists = crate::flow::crl::renew(&app).await;
        app.shut_down().await;
        lists?;
        unit
    }

    /// Opens what [`Self::init`] made, brings the database up to date and starts the writer. Jobs
    /// start with [`Self::start_jobs`].
    pub async fn open(
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, FlowError> {
        let passphrase = settings.passphrase.as_ref().map(|p| p.0.as_str());
        let vault = Vault::open(&settings.data, passphrase)?;
        let seed = vault.read_seed()?;
        let ca =
            Arc::new(Ca::open(vault, settings.token.as_ref(), &settings.origin, settings.life)?);
        let store = open_store(&settings).await?;
        let log_key = Arc::new(log_key_of(&store, &seed).await?);
        let blobs = Blobs::open(settings.data.join(DOCUMENTS))
            .map_err(|error| FlowError::Unavailable(error.to_string()))?;
        let writer = Writer::start(Means {
            store: store.clone(),
            log_key: log_key.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        });
        // Nobody who holds an invitation's secret learns another's, or the seed.
        let seed = InvitationSecret(seed.0);
        let passwords = Passwords::new(entropy.clone())?;
        let invitations = InvitationSecret(proof(&seed, "trien-invitations/1", &[]));
        let vapid = vapid_key(&seed);
        let (vapid_key, push_seal) = (vapid.public(), Seal::new(&seed));
        let push = Push::new(&settings.push, vapid, &settings.origin)
            .map_err(|error| FlowError::BadRequest(error.to_string()))?;
        let deliver = Deliver::new(&settings.deliver)
            .map_err(|error| FlowError::BadRequest(error.to_string()))?;
        let mailer = settings.mail.as_ref().map(Mailer::new).transpose();
        let mailer = mailer.map_err(|error| FlowError::BadRequest(error.to_string()))?;
        let (access_seal, webhook_seal) = (AccessSeal::new(&seed), SecretSeal::new(&seed));
        let calendar = Calendar::of(&settings.data)?;
        let notices = Arc::new(Notices::of(&settings.data)?);
        let (jobs, beside) = (Mutex::new(None), Beside::default());
        let checker = Checker::new(settings.checker.clone());
        let builder = Checker::new(settings.checker.clone());
        let inner = Inner {
            settings,
            store,
            writer,
            blobs,
            ca,
            checker,
            builder,
            log_key,
            invitations,
            passwords,
            heads: Heads::default(),
            wave_counts: Counts::new(&beside),
            summaries: Summaries::empty(&beside),
            figures: KeptSums::new(&beside, |sums| sums.events),
            push,
            deliver,
            mailer,
            access_seal,
            webhook_seal,
            calendar,
            notices,
            push_seal,
            push_breaker: Breaker::default(),
            vapid_key,
            listeners: Listeners::default(),
            room: Room::default(),
            jobs,
            leaving: CancellationToken::new(),
            clock,
            entropy,
        };
        let app = Self { inner: Arc::new(inner) };
        acts::index_older(&app).await?;
        Ok(app)
    }

    /// Runs background work until [`Self::shut_down`].
    pub fn start_jobs(&self) {
        let mut jobs = self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get_or_insert_with(|| Jobs::start(self.clone()));
    }

    /// Ends connections that would stay open for as long as somebody listens.
    pub fn leave(&self) {
        self.inner.leaving.cancel();
    }

    /// Ready once the server is about to stop.
    pub(crate) fn leaving(&self) -> CancellationToken {
        self.inner.leaving.clone()
    }

    /// Counts what was written since the start, without what it was.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.inner.writer.changes()
    }

    /// Ends jobs, lets the writer finish what it has, and closes the database.
    pub async fn shut_down(&self) {
        let jobs = self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(jobs) = jobs {
            jobs.stop().await;
        }
        self.inner.writer.stop().await;
        self.inner.store.close().await;
    }

    /// Whether the database answers, its log is the one of these keys, and the writer runs.
    pub async fn ready(&self) -> Result<(), FlowError> {
        if !self.inner.writer.is_running() {
            return Err(FlowError::Unavailable("the writer has ended".to_owned()));
        }
        let mut connection = self.inner.store.reader().await?;
        let bound = setting(&mut connection, LOG_KEY).await?;
        if bound == Some(self.log_key()) {
            Ok(())
        } else {
            Err(FlowError::Unavailable("the database belongs to another data folder".to_owned()))
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// The office's working time.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.inner.calendar
    }

    /// The way to the mail relay; for jobs alone, others ask whether there is one.
    pub(crate) fn mailer(&self) -> Option<&Mailer> {
        self.inner.mailer.as_ref()
    }

    /// When people are told what waits for them.
    pub(crate) fn notices(&self) -> &Arc<Notices> {
        &self.inner.notices
    }

    /// The source of random bytes.
    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.inner.entropy
    }

    pub(crate) fn shared_entropy(&self) -> Arc<dyn Entropy> {
        self.inner.entropy.clone()
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.inner.settings.data
    }

    /// Whether everything here is made up, as [`mark_made_up`] said.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        is_made_up(self.data())
    }

    /// The log's verifier key (C2SP signed-note text): what `trien verify --log-key` takes.
    #[must_use]
    pub fn log_key(&self) -> String {
        self.inner.log_key.verifier().to_string()
    }

    /// The root certificate, PEM: what `trien verify --trust` takes.
    #[must_use]
    pub fn root_pem(&self) -> String {
        self.inner.ca.root().to_pem()
    }

    /// The revocation lists of the office's own authorities: the root's first, and last the one of the
    /// authority that issues.
    #[must_use]
    pub fn revocation_lists(&self) -> Vec<RevocationList> {
        let ca = &self.inner.ca;
        let mut lists = vec![RevocationList { authority: "root".to_owned(), name: ca.root_name() }];
        lists.extend(ca.authorities().iter().enumerate().map(|(before, authority)| {
            let name = authority.name().to_owned();
            let authority = match before {
                0 => "issuing".to_owned(),
                before => format!("issuing-{}", before + 1),
            };
            RevocationList { authority, name }
        }));
        lists
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.inner.writer
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    pub(crate) fn ca(&self) -> &Arc<Ca> {
        &self.inner.ca
    }

    /// Workers for documents that nobody has looked at yet.
    pub(crate) fn checker(&self) -> &Checker {
        &self.inner.checker
    }

    /// Workers for documents that passed: a decision does not wait for somebody's bomb, and is not
    /// built where one was open.
    pub(crate) fn builder(&self) -> &Checker {
        &self.inner.builder
    }

    pub(crate) fn signing_log_key(&self) -> &LogKey {
        &self.inner.log_key
    }

    pub(crate) fn heads(&self) -> &Heads {
        &self.inner.heads
    }

    /// What was counted of waves lately.
    pub(crate) fn wave_counts(&self) -> &Counts {
        &self.inner.wave_counts
    }

    /// What happened in the register, counted lately.
    pub(crate) fn figures(&self) -> &KeptSums {
        &self.inner.figures
    }

    /// What was counted of the register lately.
    pub(crate) fn summaries(&self) -> &Summaries {
        &self.inner.summaries
    }

    /// The ways to push services; for jobs alone.
    pub(crate) fn push(&self) -> &Push {
        &self.inner.push
    }

    /// Memory for documents that come in.
    pub(crate) fn room(&self) -> &Room {
        &self.inner.room
    }

    /// The phones that listen.
    pub(crate) fn listeners(&self) -> &Listeners {
        &self.inner.listeners
    }

    /// The way to document systems; for jobs alone.
    pub(crate) fn deliver(&self) -> &Deliver {
        &self.inner.deliver
    }

    /// Refuses an address at which nobody may be told anything.
    pub(crate) fn check_webhook(&self, address: &Url) -> Result<(), Refused> {
        self.inner.deliver.check(address)
    }

    /// Seals what document systems get for their keys.
    pub(crate) fn access_seal(&self) -> &AccessSeal {
        &self.inner.access_seal
    }

    /// Seals the secrets of webhooks at rest.
    pub(crate) fn webhook_seal(&self) -> &SecretSeal {
        &self.inner.webhook_seal
    }

    /// Seals push addresses at rest.
    pub(crate) fn push_seal(&self) -> &Seal {
        &self.inner.push_seal
    }

    /// Leaves push services alone that fail.
    pub(crate) fn push_breaker(&self) -> &Breaker {
        &self.inner.push_breaker
    }

    /// By whom phones can be woken.
    pub(crate) fn push_offers(&self) -> Vec<PushKind> {
        self.inner.settings.push.offers()
    }

    /// The service that takes an address, if the office allows it.
    pub(crate) fn push_provider(&self, address: &PushAddress) -> Result<String, Refused> {
        self.inner.settings.push.provider(address)
    }

    /// The package of the Android app that this office's phones have, where it names one.
    pub(crate) fn android_package(&self) -> Option<String> {
        self.inner.settings.attestation.as_ref().map(|settings| settings.package.clone())
    }

    /// The server's key for push services: an uncompressed point of P-256.
    pub(crate) fn vapid_key(&self) -> Vec<u8> {
        self.inner.vapid_key.clone()
    }

    /// Computes and compares hashes of passwords.
    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    /// The short code that stands for an invitation: derived as its secret is, and apart from it.
    pub(crate) fn short_code(&self, id: InvitationId) -> ShortCode {
        let parts: [&[u8]; 1] = [id.as_bytes()];
        ShortCode::of(&proof(&self.inner.invitations, "trien-short-code/1", &parts))
    }

    /// The secret of an invitation: derived, so that no row holds it.
    pub(crate) fn invitation_secret(&self, id: InvitationId) -> InvitationSecret {
        InvitationSecret(proof(&self.inner.invitations, "trien-invitation/1", &[id.as_bytes()]))
    }
}

// Derived, so that no file holds it and no node has another: a phone's subscription is bound to it
// (RFC 8292 §4.2).
fn vapid_key(seed: &InvitationSecret) -> VapidKey {
    let secrets = (0..=u8::MAX).map(|turn| proof(seed, "trien-vapid/1", &[&[turn]]));
    VapidKey::of(secrets).expect("eight draws of which each fails once in 2^32")
}

/// The file that marks a data folder as made up.
const DEMO_MARK: &str = "DEMO";

/// Marks a data folder as made up, for good.
pub fn mark_made_up(folder: &Path) -> std::io::Result<()> {
    std::fs::write(folder.join(DEMO_MARK), "This data folder was made by `trien demo`.\n")
}

/// Whether a data folder was marked so.
#[must_use]
pub fn is_made_up(folder: &Path) -> bool {
    folder.join(DEMO_MARK).exists()
}

async fn open_store(settings: &Settings) -> Result<Store, StoreError> {
    match &settings.database_url {
        Some(url) => Store::open_postgres(url).await,
        None => Store::open_sqlite(&settings.data.join(DATABASE)).await,
    }
}

// The database knows its key; the key's file knows only the seed, and the name is in the text.
async fn log_key_of(store: &Store, seed: &LogSeed) -> Result<LogKey, FlowError> {
    let other = || FlowError::BadRequest("the database belongs to another data folder".to_owned());
    let mut connection = store.reader().await?;
    let bound = setting(&mut connection, LOG_KEY).await?.ok_or_else(other)?;
    let name = bound.split('+').next().unwrap_or_default();
    let key = LogKey::from_seed(name, &seed.0).map_err(|_| other())?;
    if key.verifier().to_string() == bound { Ok(key) } else { Err(other()) }
}
