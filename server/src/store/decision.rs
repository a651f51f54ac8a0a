//! Decisions: recorded ones, and those that verified but were refused.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::decision::{DecisionHash, Verb};
use trien_core::env::UnixSecond;
use trien_core::id::{DeviceId, PersonId, RequestId};
use trien_core::log::leaf::{Outcome, Salt};
use trien_core::problem::ProblemKind;
use trien_core::request::StepNumber;
use trien_core::wire::{PersonView, RecordedDecision};

use super::{Bind as _, Columns as _, StoreError, Stored, statements};

impl Stored for ProblemKind {
    type Raw = String;
    fn to_raw(&self) -> String {
        self.slug().to_owned()
    }
    fn from_raw(raw: String) -> Result<Self, StoreError> {
        Self::from_slug(&raw).ok_or(StoreError::Corrupt("problem"))
    }
}

statements! {
    INSERT = "INSERT INTO decision (hash, request, step, person, device, verb, reason, cbor, cose, \
        signed_at_seconds, recorded_at_seconds, salt, leaf) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    REFUSE = "INSERT INTO refusal (hash, request, device, why, cbor, recorded_at_seconds, salt, \
        leaf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OUTCOME = "SELECT recorded_at_seconds, salt, leaf, NULL, request, cbor, cose FROM decision \
        WHERE hash = $1 \
        UNION ALL SELECT recorded_at_seconds, salt, leaf, why, request, cbor, NULL FROM refusal \
        WHERE hash = $1 \
        UNION ALL SELECT recorded_at_seconds, salt, leaf, NULL, request, cbor, cose FROM document_signature \
        WHERE decision = $1 AND state <> 'signed'";
    OF_REQUEST = "SELECT d.hash, d.step, d.person, p.name, \
        COALESCE((SELECT o.title FROM position o WHERE o.person = d.person AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), \
        d.verb, d.reason, d.signed_at_seconds, d.recorded_at_seconds, a.person, q.name, g.from_title, g.hash \
        FROM decision d JOIN person p ON p.id = d.person LEFT JOIN assignment a \
        ON a.request = d.request AND a.step = d.step AND a.decision = d.hash AND a.decided_by = d.person \
        LEFT JOIN person q ON q.id = a.person LEFT JOIN delegation g ON g.hash = a.delegation \
        WHERE d.request = $1 ORDER BY d.leaf";
}

/// A decision to record.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Its identity.
    pub hash: DecisionHash,
    /// On which request.
    pub request: RequestId,
    /// On which step.
    pub step: StepNumber,
    /// By whom.
    pub person: PersonId,
    /// On which device.
    pub device: DeviceId,
    /// What.
    pub verb: Verb,
    /// Why.
    pub reason: Option<String>,
    /// The decision, deterministic CBOR.
    pub cbor: Vec<u8>,
    /// The `COSE_Sign1`, when no document carries the signature.
    pub cose: Option<Vec<u8>>,
    /// The phone's time.
    pub signed_at: UnixSecond,
}

/// Where and when a decision was logged.
#[derive(Clone, Copy, Debug)]
pub struct Logged {
    /// Recorded, or refused and why.
    pub outcome: Outcome,
    /// When.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// The leaf's place.
    pub leaf: u64,
}

/// A logged decision with all that evidence needs.
#[derive(Clone, Debug)]
pub struct LoggedDecision {
    /// Where and when.
    pub logged: Logged,
    /// On which request.
    pub request: RequestId,
    /// The decision, deterministic CBOR.
    pub cbor: Vec<u8>,
    /// The `COSE_Sign1`, if it was recorded with one.
    pub cose: Option<Vec<u8>>,
}

/// Records a decision.
pub async fn insert(
    connection: &mut AnyConnection,
    decision: &NewDecision,
    logged: &Logged,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&decision.hash)
        .put(&decision.request)
        .put(&decision.step)
        .put(&decision.person)
        .put(&decision.device)
        .put(&decision.verb)
        .put_opt(decision.reason.as_ref())
        .put(&decision.cbor)
        .put_opt(decision.cose.as_ref())
        .put(&decision.signed_at)
        .put(&logged.recorded_at)
        .put(&logged.salt)
        .put(&logged.leaf)
        .execute(connection)
        .await?;
    Ok(())
}

/// Records that a decision was refused.
pub async fn refuse(
    connection: &mut AnyConnection,
    decision: &NewDecision,
    why: ProblemKind,
    logged: &Logged,
) -> Result<(), StoreError> {
    sqlx::query(REFUSE)
        .put(&decision.hash)
        .put(&decision.request)
        .put(&decision.device)
        .put(&why)
        .put(&decision.cbor)
        .put(&logged.recorded_at)
        .put(&logged.salt)
        .put(&logged.leaf)
        .execute(connection)
        .await?;
    Ok(())
}

/// What became of a decision, if it was ever logged.
pub async fn logged(
    connection: &mut AnyConnection,
    hash: &DecisionHash,
) -> Result<Option<LoggedDecision>, StoreError> {
    let row = sqlx::query(OUTCOME).put(hash).fetch_optional(connection).await?;
    row.as_ref().map(read_logged).transpose()
}

/// The recorded decisions of a request, in the order of the log.
pub async fn of_request(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<RecordedDecision>, StoreError> {
    let rows = sqlx::query(OF_REQUEST).put(&request).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(RecordedDecision {
                decision: row.get_as(0)?,
                step: row.get_as(1)?,
                person: PersonView {
                    id: row.get_as(2)?,
                    name: row.get_as(3)?,
                    position: row.get_as(4)?,
                },
                in_place_of: read_principal(row, 9)?,
                delegation: row.get_opt(12)?,
                verb: row.get_as(5)?,
                reason: row.get_opt(6)?,
                signed_at: row.get_as(7)?,
                recorded_at: row.get_as(8)?,
            })
        })
        .collect()
}

/// In whose place it was decided, from three columns.
fn read_principal(row: &AnyRow, at: usize) -> Result<Option<PersonView>, StoreError> {
    let Some(id) = row.get_opt(at)? else { return Ok(None) };
    Ok(Some(PersonView { id, name: row.get_as(at + 1)?, position: row.get_as(at + 2)? }))
}

fn read_logged(row: &AnyRow) -> Result<LoggedDecision, StoreError> {
    let outcome = match row.get_opt(3)? {
        None => Outcome::Recorded,
        Some(why) => Outcome::Refused { why },
    };
    let logged =
        Logged { outcome, recorded_at: row.get_as(0)?, salt: row.get_as(1)?, leaf: row.get_as(2)? };
    Ok(LoggedDecision {
        logged,
        request: row.get_as(4)?,
        cbor: row.get_as(5)?,
        cose: row.get_opt(6)?,
    })
}
