//! Comments beside the pages of documents, for document systems and phones.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use trien_core::id::{CommentId, RequestId};
use trien_core::papers::NewComment;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Read};
use super::extract::Path;
use super::signed::{Signed, SignedJson};
use super::{Api, ApiError, fresh, schema, tagged};
use crate::flow::comments;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(request_comments))
        .routes(routes!(device_comments, device_comment))
        .routes(routes!(device_withdraw_comment))
}

/// The comments beside a request's pages, the oldest first. They are no part of the document.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/comments",
    tag = "document systems",
    security(("api_key" = ["read"]), ("client_credentials" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "Comments", body = Vec<schema::CommentView>),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn request_comments(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Read>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(tagged(&headers, &comments::list_of_caller(&api.app, &caller, id).await?))
}

/// The comments beside the pages of a request in which the device's person has a part.
#[utoipa::path(
    get,
    path = "/api/v1/device/requests/{id}/comments",
    tag = "devices",
    security(("device_signature" = [])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "Comments", body = Vec<schema::CommentView>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn device_comments(
    State(api): State<Api>,
    Path(id): Path<RequestId>,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(comments::list_of_device(&api.app, &device, id).await?)))
}

/// A comment that was written.
#[derive(Debug, Serialize, ToSchema)]
struct Commented {
    /// Its identifier.
    #[schema(value_type = String)]
    id: CommentId,
}

/// Write a comment beside a page, while somebody still has to decide.
#[utoipa::path(
    post,
    path = "/api/v1/device/requests/{id}/comments",
    tag = "devices",
    security(("device_signature" = [])),
    params(("id" = String, Path, description = "the request")),
    request_body = schema::NewComment,
    responses(
        (status = 201, description = "Written", body = Commented),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn device_comment(
    State(api): State<Api>,
    Path(id): Path<RequestId>,
    SignedJson(device, wish): SignedJson<NewComment>,
) -> Result<Response, ApiError> {
    let id = comments::write_by_device(&api.app, &device, id, wish).await?;
    Ok((StatusCode::CREATED, axum::Json(Commented { id })).into_response())
}

/// Withdraw an own comment. Its text is gone; who wrote it, when and where stays.
#[utoipa::path(
    post,
    path = "/api/v1/device/requests/{id}/comments/{comment}/withdraw",
    tag = "devices",
    security(("device_signature" = [])),
    params(
        ("id" = String, Path, description = "the request"),
        ("comment" = String, Path, description = "the comment"),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn device_withdraw_comment(
    State(api): State<Api>,
    Path((id, comment)): Path<(RequestId, CommentId)>,
    Signed(device): Signed,
) -> Result<StatusCode, ApiError> {
    comments::withdraw_by_device(&api.app, &device, id, comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
