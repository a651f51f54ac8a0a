//! What is done to one thing, inside the commit of a change, and the line that tells of it.

use serde::Serialize;
use serde_json::{Value, json};
use trien_core::change::Outcome;
use trien_core::id::{ApiKeyId, DeviceId, EntryId, InvitationId, PersonId, RequestId, UnitId};
use trien_core::register::Event;
use trien_core::request::StepNumber;
use trien_core::wire::UnitView;

use super::doing::{
    end_invitation, hand_on, moved, one, part, place_under, posts, refuse_entry, rewrite,
    send_back, source_like, state_unit,
};
use super::held::Part;
use crate::flow::act::fields::{differing, unit_fields};
use crate::flow::act::kind::Kind;
use crate::flow::changes::{self, News};
use crate::flow::device::{RevocationReason, revoke_unpublished};
use crate::flow::document_signature::counts;
use crate::flow::enroll::turn_away;
use crate::flow::register::{record, revoke_recorded};
use crate::flow::{FlowError, delegate};
use crate::store::change::Line;
use crate::store::directory::{self, UnitDetails, UnitRow};
use crate::store::register::{Author, NewEntry};
use crate::store::roll::{self, Taken};
use crate::store::{account, holding, key, reshape, slip};
use crate::writer::{CommitError, Tx};

/// A thing, whose it is, and what is done to it.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// Whose, with the name.
    pub person: Option<(PersonId, String)>,
    /// Which, in words of that day.
    pub what: String,
    pub deed: Deed,
}

/// What is done. What takes authority away stands before what gives it ([`Deed::rank`]).
#[derive(Clone, Debug)]
pub(super) enum Deed {
    RevokeDevice {
        device: DeviceId,
        reason: RevocationReason,
    },
    /// It waits for its officer or its certificate, and never acts.
    RefuseDevice {
        device: DeviceId,
    },
    /// It stays, and follows its person into the unit.
    KeepDevice {
        device: DeviceId,
        from: UnitId,
        to: UnitView,
    },
    RevokeEntry {
        entry: EntryId,
        reason: RevocationReason,
    },
    /// What was asked for and never came.
    RefuseEntry {
        entry: EntryId,
    },
    KeepEntry {
        entry: EntryId,
        from: UnitId,
        to: UnitView,
    },
    /// The key never moves: the old certificate ends, and one for the other clerk is asked for.
    HandOver {
        entry: EntryId,
        asked: NewEntry,
        to: String,
    },
    EndInvitation {
        invitation: InvitationId,
    },
    KeepStep {
        request: RequestId,
        step: StepNumber,
        recipe: Option<Vec<u8>>,
    },
    HandStep {
        request: RequestId,
        step: StepNumber,
        unit: UnitId,
        to: (PersonId, String),
        recipe: Option<Vec<u8>>,
    },
    SendBack {
        request: RequestId,
        step: StepNumber,
    },
    /// A request that waits for nobody who changes, but is of a unit that ends.
    SendBackAll {
        request: RequestId,
    },
    MoveRequest {
        request: RequestId,
        from: UnitId,
        to: UnitView,
    },
    Posts {
        ends: Vec<(UnitId, String)>,
        takes: Vec<Taken>,
    },
    EndKey {
        key: ApiKeyId,
    },
    MoveKey {
        key: ApiKeyId,
        from: UnitId,
        to: UnitView,
    },
    EndGrants {
        unit: UnitId,
    },
    Rename {
        unit: UnitId,
        before: String,
        name: String,
        details: UnitDetails,
    },
    Found {
        unit: UnitRow,
        details: UnitDetails,
        parent: Option<UnitId>,
        from: UnitId,
    },
    PlaceUnder {
        unit: UnitId,
        from: UnitId,
        to: UnitView,
    },
    EndUnit {
        unit: UnitId,
        successor: Option<UnitView>,
    },
}

