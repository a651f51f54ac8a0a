//! How a phone is woken, and the line over which it hears that something happened.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use http::StatusCode;
use trien_core::env::random;
use trien_core::push::{PushAddress, WakeUp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fresh;
use super::signed::{Signed, SignedJson};
use super::{Api, ApiError, schema};
use crate::flow::{events, push};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(register))
        .routes(routes!(remove))
        .routes(routes!(test))
        .routes(routes!(listen))
}

/// By whom the server can wake a phone, and how it stands with this one.
#[utoipa::path(
    get,
    path = "/api/v1/device/push",
    operation_id = "push_status",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "How it stands", body = schema::PushStatus),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn status(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(push::status(&api.app, &device).await?)))
}

/// Say where the phone is woken, in place of what it said before.
#[utoipa::path(
    put,
    path = "/api/v1/device/push",
    operation_id = "push_register",
    tag = "devices",
    security(("device_signature" = [])),
    request_body(content = schema::PushAddress),
    responses(
        (status = 200, description = "How it stands", body = schema::PushStatus),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn register(
    State(api): State<Api>,
    SignedJson(device, address): SignedJson<PushAddress>,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(push::register(&api.app, &device, &address).await?)))
}

/// Forget where the phone is woken.
#[utoipa::path(
    delete,
    path = "/api/v1/device/push",
    operation_id = "push_remove",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 204, description = "Forgotten"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn remove(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    push::remove(&api.app, &device).await?;
    Ok(fresh(StatusCode::NO_CONTENT))
}

/// Wake the phone now, to see whether it comes.
#[utoipa::path(
    post,
    path = "/api/v1/device/push/test",
    operation_id = "push_test",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 202, description = "A wake-up is on its way"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn test(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    push::test(&api.app, &device).await?;
    Ok(fresh(StatusCode::ACCEPTED))
}

/// Listen: an event `sync` without content whenever there may be something new, the first at once.
/// The line ends after 15 minutes, and when the device may act no more.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "events",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "Events", body = String, content_type = "text/event-stream"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn listen(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    let heard = events::listen(&api.app, &device).await?;
    let stream = unfold((heard, api), |(mut heard, api)| async move {
        heard.next().await?;
        let wake_up = WakeUp::new(random(api.app.entropy()));
        let data = String::from_utf8_lossy(&wake_up.to_json()).into_owned();
        let event = Event::default().event("sync").data(data);
        Some((Ok::<_, Infallible>(event), (heard, api)))
    });
    Ok(fresh(Sse::new(stream).keep_alive(KeepAlive::default()).into_response()))
}
