//! What the companion remembers, on disk and while it runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::decision::{Decision, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document::DocumentRef;
use crate::enrollment::ComparisonCode;
use crate::env::UnixSecond;
use crate::id::{DeviceId, InvitationId, RequestId};
use crate::pdf::render::Drawing;
use crate::problem::ProblemKind;
use crate::receipt::Receipt;
use crate::request::StepNumber;
use crate::wire::{
    Base64, DecisionSubmission, EnrollmentChallenge, EnrollmentKeys, Profile, RequestView, TaskView,
};

use super::error::Waiting;
use super::records::{
    Decided, EnrollmentPreview, Erasure, HeldSlip, InboxItem, Opened, OutboxEntry, SheetId,
};
use super::store::{Folder, StorageError};
use super::transport::Connection;

pub(super) const DEVICE: &str = "device.json";
pub(super) const ENROLLMENT: &str = "enrollment.json";
pub(super) const SYNC: &str = "sync.json";
pub(super) const CRLS: &str = "crls.json";
pub(super) const ANCHORS: &str = "anchors.json";

/// Not sealed: it is read when no key is left.
pub(super) const ERASED: &str = "erased.json";

/// An enrolled device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Device {
    pub server: String,
    pub profile: Profile,
    #[serde(default)]
    pub replacement: Replacement,
}

/// Whether a device asked to be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Replacement {
    /// It did not.
    #[default]
    Unasked,
    /// It did, because its approval key is gone: nothing is lost by making other keys.
    Asked,
}

/// An enrollment under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub(super) enum Enrollment {
    /// The server said whose slip it is; the officer has to begin.
    Slip(Box<SlipHeld>),
    /// The server proved itself.
    Invited(Box<Invited>),
    /// The keys message is made: final for its challenge, whether or not it arrived.
    Sent(Box<Sent>),
}

/// A slip that the server knew.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SlipHeld {
    /// Its link; nothing in it is secret.
    pub link: String,
    pub held: HeldSlip,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Invited {
    /// Which invitation; its link holds a secret, and is in the secret store.
    pub invitation: InvitationId,
    pub server: String,
    pub challenge: EnrollmentChallenge,
}

impl Invited {
    pub fn preview(&self) -> EnrollmentPreview {
        EnrollmentPreview {
            server: self.server.clone(),
            person: self.challenge.person.clone(),
            unit: self.challenge.unit.clone(),
            prompt_policy: self.challenge.prompt_policy,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sent {
    pub invited: Invited,
    pub message: EnrollmentKeys,
    /// DER `SubjectPublicKeyInfo` of the approval key.
    pub approval_key: Base64,
    pub answered: Option<Answered>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answered {
    pub device: DeviceId,
    pub code: ComparisonCode,
}

/// What the last sync left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SyncRecord {
    pub cursor: u64,
    /// The newest checkpoint that was verified, a note.
    pub checkpoint: Option<String>,
    pub clock_offset_ms: i64,
    /// Whether the server was asked, from the first change on, for what may be decided in another's place.
    #[serde(default)]
    pub delegations: bool,
    /// The same for tasks whose documents a foreign key signs.
    #[serde(default)]
    pub document_signers: bool,
    /// When the last whole sync ended, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_at: Option<UnixSecond>,
    /// The checkpoints of receipts, notes, each until a sync has joined it to the log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<String>,
    /// A contradiction of the log; nothing is decided while it stands.
    pub alarm: Option<Alarm>,
}

impl SyncRecord {
    /// Receipts that were joined to the log wait no more.
    pub fn forget(&mut self, joined: &[String]) {
        self.receipts.retain(|note| !joined.contains(note));
    }
}

/// A contradiction, with both notes: they prove it to anybody who has the log's key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Alarm {
    pub at: UnixSecond,
    pub what: String,
    pub known: Option<String>,
    pub presented: String,
}

/// What is left where everything was erased; nothing in it names a person or a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ErasedRecord {
    pub why: Erasure,
    /// By this device's clock.
    pub at: UnixSecond,
    /// A log that goes on with another past is found out also by the next device here.
    pub log: Option<KnownLog>,
}

/// What was known of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KnownLog {
    pub key: String,
    pub sync: SyncRecord,
}

/// Everything that is on disk but documents.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub device: Option<Device>,
    pub enrollment: Option<Enrollment>,
    pub sync: SyncRecord,
    pub requests: BTreeMap<RequestId, RequestView>,
    pub outbox: BTreeMap<DecisionHash, Row>,
    pub erased: Option<ErasedRecord>,
}

