//! Queueing a document.
//!
//! Everything is checked before the first byte is stored: of a refused document there is no file, no
//! row, no log line and no title.

mod enqueue;
mod files;
mod once;
mod places;
mod recipes;

use bytes::Bytes;
use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::document::{DocumentRef, PDF};
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::pdf::inspect::{Inspection, looks_like_pdf};
use trien_core::request::{Role as StepRole, Route};
use trien_core::wire::{Absence, Submission, Submitted};

use self::enqueue::{ByClerk, Enqueue};
use self::files::{check_sizes, inspect, named, store};
use self::once::{Once, digest, once};
use self::recipes::Recipes;
use super::account::Officer;
use super::act::Acted;
use super::key::{self, ApiCaller, Scope};
use super::notices::Waiting;
use super::{FlowError, Thing, copies, numbers, remind, supersede, templates};
use crate::app::App;
use crate::blobs::Held;
use crate::store::key::Remembered;
use crate::store::queue::NewRequest;
use crate::store::{absence, directory};
use crate::writer::Committed;

/// A request ends by itself after this, in seconds, when its submission does not say.
const DEFAULT_LIFE_SECONDS: i64 = 30 * 86_400;
/// The longest life of a request, in seconds.
const MAX_LIFE_SECONDS: i64 = 366 * 86_400;
/// The furthest deadline, in working hours: about a year.
const MAX_WITHIN_HOURS: u32 = 2000;

/// A file that came with a submission.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its file name, for people and for references from the description.
    pub name: String,
    /// Its media type as declared.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// All parts of `POST /api/v1/requests`.
#[derive(Clone, Debug)]
pub struct Package {
    /// The description.
    pub submission: Submission,
    /// The document to sign.
    pub document: Upload,
    /// What belongs to it.
    pub attachments: Vec<Upload>,
    /// Stamp pictures, PNG, by file name.
    pub images: Vec<Upload>,
    /// The caller's key: 1 to 255 visible ASCII characters. The same key with the same package gives
    /// the same answer.
    pub idempotency_key: String,
}

/// Checks and queues a document. Nothing of a refused one is kept.
pub async fn submit(
    app: &App,
    caller: &ApiCaller,
    package: Package,
) -> Result<Submitted, FlowError> {
    caller.require(Scope::Submit)?;
    let digest = digest(&package)?;
    let Queue { files, commit } = match once(app, caller, package, digest).await? {
        Once::Answered(answer) => return Ok(answer),
        Once::New(queue) => *queue,
    };
    let files = store(app, &files).await?;
    settle(app.writer().commit(commit).await, files)
}

/// The same for somebody who signed in and submits for the caller's unit: the statement names who, and
/// the queue is empty again if they are no clerk any more when it is written.
pub(super) async fn by_officer(
    app: &App,
    officer: &Officer,
    mut package: Package,
) -> Result<Submitted, FlowError> {
    let (caller, make) = key::of_console(app, package.submission.unit).await?;
    let digest = digest(&package)?;
    // All clerks of a unit share its queue; each counts for themselves.
    package.idempotency_key = format!("{}/{}", officer.account, package.idempotency_key);
    let Queue { files, commit } = match once(app, &caller, package, digest).await? {
        Once::Answered(answer) => return Ok(answer),
        Once::New(queue) => *queue,
    };
    let files = store(app, &files).await?;
    let commit = ByClerk { clerk: officer.account, make, commit };
    settle(app.writer().commit(Acted(officer.act(None), commit)).await, files)
}

/// Keeps the files of what was, or may have been, written.
fn settle(
    written: Result<Committed<Submitted>, FlowError>,
    files: Vec<Held>,
) -> Result<Submitted, FlowError> {
    match written {
        Ok(done) => {
            files.into_iter().for_each(Held::keep);
            Ok(done.value)
        }
        // It may be on disk: its files must be, too.
        Err(unknown @ FlowError::Unavailable(_)) => {
            files.into_iter().for_each(Held::keep);
            Err(unknown)
        }
        Err(error) => Err(error),
    }
}

/// A checked submission: what to store, then what to write.
struct Queue {
    files: Vec<Bytes>,
    commit: Enqueue,
}

