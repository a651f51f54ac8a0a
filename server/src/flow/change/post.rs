//! Somebody changes post: what is meant, and looking at it.

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::held::{
    Held, HeldDevice, HeldEntry, HeldInvitation, HeldPost, HeldStep, PastPost, Seen,
};
use super::propose::Planner;
use super::{Changer, NoChange};
use crate::app::App;
use crate::flow::account::{Officer, Reach};
use crate::flow::device::RevocationReason;
use crate::flow::{FlowError, Thing};
use crate::store::directory::{self, Authority, UnitRow};
use crate::store::{holding, reshape};

/// One of the posts that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRef {
    /// The unit.
    pub unit: UnitId,
    /// The position.
    pub title: String,
}

/// A post that somebody takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPost {
    /// The unit.
    pub unit: UnitId,
    /// The position.
    pub title: Text<200>,
    /// What it lets its holder do.
    pub authority: Option<Authority>,
}

/// Why somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leaving {
    /// Into retirement.
    Retires,
    /// To another office, or out of service.
    Leaves,
    /// The person died.
    Dies,
}

impl Leaving {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Retires, Self::Leaves, Self::Dies];

    /// Its name in forms and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Retires => "retires",
            Self::Leaves => "leaves",
            Self::Dies => "dies",
        }
    }
}

/// What becomes of somebody's posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostChange {
    /// Leaves one for another.
    Moves {
        /// The one that ends.
        from: PostRef,
        /// The one that begins.
        to: NewPost,
    },
    /// Takes a further one.
    Adds(NewPost),
    /// Ends one.
    Ends(PostRef),
    /// Ends all.
    Leaves(Leaving),
}

impl PostChange {
    /// Its name in forms and reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Moves { .. } => "moves",
            Self::Adds(_) => "adds",
            Self::Ends(_) => "ends",
            Self::Leaves(leaving) => leaving.name(),
        }
    }

    pub(super) fn to(&self) -> Option<&NewPost> {
        match self {
            Self::Moves { to, .. } | Self::Adds(to) => Some(to),
            Self::Ends(_) | Self::Leaves(_) => None,
        }
    }

    /// Why a certificate ends by it, as RFC 5280 §5.3.1 has it.
    pub(super) fn reason(&self) -> RevocationReason {
        match self {
            Self::Leaves(Leaving::Retires | Leaving::Dies) => {
                RevocationReason::CessationOfOperation
            }
            _ => RevocationReason::AffiliationChanged,
        }
    }
}

/// What is done to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It stays with the person.
    Keep,
    /// It ends for good.
    Revoke(RevocationReason),
    /// Somebody else gets one of their own, or decides instead.
    To(PersonId),
    /// The request goes back to whoever submitted it.
    SendBack,
    /// It ends: an invitation, an enrollment, or a certificate that never came.
    End,
}

impl Choice {
    /// As forms and the command line write it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Keep => "keep".to_owned(),
            Self::Revoke(reason) => format!("revoke:{}", reason.name()),
            Self::To(person) => format!("to:{person}"),
            Self::SendBack => "return".to_owned(),
            Self::End => "end".to_owned(),
        }
    }
}

/// A thing that somebody holds.
#[derive(Clone, Debug)]
pub enum About {
    /// A phone with its certificate.
    Device(HeldDevice),
    /// A certificate outside phones.
    Entry(HeldEntry),
    /// A step that waits.
    Step(HeldStep),
    /// An invitation.
    Invitation(HeldInvitation),
}

impl About {
    /// Its name in forms and on the command line.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Device(device) => format!("device:{}", device.id),
            Self::Entry(entry) => format!("certificate:{}", entry.id),
            Self::Step(step) => format!("step:{}:{}", step.request, step.step.0),
            Self::Invitation(invitation) => format!("invitation:{}", invitation.id),
        }
    }

    /// Which, in words.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Device(device) => device.model.clone(),
            Self::Entry(entry) => {
                let read = |der: &Vec<u8>| trien_core::certificate::Certificate::parse(der).ok();
                let subject = entry.der.as_ref().and_then(read).map(|it| it.subject_text());
                subject.unwrap_or_else(|| entry.home.name().to_owned())
            }
            Self::Step(step) => step.metadata.subject.as_str().to_owned(),
            Self::Invitation(invitation) => invitation.unit.name.clone(),
        }
    }
}

