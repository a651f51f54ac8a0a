//! Queueing a document.
//!
//! Everything is checked before the first byte is stored: of a refused document there is no file, no
//! row, no log line and no title.

mod places;
mod recipes;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use trien_core::change::Outcome;
use trien_core::digest::Sha256;
use trien_core::document::{DocumentRef, MAX_DOCUMENT_BYTES, PDF};
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, RequestId};
use trien_core::pdf::inspect::{Inspection, SecrecyMark, looks_like_pdf};
use trien_core::request::{Role as StepRole, Route, RouteState};
use trien_core::wire::{ImageView, Submission, Submitted};

use self::recipes::Recipes;
use super::account::{self, Officer, Role};
use super::act::Acted;
use super::changes::{self, News};
use super::key::{self, ApiCaller, MakeOfConsole, Scope};
use super::{FlowError, Thing, numbers, push, supersede};
use crate::app::App;
use crate::blobs::Held;
use crate::flow::act::kind::Kind;
use crate::store::document::{self, NewRevision};
use crate::store::job::JobKind;
use crate::store::key::{Remembered, remember, remembered, unit_of};
use crate::store::request::{self, NewRequest};
use crate::store::{directory, reshape};
use crate::writer::{Commit, CommitError, Committed, Tx};

/// A request ends by itself after this, in seconds, when its submission does not say.
const DEFAULT_LIFE_SECONDS: i64 = 30 * 86_400;
/// The longest life of a request, in seconds.
const MAX_LIFE_SECONDS: i64 = 366 * 86_400;
const REMIND_SECONDS: i64 = 86_400;
const MAX_ATTACHMENTS: usize = 64;
const MAX_IMAGES: usize = 32;
const MAX_NAME_CHARACTERS: usize = 255;
const MAX_MEDIA_TYPE_BYTES: usize = 127;

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

/// What a submission is.
enum Once {
    /// The second one of what was taken before, with the answer that the first one got.
    Answered(Submitted),
    /// A new one, checked.
    New(Box<Queue>),
}

