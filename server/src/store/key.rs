//! API keys of document systems, and the answers their submissions got.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{ApiKeyId, UnitId};
use trien_core::wire::Submitted;

use super::people::Branch;
use super::value::stored_json;
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Queue documents.
    Submit,
    /// Read requests, documents, decisions and evidence of its unit.
    Read,
}

impl Scope {
    /// Its name on the command line and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Read => "read",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Submit, Self::Read].into_iter().find(|scope| scope.name() == name)
    }
}

struct Scopes(Vec<Scope>);

impl Stored for Scopes {
    type Raw = String;
    fn to_raw(&self) -> String {
        self.0.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }
    fn from_raw(raw: String) -> Result<Self, StoreError> {
        let scopes = raw.split_whitespace().map(Scope::from_name);
        scopes.collect::<Option<_>>().map(Self).ok_or(StoreError::Corrupt("scopes"))
    }
}

stored_json!(Submitted);

statements! {
    INSERT = "INSERT INTO api_key (id, hash, unit, scopes, label, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_HASH = "SELECT id, unit, scopes, label, created_at, revoked_at FROM api_key WHERE hash = $1";
    ALL = "SELECT id, unit, scopes, label, created_at, revoked_at FROM api_key \
        ORDER BY created_at, id";
    IN_BRANCH = "SELECT k.id, k.unit, k.scopes, k.label, k.created_at, k.revoked_at, u.name \
        FROM unit u JOIN api_key k ON k.unit = u.id WHERE u.path >= $1 AND u.path < $2 \
        AND k.revoked_at IS NULL ORDER BY u.path, k.label, k.id LIMIT 200";
    NAMED = "SELECT id, unit, scopes, label, created_at, revoked_at FROM api_key \
        WHERE unit = $1 AND label = $2 AND revoked_at IS NULL ORDER BY created_at DESC LIMIT 1";
    UNIT_OF = "SELECT unit FROM api_key WHERE id = $1 AND revoked_at IS NULL";
    ONE = "SELECT id, unit, scopes, label, created_at, revoked_at FROM api_key \
        WHERE id = $1 AND revoked_at IS NULL";
    REVOKE = "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    REMEMBER = "INSERT INTO idempotency (api_key, key, package, answer, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (api_key, key) DO NOTHING";
    REMEMBERED = "SELECT package, answer FROM idempotency WHERE api_key = $1 AND key = $2";
    FORGET = "DELETE FROM idempotency WHERE created_at < $1";
}

/// A key as stored; never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Which.
    pub key: ApiKeyId,
    /// The unit it acts for.
    pub unit: UnitId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// What a submission was answered.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Digest of the package that came with the key.
    pub package: Sha256,
    /// The answer.
    pub answer: Submitted,
}

/// Adds a key by the SHA-256 of its token.
pub async fn insert(
    connection: &mut AnyConnection,
    key: &KeyView,
    hash: &Sha256,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&key.key)
        .put(hash)
        .put(&key.unit)
        .put(&Scopes(key.scopes.clone()))
        .put(&key.label)
        .put(&key.created_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// The key with this hash, revoked or not.
pub async fn by_hash(
    connection: &mut AnyConnection,
    hash: &Sha256,
) -> Result<Option<KeyView>, StoreError> {
    let row = sqlx::query(BY_HASH).put(hash).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The newest key of a unit that is called so and was not revoked.
pub async fn named(
    connection: &mut AnyConnection,
    unit: UnitId,
    label: &str,
) -> Result<Option<KeyView>, StoreError> {
    let named = sqlx::query(NAMED).put(&unit).bind(label.to_owned());
    named.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// The unit that a key acts for now; none for one that was revoked.
pub async fn unit_of(
    connection: &mut AnyConnection,
    key: ApiKeyId,
) -> Result<Option<UnitId>, StoreError> {
    let row = sqlx::query(UNIT_OF).put(&key).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// One key; none for one that was revoked.
pub async fn one(
    connection: &mut AnyConnection,
    key: ApiKeyId,
) -> Result<Option<KeyView>, StoreError> {
    let row = sqlx::query(ONE).put(&key).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The keys of a branch's units that were not revoked, with the name of each unit, at most 200.
pub async fn in_branch(
    connection: &mut AnyConnection,
    branch: &Branch,
) -> Result<Vec<(KeyView, String)>, StoreError> {
    let query = sqlx::query(IN_BRANCH).bind(branch.path().to_owned()).bind(branch.end());
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok((read(row)?, row.get_as(6)?))).collect()
}

/// All keys, oldest first.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<KeyView>, StoreError> {
    sqlx::query(ALL).fetch_all(connection).await?.iter().map(read).collect()
}

/// Ends a key; gives the number of rows changed.
pub async fn revoke(
    connection: &mut AnyConnection,
    key: ApiKeyId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(REVOKE).put(&key).put(&at).execute(connection).await?.rows_affected())
}

/// Notes the answer to a submission; gives 0 when the key was used before.
pub async fn remember(
    connection: &mut AnyConnection,
    key: ApiKeyId,
    name: &str,
    remembered: &Remembered,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(REMEMBER)
        .put(&key)
        .bind(name.to_owned())
        .put(&remembered.package)
        .put(&remembered.answer)
        .put(&at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// The answer that a submission with this key got.
pub async fn remembered(
    connection: &mut AnyConnection,
    key: ApiKeyId,
    name: &str,
) -> Result<Option<Remembered>, StoreError> {
    let query = sqlx::query(REMEMBERED).put(&key).bind(name.to_owned());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok(Remembered { package: row.get_as(0)?, answer: row.get_as(1)? })).transpose()
}

/// Forgets answers from before `then`.
pub async fn forget(connection: &mut AnyConnection, then: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).put(&then).execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<KeyView, StoreError> {
    Ok(KeyView {
        key: row.get_as(0)?,
        unit: row.get_as(1)?,
        scopes: row.get_as::<Scopes>(2)?.0,
        label: row.get_as(3)?,
        created_at: row.get_as(4)?,
        revoked_at: row.get_opt(5)?,
    })
}
