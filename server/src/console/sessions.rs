//! One's own sessions.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::{self, SessionView};
use crate::flow::{FlowError, Thing};

#[derive(askama::Template)]
#[template(path = "console/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<SessionView>,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Where one is signed in.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let sessions = account::sessions_of(&console.app, &visitor.officer).await;
    let sessions = sessions.map_err(|error| PageError::of(error, visitor.language))?;
    let frame = Frame::new(&console, &visitor, "sessions");
    Ok(page::of(&SessionsPage { frame, sessions }, visitor.language))
}

/// Ends one of them.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Session)))?;
    account::end_session(&console.app, &visitor.officer, id).await.map_err(refused)?;
    Ok(Redirect::to("/console/sessions").into_response())
}
