//! Finding units within what an officer reaches.

use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::account::Officer;
use super::people::branches;
use super::{FlowError, Thing};
use crate::app::App;
use crate::fold;
use crate::store::directory::{self, Placed};

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
