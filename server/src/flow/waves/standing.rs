//! How a wave stands: its people counted by unit and stage, and those who are stuck, a page at a time.
//!
//! The people of a wave are counted anew at each look, in one statement. Where they are many, what was
//! counted is good for a minute, and says when that was.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, UnitId, WaveId};
use trien_core::wave::{Progress, Stage};
use trien_core::wire::{PersonView, UnitView};

use super::{Follower, Seen, remedy_key, stage_key};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::kept::{Beside, Kept, MANY};
use crate::flow::{FlowError, Thing};
use crate::paging::{Page, Turn, cut};
use crate::sheet::{self, Format};
use crate::store::wave::{self, Count, Stuck, WaveRow};
use crate::text::{Language, local_day, text};

/// People who are stuck, on a page.
pub const PAGE: usize = 50;

/// A wave as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The wave.
    pub wave: WaveRow,
    /// Its units within reach, each with its people.
    pub units: Vec<(UnitView, Progress)>,
    /// All these people together.
    pub whole: Progress,
    /// Whether these are all units of the wave: only then there is a plan to compare with.
    pub is_whole: bool,
    /// How many of them should be at the end by now.
    pub expected: u64,
    /// How many of them are stuck.
    pub stuck: u64,
    /// When they were counted.
    pub counted_at: Timestamp,
    /// Whether that was before this look.
    pub is_kept: bool,
    /// People of all its units, those out of reach too.
    meant: u64,
}

impl Standing {
    /// Whether fewer people are at the end than the plan expects.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.wave.closed_at.is_none()
            && self.is_whole
            && self.whole.at(Stage::Confirmed) < self.expected
    }

    /// How many people the wave is to bring to the end.
    #[must_use]
    pub fn goal(&self) -> u64 {
        self.wave.plan.goal(self.whole.people())
    }
}

/// Somebody who is stuck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, in which position.
    pub person: PersonView,
    /// The name of the position's unit.
    pub unit_name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// How far this person is.
    pub stage: Stage,
    /// Since when.
    pub since: UnixSecond,
}

/// A place in the list of those who are stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Since when the person is.
    pub since: UnixSecond,
    /// Who.
    pub person: PersonId,
}

/// A page of those who are stuck, the longest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StuckPage {
    /// At most [`PAGE`].
    pub people: Vec<Person>,
    /// The page before ends before this.
    pub previous: Option<Place>,
    /// The next page begins after this.
    pub next: Option<Place>,
}

impl Place {
    pub(super) fn of(stuck: &Stuck) -> Self {
        Self { since: stuck.since, person: stuck.person }
    }

    /// As an address carries it.
    #[must_use]
    pub fn to_token(&self) -> String {
        format!("{}.{}", self.since.get(), self.person)
    }

    /// From an address; whatever is none begins nowhere.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let (since, person) = token.split_once('.')?;
        Some(Self { since: UnixSecond::new(since.parse().ok()?), person: person.parse().ok()? })
    }
}

/// What was counted of each wave lately.
pub(crate) struct Counts {
    progress: Kept<WaveId, Vec<Count>>,
    /// With the people of the wave; by whether they are many, for a wave may grow.
    stuck: Kept<(WaveId, bool), (u64, Vec<Stuck>)>,
    /// In waves and in none, by the branches that are looked at.
    pub(super) anywhere: Kept<String, Vec<Stuck>>,
}

impl Counts {
    pub(crate) fn new(beside: &Beside) -> Self {
        Self {
            progress: Kept::new(beside, |counts| counts.iter().map(|count| count.people).sum()),
            stuck: Kept::new(beside, |(people, _)| *people),
            anywhere: Kept::new(beside, super::everybody::looked_at),
        }
    }

    /// Counts anew what is about to be too old.
    pub(crate) async fn renew(&self, app: &App, now: Timestamp) {
        self.progress.renew(app, now).await;
        self.stuck.renew(app, now).await;
        self.anywhere.renew(app, now).await;
    }
}

/// A wave as it stands for an officer.
pub async fn one(app: &App, officer: &Officer, id: WaveId) -> Result<Standing, FlowError> {
    standing(app, Follower::Officer(officer), id).await
}

/// A wave as it stands.
pub async fn standing(
    app: &App,
    follower: Follower<'_>,
    id: WaveId,
) -> Result<Standing, FlowError> {
    let (row, seen, is_whole) = {
        let mut connection = app.store().reader().await?;
        seen(&mut connection, follower, id).await?
    };
    let now = app.clock().now();
    // Whoever waits for another one's count holds no connection meanwhile: there are few.
    let count = move |of: App| async move {
        let mut connection = of.store().reader().await?;
        Ok(wave::counts(&mut connection, id, of.clock().now().second()).await?)
    };
    let counted = app.wave_counts().progress.or_count(app.clone(), id, now, count).await?;
    let mut standing = Standing {
        wave: row,
        units: seen.into_iter().map(|unit| (unit, Progress::default())).collect(),
        whole: Progress::default(),
        is_whole,
        expected: 0,
        stuck: 0,
        counted_at: counted.at,
        is_kept: counted.at != now,
        meant: counted.value.iter().map(|count| count.people).sum(),
    };
    let place = |(at, (unit, _)): (usize, &(UnitView, Progress))| (unit.id, at);
    let places: HashMap<UnitId, usize> = standing.units.iter().enumerate().map(place).collect();
    for count in &*counted.value {
        let Some(at) = places.get(&count.through) else { continue };
        standing.units[*at].1.add_many(count.stage, count.people);
        standing.whole.add_many(count.stage, count.people);
        standing.stuck += count.stuck;
    }
    if standing.wave.closed_at.is_some() {
        standing.stuck = 0;
    }
    standing.expected = standing.wave.plan.expected(standing.whole.people(), now.second());
    Ok(standing)
}

