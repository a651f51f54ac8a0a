//! What changed since a phone last asked.

use trien_core::wire::{SyncAnswer, SyncQuery};

use super::FlowError;
use super::device::AuthenticatedDevice;
use crate::app::App;

/// The requests of the device's person that changed since the cursor, the newest checkpoint with
/// its consistency proof, and the current revocation lists.
pub async fn sync(
    app: &App,
    device: &AuthenticatedDevice,
    query: SyncQuery,
) -> Result<SyncAnswer, FlowError> {
    todo!()
}
