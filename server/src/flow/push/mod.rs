//! How a phone is to be woken: it says where, and what queues work for it queues a wake-up.
//!
//! Nothing here speaks to a provider: a wake-up is a row, written in the transaction that queues the
//! work, and a job sends it.

mod seal;

use async_trait::async_trait;
use trien_core::id::{DeviceId, RequestId};
use trien_core::push::{PushAddress, PushHealth, PushKind, PushStatus};
use trien_core::wire::Base64;

use super::account::{Officer, Role};
use super::device::{AuthenticatedDevice, Standing, wrong_standing};
use super::notices::Pressing;
use super::{FlowError, devices};
use crate::app::App;
pub use crate::store::push::Stands;
use crate::store::push::{self, NewTarget};
use crate::store::{device, request as requests, wake};
use crate::writer::{Commit, CommitError, Tx};

pub use seal::{NotOpened, Seal};

/// What is queued for a phone within so many seconds is told at once.
pub const TOGETHER_SECONDS: i64 = 2;

/// What the server offers, and how it stands with this phone.
pub async fn status(app: &App, device: &AuthenticatedDevice) -> Result<PushStatus, FlowError> {
    device.require_active()?;
    let stands = health(app, device.id).await?;
    Ok(PushStatus {
        offers: app.push_offers(),
        vapid: Base64(app.vapid_key()),
        kind: stands.as_ref().map_or(PushKind::None, |stands| stands.kind),
        health: stands.as_ref().map_or(PushHealth::None, |stands| stands.health),
        since: stands.as_ref().map(|stands| stands.since),
        sent_at: stands.and_then(|stands| stands.sent_at),
    })
}

/// How it stands with waking a device; nothing where it never said how.
pub async fn health(app: &App, device: DeviceId) -> Result<Option<Stands>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(push::stands(&mut connection, device).await?)
}

/// Keeps where a phone is woken, in place of what it said before. An address that its provider does
/// not know any more is kept as dead: the app gets another.
pub async fn register(
    app: &App,
    device: &AuthenticatedDevice,
    address: &PushAddress,
) -> Result<PushStatus, FlowError> {
    device.require_active()?;
    let unfit = |why: &dyn std::fmt::Display| FlowError::BadRequest(why.to_string());
    address.check().map_err(|why| unfit(&why))?;
    if !app.push_offers().contains(&address.kind()) {
        return Err(unfit(&"this server wakes nobody that way"));
    }
    let provider = app.push_provider(address).map_err(|why| unfit(&why))?;
    let seal = app.push_seal();
    let register = Register {
        device: device.clone(),
        digest: seal.digest(address),
        target: NewTarget {
            device: device.id,
            kind: address.kind(),
            provider,
            address: seal.seal(device.id, address, app.entropy())?,
            health: match address {
                PushAddress::None => PushHealth::None,
                _ => PushHealth::Ok,
            },
        },
    };
    app.writer().commit(register).await?;
    status(app, device).await
}

/// Forgets where a phone is woken.
pub async fn remove(app: &App, device: &AuthenticatedDevice) -> Result<(), FlowError> {
    device.require_active()?;
    app.writer().commit(Remove(device.clone())).await?;
    Ok(())
}

/// Wakes the phone that asks, to see whether it comes.
pub async fn test(app: &App, device: &AuthenticatedDevice) -> Result<(), FlowError> {
    device.require_active()?;
    app.writer().commit(Test { device: device.id, by: Some(device.clone()) }).await?;
    Ok(())
}

/// Wakes a phone for an officer who enrolls in its unit.
pub async fn test_of(app: &App, officer: &Officer, id: DeviceId) -> Result<(), FlowError> {
    let device = devices::one(app, officer, id).await?;
    officer.require(app, device.unit, &[Role::EnrollmentOfficer]).await?;
    app.writer().commit(Test { device: id, by: None }).await?;
    Ok(())
}

/// Queues a wake-up for the phones of a request's open signers, within the transaction that gave them
/// something to do. `change` is the number of that change.
pub(super) async fn wake(
    tx: &mut Tx<'_>,
    request: RequestId,
    change: u64,
) -> Result<(), CommitError> {
    let now = tx.now();
    let due = now.plus_seconds(TOGETHER_SECONDS);
    let urgency = pressing(tx, request).await?;
    Ok(wake::wake_signers(tx.connection(), request, change, urgency, now, due).await?)
}

/// The same for those alone who decide in others' places: for the signers nothing has changed.
pub(super) async fn wake_delegates(
    tx: &mut Tx<'_>,
    request: RequestId,
    change: u64,
) -> Result<(), CommitError> {
    let now = tx.now();
    let due = now.plus_seconds(TOGETHER_SECONDS);
    let urgency = pressing(tx, request).await?;
    Ok(wake::wake_delegates(tx.connection(), request, change, urgency, now, due).await?)
}

/// Queues a wake-up for the phones of all who have decided on a request or could, within the transaction that ends it
/// and before it does.
pub(super) async fn tell_all(
    tx: &mut Tx<'_>,
    request: RequestId,
    change: u64,
) -> Result<(), CommitError> {
    let now = tx.now();
    let due = now.plus_seconds(TOGETHER_SECONDS);
    let urgency = pressing(tx, request).await?;
    Ok(wake::wake_all(tx.connection(), request, change, urgency, now, due).await?)
}

/// Queues a wake-up for the phones of those who were reminded of a request at this moment.
pub(super) async fn wake_reminded(tx: &mut Tx<'_>, request: RequestId) -> Result<(), CommitError> {
    let now = tx.now();
    let due = now.plus_seconds(TOGETHER_SECONDS);
    let urgency = pressing(tx, request).await?;
    Ok(wake::wake_reminded(tx.connection(), request, urgency, now, due).await?)
}

async fn pressing(tx: &mut Tx<'_>, request: RequestId) -> Result<u32, CommitError> {
    let metadata = requests::metadata(tx.connection(), request).await?;
    Ok(metadata.map_or(0, |metadata| Pressing::of(metadata.urgency).0))
}

struct Register {
    device: AuthenticatedDevice,
    digest: [u8; 32],
    target: NewTarget,
}

#[async_trait]
impl Commit for Register {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        self.device.still_active(tx).await?;
        if push::is_dead(tx.connection(), &self.digest).await? {
            self.target.health = PushHealth::Dead;
            self.target.address = Vec::new();
        }
        Ok(push::register(tx.connection(), &self.target, now).await?)
    }
}

struct Remove(AuthenticatedDevice);

#[async_trait]
impl Commit for Remove {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.0.still_active(tx).await?;
        Ok(push::remove(tx.connection(), self.0.id).await?)
    }
}

struct Test {
    device: DeviceId,
    /// The phone itself, where no officer asks.
    by: Option<AuthenticatedDevice>,
}

#[async_trait]
impl Commit for Test {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        match &self.by {
            Some(device) => device.still_active(tx).await?,
            None => {
                let known = device::known(tx.connection(), self.device).await?;
                if known.is_none_or(|known| known.standing != Standing::Active) {
                    return Err(wrong_standing(tx, self.device).await?.into());
                }
            }
        }
        match wake::wake_one(tx.connection(), self.device, Pressing::ASKED.0, now).await? {
            0 => Err(FlowError::BadRequest("the phone has no address to wake it at".into()).into()),
            _ => Ok(()),
        }
    }
}
