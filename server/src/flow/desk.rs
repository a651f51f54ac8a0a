//! What an officer does at the desk, from a page of the console or over the API: within reach, in the role
//! that the act asks for. What is out of reach looks as if it were not there.

use std::collections::HashSet;

use trien_core::document::Text;
use trien_core::id::{DeviceId, EntryId, InvitationId, PersonId, RequestId, UnitId};
use trien_core::register::CertificateKind;
use trien_core::wire::{PersonView, Submitted, UnitView};

use super::account::{Officer, Role};
use super::act::Act;
use super::admin::{self, KeyPolicy, NewPerson, NewUnit};
use super::change::{self, Changer, Plan, PostChange, UnitChange, UnitChoices, UnitPlan};
use super::device::{self, RevocationReason};
use super::invite::{self, DEFAULT_TTL_SECONDS, InvitationRow, Listed, NewInvitation};
use super::register::{self, Found, Reader};
use super::slip::{self, Among};
use super::submit::{self, Package};
use super::{FlowError, Thing, devices, enroll, people, policy, push, replace, resume, waves};
use crate::app::App;
use crate::store::request;

/// Somebody who does something, and why, where that is said.
#[derive(Clone, Debug)]
pub struct Doing<'a> {
    officer: &'a Officer,
    why: Option<Text<500>>,
}

impl<'a> Doing<'a> {
    /// With a reason, or without.
    #[must_use]
    pub fn because(officer: &'a Officer, why: Option<Text<500>>) -> Self {
        Self { officer, why }
    }

    /// Who.
    #[must_use]
    pub fn officer(&self) -> &'a Officer {
        self.officer
    }

    /// The act.
    #[must_use]
    pub fn act(self) -> Act {
        self.officer.act(self.why)
    }
}

impl<'a> From<&'a Officer> for Doing<'a> {
    fn from(officer: &'a Officer) -> Self {
        Self { officer, why: None }
    }
}

/// What is done with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceAct {
    /// Approves it by the digits that its person reads out.
    Approve(String),
    /// The same where its approval key is in a PKCS#11 token, whose serial number is typed too.
    ApproveWithToken {
        /// The digits.
        code: String,
        /// What stands on the token.
        serial: String,
    },
    /// Turns it away.
    Refuse(Text<500>),
    /// Stops it at once, for a while.
    Suspend(Text<500>),
    /// Asks that it may act again.
    ProposeResume(Text<500>),
    /// Lets it act again, as another person asked.
    ConfirmResume,
    /// Leaves it suspended, against what was asked for.
    DeclineResume(Text<500>),
    /// Leaves it as it is, against its own wish for a replacement.
    Settle(Text<500>),
    /// Wakes it, to see whether it comes.
    Wake,
    /// Stops it and its certificate for good.
    Revoke(RevocationReason, Text<500>),
}

/// Does something with a device of a unit in which this person enrolls.
pub async fn on_device(
    app: &App,
    officer: &Officer,
    id: DeviceId,
    act: DeviceAct,
) -> Result<(), FlowError> {
    let device = devices::one(app, officer, id).await?;
    officer.require(app, device.unit, &[Role::EnrollmentOfficer]).await?;
    match act {
        DeviceAct::Approve(code) => enroll::approve(app, &officer.act(None), id, &code).await,
        DeviceAct::ApproveWithToken { code, serial } => {
            enroll::approve_with_token(app, &officer.act(None), id, &code, &serial).await
        }
        DeviceAct::Refuse(why) => enroll::refuse(app, &officer.act(Some(why)), id).await,
        DeviceAct::Suspend(why) => device::suspend(app, &officer.act(Some(why)), id).await,
        DeviceAct::ProposeResume(why) => resume::propose(app, officer, id, why).await,
        DeviceAct::ConfirmResume => resume::confirm(app, officer, id).await,
        DeviceAct::DeclineResume(why) => resume::decline(app, officer, id, why).await,
        DeviceAct::Settle(why) => replace::settle(app, &officer.act(Some(why)), id).await,
        DeviceAct::Wake => push::test_of(app, officer, id).await,
        DeviceAct::Revoke(reason, why) => {
            device::revoke(app, &officer.act(Some(why)), id, reason).await
        }
    }
}

/// Invites the person of a device to enroll another one in its place; gives whom.
pub async fn replace_device<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    id: DeviceId,
) -> Result<(PersonView, NewInvitation), FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    let device = devices::one(app, officer, id).await?;
    officer.require(app, device.unit, &[Role::EnrollmentOfficer]).await?;
    let new = replace::invite(app, &by.act(), id).await?;
    Ok((device.person, new))
}

