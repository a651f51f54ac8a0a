//! Reports of changed posts and units.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use trien_core::id::ChangeId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::units::no_place;
use super::{Admin, Looks, fresh};
use crate::api::extract::{Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::change::{self, By, Filed as FiledRow, Line, PAGE, Reports};
use crate::text::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_changes))
        .routes(routes!(admin_change))
        .routes(routes!(admin_change_csv))
}

/// A change that was carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Filed {
    /// Its report.
    pub report: String,
}

/// What a change does, or did, to one thing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeLine {
    /// Whose it is, where it is somebody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    name: String,
    /// `device`, `certificate`, `step`, `request`, `invitation`, `post`, `key`, `grant` or `unit`.
    thing: String,
    /// Which, in words.
    what: String,
    /// `revoked`, `kept`, `moved` and the like.
    deed: String,
    /// To whom, where to, or why.
    detail: String,
}

impl ChangeLine {
    pub(super) fn of(line: &Line) -> Self {
        Self {
            person: line.person.map(|id| id.to_string()),
            name: line.name.clone(),
            thing: line.thing.clone(),
            what: line.what.clone(),
            deed: line.deed.clone(),
            detail: line.detail.clone(),
        }
    }
}

/// A report without its lines.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportView {
    id: String,
    /// What kind of change, such as `moves` or `merge`.
    kind: String,
    /// The person's or unit's name then.
    subject: String,
    /// From where to where.
    place: String,
    /// The account that made it; none: the server's own command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Milliseconds since 1970.
    at: i64,
    /// The leaf of the log that names it.
    leaf: u64,
}

impl ReportView {
    pub(super) fn of(row: &FiledRow) -> Self {
        let account = match &row.by {
            By::CommandLine => None,
            By::Account(account, _) => Some(account.to_string()),
        };
        Self {
            id: row.id.to_string(),
            kind: row.kind.clone(),
            subject: row.subject.clone(),
            place: row.place.clone(),
            account,
            why: row.why.clone(),
            at: row.at.as_millis(),
            leaf: row.leaf,
        }
    }
}

/// One page of reports.
#[derive(Debug, Serialize, ToSchema)]
struct ReportList {
    reports: Vec<ReportView>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Query of a list that is gone through page by page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub cursor: Option<String>,
}

/// The reports about the units within reach, the newest first, 50 a page.
#[utoipa::path(
    get,
    path = "/api/v1/admin/changes",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("cursor" = Option<String>, Query, description = "from the page before")),
    responses(
        (status = 200, description = "A page", body = ReportList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_changes(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(page): Query<Page>,
) -> Result<Response, ApiError> {
    let before: Option<ChangeId> =
        page.cursor.map(|cursor| cursor.parse().map_err(|_| no_place())).transpose()?;
    let reports = change::list(&api.app, Reports::Officer(&who.officer), before).await?;
    let full = reports.len() == PAGE as usize;
    let cursor = reports.last().filter(|_| full).map(|last| last.id.to_string());
    let reports = reports.iter().map(ReportView::of).collect();
    Ok(fresh(axum::Json(ReportList { reports, cursor })))
}

/// One report with its lines.
#[derive(Debug, Serialize, ToSchema)]
struct ReportDetails {
    report: ReportView,
    lines: Vec<ChangeLine>,
    /// Whether the lines are those whose digest stands in the log.
    intact: bool,
}

/// One report.
#[utoipa::path(
    get,
    path = "/api/v1/admin/changes/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the report")),
    responses(
        (status = 200, description = "The report", body = ReportDetails),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_change(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<ChangeId>,
) -> Result<Response, ApiError> {
    let report = change::show(&api.app, Reports::Officer(&who.officer), id).await?;
    Ok(fresh(axum::Json(ReportDetails {
        report: ReportView::of(&report.filed),
        lines: report.lines.iter().map(ChangeLine::of).collect(),
        intact: report.intact,
    })))
}

/// One report as a table, in the reader's language.
#[utoipa::path(
    get,
    path = "/api/v1/admin/changes/{id}/csv",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the report")),
    responses(
        (status = 200, description = "CSV", body = String, content_type = "text/csv"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_change_csv(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<ChangeId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let report = change::show(&api.app, Reports::Officer(&who.officer), id).await?;
    let sheet = change::export(&report, Language::preferred(&headers))?;
    Ok(attached("text/csv; charset=utf-8", "change.csv", sheet))
}
