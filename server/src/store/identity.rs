//! Accounts at an identity provider: who is expected, who came.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT = "INSERT INTO identity (account, issuer, subject, email, since, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    OF_ACCOUNT = "SELECT account, issuer, subject, email, since, used_at FROM identity \
        WHERE account = $1";
    BY_SUBJECT = "SELECT account, issuer, subject, email, since, used_at FROM identity \
        WHERE issuer = $1 AND subject = $2";
    BY_EMAIL = "SELECT account, issuer, subject, email, since, used_at FROM identity \
        WHERE issuer = $1 AND email = $2 AND subject IS NULL";
    BIND = "UPDATE identity SET subject = $3 \
        WHERE issuer = $1 AND email = $2 AND subject IS NULL AND account = $4 \
        AND NOT EXISTS (SELECT 1 FROM identity o WHERE o.issuer = $1 AND o.subject = $3)";
    USED = "UPDATE identity SET used_at = $4 WHERE account = $1 AND issuer = $2 AND subject = $3";
    PROVED = "UPDATE identity SET proved_at = $4 \
        WHERE account = $1 AND issuer = $2 AND subject = $3 AND used_at IS NOT NULL";
    USE_PROOF = "UPDATE identity SET proved_at = NULL WHERE account = $1 AND proved_at > $2";
    REMOVE = "DELETE FROM identity WHERE account = $1";
    MAKE_WAY = "DELETE FROM identity WHERE account = $1 AND (used_at IS NULL OR issuer <> $2)";
    UNUSED = "SELECT account FROM identity \
        WHERE issuer = $1 AND (subject = $2 OR email = $3) AND used_at IS NULL ORDER BY account";
}

/// An account at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// Whose.
    pub account: AccountId,
    /// At which provider.
    pub issuer: String,
    /// The provider's name for the person; none until somebody with the expected address came. An
    /// administrator wrote it where nobody has used it yet.
    pub subject: Option<String>,
    /// The address that an administrator expects.
    pub email: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When it last signed in, if it did.
    pub used_at: Option<Timestamp>,
}

/// Adds one; gives 0 when the account has one, or another account has this subject or address.
pub async fn insert(connection: &mut AnyConnection, row: &IdentityRow) -> Result<u64, StoreError> {
    let insert = sqlx::query(INSERT)
        .put(&row.account)
        .put(&row.issuer)
        .put_opt(row.subject.as_ref())
        .put_opt(row.email.as_ref())
        .put(&row.since)
        .put_opt(row.used_at.as_ref());
    Ok(insert.execute(connection).await?.rows_affected())
}

/// The one of an account.
pub async fn of_account(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Option<IdentityRow>, StoreError> {
    let row = sqlx::query(OF_ACCOUNT).put(&account).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The one that a provider calls so.
pub async fn by_subject(
    connection: &mut AnyConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<IdentityRow>, StoreError> {
    let query = sqlx::query(BY_SUBJECT).bind(issuer.to_owned()).bind(subject.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The one that is expected with this address and has not come yet.
pub async fn by_email(
    connection: &mut AnyConnection,
    issuer: &str,
    email: &str,
) -> Result<Option<IdentityRow>, StoreError> {
    let query = sqlx::query(BY_EMAIL).bind(issuer.to_owned()).bind(email.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Whoever came with the expected address is the one from now on; gives 0 when somebody else was
/// first, or this one is known already.
pub async fn bind(
    connection: &mut AnyConnection,
    account: AccountId,
    issuer: &str,
    email: &str,
    subject: &str,
) -> Result<u64, StoreError> {
    let bind = sqlx::query(BIND)
        .bind(issuer.to_owned())
        .bind(email.to_owned())
        .bind(subject.to_owned())
        .put(&account);
    Ok(bind.execute(connection).await?.rows_affected())
}

/// Notes a sign-in; gives 0 when the account is not linked so any more.
pub async fn used(
    connection: &mut AnyConnection,
    account: AccountId,
    issuer: &str,
    subject: &str,
    at: Timestamp,
) -> Result<u64, StoreError> {
    note(connection, USED, account, issuer, subject, at).await
}

/// Notes that the person proved anew who that is; gives 0 when the account is not linked so, or is only
/// expected to be.
pub async fn proved(
    connection: &mut AnyConnection,
    account: AccountId,
    issuer: &str,
    subject: &str,
    at: Timestamp,
) -> Result<u64, StoreError> {
    note(connection, PROVED, account, issuer, subject, at).await
}

async fn note(
    connection: &mut AnyConnection,
    sql: &'static str,
    account: AccountId,
    issuer: &str,
    subject: &str,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let note =
        sqlx::query(sql).put(&account).bind(issuer.to_owned()).bind(subject.to_owned()).put(&at);
    Ok(note.execute(connection).await?.rows_affected())
}

/// Uses a proof that is not older; gives 0 when there is none.
pub async fn use_proof(
    connection: &mut AnyConnection,
    account: AccountId,
    after: Timestamp,
) -> Result<u64, StoreError> {
    let used = sqlx::query(USE_PROOF).put(&account).put(&after);
    Ok(used.execute(connection).await?.rows_affected())
}

/// Removes the one of an account; gives the number of rows changed.
pub async fn remove(connection: &mut AnyConnection, account: AccountId) -> Result<u64, StoreError> {
    Ok(sqlx::query(REMOVE).put(&account).execute(connection).await?.rows_affected())
}

/// Removes what is only expected of an account, or was linked at a provider of before.
pub async fn make_way(
    connection: &mut AnyConnection,
    account: AccountId,
    issuer: &str,
) -> Result<(), StoreError> {
    sqlx::query(MAKE_WAY).put(&account).bind(issuer.to_owned()).execute(connection).await?;
    Ok(())
}

/// The accounts in which this person is expected and has never come.
pub async fn unused(
    connection: &mut AnyConnection,
    issuer: &str,
    subject: &str,
    email: Option<&str>,
) -> Result<Vec<AccountId>, StoreError> {
    let query = sqlx::query(UNUSED).bind(issuer.to_owned()).bind(subject.to_owned());
    let query = query.bind(email.unwrap_or_default().to_owned());
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

fn read(row: &AnyRow) -> Result<IdentityRow, StoreError> {
    Ok(IdentityRow {
        account: row.get_as(0)?,
        issuer: row.get_as(1)?,
        subject: row.get_opt(2)?,
        email: row.get_opt(3)?,
        since: row.get_as(4)?,
        used_at: row.get_opt(5)?,
    })
}
