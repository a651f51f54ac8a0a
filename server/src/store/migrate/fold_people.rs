//! What migration 3 cannot say in SQL: paths of units, and the words that people are found by.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::id::UnitId;
use trien_core::wire::PersonView;

use crate::fold;
use crate::store::directory::PersonDetails;
use crate::store::people::{Branch, Words};
use crate::store::{Bind as _, Columns as _, StoreError};

// They run between two schemas, so the test that prepares every statement has no place for them.
const UNITS: &str = "SELECT id, parent, name FROM unit";
const SET_UNIT: &str = "UPDATE unit SET path = $1, folded = $2 WHERE id = $3";
const POSITIONS: &str = "SELECT p.id, p.name, o.title, o.unit FROM person p \
    JOIN position o ON o.person = p.id";
const SET_POSITION: &str = "UPDATE position SET sorting = $1, folded = $2 \
    WHERE person = $3 AND unit = $4 AND title = $5";

/// Fills in what the columns of migration 3 hold.
pub(super) async fn run(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let mut units: HashMap<UnitId, (Option<UnitId>, String)> = HashMap::new();
    for row in sqlx::query(UNITS).fetch_all(&mut *connection).await? {
        units.insert(row.get_as(0)?, (row.get_opt(1)?, row.get_as(2)?));
    }
    for (id, (_, name)) in &units {
        let set = sqlx::query(SET_UNIT).bind(path(&units, *id)).bind(fold::folded(&[name]));
        set.put(id).execute(&mut *connection).await?;
    }
    let mut words = Words::default();
    for row in sqlx::query(POSITIONS).fetch_all(&mut *connection).await? {
        let view =
            PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? };
        let unit: UnitId = row.get_as(3)?;
        let unit_name = units.get(&unit).map_or("", |(_, name)| name);
        let folded = PersonDetails::default().folded(&view, unit_name);
        let sorting = fold::sorting(&view.name);
        let set = sqlx::query(SET_POSITION).put(&sorting).put(&folded);
        set.put(&view.id).put(&unit).put(&view.position).execute(&mut *connection).await?;
        words.add(connection, &folded, &sorting, view.id).await?;
    }
    words.end(connection).await
}

fn path(units: &HashMap<UnitId, (Option<UnitId>, String)>, unit: UnitId) -> String {
    let mut line = vec![unit];
    // A tree has fewer levels than units; a circle would have more.
    while line.len() <= units.len()
        && let Some((Some(above), _)) = line.last().and_then(|last| units.get(last))
    {
        line.push(*above);
    }
    let top_down = line.into_iter().rev();
    let branch = top_down.fold(None, |above, unit| Some(Branch::below(above.as_ref(), unit)));
    branch.map(|branch| branch.path().to_owned()).unwrap_or_default()
}
