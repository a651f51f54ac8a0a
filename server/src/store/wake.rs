//! Whose phones are to be woken, and for what: rows, which a job turns into messages.

use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::id::{DeviceId, RequestId};
use trien_core::push::PushHealth;

use super::push::stands;
use super::{Bind as _, StoreError, statements};

/// Who is told that a request ended: those who decided on it or could, in their own place or in another's.
macro_rules! told {
    () => {
        "SELECT a.person FROM assignment a WHERE a.request = $1 AND a.state IN ('open', 'decided') \
        UNION SELECT a.decided_by FROM assignment a \
            WHERE a.request = $1 AND a.decided_by IS NOT NULL \
        UNION SELECT s.person FROM stand_in s WHERE s.request = $1 AND s.ended_change IS NULL"
    };
}

statements! {
    WAKE_SIGNERS = "INSERT INTO push_wake (device, subject, change, queued_at, claimed, urgency) \
        SELECT t.device, a.request, CAST($2 AS BIGINT), CAST($3 AS BIGINT), 0, CAST($4 AS BIGINT) \
        FROM assignment a \
        JOIN device d ON d.person = a.person AND d.state = 'active' \
        JOIN push_target t ON t.device = d.id AND t.state IN ('ok', 'failing') \
        WHERE a.request = $1 AND a.state = 'open' \
        ON CONFLICT (device, subject, change) DO NOTHING";
    DUE_SIGNERS = "UPDATE push_target SET due_at = $2 WHERE (due_at = 0 OR held = 1) \
        AND state IN ('ok', 'failing') AND device IN \
        (SELECT w.device FROM push_wake w WHERE w.subject = $1 AND w.device IN \
            (SELECT d.id FROM assignment a JOIN device d ON d.person = a.person \
             WHERE a.request = $1 AND a.state = 'open'))";
    WAKE_DELEGATES = "INSERT INTO push_wake (device, subject, change, queued_at, claimed, urgency) \
        SELECT DISTINCT t.device, s.request, CAST($2 AS BIGINT), CAST($3 AS BIGINT), 0, \
        CAST($4 AS BIGINT) FROM stand_in s \
        JOIN assignment a ON a.request = s.request AND a.step = s.step AND a.person = s.principal \
        JOIN device d ON d.person = s.person AND d.state = 'active' \
        JOIN push_target t ON t.device = d.id AND t.state IN ('ok', 'failing') \
        WHERE s.request = $1 AND s.ended_change IS NULL AND a.state = 'open' \
        ON CONFLICT (device, subject, change) DO NOTHING";
    DUE_DELEGATES = "UPDATE push_target SET due_at = $2 WHERE (due_at = 0 OR held = 1) \
        AND state IN ('ok', 'failing') AND device IN \
        (SELECT w.device FROM push_wake w WHERE w.subject = $1 AND w.device IN \
            (SELECT d.id FROM stand_in s JOIN device d ON d.person = s.person \
             WHERE s.request = $1 AND s.ended_change IS NULL))";
    WAKE_ALL = concat!("INSERT INTO push_wake (device, subject, change, queued_at, claimed, urgency) \
        SELECT t.device, r.id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), 0, CAST($4 AS BIGINT) \
        FROM request r, device d \
        JOIN push_target t ON t.device = d.id AND t.state IN ('ok', 'failing') \
        WHERE r.id = $1 AND d.state = 'active' AND d.person IN (", told!(), ") \
        ON CONFLICT (device, subject, change) DO NOTHING");
    DUE_ALL = concat!("UPDATE push_target SET due_at = $2 WHERE (due_at = 0 OR held = 1) \
        AND state IN ('ok', 'failing') AND device IN \
        (SELECT w.device FROM push_wake w WHERE w.subject = $1 AND w.device IN \
            (SELECT d.id FROM device d WHERE d.person IN (", told!(), ")))");
    // Those who were reminded at a moment.
    WAKE_REMINDED = "INSERT INTO push_wake (device, subject, change, queued_at, claimed, urgency) \
        SELECT t.device, m.request, CAST($2 AS BIGINT), CAST($2 AS BIGINT), 0, CAST($3 AS BIGINT) \
        FROM reminder m JOIN device d ON d.person = m.person AND d.state = 'active' \
        JOIN push_target t ON t.device = d.id AND t.state IN ('ok', 'failing') \
        WHERE m.request = $1 AND m.at = $2 ON CONFLICT (device, subject, change) DO NOTHING";
    WAKE_ONE = "INSERT INTO push_wake (device, subject, change, queued_at, claimed, urgency) \
        VALUES ($1, $1, 0, $2, 0, $3) ON CONFLICT (device, subject, change) \
        DO UPDATE SET claimed = 0, queued_at = excluded.queued_at";
    DUE_ONE = "UPDATE push_target SET due_at = $2 WHERE device = $1 AND (due_at = 0 OR held = 1) \
        AND state IN ('ok', 'failing')";
}

/// Queues a wake-up for each phone of a request's open signers, once for each change of it.
pub async fn wake_signers(
    connection: &mut AnyConnection,
    request: RequestId,
    change: u64,
    urgency: u32,
    now: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(WAKE_SIGNERS).put(&request).put(&change).put(&now).put(&urgency);
    if insert.execute(&mut *connection).await?.rows_affected() > 0 {
        sqlx::query(DUE_SIGNERS).put(&request).put(&due).execute(&mut *connection).await?;
    }
    wake_delegates(connection, request, change, urgency, now, due).await
}

/// The same for those who decide in the places of open signers.
pub async fn wake_delegates(
    connection: &mut AnyConnection,
    request: RequestId,
    change: u64,
    urgency: u32,
    now: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(WAKE_DELEGATES).put(&request).put(&change).put(&now).put(&urgency);
    if insert.execute(&mut *connection).await?.rows_affected() > 0 {
        sqlx::query(DUE_DELEGATES).put(&request).put(&due).execute(connection).await?;
    }
    Ok(())
}

/// Notes that all who have decided on a request, or could, are to be told of a change.
pub async fn wake_all(
    connection: &mut AnyConnection,
    request: RequestId,
    change: u64,
    urgency: u32,
    now: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(WAKE_ALL).put(&request).put(&change).put(&now).put(&urgency);
    if insert.execute(&mut *connection).await?.rows_affected() > 0 {
        sqlx::query(DUE_ALL).put(&request).put(&due).execute(connection).await?;
    }
    Ok(())
}

/// Queues a wake-up for each phone of those who were reminded of a request at this moment.
pub async fn wake_reminded(
    connection: &mut AnyConnection,
    request: RequestId,
    urgency: u32,
    now: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(WAKE_REMINDED).put(&request).put(&now).put(&urgency);
    if insert.execute(&mut *connection).await?.rows_affected() > 0 {
        sqlx::query(DUE_SIGNERS).put(&request).put(&due).execute(&mut *connection).await?;
        sqlx::query(DUE_DELEGATES).put(&request).put(&due).execute(connection).await?;
    }
    Ok(())
}

/// Queues a wake-up that somebody asked for to see whether it comes; gives 0 where there is no
/// address.
pub async fn wake_one(
    connection: &mut AnyConnection,
    device: DeviceId,
    urgency: u32,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let stands = stands(connection, device).await?.map(|stands| stands.health);
    if !matches!(stands, Some(PushHealth::Ok | PushHealth::Failing)) {
        return Ok(0);
    }
    sqlx::query(WAKE_ONE).put(&device).put(&now).put(&urgency).execute(&mut *connection).await?;
    sqlx::query(DUE_ONE).put(&device).put(&now).execute(connection).await?;
    Ok(1)
}
