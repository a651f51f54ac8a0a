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
use crate::flow::account::Role;
use crate::flow::admin::{self, KeyPolicy};
use crate::flow::{FlowError, Thing, read};

#[derive(askama::Template)]
#[template(path = "console/units.html")]
struct UnitsPage {
    frame: Frame,
    units: Vec<Placed>,
    form: UnitForm,
}

/// A unit in its place of the tree.
struct Placed {
    unit: UnitView,
    above: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct UnitForm {
    name: String,
    parent: String,
}

/// The units that the officer reaches.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("added") => Some("console-news-unit-added"),
        Some("imported") => Some("console-news-imported"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = page_of(&console, &visitor, frame, UnitForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Adds a unit below one that the officer administers.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<UnitForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let parent: UnitId =
        form.parent.parse().map_err(|_| refused(FlowError::NotFound(Thing::Unit)))?;
    let may = visitor.officer.require(&console.app, parent, &[Role::Administrator]);
    may.await.map_err(refused)?;
    let Ok(name) = Text::new(form.name.trim()) else {
        let frame = Frame::new(&console, &visitor, "units");
        let fault = frame.t.of("console-unit-invalid");
        let page = page_of(&console, &visitor, frame.with_fault(fault), form).await;
        let mut response = page::of(&page.map_err(refused)?, visitor.language);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let act = visitor.officer.act(None);
    let added = admin::create_unit(&console.app, &act, &name, Some(parent), KeyPolicy::Hardware);
    added.await.map_err(refused)?;
    Ok(Redirect::to("/console/units?news=added").into_response())
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    form: UnitForm,
) -> Result<UnitsPage, FlowError> {
    let units = read::units_within(&console.app, &visitor.officer).await?;
    let name_of = |unit: UnitId| {
        let found = units.iter().find(|(it, _)| it.id == unit);
        found.map(|(it, _)| it.name.clone())
    };
    let placed = units
        .iter()
        .map(|(unit, above)| Placed { unit: unit.clone(), above: above.and_then(name_of) });
    Ok(UnitsPage { frame, units: placed.collect(), form })
}
