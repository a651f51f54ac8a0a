//! Waves of enrollment: planning them, following them, and whom to remind.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, UnitId, WaveId};
use trien_core::log::leaf::StatementKind;
use trien_core::wave::{Plan, Progress, Stage};
use trien_core::wire::{PersonView, UnitView};

use super::account::{Officer, Role};
use super::act::{Act, Acted};
use super::{FlowError, Thing};
use crate::app::App;
use crate::sheet::{self, Format};
use crate::store::people::Branch;
pub use crate::store::wave::{WaveRow, Who};
use crate::store::{directory, reshape, wave};
use crate::text::{Language, local_day, text};
use crate::writer::{Commit, CommitError, Tx};

/// Open waves that one unit may be in: pages count each of them anew.
const MAX_OPEN: u32 = 12;

/// Who plans and closes waves.
pub const ROLES: [Role; 2] = [Role::Administrator, Role::EnrollmentOfficer];
/// Most units of a wave.
pub const MAX_UNITS: usize = 1_000;
/// Longest wave, in seconds: ten years.
const MAX_SECONDS: i64 = 3_660 * 86_400;

/// A wave to plan.
#[derive(Clone, Debug)]
pub struct NewWave {
    /// Its name, such as "Đợt I".
    pub name: Text<200>,
    /// Whose phones it is about.
    pub who: Who,
    /// When, and how many.
    pub plan: Plan,
    /// Its units, with what stands below them.
    pub units: Vec<UnitId>,
}

/// Who follows waves.
#[derive(Clone, Copy, Debug)]
pub enum Follower<'a> {
    /// Whoever can run the program on the server's data folder: all of them.
    CommandLine,
    /// Somebody who signed in: those with a unit within reach, and these units of them.
    Officer(&'a Officer),
}

impl Follower<'_> {
    async fn reach(&self, app: &App) -> Result<Option<HashSet<UnitId>>, FlowError> {
        match self {
            Self::CommandLine => Ok(None),
            Self::Officer(officer) => Ok(Some(officer.reach(app).await?)),
        }
    }
}

/// A wave as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The wave.
    pub wave: WaveRow,
    /// Its units within reach, each with its people.
    pub units: Vec<(UnitView, Progress)>,
    /// All these people together.
    pub whole: Progress,
    /// Whether these are all units of the wave: only then there is a plan to compare with.
    pub is_whole: bool,
    /// How many of them should be at the end by now.
    pub expected: u64,
    /// Each of them, in the order of lists.
    pub people: Vec<Person>,
}

/// Somebody a wave is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, in which position.
    pub person: PersonView,
    /// The name of the position's unit.
    pub unit_name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// How far this person is.
    pub stage: Stage,
    /// Since when.
    pub since: UnixSecond,
    /// Whether that is too long.
    pub is_stuck: bool,
}

impl Standing {
    /// Whether fewer people are at the end than the plan expects.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.wave.closed_at.is_none()
            && self.is_whole
            && self.whole.at(Stage::Confirmed) < self.expected
    }

    /// How many people the wave is to bring to the end.
    #[must_use]
    pub fn goal(&self) -> u64 {
        self.wave.plan.goal(self.whole.people())
    }

    /// Whom to remind: everybody who is stuck, the longest first.
    #[must_use]
    pub fn stuck(&self) -> Vec<&Person> {
        let mut stuck: Vec<&Person> = self.people.iter().filter(|one| one.is_stuck).collect();
        stuck.sort_by_key(|one| one.since);
        stuck
    }
}

/// Plans a wave.
pub async fn plan(
    app: &App,
    follower: Follower<'_>,
    new: NewWave,
    why: Option<Text<500>>,
) -> Result<WaveId, FlowError> {
    let bad = |why: &str| FlowError::BadRequest(why.to_owned());
    let NewWave { name, who, plan, units } = new;
    let length = plan.ends.get().saturating_sub(plan.starts.get());
    if !(1..=MAX_SECONDS).contains(&length) {
        return Err(bad("a wave ends after it begins, within ten years"));
    }
    if !(1..=MAX_UNITS).contains(&units.len()) {
        return Err(bad("a wave has 1 to 1000 units"));
    }
    if let Follower::Officer(officer) = follower {
        for unit in &units {
            officer.require(app, *unit, &ROLES).await?;
        }
    }
    let row = WaveRow {
        id: WaveId::generate(app.clock(), app.entropy()),
        name: name.as_str().to_owned(),
        who,
        plan,
        closed_at: None,
    };
    let id = row.id;
    let act = act_of(follower, why);
    app.writer().commit(Acted(act, PlanWave { row, units })).await?;
    Ok(id)
}

