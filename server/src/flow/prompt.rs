//! How often the keys of a unit's phones ask for the person. What units state adds up to what all of them allow:
//! of the statements from the unit up, the shortest session and the fewest signatures hold, and a prompt each time
//! where one states that, or nobody states anything. The phone's passcode answers where each statement allows it.
//!
//! A key has its policy for good, from when it is made: phones that were enrolled before keep theirs.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::certificate::{PromptPolicy, Prompts};
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::act::{Act, Acted};
use super::change::Part;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::{directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// What holds for a unit, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// How often keys that are made from now on ask.
    pub policy: PromptPolicy,
    /// What the unit states by itself.
    pub stated: Option<PromptPolicy>,
    /// The units above it that state something, the uppermost first.
    pub above: Vec<(UnitView, PromptPolicy)>,
}

impl Prompt {
    /// Whether the unit states more than those above it allow.
    #[must_use]
    pub fn is_overruled(&self) -> bool {
        self.stated.is_some_and(|stated| !stated.is_within(self.policy))
    }

    /// What would hold if the unit stated something else.
    #[must_use]
    pub fn if_stated(&self, stated: Option<PromptPolicy>) -> Self {
        let all = self.above.iter().map(|(_, policy)| *policy).chain(stated);
        let policy = all.reduce(PromptPolicy::and).unwrap_or_default();
        Self { policy, stated, above: self.above.clone() }
    }
}

/// What another statement would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The unit.
    pub unit: UnitView,
    /// What holds now.
    pub before: Prompt,
    /// What would hold for keys that are made from then on.
    pub after: Prompt,
}

/// What holds for a unit.
pub async fn of_unit(app: &App, unit: UnitId) -> Result<Prompt, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(read(&mut connection, unit).await?.1)
}

async fn read(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<(UnitView, Prompt), FlowError> {
    let row = directory::unit(connection, unit).await?.ok_or(FlowError::NotFound(Thing::Unit))?;
    let above = directory::prompts_above(connection, unit).await?;
    Ok((row.view, Prompt { policy: row.prompt_policy, stated: row.stated_prompt, above }))
}

/// What a unit may state: a session within its bounds, a prompt each time, or nothing.
fn bounded(stated: Option<PromptPolicy>) -> Result<Option<PromptPolicy>, FlowError> {
    if let Some(Prompts::Session { seconds, signatures }) = stated.map(|policy| policy.prompts) {
        let session = PromptPolicy::session(seconds, signatures);
        session.map_err(|error| FlowError::BadRequest(error.to_string()))?;
    }
    Ok(stated)
}

/// Looks at what another statement would do; nothing is done yet.
pub async fn look(app: &App, unit: UnitId, to: Option<PromptPolicy>) -> Result<Plan, FlowError> {
    let to = bounded(to)?;
    let mut connection = app.store().reader().await?;
    let (unit, before) = read(&mut connection, unit).await?;
    Ok(Plan { unit, after: before.if_stated(to), before })
}

/// Carries out what was looked at, if the unit still states what it stated then.
pub async fn set(app: &App, act: &Act, plan: Plan, why: Text<500>) -> Result<(), FlowError> {
    let act = Act { why: Some(why), ..act.clone() };
    let (before, after) = (plan.before.stated, plan.after.stated);
    app.writer().commit(Acted(act, Set { unit: plan.unit.id, before, after })).await?;
    Ok(())
}

struct Set {
    unit: UnitId,
    before: Option<PromptPolicy>,
    after: Option<PromptPolicy>,
}

#[async_trait]
impl Commit for Set {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (unit, before, after) = (self.unit, self.before, self.after);
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        if directory::set_prompt(tx.connection(), unit, before, after).await? != 1 {
            return Err(FlowError::PlanMoved(vec![Part::Unit]).into());
        }
        let statement = json!({
            "unit": unit,
            "before": { "prompt_policy": before },
            "after": { "prompt_policy": after },
        });
        tx.state(Kind::PromptPolicy, unit.as_bytes(), &statement).await?;
        Ok(())
    }
}
