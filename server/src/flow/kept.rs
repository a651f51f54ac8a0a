//! Counts of many things, good for a minute. Whoever looks later sees what was counted before, and when, while it is
//! counted anew: only the first look of all waits.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trien_core::env::Timestamp;

use super::FlowError;

/// Fewer things than this are counted at each look.
pub(crate) const MANY: u64 = 2_000;
/// How long counts of more are good for, in seconds.
const GOOD: i64 = 60;
/// How long they are shown while others are made, in seconds: counts that nobody asked for since say too little.
const SHOWN: i64 = 600;
/// Counts that are kept; a server has fewer waves and reaches of officers.
const MOST: usize = 1_000;

/// One count, and the right to make it anew.
struct Slot<V> {
    last: Mutex<Option<Counted<V>>>,
    counting: Arc<tokio::sync::Mutex<()>>,
}

/// The turn of whatever is counted beside a page: one at a time, so that most connections and all cores but one are
/// left to pages.
#[derive(Clone, Default)]
pub(crate) struct Beside(Arc<tokio::sync::Mutex<()>>);

/// What was counted lately.
pub(crate) struct Kept<K, V> {
    slots: Mutex<HashMap<K, Arc<Slot<V>>>>,
    beside: Beside,
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

impl<K: Eq + Hash, V: Send + Sync + 'static> Kept<K, V> {
    pub(crate) fn new(beside: &Beside) -> Self {
        Self { slots: Mutex::default(), beside: beside.clone() }
    }

    /// What was counted lately of [`MANY`] things or more, or what `count` finds now.
    pub(crate) async fn or_count(
        &self,
        key: K,
        now: Timestamp,
        things: impl Fn(&V) -> u64,
        count: impl Future<Output = Result<V, FlowError>> + Send + 'static,
    ) -> Result<Counted<V>, FlowError> {
        let slot = self.slot(key);
        let known = |within: i64| {
            slot.last().clone().filter(|counted| {
                let age = now.second().get() - counted.at.second().get();
                (0..within).contains(&age) && things(&counted.value) >= MANY
            })
        };
        if let Some(good) = known(GOOD) {
            return Ok(good);
        }
        if let Some(shown) = known(SHOWN) {
            if let Ok(counting) = Arc::clone(&slot.counting).try_lock_owned() {
                let Beside(turn) = self.beside.clone();
                tokio::spawn(async move {
                    let _turn = turn.lock().await;
                    match count.await {
                        Ok(value) => drop(slot.keep(now, value)),
                        Err(error) => tracing::warn!(%error, "nothing was counted anew"),
                    }
                    drop(counting);
                });
            }
            return Ok(shown);
        }
        let _counting = slot.counting.lock().await;
        // Somebody else may have counted meanwhile.
        match known(GOOD) {
            Some(good) => Ok(good),
            None => Ok(slot.keep(now, count.await?)),
        }
    }

    fn slot(&self, key: K) -> Arc<Slot<V>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self { last: Mutex::new(None), counting: Arc::default() }
    }
}

impl<V> Slot<V> {
    fn last(&self) -> MutexGuard<'_, Option<Counted<V>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, at: Timestamp, value: V) -> Counted<V> {
        let counted = Counted { at, value: Arc::new(value) };
        *self.last() = Some(counted.clone());
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn look(kept: &Kept<u8, u64>, at: i64, found: u64) -> u64 {
        let now = Timestamp::from_millis(at * 1_000);
        let counted = kept.or_count(1, now, |value| *value, async move { Ok(found) }).await;
        let counted = *counted.unwrap().value;
        // What is counted beside has its turn.
        tokio::task::yield_now().await;
        counted
    }

    #[tokio::test]
    async fn many_things_are_counted_once_a_minute_and_few_at_each_look() {
        let kept = Kept::new(&Beside::default());
        assert_eq!(look(&kept, 0, MANY - 1).await, MANY - 1);
        assert_eq!(look(&kept, 1, MANY).await, MANY);
        assert_eq!(look(&kept, 60, MANY + 1).await, MANY, "good for a minute");
        assert_eq!(look(&kept, 61, MANY + 2).await, MANY, "shown while it is counted");
        assert_eq!(look(&kept, 62, MANY + 3).await, MANY + 2, "which is good for a minute again");
        assert_eq!(look(&kept, 661, MANY + 4).await, MANY + 4, "older ones are shown to nobody");
        assert_eq!(look(&kept, 50, MANY + 5).await, MANY + 5, "the clock was set back");
    }

    #[tokio::test]
    async fn what_cannot_be_counted_anew_is_shown_until_it_is_old() {
        let kept: Kept<u8, u64> = Kept::new(&Beside::default());
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let fails = || async { Err(FlowError::LogRecovery) };
        look(&kept, 0, MANY).await;
        for second in [100, 300, 599] {
            let shown = kept.or_count(1, at(second), |value| *value, fails()).await.unwrap();
            assert_eq!((*shown.value, shown.at), (MANY, at(0)));
            tokio::task::yield_now().await;
        }
        assert!(kept.or_count(1, at(600), |value| *value, fails()).await.is_err());
    }

    #[tokio::test]
    async fn one_counts_for_all_who_wait() {
        let kept: Arc<Kept<u8, u64>> = Arc::new(Kept::new(&Beside::default()));
        let counts = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let looks: Vec<_> = (0..20)
            .map(|_| {
                let (kept, counts) = (Arc::clone(&kept), Arc::clone(&counts));
                tokio::spawn(async move {
                    let count = async move {
                        tokio::task::yield_now().await;
                        counts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        Ok(MANY)
                    };
                    kept.or_count(1, Timestamp::from_millis(0), |value| *value, count).await
                })
            })
            .collect();
        for look in looks {
            assert_eq!(*look.await.unwrap().unwrap().value, MANY);
        }
        assert_eq!(counts.load(std::sync::atomic::Ordering::Relaxed), 1);
    }
}
