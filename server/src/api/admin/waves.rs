//! Waves of enrollment.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{UnitId, WaveId};
use trien_core::wave::{Plan, Progress, Stage};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::Page as Onward;
use super::units::no_place;
use super::{Acts, Admin, Looks, Made, Why, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::waves::{
    self, Follower, NewWave, Person, Place, Standing, StuckPage, WaveRow, Who,
};
use crate::flow::{FlowError, Thing};
use crate::paging::Turn;
use crate::sheet::Format;
use crate::text::{Language, start_of_local_day};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_waves, plan_wave))
        .routes(routes!(admin_wave))
        .routes(routes!(wave_reminders))
        .routes(routes!(close_wave))
}

/// A wave.
#[derive(Debug, Serialize, ToSchema)]
struct AdminWave {
    id: String,
    name: String,
    /// `leaders` or `everybody`.
    who: &'static str,
    /// The first second, since 1970.
    starts: i64,
    /// The second after the last.
    ends: i64,
    /// How many people; none: everybody who is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<u64>,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<i64>,
}

impl AdminWave {
    fn of(row: &WaveRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            who: row.who.name(),
            starts: row.plan.starts.get(),
            ends: row.plan.ends.get(),
            target: row.plan.target,
            closed_at: row.closed_at.map(trien_core::env::Timestamp::as_millis),
        }
    }
}

/// The waves with a unit within reach, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/waves",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Waves", body = Vec<AdminWave>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_waves(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let waves = waves::list(&api.app, Follower::Officer(&who.officer)).await?;
    Ok(fresh(axum::Json(waves.iter().map(AdminWave::of).collect::<Vec<_>>())))
}

/// A wave to plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WaveToPlan {
    /// 1 to 200 characters.
    #[schema(value_type = String)]
    name: Text<200>,
    /// `leaders` or `everybody`.
    who: String,
    /// Such as `2026-12-01`.
    first_day: String,
    /// Part of the wave.
    last_day: String,
    /// How many people; everybody who is meant when it is left out.
    target: Option<u64>,
    /// 1 to 1000 units, none below another, each with what stands below it.
    #[schema(value_type = Vec<String>)]
    units: Vec<UnitId>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

impl WaveToPlan {
    fn read(self) -> Result<(NewWave, Option<Text<500>>), FlowError> {
        let bad = |why: &str| FlowError::BadRequest(why.to_owned());
        let day =
            |text: &str| start_of_local_day(text).ok_or_else(|| bad("a day is written 2026-12-01"));
        let who = match self.who.as_str() {
            "leaders" => Who::Leaders,
            "everybody" => Who::Everybody,
            _ => return Err(bad("a wave is about leaders or everybody")),
        };
        let (starts, ends) = (day(&self.first_day)?, day(&self.last_day)?.plus(86_400));
        let mut units = self.units;
        units.sort();
        units.dedup();
        let plan = Plan { starts, ends, target: self.target };
        Ok((NewWave { name: self.name, who, plan, units }, self.why))
    }
}

/// Plan a wave in units that the account administers or in which it enrolls.
#[utoipa::path(
    post,
    path = "/api/v1/admin/waves",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body = WaveToPlan,
    responses(
        (status = 201, description = "Planned", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn plan_wave(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Json(asked): Json<WaveToPlan>,
) -> Result<Response, ApiError> {
    let (new, why) = asked.read()?;
    let id = waves::plan(&api.app, Follower::Officer(&who.officer), new, why).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })).into_response())
}

/// A wave as it stands.
#[derive(Debug, Serialize, ToSchema)]
struct AdminWaveDetails {
    wave: AdminWave,
    /// Its units within reach.
    units: Vec<UnitProgress>,
    /// Whether these are all its units: only then there is a plan to compare with.
    is_whole: bool,
    /// How many people should be at the end by now.
    expected: u64,
    /// Whether fewer are.
    is_behind: bool,
    /// Whom to remind, the longest first.
    stuck: Vec<StuckPerson>,
    /// For the next of them, if there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// A unit of a wave with its people, by how far they are.
#[derive(Debug, Serialize, ToSchema)]
struct UnitProgress {
    unit: String,
    unit_name: String,
    people: u64,
    /// `not-invited`, `invited`, `keys-sent`, `waiting-for-certificate`, `issued`, `confirmed`.
    stages: BTreeMap<&'static str, u64>,
}

/// Somebody who is stuck.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StuckPerson {
    person: String,
    name: String,
    position: String,
    unit_name: String,
    stage: &'static str,
    /// Seconds since 1970.
    since: i64,
}

fn stages(progress: &Progress) -> BTreeMap<&'static str, u64> {
    Stage::ALL.into_iter().map(|stage| (stage.name(), progress.at(stage))).collect()
}

impl StuckPerson {
    pub(super) fn of(person: &Person) -> Self {
        Self {
            person: person.person.id.to_string(),
            name: person.person.name.clone(),
            position: person.person.position.clone(),
            unit_name: person.unit_name.clone(),
            stage: person.stage.name(),
            since: person.since.get(),
        }
    }
}

impl AdminWaveDetails {
    fn of(standing: &Standing, stuck: &StuckPage) -> Self {
        let units = standing.units.iter().map(|(unit, progress)| UnitProgress {
            unit: unit.id.to_string(),
            unit_name: unit.name.clone(),
            people: progress.people(),
            stages: stages(progress),
        });
        Self {
            wave: AdminWave::of(&standing.wave),
            units: units.collect(),
            is_whole: standing.is_whole,
            expected: standing.expected,
            is_behind: standing.is_behind(),
            stuck: stuck.people.iter().map(StuckPerson::of).collect(),
            cursor: stuck.next.map(|place| place.to_token()),
        }
    }
}

/// One wave: how far its units are, and who is stuck, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/admin/waves/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the wave"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "The wave", body = AdminWaveDetails),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_wave(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<WaveId>,
    Query(page): Query<Onward>,
) -> Result<Response, ApiError> {
    let turn = match page.cursor {
        None => Turn::First,
        Some(cursor) => Turn::After(Place::from_token(&cursor).ok_or_else(no_place)?),
    };
    let standing = waves::one(&api.app, &who.officer, id).await?;
    let stuck = waves::stuck(&api.app, &standing, turn).await?;
    Ok(fresh(axum::Json(AdminWaveDetails::of(&standing, &stuck))))
}

/// Whom to remind, as a table in the reader's language.
#[utoipa::path(
    get,
    path = "/api/v1/admin/waves/{id}/reminders/{format}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the wave"),
        ("format" = String, Path, description = "csv or xlsx"),
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
async fn wave_reminders(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path((id, ending)): Path<(WaveId, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let standing = waves::one(&api.app, &who.officer, id).await?;
    let format = Format::of_ending(&ending).ok_or(FlowError::NotFound(Thing::Table))?;
    let language = Language::preferred(&headers);
    let table = waves::reminders(&api.app, &standing, format, language).await?;
    Ok(attached(format.media_type(), &format!("remind.{ending}"), table))
}

/// Close a wave; nobody of it is reminded any more.
#[utoipa::path(
    post,
    path = "/api/v1/admin/waves/{id}/close",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the wave")),
    request_body = Why,
    responses(
        (status = 204, description = "Closed"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn close_wave(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<WaveId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    waves::close(&api.app, Follower::Officer(&who.officer), id, why).await?;
    Ok(StatusCode::NO_CONTENT)
}
