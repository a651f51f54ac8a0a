//! Replacing a phone by another one (ADR 0024): the invitation names the old one, which works until the new one may
//! act, and ends in the same act.
//!
//! A phone whose approval key is gone, such as after another fingerprint was enrolled in it, still has its auth
//! key: it asks for a replacement by a signed request, so that the officer sees which phone it is and whose.

use async_trait::async_trait;
use serde_json::json;
use trien_core::env::Timestamp;
use trien_core::id::{DeviceId, InvitationId};
use trien_core::register::State;

use super::account::Officer;
use super::act::{Act, Acted};
use super::device::{
    AuthenticatedDevice, RevocationReason, Standing, renew_unpublished, revoke_unpublished,
};
use super::invite::{self, Instead, NewInvitation, Purpose};
use super::people::branches;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
pub use crate::store::replacement::{Asking, Related};
use crate::store::{device, enrollment, register, replacement};
use crate::writer::{Commit, CommitError, Tx};

/// Phones that ask for a replacement, as many as are listed.
pub const MOST_ASKING: u32 = 50;

/// What a device has to do with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The one that it replaces, or is to replace.
    pub replaces: Option<Related>,
    /// Those that replace it, or wait to.
    pub successors: Vec<Related>,
    /// When it asked for a replacement, if nobody has settled that.
    pub asked_at: Option<Timestamp>,
}

/// What a device has to do with others.
pub async fn relations(app: &App, device: DeviceId) -> Result<Relations, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(Relations {
        replaces: replacement::replaced(&mut connection, device).await?,
        successors: replacement::successors(&mut connection, device).await?,
        asked_at: replacement::asked_at(&mut connection, device).await?,
    })
}

/// The phones within an officer's reach that ask for a replacement, the first to ask first.
pub async fn asking(app: &App, officer: &Officer) -> Result<Vec<Asking>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut all = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        all.extend(replacement::asking(&mut connection, &branch, MOST_ASKING).await?);
    }
    all.sort_by_key(|one| (one.asked_at, one.device));
    all.truncate(MOST_ASKING as usize);
    Ok(all)
}

/// Invites the person of a device to enroll another one in its place, or the same phone anew. The old one works
/// until the new one may act.
pub async fn invite(app: &App, act: &Act, device: DeviceId) -> Result<NewInvitation, FlowError> {
    invite_for(app, act, device, Purpose::Replacement).await
}

/// The same because the certificate of the device ends soon (ADR 0030): the old one is renewed, not revoked.
pub async fn renew(app: &App, act: &Act, device: DeviceId) -> Result<NewInvitation, FlowError> {
    invite_for(app, act, device, Purpose::Renewal).await
}

async fn invite_for(
    app: &App,
    act: &Act,
    device: DeviceId,
    purpose: Purpose,
) -> Result<NewInvitation, FlowError> {
    let row = {
        let mut connection = app.store().reader().await?;
        let row = device::by_id(&mut connection, device).await?;
        row.ok_or(FlowError::NotFound(Thing::Device))?
    };
    let instead = Instead { device, purpose };
    invite::create_instead(app, act, (row.person, row.unit), instead).await
}

/// A phone asks to be replaced. Asking again changes nothing.
pub async fn ask(app: &App, device: &AuthenticatedDevice) -> Result<(), FlowError> {
    device.require_active()?;
    app.writer().commit(Ask(device.clone())).await?;
    Ok(())
}

/// Notes that nothing has to be replaced, against what a phone asked for.
pub async fn settle(app: &App, act: &Act, device: DeviceId) -> Result<(), FlowError> {
    app.writer().commit(Acted(act.clone(), Settle(device))).await?;
    Ok(())
}

struct Ask(AuthenticatedDevice);

#[async_trait]
impl Commit for Ask {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.0.still_active(tx).await?;
        let (device, now) = (self.0.id, tx.now());
        if replacement::ask(tx.connection(), device, now).await? == 1 {
            let statement = json!({
                "device": device,
                "by": { "device": device },
                "before": { "asks_replacement": false },
                "after": { "asks_replacement": true },
            });
            tx.state(Kind::ReplacementAsked, device.as_bytes(), &statement).await?;
        }
        Ok(())
    }
}

