//! What document systems are told by webhooks, and how that goes.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::change::Outcome;
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, UnitId, WebhookId};

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// How it stands with telling one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is sent, now or again later.
    Waiting,
    /// The other end took it.
    Taken,
    /// The other end did not take it in time, or wants nothing more.
    GivenUp,
}

stored_names!(DeliveryState {
    DeliveryState::Waiting = "waiting",
    DeliveryState::Taken = "taken",
    DeliveryState::GivenUp = "given-up",
});

statements! {
    QUEUE = "INSERT INTO webhook_delivery (webhook, change, unit, state, due_at, lease_until, \
        attempts, since) SELECT w.id, CAST($2 AS BIGINT), k.unit, 'waiting', CAST($3 AS BIGINT), 0, 0, \
        CAST($3 AS BIGINT) FROM api_key k JOIN webhook w ON w.api_key = k.id WHERE k.unit = $1 \
        AND k.revoked_at IS NULL AND w.gone_at IS NULL AND w.ended_at IS NULL";
    BUSY = "SELECT f.id, f.under_way FROM (SELECT w.id, \
            (SELECT d.due_at FROM webhook_delivery d WHERE d.webhook = w.id AND d.due_at > 0 \
                AND d.due_at <= $1 AND d.lease_until <= $1 ORDER BY d.due_at LIMIT 1) AS due, \
            (SELECT CAST(COUNT(*) AS BIGINT) FROM webhook_delivery l WHERE l.webhook = w.id \
                AND l.lease_until > 0 AND l.lease_until > $1) AS under_way \
            FROM webhook w JOIN api_key k ON k.id = w.api_key WHERE k.revoked_at IS NULL \
            AND w.gone_at IS NULL AND w.ended_at IS NULL AND w.paused_at IS NULL) f \
        WHERE f.due IS NOT NULL AND f.under_way < $2 ORDER BY f.due, f.id";
    DUE = "SELECT change, unit, attempts, since FROM webhook_delivery WHERE webhook = $1 \
        AND due_at > 0 AND due_at <= $2 AND lease_until <= $2 ORDER BY due_at LIMIT $3";
    CLAIM = "UPDATE webhook_delivery SET lease_until = $3, attempts = attempts + 1 \
        WHERE webhook = $1 AND change = $2 AND lease_until <= $4";
    SINCE = "SELECT since FROM webhook_delivery WHERE webhook = $1 AND change = $2";
    ANSWERED = "UPDATE webhook_delivery SET state = $4, due_at = $5, lease_until = 0, answer = $6, \
        answered_at = $7 WHERE webhook = $1 AND change = $2 AND lease_until = $3";
    LIST = "SELECT d.change, c.request, c.outcome, c.at, d.state, d.attempts, d.answer, \
        d.answered_at, d.due_at FROM webhook_delivery d \
        JOIN request_event c ON c.unit = d.unit AND c.change = d.change \
        WHERE d.webhook = $1 AND d.change < $2 ORDER BY d.change DESC LIMIT $3";
    LIST_OF_STATE = "SELECT d.change, c.request, c.outcome, c.at, d.state, d.attempts, d.answer, \
        d.answered_at, d.due_at FROM webhook_delivery d \
        JOIN request_event c ON c.unit = d.unit AND c.change = d.change \
        WHERE d.webhook = $1 AND d.change < $2 AND d.state = $4 ORDER BY d.change DESC LIMIT $3";
    // The lease stays: what is under way counts, and is not sent beside itself.
    REPLAY = "UPDATE webhook_delivery SET state = 'waiting', due_at = $3, attempts = 0, since = $3 \
        WHERE webhook = $1 AND change = $2";
    SWEEP = "DELETE FROM webhook_delivery WHERE due_at = 0 AND COALESCE(answered_at, since) < $1";
}

/// A webhook with something to send now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Which.
    pub webhook: WebhookId,
    /// Messages that are under way to it.
    pub under_way: u32,
}

/// Something that is sent now.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// To whom.
    pub webhook: WebhookId,
    /// The number of the change that is told.
    pub change: u64,
    /// The unit that reads it.
    pub unit: UnitId,
    /// Tries so far, this one included once claimed.
    pub attempts: u32,
    /// Since when it is tried.
    pub since: Timestamp,
}

