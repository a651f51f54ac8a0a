//! A document's bytes: the file as submitted and the signed tails after it, read as one.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::document::DocumentRef;

use super::{FlowError, Thing};
use crate::app::App;
use crate::blobs::Blobs;
use crate::store::document::{Located, chain};

/// One revision of a document; its parts are compared with their digests when they are read.
#[derive(Clone, Debug)]
pub struct Content {
    /// What it is.
    pub document: DocumentRef,
    /// File name, for people.
    pub name: String,
    blobs: Blobs,
    parts: Vec<Piece>,
}

#[derive(Clone, Debug)]
struct Piece {
    range: Range<u64>,
    digest: Sha256,
    bytes: Option<Bytes>,
}

impl Content {
    /// The revision at `place`.
    pub(super) async fn load(
        app: &App,
        connection: &mut AnyConnection,
        located: Located,
    ) -> Result<Self, FlowError> {
        let chain = chain(connection, located.request, located.place, located.number).await?;
        let last = chain.last().ok_or(FlowError::NotFound(Thing::Document))?;
        let document =
            DocumentRef { sha256: last.sha256, size: last.size, media_type: located.media_type };
        let mut parts = Vec::with_capacity(chain.len());
        let mut start = 0;
        for part in chain {
            let bytes = part.tail.map(Bytes::from);
            if let Some(bytes) = &bytes
                && Sha256::of(bytes) != part.part
            {
                return Err(FlowError::Internal(format!("the tail {} is damaged", part.part)));
            }
            parts.push(Piece { range: start..part.size, digest: part.part, bytes });
            start = part.size;
        }
        Ok(Self { document, name: located.name, blobs: app.blobs().clone(), parts })
    }

    /// Bytes `range` of it; ranges outside give [`FlowError::Range`].
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, FlowError> {
        if range.start > range.end || range.end > self.document.size {
            return Err(FlowError::Range { size: self.document.size });
        }
        let mut read = Vec::new();
        for part in &self.parts {
            let start = range.start.max(part.range.start);
            let end = range.end.min(part.range.end);
            if start < end {
                let within = start - part.range.start..end - part.range.start;
                read.push(part.read(&self.blobs, within).await?);
            }
        }
        if read.len() == 1 {
            return Ok(read.remove(0));
        }
        let mut joined = BytesMut::with_capacity(read.iter().map(Bytes::len).sum());
        for bytes in &read {
            joined.extend_from_slice(bytes);
        }
        Ok(joined.freeze())
    }
}

impl Piece {
    async fn read(&self, blobs: &Blobs, within: Range<u64>) -> Result<Bytes, FlowError> {
        match &self.bytes {
            None => Ok(blobs.read_range(self.digest, within).await?),
            Some(bytes) => {
                let size = || FlowError::Range { size: bytes.len() as u64 };
                let start = usize::try_from(within.start).map_err(|_| size())?;
                let end = usize::try_from(within.end).map_err(|_| size())?;
                if end <= bytes.len() { Ok(bytes.slice(start..end)) } else { Err(size()) }
            }
        }
    }
}
