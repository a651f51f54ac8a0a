//! What happened to requests, one row for each change and each unit that may read it.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::change::{ChangeView, Outcome};
use trien_core::decision::DecisionHash;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId, UnitId};
use trien_core::request::StepNumber;

use super::request::{read_state, state_columns};
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

impl Stored for Outcome {
    type Raw = String;
    fn to_raw(&self) -> String {
        self.name().to_owned()
    }
    fn from_raw(raw: String) -> Result<Self, StoreError> {
        Self::from_name(&raw).ok_or(StoreError::Corrupt("outcome"))
    }
}

statements! {
    STANDS = "SELECT unit, revision, state, open_step FROM request WHERE id = $1";
    INSERT = "INSERT INTO request_event (unit, change, request, home, outcome, revision, state, \
        open_step, step, person, decision, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_UNIT = "SELECT change, outcome, request, home, revision, state, open_step, step, person, \
        decision, at FROM request_event WHERE unit = $1 AND change > $2 ORDER BY change LIMIT $3";
    OF_REQUEST = "SELECT c.change, c.outcome, c.request, c.home, c.revision, c.state, c.open_step, \
        c.step, c.person, c.decision, c.at FROM request_event c \
        WHERE c.request = $1 AND c.unit = c.home ORDER BY c.change";
    ONE = "SELECT change, outcome, request, home, revision, state, open_step, step, person, \
        decision, at FROM request_event WHERE unit = $1 AND change = $2";
}

/// What happened, apart from where the request stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// What.
    pub outcome: Outcome,
    /// At which step.
    pub step: Option<StepNumber>,
    /// By, or for, whom.
    pub person: Option<PersonId>,
    /// By which decision.
    pub decision: Option<DecisionHash>,
}

impl News {
    /// Something that concerns the request as a whole.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, step: None, person: None, decision: None }
    }

    /// The same at somebody's part of a step.
    #[must_use]
    pub fn at(self, step: StepNumber, person: PersonId) -> Self {
        Self { step: Some(step), person: Some(person), ..self }
    }
}

/// Notes a change of a request as it stands now, for its unit and the one that it was of before; gives these units.
pub async fn note(
    connection: &mut AnyConnection,
    request: RequestId,
    number: u64,
    news: &News,
    before: Option<UnitId>,
    at: Timestamp,
) -> Result<Vec<UnitId>, StoreError> {
    let row = sqlx::query(STANDS).put(&request).fetch_optional(&mut *connection).await?;
    let row = row.ok_or(StoreError::Corrupt("request of a change"))?;
    let (home, revision): (UnitId, u32) = (row.get_as(0)?, row.get_as(1)?);
    let (state, open) = state_columns(read_state(&row, 2)?);
    let readers: Vec<UnitId> = std::iter::once(home).chain(before).collect();
    for unit in &readers {
        sqlx::query(INSERT)
            .put(unit)
            .put(&number)
            .put(&request)
            .put(&home)
            .put(&news.outcome)
            .put(&revision)
            .bind(state.clone())
            .bind(open)
            .put_opt(news.step.as_ref())
            .put_opt(news.person.as_ref())
            .put_opt(news.decision.as_ref())
            .put(&at)
            .execute(&mut *connection)
            .await?;
    }
    Ok(readers)
}

/// What happened to the requests of a unit after a number, in order.
pub async fn of_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    after: u64,
    limit: u32,
) -> Result<Vec<ChangeView>, StoreError> {
    let query = sqlx::query(OF_UNIT).put(&unit).put(&after).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// What happened to one request, in order.
pub async fn of_request(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<ChangeView>, StoreError> {
    let query = sqlx::query(OF_REQUEST).put(&request);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// One change as a unit may read it.
pub async fn one(
    connection: &mut AnyConnection,
    unit: UnitId,
    number: u64,
) -> Result<Option<ChangeView>, StoreError> {
    let query = sqlx::query(ONE).put(&unit).put(&number);
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<ChangeView, StoreError> {
    Ok(ChangeView {
        number: row.get_as(0)?,
        outcome: row.get_as(1)?,
        request: row.get_as(2)?,
        unit: row.get_as(3)?,
        revision: row.get_as(4)?,
        state: read_state(row, 5)?,
        step: row.get_opt(7)?,
        person: row.get_opt(8)?,
        decision: row.get_opt(9)?,
        at: row.get_as(10)?,
    })
}
