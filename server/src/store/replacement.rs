//! Which device replaces which, and phones that ask for a replacement.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::DeviceId;
use trien_core::wire::PersonView;

use super::device::Standing;
use super::people::Branch;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    REPLACED = "SELECT o.id, o.model, o.state, o.created_at FROM device d \
        JOIN attempt a ON a.id = d.attempt JOIN invitation i ON i.id = a.invitation \
        JOIN device o ON o.id = i.replaces WHERE d.id = $1";
    SUCCESSORS = "SELECT d.id, d.model, d.state, d.created_at FROM invitation i \
        JOIN attempt a ON a.invitation = i.id JOIN device d ON d.id = a.device \
        WHERE i.replaces = $1 AND d.state <> 'refused' ORDER BY d.created_at DESC, d.id DESC";
    ASKED_AT = "SELECT replacement_asked_at FROM device WHERE id = $1 \
        AND state IN ('active', 'suspended')";
    ASK = "UPDATE device SET replacement_asked_at = $2 WHERE id = $1 AND state = 'active' \
        AND replacement_asked_at IS NULL";
    SETTLE = "UPDATE device SET replacement_asked_at = NULL WHERE id = $1 \
        AND replacement_asked_at IS NOT NULL";
    ASKING = "SELECT d.id, p.id, p.name, COALESCE((SELECT o.title FROM position o \
            WHERE o.person = p.id AND o.unit = d.unit AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), d.model, d.replacement_asked_at \
        FROM device d CROSS JOIN unit u CROSS JOIN person p \
        WHERE d.replacement_asked_at IS NOT NULL AND d.state NOT IN ('refused', 'revoked') \
        AND u.id = d.unit AND p.id = d.person AND u.path >= $1 AND u.path < $2 \
        ORDER BY d.replacement_asked_at, d.id LIMIT $3";
}

/// A device that replaces another one, or is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Which.
    pub id: DeviceId,
    /// Its model.
    pub model: String,
    /// Whether it may act.
    pub standing: Standing,
    /// When it sent its keys.
    pub created_at: Timestamp,
}

/// A phone whose approval key is gone, and that asks for a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The phone.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonView,
    /// Its model.
    pub model: String,
    /// When it asked.
    pub asked_at: Timestamp,
}

/// The device that this one replaces, or is to replace.
pub async fn replaced(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Option<Related>, StoreError> {
    let row = sqlx::query(REPLACED).put(&device).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The devices that replace this one, or wait to, the newest first.
pub async fn successors(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Vec<Related>, StoreError> {
    let rows = sqlx::query(SUCCESSORS).put(&device).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// When a device that has not ended asked for a replacement.
pub async fn asked_at(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(ASKED_AT).put(&device).fetch_optional(connection).await?;
    row.map(|row| row.get_opt(0)).transpose().map(Option::flatten)
}

/// Notes that an active device asks for a replacement; gives 0 when it has asked, or is not active.
pub async fn ask(
    connection: &mut AnyConnection,
    device: DeviceId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(ASK).put(&device).put(&at).execute(connection).await?.rows_affected())
}

/// Notes that a device asks no more; gives 0 when it did not.
pub async fn settle(connection: &mut AnyConnection, device: DeviceId) -> Result<u64, StoreError> {
    Ok(sqlx::query(SETTLE).put(&device).execute(connection).await?.rows_affected())
}

/// At most `limit` of the devices of a branch that ask for a replacement, the first to ask first.
pub async fn asking(
    connection: &mut AnyConnection,
    branch: &Branch,
    limit: u32,
) -> Result<Vec<Asking>, StoreError> {
    let query = sqlx::query(ASKING).bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let (id, name, position) = (row.get_as(1)?, row.get_as(2)?, row.get_as(3)?);
            Ok(Asking {
                device: row.get_as(0)?,
                person: PersonView { id, name, position },
                model: row.get_as(4)?,
                asked_at: row.get_as(5)?,
            })
        })
        .collect()
}

fn read(row: &AnyRow) -> Result<Related, StoreError> {
    Ok(Related {
        id: row.get_as(0)?,
        model: row.get_as(1)?,
        standing: row.get_as(2)?,
        created_at: row.get_as(3)?,
    })
}
