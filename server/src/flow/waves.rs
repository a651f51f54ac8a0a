//! Waves of enrollment: planning them, following them, and whom to remind.

mod everybody;
mod standing;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{UnitId, WaveId};
use trien_core::wave::{Plan, Stage};

use super::account::{Officer, Role};
use super::act::{Act, Acted};
use super::people::branches;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::people::Branch;
pub use crate::store::wave::{WaveRow, Who};
use crate::store::{directory, reshape, wave};
use crate::writer::{Commit, CommitError, Tx};

pub use self::everybody::{Everybody, everybody_stuck};
pub(crate) use self::standing::Counts;
pub use self::standing::{
    PAGE, Person, Place, Standing, StuckPage, one, reminders, require_seen, standing, stuck,
};

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

/// The part of the tree that a follower sees.
enum Seen {
    Everything,
    Branches(Vec<Branch>),
}

impl Seen {
    async fn by(connection: &mut AnyConnection, follower: Follower<'_>) -> Result<Self, FlowError> {
        match follower {
            Follower::CommandLine => Ok(Self::Everything),
            Follower::Officer(officer) => Ok(Self::Branches(branches(connection, officer).await?)),
        }
    }

    fn holds(&self, place: &Branch) -> bool {
        match self {
            Self::Everything => true,
            Self::Branches(branches) => branches.iter().any(|branch| branch.holds(place)),
        }
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
    let mut connection = app.store().reader().await?;
    let within = Seen::by(&mut connection, follower).await?;
    let mut seen = Vec::new();
    for row in wave::all(&mut connection).await? {
        let units = wave::units(&mut connection, row.id).await?;
        if units.iter().any(|(_, place)| within.holds(place)) {
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

/// Closes a wave; nobody of it is reminded any more.
pub async fn close(
    app: &App,
    follower: Follower<'_>,
    id: WaveId,
    why: Text<500>,
) -> Result<(), FlowError> {
    let units = {
        let mut connection = app.store().reader().await?;
        let within = Seen::by(&mut connection, follower).await?;
        let units = wave::units(&mut connection, id).await?;
        if !units.iter().any(|(_, place)| within.holds(place)) {
            return Err(FlowError::NotFound(Thing::Wave));
        }
        units
    };
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
            "wave": self.row.id,
            "units": self.units,
            "starts": plan.starts,
            "ends": plan.ends,
            "target": plan.target,
            "before": null,
            "after": { "state": "open" },
        });
        tx.state(Kind::WavePlanned, self.row.id.as_bytes(), &statement).await?;
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
        let (before, after) = (json!({ "state": "open" }), json!({ "state": "closed" }));
        let statement = json!({ "wave": self.0, "before": before, "after": after });
        tx.state(Kind::WaveClosed, self.0.as_bytes(), &statement).await?;
        Ok(())
    }
}