/// Refuses whoever reaches no unit of a wave, without counting anything.
pub async fn require_seen(app: &App, officer: &Officer, id: WaveId) -> Result<(), FlowError> {
    let mut connection = app.store().reader().await?;
    seen(&mut connection, Follower::Officer(officer), id).await.map(|_| ())
}

/// A wave, its units within reach, and whether these are all.
async fn seen(
    connection: &mut AnyConnection,
    follower: Follower<'_>,
    id: WaveId,
) -> Result<(WaveRow, Vec<UnitView>, bool), FlowError> {
    let missing = || FlowError::NotFound(Thing::Wave);
    let within = Seen::by(connection, follower).await?;
    let row = wave::one(connection, id).await?.ok_or_else(missing)?;
    let units = wave::units(connection, id).await?;
    let all = units.len();
    let seen = units.into_iter().filter(|(_, place)| within.holds(place));
    let seen: Vec<UnitView> = seen.map(|(unit, _)| unit).collect();
    if seen.is_empty() {
        return Err(missing());
    }
    let is_whole = seen.len() == all;
    Ok((row, seen, is_whole))
}

/// Whom to remind, a page at a time: everybody of a standing wave who is stuck, the longest first.
pub async fn stuck(
    app: &App,
    standing: &Standing,
    turn: Turn<Place>,
) -> Result<StuckPage, FlowError> {
    if standing.stuck == 0 {
        return Ok(StuckPage::default());
    }
    let wave = standing.wave.id;
    let now = app.clock().now();
    let meant = standing.meant;
    let count = move |of: App| async move {
        let mut connection = of.store().reader().await?;
        Ok((meant, wave::stuck(&mut connection, wave, of.clock().now().second()).await?))
    };
    let key = (wave, meant >= MANY);
    let all = app.wave_counts().stuck.or_count(app.clone(), key, now, count).await?.value;
    let (_, all) = &*all;
    let seen = |one: &&Stuck| standing.units.iter().any(|(unit, _)| unit.id == one.through);
    let range = match turn {
        Turn::First => 0..all.len(),
        Turn::After(place) => all.partition_point(|one| Place::of(one) <= place)..all.len(),
        Turn::Before(place) => 0..all.partition_point(|one| Place::of(one) < place),
    };
    let rest = all[range].iter().filter(seen);
    let shown: Vec<&Stuck> = match turn {
        Turn::First | Turn::After(_) => rest.take(PAGE + 1).collect(),
        Turn::Before(_) => rest.rev().take(PAGE + 1).collect(),
    };
    let Page { items: shown, previous, next } = cut(shown, PAGE, &turn, |one| Place::of(one));
    let mut connection = app.store().reader().await?;
    let mut people = Vec::with_capacity(shown.len());
    for one in shown {
        let meant = wave::person(&mut connection, wave, one).await?;
        people.extend(meant.map(|meant| person(one, meant)));
    }
    Ok(StuckPage { people, previous, next })
}

/// Everybody of a standing wave who is stuck, the longest first.
async fn everybody_stuck(app: &App, standing: &Standing) -> Result<Vec<Person>, FlowError> {
    if standing.wave.closed_at.is_some() {
        return Ok(Vec::new());
    }
    let mut connection = app.store().reader().await?;
    let now = app.clock().now().second();
    let all = wave::stuck_people(&mut connection, standing.wave.id, now).await?;
    let seen = |through| standing.units.iter().any(|(unit, _)| unit.id == through);
    let all = all.into_iter().filter(|(stuck, _)| seen(stuck.through));
    Ok(all.map(|(stuck, meant)| person(&stuck, meant)).collect())
}

pub(super) fn person(stuck: &Stuck, meant: wave::Meant) -> Person {
    Person {
        person: PersonView { id: stuck.person, name: meant.name, position: meant.title },
        unit_name: meant.unit_name,
        email: meant.email,
        phone: meant.phone,
        stage: stuck.stage,
        since: stuck.since,
    }
}

/// Whom to remind, as a table.
pub async fn reminders(
    app: &App,
    standing: &Standing,
    format: Format,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let heads = [
        "console-name",
        "console-position",
        "console-unit",
        "import-column-phone",
        "import-column-email",
        "wave-stage",
        "console-since",
        "wave-remedy",
    ];
    let mut rows = vec![heads.map(|key| text(language, key)).to_vec()];
    rows.extend(everybody_stuck(app, standing).await?.into_iter().map(|one| {
        vec![
            one.person.name,
            one.person.position,
            one.unit_name,
            one.phone.unwrap_or_default(),
            one.email.unwrap_or_default(),
            text(language, stage_key(one.stage)),
            local_day(one.since),
            text(language, remedy_key(one.stage)),
        ]
    }));
    sheet::write(format, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}
