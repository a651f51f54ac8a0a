//! The own account: who one is, where one is signed in, which tokens act for one. What makes a key to the
//! account has no route (docs/adr/0018); what takes one away has.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AdminTokenId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own::GrantView;
use super::{Acts, Admin, Looks, fresh};
use crate::api::extract::Path;
use crate::api::{Api, ApiError, schema};
use crate::flow::account::{
    self, AdminTokenView, IdentityStanding, IdentityView, Role, SessionView,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(own_account))
        .routes(routes!(own_sessions))
        .routes(routes!(end_own_session))
        .routes(routes!(own_tokens))
        .routes(routes!(end_own_token))
        .routes(routes!(unlink_own_identity))
}

/// Whose token was shown.
#[derive(Debug, Serialize, ToSchema)]
struct OwnAccount {
    id: String,
    login: String,
    /// The person's full name.
    name: String,
    /// The roles that it has now, as far as the token is made for them.
    grants: Vec<GrantView>,
    /// How the account is known at an identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<OwnIdentity>,
}

/// An account at an identity provider.
#[derive(Debug, Serialize, ToSchema)]
struct OwnIdentity {
    /// The provider.
    issuer: String,
    /// Its name for the person, or the expected address.
    known_as: String,
    /// `linked`, or `awaited`: the first one with that name or address will be.
    standing: &'static str,
    /// When it last signed in, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<i64>,
}

impl OwnIdentity {
    fn of((issuer, view): (String, IdentityView)) -> Self {
        let standing = match view.standing {
            IdentityStanding::Linked => "linked",
            IdentityStanding::Awaited => "awaited",
        };
        let used_at = view.used_at.map(Timestamp::as_millis);
        Self { issuer, known_as: view.known_as, standing, used_at }
    }
}

/// The own account: who one is, and what one may do where.
#[utoipa::path(
    get,
    path = "/api/v1/admin/account",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "The account", body = OwnAccount),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn own_account(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let known = account::known_identity(&api.app, who.officer.account).await?;
    Ok(fresh(axum::Json(OwnAccount {
        id: who.officer.account.to_string(),
        grants: who.officer.grants.iter().map(GrantView::of).collect(),
        identity: known.map(OwnIdentity::of),
        login: who.officer.login,
        name: who.officer.name,
    })))
}

/// A session of the own account.
#[derive(Debug, Serialize, ToSchema)]
struct OwnSession {
    /// Names it without being it: the SHA-256 of its cookie.
    #[schema(value_type = String)]
    id: Sha256,
    /// What the browser calls itself.
    client: String,
    /// When the person signed in, in milliseconds since 1970.
    created_at: i64,
    /// When it was last used, to about a minute.
    used_at: i64,
}

impl OwnSession {
    fn of(view: SessionView) -> Self {
        Self {
            id: view.id,
            client: view.client,
            created_at: view.created_at.as_millis(),
            used_at: view.used_at.as_millis(),
        }
    }
}

/// Where one is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/admin/account/sessions",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Sessions that live", body = Vec<OwnSession>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn own_sessions(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let sessions = account::sessions_of(&api.app, &who.officer).await?;
    let sessions: Vec<OwnSession> = sessions.into_iter().map(OwnSession::of).collect();
    Ok(fresh(axum::Json(sessions)))
}

/// End one session of the own account; it is out at its next click.
#[utoipa::path(
    post,
    path = "/api/v1/admin/account/sessions/{id}/end",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the session")),
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_own_session(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<Sha256>,
) -> Result<StatusCode, ApiError> {
    account::end_session(&api.app, &who.officer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token of the own account; its text was shown once.
#[derive(Debug, Serialize, ToSchema)]
struct OwnToken {
    id: String,
    /// What its owner calls it.
    label: String,
    /// `read`, `act` or `sensitive`; each is part of the next.
    verbs: &'static str,
    /// The roles that it is narrowed to; none: all that the account has.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<&'static str>>,
    /// Milliseconds since 1970.
    created_at: i64,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<i64>,
}

impl OwnToken {
    fn of(view: AdminTokenView) -> Self {
        let names = |roles: Vec<Role>| roles.into_iter().map(Role::name).collect();
        Self {
            id: view.id.to_string(),
            label: view.label,
            verbs: view.verbs.name(),
            roles: view.roles.map(names),
            created_at: view.created_at.as_millis(),
            expires_at: view.expires_at.as_millis(),
            used_at: view.used_at.map(Timestamp::as_millis),
        }
    }
}

/// The tokens of the own account that were not ended.
#[utoipa::path(
    get,
    path = "/api/v1/admin/account/tokens",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Tokens", body = Vec<OwnToken>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn own_tokens(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let tokens = account::tokens_of(&api.app, &who.officer).await?;
    Ok(fresh(axum::Json(tokens.into_iter().map(OwnToken::of).collect::<Vec<_>>())))
}

/// End a token of the own account at once, this one or another.
#[utoipa::path(
    post,
    path = "/api/v1/admin/account/tokens/{id}/end",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the token")),
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_own_token(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<AdminTokenId>,
) -> Result<StatusCode, ApiError> {
    account::end_token(&api.app, &who.officer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take away the link of the own account with an identity provider. It is made in the console only, where
/// the person signs in there.
#[utoipa::path(
    post,
    path = "/api/v1/admin/account/identity/remove",
    tag = "administration",
    security(("admin_token" = ["act"])),
    responses(
        (status = 204, description = "Taken away"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn unlink_own_identity(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
) -> Result<StatusCode, ApiError> {
    account::unlink(&api.app, &who.officer).await?;
    Ok(StatusCode::NO_CONTENT)
}
