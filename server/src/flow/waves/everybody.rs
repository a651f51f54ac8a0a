//! Everybody who is stuck at a step of the enrollment, in a wave or in none, the longest first.
//!
//! Whoever was never invited is at no step yet: a wave says who should be, and counts them.

use std::collections::HashSet;

use trien_core::env::Timestamp;

use super::super::people::branches;
use super::standing::{Place, StuckPage, person};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::account::Officer;
use crate::paging::{Page, Turn, cut};
use crate::store::people::Branch;
use crate::store::stuck;
use crate::store::wave::Stuck;

/// Rows that are looked at for one who is stuck, about: where many are, what was found is good for a minute.
const LOOKED_AT: u64 = 64;

/// Everybody within an officer's reach who is stuck, and some of them by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Everybody {
    /// How many.
    pub count: usize,
    /// A page of them.
    pub page: StuckPage,
    /// When they were counted.
    pub counted_at: Timestamp,
    /// Whether that was before this look.
    pub is_kept: bool,
}

/// Who is stuck within an officer's reach; at most `most` of them by name.
pub async fn everybody_stuck(
    app: &App,
    officer: &Officer,
    turn: Turn<Place>,
    most: usize,
) -> Result<Everybody, FlowError> {
    let now = app.clock().now();
    let within = {
        let mut connection = app.store().reader().await?;
        branches(&mut connection, officer).await?
    };
    let reach = within.iter().map(|branch| branch.path().to_owned()).collect::<Vec<_>>().join(" ");
    let count = move |of| found(of, within.clone());
    let counted = app.wave_counts().anywhere.or_count(app.clone(), reach, now, count).await?;
    let all = &counted.value;
    let range = match turn {
        Turn::First => 0..all.len(),
        Turn::After(place) => all.partition_point(|one| Place::of(one) <= place)..all.len(),
        Turn::Before(place) => 0..all.partition_point(|one| Place::of(one) < place),
    };
    let rest = all[range].iter();
    let shown: Vec<&Stuck> = match turn {
        Turn::First | Turn::After(_) => rest.take(most + 1).collect(),
        Turn::Before(_) => rest.rev().take(most + 1).collect(),
    };
    let Page { items, previous, next } = cut(shown, most, &turn, |one| Place::of(one));
    let mut connection = app.store().reader().await?;
    let mut people = Vec::with_capacity(items.len());
    for one in items {
        let meant = stuck::person(&mut connection, one.person, one.through).await?;
        people.extend(meant.map(|meant| person(one, meant)));
    }
    Ok(Everybody {
        count: all.len(),
        page: StuckPage { people, previous, next },
        counted_at: counted.at,
        is_kept: counted.at != now,
    })
}

/// All who are stuck within some branches now, the longest first.
async fn found(app: App, within: Vec<Branch>) -> Result<Vec<Stuck>, FlowError> {
    let mut connection = app.store().reader().await?;
    let now = app.clock().now().second();
    let mut all: Vec<Stuck> = Vec::new();
    for branch in &within {
        all.extend(stuck::within(&mut connection, branch, now).await?);
    }
    // Whoever began in two units is one person.
    all.sort_unstable();
    let mut seen = HashSet::new();
    all.retain(|one| seen.insert(one.person));
    Ok(all)
}

/// How many rows were looked at to find them, about.
#[expect(clippy::ptr_arg, reason = "what is kept is a vector")]
pub(super) fn looked_at(all: &Vec<Stuck>) -> u64 {
    LOOKED_AT * all.len() as u64
}