/// Invites the holder of a certificate in a phone to renew it, with that phone or another one; gives whom.
pub async fn renew_certificate(
    app: &App,
    officer: &Officer,
    id: EntryId,
) -> Result<(PersonView, NewInvitation), FlowError> {
    let entry = register::show(app, Reader::Officer(officer), id).await?.entry;
    officer.require(app, entry.unit.id, &[Role::EnrollmentOfficer]).await?;
    let Some((device, _)) = entry.device else {
        let why = "its authority renews a certificate outside phones: record the new one then";
        return Err(FlowError::BadRequest(why.to_owned()));
    };
    let new = replace::renew(app, &officer.act(None), device).await?;
    Ok((entry.person, new))
}

/// Somebody in a unit in which this person enrolls.
pub async fn enrolling(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<(PersonView, UnitId), FlowError> {
    let found = people::one(app, officer, person).await?;
    officer.require(app, found.unit, &[Role::EnrollmentOfficer]).await?;
    Ok((found.person, found.unit))
}

/// Somebody with the unit of the open slip, if this person enrolls there; else as [`enrolling`]: whoever holds
/// two posts has one slip, and it need not be of the first that is found.
pub async fn holding_a_slip(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<(PersonView, UnitId), FlowError> {
    let held = slip::of_person(app, person).await?;
    let open = held.filter(|held| held.end.is_none()).map(|held| held.slip.unit);
    if let Some(unit) = open
        && officer.require(app, unit, &[Role::EnrollmentOfficer]).await.is_ok()
        && let Ok(found) = people::in_unit(app, officer, person, unit).await
    {
        return Ok((found.person, unit));
    }
    enrolling(app, officer, person).await
}

/// Refuses whoever enrolls nobody of those. Of a wave only the slips of units in [`enrolls_in`] are theirs.
pub async fn require_among(app: &App, officer: &Officer, among: Among) -> Result<(), FlowError> {
    match among {
        Among::Person(id) => drop(enrolling(app, officer, id).await?),
        Among::Unit(unit) => {
            require_within(app, officer, unit).await?;
            officer.require(app, unit, &[Role::EnrollmentOfficer]).await?;
        }
        Among::Wave(wave) => {
            waves::require_seen(app, officer, wave).await?;
            officer.require_somewhere(Role::EnrollmentOfficer)?;
        }
    }
    Ok(())
}

/// The units in which somebody enrolls.
pub async fn enrolls_in(app: &App, officer: &Officer) -> Result<HashSet<UnitId>, FlowError> {
    officer.reach_as(app, Some(Role::EnrollmentOfficer)).await
}

/// Refuses whoever does not administer the unit; one out of reach looks as if it were not there.
pub async fn require_administered(
    app: &App,
    officer: &Officer,
    unit: UnitId,
) -> Result<(), FlowError> {
    require_within(app, officer, unit).await?;
    policy::require(app, officer, unit).await
}

async fn require_within(app: &App, officer: &Officer, unit: UnitId) -> Result<(), FlowError> {
    if officer.reaches(app, unit).await? { Ok(()) } else { Err(FlowError::NotFound(Thing::Unit)) }
}

/// Invites a person of a unit in which this person enrolls.
pub async fn invite<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    person: PersonId,
) -> Result<NewInvitation, FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    let (_, unit) = enrolling(app, officer, person).await?;
    let act = by.act();
    invite::create_in(app, &act, person, unit, DEFAULT_TTL_SECONDS).await
}

/// An invitation without a slip, of a unit in which this person enrolls.
async fn own_invitation(
    app: &App,
    officer: &Officer,
    id: InvitationId,
) -> Result<InvitationRow, FlowError> {
    let row = invite::one(app, id).await?;
    if !officer.reaches(app, row.unit).await? {
        return Err(FlowError::NotFound(Thing::Invitation));
    }
    officer.require(app, row.unit, &[Role::EnrollmentOfficer]).await?;
    Ok(row)
}

/// Ends an invitation that nobody used.
pub async fn cancel_invitation<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    id: InvitationId,
) -> Result<(), FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    let row = own_invitation(app, officer, id).await?;
    invite::cancel(app, &by.act(), row.id).await
}

/// Invites the same person again in place of an invitation that nobody used; gives whom.
pub async fn resend_invitation<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    id: InvitationId,
) -> Result<(PersonView, NewInvitation), FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    let row = own_invitation(app, officer, id).await?;
    let person = people::in_unit(app, officer, row.person, row.unit).await?.person;
    let new = invite::resend(app, &by.act(), row.id).await?;
    Ok((person, new))
}

