//! Enrolling a device (architecture §4): invitation, commitment, keys, code, certificate.

use trien_core::id::{AttemptId, DeviceId};
use trien_core::wire::{EnrollmentBegin, EnrollmentChallenge, EnrollmentKeys, EnrollmentReveal};

use super::FlowError;
use crate::app::App;

/// The phone shows that it holds the invitation; the server commits to its second value.
pub async fn begin(app: &App, message: EnrollmentBegin) -> Result<EnrollmentChallenge, FlowError> {
    todo!()
}

/// The phone's keys. Identical messages get the same answer; another message ends the attempt.
pub async fn keys(
    app: &App,
    attempt: AttemptId,
    message: EnrollmentKeys,
) -> Result<EnrollmentReveal, FlowError> {
    todo!()
}

/// The officer types the digits that the person reads out; right ones issue the certificate.
pub async fn approve(app: &App, device: DeviceId, typed: &str) -> Result<(), FlowError> {
    todo!()
}

/// The officer turns a pending device away.
pub async fn refuse(app: &App, device: DeviceId) -> Result<(), FlowError> {
    todo!()
}
