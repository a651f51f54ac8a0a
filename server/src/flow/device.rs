//! Devices: who they are, whether they may act, and ending them.

use trien_core::certificate::Assurance;
use trien_core::env::Timestamp;
use trien_core::id::{DeviceId, PersonId};
use trien_core::wire::{DeviceStatus, PersonView};

use super::FlowError;
use crate::app::App;

/// Whether a device may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Waits for its officer.
    Pending,
    /// Waits for an outside CA.
    WaitingForCertificate,
    /// May act.
    Active,
    /// Never became one.
    Refused,
    /// Stopped for a while.
    Suspended,
    /// Stopped for good.
    Revoked,
}

/// A device by the `keyid` of a signed request, before its signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// Whether it may act.
    pub standing: Standing,
    /// DER `SubjectPublicKeyInfo` of its auth key.
    pub auth_key: Vec<u8>,
}

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
}

/// A device as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonView,
    /// Whether it may act.
    pub standing: Standing,
    /// Where its keys live.
    pub assurance: Assurance,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// When it sent its keys.
    pub created_at: Timestamp,
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

/// The device with this `keyid`; [`FlowError::Unauthenticated`] when there is none.
pub async fn lookup(app: &App, device: DeviceId) -> Result<KnownDevice, FlowError> {
    todo!()
}

/// Where the device stands, its profile when active. Allowed in every standing.
pub async fn status(app: &App, device: &AuthenticatedDevice) -> Result<DeviceStatus, FlowError> {
    todo!()
}

/// All devices, newest first.
pub async fn list(app: &App) -> Result<Vec<DeviceView>, FlowError> {
    todo!()
}

/// Stops an active device at once, for a while.
pub async fn suspend(app: &App, device: DeviceId) -> Result<(), FlowError> {
    todo!()
}

/// Lets a suspended device act again.
pub async fn resume(app: &App, device: DeviceId) -> Result<(), FlowError> {
    todo!()
}

/// Stops a device and its certificate for good; the revocation list is renewed at once.
pub async fn revoke(
    app: &App,
    device: DeviceId,
    reason: RevocationReason,
) -> Result<(), FlowError> {
    todo!()
}