/// A thing, what is proposed for it, and what else may be chosen.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which.
    pub about: About,
    /// Whether its certificate says what is true afterwards; none where it has none.
    pub fits: Option<bool>,
    /// What is proposed.
    pub proposed: Choice,
    /// What may be chosen, the proposal included.
    pub choices: Vec<Choice>,
    /// Those to whom it may go.
    pub people: Vec<PersonView>,
    /// The recipe with which a step is kept, where that is another one.
    pub(super) kept: Option<Vec<u8>>,
}

/// A change of post that was looked at.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What changes.
    pub change: PostChange,
    /// Everything that the person holds.
    pub held: Held,
    /// The unit of the new post.
    pub to: Option<UnitView>,
    /// The posts that end.
    pub ends: Vec<HeldPost>,
    /// What the change touches.
    pub items: Vec<Item>,
    /// How many steps stay as they are, since the officer does not administer the units that submitted them.
    pub left: usize,
    /// What was looked at, for the form.
    pub seen: Seen,
}

/// Looks at a change without doing anything.
pub async fn look(
    app: &App,
    by: Changer<'_>,
    person: PersonId,
    change: PostChange,
) -> Result<Plan, FlowError> {
    let mut connection = app.store().reader().await?;
    let held = Held::load(&mut connection, person, app.clock().now().second()).await?;
    let ends = ending(&held, &change)?;
    let mut units: Vec<UnitId> = ends.iter().map(|post| post.unit.id).collect();
    units.extend(change.to().map(|to| to.unit));
    // Whoever is in no post of a unit that the officer administers is not there for that officer.
    if units.is_empty() {
        return Err(FlowError::NotFound(Thing::Person));
    }
    drop(connection);
    by.require(app, &units).await?;
    let mut connection = app.store().reader().await?;
    let to = match change.to() {
        None => None,
        Some(to) => Some(target(&mut connection, &held, to).await?),
    };
    let within = by.within(&mut connection, held.units()).await?;
    let planner =
        Planner { held: &held, change: &change, ends: &ends, to: to.as_ref(), within: &within };
    let left = planner.left();
    let items = planner.items(&mut connection).await?;
    let place = to.as_ref().map(|unit| unit.view.name.clone()).unwrap_or_default();
    let seen = Seen::of([&held], &place);
    Ok(Plan { to: to.map(|unit| unit.view), ends, items, left, seen, held, change })
}

fn ending(held: &Held, change: &PostChange) -> Result<Vec<HeldPost>, FlowError> {
    let from = match change {
        PostChange::Adds(_) => return Ok(Vec::new()),
        PostChange::Leaves(_) => return Ok(held.posts.clone()),
        PostChange::Moves { from, .. } | PostChange::Ends(from) => from,
    };
    let post =
        held.posts.iter().find(|post| (post.unit.id, &post.title) == (from.unit, &from.title));
    Ok(vec![post.cloned().ok_or(NoChange::NotHeld)?])
}

async fn target(
    connection: &mut AnyConnection,
    held: &Held,
    to: &NewPost,
) -> Result<UnitRow, FlowError> {
    let unit = directory::unit(connection, to.unit).await?;
    let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
    if !reshape::stands(connection, to.unit).await? {
        return Err(NoChange::Dissolved.into());
    }
    let title = to.title.as_str();
    if held.posts.iter().any(|post| post.unit.id == to.unit && post.title == title) {
        return Err(NoChange::HeldAlready.into());
    }
    Ok(unit)
}

/// The posts that somebody has, the oldest first.
pub async fn posts(app: &App, person: PersonId) -> Result<Vec<HeldPost>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(holding::posts(&mut connection, person).await?)
}

/// A person with everything held and the posts of before, for whoever has a role where that person has a
/// post; where the person had one, the posts of before there.
pub async fn person_page(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<(Held, Vec<PastPost>), FlowError> {
    let mut reach = Reach::of(officer);
    let mut connection = app.store().reader().await?;
    let held = Held::load(&mut connection, person, app.clock().now().second()).await?;
    let past = holding::past_posts(&mut connection, person).await?;
    let posts: Vec<UnitId> = held.posts.iter().map(|post| post.unit.id).collect();
    if reach.holds_any(&mut connection, posts).await? {
        return Ok((held, past));
    }
    // Where only a post of before was, there is the history of that; what is held now is another's matter.
    let mut here = Vec::new();
    for past in past {
        if reach.holds(&mut connection, past.post.unit.id).await? {
            here.push(past);
        }
    }
    if here.is_empty() {
        Err(FlowError::NotFound(Thing::Person))
    } else {
        Ok((held.only_name(), here))
    }
}
