//! Requests, their steps and their signers.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::decision::{DecisionHash, Verb};
use trien_core::digest::Sha256;
use trien_core::document::Metadata;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId};
use trien_core::papers::OnPaper;
use trien_core::request::{Assignment, Quorum, Role, Route, RouteState, Signer, Step, StepNumber};
use trien_core::template::TemplateUsed;
use trien_core::wire::{Absence, DecidedBy, PersonView, SignerView, StepView, UnitView};

use super::value::{stored_json, stored_names};
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

stored_json!(Metadata, OnPaper);
stored_names!(Role {
    Role::Review = "review",
    Role::Initial = "initial",
    Role::Approve = "approve",
    Role::Seal = "seal",
    Role::Receive = "receive",
});
stored_names!(Verb {
    Verb::Approve = "approve",
    Verb::Reject = "reject",
    Verb::Return = "return",
});

statements! {
    SUPERSEDE = "UPDATE request SET superseded_by = $2, change = $3 \
        WHERE id = $1 AND superseded_by IS NULL";
    HEAD = "SELECT r.id, r.unit, u.name, r.revision, r.metadata, r.queued_at, r.expires_at, \
        r.state, r.open_step, r.change, r.supersedes, r.superseded_by, \
        CASE WHEN r.numbering IS NULL THEN 0 ELSE 1 END, r.template, r.template_version, t.name, \
        r.on_paper, r.due_at \
        FROM request r JOIN unit u ON u.id = r.unit LEFT JOIN template_version t \
        ON t.template = r.template AND t.version = r.template_version WHERE r.id = $1";
    METADATA = "SELECT metadata FROM request WHERE id = $1";
    ROUTE = "SELECT r.state, r.open_step, s.number, s.role, s.quorum, a.person, a.state, a.verb, \
        a.decision, a.decided_at, r.expires_at, a.decided_by FROM request r JOIN step s ON s.request = r.id \
        JOIN assignment a ON a.request = s.request AND a.step = s.number \
        WHERE r.id = $1 ORDER BY s.number, a.place";
    STEPS = "SELECT s.number, s.role, s.quorum, a.person, p.name, \
        COALESCE((SELECT o.title FROM position o WHERE o.person = a.person AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), \
        a.state, a.verb, a.decision, a.decided_at, a.reason, a.decided_by, b.name, d.to_title, d.form, d.hash, \
        away.since, away.until \
        FROM step s JOIN assignment a ON a.request = s.request AND a.step = s.number \
        JOIN person p ON p.id = a.person LEFT JOIN person b ON b.id = a.decided_by \
        LEFT JOIN delegation d ON d.hash = a.delegation LEFT JOIN absence away ON away.person = a.person \
        WHERE s.request = $1 ORDER BY s.number, a.place";
    RECIPE = "SELECT recipe FROM assignment WHERE request = $1 AND step = $2 AND person = $3";
    DECIDE = "UPDATE assignment SET state = 'decided', verb = $4, decision = $5, decided_at = $6, \
        reason = $7, decided_by = $8, delegation = $9 \
        WHERE request = $1 AND step = $2 AND person = $3 AND state = 'open'";
    OPEN_STEP = "UPDATE assignment SET state = 'open' \
        WHERE request = $1 AND step = $2 AND state = 'waiting'";
    RELEASE_STEP = "UPDATE assignment SET state = 'released' \
        WHERE request = $1 AND step = $2 AND state = 'open'";
    RELEASE_ALL = "UPDATE assignment SET state = 'released' \
        WHERE request = $1 AND state IN ('open', 'waiting')";
    // Since when its step waits is new with each step.
    MOVE = "UPDATE request SET state = $2, change = $4, \
        waiting_since = CASE WHEN open_step = $3 THEN waiting_since ELSE $6 END, open_step = $3 \
        WHERE id = $1 AND state = 'open' AND open_step = $5";
}

/// A request without its steps and documents.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// Which.
    pub id: RequestId,
    /// The unit that submitted it.
    pub unit: UnitView,
    /// Its version, from 1.
    pub revision: u32,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// By when it is to be decided.
    pub due_at: Option<Timestamp>,
    /// Where it stands.
    pub state: RouteState,
    /// Number of its last change.
    pub change: u64,
    /// The version before it.
    pub supersedes: Option<RequestId>,
    /// The version that took its place.
    pub superseded_by: Option<RequestId>,
    /// Whether the register gives it its number on its way.
    pub numbered: bool,
    /// The template that its route came from.
    pub template: Option<TemplateUsed>,
    /// Why the document also goes on paper, where it does.
    pub on_paper: Option<OnPaper>,
}

