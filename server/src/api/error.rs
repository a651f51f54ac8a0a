//! How the API says no.
//!
//! Handlers return [`ApiError`]; one layer, [`render`], turns it into a problem document in the
//! reader's language, and does the same for whatever the framework refuses on its own.

use axum::extract::Request;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_RANGE, CONTENT_TYPE, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderValue, StatusCode};
use trien_core::env::Timestamp;
use trien_core::problem::ProblemKind;
use trien_core::receipt::Receipt;

use crate::flow::FlowError;
use crate::problem;
use crate::text::Language;

/// A refusal on its way to the reader.
#[derive(Clone, Debug)]
pub struct ApiError {
    kind: ProblemKind,
    code: Option<String>,
    server_time: Option<Timestamp>,
    receipt: Option<Box<Receipt>>,
}

impl ApiError {
    /// A refusal without particulars.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self { kind, code: None, server_time: None, receipt: None }
    }

    /// Names a particular: a slug or what is wrong with the message, never a secret.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The request was signed at another time than now.
    #[must_use]
    pub fn clock_skew(now: Timestamp) -> Self {
        Self { server_time: Some(now), ..Self::new(ProblemKind::ClockSkew) }
    }

    /// Which problem it is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }
}

impl From<FlowError> for ApiError {
    fn from(error: FlowError) -> Self {
        let kind = error.problem();
        match kind {
            ProblemKind::Internal => tracing::error!(%error, "defect"),
            ProblemKind::Unavailable | ProblemKind::StorageFull | ProblemKind::LogRecovery => {
                tracing::warn!(%error, "not available");
            }
            _ => {}
        }
        Self {
            kind,
            code: error.code(),
            server_time: None,
            receipt: error.receipt().cloned().map(Box::new),
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        of_status(rejection.status()).with_code(rejection.body_text())
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        of_status(rejection.status()).with_code(rejection.body_text())
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(ProblemKind::BadRequest).with_code(rejection.body_text())
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        // An address that cannot name anything names nothing.
        Self::new(ProblemKind::NotFound)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        if let (ProblemKind::RangeNotSatisfiable, Some(size)) = (self.kind, &self.code)
            && let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}"))
        {
            response.headers_mut().insert(CONTENT_RANGE, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn of_status(status: StatusCode) -> ApiError {
    ApiError::new(match status {
        StatusCode::UNAUTHORIZED => ProblemKind::Unauthenticated,
        StatusCode::FORBIDDEN => ProblemKind::Forbidden,
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::UnsupportedMediaType,
        StatusCode::RANGE_NOT_SATISFIABLE => ProblemKind::RangeNotSatisfiable,
        StatusCode::TOO_MANY_REQUESTS => ProblemKind::TooManyRequests,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => ProblemKind::Unavailable,
        other if other.is_server_error() => ProblemKind::Internal,
        _ => ProblemKind::BadRequest,
    })
}

/// Writes problem documents, also for what routing and limits refuse.
pub async fn render(request: Request, next: Next) -> Response {
    let language = Language::preferred(request.headers());
    let mut response = next.run(request).await;
    let error = match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        // The console's pages say by themselves what is wrong.
        None if is_page(&response) || has_own_form(&response) => return response,
        None if is_refusal(response.status()) => of_status(response.status()),
        None => return response,
    };
    let mut rendered = document(error, language);
    // What the framework says beside the status stays true.
    for name in [ALLOW, CONTENT_RANGE] {
        if let Some(value) = response.headers_mut().remove(&name) {
            rendered.headers_mut().insert(name, value);
        }
    }
    rendered
}

/// Marks a refusal whose form another standard prescribes: nothing is written over it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnForm;

fn has_own_form(response: &Response) -> bool {
    response.extensions().get::<OwnForm>().is_some()
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn document(error: ApiError, language: Language) -> Response {
    let mut problem = problem::document(error.kind, error.code.as_deref(), language);
    problem.server_time = error.server_time;
    problem.receipt = error.receipt;
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).expect("problem documents have string keys only");
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer, Signature"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
