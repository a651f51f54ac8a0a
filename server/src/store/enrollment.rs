//! Invitations and the attempts to use them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::PromptPolicy;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AttemptId, DeviceId, InvitationId, PersonId, UnitId};

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Whether an invitation can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// Yes, until it expires.
    Open,
    /// A device came of it.
    Used,
    /// Too many wrong codes, or the post that it was for has ended.
    Spent,
    /// An officer cancelled it.
    Cancelled,
    /// An officer sent another one in its place.
    Replaced,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptState {
    /// The challenge is out.
    Challenged,
    /// The keys are here; the officer compares.
    Keyed,
    /// A device came of it.
    Approved,
    /// It ended without one.
    Ended,
}

stored_names!(InvitationState {
    InvitationState::Open = "open",
    InvitationState::Used = "used",
    InvitationState::Spent = "spent",
    InvitationState::Cancelled = "cancelled",
    InvitationState::Replaced = "replaced",
});
stored_names!(AttemptState {
    AttemptState::Challenged = "challenged",
    AttemptState::Keyed = "keyed",
    AttemptState::Approved = "approved",
    AttemptState::Ended = "ended",
});

statements! {
    INSERT_INVITATION = "INSERT INTO invitation (id, person, unit, unit_name, pins, \
        expires_seconds, state, failures, created_at, replaces, renews) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INVITATION = "SELECT id, person, unit, unit_name, pins, expires_seconds, state, failures, \
        replaces, renews FROM invitation WHERE id = $1";
    PLAIN = "SELECT i.id, i.person, i.unit, i.unit_name, i.pins, i.expires_seconds, i.state, \
        i.failures, i.replaces, i.renews FROM invitation i WHERE i.person = $1 \
        AND NOT EXISTS (SELECT 1 FROM short_code c WHERE c.invitation = i.id) \
        ORDER BY CASE i.state WHEN 'open' THEN 0 ELSE 1 END, i.created_at DESC, i.id DESC \
        LIMIT $2";
    OF_SLIP = "SELECT 1 FROM short_code WHERE invitation = $1";
    COUNT_FAILURE = "UPDATE invitation SET failures = failures + 1, \
        state = CASE WHEN failures + 1 >= $2 THEN 'spent' ELSE state END \
        WHERE id = $1 AND state = 'open'";
    USE_INVITATION = "UPDATE invitation SET state = 'used' WHERE id = $1 AND state = 'open'";
    END_INVITATION = "UPDATE invitation SET state = $2 WHERE id = $1 AND state = 'open'";
    INSERT_ATTEMPT = "INSERT INTO attempt (id, invitation, state, c1, c2, created_at, prompt_policy) \
        VALUES ($1, $2, 'challenged', $3, $4, $5, $6)";
    ATTEMPT = "SELECT id, invitation, state, c1, c2, message, device, prompt_policy FROM attempt \
        WHERE id = $1";
    END_OTHERS = "UPDATE attempt SET state = 'ended' \
        WHERE invitation = $1 AND state IN ('challenged', 'keyed')";
    REFUSE_OTHERS = "UPDATE device SET state = 'refused' WHERE state = 'pending' \
        AND attempt IN (SELECT a.id FROM attempt a WHERE a.invitation = $1)";
    TAKE_KEYS = "UPDATE attempt SET state = 'keyed', message = $2, device = $3 \
        WHERE id = $1 AND state = 'challenged'";
    MOVE_ATTEMPT = "UPDATE attempt SET state = $2 WHERE id = $1 AND state = $3";
}

/// An invitation as stored; its secret is derived, never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Which.
    pub id: InvitationId,
    /// Whom it invites.
    pub person: PersonId,
    /// Into which unit.
    pub unit: UnitId,
    /// The unit's name as it stood in the link.
    pub unit_name: String,
    /// The server's pins as they stood in the link.
    pub pins: Vec<Sha256>,
    /// Useless after this.
    pub expires: UnixSecond,
    /// Whether it can still be used.
    pub state: InvitationState,
    /// Wrong codes and ended attempts so far.
    pub failures: u32,
    /// The device that ends when the one that comes of it may act.
    pub replaces: Option<Instead>,
}

/// The device in whose place another one comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Which.
    pub device: DeviceId,
    /// Why.
    pub purpose: Purpose,
}

/// Why a device comes in the place of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The other one, or its keys, are to be used no longer.
    Replacement,
    /// The certificate of the other one ends soon.
    Renewal,
}

/// An attempt as stored.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// Which.
    pub id: AttemptId,
    /// Of which invitation.
    pub invitation: InvitationId,
    /// Where it stands.
    pub state: AttemptState,
    /// The server's first value, 32 bytes.
    pub c1: Vec<u8>,
    /// The server's second value, 32 bytes.
    pub c2: Vec<u8>,
    /// Digest of the phone's key message.
    pub message: Option<Sha256>,
    /// The device that its keys made.
    pub device: Option<DeviceId>,
    /// How often the approval key asks for the person, as the phone was told before it made the key.
    pub prompt_policy: PromptPolicy,
}

impl InvitationRow {
    /// Whether what comes of it renews a certificate.
    #[must_use]
    pub fn renews(&self) -> bool {
        self.replaces.is_some_and(|instead| instead.purpose == Purpose::Renewal)
    }
}

