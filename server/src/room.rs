//! Memory for documents that come in, taken before the first byte of one is read: by whatever door, they share it.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::flow::FlowError;

/// All documents in memory at once, in bytes.
const ROOM_BYTES: u64 = 256 * 1024 * 1024;
/// What room is counted in, in bytes: permits are `u32`.
const UNIT_BYTES: u64 = 1024;
/// How long somebody waits for room before they are told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// The room that there is.
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
    /// Room for so many bytes, until it is dropped.
    pub(crate) async fn take(&self, bytes: u64) -> Result<OwnedSemaphorePermit, FlowError> {
        let full = || FlowError::Unavailable("too many documents come in at once".to_owned());
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).map_err(|_| full())?;
        let taking = Arc::clone(&self.units).acquire_many_owned(units);
        let taken = tokio::time::timeout(self.patience, taking).await;
        taken.map_err(|_| full())?.map_err(|_| full())
    }
}

/// How long a body says that it is.
pub(crate) fn announced_length(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn documents_wait_for_room_and_are_told_to_come_back_without() {
        const LARGE: u64 = 108 * 1024 * 1024;
        let room = Room { patience: Duration::from_millis(20), ..Room::default() };
        let first = room.take(LARGE).await.unwrap();
        let second = room.take(LARGE).await.unwrap();
        let small = room.take(1_000_000).await.unwrap();
        let none = room.take(LARGE).await.unwrap_err();
        assert!(matches!(none, FlowError::Unavailable(_)), "{none:?}");
        drop((first, small));
        drop(room.take(LARGE).await.unwrap());
        drop(second);
    }
}
