//! A suspended device acts again when two persons say so: one asks, another one confirms
//! (security.md: whoever stops a device errs on the safe side, whoever starts one does not).

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::id::{AccountId, DeviceId};
use trien_core::register::Event;
use trien_core::wire::PersonView;

use super::account::{MAX_LEVELS, Officer, Role};
use super::act::Acted;
use super::device::{Standing, wrong_standing};
use super::people::branches;
use super::register::record;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
pub use crate::store::proposal::Proposal;
use crate::store::proposal::{self, Outcome};
use crate::store::{account, device, directory};
use crate::writer::{Commit, CommitError, Tx};

/// How long a second person may take, in seconds: a week.
pub const MAX_WAIT_SECONDS: i64 = 7 * 86_400;

/// Who may ask and confirm.
const ROLES: [Role; 1] = [Role::EnrollmentOfficer];

/// What waits for a second person in the units that an officer reaches, oldest first, each with the
/// device's person.
pub async fn waiting(
    app: &App,
    officer: &Officer,
) -> Result<Vec<(Proposal, PersonView)>, FlowError> {
    let now = app.clock().now();
    let mut connection = app.store().reader().await?;
    let mut waiting = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        waiting.extend(proposal::open(&mut connection, &branch, now).await?);
    }
    waiting.sort_by_key(|(one, _)| (one.proposed_at, one.device));
    Ok(waiting)
}

/// What waits for a second person on a device.
pub async fn waiting_on(app: &App, device: DeviceId) -> Result<Option<Proposal>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(proposal::open_on(&mut connection, device, app.clock().now()).await?)
}

/// Asks that a suspended device may act again.
pub async fn propose(
    app: &App,
    officer: &Officer,
    device: DeviceId,
    why: Text<500>,
) -> Result<(), FlowError> {
    require(app, officer, device).await?;
    let propose = Propose { device, account: officer.account, why: why.as_str().to_owned() };
    app.writer().commit(Acted(officer.act(Some(why)), propose)).await?;
    Ok(())
}

/// Lets the device act again, as another person asked. Nobody confirms what they asked for.
pub async fn confirm(app: &App, officer: &Officer, device: DeviceId) -> Result<(), FlowError> {
    require(app, officer, device).await?;
    let confirm = Confirm { device, account: officer.account };
    app.writer().commit(Acted(officer.act(None), confirm)).await?;
    Ok(())
}

/// Ends a proposal: another one's, or the own one. The device stays suspended.
pub async fn decline(
    app: &App,
    officer: &Officer,
    device: DeviceId,
    why: Text<500>,
) -> Result<(), FlowError> {
    require(app, officer, device).await?;
    app.writer().commit(Acted(officer.act(Some(why)), Decline(device))).await?;
    Ok(())
}

async fn require(app: &App, officer: &Officer, device: DeviceId) -> Result<(), FlowError> {
    let row = {
        let mut connection = app.store().reader().await?;
        device::by_id(&mut connection, device).await?
    };
    let row = row.ok_or(FlowError::NotFound(Thing::Device))?;
    officer.require(app, row.unit, &ROLES).await
}

struct Propose {
    device: DeviceId,
    account: AccountId,
    why: String,
}

#[async_trait]
impl Commit for Propose {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (device, now) = (self.device, tx.now());
        let known = device::known(tx.connection(), device).await?;
        if known.is_none_or(|known| known.standing != Standing::Suspended) {
            return Err(wrong_standing(tx, device).await?.into());
        }
        if proposal::open_on(tx.connection(), device, now).await?.is_some() {
            return Err(FlowError::BadRequest("this was asked for already".to_owned()).into());
        }
        // One whose time is over, or whose author is gone.
        proposal::end(tx.connection(), device, now, Outcome::Overtaken).await?;
        let new = Proposal {
            device,
            account: self.account,
            name: String::new(),
            why: self.why.clone(),
            proposed_at: now,
            ends_at: now.plus_seconds(MAX_WAIT_SECONDS),
        };
        proposal::insert(tx.connection(), &new).await?;
        let (before, after) = (json!({ "proposed": false }), json!({ "proposed": true }));
        let statement = json!({ "device": device, "before": before, "after": after });
        tx.state(Kind::ResumeProposed, device.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Confirm {
    device: DeviceId,
    account: AccountId,
}

#[async_trait]
impl Commit for Confirm {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (device, now) = (self.device, tx.now());
        let open = proposal::open_on(tx.connection(), device, now).await?;
        let open = open.ok_or(FlowError::NotFound(Thing::Proposal))?;
        let two = account::are_two_persons(tx.connection(), open.account, self.account).await?;
        if !two || !may_ask(tx, open.account, device).await? {
            return Err(FlowError::Forbidden.into());
        }
        let (from, to) = (Standing::Suspended, Standing::Active);
        if device::set_standing(tx.connection(), device, from, to).await? != 1 {
            return Err(wrong_standing(tx, device).await?.into());
        }
        record::follow(tx, device, Event::Resumed).await?;
        proposal::end(tx.connection(), device, now, Outcome::Confirmed).await?;
        let statement = json!({
            "device": device,
            "proposed": open.account,
            "for": open.why,
            "before": { "state": from.name() },
            "after": { "state": to.name() },
        });
        tx.state(Kind::DeviceResumed, device.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Whoever lost the role meanwhile could not ask any more.
async fn may_ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    device: DeviceId,
) -> Result<bool, CommitError> {
    let row = device::by_id(tx.connection(), device).await?;
    let row = row.ok_or(FlowError::NotFound(Thing::Device))?;
    let line = directory::line(tx.connection(), row.unit, MAX_LEVELS).await?;
    let grants = account::grants(tx.connection(), account).await?;
    Ok(grants.iter().any(|grant| ROLES.contains(&grant.role) && line.contains(&grant.unit)))
}

struct Decline(DeviceId);

#[async_trait]
impl Commit for Decline {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (device, now) = (self.0, tx.now());
        if proposal::open_on(tx.connection(), device, now).await?.is_none() {
            return Err(FlowError::NotFound(Thing::Proposal).into());
        }
        proposal::end(tx.connection(), device, now, Outcome::Declined).await?;
        let (before, after) = (json!({ "proposed": true }), json!({ "proposed": false }));
        let statement = json!({ "device": device, "before": before, "after": after });
        tx.state(Kind::ResumeDeclined, device.as_bytes(), &statement).await?;
        Ok(())
    }
}
