//! One account: its roles, what waits for a second person, and its end.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::AccountId;
use trien_core::wire::UnitView;

use super::Console;
use super::accounts::words;
use super::error::PageError;
use super::grave::Grave;
use super::page::{self, Frame};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::{
    self, AccountView, Given, Grant, IdentityStanding, IdentityView, Role, RoleAct, RoleProposal,
};
use crate::flow::{FlowError, Thing, units};

#[derive(askama::Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    frame: Frame,
    account: AccountView,
    grants: Vec<(Grant, String)>,
    waiting: Vec<Waiting>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    own: bool,
    /// What the identity provider is called, if there is one, and how the account is known there.
    provider: Option<(String, Option<IdentityView>)>,
}

struct Waiting {
    proposal: RoleProposal,
    grant: String,
    /// Whether this visitor asked for it.
    asked: bool,
}

#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// What any of the forms may say.
#[derive(Deserialize)]
pub(super) struct ActForm {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    why: String,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Administrator).map_err(refused)?;
    let id = account_id(&id).map_err(refused)?;
    let news = match news.as_deref() {
        Some("give") => Some("account-news-given"),
        Some("proposed") => Some("account-news-proposed"),
        Some("withdraw") => Some("account-news-withdrawn"),
        Some("confirm") => Some("account-news-confirmed"),
        Some("decline") => Some("account-news-declined"),
        Some("sign-out") => Some("account-news-signed-out"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "accounts").with_news(news);
    let page = page_of(&console, &visitor, frame, id).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

/// What is done with an account here; whatever else an address names is not there.
pub(super) const ACTS: [&str; 6] = ["end", "sign-out", "give", "withdraw", "confirm", "decline"];

/// Gives or takes a role, confirms or declines one that waits, ends sessions or the account.
pub(super) async fn act(
    State(console): State<Console>,
    Path((id, act)): Path<(String, String)>,
    Grave(Posted { visitor, form }): Grave<ActForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Administrator).map_err(refused)?;
    let id = account_id(&id).map_err(refused)?;
    if !ACTS.contains(&act.as_str()) {
        return Err(refused(FlowError::NotFound(Thing::Account)));
    }
    match done(&console, &visitor, id, &act, &form).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        // What the form asks for cannot be: the page says so and stays.
        Err(
            error @ (FlowError::BadRequest(_)
            | FlowError::Forbidden
            | FlowError::NotFound(Thing::Unit)),
        ) => {
            let t = super::page::Texts(visitor.language);
            let fault = match error {
                FlowError::Forbidden => t.of("account-role-forbidden"),
                FlowError::NotFound(_) => t.of("console-unit-not-found"),
                _ => t.of("account-act-invalid"),
            };
            let frame = Frame::new(&console, &visitor, "accounts").with_fault(fault);
            let page = page_of(&console, &visitor, frame, id).await.map_err(refused)?;
            let mut response = page::of(&page, visitor.language);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(refused(error)),
    }
}

/// Does it; gives where to go from there.
async fn done(
    console: &Console,
    visitor: &Visitor,
    id: AccountId,
    act: &str,
    form: &ActForm,
) -> Result<String, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let why = || {
        let why = Text::new(form.why.trim());
        why.map_err(|error| FlowError::BadRequest(error.to_string()))
    };
    let grant = async || {
        let unit = units::meant(app, officer, &form.unit).await?;
        let role = Role::from_name(&form.role);
        let role = role.ok_or_else(|| FlowError::BadRequest("no such role".to_owned()))?;
        Ok::<_, FlowError>(Grant { unit, role })
    };
    let mut news = act;
    match act {
        "end" => {
            account::end(app, officer, id, why()?).await?;
            return Ok("/console/accounts?news=end".to_owned());
        }
        "sign-out" => account::end_sessions_of(app, officer, id, why()?).await?,
        "give" => {
            if account::give(app, officer, id, grant().await?, why()?).await? == Given::Proposed {
                news = "proposed";
            }
        }
        "withdraw" => account::withdraw(app, officer, id, grant().await?, why()?).await?,
        "confirm" => {
            account::on_role(app, officer, id, grant().await?, RoleAct::Confirm, None).await?;
        }
        "decline" => {
            let why = Some(why()?);
            account::on_role(app, officer, id, grant().await?, RoleAct::Decline, why).await?;
        }
        _ => return Err(FlowError::NotFound(Thing::Account)),
    }
    Ok(format!("/console/accounts/{id}?news={news}"))
}

fn account_id(text: &str) -> Result<AccountId, FlowError> {
    text.parse().map_err(|_| FlowError::NotFound(Thing::Account))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: AccountId,
) -> Result<AccountPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let account = account::one(app, officer, id).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let named = units::named(app, account.units().collect()).await?;
    let words = |grant: &Grant| words(frame.t, &named, grant);
    let grants = account.grants.iter().map(|grant| (*grant, words(grant))).collect();
    let waiting = account.waiting.iter().map(|proposal| Waiting {
        grant: words(&proposal.grant),
        asked: proposal.by == officer.account,
        proposal: proposal.clone(),
    });
    let waiting = waiting.collect();
    let provider = match console.provider.name() {
        None => None,
        Some(name) => {
            let known = account::identity_of(app, &console.provider, id).await?;
            Some((name.to_owned(), known))
        }
    };
    let own = id == officer.account;
    Ok(AccountPage { frame, account, grants, waiting, units, own, provider })
}
