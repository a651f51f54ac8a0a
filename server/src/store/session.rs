//! Sessions of the console, by the hash of their cookies.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT = "INSERT INTO session (hash, account, client, created_at, used_at, proved_at) \
        VALUES ($1, $2, $3, $4, $4, $4)";
    PROVED_AT = "SELECT proved_at FROM session WHERE hash = $1";
    PROVE = "UPDATE session SET proved_at = $2 WHERE hash = $1";
    BY_HASH = "SELECT hash, account, client, created_at, used_at FROM session WHERE hash = $1";
    OF_ACCOUNT = "SELECT hash, account, client, created_at, used_at FROM session \
        WHERE account = $1 ORDER BY used_at DESC, hash";
    USED = "UPDATE session SET used_at = $2 WHERE hash = $1 AND used_at < $2";
    END = "DELETE FROM session WHERE hash = $1 AND account = $2";
    END_ALL = "DELETE FROM session WHERE account = $1";
    END_OTHERS = "DELETE FROM session WHERE account = $1 AND hash <> $2";
    FORGET = "DELETE FROM session WHERE created_at <= $1 OR used_at <= $2";
}

/// A session as stored; never the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the cookie.
    pub hash: Sha256,
    /// Whose.
    pub account: AccountId,
    /// What the browser calls itself.
    pub client: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub used_at: Timestamp,
}

/// Adds a session.
pub async fn insert(
    connection: &mut AnyConnection,
    session: &SessionRow,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&session.hash)
        .put(&session.account)
        .put(&session.client)
        .put(&session.created_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// The session with this hash.
pub async fn by_hash(
    connection: &mut AnyConnection,
    hash: &Sha256,
) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query(BY_HASH).put(hash).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The sessions of an account, the one used last first.
pub async fn of_account(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<SessionRow>, StoreError> {
    let rows = sqlx::query(OF_ACCOUNT).put(&account).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// When the person of a session last proved to be there.
pub async fn proved_at(
    connection: &mut AnyConnection,
    hash: &Sha256,
) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(PROVED_AT).put(hash).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Notes that the person of a session proved to be there.
pub async fn prove(
    connection: &mut AnyConnection,
    hash: &Sha256,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(PROVE).put(hash).put(&at).execute(connection).await?;
    Ok(())
}

/// Notes that a session was used.
pub async fn used(
    connection: &mut AnyConnection,
    hash: &Sha256,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(USED).put(hash).put(&at).execute(connection).await?;
    Ok(())
}

/// Ends one session of an account; gives the number of rows changed.
pub async fn end(
    connection: &mut AnyConnection,
    hash: &Sha256,
    account: AccountId,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(hash).put(&account).execute(connection).await?.rows_affected())
}

/// Ends all sessions of an account.
pub async fn end_all(connection: &mut AnyConnection, account: AccountId) -> Result<(), StoreError> {
    sqlx::query(END_ALL).put(&account).execute(connection).await?;
    Ok(())
}

/// Ends all sessions of an account but one.
pub async fn end_others(
    connection: &mut AnyConnection,
    account: AccountId,
    keep: &Sha256,
) -> Result<(), StoreError> {
    sqlx::query(END_OTHERS).put(&account).put(keep).execute(connection).await?;
    Ok(())
}

/// Forgets sessions that began or were last used at these moments or before.
pub async fn forget(
    connection: &mut AnyConnection,
    begun: Timestamp,
    used: Timestamp,
) -> Result<u64, StoreError> {
    let forget = sqlx::query(FORGET).put(&begun).put(&used);
    Ok(forget.execute(connection).await?.rows_affected())
}

fn read(row: &sqlx::any::AnyRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        hash: row.get_as(0)?,
        account: row.get_as(1)?,
        client: row.get_as(2)?,
        created_at: row.get_as(3)?,
        used_at: row.get_as(4)?,
    })
}
