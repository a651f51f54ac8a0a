//! Webhooks of document systems, for whoever administers the units that these act for.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{ApiKeyId, UnitId, WebhookId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, MayWhy, Maybe, Reasoned, Sensitive, Why, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::news::{Delivery, ToldOf};
use crate::api::{Api, ApiError, schema};
use crate::flow::desk::Doing;
use crate::flow::webhook::{self, Earlier, Endpoint, Keeper, Shown, Told, WebhookView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(webhook_keys))
        .routes(routes!(admin_webhooks, add_webhook))
        .routes(routes!(admin_webhook))
        .routes(routes!(renew_webhook_secret))
        .routes(routes!(pause_webhook))
        .routes(routes!(resume_webhook))
        .routes(routes!(admin_replay))
        .routes(routes!(end_webhook))
}

/// A key of a document system that may have a webhook.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookKey {
    #[schema(value_type = String)]
    key: ApiKeyId,
    #[schema(value_type = String)]
    unit: UnitId,
    /// What the key is for.
    label: String,
}

/// The keys of document systems that may have a webhook, of the units that the account administers and of those below.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhook-keys",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Keys", body = Vec<WebhookKey>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn webhook_keys(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let keys = webhook::keys(&api.app, &who.officer).await?.into_iter();
    let shown = keys.map(|(of, _)| WebhookKey { key: of.key, unit: of.unit, label: of.label });
    Ok(fresh(axum::Json(shown.collect::<Vec<_>>())))
}

/// A webhook; never its secret.
#[derive(Debug, Serialize, ToSchema)]
struct AdminWebhook {
    #[schema(value_type = String)]
    id: WebhookId,
    #[schema(value_type = String)]
    key: ApiKeyId,
    #[schema(value_type = String)]
    unit: UnitId,
    /// What the key is for.
    label: String,
    url: String,
    /// Milliseconds since 1970, as all moments here.
    #[schema(value_type = i64)]
    created_at: Timestamp,
    /// When the other end said that it wants nothing more (410).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    gone_at: Option<Timestamp>,
    /// Since when it is told nothing, because somebody paused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    paused_at: Option<Timestamp>,
    /// When it ended here, itself or with its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    ended_at: Option<Timestamp>,
    /// Until when the secret before the last change signs too, or did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    earlier_until: Option<Timestamp>,
    /// Messages that are still to be taken.
    waiting: u64,
    /// The newest message, in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Delivery>)]
    last: Option<Delivery>,
}

impl From<WebhookView> for AdminWebhook {
    fn from(view: WebhookView) -> Self {
        let WebhookView { id, key, unit, label, url, created_at, gone_at, .. } = view;
        let WebhookView { ended_at, paused_at, earlier_until, waiting, .. } = view;
        Self {
            id,
            key,
            unit: unit.id,
            label,
            url,
            created_at,
            gone_at,
            paused_at,
            ended_at,
            earlier_until,
            waiting,
            last: None,
        }
    }
}

/// The webhooks of the units that the account administers and of those below, the newest first, at most 200 of a unit with those
/// below it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "The newest first", body = Vec<AdminWebhook>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_webhooks(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let found = webhook::within_reach(&api.app, &who.officer).await?.into_iter();
    let shown = found.map(|Endpoint { webhook, last }| AdminWebhook {
        last: last.map(Delivery::from),
        ..AdminWebhook::from(webhook)
    });
    Ok(fresh(axum::Json(shown.collect::<Vec<_>>())))
}

/// What is told, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// The key of the document system.
    #[schema(value_type = String)]
    key: ApiKeyId,
    /// An https address.
    url: String,
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// A secret, shown once.
#[derive(Serialize, ToSchema)]
struct WebhookSecret {
    /// The webhook.
    #[schema(value_type = String)]
    id: WebhookId,
    /// By what its messages are signed (`whsec_…`).
    secret: String,
}

impl From<Shown> for WebhookSecret {
    fn from(Shown { webhook, secret }: Shown) -> Self {
        Self { id: webhook, secret: secret.reveal() }
    }
}

