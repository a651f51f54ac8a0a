//! Inviting a person to enroll one device.

use async_trait::async_trait;
use serde_json::json;
use trien_core::enrollment::Invitation;
use trien_core::id::{InvitationId, PersonId, UnitId};
use trien_core::log::leaf::StatementKind;

use super::act::{Act, Acted};
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::enrollment::{InvitationRow, InvitationState, insert_invitation};
use crate::store::{directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// Shortest and longest life of an invitation, in seconds.
pub const TTL_SECONDS: std::ops::RangeInclusive<i64> = 60..=86_400;
/// Its usual life: 30 minutes.
pub const DEFAULT_TTL_SECONDS: i64 = 1_800;

/// An invitation to hand over, as a QR code or a link. Shown once.
#[derive(Debug)]
pub struct NewInvitation {
    /// What the link carries.
    pub invitation: Invitation,
    /// `https://server/e#…`.
    pub link: String,
}

/// Invites `person` to enroll one device within `ttl_seconds`, in the unit of the oldest of their posts.
pub async fn create(
    app: &App,
    act: &Act,
    person: PersonId,
    ttl_seconds: i64,
) -> Result<NewInvitation, FlowError> {
    let unit = {
        let mut connection = app.store().reader().await?;
        let person = directory::person(&mut connection, person).await?;
        person.ok_or(FlowError::NotFound(Thing::Person))?.unit
    };
    create_in(app, act, person, unit, ttl_seconds).await
}

/// Invites `person`, who has a post in `unit`, to enroll one device there within `ttl_seconds`.
pub async fn create_in(
    app: &App,
    act: &Act,
    person: PersonId,
    unit: UnitId,
    ttl_seconds: i64,
) -> Result<NewInvitation, FlowError> {
    if !TTL_SECONDS.contains(&ttl_seconds) {
        let (least, most) = (TTL_SECONDS.start() / 60, TTL_SECONDS.end() / 60);
        let limits = format!("an invitation lives {least} to {most} minutes");
        return Err(FlowError::BadRequest(limits));
    }
    let row = {
        let mut connection = app.store().reader().await?;
        let person = directory::person_in_unit(&mut connection, person, unit).await?;
        let person = person.ok_or(FlowError::NotFound(Thing::Person))?;
        let unit = directory::unit(&mut connection, person.unit).await?;
        let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
        InvitationRow {
            id: InvitationId::generate(app.clock(), app.entropy()),
            person: person.view.id,
            unit: unit.view.id,
            unit_name: unit.view.name,
            pins: app.settings().pins.clone(),
            expires: app.clock().now().second().plus(ttl_seconds),
            state: InvitationState::Open,
            failures: 0,
        }
    };
    let invitation = restore(app, &row);
    app.writer().commit(Acted(act.clone(), Create(row))).await?;
    let link = invitation.to_link(&app.settings().origin);
    Ok(NewInvitation { invitation, link })
}

/// The invitation as its link carries it.
pub(super) fn restore(app: &App, row: &InvitationRow) -> Invitation {
    Invitation {
        version: 1,
        id: row.id,
        secret: app.invitation_secret(row.id),
        pins: row.pins.clone(),
        log_key: app.signing_log_key().verifier().fingerprint(),
        expires: row.expires,
        unit: row.unit_name.clone(),
    }
}

struct Create(InvitationRow);

#[async_trait]
impl Commit for Create {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let (person, unit) = (self.0.person, self.0.unit);
        let post = directory::person_in_unit(tx.connection(), person, unit).await?;
        if post.is_none() || !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Person).into());
        }
        insert_invitation(tx.connection(), &self.0, now).await?;
        let statement = json!({
            "act": "invited",
            "invitation": self.0.id,
            "person": self.0.person,
            "expires": self.0.expires,
        });
        tx.state(StatementKind::Device, self.0.id.as_bytes(), &statement).await?;
        Ok(())
    }
}
