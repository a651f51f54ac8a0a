//! How phones are woken, and what is still to be told them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::DeviceId;
use trien_core::push::{PushHealth, PushKind};

use super::device::Standing;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

stored_names!(PushKind {
    PushKind::None = "none",
    PushKind::Fcm = "fcm",
    PushKind::Apns = "apns",
    PushKind::Webpush = "webpush",
    PushKind::Unifiedpush = "unifiedpush",
});
stored_names!(PushHealth {
    PushHealth::None = "none",
    PushHealth::Ok = "ok",
    PushHealth::Failing = "failing",
    PushHealth::Dead = "dead",
});

statements! {
    // What waits for the phone is told to its new address too.
    REGISTER = "INSERT INTO push_target (device, kind, provider, address, state, since, due_at, \
        lease_until, attempts, told_at, allowance_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0) \
        ON CONFLICT (device) DO UPDATE SET kind = excluded.kind, provider = excluded.provider, \
        address = excluded.address, state = excluded.state, since = excluded.since, answer = NULL, \
        sent_at = NULL, lease_until = 0, attempts = 0, held = 0, due_at = CASE WHEN excluded.state = 'ok' \
            AND EXISTS (SELECT 1 FROM push_wake w WHERE w.device = excluded.device) \
            THEN excluded.since ELSE 0 END";
    REMOVE = "DELETE FROM push_target WHERE device = $1";
    FORGET_WAKES = "DELETE FROM push_wake WHERE device = $1";
    STANDS = "SELECT kind, state, since, sent_at, answer FROM push_target WHERE device = $1";
    ADDRESS = "SELECT address FROM push_target WHERE device = $1";
    ANY_DUE = "SELECT 1 FROM push_target WHERE due_at > 0 AND due_at <= $1 AND lease_until <= $1 \
        AND state IN ('ok', 'failing') LIMIT 1";
    DUE = "SELECT t.device, t.kind, t.provider, t.address, t.attempts, t.told_at, t.allowance_at, \
        d.state, COALESCE((SELECT MAX(w.urgency) FROM push_wake w WHERE w.device = t.device), 0) \
        FROM push_target t JOIN device d ON d.id = t.device \
        WHERE t.due_at > 0 AND t.due_at <= $1 AND t.lease_until <= $1 \
        AND t.state IN ('ok', 'failing') ORDER BY t.due_at LIMIT $2";
    HOLD = "UPDATE push_target SET held = 1, due_at = $2 \
        WHERE device = $1 AND due_at > 0 AND lease_until <= $3";
    CLAIM = "UPDATE push_target SET lease_until = $2, attempts = attempts + 1, held = 0 \
        WHERE device = $1 AND lease_until <= $3";
    CLAIM_WAKES = "UPDATE push_wake SET claimed = 1 WHERE device = $1 AND claimed = 0";
    POSTPONE = "UPDATE push_target SET due_at = $2 \
        WHERE provider = $1 AND due_at > 0 AND due_at < $2 AND lease_until <= $3";
    REST = "UPDATE push_target SET due_at = 0, held = 0, lease_until = 0, attempts = 0 WHERE device = $1";
    TOLD = "DELETE FROM push_wake WHERE device = $1 AND claimed = 1 AND EXISTS \
        (SELECT 1 FROM push_target t WHERE t.device = $1 AND t.lease_until = $2)";
    // A wake-up that came meanwhile is told two seconds after.
    SENT = "UPDATE push_target SET state = 'ok', sent_at = $3, answer = $4, told_at = $5, \
        allowance_at = $6, since = CASE WHEN state = 'ok' THEN since ELSE $3 END, attempts = 0, \
        lease_until = 0, due_at = CASE WHEN EXISTS \
            (SELECT 1 FROM push_wake w WHERE w.device = $1) THEN $7 ELSE 0 END \
        WHERE device = $1 AND lease_until = $2";
    FAILED = "UPDATE push_target SET state = 'failing', answer = $4, \
        since = CASE WHEN state = 'failing' THEN since ELSE $3 END, lease_until = 0, \
        due_at = CASE WHEN EXISTS (SELECT 1 FROM push_wake w WHERE w.device = $1) THEN $5 ELSE 0 END \
        WHERE device = $1 AND lease_until = $2";
    DIED = "UPDATE push_target SET state = 'dead', answer = $4, since = $3, address = $5, \
        lease_until = 0, attempts = 0, due_at = 0 WHERE device = $1 AND lease_until = $2";
    BURY = "INSERT INTO push_dead (digest, died_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    IS_DEAD = "SELECT 1 FROM push_dead WHERE digest = $1";
    SWEEP_DEAD = "DELETE FROM push_dead WHERE died_at < $1";
    SWEEP_WAKES = "DELETE FROM push_wake WHERE device IN \
        (SELECT d.id FROM device d WHERE d.state IN ('revoked', 'refused'))";
    SWEEP_TARGETS = "DELETE FROM push_target WHERE device IN \
        (SELECT d.id FROM device d WHERE d.state IN ('revoked', 'refused'))";
    OVERDUE = "SELECT DISTINCT w.device FROM push_wake w WHERE w.queued_at <= $1 LIMIT $2";
    DROP_OVERDUE = "DELETE FROM push_wake WHERE device = $1 AND queued_at <= $2";
    GIVE_UP = "UPDATE push_target SET attempts = 0, due_at = CASE WHEN EXISTS \
        (SELECT 1 FROM push_wake w WHERE w.device = $1) THEN due_at ELSE 0 END \
        WHERE device = $1 AND state <> 'dead'";
    SUBJECTS = "SELECT subject FROM statement WHERE leaf >= $1 ORDER BY leaf LIMIT $2";
    CONCERNED = "SELECT a.person FROM request r JOIN assignment a ON a.request = r.id \
        WHERE r.change > $1 UNION SELECT s.person FROM request r JOIN stand_in s ON s.request = r.id \
        WHERE r.change > $1 UNION SELECT c.person FROM request_copy c \
        WHERE c.change > $1 AND c.person IS NOT NULL";
}

