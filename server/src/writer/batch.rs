//! One batch: one transaction, one head.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::{AnyConnection, Connection as _};
use trien_core::digest::Sha256;
use trien_core::log::proof::InclusionProof;
use trien_core::log::tree::{Frontier, NodeId, TreeHead, inclusion_plan};

use super::ledger::{Ledger, Tx};
use super::{CommitError, Means, Work};
use crate::flow::FlowError;
use crate::store::StoreError;
use crate::store::dialect::run;
use crate::store::log::{lock_head, update_head};

/// The head of a committed batch, signed, with what proves the batch's own leaves under it.
#[derive(Debug)]
pub struct Sealed {
    head: TreeHead,
    checkpoint: String,
    nodes: HashMap<NodeId, Sha256>,
}

impl Sealed {
    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The signed checkpoint (note).
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// That a leaf of this batch stands in the log.
    pub fn proof(&self, leaf: u64) -> Result<InclusionProof, FlowError> {
        let defect = |what: &dyn std::fmt::Display| FlowError::Internal(what.to_string());
        let plan = inclusion_plan(leaf, self.head.size).map_err(|error| defect(&error))?;
        let hashes = plan.fold(|id| self.nodes.get(&id).copied()).map_err(|e| defect(&e))?;
        Ok(InclusionProof { index: leaf, hashes, checkpoint: self.checkpoint.clone() })
    }
}

pub(super) struct BatchWriter {
    means: Means,
    connection: Option<AnyConnection>,
}

impl BatchWriter {
    pub(super) fn new(means: Means) -> Self {
        Self { means, connection: None }
    }

    /// Closes the connection. One that is only dropped closes later, in a thread of its own: whoever copies the
    /// data folder of a server that has stopped would find files that go away.
    pub(super) async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the writer's connection was not closed");
        }
    }

    /// Writes all or nothing of `works`, and answers each.
    pub(super) async fn write(&mut self, mut works: Vec<Box<dyn Work>>) {
        let outcome = match self.transaction(&mut works).await {
            Ok(sealed) => Ok(Arc::new(sealed)),
            Err(error) => {
                // Its state is not known: begin again with a new one.
                self.connection = None;
                tracing::warn!(%error, commits = works.len(), "a batch was not written");
                Err(error)
            }
        };
        for work in works {
            work.answer(outcome.clone());
        }
    }

    async fn transaction(&mut self, works: &mut [Box<dyn Work>]) -> Result<Sealed, FlowError> {
        let dialect = self.means.store.dialect();
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.means.store.writer().await?,
        };
        run(&mut connection, dialect.begin()).await?;
        let before = lock_head(&mut connection, dialect).await?;
        let mut ledger = Ledger { head: before.clone(), nodes: Vec::new() };
        let applied = apply_all(&self.means, &mut connection, &mut ledger, works).await;
        let written = match applied {
            Ok(()) if ledger.head.change == before.change && ledger.nodes.is_empty() => Ok(()),
            Ok(()) => update_head(&mut connection, &before, &ledger.head).await.map_err(lost),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            let _ = run(&mut connection, "ROLLBACK").await;
            return Err(error);
        }
        run(&mut connection, "COMMIT").await.map_err(|error| lost(error.into()))?;
        self.connection = Some(connection);
        Ok(self.seal(&before.frontier, ledger))
    }

    fn seal(&self, before: &Frontier, ledger: Ledger) -> Sealed {
        let head = ledger.head.tree();
        let peaks =
            Frontier::peak_ids(before.size()).into_iter().zip(before.peaks().iter().copied());
        let grown = ledger.nodes.into_iter().map(|node| (node.id, node.hash));
        let checkpoint = self.means.log_key.sign(head);
        Sealed { head, checkpoint, nodes: peaks.chain(grown).collect() }
    }
}

async fn apply_all(
    means: &Means,
    connection: &mut AnyConnection,
    ledger: &mut Ledger,
    works: &mut [Box<dyn Work>],
) -> Result<(), FlowError> {
    let now = means.clock.now();
    for work in works {
        let mark = ledger.mark();
        let mut tx = Tx {
            connection: &mut *connection,
            ledger: &mut *ledger,
            clock: &*means.clock,
            entropy: &*means.entropy,
            now,
            note: serde_json::Map::new(),
            cause: None,
            act: None,
        };
        savepoint(&mut tx).await?;
        match work.apply(&mut tx).await {
            Ok(()) => release(&mut tx).await?,
            Err(CommitError::Lost(error)) => return Err(error),
            Err(CommitError::Refused(why)) => {
                tx.ledger.back_to(mark);
                undo(&mut tx).await?;
                refuse(&mut **work, &mut tx, why).await?;
            }
        }
    }
    Ok(())
}

// The commit was refused and rolled back; what it has to say about that goes in a savepoint of its
// own.
async fn refuse(work: &mut dyn Work, tx: &mut Tx<'_>, why: FlowError) -> Result<(), FlowError> {
    let mark = tx.ledger.mark();
    savepoint(tx).await?;
    match work.refuse(tx, &why).await {
        Ok(true) => release(tx).await,
        Ok(false) => {
            work.fail(why);
            release(tx).await
        }
        Err(CommitError::Lost(error)) => Err(error),
        Err(CommitError::Refused(error)) => {
            tx.ledger.back_to(mark);
            work.fail(error);
            undo(tx).await
        }
    }
}

async fn savepoint(tx: &mut Tx<'_>) -> Result<(), FlowError> {
    run(tx.connection, "SAVEPOINT one_commit").await.map_err(|error| lost(error.into()))
}

async fn release(tx: &mut Tx<'_>) -> Result<(), FlowError> {
    run(tx.connection, "RELEASE SAVEPOINT one_commit").await.map_err(|error| lost(error.into()))
}

async fn undo(tx: &mut Tx<'_>) -> Result<(), FlowError> {
    let undone = run(tx.connection, "ROLLBACK TO SAVEPOINT one_commit").await;
    undone.map_err(|error| lost(error.into()))?;
    release(tx).await
}

fn lost(error: StoreError) -> FlowError {
    match FlowError::from(error) {
        FlowError::StorageFull => FlowError::StorageFull,
        other => FlowError::Unavailable(other.to_string()),
    }
}
