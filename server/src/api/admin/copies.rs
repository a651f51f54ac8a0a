//! Copies of finished documents, for clerks and auditors of the units that they went to.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::id::{RequestId, UnitId};
use trien_core::wire::RequestView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Admin, Looks, MOST, fresh, plain};
use crate::api::extract::{Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::download;
use crate::flow::copies::{self, CopyPage, PAGE};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(copies_of_unit))
        .routes(routes!(copy))
        .routes(routes!(copy_document))
        .routes(routes!(copy_evidence))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    cursor: Option<u64>,
    #[serde(default = "usual_page")]
    limit: u32,
}

fn usual_page() -> u32 {
    PAGE
}

#[derive(Debug, Serialize)]
struct Copies {
    copies: Vec<RequestView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<u64>,
}

/// The finished documents of which a unit got a copy, the newest first: of a unit in which the account is clerk or auditor,
/// or of one below.
#[utoipa::path(
    get,
    path = "/api/v1/admin/units/{id}/copies",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the unit"),
        ("cursor" = Option<u64>, Query, description = "from the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::CopiesFound),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn copies_of_unit(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<UnitId>,
    Query(page): Query<Page>,
) -> Result<Response, ApiError> {
    let limit = page.limit.clamp(1, MOST);
    let found = copies::list(&api.app, &who.officer, id, page.cursor, limit).await?;
    let CopyPage { copies, next } = found;
    Ok(fresh(axum::Json(Copies { copies, cursor: next })))
}

/// A document of which a unit of the account's got a copy. Where the account is clerk there, the copy is opened by that.
#[utoipa::path(
    get,
    path = "/api/v1/admin/copies/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "The request", body = schema::RequestView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn copy(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<RequestId>,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(copies::one(&api.app, &who.officer, id).await?)))
}

/// The file of a copy, signatures included. Where the account is clerk there, the copy is opened by that.
#[utoipa::path(
    get,
    path = "/api/v1/admin/copies/{id}/document",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("Range" = Option<String>, Header, description = "one range of bytes"),
    ),
    responses(
        (status = 200, description = "The file", body = schema::File, content_type = "application/pdf"),
        (status = 206, description = "A part", body = schema::File, content_type = "application/pdf"),
        (status = 304, description = "Not modified (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn copy_document(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<RequestId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(download::send(copies::document(&api.app, &who.officer, id).await?, &headers).await?)
}

/// Proof that a decision on the document of a copy is recorded, for `trien verify`.
#[utoipa::path(
    get,
    path = "/api/v1/admin/copies/{id}/evidence/{decision}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("id" = String, Path, description = "the request"),
        ("decision" = String, Path, description = "the decision's SHA-256, hexadecimal"),
    ),
    responses(
        (status = 200, description = "Evidence (trien.evidence/1)", body = String,
         content_type = "text/plain"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn copy_evidence(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path((id, decision)): Path<(RequestId, Sha256)>,
) -> Result<Response, ApiError> {
    let text = copies::evidence(&api.app, &who.officer, id, DecisionHash(decision)).await?;
    Ok(plain(text))
}