/// How it stands with waking a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    /// By whom.
    pub kind: PushKind,
    /// Whether that works.
    pub health: PushHealth,
    /// Since when.
    pub since: Timestamp,
    /// When a provider last took a wake-up.
    pub sent_at: Option<Timestamp>,
    /// What the provider last answered.
    pub answer: Option<String>,
}

/// A phone that is to be woken.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub device: DeviceId,
    /// By whom.
    pub kind: PushKind,
    /// The service, a name or a host.
    pub provider: String,
    /// The sealed address.
    pub address: Vec<u8>,
    /// Tries so far, this one included once claimed.
    pub attempts: u32,
    /// When it was last woken aloud.
    pub told_at: Timestamp,
    /// Where its allowance of loud wake-ups stands.
    pub allowance_at: Timestamp,
    /// Whether the device may act.
    pub standing: Standing,
    /// How much presses what presses most of all that it is to be told.
    pub urgency: u32,
}

/// An address to keep.
#[derive(Clone, Debug)]
pub struct NewTarget {
    /// Whose.
    pub device: DeviceId,
    /// By whom.
    pub kind: PushKind,
    /// The service, a name or a host.
    pub provider: String,
    /// Sealed.
    pub address: Vec<u8>,
    /// Nothing known against it, known to be dead, or none.
    pub health: PushHealth,
}

/// What became of a push that was claimed until `lease`.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Whose.
    pub device: DeviceId,
    /// Until when.
    pub lease: Timestamp,
    /// When it ended.
    pub now: Timestamp,
    /// What the provider said.
    pub answer: String,
}

/// Keeps an address, in place of another.
pub async fn register(
    connection: &mut AnyConnection,
    target: &NewTarget,
    now: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(REGISTER)
        .put(&target.device)
        .put(&target.kind)
        .put(&target.provider)
        .put(&target.address)
        .put(&target.health)
        .put(&now);
    insert.execute(connection).await?;
    Ok(())
}

/// Forgets an address and what was to be told there.
pub async fn remove(connection: &mut AnyConnection, device: DeviceId) -> Result<(), StoreError> {
    sqlx::query(FORGET_WAKES).put(&device).execute(&mut *connection).await?;
    sqlx::query(REMOVE).put(&device).execute(connection).await?;
    Ok(())
}

/// How it stands with waking a phone; nothing where it never said how.
pub async fn stands(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Option<Stands>, StoreError> {
    let row = sqlx::query(STANDS).put(&device).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Stands {
            kind: row.get_as(0)?,
            health: row.get_as(1)?,
            since: row.get_as(2)?,
            sent_at: row.get_opt(3)?,
            answer: row.get_opt(4)?,
        })
    })
    .transpose()
}

/// A device's sealed address, empty where it is dead.
pub async fn address(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(ADDRESS).put(&device).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Leaves a phone in peace until `until`; nothing where somebody wakes it already.
pub async fn hold(
    connection: &mut AnyConnection,
    device: DeviceId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(HOLD).put(&device).put(&until).put(&now).execute(connection).await?;
    Ok(())
}

/// Whether a phone is to be woken now.
pub async fn any_due(connection: &mut AnyConnection, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sqlx::query(ANY_DUE).put(&now).fetch_optional(connection).await?.is_some())
}