/// Adds an invitation.
pub async fn insert_invitation(
    connection: &mut AnyConnection,
    invitation: &InvitationRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    let pins: Vec<u8> = invitation.pins.iter().flat_map(|pin| pin.0).collect();
    sqlx::query(INSERT_INVITATION)
        .put(&invitation.id)
        .put(&invitation.person)
        .put(&invitation.unit)
        .put(&invitation.unit_name)
        .put(&pins)
        .put(&invitation.expires)
        .put(&invitation.state)
        .put(&invitation.failures)
        .put(&at)
        .put_opt(invitation.replaces.map(|instead| instead.device).as_ref())
        .put(&invitation.renews())
        .execute(connection)
        .await?;
    Ok(())
}

/// One invitation.
pub async fn invitation(
    connection: &mut AnyConnection,
    id: InvitationId,
) -> Result<Option<InvitationRow>, StoreError> {
    let row = sqlx::query(INVITATION).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_invitation).transpose()
}

/// The newest invitations of a person that were made without a slip, in whatever state; at most `limit`.
pub async fn plain(
    connection: &mut AnyConnection,
    person: PersonId,
    limit: u32,
) -> Result<Vec<InvitationRow>, StoreError> {
    let rows = sqlx::query(PLAIN).put(&person).put(&limit).fetch_all(connection).await?;
    rows.iter().map(read_invitation).collect()
}

/// Whether an invitation stands for a short code, and ends with its slip's session.
pub async fn is_of_slip(
    connection: &mut AnyConnection,
    id: InvitationId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query(OF_SLIP).put(&id).fetch_optional(connection).await?.is_some())
}

/// Ends an open invitation; gives 0 when it was not open.
pub async fn end_invitation(
    connection: &mut AnyConnection,
    id: InvitationId,
    to: InvitationState,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END_INVITATION).put(&id).put(&to);
    Ok(end.execute(connection).await?.rows_affected())
}

fn read_invitation(row: &AnyRow) -> Result<InvitationRow, StoreError> {
    let pins: Vec<u8> = row.get_as(4)?;
    let (pins, rest) = pins.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt("pins"));
    }
    let device: Option<DeviceId> = row.get_opt(8)?;
    let purpose = if row.get_as(9)? { Purpose::Renewal } else { Purpose::Replacement };
    Ok(InvitationRow {
        id: row.get_as(0)?,
        person: row.get_as(1)?,
        unit: row.get_as(2)?,
        unit_name: row.get_as(3)?,
        pins: pins.iter().map(|pin| Sha256(*pin)).collect(),
        expires: row.get_as(5)?,
        state: row.get_as(6)?,
        failures: row.get_as(7)?,
        replaces: device.map(|device| Instead { device, purpose }),
    })
}

/// Counts a wrong code or an ended attempt; the last allowed one spends the invitation.
pub async fn count_failure(
    connection: &mut AnyConnection,
    id: InvitationId,
    most: u32,
) -> Result<u64, StoreError> {
    let update = sqlx::query(COUNT_FAILURE).put(&id).put(&most);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Uses an open invitation up; gives 0 when it was not open.
pub async fn use_invitation(
    connection: &mut AnyConnection,
    id: InvitationId,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(USE_INVITATION).put(&id).execute(connection).await?.rows_affected())
}

/// Adds an attempt.
pub async fn insert_attempt(
    connection: &mut AnyConnection,
    attempt: &AttemptRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_ATTEMPT)
        .put(&attempt.id)
        .put(&attempt.invitation)
        .put(&attempt.c1)
        .put(&attempt.c2)
        .put(&at)
        .put(&attempt.prompt_policy)
        .execute(connection)
        .await?;
    Ok(())
}

/// One attempt.
pub async fn attempt(
    connection: &mut AnyConnection,
    id: AttemptId,
) -> Result<Option<AttemptRow>, StoreError> {
    let row = sqlx::query(ATTEMPT).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(AttemptRow {
            id: row.get_as(0)?,
            invitation: row.get_as(1)?,
            state: row.get_as(2)?,
            c1: row.get_as(3)?,
            c2: row.get_as(4)?,
            message: row.get_opt(5)?,
            device: row.get_opt(6)?,
            prompt_policy: row.get_opt(7)?.unwrap_or_default(),
        })
    })
    .transpose()
}

/// Ends every unfinished attempt of an invitation and refuses the devices they brought; gives the
/// number of attempts ended.
pub async fn end_attempts(
    connection: &mut AnyConnection,
    invitation: InvitationId,
) -> Result<u64, StoreError> {
    sqlx::query(REFUSE_OTHERS).put(&invitation).execute(&mut *connection).await?;
    Ok(sqlx::query(END_OTHERS).put(&invitation).execute(connection).await?.rows_affected())
}

/// Takes the phone's keys for a challenged attempt; gives 0 when it was not challenged.
pub async fn take_keys(
    connection: &mut AnyConnection,
    id: AttemptId,
    message: &Sha256,
    device: DeviceId,
) -> Result<u64, StoreError> {
    let update = sqlx::query(TAKE_KEYS).put(&id).put(message).put(&device);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Moves an attempt from one state to another; gives 0 when it was in none such.
pub async fn move_attempt(
    connection: &mut AnyConnection,
    id: AttemptId,
    from: AttemptState,
    to: AttemptState,
) -> Result<u64, StoreError> {
    let update = sqlx::query(MOVE_ATTEMPT).put(&id).put(&to).put(&from);
    Ok(update.execute(connection).await?.rows_affected())
}
