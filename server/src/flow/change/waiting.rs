//! What waits for the people of a unit that changes.

use sqlx::AnyConnection;

use super::deed::{Deed, Task};
use super::held::{Held, HeldPost, HeldStep};
use super::steps::{Stay, stay};
use super::unit::{Steps, UnitChange};
use super::whole::Planner;
use crate::flow::FlowError;

/// The steps that do not stay as they are.
#[derive(Default)]
pub(super) struct Waiting {
    pub tasks: Vec<Task>,
    /// How many are of units that whoever changes does not administer.
    pub left: usize,
    /// Those that are kept with another recipe, to be tried out.
    pub anew: Vec<(HeldStep, Vec<u8>)>,
}

impl Planner<'_> {
    pub(super) async fn waiting(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Waiting, FlowError> {
        let mut waiting = Waiting::default();
        for held in self.going() {
            for step in &held.steps {
                match self.stays(connection, held, step).await? {
                    Stay::AsItIs => {}
                    _ if !self.within.contains(&step.unit.id) => waiting.left += 1,
                    Stay::With(recipe) => waiting.keep(held, step, recipe),
                    Stay::Not => waiting.send_back(held, step),
                }
            }
        }
        Ok(waiting)
    }

    async fn stays(
        &self,
        connection: &mut AnyConnection,
        held: &Held,
        step: &HeldStep,
    ) -> Result<Stay, FlowError> {
        match self.change {
            UnitChange::Split { .. } if self.choices.steps == Steps::SendBack => Ok(Stay::Not),
            UnitChange::Rename(_) | UnitChange::Merge { .. } | UnitChange::Split { .. } => {
                Ok(Stay::AsItIs)
            }
            // Requests of the unit itself go back whole.
            UnitChange::Dissolve if step.unit.id == self.own() => Ok(Stay::Not),
            UnitChange::Dissolve => {
                let ends = held.posts.iter().filter(|post| post.unit.id == self.own());
                let ends: Vec<HeldPost> = ends.cloned().collect();
                stay(connection, step, held, &ends, None).await
            }
        }
    }
}

impl Waiting {
    fn keep(&mut self, held: &Held, step: &HeldStep, recipe: Vec<u8>) {
        self.anew.push((step.clone(), recipe.clone()));
        let (request, number) = (step.request, step.step);
        self.add(held, step, Deed::KeepStep { request, step: number, recipe: Some(recipe) });
    }

    fn send_back(&mut self, held: &Held, step: &HeldStep) {
        self.add(held, step, Deed::SendBack { request: step.request, step: step.step });
    }

    fn add(&mut self, held: &Held, step: &HeldStep, deed: Deed) {
        let person = Some((held.person, held.name.clone()));
        self.tasks.push(Task { person, what: step.metadata.subject.as_str().to_owned(), deed });
    }
}