/// Tell the document system of a key what becomes of its requests, as an administrator of the key's unit.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "It is told from now on", body = WebhookSecret,
         headers(("Location" = String, description = "the webhook"))),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn add_webhook(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Json(NewWebhook { key, url, why }): Json<NewWebhook>,
) -> Result<Response, ApiError> {
    let keeper = Keeper::Officer(Doing::because(&who.officer, why));
    let shown = WebhookSecret::from(webhook::add(&api.app, keeper, key, &url).await?);
    let location = format!("/api/v1/admin/webhooks/{}", shown.id);
    let made = (StatusCode::CREATED, [(LOCATION, location)], axum::Json(shown));
    Ok(fresh(made.into_response()))
}

/// A webhook and some of what it was told.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookTold {
    webhook: AdminWebhook,
    /// The newest first, 50 at most.
    #[schema(value_type = Vec<schema::Delivery>)]
    deliveries: Vec<Delivery>,
    /// The next page begins before this change (`before`).
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One webhook, and what it was or is to be told.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the webhook"),
        ("state" = Option<String>, Query, description = "waiting, taken or given-up"),
        ("before" = Option<u64>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "The webhook", body = WebhookTold),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_webhook(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<WebhookId>,
    Query(of): Query<ToldOf>,
) -> Result<Response, ApiError> {
    let told = webhook::one(&api.app, &who.officer, id, of.before, of.state()?).await?;
    let Told { webhook, deliveries, next } = told;
    let deliveries = deliveries.into_iter().map(Delivery::from).collect();
    Ok(fresh(axum::Json(WebhookTold { webhook: webhook.into(), deliveries, next })))
}

/// Another secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnotherSecret {
    /// The secret before the last change, which signs for a day, is dropped: without this there is no other one within that day.
    #[serde(default)]
    drop_earlier: bool,
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

/// Give a webhook another secret; for a day the one that it had signs too.
///
/// Within that day there is no further one, unless `drop_earlier` says that the first of the three may be dropped.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/secret",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the webhook")),
    request_body = Option<AnotherSecret>,
    responses(
        (status = 200, description = "The new one", body = WebhookSecret),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn renew_webhook_secret(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<WebhookId>,
    Maybe(AnotherSecret { drop_earlier, why }): Maybe<AnotherSecret>,
) -> Result<Response, ApiError> {
    let keeper = Keeper::Officer(Doing::because(&who.officer, why));
    let earlier = if drop_earlier { Earlier::Dropped } else { Earlier::Stays };
    let shown = webhook::renew_secret(&api.app, keeper, id, earlier).await?;
    Ok(fresh(axum::Json(WebhookSecret::from(shown))))
}

/// Hold back what a webhook is told, until it is resumed; repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/pause",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the webhook")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "Paused"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn pause_webhook(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<WebhookId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    let keeper = Keeper::Officer(Doing::because(&who.officer, why));
    webhook::pause(&api.app, keeper, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tell a webhook what was held back, and what comes; repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/resume",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the webhook")),
    request_body = Option<MayWhy>,
    responses(
        (status = 204, description = "It is told again"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn resume_webhook(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<WebhookId>,
    Reasoned(why): Reasoned,
) -> Result<StatusCode, ApiError> {
    let keeper = Keeper::Officer(Doing::because(&who.officer, why));
    webhook::resume(&api.app, keeper, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tell a webhook a change again; the message has the same `webhook-id`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/deliveries/{change}/replay",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(
        ("id" = String, Path, description = "the webhook"),
        ("change" = u64, Path, description = "the change's number"),
    ),
    responses(
        (status = 202, description = "It is sent again"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_replay(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path((id, change)): Path<(WebhookId, u64)>,
) -> Result<StatusCode, ApiError> {
    webhook::replay_by(&api.app, &who.officer, id, change).await?;
    Ok(StatusCode::ACCEPTED)
}

/// End a webhook; what it was still to be told is given up.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/end",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the webhook")),
    request_body = Why,
    responses(
        (status = 204, description = "Ended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn end_webhook(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<WebhookId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    let keeper = Keeper::Officer(Doing::because(&who.officer, Some(why)));
    webhook::end(&api.app, keeper, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
