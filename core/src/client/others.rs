//! Other devices of the same person: which there are, reporting one as lost, and asking for one in the place of
//! this one.

use crate::id::DeviceId;
use crate::wire::OtherDevice;

use super::Companion;
use super::error::ClientError;
use super::state::{DEVICE, Device, Replacement};
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

    /// Asks for a replacement, where this phone's approval key is gone: its officer sees which phone it is, and
    /// invites. From then on another invitation may be opened here, once the outbox is settled.
    pub async fn ask_replacement(&self) -> Result<(), ClientError> {
        let call = Call::post_nothing("/api/v1/device/replacement");
        self.connect().await?.raw(&call).await?;
        let device = self.lock().remembered.device.clone().ok_or(ClientError::NotEnrolled)?;
        let device = Device { replacement: Replacement::Asked, ..device };
        let kept = device.clone();
        self.on_disk(move |folder| folder.save(DEVICE, &kept)).await?;
        self.lock().remembered.device = Some(device);
        Ok(())
    }
}
