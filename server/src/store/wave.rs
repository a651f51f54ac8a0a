//! Waves of enrollment: their plans, and how far their people are.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, UnitId, WaveId};
use trien_core::wave::{Plan, Stage};
use trien_core::wire::UnitView;

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

/// One thing more than any moment in milliseconds: a stage and the moment it was reached are one number,
/// so that the furthest is the greatest.
pub(super) const STAGE: i64 = 10_000_000_000_000;

/// Each person of the wave `$1` once, in the oldest of the positions that are meant, with how far their
/// phones are: the stage times [`STAGE`] and the moment in milliseconds since when. A unit's branch ends
/// where its path ends: `/` is followed by `0`. Whoever is at the end is never late, so that moment is
/// not asked for.
macro_rules! reached {
    () => {
        "WITH meant AS (SELECT w.unit AS through, o.person, o.unit, o.title, a.starts_seconds, \
            ROW_NUMBER() OVER (PARTITION BY o.person ORDER BY o.since, o.title, o.unit) AS place \
            FROM wave a CROSS JOIN wave_unit w CROSS JOIN unit t CROSS JOIN unit u \
            CROSS JOIN position o \
            WHERE a.id = $1 AND w.wave = a.id AND t.id = w.unit AND u.path >= t.path \
            AND u.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0' \
            AND o.unit = u.id AND o.until IS NULL \
            AND (a.who = 'everybody' OR o.authority IS NOT NULL)), \
        reached AS MATERIALIZED (SELECT m.through, m.person, m.unit, m.title, COALESCE(\
            (SELECT MAX(CASE e.state WHEN 'requested' THEN 2 WHEN 'reviewed' THEN 3 \
                WHEN 'issued' THEN 4 WHEN 'suspended-unused' THEN 4 ELSE 5 END * 10000000000000 \
                + CASE WHEN e.state IN ('in-use', 'suspended') THEN 0 ELSE COALESCE(\
                    (SELECT MAX(v.at) FROM register_event v WHERE v.entry = e.id AND v.event IN \
                        ('requested', 'reviewed', 'issued', 'handed-over')), \
                    m.starts_seconds * 1000) END) \
                FROM register_entry e WHERE e.person = m.person AND e.device IS NOT NULL \
                AND e.state NOT IN ('refused', 'renewed', 'revoked', 'expired')), \
            (SELECT 10000000000000 + MAX(i.created_at) FROM invitation i \
                WHERE i.person = m.person), \
            m.starts_seconds * 1000) AS furthest FROM meant m WHERE m.place = 1) "
    };
}
/// Whether somebody is stuck: since before the moment that is given for the stage, `$2` for the first.
macro_rules! stuck {
    () => {
        "CASE WHEN r.furthest < CASE r.furthest / 10000000000000 WHEN 0 THEN CAST($2 AS BIGINT) \
            WHEN 1 THEN CAST($3 AS BIGINT) WHEN 2 THEN CAST($4 AS BIGINT) \
            WHEN 3 THEN CAST($5 AS BIGINT) WHEN 4 THEN CAST($6 AS BIGINT) ELSE 0 END \
            THEN 1 ELSE 0 END"
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
    COUNTS = concat!(
        reached!(),
        "SELECT r.through, r.furthest / 10000000000000, CAST(COUNT(*) AS BIGINT), CAST(SUM(",
        stuck!(),
        ") AS BIGINT) FROM reached r GROUP BY r.through, r.furthest / 10000000000000"
    );
    STUCK = concat!(
        reached!(),
        "SELECT r.through, r.person, r.furthest FROM reached r WHERE ",
        stuck!(),
        " = 1"
    );
    STUCK_PEOPLE = concat!(
        reached!(),
        "SELECT r.through, r.person, r.furthest, p.name, r.title, u.name, p.email, p.phone \
         FROM reached r JOIN person p ON p.id = r.person JOIN unit u ON u.id = r.unit WHERE ",
        stuck!(),
        " = 1"
    );
    MEANT = "SELECT o.person, o.unit FROM wave a CROSS JOIN wave_unit w CROSS JOIN unit t \
        CROSS JOIN unit u CROSS JOIN position o \
        WHERE a.id = $1 AND w.wave = a.id AND t.id = w.unit AND u.path >= t.path \
        AND u.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0' \
        AND o.unit = u.id AND o.until IS NULL \
        AND (a.who = 'everybody' OR o.authority IS NOT NULL) \
        ORDER BY o.person, o.since, o.title, o.unit";
    PERSON = "SELECT p.name, o.title, u.name, p.email, p.phone \
        FROM position o CROSS JOIN unit u CROSS JOIN person p CROSS JOIN wave a \
        CROSS JOIN wave_unit w CROSS JOIN unit t \
        WHERE o.person = $2 AND o.until IS NULL AND u.id = o.unit AND p.id = o.person \
        AND a.id = $1 AND (a.who = 'everybody' OR o.authority IS NOT NULL) \
        AND w.wave = a.id AND w.unit = $3 AND t.id = w.unit AND u.path >= t.path \
        AND u.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0' \
        ORDER BY o.since, o.title, o.unit LIMIT 1";
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

/// People of one unit of a wave at one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Through which of its units.
    pub through: UnitId,
    /// How far they are.
    pub stage: Stage,
    /// How many.
    pub people: u64,
    /// How many of them are stuck.
    pub stuck: u64,
}

/// Somebody of a wave who is stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stuck {
    /// Since when.
    pub since: UnixSecond,
    /// Who.
    pub person: PersonId,
    /// Through which of its units.
    pub through: UnitId,
    /// How far.
    pub stage: Stage,
}

