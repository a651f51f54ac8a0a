//! Requests signed by a device's auth key (RFC 9421, profile `trien-device`).
//!
//! The order matters: size before hashing, signature before parsing, and the device's standing
//! from the database each time, so that a suspension holds from the next request on.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::request::Parts;
use serde::de::DeserializeOwned;
use trien_core::http_signature::{self, Headers, SignatureError, parse};
use trien_core::problem::ProblemKind;

use super::{Api, ApiError};
use crate::flow;
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
        let device =
            authenticate(api, &parts, Some(http_signature::Body { content_type, bytes: &body }))
                .await?;
        let value = serde_json::from_slice(&body)
            .map_err(|error| ApiError::new(ProblemKind::BadRequest).with_code(error.to_string()))?;
        Ok(Self(device, value))
    }
}

async fn read(parts: &Parts, mut body: Body) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::new(ProblemKind::TooLarge).with_code(MAX_SIGNED_BYTES.to_string());
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
    if announced > MAX_SIGNED_BYTES {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // A line that went quiet is no fault of the message: the phone tries again.
        let frame = frame.map_err(|_| ApiError::new(ProblemKind::Unavailable))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > MAX_SIGNED_BYTES {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

async fn authenticate(
    api: &Api,
    parts: &Parts,
    body: Option<http_signature::Body<'_>>,
) -> Result<AuthenticatedDevice, ApiError> {
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let presented = Headers::collect(headers)
        .and_then(|headers| parse(&headers))
        .map_err(|error| refuse(&error))?;
    let request = http_signature::Request {
        method: parts.method.as_str(),
        authority: api.name_for(authority(parts)?)?,
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        body,
    };
    let known = flow::device::lookup(&api.app, presented.keyid).await?;
    let now = api.app.clock().now();
    presented.verify(&request, &known.auth_key, now).map_err(|error| match error {
        SignatureError::ClockSkew { .. } => ApiError::clock_skew(now),
        other => refuse(&other),
    })?;
    Ok(AuthenticatedDevice {
        id: known.id,
        person: known.person,
        standing: known.standing,
        nonce: Base64UrlUnpadded::encode_string(&presented.nonce.0),
    })
}

// Where the request was sent: the `:authority` of HTTP/2, the only `Host` of HTTP/1.1.
fn authority(parts: &Parts) -> Result<&str, ApiError> {
    if let Some(authority) = parts.uri.authority() {
        return Ok(authority.as_str());
    }
    let mut hosts = parts.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map_err(|_| ApiError::new(ProblemKind::BadRequest)),
        _ => Err(ApiError::new(ProblemKind::BadRequest)),
    }
}

fn refuse(error: &SignatureError) -> ApiError {
    tracing::debug!(%error, "a signed request was refused");
    ApiError::new(ProblemKind::Unauthenticated).with_code(error.to_string())
}