/// The newest invitations without a slip of a person, as far as they are into units within reach.
pub async fn invitations(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<Vec<Listed>, FlowError> {
    change::person_page(app, officer, person).await?;
    let mut listed = Vec::new();
    for one in invite::of_person(app, person).await? {
        if officer.reaches(app, one.row.unit).await? {
            listed.push(one);
        }
    }
    Ok(listed)
}

/// Adds a unit below one that this person administers, of a level or of none.
pub async fn add_unit<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    name: &Text<200>,
    parent: UnitId,
    level: Option<String>,
) -> Result<UnitView, FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    officer.require(app, parent, &[Role::Administrator]).await?;
    let name = name.clone();
    let new = NewUnit { name, parent: Some(parent), keys: KeyPolicy::Hardware, level };
    admin::add_unit(app, &by.act(), new).await
}

/// Adds a person to a unit that this person administers.
pub async fn add_person<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    new: NewPerson,
) -> Result<PersonView, FlowError> {
    let by: Doing<'a> = by.into();
    by.officer().require(app, new.unit, &[Role::Administrator]).await?;
    admin::add_person(app, &by.act(), new).await
}

/// Looks at a change of post of a person within reach.
pub async fn look(
    app: &App,
    officer: &Officer,
    person: PersonId,
    change: PostChange,
) -> Result<Plan, FlowError> {
    change::person_page(app, officer, person).await?;
    officer.require_somewhere(Role::Administrator)?;
    change::look(app, Changer::Officer(officer), person, change).await
}

/// Looks at a change of a unit within reach.
pub async fn look_unit(
    app: &App,
    officer: &Officer,
    unit: UnitId,
    change: UnitChange,
    choices: UnitChoices,
) -> Result<UnitPlan, FlowError> {
    change::unit_page(app, officer, unit).await?;
    officer.require_somewhere(Role::Administrator)?;
    change::look_unit(app, Changer::Officer(officer), unit, change, choices).await
}

/// Ends a certificate of a unit in which this person is CA officer, before its time.
pub async fn revoke_certificate(
    app: &App,
    officer: &Officer,
    id: EntryId,
    reason: RevocationReason,
    why: Text<500>,
) -> Result<(), FlowError> {
    let story = register::show(app, Reader::Officer(officer), id).await?;
    officer.require(app, story.entry.unit.id, &[Role::CaOfficer]).await?;
    register::revoke(app, &officer.act(Some(why)), &story.entry, reason).await
}

/// Who records a certificate of this kind: the agency's seal is in its clerks' hands (R12).
#[must_use]
pub fn who_records(kind: CertificateKind) -> &'static [Role] {
    match kind {
        CertificateKind::Personal => &[Role::CaOfficer],
        CertificateKind::AgencySeal => &[Role::CaOfficer, Role::Clerk],
    }
}

/// Refuses whoever submits no documents of the unit; one out of reach looks as if it were not there.
pub async fn require_clerk(app: &App, officer: &Officer, unit: UnitId) -> Result<(), FlowError> {
    require_within(app, officer, unit).await?;
    officer.require(app, unit, &[Role::Clerk]).await
}

/// The unit of a request in which this person is clerk; one out of reach looks as if it were not there.
pub(super) async fn clerks_own(
    app: &App,
    officer: &Officer,
    id: RequestId,
) -> Result<UnitId, FlowError> {
    officer.require_somewhere(Role::Clerk)?;
    let head = {
        let mut connection = app.store().reader().await?;
        request::head(&mut connection, id).await?
    };
    let unit = head.ok_or(FlowError::NotFound(Thing::Request))?.unit.id;
    require_clerk(app, officer, unit).await.map_err(|error| match error {
        FlowError::NotFound(_) => FlowError::NotFound(Thing::Request),
        other => other,
    })?;
    Ok(unit)
}

/// Submits a document of a unit in which this person is clerk, by the rules for document systems.
pub async fn submit(
    app: &App,
    officer: &Officer,
    package: Package,
) -> Result<Submitted, FlowError> {
    require_clerk(app, officer, package.submission.unit).await?;
    submit::by_officer(app, officer, package).await
}

/// Records a certificate from elsewhere, of a person in a unit in which this person records such.
pub async fn record_certificate<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    found: Found,
) -> Result<EntryId, FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    people::in_unit(app, officer, found.person, found.unit).await?;
    officer.require(app, found.unit, who_records(found.kind)).await?;
    register::add(app, &by.act(), found).await
}
