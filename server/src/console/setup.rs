//! The first account, from the code that the server printed.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::UnitId;

use super::Console;
use super::error::PageError;
use super::page::{self, Texts};
use super::posted::Open;
use super::visitor::{Reader, client, is_secure};
use crate::config::Origin;
use crate::flow::account::{
    self, Grant, InvalidPassword, Login, NewAccount, Passkeys, Password, Role, SetupCode,
};
use crate::flow::{self, FlowError};

#[derive(askama::Template)]
#[template(path = "console/setup.html")]
pub(super) struct SetupPage {
    pub t: Texts,
    /// The office, if there is one yet; else the page asks for its name.
    pub unit: Option<String>,
    pub reach: Reach,
    pub form: SetupForm,
    pub fault: Option<String>,
}

/// By what browsers reach the server, as far as it decides how people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Without TLS.
    Plain,
    /// With TLS, by numbers alone: browsers bind no passkey to a number.
    Number,
    /// With TLS, by a name.
    Named,
}

impl Reach {
    pub fn of(origins: &[Origin]) -> Self {
        match Passkeys::new(origins).domain() {
            _ if !is_secure(origins) => Self::Plain,
            None => Self::Number,
            Some(_) => Self::Named,
        }
    }
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct SetupForm {
    pub code: String,
    #[serde(default)]
    pub unit: String,
    /// Whether keys in software are taken too; browsers leave it out when it is not ticked.
    #[serde(default)]
    pub trial: String,
    pub name: String,
    pub login: String,
    pub password: String,
    pub again: String,
}

impl SetupForm {
    /// What may stand in the form again, when something was wrong.
    pub fn without_passwords(self) -> Self {
        Self { password: String::new(), again: String::new(), ..self }
    }

    /// The account that is asked for, still without roles, or what is wrong with it.
    pub fn account(&self, t: Texts) -> Result<NewAccount, String> {
        if self.password != self.again {
            return Err(t.of("console-password-differs"));
        }
        account_of(t, &self.name, &self.login, &self.password, Vec::new())
    }
}

/// What the first account may do, in the office's top unit.
pub(super) fn first_grants(top: UnitId) -> Vec<Grant> {
    [Role::Administrator, Role::EnrollmentOfficer].map(|role| Grant { unit: top, role }).to_vec()
}

/// The form.
pub(super) async fn show(
    State(console): State<Console>,
    Reader(language): Reader,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, language);
    // Who comes later has nothing to set up, and nothing to learn of the office here.
    if account::is_set_up(&console.app).await.map_err(refused)? {
        return Ok(Redirect::to("/console/sign-in").into_response());
    }
    let page = page_of(&console, Texts(language), SetupForm::default(), None).await;
    Ok(page::of(&page.map_err(refused)?, language))
}

/// Makes the account and signs it in; the next page adds a second person.
pub(super) async fn set_up(
    State(console): State<Console>,
    Open { language, headers, form }: Open<SetupForm>,
) -> Result<Response, PageError> {
    let t = Texts(language);
    let fault = match new_account(&console, t, &form).await {
        Ok(new) => {
            let code = SetupCode::typed(&form.code);
            match account::set_up(&console.app, &code, new, &client(&headers)).await {
                Ok(token) => {
                    let cookie = console.session_cookie(&token);
                    let next = Redirect::to("/console/accounts?news=first");
                    return Ok(([(SET_COOKIE, cookie)], next).into_response());
                }
                Err(FlowError::SetupCode) => t.of("console-setup-wrong-code"),
                Err(error) => return Err(PageError::of(error, language)),
            }
        }
        Err(fault) => fault,
    };
    let page = page_of(&console, t, form.without_passwords(), Some(fault)).await;
    let page = page.map_err(|error| PageError::of(error, language))?;
    let mut response = page::of(&page, language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn page_of(
    console: &Console,
    t: Texts,
    form: SetupForm,
    fault: Option<String>,
) -> Result<SetupPage, FlowError> {
    let units = flow::read::units(&console.app).await?;
    let unit = units.into_iter().next().map(|listed| listed.unit.name);
    let reach = Reach::of(&console.origins);
    Ok(SetupPage { t, unit, reach, form, fault })
}

/// The account as the form asks for it, or what is wrong in the form.
async fn new_account(console: &Console, t: Texts, form: &SetupForm) -> Result<NewAccount, String> {
    let units = flow::read::units(&console.app).await.map_err(|error| error.to_string())?;
    let top = units.first().ok_or_else(|| t.of("console-setup-no-unit"))?.unit.id;
    Ok(NewAccount { grants: first_grants(top), ..form.account(t)? })
}

/// An account from what was typed, or what is wrong with it.
pub(super) fn account_of(
    t: Texts,
    name: &str,
    login: &str,
    password: &str,
    grants: Vec<Grant>,
) -> Result<NewAccount, String> {
    let name = Text::new(name.trim()).map_err(|_| t.of("console-name-invalid"))?;
    let login = Login::parse(login).ok_or_else(|| t.of("console-login-invalid"))?;
    let password = Password::choose(password, login.as_str());
    let password = password.map_err(|fault| invalid_password(t, fault))?;
    Ok(NewAccount { login, name, password, grants })
}

/// Why a password is not taken.
pub(super) fn invalid_password(t: Texts, fault: InvalidPassword) -> String {
    t.of(match fault {
        InvalidPassword::TooShort => "console-password-short",
        InvalidPassword::TooLong => "console-password-long",
        InvalidPassword::Guessable => "console-password-guessable",
    })
}
