//! People: finding them, adding one, and inviting one.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{InvitationId, PersonId, UnitId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::ReportView;
use super::posts::authority_of;
use super::units::{Search, no_place};
use super::{Acts, Admin, Looks, Made, MayWhy, Reasoned, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::flow::admin::NewPerson;
use crate::flow::change::{self, Authority};
use crate::flow::desk::{self, Doing};
use crate::flow::invite::{InvitationEnd, NewInvitation};
use crate::flow::people::{self, Place};
use crate::paging::Turn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_people, add_person))
        .routes(routes!(admin_person))
        .routes(routes!(invite_person, person_invitations))
        .routes(routes!(cancel_invitation))
        .routes(routes!(resend_invitation))
}

/// A person in one position.
#[derive(Debug, Serialize, ToSchema)]
struct AdminPerson {
    id: String,
    name: String,
    position: String,
    unit: String,
    unit_name: String,
}

/// One page of people, in the order of their given names; once per position.
#[derive(Debug, Serialize, ToSchema)]
struct AdminPeople {
    people: Vec<AdminPerson>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The people within reach who have every word of `q`, 50 a page: in name, position, unit, staff number,
/// e-mail address or telephone number.
#[utoipa::path(
    get,
    path = "/api/v1/admin/people",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("q" = Option<String>, Query, description = "words, with or without marks"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = AdminPeople),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_people(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(search): Query<Search>,
) -> Result<Response, ApiError> {
    let turn = match search.cursor {
        None => Turn::First,
        Some(cursor) => Turn::After(Place::from_token(&cursor).ok_or_else(no_place)?),
    };
    let page = people::search(&api.app, &who.officer, &search.q, turn).await?;
    let people = page.people.into_iter().map(|listed| AdminPerson {
        id: listed.person.id.to_string(),
        name: listed.person.name,
        position: listed.person.position,
        unit: listed.unit.to_string(),
        unit_name: listed.unit_name,
    });
    let cursor = page.next.map(|place| place.to_token());
    Ok(fresh(axum::Json(AdminPeople { people: people.collect(), cursor })))
}

/// A person to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedPerson {
    /// The full name, 1 to 200 characters.
    #[schema(value_type = String)]
    name: Text<200>,
    /// The position, 1 to 200 characters.
    #[schema(value_type = String)]
    position: Text<200>,
    /// A unit that the account administers.
    #[schema(value_type = String)]
    unit: UnitId,
    /// `chief`, `deputy` or `clerk`; none of them when it is left out.
    authority: Option<String>,
    /// Why: 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// Add a person with a position in a unit that the account administers.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body = AskedPerson,
    responses(
        (status = 201, description = "Added", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_person(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Json(new): Json<AskedPerson>,
) -> Result<Response, ApiError> {
    let AskedPerson { name, position, unit, authority, why } = new;
    let by = Doing::because(&who.officer, why);
    let authority = authority_of(authority)?;
    let new = NewPerson { name, unit, position, authority };
    let person = desk::add_person(&api.app, by, new).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: person.id.to_string() })).into_response())
}

/// A person with everything held.
#[derive(Debug, Serialize, ToSchema)]
struct AdminPersonDetails {
    id: String,
    name: String,
    posts: Vec<PostView>,
    /// Posts of before, with their ends.
    past: Vec<PostView>,
    devices: Vec<HeldDeviceView>,
    /// Certificates outside phones.
    certificates: Vec<HeldCertificateView>,
    /// Steps that wait for the person.
    steps: Vec<HeldStepView>,
    invitations: Vec<HeldInvitationView>,
    reports: Vec<ReportView>,
}

