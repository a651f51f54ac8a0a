//! Somebody changes post: what is held, what is proposed for each thing, and carrying it out.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{ChangeId, EntryId, PersonId, UnitId};
use trien_core::register::{CertificateKind, State};
use trien_core::wire::{PersonView, UnitView};

use super::carry::Carry;
use super::deed::{Deed, Task};
use super::held::{
    Held, HeldDevice, HeldEntry, HeldInvitation, HeldPost, HeldStep, PastPost, Seen, fits,
    has_post_in,
};
use super::steps::{Signer, rewritten, try_out};
use super::{Changer, NoChange};
use crate::app::App;
use crate::flow::account::{MAX_LEVELS, Officer};
use crate::flow::act::{Act, Acted};
use crate::flow::device::RevocationReason;
use crate::flow::{FlowError, Thing};
use crate::store::directory::{self, Authority, UnitRow};
use crate::store::register::NewEntry;
use crate::store::roll::Taken;
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

    fn to(&self) -> Option<&NewPost> {
        match self {
            Self::Moves { to, .. } | Self::Adds(to) => Some(to),
            Self::Ends(_) | Self::Leaves(_) => None,
        }
    }

    /// Why a certificate ends by it, as RFC 5280 §5.3.1 has it.
    fn reason(&self) -> RevocationReason {
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
    /// It ends: an invitation, or a certificate that never came.
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
    let planner = Planner { held: &held, change: &change, ends: &ends, to: to.as_ref() };
    let items = planner.items(&mut connection).await?;
    let place = to.as_ref().map(|unit| unit.view.name.clone()).unwrap_or_default();
    let seen = Seen::of([&held], &place);
    Ok(Plan { to: to.map(|unit| unit.view), ends, items, seen, held, change })
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

struct Planner<'a> {
    held: &'a Held,
    change: &'a PostChange,
    ends: &'a [HeldPost],
    to: Option<&'a UnitRow>,
}

