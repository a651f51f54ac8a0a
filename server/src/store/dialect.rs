//! The few places where the two databases differ.

use sqlx::{AnyConnection, Row as _};

use super::error::StoreError;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Bundled SQLite in the data folder.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

const SQLITE_LEAST: (u32, u32, u32) = (3, 51, 3);

/// What would undo a savepoint is the pages of the database that it changes, as they were: kilobytes for most commits, as
/// much as it touches for a large import. Otherwise it would lie in a file under `/var/tmp`, outside the data folder, made
/// anew for nearly every commit. The same goes for what is sorted.
const IN_MEMORY: &str = "PRAGMA temp_store = MEMORY";

impl Dialect {
    /// Begins a transaction that will write. SQLite takes the write lock now: a reader that turns
    /// writer later gets BUSY at once, whatever its timeout.
    #[must_use]
    pub fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// Reads the log's head and keeps it from every other writer until the end of the transaction.
    #[must_use]
    pub fn lock_head(self) -> &'static str {
        match self {
            Self::Sqlite => super::log::HEAD,
            Self::Postgres => super::log::HEAD_FOR_UPDATE,
        }
    }

    pub(super) async fn prepare_writer(
        self,
        connection: &mut AnyConnection,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite => {
                check_sqlite_version(connection).await?;
                // NORMAL loses acknowledged rows at a power cut; FULL does not.
                run(connection, "PRAGMA busy_timeout = 5000").await?;
                run(connection, "PRAGMA journal_mode = WAL").await?;
                run(connection, "PRAGMA synchronous = FULL").await?;
                run(connection, "PRAGMA foreign_keys = ON").await?;
                run(connection, IN_MEMORY).await?;
            }
            Self::Postgres => run(connection, "SET synchronous_commit = on").await?,
        }
        Ok(())
    }

    pub(super) async fn prepare_reader(
        self,
        connection: &mut AnyConnection,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite => {
                run(connection, "PRAGMA busy_timeout = 5000").await?;
                run(connection, IN_MEMORY).await?;
                run(connection, "PRAGMA query_only = ON").await
            }
            Self::Postgres => run(connection, "SET default_transaction_read_only = on").await,
        }
    }
}

/// Runs a statement that has neither parameters nor an answer.
pub(crate) async fn run(
    connection: &mut AnyConnection,
    sql: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}

async fn check_sqlite_version(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(connection).await?;
    let text: String = row.try_get(0)?;
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0_u32));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < SQLITE_LEAST {
        return Err(StoreError::SqliteVersion(text));
    }
    Ok(())
}
