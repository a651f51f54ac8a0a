//! Devices: who they are, whether they may act, and ending them.

use async_trait::async_trait;
use serde_json::json;
use trien_core::certificate::Certificate;
use trien_core::decision::Authority;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{DeviceId, PersonId};
use trien_core::register::{Event, State};
use trien_core::wire::{Base64, DeviceStatus, Profile};

use super::act::kind::Kind;
use super::act::{Act, Acted};
use super::exchange::in_force_for;
use super::register::record;
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::certificate::Held;
use crate::store::device::DeviceRow;
pub use crate::store::device::{DeviceView, KnownDevice, Standing};
use crate::store::proposal::{self, Outcome};
use crate::store::register::Author;
use crate::store::{anchor, certificate, device, directory, register};
use crate::writer::{Commit, CommitError, Tx};

/// A device whose RFC 9421 signature over this request was verified by the caller.
///
/// Every flow asks [`Self::require_active`] itself: a suspended device may still read its status,
/// and its decisions are recorded as refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedDevice {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// Whether it may act.
    pub standing: Standing,
    /// The request's `nonce`, spent in the transaction that it protects.
    pub nonce: String,
}

impl AuthenticatedDevice {
    /// Refuses all but active devices.
    pub fn require_active(&self) -> Result<(), FlowError> {
        match self.standing {
            Standing::Active => Ok(()),
            Standing::Pending | Standing::WaitingForCertificate => Err(FlowError::DevicePending),
            Standing::Suspended => Err(FlowError::DeviceSuspended),
            Standing::Refused | Standing::Revoked => Err(FlowError::DeviceRevoked),
        }
    }

    /// The same in the transaction that the request has effect in: spends its nonce, and looks again at where the
    /// device stands.
    pub(super) async fn still_active(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if device::spend_nonce(tx.connection(), self.id, &self.nonce, now).await? != 1 {
            return Err(FlowError::Replayed.into());
        }
        let known = device::known(tx.connection(), self.id).await?;
        let known = known.ok_or(FlowError::Unauthenticated)?;
        Self { standing: known.standing, ..self.clone() }.require_active()?;
        Ok(())
    }
}

/// Why a device is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevocationReason {
    /// Lost or stolen, or its key known to others (RFC 5280 `keyCompromise`).
    KeyCompromise,
    /// The person left the post (`affiliationChanged`).
    AffiliationChanged,
    /// Replaced by another device (`superseded`).
    Superseded,
    /// No longer used (`cessationOfOperation`).
    CessationOfOperation,
}

impl RevocationReason {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
    ];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Its name in forms and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyCompromise => "key-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
        }
    }

    /// The reason code of RFC 5280 §5.3.1.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }
}

/// The device with this `keyid`; [`FlowError::Unauthenticated`] when there is none.
pub async fn lookup(app: &App, id: DeviceId) -> Result<KnownDevice, FlowError> {
    let mut connection = app.store().reader().await?;
    device::known(&mut connection, id).await?.ok_or(FlowError::Unauthenticated)
}

/// Where the device stands, its profile when active. Allowed in every standing.
pub async fn status(app: &App, device: &AuthenticatedDevice) -> Result<DeviceStatus, FlowError> {
    let mut connection = app.store().reader().await?;
    let row = device::by_id(&mut connection, device.id).await?;
    let row = row.ok_or(FlowError::Unauthenticated)?;
    Ok(match row.standing {
        Standing::Pending => DeviceStatus::Pending,
        Standing::WaitingForCertificate => DeviceStatus::WaitingForCertificate,
        Standing::Refused => DeviceStatus::Refused,
        Standing::Suspended => DeviceStatus::Suspended,
        Standing::Revoked => DeviceStatus::Revoked,
        Standing::Active => {
            DeviceStatus::Active { profile: Box::new(profile(app, &mut connection, &row).await?) }
        }
    })
}

async fn profile(
    app: &App,
    connection: &mut sqlx::AnyConnection,
    row: &DeviceRow,
) -> Result<Profile, FlowError> {
    let person = directory::person_in_unit(connection, row.person, row.unit).await?;
    let person = person.ok_or(FlowError::NotFound(Thing::Person))?;
    let unit = directory::unit(connection, row.unit).await?;
    let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
    let missing = || FlowError::Internal("an active device without a certificate".to_owned());
    let sha256 = row.certificate.ok_or_else(missing)?;
    let held = certificate::held(connection, &sha256).await?.ok_or_else(missing)?;
    let chain = chain(app, connection, &held).await?;
    // Colleagues may have certificates from elsewhere than this phone.
    let mut anchors = vec![app.ca().root().der().to_vec()];
    anchors.extend(in_force_for(connection, row.unit).await?.into_iter().map(|row| row.der));
    // An anchor that has ended does not end what was certified below it.
    anchors.extend(chain.last().filter(|last| !anchors.contains(last)).cloned());
    Ok(Profile {
        device: row.id,
        authority: authority(&person.view.position)?,
        person: person.view,
        unit: unit.view,
        certificate: Base64(held.der),
        chain: chain.into_iter().map(Base64).collect(),
        anchors: anchors.into_iter().map(Base64).collect(),
        log_key: app.log_key(),
        pins: app.settings().pins.clone(),
        prompt_policy: row.prompt_policy,
    })
}

