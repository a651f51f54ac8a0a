//! What can go wrong with a database.

/// The database failed, or holds what this build cannot read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The driver or the database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A stored value is not what its column means.
    #[error("the database holds a damaged value: {0}")]
    Corrupt(&'static str),
    /// The log's head moved while it was locked.
    #[error("the log's head moved while it was locked")]
    HeadMoved,
    /// The path of the database is not UTF-8.
    #[error("the path of the database is not UTF-8")]
    Path,
    /// An SQLite with the WAL-reset defect (versions before 3.51.3 can corrupt the file).
    #[error("SQLite {0} is too old, 3.51.3 is needed")]
    SqliteVersion(String),
    /// Made by a newer build.
    #[error("the database was made by a newer release (migration {0})")]
    Newer(i64),
    /// A migration was changed after it ran.
    #[error("migration {0} is not the one that made this database")]
    ChangedMigration(i64),
}

/// How far a failure reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One statement: a constraint, a damaged value. The savepoint can be rolled back.
    Statement,
    /// The transaction and perhaps the connection: nothing of the batch is known to be written.
    Transaction,
}

impl StoreError {
    /// How far this reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                use sqlx::error::ErrorKind;
                match error.kind() {
                    ErrorKind::Other if !is_sqlite_constraint(&**error) => Reach::Transaction,
                    _ => Reach::Statement,
                }
            }
            Self::Database(
                sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnNotFound(_)
                | sqlx::Error::ColumnIndexOutOfBounds { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::RowNotFound,
            )
            | Self::Corrupt(_) => Reach::Statement,
            _ => Reach::Transaction,
        }
    }

    /// Whether the disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        // SQLITE_FULL is 13, SQLITE_IOERR_WRITE (778) is how a full disk shows on some file systems;
        // 53100 is disk_full of PostgreSQL.
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("13" | "778" | "53100"))
            }
            _ => false,
        }
    }
}

// The primary code 19 is SQLITE_CONSTRAINT, whichever constraint it was; codes of PostgreSQL have
// five characters.
fn is_sqlite_constraint(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().filter(|code| code.len() < 5);
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 19)
}