/// A post.
#[derive(Debug, Serialize, ToSchema)]
struct PostView {
    unit: String,
    unit_name: String,
    title: String,
    /// `chief`, `deputy` or `clerk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<&'static str>,
    /// Milliseconds since 1970.
    since: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

/// A phone that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
struct HeldDeviceView {
    id: String,
    unit: String,
    standing: &'static str,
    model: String,
}

/// A certificate that somebody holds outside phones, or waits for.
#[derive(Debug, Serialize, ToSchema)]
struct HeldCertificateView {
    id: String,
    unit: String,
    kind: &'static str,
    key: &'static str,
    state: &'static str,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<i64>,
}

/// A step that waits for somebody.
#[derive(Debug, Serialize, ToSchema)]
struct HeldStepView {
    request: String,
    step: u16,
    subject: String,
    /// The unit that submitted it.
    unit: String,
}

/// An invitation that can still be used; its secret is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
struct HeldInvitationView {
    id: String,
    unit: String,
    /// Seconds since 1970.
    expires: i64,
}

impl PostView {
    fn of(post: &change::HeldPost, until: Option<trien_core::env::Timestamp>) -> Self {
        Self {
            unit: post.unit.id.to_string(),
            unit_name: post.unit.name.clone(),
            title: post.title.clone(),
            authority: post.authority.map(Authority::name),
            since: post.since.as_millis(),
            until: until.map(trien_core::env::Timestamp::as_millis),
        }
    }
}

/// One person within reach, with posts and everything held.
#[utoipa::path(
    get,
    path = "/api/v1/admin/people/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the person")),
    responses(
        (status = 200, description = "The person", body = AdminPersonDetails),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_person(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<PersonId>,
) -> Result<Response, ApiError> {
    let (held, past) = change::person_page(&api.app, &who.officer, id).await?;
    let reports = change::of_person(&api.app, &who.officer, id).await?;
    let device = |device: &change::HeldDevice| HeldDeviceView {
        id: device.id.to_string(),
        unit: device.unit.to_string(),
        standing: device.standing.name(),
        model: device.model.clone(),
    };
    let entry = |entry: &change::HeldEntry| HeldCertificateView {
        id: entry.id.to_string(),
        unit: entry.unit.to_string(),
        kind: entry.kind.name(),
        key: entry.home.name(),
        state: entry.state.name(),
        not_after: entry.not_after.map(trien_core::env::UnixSecond::get),
    };
    let step = |step: &change::HeldStep| HeldStepView {
        request: step.request.to_string(),
        step: step.step.0,
        subject: step.metadata.subject.as_str().to_owned(),
        unit: step.unit.id.to_string(),
    };
    let invitation = |invitation: &change::HeldInvitation| HeldInvitationView {
        id: invitation.id.to_string(),
        unit: invitation.unit.id.to_string(),
        expires: invitation.expires.get(),
    };
    Ok(fresh(axum::Json(AdminPersonDetails {
        id: held.person.to_string(),
        name: held.name.clone(),
        posts: held.posts.iter().map(|post| PostView::of(post, None)).collect(),
        past: past.iter().map(|past| PostView::of(&past.post, Some(past.until))).collect(),
        devices: held.devices.iter().map(device).collect(),
        certificates: held.entries.iter().map(entry).collect(),
        steps: held.steps.iter().map(step).collect(),
        invitations: held.invitations.iter().map(invitation).collect(),
        reports: reports.iter().map(ReportView::of).collect(),
    })))
}

/// An invitation that was made without a slip, and where it stands; never its secret.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationStands {
    id: String,
    unit: String,
    /// Seconds since 1970.
    expires: i64,
    /// Why it cannot be used any more: `used`, `invitation-expired`, `invitation-spent`,
    /// `invitation-cancelled` or `invitation-replaced`; none: it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<&'static str>,
}

/// The newest invitations without a slip of a person, ended ones too.
#[utoipa::path(
    get,
    path = "/api/v1/admin/people/{id}/invitations",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the person")),
    responses(
        (status = 200, description = "The newest first", body = Vec<InvitationStands>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn person_invitations(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<PersonId>,
) -> Result<Response, ApiError> {
    let listed = desk::invitations(&api.app, &who.officer, id).await?;
    let stands = listed.into_iter().map(|one| InvitationStands {
        id: one.row.id.to_string(),
        unit: one.row.unit.to_string(),
        expires: one.row.expires.get(),
        end: one.end.map(InvitationEnd::slug),
    });
    Ok(fresh(axum::Json(stands.collect::<Vec<_>>())))
}

/// Cancel an invitation that nobody used; a device that waits by it is turned away.
#[utoipa::path(
    post,
    path = "/api/v1/admin/invitations/{id}/cancel",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the invitation")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "Cancelled"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn cancel_invitation(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<InvitationId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    let by = Doing::because(&who.officer, why);
    desk::cancel_invitation(&api.app, by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invite the same person again in place of an invitation that nobody used, which ends.
#[utoipa::path(
    post,
    path = "/api/v1/admin/invitations/{id}/resend",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the invitation")),
    request_body = Option<MayWhy>,
    responses(
        (status = 201, description = "Invited anew", body = MadeInvitation),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn resend_invitation(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<InvitationId>,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let by = Doing::because(&who.officer, why);
    let (_, new) = desk::resend_invitation(&api.app, by, id).await?;
    Ok(fresh((StatusCode::CREATED, axum::Json(MadeInvitation::of(new)))))
}

/// An invitation, shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeInvitation {
    id: String,
    /// To hand over as text or QR code. It holds the secret: it is not shown again.
    link: String,
    /// Seconds since 1970.
    expires: i64,
}

impl MadeInvitation {
    pub(super) fn of(new: NewInvitation) -> Self {
        Self {
            id: new.invitation.id.to_string(),
            link: new.link,
            expires: new.invitation.expires.get(),
        }
    }
}

/// Invite a person to enroll a phone within 30 minutes. The link is in this answer only.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/invitations",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = Option<MayWhy>,
    responses(
        (status = 201, description = "Invited", body = MadeInvitation),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn invite_person(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let by = Doing::because(&who.officer, why);
    let new = desk::invite(&api.app, by, id).await?;
    Ok(fresh((StatusCode::CREATED, axum::Json(MadeInvitation::of(new)))))
}
