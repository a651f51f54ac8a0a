//! Units and people.

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::act::{Act, Acted};
use super::{FlowError, Thing, levels};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::directory::{self, PersonDetails, PersonRow, UnitDetails, UnitRow};
pub use crate::store::directory::{Authority, KeyPolicy};
use crate::store::reshape;
use crate::writer::{Commit, CommitError, Tx};

/// A unit to add.
#[derive(Clone, Debug)]
pub struct NewUnit {
    /// Its name.
    pub name: Text<200>,
    /// The unit above it.
    pub parent: Option<UnitId>,
    /// The keys that it takes.
    pub keys: KeyPolicy,
    /// The code of its level.
    pub level: Option<String>,
}

/// A person to add.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The full name.
    pub name: Text<200>,
    /// The unit of the position.
    pub unit: UnitId,
    /// The position.
    pub position: Text<200>,
    /// What it lets its holder do in the unit.
    pub authority: Option<Authority>,
}

/// Adds a unit under `parent`, of no level.
pub async fn create_unit(
    app: &App,
    act: &Act,
    name: &Text<200>,
    parent: Option<UnitId>,
    keys: KeyPolicy,
) -> Result<UnitView, FlowError> {
    add_unit(app, act, NewUnit { name: name.clone(), parent, keys, level: None }).await
}

/// Adds a unit.
pub async fn add_unit(app: &App, act: &Act, new: NewUnit) -> Result<UnitView, FlowError> {
    let id = UnitId::generate(app.clock(), app.entropy());
    let view = UnitView { id, name: new.name.as_str().to_owned() };
    let unit = UnitRow::new(view, new.keys.stated());
    let details = UnitDetails { level: new.level, organ_id: None };
    let create = CreateUnit { unit, details, parent: new.parent };
    Ok(app.writer().commit(Acted(act.clone(), create)).await?.value)
}

/// Adds a person with a position in `unit`, without authority.
pub async fn create_person(
    app: &App,
    act: &Act,
    name: &Text<200>,
    unit: UnitId,
    position: &Text<200>,
) -> Result<PersonView, FlowError> {
    let (name, position) = (name.clone(), position.clone());
    add_person(app, act, NewPerson { name, unit, position, authority: None }).await
}

/// Adds a person with a position.
pub async fn add_person(app: &App, act: &Act, new: NewPerson) -> Result<PersonView, FlowError> {
    let view = PersonView {
        id: PersonId::generate(app.clock(), app.entropy()),
        name: new.name.as_str().to_owned(),
        position: new.position.as_str().to_owned(),
    };
    let row = PersonRow { view, unit: new.unit };
    let create = CreatePerson { row, authority: new.authority };
    Ok(app.writer().commit(Acted(act.clone(), create)).await?.value)
}

struct CreateUnit {
    unit: UnitRow,
    details: UnitDetails,
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
        if let Some(level) = &self.details.level {
            levels::require(tx.connection(), level).await?;
        }
        let (unit, details) = (&self.unit, &self.details);
        directory::insert_unit(tx.connection(), unit, details, self.parent, now).await?;
        let view = self.unit.view.clone();
        let statement = json!({
            "unit": view.id,
            "lowest_assurance": self.unit.stated,
            "before": null,
            "after": {
                "name": view.name,
                "parent": self.parent,
                "level": self.details.level,
            },
        });
        tx.state(Kind::UnitCreated, view.id.as_bytes(), &statement).await?;
        Ok(view)
    }
}

struct CreatePerson {
    row: PersonRow,
    authority: Option<Authority>,
}

#[async_trait]
impl Commit for CreatePerson {
    type Done = PersonView;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<PersonView, CommitError> {
        let row = &self.row;
        let unit = directory::unit(tx.connection(), row.unit).await?;
        let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
        if !reshape::stands(tx.connection(), row.unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let (now, authority) = (tx.now(), self.authority);
        let details = PersonDetails { authority, ..PersonDetails::default() };
        let name = &unit.view.name;
        directory::insert_person(tx.connection(), row, &details, name, now).await?;
        let view = row.view.clone();
        let statement = json!({
            "person": view.id,
            "unit": row.unit,
            "before": null,
            "after": {
                "unit": row.unit,
                "position": view.position,
                "authority": authority.map(Authority::name),
            },
        });
        tx.state(Kind::PersonAdded, view.id.as_bytes(), &statement).await?;
        Ok(view)
    }
}
