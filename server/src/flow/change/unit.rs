//! A unit is renamed, merged into another one, split, or dissolved; and everybody in it.

use std::collections::{BTreeMap, HashSet};

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AccountId, ApiKeyId, ChangeId, PersonId, RequestId, UnitId};
use trien_core::wire::{PersonView, UnitView as WireUnit};

use super::carry::Carry;
use super::deed::Task;
use super::held::{Held, Seen};
use super::steps::try_out;
use super::waiting::Waiting;
use super::whole::Planner;
use super::{Changer, NoChange};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::act::{Act, Acted};
use crate::flow::{FlowError, Thing};
use crate::store::change::Line;
use crate::store::directory::{self, Placed, UnitRow};
use crate::store::people::Branch;
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
    pub children: Vec<(UnitId, String)>,
    pub keys: Vec<(ApiKeyId, String)>,
    pub grants: Vec<(AccountId, String, String)>,
    pub requests: Vec<RequestId>,
    pub people: Vec<PersonId>,
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
    /// How many steps stay as they are, since the officer does not administer the units that submitted them.
    pub left: usize,
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
    let all = held.iter().flat_map(Held::units);
    let within = by.within(&mut connection, all).await?;
    let target = match (&change, into) {
        (UnitChange::Split { name, .. }, _) => Some(beside(app, &own, name)),
        (_, into) => into,
    };
    let planner = Planner {
        facts: &facts,
        change: &change,
        choices,
        held: &held,
        to: target.as_ref(),
        within: &within,
    };
    let Waiting { tasks: steps, left, anew } = planner.waiting(&mut connection).await?;
    drop(connection);
    for (step, recipe) in &anew {
        try_out(app, step, recipe).await?;
    }
    let mut tasks = planner.tasks()?;
    tasks.extend(steps);
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
        targets: targets(&facts, &change),
        held: held.clone(),
        facts: Some(facts.clone()),
        tasks,
    };
    Ok(UnitPlan {
        counts: counts(&lines),
        people: planner.going().count(),
        left,
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
    let carried = app.writer().commit(Acted(act.clone(), plan.carry)).await?.value;
    Ok(carried.tell(app).await)
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

/// The units that must stand: where things go, and above a new one.
fn targets(facts: &UnitFacts, change: &UnitChange) -> Vec<UnitId> {
    match change {
        UnitChange::Rename(_) | UnitChange::Dissolve => Vec::new(),
        UnitChange::Merge { into } => vec![*into],
        UnitChange::Split { .. } => facts.placed.parent.into_iter().collect(),
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
    UnitRow { view, ..own.clone() }
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
    if !officer.reaches(app, id).await? {
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
