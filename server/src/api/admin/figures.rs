//! The register in figures.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use trien_core::certificate::Assurance;
use trien_core::env::Timestamp;
use trien_core::id::UnitId;
use trien_core::register::Figures;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, fresh};
use crate::api::extract::{Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::register::{self, Asked, Days, Extent, Period, Reader, Report, Step};
use crate::flow::{FlowError, Thing};
use crate::sheet::Format;
use crate::text::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_certificate_counts))
        .routes(routes!(export_certificate_counts))
}

/// Query of the figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FiguresOf {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    by: String,
    unit: Option<UnitId>,
}

impl FiguresOf {
    fn asked(&self, now: Timestamp) -> Result<Asked, FlowError> {
        let unknown = || FlowError::BadRequest("there is no such step".to_owned());
        let by = (!self.by.is_empty()).then(|| Step::from_name(&self.by).ok_or_else(unknown));
        let period = Period::asked(&self.from, &self.to, by.transpose()?, now)?;
        Ok(Asked { unit: self.unit, period })
    }
}

/// The register's figures of a period. Each is a record of `begin`, `issued`, `resumed`, `suspended`, `renewed`,
/// `revoked`, `expired`, `idle` and `end`; begin + issued + resumed + idle = suspended + renewed + revoked + expired + end.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateFigures {
    /// The first day; none where everything before the last is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The last day, counted whole.
    to: String,
    /// The unit that they are about; none for everything within reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// All together.
    whole: BTreeMap<&'static str, u64>,
    /// By unit: the one asked for alone, then each right below it with all that is below that one.
    units: Vec<FiguresOfUnit>,
    /// By the level of the unit, the highest first.
    levels: Vec<FiguresOfLevel>,
    /// By assurance level.
    assurances: Vec<FiguresOfAssurance>,
    /// By month, quarter or year, where that was asked for.
    steps: Vec<FiguresOfStep>,
    /// Milliseconds since 1970; when they were counted, where that was up to a minute before.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_at: Option<i64>,
}

/// The figures of a unit.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresOfUnit {
    unit: String,
    unit_name: String,
    /// Whether units below it are counted with it.
    below: bool,
    figures: BTreeMap<&'static str, u64>,
}

/// The figures of a level of units.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresOfLevel {
    /// Its code; none for units without a level.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level_name: Option<String>,
    figures: BTreeMap<&'static str, u64>,
}

/// The figures of an assurance level.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresOfAssurance {
    /// A, B, C, T or D, the best first; none for certificates outside phones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    assurance: Option<Assurance>,
    figures: BTreeMap<&'static str, u64>,
}

/// The figures of a step.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresOfStep {
    from: String,
    /// The last day, counted whole.
    to: String,
    figures: BTreeMap<&'static str, u64>,
}

fn named(figures: &Figures) -> BTreeMap<&'static str, u64> {
    Figures::NAMES.into_iter().zip(figures.all()).collect()
}

fn first(days: Days) -> Option<String> {
    days.first.map(|day| day.to_string())
}

impl CertificateFigures {
    fn of(report: Report) -> Self {
        let units = report.units.iter().map(|one| FiguresOfUnit {
            unit: one.unit.id.to_string(),
            unit_name: one.unit.name.clone(),
            below: one.extent == Extent::Below,
            figures: named(&one.figures),
        });
        let levels = report.levels.into_iter().map(|one| {
            let (level, level_name) = one.level.unzip();
            FiguresOfLevel { level, level_name, figures: named(&one.figures) }
        });
        let assurances = report.assurances.into_iter();
        let assurances = assurances
            .map(|(assurance, one)| FiguresOfAssurance { assurance, figures: named(&one) });
        let steps = report.steps.into_iter().map(|(days, one)| FiguresOfStep {
            from: first(days).unwrap_or_default(),
            to: days.last.to_string(),
            figures: named(&one),
        });
        Self {
            from: first(report.days),
            to: report.days.last.to_string(),
            unit: report.unit.map(|unit| unit.id.to_string()),
            whole: named(&report.whole),
            units: units.collect(),
            levels: levels.collect(),
            assurances: assurances.collect(),
            steps: steps.collect(),
            counted_at: report.counted_at.map(Timestamp::as_millis),
        }
    }
}

/// The register in figures: certificates in use when a period began, what happened in it, and those in use at its end;
/// for a unit with those below it, by unit, level of units, assurance level and step.
#[utoipa::path(
    get,
    path = "/api/v1/admin/certificates/counts",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("from" = Option<String>, Query, description = "the first day, such as 2026-11-22; without one, \
         everything before the last, or with steps the twelve that end with it"),
        ("to" = Option<String>, Query, description = "the last day, counted whole; usually today"),
        ("by" = Option<String>, Query, description = "month, quarter or year: at most twelve"),
        ("unit" = Option<String>, Query, description = "only this unit and the ones below it"),
    ),
    responses(
        (status = 200, description = "Figures", body = CertificateFigures),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_certificate_counts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<FiguresOf>,
) -> Result<Response, ApiError> {
    let asked = of.asked(api.app.clock().now())?;
    let report = register::figures(&api.app, Reader::Officer(&who.officer), &asked).await?;
    Ok(fresh(axum::Json(CertificateFigures::of(report))))
}

/// The same figures as a table, in the reader's language.
#[utoipa::path(
    get,
    path = "/api/v1/admin/certificates/counts/{format}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("format" = String, Path, description = "csv or xlsx"),
        ("from" = Option<String>, Query, description = "as the figures take it"),
        ("to" = Option<String>, Query, description = "as the figures take it"),
        ("by" = Option<String>, Query, description = "as the figures take it"),
        ("unit" = Option<String>, Query, description = "as the figures take it"),
    ),
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
async fn export_certificate_counts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(ending): Path<String>,
    Query(of): Query<FiguresOf>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = Format::of_ending(&ending).ok_or(FlowError::NotFound(Thing::Table))?;
    let asked = of.asked(api.app.clock().now())?;
    let report = register::figures(&api.app, Reader::Officer(&who.officer), &asked).await?;
    let table = report.sheet(format, Language::preferred(&headers))?;
    Ok(attached(format.media_type(), &format!("counts.{ending}"), table))
}