/// The authorities above a certificate, DER, the issuer first and the root last.
pub(super) async fn chain(
    app: &App,
    connection: &mut sqlx::AnyConnection,
    held: &Held,
) -> Result<Vec<Vec<u8>>, FlowError> {
    let Some(path) = &held.path else {
        let ca = app.ca();
        let certificate = Certificate::parse(&held.der)
            .map_err(|error| FlowError::Internal(error.to_string()))?;
        let issuer = ca.issuer_of(&certificate).certificate();
        return Ok(vec![issuer.der().to_vec(), ca.root().der().to_vec()]);
    };
    let mut chain = Vec::with_capacity(path.0.len());
    for sha256 in &path.0 {
        let missing = || FlowError::Internal("an authority's certificate is not there".to_owned());
        chain.push(anchor::one_known(connection, sha256).await?.ok_or_else(missing)?);
    }
    Ok(chain)
}

/// In whose name a person of this position acts.
pub(super) fn authority(position: &str) -> Result<Authority, FlowError> {
    let position = Text::new(position).map_err(|error| FlowError::Internal(error.to_string()))?;
    Ok(Authority::Own { position })
}

/// Stops an active device at once, for a while.
pub async fn suspend(app: &App, act: &Act, device: DeviceId) -> Result<(), FlowError> {
    let to = Standing::Suspended;
    let (from, event, author) = (Standing::Active, Event::Suspended, Author::Server);
    let suspend = Move { device, from, to, event, author };
    app.writer().commit(Acted(act.clone(), suspend)).await?;
    Ok(())
}

/// Lets a suspended device act again.
pub async fn resume(app: &App, act: &Act, device: DeviceId) -> Result<(), FlowError> {
    let to = Standing::Active;
    let (from, event, author) = (Standing::Suspended, Event::Resumed, Author::Server);
    let resume = Move { device, from, to, event, author };
    app.writer().commit(Acted(act.clone(), resume)).await?;
    Ok(())
}

/// Stops a device and its certificate for good; the revocation list is renewed at once, or as soon as the
/// issuing key is there. Of a certificate from an outside authority only that one can tell others
/// ([`super::exchange::ended`]).
pub async fn revoke(
    app: &App,
    act: &Act,
    device: DeviceId,
    reason: RevocationReason,
) -> Result<(), FlowError> {
    let revoked = app.writer().commit(Acted(act.clone(), Revoke { device, reason })).await?.value;
    if revoked {
        super::crl::renew_now(app).await;
    }
    Ok(())
}

struct Move {
    device: DeviceId,
    from: Standing,
    to: Standing,
    event: Event,
    /// Who does it, where it is part of no act of administration.
    author: Author,
}

#[async_trait]
impl Commit for Move {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if self.write(tx).await? {
            Ok(())
        } else {
            Err(wrong_standing(tx, self.device).await?.into())
        }
    }
}

impl Move {
    /// Does it, unless the device stands elsewhere by now.
    async fn write(&self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        let moved = device::set_standing(tx.connection(), self.device, self.from, self.to).await?;
        if moved != 1 {
            return Ok(false);
        }
        // What was asked for in another standing is not confirmed in this one.
        let now = tx.now();
        proposal::end(tx.connection(), self.device, now, Outcome::Overtaken).await?;
        record::follow_by(tx, self.device, self.event, self.author).await?;
        let kind = match self.to {
            Standing::Active => Kind::DeviceResumed,
            _ => Kind::DeviceSuspended,
        };
        state_standing(tx, kind, self.device, self.from, self.to).await?;
        Ok(true)
    }
}

/// Suspends an active device within another act; says whether it was one.
pub(super) async fn suspend_within(tx: &mut Tx<'_>, device: DeviceId) -> Result<bool, CommitError> {
    let (from, to) = (Standing::Active, Standing::Suspended);
    let (event, author) = (Event::Suspended, Author::Server);
    Move { device, from, to, event, author }.write(tx).await
}

/// Suspends an active device because another one of its person says so.
pub(super) async fn suspend_by_phone(
    tx: &mut Tx<'_>,
    device: DeviceId,
) -> Result<bool, CommitError> {
    let (from, to) = (Standing::Active, Standing::Suspended);
    let (event, author) = (Event::Suspended, Author::Phone);
    Move { device, from, to, event, author }.write(tx).await
}

