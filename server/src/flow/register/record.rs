//! Writing the register: inside the commit of the act itself, so that it never says what was not
//! done.

use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::id::{DeviceId, InvitationId};
use trien_core::register::{Event, Misfit, State, Turn};

use crate::flow::act::Actor;
use crate::flow::act::kind::Kind;
use crate::flow::{FlowError, document_signature};
use crate::store::register::{self, Author, Certified, EventRow, Head, NewEntry};
use crate::writer::{CommitError, Tx};

/// Begins an entry with its first event. Here as below, `author` counts where the commit is part of
/// no act of administration; else whoever acts is the author.
pub(in crate::flow) async fn begin(
    tx: &mut Tx<'_>,
    entry: &NewEntry,
    event: Event,
    author: Author,
) -> Result<Head, CommitError> {
    let state = State::first(event).map_err(defect)?;
    register::insert(tx.connection(), entry, state).await?;
    let head = Head { id: entry.id, state, events: 0 };
    let turn = Turn::between(None, state);
    write(tx, head, (state, turn), row(tx, event, author, None)).await
}

/// Adds an event that must fit.
pub(in crate::flow) async fn note(
    tx: &mut Tx<'_>,
    head: Head,
    event: Event,
    author: Author,
) -> Result<Head, CommitError> {
    let to = moved(head, event)?;
    write(tx, head, to, row(tx, event, author, None)).await
}

/// Revokes an entry, with the reason code of RFC 5280 §5.3.1.
pub(in crate::flow) async fn note_revoked(
    tx: &mut Tx<'_>,
    head: Head,
    reason: u32,
) -> Result<Head, CommitError> {
    let to = moved(head, Event::Revoked)?;
    write(tx, head, to, row(tx, Event::Revoked, Author::Server, Some(reason))).await
}

/// Notes what happened to a device with the entry of its certificate. A device goes on being
/// suspended and resumed after its certificate has ended; the entry stays as it ended.
pub(in crate::flow) async fn follow(
    tx: &mut Tx<'_>,
    device: DeviceId,
    event: Event,
) -> Result<(), CommitError> {
    follow_by(tx, device, event, Author::Server).await
}

/// The same, with the author of what is part of no act of administration.
pub(in crate::flow) async fn follow_by(
    tx: &mut Tx<'_>,
    device: DeviceId,
    event: Event,
    author: Author,
) -> Result<(), CommitError> {
    let head = of(tx, device).await?;
    let has_ended = head.state.has_certificate() && !head.state.is_in_force();
    if !has_ended {
        note(tx, head, event, author).await?;
    }
    Ok(())
}

/// Notes that a device's certificate was revoked.
pub(in crate::flow) async fn revoke(
    tx: &mut Tx<'_>,
    device: DeviceId,
    reason: u32,
) -> Result<(), CommitError> {
    let head = of(tx, device).await?;
    note_revoked(tx, head, reason).await?;
    Ok(())
}

/// Notes that another certificate renews a device's; says whether it was not over yet.
pub(in crate::flow) async fn renew(tx: &mut Tx<'_>, device: DeviceId) -> Result<bool, CommitError> {
    let head = of(tx, device).await?;
    if head.state == State::Expired {
        return Ok(false);
    }
    note(tx, head, Event::Renewed, Author::Server).await?;
    Ok(true)
}

/// Gives a device's entry its certificate.
pub(in crate::flow) async fn certify(
    tx: &mut Tx<'_>,
    device: DeviceId,
    certificate: Certified,
) -> Result<(), CommitError> {
    let head = of(tx, device).await?;
    if register::certify(tx.connection(), head.id, &certificate).await? != 1 {
        return Err(FlowError::Internal("an entry has a certificate already".to_owned()).into());
    }
    note(tx, head, Event::Issued, Author::Server).await?;
    Ok(())
}

/// Refuses what was requested with an invitation and waits for its officer.
pub(in crate::flow) async fn refuse_requested(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
    author: Author,
) -> Result<(), CommitError> {
    for head in register::requested_of(tx.connection(), invitation).await? {
        note(tx, head, Event::Refused, author).await?;
    }
    Ok(())
}

/// Writes a statement about a certificate into the log.
pub(super) async fn state(
    tx: &mut Tx<'_>,
    kind: Kind,
    certificate: &Sha256,
    (before, after): (Option<State>, State),
) -> Result<(), CommitError> {
    let before = before.map(|state| json!({ "state": state.name() }));
    let after = json!({ "state": after.name() });
    let statement = json!({ "certificate": certificate, "before": before, "after": after });
    tx.state(kind, certificate.as_bytes(), &statement).await?;
    Ok(())
}

async fn of(tx: &mut Tx<'_>, device: DeviceId) -> Result<Head, CommitError> {
    let head = register::of_device(tx.connection(), device).await?;
    let missing = || FlowError::Internal("a device is not in the register".to_owned());
    Ok(head.ok_or_else(missing)?)
}

fn row(tx: &Tx<'_>, event: Event, author: Author, reason: Option<u32>) -> EventRow {
    let (author, why) = match tx.act() {
        None => (author, None),
        Some(act) => {
            let author = match act.by {
                Actor::CommandLine => Author::CommandLine,
                Actor::Account(account) => Author::Account(account),
            };
            (author, act.why.as_ref().map(|why| why.as_str().to_owned()))
        }
    };
    EventRow { event, at: Some(tx.now()), author, reason, why, name: None }
}

/// Where an event leads, and what it does to whether the certificate is in use.
fn moved(head: Head, event: Event) -> Result<(State, Turn), CommitError> {
    let to = head.state.after(event).map_err(defect)?;
    Ok((to, Turn::between(Some(head.state), to)))
}

async fn write(
    tx: &mut Tx<'_>,
    head: Head,
    (to, turn): (State, Turn),
    event: EventRow,
) -> Result<Head, CommitError> {
    let number = head.events + 1;
    if register::advance(tx.connection(), head, to, number).await? != 1 {
        return Err(FlowError::Internal("an entry moved meanwhile".to_owned()).into());
    }
    register::insert_event(tx.connection(), (head.id, number), &event, turn).await?;
    document_signature::end::follow_register(tx, head.id, to == State::InUse).await?;
    Ok(Head { id: head.id, state: to, events: number })
}

fn defect(misfit: Misfit) -> CommitError {
    FlowError::Internal(misfit.to_string()).into()
}
