//! The HTTP API: routes, who may use them, and how answers and refusals look.
//!
//! Handlers are thin: an extractor says who asks, a flow does the work, an error becomes a problem
//! document in one layer ([`error::render`]).

mod admin;
mod apps;
mod caller;
mod clean_copy;
mod comments;
mod delegations;
mod device;
mod document_signatures;
mod error;
mod explorer;
mod extract;
mod integration;
mod layers;
mod news;
mod numbers;
mod oauth;
mod ocsp;
mod openapi;
mod pages;
mod public;
mod push;
mod schema;
mod signed;
mod submission;
mod templates;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use trien_core::problem::ProblemKind;
use utoipa_axum::router::OpenApiRouter;

pub use error::ApiError;
pub use layers::guarded;
pub use submission::MAX_SUBMISSION_BYTES;

use crate::app::{App, is_made_up, mark_made_up};
use crate::config::Origin;
use crate::etag::Tag;

/// Whether what the server holds is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// An office's own.
    Office,
    /// Made up: every page says so.
    Demo,
}

impl Data {
    /// What the data folder holds.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        if is_made_up(folder) { Self::Demo } else { Self::Office }
    }

    /// Marks a data folder as made up, for good.
    pub fn mark_demo(folder: &Path) -> std::io::Result<()> {
        mark_made_up(folder)
    }
}

/// What the handlers need.
#[derive(Clone)]
pub struct Api {
    app: App,
    origins: Arc<[Origin]>,
    data: Data,
    metrics: Option<PrometheusHandle>,
    description: Bytes,
}

impl Api {
    /// An API for `app`, addressed by one of `origins`.
    #[must_use]
    pub fn new(app: App, origins: &[Origin], data: Data) -> Self {
        Self { app, origins: origins.into(), data, metrics: None, description: Bytes::new() }
    }

    /// Serves `/metrics` with the other routes: on loopback only, figures are nobody's business.
    #[must_use]
    pub fn with_metrics(mut self, metrics: PrometheusHandle) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// All routes and those of `others`, with the layers around them.
    pub fn router(mut self, others: Router) -> Router {
        let (router, description) = routes().split_for_parts();
        self.description =
            description.to_json().expect("the description has string keys only").into();
        layers::around(router.with_state(self.clone()).merge(others), self)
    }

    /// The configured name that a request was sent to (`@authority`, RFC 9421 §2.2.3). Forwarded
    /// headers have no say.
    fn name_for(&self, authority: &str) -> Result<&str, ApiError> {
        let mut names = self.origins.iter().map(Origin::authority);
        let name = names.find(|name| name.eq_ignore_ascii_case(authority));
        name.ok_or_else(|| {
            ApiError::new(ProblemKind::Unauthenticated)
                .with_code("the request was sent to another name than the server's")
        })
    }
}

/// The API's description, OpenAPI 3.1, as JSON.
#[must_use]
pub fn description() -> String {
    let (_, description) = routes().split_for_parts();
    description.to_pretty_json().expect("the description has string keys only")
}

/// A router with nothing but `/metrics`, for an address of its own.
pub fn metrics_router(metrics: PrometheusHandle) -> Router {
    Router::new().route("/metrics", axum::routing::get(async move || metrics_page(&metrics)))
}

fn metrics_page(metrics: &PrometheusHandle) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response()
}

/// An answer about people and documents, which belongs into no cache.
fn fresh(answer: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, "no-store")], answer).into_response()
}

/// A text, such as evidence.
fn plain(text: String) -> Response {
    fresh(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text))
}

/// The same for whoever asks again and again: a few bytes while it is as it was.
fn tagged(headers: &HeaderMap, answer: &impl Serialize) -> Response {
    let body = serde_json::to_vec(answer).expect("answers have a JSON form");
    let tag = Tag::of(&body);
    let cached =
        [(ETAG, tag.value()), (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if tag.is_known(headers) {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (cached, json, body).into_response()
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(delegations::routes())
        .merge(device::routes())
        .merge(document_signatures::routes())
        .merge(push::routes())
        .merge(integration::routes())
        .merge(news::routes())
        .merge(numbers::routes())
        .merge(templates::routes())
        .merge(comments::routes())
        .merge(clean_copy::routes())
        .merge(admin::routes())
        .merge(public::routes())
        .merge(ocsp::routes())
        .merge(pages::routes())
        .merge(apps::routes())
        .merge(explorer::routes())
        .merge(oauth::routes())
}