impl Deed {
    /// Its place in the act: what ends comes first, posts and units last.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Found { .. } => 0,
            Self::RevokeDevice { .. } | Self::RefuseDevice { .. } | Self::RevokeEntry { .. } => 1,
            Self::RefuseEntry { .. } | Self::HandOver { .. } | Self::EndInvitation { .. } => 2,
            Self::HandStep { .. } | Self::KeepStep { .. } => 3,
            Self::SendBack { .. } | Self::SendBackAll { .. } => 4,
            Self::Posts { .. } => 5,
            Self::KeepDevice { .. } | Self::KeepEntry { .. } | Self::MoveRequest { .. } => 6,
            Self::EndKey { .. } | Self::MoveKey { .. } | Self::EndGrants { .. } => 7,
            Self::Rename { .. } | Self::PlaceUnder { .. } => 8,
            Self::EndUnit { .. } => 9,
        }
    }

    /// Its name and that of the kind of thing, as the report keeps them.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::RevokeDevice { .. } => ("device", "revoked"),
            Self::RefuseDevice { .. } => ("device", "refused"),
            Self::KeepDevice { .. } => ("device", "kept"),
            Self::RevokeEntry { .. } => ("certificate", "revoked"),
            Self::RefuseEntry { .. } => ("certificate", "refused"),
            Self::KeepEntry { .. } => ("certificate", "kept"),
            Self::HandOver { .. } => ("certificate", "handed-over"),
            Self::EndInvitation { .. } => ("invitation", "ended"),
            Self::KeepStep { .. } => ("step", "kept"),
            Self::HandStep { .. } => ("step", "reassigned"),
            Self::SendBack { .. } => ("step", "returned"),
            Self::SendBackAll { .. } => ("request", "returned"),
            Self::MoveRequest { .. } => ("request", "moved"),
            Self::Posts { takes, ends } if takes.is_empty() && !ends.is_empty() => {
                ("post", "ended")
            }
            Self::Posts { ends, .. } if ends.is_empty() => ("post", "taken"),
            Self::Posts { .. } => ("post", "changed"),
            Self::EndKey { .. } => ("key", "ended"),
            Self::MoveKey { .. } => ("key", "moved"),
            Self::EndGrants { .. } => ("grant", "ended"),
            Self::Rename { .. } => ("unit", "renamed"),
            Self::Found { .. } => ("unit", "founded"),
            Self::PlaceUnder { .. } => ("unit", "moved"),
            Self::EndUnit { .. } => ("unit", "ended"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::RevokeDevice { reason, .. } | Self::RevokeEntry { reason, .. } => {
                reason.name().to_owned()
            }
            Self::HandOver { to, .. } => to.clone(),
            Self::HandStep { to, .. } => to.1.clone(),
            Self::KeepDevice { to, .. }
            | Self::KeepEntry { to, .. }
            | Self::MoveRequest { to, .. }
            | Self::MoveKey { to, .. }
            | Self::PlaceUnder { to, .. } => to.name.clone(),
            Self::EndUnit { successor, .. } => {
                successor.as_ref().map(|unit| unit.name.clone()).unwrap_or_default()
            }
            Self::Rename { name, .. } => name.clone(),
            Self::Posts { takes, .. } => {
                takes.iter().map(|taken| taken.title.as_str()).collect::<Vec<_>>().join("; ")
            }
            _ => String::new(),
        }
    }
}

impl Task {
    /// The line of the report.
    pub(super) fn line(&self) -> Line {
        let (thing, deed) = self.deed.names();
        let (person, name) = match &self.person {
            Some((person, name)) => (Some(*person), name.clone()),
            None => (None, String::new()),
        };
        Line {
            person,
            name,
            thing: thing.to_owned(),
            what: self.what.clone(),
            deed: deed.to_owned(),
            detail: self.deed.detail(),
        }
    }

    /// Does it; says whether a certificate of our own authority ended.
    pub(super) async fn carry_out(&self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        let holder = || self.person.as_ref().map(|(person, _)| *person).ok_or_else(moved);
        match &self.deed {
            Deed::RevokeDevice { device, reason } => {
                return revoke_unpublished(tx, *device, *reason).await;
            }
            Deed::RefuseDevice { device } => turn_away(tx, *device).await?,
            Deed::KeepDevice { device, from, to } if *from != to.id => {
                one(reshape::move_device(tx.connection(), *device, *from, to.id).await?)?;
                counts::follow_device(tx, *device).await?;
                let statement = moved_to("device", device, *from, to.id);
                tx.state(Kind::DeviceMoved, device.as_bytes(), &statement).await?;
            }
            Deed::KeepDevice { .. } => {}
            Deed::RevokeEntry { entry, reason } => revoke_recorded(tx, *entry, *reason).await?,
            Deed::RefuseEntry { entry } => refuse_entry(tx, *entry).await?,
            Deed::KeepEntry { entry, from, to } if *from != to.id => {
                one(reshape::move_entry(tx.connection(), *entry, *from, to.id).await?)?;
                let statement = moved_to("entry", entry, *from, to.id);
                tx.state(Kind::EntryMoved, entry.as_bytes(), &statement).await?;
            }
            Deed::KeepEntry { .. } => {}
            Deed::HandOver { entry, asked, .. } => {
                let person = asked.person;
                let post = directory::person_in_unit(tx.connection(), person, asked.unit).await?;
                post.ok_or_else(moved)?;
                revoke_recorded(tx, *entry, RevocationReason::AffiliationChanged).await?;
                record::begin(tx, asked, Event::Requested, Author::Server).await?;
            }
            Deed::EndInvitation { invitation } => end_invitation(tx, *invitation).await?,
            Deed::KeepStep { request, step, recipe } => {
                if let Some(recipe) = recipe {
                    rewrite(tx, part(*request, *step, holder()?), recipe).await?;
                }
            }
            Deed::HandStep { request, step, unit, to, recipe } => {
                let can = holding::can_sign(tx.connection(), *unit, to.0).await?;
                if !can {
                    return Err(FlowError::PlanMoved(vec![Part::Steps]).into());
                }
                hand_on(tx, part(*request, *step, holder()?), to.0, recipe.as_ref()).await?;
            }
            Deed::SendBack { request, step } => {
                send_back(tx, *request, Some(part(*request, *step, holder()?))).await?;
            }
            Deed::SendBackAll { request } => send_back(tx, *request, None).await?,
            Deed::MoveRequest { request, from, to } => {
                let change = tx.next_change();
                let connection = tx.connection();
                // One that was sent back in this very act has ended, and stays where it was.
                let moved = reshape::move_request(connection, *request, *from, to.id, change);
                if moved.await? == 1 {
                    let statement = moved_to("request", request, *from, to.id);
                    tx.state(Kind::RequestMoved, request.as_bytes(), &statement).await?;
                    let news = News::of(Outcome::Moved);
                    changes::note_moved(tx, *request, change, news, *from).await?;
                }
            }
            Deed::Posts { ends, takes } => posts(tx, holder()?, ends, takes).await?,
            _ => self.reshape(tx).await?,
        }
        Ok(false)
    }

