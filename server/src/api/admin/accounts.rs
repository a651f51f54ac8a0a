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
use super::{Admin, Looks, Made, Sensitive, Why, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::account::{self, Grant, Login, NewAccount, Password, Role};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_accounts, add_account)).routes(routes!(end_account))
}

/// An account with what it may do within reach.
#[derive(Debug, Serialize, ToSchema)]
struct AdminAccount {
    id: String,
    login: String,
    /// The person's full name.
    name: String,
    grants: Vec<GrantView>,
    /// Milliseconds since 1970.
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
}

/// The accounts that have a role within reach, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/accounts",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Accounts", body = Vec<AdminAccount>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_accounts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let accounts = account::list(&api.app, &who.officer).await?;
    let accounts = accounts.into_iter().map(|one| AdminAccount {
        id: one.id.to_string(),
        grants: one.grants.iter().map(GrantView::of).collect(),
        created_at: one.created_at.as_millis(),
        ended_at: one.ended_at.map(trien_core::env::Timestamp::as_millis),
        login: one.login,
        name: one.name,
    });
    Ok(fresh(axum::Json(accounts.collect::<Vec<_>>())))
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
    /// The first password, at least 12 characters.
    password: String,
    grants: Vec<AskedGrant>,
}

/// A role to give, in a unit and below.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedGrant {
    #[schema(value_type = String)]
    unit: UnitId,
    /// `administrator`, `enrollment-officer`, `ca-officer` or `auditor`.
    role: String,
}

impl NewAdminAccount {
    fn read(self) -> Result<NewAccount, FlowError> {
        let bad = |why: &str| FlowError::BadRequest(why.to_owned());
        if self.grants.is_empty() {
            return Err(bad("an account has a role at least"));
        }
        let login = Login::parse(&self.login).ok_or_else(|| bad("that is no login"))?;
        let password = Password::choose(&self.password, login.as_str());
        let password = password.map_err(|fault| FlowError::BadRequest(fault.to_string()))?;
        let role = |name: &str| Role::ALL.into_iter().find(|role| role.name() == name);
        let grant = |asked: &AskedGrant| role(&asked.role).map(|role| (asked.unit, role));
        let grants: Option<Vec<_>> = self.grants.iter().map(grant).collect();
        let grants = grants.ok_or_else(|| bad("there is no such role"))?;
        let grants = grants.into_iter().map(|(unit, role)| Grant { unit, role }).collect();
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
        (status = 201, description = "Made", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_account(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(new): Json<NewAdminAccount>,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::Administrator)?;
    let id = account::create(&api.app, &who.officer, new.read()?).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })).into_response())
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
