//! Reminding those who have not decided by hand: a clerk, or the document system that submitted, does.
//!
//! What the rules would have said that day is said with it. Nobody is reminded within an hour of what told them before, by
//! whomever: who presses every few minutes teaches people to ignore all of it.

use async_trait::async_trait;
use serde_json::json;
use trien_core::id::{RequestId, UnitId};

use super::day;
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::act::Acted;
use crate::flow::act::kind::Kind;
use crate::flow::key::{ApiCaller, Scope};
use crate::flow::submitter::Submitter;
use crate::flow::{FlowError, Thing, desk, push};
use crate::store::{request, waiting};
use crate::writer::{Commit, CommitError, Tx};

/// For so long after somebody was told of a request, nobody is reminded of it by hand.
pub const BETWEEN_SECONDS: i64 = 3_600;

/// Reminds the open signers of a request of the caller's unit.
pub async fn by_key(app: &App, caller: &ApiCaller, id: RequestId) -> Result<(), FlowError> {
    caller.require(Scope::Submit)?;
    let by = Submitter::Key(caller.key);
    app.writer().commit(ByHand { request: id, unit: caller.unit, by }).await?;
    Ok(())
}

/// Reminds the open signers of a request of a unit in which this person is clerk.
pub async fn by_clerk(app: &App, officer: &Officer, id: RequestId) -> Result<(), FlowError> {
    let unit = desk::clerks_own(app, officer, id).await?;
    let by = Submitter::Clerk(officer.account);
    app.writer().commit(Acted(officer.act(None), ByHand { request: id, unit, by })).await?;
    Ok(())
}

struct ByHand {
    request: RequestId,
    /// Whose the request was when it was looked at.
    unit: UnitId,
    by: Submitter,
}

#[async_trait]
impl Commit for ByHand {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (id, now) = (self.request, tx.now());
        self.by.require(tx, self.unit).await?;
        let head = request::head(tx.connection(), id).await?;
        if head.is_none_or(|head| head.unit.id != self.unit) {
            return Err(FlowError::NotFound(Thing::Request).into());
        }
        let of = waiting::waiting(tx.connection(), id).await?;
        let of = of.ok_or(FlowError::RequestEnded)?;
        let told = of.reminded.map_or(of.since, |reminded| reminded.max(of.since));
        if now < told.plus_seconds(BETWEEN_SECONDS) {
            return Err(FlowError::RemindedLately.into());
        }
        waiting::remind_again(tx.connection(), id, day(now), now).await?;
        push::wake_reminded(tx, id).await?;
        let mut statement = json!({
            "request": id,
            "step": of.step,
            "before": { "told_at": told },
            "after": { "told_at": now },
        });
        self.by.note(&mut statement);
        tx.state(Kind::RequestReminded, id.as_bytes(), &statement).await?;
        Ok(())
    }
}
