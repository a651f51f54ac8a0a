//! The register of numbers, for document systems that write a number into a document before anybody signs.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Read, Submit};
use super::extract::{Json, Query};
use super::{Api, ApiError, fresh, schema, tagged};
use crate::flow::numbers::{self, NumberView, Wish};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(reserve, list))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    kind: Text<100>,
    notation: Text<30>,
    reference: Text<100>,
}

impl From<Wanted> for Wish {
    fn from(Wanted { kind, notation, reference }: Wanted) -> Self {
        Self { kind, notation, reference }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Numbered {
    number: String,
    value: u64,
    kind: String,
    year: u32,
    given_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<NumberView> for Numbered {
    fn from(view: NumberView) -> Self {
        let NumberView { value, number, kind, year, given_at, reference, request, state, reason } =
            view;
        Self { number, value, kind, year, given_at, reference, request, state, reason }
    }
}

/// Reserve the next number of the unit for a document that is still to be submitted.
///
/// Asking again with the same `reference` gives the same number. The submission then has it in its `metadata.number`. What
/// is reserved is never given to another document, whether it is used or not.
#[utoipa::path(
    post,
    path = "/api/v1/numbers",
    tag = "document systems",
    security(("api_key" = ["submit"]), ("client_credentials" = ["submit"])),
    request_body = schema::NumberWish,
    responses(
        (status = 200, description = "The number", body = schema::NumberView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn reserve(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Submit>,
    Json(wanted): Json<Wanted>,
) -> Result<Response, ApiError> {
    let reserved = numbers::reserve(&api.app, &caller, wanted.into()).await?;
    Ok(fresh((StatusCode::OK, axum::Json(Numbered::from(reserved)))))
}

/// Query of the register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Series {
    kind: String,
    year: u32,
    #[serde(default)]
    cursor: u64,
}

/// One page of the register.
#[derive(Debug, Serialize)]
struct NumberList {
    numbers: Vec<Numbered>,
    cursor: u64,
    more: bool,
}

/// The unit's register of one kind and year, in the order of its numbers, 200 a page.
#[utoipa::path(
    get,
    path = "/api/v1/numbers",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(
        ("kind" = String, Query, description = "kind of document; case and marks say nothing"),
        ("year" = u32, Query, description = "of the calendar"),
        ("cursor" = Option<u64>, Query, description = "the last number of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::NumberList),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn list(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Query(Series { kind, year, cursor }): Query<Series>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = numbers::list(&api.app, &caller, &kind, year, cursor).await?;
    let more = found.len() == numbers::PAGE as usize;
    let cursor = found.last().map_or(cursor, |last| last.value);
    let numbers = found.into_iter().map(Numbered::from).collect();
    Ok(tagged(&headers, &NumberList { numbers, cursor, more }).into_response())
}
