//! What document systems learn of what happened: by asking again, and how their webhooks go.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::change::{ChangeView, Outcome};
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, WebhookId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Read};
use super::extract::{Path, Query};
use super::{Api, ApiError, fresh, schema, tagged};
use crate::flow::webhook::{DeliveryState, DeliveryView, WebhookView};
use crate::flow::{FlowError, changes, webhook};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_changes))
        .routes(routes!(webhooks))
        .routes(routes!(deliveries))
        .routes(routes!(replay))
}

/// Query of the feed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    #[serde(default)]
    cursor: u64,
    #[serde(default = "usual_page")]
    limit: u32,
}

fn usual_page() -> u32 {
    50
}

/// One page of what happened.
#[derive(Debug, Serialize)]
struct ChangeList {
    changes: Vec<ChangeView>,
    cursor: u64,
    more: bool,
}

/// What happened to the unit's requests after a number, in order.
///
/// Each change is told once and stays as it was told. Whoever asks again with the same cursor and the `ETag` of the answer
/// gets 304 while nothing happened. The cursor is the one of `GET /api/v1/requests`: read the requests once, then what
/// happened to them.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("cursor" = Option<u64>, Query, description = "where the last page ended; 0 for everything"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
        ("If-None-Match" = Option<String>, Header, description = "the ETag of the last answer"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::ChangeList),
        (status = 304, description = "Nothing happened since (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn list_changes(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Query(page): Query<After>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let page = changes::read(&api.app, &caller, page.cursor, page.limit).await?;
    let changes::ChangePage { changes, cursor, more } = page;
    Ok(tagged(&headers, &ChangeList { changes, cursor, more }))
}

/// A webhook of the caller's key.
#[derive(Debug, Serialize)]
struct Webhook {
    id: WebhookId,
    url: String,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_at: Option<Timestamp>,
    waiting: u64,
}

impl From<WebhookView> for Webhook {
    fn from(view: WebhookView) -> Self {
        let WebhookView { id, url, created_at, gone_at, paused_at, waiting, .. } = view;
        Self { id, url, created_at, gone_at, paused_at, waiting }
    }
}

/// The webhooks of this key; an administrator adds and ends them (`trien webhook`).
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    responses(
        (status = 200, description = "Webhooks", body = Vec<schema::Webhook>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn webhooks(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
) -> Result<Response, ApiError> {
    let own = webhook::list_of(&api.app, &caller).await?;
    Ok(fresh(axum::Json(own.into_iter().map(Webhook::from).collect::<Vec<_>>())))
}

/// Query of what a webhook was told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToldOf {
    state: Option<String>,
    pub before: Option<u64>,
}

impl ToldOf {
    /// Only what stands so.
    pub(super) fn state(&self) -> Result<Option<DeliveryState>, FlowError> {
        let unknown = || FlowError::BadRequest("there is no such state".to_owned());
        let named = |name| DeliveryState::from_name(name).ok_or_else(unknown);
        self.state.as_deref().map(named).transpose()
    }
}

/// One message to a webhook.
#[derive(Debug, Serialize)]
pub(super) struct Delivery {
    change: u64,
    request: RequestId,
    outcome: Outcome,
    state: String,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<Timestamp>,
}

impl From<DeliveryView> for Delivery {
    fn from(view: DeliveryView) -> Self {
        let DeliveryView { change, request, outcome, state, attempts, answer, next_at, .. } = view;
        Self { change, request, outcome, state: state.to_string(), attempts, answer, next_at }
    }
}

/// What a webhook of this key was or is to be told, newest first, fifty at a time.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}/deliveries",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("id" = String, Path, description = "the webhook"),
        ("state" = Option<String>, Query, description = "waiting, taken or given-up"),
        ("before" = Option<u64>, Query, description = "the last change of the page before"),
    ),
    responses(
        (status = 200, description = "Messages", body = Vec<schema::Delivery>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn deliveries(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path(id): Path<WebhookId>,
    Query(of): Query<ToldOf>,
) -> Result<Response, ApiError> {
    let state = of.state()?;
    webhook::require_own(&api.app, &caller, id).await?;
    let told = webhook::deliveries(&api.app, id, of.before, state).await?;
    Ok(fresh(axum::Json(told.into_iter().map(Delivery::from).collect::<Vec<_>>())))
}

/// Tell a webhook of this key a change again; the message has the same `webhook-id`.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/deliveries/{change}/replay",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("id" = String, Path, description = "the webhook"),
        ("change" = u64, Path, description = "the change's number"),
    ),
    responses(
        (status = 202, description = "It is sent again"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn replay(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path((id, change)): Path<(WebhookId, u64)>,
) -> Result<Response, ApiError> {
    webhook::require_own(&api.app, &caller, id).await?;
    webhook::replay(&api.app, id, change).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
