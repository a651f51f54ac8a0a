//! Comments beside the pages of documents on their way.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use trien_core::id::{CommentId, RequestId};
use trien_core::papers::NewComment;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, Made, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::comments;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(comments_on_request, comment_on_request))
        .routes(routes!(withdraw_comment))
}

/// The comments beside a request's pages, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/requests/{id}/comments",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "Comments", body = Vec<schema::CommentView>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn comments_on_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<RequestId>,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(comments::list(&api.app, &who.officer, id).await?)))
}

/// Write a comment beside a page, as a clerk of the request's unit, while somebody still has to decide.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests/{id}/comments",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the request")),
    request_body = schema::NewComment,
    responses(
        (status = 201, description = "Written", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn comment_on_request(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<RequestId>,
    Json(wish): Json<NewComment>,
) -> Result<Response, ApiError> {
    let id = comments::write(&api.app, &who.officer, id, wish).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })).into_response())
}

/// Withdraw an own comment. Its text is gone; who wrote it, when and where stays.
#[utoipa::path(
    post,
    path = "/api/v1/admin/requests/{id}/comments/{comment}/withdraw",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("comment" = String, Path, description = "the comment"),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn withdraw_comment(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path((id, comment)): Path<(RequestId, CommentId)>,
) -> Result<StatusCode, ApiError> {
    comments::withdraw(&api.app, &who.officer, id, comment).await?;
    Ok(StatusCode::NO_CONTENT)
}
