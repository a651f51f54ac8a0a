//! Where things are written: SQLite by default, PostgreSQL when a URL says so, one SQL text for both.
//!
//! Readers take a connection of the pool; everything that writes goes through the
//! [writer](crate::writer), because SQLite has one writer and the log has one head. The modules here
//! hold statements and rows, no rules.

pub mod absence;
pub mod account;
pub mod act;
pub mod admin_token;
pub mod anchor;
pub mod authority;
pub mod certificate;
pub mod change;
pub mod changes;
pub mod comment;
pub mod copy;
pub mod decision;
pub mod delegation;
pub mod delivery;
pub mod device;
pub mod devices;
pub mod dialect;
pub mod directory;
pub mod document;
pub mod document_signature;
pub mod enrollment;
mod error;
pub mod evidence;
pub mod follow;
pub mod holding;
pub mod identity;
pub mod job;
pub mod key;
pub mod level;
pub mod log;
pub mod mail;
mod migrate;
pub mod newcomers;
pub mod number;
pub mod on_paper;
pub mod passkey;
pub mod people;
pub mod proposal;
pub mod push;
pub mod queue;
pub mod register;
pub mod replacement;
pub mod request;
pub mod requests;
pub mod reshape;
pub mod role_proposal;
pub mod roll;
pub mod session;
pub mod slip;
pub mod stand_in;
pub mod stuck;
pub mod template;
pub mod upload;
mod value;
pub mod waiting;
pub mod wake;
pub mod wave;
pub mod webhook;
mod words;

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Once;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _};

pub use dialect::Dialect;
pub use error::{Reach, StoreError};
pub(crate) use value::{Bind, Columns, Stored};

/// Connections kept for reading.
const READERS: u32 = 4;

/// Every statement of the server by name, so that a test can prepare each on both databases.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    absence::STATEMENTS,
    account::STATEMENTS,
    act::STATEMENTS,
    admin_token::STATEMENTS,
    session::STATEMENTS,
    anchor::STATEMENTS,
    certificate::STATEMENTS,
    change::STATEMENTS,
    changes::STATEMENTS,
    comment::STATEMENTS,
    copy::STATEMENTS,
    decision::STATEMENTS,
    delegation::STATEMENTS,
    delivery::STATEMENTS,
    device::STATEMENTS,
    devices::STATEMENTS,
    directory::STATEMENTS,
    document::STATEMENTS,
    document_signature::STATEMENTS,
    enrollment::STATEMENTS,
    evidence::STATEMENTS,
    holding::STATEMENTS,
    identity::STATEMENTS,
    job::STATEMENTS,
    key::STATEMENTS,
    level::STATEMENTS,
    log::STATEMENTS,
    newcomers::STATEMENTS,
    mail::STATEMENTS,
    number::STATEMENTS,
    on_paper::STATEMENTS,
    passkey::STATEMENTS,
    proposal::STATEMENTS,
    push::STATEMENTS,
    register::STATEMENTS,
    register::READING,
    register::WAITING,
    register::FIGURES,
    register::RENEWAL,
    people::STATEMENTS,
    replacement::STATEMENTS,
    request::STATEMENTS,
    follow::STATEMENTS,
    queue::STATEMENTS,
    requests::STATEMENTS,
    reshape::STATEMENTS,
    role_proposal::STATEMENTS,
    roll::STATEMENTS,
    slip::STATEMENTS,
    stand_in::STATEMENTS,
    stuck::STATEMENTS,
    template::STATEMENTS,
    upload::STATEMENTS,
    waiting::STATEMENTS,
    wake::STATEMENTS,
    wave::STATEMENTS,
    webhook::STATEMENTS,
];

/// Names SQL texts and lists them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// The statements of this module.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

/// One database.
#[derive(Clone, Debug)]
pub struct Store {
    dialect: Dialect,
    options: AnyConnectOptions,
    readers: AnyPool,
}

impl Store {
    /// Opens the SQLite file at `path`, made when absent, and brings its schema up to date.
    pub async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let text = path.to_str().ok_or(StoreError::Path)?;
        let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        Self::open(Dialect::Sqlite, &format!("sqlite://{escaped}?mode=rwc")).await
    }

    /// Opens a PostgreSQL database by its URL and brings its schema up to date.
    pub async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        Self::open(Dialect::Postgres, url).await
    }

    async fn open(dialect: Dialect, url: &str) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
        let mut first = options.connect().await?;
        dialect.prepare_writer(&mut first).await?;
        migrate::run_all(dialect, &mut first).await?;
        let readers = AnyPoolOptions::new()
            .max_connections(READERS)
            // A file does not hang up.
            .test_before_acquire(dialect == Dialect::Postgres)
            .after_connect(move |connection, _| {
                Box::pin(async move { dialect.prepare_reader(connection).await })
            })
            .connect_with(options.clone())
            .await?;
        first.close().await?;
        Ok(Self { dialect, options, readers })
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A connection for reading.
    pub async fn reader(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// A connection for writing; only the writer asks for it.
    pub async fn writer(&self) -> Result<AnyConnection, StoreError> {
        let mut connection = self.options.connect().await?;
        self.dialect.prepare_writer(&mut connection).await?;
        Ok(connection)
    }

    /// Closes the readers; waits for those in use.
    pub async fn close(&self) {
        self.readers.close().await;
    }
}
