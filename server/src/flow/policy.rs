//! The lowest assurance level that a unit takes for approval keys. What a unit states is a floor for all
//! below it: of all statements from the unit up, the strictest holds.
//!
//! It is asked when keys come, when an officer approves them, and under the lock of each decision. Raising
//! it cuts no phone off: those that fall below are listed, their decisions are refused, and they are
//! suspended only if the administrator says so.

use std::cmp::Reverse;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::id::{DeviceId, UnitId};
use trien_core::wire::UnitView;

use super::account::{Officer, Role};
use super::act::{Act, Acted};
use super::change::Part;
use super::device::suspend_within;
use super::document_signature::counts;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::device::{self, DeviceView, Standing};
use crate::store::directory::{self, LOWEST_BY_DEFAULT, StatedLevel};
use crate::store::people::Branch;
use crate::store::{devices, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// Which level a unit takes, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The lowest that it takes.
    pub lowest: Assurance,
    /// What the unit states by itself.
    pub stated: Option<Assurance>,
    /// The unit that states what holds, unless nobody does; the uppermost, where several do.
    pub said_by: Option<UnitView>,
}

impl Level {
    /// Whether the unit states a level that does not count, because one above it states a stricter one.
    #[must_use]
    pub fn is_overruled(&self) -> bool {
        self.stated.is_some_and(|stated| stated < self.lowest)
    }
}

/// What another policy would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The unit.
    pub unit: UnitView,
    /// What holds now.
    pub before: Level,
    /// What would hold.
    pub after: Level,
    /// The phones of it and of units below that would be too low.
    pub falling: Vec<DeviceView>,
}

/// What becomes of phones that fall below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Falling {
    /// They stay; their decisions are refused.
    Stay,
    /// They are suspended in the same act.
    Suspend,
}

/// The level that holds for a unit.
pub async fn level(app: &App, unit: UnitId) -> Result<Level, FlowError> {
    let mut connection = app.store().reader().await?;
    let stated = directory::stated_levels(&mut connection).await?;
    level_of(&mut connection, unit, &stated).await
}

async fn level_of(
    connection: &mut AnyConnection,
    unit: UnitId,
    stated: &[StatedLevel],
) -> Result<Level, FlowError> {
    let missing = || FlowError::NotFound(Thing::Unit);
    let branch = directory::branch(connection, unit).await?.ok_or_else(missing)?;
    Ok(level_in(stated, &branch))
}

fn level_in(stated: &[StatedLevel], of: &Branch) -> Level {
    let said = strictest(stated, of);
    let own = stated.iter().find(|one| one.branch == *of);
    Level {
        lowest: said.map_or(LOWEST_BY_DEFAULT, |said| said.lowest),
        stated: own.map(|own| own.lowest),
        said_by: said.map(|said| said.unit.clone()),
    }
}

fn strictest<'s>(stated: &'s [StatedLevel], of: &Branch) -> Option<&'s StatedLevel> {
    let above = stated.iter().filter(|one| one.branch == *of || one.branch.holds(of));
    above.max_by_key(|one| (one.lowest, Reverse(one.branch.path().len())))
}

/// Looks at what another policy would do; nothing is done yet.
pub async fn look(app: &App, unit: UnitId, to: Option<Assurance>) -> Result<Plan, FlowError> {
    let mut connection = app.store().reader().await?;
    let missing = || FlowError::NotFound(Thing::Unit);
    let view = directory::unit(&mut connection, unit).await?.ok_or_else(missing)?.view;
    let branch = directory::branch(&mut connection, unit).await?.ok_or_else(missing)?;
    let mut stated = directory::stated_levels(&mut connection).await?;
    let before = level_in(&stated, &branch);
    stated.retain(|one| one.unit.id != unit);
    if let Some(lowest) = to {
        stated.push(StatedLevel { unit: view.clone(), branch: branch.clone(), lowest });
    }
    let after = level_in(&stated, &branch);
    let best = stated.iter().map(|one| one.lowest).fold(LOWEST_BY_DEFAULT, Assurance::max);
    let found = devices::below_level(&mut connection, &branch, best).await?;
    let falls = |device: &DeviceView, of: &Branch| {
        let said = strictest(&stated, of);
        device.assurance < said.map_or(LOWEST_BY_DEFAULT, |said| said.lowest)
    };
    let found = found.into_iter().filter(|(device, of)| falls(device, of));
    let falling = found.map(|(device, _)| device).collect();
    Ok(Plan { unit: view, before, after, falling })
}

/// Refuses whoever does not administer the unit.
pub async fn require(app: &App, officer: &Officer, unit: UnitId) -> Result<(), FlowError> {
    officer.require(app, unit, &[Role::Administrator]).await
}

/// Carries out what was looked at, if the unit still states what it stated then.
pub async fn set(
    app: &App,
    act: &Act,
    plan: Plan,
    falling: Falling,
    why: Text<500>,
) -> Result<(), FlowError> {
    let act = Act { why: Some(why), ..act.clone() };
    let of_active = plan.falling.iter().filter(|device| device.standing == Standing::Active);
    let suspend = match falling {
        Falling::Stay => Vec::new(),
        Falling::Suspend => of_active.map(|device| device.id).collect(),
    };
    let set = Set {
        unit: plan.unit.id,
        before: plan.before.stated,
        after: plan.after.stated,
        falling: plan.falling.len(),
        suspend,
    };
    app.writer().commit(Acted(act, set)).await?;
    Ok(())
}

struct Set {
    unit: UnitId,
    before: Option<Assurance>,
    after: Option<Assurance>,
    falling: usize,
    suspend: Vec<DeviceId>,
}

#[async_trait]
impl Commit for Set {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (unit, before, after) = (self.unit, self.before, self.after);
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        if directory::set_lowest(tx.connection(), unit, before, after).await? != 1 {
            return Err(FlowError::PlanMoved(vec![Part::Unit]).into());
        }
        let mut suspended = 0;
        for device in &self.suspend {
            // What was looked at may have moved since.
            let now = device::now(tx.connection(), *device).await?;
            if now.is_some_and(|now| !now.takes()) {
                suspended += u32::from(suspend_within(tx, *device).await?);
            }
        }
        counts::follow_level(tx, unit).await?;
        let statement = json!({
            "unit": unit,
            "before": { "lowest_assurance": before },
            "after": { "lowest_assurance": after },
            "falling": self.falling,
            "suspended": suspended,
        });
        tx.state(Kind::LowestAssurance, unit.as_bytes(), &statement).await?;
        Ok(())
    }
}
