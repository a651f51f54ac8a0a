//! What needs a person today.

use axum::extract::State;
use axum::response::Response;
use trien_core::wire::PersonView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::overview::{self, Expiring, MOST_WITHOUT, Overview};

#[derive(askama::Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    waiting: usize,
    expiring: Vec<Expiring>,
    without: Vec<PersonView>,
    more: usize,
    /// Whether there are more than were looked for.
    many: bool,
}

/// People without a phone that are named; the others are counted.
const NAMED: usize = 8;

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let found = overview::today(&console.app, &visitor.officer).await.map_err(refused)?;
    let Overview { waiting, expiring, mut without } = found;
    let many = without.len() >= MOST_WITHOUT as usize;
    let more = without.len().saturating_sub(NAMED);
    without.truncate(NAMED);
    let frame = Frame::new(&console, &visitor, "home");
    Ok(page::of(&HomePage { frame, waiting, expiring, without, more, many }, visitor.language))
}
