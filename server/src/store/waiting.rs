//! Requests that wait: since when, who was reminded, and whom it was told to.

use sqlx::AnyConnection;
use trien_core::document::Metadata;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId, UnitId};
use trien_core::request::StepNumber;

use super::{Bind as _, Columns as _, StoreError, statements};

macro_rules! reminder {
    ($twice:literal) => {
        concat!(
            "INSERT INTO reminder (request, person, day, at) \
             SELECT a.request, a.person, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM assignment a \
             WHERE a.request = $1 AND a.state = 'open' \
             UNION SELECT s.request, s.person, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM stand_in s \
             JOIN assignment a ON a.request = s.request AND a.step = s.step AND a.person = s.principal \
             WHERE s.request = $1 AND s.ended_change IS NULL AND a.state = 'open' \
             ON CONFLICT (request, person, day) ",
            $twice
        )
    };
}

statements! {
    WAITING = "SELECT r.metadata, r.unit, r.open_step, r.waiting_since, r.due_at, \
        (SELECT MAX(m.at) FROM reminder m WHERE m.request = r.id AND m.at >= r.waiting_since), \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM escalation e \
         WHERE e.request = r.id AND e.step = r.open_step) \
        FROM request r WHERE r.id = $1 AND r.state = 'open'";
    REMIND = reminder!("DO NOTHING");
    REMIND_AGAIN = reminder!("DO UPDATE SET at = excluded.at");
    // Whoever took a part over has not let it wait; where somebody else is still open, the step goes on waiting.
    RESTART = "UPDATE request SET waiting_since = $4 WHERE id = $1 AND state = 'open' \
        AND open_step = $2 AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.request = $1 \
            AND a.step = $2 AND a.state = 'open' AND a.person <> $3)";
    FORGET = "DELETE FROM escalation WHERE request = $1 AND step = $2";
    // Whoever does not decide is not the one to tell.
    CHIEF = "SELECT o.person FROM position o WHERE o.unit = $1 AND o.authority = 'chief' \
        AND o.until IS NULL AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.request = $2 \
        AND a.person = o.person AND a.state = 'open') ORDER BY o.since, o.title LIMIT 1";
    ESCALATE = "INSERT INTO escalation (request, step, person, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (request, step) DO NOTHING";
    ESCALATIONS = "SELECT e.step, p.name, e.at FROM escalation e LEFT JOIN person p \
        ON p.id = e.person WHERE e.request = $1 ORDER BY e.step";
    SWEEP = "DELETE FROM reminder WHERE at < $1";
}

/// An open request and its time.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What the register says of its document.
    pub metadata: Metadata,
    /// Whose it is.
    pub unit: UnitId,
    /// The step that waits.
    pub step: StepNumber,
    /// Since when.
    pub since: Timestamp,
    /// By when it is to be decided.
    pub due: Option<Timestamp>,
    /// When somebody was last reminded of this step.
    pub reminded: Option<Timestamp>,
    /// Whether somebody above was told of this step.
    pub escalated: bool,
}

/// How long a request has waited; nothing for one that is not open.
pub async fn waiting(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<Waiting>, StoreError> {
    let row = sqlx::query(WAITING).put(&request).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Waiting {
            metadata: row.get_as(0)?,
            unit: row.get_as(1)?,
            step: row.get_as(2)?,
            since: row.get_as(3)?,
            due: row.get_opt(4)?,
            reminded: row.get_opt(5)?,
            escalated: row.get_as::<u64>(6)? != 0,
        })
    })
    .transpose()
}

/// Begins to count anew how long a step waits, when `person` alone has taken it over; gives 0 where others wait too.
pub async fn restart(
    connection: &mut AnyConnection,
    request: RequestId,
    step: StepNumber,
    person: PersonId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let restart = sqlx::query(RESTART).put(&request).put(&step).put(&person).put(&now);
    let restarted = restart.execute(&mut *connection).await?.rows_affected();
    if restarted > 0 {
        sqlx::query(FORGET).put(&request).put(&step).execute(connection).await?;
    }
    Ok(restarted)
}

/// Notes that all who could decide on a request are reminded, but those who were that day; gives how many.
pub async fn remind(
    connection: &mut AnyConnection,
    request: RequestId,
    day: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(REMIND).put(&request).put(&day).put(&now);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Notes that all who could decide on a request are reminded, those too who were that day.
pub async fn remind_again(
    connection: &mut AnyConnection,
    request: RequestId,
    day: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(REMIND_AGAIN).put(&request).put(&day).put(&now).execute(connection).await?;
    Ok(())
}

/// The chief of a unit, unless a request waits for them.
pub async fn chief(
    connection: &mut AnyConnection,
    unit: UnitId,
    request: RequestId,
) -> Result<Option<PersonId>, StoreError> {
    let row = sqlx::query(CHIEF).put(&unit).put(&request).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Notes whom it was told to that a step waits too long; gives 0 when it was before.
pub async fn escalate(
    connection: &mut AnyConnection,
    request: RequestId,
    step: StepNumber,
    to: Option<PersonId>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(ESCALATE).put(&request).put(&step).put_opt(to.as_ref()).put(&now);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Who was told that a step waits too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Which step.
    pub step: StepNumber,
    /// Whom; nobody where no one stands above.
    pub to: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Who was told of a request's steps, in their order.
pub async fn escalations(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Vec<Escalation>, StoreError> {
    let rows = sqlx::query(ESCALATIONS).put(&request).fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok(Escalation { step: row.get_as(0)?, to: row.get_opt(1)?, at: row.get_as(2)? }))
        .collect()
}

/// Forgets reminders from before `then`.
pub async fn sweep(connection: &mut AnyConnection, then: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SWEEP).put(&then).execute(connection).await?;
    Ok(())
}
