//! A fresh database for each story.

use sqlx::{Connection as _, Executor as _, PgConnection};
use trien_core::env::{OsEntropy, random};

/// Where a story's server keeps its rows.
#[derive(Clone, Debug)]
pub enum Database {
    /// In the data folder.
    Sqlite,
    /// A database of its own on the server that `TRIEN_TEST_POSTGRES` names.
    Postgres(String),
}

impl Database {
    /// SQLite, or a new PostgreSQL database when the environment asks for it.
    pub async fn fresh() -> Self {
        let Ok(server) = std::env::var("TRIEN_TEST_POSTGRES") else { return Self::Sqlite };
        let name = format!("story_{}", hex::encode(random::<8>(&OsEntropy)));
        let mut connection = PgConnection::connect(&server).await.expect("PostgreSQL answers");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        connection.execute(create).await.expect("a database can be created");
        let (server, query) = server.split_once('?').unwrap_or((&server, ""));
        let (base, _) = server.rsplit_once('/').expect("the URL names a database");
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        Self::Postgres(format!("{base}/{name}{query}"))
    }

    /// The URL for the server's configuration.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres(url) => Some(url),
        }
    }
}
