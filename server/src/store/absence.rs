//! When people are away, as was announced: one absence each, the present or the next one.

use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::id::PersonId;
use trien_core::wire::Absence;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    NOTE = "INSERT INTO absence (person, since, until, noted_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (person) DO UPDATE SET since = excluded.since, until = excluded.until, \
        noted_at = excluded.noted_at";
    END = "DELETE FROM absence WHERE person = $1";
    ONE = "SELECT person, since, until FROM absence WHERE person = $1 AND until > $2";
    SWEEP = "DELETE FROM absence WHERE until <= $1";
}

/// Notes when somebody is away, in place of what was noted before.
pub async fn note(
    connection: &mut AnyConnection,
    of: &Absence,
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(NOTE).put(&of.person).put(&of.since).put(&of.until).put(&now);
    insert.execute(connection).await?;
    Ok(())
}

/// Forgets it; gives 0 where nothing was noted.
pub async fn end(connection: &mut AnyConnection, person: PersonId) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(&person).execute(connection).await?.rows_affected())
}

/// When somebody is away, unless it is over.
pub async fn one(
    connection: &mut AnyConnection,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Absence>, StoreError> {
    let row = sqlx::query(ONE).put(&person).put(&now).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Absence { person: row.get_as(0)?, since: row.get_as(1)?, until: row.get_as(2)? })
    })
    .transpose()
}

/// Forgets what is over.
pub async fn sweep(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SWEEP).put(&now).execute(connection).await?;
    Ok(())
}
