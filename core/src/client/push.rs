//! How this phone is woken, and listening while the app is open.

use reqwest::Response;

use crate::push::{PushAddress, PushStatus};

use super::Companion;
use super::error::ClientError;
use super::records::Synced;
use super::transport::Call;

const PUSH: &str = "/api/v1/device/push";

/// Longest line of an event stream, in bytes: an event of ours has a hundred.
const MAX_LINE: usize = 4096;

/// What was heard while listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Something may have happened, and the phone has synced.
    Synced(Synced),
    /// The server has ended the line, as it does every quarter of an hour: listen again.
    Ended,
}

/// A line over which the server says that something happened.
pub(super) struct Line {
    answer: Response,
    rest: Vec<u8>,
}

impl Companion {
    /// By whom the server can wake this phone, and whether that works.
    pub async fn push_status(&self) -> Result<PushStatus, ClientError> {
        self.connect().await?.json(&Call::get(PUSH)).await
    }

    /// Says where this phone is woken, in place of what it said before.
    pub async fn push_register(&self, address: &PushAddress) -> Result<PushStatus, ClientError> {
        let body = serde_json::to_vec(address).expect("wire types are JSON");
        self.connect().await?.json(&Call::put(PUSH, body)).await
    }

    /// Has the server forget where this phone is woken.
    pub async fn push_remove(&self) -> Result<(), ClientError> {
        self.connect().await?.raw(&Call::delete(PUSH)).await.map(drop)
    }

    /// Asks the server to wake this phone now.
    pub async fn push_test(&self) -> Result<(), ClientError> {
        let call = Call::post_nothing("/api/v1/device/push/test");
        self.connect().await?.raw(&call).await.map(drop)
    }

    /// Waits on the line until something may have happened, and syncs. One waits at a time; whoever
    /// stops waiting misses nothing, because the next to wait goes on where it was.
    pub async fn await_news(&self) -> Result<News, ClientError> {
        let mut line = self.listening.lock().await;
        let server = self.connect().await?;
        if line.is_none() {
            let answer = server.raw(&Call::download("/api/v1/events")).await?;
            *line = Some(Line { answer, rest: Vec::new() });
        }
        let Some(open) = line.as_mut() else { return Ok(News::Ended) };
        loop {
            if open.take_event() {
                break;
            }
            match server.chunk(&mut open.answer).await {
                Ok(Some(bytes)) if open.rest.len() + bytes.len() <= 16 * MAX_LINE => {
                    open.rest.extend_from_slice(&bytes);
                }
                Ok(Some(_)) => {
                    *line = None;
                    return Err(ClientError::UnexpectedAnswer("a line without an end".into()));
                }
                Ok(None) => {
                    *line = None;
                    return Ok(News::Ended);
                }
                Err(error) => {
                    *line = None;
                    return Err(error);
                }
            }
        }
        drop(line);
        Ok(News::Synced(self.sync().await?))
    }
}

impl Line {
    /// Whether an event `sync` (HTML §9.2) is among what was read; all that was is told by it.
    fn take_event(&mut self) -> bool {
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return false };
        let read: Vec<u8> = self.rest.drain(..=end).collect();
        read.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == b"event: sync")
    }
}