impl Planner<'_> {
    async fn items(&self, connection: &mut AnyConnection) -> Result<Vec<Item>, FlowError> {
        let mut items = Vec::new();
        // A further post takes nothing away.
        if matches!(self.change, PostChange::Adds(_)) {
            return Ok(items);
        }
        let touched = |unit: UnitId| self.touches(unit);
        items.extend(
            self.held.devices.iter().filter(|it| touched(it.unit)).map(|it| self.device(it)),
        );
        for entry in self.held.entries.iter().filter(|entry| touched(entry.unit)) {
            items.push(self.entry(connection, entry).await?);
        }
        for step in &self.held.steps {
            items.push(self.step(connection, step).await?);
        }
        let ended = self.held.invitations.iter().filter(|it| touched(it.unit.id));
        items.extend(ended.map(|invitation| Item {
            about: About::Invitation(invitation.clone()),
            fits: None,
            proposed: Choice::End,
            choices: vec![Choice::End],
            people: Vec::new(),
        }));
        Ok(items)
    }

    /// Whether things of a unit are touched: those of the posts that end, and whatever was left behind in
    /// a unit in which the person has no post any more.
    fn touches(&self, unit: UnitId) -> bool {
        has_post_in(self.ends, unit) || !has_post_in(&self.held.posts, unit)
    }

    /// The posts that are left, the new one among them.
    fn stays_in(&self, unit: UnitId) -> bool {
        let left =
            self.held.posts.iter().any(|post| post.unit.id == unit && !self.ends.contains(post));
        left || self.to.is_some_and(|to| to.view.id == unit)
    }

    /// The post that a thing of this unit is for now, and the one that it would be for.
    fn posts_of(&self, unit: UnitId) -> (Option<&HeldPost>, Option<(&str, &str)>) {
        let old = self.ends.iter().find(|post| post.unit.id == unit);
        let left = self
            .held
            .posts
            .iter()
            .find(|post| post.unit.id == unit && !self.ends.contains(post))
            .map(|post| (post.unit.name.as_str(), post.title.as_str()));
        let to = self.to.zip(self.change.to());
        let new = to.map(|(unit, to)| (unit.view.name.as_str(), to.title.as_str()));
        (old, left.or(new))
    }

    fn fits(&self, unit: UnitId, der: Option<&Vec<u8>>) -> Option<bool> {
        let der = der?;
        let (old, new) = self.posts_of(unit);
        let (Some(old), Some(new)) = (old, new) else { return Some(false) };
        Some(fits(der, (&old.unit.name, &old.title), new))
    }

    /// The unit into which a thing of `unit` goes if it is kept.
    fn kept_in(&self, unit: UnitId) -> Option<&UnitRow> {
        if self.stays_in(unit) { None } else { self.to }
    }

    fn device(&self, device: &HeldDevice) -> Item {
        let fits = self.fits(device.unit, device.certificate.as_ref());
        let can_keep = match self.kept_in(device.unit) {
            None => self.stays_in(device.unit),
            Some(to) => to.keys.takes(device.assurance) && to.prompt_policy == device.prompt_policy,
        };
        let (proposed, choices) = self.keep_or_revoke(can_keep, fits == Some(true));
        let about = About::Device(device.clone());
        Item { about, fits, proposed, choices, people: Vec::new() }
    }

    fn keep_or_revoke(&self, can_keep: bool, fits: bool) -> (Choice, Vec<Choice>) {
        let reason = self.change.reason();
        let other = match reason {
            RevocationReason::CessationOfOperation => RevocationReason::AffiliationChanged,
            _ => RevocationReason::CessationOfOperation,
        };
        let mut choices = vec![Choice::Revoke(reason), Choice::Revoke(other)];
        if can_keep {
            choices.push(Choice::Keep);
        }
        let proposed = if can_keep && fits { Choice::Keep } else { Choice::Revoke(reason) };
        (proposed, choices)
    }

    async fn entry(
        &self,
        connection: &mut AnyConnection,
        entry: &HeldEntry,
    ) -> Result<Item, FlowError> {
        let about = About::Entry(entry.clone());
        if matches!(entry.state, State::Requested | State::Reviewed) {
            let (proposed, choices) = (Choice::End, vec![Choice::End]);
            return Ok(Item { about, fits: None, proposed, choices, people: Vec::new() });
        }
        // A seal is the unit's: it stays there, whoever goes.
        let is_seal = entry.kind == CertificateKind::AgencySeal;
        let stays = self.stays_in(entry.unit);
        let can_keep = stays || (!is_seal && self.to.is_some());
        let fits = self.fits(entry.unit, entry.der.as_ref());
        let (mut proposed, mut choices) = self.keep_or_revoke(can_keep, fits == Some(true));
        let mut people = Vec::new();
        if is_seal {
            people = holding::colleagues(connection, entry.unit, self.held.person).await?;
            choices.extend(people.iter().map(|person| Choice::To(person.id)));
            if let Some(first) = people.first().filter(|_| !stays) {
                proposed = Choice::To(first.id);
            }
        }
        Ok(Item { about, fits, proposed, choices, people })
    }

    async fn step(
        &self,
        connection: &mut AnyConnection,
        step: &HeldStep,
    ) -> Result<Item, FlowError> {
        let can_keep = self.keeps_authority(connection, step).await?;
        let mut people = Vec::new();
        for unit in self.signing_units(step) {
            for person in holding::signers(connection, unit, self.held.person).await? {
                let signer = Signer { name: &person.name, title: &person.position };
                let known = people.iter().any(|other: &PersonView| other.id == person.id);
                if !known
                    && rewritten(step, self.held, signer).is_ok()
                    && !has_part(connection, step, person.id).await?
                {
                    people.push(person);
                }
            }
        }
        let mut choices: Vec<Choice> = people.iter().map(|person| Choice::To(person.id)).collect();
        let proposed = match choices.first() {
            _ if can_keep => Choice::Keep,
            Some(first) => *first,
            None => Choice::SendBack,
        };
        if can_keep {
            choices.push(Choice::Keep);
        }
        choices.push(Choice::SendBack);
        let about = About::Step(step.clone());
        Ok(Item { about, fits: None, proposed, choices, people })
    }

    /// The units whose people may decide instead: those of the posts that end, and the submitter's.
    fn signing_units(&self, step: &HeldStep) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.ends.iter().map(|post| post.unit.id).collect();
        units.push(step.unit.id);
        units.dedup();
        units
    }

    /// A step is addressed to a person for a post. It may stay where a post in a unit of before is left, or
    /// where the new one is in the submitter's unit or above it.
    async fn keeps_authority(
        &self,
        connection: &mut AnyConnection,
        step: &HeldStep,
    ) -> Result<bool, FlowError> {
        if self.held.posts.iter().any(|post| self.stays_in(post.unit.id)) {
            return Ok(true);
        }
        let Some(to) = self.to else { return Ok(false) };
        let line = directory::line(connection, step.unit.id, MAX_LEVELS).await?;
        Ok(line.contains(&to.view.id))
    }
}