fn act_of(follower: Follower<'_>, why: Option<Text<500>>) -> Act {
    match follower {
        Follower::CommandLine => Act { why, ..Act::COMMAND_LINE },
        Follower::Officer(officer) => officer.act(why),
    }
}

/// All waves with a unit within reach, the latest first.
pub async fn list(app: &App, follower: Follower<'_>) -> Result<Vec<WaveRow>, FlowError> {
    let reach = follower.reach(app).await?;
    let mut connection = app.store().reader().await?;
    let mut seen = Vec::new();
    for row in wave::all(&mut connection).await? {
        let units = wave::units(&mut connection, row.id).await?;
        if units.iter().any(|(unit, _)| is_reached(reach.as_ref(), unit.id)) {
            seen.push(row);
        }
    }
    Ok(seen)
}

/// Those of them that are not closed.
pub async fn open(app: &App, officer: &Officer) -> Result<Vec<WaveRow>, FlowError> {
    let mut open = list(app, Follower::Officer(officer)).await?;
    open.retain(|wave| wave.closed_at.is_none());
    Ok(open)
}

fn is_reached(reach: Option<&HashSet<UnitId>>, unit: UnitId) -> bool {
    reach.is_none_or(|reach| reach.contains(&unit))
}

/// A wave as it stands for an officer.
pub async fn one(app: &App, officer: &Officer, id: WaveId) -> Result<Standing, FlowError> {
    standing(app, Follower::Officer(officer), id).await
}

/// A wave as it stands.
pub async fn standing(
    app: &App,
    follower: Follower<'_>,
    id: WaveId,
) -> Result<Standing, FlowError> {
    let reach = follower.reach(app).await?;
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let missing = || FlowError::NotFound(Thing::Wave);
    let row = wave::one(&mut connection, id).await?.ok_or_else(missing)?;
    let units = wave::units(&mut connection, id).await?;
    let seen = units.iter().filter(|(unit, _)| is_reached(reach.as_ref(), unit.id));
    let seen: Vec<UnitView> = seen.map(|(unit, _)| unit.clone()).collect();
    if seen.is_empty() {
        return Err(missing());
    }
    let is_whole = seen.len() == units.len();
    let by_unit = people(&mut connection, &row, now).await?;
    let mut standing = Standing {
        wave: row,
        units: seen.into_iter().map(|unit| (unit, Progress::default())).collect(),
        whole: Progress::default(),
        is_whole,
        expected: 0,
        people: Vec::new(),
    };
    for (through, person) in by_unit {
        let unit = standing.units.iter_mut().find(|(unit, _)| unit.id == through);
        let Some((_, progress)) = unit else { continue };
        progress.add(person.stage);
        standing.whole.add(person.stage);
        standing.people.push(person);
    }
    standing.expected = standing.wave.plan.expected(standing.whole.people(), now);
    Ok(standing)
}

/// Everybody a wave is about, once, with the unit of the wave.
async fn people(
    connection: &mut AnyConnection,
    row: &WaveRow,
    now: UnixSecond,
) -> Result<Vec<(UnitId, Person)>, FlowError> {
    let mut furthest: HashMap<PersonId, (Stage, UnixSecond)> = HashMap::new();
    for (person, at) in wave::invited(connection, row.id).await? {
        furthest.insert(person, (Stage::Invited, at.second()));
    }
    for (person, state, at) in wave::entries(connection, row.id).await? {
        let Some(stage) = Stage::of(state) else { continue };
        let reached = (stage, at.map_or(row.plan.starts, Timestamp::second));
        let before = furthest.entry(person).or_insert(reached);
        *before = (*before).max(reached);
    }
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    for meant in wave::people(connection, row.id).await? {
        // Somebody in two positions has one phone to enroll.
        if !seen.insert(meant.person.id) {
            continue;
        }
        let never = (Stage::NotInvited, row.plan.starts);
        let (stage, since) = furthest.get(&meant.person.id).copied().unwrap_or(never);
        let is_stuck = row.closed_at.is_none() && stage.is_stuck(since, now);
        found.push((
            meant.through,
            Person {
                person: meant.person,
                unit_name: meant.unit_name,
                email: meant.email,
                phone: meant.phone,
                stage,
                since,
                is_stuck,
            },
        ));
    }
    Ok(found)
}

