//! Inviting a person to enroll one device.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::enrollment::Invitation;
use trien_core::env::UnixSecond;
use trien_core::id::{InvitationId, PersonId, UnitId};

use super::act::{Act, Acted};
use super::device::wrong_standing;
use super::enroll::end_all;
use super::{FlowError, Thing, replace};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::enrollment::{self, InvitationState, insert_invitation};
pub use crate::store::enrollment::{Instead, InvitationRow, Purpose};
use crate::store::register::Author;
use crate::store::{device, directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// Shortest and longest life of an invitation, in seconds.
pub const TTL_SECONDS: std::ops::RangeInclusive<i64> = 60..=86_400;
/// Its usual life: 30 minutes.
pub const DEFAULT_TTL_SECONDS: i64 = 1_800;
/// Invitations of a person that are listed.
const LISTED: u32 = 10;

/// Why an invitation cannot be used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationEnd {
    /// A device came of it.
    Used,
    /// Its time is over.
    Expired,
    /// Too many wrong codes, or the post that it was for has ended.
    Spent,
    /// An officer cancelled it.
    Cancelled,
    /// An officer sent another one in its place.
    Replaced,
}

impl InvitationEnd {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Used, Self::Expired, Self::Spent, Self::Cancelled, Self::Replaced];

    /// Its name in problems and the end of its texts' keys.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            // The same as a slip's: the person who holds either is warned in the same words.
            Self::Used => "used",
            Self::Expired => "invitation-expired",
            Self::Spent => "invitation-spent",
            Self::Cancelled => "invitation-cancelled",
            Self::Replaced => "invitation-replaced",
        }
    }
}

impl InvitationRow {
    /// Why it cannot be used any more, if it cannot.
    #[must_use]
    pub fn end(&self, now: UnixSecond) -> Option<InvitationEnd> {
        match self.state {
            InvitationState::Open if now <= self.expires => None,
            InvitationState::Open => Some(InvitationEnd::Expired),
            InvitationState::Used => Some(InvitationEnd::Used),
            InvitationState::Spent => Some(InvitationEnd::Spent),
            InvitationState::Cancelled => Some(InvitationEnd::Cancelled),
            InvitationState::Replaced => Some(InvitationEnd::Replaced),
        }
    }
}

/// An invitation that was made without a slip, as an officer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which, and whom it invites.
    pub row: InvitationRow,
    /// Why it cannot be used any more, if it cannot.
    pub end: Option<InvitationEnd>,
}

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
    create_for(app, act, (person, unit), ttl_seconds, None).await
}

/// Invites a person of a unit for half an hour to enroll a device in the place of another one.
pub(super) async fn create_instead(
    app: &App,
    act: &Act,
    whom: (PersonId, UnitId),
    replaces: Instead,
) -> Result<NewInvitation, FlowError> {
    create_for(app, act, whom, DEFAULT_TTL_SECONDS, Some(replaces)).await
}

async fn create_for(
    app: &App,
    act: &Act,
    (person, unit): (PersonId, UnitId),
    ttl_seconds: i64,
    replaces: Option<Instead>,
) -> Result<NewInvitation, FlowError> {
    let row = prepare(app, person, unit, ttl_seconds).await?;
    let row = InvitationRow { replaces, ..row };
    let invitation = restore(app, &row);
    app.writer().commit(Acted(act.clone(), Create { row, instead_of: None })).await?;
    Ok(shown(app, invitation))
}

/// Invites the same person again for half an hour, in place of an invitation that was not used: the earlier one
/// ends, with the device that waits by it.
pub async fn resend(app: &App, act: &Act, id: InvitationId) -> Result<NewInvitation, FlowError> {
    let before = one(app, id).await?;
    let row = prepare(app, before.person, before.unit, DEFAULT_TTL_SECONDS).await?;
    let row = InvitationRow { replaces: before.replaces, ..row };
    let invitation = restore(app, &row);
    app.writer().commit(Acted(act.clone(), Create { row, instead_of: Some(id) })).await?;
    Ok(shown(app, invitation))
}

/// Ends an invitation that was not used, with the device that waits by it.
pub async fn cancel(app: &App, act: &Act, id: InvitationId) -> Result<(), FlowError> {
    app.writer().commit(Acted(act.clone(), Cancel(id))).await?;
    Ok(())
}

/// An invitation that was made without a slip.
pub async fn one(app: &App, id: InvitationId) -> Result<InvitationRow, FlowError> {
    let mut connection = app.store().reader().await?;
    plain(&mut connection, id).await
}

