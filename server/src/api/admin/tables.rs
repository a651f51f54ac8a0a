//! Units and people as tables: looked at whole with every problem named, carried out, and written.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use trien_core::digest::Sha256;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, Why, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::account::{Role, Verbs};
use crate::flow::export::{self, Within};
use crate::flow::import::{self, Kind, Plan};
use crate::flow::{FlowError, Thing};
use crate::sheet::Format;
use crate::sheet::MAX_BYTES;
use crate::text::{Language, text};

pub(super) fn routes() -> OpenApiRouter<Api> {
    let files =
        OpenApiRouter::new().routes(routes!(look_at_table)).layer(DefaultBodyLimit::max(MAX_BYTES));
    OpenApiRouter::new().merge(files).routes(routes!(carry_out_table)).routes(routes!(export_table))
}

fn kind_of(name: &str) -> Result<Kind, FlowError> {
    Kind::from_name(name).ok_or(FlowError::NotFound(Thing::Table))
}

/// What carrying out a table would do, or why it cannot be done.
#[derive(Debug, Serialize, ToSchema)]
struct TablePlan {
    /// SHA-256 of the file: the name by which it is carried out, for an hour.
    digest: String,
    /// Rows below the headings.
    rows: usize,
    /// Rows that would add something.
    added: usize,
    /// Rows that would change something.
    changed: usize,
    /// Whether it can be carried out.
    ready: bool,
    /// At most 500.
    problems: Vec<TableProblem>,
}

/// Something wrong in a table.
#[derive(Debug, Serialize, ToSchema)]
struct TableProblem {
    /// The line of the file, from 1; 0 for the file as a whole.
    line: u64,
    /// The column, such as `import-column-email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'static str>,
    /// What is wrong, such as `import-unknown-unit`.
    fault: &'static str,
    /// The same in the reader's language, with what to do.
    text: String,
    /// What stands there, or which line is meant.
    value: String,
}

impl TablePlan {
    fn of(plan: &Plan, language: Language) -> Self {
        let problems = plan.problems.iter().map(|problem| TableProblem {
            line: problem.line,
            column: problem.column.map(import::Column::key),
            fault: problem.fault.key(),
            text: text(language, problem.fault.key()),
            value: problem.value.clone(),
        });
        Self {
            digest: plan.digest.to_string(),
            rows: plan.rows,
            added: plan.added,
            changed: plan.changed,
            ready: plan.is_ready(),
            problems: problems.collect(),
        }
    }
}

/// Look at a table of units or people (XLSX or CSV); nothing is done, and what is ready is kept for an hour.
#[utoipa::path(
    post,
    path = "/api/v1/admin/imports/{kind}",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("kind" = String, Path, description = "units or people")),
    request_body(content = schema::File, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "What would be done", body = TablePlan),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn look_at_table(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let kind = kind_of(&kind)?;
    let plan = import::look(&api.app, &who.officer, kind, file.to_vec()).await?;
    Ok(fresh(axum::Json(TablePlan::of(&plan, Language::preferred(&headers)))))
}

/// What a table did.
#[derive(Debug, Serialize, ToSchema)]
struct TableDone {
    added: usize,
    changed: usize,
}

/// Carry out a table that was looked at, all or nothing. One that changes units asks for `sensitive`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/imports/{kind}/{digest}",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(
        ("kind" = String, Path, description = "units or people"),
        ("digest" = String, Path, description = "as looking at it said"),
    ),
    request_body = Why,
    responses(
        (status = 200, description = "Done", body = TableDone),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn carry_out_table(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path((kind, digest)): Path<(String, Sha256)>,
    Json(Why { why }): Json<Why>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let (app, officer) = (&api.app, &who.officer);
    let kind = kind_of(&kind)?;
    let plan = import::look_again(app, officer, kind, &digest).await?;
    // A new name of a unit reaches over all that is in it.
    if kind == Kind::Units && plan.changed > 0 {
        who.require(Verbs::Sensitive)?;
    }
    let done = import::carry_out(app, &officer.act(Some(why)), plan).await?;
    import::forget(app, officer).await?;
    Ok(fresh(axum::Json(TableDone { added: done.added, changed: done.changed })))
}

/// The units or people within reach as a table that can be imported again.
#[utoipa::path(
    get,
    path = "/api/v1/admin/exports/{file}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("file" = String, Path, description = "units or people, with .csv or .xlsx")),
    responses(
        (
            status = 200,
            description = "CSV or XLSX",
            content(
                (schema::File = "text/csv"),
                (schema::File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ),
        ),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn export_table(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || FlowError::NotFound(Thing::Table);
    let (kind, ending) = file.split_once('.').ok_or_else(missing)?;
    let kind = kind_of(kind)?;
    let format = Format::of_ending(ending).ok_or_else(missing)?;
    let (within, language) = (Within::ReachOf(&who.officer), Language::preferred(&headers));
    let table = export::table(&api.app, within, kind, format, language).await?;
    Ok(attached(format.media_type(), &format!("{}.{ending}", kind.name()), table))
}
