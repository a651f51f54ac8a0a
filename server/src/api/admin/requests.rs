//! Documents on their way, for clerks and auditors; clerks submit them.

use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::change::ChangeView;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::StepNumber;
use trien_core::wire::{RecordedDecision, RequestView};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::units::no_place;
use super::{Acts, Admin, Bearer, Looks, MOST, MayWhy, Reasoned, fresh, plain};
use crate::api::extract::{Json, Path, Query};
use crate::api::submission::Submitted;
use crate::api::{Api, ApiError, schema};
use crate::download;
use crate::flow::account::Role;
use crate::flow::change::{Reassignment, reassign};
use crate::flow::requests::{self, Filter, PAGE, Standing};
use crate::flow::{FlowError, desk, recall, remind};

pub(super) fn routes() -> OpenApiRouter<Api> {
    // The extractor of submissions counts for itself, part by part.
    let submissions = OpenApiRouter::new()
        .routes(routes!(admin_requests, submit_request))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(submissions)
        .routes(routes!(admin_request))
        .routes(routes!(recall_request))
        .routes(routes!(remind_request))
        .routes(routes!(reassign_request))
        .routes(routes!(admin_request_document))
        .routes(routes!(admin_request_evidence))
}

/// A clerk somewhere, known before the first byte of a document is read: others hold no memory.
struct Submitting(Bearer);

impl FromRequestParts<Api> for Submitting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let Admin(who, _) = Admin::<Acts>::from_request_parts(parts, api).await?;
        who.officer.require_somewhere(Role::Clerk)?;
        Ok(Self(who))
    }
}

/// Queue a document of a unit in which the account is clerk.
///
/// Parts and rules are those of `POST /api/v1/requests`; the log names the account as who submitted it.
/// An `Idempotency-Key` is the account's own: no other one's call answers it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters")),
    request_body(content = inline(schema::SubmissionParts), content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Queued", body = schema::Submitted,
         headers(("Location" = String, description = "the request"))),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn submit_request(
    State(api): State<Api>,
    Submitting(who): Submitting,
    Submitted(package, _place): Submitted,
) -> Result<Response, ApiError> {
    let submitted = desk::submit(&api.app, &who.officer, package).await?;
    let location = format!("/api/v1/admin/requests/{}", submitted.request);
    Ok((StatusCode::CREATED, [(LOCATION, location)], axum::Json(submitted)).into_response())
}

/// Query of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestsOf {
    #[serde(default)]
    q: String,
    state: Option<String>,
    cursor: Option<String>,
    #[serde(default = "usual_page")]
    limit: u32,
}

fn usual_page() -> u32 {
    PAGE
}

/// One page of requests.
#[derive(Debug, Serialize)]
struct RequestsFound {
    requests: Vec<RequestView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The requests of the units in which the account is clerk or auditor, and below, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/requests",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("q" = Option<String>, Query, description = "words of number, abstract, kind and issuer"),
        ("state" = Option<String>, Query, description = "open, completed, rejected, returned, \
         recalled or expired"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::RequestsFound),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_requests(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<RequestsOf>,
) -> Result<Response, ApiError> {
    let unknown = || FlowError::BadRequest("there is no such state".to_owned());
    let state = of.state.as_deref();
    let standing = state.map(|name| Standing::from_name(name).ok_or_else(unknown)).transpose()?;
    let before: Option<RequestId> =
        of.cursor.map(|cursor| cursor.parse().map_err(|_| no_place())).transpose()?;
    let filter = Filter { query: of.q, standing };
    let limit = of.limit.clamp(1, MOST);
    let page = requests::list(&api.app, &who.officer, &filter, before, limit).await?;
    let cursor = page.next.map(|next| next.to_string());
    Ok(fresh(axum::Json(RequestsFound { requests: page.requests, cursor })))
}

/// One request with what was decided on it.
#[derive(Debug, Serialize)]
struct RequestFollowed {
    request: RequestView,
    decisions: Vec<RecordedDecision>,
    changes: Vec<ChangeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reminded_at: Option<Timestamp>,
}

/// One request with its steps and what was decided on it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/requests/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "The request", body = schema::RequestFollowed),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<RequestId>,
) -> Result<Response, ApiError> {
    let story = requests::one(&api.app, &who.officer, id).await?;
    let requests::RequestStory { request, decisions, changes, reminded_at, .. } = story;
    Ok(fresh(axum::Json(RequestFollowed { request, decisions, changes, reminded_at })))
}

/// Take a request of a unit back in which the account is clerk.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests/{id}/recall",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the request")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "Taken back"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn recall_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<RequestId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    let why = why.ok_or_else(|| FlowError::BadRequest("say why".to_owned()))?;
    recall::by_clerk(&api.app, &who.officer, id, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remind those for whom a request waits, of a unit in which the account is clerk: once an hour at most.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests/{id}/remind",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 204, description = "Their phones are woken"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn remind_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<RequestId>,
) -> Result<StatusCode, ApiError> {
    remind::by_clerk(&api.app, &who.officer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is given to somebody else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reassigned {
    /// Which step, from 1.
    step: u16,
    /// For whose decision it waits.
    #[schema(value_type = String)]
    from: PersonId,
    /// Who is to decide instead.
    #[schema(value_type = String)]
    to: PersonId,
    /// Why.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Give what waits for one person to another one, because the first is away: as a clerk of the request's unit.
///
/// The other one has a post and a phone in that unit, or in one above it where the first has a post. A stamp that the server
/// wrote names the new signer.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests/{id}/reassign",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the request")),
    request_body = Reassigned,
    responses(
        (status = 204, description = "Given to the other one"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn reassign_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<RequestId>,
    Json(Reassigned { step, from, to, why }): Json<Reassigned>,
) -> Result<StatusCode, ApiError> {
    let of = Reassignment { request: id, step: StepNumber(step), from, to };
    reassign(&api.app, &who.officer, of, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The main document as it is now, signatures included.
#[utoipa::path(
    get,
    path = "/api/v1/admin/requests/{id}/document",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("Range" = Option<String>, Header, description = "one range of bytes"),
    ),
    responses(
        (status = 200, description = "The file", body = schema::File, content_type = "application/pdf"),
        (status = 206, description = "A part", body = schema::File, content_type = "application/pdf"),
        (status = 304, description = "Not modified (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_request_document(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(download::send(requests::document(&api.app, &who.officer, id).await?, &headers).await?)
}

/// Proof that a decision is recorded, for `trien verify`.
#[utoipa::path(
    get,
    path = "/api/v1/admin/requests/{id}/evidence/{decision}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("decision" = String, Path, description = "the decision's SHA-256, hexadecimal"),
    ),
    responses(
        (status = 200, description = "Evidence (trien.evidence/1)", body = String,
         content_type = "text/plain"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_request_evidence(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path((id, decision)): Path<(RequestId, Sha256)>,
) -> Result<Response, ApiError> {
    let text = requests::evidence(&api.app, &who.officer, id, DecisionHash(decision)).await?;
    Ok(plain(text))
}
