//! The server's side: a few reused workers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use trien_core::env::UnixSecond;
use trien_core::pdf::check::Finding;
use trien_core::pdf::fields::NewField;
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::placement::{NoPlace, Place, Wish};
use trien_core::pdf::read::Refusal;
use trien_core::pdf::recipe::Recipe;
use trien_core::pdf::revise::Delta;
use trien_core::wire::ImageView;

use super::confine::{Confinement, Hold, Limits};
use super::process::Worker;
use super::task::{Answer, Revisions, Task};
use crate::clean_copy::{ActiveContent, CleanCopy, NoCleanCopy};

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
    /// A revision that was asked for cannot be built on it.
    #[error("{0}")]
    NotBuilt(String),
    /// It took longer than the limit; the worker was killed.
    #[error("the document took too long to check")]
    TimedOut,
    /// The worker died over it: memory, stack or processor time ran out, or it was made to try what
    /// no worker may.
    #[error("the document exhausted what a check may use")]
    Crashed,
    /// No worker could be had; says nothing of the document.
    #[error("no worker to check the document: {0}")]
    Unavailable(String),
}

/// A revision to build: how it looks and when it is signed.
#[derive(Debug)]
pub struct Signing<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The pictures that it names.
    pub images: &'a [ImageView],
    /// When it is signed.
    pub signed_at: UnixSecond,
}

/// What a worker says of a document that somebody signs.
#[derive(Debug)]
pub struct Built {
    /// The structural check.
    pub findings: Vec<Finding>,
    /// The revision, if one was asked for.
    pub delta: Option<Delta>,
}

#[derive(Debug)]
struct Shared {
    settings: CheckerSettings,
    slots: Semaphore,
    idle: Mutex<Vec<Worker>>,
    told: Once,
}

impl Checker {
    /// A checker without workers yet; they start when they are needed.
    #[must_use]
    pub fn new(settings: CheckerSettings) -> Self {
        let slots = Semaphore::new(settings.workers.max(1));
        let shared = Shared { settings, slots, idle: Mutex::default(), told: Once::new() };
        Self { shared: Arc::new(shared) }
    }

    /// Opens a document in a worker: gate, page sizes, findings, secrecy mark.
    pub async fn inspect(&self, document: Bytes) -> Result<Inspection, InspectError> {
        match self.ask(&Task::Inspect, &document).await? {
            (Answer::Inspected(inspection), _) => Ok(inspection),
            (answer, _) => Err(unexpected(answer)),
        }
    }

    /// Finds where stamps beside a document's text go, one place for each wish.
    pub async fn place(
        &self,
        document: Bytes,
        wishes: &[Wish],
    ) -> Result<Result<Vec<Place>, NoPlace>, InspectError> {
        match self.ask(&Task::Place(wishes.into()), &document).await? {
            (Answer::Placed(places), _) if places.len() == wishes.len() => Ok(Ok(places)),
            (Answer::NotPlaced(why), _) => Ok(Err(why)),
            (answer, _) => Err(unexpected(answer)),
        }
    }

    /// Builds revisions on a document, to see that it can be done.
    pub async fn try_out<'a>(
        &self,
        document: Bytes,
        recipes: impl IntoIterator<Item = &'a Recipe>,
        images: &[ImageView],
        signed_at: UnixSecond,
    ) -> Result<(), InspectError> {
        let task = Task::Try(Revisions::new(recipes, images, signed_at));
        match self.ask(&task, &document).await? {
            (Answer::Tried, _) => Ok(()),
            (answer, _) => Err(unexpected(answer)),
        }
    }

    /// Finds what a signer should know of a document, and builds the revision that signs it.
    pub async fn build(
        &self,
        document: Bytes,
        signing: Option<Signing<'_>>,
    ) -> Result<Built, InspectError> {
        let task =
            Task::Build(signing.map(|signing| {
                Revisions::new([signing.recipe], signing.images, signing.signed_at)
            }));
        let asked = matches!(task, Task::Build(Some(_)));
        let (answer, bytes) = self.ask(&task, &document).await?;
        let (findings, hole) = match answer {
            Answer::Built(findings, hole) if hole.is_some() == asked => (findings, hole),
            answer => return Err(unexpected(answer)),
        };
        let delta = match hole {
            None => None,
            Some(hole) => {
                let delta = Delta::from_parts(bytes, document.len() as u64, hole);
                Some(delta.ok_or(InspectError::Crashed)?)
            }
        };
        Ok(Built { findings, delta })
    }

    /// Makes a clean copy of a document.
    pub async fn clean_copy(
        &self,
        document: Bytes,
        active: ActiveContent,
    ) -> Result<Result<CleanCopy, NoCleanCopy>, InspectError> {
        match self.ask(&Task::Copy(active), &document).await? {
            (Answer::Copied(account), bytes) => Ok(Ok(CleanCopy { bytes, account })),
            (Answer::NotCopied(why), _) => Ok(Err(why)),
            (answer, _) => Err(unexpected(answer)),
        }
    }

    /// The bytes that add empty text fields to a document, as one more revision.
    pub async fn add_fields(
        &self,
        document: Bytes,
        fields: &[NewField],
    ) -> Result<Vec<u8>, InspectError> {
        match self.ask(&Task::AddFields(fields.into()), &document).await? {
            (Answer::FieldsAdded, bytes) => Ok(bytes),
            (answer, _) => Err(unexpected(answer)),
        }
    }

    async fn ask(
        &self,
        task: &Task<'_>,
        document: &Bytes,
    ) -> Result<(Answer, Vec<u8>), InspectError> {
        let settings = &self.shared.settings;
        let task = serde_json::to_vec(task)
            .map_err(|error| InspectError::Unavailable(error.to_string()))?;
        let slot = tokio::time::timeout(settings.patience, self.shared.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else {
            return Err(InspectError::Unavailable("all are busy".to_owned()));
        };
        // A reused worker may have died of something else; only a fresh one's death is the
        // document's doing.
        let mut worker = self.worker().await?;
        let reused = worker.served > 0;
        let mut answer = worker.ask_within(&task, document, settings.timeout).await;
        if reused && matches!(answer, Err(InspectError::Crashed)) {
            worker = self.start().await?;
            answer = worker.ask_within(&task, document, settings.timeout).await;
        }
        let answer = answer?;
        self.keep(worker);
        Ok(answer)
    }

    async fn worker(&self) -> Result<Worker, InspectError> {
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(worker) => Ok(worker),
            None => self.start().await,
        }
    }

    async fn start(&self) -> Result<Worker, InspectError> {
        let worker = Worker::start(&self.shared.settings).await?;
        self.shared.told.call_once(|| tell(worker.confinement));
        Ok(worker)
    }

    fn keep(&self, worker: Worker) {
        if worker.served < self.shared.settings.documents_per_worker {
            self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
    }
}

/// Says once what the kernel holds workers to.
fn tell(confinement: Confinement) {
    let Confinement { landlock, seccomp } = confinement;
    if let (Hold::Full, Hold::Full) = (landlock, seccomp) {
        tracing::info!("workers have no files, no network and no processes of their own");
    } else {
        tracing::warn!(
            ?landlock,
            ?seccomp,
            "this kernel cannot confine workers wholly; limits of resources hold them"
        );
    }
}

/// An answer to another question than the one asked: only a document that has taken over its worker
/// makes it do that.
fn unexpected(answer: Answer) -> InspectError {
    match answer {
        Answer::Refused(refusal) => refusal.into(),
        Answer::NotBuilt(why) => InspectError::NotBuilt(why),
        _ => InspectError::Crashed,
    }
}
