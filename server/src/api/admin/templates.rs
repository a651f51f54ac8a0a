//! Templates of routes: clerks make, edit and end those of their units; clerks and auditors look at them.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{TemplateId, UnitId};
use trien_core::template::TemplateBody;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, Made, fresh};
use crate::api::extract::{Json, Path};
use crate::api::templates::{Template, Version};
use crate::api::{Api, ApiError, schema};
use crate::flow::templates::{self, Changer, Draft, OfUnit, TemplateStory};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(templates_of_unit, add_template))
        .routes(routes!(template, edit_template))
        .routes(routes!(end_template))
}

#[derive(Debug, Serialize)]
struct Listed {
    templates: Vec<Template>,
    ended: Vec<Template>,
}

/// The templates of a unit in which the account is clerk or auditor, or of one below, and those of the units above it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/templates",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    responses(
        (status = 200, description = "Templates", body = schema::TemplatesOfUnit),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn templates_of_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
) -> Result<Response, ApiError> {
    let OfUnit { offered, ended, .. } = templates::of_unit(&api.app, &who.officer, id).await?;
    let shown = |all: Vec<_>| all.into_iter().map(Template::from).collect();
    Ok(fresh(axum::Json(Listed { templates: shown(offered), ended: shown(ended) })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    kind: Text<100>,
    name: Text<200>,
    body: TemplateBody,
    why: Option<Text<500>>,
}

/// Make a template of a unit in which the account is clerk, for documents of that unit and of all below it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/templates",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = schema::NewTemplate,
    responses(
        (status = 201, description = "Made", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_template(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(unit): Path<UnitId>,
    Json(New { kind, name, body, why }): Json<New>,
) -> Result<Response, ApiError> {
    let by = Changer::Officer(&who.officer);
    let id = templates::add(&api.app, by, unit, kind, Draft { name, body }, why).await?;
    let location = format!("/api/v1/admin/templates/{id}");
    let made = axum::Json(Made { id: id.to_string() });
    Ok((StatusCode::CREATED, [(LOCATION, location)], made).into_response())
}

#[derive(Debug, Serialize)]
struct Story {
    template: Template,
    versions: Vec<Version>,
}

/// One template with its versions.
#[utoipa::path(
    get,
    path = "/api/v1/admin/templates/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the template")),
    responses(
        (status = 200, description = "The template", body = schema::TemplateStory),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn template(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<TemplateId>,
) -> Result<Response, ApiError> {
    let TemplateStory { template, versions } = templates::one(&api.app, &who.officer, id).await?;
    let versions = versions.into_iter().map(Version::from).collect();
    Ok(fresh(axum::Json(Story { template: template.into(), versions })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    seen: u32,
    name: Text<200>,
    body: TemplateBody,
    why: Text<500>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Turned {
    /// The new version's number.
    version: u32,
}

/// Make a new version of a template, as a clerk of its unit. Requests on their way keep theirs.
#[utoipa::path(
    post,
    path = "/api/v1/admin/templates/{id}",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the template")),
    request_body = schema::NewVersion,
    responses(
        (status = 200, description = "The new version", body = Turned),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn edit_template(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<TemplateId>,
    Json(Edited { seen, name, body, why }): Json<Edited>,
) -> Result<Response, ApiError> {
    let by = Changer::Officer(&who.officer);
    let draft = Draft { name, body };
    let version = templates::edit(&api.app, by, id, seen, draft, Some(why)).await?;
    Ok(fresh(axum::Json(Turned { version })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    seen: u32,
    why: Text<500>,
}

/// End a template, as a clerk of its unit: it is offered no more.
#[utoipa::path(
    post,
    path = "/api/v1/admin/templates/{id}/end",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the template")),
    request_body = schema::TemplateEnd,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_template(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<TemplateId>,
    Json(Ended { seen, why }): Json<Ended>,
) -> Result<StatusCode, ApiError> {
    templates::end(&api.app, Changer::Officer(&who.officer), id, seen, Some(why)).await?;
    Ok(StatusCode::NO_CONTENT)
}
