//! Whom to trust outside, and where certificates come from.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::{AnchorId, UnitId};
use trien_core::wire::Base64;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Sensitive, Why};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::exchange::{self, Exchanger, Source, Way};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(propose_anchor))
        .routes(routes!(confirm_anchor))
        .routes(routes!(end_anchor))
        .routes(routes!(set_source))
}

/// An authority to trust in a unit and below.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnchorToPropose {
    #[schema(value_type = String)]
    unit: UnitId,
    /// Its certificate, PEM or DER, as base64.
    #[schema(value_type = String)]
    certificate: Base64,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Propose to trust an authority; another person confirms it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/anchors",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    request_body = AnchorToPropose,
    responses(
        (status = 201, description = "Proposed"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn propose_anchor(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(asked): Json<AnchorToPropose>,
) -> Result<StatusCode, ApiError> {
    let AnchorToPropose { unit, certificate, why } = asked;
    exchange::propose(&api.app, &who.officer, unit, &certificate.0, why).await?;
    Ok(StatusCode::CREATED)
}

/// Put an authority in force, as another person proposed. Nobody confirms what they proposed.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/anchors/{id}/confirm",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the anchor")),
    responses(
        (status = 204, description = "In force"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn confirm_anchor(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AnchorId>,
) -> Result<StatusCode, ApiError> {
    exchange::act_on(&api.app, &who.officer, id, Way::Confirm, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End the trust in an authority, or decline it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/anchors/{id}/end",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the anchor")),
    request_body = Why,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_anchor(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AnchorId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    exchange::act_on(&api.app, &who.officer, id, Way::End, Some(why)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where certificates come from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceAsked {
    #[schema(value_type = String)]
    unit: UnitId,
    /// `here`, `outside`, or `as-above`.
    source: String,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Say where the certificates of a unit and of those below it come from.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/source",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    request_body = SourceAsked,
    responses(
        (status = 204, description = "Said"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn set_source(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(asked): Json<SourceAsked>,
) -> Result<StatusCode, ApiError> {
    let source = match asked.source.as_str() {
        "here" => Some(Source::Here),
        "outside" => Some(Source::Outside),
        "as-above" => None,
        _ => return Err(FlowError::BadRequest("there is no such source".to_owned()).into()),
    };
    let exchanger = Exchanger::Officer(&who.officer);
    exchange::set_source(&api.app, exchanger, asked.unit, source, asked.why).await?;
    Ok(StatusCode::NO_CONTENT)
}
