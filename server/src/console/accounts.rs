//! Accounts of those who administer: the list with a search, what waits for a second person, and
//! making one.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::passkeys;
use super::posted::Posted;
use super::setup::account_of;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::account::{
    self, AccountFilter, AccountPlace, AccountStanding, AccountView, Awaited, Grant, NoIdentity,
    Role, RoleProposal,
};
use crate::flow::{FlowError, units};
use crate::paging::Turn;

#[derive(askama::Template)]
#[template(path = "console/accounts.html")]
struct AccountsPage {
    frame: Frame,
    search: Search,
    accounts: Vec<Listed>,
    waiting: Vec<Waiting>,
    previous: Option<String>,
    next: Option<String>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    form: AccountForm,
    /// What the identity provider is called, if there is one.
    provider: Option<String>,
    /// The name that a passkey would be bound to, when the first account has just been made.
    passkey_offer: Option<String>,
}

struct Listed {
    account: AccountView,
    /// Role and unit, in words.
    grants: Vec<String>,
    waiting: Vec<String>,
    own: bool,
}

/// A role that waits for a second person.
struct Waiting {
    proposal: RoleProposal,
    grant: String,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    state: String,
    after: Option<String>,
    before: Option<String>,
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct AccountForm {
    name: String,
    login: String,
    password: String,
    unit: String,
    role: String,
    /// Who is expected at the identity provider.
    #[serde(default)]
    awaited: String,
}

impl Search {
    fn filter(&self) -> AccountFilter {
        AccountFilter {
            query: self.q.clone(),
            role: Role::from_name(&self.role),
            standing: AccountStanding::ALL.into_iter().find(|one| one.name() == self.state),
        }
    }

    fn turn(&self) -> Turn<AccountPlace> {
        let place = |token: &Option<String>| token.as_deref().and_then(AccountPlace::from_token);
        match (place(&self.after), place(&self.before)) {
            (Some(place), _) => Turn::After(place),
            (None, Some(place)) => Turn::Before(place),
            (None, None) => Turn::First,
        }
    }

    fn link(&self, to: &str, place: &AccountPlace) -> String {
        let (q, role, state) = (escaped(&self.q), escaped(&self.role), escaped(&self.state));
        format!("/console/accounts?q={q}&role={role}&state={state}&{to}={}", place.to_token())
    }

    fn is_empty(&self) -> bool {
        self.q.is_empty() && self.role.is_empty() && self.state.is_empty()
    }
}

/// A role and where, in words.
pub(super) fn words(t: Texts, units: &[UnitView], grant: &Grant) -> String {
    let unit = units.iter().find(|unit| unit.id == grant.unit);
    let unit = unit.map(|unit| unit.name.as_str()).unwrap_or_default();
    format!("{} – {unit}", t.role(&grant.role))
}

/// A page of accounts.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Administrator).map_err(refused)?;
    let news = match search.news.as_deref() {
        Some("first") => Some("console-news-first-account"),
        Some("added") => Some("console-news-account-added"),
        Some("proposed") => Some("account-news-made-proposed"),
        Some("end") => Some("console-news-account-ended"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "accounts").with_news(news);
    let page = page_of(&console, &visitor, frame, search, AccountForm::default()).await;
    Ok(page::of(&page.map_err(refused)?, visitor.language))
}

/// Makes an account with one role.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<AccountForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let t = Texts(visitor.language);
    let unit = units::meant(&console.app, &visitor.officer, &form.unit).await;
    let fault = match new_account(t, &form, unit.ok()) {
        Ok((new, awaited)) => {
            let awaited = awaited.map(|awaited| (&*console.provider, awaited));
            match account::create_awaited(&console.app, &visitor.officer, new, awaited).await {
                Ok(id) => {
                    let made = account::one(&console.app, &visitor.officer, id).await;
                    let waits = !made.map_err(refused)?.waiting.is_empty();
                    let news = if waits { "proposed" } else { "added" };
                    let to = format!("/console/accounts?news={news}");
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(FlowError::LoginTaken) => t.of("console-login-taken"),
                Err(FlowError::NoIdentity(NoIdentity::Taken)) => t.of("account-awaited-taken"),
                Err(error) => return Err(refused(error)),
            }
        }
        Err(fault) => fault,
    };
    visitor.officer.require_somewhere(Role::Administrator).map_err(refused)?;
    let frame = Frame::new(&console, &visitor, "accounts").with_fault(fault);
    let form = AccountForm { password: String::new(), ..form };
    let page = page_of(&console, &visitor, frame, Search::default(), form).await;
    let mut response = page::of(&page.map_err(refused)?, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn new_account(
    t: Texts,
    form: &AccountForm,
    unit: Option<UnitId>,
) -> Result<(account::NewAccount, Option<Awaited>), String> {
    let unit = unit.ok_or_else(|| t.of("console-unit-not-found"))?;
    let role = Role::from_name(&form.role).ok_or_else(|| t.of("console-choose-role"))?;
    let awaited = match form.awaited.trim() {
        "" => None,
        typed => Some(Awaited::parse(typed).ok_or_else(|| t.of("account-awaited-invalid"))?),
    };
    let new = account_of(t, &form.name, &form.login, &form.password, vec![Grant { unit, role }])?;
    Ok((new, awaited))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    search: Search,
    form: AccountForm,
) -> Result<AccountsPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let found = account::list(app, officer, &search.filter(), &search.turn()).await?;
    let waiting = account::roles_waiting(app, officer).await?;
    let of_accounts = found.accounts.iter().flat_map(AccountView::units);
    let named = of_accounts.chain(waiting.iter().map(|one| one.grant.unit)).collect();
    let named = units::named(app, named).await?;
    let words = |grant: &Grant| words(frame.t, &named, grant);
    let listed = found.accounts.into_iter().map(|account| Listed {
        grants: account.grants.iter().map(words).collect(),
        waiting: account.waiting.iter().map(|one| words(&one.grant)).collect(),
        own: account.id == officer.account,
        account,
    });
    let accounts = listed.collect();
    let waiting =
        waiting.into_iter().map(|proposal| Waiting { grant: words(&proposal.grant), proposal });
    let passkey_offer = match search.news.as_deref() {
        Some("first") => passkeys::offer(console, officer).await?,
        _ => None,
    };
    Ok(AccountsPage {
        accounts,
        waiting: waiting.collect(),
        previous: found.previous.map(|place| search.link("before", &place)),
        next: found.next.map(|place| search.link("after", &place)),
        provider: console.provider.name().map(ToOwned::to_owned),
        passkey_offer,
        frame,
        search,
        units,
        form,
    })
}
