//! One unit: renaming, merging, splitting and dissolving it, each looked at whole before it is done.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::Console;
use super::changes::{fault_of, fault_of_form};
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::change::{
    self, Certificates, Changer, Keys, Steps, UnitChange, UnitChoices, UnitPlan, UnitView as Seen,
};
use crate::flow::prompt::{self, Prompt};
use crate::flow::{FlowError, Thing, levels, policy, units};

/// Lines of a plan on the page; the report holds them all.
const SHOWN: usize = 500;

#[derive(askama::Template)]
#[template(path = "console/unit.html")]
struct UnitPage {
    frame: Frame,
    unit: Seen,
    people: Vec<PersonView>,
    /// Of which level it is.
    tier: Option<levels::Level>,
    /// The lowest assurance level that it takes.
    level: policy::Level,
    /// How often its keys ask for the person.
    prompt: Prompt,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    form: BTreeMap<String, String>,
}

#[derive(askama::Template)]
#[template(path = "console/unit_change.html")]
struct PlanPage {
    frame: Frame,
    plan: UnitPlan,
    /// What the form carries on: what was asked for.
    asked: Vec<(String, String)>,
    why: String,
    /// Lines beyond those that are shown.
    more: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl UnitPage {
    fn level_name(&self, level: &Assurance) -> &'static str {
        let _ = self;
        level.letter()
    }

    /// Whether the unit states this level by itself.
    fn states(&self, level: &Assurance) -> bool {
        self.level.stated == Some(*level)
    }

    fn typed(&self, field: impl AsRef<str>) -> &str {
        self.form.get(field.as_ref()).map(String::as_str).unwrap_or_default()
    }
}

impl PlanPage {
    fn shown(&self) -> &[change::Line] {
        self.plan.lines.get(..SHOWN).unwrap_or(&self.plan.lines)
    }
}

/// A unit that the officer reaches.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let news = match typed(&asked, "news") {
        "level" => Some("policy-news"),
        "prompt" => Some("prompt-news"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = page_of(&console, &visitor, frame, &id, BTreeMap::new()).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: &str,
    form: BTreeMap<String, String>,
) -> Result<UnitPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let (unit, people) = change::unit_page(app, officer, unit_id(id)?).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let tier = levels::of_unit(app, unit.unit.id).await?;
    let level = policy::level(app, unit.unit.id).await?;
    let prompt = prompt::of_unit(app, unit.unit.id).await?;
    Ok(UnitPage { frame, unit, people, tier, level, prompt, units, form })
}

fn unit_id(id: &str) -> Result<UnitId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Unit))
}

/// Looks at a change of the unit; nothing is done yet.
pub(super) async fn look(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(form): Query<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    reached(&console, &visitor, &id).await?;
    match plan(&console, &visitor, &id, &form).await {
        Ok(plan) => Ok(plan_page(&console, &visitor, plan, &form, None)),
        Err(error) => again(&console, &visitor, &id, form, error).await,
    }
}

/// Carries out the change that was looked at.
pub(super) async fn carry_out(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    reached(&console, &visitor, &id).await?;
    let plan = match plan(&console, &visitor, &id, &form).await {
        Ok(plan) => plan,
        Err(error) => return again(&console, &visitor, &id, form, error).await,
    };
    let ready = plan.require(typed(&form, "seen")).and_then(|()| change::why(typed(&form, "why")));
    let why = match ready {
        Ok(why) => why,
        Err(error) => return Ok(plan_page(&console, &visitor, plan, &form, Some(error))),
    };
    let (app, officer) = (&console.app, &visitor.officer);
    let act = officer.act(Some(why));
    match change::carry_out_unit(app, Changer::Officer(officer), &act, plan).await {
        Ok(report) => {
            Ok(Redirect::to(&format!("/console/changes/{report}?news=done")).into_response())
        }
        Err(error @ (FlowError::PlanMoved(_) | FlowError::NoChange(_))) => {
            match self::plan(&console, &visitor, &id, &form).await {
                Ok(plan) => Ok(plan_page(&console, &visitor, plan, &form, Some(error))),
                Err(error) => again(&console, &visitor, &id, form, error).await,
            }
        }
        Err(error) => Err(refused(error)),
    }
}

/// A unit out of reach is not there; whoever administers nothing is not told what the form lacks.
async fn reached(console: &Console, visitor: &Visitor, id: &str) -> Result<(), PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = unit_id(id).map_err(refused)?;
    change::unit_page(&console.app, &visitor.officer, id).await.map_err(refused)?;
    let may = visitor.officer.is(Role::Administrator);
    if may { Ok(()) } else { Err(refused(FlowError::Forbidden)) }
}

fn typed<'f>(form: &'f BTreeMap<String, String>, field: &str) -> &'f str {
    form.get(field).map(|text| text.trim()).unwrap_or_default()
}

async fn plan(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    form: &BTreeMap<String, String>,
) -> Result<UnitPlan, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let unclear = |_| FlowError::BadRequest("a name has 1 to 200 characters".to_owned());
    let name = || Text::new(typed(form, "name")).map_err(unclear);
    let change = match typed(form, "kind") {
        "rename" => UnitChange::Rename(name()?),
        "merge" => {
            UnitChange::Merge { into: units::meant(app, officer, typed(form, "into")).await? }
        }
        "split" => UnitChange::Split { name: name()?, people: people(form) },
        "dissolve" => UnitChange::Dissolve,
        _ => return Err(FlowError::BadRequest("say what becomes of the unit".to_owned())),
    };
    let keep = |field: &str| typed(form, field) == "keep";
    let choices = UnitChoices {
        certificates: if keep("certificates") { Certificates::Keep } else { Certificates::Revoke },
        keys: if typed(form, "keys") == "move" { Keys::Move } else { Keys::End },
        steps: if typed(form, "steps") == "return" { Steps::SendBack } else { Steps::Keep },
    };
    change::look_unit(app, Changer::Officer(officer), unit_id(id)?, change, choices).await
}

/// Each person has a box of their own in the form.
fn people(form: &BTreeMap<String, String>) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = form
        .keys()
        .filter_map(|field| field.strip_prefix("person:"))
        .filter_map(|id| id.parse().ok())
        .collect();
    people.sort();
    people
}

fn plan_page(
    console: &Console,
    visitor: &Visitor,
    plan: UnitPlan,
    form: &BTreeMap<String, String>,
    fault: Option<FlowError>,
) -> Response {
    let mut frame = Frame::new(console, visitor, "units");
    let bad = fault.is_some();
    if let Some(error) = fault {
        let text = fault_of(&error, visitor.language);
        frame = frame.with_fault(text);
    }
    let own = ["token", "seen", "why"];
    let mut asked: Vec<(String, String)> = form
        .iter()
        .filter(|(field, _)| !own.contains(&field.as_str()))
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    asked.sort();
    let more = plan.lines.len().saturating_sub(SHOWN);
    let why = typed(form, "why").to_owned();
    let mut response = page::of(&PlanPage { frame, plan, asked, why, more }, visitor.language);
    if bad {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// The unit's page with the forms as they were filled in, and why that cannot be looked at.
async fn again(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    form: BTreeMap<String, String>,
    error: FlowError,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let fault = fault_of_form(error, visitor.language)?;
    let frame = Frame::new(console, visitor, "units").with_fault(fault);
    let page = page_of(console, visitor, frame, id, form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
