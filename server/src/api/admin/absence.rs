//! Who is away, and until when.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::PersonId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, MayWhy, Reasoned};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::absence::{self, Days};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(note_absence)).routes(routes!(end_absence))
}

/// When somebody is away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AbsenceNote {
    /// The first day, such as `2026-12-01`.
    first_day: String,
    /// The last day.
    last_day: String,
    /// Why: 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// Note that a person of a unit in which the account is clerk is away, in place of what was noted before.
///
/// It stands beside the person in every request and in the answer to a submission, and gives nobody authority.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/absence",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = AbsenceNote,
    responses(
        (status = 204, description = "Noted"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn note_absence(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Json(AbsenceNote { first_day, last_day, why }): Json<AbsenceNote>,
) -> Result<StatusCode, ApiError> {
    let days = Days::read(&first_day, &last_day);
    let days = days.ok_or_else(|| FlowError::BadRequest("write days as 2026-12-01".to_owned()))?;
    absence::note(&api.app, &who.officer, id, days, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Note that a person is back, or was never away.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/absence/end",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "Noted"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_absence(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    absence::end(&api.app, &who.officer, id, why).await?;
    Ok(StatusCode::NO_CONTENT)
}
