//! Finding devices: pages of fifty, within what an officer reaches, and those that wait.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sqlx::AnyConnection;
use trien_core::certificate::Assurance;
use trien_core::id::{DeviceId, UnitId};

use super::account::Officer;
use super::device::{DeviceView, Standing};
use super::people::branches;
use super::{FlowError, Thing};
use crate::app::App;
use crate::paging::{Page, Turn, cut};
use crate::store::devices::{self, Wanted, Way};
pub use crate::store::devices::{Listed, Place};
use crate::store::directory;
use crate::store::people::{self, Branch};

/// Devices on a page.
pub const PAGE: usize = 50;
/// Devices that wait are counted up to here.
pub const MOST_WAITING: u32 = 200;

/// Where fewer than this may fit, each is looked at.
const FEW: u32 = 2_000;
/// Names counted to learn which of several common words is the rarest.
const COMMON: u32 = 5_000;
/// A beginning that more words share leads along the order of all devices.
const WORDS: usize = 16;

/// Which devices are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of the person's name, with or without marks, in any order; each may be a beginning.
    pub name: String,
    /// Only those that stand so.
    pub standing: Option<Standing>,
    /// Only those of this level.
    pub assurance: Option<Assurance>,
    /// Only those of this unit and the ones below it.
    pub unit: Option<UnitId>,
}

/// A page of devices, in the order of their people's given names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevicePage {
    /// At most [`PAGE`].
    pub devices: Vec<Listed>,
    /// The page before begins before this.
    pub previous: Option<Place>,
    /// The next page begins after this.
    pub next: Option<Place>,
}

/// Devices that wait for their officer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The newest of them.
    pub newest: Vec<Listed>,
    /// How many there are, [`MOST_WAITING`] at most.
    pub count: u32,
}

/// The devices within an officer's reach that the filter leaves.
pub async fn list(
    app: &App,
    officer: &Officer,
    filter: &Filter,
    turn: Turn<Place>,
) -> Result<DevicePage, FlowError> {
    let mut connection = app.store().reader().await?;
    let branches = chosen(&mut connection, officer, filter.unit).await?;
    let wanted = Wanted {
        words: people::wanted(&filter.name),
        standing: filter.standing,
        assurance: filter.assurance,
    };
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for branch in &branches {
        for way in ways(&mut connection, branch, &wanted).await? {
            let some = devices::list(&mut connection, &way, branch, &wanted, &turn, limit).await?;
            found.extend(some);
        }
    }
    // A name with two words that begin alike was found along each.
    let Page { items: devices, previous, next } = cut(found, PAGE, &turn, Listed::place);
    let page = DevicePage { devices, previous, next };
    // Whatever stood beyond the place is gone: the beginning is better than nothing.
    if page.devices.is_empty() && turn != Turn::First {
        drop(connection);
        return Box::pin(list(app, officer, filter, Turn::First)).await;
    }
    Ok(page)
}

/// A device within an officer's reach; any other looks as if there were none.
pub async fn one(app: &App, officer: &Officer, id: DeviceId) -> Result<DeviceView, FlowError> {
    let missing = || FlowError::NotFound(Thing::Device);
    let mut connection = app.store().reader().await?;
    let found = devices::one(&mut connection, id).await?.ok_or_else(missing)?.device;
    let place = directory::branch(&mut connection, found.unit).await?.ok_or_else(missing)?;
    let reached = branches(&mut connection, officer).await?;
    if reached.iter().any(|branch| branch.holds(&place)) { Ok(found) } else { Err(missing()) }
}

/// At most `most` of the devices within an officer's reach that wait for their officer, the newest
/// first, and how many there are.
pub async fn waiting(app: &App, officer: &Officer, most: u32) -> Result<Waiting, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut waiting = Waiting::default();
    for branch in branches(&mut connection, officer).await? {
        let below = devices::count_below(&mut connection, &branch, FEW).await?;
        let way = if below < FEW { Way::ByUnit } else { Way::InOrder };
        let left = MOST_WAITING - waiting.count;
        waiting.count += devices::count_waiting(&mut connection, &way, &branch, left).await?;
        if most > 0 {
            waiting.newest.extend(devices::waiting(&mut connection, &way, &branch, most).await?);
        }
    }
    waiting.newest.sort_by_key(|one| std::cmp::Reverse(one.device.id));
    waiting.newest.truncate(most as usize);
    Ok(waiting)
}

/// At most `limit` devices of the whole server, the newest first, those before `before`.
pub async fn newest(
    app: &App,
    before: Option<DeviceId>,
    limit: u32,
) -> Result<Vec<DeviceView>, FlowError> {
    let mut connection = app.store().reader().await?;
    let newest = devices::newest(&mut connection, before, limit).await?;
    Ok(newest.into_iter().map(|one| one.device).collect())
}

