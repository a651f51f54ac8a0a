//! Templates of routes: those of a unit, one with its versions, a new one or a new version by a plain form.

mod editor;
mod read;
mod words;

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::{TemplateId, UnitId};
use trien_core::wire::UnitView;

pub(super) use self::editor::{add, compose, edit, revise};
use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::{Officer, Role};
use crate::flow::templates::{self, Changed, Changer, OfUnit, TemplateStory, VersionView};
use crate::flow::{FlowError, Thing, desk, requests, units};

#[derive(askama::Template)]
#[template(path = "console/templates.html")]
struct TemplatesPage {
    frame: Frame,
    of: OfUnit,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// Whether this person makes templates of the unit, and submits by them.
    clerk: bool,
}

#[derive(askama::Template)]
#[template(path = "console/template.html")]
struct TemplatePage {
    frame: Frame,
    story: TemplateStory,
    /// Whether this person edits it.
    clerk: bool,
}

impl TemplatesPage {
    fn is_unit(&self, unit: &UnitView) -> bool {
        self.of.unit.id == unit.id
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl TemplatePage {
    /// What a version changed in the one before it, where that is shown.
    fn changed<'a>(&'a self, at: &usize, version: &'a VersionView) -> Vec<Changed<'a>> {
        let before = self.story.versions.get(*at + 1);
        before.map(|before| templates::changes(before, version)).unwrap_or_default()
    }
}

/// Which unit's.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    unit: String,
}

/// What a redirect says happened.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// The templates of a unit; of the first in which this person follows documents, where none is named.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let page = list_of(&console, &visitor, &asked.unit).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn list_of(
    console: &Console,
    visitor: &Visitor,
    typed: &str,
) -> Result<TemplatesPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let unit = unit_of(console, officer, typed).await?;
    let of = templates::of_unit(app, officer, unit).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let clerk = is_clerk(console, officer, unit).await?;
    Ok(TemplatesPage { frame: Frame::new(console, visitor, "requests"), of, units, clerk })
}

/// The unit that is meant, or the first in which this person follows documents.
pub(super) async fn unit_of(
    console: &Console,
    officer: &Officer,
    typed: &str,
) -> Result<UnitId, FlowError> {
    requests::require_reader(officer)?;
    if !typed.trim().is_empty() {
        return units::meant(&console.app, officer, typed).await;
    }
    let follows = |role: Role| matches!(role, Role::Clerk | Role::Auditor);
    let grant = officer.grants.iter().find(|grant| follows(grant.role));
    grant.map(|grant| grant.unit).ok_or(FlowError::Forbidden)
}

/// Whether somebody submits the documents of a unit.
pub(super) async fn is_clerk(
    console: &Console,
    officer: &Officer,
    unit: UnitId,
) -> Result<bool, FlowError> {
    match desk::require_clerk(&console.app, officer, unit).await {
        Ok(()) => Ok(true),
        Err(FlowError::Forbidden | FlowError::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// One template.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let news = match news.as_deref() {
        Some("added") => Some("template-news-added"),
        Some("edited") => Some("template-news-edited"),
        Some("ended") => Some("template-news-ended"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "requests").with_news(news);
    let page = page_of(&console, &visitor, frame, id).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: TemplateId,
) -> Result<TemplatePage, FlowError> {
    let story = templates::one(&console.app, &visitor.officer, id).await?;
    let clerk = is_clerk(console, &visitor.officer, story.template.unit.id).await?;
    Ok(TemplatePage { frame, story, clerk })
}

/// Ends a template.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let id = number(&id).map_err(refused)?;
    let by = Changer::Officer(&visitor.officer);
    let done = match (why(&form), seen(&form)) {
        (Ok(why), Ok(seen)) => templates::end(&console.app, by, id, seen, Some(why)).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/templates/{id}?news=ended")).into_response()),
        Err(error @ (FlowError::BadRequest(_) | FlowError::NoHolder(_))) => {
            let fault = words(&error, visitor.language).1;
            let frame = Frame::new(&console, &visitor, "requests").with_fault(fault);
            let page = page_of(&console, &visitor, frame, id).await.map_err(refused)?;
            let mut response = page::of(&page, visitor.language);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(refused(other)),
    }
}

fn why(form: &HashMap<String, String>) -> Result<Text<500>, FlowError> {
    let typed = form.get("why").map(|why| why.trim()).unwrap_or_default();
    Text::new(typed).map_err(|_| FlowError::BadRequest("say why".to_owned()))
}

/// The version that was looked at.
fn seen(form: &HashMap<String, String>) -> Result<u32, FlowError> {
    let seen = form.get("seen").and_then(|seen| seen.parse().ok());
    seen.ok_or_else(|| FlowError::BadRequest("the form names no version".to_owned()))
}

fn number(id: &str) -> Result<TemplateId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Template))
}