/// The newest invitations of a person that were made without a slip, in whatever state.
pub async fn of_person(app: &App, person: PersonId) -> Result<Vec<Listed>, FlowError> {
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let rows = enrollment::plain(&mut connection, person, LISTED).await?;
    Ok(rows.into_iter().map(|row| Listed { end: row.end(now), row }).collect())
}

async fn plain(
    connection: &mut AnyConnection,
    id: InvitationId,
) -> Result<InvitationRow, FlowError> {
    let missing = || FlowError::NotFound(Thing::Invitation);
    let row = enrollment::invitation(connection, id).await?.ok_or_else(missing)?;
    // One of a slip ends with the session that made it.
    if enrollment::is_of_slip(connection, id).await? { Err(missing()) } else { Ok(row) }
}

fn shown(app: &App, invitation: Invitation) -> NewInvitation {
    let link = invitation.to_link(&app.settings().origin);
    NewInvitation { invitation, link }
}

async fn prepare(
    app: &App,
    person: PersonId,
    unit: UnitId,
    ttl_seconds: i64,
) -> Result<InvitationRow, FlowError> {
    if !TTL_SECONDS.contains(&ttl_seconds) {
        let (least, most) = (TTL_SECONDS.start() / 60, TTL_SECONDS.end() / 60);
        let limits = format!("an invitation lives {least} to {most} minutes");
        return Err(FlowError::BadRequest(limits));
    }
    let mut connection = app.store().reader().await?;
    let person = directory::person_in_unit(&mut connection, person, unit).await?;
    let person = person.ok_or(FlowError::NotFound(Thing::Person))?;
    let unit = directory::unit(&mut connection, person.unit).await?;
    let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
    Ok(InvitationRow {
        id: InvitationId::generate(app.clock(), app.entropy()),
        person: person.view.id,
        unit: unit.view.id,
        unit_name: unit.view.name,
        pins: app.settings().pins.clone(),
        expires: app.clock().now().second().plus(ttl_seconds),
        state: InvitationState::Open,
        failures: 0,
        replaces: None,
    })
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

struct Create {
    row: InvitationRow,
    /// The invitation in whose place it comes.
    instead_of: Option<InvitationId>,
}

#[async_trait]
impl Commit for Create {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let (person, unit) = (self.row.person, self.row.unit);
        let post = directory::person_in_unit(tx.connection(), person, unit).await?;
        if post.is_none() || !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Person).into());
        }
        if let Some(Instead { device: old, purpose }) = self.row.replaces {
            let known = device::known(tx.connection(), old).await?;
            let known = known.filter(|known| known.person == person);
            let known = known.ok_or(FlowError::NotFound(Thing::Device))?;
            if !replace::can_be(known.standing) {
                return Err(wrong_standing(tx, old).await?.into());
            }
            if purpose == Purpose::Renewal {
                replace::require_renewable(tx, old).await?;
            }
        }
        if let Some(before) = self.instead_of {
            end(tx, before, InvitationState::Replaced).await?;
        }
        insert_invitation(tx.connection(), &self.row, now).await?;
        let mut statement = json!({
            "invitation": self.row.id,
            "person": self.row.person,
            "unit": self.row.unit,
            "expires": self.row.expires,
            "before": null,
            "after": { "state": "open" },
        });
        if let Some(Instead { device: old, purpose }) = self.row.replaces {
            statement["replaces"] = json!(old);
            statement["renews"] = json!(purpose == Purpose::Renewal);
        }
        tx.state(Kind::Invited, self.row.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Cancel(InvitationId);

#[async_trait]
impl Commit for Cancel {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        end(tx, self.0, InvitationState::Cancelled).await
    }
}

/// Ends an invitation, expired or not, of which no device came: one may still wait by it.
async fn end(tx: &mut Tx<'_>, id: InvitationId, to: InvitationState) -> Result<(), CommitError> {
    let now = tx.now().second();
    let row = plain(tx.connection(), id).await?;
    if row.state != InvitationState::Open {
        let end = row.end(now).unwrap_or(InvitationEnd::Spent);
        return Err(FlowError::InvitationEnded(end).into());
    }
    end_all(tx, id, Author::Server).await?;
    enrollment::end_invitation(tx.connection(), id, to).await?;
    let (kind, after) = match to {
        InvitationState::Replaced => (Kind::InvitationReplaced, "replaced"),
        _ => (Kind::InvitationCancelled, "cancelled"),
    };
    let statement = json!({
        "invitation": id,
        "person": row.person,
        "unit": row.unit,
        "before": { "state": "open" },
        "after": { "state": after },
    });
    tx.state(kind, id.as_bytes(), &statement).await?;
    Ok(())
}
