//! The writes behind the deeds of a change.

use serde_json::{Value, json};
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::change::Outcome;
use trien_core::digest::Sha256;
use trien_core::id::{EntryId, InvitationId, PersonId, RequestId, UnitId};
use trien_core::register::Event;
use trien_core::request::{RouteState, StepNumber, TransitionError};

use super::NoChange;
use super::held::Part;
use crate::flow::act::kind::Kind;
use crate::flow::changes::{self, News};
use crate::flow::document_signature::counts;
use crate::flow::enroll::end_all;
use crate::flow::exchange::{Source, source_of};
use crate::flow::register::record;
use crate::flow::{FlowError, Thing, delegate, push, slip};
use crate::store::directory::Authority;
use crate::store::job::JobKind;
use crate::store::register::{self, Author};
use crate::store::roll::{self, Taken};
use crate::store::{anchor, directory, request, reshape, waiting};
use crate::writer::{CommitError, Tx};

pub(super) fn part(request: RequestId, step: StepNumber, person: PersonId) -> reshape::Part {
    reshape::Part { request, step, person }
}

/// What stands is not what was looked at.
pub(super) fn moved() -> FlowError {
    FlowError::PlanMoved(vec![Part::Unit])
}

pub(super) fn one(rows: u64) -> Result<(), CommitError> {
    if rows == 1 { Ok(()) } else { Err(moved().into()) }
}

pub(super) async fn state_unit(
    tx: &mut Tx<'_>,
    unit: UnitId,
    kind: Kind,
    before: Value,
    after: Value,
) -> Result<(), CommitError> {
    let statement = json!({ "unit": unit, "before": before, "after": after });
    tx.state(kind, unit.as_bytes(), &statement).await?;
    Ok(())
}

pub(super) async fn refuse_entry(tx: &mut Tx<'_>, entry: EntryId) -> Result<(), CommitError> {
    let head = register::head(tx.connection(), entry).await?;
    let head = head.ok_or(FlowError::NotFound(Thing::Entry))?;
    record::note(tx, head, Event::Refused, Author::Server).await?;
    Ok(())
}

pub(super) async fn end_invitation(tx: &mut Tx<'_>, id: InvitationId) -> Result<(), CommitError> {
    end_all(tx, id, Author::Server).await?;
    one(reshape::spend_invitation(tx.connection(), id).await?)?;
    let (before, after) = (json!({ "state": "open" }), json!({ "state": "spent" }));
    let statement = json!({ "invitation": id, "before": before, "after": after });
    tx.state(Kind::InvitationEnded, id.as_bytes(), &statement).await?;
    Ok(())
}

pub(super) async fn rewrite(
    tx: &mut Tx<'_>,
    part: reshape::Part,
    recipe: &Vec<u8>,
) -> Result<(), CommitError> {
    let connection = tx.connection();
    let before = request::recipe(connection, part.request, part.step, part.person).await?;
    one(reshape::set_recipe(tx.connection(), part, recipe).await?)?;
    let change = tx.next_change();
    reshape::note_change(tx.connection(), part.request, change).await?;
    let statement = json!({
        "request": part.request,
        "step": part.step,
        "person": part.person,
        "recipe": Sha256::of(recipe),
        "before": { "recipe": before.as_deref().map(Sha256::of) },
        "after": { "recipe": Sha256::of(recipe) },
    });
    tx.state(Kind::RecipeChanged, part.request.as_bytes(), &statement).await?;
    let news = News::of(Outcome::Restamped).at(part.step, part.person);
    changes::note(tx, part.request, change, news).await
}

pub(super) async fn hand_on(
    tx: &mut Tx<'_>,
    part: reshape::Part,
    to: PersonId,
    recipe: Option<&Vec<u8>>,
) -> Result<(), CommitError> {
    let now = request::route(tx.connection(), part.request).await?;
    let route = now.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let next = route.hand_on(part.step, part.person, to).map_err(|error| match error {
        TransitionError::AlreadySigner => FlowError::from(NoChange::Choice),
        _ => FlowError::PlanMoved(vec![Part::Steps]),
    })?;
    let why = why(tx);
    one(reshape::hand_on(tx.connection(), part, to, recipe, why.as_ref()).await?)?;
    let change = tx.next_change();
    reshape::note_change(tx.connection(), part.request, change).await?;
    let statement = json!({
        "request": part.request,
        "step": part.step,
        "from": part.person,
        "to": to,
        "recipe": recipe.map(|recipe| Sha256::of(recipe)),
        "before": { "signer": part.person },
        "after": { "signer": to },
    });
    tx.state(Kind::RequestReassigned, part.request.as_bytes(), &statement).await?;
    let news = News::of(Outcome::Reassigned).at(part.step, to);
    changes::note(tx, part.request, change, news).await?;
    if next.state() == (RouteState::Open { step: part.step }) {
        let now = tx.now();
        if waiting::restart(tx.connection(), part.request, part.step, to, now).await? > 0 {
            tx.schedule(JobKind::Remind, part.request.as_bytes(), now).await?;
        }
        push::wake(tx, part.request, change).await?;
    }
    Ok(())
}

