//! Background work: rows that a worker claims for a while, does, and may do twice.

use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::id::JobId;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Wake the phones of a request's open signers: of earlier versions, whose rows may still wait.
    Wake,
    /// Wake them again: they have not decided.
    Remind,
    /// End a request whose time has run out.
    Expire,
    /// Renew revocation lists.
    RenewCrl,
    /// Forget nonces and idempotency keys that are past use.
    Sweep,
    /// Note in the register whose validity is over.
    ExpireCertificates,
    /// Send everybody a mail of what waits for them.
    Digest,
    /// Compare all devices' evidence with a new status list.
    Rejudge,
    /// End the waiting for a document signature by a foreign key.
    DocumentSignature,
    /// Show that a foreign key signs documents from now on.
    DocumentSigner,
    /// Show a delegate what they may decide now, and no longer what they may not.
    Delegation,
}

stored_names!(JobKind {
    JobKind::Wake = "wake",
    JobKind::Remind = "remind",
    JobKind::Expire = "expire",
    JobKind::RenewCrl = "renew-crl",
    JobKind::Sweep = "sweep",
    JobKind::ExpireCertificates = "expire-certificates",
    JobKind::Rejudge = "rejudge",
    JobKind::Digest = "digest",
    JobKind::DocumentSignature = "document-signature",
    JobKind::DocumentSigner = "document-signer",
    JobKind::Delegation = "delegation",
});

statements! {
    SCHEDULE = "INSERT INTO job (id, kind, subject, state, due_at, lease_until, attempts, created_at) \
        VALUES ($1, $2, $3, 'waiting', $4, 0, 0, $5) \
        ON CONFLICT (kind, subject) DO UPDATE SET state = 'waiting', due_at = excluded.due_at, \
        attempts = 0, lease_until = 0";
    ENSURE = "INSERT INTO job (id, kind, subject, state, due_at, lease_until, attempts, created_at) \
        VALUES ($1, $2, $3, 'waiting', $4, 0, 0, $5) ON CONFLICT (kind, subject) DO NOTHING";
    DUE = "SELECT id, kind, subject, attempts FROM job \
        WHERE state = 'waiting' AND due_at <= $1 AND lease_until <= $1 ORDER BY due_at LIMIT $2";
    HASTEN = "UPDATE job SET due_at = $2, attempts = 0, lease_until = 0 WHERE kind = $1";
    POSTPONE = "UPDATE job SET due_at = $2, attempts = 0, error = NULL \
        WHERE kind = $1 AND lease_until = 0";
    NEXT_DUE = "SELECT due_at FROM job WHERE state = 'waiting' ORDER BY due_at LIMIT 1";
    CLAIM = "UPDATE job SET lease_until = $2, attempts = attempts + 1 \
        WHERE id = $1 AND state = 'waiting' AND lease_until <= $3";
    FINISH = "UPDATE job SET state = 'done', lease_until = 0, error = NULL \
        WHERE id = $1 AND lease_until = $2";
    RESCHEDULE = "UPDATE job SET due_at = $3, lease_until = 0, error = $4, attempts = $5 \
        WHERE id = $1 AND lease_until = $2";
}

/// A claimed piece of work.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What to do.
    pub kind: JobKind,
    /// To what: an identifier's bytes, or nothing.
    pub subject: Vec<u8>,
    /// Tries so far, this one included once claimed.
    pub attempts: u32,
}

/// Plans work, again if it was done before.
pub async fn schedule(
    connection: &mut AnyConnection,
    id: JobId,
    kind: JobKind,
    subject: &[u8],
    due: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    plan(connection, SCHEDULE, id, kind, subject, due, now).await
}

/// Plans recurring work unless it is planned already.
pub async fn ensure(
    connection: &mut AnyConnection,
    id: JobId,
    kind: JobKind,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    plan(connection, ENSURE, id, kind, &[], due, now).await
}

async fn plan(
    connection: &mut AnyConnection,
    sql: &'static str,
    id: JobId,
    kind: JobKind,
    subject: &[u8],
    due: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(sql)
        .put(&id)
        .put(&kind)
        .bind(subject.to_vec())
        .put(&due)
        .put(&now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes recurring work due at `due`, again if it is being done.
pub async fn hasten(
    connection: &mut AnyConnection,
    kind: JobKind,
    due: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(HASTEN).put(&kind).put(&due).execute(connection).await?;
    Ok(())
}

/// Puts recurring work off that was done otherwise, unless somebody is at it.
pub async fn postpone(
    connection: &mut AnyConnection,
    kind: JobKind,
    due: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(POSTPONE).put(&kind).put(&due).execute(connection).await?;
    Ok(())
}

/// Work that is due and nobody's.
pub async fn due(
    connection: &mut AnyConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let rows = sqlx::query(DUE).put(&now).put(&limit).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Job {
                id: row.get_as(0)?,
                kind: row.get_as(1)?,
                subject: row.get_as(2)?,
                attempts: row.get_as(3)?,
            })
        })
        .collect()
}

/// When the next work is due.
pub async fn next_due(connection: &mut AnyConnection) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(NEXT_DUE).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Takes work until `lease`; gives 0 when somebody else has it.
pub async fn claim(
    connection: &mut AnyConnection,
    id: JobId,
    lease: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let update = sqlx::query(CLAIM).put(&id).put(&lease).put(&now);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Ends claimed work.
pub async fn finish(
    connection: &mut AnyConnection,
    id: JobId,
    lease: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(FINISH).put(&id).put(&lease).execute(connection).await?.rows_affected())
}

/// Gives claimed work back, due later.
pub async fn reschedule(
    connection: &mut AnyConnection,
    id: JobId,
    lease: Timestamp,
    due: Timestamp,
    error: Option<&str>,
    attempts: u32,
) -> Result<u64, StoreError> {
    let error = error.map(str::to_owned);
    let update = sqlx::query(RESCHEDULE)
        .put(&id)
        .put(&lease)
        .put(&due)
        .put_opt(error.as_ref())
        .put(&attempts);
    Ok(update.execute(connection).await?.rows_affected())
}