/// Where a request stands.
#[derive(Clone, Debug)]
pub struct RouteNow {
    /// Its steps and signers.
    pub route: Route,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// One request without steps and documents.
pub async fn head(
    connection: &mut AnyConnection,
    id: RequestId,
) -> Result<Option<RequestHead>, StoreError> {
    let row = sqlx::query(HEAD).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(RequestHead {
            id: row.get_as(0)?,
            unit: UnitView { id: row.get_as(1)?, name: row.get_as(2)? },
            revision: row.get_as(3)?,
            metadata: row.get_as(4)?,
            queued_at: row.get_as(5)?,
            expires_at: row.get_as(6)?,
            state: read_state(&row, 7)?,
            change: row.get_as(9)?,
            supersedes: row.get_opt(10)?,
            superseded_by: row.get_opt(11)?,
            numbered: row.get_as::<u32>(12)? != 0,
            template: read_template(&row, 13)?,
            on_paper: row.get_opt(16)?,
            due_at: row.get_opt(17)?,
        })
    })
    .transpose()
}

fn read_template(row: &AnyRow, at: usize) -> Result<Option<TemplateUsed>, StoreError> {
    let Some(id) = row.get_opt(at)? else { return Ok(None) };
    Ok(Some(TemplateUsed { id, version: row.get_as(at + 1)?, name: row.get_as(at + 2)? }))
}

/// What the register says of a request's document.
pub async fn metadata(
    connection: &mut AnyConnection,
    id: RequestId,
) -> Result<Option<Metadata>, StoreError> {
    let row = sqlx::query(METADATA).put(&id).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Notes the version that takes a request's place; gives 0 when another one has.
pub async fn supersede(
    connection: &mut AnyConnection,
    id: RequestId,
    by: RequestId,
    change: u64,
) -> Result<u64, StoreError> {
    let update = sqlx::query(SUPERSEDE).put(&id).put(&by).put(&change);
    Ok(update.execute(connection).await?.rows_affected())
}

/// A request's route as it is now, and when it ends by itself.
pub async fn route(
    connection: &mut AnyConnection,
    id: RequestId,
) -> Result<Option<RouteNow>, StoreError> {
    let rows = sqlx::query(ROUTE).put(&id).fetch_all(connection).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let state = read_state(first, 0)?;
    let expires_at = first.get_as(10)?;
    let mut steps: Vec<(StepNumber, Step)> = Vec::new();
    for row in &rows {
        let number = row.get_as(2)?;
        if steps.last().is_none_or(|(last, _)| *last != number) {
            let quorum = row.get_as::<StoredQuorum>(4)?.0;
            steps.push((number, Step { role: row.get_as(3)?, quorum, signers: Vec::new() }));
        }
        let signer = Signer {
            person: row.get_as(5)?,
            assignment: read_assignment(row, 6)?,
            by: row.get_opt(11)?,
        };
        if let Some((_, step)) = steps.last_mut() {
            step.signers.push(signer);
        }
    }
    let steps = steps.into_iter().map(|(_, step)| step).collect();
    let route = Route::restore(steps, state).map_err(|_| StoreError::Corrupt("route"))?;
    Ok(Some(RouteNow { route, expires_at }))
}

/// A request's steps as others see them.
pub async fn steps(
    connection: &mut AnyConnection,
    id: RequestId,
) -> Result<Vec<StepView>, StoreError> {
    let mut steps: Vec<StepView> = Vec::new();
    for row in sqlx::query(STEPS).put(&id).fetch_all(connection).await? {
        let number: StepNumber = row.get_as(0)?;
        if steps.last().is_none_or(|last| last.number != number) {
            let quorum = row.get_as::<StoredQuorum>(2)?.0;
            steps.push(StepView { number, role: row.get_as(1)?, quorum, signers: Vec::new() });
        }
        let person =
            PersonView { id: row.get_as(3)?, name: row.get_as(4)?, position: row.get_as(5)? };
        let assignment = read_assignment(&row, 6)?;
        let away: (Option<Timestamp>, Option<Timestamp>) = (row.get_opt(16)?, row.get_opt(17)?);
        let absent =
            away.0.zip(away.1).map(|(since, until)| Absence { person: person.id, since, until });
        let by = read_decided_by(&row, 11)?;
        let reason = row.get_opt(10)?;
        let signer = SignerView { person, assignment, reason, by, absent, awaits: None };
        if let Some(step) = steps.last_mut() {
            step.signers.push(signer);
        }
    }
    Ok(steps)
}

/// The recipe queued for a signer, canonical CBOR; none when approving signs no document.
pub async fn recipe(
    connection: &mut AnyConnection,
    request: RequestId,
    step: StepNumber,
    person: PersonId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let query = sqlx::query(RECIPE).put(&request).put(&step).put(&person);
    let row = query.fetch_optional(connection).await?;
    Ok(row.map(|row| row.get_opt(0)).transpose()?.flatten())
}

/// What a signer decided.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What.
    pub verb: Verb,
    /// By which statement.
    pub decision: DecisionHash,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
    /// Who did in the signer's place, and by which delegation.
    pub by: Option<(PersonId, Sha256)>,
}

