//! What phones ask: enrollment with the invitation's secret, everything else signed by the
//! device's auth key (RFC 9421).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::id::{AttemptId, DeviceId, RequestId};
use trien_core::request::StepNumber;
use trien_core::wire::{
    DecisionSubmission, DeviceStatus, EnrollmentBegin, EnrollmentChallenge, EnrollmentKeys,
    EnrollmentReveal, KNOWS, KNOWS_DELEGATIONS, KNOWS_DOCUMENT_SIGNERS, ShortCodeAnswer,
    ShortCodeQuestion, SlipQuestion, SlipView, SyncQuery,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path, Query};
use super::signed::{Signed, SignedJson};
use super::{Api, ApiError, fresh, plain, schema};
use crate::download;
use crate::flow;
use crate::flow::read::WhichImage;
use crate::flow::slip::session;
use crate::flow::sync::{Knows, Parts, Signers};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(enroll))
        .routes(routes!(enroll_keys))
        .routes(routes!(slip))
        .routes(routes!(short_code))
        .routes(routes!(device))
        .routes(routes!(other_devices))
        .routes(routes!(lost_device))
        .routes(routes!(ask_replacement))
        .routes(routes!(sync))
        .routes(routes!(document))
        .routes(routes!(evidence))
        .routes(routes!(image))
        .routes(routes!(decide))
}

