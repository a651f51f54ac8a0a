//! The parts of a submission (multipart/form-data, RFC 7578), in memory only: nothing of a
//! document is written anywhere before it is accepted.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use tokio::sync::OwnedSemaphorePermit;
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::problem::ProblemKind;
use trien_core::wire::Submission;

use super::{Api, ApiError};
use crate::flow::submit::{Package, Upload};
use crate::room::announced_length;

/// Largest submission, in bytes: a document, as much again for attachments, and pictures.
pub const MAX_SUBMISSION_BYTES: u64 = 2 * MAX_DOCUMENT_BYTES + 8 * 1024 * 1024;

const MAX_DESCRIPTION_BYTES: u64 = 256 * 1024;
const MAX_IMAGE_BYTES: u64 = 2 * 1024 * 1024;
const MAX_PARTS: usize = 64;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A complete submission, and the room that it takes.
#[derive(Debug)]
pub struct Submitted(pub Package, pub OwnedSemaphorePermit);

impl FromRequest<Api> for Submitted {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let idempotency_key = idempotency_key(&request)?;
        let announced = announced_length(request.headers());
        if announced.is_some_and(|length| length > MAX_SUBMISSION_BYTES) {
            return Err(too_large(MAX_SUBMISSION_BYTES));
        }
        let room = api.app.room().take(announced.unwrap_or(MAX_SUBMISSION_BYTES)).await?;
        let multipart = Multipart::from_request(request, api)
            .await
            .map_err(|_| ApiError::new(ProblemKind::UnsupportedMediaType))?;
        Ok(Self(Parts::read(multipart).await?.package(idempotency_key)?, room))
    }
}

#[derive(Debug, Default)]
struct Parts {
    description: Option<Bytes>,
    document: Option<Upload>,
    attachments: Vec<Upload>,
    images: Vec<Upload>,
    total: u64,
}

impl Parts {
    async fn read(mut multipart: Multipart) -> Result<Self, ApiError> {
        let mut parts = Self::default();
        for count in 0.. {
            let Some(field) = multipart.next_field().await.map_err(|e| damaged(&e))? else { break };
            if count >= MAX_PARTS {
                return Err(bad(format!("more than {MAX_PARTS} parts")));
            }
            parts.take(field).await?;
        }
        Ok(parts)
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), ApiError> {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "request" if self.description.is_none() => {
                self.description = Some(self.collect(field, MAX_DESCRIPTION_BYTES).await?);
            }
            "document" if self.document.is_none() => {
                self.document = Some(self.upload(field, MAX_DOCUMENT_BYTES).await?);
            }
            "attachment" => {
                let upload = self.upload(field, MAX_DOCUMENT_BYTES).await?;
                self.attachments.push(upload);
            }
            "image" => {
                let upload = self.upload(field, MAX_IMAGE_BYTES).await?;
                self.images.push(upload);
            }
            "request" | "document" => return Err(bad(format!("the part {name:?} comes twice"))),
            _ => return Err(bad(format!("the part {name:?} is not known"))),
        }
        Ok(())
    }

    async fn upload(&mut self, field: Field<'_>, limit: u64) -> Result<Upload, ApiError> {
        let part = field.name().unwrap_or_default();
        let name = field.file_name().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| bad(format!("the part {part:?} has no file name")))?;
        let name = name.to_owned();
        let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = self.collect(field, limit).await?;
        Ok(Upload { name, media_type, bytes })
    }

    async fn collect(&mut self, mut field: Field<'_>, limit: u64) -> Result<Bytes, ApiError> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.chunk().await.map_err(|e| damaged(&e))? {
            bytes.extend_from_slice(&chunk);
            self.total += chunk.len() as u64;
            if bytes.len() as u64 > limit {
                return Err(too_large(limit));
            }
            if self.total > MAX_SUBMISSION_BYTES {
                return Err(too_large(MAX_SUBMISSION_BYTES));
            }
        }
        Ok(bytes.freeze())
    }

    fn package(self, idempotency_key: String) -> Result<Package, ApiError> {
        let description = self.description.ok_or_else(|| bad("the part \"request\" is missing"))?;
        let document = self.document.ok_or_else(|| bad("the part \"document\" is missing"))?;
        let submission: Submission = serde_json::from_slice(&description)
            .map_err(|error| bad(format!("the part \"request\": {error}")))?;
        let Self { attachments, images, .. } = self;
        Ok(Package { submission, document, attachments, images, idempotency_key })
    }
}

fn idempotency_key(request: &Request) -> Result<String, ApiError> {
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(bad("one header Idempotency-Key is needed"));
    };
    let visible = value.as_bytes().iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(key) if visible && (1..=255).contains(&key.len()) => Ok(key.to_owned()),
        _ => Err(bad("Idempotency-Key has 1 to 255 visible ASCII characters")),
    }
}

pub(super) fn bad(what: impl Into<String>) -> ApiError {
    ApiError::new(ProblemKind::BadRequest).with_code(what)
}

pub(super) fn too_large(limit: u64) -> ApiError {
    ApiError::new(ProblemKind::TooLarge).with_code(limit.to_string())
}

pub(super) fn damaged(error: &MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(MAX_SUBMISSION_BYTES)
    } else {
        bad("the multipart body is damaged")
    }
}