/// A delivery as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryView {
    /// The number of the change.
    pub change: u64,
    /// Of which request.
    pub request: RequestId,
    /// What happened.
    pub outcome: Outcome,
    /// When.
    pub happened_at: Timestamp,
    /// How it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: u32,
    /// What the other end last said.
    pub answer: Option<String>,
    /// When it did.
    pub answered_at: Option<Timestamp>,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
}

/// Queues a change for all who are told what happens to a unit's requests, for now.
pub async fn queue(
    connection: &mut AnyConnection,
    unit: UnitId,
    change: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(QUEUE).put(&unit).put(&change).put(&now).execute(connection).await?;
    Ok(())
}

/// Webhooks with something to send now and fewer than `most` messages under way, the longest due first.
pub async fn busy(
    connection: &mut AnyConnection,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Busy>, StoreError> {
    let rows = sqlx::query(BUSY).put(&now).put(&most).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(Busy { webhook: row.get_as(0)?, under_way: row.get_as(1)? })).collect()
}

/// What a webhook is to be sent now, the longest due first.
pub async fn due(
    connection: &mut AnyConnection,
    webhook: WebhookId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Due>, StoreError> {
    let query = sqlx::query(DUE).put(&webhook).put(&now).put(&limit);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                webhook,
                change: row.get_as(0)?,
                unit: row.get_as(1)?,
                attempts: row.get_as(2)?,
                since: row.get_as(3)?,
            })
        })
        .collect()
}

/// Takes a delivery until `lease`; gives 0 when somebody else has it.
pub async fn claim(
    connection: &mut AnyConnection,
    due: &Due,
    lease: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let claim = sqlx::query(CLAIM).put(&due.webhook).put(&due.change).put(&lease).put(&now);
    Ok(claim.execute(connection).await?.rows_affected())
}

/// Since when something is tried; none once it is forgotten.
pub async fn since(
    connection: &mut AnyConnection,
    of: &Due,
) -> Result<Option<Timestamp>, StoreError> {
    let query = sqlx::query(SINCE).put(&of.webhook).put(&of.change);
    query.fetch_optional(connection).await?.map(|row| row.get_as(0)).transpose()
}

/// What became of a try.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Of what.
    pub due: Due,
    /// Until when it was claimed.
    pub lease: Timestamp,
    /// How it stands now.
    pub state: DeliveryState,
    /// When it is tried next, if it is.
    pub next: Option<Timestamp>,
    /// What the other end said.
    pub answer: String,
}

/// Notes what became of a try.
pub async fn answered(
    connection: &mut AnyConnection,
    of: &Answered,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = sqlx::query(ANSWERED)
        .put(&of.due.webhook)
        .put(&of.due.change)
        .put(&of.lease)
        .put(&of.state)
        .put(&of.next.unwrap_or(Timestamp::from_millis(0)))
        .bind(of.answer.clone())
        .put(&now);
    update.execute(connection).await?;
    Ok(())
}

/// What a webhook was or is to be told before the change `before`, newest first.
pub async fn list(
    connection: &mut AnyConnection,
    webhook: WebhookId,
    before: u64,
    state: Option<DeliveryState>,
    limit: u32,
) -> Result<Vec<DeliveryView>, StoreError> {
    let sql = if state.is_some() { LIST_OF_STATE } else { LIST };
    let mut query = sqlx::query(sql).put(&webhook).put(&before).put(&limit);
    if let Some(state) = &state {
        query = query.put(state);
    }
    query.fetch_all(connection).await?.iter().map(read_delivery).collect()
}

fn read_delivery(row: &AnyRow) -> Result<DeliveryView, StoreError> {
    let due: Timestamp = row.get_as(8)?;
    Ok(DeliveryView {
        change: row.get_as(0)?,
        request: row.get_as(1)?,
        outcome: row.get_as(2)?,
        happened_at: row.get_as(3)?,
        state: row.get_as(4)?,
        attempts: row.get_as(5)?,
        answer: row.get_opt(6)?,
        answered_at: row.get_opt(7)?,
        next_at: (due.as_millis() > 0).then_some(due),
    })
}

/// Sends a change again; gives 0 when the webhook was never told it.
pub async fn replay(
    connection: &mut AnyConnection,
    webhook: WebhookId,
    change: u64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let update = sqlx::query(REPLAY).put(&webhook).put(&change).put(&now);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Forgets what was answered before `then`, and what was given up unanswered and began before.
pub async fn sweep(connection: &mut AnyConnection, then: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SWEEP).put(&then).execute(connection).await?;
    Ok(())
}
