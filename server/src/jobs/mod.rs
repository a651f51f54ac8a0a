//! Background work: rows of the database, claimed with a lease, retried with backoff and jitter.
//!
//! Every kind may run twice: a job that was claimed and never finished is claimed again when its
//! lease ends.

pub mod deliver;
mod limit;
pub mod mail;
pub mod push;
mod tails;

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, random};
use trien_core::id::{EntryId, JobId, RequestId};

use crate::app::App;
use crate::flow::{self, FlowError, account};
use crate::store::job::{Job, JobKind, claim, due, ensure, finish, reschedule};
use crate::store::{
    Stored as _, absence, delivery, device, key, mail as sent, push as wakes, session, waiting,
};
use crate::writer::{Commit, CommitError, Tx};

const TICK: Duration = Duration::from_secs(1);
const LEASE_SECONDS: i64 = 300;
const CLAIMS: u32 = 32;
const DAY_SECONDS: i64 = 86_400;
const SWEEP_SECONDS: i64 = 600;
/// A signed request is refused 300 s after its time; its nonce is kept thrice as long.
const NONCE_SECONDS: i64 = 900;
const IDEMPOTENCY_SECONDS: i64 = 7 * DAY_SECONDS;
/// A provider gives an address that has ended to nobody else, and an app does not keep it for long.
const DEAD_SECONDS: i64 = 180 * DAY_SECONDS;

/// A reminder says nothing any more after so long.
const REMINDED_SECONDS: i64 = 60 * DAY_SECONDS;

/// What document systems were told stays listed, and can be sent again, for so long.
const TOLD_SECONDS: i64 = 30 * DAY_SECONDS;

/// What is done again and again.
const RECURRING: [JobKind; 5] = [
    JobKind::RenewCrl,
    JobKind::Sweep,
    JobKind::ExpireCertificates,
    JobKind::Rejudge,
    JobKind::Digest,
];

/// The running worker.
#[derive(Debug)]
pub struct Jobs {
    stop: CancellationToken,
    tasks: [JoinHandle<()>; 6],
}

impl Jobs {
    /// Starts the workers.
    #[must_use]
    pub fn start(app: App) -> Self {
        let stop = CancellationToken::new();
        let tasks = [
            tokio::spawn(push::work(app.clone(), stop.clone())),
            tokio::spawn(deliver::work(app.clone(), stop.clone())),
            tokio::spawn(mail::work(app.clone(), stop.clone())),
            tokio::spawn(flow::events::follow(app.clone(), stop.clone())),
            tokio::spawn(flow::kept::renew(app.clone(), stop.clone())),
            tokio::spawn(work(app, stop.clone())),
        ];
        Self { stop, tasks }
    }

    /// Lets the present job finish, and ends.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a worker's task failed");
            }
        }
    }
}

