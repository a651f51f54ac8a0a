//! What happened to requests: written with each change, and read by document systems from a number on.

use trien_core::change::ChangeView;
use trien_core::id::{RequestId, UnitId};

use super::key::{ApiCaller, Scope};
use super::{FlowError, delegate, document_signature};
use crate::app::App;
pub(super) use crate::store::changes::News;
use crate::store::{changes, delivery};
use crate::writer::{CommitError, Tx};

/// Most changes of one page.
pub const MAX_PAGE: u32 = 200;

/// Some of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// In order, oldest first.
    pub changes: Vec<ChangeView>,
    /// Where the next page begins.
    pub cursor: u64,
    /// Whether more is waiting already.
    pub more: bool,
}

/// What happened to the requests of the caller's unit after `cursor`; `limit` from 1 to 200.
pub async fn read(
    app: &App,
    caller: &ApiCaller,
    cursor: u64,
    limit: u32,
) -> Result<ChangePage, FlowError> {
    caller.require(Scope::Read)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let mut connection = app.store().reader().await?;
    let changes = changes::of_unit(&mut connection, caller.unit, cursor, limit).await?;
    Ok(ChangePage {
        cursor: changes.last().map_or(cursor, |last| last.number),
        more: changes.len() == limit as usize,
        changes,
    })
}

/// Notes what happened to a request, which stands as it is to be seen, and queues it for those who are told.
/// `number` is that of the change.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    request: RequestId,
    number: u64,
    news: News,
) -> Result<(), CommitError> {
    note_for(tx, request, number, news, None).await
}

/// The same for a request that was of another unit before: both are told.
pub(super) async fn note_moved(
    tx: &mut Tx<'_>,
    request: RequestId,
    number: u64,
    news: News,
    before: UnitId,
) -> Result<(), CommitError> {
    note_for(tx, request, number, news, Some(before)).await
}

async fn note_for(
    tx: &mut Tx<'_>,
    request: RequestId,
    number: u64,
    news: News,
    before: Option<UnitId>,
) -> Result<(), CommitError> {
    // Parts open and close with changes, and who stands in for their signers does so with them.
    delegate::renew(tx, request, number).await?;
    document_signature::end::settle(tx, request).await?;
    let now = tx.now();
    let noted = changes::note(tx.connection(), request, number, &news, before, now);
    for unit in noted.await? {
        delivery::queue(tx.connection(), unit, number, now).await?;
    }
    Ok(())
}
