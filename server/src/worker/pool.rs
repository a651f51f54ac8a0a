//! The server's side: a few reused workers.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::read::Refusal;

use super::child::Limits;
use super::frame::{Answer, receive_answer, send_document};

/// Opens foreign PDFs, one at a time per worker.
#[derive(Clone, Debug)]
pub struct Checker {
    shared: Arc<Shared>,
}

/// How workers are run.
#[derive(Clone, Debug)]
pub struct CheckerSettings {
    /// Our own binary; it is called with the argument `worker`.
    pub binary: PathBuf,
    /// Workers at once.
    pub workers: usize,
    /// What each may use.
    pub limits: Limits,
    /// How long one document may take, waiting for a free worker excluded.
    pub timeout: Duration,
    /// How long a document may wait for a free worker.
    pub patience: Duration,
    /// Documents after which a worker is replaced, so that leaks stay small.
    pub documents_per_worker: u32,
}

impl CheckerSettings {
    /// The usual settings for `binary`: two workers, 20 s a document.
    #[must_use]
    pub fn new(binary: PathBuf) -> Self {
        Self {
            binary,
            workers: 2,
            limits: Limits::default(),
            timeout: Duration::from_secs(20),
            patience: Duration::from_secs(30),
            documents_per_worker: 200,
        }
    }
}

/// Why a document could not be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It cannot be signed soundly.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It took longer than the limit; the worker was killed.
    #[error("the document took too long to check")]
    TimedOut,
    /// The worker died over it: memory, stack or processor time ran out.
    #[error("the document exhausted what a check may use")]
    Crashed,
    /// No worker could be had; says nothing of the document.
    #[error("no worker to check the document: {0}")]
    Unavailable(String),
}

#[derive(Debug)]
struct Shared {
    settings: CheckerSettings,
    slots: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

#[derive(Debug)]
struct Worker {
    // Owned so that dropping a worker, also when a request is cancelled, kills it.
    _process: Child,
    input: ChildStdin,
    output: ChildStdout,
    served: u32,
}

impl Checker {
    /// A checker without workers yet; they start when they are needed.
    #[must_use]
    pub fn new(settings: CheckerSettings) -> Self {
        let slots = Semaphore::new(settings.workers.max(1));
        Self { shared: Arc::new(Shared { settings, slots, idle: Mutex::default() }) }
    }

    /// Opens a document in a worker: gate, page sizes, findings, secrecy mark.
    pub async fn inspect(&self, document: Bytes) -> Result<Inspection, InspectError> {
        let settings = &self.shared.settings;
        let slot = tokio::time::timeout(settings.patience, self.shared.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else {
            return Err(InspectError::Unavailable("all are busy".to_owned()));
        };
        // A reused worker may have died of something else; only a fresh one's death is the
        // document's doing.
        let mut worker = self.worker()?;
        let reused = worker.served > 0;
        let mut answer = worker.ask_within(&document, settings.timeout).await;
        if reused && matches!(answer, Err(InspectError::Crashed)) {
            worker = Worker::start(settings)?;
            answer = worker.ask_within(&document, settings.timeout).await;
        }
        let answer = answer?;
        self.keep(worker);
        match answer {
            Answer::Inspected(inspection) => Ok(inspection),
            Answer::Refused(refusal) => Err(refusal.into()),
        }
    }

    fn worker(&self) -> Result<Worker, InspectError> {
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Worker::start(&self.shared.settings), Ok)
    }

    fn keep(&self, worker: Worker) {
        if worker.served < self.shared.settings.documents_per_worker {
            self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
    }
}

impl Worker {
    fn start(settings: &CheckerSettings) -> Result<Self, InspectError> {
        let unavailable = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, binary = %settings.binary.display(), "cannot start a worker");
            InspectError::Unavailable(error.to_string())
        };
        let mut process = Command::new(&settings.binary)
            .arg("worker")
            .arg(format!("--memory-mib={}", settings.limits.memory_mib))
            .arg(format!("--cpu-seconds={}", settings.limits.cpu_seconds))
            // Secrets of the server live in its environment.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C reaches the whole group of a terminal, but what is under way is finished.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| unavailable(&error))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { _process: process, input, output, served: 0 }),
            _ => Err(unavailable(&"no pipes")),
        }
    }

    async fn ask_within(
        &mut self,
        document: &[u8],
        limit: Duration,
    ) -> Result<Answer, InspectError> {
        match tokio::time::timeout(limit, self.ask(document)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a worker died over a document");
                Err(InspectError::Crashed)
            }
            Err(_elapsed) => {
                tracing::warn!("a document took too long to check");
                Err(InspectError::TimedOut)
            }
        }
    }

    async fn ask(&mut self, document: &[u8]) -> std::io::Result<Answer> {
        self.served += 1;
        send_document(&mut self.input, document).await?;
        receive_answer(&mut self.output).await
    }
}
