//! Frames between server and worker: JSON, then bytes that would only grow in it. Each part is its
//! length (u32, big endian) and that many bytes.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use trien_core::pdf::read::limits::{MAX_BYTES, MAX_SIGNATURES, SIGNATURE_ROOM};

use super::confine::Confinement;
use super::task::{Answer, Task};

/// Longest question, in bytes: recipes, and pictures in base64.
const MAX_TASK_BYTES: u32 = 128 * 1024 * 1024;

/// Longest document, with all signatures that it may have.
#[expect(clippy::cast_possible_truncation, reason = "82 MiB fit")]
const MAX_SIGNED_BYTES: u32 = (MAX_BYTES + MAX_SIGNATURES * SIGNATURE_ROOM) as u32;

/// Longest answer, in bytes: a worker that a document has taken over must not be able to fill the
/// server's memory. The longest sound one lists the sizes of 5,000 pages.
const MAX_ANSWER_BYTES: u32 = 1024 * 1024;

/// Longest bytes behind an answer: a clean copy.
#[expect(clippy::cast_possible_truncation, reason = "50 MiB fit")]
const MAX_BYTES_BEHIND: u32 = MAX_BYTES as u32;

/// What a worker says first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// What the kernel holds it to.
    pub confinement: Confinement,
}

/// Child: the next task and its document, or nothing when the server has closed the pipe.
pub(super) fn read_task(input: &mut impl Read) -> io::Result<Option<(Task<'static>, Vec<u8>)>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let task = read_bytes(input, u32::from_be_bytes(length), MAX_TASK_BYTES)?;
    input.read_exact(&mut length)?;
    let document = read_bytes(input, u32::from_be_bytes(length), MAX_SIGNED_BYTES)?;
    Ok(Some((serde_json::from_slice(&task)?, document)))
}

fn read_bytes(input: &mut impl Read, length: u32, longest: u32) -> io::Result<Vec<u8>> {
    if length > longest {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    let mut bytes = vec![0; length as usize];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Child: the greeting.
pub(super) fn write_greeting(output: &mut impl Write, greeting: &Greeting) -> io::Result<()> {
    write_bytes(output, &serde_json::to_vec(greeting)?)?;
    output.flush()
}

/// Child: the answer, and the bytes behind it.
pub(super) fn write_answer(
    output: &mut impl Write,
    answer: &Answer,
    behind: &[u8],
) -> io::Result<()> {
    write_bytes(output, &serde_json::to_vec(answer)?)?;
    write_bytes(output, behind)?;
    output.flush()
}

fn write_bytes(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(bytes)
}

/// Server: sends a task, already encoded, and its document.
pub(super) async fn send_task(
    pipe: &mut (impl AsyncWrite + Unpin),
    task: &[u8],
    document: &[u8],
) -> io::Result<()> {
    for bytes in [task, document] {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        pipe.write_u32(length).await?;
        pipe.write_all(bytes).await?;
    }
    pipe.flush().await
}

/// Server: receives the greeting.
pub(super) async fn receive_greeting(pipe: &mut (impl AsyncRead + Unpin)) -> io::Result<Greeting> {
    receive_json(pipe).await
}

/// Server: receives the answer, and the bytes behind it.
pub(super) async fn receive_answer(
    pipe: &mut (impl AsyncRead + Unpin),
) -> io::Result<(Answer, Vec<u8>)> {
    let answer = receive_json(pipe).await?;
    Ok((answer, receive_bytes(pipe, MAX_BYTES_BEHIND).await?))
}

async fn receive_json<T: DeserializeOwned>(pipe: &mut (impl AsyncRead + Unpin)) -> io::Result<T> {
    let bytes = receive_bytes(pipe, MAX_ANSWER_BYTES).await?;
    Ok(serde_json::from_slice(&bytes)?)
}

async fn receive_bytes(pipe: &mut (impl AsyncRead + Unpin), longest: u32) -> io::Result<Vec<u8>> {
    let length = pipe.read_u32().await?;
    if length > longest {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    // Room is made as bytes arrive: a length alone costs nothing.
    let mut bytes = Vec::new();
    pipe.take(length.into()).read_to_end(&mut bytes).await?;
    if bytes.len() == length as usize {
        Ok(bytes)
    } else {
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    }
}