async fn prepare(
    app: &App,
    caller: &ApiCaller,
    package: Package,
    digest: Sha256,
) -> Result<Queue, FlowError> {
    let Package { mut submission, mut document, attachments, images, idempotency_key } = package;
    submission.classification.admit().map_err(|_| FlowError::SecretGrade)?;
    if submission.unit != caller.unit {
        return Err(FlowError::Forbidden);
    }
    check_sizes(&document, &attachments, &images)?;
    let template = {
        let mut connection = app.store().reader().await?;
        templates::fill(&mut connection, &mut submission).await?
    };
    copies::check(&submission.copies)?;
    numbers::prepare(&mut submission)?;
    let now = app.clock().now();
    let expires_at = expiry(submission.expires_at, now)?;
    let due_at = deadline(app, submission.within_hours, now, expires_at)?;
    let inspection = with_fields(app, &submission, &mut document).await?;
    for attachment in attachments.iter().filter(|file| looks_like_pdf(&file.bytes)) {
        inspect(app, attachment.bytes.clone()).await?;
    }
    let route = route(&submission)?;
    let id = RequestId::generate(app.clock(), app.entropy());
    let places = places::find_places(app, &submission, &inspection, document.bytes.clone()).await?;
    let (recipes, revision, absent) = {
        let mut connection = app.store().reader().await?;
        let absent = absent(&mut connection, &submission, now).await?;
        let revision = match submission.supersedes {
            Some(earlier) => {
                supersede::next_version(&mut connection, earlier, submission.unit).await?
            }
            None => 1,
        };
        let unit = directory::unit(&mut connection, submission.unit).await?;
        let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
        let wished = (&submission, places);
        (
            recipes::build(&mut connection, id, &unit.view, wished, &inspection, images).await?,
            revision,
            absent,
        )
    };
    let recipes = recipes::try_out(app, recipes, document.bytes.clone(), now).await?;
    let Recipes { by_step, images } = recipes;
    let Inspection { sha256, size, .. } = inspection;
    let main = DocumentRef { sha256, size, media_type: PDF.to_owned() };
    let (documents, files) = named(main.clone(), document, attachments)?;
    let answer = Submitted { request: id, document: main, queued_at: now, absent };
    let waiting = Waiting {
        urgency: submission.metadata.urgency,
        since: now.second(),
        due: due_at.map(Timestamp::second),
        reminded: None,
        escalated: false,
    };
    let remind_at = remind::first(app, &waiting);
    let request = NewRequest {
        id,
        unit: submission.unit,
        submitter: caller.key,
        revision,
        supersedes: submission.supersedes,
        numbering: submission.numbering,
        template,
        on_paper: submission.on_paper,
        copies: submission.copies,
        metadata: submission.metadata,
        expires_at,
        due_at,
        route,
        recipes: by_step,
    };
    let remembered = Remembered { package: digest, answer };
    let commit = Enqueue { request, documents, images, idempotency_key, remembered, remind_at };
    Ok(Queue { files, commit })
}

/// The document as it will be queued: with the fields that were asked for, and what is in it then.
async fn with_fields(
    app: &App,
    submission: &Submission,
    document: &mut Upload,
) -> Result<Inspection, FlowError> {
    let inspection = inspect(app, document.bytes.clone()).await?;
    if submission.sha256.is_some_and(|expected| expected != inspection.sha256) {
        return Err(FlowError::WrongDigest);
    }
    if submission.fields.is_empty() {
        return Ok(inspection);
    }
    let fields = places::new_fields(&submission.fields, &inspection)?;
    let added = app.checker().add_fields(document.bytes.clone(), &fields).await?;
    document.bytes = [&document.bytes[..], &added].concat().into();
    inspect(app, document.bytes.clone()).await
}

fn expiry(asked: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, FlowError> {
    let expires_at = asked.unwrap_or_else(|| now.plus_seconds(DEFAULT_LIFE_SECONDS));
    if expires_at <= now || expires_at > now.plus_seconds(MAX_LIFE_SECONDS) {
        let rule = "a request ends in the future, within 366 days";
        return Err(FlowError::InvalidSubmission(rule.to_owned()));
    }
    Ok(expires_at)
}

fn deadline(
    app: &App,
    hours: Option<u32>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<Timestamp>, FlowError> {
    let Some(hours) = hours else { return Ok(None) };
    let refused = |rule: &str| FlowError::InvalidSubmission(rule.to_owned());
    if !(1..=MAX_WITHIN_HOURS).contains(&hours) {
        return Err(refused("a deadline is 1 to 2,000 working hours away"));
    }
    match app.calendar().after(now.second(), hours * 3600) {
        Some(due) if due.timestamp() <= expires_at => Ok(Some(due.timestamp())),
        _ => Err(refused("the deadline lies after the end of the request: give it longer")),
    }
}

/// Signers who are away, or will be.
async fn absent(
    connection: &mut AnyConnection,
    submission: &Submission,
    now: Timestamp,
) -> Result<Vec<Absence>, FlowError> {
    let mut found: Vec<Absence> = Vec::new();
    for signer in submission.steps.iter().flat_map(|step| &step.signers) {
        if found.iter().all(|absent| absent.person != signer.person) {
            found.extend(absence::one(connection, signer.person, now).await?);
        }
    }
    Ok(found)
}

fn route(submission: &Submission) -> Result<Route, FlowError> {
    if submission.steps.iter().any(|step| step.role == StepRole::Receive) {
        let rule = "nobody decides in a step of the role receive";
        return Err(FlowError::InvalidSubmission(rule.to_owned()));
    }
    let steps = submission.steps.iter().map(|step| {
        let people = step.signers.iter().map(|signer| signer.person).collect();
        (step.role, step.quorum, people)
    });
    Route::start(steps.collect()).map_err(|error| FlowError::InvalidSubmission(error.to_string()))
}
