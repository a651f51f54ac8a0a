//! A unit is renamed, merged into another one, split, or dissolved; and everybody in it.

use std::collections::{BTreeMap, HashSet};

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AccountId, ApiKeyId, ChangeId, PersonId, RequestId, UnitId};
use trien_core::register::{CertificateKind, State};
use trien_core::wire::{PersonView, UnitView as WireUnit};

use super::carry::Carry;
use super::deed::{Deed, Task};
use super::held::{Held, HeldPost, Seen, names};
use super::{Changer, NoChange};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::act::{Act, Acted};
use crate::flow::device::RevocationReason;
use crate::flow::{FlowError, Thing};
use crate::store::change::Line;
use crate::store::directory::{self, Placed, UnitRow};
use crate::store::people::Branch;
use crate::store::roll::Taken;
use crate::store::{holding, reshape};

/// What becomes of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitChange {
    /// It gets another name.
    Rename(Text<200>),
    /// It becomes part of another one.
    Merge {
        /// Which.
        into: UnitId,
    },
    /// Some of its people make a new one beside it.
    Split {
        /// The new one's name.
        name: Text<200>,
        /// Who goes.
        people: Vec<PersonId>,
    },
    /// It ends.
    Dissolve,
}

impl UnitChange {
    /// Its name in forms and reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rename(_) => "rename",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Dissolve => "dissolve",
        }
    }
}

/// What becomes of certificates that name the unit as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Certificates {
    /// They end; their holders are invited anew.
    #[default]
    Revoke,
    /// They stay in use until their holders have new ones.
    Keep,
}

/// What becomes of the unit's document systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Keys {
    /// Their keys end.
    #[default]
    End,
    /// They act for the other unit.
    Move,
}

/// What becomes of steps that wait for people who go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Steps {
    /// They wait for the same people.
    #[default]
    Keep,
    /// Their requests go back to whoever submitted them.
    SendBack,
}

/// What is chosen for the whole act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UnitChoices {
    /// Certificates that name the unit.
    pub certificates: Certificates,
    /// Document systems, of a unit that becomes part of another one.
    pub keys: Keys,
    /// Steps, of people who go into a new unit.
    pub steps: Steps,
}

/// A unit as far as a change depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnitFacts {
    pub unit: WireUnit,
    pub placed: Placed,
    children: Vec<(UnitId, String)>,
    keys: Vec<(ApiKeyId, String)>,
    grants: Vec<(AccountId, String, String)>,
    requests: Vec<RequestId>,
    people: Vec<PersonId>,
}

impl UnitFacts {
    pub(super) async fn load(
        connection: &mut AnyConnection,
        id: UnitId,
        now: UnixSecond,
    ) -> Result<Self, FlowError> {
        let missing = || FlowError::NotFound(Thing::Unit);
        let branch: Branch = directory::branch(connection, id).await?.ok_or_else(missing)?;
        // A branch begins with its own unit, unless that was dissolved.
        let placed = directory::below(connection, &branch, 1).await?;
        let placed = placed.into_iter().next().filter(|placed| placed.view.id == id);
        let placed = placed.ok_or(NoChange::Dissolved)?;
        Ok(Self {
            unit: placed.view.clone(),
            placed,
            children: reshape::children(connection, id).await?,
            keys: reshape::keys(connection, id).await?,
            grants: reshape::grants(connection, id).await?,
            requests: reshape::open_requests(connection, id).await?,
            people: holding::people_of(connection, id, now).await?,
        })
    }
}

/// A change of a unit that was looked at.
pub struct UnitPlan {
    /// What changes.
    pub change: UnitChange,
    /// What was chosen for the whole act.
    pub choices: UnitChoices,
    /// The unit.
    pub unit: WireUnit,
    /// The unit of which it becomes part.
    pub into: Option<WireUnit>,
    /// What would be done to each thing, person by person.
    pub lines: Vec<Line>,
    /// How many things, by kind of thing and by deed.
    pub counts: Vec<(String, String, usize)>,
    /// People whose posts change.
    pub people: usize,
    /// What was looked at, for the form.
    pub seen: Seen,
    carry: Carry,
}

impl UnitPlan {
    /// Refuses what was looked at before something of it changed.
    pub fn require(&self, looked_at: &str) -> Result<(), FlowError> {
        self.seen.require(looked_at)
    }
}

