//! Levels of units: central, province, commune, or whatever the office calls them. They are data.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::id::UnitId;

use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    LEVELS = "SELECT code, name FROM level ORDER BY rank, code";
    RANK = "SELECT rank FROM level WHERE code = $1";
    OF_UNIT = "SELECT l.code, l.name FROM unit u JOIN level l ON l.code = u.level WHERE u.id = $1";
    MAKE_ROOM = "UPDATE level SET rank = rank + 1 WHERE rank >= $1";
    INSERT = "INSERT INTO level (code, rank, name) VALUES ($1, $2, $3)";
    RENAME = "UPDATE level SET name = $3 WHERE code = $1 AND name = $2";
}

/// A level of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What stands for it in tables; it never changes.
    pub code: String,
    /// What people call it.
    pub name: String,
}

/// All levels, the highest first.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<Level>, StoreError> {
    let rows = sqlx::query(LEVELS).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The level of a unit, if it has one.
pub async fn of_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Option<Level>, StoreError> {
    let row = sqlx::query(OF_UNIT).put(&unit).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Adds a level below another one, or above all.
pub async fn insert(
    connection: &mut AnyConnection,
    level: &Level,
    above: Option<&str>,
) -> Result<(), StoreError> {
    let rank: i64 = match above {
        None => 1,
        Some(code) => {
            let rank = sqlx::query(RANK).bind(code.to_owned());
            rank.fetch_one(&mut *connection).await?.get_as::<i64>(0)? + 1
        }
    };
    sqlx::query(MAKE_ROOM).bind(rank).execute(&mut *connection).await?;
    let insert = sqlx::query(INSERT).bind(level.code.clone()).bind(rank).bind(level.name.clone());
    insert.execute(connection).await?;
    Ok(())
}

/// Gives a level another name; gives 0 when it is not called `before`.
pub async fn rename(
    connection: &mut AnyConnection,
    code: &str,
    before: &str,
    after: &str,
) -> Result<u64, StoreError> {
    let rename = sqlx::query(RENAME).bind(code.to_owned()).bind(before.to_owned());
    Ok(rename.bind(after.to_owned()).execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Level, StoreError> {
    Ok(Level { code: row.get_as(0)?, name: row.get_as(1)? })
}
