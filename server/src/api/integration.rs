//! What document systems ask, with an API key of their unit.

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{RequestId, UnitId};
use trien_core::register::State as EntryState;
use trien_core::wire::{PersonView, RecordedDecision, RequestView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Any, Caller, Read, Submit};
use super::extract::{Json, Path, Query};
use super::submission::Submitted;
use super::{Api, ApiError, plain, schema, tagged};
use crate::download;
use crate::flow;
use crate::flow::FlowError;
use crate::flow::register::{CertificateView, Filter, Reader, Soon};

pub(super) fn routes() -> OpenApiRouter<Api> {
    // The extractor of submissions counts for itself, part by part.
    let submissions =
        OpenApiRouter::new().routes(routes!(submit, requests)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(submissions)
        .routes(routes!(request))
        .routes(routes!(recall))
        .routes(routes!(remind))
        .routes(routes!(document))
        .routes(routes!(decisions))
        .routes(routes!(evidence))
        .routes(routes!(units))
        .routes(routes!(people))
        .routes(routes!(certificates))
}

/// Queue a document for signing.
///
/// The parts `request` (JSON), `document` (PDF, at most 50 MiB), and any number of `attachment` and
/// `image` (PNG stamps). Repeating a call with the same `Idempotency-Key` and the same parts gives
/// the same answer; other parts with the same key are refused.
#[utoipa::path(
    post,
    path = "/api/v1/requests",
    tag = "document systems",
    security(("api_key" = ["submit"]), ("client_credentials" = ["submit"])),
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible ASCII characters")),
    request_body(content = inline(schema::SubmissionParts), content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Queued", body = schema::Submitted,
         headers(("Location" = String, description = "the request"))),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn submit(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Submit>,
    Submitted(package, _place): Submitted,
) -> Result<Response, ApiError> {
    let submitted = flow::submit::submit(&api.app, &caller, package).await?;
    let location = format!("/api/v1/requests/{}", submitted.request);
    Ok((StatusCode::CREATED, [(LOCATION, location)], axum::Json(submitted)).into_response())
}

/// Query of the list of requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    cursor: u64,
    #[serde(default = "usual_page")]
    limit: u32,
}

fn usual_page() -> u32 {
    50
}

/// One page of requests.
#[derive(Debug, Serialize)]
struct RequestList {
    requests: Vec<RequestView>,
    cursor: u64,
    more: bool,
}

/// List the unit's requests in order of change, from a cursor on.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("cursor" = Option<u64>, Query, description = "where the last page ended; 0 for everything"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::RequestList),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn requests(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let page = flow::read::requests(&api.app, &caller, page.cursor, page.limit).await?;
    let flow::read::RequestPage { requests, cursor, more } = page;
    Ok(tagged(&headers, &RequestList { requests, cursor, more }))
}

/// One request with its steps, signers and documents.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "The request", body = schema::RequestView),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn request(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(tagged(&headers, &flow::read::request(&api.app, &caller, id).await?))
}

/// Why a request is taken back.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recall {
    why: Option<Text<500>>,
}

