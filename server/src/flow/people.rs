//! Finding people: pages of fifty, within what an officer reaches.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sqlx::AnyConnection;
use trien_core::id::{PersonId, UnitId};

use super::account::{Officer, Role};
use super::{FlowError, Thing};
use crate::app::App;
use crate::fold;
use crate::paging::{Page, Turn, cut};
use crate::store::directory;
use crate::store::people::{self, Branch, Way};
pub use crate::store::people::{Listed, Place};

/// People on a page.
pub const PAGE: usize = 50;

/// Where fewer than this may fit, each is looked at.
const FEW: u32 = 2_000;
/// Where fewer than this have a word, nothing else is asked before they are looked at.
const HANDFUL: u32 = 200;
/// People counted to learn which of several common words is the rarest.
const COMMON: u32 = 5_000;
/// A beginning that more words share leads along the order of everybody.
const WORDS: usize = 16;

/// A page of people, in the order of their given names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    /// At most [`PAGE`], once per present position.
    pub people: Vec<Listed>,
    /// The page before begins before this.
    pub previous: Option<Place>,
    /// The next page begins after this.
    pub next: Option<Place>,
}

/// The people within an officer's reach who have every word of `query` in name, position, unit,
/// staff number, e-mail address or telephone number. A word may be a beginning only; marks, case
/// and order say nothing.
pub async fn search(
    app: &App,
    officer: &Officer,
    query: &str,
    turn: Turn<Place>,
) -> Result<PeoplePage, FlowError> {
    let words = people::wanted(query);
    let mut connection = app.store().reader().await?;
    let branches = branches(&mut connection, officer).await?;
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for branch in &branches {
        for way in ways(&mut connection, branch, &words).await? {
            found.extend(people::list(&mut connection, &way, branch, &words, &turn, limit).await?);
        }
    }
    // Somebody with two words that begin alike was found along each.
    let Page { items: people, previous, next } = cut(found, PAGE, &turn, Listed::place);
    let page = PeoplePage { people, previous, next };
    // Whoever stood beyond the place is gone: the beginning is better than nothing.
    if page.people.is_empty() && turn != Turn::First {
        drop(connection);
        return Box::pin(search(app, officer, query, Turn::First)).await;
    }
    Ok(page)
}

/// A person in a position within an officer's reach.
pub async fn one(app: &App, officer: &Officer, id: PersonId) -> Result<Listed, FlowError> {
    let mut connection = app.store().reader().await?;
    for branch in branches(&mut connection, officer).await? {
        if let Some(found) = people::one(&mut connection, id, &branch).await? {
            return Ok(found);
        }
    }
    Err(FlowError::NotFound(Thing::Person))
}

/// A person in the position held in that unit, if the officer reaches it.
pub async fn in_unit(
    app: &App,
    officer: &Officer,
    person: PersonId,
    unit: UnitId,
) -> Result<Listed, FlowError> {
    let missing = || FlowError::NotFound(Thing::Person);
    if !officer.reaches(app, unit).await? {
        return Err(missing());
    }
    let mut connection = app.store().reader().await?;
    let row = directory::person_in_unit(&mut connection, person, unit).await?;
    let row = row.ok_or_else(missing)?;
    let unit_row = directory::unit(&mut connection, unit).await?.ok_or_else(missing)?;
    let sorting = fold::sorting(&row.view.name);
    Ok(Listed { person: row.view, unit, unit_name: unit_row.view.name, sorting })
}

/// The parts of the tree that an officer reaches; none holds another.
pub(super) async fn branches(
    connection: &mut AnyConnection,
    officer: &Officer,
) -> Result<Vec<Branch>, FlowError> {
    branches_of(connection, officer, &Role::ALL).await
}

/// Those in which the officer has one of these roles.
pub(super) async fn branches_of(
    connection: &mut AnyConnection,
    officer: &Officer,
    roles: &[Role],
) -> Result<Vec<Branch>, FlowError> {
    let mut all = Vec::new();
    for grant in officer.grants.iter().filter(|grant| roles.contains(&grant.role)) {
        all.extend(directory::branch(connection, grant.unit).await?);
    }
    // What holds another one is shorter, and comes first.
    all.sort();
    let mut branches: Vec<Branch> = Vec::new();
    for branch in all {
        if !branches.iter().any(|wider| wider.holds(&branch)) {
            branches.push(branch);
        }
    }
    Ok(branches)
}

/// The ways that together lead to a page with little looking: by the branch or by a word, whichever
/// has few; else along those who have the rarest word. Names bunch in every order of people, so that
/// along the order of all, even a common word may begin far down.
async fn ways(
    connection: &mut AnyConnection,
    branch: &Branch,
    words: &[String],
) -> Result<Vec<Way>, FlowError> {
    let Some((count, word)) = rarest(connection, words).await? else {
        let below = people::count_below(connection, branch, FEW).await?;
        return Ok(vec![if below < FEW { Way::ByUnit } else { Way::InOrder }]);
    };
    if count < HANDFUL {
        return Ok(vec![Way::ByWord(word)]);
    }
    let below = people::count_below(connection, branch, count.min(FEW)).await?;
    if below < count.min(FEW) {
        return Ok(vec![Way::ByUnit]);
    }
    if count < FEW {
        return Ok(vec![Way::ByWord(word)]);
    }
    along(connection, &word, words).await
}

/// Along those who have the rarest word, each of the words that it begins; where another one of the
/// search begins few words, along those who have both: two looks into one index for somebody who has
/// only the rarer one, instead of reading their post.
async fn along(
    connection: &mut AnyConnection,
    rarest: &String,
    words: &[String],
) -> Result<Vec<Way>, FlowError> {
    let Some(first) = people::words_that_begin(connection, rarest, WORDS).await? else {
        return Ok(vec![Way::InOrder]);
    };
    for other in words.iter().filter(|word| *word != rarest) {
        let most = WORDS / first.len().max(1);
        if let Some(second) = people::words_that_begin(connection, other, most).await? {
            let pairs = first.iter().flat_map(|one| {
                second.iter().map(|other| Way::AlongTwo(one.clone(), other.clone()))
            });
            return Ok(pairs.collect());
        }
    }
    Ok(first.into_iter().map(Way::AlongWord).collect())
}

/// The word that fewest have, and how many have it; a single word is not counted beyond what is few.
async fn rarest(
    connection: &mut AnyConnection,
    words: &[String],
) -> Result<Option<(u32, String)>, FlowError> {
    let mut most = if words.len() > 1 { COMMON } else { FEW };
    let mut rarest: Option<&String> = None;
    for word in words {
        let count = people::count_word(connection, word, most).await?;
        if rarest.is_none() || count < most {
            (most, rarest) = (count, Some(word));
        }
    }
    Ok(rarest.map(|word| (most, word.clone())))
}

impl Place {
    /// As an address carries it.
    #[must_use]
    pub fn to_token(&self) -> String {
        let parts = (&self.sorting, self.person, self.unit, &self.title);
        let json = serde_json::to_vec(&parts).expect("texts and identifiers have a JSON form");
        Base64UrlUnpadded::encode_string(&json)
    }

    /// From an address; whatever is none begins nowhere.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let json = Base64UrlUnpadded::decode_vec(token).ok()?;
        let parts: (String, PersonId, UnitId, String) = serde_json::from_slice(&json).ok()?;
        // PostgreSQL has no NUL in texts.
        let sound = !parts.0.contains('\0') && !parts.3.contains('\0');
        let (sorting, person, unit, title) = parts;
        sound.then_some(Self { sorting, person, unit, title })
    }
}
