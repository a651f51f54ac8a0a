//! One's own token: what it is, and ending it.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, fresh};
use crate::api::{Api, ApiError, schema};
use crate::flow::account;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_token, end_admin_token))
}

/// Who a token stands for, and what it may do now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminToken {
    /// The token's identifier, as the log names it.
    id: String,
    /// The account.
    account: String,
    login: String,
    /// The person's full name.
    name: String,
    /// `read`, `act` or `sensitive`; each is part of the next.
    verbs: &'static str,
    /// The roles that it has now.
    grants: Vec<GrantView>,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// A role in a unit and below.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantView {
    unit: String,
    /// `administrator`, `enrollment-officer`, `ca-officer`, `clerk` or `auditor`.
    role: &'static str,
}

impl GrantView {
    pub(super) fn of(grant: &account::Grant) -> Self {
        Self { unit: grant.unit.to_string(), role: grant.role.name() }
    }
}

/// Whose token this is, and what it may do now.
#[utoipa::path(
    get,
    path = "/api/v1/admin/token",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "The token", body = AdminToken),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_token(Admin(who, _): Admin<Looks>) -> Response {
    fresh(axum::Json(AdminToken {
        id: who.token.to_string(),
        account: who.officer.account.to_string(),
        verbs: who.verbs.name(),
        grants: who.officer.grants.iter().map(GrantView::of).collect(),
        expires_at: who.expires_at.as_millis(),
        login: who.officer.login,
        name: who.officer.name,
    }))
}

/// End this token at once: it takes power away, so that every token may.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/token",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_admin_token(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<StatusCode, ApiError> {
    account::end_token(&api.app, &who.officer, who.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
