//! Units: the tree, adding to it, and changing it.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::{ChangeLine, Filed};
use super::{Acts, Admin, Looks, Made, Sensitive, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::change::{
    self, Certificates, Changer, Keys, Steps, UnitChange, UnitChoices, UnitPlan,
};
use crate::flow::desk::{self, Doing};
use crate::flow::levels;
use crate::flow::units;
use crate::paging::Turn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_units, add_unit))
        .routes(routes!(admin_unit))
        .routes(routes!(plan_unit))
        .routes(routes!(change_unit))
}

/// Query of a list that is searched.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    #[serde(default)]
    pub q: String,
    pub cursor: Option<String>,
}

/// A unit in its place of the tree.
#[derive(Debug, Serialize, ToSchema)]
struct AdminUnit {
    id: String,
    name: String,
    /// The code of QCVN 102.
    #[serde(skip_serializing_if = "Option::is_none")]
    organ_id: Option<String>,
    /// The code of its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    /// The unit above.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

/// One page of units, those above before those below.
#[derive(Debug, Serialize, ToSchema)]
struct AdminUnits {
    units: Vec<AdminUnit>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The units within reach that have every word of `q` in name or code, 50 a page.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("q" = Option<String>, Query, description = "words, with or without marks"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = AdminUnits),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_units(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(search): Query<Search>,
) -> Result<Response, ApiError> {
    let turn = match search.cursor {
        None => Turn::First,
        // PostgreSQL has no NUL in texts.
        Some(path) if path.contains('\0') => return Err(no_place().into()),
        Some(path) => Turn::After(path),
    };
    let page = units::search(&api.app, &who.officer, &search.q, &turn).await?;
    let units = page.units.into_iter().map(|(unit, _)| AdminUnit {
        id: unit.view.id.to_string(),
        name: unit.view.name,
        organ_id: unit.details.organ_id,
        level: unit.details.level,
        parent: unit.parent.map(|id| id.to_string()),
    });
    Ok(fresh(axum::Json(AdminUnits { units: units.collect(), cursor: page.next })))
}

/// What a cursor is that none of our pages gave.
pub(super) fn no_place() -> FlowError {
    FlowError::BadRequest("the place in the list is not one of ours".to_owned())
}

/// A unit to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUnit {
    /// 1 to 200 characters.
    #[schema(value_type = String)]
    name: Text<200>,
    /// The unit above, which the account administers.
    #[schema(value_type = String)]
    parent: UnitId,
    /// The code of its level; of none when it is left out.
    level: Option<String>,
    /// Why: 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// Add a unit below one that the account administers. It takes hardware keys only.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body = NewUnit,
    responses(
        (status = 201, description = "Added", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Json(new): Json<NewUnit>,
) -> Result<Response, ApiError> {
    let by = Doing::because(&who.officer, new.why);
    let unit = desk::add_unit(&api.app, by, &new.name, new.parent, new.level).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: unit.id.to_string() })).into_response())
}

/// A unit with its names of before and its people.
#[derive(Debug, Serialize, ToSchema)]
struct AdminUnitDetails {
    id: String,
    name: String,
    /// The code of its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    /// Its names of before, the last one first.
    names: Vec<PastName>,
    /// When it was dissolved, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
    /// The unit of which it became part.
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<String>,
    /// At most 200 of them; the list of people has all.
    people: Vec<UnitPerson>,
}

/// A name that a unit had.
#[derive(Debug, Serialize, ToSchema)]
struct PastName {
    name: String,
    /// Milliseconds since 1970.
    until: i64,
}

/// Somebody with a position in the unit.
#[derive(Debug, Serialize, ToSchema)]
struct UnitPerson {
    id: String,
    name: String,
    position: String,
}

/// One unit within reach.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    responses(
        (status = 200, description = "The unit", body = AdminUnitDetails),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
) -> Result<Response, ApiError> {
    let (unit, people) = change::unit_page(&api.app, &who.officer, id).await?;
    let past = |(name, until): (String, trien_core::env::Timestamp)| PastName {
        name,
        until: until.as_millis(),
    };
    let people = people.into_iter().map(|person| UnitPerson {
        id: person.id.to_string(),
        name: person.name,
        position: person.position,
    });
    let successor = unit.ended.as_ref().and_then(|(_, successor)| successor.as_ref());
    Ok(fresh(axum::Json(AdminUnitDetails {
        level: levels::of_unit(&api.app, unit.unit.id).await?.map(|level| level.code),
        id: unit.unit.id.to_string(),
        successor: successor.map(|unit| unit.id.to_string()),
        ended_at: unit.ended.as_ref().map(|(at, _)| at.as_millis()),
        name: unit.unit.name,
        names: unit.names.into_iter().map(past).collect(),
        people: people.collect(),
    })))
}

