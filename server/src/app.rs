//! The application: one value that holds what every flow needs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Clock, Entropy};
use trien_core::wire::UnitView;

use crate::flow::FlowError;
use crate::flow::admin::KeyPolicy;

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

/// The application; clones share everything.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
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
        todo!()
    }

    /// Opens what [`Self::init`] made, brings the database up to date and starts the writer. Jobs
    /// start with [`Self::start_jobs`].
    pub async fn open(
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, FlowError> {
        todo!()
    }

    /// Runs background work until [`Self::shut_down`].
    pub fn start_jobs(&self) {
        todo!()
    }

    /// Ends jobs, lets the writer finish what it has, and closes the database.
    pub async fn shut_down(&self) {
        todo!()
    }

    /// Whether the database answers and its migrations are those of this build.
    pub async fn ready(&self) -> Result<(), FlowError> {
        todo!()
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

    /// The source of random bytes.
    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.inner.entropy
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.inner.settings.data
    }

    /// The log's verifier key (C2SP signed-note text): what `trien verify --log-key` takes.
    #[must_use]
    pub fn log_key(&self) -> String {
        todo!()
    }

    /// The root certificate, PEM: what `trien verify --trust` takes.
    #[must_use]
    pub fn root_pem(&self) -> String {
        todo!()
    }

    /// The name of the issuing CA in the addresses of revocation lists.
    #[must_use]
    pub fn issuer_name(&self) -> String {
        todo!()
    }
}
