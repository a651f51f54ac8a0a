//! Units and people as tables that can be imported again.

use sqlx::AnyConnection;

use super::FlowError;
use super::account::Officer;
use super::import::tree::{Known, Tree};
use super::import::{Column, Kind, columns, headings};
use super::people::branches;
use crate::app::App;
use crate::sheet::{self, Format};
use crate::store::directory::Authority;
use crate::store::level::{self, Level};
use crate::store::people::Branch;
use crate::store::roll::{self, Standing};
use crate::text::{Language, text};

/// Whose units and people.
#[derive(Clone, Copy, Debug)]
pub enum Within<'a> {
    /// All of the server.
    Everything,
    /// Those that an officer reaches.
    ReachOf(&'a Officer),
}

/// A table of units or people, with headings in a language.
pub async fn table(
    app: &App,
    within: Within<'_>,
    kind: Kind,
    format: Format,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let mut connection = app.store().reader().await?;
    let reached = match within {
        Within::Everything => None,
        Within::ReachOf(officer) => Some(branches(&mut connection, officer).await?),
    };
    let tree = Tree::load(&mut connection).await?;
    let mut rows = vec![headings(kind, language)];
    match kind {
        Kind::Units => {
            let levels = level::all(&mut connection).await?;
            let holds = |unit: &&Known| {
                reached.as_ref().is_none_or(|all| all.iter().any(|it| it.holds(&unit.branch)))
            };
            let units = tree.all().iter().filter(holds);
            rows.extend(units.map(|unit| unit_row(unit, &tree, &levels)));
        }
        Kind::People => {
            let people = people(&mut connection, reached.as_deref()).await?;
            rows.extend(people.iter().map(|person| person_row(person, &tree, language)));
        }
    }
    drop(connection);
    let written = tokio::task::spawn_blocking(move || sheet::write(format, &rows)).await;
    let written = written.map_err(|error| FlowError::Internal(error.to_string()))?;
    written.map_err(|error| FlowError::Internal(error.to_string()))
}

async fn people(
    connection: &mut AnyConnection,
    reached: Option<&[Branch]>,
) -> Result<Vec<Standing>, FlowError> {
    let Some(reached) = reached else {
        return Ok(roll::everybody(connection, "", "~").await?);
    };
    let mut people = Vec::new();
    for branch in reached {
        people.extend(roll::everybody(connection, branch.path(), &branch.end()).await?);
    }
    Ok(people)
}

fn unit_row(unit: &Known, tree: &Tree, levels: &[Level]) -> Vec<String> {
    let level = levels.iter().find(|level| Some(&level.code) == unit.details.level.as_ref());
    let of = |column: &Column| match column {
        Column::OrganId => unit.details.organ_id.clone().unwrap_or_default(),
        Column::UnitName => unit.name.clone(),
        Column::Level => level.map(|level| level.name.clone()).unwrap_or_default(),
        Column::Parent => unit.parent.map(|parent| named(parent, tree)).unwrap_or_default(),
        Column::Id => unit.id.to_string(),
        _ => String::new(),
    };
    columns(Kind::Units).iter().map(of).collect()
}

fn person_row(person: &Standing, tree: &Tree, language: Language) -> Vec<String> {
    let (view, details) = (&person.row.view, &person.details);
    let of = |column: &Column| match column {
        Column::StaffNumber => details.staff_number.clone().unwrap_or_default(),
        Column::FullName => view.name.clone(),
        Column::Position => view.position.clone(),
        Column::Authority => authority(details.authority, language),
        Column::Unit => named(person.row.unit, tree),
        Column::Email => details.email.clone().unwrap_or_default(),
        Column::Phone => details.phone.clone().unwrap_or_default(),
        Column::Id => view.id.to_string(),
        _ => String::new(),
    };
    columns(Kind::People).iter().map(of).collect()
}

/// A unit as a table names it: by its code, or in full.
fn named(unit: trien_core::id::UnitId, tree: &Tree) -> String {
    let known = tree.get(unit);
    let name = known.map(|it| it.details.organ_id.clone().unwrap_or_else(|| it.full_name.clone()));
    name.unwrap_or_default()
}

fn authority(authority: Option<Authority>, language: Language) -> String {
    let key = match authority {
        None => return String::new(),
        Some(Authority::Chief) => "import-authority-chief",
        Some(Authority::Deputy) => "import-authority-deputy",
        Some(Authority::Clerk) => "import-authority-clerk",
    };
    text(language, key)
}
