//! Document signatures by keys outside phones: what awaits one, for the computer that has the key, and the signature.
//! Both are asked by any active device of the person who decided.

use axum::extract::State;
use axum::response::Response;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::wire::{AwaitedSignature, DocumentSignatureSubmission, DocumentSigned};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::signed::{Signed, SignedJson};
use super::{Api, ApiError, fresh, schema};
use crate::flow;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(sign))
}

/// The decisions of the device's person whose document signatures are awaited, the oldest first; at most 200.
#[utoipa::path(
    get,
    path = "/api/v1/document-signatures",
    operation_id = "awaited_document_signatures",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "Decisions with all that is needed to build their revisions",
         body = Vec<schema::AwaitedSignature>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn list(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    let awaited: Vec<AwaitedSignature> =
        flow::document_signature::awaited(&api.app, &device).await?;
    Ok(fresh(axum::Json(awaited)))
}

/// Record the document signature of a decision. Repeating it gives the same answer again.
#[utoipa::path(
    put,
    path = "/api/v1/document-signatures/{decision}",
    operation_id = "sign_document",
    tag = "devices",
    security(("device_signature" = [])),
    params(("decision" = String, Path, description = "the decision's SHA-256, hexadecimal")),
    request_body(content = schema::DocumentSignatureSubmission),
    responses(
        (status = 200, description = "The signed document and the evidence of both leaves",
         body = schema::DocumentSigned),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn sign(
    State(api): State<Api>,
    Path(decision): Path<Sha256>,
    SignedJson(device, submission): SignedJson<DocumentSignatureSubmission>,
) -> Result<Response, ApiError> {
    let decision = DecisionHash(decision);
    let signed: DocumentSigned =
        flow::decide::sign_document(&api.app, &device, decision, submission).await?;
    Ok(fresh(axum::Json(signed)))
}