struct Settle(DeviceId);

#[async_trait]
impl Commit for Settle {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let device = self.0;
        if replacement::settle(tx.connection(), device).await? != 1 {
            return Err(FlowError::NotFound(Thing::Proposal).into());
        }
        let statement = json!({
            "device": device,
            "before": { "asks_replacement": true },
            "after": { "asks_replacement": false },
        });
        tx.state(Kind::ReplacementSettled, device.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Whether a device can be replaced: it may act, or only an officer keeps it from acting.
pub(super) fn can_be(standing: Standing) -> bool {
    matches!(standing, Standing::Active | Standing::Suspended)
}

/// Whether the certificate of an entry can be renewed: its holder uses it, or did until its time was over.
#[must_use]
pub fn is_renewable(state: State) -> bool {
    matches!(state, State::InUse | State::Expired)
}

/// Refuses a device whose certificate cannot be renewed.
pub(super) async fn require_renewable(
    tx: &mut Tx<'_>,
    device: DeviceId,
) -> Result<(), CommitError> {
    let head = register::of_device(tx.connection(), device).await?;
    if head.is_some_and(|head| is_renewable(head.state)) {
        return Ok(());
    }
    let why = "only a certificate that its phone uses is renewed: replace the phone instead";
    Err(FlowError::BadRequest(why.to_owned()).into())
}

/// Ends the device that `new` was enrolled to replace, in the act by which `new` may act. Says whether a
/// certificate ended, so that whoever does this makes the revocation list afterwards.
pub(super) async fn end_replaced(tx: &mut Tx<'_>, new: DeviceId) -> Result<bool, CommitError> {
    let Some(old) = replacement::replaced(tx.connection(), new).await? else { return Ok(false) };
    let renews = renews(tx, new, &old).await?;
    // It was revoked meanwhile, as a stolen one is.
    if !can_be(old.standing) {
        return Ok(false);
    }
    let (before, after) = (json!({ "successor": null }), json!({ "successor": new }));
    let statement = json!({ "device": old.id, "successor": new, "before": before, "after": after });
    tx.state(Kind::DeviceReplaced, old.id.as_bytes(), &statement).await?;
    let outer = tx.follow_from(Some(Kind::DeviceReplaced));
    let ended =
        if renews { renew_unpublished(tx, old.id).await } else { revoke_replaced(tx, &old).await };
    tx.follow_from(outer);
    ended
}

async fn revoke_replaced(tx: &mut Tx<'_>, old: &Related) -> Result<bool, CommitError> {
    // A suspended one is seldom in its owner's hand, and a reason cannot be changed.
    let reason = match old.standing {
        Standing::Suspended => RevocationReason::KeyCompromise,
        _ => RevocationReason::Superseded,
    };
    revoke_unpublished(tx, old.id, reason).await
}

/// Whether the certificate of `new` renews that of `old`, as it was to; else it takes its place, and the register
/// no longer says that it renews.
async fn renews(tx: &mut Tx<'_>, new: DeviceId, old: &Related) -> Result<bool, CommitError> {
    let Some(entry) = register::of_device(tx.connection(), new).await? else { return Ok(false) };
    if !register::renews(tx.connection(), entry.id).await? {
        return Ok(false);
    }
    let head = register::of_device(tx.connection(), old.id).await?;
    let renewable = head.is_some_and(|head| is_renewable(head.state));
    let renews = renewable && old.standing == Standing::Active;
    if !renews {
        register::set_renews(tx.connection(), entry.id, false).await?;
    }
    Ok(renews)
}

/// The device that the one of an invitation is to replace.
pub(super) async fn meant_by(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
) -> Result<Option<Instead>, CommitError> {
    let row = enrollment::invitation(tx.connection(), invitation).await?;
    Ok(row.and_then(|row| row.replaces))
}
