//! Ending a request whose time has run out.

use async_trait::async_trait;
use serde_json::json;
use trien_core::change::Outcome;
use trien_core::id::RequestId;
use trien_core::request::RouteState;

use super::changes::{self, News};
use super::{FlowError, push};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::request::{self, RouteNow};
use crate::writer::{Commit, CommitError, Tx};

/// Ends a request if it is still open and its time has come; otherwise changes nothing.
pub(crate) async fn expire(app: &App, id: RequestId) -> Result<(), FlowError> {
    app.writer().commit(Expire(id)).await?;
    Ok(())
}

struct Expire(RequestId);

#[async_trait]
impl Commit for Expire {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let request = request::route(tx.connection(), self.0).await?;
        let Some(RouteNow { route, expires_at }) = request else { return Ok(()) };
        let RouteState::Open { step } = route.state() else { return Ok(()) };
        if tx.now() < expires_at {
            return Ok(());
        }
        let Ok(route) = route.expire() else { return Ok(()) };
        let change = tx.next_change();
        let at = tx.now();
        push::tell_all(tx, self.0, change).await?;
        request::advance(tx.connection(), self.0, step, route.state(), change, at).await?;
        let (before, after) = (json!({ "state": "open" }), json!({ "state": "expired" }));
        let statement = json!({ "request": self.0, "before": before, "after": after });
        tx.state(Kind::RequestExpired, self.0.as_bytes(), &statement).await?;
        changes::note(tx, self.0, change, News::of(Outcome::Expired)).await
    }
}
