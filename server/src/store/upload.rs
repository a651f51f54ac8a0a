//! Tables that wait to be carried out.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    FORGET = "DELETE FROM upload WHERE account = $1 OR created_at < $2";
    KEEP = "INSERT INTO upload (account, kind, sha256, bytes, created_at) \
        VALUES ($1, $2, $3, $4, $5)";
    KEPT = "SELECT bytes FROM upload WHERE account = $1 AND kind = $2 AND sha256 = $3 \
        AND created_at >= $4";
}

/// Forgets what an account left, and whatever is older than `before`.
pub async fn forget(
    connection: &mut AnyConnection,
    account: AccountId,
    before: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(FORGET).put(&account).put(&before).execute(connection).await?;
    Ok(())
}

/// Keeps a file for an account that has none.
pub async fn keep(
    connection: &mut AnyConnection,
    account: AccountId,
    kind: &str,
    file: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let keep = sqlx::query(KEEP).put(&account).bind(kind.to_owned()).put(&Sha256::of(file));
    keep.bind(file.to_vec()).put(&at).execute(connection).await?;
    Ok(())
}

/// The file that an account left, if it is this one and not older than `since`.
pub async fn kept(
    connection: &mut AnyConnection,
    account: AccountId,
    kind: &str,
    digest: &Sha256,
    since: Timestamp,
) -> Result<Option<Vec<u8>>, StoreError> {
    let kept = sqlx::query(KEPT).put(&account).bind(kind.to_owned()).put(digest).put(&since);
    kept.fetch_optional(connection).await?.map(|row| row.get_as(0)).transpose()
}
