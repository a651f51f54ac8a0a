//! Accounts of those who administer.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own::GrantView;
use super::units::{Search, no_place};
use super::{Acts, Admin, Looks, Sensitive, Why, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::account::{
    self, AccountFilter, AccountPlace, AccountView, Given, Grant, Login, NewAccount, Password,
    Role, RoleAct,
};
use crate::flow::desk::Doing;
use crate::paging::Turn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_accounts, add_account))
        .routes(routes!(admin_account))
        .routes(routes!(end_account))
        .routes(routes!(end_account_sessions))
        .routes(routes!(give_role))
        .routes(routes!(withdraw_role))
        .routes(routes!(confirm_role))
        .routes(routes!(decline_role))
}

/// An account with what it may do within reach.
#[derive(Debug, Serialize, ToSchema)]
struct AdminAccount {
    id: String,
    login: String,
    /// The person's full name.
    name: String,
    grants: Vec<GrantView>,
    /// What it may do once another person confirms it.
    waiting: Vec<GrantView>,
    /// Milliseconds since 1970.
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
}

impl AdminAccount {
    fn of(view: AccountView) -> Self {
        Self {
            id: view.id.to_string(),
            grants: view.grants.iter().map(GrantView::of).collect(),
            waiting: view.waiting.iter().map(|one| GrantView::of(&one.grant)).collect(),
            created_at: view.created_at.as_millis(),
            ended_at: view.ended_at.map(trien_core::env::Timestamp::as_millis),
            login: view.login,
            name: view.name,
        }
    }
}

/// One page of accounts, in the order of given names.
#[derive(Debug, Serialize, ToSchema)]
struct AdminAccounts {
    accounts: Vec<AdminAccount>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The accounts that have a role within reach, or may soon have one, fifty a page.
#[utoipa::path(
    get,
    path = "/api/v1/admin/accounts",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("q" = Option<String>, Query, description = "words of name or login, with or without marks"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = AdminAccounts),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_accounts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(search): Query<Search>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let turn = match search.cursor {
        None => Turn::First,
        Some(cursor) => Turn::After(AccountPlace::from_token(&cursor).ok_or_else(no_place)?),
    };
    let filter = AccountFilter { query: search.q, ..AccountFilter::default() };
    let page = account::list(&api.app, &who.officer, &filter, &turn).await?;
    let accounts = page.accounts.into_iter().map(AdminAccount::of).collect();
    let cursor = page.next.map(|place| place.to_token());
    Ok(fresh(axum::Json(AdminAccounts { accounts, cursor })))
}

/// An account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAdminAccount {
    /// What is typed to sign in: 1 to 64 letters, digits and `. _ - @`.
    login: String,
    /// The person's full name, 1 to 200 characters.
    #[schema(value_type = String)]
    name: Text<200>,
    /// The first password, at least 15 characters.
    password: String,
    grants: Vec<AskedGrant>,
    /// Why: 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// A role to give, in a unit and below.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedGrant {
    #[schema(value_type = String)]
    unit: UnitId,
    /// `administrator`, `enrollment-officer`, `ca-officer`, `clerk` or `auditor`.
    role: String,
}

impl AskedGrant {
    fn read(&self) -> Result<Grant, FlowError> {
        let unknown = || FlowError::BadRequest("there is no such role".to_owned());
        Ok(Grant { unit: self.unit, role: Role::from_name(&self.role).ok_or_else(unknown)? })
    }
}

impl NewAdminAccount {
    fn read(self) -> Result<NewAccount, FlowError> {
        let bad = |why: &str| FlowError::BadRequest(why.to_owned());
        let login = Login::parse(&self.login).ok_or_else(|| bad("that is no login"))?;
        let password = Password::choose(&self.password, login.as_str());
        let password = password.map_err(|fault| FlowError::BadRequest(fault.to_string()))?;
        let grants = self.grants.iter().map(AskedGrant::read).collect::<Result<_, _>>()?;
        Ok(NewAccount { login, name: self.name, password, grants })
    }
}

/// Make an account with roles in units that the account administers.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    request_body = NewAdminAccount,
    responses(
        (status = 201, description = "Made; what `waiting` names another administrator confirms", body = AdminAccount),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_account(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(new): Json<NewAdminAccount>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let by = Doing::because(&who.officer, new.why.clone());
    let id = account::create(&api.app, by, new.read()?).await?;
    let made = account::one(&api.app, &who.officer, id).await?;
    Ok((StatusCode::CREATED, axum::Json(AdminAccount::of(made))).into_response())
}

/// One account within reach.
#[utoipa::path(
    get,
    path = "/api/v1/admin/accounts/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the account")),
    responses(
        (status = 200, description = "The account", body = AdminAccount),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_account(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<AccountId>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let found = account::one(&api.app, &who.officer, id).await?;
    Ok(fresh(axum::Json(AdminAccount::of(found))))
}

/// End all sessions and tokens of an account at once; it may sign in again.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/sessions/end",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the account")),
    request_body = Why,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_account_sessions(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AccountId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    account::end_sessions_of(&api.app, &who.officer, id, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End an account with its sessions and tokens at once; it stays listed.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/end",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the account")),
    request_body = Why,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_account(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AccountId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    account::end(&api.app, &who.officer, id, why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A role of an account, and why it is given or taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleAsked {
    grant: AskedGrant,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// What became of a role that was given.
#[derive(Serialize, ToSchema)]
struct RoleGiven {
    /// `now`, or `proposed`: another administrator has to confirm it.
    given: &'static str,
}

/// Give an account a role more. Once phones are in use, that of a CA officer is only proposed.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/roles",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the account")),
    request_body = RoleAsked,
    responses(
        (status = 200, description = "Given or proposed", body = RoleGiven),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn give_role(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AccountId>,
    Json(asked): Json<RoleAsked>,
) -> Result<Response, ApiError> {
    let grant = asked.grant.read()?;
    let given = match account::give(&api.app, &who.officer, id, grant, asked.why).await? {
        Given::Now => "now",
        Given::Proposed => "proposed",
    };
    Ok(fresh(axum::Json(RoleGiven { given })))
}

/// Take a role away at once.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/roles/withdraw",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the account")),
    request_body = RoleAsked,
    responses(
        (status = 204, description = "Taken away"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn withdraw_role(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AccountId>,
    Json(asked): Json<RoleAsked>,
) -> Result<StatusCode, ApiError> {
    account::withdraw(&api.app, &who.officer, id, asked.grant.read()?, asked.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a role that another administrator asked for.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/roles/confirm",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the account")),
    request_body = AskedGrant,
    responses(
        (status = 204, description = "Given"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn confirm_role(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<AccountId>,
    Json(grant): Json<AskedGrant>,
) -> Result<StatusCode, ApiError> {
    let grant = grant.read()?;
    account::on_role(&api.app, &who.officer, id, grant, RoleAct::Confirm, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave a role ungiven that somebody asked for.
#[utoipa::path(
    post,
    path = "/api/v1/admin/accounts/{id}/roles/decline",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the account")),
    request_body = RoleAsked,
    responses(
        (status = 204, description = "Declined"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn decline_role(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<AccountId>,
    Json(asked): Json<RoleAsked>,
) -> Result<StatusCode, ApiError> {
    let (grant, why) = (asked.grant.read()?, Some(asked.why));
    account::on_role(&api.app, &who.officer, id, grant, RoleAct::Decline, why).await?;
    Ok(StatusCode::NO_CONTENT)
}
