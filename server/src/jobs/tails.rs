//! Signed tails move from their rows to files of their own.

use async_trait::async_trait;
use bytes::Bytes;

use crate::app::App;
use crate::flow::FlowError;
use crate::store::document::{Unfiled, filed, unfiled};
use crate::writer::{Commit, CommitError, Tx};

/// Tails filed at once.
const BATCH: u32 = 32;

/// Files every tail that is still in its row. The row itself says what is left to do, so a crash
/// between file and row only files the same bytes again.
pub(super) async fn file(app: &App) -> Result<(), FlowError> {
    loop {
        let tails = {
            let mut connection = app.store().reader().await?;
            unfiled(&mut connection, BATCH).await?
        };
        if tails.is_empty() {
            return Ok(());
        }
        for tail in &tails {
            let stored = app.blobs().put(Bytes::from(tail.tail.clone()), app.entropy()).await?;
            if stored.digest() != tail.part {
                return Err(FlowError::Internal(format!("the tail {} is damaged", tail.part)));
            }
            stored.keep();
        }
        app.writer().commit(Filed(tails)).await?;
    }
}

struct Filed(Vec<Unfiled>);

#[async_trait]
impl Commit for Filed {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        for tail in &self.0 {
            filed(tx.connection(), tail).await?;
        }
        Ok(())
    }
}
