//! Mail that is still to be sent: to whom, of which kind and for which day, without a word of it.

use sqlx::AnyConnection;
use trien_core::document::Metadata;
use trien_core::env::Timestamp;
use trien_core::id::PersonId;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// What waits for somebody on a working day.
    Digest,
    /// Others' documents wait too long.
    Escalation,
}

/// How it stands with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailState {
    /// It is still to be sent.
    Waiting,
    /// The relay has it.
    Taken,
    /// There was nothing to say any more.
    Nothing,
    /// The relay does not take it, or did not for too long.
    GivenUp,
}

stored_names!(MailKind {
    MailKind::Digest = "digest",
    MailKind::Escalation = "escalation",
});
stored_names!(MailState {
    MailState::Waiting = "waiting",
    MailState::Taken = "taken",
    MailState::Nothing = "nothing",
    MailState::GivenUp = "given-up",
});

/// That what was escalated to somebody still waits at the same step, for others, and is theirs to hear of.
macro_rules! waits_for_others {
    () => {
        "r.state = 'open' AND r.open_step = e.step AND EXISTS (SELECT 1 FROM position o \
            WHERE o.person = e.person AND o.authority = 'chief' AND o.until IS NULL) \
        AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.request = r.id AND b.person = e.person \
            AND b.state = 'open')"
    };
}

statements! {
    QUEUE_DIGEST = concat!("INSERT INTO mail (person, kind, day, state, due_at, lease_until, attempts, since) \
        SELECT p.id, 'digest', CAST($1 AS BIGINT), 'waiting', CAST($2 AS BIGINT), 0, 0, \
        CAST($2 AS BIGINT) FROM person p WHERE p.email <> '' AND (EXISTS \
            (SELECT 1 FROM assignment a WHERE a.person = p.id AND a.state = 'open') OR EXISTS \
            (SELECT 1 FROM escalation e JOIN request r ON r.id = e.request \
             WHERE e.person = p.id AND ", waits_for_others!(), ")) \
        ON CONFLICT (person, kind, day) DO NOTHING");
    QUEUE_ESCALATION = "INSERT INTO mail (person, kind, day, state, due_at, lease_until, attempts, \
        since) SELECT p.id, 'escalation', CAST($2 AS BIGINT), 'waiting', CAST($3 AS BIGINT), 0, 0, \
        CAST($3 AS BIGINT) FROM person p WHERE p.id = $1 AND p.email <> '' \
        ON CONFLICT (person, kind, day) DO UPDATE SET state = 'waiting', due_at = excluded.due_at, \
        lease_until = 0, attempts = 0, since = excluded.since WHERE mail.due_at = 0";
    DUE = "SELECT person, kind, day, attempts, since FROM mail \
        WHERE due_at > 0 AND due_at <= $1 AND lease_until <= $1 ORDER BY due_at LIMIT $2";
    CLAIM = "UPDATE mail SET lease_until = $4, attempts = attempts + 1 \
        WHERE person = $1 AND kind = $2 AND day = $3 AND due_at > 0 AND lease_until <= $5";
    ANSWERED = "UPDATE mail SET state = $5, due_at = $6, lease_until = 0, answer = $7, \
        answered_at = $8 WHERE person = $1 AND kind = $2 AND day = $3 AND lease_until = $4";
    ADDRESS = "SELECT email FROM person WHERE id = $1 AND email <> ''";
    OPEN = "SELECT CAST(COUNT(*) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN r.due_at < $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN r.due_at >= $2 AND r.due_at < $3 THEN 1 ELSE 0 END), 0) \
        AS BIGINT) FROM assignment a JOIN request r ON r.id = a.request \
        WHERE a.person = $1 AND a.state = 'open'";
    ESCALATED = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM escalation e JOIN request r \
        ON r.id = e.request WHERE e.person = $1 AND ", waits_for_others!());
    TITLES = "SELECT r.metadata FROM assignment a JOIN request r ON r.id = a.request \
        WHERE a.person = $1 AND a.state = 'open' ORDER BY a.request LIMIT $2";
    HEALTH = "SELECT CAST(COUNT(*) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) \
        FROM mail WHERE due_at > 0";
    GIVEN_UP = "SELECT CAST(COUNT(*) AS BIGINT) FROM mail \
        WHERE state = 'given-up' AND answered_at >= $1";
    LAST = "SELECT state, answer, answered_at FROM mail WHERE answered_at IS NOT NULL \
        AND state <> 'nothing' ORDER BY answered_at DESC LIMIT 1";
    // What is tried no more: the relay was taken out, or the server did not run.
    STALE = "UPDATE mail SET state = 'given-up', due_at = 0, lease_until = 0, answered_at = $2 \
        WHERE due_at > 0 AND since < $1 AND lease_until <= $2";
    SWEEP = "DELETE FROM mail WHERE answered_at < $1 AND due_at = 0";
}

/// A mail that is to be sent now.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// To whom.
    pub person: PersonId,
    /// What it is about.
    pub kind: MailKind,
    /// The day, counted from 1970 in Việt Nam.
    pub day: i64,
    /// Tries so far, this one included once claimed.
    pub attempts: u32,
    /// Since when it is tried.
    pub since: Timestamp,
}