/// Looks at a change of a unit without doing anything.
pub async fn look_unit(
    app: &App,
    by: Changer<'_>,
    unit: UnitId,
    change: UnitChange,
    choices: UnitChoices,
) -> Result<UnitPlan, FlowError> {
    let now = app.clock().now().second();
    let facts = {
        let mut connection = app.store().reader().await?;
        UnitFacts::load(&mut connection, unit, now).await?
    };
    by.require(app, &required(&facts, &change)).await?;
    let mut connection = app.store().reader().await?;
    let own = directory::unit(&mut connection, unit).await?;
    let own = own.ok_or(FlowError::NotFound(Thing::Unit))?;
    let into = into(&mut connection, &facts, &change).await?;
    let mut held = Vec::with_capacity(facts.people.len());
    for person in &facts.people {
        held.push(Held::load(&mut connection, *person, now).await?);
    }
    drop(connection);
    let target = match (&change, into) {
        (UnitChange::Split { name, .. }, _) => Some(beside(app, &own, name)),
        (_, into) => into,
    };
    let planner =
        Planner { facts: &facts, change: &change, choices, held: &held, to: target.as_ref() };
    let mut tasks = planner.tasks()?;
    tasks.sort_by_key(|task| task.deed.rank());
    let lines: Vec<Line> = tasks.iter().map(Task::line).collect();
    let names = format!("{}{:?}", facts_print(&facts), target.as_ref().map(|unit| &unit.view.name));
    let mut units = vec![unit];
    units.extend(target.as_ref().map(|unit| unit.view.id));
    let carry = Carry {
        id: ChangeId::generate(app.clock(), app.entropy()),
        kind: change.name(),
        person: None,
        subject: facts.unit.name.clone(),
        place: target.as_ref().map(|unit| format!("→ {}", unit.view.name)).unwrap_or_default(),
        units,
        held: held.clone(),
        facts: Some(facts.clone()),
        tasks,
        ca: app.ca().clone(),
    };
    Ok(UnitPlan {
        counts: counts(&lines),
        people: planner.going().count(),
        seen: Seen::of(&held, &names),
        unit: facts.unit,
        into: target.map(|unit| unit.view),
        lines,
        change,
        choices,
        carry,
    })
}

/// Carries out what was looked at, all or nothing. Gives the report.
pub async fn carry_out_unit(
    app: &App,
    by: Changer<'_>,
    act: &Act,
    plan: UnitPlan,
) -> Result<ChangeId, FlowError> {
    if let Some(facts) = &plan.carry.facts {
        by.require(app, &required(facts, &plan.change)).await?;
    }
    Ok(app.writer().commit(Acted(act.clone(), plan.carry)).await?.value)
}

/// Whoever merges, splits or dissolves administers the unit above, if there is one: what ends or begins is
/// part of that.
fn required(facts: &UnitFacts, change: &UnitChange) -> Vec<UnitId> {
    let above = facts.placed.parent.unwrap_or(facts.unit.id);
    match change {
        UnitChange::Rename(_) => vec![facts.unit.id],
        UnitChange::Merge { into } => vec![above, *into],
        UnitChange::Split { .. } | UnitChange::Dissolve => vec![above],
    }
}

async fn into(
    connection: &mut AnyConnection,
    facts: &UnitFacts,
    change: &UnitChange,
) -> Result<Option<UnitRow>, FlowError> {
    match change {
        UnitChange::Rename(name) if name.as_str() == facts.unit.name => {
            Err(NoChange::SameName.into())
        }
        UnitChange::Dissolve if !facts.children.is_empty() => Err(NoChange::UnitsBelow.into()),
        UnitChange::Merge { into } => {
            let missing = || FlowError::NotFound(Thing::Unit);
            let branch = directory::branch(connection, *into).await?.ok_or_else(missing)?;
            if facts.placed.branch.holds(&branch) {
                return Err(NoChange::Circle.into());
            }
            if !reshape::stands(connection, *into).await? {
                return Err(NoChange::Dissolved.into());
            }
            Ok(directory::unit(connection, *into).await?)
        }
        UnitChange::Split { people, .. } => {
            let there: HashSet<&PersonId> = facts.people.iter().collect();
            if people.is_empty() {
                return Err(NoChange::Nobody.into());
            }
            if !people.iter().all(|person| there.contains(person)) {
                return Err(NoChange::NotHeld.into());
            }
            Ok(None)
        }
        UnitChange::Rename(_) | UnitChange::Dissolve => Ok(None),
    }
}

/// A new unit with the policy of the one that it comes from.
fn beside(app: &App, own: &UnitRow, name: &Text<200>) -> UnitRow {
    let id = UnitId::generate(app.clock(), app.entropy());
    let view = WireUnit { id, name: name.as_str().to_owned() };
    UnitRow { view, keys: own.keys, prompt_policy: own.prompt_policy }
}

