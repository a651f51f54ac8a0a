//! Units and people.

use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::FlowError;
use crate::app::App;

/// Which keys a unit takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum KeyPolicy {
    /// Only keys in secure hardware, attested.
    #[default]
    Hardware,
    /// Keys in software too (assurance level D): demos, tests, the headless companion.
    SoftwareAllowed,
}

/// Adds a unit under `parent`.
pub async fn create_unit(
    app: &App,
    name: &Text<200>,
    parent: Option<UnitId>,
    keys: KeyPolicy,
) -> Result<UnitView, FlowError> {
    todo!()
}

/// Adds a person with a position in `unit`.
pub async fn create_person(
    app: &App,
    name: &Text<200>,
    unit: UnitId,
    position: &Text<200>,
) -> Result<PersonView, FlowError> {
    todo!()
}