/// The branches that an officer reaches, or the part of them below a chosen unit.
async fn chosen(
    connection: &mut AnyConnection,
    officer: &Officer,
    unit: Option<UnitId>,
) -> Result<Vec<Branch>, FlowError> {
    let reached = branches(connection, officer).await?;
    let Some(unit) = unit else { return Ok(reached) };
    let missing = || FlowError::NotFound(Thing::Unit);
    let below = directory::branch(connection, unit).await?.ok_or_else(missing)?;
    if reached.iter().any(|branch| branch.holds(&below)) { Ok(vec![below]) } else { Err(missing()) }
}

/// The ways that together lead to a page with little looking: by whatever leaves few, the branch, the
/// standing and level, or a word of the name; else along the order of the narrowest of them.
async fn ways(
    connection: &mut AnyConnection,
    branch: &Branch,
    wanted: &Wanted,
) -> Result<Vec<Way>, FlowError> {
    let mut few = devices::count_below(connection, branch, FEW).await?;
    let mut ways = vec![if few < FEW { Way::ByUnit } else { Way::InOrder }];
    if wanted.standing.is_some() || wanted.assurance.is_some() {
        let (count, along) = by_standing(connection, wanted, few).await?;
        if count < few || ways == [Way::InOrder] {
            (few, ways) = (count, along);
        }
    }
    let Some((count, word)) = rarest(connection, &wanted.words).await? else { return Ok(ways) };
    if count < few {
        return Ok(vec![Way::ByWord(word)]);
    }
    if few < FEW {
        return Ok(ways);
    }
    Ok(along(connection, &word, &wanted.words).await?.unwrap_or(ways))
}

/// Along each word that the rarest one begins; where another one of the search begins few words, along the names that
/// have both.
async fn along(
    connection: &mut AnyConnection,
    rarest: &String,
    words: &[String],
) -> Result<Option<Vec<Way>>, FlowError> {
    let Some(first) = devices::words_that_begin(connection, rarest, WORDS).await? else {
        return Ok(None);
    };
    for other in words.iter().filter(|word| *word != rarest) {
        let most = WORDS / first.len().max(1);
        if let Some(second) = devices::words_that_begin(connection, other, most).await? {
            let pairs = first.iter().flat_map(|one| {
                second.iter().map(|other| Way::AlongTwo(one.clone(), other.clone()))
            });
            return Ok(Some(pairs.collect()));
        }
    }
    Ok(Some(first.into_iter().map(Way::AlongWord).collect()))
}

/// Along each standing and level that is wanted, and how many devices these have; not counted beyond
/// `most`.
async fn by_standing(
    connection: &mut AnyConnection,
    wanted: &Wanted,
    most: u32,
) -> Result<(u32, Vec<Way>), FlowError> {
    let (mut count, mut ways) = (0, Vec::new());
    let standings = Standing::ALL.into_iter();
    for standing in standings.filter(|one| wanted.standing.is_none_or(|it| it == *one)) {
        let levels = Assurance::ALL.into_iter();
        for level in levels.filter(|one| wanted.assurance.is_none_or(|it| it == *one)) {
            let left = most - count;
            count += devices::count_standing(connection, standing, level, left).await?;
            ways.push(Way::OfStanding(standing, level));
        }
    }
    Ok((count, ways))
}

/// The word that fewest names have, and how many have it; a single word is not counted beyond what is few.
async fn rarest(
    connection: &mut AnyConnection,
    words: &[String],
) -> Result<Option<(u32, String)>, FlowError> {
    let mut rarest: Option<(u32, &String)> = None;
    let most = if words.len() > 1 { COMMON } else { FEW };
    for word in words {
        let most = rarest.map_or(most, |(count, _)| count);
        let count = devices::count_word(connection, word, most).await?;
        if rarest.is_none_or(|(fewest, _)| count < fewest) {
            rarest = Some((count, word));
        }
    }
    Ok(rarest.map(|(count, word)| (count, word.clone())))
}

impl Place {
    /// As an address carries it.
    #[must_use]
    pub fn to_token(&self) -> String {
        let parts = (&self.sorting, self.device);
        let json = serde_json::to_vec(&parts).expect("texts and identifiers have a JSON form");
        Base64UrlUnpadded::encode_string(&json)
    }

    /// From an address; whatever is none begins nowhere.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let json = Base64UrlUnpadded::decode_vec(token).ok()?;
        let (sorting, device): (String, DeviceId) = serde_json::from_slice(&json).ok()?;
        // PostgreSQL has no NUL in texts.
        (!sorting.contains('\0')).then_some(Self { sorting, device })
    }
}
