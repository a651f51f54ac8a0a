//! What phones ask about delegations (KT., TL., TUQ.), and the proof of one for document systems.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use trien_core::delegation::wire::{DelegationEnd, DelegationSubmission};
use trien_core::digest::Sha256;
use trien_core::id::RequestId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Read};
use super::extract::Path;
use super::signed::{Signed, SignedJson};
use super::{Api, ApiError, fresh, plain, schema};
use crate::flow;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, give))
        .routes(routes!(end))
        .routes(routes!(delegates))
        .routes(routes!(evidence))
}

/// What the device's person delegated and was delegated.
#[utoipa::path(
    get,
    path = "/api/v1/device/delegations",
    operation_id = "device_delegations",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "The newest first", body = Vec<schema::DelegationView>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn list(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(flow::delegate::of_device(&api.app, &device).await?)))
}

/// Let somebody decide in the place of the device's person. Repeating the same delegation gives the same proof.
#[utoipa::path(
    post,
    path = "/api/v1/device/delegations",
    operation_id = "delegate",
    tag = "devices",
    security(("device_signature" = [])),
    request_body(content = schema::DelegationSubmission),
    responses(
        (status = 201, description = "Evidence (trien.delegation/1)", body = String,
         content_type = "text/plain"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn give(
    State(api): State<Api>,
    SignedJson(device, submission): SignedJson<DelegationSubmission>,
) -> Result<Response, ApiError> {
    let text = flow::delegate::give(&api.app, &device, submission).await?;
    Ok((StatusCode::CREATED, plain(text)).into_response())
}

/// End a delegation that the device's person gave, before its time, or lay down one that was given to them. Repeating it changes
/// nothing.
#[utoipa::path(
    post,
    path = "/api/v1/device/delegations/{delegation}/end",
    operation_id = "end_delegation",
    tag = "devices",
    security(("device_signature" = [])),
    params(("delegation" = String, Path, description = "its SHA-256, hexadecimal")),
    request_body(content = schema::DelegationEnd),
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end(
    State(api): State<Api>,
    Path(delegation): Path<Sha256>,
    SignedJson(device, DelegationEnd { why }): SignedJson<DelegationEnd>,
) -> Result<StatusCode, ApiError> {
    flow::delegate::by_party(&api.app, &device, delegation, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// To whom the device's person may delegate: those with a post in its unit or below it, at most 200.
#[utoipa::path(
    get,
    path = "/api/v1/device/delegates",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "By unit, as the office lists its people", body = Vec<schema::Delegate>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn delegates(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(flow::delegate::delegates(&api.app, &device).await?)))
}

/// Proof of a delegation by which something of a request was decided, for `trien verify`.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/delegations/{delegation}",
    operation_id = "delegation_evidence",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("delegation" = String, Path, description = "its SHA-256, hexadecimal"),
    ),
    responses(
        (status = 200, description = "Evidence (trien.delegation/1)", body = String,
         content_type = "text/plain"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn evidence(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path((id, delegation)): Path<(RequestId, Sha256)>,
) -> Result<Response, ApiError> {
    Ok(plain(flow::delegate::evidence(&api.app, &caller, id, delegation).await?))
}
