//! Inviting a person to enroll one device.

use trien_core::enrollment::Invitation;
use trien_core::id::PersonId;

use super::FlowError;
use crate::app::App;

/// Shortest and longest life of an invitation, in seconds.
pub const TTL_SECONDS: std::ops::RangeInclusive<i64> = 60..=86_400;
/// Its usual life: 30 minutes.
pub const DEFAULT_TTL_SECONDS: i64 = 1_800;

/// An invitation to hand over, as a QR code or a link. Shown once.
#[derive(Debug)]
pub struct NewInvitation {
    /// What the link carries.
    pub invitation: Invitation,
    /// `https://server/e#…`.
    pub link: String,
}

/// Invites `person` to enroll one device within `ttl_seconds`.
pub async fn create(
    app: &App,
    person: PersonId,
    ttl_seconds: i64,
) -> Result<NewInvitation, FlowError> {
    todo!()
}
