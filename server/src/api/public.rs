//! What anybody may ask: revocation lists, the log's head, the API's description, and whether the
//! server is well.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use trien_core::problem::ProblemKind;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::{Api, ApiError, schema};
use crate::flow;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(crl))
        .routes(routes!(checkpoint))
        .routes(routes!(openapi))
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
        .routes(routes!(version))
}

/// The newest revocation list of an issuing CA (RFC 5280), DER.
#[utoipa::path(
    get,
    path = "/api/v1/crl/{file}",
    tag = "public",
    security(()),
    params(("file" = String, Path, description = "the issuer's name and .crl")),
    responses(
        (status = 200, description = "DER", body = schema::File, content_type = "application/pkix-crl"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn crl(State(api): State<Api>, Path(file): Path<String>) -> Result<Response, ApiError> {
    let issuer = file.strip_suffix(".crl").ok_or(ApiError::new(ProblemKind::NotFound))?;
    let list = flow::read::crl(&api.app, issuer).await?;
    Ok(short(([(CONTENT_TYPE, "application/pkix-crl")], list)))
}

/// The log's newest checkpoint, a C2SP signed note.
#[utoipa::path(
    get,
    path = "/api/v1/log/checkpoint",
    tag = "public",
    security(()),
    responses(
        (status = 200, description = "Signed note", body = String, content_type = "text/plain"),
        (status = "5XX", response = schema::ProblemResponse),
    ),
)]
async fn checkpoint(State(api): State<Api>) -> Result<Response, ApiError> {
    let note = flow::read::checkpoint(&api.app).await?;
    Ok(([(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "text/plain; charset=utf-8")], note)
        .into_response())
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "public",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)),
)]
async fn openapi(State(api): State<Api>) -> Response {
    let document = api.description.clone();
    short(([(CONTENT_TYPE, "application/json")], document))
}

/// Whether the process answers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    security(()),
    responses((status = 200, description = "It does", body = String, content_type = "text/plain")),
)]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the server can do its work: its database answers and fits this build.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    security(()),
    responses(
        (status = 200, description = "It can", body = String, content_type = "text/plain"),
        (status = "5XX", response = schema::ProblemResponse),
    ),
)]
async fn readyz(State(api): State<Api>) -> Result<&'static str, ApiError> {
    api.app.ready().await?;
    Ok("ready\n")
}

/// Figures for Prometheus, on loopback or the address given for metrics only.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    security(()),
    responses(
        (status = 200, description = "Text format", body = String, content_type = "text/plain"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn metrics(State(api): State<Api>) -> Result<Response, ApiError> {
    match &api.metrics {
        Some(metrics) => Ok(super::metrics_page(metrics)),
        None => Err(ApiError::new(ProblemKind::NotFound)),
    }
}

/// Which build answers.
#[derive(Debug, Serialize, ToSchema)]
struct Version {
    /// Always `trien`.
    #[schema(example = "trien")]
    name: &'static str,
    /// Semantic version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Name and version.
#[utoipa::path(
    get,
    path = "/version",
    tag = "operation",
    security(()),
    responses((status = 200, description = "Name and version", body = Version)),
)]
async fn version() -> axum::Json<Version> {
    axum::Json(Version { name: "trien", version: env!("CARGO_PKG_VERSION") })
}

fn short(answer: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, "public, max-age=60")], answer).into_response()
}
