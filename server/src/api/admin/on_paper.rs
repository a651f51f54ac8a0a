//! What also went on paper, for clerks and auditors.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trien_core::id::UnitId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, fresh};
use crate::api::extract::Query;
use crate::api::{Api, ApiError, schema};
use crate::flow::on_paper::{self, PaperCount, PaperReason};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(on_paper_counts))
}

/// Query of the counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysOf {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// What also went on paper in some days.
#[derive(Debug, Serialize, ToSchema)]
struct OnPaperCounts {
    /// The first day.
    from: String,
    /// The last day, counted whole.
    to: String,
    /// All documents that went on paper, also those of lines that are not here.
    whole: u64,
    /// By unit and reason, 500 lines at most.
    counts: Vec<OnPaperCount>,
    /// Whether there are more lines.
    more: bool,
}

/// Documents of a unit that also went on paper, for one reason.
#[derive(Debug, Serialize, ToSchema)]
struct OnPaperCount {
    #[schema(value_type = String)]
    unit: UnitId,
    /// Why; `other` is any reason in words.
    #[schema(value_type = schema::PaperReason)]
    why: PaperReason,
    count: u64,
}

impl From<PaperCount> for OnPaperCount {
    fn from(PaperCount { unit, why, count }: PaperCount) -> Self {
        Self { unit: unit.id, why, count }
    }
}

/// How many documents that all have signed also went on paper, of the units in which the account is clerk or auditor and of those
/// below, by the day on which they were submitted.
#[utoipa::path(
    get,
    path = "/api/v1/admin/on-paper",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("from" = Option<String>, Query, description = "first day, as 2026-11-22; without it, this quarter's"),
        ("to" = Option<String>, Query, description = "last day; without it, today"),
    ),
    responses(
        (status = 200, description = "By unit and reason", body = OnPaperCounts),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn on_paper_counts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(DaysOf { from, to }): Query<DaysOf>,
) -> Result<Response, ApiError> {
    let found = on_paper::counted(&api.app, &who.officer, &from, &to).await?;
    let counts = found.counts.into_iter().map(OnPaperCount::from).collect();
    let (from, to) = (found.first.to_string(), found.last.to_string());
    let (whole, more) = (found.whole, found.more);
    Ok(fresh(axum::Json(OnPaperCounts { from, to, whole, counts, more })))
}
