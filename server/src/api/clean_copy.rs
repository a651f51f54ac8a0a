//! A document that cannot be signed comes in, a clean copy goes out.

use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OwnedSemaphorePermit;
use trien_core::document::{MAX_DOCUMENT_BYTES, PDF};
use trien_core::problem::ProblemKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Submit};
use super::submission::{bad, damaged, too_large};
use super::{Api, ApiError, schema};
use crate::clean_copy::{Account, ActiveContent};
use crate::flow;
use crate::room::announced_length;

/// What surrounds the file in a multipart body.
const FRAME_BYTES: u64 = 16 * 1024;
const MAX_CHOICE_BYTES: u64 = 16;

const ORIGINAL: HeaderName = HeaderName::from_static("trien-original");
const REASON: HeaderName = HeaderName::from_static("trien-reason");
const REMOVED: HeaderName = HeaderName::from_static("trien-removed");
const MISSING: HeaderName = HeaderName::from_static("trien-missing");

pub(super) fn routes() -> OpenApiRouter<Api> {
    // The extractor counts for itself.
    OpenApiRouter::new().routes(routes!(clean_copy)).layer(DefaultBodyLimit::disable())
}

/// Make a clean copy of a PDF that cannot be signed as it is.
///
/// For files that an owner's password protects, and files that readers would have to repair. The
/// copy is a new document that passes the gate; it says in its bytes that it is a clean copy, of
/// which original (SHA-256) and why. Compare it with the original before it is submitted. Files
/// that need a password, and files that hold signatures, are refused. Nothing is kept; the same
/// file gives the same copy.
#[utoipa::path(
    post,
    path = "/api/v1/clean-copies",
    tag = "document systems",
    security(("api_key" = ["submit"]), ("client_credentials" = ["submit"])),
    request_body(content = inline(schema::CleanCopyParts), content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The copy", body = schema::File, content_type = "application/pdf",
         headers(
            ("Trien-Original" = String, description = "SHA-256 of the original"),
            ("Trien-Reason" = String, description = "why the original cannot be signed"),
            ("Trien-Removed" = String, description = "what was left out, if anything"),
            ("Trien-Missing" = u32, description = "references of the original to nothing"),
         )),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn clean_copy(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Submit>,
    original: Original,
) -> Result<Response, ApiError> {
    let Original { document, active, _place } = original;
    let copy = flow::clean_copy::make(&api.app, &caller, document, active).await?;
    Ok((headers(&copy.account), copy.bytes).into_response())
}

fn headers(account: &Account) -> HeaderMap {
    let mark = &account.mark;
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(PDF)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"clean-copy.pdf\"")),
        (MISSING, HeaderValue::from(account.missing)),
    ]);
    let said = [
        (ORIGINAL, mark.original.to_string()),
        (REASON, mark.reason.clone()),
        (REMOVED, mark.removed.join(", ")),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::try_from(value)
            && !value.is_empty()
        {
            headers.insert(name, value);
        }
    }
    headers
}

/// The parts of the request, and the room that they take.
#[derive(Debug)]
struct Original {
    document: Bytes,
    active: ActiveContent,
    _place: OwnedSemaphorePermit,
}

impl FromRequest<Api> for Original {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let longest = MAX_DOCUMENT_BYTES + FRAME_BYTES;
        let announced = announced_length(request.headers());
        if announced.is_some_and(|length| length > longest) {
            return Err(too_large(MAX_DOCUMENT_BYTES));
        }
        let place = api.app.room().take(announced.unwrap_or(longest)).await?;
        let mut multipart = Multipart::from_request(request, api)
            .await
            .map_err(|_| ApiError::new(ProblemKind::UnsupportedMediaType))?;
        let (mut document, mut active) = (None, None);
        while let Some(field) = multipart.next_field().await.map_err(|e| damaged(&e))? {
            match field.name().unwrap_or_default() {
                "document" if document.is_none() => {
                    document = Some(collect(field, MAX_DOCUMENT_BYTES).await?);
                }
                "active-content" if active.is_none() => {
                    active = Some(choice(&collect(field, MAX_CHOICE_BYTES).await?)?);
                }
                name => return Err(bad(format!("the part {name:?} is not known or comes twice"))),
            }
        }
        let document = document.ok_or_else(|| bad("the part \"document\" is missing"))?;
        Ok(Self { document, active: active.unwrap_or_default(), _place: place })
    }
}

async fn collect(mut field: Field<'_>, limit: u64) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|e| damaged(&e))? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn choice(text: &[u8]) -> Result<ActiveContent, ApiError> {
    match text {
        b"refuse" => Ok(ActiveContent::Refused),
        b"remove" => Ok(ActiveContent::Removed),
        _ => Err(bad("the part \"active-content\" is \"refuse\" or \"remove\"")),
    }
}
