//! The lowest assurance level of a unit, looked at with the phones that would fall below, then changed; and how
//! often its keys ask for the person.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::attestation::Standing as Listed;
use trien_core::certificate::{Assurance, PromptPolicy, Prompts};
use trien_core::id::UnitId;

use super::Console;
use super::changes::fault_of;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::change;
use crate::flow::device::DeviceView;
use crate::flow::policy::{self, Falling, Plan};
use crate::flow::register::words;
use crate::flow::{FlowError, Thing, desk, prompt};

#[derive(askama::Template)]
#[template(path = "console/policy.html")]
struct PolicyPage {
    frame: Frame,
    plan: Plan,
    /// What the form carries on.
    level: String,
    why: String,
}

#[derive(askama::Template)]
#[template(path = "console/prompt.html")]
struct PromptPage {
    frame: Frame,
    plan: prompt::Plan,
    form: LevelForm,
}

/// What is typed.
#[derive(Default, Deserialize)]
pub(super) struct LevelForm {
    /// How often keys ask; blank where the level is meant.
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    seconds: String,
    #[serde(default)]
    signatures: String,
    /// Ticked where the phone's passcode answers too.
    #[serde(default)]
    passcode: String,
    #[serde(default)]
    level: String,
    /// What the unit stated when it was looked at.
    #[serde(default)]
    seen: String,
    #[serde(default)]
    suspend: String,
    #[serde(default)]
    why: String,
}

/// Phones that are named; the others are counted.
const NAMED: usize = 200;

impl PolicyPage {
    fn shown(&self) -> &[DeviceView] {
        self.plan.falling.get(..NAMED).unwrap_or(&self.plan.falling)
    }

    fn more(&self) -> usize {
        self.plan.falling.len().saturating_sub(NAMED)
    }

    /// What the unit states now, as the form carries it.
    fn seen(&self) -> &'static str {
        name_of(self.plan.before.stated)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references to methods")]
impl Texts {
    /// What a level is called, with what it means.
    pub(super) fn level(&self, level: &Assurance) -> String {
        self.of(match level {
            Assurance::A => "policy-level-A",
            Assurance::B => "policy-level-B",
            Assurance::C => "policy-level-C",
            Assurance::T => "policy-level-T",
            Assurance::D => "policy-level-D",
        })
    }

    /// How often a key asks for its person.
    pub(super) fn prompt(&self, policy: &PromptPolicy) -> String {
        words::prompt(self.0, *policy)
    }

    /// What a unit states of that, or that it states nothing.
    #[expect(clippy::ref_option, reason = "templates hand references to methods of one value")]
    pub(super) fn stated_prompt(&self, stated: &Option<PromptPolicy>) -> String {
        stated.map_or_else(|| self.of("policy-as-above"), |policy| self.prompt(&policy))
    }

    /// What a status list says.
    pub(super) fn listed(&self, why: &Listed) -> String {
        self.of(match why {
            Listed::Revoked => "policy-listed-revoked",
            Listed::Suspended => "policy-listed-suspended",
        })
    }

    /// What a unit states, or that it states nothing.
    #[expect(clippy::ref_option, reason = "templates hand references to methods of one value")]
    pub(super) fn stated(&self, stated: &Option<Assurance>) -> String {
        stated.map_or_else(|| self.of("policy-as-above"), |level| self.level(&level))
    }
}

impl PromptPage {
    /// What the unit states now, as the form carries it.
    fn seen(&self) -> String {
        prompt_name(self.plan.before.stated)
    }
}

/// A stated policy as forms carry it.
fn prompt_name(stated: Option<PromptPolicy>) -> String {
    let Some(stated) = stated else { return "as-above".to_owned() };
    let often = match stated.prompts {
        Prompts::PerUse => "per-use".to_owned(),
        Prompts::Session { seconds, signatures } => format!("{seconds}/{signatures}"),
    };
    if stated.passcode { often + "/passcode" } else { often }
}

impl LevelForm {
    fn stated(&self) -> Result<Option<PromptPolicy>, FlowError> {
        if self.prompt == "as-above" {
            return Ok(None);
        }
        let typed = typed_prompt(&self.prompt, &self.seconds, &self.signatures)?;
        Ok(Some(typed.with_passcode(!self.passcode.is_empty())))
    }
}

/// A policy as it is typed: a choice, and the bounds of a session.
pub(super) fn typed_prompt(
    kind: &str,
    seconds: &str,
    signatures: &str,
) -> Result<PromptPolicy, FlowError> {
    let number = |text: &str| {
        let unclear = |_| FlowError::BadRequest("a session has seconds and signatures".to_owned());
        text.trim().parse::<u16>().map_err(unclear)
    };
    match kind {
        "per-use" => Ok(PromptPolicy::PER_USE),
        "session" => {
            let (seconds, signatures) = (number(seconds)?, number(signatures)?);
            Ok(Prompts::Session { seconds, signatures }.into())
        }
        _ => Err(FlowError::BadRequest("choose how often the key asks".to_owned())),
    }
}

/// A level as forms send it.
pub(super) fn name_of(stated: Option<Assurance>) -> &'static str {
    stated.map_or("as-above", Assurance::letter)
}

