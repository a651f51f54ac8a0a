//! A lost phone, reported by its person from another of their devices: suspended at once. Resuming it takes two
//! officers, as ever, so that whoever takes a phone cannot undo what its owner did.

use async_trait::async_trait;
use serde_json::json;
use trien_core::id::DeviceId;
use trien_core::wire::{OtherDevice, OtherDeviceState};

use super::device::{AuthenticatedDevice, Standing, suspend_by_phone};
use super::enroll::turn_away;
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::device::{self, Beside};
use crate::writer::{Commit, CommitError, Tx};

/// The other devices of the same person that may act, are suspended, or wait for their certificates.
pub async fn others(
    app: &App,
    device: &AuthenticatedDevice,
) -> Result<Vec<OtherDevice>, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let others = device::others(&mut connection, device.person, device.id).await?;
    Ok(others.into_iter().map(told).collect())
}

fn told(beside: Beside) -> OtherDevice {
    let state = match beside.standing {
        Standing::WaitingForCertificate => OtherDeviceState::Waiting,
        Standing::Active => OtherDeviceState::Active,
        _ => OtherDeviceState::Suspended,
    };
    OtherDevice {
        id: beside.id,
        model: beside.model,
        app: beside.app,
        state,
        enrolled_at: beside.created_at,
    }
}

/// Suspends another device of the same person, or turns away one whose certificate is awaited. One that is suspended already stays so: whoever asks again after a
/// lost answer gets the same one.
pub async fn report(app: &App, by: &AuthenticatedDevice, lost: DeviceId) -> Result<(), FlowError> {
    by.require_active()?;
    app.writer().commit(Report { by: by.clone(), lost }).await?;
    Ok(())
}

struct Report {
    by: AuthenticatedDevice,
    lost: DeviceId,
}

#[async_trait]
impl Commit for Report {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.by.still_active(tx).await?;
        // Nobody learns of devices of other people, nor stops the one in their hand by mistake.
        let others = device::others(tx.connection(), self.by.person, self.by.id).await?;
        let lost = others.into_iter().find(|other| other.id == self.lost);
        let lost = lost.ok_or(FlowError::NotFound(Thing::Device))?;
        let mut note = serde_json::Map::new();
        note.insert("by".to_owned(), json!({ "device": self.by.id }));
        tx.annotate(note);
        match lost.standing {
            Standing::Active => {
                suspend_by_phone(tx, lost.id).await?;
            }
            // Else its certificate would come some day, and it could act.
            Standing::WaitingForCertificate => turn_away(tx, lost.id).await?,
            _ => {}
        }
        Ok(())
    }
}
