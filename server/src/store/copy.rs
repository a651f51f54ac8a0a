//! Copies of finished documents: for whom, when they were delivered, and when they were first opened.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId, UnitId};
use trien_core::papers::{CopyHolder, CopyTo, CopyView};
use trien_core::wire::{PersonView, UnitView};

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    INSERT = "INSERT INTO request_copy (request, place, unit, person) VALUES ($1, $2, $3, $4)";
    VIEWS = "SELECT c.unit, u.name, c.person, p.name, \
        COALESCE((SELECT o.title FROM position o WHERE o.person = c.person AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), c.delivered_at, c.opened_at \
        FROM request_copy c LEFT JOIN unit u ON u.id = c.unit LEFT JOIN person p ON p.id = c.person \
        WHERE c.request = $1 ORDER BY c.place";
    UNITS = "SELECT unit FROM request_copy WHERE request = $1 AND unit IS NOT NULL ORDER BY place";
    RENAME = "UPDATE request_copy SET unit = $3 WHERE request = $1 AND unit = $2";
    DELIVER = "UPDATE request_copy SET change = $2, delivered_at = $3 \
        WHERE request = $1 AND change IS NULL AND (EXISTS \
            (SELECT 1 FROM unit u WHERE u.id = request_copy.unit AND u.ended_at IS NULL) OR EXISTS \
            (SELECT 1 FROM position o WHERE o.person = request_copy.person AND o.until IS NULL))";
    OF_UNIT = "SELECT request, change FROM request_copy WHERE unit = $1 AND change < $2 \
        ORDER BY change DESC LIMIT $3";
    DELIVERED = "SELECT unit FROM request_copy \
        WHERE request = $1 AND change IS NOT NULL AND unit IS NOT NULL ORDER BY place";
    OPEN_BY_UNIT = "UPDATE request_copy SET opened_at = $3 \
        WHERE request = $1 AND unit = $2 AND change IS NOT NULL AND opened_at IS NULL";
    OPEN_BY_PERSON = "UPDATE request_copy SET opened_at = $3 \
        WHERE request = $1 AND person = $2 AND change IS NOT NULL AND opened_at IS NULL";
    // The signed file itself, and no attachment or earlier revision that other requests may share.
    UNOPENED_BY_PERSON = "SELECT c.request FROM request_copy c JOIN document_revision v \
        ON v.request = c.request AND v.place = 0 WHERE c.person = $1 AND c.change IS NOT NULL \
        AND c.opened_at IS NULL AND v.sha256 = $2 AND NOT EXISTS (SELECT 1 FROM document_revision n \
            WHERE n.request = v.request AND n.place = 0 AND n.number > v.number)";
    HAS = "SELECT 1 FROM request_copy WHERE request = $1 AND person = $2 AND change IS NOT NULL";
}

/// Notes who gets a copy.
pub async fn insert(
    connection: &mut AnyConnection,
    request: RequestId,
    place: u32,
    to: CopyTo,
) -> Result<(), StoreError> {
    let (unit, person) = match to {
        CopyTo::Unit { unit } => (Some(unit), None),
        CopyTo::Person { person } => (None, Some(person)),
    };
    let insert = sqlx::query(INSERT).put(&request).put(&place);
    insert.put_opt(unit.as_ref()).put_opt(person.as_ref()).execute(connection).await?;
    Ok(())
}

/// Who gets a copy of a request's document, and how far that is.
pub async fn views(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<CopyView>, StoreError> {
    let rows = sqlx::query(VIEWS).put(&request).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The units that get a copy.
pub async fn units(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<UnitId>, StoreError> {
    let rows = sqlx::query(UNITS).put(&request).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Names another unit in the place of one that has become part of it.
pub async fn rename(
    connection: &mut AnyConnection,
    request: RequestId,
    from: UnitId,
    to: UnitId,
) -> Result<(), StoreError> {
    sqlx::query(RENAME).put(&request).put(&from).put(&to).execute(connection).await?;
    Ok(())
}

/// Delivers all copies, except to units that have ended and people who have left; gives how many.
pub async fn deliver(
    connection: &mut AnyConnection,
    request: RequestId,
    change: u64,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let deliver = sqlx::query(DELIVER).put(&request).put(&change).put(&at);
    Ok(deliver.execute(connection).await?.rows_affected())
}

/// Requests of which a unit got a copy before a change, the newest first, each with the change that delivered it.
pub async fn of_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    before: u64,
    limit: u32,
) -> Result<Vec<(RequestId, u64)>, StoreError> {
    let query = sqlx::query(OF_UNIT).put(&unit).put(&before).put(&limit);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// The units that have got a copy.
pub async fn delivered_to(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<UnitId>, StoreError> {
    let rows = sqlx::query(DELIVERED).put(&request).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Notes that somebody of a unit opened its copy; gives 0 where it was opened before.
pub async fn open_by_unit(
    connection: &mut AnyConnection,
    request: RequestId,
    unit: UnitId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let open = sqlx::query(OPEN_BY_UNIT).put(&request).put(&unit).put(&at);
    Ok(open.execute(connection).await?.rows_affected())
}

/// Notes that a person opened their copy; gives 0 where they had before.
pub async fn open_by_person(
    connection: &mut AnyConnection,
    request: RequestId,
    person: PersonId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let open = sqlx::query(OPEN_BY_PERSON).put(&request).put(&person).put(&at);
    Ok(open.execute(connection).await?.rows_affected())
}

/// The requests of which a person has got a copy whose signed file is this one, and has not opened it yet.
pub async fn unopened_by(
    connection: &mut AnyConnection,
    person: PersonId,
    sha256: &Sha256,
) -> Result<Vec<RequestId>, StoreError> {
    let query = sqlx::query(UNOPENED_BY_PERSON).put(&person).put(sha256);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Whether a person has got a copy.
pub async fn has(
    connection: &mut AnyConnection,
    request: RequestId,
    person: PersonId,
) -> Result<bool, StoreError> {
    let query = sqlx::query(HAS).put(&request).put(&person);
    Ok(query.fetch_optional(connection).await?.is_some())
}

fn read(row: &AnyRow) -> Result<CopyView, StoreError> {
    let holder = match row.get_opt(0)? {
        Some(id) => CopyHolder::Unit { unit: UnitView { id, name: row.get_as(1)? } },
        None => {
            let (id, name, position) = (row.get_as(2)?, row.get_as(3)?, row.get_as(4)?);
            CopyHolder::Person { person: PersonView { id, name, position } }
        }
    };
    Ok(CopyView { holder, delivered_at: row.get_opt(5)?, opened_at: row.get_opt(6)? })
}
