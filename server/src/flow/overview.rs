//! What needs an officer today.

use trien_core::env::UnixSecond;
use trien_core::id::DeviceId;
use trien_core::wire::PersonView;

use super::account::{self, Officer, RoleProposal};
use super::crl;
use super::people::branches;
use super::register::{self, Alerts};
use super::waves::{self, Everybody, Standing as WaveStanding};
use super::{FlowError, devices, rejudge, replace, resume};
use crate::app::App;
use crate::paging::Turn;
use crate::store::people::{self, Way};

/// Where fewer than this have no device, each is looked at.
const FEW: u32 = 500;

/// People without a device that are listed: those of a whole province are counted by nobody.
pub const MOST_WITHOUT: u32 = 200;

/// People who are stuck that are named; the others are counted.
pub const NAMED_STUCK: usize = 5;

/// What waits, in the units that an officer reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Devices that wait for their comparison code, [`devices::MOST_WAITING`] at most.
    pub waiting: u32,
    /// Suspended devices that another person asked to resume.
    pub to_confirm: Vec<ToConfirm>,
    /// Roles that another person asked for.
    pub roles: Vec<RoleProposal>,
    /// Certificates that end soon, and those that are not there yet.
    pub alerts: Alerts,
    /// People without a device that may act, [`MOST_WITHOUT`] at most.
    pub without: Vec<PersonView>,
    /// When the root's revocation list ends, if its key has to be brought soon.
    pub root_list: Option<UnixSecond>,
    /// Waves that are behind their plan, or have people who are stuck.
    pub waves: Vec<WaveStanding>,
    /// People who go no further at a step of their enrollment, in a wave or in none; the longest waits by name.
    pub stuck: Everybody,
    /// Devices whose evidence a later status list names.
    pub doubted: Vec<rejudge::Doubted>,
    /// Phones that ask for a replacement.
    pub asking: Vec<replace::Asking>,
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
    let waiting = devices::waiting(app, officer, 0).await?.count;
    let proposals = resume::waiting(app, officer).await?;
    let mut roles = account::roles_waiting(app, officer).await?;
    roles.retain(|one| one.by != officer.account);
    let alerts = register::alerts(app, officer).await?;
    let mut late = Vec::new();
    for wave in waves::open(app, officer).await? {
        let standing = waves::one(app, officer, wave.id).await?;
        let needed = standing.is_behind() || standing.stuck > 0;
        late.extend(Some(standing).filter(|_| needed));
    }
    let stuck = waves::everybody_stuck(app, officer, Turn::First, NAMED_STUCK).await?;
    let proposals = proposals.into_iter().filter(|(one, _)| one.account != officer.account);
    let to_confirm = proposals
        .map(|(one, person)| ToConfirm { device: one.device, person, by: one.name })
        .collect();
    let mut connection = app.store().reader().await?;
    let mut without = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        let left = MOST_WITHOUT.saturating_sub(u32::try_from(without.len()).unwrap_or(u32::MAX));
        let many = people::count_without_device(&mut connection, &branch, FEW).await? == FEW;
        let way = if many { Way::InOrder } else { Way::ByUnit };
        let found = people::without_device(&mut connection, &way, &branch, left).await?;
        without.extend(found.into_iter().map(|one| one.person));
    }
    drop(connection);
    let root_list = crl::root_list_ends(app).await?;
    let doubted = rejudge::doubted(app, officer).await?;
    let asking = replace::asking(app, officer).await?;
    Ok(Overview {
        waiting,
        to_confirm,
        roles,
        alerts,
        without,
        root_list,
        waves: late,
        stuck,
        doubted,
        asking,
    })
}
