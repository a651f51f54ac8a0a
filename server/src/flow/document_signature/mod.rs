//! Document signatures by keys outside phones: the leader decides on the phone, then the token, the SIM or the remote
//! service signs the CMS that carries the decision's hash.
//!
//! The decision is logged at once ([`begin`]); the part stays open and is awaited until the signature comes
//! ([`super::decide::document`]) or waiting for it ends ([`end`]). Either has a leaf of its own, and nobody else
//! approves in between. Whoever refuses ends the waiting, as does what the decision depended on ([`counts`]).

pub(super) mod begin;
pub mod choose;
pub(super) mod counts;
pub(crate) mod end;
mod show;

use trien_core::env::UnixSecond;
use trien_core::id::DeviceId;
use trien_core::register::CertificateKind;
use trien_core::request::Role;

pub use show::awaited;
pub(super) use show::decided_with;

use super::FlowError;
use crate::store::document_signature::{self, SignerRow};
use crate::writer::{CommitError, Tx};

/// Which certificate signs in a role; none where approving signs no document.
pub(super) fn kind_of(role: Role) -> Option<CertificateKind> {
    match role {
        Role::Approve => Some(CertificateKind::Personal),
        Role::Seal => Some(CertificateKind::AgencySeal),
        Role::Review | Role::Initial | Role::Receive => None,
    }
}

/// Whose key outside phones signs for a device's person in a role, as the register is now.
pub(super) async fn signer(
    tx: &mut Tx<'_>,
    device: DeviceId,
    role: Role,
) -> Result<Option<SignerRow>, CommitError> {
    match kind_of(role) {
        Some(kind) => {
            let now = tx.now().second();
            Ok(document_signature::signer(tx.connection(), device, kind, now).await?)
        }
        None => Ok(None),
    }
}

/// That a certificate holds at a moment.
pub(super) fn require_valid(of: &SignerRow, at: UnixSecond) -> Result<(), FlowError> {
    let holds = of.not_before <= at && at <= of.not_after;
    holds.then_some(()).ok_or(FlowError::CertificateNotValid)
}
