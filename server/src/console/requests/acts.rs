//! What clerks do with a document on its way.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::RequestId;
use trien_core::request::StepNumber;

use super::super::Console;
use super::super::error::{PageError, words};
use super::super::own::Nothing;
use super::super::people::MayWhy;
use super::super::posted::Posted;
use super::{again, number};
use crate::flow::account::Role;
use crate::flow::change::{self, Reassignment};
use crate::flow::{FlowError, recall, remind as flow};

/// What is given to somebody else.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct Given {
    step: String,
    from: String,
    to: String,
    why: String,
}

impl Given {
    fn read(&self, request: RequestId) -> Result<(Reassignment, Text<500>), FlowError> {
        let unclear = || FlowError::BadRequest("say who, instead of whom, and why".to_owned());
        let why = Text::new(self.why.trim()).map_err(|_| unclear())?;
        let step = self.step.parse().map(StepNumber).map_err(|_| unclear())?;
        let person = |id: &str| id.parse().map_err(|_| unclear());
        let (from, to) = (person(&self.from)?, person(&self.to)?);
        Ok((Reassignment { request, step, from, to }, why))
    }
}

/// Gives what waits for one person to another one.
pub(in crate::console) async fn reassign(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<Given>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let done = match form.read(id) {
        Ok((of, why)) => change::reassign(&console.app, &visitor.officer, of, why).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=reassigned");
            Ok(Redirect::to(&page).into_response())
        }
        Err(
            error @ (FlowError::Overtaken
            | FlowError::RequestEnded
            | FlowError::InvalidSubmission(_)
            | FlowError::BadRequest(_)),
        ) => again(&console, &visitor, id, words(&error, visitor.language).1).await,
        Err(other) => Err(refused(other)),
    }
}

/// Takes a document back that somebody still has to decide on.
pub(in crate::console) async fn recall(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let done = match form.read() {
        Ok(Some(why)) => recall::by_clerk(&console.app, &visitor.officer, id, why).await,
        Ok(None) => Err(FlowError::BadRequest("say why".to_owned())),
        Err(error) => Err(error),
    };
    let fault = match done {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=recalled");
            return Ok(Redirect::to(&page).into_response());
        }
        Err(error @ (FlowError::RequestEnded | FlowError::BadRequest(_))) => {
            words(&error, visitor.language).1
        }
        Err(other) => return Err(refused(other)),
    };
    again(&console, &visitor, id, fault).await
}

/// Reminds those for whom a document waits.
pub(in crate::console) async fn remind(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    match flow::by_clerk(&console.app, &visitor.officer, id).await {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=reminded");
            Ok(Redirect::to(&page).into_response())
        }
        Err(error @ (FlowError::RequestEnded | FlowError::RemindedLately)) => {
            again(&console, &visitor, id, words(&error, visitor.language).1).await
        }
        Err(other) => Err(refused(other)),
    }
}
