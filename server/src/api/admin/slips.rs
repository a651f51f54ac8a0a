//! Enrollment slips, and the officer's session with whoever holds one.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::id::{PersonId, UnitId, WaveId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Bearer, Looks, MayWhy, Reasoned, fresh};
use crate::api::extract::{Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::flow::slip::{self, Among, ListedSlip, session};
use crate::flow::{FlowError, desk};

/// Slips on a page.
const PAGE: u32 = 200;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(person_slip, make_slip))
        .routes(routes!(cancel_slip))
        .routes(routes!(start_session))
        .routes(routes!(unit_slips, make_unit_slips))
        .routes(routes!(wave_slips, make_wave_slips))
}

/// An open slip: it says who one is, and enrolls nothing by itself.
#[derive(Debug, Serialize, ToSchema)]
struct SlipMade {
    person: String,
    name: String,
    position: String,
    unit: String,
    unit_name: String,
    /// The link, as it is printed.
    link: String,
    /// Seconds since 1970.
    expires: i64,
}

impl SlipMade {
    fn of(api: &Api, slip: &ListedSlip) -> Self {
        Self {
            person: slip.person.id.to_string(),
            name: slip.person.name.clone(),
            position: slip.person.position.clone(),
            unit: slip.unit.to_string(),
            unit_name: slip.unit_name.clone(),
            link: slip.link(&api.app),
            expires: slip.expires.get(),
        }
    }
}

/// The open slips of some people.
#[derive(Debug, Serialize, ToSchema)]
struct SlipList {
    slips: Vec<SlipMade>,
    /// The next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    #[serde(default)]
    page: u32,
}

async fn listed(api: &Api, who: &Bearer, among: Among, page: u32) -> Result<Response, FlowError> {
    desk::require_among(&api.app, &who.officer, among).await?;
    let within = desk::enrolls_in(&api.app, &who.officer).await?;
    let skip = page.saturating_mul(PAGE);
    let found = slip::open(&api.app, among, skip, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    let slips = found.iter().take(PAGE as usize).filter(|slip| within.contains(&slip.unit));
    let slips = slips.map(|slip| SlipMade::of(api, slip)).collect();
    Ok(fresh(axum::Json(SlipList { slips, page: page.checked_add(1).filter(|_| more) })))
}

/// How many slips were made.
#[derive(Debug, Serialize, ToSchema)]
struct SlipsMade {
    made: usize,
}

async fn missing_made(api: &Api, who: &Bearer, among: Among) -> Result<Response, FlowError> {
    desk::require_among(&api.app, &who.officer, among).await?;
    let within = desk::enrolls_in(&api.app, &who.officer).await?;
    let act = who.officer.act(None);
    let made = slip::make_missing(&api.app, &act, among, |unit| within.contains(&unit)).await?;
    Ok(fresh(axum::Json(SlipsMade { made })))
}

/// The open slip of a person in a unit in which the account enrolls.
#[utoipa::path(
    get,
    path = "/api/v1/admin/people/{id}/slip",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the person")),
    responses(
        (status = 200, description = "The slip, if there is one", body = SlipList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn person_slip(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<PersonId>,
) -> Result<Response, ApiError> {
    Ok(listed(&api, &who, Among::Person(id), 0).await?)
}

/// Make a slip for a person; an older one ends.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/slip",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = Option<MayWhy>,
    responses(
        (status = 200, description = "The slip", body = SlipList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn make_slip(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let (person, unit) = desk::holding_a_slip(&api.app, &who.officer, id).await?;
    slip::make(&api.app, &who.officer.act(why), person.id, unit).await?;
    Ok(listed(&api, &who, Among::Person(id), 0).await?)
}

/// Cancel the open slip of a person, with the session that was started for it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/slip/cancel",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "Cancelled"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn cancel_slip(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    let (person, unit) = desk::holding_a_slip(&api.app, &who.officer, id).await?;
    slip::cancel(&api.app, &who.officer.act(why), person.id, unit).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The digits for a person who is there; they are shown once.
#[derive(Serialize, ToSchema)]
struct SessionStarted {
    /// Eight digits, to be read out.
    code: String,
    /// They can be tried until then, in seconds since 1970.
    until: i64,
}

/// Start the session with a person who is there and holds a slip: ten minutes, five tries.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/slip/session",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = Option<MayWhy>,
    responses(
        (status = 201, description = "The short code", body = SessionStarted),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn start_session(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let (person, unit) = desk::holding_a_slip(&api.app, &who.officer, id).await?;
    let started = session::start(&api.app, &who.officer.act(why), person.id, unit).await?;
    let session = SessionStarted { code: started.code.grouped(), until: started.until.get() };
    Ok((StatusCode::CREATED, fresh(axum::Json(session))).into_response())
}

/// The open slips of a unit, without the units below it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/slips",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the unit"),
        ("page" = Option<u32>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = SlipList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn unit_slips(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
    Query(Turn { page }): Query<Turn>,
) -> Result<Response, ApiError> {
    Ok(listed(&api, &who, Among::Unit(id), page).await?)
}

/// Make slips for those of a unit who have neither one nor a phone.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/slips",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the unit")),
    responses(
        (status = 200, description = "How many", body = SlipsMade),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn make_unit_slips(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<UnitId>,
) -> Result<Response, ApiError> {
    Ok(missing_made(&api, &who, Among::Unit(id)).await?)
}

/// The open slips of a wave in the units in which the account enrolls.
#[utoipa::path(
    get,
    path = "/api/v1/admin/waves/{id}/slips",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the wave"),
        ("page" = Option<u32>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = SlipList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn wave_slips(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<WaveId>,
    Query(Turn { page }): Query<Turn>,
) -> Result<Response, ApiError> {
    Ok(listed(&api, &who, Among::Wave(id), page).await?)
}

/// Make slips for those of a wave who have neither one nor a phone, in the units in which the account enrolls.
#[utoipa::path(
    post,
    path = "/api/v1/admin/waves/{id}/slips",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the wave")),
    responses(
        (status = 200, description = "How many", body = SlipsMade),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn make_wave_slips(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<WaveId>,
) -> Result<Response, ApiError> {
    Ok(missing_made(&api, &who, Among::Wave(id)).await?)
}
