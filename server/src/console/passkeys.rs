//! Signing in by a passkey, and adding one: a page puts the question to the browser, its script sends
//! the answer back as a form. Without scripts there is the password.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::Deserialize;
use trien_core::document::Text;

use super::Console;
use super::error::PageError;
use super::own;
use super::page::{self, Frame, Texts};
use super::posted::{Open, Posted};
use super::visitor::client;
use crate::flow::FlowError;
use crate::flow::account::{self, Officer, Password, Question};

#[derive(askama::Template)]
#[template(path = "console/passkey_add.html")]
struct AddPage {
    frame: Frame,
    question: Question,
}

#[derive(askama::Template)]
#[template(path = "console/passkey_sign_in.html")]
struct SignInPage {
    t: Texts,
    question: Question,
    wrong: bool,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
pub(super) struct AddForm {
    label: String,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct AnswerForm {
    question: String,
    answer: String,
}

/// Asks for the password once more, then puts the question for a new passkey.
pub(super) async fn ask_new(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<AddForm>,
) -> Result<Response, PageError> {
    let t = Texts(visitor.language);
    let Ok(label) = Text::new(form.label.trim()) else {
        return own::faulty(&console, &visitor, t.of("console-passkey-label-invalid"), form.label)
            .await;
    };
    let password = Password::typed(&form.password);
    let asked =
        account::ask_new(&console.app, &console.passkeys, &visitor.officer, password, label).await;
    match asked {
        Ok(question) => {
            let frame = Frame::new(&console, &visitor, "sessions");
            Ok(page::of(&AddPage { frame, question }, visitor.language))
        }
        Err(FlowError::WrongPassword) => {
            own::faulty(&console, &visitor, t.of("console-password-wrong"), form.label).await
        }
        Err(error) => Err(PageError::of(error, visitor.language)),
    }
}

/// Takes the answer: the passkey is added.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<AnswerForm>,
) -> Result<Response, PageError> {
    let AnswerForm { question, answer } = form;
    let added =
        account::add_passkey(&console.app, &console.passkeys, &visitor.officer, &question, &answer);
    match added.await {
        Ok(()) => Ok(Redirect::to("/console/sessions?news=passkey").into_response()),
        Err(FlowError::NoPasskey) => {
            let fault = Texts(visitor.language).of("console-passkey-not-added");
            own::faulty(&console, &visitor, fault, String::new()).await
        }
        Err(error) => Err(PageError::of(error, visitor.language)),
    }
}

/// The name that a first passkey would be bound to: nothing is offered to somebody who has one, where there
/// can be none, and where everybody signs in by the office's provider.
pub(super) async fn offer(
    console: &Console,
    officer: &Officer,
) -> Result<Option<String>, FlowError> {
    let Some(domain) = console.passkeys.domain() else { return Ok(None) };
    if console.provider.name().is_some() {
        return Ok(None);
    }
    let own = account::passkeys_of(&console.app, officer).await?;
    Ok(own.is_empty().then(|| domain.to_owned()))
}

/// Removes one.
pub(super) async fn remove(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let removed = account::remove_passkey(&console.app, &visitor.officer, &id).await;
    removed.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(Redirect::to("/console/sessions?news=removed").into_response())
}

/// Puts the question who that is.
pub(super) async fn ask_who(
    State(console): State<Console>,
    Open { language, .. }: Open<Nothing>,
) -> Result<Response, PageError> {
    question(&console, Texts(language), false)
}

/// Takes the answer: a session begins.
pub(super) async fn sign_in(
    State(console): State<Console>,
    Open { language, headers, form }: Open<AnswerForm>,
) -> Result<Response, PageError> {
    if let Some(earlier) = console.session_of(&headers) {
        // It may have ended long ago.
        let _ = account::sign_out(&console.app, &earlier).await;
    }
    let AnswerForm { question: id, answer } = form;
    let client = client(&headers);
    let begun = account::sign_in_with(&console.app, &console.passkeys, &id, &answer, &client);
    match begun.await {
        Ok(token) => {
            let cookie = console.session_cookie(&token);
            Ok(([(SET_COOKIE, cookie)], Redirect::to("/console")).into_response())
        }
        Err(FlowError::NoPasskey) => {
            let mut response = question(&console, Texts(language), true)?;
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(response)
        }
        Err(error) => Err(PageError::of(error, language)),
    }
}

fn question(console: &Console, t: Texts, wrong: bool) -> Result<Response, PageError> {
    let question = account::ask_who(&console.app, &console.passkeys);
    let question = question.map_err(|error| PageError::of(error, t.0))?;
    Ok(page::of(&SignInPage { t, question, wrong }, t.0))
}