/// Writes a signer's decision; gives 0 when their part was not open.
pub async fn decide(
    connection: &mut AnyConnection,
    request: RequestId,
    step: StepNumber,
    person: PersonId,
    decided: &Decided,
) -> Result<u64, StoreError> {
    let update = sqlx::query(DECIDE)
        .put(&request)
        .put(&step)
        .put(&person)
        .put(&decided.verb)
        .put(&decided.decision)
        .put(&decided.at)
        .put_opt(decided.reason.as_ref())
        .put_opt(decided.by.as_ref().map(|(person, _)| person))
        .put_opt(decided.by.as_ref().map(|(_, delegation)| delegation));
    Ok(update.execute(connection).await?.rows_affected())
}

/// Moves a request from the open step `from` to where its route stands now, its signers with it;
/// gives 0 when that step was not open.
pub async fn advance(
    connection: &mut AnyConnection,
    request: RequestId,
    from: StepNumber,
    to: RouteState,
    change: u64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    match to {
        RouteState::Open { step } if step == from => {}
        RouteState::Open { step } => {
            let release = sqlx::query(RELEASE_STEP).put(&request).put(&from);
            release.execute(&mut *connection).await?;
            sqlx::query(OPEN_STEP).put(&request).put(&step).execute(&mut *connection).await?;
        }
        _ => {
            sqlx::query(RELEASE_ALL).put(&request).execute(&mut *connection).await?;
        }
    }
    let (state, open) = state_columns(to);
    let update = sqlx::query(MOVE).put(&request).bind(state).bind(open).put(&change).put(&from);
    let update = update.put(&now);
    Ok(update.execute(connection).await?.rows_affected())
}

pub(super) struct StoredQuorum(pub(super) Quorum);

impl Stored for StoredQuorum {
    type Raw = i64;
    fn to_raw(&self) -> i64 {
        match self.0 {
            Quorum::All => 0,
            Quorum::AtLeast(n) => i64::from(n),
        }
    }
    fn from_raw(raw: i64) -> Result<Self, StoreError> {
        match u16::try_from(raw) {
            Ok(0) => Ok(Self(Quorum::All)),
            Ok(n) => Ok(Self(Quorum::AtLeast(n))),
            Err(_) => Err(StoreError::Corrupt("quorum")),
        }
    }
}

pub(super) fn state_columns(state: RouteState) -> (String, i64) {
    let (name, open) = match state {
        RouteState::Open { step } => ("open", i64::from(step.0)),
        RouteState::Completed => ("completed", 0),
        RouteState::Rejected => ("rejected", 0),
        RouteState::Returned => ("returned", 0),
        RouteState::Recalled => ("recalled", 0),
        RouteState::Expired => ("expired", 0),
    };
    (name.to_owned(), open)
}

pub(super) fn read_state(row: &AnyRow, index: usize) -> Result<RouteState, StoreError> {
    let name: String = row.get_as(index)?;
    match name.as_str() {
        "open" => Ok(RouteState::Open { step: row.get_as(index + 1)? }),
        "completed" => Ok(RouteState::Completed),
        "rejected" => Ok(RouteState::Rejected),
        "returned" => Ok(RouteState::Returned),
        "recalled" => Ok(RouteState::Recalled),
        "expired" => Ok(RouteState::Expired),
        _ => Err(StoreError::Corrupt("request state")),
    }
}

fn read_assignment(row: &AnyRow, index: usize) -> Result<Assignment, StoreError> {
    let name: String = row.get_as(index)?;
    match name.as_str() {
        "waiting" => Ok(Assignment::Waiting),
        "open" => Ok(Assignment::Open),
        "released" => Ok(Assignment::Released),
        "decided" => Ok(Assignment::Decided {
            verb: row.get_as(index + 1)?,
            decision: row.get_as(index + 2)?,
            at: row.get_as(index + 3)?,
        }),
        _ => Err(StoreError::Corrupt("assignment state")),
    }
}

/// Who decided for a signer, from five columns.
fn read_decided_by(row: &AnyRow, at: usize) -> Result<Option<DecidedBy>, StoreError> {
    let Some(id) = row.get_opt(at)? else { return Ok(None) };
    let person = PersonView { id, name: row.get_as(at + 1)?, position: row.get_as(at + 2)? };
    let (form, delegation) = (row.get_as(at + 3)?, row.get_as(at + 4)?);
    Ok(Some(DecidedBy { person, form, delegation }))
}
