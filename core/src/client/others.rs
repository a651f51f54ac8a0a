//! Other devices of the same person: which there are, and reporting one as lost.

use crate::id::DeviceId;
use crate::wire::OtherDevice;

use super::Companion;
use super::error::ClientError;
use super::transport::Call;

impl Companion {
    /// The other devices of this phone's person that may act or are suspended.
    pub async fn other_devices(&self) -> Result<Vec<OtherDevice>, ClientError> {
        self.connect().await?.json(&Call::get("/api/v1/device/others")).await
    }

    /// Reports another device of this phone's person as lost: it is suspended at once, and only officers can let
    /// it act again. Asking again is safe.
    pub async fn report_lost(&self, device: DeviceId) -> Result<(), ClientError> {
        let call = Call::post_nothing(format!("/api/v1/device/others/{device}/suspend"));
        self.connect().await?.raw(&call).await.map(drop)
    }
}
