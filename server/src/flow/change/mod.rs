//! Somebody changes post, or units are renamed, merged, split or dissolved: each is one task.
//!
//! It is looked at whole first: what is held, what is proposed for each thing, what may be chosen. Then it
//! is carried out in one commit, which reads everything again and refuses a plan that no longer fits what
//! stands. Whatever takes authority away comes first, so that it stands in the log before the act that
//! hands over. What was done to each thing is kept as a report, whose digest the last leaf holds.

mod carry;
mod deed;
mod doing;
mod held;
mod post;
mod propose;
mod reassign;
mod report;
mod settle;
mod steps;
mod unit;
mod waiting;
mod whole;

pub use held::{
    Held, HeldDevice, HeldEntry, HeldInvitation, HeldPost, HeldStep, Part, PastPost, parts,
};
pub use post::{
    About, Choice, Item, Leaving, NewPost, Plan, PostChange, PostRef, look, person_page, posts,
};
pub use reassign::{Reassignment, instead_of, reassign};
pub use report::{
    By, Filed, Line, PAGE, Report, Reports, export, list, of_person, show, why, words,
};
pub use settle::carry_out;
pub use unit::{
    Certificates, Keys, Steps, UnitChange, UnitChoices, UnitPlan, UnitView, carry_out_unit,
    look_unit, unit_page,
};

use std::collections::HashSet;

use sqlx::AnyConnection;
use trien_core::id::UnitId;

use super::FlowError;
use super::account::{MAX_LEVELS, Officer, Role};
use crate::app::App;
use crate::store::directory;
pub use crate::store::directory::Authority;

/// Who changes posts and units.
#[derive(Clone, Copy, Debug)]
pub enum Changer<'a> {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// Somebody who signed in: in the units that the account administers.
    Officer(&'a Officer),
}

impl Changer<'_> {
    /// Refuses whoever does not administer each of these units. Ending certificates is part of it: it only
    /// takes authority away, and the law asks for it; new ones are issued by those whose task that is.
    async fn require(&self, app: &App, units: &[UnitId]) -> Result<(), FlowError> {
        let Self::Officer(officer) = self else { return Ok(()) };
        for unit in units {
            officer.require(app, *unit, &[Role::Administrator]).await?;
        }
        Ok(())
    }

    /// Those of the units that this one administers. What belongs to another one is not touched, whoever
    /// holds it: somebody may have posts in units of several administrators.
    async fn within(
        &self,
        connection: &mut AnyConnection,
        units: impl IntoIterator<Item = UnitId>,
    ) -> Result<HashSet<UnitId>, FlowError> {
        let mut within: HashSet<UnitId> = units.into_iter().collect();
        let Self::Officer(officer) = self else { return Ok(within) };
        for unit in within.clone() {
            let line = directory::line(connection, unit, MAX_LEVELS).await?;
            let mut grants = officer.grants.iter();
            if !grants.any(|it| it.role == Role::Administrator && line.contains(&it.unit)) {
                within.remove(&unit);
            }
        }
        Ok(within)
    }
}

/// A change that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoChange {
    /// The position that would end is not held.
    #[error("the person does not hold this position")]
    NotHeld,
    /// The position that would begin is held already.
    #[error("the person holds this position already")]
    HeldAlready,
    /// The unit was dissolved.
    #[error("the unit has been dissolved")]
    Dissolved,
    /// A unit would stand below itself.
    #[error("a unit cannot become part of itself or of one below it")]
    Circle,
    /// Units stand below the one that is dissolved.
    #[error("units stand below it; merge or dissolve them first")]
    UnitsBelow,
    /// Nobody was named who goes into the new unit.
    #[error("name at least one person of the unit who goes into the new one")]
    Nobody,
    /// It is called so already.
    #[error("the unit has this name already")]
    SameName,
    /// A choice that is not offered for the thing.
    #[error("one of the choices is not possible for this thing")]
    Choice,
}

impl NoChange {
    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotHeld => "change-no-not-held",
            Self::HeldAlready => "change-no-held-already",
            Self::Dissolved => "change-no-dissolved",
            Self::Circle => "change-no-circle",
            Self::UnitsBelow => "change-no-units-below",
            Self::Nobody => "change-no-nobody",
            Self::SameName => "change-no-same-name",
            Self::Choice => "change-no-choice",
        }
    }
}
