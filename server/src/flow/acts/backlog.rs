//! What an older release stated, found a first time.

use async_trait::async_trait;
use serde_json::Value;
use trien_core::cbor;
use trien_core::log::leaf::Leaf;

use super::MAX_LEAF_BYTES;
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::act::kind::Kind;
use crate::store::act::{self, ActRow};
use crate::writer::{Commit, CommitError, Tx};

/// Statements of one commit.
const AT_ONCE: u32 = 500;

/// Gives the statements of older releases the rows that lists find them by, some at a time, until all have.
pub(crate) async fn index_older(app: &App) -> Result<(), FlowError> {
    loop {
        let waiting = {
            let mut connection = app.store().reader().await?;
            act::is_waiting(&mut connection).await?
        };
        if !waiting {
            return Ok(());
        }
        if app.writer().commit(Index).await?.value == 0 {
            return Ok(());
        }
    }
}

struct Index;

#[async_trait]
impl Commit for Index {
    /// How many.
    type Done = usize;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<usize, CommitError> {
        let older = act::backlog(tx.connection(), AT_ONCE).await?;
        let count = older.len();
        for older in older {
            act::indexed(tx.connection(), older.leaf).await?;
            // What is damaged is named by whoever verifies the log.
            let Ok(leaf) = cbor::decode::<Leaf>(&older.data, MAX_LEAF_BYTES) else { continue };
            let Ok(Value::Object(said)) = serde_json::from_str(&older.body) else { continue };
            let name = said.get("act").and_then(Value::as_str).unwrap_or_default();
            let kind = Kind::stated(leaf.kind, name).filter(|kind| kind.is_listed());
            let Some(kind) = kind else { continue };
            let mut row = ActRow::of(kind.slug(), leaf.recorded_at, &said);
            // Older statements did not say of whom and where their subject was: what is known of it now.
            let connection = tx.connection();
            row.place = act::place(connection, kind.subject(), &older.subject, &said).await?;
            act::insert(connection, older.leaf, &older.subject, &row).await?;
        }
        Ok(count)
    }
}
