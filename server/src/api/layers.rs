//! What surrounds every route, from the outside in: request id and log line, security headers,
//! problem documents, panics, time limits.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tracing::Instrument as _;
use trien_core::env::random;
use trien_core::problem::ProblemKind;

use super::{Api, ApiError, error};

/// How long one answer may take; an upload over a slow line included.
const ANSWER_WITHIN: Duration = Duration::from_mins(2);
/// How long a sender may pause within a body.
const PAUSE: Duration = Duration::from_secs(20);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) fn around(router: Router, api: Api) -> Router {
    guarded(router).layer(from_fn_with_state(api, observe))
}

/// What surrounds the routes of a server that has no office yet, too.
pub fn guarded(router: Router) -> Router {
    router
        .fallback(|| async { ApiError::new(ProblemKind::NotFound) })
        .layer(RequestBodyTimeoutLayer::new(PAUSE))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(error::render))
        .layer(from_fn(secure))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer gives it away")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let what = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(what, "a handler panicked");
    ApiError::new(ProblemKind::Internal).into_response()
}

/// Names the request, counts it and writes one log line: the route and the outcome, never an
/// address with its query, a header or a body.
async fn observe(State(api): State<Api>, request: Request, next: Next) -> Response {
    let id = hex::encode(random::<8>(api.app.entropy()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id, %method, route);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let seconds = begun.elapsed().as_secs_f64();
    span.in_scope(|| {
        tracing::info!(status = status.as_u16(), milliseconds = seconds * 1000.0, "answered");
    });
    let labels = [("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("trien_http_requests_total", &labels).increment(1);
    metrics::histogram!("trien_http_seconds", &labels).record(seconds);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

const SECURITY_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (http::header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (http::header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        http::header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}
