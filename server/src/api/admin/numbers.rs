//! The register of numbers of a unit, for clerks and auditors; clerks reserve.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trien_core::id::UnitId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::numbers::{Numbered, Wanted};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::numbers::{self, Asked, Register};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(numbers_of_unit, reserve_number))
}

/// Query of the register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sought {
    q: Option<String>,
    kind: Option<String>,
    year: Option<u32>,
    #[serde(default)]
    cursor: u64,
}

impl Sought {
    fn asked(self) -> Result<Asked, FlowError> {
        match self {
            Self { q: Some(typed), kind: None, year: None, .. } => Ok(Asked::Named(typed)),
            Self { q: None, kind: Some(kind), year: Some(year), cursor } => {
                Ok(Asked::Series { kind, year, after: cursor })
            }
            Self { q: None, kind: None, year: None, .. } => Ok(Asked::Nothing),
            _ => Err(FlowError::BadRequest("say kind and year, or q alone".to_owned())),
        }
    }
}

/// The numbers of one kind and year.
#[derive(Debug, Serialize, ToSchema)]
struct NumberSeries {
    /// Kind of document, as it was last written.
    kind: String,
    year: u32,
    /// The last number that was given.
    last: u64,
    /// The one that comes next, while the year is not over.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// The register of a unit, and some of its numbers.
#[derive(Debug, Serialize, ToSchema)]
struct NumberRegister {
    /// The newest year first.
    series: Vec<NumberSeries>,
    /// What was asked for, 200 at most.
    #[schema(value_type = Vec<schema::NumberView>)]
    numbers: Vec<Numbered>,
    /// The next page, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<u64>,
}

impl From<Register> for NumberRegister {
    fn from(of: Register) -> Self {
        let shown = of.series.iter().map(|one| NumberSeries {
            kind: one.kind.clone(),
            year: one.year,
            last: one.last,
            next: of.next_of(one),
        });
        let series = shown.collect();
        let numbers = of.numbers.into_iter().map(Numbered::from).collect();
        Self { series, numbers, cursor: of.next }
    }
}

/// The register of a unit in which the account is clerk or auditor: its series, and the numbers of one or those that are sought.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/numbers",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the unit"),
        ("kind" = Option<String>, Query, description = "kind of document; case and marks say nothing"),
        ("year" = Option<u32>, Query, description = "of the calendar, with `kind`"),
        ("cursor" = Option<u64>, Query, description = "from the page before"),
        ("q" = Option<String>, Query, description = "a number with its notation, a number of any kind, or the \
         name under which one was reserved"),
    ),
    responses(
        (status = 200, description = "The register", body = NumberRegister),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn numbers_of_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(unit): Path<UnitId>,
    Query(sought): Query<Sought>,
) -> Result<Response, ApiError> {
    let found = numbers::of_unit(&api.app, &who.officer, unit, &sought.asked()?).await?;
    Ok(fresh(axum::Json(NumberRegister::from(found))))
}

/// Reserve the next number of a unit in which the account is clerk, for a document that is still to be submitted.
///
/// Asking again with the same `reference` gives the same number, until a document bears it or the year is over; then another one is
/// needed. What is reserved is never given to another document.
#[utoipa::path(
    post,
    path = "/api/v1/admin/units/{id}/numbers",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the unit")),
    request_body = schema::NumberWish,
    responses(
        (status = 200, description = "The number", body = schema::NumberView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn reserve_number(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(unit): Path<UnitId>,
    Json(wanted): Json<Wanted>,
) -> Result<Response, ApiError> {
    let reserved = numbers::reserve_by(&api.app, &who.officer, unit, wanted.into()).await?;
    Ok(fresh(axum::Json(Numbered::from(reserved))))
}