fn facts_print(facts: &UnitFacts) -> String {
    format!("{facts:?}")
}

fn counts(lines: &[Line]) -> Vec<(String, String, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in lines {
        *counts.entry((&line.thing, &line.deed)).or_default() += 1;
    }
    let owned =
        |((thing, deed), count): ((&str, &str), usize)| (thing.to_owned(), deed.to_owned(), count);
    counts.into_iter().map(owned).collect()
}

struct Planner<'a> {
    facts: &'a UnitFacts,
    change: &'a UnitChange,
    choices: UnitChoices,
    held: &'a [Held],
    /// The unit into which people go.
    to: Option<&'a UnitRow>,
}

impl Planner<'_> {
    fn tasks(&self) -> Result<Vec<Task>, FlowError> {
        let mut tasks = Vec::new();
        for held in self.going() {
            self.person(held, &mut tasks)?;
        }
        self.unit(&mut tasks);
        Ok(tasks)
    }

    /// The people whom the change touches.
    fn going(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| match self.change {
            UnitChange::Split { people, .. } => people.contains(&held.person),
            _ => true,
        })
    }

    fn own(&self) -> UnitId {
        self.facts.unit.id
    }

    fn person(&self, held: &Held, tasks: &mut Vec<Task>) -> Result<(), FlowError> {
        let whose = Some((held.person, held.name.clone()));
        let mut add = |what: String, deed: Deed| {
            tasks.push(Task { person: whose.clone(), what, deed });
        };
        for device in held.devices.iter().filter(|device| device.unit == self.own()) {
            let der = device.certificate.as_ref();
            let takes = self.to.is_none_or(|to| {
                to.keys.takes(device.assurance) && to.prompt_policy == device.prompt_policy
            });
            let deed = match self.kept(der, takes) {
                Some(to) => Deed::KeepDevice { device: device.id, from: device.unit, to },
                None => Deed::RevokeDevice { device: device.id, reason: self.reason() },
            };
            add(device.model.clone(), deed);
        }
        for entry in held.entries.iter().filter(|entry| entry.unit == self.own()) {
            let what = super::post::About::Entry(entry.clone()).what();
            if matches!(entry.state, State::Requested | State::Reviewed) {
                add(what, Deed::RefuseEntry { entry: entry.id });
                continue;
            }
            // The seal is of the agency, which ends or loses its clerk; under another name it may stay.
            let is_seal = entry.kind == CertificateKind::AgencySeal;
            let may = !is_seal || matches!(self.change, UnitChange::Rename(_));
            let deed = match self.kept(entry.der.as_ref(), may) {
                Some(to) => Deed::KeepEntry { entry: entry.id, from: entry.unit, to },
                None => Deed::RevokeEntry { entry: entry.id, reason: self.reason() },
            };
            add(what, deed);
        }
        for invitation in held.invitations.iter().filter(|it| it.unit.id == self.own()) {
            let deed = Deed::EndInvitation { invitation: invitation.id };
            add(invitation.unit.name.clone(), deed);
        }
        if self.sends_back(held) {
            for step in &held.steps {
                let (request, number) = (step.request, step.step);
                let what = step.metadata.subject.as_str().to_owned();
                add(what, Deed::SendBack { request, step: number });
            }
        }
        if let Some(task) = self.posts(held) {
            tasks.push(task);
        }
        Ok(())
    }

    /// The unit of a thing that stays in use; none where it ends.
    fn kept(&self, der: Option<&Vec<u8>>, may: bool) -> Option<WireUnit> {
        if !may || *self.change == UnitChange::Dissolve {
            return None;
        }
        let is_stale = der.is_some_and(|der| names(der, &self.facts.unit.name));
        if is_stale && self.choices.certificates == Certificates::Revoke {
            return None;
        }
        Some(self.to.map_or_else(|| self.facts.unit.clone(), |to| to.view.clone()))
    }

    fn reason(&self) -> RevocationReason {
        match self.change {
            UnitChange::Dissolve => RevocationReason::CessationOfOperation,
            _ => RevocationReason::AffiliationChanged,
        }
    }

    /// Steps wait for whoever has a post left.
    fn sends_back(&self, held: &Held) -> bool {
        match self.change {
            UnitChange::Rename(_) | UnitChange::Merge { .. } => false,
            UnitChange::Split { .. } => self.choices.steps == Steps::SendBack,
            UnitChange::Dissolve => held.posts.iter().all(|post| post.unit.id == self.own()),
        }
    }

    fn posts(&self, held: &Held) -> Option<Task> {
        if matches!(self.change, UnitChange::Rename(_)) {
            return None;
        }
        let ends: Vec<&HeldPost> =
            held.posts.iter().filter(|post| post.unit.id == self.own()).collect();
        if ends.is_empty() {
            return None;
        }
        let has = |unit: UnitId, title: &str| {
            held.posts.iter().any(|post| post.unit.id == unit && post.title == title)
        };
        let takes = self.to.into_iter().flat_map(|to| {
            ends.iter().filter(move |post| !has(to.view.id, &post.title)).map(|post| Taken {
                unit: to.view.id,
                title: post.title.clone(),
                authority: post.authority,
            })
        });
        let titles: Vec<&str> = ends.iter().map(|post| post.title.as_str()).collect();
        let deed = Deed::Posts {
            takes: takes.collect(),
            ends: ends.iter().map(|post| (post.unit.id, post.title.clone())).collect(),
        };
        let person = Some((held.person, held.name.clone()));
        Some(Task { person, what: titles.join("; "), deed })
    }

    fn unit(&self, tasks: &mut Vec<Task>) {
        let own = &self.facts.unit;
        let mut add = |what: &str, deed: Deed| {
            tasks.push(Task { person: None, what: what.to_owned(), deed });
        };
        match self.change {
            UnitChange::Rename(name) => {
                let (before, name) = (own.name.clone(), name.as_str().to_owned());
                let details = self.facts.placed.details.clone();
                add(&own.name, Deed::Rename { unit: own.id, before, name, details });
            }
            UnitChange::Split { name, .. } => {
                let Some(unit) = self.to.cloned() else { return };
                let level = self.facts.placed.details.level.clone();
                let details = directory::UnitDetails { level, organ_id: None };
                let parent = Some(self.facts.placed.parent.unwrap_or(own.id));
                add(name.as_str(), Deed::Found { unit, details, parent });
            }
            UnitChange::Merge { .. } | UnitChange::Dissolve => self.end(&mut add),
        }
    }

    /// All that ends with a unit, or goes over into the one of which it becomes part.
    fn end(&self, add: &mut impl FnMut(&str, Deed)) {
        let (own, to) = (&self.facts.unit, self.to.map(|to| to.view.clone()));
        for request in &self.facts.requests {
            let what = request.to_string();
            match &to {
                Some(to) => {
                    let deed =
                        Deed::MoveRequest { request: *request, from: own.id, to: to.clone() };
                    add(&what, deed);
                }
                None => add(&what, Deed::SendBackAll { request: *request }),
            }
        }
        for (key, label) in &self.facts.keys {
            match to.clone().filter(|_| self.choices.keys == Keys::Move) {
                Some(to) => add(label, Deed::MoveKey { key: *key, from: own.id, to }),
                None => add(label, Deed::EndKey { key: *key }),
            }
        }
        if !self.facts.grants.is_empty() {
            let who: Vec<&str> =
                self.facts.grants.iter().map(|(_, name, _)| name.as_str()).collect();
            add(&who.join("; "), Deed::EndGrants { unit: own.id });
        }
        for (child, name) in &self.facts.children {
            if let Some(to) = &to {
                add(name, Deed::PlaceUnder { unit: *child, from: own.id, to: to.clone() });
            }
        }
        add(&own.name, Deed::EndUnit { unit: own.id, successor: to });
    }
}

