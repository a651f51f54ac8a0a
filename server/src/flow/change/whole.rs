//! What a change of a unit does to it, and to each thing of everybody in it.

use std::collections::HashSet;

use trien_core::id::UnitId;
use trien_core::register::{CertificateKind, State};
use trien_core::wire::UnitView;

use super::deed::{Deed, Task};
use super::held::{Held, HeldPost, names, waits};
use super::post::About;
use super::unit::{Certificates, Keys, UnitChange, UnitChoices, UnitFacts};
use crate::flow::FlowError;
use crate::flow::device::RevocationReason;
use crate::store::directory::{UnitDetails, UnitRow};
use crate::store::roll::Taken;

/// Looks through a unit and everybody in it.
pub(super) struct Planner<'a> {
    pub facts: &'a UnitFacts,
    pub change: &'a UnitChange,
    pub choices: UnitChoices,
    pub held: &'a [Held],
    /// The unit into which people go.
    pub to: Option<&'a UnitRow>,
    /// The units of what is held that whoever changes administers.
    pub within: &'a HashSet<UnitId>,
}

impl Planner<'_> {
    pub(super) fn tasks(&self) -> Result<Vec<Task>, FlowError> {
        let mut tasks = Vec::new();
        for held in self.going() {
            self.person(held, &mut tasks)?;
        }
        self.unit(&mut tasks);
        Ok(tasks)
    }

    /// The people whom the change touches.
    pub(super) fn going(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| match self.change {
            UnitChange::Split { people, .. } => people.contains(&held.person),
            _ => true,
        })
    }

    pub(super) fn own(&self) -> UnitId {
        self.facts.unit.id
    }

    fn person(&self, held: &Held, tasks: &mut Vec<Task>) -> Result<(), FlowError> {
        let whose = Some((held.person, held.name.clone()));
        let mut add = |what: String, deed: Deed| {
            tasks.push(Task { person: whose.clone(), what, deed });
        };
        for device in held.devices.iter().filter(|device| device.unit == self.own()) {
            if waits(device) {
                add(device.model.clone(), Deed::RefuseDevice { device: device.id });
                continue;
            }
            let der = device.certificate.as_ref();
            let takes = self.to.is_none_or(|to| {
                to.takes(device.assurance) && device.prompt_policy.is_within(to.prompt_policy)
            });
            let deed = match self.kept(der, takes) {
                Some(to) => Deed::KeepDevice { device: device.id, from: device.unit, to },
                None => Deed::RevokeDevice { device: device.id, reason: self.reason() },
            };
            add(device.model.clone(), deed);
        }
        for entry in held.entries.iter().filter(|entry| entry.unit == self.own()) {
            let what = About::Entry(entry.clone()).what();
            if matches!(entry.state, State::Requested | State::Reviewed) {
                add(what, Deed::RefuseEntry { entry: entry.id });
                continue;
            }
            // The seal is of the agency, which ends or loses its clerk; under another name it may stay.
            let is_seal = entry.kind == CertificateKind::AgencySeal;
            let may = !is_seal || matches!(self.change, UnitChange::Rename(_));
            let deed = match self.kept(entry.der.as_ref(), may) {
                Some(to) => Deed::KeepEntry { entry: entry.id, from: entry.unit, to },
                None => Deed::RevokeEntry { entry: entry.id, reason: self.reason() },
            };
            add(what, deed);
        }
        for invitation in held.invitations.iter().filter(|it| it.unit.id == self.own()) {
            let deed = Deed::EndInvitation { invitation: invitation.id };
            add(invitation.unit.name.clone(), deed);
        }
        if let Some(task) = self.posts(held) {
            tasks.push(task);
        }
        Ok(())
    }

    /// The unit of a thing that stays in use; none where it ends.
    fn kept(&self, der: Option<&Vec<u8>>, may: bool) -> Option<UnitView> {
        if !may || *self.change == UnitChange::Dissolve {
            return None;
        }
        let is_stale = der.is_some_and(|der| names(der, &self.facts.unit.name));
        if is_stale && self.choices.certificates == Certificates::Revoke {
            return None;
        }
        Some(self.to.map_or_else(|| self.facts.unit.clone(), |to| to.view.clone()))
    }

    fn reason(&self) -> RevocationReason {
        match self.change {
            UnitChange::Dissolve => RevocationReason::CessationOfOperation,
            _ => RevocationReason::AffiliationChanged,
        }
    }

    fn posts(&self, held: &Held) -> Option<Task> {
        if matches!(self.change, UnitChange::Rename(_)) {
            return None;
        }
        let ends: Vec<&HeldPost> =
            held.posts.iter().filter(|post| post.unit.id == self.own()).collect();
        if ends.is_empty() {
            return None;
        }
        let has = |unit: UnitId, title: &str| {
            held.posts.iter().any(|post| post.unit.id == unit && post.title == title)
        };
        let takes = self.to.into_iter().flat_map(|to| {
            ends.iter().filter(move |post| !has(to.view.id, &post.title)).map(|post| Taken {
                unit: to.view.id,
                title: post.title.clone(),
                authority: post.authority,
            })
        });
        let titles: Vec<&str> = ends.iter().map(|post| post.title.as_str()).collect();
        let deed = Deed::Posts {
            takes: takes.collect(),
            ends: ends.iter().map(|post| (post.unit.id, post.title.clone())).collect(),
        };
        let person = Some((held.person, held.name.clone()));
        Some(Task { person, what: titles.join("; "), deed })
    }

    fn unit(&self, tasks: &mut Vec<Task>) {
        let own = &self.facts.unit;
        let mut add = |what: &str, deed: Deed| {
            tasks.push(Task { person: None, what: what.to_owned(), deed });
        };
        match self.change {
            UnitChange::Rename(name) => {
                let (before, name) = (own.name.clone(), name.as_str().to_owned());
                let details = self.facts.placed.details.clone();
                add(&own.name, Deed::Rename { unit: own.id, before, name, details });
            }
            UnitChange::Split { name, .. } => {
                let Some(unit) = self.to.cloned() else { return };
                let level = self.facts.placed.details.level.clone();
                let details = UnitDetails { level, organ_id: None };
                let parent = Some(self.facts.placed.parent.unwrap_or(own.id));
                add(name.as_str(), Deed::Found { unit, details, parent, from: own.id });
            }
            UnitChange::Merge { .. } | UnitChange::Dissolve => self.end(&mut add),
        }
    }

    /// All that ends with a unit, or goes over into the one of which it becomes part.
    fn end(&self, add: &mut impl FnMut(&str, Deed)) {
        let (own, to) = (&self.facts.unit, self.to.map(|to| to.view.clone()));
        for request in &self.facts.requests {
            let what = request.to_string();
            match &to {
                Some(to) => {
                    let deed =
                        Deed::MoveRequest { request: *request, from: own.id, to: to.clone() };
                    add(&what, deed);
                }
                None => add(&what, Deed::SendBackAll { request: *request }),
            }
        }
        for (key, label) in &self.facts.keys {
            match to.clone().filter(|_| self.choices.keys == Keys::Move) {
                Some(to) => add(label, Deed::MoveKey { key: *key, from: own.id, to }),
                None => add(label, Deed::EndKey { key: *key }),
            }
        }
        if !self.facts.grants.is_empty() {
            let who: Vec<&str> =
                self.facts.grants.iter().map(|(_, name, _)| name.as_str()).collect();
            add(&who.join("; "), Deed::EndGrants { unit: own.id });
        }
        for (child, name) in &self.facts.children {
            if let Some(to) = &to {
                add(name, Deed::PlaceUnder { unit: *child, from: own.id, to: to.clone() });
            }
        }
        add(&own.name, Deed::EndUnit { unit: own.id, successor: to });
    }
}