async fn work(app: App, stop: CancellationToken) {
    begin(&app).await;
    loop {
        if let Err(error) = run_due(&app).await {
            tracing::warn!(%error, "background work was not looked at");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

async fn begin(app: &App) {
    let yesterday = app.clock().now().plus_seconds(-DAY_SECONDS).as_millis();
    let yesterday = UNIX_EPOCH + Duration::from_millis(u64::try_from(yesterday).unwrap_or(0));
    if let Err(error) = app.blobs().clear_temporaries(yesterday).await {
        tracing::warn!(%error, "temporary files were not removed");
    }
    let mut ids = RECURRING.map(|kind| (kind, JobId::generate(app.clock(), app.entropy())));
    ids.reverse();
    if let Err(error) = app.writer().commit(Ensure(ids)).await {
        tracing::warn!(%error, "recurring work was not planned");
    }
}

/// Does everything that is due now.
pub async fn run_due(app: &App) -> Result<(), FlowError> {
    tails::file(app).await?;
    let waiting = {
        let mut connection = app.store().reader().await?;
        due(&mut connection, app.clock().now(), 1).await?
    };
    if waiting.is_empty() {
        return Ok(());
    }
    let claimed = app.writer().commit(Claim).await?.value;
    for job in claimed.jobs {
        let next = match run(app, &job).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(kind = job.kind.to_raw(), attempts = job.attempts, %error, "a job failed");
                Next::Retry(error.to_string())
            }
        };
        let at = later(app, &job, &next);
        let end = End { job, lease: claimed.lease, next, at };
        app.writer().commit(end).await?;
    }
    Ok(())
}

/// What comes after a run.
enum Next {
    Done,
    Again { seconds: i64 },
    At(Timestamp),
    Retry(String),
}

async fn run(app: &App, job: &Job) -> Result<Next, FlowError> {
    match job.kind {
        // Of earlier versions; wake-ups have rows of their own.
        JobKind::Wake => Ok(Next::Done),
        JobKind::Remind => Ok(match flow::remind::run(app, subject(job)?).await? {
            Some(next) => Next::At(next),
            None => Next::Done,
        }),
        JobKind::Expire => {
            flow::expire(app, subject(job)?).await?;
            Ok(Next::Done)
        }
        JobKind::RenewCrl => {
            flow::crl::renew(app).await?;
            Ok(Next::Again { seconds: DAY_SECONDS })
        }
        JobKind::Sweep => {
            app.writer().commit(Sweep).await?;
            Ok(Next::Again { seconds: SWEEP_SECONDS })
        }
        JobKind::Rejudge => {
            let judged = flow::rejudge::run(app).await?;
            if let flow::rejudge::Rejudged::Applied { doubted, trusted } = judged {
                tracing::info!(doubted, trusted, "devices were compared with a new status list");
            }
            Ok(Next::Again { seconds: SWEEP_SECONDS })
        }
        JobKind::Digest => Ok(match flow::digest::run(app).await? {
            Some(next) => Next::At(next),
            // Rules that name no such mail hold until the server starts again.
            None => Next::Again { seconds: DAY_SECONDS },
        }),
        JobKind::Delegation => {
            let hash = Sha256::from_raw(job.subject.clone())?;
            Ok(match flow::delegate::turned(app, hash).await? {
                None => Next::Done,
                Some(at) => {
                    let seconds = at.get().saturating_sub(app.clock().now().second().get());
                    Next::Again { seconds: seconds.max(1) }
                }
            })
        }
        JobKind::DocumentSignature => {
            Ok(match flow::document_signature::end::expire(app, subject(job)?).await? {
                Some(until) => Next::At(until),
                None => Next::Done,
            })
        }
        JobKind::DocumentSigner => {
            let entry = EntryId::from_raw(job.subject.clone())?;
            Ok(match flow::document_signature::choose::begin(app, entry).await? {
                Some(begins) => Next::At(begins),
                None => Next::Done,
            })
        }
        JobKind::ExpireCertificates => {
            flow::register::expire(app).await?;
            Ok(Next::Again { seconds: SWEEP_SECONDS })
        }
    }
}

fn subject(job: &Job) -> Result<RequestId, FlowError> {
    Ok(RequestId::from_raw(job.subject.clone())?)
}

// 10 s, doubled each time up to an hour, a quarter more or less so that failures do not march in
// step.
fn later(app: &App, job: &Job, next: &Next) -> Timestamp {
    let now = app.clock().now();
    match next {
        Next::Done => now,
        Next::Again { seconds } => now.plus_seconds(*seconds),
        Next::At(at) => *at,
        Next::Retry(_) => {
            let base = 10_i64 << job.attempts.min(8);
            let base = base.min(3_600);
            let [jitter] = random::<1>(app.entropy());
            now.plus_seconds(base * 3 / 4 + base * i64::from(jitter) / 512)
        }
    }
}

struct Ensure([(JobKind, JobId); 5]);

#[async_trait]
impl Commit for Ensure {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        for (kind, id) in self.0 {
            ensure(tx.connection(), id, kind, now, now).await?;
        }
        Ok(())
    }
}

struct Claim;

struct Claimed {
    jobs: Vec<Job>,
    lease: Timestamp,
}

#[async_trait]
impl Commit for Claim {
    type Done = Claimed;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Claimed, CommitError> {
        let now = tx.now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        let mut jobs = Vec::new();
        for mut job in due(tx.connection(), now, CLAIMS).await? {
            if claim(tx.connection(), job.id, lease, now).await? == 1 {
                job.attempts += 1;
                jobs.push(job);
            }
        }
        Ok(Claimed { jobs, lease })
    }
}

struct End {
    job: Job,
    lease: Timestamp,
    next: Next,
    at: Timestamp,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (id, lease, at) = (self.job.id, self.lease, self.at);
        match &self.next {
            Next::Done => finish(tx.connection(), id, lease).await?,
            Next::Again { .. } | Next::At(_) => {
                reschedule(tx.connection(), id, lease, at, None, 0).await?
            }
            Next::Retry(error) => {
                let attempts = self.job.attempts;
                reschedule(tx.connection(), id, lease, at, Some(error), attempts).await?
            }
        };
        Ok(())
    }
}

struct Sweep;

#[async_trait]
impl Commit for Sweep {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        device::sweep_nonces(tx.connection(), now.plus_seconds(-NONCE_SECONDS)).await?;
        key::forget(tx.connection(), now.plus_seconds(-IDEMPOTENCY_SECONDS)).await?;
        let begun = now.plus_seconds(-account::MAX_AGE_SECONDS);
        let used = now.plus_seconds(-account::MAX_IDLE_SECONDS);
        session::forget(tx.connection(), begun, used).await?;
        wakes::sweep(tx.connection(), now.plus_seconds(-DEAD_SECONDS)).await?;
        absence::sweep(tx.connection(), now).await?;
        waiting::sweep(tx.connection(), now.plus_seconds(-REMINDED_SECONDS)).await?;
        sent::give_up(tx.connection(), now.plus_seconds(-mail::GIVE_UP_SECONDS), now).await?;
        sent::sweep(tx.connection(), now.plus_seconds(-TOLD_SECONDS)).await?;
        delivery::sweep(tx.connection(), now.plus_seconds(-TOLD_SECONDS)).await?;
        Ok(())
    }
}