async fn once(
    app: &App,
    caller: &ApiCaller,
    package: Package,
    digest: Sha256,
) -> Result<Once, FlowError> {
    let name = package.idempotency_key.clone();
    if let Some(answer) = answered(app, caller, &name, &digest).await? {
        return Ok(Once::Answered(answer));
    }
    match prepare(app, caller, package, digest).await {
        Ok(queue) => Ok(Once::New(Box::new(queue))),
        // While it was looked at, the first one may have been taken, and stand in its way.
        Err(refused) => match answered(app, caller, &name, &digest).await? {
            Some(answer) => Ok(Once::Answered(answer)),
            None => Err(refused),
        },
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
    numbers::prepare(&mut submission)?;
    let now = app.clock().now();
    let expires_at = expiry(submission.expires_at, now)?;
    let inspection = with_fields(app, &submission, &mut document).await?;
    for attachment in attachments.iter().filter(|file| looks_like_pdf(&file.bytes)) {
        inspect(app, attachment.bytes.clone()).await?;
    }
    let route = route(&submission)?;
    let id = RequestId::generate(app.clock(), app.entropy());
    let places = places::find_places(app, &submission, &inspection, document.bytes.clone()).await?;
    let (recipes, revision) = {
        let mut connection = app.store().reader().await?;
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
        )
    };
    let recipes = recipes::try_out(app, recipes, document.bytes.clone(), now).await?;
    let Recipes { by_step, images } = recipes;
    let Inspection { sha256, size, .. } = inspection;
    let main = DocumentRef { sha256, size, media_type: PDF.to_owned() };
    let (documents, files) = named(main.clone(), document, attachments)?;
    let answer = Submitted { request: id, document: main, queued_at: now };
    let request = NewRequest {
        id,
        unit: submission.unit,
        submitter: caller.key,
        revision,
        supersedes: submission.supersedes,
        numbering: submission.numbering,
        metadata: submission.metadata,
        expires_at,
        route,
        recipes: by_step,
    };
    let remembered = Remembered { package: digest, answer };
    let commit = Enqueue { request, documents, images, idempotency_key, remembered };
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

/// The documents by name and digest, the main one first, and their bytes in the same order.
fn named(
    main: DocumentRef,
    document: Upload,
    attachments: Vec<Upload>,
) -> Result<(Vec<Named>, Vec<Bytes>), FlowError> {
    let mut documents = vec![Named { name: file_name(&document.name), document: main }];
    let mut files = vec![document.bytes];
    for attachment in attachments {
        let document = DocumentRef {
            sha256: Sha256::of(&attachment.bytes),
            size: attachment.bytes.len() as u64,
            media_type: media_type(&attachment.media_type)?,
        };
        documents.push(Named { name: file_name(&attachment.name), document });
        files.push(attachment.bytes);
    }
    Ok((documents, files))
}

/// Opens a PDF in a worker and refuses what must not or cannot be handled. So it is with attachments:
/// of one that cannot be opened nobody can say that it bears no secrecy mark.
async fn inspect(app: &App, bytes: Bytes) -> Result<Inspection, FlowError> {
    let inspection = app.checker().inspect(bytes).await?;
    match inspection.secrecy {
        SecrecyMark::Present => Err(FlowError::SecretGrade),
        SecrecyMark::Absent | SecrecyMark::Unreadable => Ok(inspection),
    }
}

fn check_sizes(
    document: &Upload,
    attachments: &[Upload],
    images: &[Upload],
) -> Result<(), FlowError> {
    let mut files = std::iter::once(document).chain(attachments);
    if files.any(|file| file.bytes.len() as u64 > MAX_DOCUMENT_BYTES) {
        return Err(FlowError::document_too_large());
    }
    let too_many = |what: &str| Err(FlowError::InvalidSubmission(what.to_owned()));
    if attachments.len() > MAX_ATTACHMENTS {
        return too_many("a request has at most 64 attachments");
    }
    if images.len() > MAX_IMAGES {
        return too_many("a request has at most 32 images");
    }
    Ok(())
}

fn expiry(asked: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, FlowError> {
    let expires_at = asked.unwrap_or_else(|| now.plus_seconds(DEFAULT_LIFE_SECONDS));
    if expires_at <= now || expires_at > now.plus_seconds(MAX_LIFE_SECONDS) {
        let rule = "a request ends in the future, within 366 days";
        return Err(FlowError::InvalidSubmission(rule.to_owned()));
    }
    Ok(expires_at)
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

// What a browser or a script sent as a file name is shown to people: one line, no path.
fn file_name(sent: &str) -> String {
    let base = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        base.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARACTERS).collect();
    if clean.trim().is_empty() { "document".to_owned() } else { clean.trim().to_owned() }
}

// It becomes part of the statement that is signed: `type/subtype` in the letters of RFC 6838 §4.2,
// its parameters left out.
fn media_type(sent: &str) -> Result<String, FlowError> {
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let name = |part: &str| {
        let letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.bytes().all(letter)
    };
    match essence.split_once('/') {
        Some((kind, of)) if essence.len() <= MAX_MEDIA_TYPE_BYTES && name(kind) && name(of) => {
            Ok(essence.to_ascii_lowercase())
        }
        _ => Err(FlowError::BadRequest("an attachment has no usable media type".to_owned())),
    }
}

/// Identifies a package: the description and every file with its role and name.
fn digest(package: &Package) -> Result<Sha256, FlowError> {
    let visible = package.idempotency_key.bytes().all(|b| b.is_ascii_graphic());
    if !visible || !(1..=255).contains(&package.idempotency_key.len()) {
        let rule = "an idempotency key has 1 to 255 visible ASCII characters";
        return Err(FlowError::BadRequest(rule.to_owned()));
    }
    let list = |files: &[Upload]| -> Vec<serde_json::Value> {
        let one = |file: &Upload| json!([file.name, file.media_type, Sha256::of(&file.bytes)]);
        files.iter().map(one).collect()
    };
    let whole = json!({
        "submission": package.submission,
        "document": list(std::slice::from_ref(&package.document)),
        "attachments": list(&package.attachments),
        "images": list(&package.images),
    });
    Ok(Sha256::of(whole.to_string().as_bytes()))
}

async fn answered(
    app: &App,
    caller: &ApiCaller,
    key: &str,
    digest: &Sha256,
) -> Result<Option<Submitted>, FlowError> {
    let mut connection = app.store().reader().await?;
    match remembered(&mut connection, caller.key, key).await? {
        None => Ok(None),
        Some(earlier) if earlier.package == *digest => Ok(Some(earlier.answer)),
        Some(_) => Err(FlowError::IdempotencyConflict),
    }
}

async fn store(app: &App, files: &[Bytes]) -> Result<Vec<Held>, FlowError> {
    let mut held = Vec::with_capacity(files.len());
    for bytes in files {
        held.push(app.blobs().put(bytes.clone(), app.entropy()).await?);
    }
    Ok(held)
}

#[derive(Debug)]
struct Named {
    name: String,
    document: DocumentRef,
}

struct Enqueue {
    request: NewRequest,
    documents: Vec<Named>,
    images: Vec<ImageView>,
    idempotency_key: String,
    remembered: Remembered,
}

#[async_trait]
impl Commit for Enqueue {
    type Done = Submitted;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Submitted, CommitError> {
        let (id, now, key) = (self.request.id, tx.now(), self.request.submitter);
        self.require_key(tx).await?;
        let name = &self.idempotency_key;
        if remember(tx.connection(), key, name, &self.remembered, now).await? == 0 {
            return match remembered(tx.connection(), key, name).await? {
                Some(earlier) if earlier.package == self.remembered.package => Ok(earlier.answer),
                _ => Err(FlowError::IdempotencyConflict.into()),
            };
        }
        let change = tx.next_change();
        request::insert(tx.connection(), &self.request, now, change).await?;
        for (place, named) in (0..).zip(&self.documents) {
            self.insert_document(tx, place, named).await?;
        }
        for image in &self.images {
            document::use_image(tx.connection(), id, image).await?;
        }
        tx.state(Kind::RequestQueued, id.as_bytes(), &self.statement()).await?;
        let of = &self.request;
        numbers::bind(tx, id, of.unit, &of.metadata, of.supersedes).await?;
        if let Some(earlier) = of.supersedes {
            supersede::supersede(tx, earlier, id, of.unit).await?;
        }
        if let RouteState::Open { step } = of.route.state() {
            numbers::give(tx, id, step).await?;
        }
        push::wake(tx, id, change).await?;
        changes::note(tx, id, change, News::of(Outcome::Queued)).await?;
        tx.schedule(JobKind::Remind, id.as_bytes(), now.plus_seconds(REMIND_SECONDS)).await?;
        tx.schedule(JobKind::Expire, id.as_bytes(), self.request.expires_at).await?;
        Ok(self.remembered.answer.clone())
    }
}

/// What a clerk queues.
struct ByClerk {
    clerk: AccountId,
    make: Option<MakeOfConsole>,
    commit: Enqueue,
}

#[async_trait]
impl Commit for ByClerk {
    type Done = Submitted;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Submitted, CommitError> {
        // While the document was checked, the role may have been taken away.
        account::require_role(tx, self.clerk, self.commit.request.unit, Role::Clerk).await?;
        if let Some(make) = &mut self.make {
            self.commit.request.submitter = make.make(tx).await?;
        }
        self.commit.apply(tx).await
    }
}

impl Enqueue {
    /// While the document was checked, the key may have ended or gone to another unit with its own.
    async fn require_key(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let unit = unit_of(tx.connection(), self.request.submitter).await?;
        let unit = unit.ok_or(FlowError::Unauthenticated)?;
        if unit != self.request.unit {
            return Err(FlowError::Forbidden.into());
        }
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        Ok(())
    }

    async fn insert_document(
        &self,
        tx: &mut Tx<'_>,
        place: u32,
        named: &Named,
    ) -> Result<(), CommitError> {
        let (id, now) = (self.request.id, tx.now());
        let of = &named.document;
        document::insert(tx.connection(), &of.sha256, of.size, now).await?;
        document::attach(tx.connection(), id, place, &named.name, &of.media_type).await?;
        let revision = NewRevision {
            request: id,
            place,
            number: 0,
            sha256: of.sha256,
            size: of.size,
            part: of.sha256,
            tail: None,
            decision: None,
        };
        document::insert_revision(tx.connection(), &revision, now).await?;
        Ok(())
    }

    fn statement(&self) -> serde_json::Value {
        let documents: Vec<_> = self.documents.iter().map(|named| &named.document).collect();
        let recipes: Vec<Vec<Option<Sha256>>> = self
            .request
            .recipes
            .iter()
            .map(|step| step.iter().map(|r| r.as_ref().map(|r| Sha256::of(r))).collect())
            .collect();
        let signers: Vec<Vec<_>> = self
            .request
            .route
            .steps()
            .iter()
            .map(|step| step.signers.iter().map(|signer| signer.person).collect())
            .collect();
        let mut statement = json!({
            "request": self.request.id,
            "unit": self.request.unit,
            "metadata": self.request.metadata,
            "documents": documents,
            "signers": signers,
            "recipes": recipes,
            "expires_at": self.request.expires_at,
            "before": null,
            "after": { "state": "open" },
        });
        if let Some(earlier) = self.request.supersedes {
            statement["supersedes"] = json!(earlier);
        }
        statement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_one_line_without_a_path() {
        assert_eq!(file_name("../../etc/Quyết định.pdf"), "Quyết định.pdf");
        assert_eq!(file_name("C:\\a\\b.pdf"), "b.pdf");
        assert_eq!(file_name("a\u{0}\nb.pdf"), "ab.pdf");
        assert_eq!(file_name("  "), "document");
        assert_eq!(file_name(&"x".repeat(300)).len(), 255);
    }
}
