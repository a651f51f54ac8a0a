//! A request and its way, as the other language sees them.

use trien_core::client;
use trien_core::decision::{DecisionHash, Verb};
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::request::{Assignment, Quorum, Role, RouteState, StepNumber};
use trien_core::wire::{self, PersonView, UnitView};

use crate::delegations::DelegationForm;
use crate::papers::{CopyReceipt, OnPaper};
use crate::records::{Metadata, StampPlace};

/// Where a request stands.
#[uniffi::remote(Enum)]
pub enum RouteState {
    /// A step is open.
    Open {
        /// Which.
        step: StepNumber,
    },
    /// All steps are done.
    Completed,
    /// A signer refused; the request has ended.
    Rejected,
    /// A signer sent it back for a new version.
    Returned,
    /// The submitter took it back.
    Recalled,
    /// Its time ran out.
    Expired,
}

/// Where one signer's part of a step stands.
#[uniffi::remote(Enum)]
pub enum Assignment {
    /// An earlier step is not finished.
    Waiting,
    /// May decide now.
    Open,
    /// Has decided.
    Decided {
        /// What was decided.
        verb: Verb,
        /// Which statement decided it.
        decision: DecisionHash,
        /// When it was recorded.
        at: Timestamp,
    },
    /// Not needed any more: the step's quorum was reached or the request ended.
    Released,
}

/// How many of a step's signers must approve.
#[uniffi::remote(Enum)]
pub enum Quorum {
    /// Every one.
    All,
    /// At least this many (n of m), from 1.
    AtLeast(u16),
}

/// A request as of the last sync.
#[derive(Clone, Debug, uniffi::Record)]
pub struct RequestDetails {
    /// Which.
    pub request: RequestId,
    /// Who asks.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: RouteState,
    /// Its steps.
    pub steps: Vec<RouteStep>,
    /// The names of its documents, the main one first.
    pub documents: Vec<String>,
    /// Where approving would put a stamp on the main document.
    pub place: Option<StampPlace>,
    /// By when it is to be decided; it goes on afterwards.
    #[uniffi(default = None)]
    pub due_at: Option<Timestamp>,
    /// Whose part this person may decide now, where it is another's.
    #[uniffi(default = None)]
    pub in_place_of: Option<PersonView>,
    /// Why the document also goes on paper, where it does.
    #[uniffi(default = None)]
    pub on_paper: Option<OnPaper>,
    /// How far this person's copy is, where one was delivered.
    #[uniffi(default = None)]
    pub received: Option<CopyReceipt>,
}

/// One step of a request.
#[derive(Clone, Debug, uniffi::Record)]
pub struct RouteStep {
    /// Its number, from 1.
    pub number: StepNumber,
    /// What it asks.
    pub role: Role,
    /// How many must approve.
    pub quorum: Quorum,
    /// Who, and how far.
    pub signers: Vec<RouteSigner>,
}

/// One signer of a step.
#[derive(Clone, Debug, uniffi::Record)]
pub struct RouteSigner {
    /// Who.
    pub person: PersonView,
    /// How far.
    pub assignment: Assignment,
    /// The reason given, when rejected or returned.
    pub reason: Option<String>,
    /// When the person is away, where that was announced and is not over.
    #[uniffi(default = None)]
    pub absent: Option<Absence>,
    /// Who decided in this person's place.
    #[uniffi(default = None)]
    pub by: Option<DecidedBy>,
    /// Until when a key outside phones may sign the document, where this person has approved and it has not yet.
    #[uniffi(default = None)]
    pub awaits_until: Option<Timestamp>,
}

/// When somebody is away: a notice, which changes nobody's authority.
#[derive(Clone, Copy, Debug, uniffi::Record)]
pub struct Absence {
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Who decided in another's place.
#[derive(Clone, Debug, uniffi::Record)]
pub struct DecidedBy {
    /// Who.
    pub person: PersonView,
    /// KT., TL. or TUQ.
    pub form: DelegationForm,
}

impl RequestDetails {
    pub(crate) fn new(
        view: wire::RequestView,
        place: Option<client::StampPlace>,
        copy: Option<client::CopyReceipt>,
    ) -> Self {
        Self {
            request: view.id,
            unit: view.unit,
            metadata: view.metadata.into(),
            queued_at: view.queued_at,
            expires_at: view.expires_at,
            state: view.state,
            steps: view.steps.into_iter().map(RouteStep::from).collect(),
            documents: view.documents.into_iter().map(|document| document.name).collect(),
            place: place.map(StampPlace::from),
            due_at: view.due_at,
            in_place_of: view.task.and_then(|task| Some(task.in_place_of?.person)),
            on_paper: view.on_paper.map(OnPaper::from),
            received: copy.map(CopyReceipt::from),
        }
    }
}

impl From<wire::StepView> for RouteStep {
    fn from(step: wire::StepView) -> Self {
        let signers = step.signers.into_iter().map(|signer| RouteSigner {
            person: signer.person,
            assignment: signer.assignment,
            reason: signer.reason,
            absent: signer.absent.map(|away| Absence { since: away.since, until: away.until }),
            by: signer.by.map(|by| DecidedBy { person: by.person, form: by.form.into() }),
            awaits_until: signer.awaits.map(|awaits| awaits.until),
        });
        Self {
            number: step.number,
            role: step.role,
            quorum: step.quorum,
            signers: signers.collect(),
        }
    }
}
