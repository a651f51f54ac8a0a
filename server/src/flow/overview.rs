//! What needs an officer today.

use trien_core::env::UnixSecond;
use trien_core::id::DeviceId;
use trien_core::wire::PersonView;

use super::FlowError;
use super::account::Officer;
use super::device::Standing;
use super::resume;
use crate::app::App;
use crate::store::{certificate, device, directory};

/// Certificates that end within this time are listed, in seconds: 60 days.
const SOON_SECONDS: i64 = 60 * 86_400;

/// What waits, in the units that an officer reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Devices that wait for their comparison code.
    pub waiting: usize,
    /// Suspended devices that another person asked to resume.
    pub to_confirm: Vec<ToConfirm>,
    /// Certificates in use that end soon, the next one first.
    pub expiring: Vec<Expiring>,
    /// People without a device that may act.
    pub without: Vec<PersonView>,
}

/// A device that somebody asked to resume, which another person may confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToConfirm {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonView,
    /// Who asked.
    pub by: String,
}

/// A certificate that ends soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// Whose.
    pub person: PersonView,
    /// When it ends.
    pub not_after: UnixSecond,
    /// Whole days until then.
    pub days: i64,
}

/// What waits now.
pub async fn today(app: &App, officer: &Officer) -> Result<Overview, FlowError> {
    let reach = officer.reach(app).await?;
    let proposals = resume::waiting(app, officer).await?;
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let devices = device::all(&mut connection).await?;
    let devices: Vec<_> = devices.into_iter().filter(|it| reach.contains(&it.unit)).collect();
    let waiting = devices.iter().filter(|it| it.standing == Standing::Pending).count();
    let until = certificate::ends_of_active(&mut connection).await?;
    let mut expiring: Vec<Expiring> = devices
        .iter()
        .filter_map(|device| {
            let (_, not_after) = until.iter().find(|(id, _)| *id == device.id)?;
            let left = not_after.get() - now.get();
            let soon = Expiring {
                person: device.person.clone(),
                not_after: *not_after,
                days: left.div_euclid(86_400),
            };
            (left <= SOON_SECONDS).then_some(soon)
        })
        .collect();
    expiring.sort_by_key(|one| one.not_after);
    let active = |person: &PersonView| {
        devices.iter().any(|it| it.person.id == person.id && it.standing == Standing::Active)
    };
    let to_confirm = proposals
        .into_iter()
        .filter(|proposal| proposal.account != officer.account)
        .filter_map(|proposal| {
            let device = devices.iter().find(|it| it.id == proposal.device)?;
            let person = device.person.clone();
            Some(ToConfirm { device: device.id, person, by: proposal.name })
        })
        .collect();
    let people = directory::people(&mut connection).await?;
    let without = people
        .into_iter()
        .filter(|row| reach.contains(&row.unit) && !active(&row.view))
        .map(|row| row.view)
        .collect();
    Ok(Overview { waiting, to_confirm, expiring, without })
}
