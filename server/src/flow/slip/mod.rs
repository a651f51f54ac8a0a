//! Enrollment slips: made for one or many, printed or sent, and useless without the officer (ADR 0021).
//!
//! A slip says for a month who one is. What enrolls is still the invitation of half an hour: its QR code
//! on the officer's screen, or the short code that stands for it ([`session`]).

pub mod session;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::enrollment::Slip;
use trien_core::env::{UnixSecond, random};
use trien_core::id::{PersonId, SlipId, UnitId, WaveId};

use super::act::{Act, Acted};
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
pub use crate::store::slip::{Among, CodeRow, CodeState, ListedSlip, SlipRow, SlipState};
use crate::store::{directory, holding, reshape, slip, wave};
use crate::writer::{Commit, CommitError, Tx};

/// How long a slip says who one is, in seconds: thirty days.
pub const TTL_SECONDS: i64 = 30 * 86_400;
/// Slips made in one commit.
const BATCH: usize = 200;

/// Why a slip leads nowhere any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlipEnd {
    /// The person has a device.
    Used,
    /// Its time is over.
    Expired,
    /// An officer cancelled it.
    Cancelled,
    /// A newer one was made.
    Replaced,
    /// The person left the post, or the unit ended.
    Left,
}

impl SlipEnd {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Used, Self::Expired, Self::Cancelled, Self::Replaced, Self::Left];

    /// Its name in problems and the end of its texts' keys.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Replaced => "replaced",
            Self::Left => "left",
        }
    }
}

impl SlipRow {
    /// Why it leads nowhere any more, if it does not.
    #[must_use]
    pub fn end(&self, now: UnixSecond) -> Option<SlipEnd> {
        match self.state {
            SlipState::Open if now <= self.expires => None,
            SlipState::Open => Some(SlipEnd::Expired),
            SlipState::Used => Some(SlipEnd::Used),
            SlipState::Cancelled => Some(SlipEnd::Cancelled),
            SlipState::Replaced => Some(SlipEnd::Replaced),
            SlipState::Left => Some(SlipEnd::Left),
        }
    }

    pub(super) fn slip(&self) -> Slip {
        Slip { version: 1, id: self.id, pins: self.pins.clone(), expires: self.expires }
    }
}

impl ListedSlip {
    /// The link, as it is printed.
    #[must_use]
    pub fn link(&self, app: &App) -> String {
        let slip = Slip { version: 1, id: self.id, pins: self.pins.clone(), expires: self.expires };
        slip.to_link(&app.settings().origin)
    }
}

/// A person's newest slip as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The slip.
    pub slip: SlipRow,
    /// Why it leads nowhere any more, if it does not.
    pub end: Option<SlipEnd>,
    /// Its newest short code.
    pub code: Option<CodeRow>,
}

/// The newest slip of a person, if there ever was one.
pub async fn of_person(app: &App, person: PersonId) -> Result<Option<Held>, FlowError> {
    let mut connection = app.store().reader().await?;
    let Some(slip) = slip::newest(&mut connection, person).await? else { return Ok(None) };
    let code = slip::newest_code(&mut connection, slip.id).await?;
    let end = slip.end(app.clock().now().second());
    Ok(Some(Held { slip, end, code }))
}

/// Open slips, as they are printed; from `skip` on, at most `limit`.
pub async fn open(
    app: &App,
    among: Among,
    skip: u32,
    limit: u32,
) -> Result<Vec<ListedSlip>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(slip::open(&mut connection, among, app.clock().now().second(), skip, limit).await?)
}

/// How many people's newest slips of a wave's units are in which state, as keys of their texts.
pub async fn counts(app: &App, wave: WaveId) -> Result<Vec<(&'static str, u64)>, FlowError> {
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let counted = slip::counts(&mut connection, wave, now).await?;
    let keys = ["slip-state-open", "slip-state-expired", "slip-state-used", "slip-state-cancelled"];
    Ok(keys.into_iter().zip(counted).filter(|(_, count)| *count > 0).collect())
}

/// Makes a slip for a person; an older one ends.
pub async fn make(app: &App, act: &Act, person: PersonId, unit: UnitId) -> Result<(), FlowError> {
    let made = make_all(app, act, vec![(person, unit)], Again::Always).await?;
    // The post ended meanwhile, or an open slip is for a post elsewhere, of other officers.
    if made == 1 { Ok(()) } else { Err(FlowError::NotFound(Thing::Person)) }
}

/// Makes slips for those of a unit or a wave who have neither a slip nor a device; gives how many.
/// `within` are the units that the officer reaches.
pub async fn make_missing(
    app: &App,
    act: &Act,
    among: Among,
    within: impl Fn(UnitId) -> bool + Send,
) -> Result<usize, FlowError> {
    let people = {
        let mut connection = app.store().reader().await?;
        let mut people = meant(&mut connection, among).await?;
        people.retain(|(_, unit)| within(*unit));
        people
    };
    make_all(app, act, people, Again::WhereMissing).await
}