impl Remembered {
    pub fn load(folder: &Folder) -> Result<Self, StorageError> {
        let outbox = folder.load_all::<Row>("outbox")?;
        let mut sync: SyncRecord = folder.load(SYNC)?.unwrap_or_default();
        let (requests, damaged) = folder.load_sound::<RequestView>("requests")?;
        if !damaged.is_empty() {
            // The server has them. First it is asked for all, so that none of these is missed.
            sync.cursor = 0;
            folder.save(SYNC, &sync)?;
            damaged.iter().try_for_each(|name| folder.remove(name))?;
        }
        Ok(Self {
            device: folder.load(DEVICE)?,
            enrollment: folder.load(ENROLLMENT)?,
            sync,
            requests: requests.into_iter().map(|view| (view.id, view)).collect(),
            outbox: outbox.into_iter().map(|row| (row.decision, row)).collect(),
            erased: folder.load_plain(ERASED)?,
        })
    }
}

/// One decision, from before it is sent until its receipt verifies, and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub decision: DecisionHash,
    pub request: RequestId,
    pub step: StepNumber,
    pub verb: Verb,
    pub subject: String,
    pub signed_at: UnixSecond,
    /// The body as it is sent, the same bytes each time.
    pub body: Base64,
    pub end: RowEnd,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub(super) enum RowEnd {
    /// To be sent, again if need be.
    Open {
        /// What the last try met, for people.
        last: Option<LastTry>,
    },
    /// The receipt verifies.
    Recorded { receipt: Box<Receipt> },
    /// The receipt of the refusal verifies.
    Refused { why: ProblemKind, receipt: Box<Receipt> },
}

/// What a try to send met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LastTry {
    pub problem: Option<ProblemKind>,
    pub text: String,
}

impl Row {
    pub fn name(&self) -> String {
        format!("outbox/{}.json", self.decision)
    }

    pub fn is_open(&self) -> bool {
        matches!(self.end, RowEnd::Open { .. })
    }

    /// Whether this row keeps its request from being decided again. One that the server answered
    /// with "stale revision" can never be recorded: the document it signs is not current any more.
    ///
    /// `undone` are decisions that were recorded, and for which no document signature came.
    pub fn blocks(&self, undone: &[DecisionHash]) -> bool {
        match &self.end {
            RowEnd::Open { last } => {
                let problem = last.as_ref().and_then(|last| last.problem);
                problem != Some(ProblemKind::StaleRevision)
            }
            RowEnd::Recorded { .. } => !undone.contains(&self.decision),
            RowEnd::Refused { .. } => false,
        }
    }

    pub fn entry(&self) -> OutboxEntry {
        let state = match &self.end {
            RowEnd::Open { last: None } => {
                Decided::Waiting(Waiting::Unreachable("not sent".into()))
            }
            RowEnd::Open { last: Some(last) } => {
                Decided::Waiting(Waiting::Problem(last.text.clone()))
            }
            RowEnd::Recorded { receipt } => Decided::Recorded(receipt.clone()),
            RowEnd::Refused { why, receipt } => {
                Decided::Refused { why: *why, receipt: receipt.clone() }
            }
        };
        OutboxEntry {
            decision: self.decision,
            request: self.request,
            step: self.step,
            verb: self.verb,
            subject: self.subject.clone(),
            signed_at: self.signed_at,
            state,
        }
    }
}

/// What was shown to the person: all that must not change before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub revision: u32,
    pub task: Option<TaskView>,
    pub documents: Vec<DocumentRef>,
}

impl Shown {
    pub fn of(view: &RequestView) -> Self {
        Self {
            revision: view.revision,
            task: view.task.clone(),
            documents: view.documents.iter().map(|document| document.current.clone()).collect(),
        }
    }

    pub fn main(&self) -> Option<&DocumentRef> {
        self.documents.first()
    }

    /// Whether the task is the same and only the main document has other bytes.
    pub fn differs_in_main_document_only(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.task == other.task
            && self.documents.len() == other.documents.len()
            && self.documents.iter().skip(1).eq(other.documents.iter().skip(1))
    }
}

/// A request that was opened while the companion runs.
#[derive(Clone, Debug)]
pub(super) struct OpenedRequest {
    pub shown: Shown,
    pub opened: Opened,
}

/// A sheet that is open.
#[derive(Clone, Debug)]
pub(super) struct OpenSheet {
    pub id: SheetId,
    pub request: RequestId,
    pub shown: Shown,
    pub renew_at: UnixSecond,
    pub plan: Plan,
}

/// What approving a sheet signs.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub decision: Decision,
    /// The checkpoint that the decision names, a note.
    pub checkpoint: String,
    /// When the document is signed.
    pub revision: Option<BuiltRevision>,
}

#[derive(Clone, Debug)]
pub(super) struct BuiltRevision {
    pub builder: String,
    /// SHA-256 of the canonical recipe.
    pub recipe: Sha256,
    /// SHA-256 over the ByteRange.
    pub digest: Sha256,
    /// The revision with its hole empty, for showing.
    pub delta: Arc<[u8]>,
}

