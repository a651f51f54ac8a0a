//! Finding units within what an officer reaches.

use std::collections::BTreeSet;

use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::account::Officer;
use super::people::branches;
use super::{FlowError, Thing};
use crate::app::App;
use crate::fold;
use crate::paging::{Page, Turn, cut};
use crate::store::directory::{self, Placed};
use crate::store::people;

/// Units on a page.
pub const PAGE: usize = 50;

/// A page of units, those above before those below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitPage {
    /// At most [`PAGE`], each with the name of the one above it, if that is within reach.
    pub units: Vec<(Placed, Option<String>)>,
    /// The page before begins before this path.
    pub previous: Option<String>,
    /// The next page begins after this path.
    pub next: Option<String>,
}

/// The units within an officer's reach that have every word of `query` in name or code.
pub async fn search(
    app: &App,
    officer: &Officer,
    query: &str,
    turn: &Turn<String>,
) -> Result<UnitPage, FlowError> {
    let words = people::wanted(query);
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut connection = app.store().reader().await?;
    let branches = branches(&mut connection, officer).await?;
    let mut found = Vec::new();
    for branch in &branches {
        found.extend(directory::found(&mut connection, branch, &words, turn, limit).await?);
    }
    let path = |unit: &Placed| unit.branch.path().to_owned();
    let Page { items, previous, next } = cut(found, PAGE, turn, path);
    let units = items.into_iter().map(|unit| (unit, None)).collect();
    let mut page = UnitPage { units, previous, next };
    for (unit, above) in &mut page.units {
        let Some(parent) = unit.parent else { continue };
        let parent_branch = directory::branch(&mut connection, parent).await?;
        if parent_branch.is_some_and(|it| branches.iter().any(|wider| wider.holds(&it))) {
            *above = directory::unit(&mut connection, parent).await?.map(|row| row.view.name);
        }
    }
    Ok(page)
}

/// The units that an officer reaches, those above before those below, if they are no more than `most`.
pub async fn if_few(
    app: &App,
    officer: &Officer,
    most: u32,
) -> Result<Option<Vec<UnitView>>, FlowError> {
    let units = reached(app, officer, most.saturating_add(1)).await?;
    let few = units.len() <= most as usize;
    Ok(few.then(|| units.into_iter().map(|unit| unit.view).collect()))
}

/// The names of these units, whoever may know which they are.
pub async fn named(app: &App, units: BTreeSet<UnitId>) -> Result<Vec<UnitView>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut named = Vec::with_capacity(units.len());
    for unit in units {
        named.extend(directory::unit(&mut connection, unit).await?.map(|row| row.view));
    }
    Ok(named)
}

/// A unit within an officer's reach.
pub async fn one(app: &App, officer: &Officer, id: UnitId) -> Result<UnitView, FlowError> {
    let missing = || FlowError::NotFound(Thing::Unit);
    let mut connection = app.store().reader().await?;
    let place = directory::branch(&mut connection, id).await?.ok_or_else(missing)?;
    let reached = branches(&mut connection, officer).await?;
    if !reached.iter().any(|branch| branch.holds(&place)) {
        return Err(missing());
    }
    Ok(directory::unit(&mut connection, id).await?.ok_or_else(missing)?.view)
}

/// The one unit within an officer's reach that is meant: by its identifier, its OrganId, or its
/// name with or without marks, if no other has it.
pub async fn meant(app: &App, officer: &Officer, typed: &str) -> Result<UnitId, FlowError> {
    let typed = typed.trim();
    if let Ok(id) = typed.parse() {
        return Ok(id);
    }
    let units = reached(app, officer, u32::MAX).await?;
    let is_code = |unit: &&Placed| unit.details.organ_id.as_deref() == Some(typed);
    if let Some(unit) = units.iter().find(is_code) {
        return Ok(unit.view.id);
    }
    let words = fold::words(typed);
    let mut named = units.iter().filter(|unit| fold::words(&unit.view.name) == words);
    match (named.next(), named.next()) {
        (Some(unit), None) => Ok(unit.view.id),
        _ => Err(FlowError::NotFound(Thing::Unit)),
    }
}

async fn reached(app: &App, officer: &Officer, most: u32) -> Result<Vec<Placed>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut units = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        units.extend(directory::below(&mut connection, &branch, most).await?);
    }
    Ok(units)
}
