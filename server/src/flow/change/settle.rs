//! Carrying out a change of post that was looked at.

use std::collections::BTreeMap;

use trien_core::id::{ChangeId, EntryId, PersonId, RequestId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::carry::Carry;
use super::deed::{Deed, Task};
use super::held::{Held, HeldEntry, HeldPost, HeldStep};
use super::post::{About, Choice, Item, Plan};
use super::propose::signing_units;
use super::steps::{Signer, rewritten, try_out};
use super::{Changer, NoChange};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::act::{Act, Acted};
use crate::store::holding;
use crate::store::register::NewEntry;
use crate::store::roll::Taken;

/// Carries out what was looked at, all or nothing; `chosen` holds choices by the things' keys, and what is
/// not in it is done as proposed. Gives the report.
pub async fn carry_out(
    app: &App,
    by: Changer<'_>,
    act: &Act,
    plan: Plan,
    chosen: &BTreeMap<String, String>,
) -> Result<ChangeId, FlowError> {
    by.require(app, &plan.units()).await?;
    by.require(app, &plan.submitters()).await?;
    let tasks = match plan.tasks(app, chosen).await {
        Ok(tasks) => tasks,
        // A step that was decided meanwhile cannot be tried out: say that, not what failed of it.
        Err(error) => return Err(plan.moved(app).await?.unwrap_or(error)),
    };
    let carry = Carry {
        id: ChangeId::generate(app.clock(), app.entropy()),
        kind: plan.change.name(),
        person: Some(plan.held.person),
        subject: plan.held.name.clone(),
        place: plan.place(),
        units: plan.units(),
        targets: plan.to.iter().map(|unit| unit.id).collect(),
        held: vec![plan.held],
        facts: None,
        tasks,
    };
    let carried = app.writer().commit(Acted(act.clone(), carry)).await?.value;
    Ok(carried.tell(app).await)
}

impl Item {
    /// What is done to it: the choice, if it is one that is offered.
    fn chosen(&self, chosen: &BTreeMap<String, String>) -> Result<Choice, FlowError> {
        let Some(name) = chosen.get(&self.about.key()).filter(|name| !name.is_empty()) else {
            return Ok(self.proposed);
        };
        let offered = self.choices.iter().find(|choice| choice.name() == *name);
        Ok(*offered.ok_or(NoChange::Choice)?)
    }

    fn named(&self, person: PersonId) -> Result<&PersonView, FlowError> {
        let found = self.people.iter().find(|one| one.id == person);
        Ok(found.ok_or(NoChange::Choice)?)
    }
}

impl Plan {
    /// Refuses what was looked at before something of it changed.
    pub fn require(&self, looked_at: &str) -> Result<(), FlowError> {
        self.seen.require(looked_at)
    }

    /// From where to where.
    #[must_use]
    pub fn place(&self) -> String {
        let post = |post: &HeldPost| format!("{}, {}", post.title, post.unit.name);
        let from: Vec<String> = self.ends.iter().map(post).collect();
        let to = self.to.as_ref().zip(self.change.to());
        let to = to.map(|(unit, to)| format!("→ {}, {}", to.title, unit.name));
        let parts = [from.join("; "), to.unwrap_or_default()];
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.ends.iter().map(|post| post.unit.id).collect();
        units.extend(self.to.as_ref().map(|unit| unit.id));
        units
    }

    /// The units whose requests are touched.
    fn submitters(&self) -> Vec<UnitId> {
        let of = |item: &Item| match &item.about {
            About::Step(step) => Some(step.unit.id),
            _ => None,
        };
        self.items.iter().filter_map(of).collect()
    }

    /// Requests that go back as a whole: a request that ends waits for no other step.
    fn sent_back(&self, chosen: &BTreeMap<String, String>) -> Result<Vec<RequestId>, FlowError> {
        let mut requests = Vec::new();
        for item in &self.items {
            if let About::Step(step) = &item.about
                && item.chosen(chosen)? == Choice::SendBack
            {
                requests.push(step.request);
            }
        }
        Ok(requests)
    }

    async fn tasks(
        &self,
        app: &App,
        chosen: &BTreeMap<String, String>,
    ) -> Result<Vec<Task>, FlowError> {
        let mut tasks = Vec::new();
        let whole = self.sent_back(chosen)?;
        for item in &self.items {
            let mut choice = item.chosen(chosen)?;
            if let About::Step(step) = &item.about
                && whole.contains(&step.request)
            {
                choice = Choice::SendBack;
            }
            tasks.push(self.task(app, item, choice).await?);
        }
        tasks.push(self.posts_task());
        Ok(tasks)
    }

    /// What is other than when it was looked at.
    async fn moved(&self, app: &App) -> Result<Option<FlowError>, FlowError> {
        let mut connection = app.store().reader().await?;
        let now = app.clock().now().second();
        let held = Held::load(&mut connection, self.held.person, now).await?;
        let changed = held.changed(&self.held);
        Ok((!changed.is_empty()).then_some(FlowError::PlanMoved(changed)))
    }

    async fn task(&self, app: &App, item: &Item, choice: Choice) -> Result<Task, FlowError> {
        let deed = match &item.about {
            About::Device(device) => match choice {
                Choice::Revoke(reason) => Deed::RevokeDevice { device: device.id, reason },
                Choice::End => Deed::RefuseDevice { device: device.id },
                Choice::Keep => {
                    let to = self.kept_in(device.unit)?;
                    Deed::KeepDevice { device: device.id, from: device.unit, to }
                }
                _ => return Err(NoChange::Choice.into()),
            },
            About::Entry(entry) => self.entry_deed(app, item, entry, choice)?,
            About::Step(step) => self.step_deed(app, item, step, choice).await?,
            About::Invitation(invitation) => Deed::EndInvitation { invitation: invitation.id },
        };
        let person = Some((self.held.person, self.held.name.clone()));
        Ok(Task { person, what: item.about.what(), deed })
    }

    /// The unit in which a thing stays, or into which it goes.
    fn kept_in(&self, unit: UnitId) -> Result<UnitView, FlowError> {
        let left = self.held.posts.iter().find(|it| it.unit.id == unit && !self.ends.contains(it));
        let left = left.map(|post| post.unit.clone());
        Ok(left.or_else(|| self.to.clone()).ok_or(NoChange::Choice)?)
    }

    fn entry_deed(
        &self,
        app: &App,
        item: &Item,
        entry: &HeldEntry,
        choice: Choice,
    ) -> Result<Deed, FlowError> {
        Ok(match choice {
            Choice::Revoke(reason) => Deed::RevokeEntry { entry: entry.id, reason },
            Choice::Keep => {
                let to = self.kept_in(entry.unit)?;
                Deed::KeepEntry { entry: entry.id, from: entry.unit, to }
            }
            Choice::End => Deed::RefuseEntry { entry: entry.id },
            Choice::To(person) => {
                let clerk = item.named(person)?;
                let asked = NewEntry {
                    id: EntryId::generate(app.clock(), app.entropy()),
                    unit: entry.unit,
                    person,
                    device: None,
                    kind: entry.kind,
                    home: entry.home,
                    assurance: None,
                    prompt_policy: None,
                    predecessor: Some(entry.id),
                    renews: false,
                };
                Deed::HandOver { entry: entry.id, asked, to: clerk.name.clone() }
            }
            Choice::SendBack => return Err(NoChange::Choice.into()),
        })
    }

    async fn step_deed(
        &self,
        app: &App,
        item: &Item,
        step: &HeldStep,
        choice: Choice,
    ) -> Result<Deed, FlowError> {
        let (request, number) = (step.request, step.step);
        match choice {
            Choice::SendBack => Ok(Deed::SendBack { request, step: number }),
            Choice::Keep => {
                let recipe = item.kept.clone();
                if let Some(recipe) = &recipe {
                    try_out(app, step, recipe).await?;
                }
                Ok(Deed::KeepStep { request, step: number, recipe })
            }
            Choice::To(person) => {
                let to = item.named(person)?;
                let signer = Signer { name: &to.name, title: &to.position, leaves: None };
                let recipe = rewritten(step, &self.held, signer).map_err(|_| NoChange::Choice)?;
                if let Some(recipe) = &recipe {
                    try_out(app, step, recipe).await?;
                }
                let unit = self.unit_of(app, step, person).await?;
                let to = (person, to.name.clone());
                Ok(Deed::HandStep { request, step: number, unit, to, recipe })
            }
            Choice::Revoke(_) | Choice::End => Err(NoChange::Choice.into()),
        }
    }

    /// In which of the units somebody can sign.
    async fn unit_of(
        &self,
        app: &App,
        step: &HeldStep,
        person: PersonId,
    ) -> Result<UnitId, FlowError> {
        let mut connection = app.store().reader().await?;
        for unit in signing_units(&mut connection, &self.ends, step).await? {
            if holding::can_sign(&mut connection, unit, person).await? {
                return Ok(unit);
            }
        }
        Err(NoChange::Choice.into())
    }

    fn posts_task(&self) -> Task {
        let ends = self.ends.iter().map(|post| (post.unit.id, post.title.clone())).collect();
        let taken = self.change.to().map(|to| Taken {
            unit: to.unit,
            title: to.title.as_str().to_owned(),
            authority: to.authority,
        });
        let deed = Deed::Posts { ends, takes: taken.into_iter().collect() };
        let person = Some((self.held.person, self.held.name.clone()));
        Task { person, what: self.place(), deed }
    }
}
