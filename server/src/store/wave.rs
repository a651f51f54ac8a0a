//! Waves of enrollment: their plans, and how far their people are.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, UnitId, WaveId};
use trien_core::register::State;
use trien_core::wave::Plan;
use trien_core::wire::{PersonView, UnitView};

use super::people::Branch;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Whose phones a wave is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// People in a position with authority: chiefs, deputies, clerks.
    Leaders,
    /// Everybody.
    Everybody,
}

impl Who {
    /// Its name in the database and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Leaders => "leaders",
            Self::Everybody => "everybody",
        }
    }
}

stored_names!(Who {
    Who::Leaders = "leaders",
    Who::Everybody = "everybody",
});

/// A unit's branch ends where its path ends: `/` is followed by `0`.
macro_rules! people_of {
    ($select:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM wave_unit w JOIN wave a ON a.id = w.wave JOIN unit t ON t.id = w.unit \
             JOIN unit u ON u.path >= t.path \
                AND u.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0' \
             JOIN position o ON o.unit = u.id AND o.until IS NULL JOIN person p ON p.id = o.person \
             WHERE w.wave = $1 AND (a.who = 'everybody' OR o.authority IS NOT NULL)",
            $order
        )
    };
}

statements! {
    INSERT = "INSERT INTO wave (id, name, who, target, starts_seconds, ends_seconds, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_UNIT = "INSERT INTO wave_unit (wave, unit) VALUES ($1, $2)";
    OPEN_IN = "SELECT CAST(COUNT(*) AS BIGINT) FROM wave_unit w JOIN wave a ON a.id = w.wave \
        WHERE w.unit = $1 AND a.closed_at IS NULL";
    CLOSE = "UPDATE wave SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";
    ALL = "SELECT id, name, who, target, starts_seconds, ends_seconds, closed_at FROM wave \
        ORDER BY starts_seconds DESC, id DESC";
    ONE = "SELECT id, name, who, target, starts_seconds, ends_seconds, closed_at FROM wave \
        WHERE id = $1";
    UNITS = "SELECT w.unit, u.name, u.path FROM wave_unit w JOIN unit u ON u.id = w.unit \
        WHERE w.wave = $1 ORDER BY u.name, u.path";
    PEOPLE = people_of!(
        "w.unit, p.id, p.name, o.title, u.name, p.email, p.phone",
        " ORDER BY o.sorting, p.id, o.since, o.title"
    );
    ENTRIES = concat!(
        "SELECT e.person, e.state, (SELECT MAX(v.at) FROM register_event v WHERE v.entry = e.id \
            AND v.event IN ('requested', 'reviewed', 'issued', 'handed-over')) \
         FROM register_entry e WHERE e.device IS NOT NULL AND e.state NOT IN \
            ('refused', 'renewed', 'revoked', 'expired') AND e.person IN (",
        people_of!("o.person", ""),
        ")"
    );
    INVITED = concat!(
        "SELECT i.person, MAX(i.created_at) FROM invitation i WHERE i.person IN (",
        people_of!("o.person", ""),
        ") GROUP BY i.person"
    );
}

/// A wave as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveRow {
    /// Which.
    pub id: WaveId,
    /// Its name.
    pub name: String,
    /// Whose phones it is about.
    pub who: Who,
    /// When, and how many.
    pub plan: Plan,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Somebody a wave is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Through which of its units.
    pub through: UnitId,
    /// Who, in which position.
    pub person: PersonView,
    /// The name of the position's unit.
    pub unit_name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// Adds a wave.
pub async fn insert(
    connection: &mut AnyConnection,
    wave: &WaveRow,
    units: &[UnitId],
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&wave.id)
        .put(&wave.name)
        .put(&wave.who)
        .put_opt(wave.plan.target.as_ref())
        .put(&wave.plan.starts)
        .put(&wave.plan.ends)
        .put(&at)
        .execute(&mut *connection)
        .await?;
    for unit in units {
        sqlx::query(INSERT_UNIT).put(&wave.id).put(unit).execute(&mut *connection).await?;
    }
    Ok(())
}

/// How many open waves name a unit.
pub async fn open_in(connection: &mut AnyConnection, unit: UnitId) -> Result<u32, StoreError> {
    sqlx::query(OPEN_IN).put(&unit).fetch_one(connection).await?.get_as(0)
}

/// Closes a wave; gives 0 when it is closed or was never planned.
pub async fn close(
    connection: &mut AnyConnection,
    wave: WaveId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(CLOSE).put(&wave).put(&at).execute(connection).await?.rows_affected())
}

/// All waves, the latest first.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<WaveRow>, StoreError> {
    sqlx::query(ALL).fetch_all(connection).await?.iter().map(read).collect()
}

/// One wave.
pub async fn one(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Option<WaveRow>, StoreError> {
    let row = sqlx::query(ONE).put(&wave).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The units of a wave by their names.
pub async fn units(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Vec<(UnitView, Branch)>, StoreError> {
    let rows = sqlx::query(UNITS).put(&wave).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let view = UnitView { id: row.get_as(0)?, name: row.get_as(1)? };
            Ok((view, Branch::new(row.get_as(2)?)))
        })
        .collect()
}

/// Whom a wave is about, once per position, in the order of lists.
pub async fn people(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Vec<Meant>, StoreError> {
    let rows = sqlx::query(PEOPLE).put(&wave).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Meant {
                through: row.get_as(0)?,
                person: PersonView {
                    id: row.get_as(1)?,
                    name: row.get_as(2)?,
                    position: row.get_as(3)?,
                },
                unit_name: row.get_as(4)?,
                email: row.get_opt(5)?,
                phone: row.get_opt(6)?,
            })
        })
        .collect()
}

/// Where these people's phones stand in the register, and since when.
pub async fn entries(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Vec<(PersonId, State, Option<Timestamp>)>, StoreError> {
    let rows = sqlx::query(ENTRIES).put(&wave).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?, row.get_opt(2)?))).collect()
}

/// Who of them was invited, and when last.
pub async fn invited(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Vec<(PersonId, Timestamp)>, StoreError> {
    let rows = sqlx::query(INVITED).put(&wave).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

fn read(row: &AnyRow) -> Result<WaveRow, StoreError> {
    let (starts, ends): (UnixSecond, UnixSecond) = (row.get_as(4)?, row.get_as(5)?);
    Ok(WaveRow {
        id: row.get_as(0)?,
        name: row.get_as(1)?,
        who: row.get_as(2)?,
        plan: Plan { starts, ends, target: row.get_opt(3)? },
        closed_at: row.get_opt(6)?,
    })
}
