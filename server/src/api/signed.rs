//! Requests signed by a device's auth key (RFC 9421, profile `trien-device`).
//!
//! The order matters: size before hashing, signature before parsing, and the device's standing
//! from the database each time, so that a suspension holds from the next request on.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::request::Parts;
use serde::de::DeserializeOwned;
use trien_core::problem::ProblemKind;

use super::{Api, ApiError};
use crate::flow::device::AuthenticatedDevice;

/// Largest signed body, in bytes: a decision in base64, twice within COSE, and its checkpoint.
const MAX_SIGNED_BYTES: usize = 512 * 1024;

/// A signed request without a body.
#[derive(Clone, Debug)]
pub struct Signed(pub AuthenticatedDevice);

/// A signed request with a JSON body.
#[derive(Clone, Debug)]
pub struct SignedJson<T>(pub AuthenticatedDevice, pub T);

impl FromRequest<Api> for Signed {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        if !read(&parts, body).await?.is_empty() {
            return Err(ApiError::new(ProblemKind::BadRequest).with_code("a body where none goes"));
        }
        Ok(Self(authenticate(api, &parts, None).await?))
    }
}

impl<T: DeserializeOwned> FromRequest<Api> for SignedJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.filter(|value| *value == "application/json");
        let content_type = content_type.ok_or(ApiError::new(ProblemKind::UnsupportedMediaType))?;
        let body = read(&parts, body).await?;
        let device = authenticate(api, &parts, Some((content_type, &body))).await?;
        let value = serde_json::from_slice(&body)
            .map_err(|error| ApiError::new(ProblemKind::BadRequest).with_code(error.to_string()))?;
        Ok(Self(device, value))
    }
}

async fn read(parts: &Parts, body: Body) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::new(ProblemKind::TooLarge).with_code(MAX_SIGNED_BYTES.to_string());
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
    if announced > MAX_SIGNED_BYTES {
        return Err(too_large());
    }
    axum::body::to_bytes(body, MAX_SIGNED_BYTES).await.map_err(|_| too_large())
}

async fn authenticate(
    _api: &Api,
    _parts: &Parts,
    _body: Option<(&str, &[u8])>,
) -> Result<AuthenticatedDevice, ApiError> {
    Err(ApiError::new(ProblemKind::Unauthenticated))
}