    async fn reshape(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        match &self.deed {
            Deed::EndKey { key } => {
                one(key::revoke(tx.connection(), *key, now).await?)?;
                let (before, after) = (json!({ "state": "active" }), json!({ "state": "revoked" }));
                let statement = json!({ "key": key, "before": before, "after": after });
                tx.state(Kind::ApiKeyRevoked, key.as_bytes(), &statement).await?;
            }
            Deed::MoveKey { key, from, to } => {
                one(reshape::move_key(tx.connection(), *key, *from, to.id).await?)?;
                let statement = moved_to("key", key, *from, to.id);
                tx.state(Kind::ApiKeyMoved, key.as_bytes(), &statement).await?;
            }
            Deed::EndGrants { unit } => {
                let before: Vec<_> = account::grants_in(tx.connection(), *unit).await?;
                let before: Vec<_> = before
                    .iter()
                    .map(|(account, role)| json!({ "account": account, "role": role.name() }))
                    .collect();
                reshape::end_grants(tx.connection(), *unit, now).await?;
                let none: [(); 0] = [];
                let (before, after) = (json!({ "roles": before }), json!({ "roles": none }));
                let statement = json!({ "unit": unit, "before": before, "after": after });
                tx.state(Kind::RolesEnded, unit.as_bytes(), &statement).await?;
            }
            Deed::Rename { unit, before, name, details } => {
                let was = directory::unit_details(tx.connection(), *unit).await?;
                let connection = tx.connection();
                let renamed = roll::change_unit(connection, *unit, before, name, details, now);
                if !renamed.await? {
                    return Err(moved().into());
                }
                let was = unit_fields(before, &was.unwrap_or_default());
                let (before, after) = differing(&was, &unit_fields(name, details));
                state_unit(tx, *unit, Kind::UnitRenamed, before, after).await?;
            }
            Deed::Found { unit, details, parent, from } => {
                directory::insert_unit(tx.connection(), unit, details, *parent, now).await?;
                let mut after = unit_fields(&unit.view.name, details);
                after["parent"] = json!(parent);
                state_unit(tx, unit.view.id, Kind::UnitCreated, Value::Null, after).await?;
                source_like(tx, unit.view.id, *from).await?;
            }
            Deed::PlaceUnder { unit, from, to } => {
                place_under(tx, *unit, *from, to.id).await?;
                delegate::look_again(tx).await?;
                let (before, after) = (json!({ "parent": from }), json!({ "parent": to.id }));
                state_unit(tx, *unit, Kind::UnitMoved, before, after).await?;
            }
            Deed::EndUnit { unit, successor } => {
                let successor = successor.as_ref().map(|unit| unit.id);
                one(reshape::end_unit(tx.connection(), *unit, now, successor).await?)?;
                slip::end_unit(tx.connection(), *unit, now).await?;
                let before = json!({ "state": "active", "successor": null });
                let after = json!({ "state": "ended", "successor": successor });
                state_unit(tx, *unit, Kind::UnitEnded, before, after).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// What a statement says of a thing that is of another unit now.
fn moved_to(thing: &str, id: &impl Serialize, from: UnitId, to: UnitId) -> Value {
    json!({ thing: id, "unit": to, "before": { "unit": from }, "after": { "unit": to } })
}
