//! What a change of post touches, and what is proposed for each thing.

use std::collections::HashSet;

use sqlx::AnyConnection;
use trien_core::id::{PersonId, UnitId};
use trien_core::register::{CertificateKind, State};
use trien_core::wire::PersonView;

use super::held::{Held, HeldDevice, HeldEntry, HeldPost, HeldStep, fits, has_post_in, waits};
use super::post::{About, Choice, Item, PostChange};
use super::steps::{Signer, Stay, rewritten, stay};
use crate::flow::account::MAX_LEVELS;
use crate::flow::device::RevocationReason;
use crate::flow::{FlowError, Thing};
use crate::store::directory::{self, UnitRow};
use crate::store::{holding, request};

/// Looks through everything that is held.
pub(super) struct Planner<'a> {
    pub held: &'a Held,
    pub change: &'a PostChange,
    pub ends: &'a [HeldPost],
    pub to: Option<&'a UnitRow>,
    /// The units of what is held that whoever changes administers.
    pub within: &'a HashSet<UnitId>,
}

impl Planner<'_> {
    pub(super) async fn items(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<Item>, FlowError> {
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
        for step in self.held.steps.iter().filter(|step| self.reaches(step)) {
            items.push(self.step(connection, step).await?);
        }
        let ended = self.held.invitations.iter().filter(|it| touched(it.unit.id));
        items.extend(ended.map(|invitation| Item {
            about: About::Invitation(invitation.clone()),
            fits: None,
            proposed: Choice::End,
            choices: vec![Choice::End],
            people: Vec::new(),
            kept: None,
        }));
        Ok(items)
    }

    /// Whether things of a unit are touched: those of the posts that end, and whatever was left behind in
    /// a unit in which the person has no post any more.
    fn touches(&self, unit: UnitId) -> bool {
        let left_behind = !has_post_in(&self.held.posts, unit) && self.within.contains(&unit);
        has_post_in(self.ends, unit) || left_behind
    }

    /// A request is the matter of the unit that submitted it, and of those above.
    fn reaches(&self, step: &HeldStep) -> bool {
        self.within.contains(&step.unit.id)
    }

    /// How many steps stay as they are because they are of other units.
    pub(super) fn left(&self) -> usize {
        match self.change {
            PostChange::Adds(_) => 0,
            _ => self.held.steps.iter().filter(|step| !self.reaches(step)).count(),
        }
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
        if waits(device) {
            let (about, choices) = (About::Device(device.clone()), vec![Choice::End]);
            let proposed = Choice::End;
            return Item { about, fits: None, proposed, choices, people: Vec::new(), kept: None };
        }
        let fits = self.fits(device.unit, device.certificate.as_ref());
        let can_keep = match self.kept_in(device.unit) {
            None => self.stays_in(device.unit),
            Some(to) => {
                to.takes(device.assurance) && device.prompt_policy.is_within(to.prompt_policy)
            }
        };
        let (proposed, choices) = self.keep_or_revoke(can_keep, fits == Some(true));
        let about = About::Device(device.clone());
        Item { about, fits, proposed, choices, people: Vec::new(), kept: None }
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
            return Ok(Item {
                about,
                fits: None,
                proposed,
                choices,
                people: Vec::new(),
                kept: None,
            });
        }
        // A seal is the unit's: it stays there, whoever goes.
        let is_seal = entry.kind == CertificateKind::AgencySeal;
        let stays = self.stays_in(entry.unit);
        let can_keep = stays || (!is_seal && self.to.is_some());
        let fits = self.fits(entry.unit, entry.der.as_ref());
        let (mut proposed, mut choices) = self.keep_or_revoke(can_keep, fits == Some(true));
        let mut people = Vec::new();
        if is_seal {
            people = holding::clerks(connection, entry.unit, self.held.person).await?;
            choices.extend(people.iter().map(|person| Choice::To(person.id)));
            if let Some(first) = people.first().filter(|_| !stays) {
                proposed = Choice::To(first.id);
            }
        }
        Ok(Item { about, fits, proposed, choices, people, kept: None })
    }

    async fn step(
        &self,
        connection: &mut AnyConnection,
        step: &HeldStep,
    ) -> Result<Item, FlowError> {
        let taken = self.to.zip(self.change.to());
        let taken = taken.map(|(unit, to)| (unit.view.id, to.title.as_str()));
        let stay = stay(connection, step, self.held, self.ends, taken).await?;
        let can_keep = stay != Stay::Not;
        let mut people = Vec::new();
        for unit in signing_units(connection, self.ends, step).await? {
            for person in holding::signers(connection, unit, self.held.person).await? {
                let signer = Signer { name: &person.name, title: &person.position, leaves: None };
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
        let kept = if let Stay::With(recipe) = stay { Some(recipe) } else { None };
        Ok(Item { about, fits: None, proposed, choices, people, kept })
    }
}

/// The units whose people may decide instead: the submitter's, and those of the posts that end as far as
/// they are above it. Whoever may touch the step and end the posts administers them all.
pub(super) async fn signing_units(
    connection: &mut AnyConnection,
    ends: &[HeldPost],
    step: &HeldStep,
) -> Result<Vec<UnitId>, FlowError> {
    let line = directory::line(connection, step.unit.id, MAX_LEVELS).await?;
    let ends = ends.iter().map(|post| post.unit.id).filter(|unit| line.contains(unit));
    let mut units: Vec<UnitId> = ends.collect();
    units.push(step.unit.id);
    units.dedup();
    Ok(units)
}

pub(super) async fn has_part(
    connection: &mut AnyConnection,
    step: &HeldStep,
    person: PersonId,
) -> Result<bool, FlowError> {
    let route = request::route(connection, step.request).await?;
    let route = route.ok_or(FlowError::NotFound(Thing::Request))?.route;
    let signers = route.step(step.step).map(|it| it.signers.as_slice()).unwrap_or_default();
    Ok(signers.iter().any(|signer| signer.person == person))
}
