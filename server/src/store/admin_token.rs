//! Tokens with which accounts administer over the API, by the hash of their texts.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, AdminTokenId};

use super::account::Role;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

/// What a token may do with the roles that it has. Each is part of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verbs {
    /// Look at everything that the roles show; change nothing.
    Read,
    /// What the roles do day by day.
    Act,
    /// Also what gives power to others, is the word of a second person, or reaches over a whole unit.
    Sensitive,
}

impl Verbs {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Act, Self::Sensitive];

    /// Its name in forms, in the API and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Act => "act",
            Self::Sensitive => "sensitive",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verbs| verbs.name() == name)
    }
}

stored_names!(Verbs {
    Verbs::Read = "read",
    Verbs::Act = "act",
    Verbs::Sensitive = "sensitive",
});

struct Roles(Vec<Role>);

impl Stored for Roles {
    type Raw = String;
    fn to_raw(&self) -> String {
        self.0.iter().map(|role| role.name()).collect::<Vec<_>>().join(" ")
    }
    fn from_raw(raw: String) -> Result<Self, StoreError> {
        let roles = raw.split_whitespace().map(Role::from_name).collect::<Option<_>>();
        roles.map(Self).ok_or(StoreError::Corrupt("roles"))
    }
}

statements! {
    INSERT = "INSERT INTO admin_token (id, account, hash, label, verbs, roles, created_at, \
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_HASH = "SELECT id, account, label, verbs, roles, created_at, expires_at, used_at, ended_at \
        FROM admin_token WHERE hash = $1";
    OF_ACCOUNT = "SELECT id, account, label, verbs, roles, created_at, expires_at, used_at, \
        ended_at FROM admin_token WHERE account = $1 AND ended_at IS NULL ORDER BY created_at, id";
    USED = "UPDATE admin_token SET used_at = $2 \
        WHERE id = $1 AND ended_at IS NULL AND (used_at IS NULL OR used_at < $2)";
    END = "UPDATE admin_token SET ended_at = $3 \
        WHERE id = $1 AND account = $2 AND ended_at IS NULL";
    END_ALL = "UPDATE admin_token SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL";
}

/// A token as stored; never its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminTokenRow {
    /// Which.
    pub id: AdminTokenId,
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub label: String,
    /// What it may do.
    pub verbs: Verbs,
    /// The roles that it is narrowed to; none: all that the account has.
    pub roles: Option<Vec<Role>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is no longer good.
    pub expires_at: Timestamp,
    /// When it was last used, to about a minute.
    pub used_at: Option<Timestamp>,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

/// Adds a token by the SHA-256 of its text.
pub async fn insert(
    connection: &mut AnyConnection,
    token: &AdminTokenRow,
    hash: &Sha256,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&token.id)
        .put(&token.account)
        .put(hash)
        .put(&token.label)
        .put(&token.verbs)
        .put_opt(token.roles.clone().map(Roles).as_ref())
        .put(&token.created_at)
        .put(&token.expires_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// The token with this hash, good or not.
pub async fn by_hash(
    connection: &mut AnyConnection,
    hash: &Sha256,
) -> Result<Option<AdminTokenRow>, StoreError> {
    let row = sqlx::query(BY_HASH).put(hash).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Those of an account that nobody ended, oldest first.
pub async fn of_account(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<AdminTokenRow>, StoreError> {
    let rows = sqlx::query(OF_ACCOUNT).put(&account).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Notes that one was used.
pub async fn used(
    connection: &mut AnyConnection,
    id: AdminTokenId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(USED).put(&id).put(&at).execute(connection).await?;
    Ok(())
}

/// Ends one of an account; gives the number of rows changed.
pub async fn end(
    connection: &mut AnyConnection,
    id: AdminTokenId,
    account: AccountId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END).put(&id).put(&account).put(&at);
    Ok(end.execute(connection).await?.rows_affected())
}

/// Ends all of an account; gives how many there were.
pub async fn end_all(
    connection: &mut AnyConnection,
    account: AccountId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END_ALL).put(&account).put(&at);
    Ok(end.execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<AdminTokenRow, StoreError> {
    Ok(AdminTokenRow {
        id: row.get_as(0)?,
        account: row.get_as(1)?,
        label: row.get_as(2)?,
        verbs: row.get_as(3)?,
        roles: row.get_opt::<Roles>(4)?.map(|roles| roles.0),
        created_at: row.get_as(5)?,
        expires_at: row.get_as(6)?,
        used_at: row.get_opt(7)?,
        ended_at: row.get_opt(8)?,
    })
}