fn level_of(name: &str) -> Result<Option<Assurance>, FlowError> {
    let known =
        Assurance::ALL.into_iter().map(Some).chain([None]).find(|one| name_of(*one) == name);
    known.ok_or_else(|| FlowError::BadRequest("choose one of the levels".to_owned()))
}

/// Looks at another level; nothing is done yet.
pub(super) async fn look(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(form): Query<LevelForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let unit = admitted(&console, &visitor, &id).await.map_err(refused)?;
    if !form.prompt.is_empty() {
        let stated = form.stated().map_err(refused)?;
        let plan = prompt::look(&console.app, unit, stated).await.map_err(refused)?;
        return Ok(prompt_shown(&console, &visitor, plan, form, None));
    }
    let level = level_of(&form.level).map_err(refused)?;
    let plan = policy::look(&console.app, unit, level).await.map_err(refused)?;
    Ok(shown(&console, &visitor, plan, form, None))
}

/// Changes the level.
pub(super) async fn set(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<LevelForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let unit = admitted(&console, &visitor, &id).await.map_err(refused)?;
    if !form.prompt.is_empty() {
        return set_prompt(&console, &visitor, unit, form).await.map_err(refused);
    }
    let level = level_of(&form.level).map_err(refused)?;
    let plan = policy::look(&console.app, unit, level).await.map_err(refused)?;
    let falling = if form.suspend.is_empty() { Falling::Stay } else { Falling::Suspend };
    let looked_at = if name_of(plan.before.stated) == form.seen {
        change::why(form.why.trim())
    } else {
        Err(FlowError::PlanMoved(vec![change::Part::Unit]))
    };
    let why = match looked_at {
        Ok(why) => why,
        Err(error) => return Ok(shown(&console, &visitor, plan, form, Some(error))),
    };
    let act = visitor.officer.act(None);
    match policy::set(&console.app, &act, plan.clone(), falling, why).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/units/{unit}?news=level")).into_response()),
        Err(error @ FlowError::PlanMoved(_)) => {
            Ok(shown(&console, &visitor, plan, form, Some(error)))
        }
        Err(error) => Err(refused(error)),
    }
}

async fn set_prompt(
    console: &Console,
    visitor: &Visitor,
    unit: UnitId,
    form: LevelForm,
) -> Result<Response, FlowError> {
    let plan = prompt::look(&console.app, unit, form.stated()?).await?;
    let looked_at = if prompt_name(plan.before.stated) == form.seen {
        change::why(form.why.trim())
    } else {
        Err(FlowError::PlanMoved(vec![change::Part::Unit]))
    };
    let why = match looked_at {
        Ok(why) => why,
        Err(error) => return Ok(prompt_shown(console, visitor, plan, form, Some(error))),
    };
    match prompt::set(&console.app, &visitor.officer.act(None), plan.clone(), why).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/units/{unit}?news=prompt")).into_response()),
        Err(error @ FlowError::PlanMoved(_)) => {
            Ok(prompt_shown(console, visitor, plan, form, Some(error)))
        }
        Err(error) => Err(error),
    }
}

fn prompt_shown(
    console: &Console,
    visitor: &Visitor,
    plan: prompt::Plan,
    form: LevelForm,
    fault: Option<FlowError>,
) -> Response {
    let mut frame = Frame::new(console, visitor, "units");
    let bad = fault.is_some();
    if let Some(error) = fault {
        frame = frame.with_fault(fault_of(&error, visitor.language));
    }
    let page = PromptPage { frame, plan, form };
    let mut response = page::of(&page, visitor.language);
    if bad {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

async fn admitted(console: &Console, visitor: &Visitor, id: &str) -> Result<UnitId, FlowError> {
    let missing = || FlowError::NotFound(Thing::Unit);
    let unit = id.parse().map_err(|_| missing())?;
    desk::require_administered(&console.app, &visitor.officer, unit).await?;
    Ok(unit)
}

fn shown(
    console: &Console,
    visitor: &Visitor,
    plan: Plan,
    form: LevelForm,
    fault: Option<FlowError>,
) -> Response {
    let mut frame = Frame::new(console, visitor, "units");
    let bad = fault.is_some();
    if let Some(error) = fault {
        frame = frame.with_fault(fault_of(&error, visitor.language));
    }
    let page = PolicyPage { frame, plan, level: form.level, why: form.why };
    let mut response = page::of(&page, visitor.language);
    if bad {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}
