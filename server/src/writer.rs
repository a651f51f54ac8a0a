//! The one place that writes: many commits in one database transaction, each in a savepoint.
//!
//! A batch locks the log's head first, so revocation and decision have one order and any node may be
//! the writer. A commit that fails rolls back itself alone, the tree's frontier and counters
//! included. After COMMIT the checkpoint is signed from the committed head, and only then are the
//! commits answered: every receipt of a batch proves inclusion against that one head. A failure that
//! ends the transaction fails the whole batch; what it held is not known to be written, so callers
//! are told to try again.

mod batch;
mod ledger;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trien_core::env::{Clock, Entropy};
use trien_core::log::checkpoint::LogKey;

use crate::flow::FlowError;
use crate::store::{Reach, Store, StoreError};

pub use batch::Sealed;
pub use ledger::Tx;

/// Commits of one transaction.
const BATCH: usize = 64;
/// Commits that wait before callers wait to queue.
const QUEUE: usize = 1024;

/// A guarded set of writes.
#[async_trait]
pub trait Commit: Send + 'static {
    /// What it answers.
    type Done: Send + 'static;

    /// Re-checks what may have moved since it was prepared, then writes.
    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Self::Done, CommitError>;

    /// Called in a savepoint of its own after `apply` was refused and rolled back: what to record of
    /// the refusal, if anything.
    async fn refuse(
        &mut self,
        _tx: &mut Tx<'_>,
        _why: &FlowError,
    ) -> Result<Option<Self::Done>, CommitError> {
        Ok(None)
    }
}

/// Why a commit did not go through.
#[derive(Debug)]
pub enum CommitError {
    /// It does not fit what it found; only its own savepoint is rolled back.
    Refused(FlowError),
    /// The transaction is lost, with every commit in it.
    Lost(FlowError),
}

impl From<FlowError> for CommitError {
    fn from(error: FlowError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        match error.reach() {
            Reach::Statement => Self::Refused(error.into()),
            Reach::Transaction => Self::Lost(error.into()),
        }
    }
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// A commit that is on disk.
#[derive(Debug)]
pub struct Committed<T> {
    /// What it answered.
    pub value: T,
    /// The head it was committed under.
    pub sealed: Arc<Sealed>,
}

/// Hands commits to the writer's task.
#[derive(Debug)]
pub struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    stop: CancellationToken,
    changes: watch::Receiver<u64>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

/// What the writer's task works with.
#[derive(Clone)]
pub struct Means {
    /// The database.
    pub store: Store,
    /// Signs checkpoints.
    pub log_key: Arc<LogKey>,
    /// Tells when something is recorded.
    pub clock: Arc<dyn Clock>,
    /// Salts leaves.
    pub entropy: Arc<dyn Entropy>,
}

impl Writer {
    /// Starts the task.
    #[must_use]
    pub fn start(means: Means) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let (changed, changes) = watch::channel(0);
        let task = tokio::spawn(serve(means, waiting, changed, stop.clone()));
        Self { queue, stop, changes, task: tokio::sync::Mutex::new(Some(task)) }
    }

    /// Writes `commit`; returns when it is on disk. A caller that stops waiting does not undo it.
    pub async fn commit<C: Commit>(&self, commit: C) -> Result<Committed<C::Done>, FlowError> {
        let (answer, answered) = oneshot::channel();
        let envelope = Envelope { commit, outcome: None, answer };
        let stopped = || FlowError::Unavailable("the server is stopping".to_owned());
        let broken = || FlowError::Unavailable("the commit broke off".to_owned());
        self.queue.send(Box::new(envelope)).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(broken()))
    }

    /// Counts the batches that were written since the start, without what was in them.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// Whether it still takes commits.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Takes no more commits, writes those that wait, and ends.
    pub async fn stop(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer's task failed");
        }
    }
}

/// A commit without its type.
#[async_trait]
trait Work: Send {
    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError>;
    async fn refuse(&mut self, tx: &mut Tx<'_>, why: &FlowError) -> Result<bool, CommitError>;
    fn fail(&mut self, why: FlowError);
    fn answer(self: Box<Self>, batch: Result<Arc<Sealed>, FlowError>);
}

struct Envelope<C: Commit> {
    commit: C,
    outcome: Option<Result<C::Done, FlowError>>,
    answer: oneshot::Sender<Result<Committed<C::Done>, FlowError>>,
}

#[async_trait]
impl<C: Commit> Work for Envelope<C> {
    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let done = self.commit.apply(tx).await?;
        self.outcome = Some(Ok(done));
        Ok(())
    }

    async fn refuse(&mut self, tx: &mut Tx<'_>, why: &FlowError) -> Result<bool, CommitError> {
        let done = self.commit.refuse(tx, why).await?;
        let recorded = done.is_some();
        if let Some(done) = done {
            self.outcome = Some(Ok(done));
        }
        Ok(recorded)
    }

    fn fail(&mut self, why: FlowError) {
        self.outcome = Some(Err(why));
    }

    fn answer(self: Box<Self>, batch: Result<Arc<Sealed>, FlowError>) {
        let never = || Err(FlowError::Internal("a commit was left out of its batch".to_owned()));
        let outcome = match batch {
            Ok(sealed) => {
                self.outcome.unwrap_or_else(never).map(|value| Committed { value, sealed })
            }
            Err(error) => Err(error),
        };
        // A caller that went away will ask again, and get the same answer.
        let _ = self.answer.send(outcome);
    }
}

async fn serve(
    means: Means,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    changed: watch::Sender<u64>,
    stop: CancellationToken,
) {
    let mut writer = batch::BatchWriter::new(means.clone());
    loop {
        let mut works = Vec::with_capacity(BATCH);
        // What arrives while a batch is synced to disk is the next batch: no timer is needed.
        let count = tokio::select! {
            biased;
            count = waiting.recv_many(&mut works, BATCH) => count,
            () = stop.cancelled(), if !waiting.is_closed() => {
                waiting.close();
                continue;
            }
        };
        if count == 0 {
            break;
        }
        // A panic is a defect of one commit, and may not end the office's only writer. What the
        // batch held is dropped unanswered: its callers are told to try again.
        let batch = tokio::spawn(async move {
            writer.write(works).await;
            writer
        });
        writer = batch.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a batch broke off");
            batch::BatchWriter::new(means.clone())
        });
        changed.send_modify(|count| *count += 1);
    }
    writer.close().await;
}
