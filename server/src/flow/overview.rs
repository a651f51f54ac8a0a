//! What needs an officer today.

use std::collections::HashMap;

use trien_core::env::UnixSecond;
use trien_core::wire::PersonView;

use super::FlowError;
use super::account::Officer;
use super::device::Standing;
use super::people::{branches, ways};
use crate::app::App;
use crate::store::{certificate, device, people};

/// Certificates that end within this time are listed, in seconds: 60 days.
const SOON_SECONDS: i64 = 60 * 86_400;

/// People without a device that are listed: those of a whole province are counted by nobody.
pub const MOST_WITHOUT: u32 = 200;

/// What waits, in the units that an officer reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Devices that wait for their comparison code.
    pub waiting: usize,
    /// Certificates in use that end soon, the next one first.
    pub expiring: Vec<Expiring>,
    /// People without a device that may act, [`MOST_WITHOUT`] at most.
    pub without: Vec<PersonView>,
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
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let devices = device::all(&mut connection).await?;
    let devices: Vec<_> = devices.into_iter().filter(|it| reach.contains(&it.unit)).collect();
    let waiting = devices.iter().filter(|it| it.standing == Standing::Pending).count();
    let until = certificate::ends_of_active(&mut connection).await?;
    let until: HashMap<_, _> = until.into_iter().collect();
    let mut expiring: Vec<Expiring> = devices
        .iter()
        .filter_map(|device| {
            let not_after = until.get(&device.id)?;
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
    let mut without = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        let left = MOST_WITHOUT.saturating_sub(u32::try_from(without.len()).unwrap_or(u32::MAX));
        for way in ways(&mut connection, &branch, &[]).await? {
            let found = people::without_device(&mut connection, &way, &branch, left).await?;
            without.extend(found.into_iter().map(|one| one.person));
        }
    }
    Ok(Overview { waiting, expiring, without })
}
