//! Signing in and out.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::Deserialize;

use super::error::PageError;
use super::page::{self, Texts};
use super::posted::{Open, Posted};
use super::visitor::{Reader, Visitor, client, cookie, is_secure};
use super::{CallerAddress, Console};
use crate::flow::FlowError;
use crate::flow::account::{self, KnownBrowser, Password, Place, SignIn};
use crate::text::Language;

/// The cookie of a browser in which somebody has signed in before, and how long it lives, in seconds.
const PLAIN_COOKIE: &str = "trien-known";
const SECURE_COOKIE: &str = "__Host-trien-known";
const KNOWN_SECONDS: i64 = 180 * 86_400;

#[derive(askama::Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    t: Texts,
    login: String,
    wrong: bool,
    /// The name that passkeys are bound to; without one there is none.
    domain: Option<String>,
    /// What the identity provider is called, if there is one.
    provider: Option<String>,
    /// What happened.
    news: Option<String>,
}

impl SignInPage {
    fn new(console: &Console, language: Language, login: String) -> Self {
        let domain = console.passkeys.domain().map(ToOwned::to_owned);
        let provider = console.provider.name().map(ToOwned::to_owned);
        Self { t: Texts(language), login, wrong: false, domain, provider, news: None }
    }
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    login: String,
    password: String,
}

/// Why somebody is led to the form.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// The empty form of a session's end.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The form; whoever has signed in already goes on.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Option<Visitor>,
    Reader(language): Reader,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    if visitor.is_some() {
        return Ok(Redirect::to("/console").into_response());
    }
    let mut template = SignInPage::new(&console, language, String::new());
    if let (Some("out"), Some(name)) = (news.as_deref(), &template.provider) {
        template.news = Some(template.t.named("account-signed-out", name));
    }
    Ok(page::of(&template, language))
}

/// Begins a session; the one before it in this browser ends.
pub(super) async fn sign_in(
    State(console): State<Console>,
    address: Option<Extension<CallerAddress>>,
    Open { language, headers, form }: Open<SignInForm>,
) -> Result<Response, PageError> {
    if let Some(earlier) = console.session_of(&headers) {
        // It may have ended long ago.
        let _ = account::sign_out(&console.app, &earlier).await;
    }
    let asked = SignIn {
        login: form.login.clone(),
        password: Password::typed(&form.password),
        client: client(&headers),
    };
    let known = cookie(&headers, known_cookie_name(&console)).and_then(KnownBrowser::from_cookie);
    let place = Place { address: address.map(|Extension(CallerAddress(at))| at), known };
    match account::sign_in_from(&console.app, &console.guesses, &place, asked).await {
        Ok((token, known)) => {
            let known = known.map(|known| (SET_COOKIE, console.known_cookie(&known)));
            let cookie = AppendHeaders([(SET_COOKIE, console.session_cookie(&token))]);
            let known = AppendHeaders(known);
            Ok((known, cookie, Redirect::to("/console")).into_response())
        }
        Err(FlowError::Unauthenticated) => {
            let template = SignInPage::new(&console, language, form.login);
            let template = SignInPage { wrong: true, ..template };
            let mut response = page::of(&template, language);
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(response)
        }
        Err(error) => Err(PageError::of(error, language)),
    }
}

fn known_cookie_name(console: &Console) -> &'static str {
    if is_secure(&console.origins) { SECURE_COOKIE } else { PLAIN_COOKIE }
}

impl Console {
    fn known_cookie(&self, known: &KnownBrowser) -> String {
        let secure = if is_secure(&self.origins) { "; Secure" } else { "" };
        let (name, value) = (known_cookie_name(self), known.reveal());
        format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={KNOWN_SECONDS}{secure}"
        )
    }
}

/// Ends the session.
pub(super) async fn sign_out(
    State(console): State<Console>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ended = account::sign_out(&console.app, &visitor.token).await;
    ended.map_err(|error| PageError::of(error, visitor.language))?;
    let cookie = console.no_session_cookie();
    // Somebody may think that the session at the provider ended with this one.
    let to = match console.provider.name() {
        Some(_) => "/console/sign-in?news=out",
        None => "/console/sign-in",
    };
    Ok(([(SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}
