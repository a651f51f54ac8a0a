//! What phones showed of their keys, and which of it a later status list names.

use sqlx::AnyConnection;
use trien_core::attestation::Standing as Listed;
use trien_core::certificate::Assurance;
use trien_core::env::Timestamp;
use trien_core::id::{DeviceId, UnitId};
use trien_core::wire::{KeyEvidence, PersonView};

use super::people::Branch;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

stored_names!(Listed {
    Listed::Suspended = "suspended",
    Listed::Revoked = "revoked",
});

statements! {
    STANDING = "SELECT d.id, d.assurance, d.evidence, x.level_before, x.why FROM device d \
        LEFT JOIN doubted_evidence x ON x.device = d.id \
        WHERE d.state IN ('pending', 'waiting-for-certificate', 'active', 'suspended') AND d.id > $1 \
        ORDER BY d.id LIMIT $2";
    SET_LEVEL = "UPDATE device SET assurance = $3 WHERE id = $1 AND assurance = $2";
    DOUBT = "INSERT INTO doubted_evidence (device, level_before, why, found_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (device) DO UPDATE SET why = excluded.why";
    TRUST = "DELETE FROM doubted_evidence WHERE device = $1 AND why = 'suspended'";
    DOUBTED = "SELECT d.id, d.unit, p.id, p.name, COALESCE((SELECT o.title FROM position o \
            WHERE o.person = p.id AND o.unit = d.unit AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), x.level_before, x.why, x.found_at \
        FROM doubted_evidence x CROSS JOIN device d CROSS JOIN unit u CROSS JOIN person p \
        WHERE d.id = x.device AND u.id = d.unit AND p.id = d.person \
        AND d.state IN ('pending', 'waiting-for-certificate', 'active', 'suspended') \
        AND u.path >= $1 AND u.path < $2 ORDER BY x.found_at DESC, d.id LIMIT $3";
}

/// A standing device with what it showed.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which.
    pub device: DeviceId,
    /// The level that it is taken as.
    pub assurance: Assurance,
    /// What it showed.
    pub evidence: KeyEvidence,
    /// What it was taken as before its evidence was doubted, and why it is.
    pub doubted: Option<(Assurance, Listed)>,
}

/// A device whose evidence is doubted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubted {
    /// Which.
    pub device: DeviceId,
    /// In which unit.
    pub unit: UnitId,
    /// Whose.
    pub person: PersonView,
    /// What it was taken as before.
    pub before: Assurance,
    /// What the list says.
    pub why: Listed,
    /// Since when.
    pub found_at: Timestamp,
}

/// At most `limit` standing devices after this one.
pub async fn standing(
    connection: &mut AnyConnection,
    after: DeviceId,
    limit: u32,
) -> Result<Vec<Shown>, StoreError> {
    let rows = sqlx::query(STANDING).put(&after).put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Shown {
                device: row.get_as(0)?,
                assurance: row.get_as(1)?,
                evidence: row.get_as(2)?,
                doubted: row.get_opt(3)?.zip(row.get_opt(4)?),
            })
        })
        .collect()
}

/// Takes a device as another level; gives 0 when it was taken as none such.
pub async fn set_level(
    connection: &mut AnyConnection,
    device: DeviceId,
    from: Assurance,
    to: Assurance,
) -> Result<u64, StoreError> {
    let set = sqlx::query(SET_LEVEL).put(&device).put(&from).put(&to);
    Ok(set.execute(connection).await?.rows_affected())
}

/// Notes why a device's evidence is doubted.
pub async fn doubt(
    connection: &mut AnyConnection,
    device: DeviceId,
    before: Assurance,
    why: Listed,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(DOUBT).put(&device).put(&before).put(&why).put(&at).execute(connection).await?;
    Ok(())
}

/// Ends a doubt that was for a while; gives 0 when there is none such.
pub async fn trust(connection: &mut AnyConnection, device: DeviceId) -> Result<u64, StoreError> {
    Ok(sqlx::query(TRUST).put(&device).execute(connection).await?.rows_affected())
}

/// At most `limit` standing devices of a branch whose evidence is doubted, the newest doubt first.
pub async fn doubted(
    connection: &mut AnyConnection,
    branch: &Branch,
    limit: u32,
) -> Result<Vec<Doubted>, StoreError> {
    let query = sqlx::query(DOUBTED).bind(branch.path().to_owned()).bind(branch.end()).put(&limit);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Doubted {
                device: row.get_as(0)?,
                unit: row.get_as(1)?,
                person: PersonView {
                    id: row.get_as(2)?,
                    name: row.get_as(3)?,
                    position: row.get_as(4)?,
                },
                before: row.get_as(5)?,
                why: row.get_as(6)?,
                found_at: row.get_as(7)?,
            })
        })
        .collect()
}