async fn meant(
    connection: &mut AnyConnection,
    among: Among,
) -> Result<Vec<(PersonId, UnitId)>, FlowError> {
    let mut people: Vec<(PersonId, UnitId)> = match among {
        Among::Person(_) => Vec::new(),
        Among::Unit(unit) => {
            let people = holding::people_in(connection, unit).await?;
            people.into_iter().map(|person| (person, unit)).collect()
        }
        Among::Wave(id) => wave::people(connection, id).await?,
    };
    // Somebody in two positions has one phone to enroll.
    let mut seen = std::collections::HashSet::new();
    people.retain(|(person, _)| seen.insert(*person));
    Ok(people)
}

async fn make_all(
    app: &App,
    act: &Act,
    people: Vec<(PersonId, UnitId)>,
    again: Again,
) -> Result<usize, FlowError> {
    let now = app.clock().now();
    let mut made = 0;
    for some in people.chunks(BATCH) {
        let slips = some.iter().map(|(person, unit)| SlipRow {
            // Random throughout: it leads to a name.
            id: SlipId::from_bytes(random(app.entropy())),
            person: *person,
            unit: *unit,
            pins: app.settings().pins.clone(),
            expires: now.second().plus(TTL_SECONDS),
            state: SlipState::Open,
            created_at: now,
        });
        let make = Make { slips: slips.collect(), again };
        made += app.writer().commit(Acted(act.clone(), make)).await?.value;
    }
    Ok(made)
}

/// Cancels the open slip of a person, with the short code that was started for it.
pub async fn cancel(app: &App, act: &Act, person: PersonId, unit: UnitId) -> Result<(), FlowError> {
    app.writer().commit(Acted(act.clone(), Cancel { person, unit })).await?;
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Always,
    WhereMissing,
}

struct Make {
    slips: Vec<SlipRow>,
    again: Again,
}

#[async_trait]
impl Commit for Make {
    type Done = usize;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<usize, CommitError> {
        let now = tx.now();
        let mut made = 0;
        for new in &self.slips {
            let post = directory::person_in_unit(tx.connection(), new.person, new.unit).await?;
            if post.is_none() || !reshape::stands(tx.connection(), new.unit).await? {
                continue;
            }
            let before = slip::newest(tx.connection(), new.person).await?;
            let before = before.filter(|slip| slip.state == SlipState::Open);
            let good = before.as_ref().filter(|slip| slip.end(now.second()).is_none());
            if good.is_some_and(|slip| slip.unit != new.unit) {
                continue;
            }
            if self.again == Again::WhereMissing
                && (good.is_some()
                    || slip::has_device(tx.connection(), new.person, new.unit).await?)
            {
                continue;
            }
            if let Some(before) = before {
                slip::end(tx.connection(), before.id, SlipState::Replaced, now).await?;
                session::end(tx, &before).await?;
            }
            slip::insert(tx.connection(), new).await?;
            let statement = json!({
                "slip": new.id,
                "person": new.person,
                "unit": new.unit,
                "expires": new.expires,
                "before": null,
                "after": { "state": "open" },
            });
            tx.state(Kind::SlipMade, new.id.as_bytes(), &statement).await?;
            made += 1;
        }
        Ok(made)
    }
}

struct Cancel {
    person: PersonId,
    unit: UnitId,
}

#[async_trait]
impl Commit for Cancel {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let open = slip::newest(tx.connection(), self.person).await?;
        let open = open.filter(|slip| slip.state == SlipState::Open && slip.unit == self.unit);
        let open = open.ok_or(FlowError::NotFound(Thing::Slip))?;
        slip::end(tx.connection(), open.id, SlipState::Cancelled, now).await?;
        session::end(tx, &open).await?;
        let statement = json!({
            "slip": open.id,
            "person": self.person,
            "unit": self.unit,
            "before": { "state": "open" },
            "after": { "state": "cancelled" },
        });
        tx.state(Kind::SlipCancelled, open.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Ends the slip of somebody whose device was approved.
pub(super) async fn use_up(tx: &mut Tx<'_>, person: PersonId) -> Result<(), CommitError> {
    let now = tx.now();
    slip::end_of(tx.connection(), person, SlipState::Used, now).await?;
    Ok(())
}

/// Ends the slip of somebody who leaves a unit, in the act that says so.
pub(super) async fn leave(
    tx: &mut Tx<'_>,
    person: PersonId,
    unit: UnitId,
) -> Result<(), CommitError> {
    let now = tx.now();
    slip::end_in(tx.connection(), person, unit, now).await?;
    Ok(())
}