/// What becomes of a unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum AskedUnitChange {
    /// It gets another name.
    Rename {
        #[schema(value_type = String)]
        name: Text<200>,
    },
    /// It becomes part of another one.
    Merge {
        #[schema(value_type = String)]
        into: UnitId,
    },
    /// Some of its people make a new one beside it.
    Split {
        #[schema(value_type = String)]
        name: Text<200>,
        #[schema(value_type = Vec<String>)]
        people: Vec<PersonId>,
    },
    /// It ends.
    Dissolve,
}

/// What becomes of certificates that name the unit: `revoke` (usually) or `keep`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AskedCertificates {
    #[default]
    Revoke,
    Keep,
}

/// What becomes of the keys of its document systems: `end` (usually) or `move`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AskedKeys {
    #[default]
    End,
    Move,
}

/// What becomes of steps that wait for people who go: `keep` (usually) or `return`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AskedSteps {
    #[default]
    Keep,
    Return,
}

/// A change of a unit to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitToChange {
    change: AskedUnitChange,
    #[serde(default)]
    certificates: AskedCertificates,
    #[serde(default)]
    keys: AskedKeys,
    #[serde(default)]
    steps: AskedSteps,
}

impl UnitToChange {
    async fn look(self, api: &Api, who: &super::Bearer, id: UnitId) -> Result<UnitPlan, FlowError> {
        let change = match self.change {
            AskedUnitChange::Rename { name } => UnitChange::Rename(name),
            AskedUnitChange::Merge { into } => UnitChange::Merge { into },
            AskedUnitChange::Split { name, mut people } => {
                people.sort();
                people.dedup();
                UnitChange::Split { name, people }
            }
            AskedUnitChange::Dissolve => UnitChange::Dissolve,
        };
        let choices = UnitChoices {
            certificates: match self.certificates {
                AskedCertificates::Revoke => Certificates::Revoke,
                AskedCertificates::Keep => Certificates::Keep,
            },
            keys: match self.keys {
                AskedKeys::End => Keys::End,
                AskedKeys::Move => Keys::Move,
            },
            steps: match self.steps {
                AskedSteps::Keep => Steps::Keep,
                AskedSteps::Return => Steps::SendBack,
            },
        };
        desk::look_unit(&api.app, &who.officer, id, change, choices).await
    }
}

/// What a change of a unit would do.
#[derive(Debug, Serialize, ToSchema)]
struct UnitChangePlan {
    /// What was looked at, for carrying it out.
    seen: String,
    /// People whose posts change.
    people: usize,
    /// Steps that stay as they are, because units of others submitted them.
    left: usize,
    lines: Vec<ChangeLine>,
}

/// Look at a change of a unit whole; nothing is done.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/plan",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = UnitToChange,
    responses(
        (status = 200, description = "What would be done", body = UnitChangePlan),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn plan_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
    Json(asked): Json<UnitToChange>,
) -> Result<Response, ApiError> {
    let plan = asked.look(&api, &who, id).await?;
    Ok(fresh(axum::Json(UnitChangePlan {
        seen: plan.seen.as_str().to_owned(),
        people: plan.people,
        left: plan.left,
        lines: plan.lines.iter().map(ChangeLine::of).collect(),
    })))
}

/// A change of a unit to carry out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitToCarryOut {
    /// As it was looked at.
    asked: UnitToChange,
    /// What the plan said under `seen`; a plan that no longer fits is refused.
    seen: String,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Carry out a change of a unit that was looked at, all or nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/change",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = UnitToCarryOut,
    responses(
        (status = 201, description = "Done", body = Filed),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn change_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<UnitId>,
    Json(asked): Json<UnitToCarryOut>,
) -> Result<Response, ApiError> {
    let plan = asked.asked.look(&api, &who, id).await?;
    plan.require(&asked.seen)?;
    let (officer, act) = (&who.officer, who.officer.act(Some(asked.why)));
    let report = change::carry_out_unit(&api.app, Changer::Officer(officer), &act, plan).await?;
    Ok((StatusCode::CREATED, axum::Json(Filed { report: report.to_string() })).into_response())
}
