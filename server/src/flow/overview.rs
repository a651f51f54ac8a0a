//! What needs an officer today.

use trien_core::id::DeviceId;
use trien_core::wire::PersonView;

use super::FlowError;
use super::account::{self, Officer, RoleProposal};
use super::device::Standing;
use super::people::{branches, ways};
use super::register::{self, Alerts};
use super::resume;
use super::waves::{self, Standing as WaveStanding};
use crate::app::App;
use crate::store::{device, people};

/// People without a device that are listed: those of a whole province are counted by nobody.
pub const MOST_WITHOUT: u32 = 200;

/// What waits, in the units that an officer reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Devices that wait for their comparison code.
    pub waiting: usize,
    /// Suspended devices that another person asked to resume.
    pub to_confirm: Vec<ToConfirm>,
    /// Roles that another person asked for.
    pub roles: Vec<RoleProposal>,
    /// Certificates that end soon, and those that are not there yet.
    pub alerts: Alerts,
    /// People without a device that may act, [`MOST_WITHOUT`] at most.
    pub without: Vec<PersonView>,
    /// Waves that are behind their plan, or have people who are stuck.
    pub waves: Vec<WaveStanding>,
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

/// What waits now.
pub async fn today(app: &App, officer: &Officer) -> Result<Overview, FlowError> {
    let reach = officer.reach(app).await?;
    let proposals = resume::waiting(app, officer).await?;
    let mut roles = account::roles_waiting(app, officer).await?;
    roles.retain(|one| one.by != officer.account);
    let alerts = register::alerts(app, officer).await?;
    let mut late = Vec::new();
    for wave in waves::open(app, officer).await? {
        let standing = waves::one(app, officer, wave.id).await?;
        let needed = standing.is_behind() || !standing.stuck().is_empty();
        late.extend(Some(standing).filter(|_| needed));
    }
    let mut connection = app.store().reader().await?;
    let devices = device::all(&mut connection).await?;
    let devices: Vec<_> = devices.into_iter().filter(|it| reach.contains(&it.unit)).collect();
    let waiting = devices.iter().filter(|it| it.standing == Standing::Pending).count();
    let to_confirm = proposals
        .into_iter()
        .filter(|proposal| proposal.account != officer.account)
        .filter_map(|proposal| {
            let device = devices.iter().find(|it| it.id == proposal.device)?;
            let person = device.person.clone();
            Some(ToConfirm { device: device.id, person, by: proposal.name })
        })
        .collect();
    let mut without = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        let left = MOST_WITHOUT.saturating_sub(u32::try_from(without.len()).unwrap_or(u32::MAX));
        for way in ways(&mut connection, &branch, &[]).await? {
            let found = people::without_device(&mut connection, &way, &branch, left).await?;
            without.extend(found.into_iter().map(|one| one.person));
        }
    }
    Ok(Overview { waiting, to_confirm, roles, alerts, without, waves: late })
}
