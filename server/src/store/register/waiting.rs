//! What an outside authority is to certify: entries that wait, and the files of their requests.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, DeviceId, EntryId, ExportId, PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::Within;
use crate::store::{Bind as _, Columns as _, StoreError, statements};

statements! {
    STANDS = "SELECT id FROM register_entry WHERE certificate = $1";
    WAITING = concat!(reach!(), "SELECT e.id, e.unit, u.name, e.person, p.name, \
        COALESCE((SELECT o.title FROM position o \
            WHERE o.person = e.person AND o.unit = e.unit AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), e.device, d.csr, p.staff_number, p.email, \
        p.phone, u.organ_id, a.name, \
        (SELECT v.account FROM register_event v \
            WHERE v.entry = e.id AND v.event = 'reviewed' LIMIT 1), \
        COALESCE((SELECT MAX(v.at) FROM register_event v \
            WHERE v.entry = e.id AND v.event = 'reviewed'), 0), \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM register_event v \
            WHERE v.entry = e.id AND v.event = 'exported'), \
        (SELECT MAX(v.at) FROM register_event v \
            WHERE v.entry = e.id AND v.event = 'exported'), e.events \
        FROM register_entry e JOIN unit u ON u.id = e.unit JOIN person p ON p.id = e.person \
        JOIN device d ON d.id = e.device LEFT JOIN unit a ON a.id = u.parent \
        WHERE e.state = 'reviewed' AND e.unit IN (SELECT r.unit FROM reach r) ORDER BY e.id");
    KEYS_ELSEWHERE = concat!(reach!(), "SELECT d.csr FROM register_entry e \
        JOIN device d ON d.id = e.device \
        WHERE e.certificate IS NOT NULL AND e.unit IN (SELECT r.unit FROM reach r)");
    INSERT_EXPORT = "INSERT INTO request_export (id, account, at, sha256, entries) \
        VALUES ($1, $2, $3, $4, $5)";
    EXPORTS = "SELECT x.id, x.at, x.sha256, x.entries, a.name FROM request_export x \
        LEFT JOIN account a ON a.id = x.account \
        WHERE $1 = 1 OR x.account = $2 ORDER BY x.id DESC LIMIT $3";
}

/// An entry whose certificate an outside authority is to issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub entry: EntryId,
    /// For which unit.
    pub unit: UnitView,
    /// Who holds the key.
    pub person: PersonView,
    /// The phone that has it.
    pub device: DeviceId,
    /// The request, DER PKCS#10.
    pub csr: Vec<u8>,
    /// The number that the person has for good.
    pub staff_number: Option<String>,
    /// The person's e-mail address.
    pub email: Option<String>,
    /// The person's telephone number.
    pub phone: Option<String>,
    /// The unit's code.
    pub organ_id: Option<String>,
    /// The name of the unit above.
    pub above: Option<String>,
    /// Who approved it, if it was somebody who signed in.
    pub approved_by: Option<AccountId>,
    /// Since when it waits.
    pub since: Timestamp,
    /// How often it was handed out.
    pub exports: u32,
    /// When it was handed out last.
    pub exported_at: Option<Timestamp>,
    /// Its events so far.
    pub events: u32,
}

/// A file of requests that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Which.
    pub id: ExportId,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// Requests in it.
    pub entries: u32,
    /// By whom, if it was somebody who signed in.
    pub by: Option<String>,
}

/// Everything that waits, the oldest first.
pub async fn waiting(
    connection: &mut AnyConnection,
    within: Within,
) -> Result<Vec<Waiting>, StoreError> {
    let (kind, id) = within.parts();
    let query = sqlx::query(WAITING).bind(kind).bind(id);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Whether a certificate stands in the register, whoever has it.
pub async fn is_registered(
    connection: &mut AnyConnection,
    certificate: &Sha256,
) -> Result<bool, StoreError> {
    Ok(sqlx::query(STANDS).put(certificate).fetch_optional(connection).await?.is_some())
}

/// The requests of keys that have a certificate.
pub async fn keys_elsewhere(
    connection: &mut AnyConnection,
    within: Within,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let (kind, id) = within.parts();
    let rows = sqlx::query(KEYS_ELSEWHERE).bind(kind).bind(id).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Notes a file of requests.
pub async fn insert_export(
    connection: &mut AnyConnection,
    export: &Exported,
    account: Option<AccountId>,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_EXPORT)
        .put(&export.id)
        .put_opt(account.as_ref())
        .put(&export.at)
        .put(&export.sha256)
        .put(&export.entries)
        .execute(connection)
        .await?;
    Ok(())
}

/// Files of requests that an account handed out, or all of them; the newest first, at most `limit`.
pub async fn exports(
    connection: &mut AnyConnection,
    account: Option<AccountId>,
    limit: u32,
) -> Result<Vec<Exported>, StoreError> {
    let query = sqlx::query(EXPORTS).put(&account.is_none()).put_opt(account.as_ref());
    let rows = query.put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Exported {
                id: row.get_as(0)?,
                at: row.get_as(1)?,
                sha256: row.get_as(2)?,
                entries: row.get_as(3)?,
                by: row.get_opt(4)?,
            })
        })
        .collect()
}

fn read(row: &AnyRow) -> Result<Waiting, StoreError> {
    let person: PersonId = row.get_as(3)?;
    let unit: UnitId = row.get_as(1)?;
    Ok(Waiting {
        entry: row.get_as(0)?,
        unit: UnitView { id: unit, name: row.get_as(2)? },
        person: PersonView { id: person, name: row.get_as(4)?, position: row.get_as(5)? },
        device: row.get_as(6)?,
        csr: row.get_as(7)?,
        staff_number: row.get_opt(8)?,
        email: row.get_opt(9)?,
        phone: row.get_opt(10)?,
        organ_id: row.get_opt(11)?,
        above: row.get_opt(12)?,
        approved_by: row.get_opt(13)?,
        since: row.get_as(14)?,
        exports: row.get_as(15)?,
        exported_at: row.get_opt(16)?,
        events: row.get_as(17)?,
    })
}
