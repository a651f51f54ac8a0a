//! The events of a part of the register, counted for the figures of a period.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::Assurance;
use trien_core::env::Timestamp;
use trien_core::id::UnitId;
use trien_core::register::{Event, Turn};
use trien_core::wire::UnitView;

use super::Part;
use crate::store::{Bind as _, Columns as _, StoreError, Stored, statements};

/// Most steps of a period.
pub const MOST_STEPS: usize = 12;

/// What of a path stands for a unit and the stroke after it: 32 hexadecimal digits and one.
const ONE_UNIT: usize = 33;

// What happened before moments were kept counts as before everything. The sum is made before the names of units are
// looked for: there are few of them, and a hundred thousand entries.
statements! {
    FIGURES = "SELECT c.id, c.name, f.level, f.assurance, f.event, f.in_use, f.step, f.events FROM \
        (SELECT SUBSTR(u.path, 1, CAST($3 AS INTEGER)) AS place, u.level AS level, \
            e.assurance AS assurance, v.event AS event, v.in_use AS in_use, \
            CAST(CASE WHEN COALESCE(v.at, 0) < $4 THEN 0 WHEN COALESCE(v.at, 0) < $5 THEN 1 \
                WHEN COALESCE(v.at, 0) < $6 THEN 2 WHEN COALESCE(v.at, 0) < $7 THEN 3 \
                WHEN COALESCE(v.at, 0) < $8 THEN 4 WHEN COALESCE(v.at, 0) < $9 THEN 5 \
                WHEN COALESCE(v.at, 0) < $10 THEN 6 WHEN COALESCE(v.at, 0) < $11 THEN 7 \
                WHEN COALESCE(v.at, 0) < $12 THEN 8 WHEN COALESCE(v.at, 0) < $13 THEN 9 \
                WHEN COALESCE(v.at, 0) < $14 THEN 10 WHEN COALESCE(v.at, 0) < $15 THEN 11 \
                ELSE 12 END AS BIGINT) AS step, CAST(COUNT(*) AS BIGINT) AS events \
        FROM unit u CROSS JOIN register_entry e CROSS JOIN register_event v \
        WHERE u.path >= $1 AND u.path < $2 AND e.unit = u.id AND v.entry = e.id \
        AND COALESCE(v.at, 0) < $16 AND v.event IN ('issued', 'recorded', 'suspended', 'resumed', \
            'renewed', 'revoked', 'expired') \
        GROUP BY 1, 2, 3, 4, 5, 6) AS f JOIN unit c ON c.path = f.place \
        ORDER BY c.name, c.id";
}

/// How far down units are told apart; what stands further down counts with the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Depth(usize);

impl Part {
    /// Whether it is all of the register.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.from.is_empty()
    }

    /// The unit that it is about, unless it is all of the register.
    #[must_use]
    pub fn unit(&self) -> Option<UnitId> {
        let path = self.from.trim_end_matches('/');
        let last = path.rsplit('/').next()?;
        let bytes: [u8; 16] = hex::decode(last).ok()?.try_into().ok()?;
        Some(UnitId::from_bytes(bytes))
    }

    /// As deep as its unit itself: all of it counts together.
    #[must_use]
    pub fn together(&self) -> Depth {
        Depth(self.from.len())
    }

    /// One deeper: its unit alone, and each of the units right below with all that is below that one.
    #[must_use]
    pub fn by_child(&self) -> Depth {
        Depth(self.from.len() + ONE_UNIT)
    }
}

/// The moments at which the steps of a period begin, and the one before which the last ends: at least two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edges([Timestamp; MOST_STEPS + 1]);

impl Edges {
    /// Those of at most [`MOST_STEPS`] steps, ascending.
    #[must_use]
    pub fn new(moments: &[Timestamp]) -> Option<Self> {
        let last = *moments.last()?;
        let fits = (2..=MOST_STEPS + 1).contains(&moments.len()) && moments.is_sorted();
        // Steps after the last one are empty.
        fits.then(|| {
            Self(std::array::from_fn(|number| moments.get(number).copied().unwrap_or(last)))
        })
    }
}

/// Events of one kind, of one unit and level, in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The unit, with those below it where they are not told apart.
    pub unit: UnitView,
    /// The level's code of the unit in which the entries are, if it has one.
    pub level: Option<String>,
    /// How well the keys are known to be in hardware; none for those outside phones.
    pub assurance: Option<Assurance>,
    /// What happened.
    pub event: Event,
    /// What it did to whether the certificates are in use.
    pub turn: Turn,
    /// 0: before the period; else the step, from 1.
    pub step: u32,
    /// How often.
    pub events: u64,
}

impl Stored for Turn {
    type Raw = i64;
    fn to_raw(&self) -> i64 {
        self.step()
    }
    fn from_raw(raw: i64) -> Result<Self, StoreError> {
        Self::of_step(raw).ok_or(StoreError::Corrupt("turn"))
    }
}

/// Everything that happened in a part until the last edge.
pub async fn figures(
    connection: &mut AnyConnection,
    part: &Part,
    depth: Depth,
    edges: &Edges,
) -> Result<Vec<Cell>, StoreError> {
    let depth = u32::try_from(depth.0).unwrap_or(u32::MAX);
    let mut query = sqlx::query(FIGURES).put(&part.from).put(&part.to).put(&depth);
    for edge in &edges.0 {
        query = query.put(edge);
    }
    query.fetch_all(connection).await?.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Cell, StoreError> {
    Ok(Cell {
        unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
        level: row.get_opt(2)?,
        assurance: row.get_opt(3)?,
        event: row.get_as(4)?,
        turn: row.get_as(5)?,
        step: row.get_as(6)?,
        events: row.get_as(7)?,
    })
}
