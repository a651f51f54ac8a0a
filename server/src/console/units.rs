//! Units: the tree, and adding to it.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::FlowError;
use crate::flow::account::Role;
use crate::flow::levels::{self, Level};
use crate::flow::{desk, units};
use crate::paging::Turn;

/// With more units than this, one is typed instead of chosen.
pub(super) const CHOSEN_OF: u32 = 60;

#[derive(askama::Template)]
#[template(path = "console/units.html")]
struct UnitsPage {
    frame: Frame,
    query: String,
    units: Vec<Listed>,
    previous: Option<String>,
    next: Option<String>,
    /// To choose from, unless there are too many.
    choices: Option<Vec<UnitView>>,
    levels: Vec<Level>,
    form: UnitForm,
}

/// A unit in its place of the tree.
struct Listed {
    id: UnitId,
    name: String,
    organ_id: Option<String>,
    /// What its level is called.
    level: Option<String>,
    above: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    after: Option<String>,
    before: Option<String>,
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct UnitForm {
    name: String,
    parent: String,
    /// The code of a level, or nothing.
    #[serde(default)]
    level: String,
}

/// The units that the officer reaches, a page at a time.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Result<Response, PageError> {
    let news = match search.news.as_deref() {
        Some("added") => Some("console-news-unit-added"),
        Some("imported") => Some("console-news-imported"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = page_of(&console, &visitor, frame, search, UnitForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Adds a unit below one that the officer administers.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<UnitForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let parent = match units::meant(&console.app, &visitor.officer, &form.parent).await {
        Ok(parent) => parent,
        Err(FlowError::NotFound(_)) => {
            return again(&console, &visitor, form, "console-unit-not-found").await;
        }
        Err(error) => return Err(refused(error)),
    };
    let may = visitor.officer.require(&console.app, parent, &[Role::Administrator]);
    may.await.map_err(refused)?;
    let level = Some(form.level.clone()).filter(|code| !code.is_empty());
    let Ok(name) = Text::new(form.name.trim()) else {
        return again(&console, &visitor, form, "console-unit-invalid").await;
    };
    let added = desk::add_unit(&console.app, &visitor.officer, &name, parent, level).await;
    added.map_err(refused)?;
    Ok(Redirect::to("/console/units?news=added").into_response())
}

/// The page with the form as it was typed, and what was wrong with it.
async fn again(
    console: &Console,
    visitor: &Visitor,
    form: UnitForm,
    fault: &str,
) -> Result<Response, PageError> {
    let frame = Frame::new(console, visitor, "units");
    let fault = frame.t.of(fault);
    let page = page_of(console, visitor, frame.with_fault(fault), Search::default(), form).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    search: Search,
    form: UnitForm,
) -> Result<UnitsPage, FlowError> {
    let Search { q: query, after, before, .. } = search;
    // A path is digits and strokes; PostgreSQL has no NUL in texts.
    let path = |text: Option<String>| text.filter(|text| !text.contains('\0'));
    let turn = match (path(after), path(before)) {
        (Some(path), _) => Turn::After(path),
        (None, Some(path)) => Turn::Before(path),
        (None, None) => Turn::First,
    };
    let found = units::search(&console.app, &visitor.officer, &query, &turn).await?;
    let link = |to: &str, path: &str| {
        format!("/console/units?q={}&{to}={}", escaped(&query), escaped(path))
    };
    let levels = levels::all(&console.app).await?;
    let named = |code: &String| levels.iter().find(|level| level.code == *code);
    let listed = found.units.into_iter().map(|(unit, above)| Listed {
        id: unit.view.id,
        name: unit.view.name,
        level: unit.details.level.as_ref().and_then(named).map(|level| level.name.clone()),
        organ_id: unit.details.organ_id,
        above,
    });
    let listed: Vec<Listed> = listed.collect();
    Ok(UnitsPage {
        units: listed,
        levels,
        previous: found.previous.map(|path| link("before", &path)),
        next: found.next.map(|path| link("after", &path)),
        choices: units::if_few(&console.app, &visitor.officer, CHOSEN_OF).await?,
        frame,
        query,
        form,
    })
}
