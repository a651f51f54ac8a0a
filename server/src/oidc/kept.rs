//! What a provider said, kept for a while.

use std::sync::{Arc, Mutex, PoisonError};

use trien_core::env::Timestamp;

use super::{ProviderError, unusable};

/// How long a provider that failed, or has just answered, is not asked again, in seconds: many wait at
/// the door, and none of them should wait for each other's time limit.
pub(super) const PAUSE_SECONDS: i64 = 10;

/// Something that a provider said, if it did, and when it last failed to.
pub(super) struct Kept<T> {
    known: Mutex<Known<T>>,
    /// Held by the one who asks; whoever finds what is kept does not wait for that.
    asking: tokio::sync::Mutex<()>,
}

struct Known<T> {
    said: Option<(Arc<T>, Timestamp)>,
    failed: Option<Timestamp>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        let known = Known { said: None, failed: None };
        Self { known: Mutex::new(known), asking: tokio::sync::Mutex::default() }
    }
}

impl<T> Kept<T> {
    /// What is not older than so many seconds; otherwise one asks, once, for all who wait.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        seconds: i64,
        ask: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<Arc<T>, ProviderError> {
        if let Some(known) = self.look(now, seconds) {
            return known;
        }
        let _alone = self.asking.lock().await;
        if let Some(known) = self.look(now, seconds) {
            return known;
        }
        let answered = ask.await.map(Arc::new);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &answered {
            Ok(said) => *known = Known { said: Some((Arc::clone(said), now)), failed: None },
            Err(_) => known.failed = Some(now),
        }
        answered
    }

    fn look(&self, now: Timestamp, seconds: i64) -> Option<Result<Arc<T>, ProviderError>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((said, at)) = &known.said
            && now < at.plus_seconds(seconds)
        {
            return Some(Ok(Arc::clone(said)));
        }
        let failed = known.failed.is_some_and(|at| now < at.plus_seconds(PAUSE_SECONDS));
        failed.then(|| Err(unusable("it did not answer a moment ago")))
    }
}
