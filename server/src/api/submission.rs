//! The parts of a submission (multipart/form-data, RFC 7578), in memory only: nothing of a
//! document is written anywhere before it is accepted.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::problem::ProblemKind;
use trien_core::wire::Submission;

use super::{Api, ApiError};
use crate::flow::submit::{Package, Upload};

/// Largest submission, in bytes: a document, as much again for attachments, and pictures.
pub const MAX_SUBMISSION_BYTES: u64 = 2 * MAX_DOCUMENT_BYTES + 8 * 1024 * 1024;

const MAX_DESCRIPTION_BYTES: u64 = 256 * 1024;
const MAX_IMAGE_BYTES: u64 = 2 * 1024 * 1024;
const MAX_PARTS: usize = 64;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// All submissions in memory at once, in bytes.
const ROOM_BYTES: u64 = 256 * 1024 * 1024;
/// What room is counted in, in bytes: permits are `u32`.
const UNIT_BYTES: u64 = 1024;
/// How long a submission waits for room before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// A complete submission, and the room that it takes.
#[derive(Debug)]
pub struct Submitted(pub Package, pub OwnedSemaphorePermit);

/// Memory for submissions, taken before the first byte of one is read.
#[derive(Clone, Debug)]
pub struct Room {
    units: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Room {
    fn default() -> Self {
        let units = usize::try_from(ROOM_BYTES / UNIT_BYTES).unwrap_or(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)), patience: PATIENCE }
    }
}

impl Room {
    /// Room for a submission of `announced` bytes, or of any length where none is announced.
    pub(super) async fn take(
        &self,
        announced: Option<u64>,
    ) -> Result<OwnedSemaphorePermit, ApiError> {
        let full = || ApiError::new(ProblemKind::Unavailable);
        let bytes = announced.unwrap_or(MAX_SUBMISSION_BYTES);
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).map_err(|_| full())?;
        let taking = Arc::clone(&self.units).acquire_many_owned(units);
        let taken = tokio::time::timeout(self.patience, taking).await;
        taken.map_err(|_| full())?.map_err(|_| full())
    }
}

impl FromRequest<Api> for Submitted {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let idempotency_key = idempotency_key(&request)?;
        let announced = announced_length(&request);
        if announced.is_some_and(|length| length > MAX_SUBMISSION_BYTES) {
            return Err(too_large(MAX_SUBMISSION_BYTES));
        }
        let room = api.submissions.take(announced).await?;
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

pub(super) fn announced_length(request: &Request) -> Option<u64> {
    let value = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.parse().ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn submissions_wait_for_room_and_are_told_to_come_back_without() {
        let room = Room { patience: Duration::from_millis(20), ..Room::default() };
        let first = room.take(None).await.unwrap();
        let second = room.take(Some(MAX_SUBMISSION_BYTES)).await.unwrap();
        let small = room.take(Some(1_000_000)).await.unwrap();
        let none = room.take(None).await.unwrap_err();
        assert_eq!(none.kind(), ProblemKind::Unavailable);
        drop((first, small));
        drop(room.take(None).await.unwrap());
        drop(second);
    }
}
