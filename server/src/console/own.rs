//! One's own account: the password, passkeys, tokens for the API, and where one is signed in.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::setup::invalid_password;
use super::tokens::{self, Token};
use super::visitor::Visitor;
use crate::flow::account::{
    self, IdentityStanding, IdentityView, NewPassword, PasskeyView, Password, Role, SessionToken,
    SessionView,
};
use crate::flow::{FlowError, Thing};

#[derive(askama::Template)]
#[template(path = "console/own.html")]
struct OwnPage {
    frame: Frame,
    sessions: Vec<SessionView>,
    /// The session that the page is shown in.
    own: SessionToken,
    passkeys: Vec<PasskeyView>,
    /// The name that passkeys are bound to; without one there is none.
    domain: Option<String>,
    label: String,
    tokens: Vec<Token>,
    /// What a token may be narrowed to.
    roles: Vec<Role>,
    /// What the identity provider is called, if there is one, and how the account is known there.
    provider: Option<(String, Option<IdentityView>)>,
}

impl OwnPage {
    /// Whether a proof at the provider may stand for the password.
    fn may_prove(&self) -> bool {
        let identity = self.provider.as_ref().and_then(|(_, identity)| identity.as_ref());
        identity.is_some_and(|identity| identity.standing == IdentityStanding::Linked)
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    current: String,
    chosen: String,
    again: String,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("password") => Some("console-password-changed"),
        Some("passkey") => Some("console-passkey-added"),
        Some("removed") => Some("console-passkey-removed"),
        Some("linked") => Some("account-linked"),
        Some("proved") => Some("account-proved"),
        Some("unlinked") => Some("account-unlinked"),
        Some("token-ended") => Some("console-token-ended"),
        Some("session-ended") => Some("console-session-ended"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "sessions").with_news(news);
    whole(&console, &visitor, frame, String::new()).await
}

/// The page with what was wrong in a form.
pub(super) async fn faulty(
    console: &Console,
    visitor: &Visitor,
    fault: String,
    label: String,
) -> Result<Response, PageError> {
    let frame = Frame::new(console, visitor, "sessions").with_fault(fault);
    let mut response = whole(console, visitor, frame, label).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn whole(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    label: String,
) -> Result<Response, PageError> {
    let (language, officer) = (frame.t.0, &visitor.officer);
    let refused = |error: FlowError| PageError::of(error, language);
    let sessions = account::sessions_of(&console.app, officer).await.map_err(refused)?;
    let passkeys = account::passkeys_of(&console.app, officer).await.map_err(refused)?;
    let domain = console.passkeys.domain().map(ToOwned::to_owned);
    let tokens = tokens::of(console, officer, frame.t).await.map_err(refused)?;
    let roles = Role::ALL.into_iter().filter(|role| officer.is(*role)).collect();
    let provider = match console.provider.name() {
        None => None,
        Some(name) => {
            let known = account::identity_of(&console.app, &console.provider, officer.account);
            Some((name.to_owned(), known.await.map_err(refused)?))
        }
    };
    let own = visitor.token.clone();
    let page = OwnPage { frame, sessions, own, passkeys, domain, label, tokens, roles, provider };
    Ok(page::of(&page, language))
}

/// Changes the password.
pub(super) async fn change_password(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<PasswordForm>,
) -> Result<Response, PageError> {
    let t = Texts(visitor.language);
    let chosen = match Password::choose(&form.chosen, &visitor.officer.login) {
        _ if form.chosen != form.again => Err(t.of("console-password-differs")),
        chosen => chosen.map_err(|fault| invalid_password(t, fault)),
    };
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(fault) => return faulty(&console, &visitor, fault, String::new()).await,
    };
    let change = NewPassword { current: Password::typed(&form.current), chosen };
    let changed =
        account::change_password(&console.app, &visitor.officer, &visitor.token, change).await;
    match changed {
        Ok(()) => Ok(Redirect::to("/console/sessions?news=password").into_response()),
        Err(FlowError::WrongPassword) => {
            faulty(&console, &visitor, t.of("console-password-wrong"), String::new()).await
        }
        Err(error) => Err(PageError::of(error, visitor.language)),
    }
}

/// Ends a session.
pub(super) async fn end_session(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Session)))?;
    account::end_session(&console.app, &visitor.officer, id).await.map_err(refused)?;
    Ok(Redirect::to("/console/sessions?news=session-ended").into_response())
}
