//! The lowest assurance level that a unit takes, and how often its keys ask for the person.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::document::Text;
use trien_core::id::UnitId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, Sensitive, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::change::Part;
use crate::flow::policy::{self, Falling, Level};
use crate::flow::prompt::{self, Prompt};
use crate::flow::{FlowError, Thing, desk};

/// Most phones that a look names.
const NAMED: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(unit_level, set_unit_level))
        .routes(routes!(plan_unit_level))
        .routes(routes!(unit_prompt, set_unit_prompt))
}

/// Which level a unit takes.
#[derive(Debug, Serialize, ToSchema)]
struct UnitLevel {
    /// The lowest that it takes: A, B, C, T or D, the best first.
    #[schema(value_type = String)]
    lowest: Assurance,
    /// What the unit states by itself; it does not count where a unit above states a stricter one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    stated: Option<Assurance>,
    /// The unit that states what holds, unless nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    said_by: Option<String>,
}

impl UnitLevel {
    fn of(level: &Level) -> Self {
        Self {
            lowest: level.lowest,
            stated: level.stated,
            said_by: level.said_by.as_ref().map(|unit| unit.id.to_string()),
        }
    }
}

/// The lowest level of a unit within reach.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/level",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    responses(
        (status = 200, description = "The level", body = UnitLevel),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn unit_level(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
) -> Result<Response, ApiError> {
    if !who.officer.reaches(&api.app, id).await? {
        return Err(FlowError::NotFound(Thing::Unit).into());
    }
    let level = policy::level(&api.app, id).await?;
    Ok(fresh(axum::Json(UnitLevel::of(&level))))
}

/// A level to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LevelAsked {
    /// A, B, C, T or D, the best first; none: as the units above.
    #[schema(value_type = Option<String>)]
    level: Option<Assurance>,
}

/// What another level would do.
#[derive(Debug, Serialize, ToSchema)]
struct LevelPlan {
    before: UnitLevel,
    /// What would hold.
    #[schema(value_type = String)]
    lowest: Assurance,
    /// How many phones would fall below.
    falling: usize,
    /// The first 200 of them.
    devices: Vec<String>,
}

/// Look at another level; nothing is done.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/level/plan",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = LevelAsked,
    responses(
        (status = 200, description = "What would be done", body = LevelPlan),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn plan_unit_level(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
    Json(LevelAsked { level }): Json<LevelAsked>,
) -> Result<Response, ApiError> {
    desk::require_administered(&api.app, &who.officer, id).await?;
    let plan = policy::look(&api.app, id, level).await?;
    let devices = plan.falling.iter().take(NAMED).map(|device| device.id.to_string());
    Ok(fresh(axum::Json(LevelPlan {
        before: UnitLevel::of(&plan.before),
        lowest: plan.after.lowest,
        falling: plan.falling.len(),
        devices: devices.collect(),
    })))
}

/// A level to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LevelToSet {
    /// A, B, C, T or D, the best first; none: as the units above.
    #[schema(value_type = Option<String>)]
    level: Option<Assurance>,
    /// What the unit stated by itself when it was looked at; none: nothing.
    #[schema(value_type = Option<String>)]
    seen: Option<Assurance>,
    /// What becomes of phones that act and fall below: `stay` (usually) or `suspend`.
    #[serde(default)]
    falling: AskedFalling,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// What becomes of phones that fall below.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AskedFalling {
    #[default]
    Stay,
    Suspend,
}

/// State the lowest level of a unit, or leave it to the units above.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/level",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = LevelToSet,
    responses(
        (status = 204, description = "Set"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn set_unit_level(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<UnitId>,
    Json(asked): Json<LevelToSet>,
) -> Result<StatusCode, ApiError> {
    desk::require_administered(&api.app, &who.officer, id).await?;
    let plan = policy::look(&api.app, id, asked.level).await?;
    if plan.before.stated != asked.seen {
        return Err(FlowError::PlanMoved(vec![Part::Unit]).into());
    }
    let falling = match asked.falling {
        AskedFalling::Stay => Falling::Stay,
        AskedFalling::Suspend => Falling::Suspend,
    };
    policy::set(&api.app, &who.officer.act(None), plan, falling, asked.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How often the keys of a unit's phones ask for the person.
#[derive(Debug, Serialize, ToSchema)]
struct UnitPrompt {
    /// What holds for keys that are made from now on; phones enrolled before keep theirs.
    #[schema(value_type = schema::PromptPolicy)]
    prompt: PromptPolicy,
    /// What the unit states by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::PromptPolicy>)]
    stated: Option<PromptPolicy>,
    /// The units above it that state something, the uppermost first.
    above: Vec<String>,
}

impl UnitPrompt {
    fn of(prompt: &Prompt) -> Self {
        Self {
            prompt: prompt.policy,
            stated: prompt.stated,
            above: prompt.above.iter().map(|(unit, _)| unit.id.to_string()).collect(),
        }
    }
}

/// How often the keys of a unit within reach ask for the person.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/prompt",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    responses(
        (status = 200, description = "The policy", body = UnitPrompt),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn unit_prompt(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
) -> Result<Response, ApiError> {
    if !who.officer.reaches(&api.app, id).await? {
        return Err(FlowError::NotFound(Thing::Unit).into());
    }
    let prompt = prompt::of_unit(&api.app, id).await?;
    Ok(fresh(axum::Json(UnitPrompt::of(&prompt))))
}

/// A policy to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptToSet {
    /// None: as the units above. A session has at most 60 seconds and 50 signatures.
    #[schema(value_type = Option<schema::PromptPolicy>)]
    prompt: Option<PromptPolicy>,
    /// What the unit stated by itself when it was looked at; none: nothing.
    #[schema(value_type = Option<schema::PromptPolicy>)]
    seen: Option<PromptPolicy>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// State how often the keys of a unit's phones ask for the person, or leave it to the units above. Phones that
/// are enrolled keep what their keys were made with.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/prompt",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = PromptToSet,
    responses(
        (status = 204, description = "Set"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn set_unit_prompt(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<UnitId>,
    Json(asked): Json<PromptToSet>,
) -> Result<StatusCode, ApiError> {
    desk::require_administered(&api.app, &who.officer, id).await?;
    let plan = prompt::look(&api.app, id, asked.prompt).await?;
    if plan.before.stated != asked.seen {
        return Err(FlowError::PlanMoved(vec![Part::Unit]).into());
    }
    prompt::set(&api.app, &who.officer.act(None), plan, asked.why).await?;
    Ok(StatusCode::NO_CONTENT)
}
