//! For which parts somebody stands in: what phones are shown. The right to decide is judged apart ([`super::right`]).

use async_trait::async_trait;
use trien_core::change::Outcome;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::{Route, RouteState};

use super::{read, said, stamp};
use crate::app::App;
use crate::flow::account::MAX_LEVELS;
use crate::flow::changes::{self, News};
use crate::flow::{FlowError, push};
use crate::store::stand_in::{self, May, StandIn};
use crate::store::{delegation, directory, request, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// Requests that are looked at in one commit, so that others have their turn.
const AT_ONCE: usize = 50;

/// Brings all that waits for a delegation's giver up to what the delegation allows now; gives when that changes next.
/// Doing it twice changes nothing.
pub async fn turn(app: &App, hash: Sha256) -> Result<(), FlowError> {
    turned(app, hash).await.map(drop)
}

pub(crate) async fn turned(app: &App, hash: Sha256) -> Result<Option<UnixSecond>, FlowError> {
    let (requests, next) = {
        let now = app.clock().now().second();
        let mut connection = app.store().reader().await?;
        let Some(row) = delegation::one(&mut connection, &hash).await? else { return Ok(None) };
        let given = said(&row)?;
        let mut requests = stand_in::stood_in(&mut connection, &hash).await?;
        let counts = row.ended_at.is_none() && given.in_force(now).is_ok();
        if counts {
            requests.extend(stand_in::open_requests(&mut connection, given.from.person).await?);
            requests.sort_unstable();
            requests.dedup();
        }
        let later = [given.starts, given.ends].into_iter().find(|at| *at > now);
        (requests, later.filter(|_| row.ended_at.is_none()))
    };
    for some in requests.chunks(AT_ONCE) {
        app.writer().commit(Renew(some.to_vec())).await?;
    }
    Ok(next)
}

struct Renew(Vec<RequestId>);

#[async_trait]
impl Commit for Renew {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        for id in &self.0 {
            let Some(change) = change_of(tx, *id).await? else { continue };
            let number = tx.next_change();
            reshape::note_change(tx.connection(), *id, number).await?;
            changes::note(tx, *id, number, News::of(Outcome::Delegated)).await?;
            if !change.begins.is_empty() {
                push::wake_delegates(tx, *id, number).await?;
            }
        }
        Ok(())
    }
}

/// Brings who stands in on a request up to what delegations allow, as part of a change of it.
pub(in crate::flow) async fn renew(
    tx: &mut Tx<'_>,
    id: RequestId,
    number: u64,
) -> Result<(), CommitError> {
    match change_of(tx, id).await? {
        Some(change) => change.apply(tx, number).await,
        None => Ok(()),
    }
}

/// Who begins and who ceases to stand in on a request.
struct Change {
    begins: Vec<StandIn>,
    ends: Vec<StandIn>,
    /// Recipes that were another one's before.
    past: Vec<StandIn>,
}

impl Change {
    async fn apply(self, tx: &mut Tx<'_>, number: u64) -> Result<(), CommitError> {
        for past in &self.past {
            let part = reshape::Part { person: past.person, ..past.part };
            if let Some(recipe) = &past.recipe {
                reshape::keep_recipe(tx.connection(), part, &Sha256::of(recipe)).await?;
            }
        }
        for end in &self.ends {
            stand_in::stand_down(tx.connection(), end, number).await?;
        }
        for begin in &self.begins {
            stand_in::stand_in(tx.connection(), begin).await?;
        }
        Ok(())
    }
}

/// What differs between who stands in and who should; none where nothing does.
async fn change_of(tx: &mut Tx<'_>, id: RequestId) -> Result<Option<Change>, CommitError> {
    let stands = stand_in::standing_in(tx.connection(), id).await?;
    let should = should(tx, id).await?;
    let same = |one: &StandIn, other: &StandIn| {
        (one.part, one.delegation, one.person) == (other.part, other.delegation, other.person)
    };
    let lacks = |of: &[StandIn], one: &StandIn| !of.iter().any(|other| same(one, other));
    let begins: Vec<StandIn> = should.iter().filter(|new| !stands.contains(new)).cloned().collect();
    let ends: Vec<StandIn> = stands.iter().filter(|old| lacks(&should, old)).cloned().collect();
    let other = |old: &&StandIn| !should.contains(old) && !lacks(&should, old);
    let past = stands.iter().filter(other).cloned().collect();
    let change = Change { begins, ends, past };
    Ok((!change.begins.is_empty() || !change.ends.is_empty()).then_some(change))
}

async fn should(tx: &mut Tx<'_>, id: RequestId) -> Result<Vec<StandIn>, CommitError> {
    let now = tx.now().second();
    let may = stand_in::may(tx.connection(), id, now).await?;
    if may.is_empty() {
        return Ok(Vec::new());
    }
    let (Some(head), Some(route)) =
        (request::head(tx.connection(), id).await?, request::route(tx.connection(), id).await?)
    else {
        return Ok(Vec::new());
    };
    if !matches!(head.state, RouteState::Open { .. }) {
        return Ok(Vec::new());
    }
    let line = directory::line(tx.connection(), head.unit.id, MAX_LEVELS).await?;
    let mut should = Vec::new();
    for may in may {
        let given = read(&may.cose)?;
        let kind = head.metadata.kind.as_str();
        let covered = given.covers_part(&line, kind, may.role).is_ok();
        if !covered || has_voice(&route.route, &may, given.to.person) {
            continue;
        }
        // A stamp that says what a document system wrote cannot be written for somebody else.
        let Ok(recipe) = stamp::for_delegate(&may, &given, &head.unit.name) else { continue };
        let May { part, delegation, .. } = may;
        should.push(StandIn { part, delegation, person: given.to.person, recipe });
    }
    Ok(should)
}

/// Whether somebody has a part in the step themselves, or has decided there for another one.
fn has_voice(route: &Route, may: &May, person: PersonId) -> bool {
    let step = route.step(may.part.step);
    let mut signers = step.into_iter().flat_map(|step| &step.signers);
    signers.any(|signer| signer.person == person || signer.by == Some(person))
}