pub(super) async fn wrong_standing(
    tx: &mut Tx<'_>,
    id: DeviceId,
) -> Result<FlowError, CommitError> {
    Ok(match device::known(tx.connection(), id).await?.map(|known| known.standing) {
        None => FlowError::NotFound(Thing::Device),
        Some(Standing::Pending | Standing::WaitingForCertificate) => FlowError::DevicePending,
        Some(Standing::Active) => FlowError::BadRequest("the device is active".to_owned()),
        Some(Standing::Suspended) => FlowError::DeviceSuspended,
        Some(Standing::Refused | Standing::Revoked) => FlowError::DeviceRevoked,
    })
}

struct Revoke {
    device: DeviceId,
    reason: RevocationReason,
}

#[async_trait]
impl Commit for Revoke {
    type Done = bool;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        revoke_unpublished(tx, self.device, self.reason).await
    }
}

/// Stops a device and its certificate for good, and plans the revocation list; whoever does so makes it
/// after the transaction, if this says that a certificate ended.
pub(super) async fn revoke_unpublished(
    tx: &mut Tx<'_>,
    device: DeviceId,
    reason: RevocationReason,
) -> Result<bool, CommitError> {
    let Some(sha256) = stop(tx, device).await? else { return Ok(false) };
    let before = register::of_device(tx.connection(), device).await?.map(|head| head.state);
    unpublish(tx, &sha256, reason).await?;
    record::revoke(tx, device, reason.code()).await?;
    let what = (Kind::CertificateRevoked, device, &sha256);
    state_ended(tx, what, reason, (before, State::Revoked)).await?;
    if reason == RevocationReason::KeyCompromise {
        super::delegate::end_of_device(tx, device).await?;
    }
    Ok(true)
}

/// Stops a device whose certificate another one renews. What is out of use stands in the revocation list until
/// its time is over, for its key may be anywhere; the register calls it renewed, not revoked.
pub(super) async fn renew_unpublished(
    tx: &mut Tx<'_>,
    device: DeviceId,
) -> Result<bool, CommitError> {
    let Some(sha256) = stop(tx, device).await? else { return Ok(false) };
    let before = register::of_device(tx.connection(), device).await?.map(|head| head.state);
    if !record::renew(tx, device).await? {
        return Ok(false);
    }
    let reason = RevocationReason::Superseded;
    unpublish(tx, &sha256, reason).await?;
    let after = register::of_device(tx.connection(), device).await?.map(|head| head.state);
    let what = (Kind::CertificateRenewed, device, &sha256);
    state_ended(tx, what, reason, (before, after.unwrap_or(State::Revoked))).await?;
    Ok(true)
}

/// Stops a device for good; gives its certificate.
async fn stop(tx: &mut Tx<'_>, device: DeviceId) -> Result<Option<Sha256>, CommitError> {
    let now = tx.now();
    let row = device::by_id(tx.connection(), device).await?;
    let row = row.ok_or(FlowError::NotFound(Thing::Device))?;
    if !matches!(row.standing, Standing::Active | Standing::Suspended) {
        return Err(wrong_standing(tx, device).await?.into());
    }
    device::set_standing(tx.connection(), device, row.standing, Standing::Revoked).await?;
    proposal::end(tx.connection(), device, now, Outcome::Overtaken).await?;
    let (from, to) = (row.standing, Standing::Revoked);
    state_standing(tx, Kind::DeviceRevoked, device, from, to).await?;
    Ok(row.certificate)
}

async fn unpublish(
    tx: &mut Tx<'_>,
    sha256: &Sha256,
    reason: RevocationReason,
) -> Result<(), CommitError> {
    let now = tx.now();
    certificate::revoke(tx.connection(), sha256, reason.code(), now).await?;
    super::crl::due(tx).await
}

/// States that a device's certificate is out of use: from which state, and to which.
async fn state_ended(
    tx: &mut Tx<'_>,
    (kind, device, sha256): (Kind, DeviceId, &Sha256),
    reason: RevocationReason,
    (before, after): (Option<State>, State),
) -> Result<(), CommitError> {
    let statement = json!({
        "certificate": sha256,
        "device": device,
        "reason": reason.code(),
        "before": { "state": before.map(State::name) },
        "after": { "state": after.name() },
    });
    tx.state(kind, sha256.as_bytes(), &statement).await?;
    Ok(())
}

/// States that a device stands elsewhere.
pub(super) async fn state_standing(
    tx: &mut Tx<'_>,
    kind: Kind,
    device: DeviceId,
    from: Standing,
    to: Standing,
) -> Result<(), CommitError> {
    let (before, after) = (json!({ "state": from.name() }), json!({ "state": to.name() }));
    let statement = json!({ "device": device, "before": before, "after": after });
    tx.state(kind, device.as_bytes(), &statement).await?;
    Ok(())
}