/// Take a request back that somebody still has to decide on; repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/recall",
    tag = "document systems",
    security(("api_key" = ["submit"]), ("client_credentials" = ["submit"])),
    params(("id" = String, Path, description = "the request")),
    request_body = schema::Recall,
    responses(
        (status = 204, description = "Taken back"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn recall(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Submit>,
    Path(id): Path<RequestId>,
    Json(recall): Json<Recall>,
) -> Result<Response, ApiError> {
    flow::recall::by_key(&api.app, &caller, id, recall.why).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Remind those for whom a request waits: once an hour at most.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/remind",
    tag = "document systems",
    security(("api_key" = ["submit"]), ("client_credentials" = ["submit"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 204, description = "Their phones are woken"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn remind(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Submit>,
    Path(id): Path<RequestId>,
) -> Result<StatusCode, ApiError> {
    flow::remind::by_key(&api.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The main document as it is now, signatures included.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/document",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
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
async fn document(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(download::send(flow::read::document(&api.app, &caller, id).await?, &headers).await?)
}

/// What was decided on a request, in order.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/decisions",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "Decisions", body = Vec<schema::RecordedDecision>),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn decisions(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let decisions: Vec<RecordedDecision> = flow::read::decisions(&api.app, &caller, id).await?;
    Ok(tagged(&headers, &decisions))
}

/// Proof that a decision is recorded, for `trien verify`.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/evidence/{decision}",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
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
async fn evidence(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path((id, decision)): Path<(RequestId, Sha256)>,
) -> Result<Response, ApiError> {
    let text = flow::read::evidence(&api.app, &caller, id, DecisionHash(decision)).await?;
    Ok(plain(text))
}

/// The units of this server; those that were merged or dissolved say when.
#[utoipa::path(
    get,
    path = "/api/v1/units",
    tag = "document systems",
    security(("api_key" = []), ("client_credentials" = [])),
    responses(
        (status = 200, description = "Units", body = Vec<schema::ListedUnit>),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn units(
    State(api): State<Api>,
    _: Caller<Any>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(tagged(&headers, &flow::read::units(&api.app).await?))
}

/// Query of the list of people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleOf {
    unit: Option<UnitId>,
}

/// The people who may be named as signers.
#[utoipa::path(
    get,
    path = "/api/v1/people",
    tag = "document systems",
    security(("api_key" = []), ("client_credentials" = [])),
    params(("unit" = Option<String>, Query, description = "only the people of this unit")),
    responses(
        (status = 200, description = "People", body = Vec<schema::PersonView>),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn people(
    State(api): State<Api>,
    _: Caller<Any>,
    Query(of): Query<PeopleOf>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let people: Vec<PersonView> = flow::read::people(&api.app, of.unit).await?;
    Ok(tagged(&headers, &people))
}

/// Query of the list of certificates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificatesOf {
    state: Option<String>,
    within: Option<i64>,
    cursor: Option<String>,
    #[serde(default = "usual_page")]
    limit: u32,
}

impl CertificatesOf {
    fn filter(&self) -> Result<Filter, FlowError> {
        let unknown = |what: &str| FlowError::BadRequest(format!("there is no such {what}"));
        let state = self.state.as_deref();
        let state = state.map(|name| EntryState::from_name(name).ok_or_else(|| unknown("state")));
        let soon = self.within.map(|days| Soon::of_days(days).ok_or_else(|| unknown("time")));
        let (state, soon) = (state.transpose()?, soon.transpose()?);
        Ok(Filter { state, unit: None, soon, exceeds: false })
    }
}

/// One page of certificates.
#[derive(Debug, Serialize)]
pub(super) struct CertificateList {
    pub(super) certificates: Vec<CertificateView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
}

/// The unit's register of certificates, newest first; with `within` those that end soonest.
#[utoipa::path(
    get,
    path = "/api/v1/certificates",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("state" = Option<String>, Query, description = "requested, reviewed, issued, in-use, \
         suspended, renewed, revoked, expired or refused"),
        ("within" = Option<i64>, Query, description = "only those in force that end within 7, 30 or \
         60 days"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::CertificateList),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn certificates(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Query(of): Query<CertificatesOf>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after = of.cursor.as_deref().map(str::parse).transpose()?;
    let (reader, filter) = (Reader::Key(&caller), of.filter()?);
    let limit = of.limit.clamp(1, 200);
    let page = flow::register::list(&api.app, reader, &filter, after, limit).await?;
    let views = page.entries.into_iter().map(CertificateView::try_from);
    let certificates = views.collect::<Result<_, FlowError>>()?;
    let cursor = page.next.map(|cursor| cursor.to_string());
    Ok(tagged(&headers, &CertificateList { certificates, cursor }))
}
