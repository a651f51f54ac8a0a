//! Tokens for the API of one's own account: the list, making one, ending one.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use trien_core::document::Text;
use trien_core::env::Timestamp;

use super::Console;
use super::error::{PageError, words};
use super::own::{Nothing, faulty};
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::{
    self, AdminTokenView, MadeAdminToken, NewAdminToken, Officer, Password, Role, Verbs,
};
use crate::flow::{FlowError, Thing};

/// A token in the list.
pub(super) struct Token {
    pub view: AdminTokenView,
    /// What it is narrowed to, in words.
    pub roles: String,
    /// Whether its life is over.
    pub over: bool,
}

#[derive(askama::Template)]
#[template(path = "console/token.html")]
struct TokenPage {
    frame: Frame,
    label: String,
    text: String,
    until: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references to methods")]
impl Texts {
    /// What verbs are called.
    pub(super) fn verbs(&self, verbs: &Verbs) -> String {
        self.of(match verbs {
            Verbs::Read => "console-token-read",
            Verbs::Act => "console-token-act",
            Verbs::Sensitive => "console-token-sensitive",
        })
    }
}

/// The officer's own tokens.
pub(super) async fn of(
    console: &Console,
    officer: &Officer,
    t: Texts,
) -> Result<Vec<Token>, FlowError> {
    let now = console.app.clock().now();
    let tokens = account::tokens_of(&console.app, officer).await?;
    let narrowed = |roles: &Vec<Role>| roles.iter().map(|it| t.role(it)).collect::<Vec<_>>();
    let token = |view: AdminTokenView| {
        let roles = view.roles.as_ref().map(|roles| narrowed(roles).join(", "));
        let roles = roles.unwrap_or_else(|| t.of("console-token-all-roles"));
        Token { over: view.expires_at <= now, roles, view }
    };
    Ok(tokens.into_iter().map(token).collect())
}

/// Makes a token; its text is on this page only, and only now.
pub(super) async fn make(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let t = Texts(visitor.language);
    let typed = |field: &str| form.get(field).map(|text| text.trim()).unwrap_or_default();
    let Ok(label) = Text::<64>::new(typed("label")) else {
        let fault = t.of("console-token-label-invalid");
        return faulty(&console, &visitor, fault, String::new()).await;
    };
    let chosen = |role: &Role| form.contains_key(&format!("role-{}", role.name()));
    let roles: Vec<Role> = Role::ALL.into_iter().filter(chosen).collect();
    let new = NewAdminToken {
        verbs: Verbs::from_name(typed("verbs")).unwrap_or(Verbs::Read),
        roles: (!roles.is_empty()).then_some(roles),
        days: typed("days").parse().unwrap_or(0),
        label: label.clone(),
    };
    let password = Password::typed(form.get("password").map(String::as_str).unwrap_or_default());
    let fault = match account::make_token(&console.app, &visitor.officer, password, new).await {
        Ok(made) => return Ok(shown(&console, &visitor, &label, made)),
        Err(FlowError::WrongPassword) => t.of("console-password-wrong"),
        Err(error @ FlowError::BadRequest(_)) => words(&error, visitor.language).1,
        Err(error) => return Err(PageError::of(error, visitor.language)),
    };
    faulty(&console, &visitor, fault, String::new()).await
}

fn shown(console: &Console, visitor: &Visitor, label: &Text<64>, made: MadeAdminToken) -> Response {
    let page = TokenPage {
        frame: Frame::new(console, visitor, "sessions"),
        label: label.as_str().to_owned(),
        text: made.text,
        until: made.expires_at,
    };
    page::of(&page, visitor.language)
}

/// Ends a token at once.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Token)))?;
    account::end_token(&console.app, &visitor.officer, id).await.map_err(refused)?;
    Ok(Redirect::to("/console/sessions?news=token-ended").into_response())
}