/// Closes a wave; nobody of it is reminded any more.
pub async fn close(
    app: &App,
    follower: Follower<'_>,
    id: WaveId,
    why: Text<500>,
) -> Result<(), FlowError> {
    let units = {
        let mut connection = app.store().reader().await?;
        wave::units(&mut connection, id).await?
    };
    let reach = follower.reach(app).await?;
    if !units.iter().any(|(unit, _)| is_reached(reach.as_ref(), unit.id)) {
        return Err(FlowError::NotFound(Thing::Wave));
    }
    if let Follower::Officer(officer) = follower {
        for (unit, _) in &units {
            officer.require(app, unit.id, &ROLES).await?;
        }
    }
    app.writer().commit(Acted(act_of(follower, Some(why)), Close(id))).await?;
    Ok(())
}

/// What a stage is called.
#[must_use]
pub fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::NotInvited => "wave-not-invited",
        Stage::Invited => "wave-invited",
        Stage::KeysSent => "wave-keys-sent",
        Stage::WaitingForCertificate => "wave-waiting-for-certificate",
        Stage::Issued => "wave-issued",
        Stage::Confirmed => "wave-confirmed",
    }
}

/// What helps somebody who is stuck there.
#[must_use]
pub fn remedy_key(stage: Stage) -> &'static str {
    match stage {
        Stage::NotInvited => "wave-remedy-not-invited",
        Stage::Invited => "wave-remedy-invited",
        Stage::KeysSent => "wave-remedy-keys-sent",
        Stage::WaitingForCertificate => "wave-remedy-waiting-for-certificate",
        Stage::Issued | Stage::Confirmed => "wave-remedy-issued",
    }
}

/// Whom to remind, as a table.
pub fn reminders(
    standing: &Standing,
    format: Format,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let heads = [
        "console-name",
        "console-position",
        "console-unit",
        "import-column-phone",
        "import-column-email",
        "wave-stage",
        "console-since",
        "wave-remedy",
    ];
    let mut rows = vec![heads.map(|key| text(language, key)).to_vec()];
    rows.extend(standing.stuck().into_iter().map(|one| {
        vec![
            one.person.name.clone(),
            one.person.position.clone(),
            one.unit_name.clone(),
            one.phone.clone().unwrap_or_default(),
            one.email.clone().unwrap_or_default(),
            text(language, stage_key(one.stage)),
            local_day(one.since),
            text(language, remedy_key(one.stage)),
        ]
    }));
    sheet::write(format, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}

struct PlanWave {
    row: WaveRow,
    units: Vec<UnitId>,
}

#[async_trait]
impl Commit for PlanWave {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let mut branches: Vec<Branch> = Vec::new();
        for unit in &self.units {
            if !reshape::stands(tx.connection(), *unit).await? {
                return Err(FlowError::NotFound(Thing::Unit).into());
            }
            if wave::open_in(tx.connection(), *unit).await? >= MAX_OPEN {
                let why = "one of the units has so many open waves: close one first".to_owned();
                return Err(FlowError::BadRequest(why).into());
            }
            let branch = directory::branch(tx.connection(), *unit).await?;
            let branch = branch.ok_or(FlowError::NotFound(Thing::Unit))?;
            if branches.iter().any(|other| other.holds(&branch) || branch.holds(other)) {
                let why = "one of the units stands below another one of them".to_owned();
                return Err(FlowError::BadRequest(why).into());
            }
            branches.push(branch);
        }
        wave::insert(tx.connection(), &self.row, &self.units, now).await?;
        let plan = self.row.plan;
        let statement = json!({
            "act": "wave-planned",
            "wave": self.row.id,
            "units": self.units,
            "starts": plan.starts,
            "ends": plan.ends,
            "target": plan.target,
        });
        tx.state(StatementKind::Policy, self.row.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Close(WaveId);

#[async_trait]
impl Commit for Close {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if wave::close(tx.connection(), self.0, now).await? != 1 {
            return Err(FlowError::NotFound(Thing::Wave).into());
        }
        let statement = json!({ "act": "wave-closed", "wave": self.0 });
        tx.state(StatementKind::Policy, self.0.as_bytes(), &statement).await?;
        Ok(())
    }
}