/// What waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Documents that they could decide on now.
    pub all: u64,
    /// Of them, past their deadline.
    pub overdue: u64,
    /// Of them, to be decided today.
    pub today: u64,
}

/// How it stands with mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// What is still to be sent.
    pub waiting: u64,
    /// Of it, what was tried in vain.
    pub failing: u64,
    /// Given up since the moment that was asked for.
    pub given_up: u64,
    /// What the relay last said, whether it took the mail, and when.
    pub last: Option<(String, bool, Timestamp)>,
}

/// Queues the mail of a day to all for whom something waits and who have an address.
pub async fn queue_digest(
    connection: &mut AnyConnection,
    day: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(QUEUE_DIGEST).put(&day).put(&now);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Queues that somebody be told of others' documents; together with what is told them of that day and was not sent yet.
pub async fn queue_escalation(
    connection: &mut AnyConnection,
    to: PersonId,
    day: i64,
    due: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(QUEUE_ESCALATION).put(&to).put(&day).put(&due).execute(connection).await?;
    Ok(())
}

/// Mail that is to be sent now, the longest due first.
pub async fn due(
    connection: &mut AnyConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Due>, StoreError> {
    let rows = sqlx::query(DUE).put(&now).put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                person: row.get_as(0)?,
                kind: row.get_as(1)?,
                day: row.get_as(2)?,
                attempts: row.get_as(3)?,
                since: row.get_as(4)?,
            })
        })
        .collect()
}

/// Takes a mail until `lease`; gives 0 when somebody else has it.
pub async fn claim(
    connection: &mut AnyConnection,
    due: &Due,
    lease: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let claim = sqlx::query(CLAIM).put(&due.person).put(&due.kind).put(&due.day);
    Ok(claim.put(&lease).put(&now).execute(connection).await?.rows_affected())
}

/// What became of a try.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Of what.
    pub due: Due,
    /// Until when it was claimed.
    pub lease: Timestamp,
    /// How it stands now.
    pub state: MailState,
    /// When it is tried next, if it is.
    pub next: Option<Timestamp>,
    /// What the relay said.
    pub answer: Option<String>,
}

/// Notes what became of a try.
pub async fn answered(
    connection: &mut AnyConnection,
    of: &Answered,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = sqlx::query(ANSWERED)
        .put(&of.due.person)
        .put(&of.due.kind)
        .put(&of.due.day)
        .put(&of.lease)
        .put(&of.state)
        .put(&of.next.unwrap_or(Timestamp::from_millis(0)))
        .put_opt(of.answer.as_ref())
        .put(&now);
    update.execute(connection).await?;
    Ok(())
}

/// Somebody's mail address.
pub async fn address(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(ADDRESS).put(&person).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// What waits for somebody; `tomorrow` is when today ends.
pub async fn open(
    connection: &mut AnyConnection,
    person: PersonId,
    now: Timestamp,
    tomorrow: Timestamp,
) -> Result<Open, StoreError> {
    let query = sqlx::query(OPEN).put(&person).put(&now).put(&tomorrow);
    let row = query.fetch_one(connection).await?;
    Ok(Open { all: row.get_as(0)?, overdue: row.get_as(1)?, today: row.get_as(2)? })
}

/// Others' documents of which somebody was told, and that still wait at the same step.
pub async fn escalated(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<u64, StoreError> {
    sqlx::query(ESCALATED).put(&person).fetch_one(connection).await?.get_as(0)
}

/// What the register says of the first documents that wait for somebody.
pub async fn titles(
    connection: &mut AnyConnection,
    person: PersonId,
    limit: u32,
) -> Result<Vec<Metadata>, StoreError> {
    let rows = sqlx::query(TITLES).put(&person).put(&limit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// How it stands with mail; what was given up is counted since `then`.
pub async fn health(connection: &mut AnyConnection, then: Timestamp) -> Result<Health, StoreError> {
    let row = sqlx::query(HEALTH).fetch_one(&mut *connection).await?;
    let (waiting, failing) = (row.get_as(0)?, row.get_as(1)?);
    let row = sqlx::query(GIVEN_UP).put(&then).fetch_one(&mut *connection).await?;
    let given_up = row.get_as(0)?;
    let row = sqlx::query(LAST).fetch_optional(connection).await?;
    let last = row.map(|row| {
        let (state, answer): (MailState, Option<String>) = (row.get_as(0)?, row.get_opt(1)?);
        let at: Timestamp = row.get_as(2)?;
        Ok::<_, StoreError>((answer.unwrap_or_default(), state == MailState::Taken, at))
    });
    Ok(Health { waiting, failing, given_up, last: last.transpose()? })
}

/// Gives up what has been due since before `then`.
pub async fn give_up(
    connection: &mut AnyConnection,
    then: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let stale = sqlx::query(STALE).put(&then).put(&now);
    Ok(stale.execute(connection).await?.rows_affected())
}

/// Forgets what ended before `then`.
pub async fn sweep(connection: &mut AnyConnection, then: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SWEEP).put(&then).execute(connection).await?;
    Ok(())
}
