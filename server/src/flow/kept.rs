//! Counts of many things, good for a minute: whoever looks again meanwhile sees when they were counted.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use trien_core::env::Timestamp;

use super::FlowError;

/// Fewer things than this are counted at each look.
pub(crate) const MANY: u64 = 2_000;
/// How long counts of more are good for, in seconds.
const SECONDS: i64 = 60;
/// Counts that are kept; a server has fewer waves and reaches of officers.
const MOST: usize = 1_000;

/// One count; whoever counts keeps the others waiting for it.
type Slot<V> = Arc<tokio::sync::Mutex<Option<Counted<V>>>>;

/// What was counted lately.
pub(crate) struct Kept<K, V>(Mutex<HashMap<K, Slot<V>>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

/// What was counted, and when.
pub(crate) struct Counted<V> {
    pub(crate) at: Timestamp,
    pub(crate) value: Arc<V>,
}

impl<V> Clone for Counted<V> {
    fn clone(&self) -> Self {
        Self { at: self.at, value: Arc::clone(&self.value) }
    }
}

impl<K: Eq + Hash, V> Kept<K, V> {
    /// What was counted less than a minute ago of [`MANY`] things or more, or what `count` finds now.
    pub(crate) async fn or_count(
        &self,
        key: K,
        now: Timestamp,
        things: impl Fn(&V) -> u64,
        count: impl Future<Output = Result<V, FlowError>>,
    ) -> Result<Counted<V>, FlowError> {
        let slot = self.slot(key);
        let mut slot = slot.lock().await;
        if let Some(counted) = &*slot {
            let age = now.second().get() - counted.at.second().get();
            if (0..SECONDS).contains(&age) && things(&counted.value) >= MANY {
                return Ok(counted.clone());
            }
        }
        let counted = Counted { at: now, value: Arc::new(count.await?) };
        *slot = Some(counted.clone());
        Ok(counted)
    }

    fn slot(&self, key: K) -> Slot<V> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn look(kept: &Kept<u8, u64>, at: i64, found: u64) -> u64 {
        let now = Timestamp::from_millis(at * 1_000);
        let counted = kept.or_count(1, now, |value| *value, async { Ok(found) }).await;
        *counted.unwrap().value
    }

    #[tokio::test]
    async fn many_things_are_counted_once_a_minute_and_few_at_each_look() {
        let kept = Kept::default();
        assert_eq!(look(&kept, 0, MANY - 1).await, MANY - 1);
        assert_eq!(look(&kept, 1, MANY).await, MANY);
        assert_eq!(look(&kept, 60, MANY + 1).await, MANY, "good for a minute");
        assert_eq!(look(&kept, 61, MANY + 2).await, MANY + 2);
        assert_eq!(look(&kept, 50, MANY + 3).await, MANY + 3, "the clock was set back");
    }
}