/// Begin an enrollment: the phone shows that it holds the invitation.
#[utoipa::path(
    post,
    path = "/api/v1/enrollments",
    tag = "devices",
    security(()),
    request_body(content = schema::EnrollmentBegin),
    responses(
        (status = 201, description = "The server's commitment", body = schema::EnrollmentChallenge),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn enroll(
    State(api): State<Api>,
    Json(message): Json<EnrollmentBegin>,
) -> Result<Response, ApiError> {
    let challenge: EnrollmentChallenge = flow::enroll::begin(&api.app, message).await?;
    Ok((StatusCode::CREATED, fresh(axum::Json(challenge))).into_response())
}

/// Hand over the phone's keys; final for their challenge.
#[utoipa::path(
    post,
    path = "/api/v1/enrollments/{attempt}/keys",
    tag = "devices",
    security(()),
    params(("attempt" = String, Path, description = "from the challenge")),
    request_body(content = schema::EnrollmentKeys),
    responses(
        (status = 200, description = "The committed value", body = schema::EnrollmentReveal),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn enroll_keys(
    State(api): State<Api>,
    Path(attempt): Path<AttemptId>,
    Json(message): Json<EnrollmentKeys>,
) -> Result<Response, ApiError> {
    let reveal: EnrollmentReveal = flow::enroll::keys(&api.app, attempt, message).await?;
    Ok(fresh(axum::Json(reveal)))
}

/// Whose an enrollment slip is, and whether its officer has begun.
#[utoipa::path(
    post,
    path = "/api/v1/enrollments/slips",
    tag = "devices",
    security(()),
    request_body(content = schema::SlipQuestion),
    responses(
        (status = 200, description = "Whose it is", body = schema::SlipView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn slip(
    State(api): State<Api>,
    Json(question): Json<SlipQuestion>,
) -> Result<Response, ApiError> {
    let view: SlipView = session::look_up(&api.app, &question).await?;
    Ok(fresh(axum::Json(view)))
}

/// Ask for the invitation of a slip with a short code (SPAKE2, RFC 9382); each question is a try.
#[utoipa::path(
    post,
    path = "/api/v1/enrollments/short-codes",
    tag = "devices",
    security(()),
    request_body(content = schema::ShortCodeQuestion),
    responses(
        (status = 200, description = "The sealed invitation", body = schema::ShortCodeAnswer),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn short_code(
    State(api): State<Api>,
    Json(question): Json<ShortCodeQuestion>,
) -> Result<Response, ApiError> {
    let answer: ShortCodeAnswer = session::answer(&api.app, question).await?;
    Ok(fresh(axum::Json(answer)))
}

/// Where the device stands, and its profile once it is active. Answers in every state.
#[utoipa::path(
    get,
    path = "/api/v1/device",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "The device's state", body = schema::DeviceStatus),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn device(State(api): State<Api>, Signed(device): Signed) -> Result<Response, ApiError> {
    let status: DeviceStatus = flow::device::status(&api.app, &device).await?;
    Ok(fresh(axum::Json(status)))
}

/// The other devices of the same person that may act or are suspended.
#[utoipa::path(
    get,
    path = "/api/v1/device/others",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 200, description = "The oldest first", body = Vec<schema::OtherDevice>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn other_devices(
    State(api): State<Api>,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(flow::lost::others(&api.app, &device).await?)))
}

/// Report another device of the same person as lost: it is suspended at once. Repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/device/others/{id}/suspend",
    tag = "devices",
    security(("device_signature" = [])),
    params(("id" = String, Path, description = "the other device")),
    responses(
        (status = 204, description = "Suspended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn lost_device(
    State(api): State<Api>,
    Path(id): Path<DeviceId>,
    Signed(device): Signed,
) -> Result<StatusCode, ApiError> {
    flow::lost::report(&api.app, &device, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a replacement of this device, whose approval key is gone. Its officers see which it is and whose.
#[utoipa::path(
    post,
    path = "/api/v1/device/replacement",
    tag = "devices",
    security(("device_signature" = [])),
    responses(
        (status = 204, description = "Asked for"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn ask_replacement(
    State(api): State<Api>,
    Signed(device): Signed,
) -> Result<StatusCode, ApiError> {
    flow::replace::ask(&api.app, &device).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What changed since a cursor, the log's newest checkpoint and revocation lists.
#[utoipa::path(
    get,
    path = "/api/v1/sync",
    tag = "devices",
    security(("device_signature" = [])),
    params(
        ("cursor" = Option<u64>, Query, description = "where the last answer ended"),
        ("checkpoint" = Option<String>, Query,
         description = "newest checkpoint that the phone has verified, base64url"),
        ("Trien-Knows" = Option<String>, Header,
         description = "words with commas between; `delegations`: it verifies them before it signs; \
                        `document-signers`: it decides where a foreign key signs the document"),
    ),
    responses(
        (status = 200, description = "Changes", body = schema::SyncAnswer),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn sync(
    State(api): State<Api>,
    Query(query): Query<SyncQuery>,
    headers: HeaderMap,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    Ok(fresh(axum::Json(flow::sync::sync(&api.app, &device, query, knows(&headers)).await?)))
}

/// What the phone says that it knows: an older one would sign in its person's own name, or by its own key.
fn knows(headers: &HeaderMap) -> Knows {
    let said = headers.get_all(KNOWS).iter().filter_map(|value| value.to_str().ok());
    let words: Vec<&str> = said.flat_map(|words| words.split(',')).map(str::trim).collect();
    let delegations = words.contains(&KNOWS_DELEGATIONS);
    let signers = words.contains(&KNOWS_DOCUMENT_SIGNERS);
    Knows {
        parts: if delegations { Parts::OfOthersToo } else { Parts::Own },
        signers: if signers { Signers::Foreign } else { Signers::PhonesOnly },
    }
}

/// A document that the device's person has a part in, by its SHA-256; resumable.
#[utoipa::path(
    get,
    path = "/api/v1/documents/{sha256}",
    operation_id = "device_document",
    tag = "devices",
    security(("device_signature" = [])),
    params(
        ("sha256" = String, Path, description = "64 hexadecimal digits"),
        ("Range" = Option<String>, Header, description = "one range of bytes"),
    ),
    responses(
        (status = 200, description = "The file", body = schema::File, content_type = "application/pdf"),
        (status = 206, description = "A part", body = schema::File, content_type = "application/pdf"),
        (status = 304, description = "Not modified (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn document(
    State(api): State<Api>,
    Path(sha256): Path<Sha256>,
    headers: HeaderMap,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    let content = flow::read::document_for_device(&api.app, &device, sha256).await?;
    Ok(download::send(content, &headers).await?)
}

/// Proof that a decision on a finished request is recorded, for those who had a part in it.
#[utoipa::path(
    get,
    path = "/api/v1/device/requests/{id}/evidence/{decision}",
    operation_id = "device_evidence",
    tag = "devices",
    security(("device_signature" = [])),
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
async fn evidence(
    State(api): State<Api>,
    Path((id, decision)): Path<(RequestId, Sha256)>,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    let decision = DecisionHash(decision);
    let text = flow::read::evidence_for_device(&api.app, &device, id, decision).await?;
    Ok(plain(text))
}

/// Which of the images that share a colour stream.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    alpha: Option<Sha256>,
    width: Option<u32>,
}

/// A stamp image by the SHA-256 of its colour stream.
#[utoipa::path(
    get,
    path = "/api/v1/images/{colour}",
    tag = "devices",
    security(("device_signature" = [])),
    params(
        ("colour" = String, Path, description = "64 hexadecimal digits"),
        ("alpha" = Option<String>, Query, description = "SHA-256 of the alpha stream"),
        ("width" = Option<u32>, Query, description = "Pixels across"),
    ),
    responses(
        (status = 200, description = "The image's streams", body = schema::ImageView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn image(
    State(api): State<Api>,
    Path(colour): Path<Sha256>,
    Query(Which { alpha, width }): Query<Which>,
    Signed(device): Signed,
) -> Result<Response, ApiError> {
    let which = WhichImage { alpha, width };
    Ok(fresh(axum::Json(flow::read::image(&api.app, &device, colour, which).await?)))
}

/// Record a decision; the receipt proves it. Repeating the same decision gives its receipt again.
#[utoipa::path(
    put,
    path = "/api/v1/requests/{id}/steps/{step}/decision",
    tag = "devices",
    security(("device_signature" = [])),
    params(
        ("id" = String, Path, description = "the request"),
        ("step" = u16, Path, description = "the step, from 1"),
    ),
    request_body(content = schema::DecisionSubmission),
    responses(
        (status = 200, description = "The receipt", body = schema::Receipt),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn decide(
    State(api): State<Api>,
    Path((request, step)): Path<(RequestId, StepNumber)>,
    SignedJson(device, submission): SignedJson<DecisionSubmission>,
) -> Result<Response, ApiError> {
    let receipt = flow::decide::decide(&api.app, &device, request, step, submission).await?;
    Ok(fresh(axum::Json(receipt)))
}
