//! Which requests changed, in the order of their changes, for those who follow them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::id::{PersonId, RequestId, UnitId};

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    FOR_PERSON = "SELECT r.id, r.change FROM request r WHERE r.change > $2 AND EXISTS \
        (SELECT 1 FROM assignment a WHERE a.person = $1 AND a.request = r.id UNION ALL \
        SELECT 1 FROM request_copy c WHERE c.person = $1 AND c.request = r.id AND c.change > 0) \
        ORDER BY r.change LIMIT $3";
    // Whoever stood in is told that it is over, and nothing of the request after that.
    FOR_DELEGATE = "SELECT r.id, r.change FROM request r WHERE r.change > $2 AND (EXISTS \
        (SELECT 1 FROM assignment a WHERE a.person = $1 AND a.request = r.id) OR EXISTS \
        (SELECT 1 FROM assignment a WHERE a.decided_by = $1 AND a.request = r.id) OR EXISTS \
        (SELECT 1 FROM stand_in s WHERE s.person = $1 AND s.request = r.id \
            AND (s.ended_change IS NULL OR s.ended_change > $2)) OR EXISTS \
        (SELECT 1 FROM request_copy c WHERE c.person = $1 AND c.request = r.id AND c.change > 0)) \
        ORDER BY r.change LIMIT $3";
    FOR_UNIT = "SELECT id, change FROM request WHERE unit = $1 AND change > $2 \
        ORDER BY change LIMIT $3";
    LATEST = "SELECT id, change FROM request ORDER BY queued_at DESC, id DESC LIMIT $1";
}

/// A request's identifier with the number of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub id: RequestId,
    /// The number.
    pub change: u64,
}

/// Whose parts somebody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Their own.
    Own,
    /// Those of others too in whose place they may decide, or did.
    OfOthersToo,
}

/// Requests that a person has a part in and that changed after `change`.
pub async fn changed_for_person(
    connection: &mut AnyConnection,
    (person, parts): (PersonId, Parts),
    change: u64,
    limit: u32,
) -> Result<Vec<Changed>, StoreError> {
    let sql = match parts {
        Parts::Own => FOR_PERSON,
        Parts::OfOthersToo => FOR_DELEGATE,
    };
    let query = sqlx::query(sql).put(&person).put(&change).put(&limit);
    query.fetch_all(connection).await?.iter().map(read_changed).collect()
}

/// Requests of a unit that changed after `change`.
pub async fn changed_for_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    change: u64,
    limit: u32,
) -> Result<Vec<Changed>, StoreError> {
    let query = sqlx::query(FOR_UNIT).put(&unit).put(&change).put(&limit);
    query.fetch_all(connection).await?.iter().map(read_changed).collect()
}

/// The newest requests.
pub async fn latest(
    connection: &mut AnyConnection,
    limit: u32,
) -> Result<Vec<Changed>, StoreError> {
    let query = sqlx::query(LATEST).put(&limit);
    query.fetch_all(connection).await?.iter().map(read_changed).collect()
}

fn read_changed(row: &AnyRow) -> Result<Changed, StoreError> {
    Ok(Changed { id: row.get_as(0)?, change: row.get_as(1)? })
}
