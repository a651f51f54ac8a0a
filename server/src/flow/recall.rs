//! Taking a request back before all have decided (Decree 30/2020, article 18): its submitter does, with a reason.

use async_trait::async_trait;
use serde_json::json;
use trien_core::change::Outcome;
use trien_core::document::Text;
use trien_core::id::{RequestId, UnitId};
use trien_core::request::RouteState;

use super::account::Officer;
use super::act::Acted;
use super::changes::{self, News};
use super::key::{ApiCaller, Scope};
use super::submitter::Submitter;
use super::{FlowError, Thing, desk, push};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::request;
use crate::writer::{Commit, CommitError, Tx};

/// Takes a request of the caller's unit back. One that was taken back already stays so: whoever asks again after a lost
/// answer gets the same one.
pub async fn by_key(
    app: &App,
    caller: &ApiCaller,
    id: RequestId,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    caller.require(Scope::Submit)?;
    let by = Submitter::Key(caller.key);
    app.writer().commit(Recall { request: id, unit: caller.unit, by, why }).await?;
    Ok(())
}

/// Takes a request of a unit back in which this person is clerk.
pub async fn by_clerk(
    app: &App,
    officer: &Officer,
    id: RequestId,
    why: Text<500>,
) -> Result<(), FlowError> {
    let unit = desk::clerks_own(app, officer, id).await?;
    let recall = Recall { request: id, unit, by: Submitter::Clerk(officer.account), why: None };
    app.writer().commit(Acted(officer.act(Some(why)), recall)).await?;
    Ok(())
}

/// Takes an open request back as part of a change, and tells all who have decided on it or could.
pub(super) async fn end_open(
    tx: &mut Tx<'_>,
    id: RequestId,
    change: u64,
) -> Result<(), CommitError> {
    let now = request::route(tx.connection(), id).await?;
    let route = now.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let RouteState::Open { step } = route.state() else {
        return Err(FlowError::RequestEnded.into());
    };
    let ended = route.recall().map_err(|_| FlowError::RequestEnded)?;
    let at = tx.now();
    push::tell_all(tx, id, change).await?;
    match request::advance(tx.connection(), id, step, ended.state(), change, at).await? {
        1 => Ok(()),
        _ => Err(FlowError::RequestEnded.into()),
    }
}

struct Recall {
    request: RequestId,
    /// Whose the request was when it was looked at.
    unit: UnitId,
    by: Submitter,
    /// What a document system says; a clerk's reason is part of the act.
    why: Option<Text<500>>,
}

#[async_trait]
impl Commit for Recall {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let id = self.request;
        self.by.require(tx, self.unit).await?;
        let head = request::head(tx.connection(), id).await?;
        let head = head.filter(|head| head.unit.id == self.unit);
        if head.ok_or(FlowError::NotFound(Thing::Request))?.state == RouteState::Recalled {
            return Ok(());
        }
        let change = tx.next_change();
        end_open(tx, id, change).await?;
        let mut statement = json!({
            "request": id,
            "before": { "state": "open" },
            "after": { "state": "recalled" },
        });
        if let Some(why) = &self.why {
            statement["why"] = json!(why);
        }
        self.by.note(&mut statement);
        tx.state(Kind::RequestRecalled, id.as_bytes(), &statement).await?;
        changes::note(tx, id, change, News::of(Outcome::Recalled)).await
    }
}
