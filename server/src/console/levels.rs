//! Levels of units: the list, one more, another name.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::levels::{self, Changer, Level};

#[derive(askama::Template)]
#[template(path = "console/levels.html")]
struct LevelsPage {
    frame: Frame,
    levels: Vec<Level>,
    /// Whether this person changes them.
    may: bool,
    form: LevelForm,
}

/// What is typed to add one or to rename one.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LevelForm {
    name: String,
    above: String,
    why: String,
}

#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// The page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("added") => Some("level-news-added"),
        Some("renamed") => Some("level-news-renamed"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = page_of(&console, &visitor, frame, LevelForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Adds a level.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<LevelForm>,
) -> Result<Response, PageError> {
    let done = async {
        let (name, why) = typed(&form)?;
        let above = Some(form.above.as_str()).filter(|code| !code.is_empty());
        let by = Changer::Officer(&visitor.officer);
        levels::add(&console.app, by, &name, above, Some(why)).await.map(|_| ())
    };
    let done = done.await;
    answer(&console, &visitor, form, done, "added").await
}

/// Gives a level another name.
pub(super) async fn rename(
    State(console): State<Console>,
    Path(code): Path<String>,
    Posted { visitor, form }: Posted<LevelForm>,
) -> Result<Response, PageError> {
    let done = async {
        let (name, why) = typed(&form)?;
        let by = Changer::Officer(&visitor.officer);
        levels::rename(&console.app, by, &code, &name, Some(why)).await
    };
    let done = done.await;
    // What was typed belongs into the row of the level, and the form below is for another one.
    let form = LevelForm { why: form.why, ..LevelForm::default() };
    answer(&console, &visitor, form, done, "renamed").await
}

fn typed(form: &LevelForm) -> Result<(Text<100>, Text<500>), FlowError> {
    let unclear = |error: &dyn std::fmt::Display| FlowError::BadRequest(error.to_string());
    let name = Text::new(form.name.trim()).map_err(|error| unclear(&error))?;
    let why = Text::new(form.why.trim()).map_err(|error| unclear(&error))?;
    Ok((name, why))
}

async fn answer(
    console: &Console,
    visitor: &Visitor,
    form: LevelForm,
    done: Result<(), FlowError>,
    news: &str,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/levels?news={news}")).into_response()),
        // Whoever does not change levels is not told what the form lacks.
        Err(FlowError::BadRequest(_))
            if levels::may_change(&console.app, &visitor.officer).await.map_err(refused)? =>
        {
            let frame = Frame::new(console, visitor, "units");
            let fault = frame.t.of("level-invalid");
            let page = page_of(console, visitor, frame.with_fault(fault), form).await;
            let mut response = page::of(&page.map_err(refused)?, visitor.language);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(FlowError::BadRequest(_)) => Err(refused(FlowError::Forbidden)),
        Err(error) => Err(refused(error)),
    }
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    form: LevelForm,
) -> Result<LevelsPage, FlowError> {
    let levels = levels::all(&console.app).await?;
    let may = levels::may_change(&console.app, &visitor.officer).await?;
    Ok(LevelsPage { frame, levels, may, form })
}
