//! Requests as those see them who follow documents: clerks and auditors, in their units and below.
//!
//! Whoever only administers, enrolls or certifies sees no documents: what an office writes is none of
//! their work (security.md §6).

use sqlx::AnyConnection;
use trien_core::change::ChangeView;
use trien_core::decision::DecisionHash;
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, UnitId};
use trien_core::wire::{RecordedDecision, RequestView};

use super::account::{MAX_LEVELS, Officer, Role};
use super::content::Content;
use super::people::branches_of;
use super::read;
use super::view::{self, Viewer};
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::people::wanted;
use crate::store::requests::{self, Finding};
pub use crate::store::waiting::Escalation;
use crate::store::{changes, decision, directory, request as store, waiting};

/// Who reads what documents say.
pub(super) const READERS: [Role; 2] = [Role::Clerk, Role::Auditor];
/// Requests on one page.
pub const PAGE: u32 = 50;

/// Where requests stand, for lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody has to decide.
    Open,
    /// All have decided.
    Completed,
    /// Somebody refused.
    Rejected,
    /// Somebody sent it back.
    Returned,
    /// The submitter took it back.
    Recalled,
    /// Its time ran out.
    Expired,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Completed,
        Self::Rejected,
        Self::Returned,
        Self::Recalled,
        Self::Expired,
    ];

    /// Its name in the database and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Returned => "returned",
            Self::Recalled => "recalled",
            Self::Expired => "expired",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of number, abstract, kind and issuer; marks, case and order say nothing.
    pub query: String,
    /// Only those that stand so.
    pub standing: Option<Standing>,
}

/// One page of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestsPage {
    /// The newest first.
    pub requests: Vec<RequestView>,
    /// The next page begins after this.
    pub next: Option<RequestId>,
}

/// One request and what was decided on it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestStory {
    /// The request.
    pub request: RequestView,
    /// In the order of the log.
    pub decisions: Vec<RecordedDecision>,
    /// What happened, in order; of a request from before, from its next change on.
    pub changes: Vec<ChangeView>,
    /// Who was told that a step waits too long.
    pub escalations: Vec<Escalation>,
    /// When the signers of the open step were last reminded.
    pub reminded_at: Option<Timestamp>,
}

/// Refuses whoever neither submits documents nor audits anywhere.
pub fn require_reader(officer: &Officer) -> Result<(), FlowError> {
    if READERS.into_iter().any(|role| officer.is(role)) {
        Ok(())
    } else {
        Err(FlowError::Forbidden)
    }
}

/// The requests within reach that came before `before`.
pub async fn list(
    app: &App,
    officer: &Officer,
    filter: &Filter,
    before: Option<RequestId>,
    limit: u32,
) -> Result<RequestsPage, FlowError> {
    require_reader(officer)?;
    let state = filter.standing.map(Standing::name);
    let finding = Finding { state, words: wanted(&filter.query) };
    let mut connection = app.store().reader().await?;
    let mut found = Vec::new();
    for branch in branches_of(&mut connection, officer, &READERS).await? {
        let within = requests::list(&mut connection, &branch, &finding, before, limit + 1).await?;
        found.extend(within);
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().copied().filter(|_| more);
    let mut requests = Vec::with_capacity(found.len());
    for id in found {
        requests.extend(view::request(&mut connection, id, Viewer::Office).await?);
    }
    Ok(RequestsPage { requests, next })
}

/// One request within reach.
pub async fn one(app: &App, officer: &Officer, id: RequestId) -> Result<RequestStory, FlowError> {
    let mut connection = app.store().reader().await?;
    require_within(&mut connection, officer, id).await?;
    let request = view::request(&mut connection, id, Viewer::Office).await?;
    let request = request.ok_or(FlowError::NotFound(Thing::Request))?;
    let decisions = decision::of_request(&mut connection, id).await?;
    let changes = changes::of_request(&mut connection, id).await?;
    let escalations = waiting::escalations(&mut connection, id).await?;
    let waits = waiting::waiting(&mut connection, id).await?;
    let reminded_at = waits.and_then(|waits| waits.reminded);
    Ok(RequestStory { request, decisions, changes, escalations, reminded_at })
}

/// The main document of a request within reach as it is now, signatures included.
pub async fn document(app: &App, officer: &Officer, id: RequestId) -> Result<Content, FlowError> {
    let mut connection = app.store().reader().await?;
    require_within(&mut connection, officer, id).await?;
    read::main_document(app, &mut connection, id).await
}

/// The evidence of one decision on a request within reach, as text ([`trien_core::evidence`]).
pub async fn evidence(
    app: &App,
    officer: &Officer,
    id: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    let mut connection = app.store().reader().await?;
    require_within(&mut connection, officer, id).await?;
    read::evidence_of(app, &mut connection, id, decision).await
}

// A request that somebody may not see looks like one that does not exist.
pub(super) async fn require_within(
    connection: &mut AnyConnection,
    officer: &Officer,
    id: RequestId,
) -> Result<(), FlowError> {
    require_reader(officer)?;
    let missing = FlowError::NotFound(Thing::Request);
    let Some(head) = store::head(connection, id).await? else { return Err(missing) };
    if reads(connection, officer, head.unit.id).await? { Ok(()) } else { Err(missing) }
}

/// Whether somebody reads what documents of a unit say.
pub(super) async fn reads(
    connection: &mut AnyConnection,
    officer: &Officer,
    unit: UnitId,
) -> Result<bool, FlowError> {
    let line = directory::line(connection, unit, MAX_LEVELS).await?;
    let mut grants = officer.grants.iter().filter(|grant| READERS.contains(&grant.role));
    Ok(grants.any(|grant| line.contains(&grant.unit)))
}
