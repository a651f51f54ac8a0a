//! Comments beside the pages of a document on its way.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::papers::NewComment;

use super::super::Console;
use super::super::error::{PageError, words};
use super::super::posted::Posted;
use super::{again, number};
use crate::flow::account::Role;
use crate::flow::{FlowError, Thing, comments};

/// What is written, and beside which page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct Written {
    document: String,
    page: String,
    text: String,
}

impl Written {
    fn read(&self) -> Result<NewComment, FlowError> {
        let unclear = || FlowError::BadRequest("say what, and beside which page".to_owned());
        let text = Text::new(self.text.trim()).map_err(|_| unclear())?;
        let page = self.page.trim().parse().map_err(|_| unclear())?;
        let document = match self.document.as_str() {
            "" => 0,
            place => place.parse().map_err(|_| unclear())?,
        };
        Ok(NewComment { document, page, text })
    }
}

/// Nothing but the session's token.
#[derive(Deserialize)]
pub(in crate::console) struct Nothing {}

/// Writes a comment.
pub(in crate::console) async fn comment(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<Written>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let done = match form.read() {
        Ok(wish) => comments::write(&console.app, &visitor.officer, id, wish).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=commented");
            Ok(Redirect::to(&page).into_response())
        }
        Err(
            error @ (FlowError::RequestEnded
            | FlowError::BadRequest(_)
            | FlowError::NotFound(Thing::Document)),
        ) => again(&console, &visitor, id, words(&error, visitor.language).1).await,
        Err(other) => Err(refused(other)),
    }
}

/// Withdraws an own comment.
pub(in crate::console) async fn withdraw(
    State(console): State<Console>,
    Path((id, comment)): Path<(String, String)>,
    Posted { visitor, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let id = number(&id).map_err(refused)?;
    let none = |_| refused(FlowError::NotFound(Thing::Comment));
    let comment = comment.parse().map_err(none)?;
    match comments::withdraw(&console.app, &visitor.officer, id, comment).await {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=comment-withdrawn");
            Ok(Redirect::to(&page).into_response())
        }
        Err(error @ FlowError::RequestEnded) => {
            again(&console, &visitor, id, words(&error, visitor.language).1).await
        }
        Err(other) => Err(refused(other)),
    }
}
