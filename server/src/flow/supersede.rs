//! A new version in the place of a request: what was returned comes back mended, and what still waits is taken back with
//! it. The earlier one keeps its decisions and says by what it was followed.

use serde_json::json;
use sqlx::AnyConnection;
use trien_core::change::Outcome;
use trien_core::id::{RequestId, UnitId};
use trien_core::request::RouteState;

use super::changes::{self, News};
use super::{FlowError, Thing, numbers, recall};
use crate::flow::act::kind::Kind;
use crate::store::request::{self, RequestHead};
use crate::writer::{CommitError, Tx};

/// The number of the version that would take the place of a unit's request.
pub(super) async fn next_version(
    connection: &mut AnyConnection,
    of: RequestId,
    unit: UnitId,
) -> Result<u32, FlowError> {
    Ok(standing(connection, of, unit).await?.revision + 1)
}

/// Puts the request `by`, which was just added, in the place of an earlier one of the unit.
pub(super) async fn supersede(
    tx: &mut Tx<'_>,
    earlier: RequestId,
    by: RequestId,
    unit: UnitId,
) -> Result<(), CommitError> {
    let head = standing(tx.connection(), earlier, unit).await?;
    let change = tx.next_change();
    if matches!(head.state, RouteState::Open { .. }) {
        recall::end_open(tx, earlier, change).await?;
    }
    if request::supersede(tx.connection(), earlier, by, change).await? != 1 {
        return Err(followed().into());
    }
    numbers::hand_over(tx, unit, earlier, by).await?;
    let statement = json!({
        "request": earlier,
        "before": { "superseded_by": null },
        "after": { "superseded_by": by },
    });
    tx.state(Kind::RequestSuperseded, earlier.as_bytes(), &statement).await?;
    changes::note(tx, earlier, change, News::of(Outcome::Superseded)).await
}

async fn standing(
    connection: &mut AnyConnection,
    id: RequestId,
    unit: UnitId,
) -> Result<RequestHead, FlowError> {
    let head = request::head(connection, id).await?.filter(|head| head.unit.id == unit);
    let head = head.ok_or(FlowError::NotFound(Thing::Request))?;
    if head.superseded_by.is_some() {
        return Err(followed());
    }
    match head.state {
        RouteState::Completed => Err(FlowError::InvalidSubmission(
            "all have signed that request: what changes it is a document of its own".to_owned(),
        )),
        _ => Ok(head),
    }
}

fn followed() -> FlowError {
    FlowError::InvalidSubmission("that request has a new version already".to_owned())
}
