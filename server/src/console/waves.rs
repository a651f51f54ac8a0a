//! Waves of enrollment: the list with the form that plans one, and one wave with whom to remind.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::{UnitId, WaveId};
use trien_core::wave::{Plan, Stage};
use trien_core::wire::UnitView;

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::download::attached;
use crate::flow::waves::{self, Follower, NewWave, Person, Place, Standing, Who};
use crate::flow::{FlowError, Thing};
use crate::flow::{slip, units};
use crate::paging::Turn;
use crate::sheet::Format;
use crate::text::{local_day, start_of_local_day};

#[derive(askama::Template)]
#[template(path = "console/waves.html")]
struct WavesPage {
    frame: Frame,
    waves: Vec<Standing>,
    /// Whether this person plans waves.
    plans: bool,
    choices: Option<Vec<UnitView>>,
    form: PlanForm,
}

#[derive(askama::Template)]
#[template(path = "console/wave.html")]
struct WavePage {
    frame: Frame,
    one: Standing,
    stuck: Vec<Person>,
    previous: Option<String>,
    next: Option<String>,
    /// Whether this person closes waves.
    may: bool,
    /// How many slips there are in which state, where the whole wave is within reach.
    slips: Vec<(&'static str, u64)>,
}

/// A wave as it is typed. Units are ticked, or written one a line where there are many.
#[derive(Clone, Default, Deserialize)]
pub(super) struct PlanForm {
    name: String,
    starts: String,
    ends: String,
    who: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    units: String,
    #[serde(flatten)]
    ticked: HashMap<String, String>,
}

impl PlanForm {
    fn has(&self, unit: &UnitView) -> bool {
        self.ticked.contains_key(&format!("unit-{}", unit.id))
    }
}

/// What a redirect says happened, and which page of people is asked for.
#[derive(Deserialize)]
pub(super) struct Shown {
    news: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl Shown {
    fn turn(&self) -> Turn<Place> {
        let place = |token: &Option<String>| token.as_deref().and_then(Place::from_token);
        match (place(&self.after), place(&self.before)) {
            (Some(place), _) => Turn::After(place),
            (None, Some(place)) => Turn::Before(place),
            (None, None) => Turn::First,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// From which day to which.
    pub(super) fn time_of(&self, plan: &Plan) -> String {
        let _ = self;
        format!("{} – {}", local_day(plan.starts), local_day(plan.ends.plus(-1)))
    }

    /// How far somebody is.
    pub(super) fn stage(&self, stage: &Stage) -> String {
        self.of(waves::stage_key(*stage))
    }

    /// What helps there.
    pub(super) fn remedy(&self, stage: &Stage) -> String {
        self.of(waves::remedy_key(*stage))
    }

    /// Whose phones a wave is about.
    pub(super) fn who(&self, who: &Who) -> String {
        self.of(match who {
            Who::Leaders => "wave-who-leaders",
            Who::Everybody => "wave-who-everybody",
        })
    }

    /// How somebody is reached.
    pub(super) fn contact(&self, person: &Person) -> String {
        let _ = self;
        let parts = [person.phone.as_deref(), person.email.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "–".to_owned() } else { parts.join(", ") }
    }
}

/// All waves within reach.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let frame = Frame::new(&console, &visitor, "waves");
    let page = list_page(&console, &visitor, frame, PlanForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn list_page(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    form: PlanForm,
) -> Result<WavesPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let mut standing = Vec::new();
    for wave in waves::list(app, Follower::Officer(officer)).await? {
        standing.push(waves::one(app, officer, wave.id).await?);
    }
    let plans = waves::ROLES.iter().any(|role| officer.is(*role));
    let choices = units::if_few(app, officer, CHOSEN_OF).await?;
    Ok(WavesPage { frame, waves: standing, plans, choices, form })
}

/// Plans a wave.
pub(super) async fn plan(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<PlanForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let fault = match planned(&console, &visitor, &form).await {
        Ok(wave) => {
            return Ok(Redirect::to(&format!("/console/waves/{wave}?news=planned")).into_response());
        }
        Err(Unplanned::Said(key)) => Texts(visitor.language).of(key),
        Err(Unplanned::Refused(error @ FlowError::BadRequest(_))) => {
            words(&error, visitor.language).1
        }
        Err(Unplanned::Refused(error)) => return Err(refused(error)),
    };
    let frame = Frame::new(&console, &visitor, "waves").with_fault(fault);
    let page = list_page(&console, &visitor, frame, form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Why a form is no wave.
enum Unplanned {
    /// The key of what is wrong with it.
    Said(&'static str),
    /// The flow's own reason.
    Refused(FlowError),
}

impl From<FlowError> for Unplanned {
    fn from(error: FlowError) -> Self {
        Self::Refused(error)
    }
}

async fn planned(
    console: &Console,
    visitor: &Visitor,
    form: &PlanForm,
) -> Result<WaveId, Unplanned> {
    let (app, officer) = (&console.app, &visitor.officer);
    if !waves::ROLES.iter().any(|role| officer.is(*role)) {
        return Err(FlowError::Forbidden.into());
    }
    let name = Text::new(form.name.trim()).map_err(|_| Unplanned::Said("wave-name-invalid"))?;
    let days = start_of_local_day(&form.starts).zip(start_of_local_day(&form.ends));
    let (starts, last) = days.ok_or(Unplanned::Said("wave-time-invalid"))?;
    // The last day is part of the wave.
    let ends = last.plus(86_400);
    if ends <= starts {
        return Err(Unplanned::Said("wave-time-invalid"));
    }
    let target = match form.target.trim() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Unplanned::Said("wave-target-invalid"))?),
    };
    let who = if form.who == "everybody" { Who::Everybody } else { Who::Leaders };
    let mut chosen: Vec<UnitId> = Vec::new();
    for ticked in form.ticked.keys().filter_map(|name| name.strip_prefix("unit-")) {
        chosen.extend(ticked.parse::<UnitId>());
    }
    for line in form.units.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let meant = units::meant(app, officer, line).await;
        chosen.push(meant.map_err(|_| Unplanned::Said("wave-units-invalid"))?);
    }
    chosen.sort();
    chosen.dedup();
    if chosen.is_empty() {
        return Err(Unplanned::Said("wave-units-invalid"));
    }
    let new = NewWave { name, who, plan: Plan { starts, ends, target }, units: chosen };
    Ok(waves::plan(app, Follower::Officer(officer), new, None).await?)
}

/// One wave.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, PageError> {
    let news = match shown.news.as_deref() {
        Some("planned") => Some("wave-news-planned"),
        Some("closed") => Some("wave-news-closed"),
        _ => None,
    };
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let one = found(&console, &visitor, &id).await.map_err(refused)?;
    let found = waves::stuck(&console.app, &one, shown.turn()).await.map_err(refused)?;
    let link = |to: &str, place: Place| {
        format!("/console/waves/{}?{to}={}", one.wave.id, place.to_token())
    };
    let previous = found.previous.map(|place| link("before", place));
    let next = found.next.map(|place| link("after", place));
    let stuck = found.people;
    let may = waves::ROLES.iter().any(|role| visitor.officer.is(*role));
    let frame = Frame::new(&console, &visitor, "waves").with_news(news);
    let slips = if one.is_whole {
        slip::counts(&console.app, one.wave.id).await.map_err(refused)?
    } else {
        Vec::new()
    };
    Ok(page::of(&WavePage { frame, one, stuck, previous, next, may, slips }, visitor.language))
}

async fn found(console: &Console, visitor: &Visitor, id: &str) -> Result<Standing, FlowError> {
    let id = id.parse().map_err(|_| FlowError::NotFound(Thing::Wave))?;
    waves::one(&console.app, &visitor.officer, id).await
}

/// Whom to remind, as a table: `remind.csv`, `remind.xlsx`.
pub(super) async fn remind(
    State(console): State<Console>,
    Path((id, file)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let missing = || refused(FlowError::NotFound(Thing::Table));
    let format = file.strip_prefix("remind.").and_then(Format::of_ending).ok_or_else(missing)?;
    let one = found(&console, &visitor, &id).await.map_err(refused)?;
    let table = waves::reminders(&console.app, &one, format, visitor.language).await;
    Ok(attached(format.media_type(), &file, table.map_err(refused)?))
}

/// Why a wave is closed.
#[derive(Deserialize)]
pub(super) struct CloseForm {
    why: String,
}

/// Closes a wave.
pub(super) async fn close(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<CloseForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let wave = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Wave)))?;
    let unclear = |_| FlowError::BadRequest("say why, in at most 500 characters".to_owned());
    let why = Text::new(form.why.trim()).map_err(unclear).map_err(refused)?;
    let follower = Follower::Officer(&visitor.officer);
    waves::close(&console.app, follower, wave, why).await.map_err(refused)?;
    Ok(Redirect::to(&format!("/console/waves/{id}?news=closed")).into_response())
}
