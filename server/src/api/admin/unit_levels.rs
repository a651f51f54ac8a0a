//! Levels of units: central, province, commune, or whatever the office calls them.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, Sensitive, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::levels::{self, Changer, Level};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_levels, add_level)).routes(routes!(rename_level))
}

/// A level of units.
#[derive(Debug, Serialize, ToSchema)]
struct TreeLevel {
    /// What stands for it in tables and in what is asked for; it never changes.
    code: String,
    name: String,
}

impl TreeLevel {
    fn of(level: Level) -> Self {
        Self { code: level.code, name: level.name }
    }
}

/// The levels that units may have, the highest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/levels",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Levels", body = Vec<TreeLevel>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_levels(State(api): State<Api>, _: Admin<Looks>) -> Result<Response, ApiError> {
    let levels = levels::all(&api.app).await?;
    Ok(fresh(axum::Json(levels.into_iter().map(TreeLevel::of).collect::<Vec<_>>())))
}

/// A level to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLevel {
    /// 1 to 100 characters; its code is made of it.
    #[schema(value_type = String)]
    name: Text<100>,
    /// The code of the level right above it; none: it is the highest.
    above: Option<String>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Add a level of units. Whoever does administers a unit that has none above it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/levels",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    request_body = NewLevel,
    responses(
        (status = 201, description = "Added", body = TreeLevel),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_level(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(new): Json<NewLevel>,
) -> Result<Response, ApiError> {
    let NewLevel { name, above, why } = new;
    let by = Changer::Officer(&who.officer);
    let level = levels::add(&api.app, by, &name, above.as_deref(), Some(why)).await?;
    Ok((StatusCode::CREATED, axum::Json(TreeLevel::of(level))).into_response())
}

/// A level's other name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LevelName {
    /// 1 to 100 characters.
    #[schema(value_type = String)]
    name: Text<100>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Give a level of units another name; its code stays. Whoever does administers a unit that has none above it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/levels/{code}/rename",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("code" = String, Path, description = "the level")),
    request_body = LevelName,
    responses(
        (status = 204, description = "Renamed"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn rename_level(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(code): Path<String>,
    Json(LevelName { name, why }): Json<LevelName>,
) -> Result<StatusCode, ApiError> {
    let by = Changer::Officer(&who.officer);
    levels::rename(&api.app, by, &code, &name, Some(why)).await?;
    Ok(StatusCode::NO_CONTENT)
}