/// Phones that are to be woken now, and that nobody wakes yet.
pub async fn due(
    connection: &mut AnyConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Due>, StoreError> {
    let rows = sqlx::query(DUE).put(&now).put(&limit).fetch_all(connection).await?;
    rows.iter().map(read_due).collect()
}

/// Takes a phone until `lease`, with all that is to be told it by now; gives 0 when somebody else
/// has it.
pub async fn claim(
    connection: &mut AnyConnection,
    device: DeviceId,
    lease: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let update = sqlx::query(CLAIM).put(&device).put(&lease).put(&now);
    let claimed = update.execute(&mut *connection).await?.rows_affected();
    if claimed == 1 {
        sqlx::query(CLAIM_WAKES).put(&device).execute(connection).await?;
    }
    Ok(claimed)
}

/// Puts off all that is due at a provider.
pub async fn postpone(
    connection: &mut AnyConnection,
    provider: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = sqlx::query(POSTPONE).bind(provider.to_owned()).put(&until).put(&now);
    update.execute(connection).await?;
    Ok(())
}

/// Forgets what was to be told a device that may not act.
pub async fn rest(connection: &mut AnyConnection, device: DeviceId) -> Result<(), StoreError> {
    sqlx::query(FORGET_WAKES).put(&device).execute(&mut *connection).await?;
    sqlx::query(REST).put(&device).execute(connection).await?;
    Ok(())
}

/// Notes that the provider took it: when the phone was last woken aloud, where its allowance stands
/// now, and when to tell what came meanwhile.
pub async fn sent(
    connection: &mut AnyConnection,
    of: &Claimed,
    told_at: Timestamp,
    allowance_at: Timestamp,
    again: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(TOLD).put(&of.device).put(&of.lease).execute(&mut *connection).await?;
    let update = sqlx::query(SENT)
        .put(&of.device)
        .put(&of.lease)
        .put(&of.now)
        .put(&of.answer)
        .put(&told_at)
        .put(&allowance_at)
        .put(&again);
    update.execute(connection).await?;
    Ok(())
}

/// Notes that it is to be tried again.
pub async fn failed(
    connection: &mut AnyConnection,
    of: &Claimed,
    again: Timestamp,
) -> Result<(), StoreError> {
    let update =
        sqlx::query(FAILED).put(&of.device).put(&of.lease).put(&of.now).put(&of.answer).put(&again);
    update.execute(connection).await?;
    Ok(())
}

/// Notes that an address is of no use: it is forgotten, but for the digest, if one is given, by which it is known
/// should it come again.
pub async fn died(
    connection: &mut AnyConnection,
    of: &Claimed,
    digest: Option<&[u8]>,
) -> Result<(), StoreError> {
    if let Some(digest) = digest {
        sqlx::query(BURY).bind(digest.to_vec()).put(&of.now).execute(&mut *connection).await?;
    }
    let update = sqlx::query(DIED)
        .put(&of.device)
        .put(&of.lease)
        .put(&of.now)
        .put(&of.answer)
        .bind(Vec::<u8>::new());
    update.execute(connection).await?;
    Ok(())
}

/// Whether an address was known to be dead.
pub async fn is_dead(connection: &mut AnyConnection, digest: &[u8]) -> Result<bool, StoreError> {
    let query = sqlx::query(IS_DEAD).bind(digest.to_vec());
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// Forgets addresses that died before `then`, and those of devices that ended.
pub async fn sweep(connection: &mut AnyConnection, then: Timestamp) -> Result<u64, StoreError> {
    sqlx::query(SWEEP_WAKES).execute(&mut *connection).await?;
    sqlx::query(SWEEP_TARGETS).execute(&mut *connection).await?;
    Ok(sqlx::query(SWEEP_DEAD).put(&then).execute(connection).await?.rows_affected())
}

/// Phones that were to be told something since `then` or longer.
pub async fn overdue(
    connection: &mut AnyConnection,
    then: Timestamp,
    limit: u32,
) -> Result<Vec<DeviceId>, StoreError> {
    let rows = sqlx::query(OVERDUE).put(&then).put(&limit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Gives up what was to be told a phone since `then` or longer.
pub async fn give_up(
    connection: &mut AnyConnection,
    device: DeviceId,
    then: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(DROP_OVERDUE).put(&device).put(&then).execute(&mut *connection).await?;
    sqlx::query(GIVE_UP).put(&device).execute(connection).await?;
    Ok(())
}

/// Whom statements from leaf `from` on are about: identifiers of devices, people and others.
pub async fn subjects(
    connection: &mut AnyConnection,
    from: u64,
    limit: u32,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sqlx::query(SUBJECTS).put(&from).put(&limit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// People with a part in a request that changed after `change`.
pub async fn concerned(
    connection: &mut AnyConnection,
    change: u64,
) -> Result<Vec<trien_core::id::PersonId>, StoreError> {
    let rows = sqlx::query(CONCERNED).put(&change).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

fn read_due(row: &AnyRow) -> Result<Due, StoreError> {
    Ok(Due {
        device: row.get_as(0)?,
        kind: row.get_as(1)?,
        provider: row.get_as(2)?,
        address: row.get_as(3)?,
        attempts: row.get_as(4)?,
        told_at: row.get_as(5)?,
        allowance_at: row.get_as(6)?,
        standing: row.get_as(7)?,
        urgency: row.get_as(8)?,
    })
}
