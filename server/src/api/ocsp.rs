//! The OCSP responder (RFC 6960, appendix A; RFC 5019 §6 for what others may keep).

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, EXPIRES, LAST_MODIFIED};
use trien_core::certificate::MAX_OCSP_REQUEST_BYTES;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::{Api, ApiError, schema};
use crate::flow::ocsp::{self, Answer};

/// Kept by others for a minute only: a revocation is to be known at once.
const KEPT: HeaderValue =
    HeaderValue::from_static("max-age=60, public, no-transform, must-revalidate");
const ANSWER: HeaderValue = HeaderValue::from_static("application/ocsp-response");

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(ask_in_address))
        .layer(DefaultBodyLimit::max(MAX_OCSP_REQUEST_BYTES))
}

/// Whether certificates of the office's own authority were revoked (RFC 6960).
#[utoipa::path(
    post,
    path = "/api/v1/ocsp",
    tag = "public",
    security(()),
    request_body(content = schema::File, content_type = "application/ocsp-request"),
    responses(
        (
            status = 200,
            description = "OCSPResponse in DER, also where it says that nothing is answered",
            body = schema::File,
            content_type = "application/ocsp-response",
        ),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn ask(State(api): State<Api>, request: Bytes) -> Result<Response, ApiError> {
    let answer = ocsp::answer(&api.app, &request).await;
    // Nobody keeps what was asked by POST (RFC 9110 §9.3.3).
    Ok(([(CACHE_CONTROL, "no-store")], [(CONTENT_TYPE, ANSWER)], answer.der).into_response())
}

/// The same, asked with the request in the address: Base64, then percent-encoded.
#[utoipa::path(
    get,
    path = "/api/v1/ocsp/{request}",
    tag = "public",
    security(()),
    params(("request" = String, Path, description = "OCSPRequest in DER, Base64, percent-encoded")),
    responses(
        (
            status = 200,
            description = "OCSPResponse in DER, also where it says that nothing is answered",
            body = schema::File,
            content_type = "application/ocsp-response",
        ),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn ask_in_address(
    State(api): State<Api>,
    Path(request): Path<String>,
) -> Result<Response, ApiError> {
    // What is no Base64 is no request either.
    let request = Some(request).filter(|text| text.len() <= 2 * MAX_OCSP_REQUEST_BYTES);
    let request = request.and_then(|text| Base64::decode_vec(&text).ok()).unwrap_or_default();
    Ok(cacheable(ocsp::answer(&api.app, &request).await))
}

fn cacheable(answer: Answer) -> Response {
    let tag = format!("\"{}\"", Sha256::of(&answer.der));
    let mut response = ([(CONTENT_TYPE, ANSWER)], answer.der).into_response();
    let headers = response.headers_mut();
    let Some(kept) = answer.kept else {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return response;
    };
    headers.insert(CACHE_CONTROL, KEPT);
    for (name, value) in
        [(ETAG, Some(tag)), (LAST_MODIFIED, date(kept.at)), (EXPIRES, date(kept.until))]
    {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// An IMF-fixdate (RFC 9110 §5.6.7).
fn date(at: UnixSecond) -> Option<String> {
    let moment = jiff::Timestamp::from_second(at.get()).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}