/// Ends an open request for its submitter to make anew; one that this act has sent back already stays so.
pub(super) async fn send_back(
    tx: &mut Tx<'_>,
    id: RequestId,
    part: Option<reshape::Part>,
) -> Result<(), CommitError> {
    let now = request::route(tx.connection(), id).await?;
    let route = now.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let RouteState::Open { step } = route.state() else { return Ok(()) };
    let next = route.send_back().map_err(|_| moved())?;
    let why = why(tx);
    if let Some(part) = part {
        one(reshape::release(tx.connection(), part, why.as_ref()).await?)?;
    }
    let change = tx.next_change();
    let at = tx.now();
    push::tell_all(tx, id, change).await?;
    one(request::advance(tx.connection(), id, step, next.state(), change, at).await?)?;
    let (before, after) = (json!({ "state": "open" }), json!({ "state": "returned" }));
    let statement = json!({ "request": id, "before": before, "after": after });
    tx.state(Kind::RequestReturned, id.as_bytes(), &statement).await?;
    let news = News::of(Outcome::Returned);
    let news = part.map_or(news, |part| news.at(part.step, part.person));
    changes::note(tx, id, change, news).await
}

fn why(tx: &Tx<'_>) -> Option<String> {
    tx.act().and_then(|act| act.why.as_ref()).map(|why| why.as_str().to_owned())
}

pub(super) async fn posts(
    tx: &mut Tx<'_>,
    person: PersonId,
    ends: &[(UnitId, String)],
    takes: &[Taken],
) -> Result<(), CommitError> {
    for taken in takes {
        if !reshape::stands(tx.connection(), taken.unit).await? {
            return Err(FlowError::from(NoChange::Dissolved).into());
        }
    }
    let now = tx.now();
    if !roll::change_positions(tx.connection(), person, ends, takes, now).await? {
        return Err(FlowError::PlanMoved(vec![Part::Posts]).into());
    }
    counts::follow_posts(tx, person).await?;
    for (unit, title) in ends {
        delegate::end_of_post(tx, person, *unit, title).await?;
        slip::leave(tx, person, *unit).await?;
        let before = json!({ "unit": unit, "position": title });
        let statement = json!({ "person": person, "unit": unit, "before": before, "after": null });
        tx.state(Kind::PositionEnded, person.as_bytes(), &statement).await?;
    }
    for Taken { unit, title, authority } in takes {
        let authority = authority.map(Authority::name);
        let after = json!({ "unit": unit, "position": title, "authority": authority });
        let statement = json!({ "person": person, "unit": unit, "before": null, "after": after });
        tx.state(Kind::PositionTaken, person.as_bytes(), &statement).await?;
    }
    Ok(())
}

pub(super) async fn place_under(
    tx: &mut Tx<'_>,
    unit: UnitId,
    from: UnitId,
    to: UnitId,
) -> Result<(), CommitError> {
    let branch = directory::branch(tx.connection(), unit).await?.ok_or_else(moved)?;
    let above = directory::branch(tx.connection(), to).await?.ok_or_else(moved)?;
    if branch.holds(&above) {
        return Err(FlowError::from(NoChange::Circle).into());
    }
    let source = source_of(tx.connection(), unit).await?.source;
    let row = directory::unit(tx.connection(), unit).await?.ok_or_else(moved)?;
    one(reshape::place_under(tx.connection(), unit, &branch, from, to, &above).await?)?;
    keep_level(tx, unit, row.lowest).await?;
    counts::follow_level(tx, unit).await?;
    keep_prompt(tx, unit, row.prompt_policy).await?;
    keep_source(tx, unit, source).await
}

/// Which keys a unit takes does not change because another one stands above it.
async fn keep_level(tx: &mut Tx<'_>, unit: UnitId, lowest: Assurance) -> Result<(), CommitError> {
    let now = directory::unit(tx.connection(), unit).await?.ok_or_else(moved)?;
    if now.lowest == lowest {
        return Ok(());
    }
    one(directory::set_lowest(tx.connection(), unit, now.stated, Some(lowest)).await?)?;
    let statement = json!({
        "unit": unit,
        "before": { "lowest_assurance": now.stated },
        "after": { "lowest_assurance": lowest },
    });
    tx.state(Kind::LowestAssurance, unit.as_bytes(), &statement).await?;
    Ok(())
}

/// Nor how often its keys ask for the person, unless those above now ask for more.
async fn keep_prompt(
    tx: &mut Tx<'_>,
    unit: UnitId,
    before: PromptPolicy,
) -> Result<(), CommitError> {
    let now = directory::unit(tx.connection(), unit).await?.ok_or_else(moved)?;
    if now.prompt_policy.is_within(before) {
        return Ok(());
    }
    one(directory::set_prompt(tx.connection(), unit, now.stated_prompt, Some(before)).await?)?;
    let statement = json!({
        "unit": unit,
        "before": { "prompt_policy": now.stated_prompt },
        "after": { "prompt_policy": before },
    });
    tx.state(Kind::PromptPolicy, unit.as_bytes(), &statement).await?;
    Ok(())
}

/// Has a unit that begins certified as the one that it comes from.
pub(super) async fn source_like(
    tx: &mut Tx<'_>,
    unit: UnitId,
    from: UnitId,
) -> Result<(), CommitError> {
    let source = source_of(tx.connection(), from).await?.source;
    keep_source(tx, unit, source).await
}

/// Where certificates come from does not change because another unit stands above.
async fn keep_source(tx: &mut Tx<'_>, unit: UnitId, source: Source) -> Result<(), CommitError> {
    if source_of(tx.connection(), unit).await?.source == source {
        return Ok(());
    }
    one(anchor::set_source(tx.connection(), unit, Some(source)).await?)?;
    let after = match source {
        Source::Here => "here",
        Source::Outside => "outside",
    };
    let statement = json!({
        "unit": unit,
        "before": { "certified_by": "as-above" },
        "after": { "certified_by": after },
    });
    tx.state(Kind::CertifiedBy, unit.as_bytes(), &statement).await?;
    Ok(())
}