/// A document as it is shown, opened for drawing: one at a time, as each may be large.
#[derive(Clone)]
pub(super) struct Drawn {
    pub document: Sha256,
    /// The sheet whose stamp is shown.
    pub stamped: Option<SheetId>,
    pub drawing: Arc<Drawing>,
}

/// The companion's memory.
pub(super) struct State {
    pub remembered: Remembered,
    pub opened: HashMap<RequestId, OpenedRequest>,
    /// At most one for a request, the newest last.
    pub sheets: Vec<OpenSheet>,
    /// The document that was read last: pages are drawn from it one by one.
    pub loaded: Option<(Sha256, Arc<Vec<u8>>)>,
    /// What pages were drawn of last.
    pub drawn: Option<Drawn>,
    pub connection: Option<Arc<Connection>>,
    /// Two downloads of one document would write one file.
    pub fetching: HashMap<Sha256, Arc<tokio::sync::Mutex<()>>>,
}

impl State {
    pub fn new(remembered: Remembered) -> Self {
        Self {
            remembered,
            opened: HashMap::new(),
            sheets: Vec::new(),
            loaded: None,
            drawn: None,
            connection: None,
            fetching: HashMap::new(),
        }
    }

    /// The documents that somebody fetches or waits for now.
    pub fn on_its_way(&self) -> impl Iterator<Item = Sha256> {
        let turns = self.fetching.iter().filter(|(_, turn)| Arc::strong_count(turn) > 1);
        turns.map(|(sha256, _)| *sha256)
    }

    /// Whether another device may take this one's place: what it signed must have been answered.
    pub fn may_enroll(&self) -> bool {
        let waiting = self.remembered.outbox.values().any(Row::is_open);
        let device = self.remembered.device.as_ref();
        device.is_none_or(|device| device.replacement == Replacement::Asked && !waiting)
    }

    /// Whether the one whom this invites may have what is kept here.
    pub fn may_go_on_as(&self, invited: &EnrollmentChallenge) -> bool {
        self.remembered.device.as_ref().is_none_or(|Device { profile, .. }| {
            profile.person.id == invited.person.id && profile.log_key == invited.log_key
        })
    }

    /// Where a new device starts: what the one before it knew of the log stays true of that log.
    pub fn first_sync(&self, device: &Device) -> SyncRecord {
        let before = self.known_log().or_else(|| self.remembered.erased.clone()?.log);
        match before.filter(|before| before.key == device.profile.log_key) {
            Some(before) => SyncRecord { cursor: 0, ..before.sync },
            None => SyncRecord::default(),
        }
    }

    /// What this phone knows of its office's log.
    pub fn known_log(&self) -> Option<KnownLog> {
        let device = self.remembered.device.as_ref()?;
        let (key, sync) = (device.profile.log_key.clone(), self.remembered.sync.clone());
        Some(KnownLog { key, sync })
    }

    /// Takes a new device. What the one before it decided goes on with it; where none is, what came late
    /// to one that was erased is nobody's.
    pub fn enroll(&mut self, device: Device, sync: SyncRecord) {
        if self.remembered.device.is_none() {
            self.remembered.outbox.clear();
        }
        self.remembered.device = Some(device);
        self.remembered.sync = sync;
        self.remembered.erased = None;
        self.remembered.requests.clear();
        self.opened.clear();
        self.sheets.clear();
        (self.loaded, self.drawn) = (None, None);
        self.connection = None;
    }

    /// Whether this person has something to decide on it, here and by the last sync.
    pub fn waits(&self, view: &RequestView) -> bool {
        view.task.as_ref().is_some_and(|task| {
            let mut rows = self.remembered.outbox.values();
            !rows.any(|row| {
                let recorded = matches!(row.end, RowEnd::Recorded { .. });
                recorded && row.request == view.id && row.step == task.step
            })
        })
    }

    /// Whether a decision on it was signed here that has no answer yet.
    pub fn is_unanswered(&self, view: &RequestView) -> bool {
        self.remembered.outbox.values().any(|row| row.request == view.id && row.is_open())
    }

    pub fn item(&self, view: &RequestView) -> Option<InboxItem> {
        let task = view.task.as_ref()?;
        let mut rows = self.remembered.outbox.values();
        let row = rows.find(|row| {
            row.request == view.id && row.step == task.step && row.blocks(&task.undone)
        });
        Some(InboxItem {
            request: view.id,
            role: task.role,
            unit: view.unit.clone(),
            metadata: view.metadata.clone(),
            queued_at: view.queued_at,
            expires_at: view.expires_at,
            due_at: view.due_at,
            decision: row.map(|row| row.decision),
            in_place_of: task.in_place_of.as_ref().map(|place| place.person.clone()),
        })
    }
}

/// The body of a decision as it is kept and sent.
pub(super) fn body_of(submission: &DecisionSubmission) -> Vec<u8> {
    serde_json::to_vec(submission).expect("wire types are JSON")
}
