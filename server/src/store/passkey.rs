//! Passkeys of accounts, by their credentials' identifiers.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;
use trien_core::webauthn::Credential;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT = "INSERT INTO passkey (id, account, label, public_key, counter, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    BY_ID = "SELECT id, account, label, public_key, counter, created_at, used_at FROM passkey \
        WHERE id = $1";
    OF_ACCOUNT = "SELECT id, account, label, public_key, counter, created_at, used_at \
        FROM passkey WHERE account = $1 ORDER BY created_at, id";
    USED = "UPDATE passkey SET counter = $2, used_at = $3 WHERE id = $1 AND counter = $4";
    REMOVE = "DELETE FROM passkey WHERE id = $1 AND account = $2";
    REMOVE_ALL = "DELETE FROM passkey WHERE account = $1";
}

/// A passkey as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Identifier, public key and count.
    pub credential: Credential,
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last signed in, if it did.
    pub used_at: Option<Timestamp>,
}

/// Adds one; gives 0 when there is such a credential.
pub async fn insert(
    connection: &mut AnyConnection,
    passkey: &PasskeyRow,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(INSERT)
        .put(&passkey.credential.id)
        .put(&passkey.account)
        .put(&passkey.label)
        .put(&passkey.credential.public_key)
        .put(&passkey.credential.counter)
        .put(&passkey.created_at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// The one with this identifier.
pub async fn by_id(
    connection: &mut AnyConnection,
    id: &[u8],
) -> Result<Option<PasskeyRow>, StoreError> {
    let row = sqlx::query(BY_ID).bind(id.to_vec()).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Those of an account, oldest first.
pub async fn of_account(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<PasskeyRow>, StoreError> {
    let rows = sqlx::query(OF_ACCOUNT).put(&account).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Notes that one signed in, and its counter; gives 0 when it was removed or used meanwhile.
pub async fn used(
    connection: &mut AnyConnection,
    before: &Credential,
    counter: u32,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let used = sqlx::query(USED).put(&before.id).put(&counter).put(&at).put(&before.counter);
    Ok(used.execute(connection).await?.rows_affected())
}

/// Removes one of an account; gives the number of rows changed.
pub async fn remove(
    connection: &mut AnyConnection,
    id: &[u8],
    account: AccountId,
) -> Result<u64, StoreError> {
    let remove = sqlx::query(REMOVE).bind(id.to_vec()).put(&account);
    Ok(remove.execute(connection).await?.rows_affected())
}

/// Removes all of an account.
pub async fn remove_all(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<(), StoreError> {
    sqlx::query(REMOVE_ALL).put(&account).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<PasskeyRow, StoreError> {
    Ok(PasskeyRow {
        credential: Credential {
            id: row.get_as(0)?,
            public_key: row.get_as(3)?,
            counter: row.get_as(4)?,
        },
        account: row.get_as(1)?,
        label: row.get_as(2)?,
        created_at: row.get_as(5)?,
        used_at: row.get_opt(6)?,
    })
}