async fn has_part(
    connection: &mut AnyConnection,
    step: &HeldStep,
    person: PersonId,
) -> Result<bool, FlowError> {
    let route = crate::store::request::route(connection, step.request).await?;
    let route = route.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let signers = route.step(step.step).map(|it| it.signers.as_slice()).unwrap_or_default();
    Ok(signers.iter().any(|signer| signer.person == person))
}

/// Carries out what was looked at, all or nothing; `chosen` holds choices by the things' keys, and what is
/// not in it is done as proposed. Gives the report.
pub async fn carry_out(
    app: &App,
    by: Changer<'_>,
    act: &Act,
    plan: Plan,
    chosen: &HashMap<String, String>,
) -> Result<ChangeId, FlowError> {
    by.require(app, &plan.units()).await?;
    let mut tasks = Vec::new();
    let whole = plan.sent_back(chosen)?;
    for item in &plan.items {
        let mut choice = item.chosen(chosen)?;
        if let About::Step(step) = &item.about
            && whole.contains(&step.request)
        {
            choice = Choice::SendBack;
        }
        tasks.push(plan.task(app, item, choice).await?);
    }
    tasks.push(plan.posts_task());
    let carry = Carry {
        id: ChangeId::generate(app.clock(), app.entropy()),
        kind: plan.change.name(),
        person: Some(plan.held.person),
        subject: plan.held.name.clone(),
        place: plan.place(),
        units: plan.units(),
        held: vec![plan.held],
        facts: None,
        tasks,
        ca: app.ca().clone(),
    };
    Ok(app.writer().commit(Acted(act.clone(), carry)).await?.value)
}

impl Item {
    /// What is done to it: the choice, if it is one that is offered.
    fn chosen(&self, chosen: &HashMap<String, String>) -> Result<Choice, FlowError> {
        let Some(name) = chosen.get(&self.about.key()).filter(|name| !name.is_empty()) else {
            return Ok(self.proposed);
        };
        let offered = self.choices.iter().find(|choice| choice.name() == *name);
        Ok(*offered.ok_or(NoChange::Choice)?)
    }

    fn named(&self, person: PersonId) -> Result<&PersonView, FlowError> {
        let found = self.people.iter().find(|one| one.id == person);
        Ok(found.ok_or(NoChange::Choice)?)
    }
}

impl Plan {
    /// Refuses what was looked at before something of it changed.
    pub fn require(&self, looked_at: &str) -> Result<(), FlowError> {
        self.seen.require(looked_at)
    }

    /// From where to where.
    #[must_use]
    pub fn place(&self) -> String {
        let post = |post: &HeldPost| format!("{}, {}", post.title, post.unit.name);
        let from: Vec<String> = self.ends.iter().map(post).collect();
        let to = self.to.as_ref().zip(self.change.to());
        let to = to.map(|(unit, to)| format!("→ {}, {}", to.title, unit.name));
        let parts = [from.join("; "), to.unwrap_or_default()];
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.ends.iter().map(|post| post.unit.id).collect();
        units.extend(self.to.as_ref().map(|unit| unit.id));
        units
    }

    /// Requests that go back as a whole: a request that ends waits for no other step.
    fn sent_back(
        &self,
        chosen: &HashMap<String, String>,
    ) -> Result<Vec<trien_core::id::RequestId>, FlowError> {
        let mut requests = Vec::new();
        for item in &self.items {
            if let About::Step(step) = &item.about
                && item.chosen(chosen)? == Choice::SendBack
            {
                requests.push(step.request);
            }
        }
        Ok(requests)
    }

    async fn task(&self, app: &App, item: &Item, choice: Choice) -> Result<Task, FlowError> {
        let deed = match &item.about {
            About::Device(device) => match choice {
                Choice::Revoke(reason) => Deed::RevokeDevice { device: device.id, reason },
                Choice::Keep => {
                    let to = self.kept_in(device.unit)?;
                    Deed::KeepDevice { device: device.id, from: device.unit, to }
                }
                _ => return Err(NoChange::Choice.into()),
            },
            About::Entry(entry) => self.entry_deed(app, item, entry, choice)?,
            About::Step(step) => self.step_deed(app, item, step, choice).await?,
            About::Invitation(invitation) => Deed::EndInvitation { invitation: invitation.id },
        };
        let person = Some((self.held.person, self.held.name.clone()));
        Ok(Task { person, what: item.about.what(), deed })
    }

    /// The unit in which a thing stays, or into which it goes.
    fn kept_in(&self, unit: UnitId) -> Result<UnitView, FlowError> {
        let left = self.held.posts.iter().find(|it| it.unit.id == unit && !self.ends.contains(it));
        let left = left.map(|post| post.unit.clone());
        Ok(left.or_else(|| self.to.clone()).ok_or(NoChange::Choice)?)
    }

