//! Recording a decision: the server accepts only what it queued.

use trien_core::id::RequestId;
use trien_core::receipt::Receipt;
use trien_core::request::StepNumber;
use trien_core::wire::DecisionSubmission;

use super::FlowError;
use super::device::AuthenticatedDevice;
use crate::app::App;

/// Verifies and records a decision; the answer leaves when it is on disk. Sending the same decision
/// again gives the same receipt, its proof perhaps against a newer checkpoint.
///
/// A decision that verifies but comes too late, or from a suspended device, is recorded as refused:
/// [`FlowError::Refused`] carries that receipt.
pub async fn decide(
    app: &App,
    device: &AuthenticatedDevice,
    request: RequestId,
    step: StepNumber,
    submission: DecisionSubmission,
) -> Result<Receipt, FlowError> {
    todo!()
}