/// A unit as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitView {
    /// Which, and its name.
    pub unit: WireUnit,
    /// Its names of before, the last one first, with when each ended.
    pub names: Vec<(String, Timestamp)>,
    /// When it was dissolved, and of which unit it became part.
    pub ended: Option<(Timestamp, Option<WireUnit>)>,
}

/// A unit within reach, and its people; [`holding::colleagues`] at most.
pub async fn unit_page(
    app: &App,
    officer: &Officer,
    id: UnitId,
) -> Result<(UnitView, Vec<PersonView>), FlowError> {
    let missing = || FlowError::NotFound(Thing::Unit);
    if !officer.reach(app).await?.contains(&id) {
        return Err(missing());
    }
    let mut connection = app.store().reader().await?;
    let unit = directory::unit(&mut connection, id).await?.ok_or_else(missing)?.view;
    let names = reshape::past_names(&mut connection, id).await?;
    let ended = match reshape::end_of(&mut connection, id).await? {
        None => None,
        Some((at, None)) => Some((at, None)),
        Some((at, Some(successor))) => {
            let successor = directory::unit(&mut connection, successor).await?;
            Some((at, successor.map(|unit| unit.view)))
        }
    };
    let nobody = PersonId::from_bytes([0; 16]);
    let people = holding::colleagues(&mut connection, id, nobody).await?;
    Ok((UnitView { unit, names, ended }, people))
}
