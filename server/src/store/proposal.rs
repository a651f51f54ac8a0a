//! What one person asked for and another may confirm.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, DeviceId};
use trien_core::wire::PersonView;

use super::people::Branch;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// How a proposal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Another person confirmed it, and it was done.
    Confirmed,
    /// Somebody declined it, or took it back.
    Declined,
    /// The device moved on, or the time was over.
    Overtaken,
}

stored_names!(Outcome {
    Outcome::Confirmed = "confirmed",
    Outcome::Declined = "declined",
    Outcome::Overtaken = "overtaken",
});

statements! {
    INSERT = "INSERT INTO proposal (device, account, why, proposed_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5)";
    OPEN = "SELECT p.device, p.account, a.name, p.why, p.proposed_at, p.ends_at, e.id, e.name, \
        COALESCE((SELECT o.title FROM position o WHERE o.person = d.person AND o.unit = d.unit \
            AND o.until IS NULL ORDER BY o.since, o.title LIMIT 1), '') \
        FROM proposal p CROSS JOIN account a CROSS JOIN device d CROSS JOIN unit u \
        CROSS JOIN person e WHERE p.ended_at IS NULL AND p.ends_at > $1 AND a.id = p.account \
        AND a.ended_at IS NULL AND d.id = p.device AND u.id = d.unit AND e.id = d.person \
        AND u.path >= $2 AND u.path < $3 ORDER BY p.proposed_at, p.device";
    OPEN_ON = "SELECT p.device, p.account, a.name, p.why, p.proposed_at, p.ends_at \
        FROM proposal p JOIN account a ON a.id = p.account \
        WHERE p.ended_at IS NULL AND p.ends_at > $1 AND a.ended_at IS NULL AND p.device = $2";
    END = "UPDATE proposal SET ended_at = $2, outcome = $3 WHERE device = $1 AND ended_at IS NULL";
}

/// A proposal that another person may confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The device that is to act again.
    pub device: DeviceId,
    /// Who asked.
    pub account: AccountId,
    /// That person's full name.
    pub name: String,
    /// Why.
    pub why: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Until when it can be confirmed.
    pub ends_at: Timestamp,
}

/// Adds a proposal; a device has one at most that is open.
pub async fn insert(connection: &mut AnyConnection, new: &Proposal) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&new.device)
        .put(&new.account)
        .put(&new.why)
        .put(&new.proposed_at)
        .put(&new.ends_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// All that are open now on devices of a branch, oldest first, each with the device's person. What
/// somebody asked for whose account ended is not.
pub async fn open(
    connection: &mut AnyConnection,
    branch: &Branch,
    now: Timestamp,
) -> Result<Vec<(Proposal, PersonView)>, StoreError> {
    let query = sqlx::query(OPEN).put(&now).bind(branch.path().to_owned()).bind(branch.end());
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let (id, name, position) = (row.get_as(6)?, row.get_as(7)?, row.get_as(8)?);
            Ok((read(row)?, PersonView { id, name, position }))
        })
        .collect()
}

/// The one that is open on a device now.
pub async fn open_on(
    connection: &mut AnyConnection,
    device: DeviceId,
    now: Timestamp,
) -> Result<Option<Proposal>, StoreError> {
    let query = sqlx::query(OPEN_ON).put(&now).put(&device);
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Ends a device's proposal, if it has one that has not ended.
pub async fn end(
    connection: &mut AnyConnection,
    device: DeviceId,
    at: Timestamp,
    outcome: Outcome,
) -> Result<(), StoreError> {
    sqlx::query(END).put(&device).put(&at).put(&outcome).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Proposal, StoreError> {
    Ok(Proposal {
        device: row.get_as(0)?,
        account: row.get_as(1)?,
        name: row.get_as(2)?,
        why: row.get_as(3)?,
        proposed_at: row.get_as(4)?,
        ends_at: row.get_as(5)?,
    })
}
