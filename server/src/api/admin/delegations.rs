//! Who may decide in whose place, for whoever administers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use trien_core::digest::Sha256;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, Why, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::delegate;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_delegations)).routes(routes!(admin_end_delegation))
}

/// What was given from posts of the units within reach, the newest first, at most 200 of a unit with those below it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/delegations",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "The newest first", body = Vec<schema::DelegationView>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_delegations(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(delegate::within_reach(&api.app, &who.officer).await?)))
}

/// End a delegation before its time; repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/delegations/{delegation}/end",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("delegation" = String, Path, description = "its SHA-256, hexadecimal")),
    request_body = Why,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_end_delegation(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(delegation): Path<Sha256>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    delegate::by_officer(&api.app, &who.officer, delegation, why).await?;
    Ok(StatusCode::NO_CONTENT)
}
