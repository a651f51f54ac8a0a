//! Which entry renews which, first certificates and later ones, and those that are valid for too long.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::id::{EntryId, PersonId};
use trien_core::register::State;

use super::Part;
use crate::store::{Bind as _, Columns as _, StoreError, statements};

statements! {
    BEFORE = "SELECT b.id, b.der, b.state, e.renews FROM register_entry e \
        JOIN register_entry b ON b.id = e.predecessor WHERE e.id = $1";
    AFTER = "SELECT id, der, state, renews FROM register_entry \
        WHERE predecessor = $1 AND state <> 'refused' ORDER BY id";
    SET_RENEWS = "UPDATE register_entry SET renews = $2 WHERE id = $1";
    RENEWS = "SELECT renews FROM register_entry WHERE id = $1";
    CERTIFIED = "SELECT 1 FROM register_entry WHERE person = $1 AND kind = 'personal' \
        AND state IN ('issued', 'in-use', 'suspended', 'suspended-unused', 'renewed', 'revoked', \
        'expired') LIMIT 1";
    COUNT_EXCEEDING = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one \
        FROM register_entry e CROSS JOIN unit u WHERE e.exceeds = 1 AND u.id = e.unit \
        AND u.path >= $1 AND u.path < $2 \
        AND e.state NOT IN ('refused', 'renewed', 'revoked', 'expired') LIMIT $3) AS few";
}

/// An entry that another one renews or takes the place of, or that does so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Which.
    pub entry: EntryId,
    /// Its certificate, once there is one.
    pub der: Option<Vec<u8>>,
    /// Where it stands.
    pub state: State,
    /// Whether one renews the other; else it takes its place for another cause.
    pub renews: bool,
}

/// The entry whose place this one takes.
pub async fn before(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Option<Related>, StoreError> {
    let row = sqlx::query(BEFORE).put(&entry).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The entries that take this one's place, or wait to.
pub async fn after(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Vec<Related>, StoreError> {
    sqlx::query(AFTER).put(&entry).fetch_all(connection).await?.iter().map(read).collect()
}

/// States whether an entry renews the one whose place it takes.
pub async fn set_renews(
    connection: &mut AnyConnection,
    entry: EntryId,
    renews: bool,
) -> Result<(), StoreError> {
    sqlx::query(SET_RENEWS).put(&entry).put(&renews).execute(connection).await?;
    Ok(())
}

/// Whether an entry renews the one whose place it takes.
pub async fn renews(connection: &mut AnyConnection, entry: EntryId) -> Result<bool, StoreError> {
    let row = sqlx::query(RENEWS).put(&entry).fetch_optional(connection).await?;
    Ok(row.map(|row| row.get_as(0)).transpose()?.unwrap_or(false))
}

/// Whether a person has or had a certificate of their own, wherever its key lives.
pub async fn was_certified(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query(CERTIFIED).put(&person).fetch_optional(connection).await?.is_some())
}

/// How many certificates in force are valid for longer than R14 allows; not counted beyond `most`.
pub async fn count_exceeding(
    connection: &mut AnyConnection,
    part: &Part,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_EXCEEDING).put(&part.from).put(&part.to).put(&most);
    count.fetch_one(connection).await?.get_as(0)
}

fn read(row: &AnyRow) -> Result<Related, StoreError> {
    Ok(Related {
        entry: row.get_as(0)?,
        der: row.get_opt(1)?,
        state: row.get_as(2)?,
        renews: row.get_as(3)?,
    })
}
