//! The form of a template: a new one, or a new version. Asking for more rows sends it too, and changes nothing.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use trien_core::document::Text;
use trien_core::id::{TemplateId, UnitId};
use trien_core::template::PostName;
use trien_core::wire::UnitView;

use super::super::Console;
use super::super::error::{PageError, words};
use super::super::page::{self, Frame, Texts};
use super::super::posted::Posted;
use super::super::visitor::Visitor;
use super::read::{ASKED_FOR, LOOKS, SignerRow, StepRow, TemplateForm};
use super::{Asked, number, seen, unit_of, why};
use crate::flow::account::Role;
use crate::flow::templates::{self, Changer, TemplateView};
use crate::flow::{FlowError, desk, units};

#[derive(askama::Template)]
#[template(path = "console/template_editor.html")]
struct EditorPage {
    frame: Frame,
    of: Of,
    form: TemplateForm,
    steps: Vec<StepRow>,
}

/// What the form is about.
enum Of {
    /// A template that is still to be made, of a unit.
    New(UnitView),
    /// One that is there.
    Next(Box<TemplateView>),
}

impl EditorPage {
    fn action(&self) -> String {
        match &self.of {
            Of::New(_) => "/console/templates/new".to_owned(),
            Of::Next(template) => format!("/console/templates/{}/edit", template.id),
        }
    }

    fn asks(step: &StepRow, name: &&str) -> bool {
        step.role == **name
    }

    fn means(signer: &SignerRow, name: &str) -> bool {
        signer.who == name
    }

    fn looks(signer: &SignerRow, name: &&str) -> bool {
        signer.look == **name || (signer.look.is_empty() && **name == *"usual")
    }
}

/// The form of a new template.
pub(in crate::console) async fn compose(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let unit = unit_of(&console, &visitor.officer, &asked.unit).await.map_err(refused)?;
    let of = new(&console, &visitor, unit).await.map_err(refused)?;
    let frame = Frame::new(&console, &visitor, "requests");
    Ok(show(frame, of, TemplateForm::default(), StatusCode::OK, &visitor))
}

/// Makes a template.
pub(in crate::console) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let form = TemplateForm { fields: form };
    let unit = unit_of(&console, &visitor.officer, form.typed("unit")).await.map_err(refused)?;
    let of = new(&console, &visitor, unit).await.map_err(refused)?;
    if form.typed("do") == "more" {
        let frame = Frame::new(&console, &visitor, "requests");
        return Ok(show(frame, of, form, StatusCode::OK, &visitor));
    }
    let done = made(&console, &visitor, unit, &form).await;
    answer(&console, &visitor, of, form, done, "added")
}

async fn made(
    console: &Console,
    visitor: &Visitor,
    unit: UnitId,
    form: &TemplateForm,
) -> Result<Result<TemplateId, &'static str>, FlowError> {
    let Ok(kind) = Text::new(form.typed("kind")) else { return Ok(Err("request-fault-kind")) };
    let draft = match form.draft(console, &visitor.officer).await? {
        Ok(draft) => draft,
        Err(fault) => return Ok(Err(fault)),
    };
    let (by, why) = (Changer::Officer(&visitor.officer), why(&form.fields)?);
    templates::add(&console.app, by, unit, kind, draft, Some(why)).await.map(Ok)
}

/// The form of a new version.
pub(in crate::console) async fn revise(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let template = next(&console, &visitor, &id).await.map_err(refused)?;
    let form = TemplateForm::of(&template.version);
    let frame = Frame::new(&console, &visitor, "requests");
    Ok(show(frame, Of::Next(Box::new(template)), form, StatusCode::OK, &visitor))
}

/// Makes a new version.
pub(in crate::console) async fn edit(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let template = next(&console, &visitor, &id).await.map_err(refused)?;
    let form = TemplateForm { fields: form };
    if form.typed("do") == "more" {
        let frame = Frame::new(&console, &visitor, "requests");
        return Ok(show(frame, Of::Next(Box::new(template)), form, StatusCode::OK, &visitor));
    }
    let done = turned(&console, &visitor, template.id, &form).await;
    answer(&console, &visitor, Of::Next(Box::new(template)), form, done, "edited")
}

async fn turned(
    console: &Console,
    visitor: &Visitor,
    id: TemplateId,
    form: &TemplateForm,
) -> Result<Result<TemplateId, &'static str>, FlowError> {
    let draft = match form.draft(console, &visitor.officer).await? {
        Ok(draft) => draft,
        Err(fault) => return Ok(Err(fault)),
    };
    let (by, why) = (Changer::Officer(&visitor.officer), why(&form.fields)?);
    let seen = seen(&form.fields)?;
    templates::edit(&console.app, by, id, seen, draft, Some(why)).await?;
    Ok(Ok(id))
}

async fn new(console: &Console, visitor: &Visitor, unit: UnitId) -> Result<Of, FlowError> {
    desk::require_clerk(&console.app, &visitor.officer, unit).await?;
    Ok(Of::New(units::one(&console.app, &visitor.officer, unit).await?))
}

/// The template, for whoever edits it.
async fn next(console: &Console, visitor: &Visitor, id: &str) -> Result<TemplateView, FlowError> {
    visitor.officer.require_somewhere(Role::Clerk)?;
    let story = templates::one(&console.app, &visitor.officer, number(id)?).await?;
    visitor.officer.require(&console.app, story.template.unit.id, &[Role::Clerk]).await?;
    Ok(story.template)
}

/// Leads to the template, or shows the form again with what is wrong.
fn answer(
    console: &Console,
    visitor: &Visitor,
    of: Of,
    form: TemplateForm,
    done: Result<Result<TemplateId, &'static str>, FlowError>,
    news: &str,
) -> Result<Response, PageError> {
    let fault = match done {
        Ok(Ok(id)) => {
            let page = format!("/console/templates/{id}?news={news}");
            return Ok(Redirect::to(&page).into_response());
        }
        Ok(Err(key)) => Texts(visitor.language).of(key),
        Err(
            error @ (FlowError::BadRequest(_) | FlowError::NotFound(_) | FlowError::NoHolder(_)),
        ) => words(&error, visitor.language).1,
        Err(other) => return Err(PageError::of(other, visitor.language)),
    };
    let frame = Frame::new(console, visitor, "requests").with_fault(fault);
    Ok(show(frame, of, form, StatusCode::UNPROCESSABLE_ENTITY, visitor))
}

fn show(
    frame: Frame,
    of: Of,
    form: TemplateForm,
    status: StatusCode,
    visitor: &Visitor,
) -> Response {
    let steps = form.rows();
    let mut response = page::of(&EditorPage { frame, of, form, steps }, visitor.language);
    *response.status_mut() = status;
    response
}
