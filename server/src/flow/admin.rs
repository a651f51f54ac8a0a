//! Units and people.

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::log::leaf::StatementKind;
use trien_core::wire::{PersonView, UnitView};

use super::act::{Act, Acted};
use super::{FlowError, Thing};
use crate::app::App;
pub use crate::store::directory::KeyPolicy;
use crate::store::directory::{self, PersonDetails, PersonRow, UnitDetails, UnitRow};
use crate::store::reshape;
use crate::writer::{Commit, CommitError, Tx};

/// Adds a unit under `parent`.
pub async fn create_unit(
    app: &App,
    act: &Act,
    name: &Text<200>,
    parent: Option<UnitId>,
    keys: KeyPolicy,
) -> Result<UnitView, FlowError> {
    let id = UnitId::generate(app.clock(), app.entropy());
    let view = UnitView { id, name: name.as_str().to_owned() };
    let unit = UnitRow::new(view, keys.stated());
    let create = CreateUnit { unit, parent };
    Ok(app.writer().commit(Acted(act.clone(), create)).await?.value)
}

/// Adds a person with a position in `unit`.
pub async fn create_person(
    app: &App,
    act: &Act,
    name: &Text<200>,
    unit: UnitId,
    position: &Text<200>,
) -> Result<PersonView, FlowError> {
    let view = PersonView {
        id: PersonId::generate(app.clock(), app.entropy()),
        name: name.as_str().to_owned(),
        position: position.as_str().to_owned(),
    };
    let create = CreatePerson(PersonRow { view, unit });
    Ok(app.writer().commit(Acted(act.clone(), create)).await?.value)
}

struct CreateUnit {
    unit: UnitRow,
    parent: Option<UnitId>,
}

#[async_trait]
impl Commit for CreateUnit {
    type Done = UnitView;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<UnitView, CommitError> {
        if let Some(parent) = self.parent
            && !reshape::stands(tx.connection(), parent).await?
        {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let now = tx.now();
        let details = UnitDetails::default();
        directory::insert_unit(tx.connection(), &self.unit, &details, self.parent, now).await?;
        let view = self.unit.view.clone();
        let statement = json!({
            "act": "unit-created",
            "unit": view.id,
            "lowest_assurance": self.unit.stated,
        });
        tx.state(StatementKind::Policy, view.id.as_bytes(), &statement).await?;
        Ok(view)
    }
}

struct CreatePerson(PersonRow);

#[async_trait]
impl Commit for CreatePerson {
    type Done = PersonView;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<PersonView, CommitError> {
        let unit = directory::unit(tx.connection(), self.0.unit).await?;
        let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
        if !reshape::stands(tx.connection(), self.0.unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let (now, details) = (tx.now(), PersonDetails::default());
        let name = &unit.view.name;
        directory::insert_person(tx.connection(), &self.0, &details, name, now).await?;
        let view = self.0.view.clone();
        let statement = json!({ "act": "person-added", "person": view.id, "unit": self.0.unit });
        tx.state(StatementKind::Policy, view.id.as_bytes(), &statement).await?;
        Ok(view)
    }
}