/// Who that is, and how to reach them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The full name.
    pub name: String,
    /// The position that is meant.
    pub title: String,
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

/// Whom a wave is about, once per position, the oldest first.
pub async fn people(
    connection: &mut AnyConnection,
    wave: WaveId,
) -> Result<Vec<(PersonId, UnitId)>, StoreError> {
    let rows = sqlx::query(MEANT).put(&wave).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// How many people of a wave are how far, and stuck there by now.
pub async fn counts(
    connection: &mut AnyConnection,
    wave: WaveId,
    now: UnixSecond,
) -> Result<Vec<Count>, StoreError> {
    let rows = bind(sqlx::query(COUNTS), wave, now).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Count {
                through: row.get_as(0)?,
                stage: stage_of(row.get_as(1)?)?,
                people: row.get_as(2)?,
                stuck: row.get_as(3)?,
            })
        })
        .collect()
}

/// Everybody of a wave who is stuck by now, the longest first.
pub async fn stuck(
    connection: &mut AnyConnection,
    wave: WaveId,
    now: UnixSecond,
) -> Result<Vec<Stuck>, StoreError> {
    let rows = bind(sqlx::query(STUCK), wave, now).fetch_all(connection).await?;
    let stuck: Result<Vec<Stuck>, StoreError> = rows.iter().map(read_stuck).collect();
    let mut stuck = stuck?;
    stuck.sort_unstable();
    Ok(stuck)
}

/// The same with who they are.
pub async fn stuck_people(
    connection: &mut AnyConnection,
    wave: WaveId,
    now: UnixSecond,
) -> Result<Vec<(Stuck, Meant)>, StoreError> {
    let rows = bind(sqlx::query(STUCK_PEOPLE), wave, now).fetch_all(connection).await?;
    let read = |row: &AnyRow| Ok((read_stuck(row)?, read_meant(row, 3)?));
    let people: Result<Vec<(Stuck, Meant)>, StoreError> = rows.iter().map(read).collect();
    let mut people = people?;
    people.sort_by_key(|(stuck, _)| *stuck);
    Ok(people)
}

/// Who that is; nobody where the position has ended meanwhile.
pub async fn person(
    connection: &mut AnyConnection,
    wave: WaveId,
    stuck: &Stuck,
) -> Result<Option<Meant>, StoreError> {
    let query = sqlx::query(PERSON).put(&wave).put(&stuck.person).put(&stuck.through);
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(|row| read_meant(row, 0)).transpose()
}

/// With the moment before which one must have come to each stage to be stuck there.
fn bind(
    query: Query<'_, Any, AnyArguments>,
    wave: WaveId,
    now: UnixSecond,
) -> Query<'_, Any, AnyArguments> {
    let mut query = query.put(&wave);
    for (rank, stage) in (0_i64..).zip(Stage::ALL) {
        if let Some(latest) = stage.stuck_before(now) {
            query = query.put(&(rank * STAGE + latest.get() * 1_000));
        }
    }
    query
}

fn stage_of(rank: u32) -> Result<Stage, StoreError> {
    Stage::ALL.get(rank as usize).copied().ok_or(StoreError::Corrupt("stage"))
}

pub(super) fn read_stuck(row: &AnyRow) -> Result<Stuck, StoreError> {
    let furthest: i64 = row.get_as(2)?;
    let rank = u32::try_from(furthest / STAGE).map_err(|_| StoreError::Corrupt("stage"))?;
    Ok(Stuck {
        since: Timestamp::from_millis(furthest % STAGE).second(),
        person: row.get_as(1)?,
        through: row.get_as(0)?,
        stage: stage_of(rank)?,
    })
}

pub(super) fn read_meant(row: &AnyRow, at: usize) -> Result<Meant, StoreError> {
    Ok(Meant {
        name: row.get_as(at)?,
        title: row.get_as(at + 1)?,
        unit_name: row.get_as(at + 2)?,
        email: row.get_opt(at + 3)?,
        phone: row.get_opt(at + 4)?,
    })
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
