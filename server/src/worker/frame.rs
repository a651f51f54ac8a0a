//! Frames between server and worker: a length (u32, big endian), then that many bytes.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::pdf::inspect::Inspection;
use trien_core::pdf::read::Refusal;

/// Largest answer of a worker, in bytes: a worker that a document has taken over must not be able
/// to fill the server's memory.
const MAX_ANSWER_BYTES: u32 = 8 * 1024 * 1024;

/// What a worker says of a document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// It passed the gate.
    Inspected(Inspection),
    /// It did not.
    Refused(Refusal),
}

/// Child: the next document, or nothing when the server has closed the pipe.
pub(super) fn read_document(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_be_bytes(length);
    if u64::from(length) > MAX_DOCUMENT_BYTES {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    let mut document = vec![0; length as usize];
    input.read_exact(&mut document)?;
    Ok(Some(document))
}

/// Child: the answer.
pub(super) fn write_answer(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let bytes = serde_json::to_vec(answer)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Server: sends a document.
pub(super) async fn send_document(
    pipe: &mut (impl AsyncWrite + Unpin),
    document: &[u8],
) -> io::Result<()> {
    let length = u32::try_from(document.len()).map_err(io::Error::other)?;
    pipe.write_all(&length.to_be_bytes()).await?;
    pipe.write_all(document).await?;
    pipe.flush().await
}

/// Server: receives the answer.
pub(super) async fn receive_answer(pipe: &mut (impl AsyncRead + Unpin)) -> io::Result<Answer> {
    let length = pipe.read_u32().await?;
    if length > MAX_ANSWER_BYTES {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    let mut bytes = vec![0; length as usize];
    pipe.read_exact(&mut bytes).await?;
    Ok(serde_json::from_slice(&bytes)?)
}
