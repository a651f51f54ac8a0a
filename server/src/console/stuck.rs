//! Everybody who is stuck at a step of the enrollment, a page at a time.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use trien_core::env::Timestamp;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::waves::{self, PAGE, Person, Place};
use crate::paging::Turn;

#[derive(askama::Template)]
#[template(path = "console/stuck.html")]
struct StuckPage {
    frame: Frame,
    count: usize,
    /// When they were counted, if that was before.
    counted: Option<Timestamp>,
    stuck: Vec<Person>,
    previous: Option<String>,
    next: Option<String>,
}

/// Which page is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
    before: String,
}

impl Asked {
    fn turn(&self) -> Turn<Place> {
        match (Place::from_token(&self.after), Place::from_token(&self.before)) {
            (Some(place), _) => Turn::After(place),
            (None, Some(place)) => Turn::Before(place),
            (None, None) => Turn::First,
        }
    }
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let found = waves::everybody_stuck(&console.app, &visitor.officer, asked.turn(), PAGE).await;
    let found = found.map_err(refused)?;
    let link = |to: &str, place: Place| format!("/console/stuck?{to}={}", place.to_token());
    let page = StuckPage {
        frame: Frame::new(&console, &visitor, "home"),
        count: found.count,
        counted: found.is_kept.then_some(found.counted_at),
        stuck: found.page.people,
        previous: found.page.previous.map(|place| link("before", place)),
        next: found.page.next.map(|place| link("after", place)),
    };
    Ok(page::of(&page, visitor.language))
}