    fn entry_deed(
        &self,
        app: &App,
        item: &Item,
        entry: &HeldEntry,
        choice: Choice,
    ) -> Result<Deed, FlowError> {
        Ok(match choice {
            Choice::Revoke(reason) => Deed::RevokeEntry { entry: entry.id, reason },
            Choice::Keep => {
                let to = self.kept_in(entry.unit)?;
                Deed::KeepEntry { entry: entry.id, from: entry.unit, to }
            }
            Choice::End => Deed::RefuseEntry { entry: entry.id },
            Choice::To(person) => {
                let clerk = item.named(person)?;
                let asked = NewEntry {
                    id: EntryId::generate(app.clock(), app.entropy()),
                    unit: entry.unit,
                    person,
                    device: None,
                    kind: entry.kind,
                    home: entry.home,
                    assurance: None,
                    predecessor: Some(entry.id),
                };
                Deed::HandOver { entry: entry.id, asked, to: clerk.name.clone() }
            }
            Choice::SendBack => return Err(NoChange::Choice.into()),
        })
    }

    async fn step_deed(
        &self,
        app: &App,
        item: &Item,
        step: &HeldStep,
        choice: Choice,
    ) -> Result<Deed, FlowError> {
        let (request, number) = (step.request, step.step);
        match choice {
            Choice::SendBack => Ok(Deed::SendBack { request, step: number }),
            Choice::Keep => {
                let recipe = self.in_new_post(step);
                if let Some(recipe) = &recipe {
                    try_out(app, step, recipe).await?;
                }
                Ok(Deed::KeepStep { request, step: number, recipe })
            }
            Choice::To(person) => {
                let to = item.named(person)?;
                let signer = Signer { name: &to.name, title: &to.position };
                let recipe = rewritten(step, &self.held, signer).map_err(|_| NoChange::Choice)?;
                if let Some(recipe) = &recipe {
                    try_out(app, step, recipe).await?;
                }
                let unit = self.unit_of(app, step, person).await?;
                let to = (person, to.name.clone());
                Ok(Deed::HandStep { request, step: number, unit, to, recipe })
            }
            Choice::Revoke(_) | Choice::End => Err(NoChange::Choice.into()),
        }
    }

    /// In which of the units somebody can sign.
    async fn unit_of(
        &self,
        app: &App,
        step: &HeldStep,
        person: PersonId,
    ) -> Result<UnitId, FlowError> {
        let mut connection = app.store().reader().await?;
        let units = self.ends.iter().map(|post| post.unit.id).chain([step.unit.id]);
        for unit in units {
            if holding::can_sign(&mut connection, unit, person).await? {
                return Ok(unit);
            }
        }
        Err(NoChange::Choice.into())
    }

    /// The recipe of a step that is kept, where its stamp names a position that changes.
    fn in_new_post(&self, step: &HeldStep) -> Option<Vec<u8>> {
        let PostChange::Moves { to, .. } = &self.change else { return None };
        let signer = Signer { name: &self.held.name, title: to.title.as_str() };
        let new = rewritten(step, &self.held, signer).ok().flatten()?;
        (Some(&new) != step.recipe.as_ref()).then_some(new)
    }

    fn posts_task(&self) -> Task {
        let ends = self.ends.iter().map(|post| (post.unit.id, post.title.clone())).collect();
        let taken = self.change.to().map(|to| Taken {
            unit: to.unit,
            title: to.title.as_str().to_owned(),
            authority: to.authority,
        });
        let deed = Deed::Posts { ends, takes: taken.into_iter().collect() };
        let person = Some((self.held.person, self.held.name.clone()));
        Task { person, what: self.place(), deed }
    }
}

/// The posts that somebody has, the oldest first.
pub async fn posts(app: &App, person: PersonId) -> Result<Vec<HeldPost>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(holding::posts(&mut connection, person).await?)
}

/// A person with everything held and the posts of before, for whoever has a role where that person has a
/// post.
pub async fn person_page(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<(Held, Vec<PastPost>), FlowError> {
    let reach = officer.reach(app).await?;
    let mut connection = app.store().reader().await?;
    let held = Held::load(&mut connection, person, app.clock().now().second()).await?;
    let past = holding::past_posts(&mut connection, person).await?;
    let mut units = held.posts.iter().map(|post| post.unit.id);
    let was = past.iter().map(|past| past.post.unit.id);
    if units.any(|unit| reach.contains(&unit)) || was.clone().any(|unit| reach.contains(&unit)) {
        return Ok((held, past));
    }
    Err(FlowError::NotFound(Thing::Person))
}
