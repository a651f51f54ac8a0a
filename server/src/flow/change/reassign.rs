//! Giving what waits for one person to another one, because the first is away: a clerk of the unit does, and says why.

use async_trait::async_trait;
use trien_core::document::Text;
use trien_core::id::{AccountId, PersonId, RequestId, UnitId};
use trien_core::request::StepNumber;
use trien_core::wire::PersonView;

use super::doing::{hand_on, part};
use super::held::{Held, HeldStep};
use super::propose::{has_part, signing_units};
use super::steps::{Signer, rewritten, try_out};
use crate::app::App;
use crate::flow::account::{self, Officer, Role};
use crate::flow::act::Acted;
use crate::flow::{FlowError, Thing, desk};
use crate::store::{holding, request};
use crate::writer::{Commit, CommitError, Tx};

/// What is given, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Reassignment {
    /// Of which request.
    pub request: RequestId,
    /// Which step.
    pub step: StepNumber,
    /// For whose decision it waits.
    pub from: PersonId,
    /// Who is to decide instead.
    pub to: PersonId,
}

/// Gives a part that waits to somebody else: with a post in the submitter's unit, or in a unit above it where the first one
/// has a post, and with a phone there.
pub async fn reassign(
    app: &App,
    officer: &Officer,
    of: Reassignment,
    why: Text<500>,
) -> Result<(), FlowError> {
    let unit = desk::clerks_own(app, officer, of.request).await?;
    let (held, step) = waiting(app, of.request, of.step, of.from).await?;
    let to = others(app, &held, &step).await?.into_iter().find(|(_, person)| person.id == of.to);
    let to = to.ok_or_else(|| FlowError::InvalidSubmission(
        "that person cannot sign this: no phone in the unit, a part in the step already, or a stamp that names another \
         position in the document system's own words".to_owned(),
    ))?;
    let (within, to) = to;
    let signer = Signer { name: &to.name, title: &to.position, leaves: None };
    let recipe = rewritten(&step, &held, signer).map_err(|_| FlowError::Overtaken)?;
    if let Some(recipe) = &recipe {
        try_out(app, &step, recipe).await?;
    }
    let clerk = officer.account;
    let commit = Reassign { of, unit, within, clerk, before: step.recipe, recipe };
    app.writer().commit(Acted(officer.act(Some(why)), commit)).await?;
    Ok(())
}

/// Who could decide instead of somebody for whom a part waits; nobody where it does not.
pub async fn instead_of(
    app: &App,
    officer: &Officer,
    id: RequestId,
    number: StepNumber,
    from: PersonId,
) -> Result<Vec<PersonView>, FlowError> {
    desk::clerks_own(app, officer, id).await?;
    match waiting(app, id, number, from).await {
        Ok((held, step)) => {
            let others = others(app, &held, &step).await?;
            Ok(others.into_iter().map(|(_, person)| person).collect())
        }
        Err(FlowError::Overtaken) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

/// What somebody holds, and the part of it that is meant.
async fn waiting(
    app: &App,
    id: RequestId,
    number: StepNumber,
    from: PersonId,
) -> Result<(Held, HeldStep), FlowError> {
    let mut connection = app.store().reader().await?;
    let held = Held::load(&mut connection, from, app.clock().now().second()).await?;
    let step = held.steps.iter().find(|step| step.request == id && step.step == number).cloned();
    Ok((held, step.ok_or(FlowError::Overtaken)?))
}

/// Who else can sign, and in which unit.
async fn others(
    app: &App,
    held: &Held,
    step: &HeldStep,
) -> Result<Vec<(UnitId, PersonView)>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut people: Vec<(UnitId, PersonView)> = Vec::new();
    for unit in signing_units(&mut connection, &held.posts, step).await? {
        for person in holding::signers(&mut connection, unit, held.person).await? {
            let signer = Signer { name: &person.name, title: &person.position, leaves: None };
            if !people.iter().any(|(_, other)| other.id == person.id)
                && rewritten(step, held, signer).is_ok()
                && !has_part(&mut connection, step, person.id).await?
            {
                people.push((unit, person));
            }
        }
    }
    Ok(people)
}

struct Reassign {
    of: Reassignment,
    /// Whose the request was when it was looked at.
    unit: UnitId,
    /// Where the other one can sign.
    within: UnitId,
    clerk: AccountId,
    /// What the first one would have signed by.
    before: Option<Vec<u8>>,
    recipe: Option<Vec<u8>>,
}

#[async_trait]
impl Commit for Reassign {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let Reassignment { request: id, step, from, to } = self.of;
        account::require_role(tx, self.clerk, self.unit, Role::Clerk).await?;
        let head = request::head(tx.connection(), id).await?;
        if head.is_none_or(|head| head.unit.id != self.unit) {
            return Err(FlowError::NotFound(Thing::Request).into());
        }
        if !holding::can_sign(tx.connection(), self.within, to).await? {
            return Err(FlowError::Overtaken.into());
        }
        // The register may have given a number meanwhile, or a post has changed.
        if request::recipe(tx.connection(), id, step, from).await? != self.before {
            return Err(FlowError::Overtaken.into());
        }
        hand_on(tx, part(id, step, from), to, self.recipe.as_ref()).await
    }
}
