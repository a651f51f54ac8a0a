//! What also went on paper, by unit and reason.

use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::on_paper::{self, OnPaperCounts};

#[derive(askama::Template)]
#[template(path = "console/on_paper.html")]
struct OnPaperPage {
    frame: Frame,
    of: OnPaperCounts,
}

/// The first and the last day, as `2026-11-22`; blank for this quarter until today.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (app, officer) = (&console.app, &visitor.officer);
    let mut frame = Frame::new(&console, &visitor, "requests");
    let (of, status) = match on_paper::counted(app, officer, &asked.from, &asked.to).await {
        Ok(of) => (of, StatusCode::OK),
        Err(FlowError::BadRequest(_)) => {
            let fault = frame.t.of("on-paper-fault");
            frame = frame.with_fault(fault);
            let of = on_paper::counted(app, officer, "", "").await.map_err(refused)?;
            (of, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => return Err(refused(other)),
    };
    let mut response = page::of(&OnPaperPage { frame, of }, visitor.language);
    *response.status_mut() = status;
    Ok(response)
}
