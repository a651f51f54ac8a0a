//! Accounts of those who administer.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::setup::account_of;
use super::visitor::Visitor;
use crate::flow::account::{self, AccountView, Grant, Role};
use crate::flow::{FlowError, Thing, read};

#[derive(askama::Template)]
#[template(path = "console/accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<Listed>,
    units: Vec<UnitView>,
    form: AccountForm,
}

struct Listed {
    account: AccountView,
    /// Role and unit, in words.
    grants: Vec<String>,
    own: bool,
}

#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct AccountForm {
    name: String,
    login: String,
    password: String,
    unit: String,
    role: String,
}

#[derive(Deserialize)]
pub(super) struct EndForm {
    why: String,
}

/// All accounts.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    require_administrator(&visitor).map_err(refused)?;
    let news = match news.as_deref() {
        Some("first") => Some("console-news-first-account"),
        Some("added") => Some("console-news-account-added"),
        Some("ended") => Some("console-news-account-ended"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "accounts").with_news(news);
    let page = page_of(&console, &visitor, frame, AccountForm::default()).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

/// Makes an account with one role.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<AccountForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let t = Texts(visitor.language);
    let fault = match new_account(t, &form) {
        Ok(new) => match account::create(&console.app, &visitor.officer, new).await {
            Ok(_) => return Ok(Redirect::to("/console/accounts?news=added").into_response()),
            Err(FlowError::LoginTaken) => t.of("console-login-taken"),
            Err(error) => return Err(refused(error)),
        },
        Err(fault) => fault,
    };
    require_administrator(&visitor).map_err(refused)?;
    let frame = Frame::new(&console, &visitor, "accounts").with_fault(fault);
    let form = AccountForm { password: String::new(), ..form };
    let page = page_of(&console, &visitor, frame, form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Ends an account and its sessions.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<EndForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id: AccountId = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Account)))?;
    require_administrator(&visitor).map_err(refused)?;
    let why = Text::new(form.why.trim());
    let why = why.map_err(|error| refused(FlowError::BadRequest(error.to_string())))?;
    account::end(&console.app, &visitor.officer, id, why).await.map_err(refused)?;
    Ok(Redirect::to("/console/accounts?news=ended").into_response())
}

fn require_administrator(visitor: &Visitor) -> Result<(), FlowError> {
    let may = visitor.officer.is(Role::Administrator);
    if may { Ok(()) } else { Err(FlowError::Forbidden) }
}

fn new_account(t: Texts, form: &AccountForm) -> Result<account::NewAccount, String> {
    let unit: UnitId = form.unit.parse().map_err(|_| t.of("console-choose-unit"))?;
    let role = Role::ALL.into_iter().find(|role| role.name() == form.role);
    let role = role.ok_or_else(|| t.of("console-choose-role"))?;
    account_of(t, &form.name, &form.login, &form.password, vec![Grant { unit, role }])
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    form: AccountForm,
) -> Result<AccountsPage, FlowError> {
    let units = read::units_within(&console.app, &visitor.officer).await?;
    let units: Vec<UnitView> = units.into_iter().map(|(unit, _)| unit).collect();
    let words = |grant: &Grant| {
        let unit = units.iter().find(|unit| unit.id == grant.unit);
        let unit = unit.map(|unit| unit.name.clone()).unwrap_or_default();
        format!("{} – {unit}", frame.t.role(&grant.role))
    };
    let accounts = account::list(&console.app, &visitor.officer).await?;
    let listed = accounts.into_iter().map(|account| Listed {
        grants: account.grants.iter().map(words).collect(),
        own: account.id == visitor.officer.account,
        account,
    });
    let accounts = listed.collect();
    Ok(AccountsPage { frame, accounts, units, form })
}
