//! Counts of many things, good for a minute. Whoever looks later sees what was counted before, and when, while it is
//! counted anew. What somebody looked at today is counted again before it is too old to be shown, so that only the
//! first look after a start waits.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use trien_core::env::Timestamp;

use super::FlowError;
use crate::app::App;

/// Fewer things than this are counted at each look.
pub(crate) const MANY: u64 = 2_000;
/// How long counts of more are good for, in seconds.
const GOOD: i64 = 60;
/// How long they are shown while others are made, in seconds: older ones say too little.
const SHOWN: i64 = 600;
/// They are made anew at this age, as long as somebody looked at them within a working day, in seconds.
const RENEWED: i64 = 480;
const DAY: i64 = 12 * 3600;
/// How often what is to be made anew is looked for.
const ROUND: Duration = Duration::from_mins(1);
/// Counts that are kept; a server has fewer waves and reaches of officers.
const MOST: usize = 1_000;

type Counting<V> = Pin<Box<dyn Future<Output = Result<V, FlowError>> + Send>>;

/// One count, how it is made out of a `C`, and the right to make it anew.
struct Slot<V, C> {
    last: Mutex<Option<Counted<V>>>,
    /// When somebody looked at it last.
    seen: Mutex<Timestamp>,
    count: Box<dyn Fn(C) -> Counting<V> + Send + Sync>,
    counting: Arc<tokio::sync::Mutex<()>>,
}

/// The turn of whatever is counted beside a page: one at a time, so that most connections and all cores but one are
/// left to pages.
#[derive(Clone, Default)]
pub(crate) struct Beside(Arc<tokio::sync::Mutex<()>>);

/// What was counted lately, out of an [`App`], which holds this and is not held by it.
pub(crate) struct Kept<K, V, C = App> {
    slots: Mutex<HashMap<K, Arc<Slot<V, C>>>>,
    things: fn(&V) -> u64,
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

impl<K: Eq + Hash + 'static, V: Send + Sync + 'static, C: Send + 'static> Kept<K, V, C> {
    /// Nothing yet; `things` says of how many things a count is.
    pub(crate) fn new(beside: &Beside, things: fn(&V) -> u64) -> Self {
        Self { slots: Mutex::default(), things, beside: beside.clone() }
    }

    /// What was counted lately of [`MANY`] things or more, or what `count` finds now.
    pub(crate) async fn or_count<F>(
        &self,
        of: C,
        key: K,
        now: Timestamp,
        count: impl Fn(C) -> F + Send + Sync + 'static,
    ) -> Result<Counted<V>, FlowError>
    where
        F: Future<Output = Result<V, FlowError>> + Send + 'static,
    {
        let slot = self.slot(key, now, count);
        let known =
            |within| slot.last().clone().filter(|counted| self.is_within(counted, now, within));
        if let Some(good) = known(GOOD) {
            return Ok(good);
        }
        if let Some(shown) = known(SHOWN) {
            drop(self.beside(of, &slot, now).map(tokio::spawn));
            return Ok(shown);
        }
        let _counting = slot.counting.lock().await;
        // Somebody else may have counted meanwhile.
        match known(GOOD) {
            Some(good) => Ok(good),
            None => Ok(slot.keep(now, (slot.count)(of).await?)),
        }
    }

    fn is_within(&self, counted: &Counted<V>, now: Timestamp, seconds: i64) -> bool {
        (0..seconds).contains(&since(counted.at, now)) && (self.things)(&counted.value) >= MANY
    }

    /// The work of counting anew, unless somebody is at it.
    fn beside(
        &self,
        of: C,
        slot: &Arc<Slot<V, C>>,
        now: Timestamp,
    ) -> Option<impl Future<Output = ()> + Send + use<K, V, C>> {
        let counting = Arc::clone(&slot.counting).try_lock_owned().ok()?;
        let (slot, Beside(turn)) = (Arc::clone(slot), self.beside.clone());
        Some(async move {
            let _turn = turn.lock().await;
            match (slot.count)(of).await {
                Ok(value) => drop(slot.keep(now, value)),
                Err(error) => tracing::warn!(%error, "nothing was counted anew"),
            }
            drop(counting);
        })
    }

    fn slot<F>(
        &self,
        key: K,
        now: Timestamp,
        count: impl Fn(C) -> F + Send + Sync + 'static,
    ) -> Arc<Slot<V, C>>
    where
        F: Future<Output = Result<V, FlowError>> + Send + 'static,
    {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.clear();
        }
        let new = || {
            Arc::new(Slot {
                last: Mutex::new(None),
                seen: Mutex::new(now),
                count: Box::new(move |of| Box::pin(count(of))),
                counting: Arc::default(),
            })
        };
        let slot = Arc::clone(slots.entry(key).or_insert_with(new));
        *slot.seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
        slot
    }
}

impl<K: Eq + Hash + 'static, V: Send + Sync + 'static, C: Clone + Send + 'static> Kept<K, V, C> {
    /// Counts anew, one after the other, what is about to be too old and was looked at today.
    pub(crate) async fn renew(&self, of: &C, now: Timestamp) {
        let slots: Vec<_> = {
            let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.values().cloned().collect()
        };
        for slot in slots {
            let is_old = slot.last().as_ref().is_some_and(|last| {
                self.is_within(last, now, SHOWN) && !self.is_within(last, now, RENEWED)
            });
            let is_wanted = is_old && (0..DAY).contains(&since(slot.seen(), now));
            let work = is_wanted.then(|| self.beside(of.clone(), &slot, now)).flatten();
            if let Some(work) = work {
                work.await;
            }
        }
    }
}

/// Makes counts anew before they are too old, until the server stops.
pub(crate) async fn renew(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
        let now = app.clock().now();
        tokio::select! {
            () = stop.cancelled() => return,
            () = async {
                app.wave_counts().renew(&app, now).await;
                app.summaries().renew(&app, now).await;
                app.figures().renew(&app, now).await;
            } => {}
        }
    }
}

/// Seconds between two moments.
fn since(at: Timestamp, now: Timestamp) -> i64 {
    now.second().get() - at.second().get()
}

impl<V, C> Slot<V, C> {
    fn last(&self) -> MutexGuard<'_, Option<Counted<V>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> Timestamp {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, at: Timestamp, value: V) -> Counted<V> {
        let counted = Counted { at, value: Arc::new(value) };
        *self.last() = Some(counted.clone());
        counted
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;

    /// Counts what it is told to find, and how often it was asked.
    #[derive(Clone, Default)]
    struct Things(Arc<(AtomicU64, AtomicU64)>);

    impl Things {
        fn count(&self) -> impl Fn(()) -> Counting<u64> + Send + Sync + 'static {
            let Self(inner) = self.clone();
            move |()| {
                let inner = Arc::clone(&inner);
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    inner.1.fetch_add(1, Relaxed);
                    match inner.0.load(Relaxed) {
                        0 => Err(FlowError::LogRecovery),
                        found => Ok(found),
                    }
                })
            }
        }

        fn times(&self) -> u64 {
            self.0.1.load(Relaxed)
        }
    }

    fn kept() -> Kept<u8, u64, ()> {
        Kept::new(&Beside::default(), |value| *value)
    }

    fn second(at: i64) -> Timestamp {
        Timestamp::from_millis(at * 1_000)
    }

    async fn look(kept: &Kept<u8, u64, ()>, things: &Things, at: i64, found: u64) -> u64 {
        things.0.0.store(found, Relaxed);
        let counted = *kept.or_count((), 1, second(at), things.count()).await.unwrap().value;
        // What is counted beside has its turn.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        counted
    }

    #[tokio::test]
    async fn many_things_are_counted_once_a_minute_and_few_at_each_look() {
        let (kept, things) = (kept(), Things::default());
        assert_eq!(look(&kept, &things, 0, MANY - 1).await, MANY - 1);
        assert_eq!(look(&kept, &things, 1, MANY).await, MANY);
        assert_eq!(look(&kept, &things, 60, MANY + 1).await, MANY, "good for a minute");
        assert_eq!(look(&kept, &things, 61, MANY + 2).await, MANY, "shown while it is counted");
        assert_eq!(look(&kept, &things, 62, MANY + 3).await, MANY + 2, "good for a minute again");
        assert_eq!(
            look(&kept, &things, 661, MANY + 4).await,
            MANY + 4,
            "older ones are shown to nobody"
        );
        assert_eq!(look(&kept, &things, 50, MANY + 5).await, MANY + 5, "the clock was set back");
    }

    #[tokio::test]
    async fn what_cannot_be_counted_anew_is_shown_until_it_is_old() {
        let (kept, things) = (kept(), Things::default());
        look(&kept, &things, 0, MANY).await;
        for at in [100, 300, 599] {
            assert_eq!(look(&kept, &things, at, 0).await, MANY);
            let shown = kept.or_count((), 1, second(at), things.count()).await.unwrap();
            assert_eq!(shown.at, second(0));
        }
        assert!(kept.or_count((), 1, second(600), things.count()).await.is_err());
    }

    #[tokio::test]
    async fn what_was_looked_at_today_is_counted_before_it_is_too_old_to_be_shown() {
        let (kept, things) = (kept(), Things::default());
        look(&kept, &things, 0, MANY).await;
        things.0.0.store(MANY + 1, Relaxed);
        let mut at = 0;
        while at < DAY + 2 * SHOWN {
            kept.renew(&(), second(at)).await;
            let times = 1 + u64::try_from(at.min(DAY - 1) / RENEWED).unwrap();
            assert_eq!(things.times(), times, "after {at} s");
            at += 60;
        }
        assert_eq!(look(&kept, &things, at, MANY + 2).await, MANY + 2, "nobody looked for a day");
    }

    #[tokio::test]
    async fn few_things_are_counted_for_nobody() {
        let (kept, things) = (kept(), Things::default());
        look(&kept, &things, 0, MANY - 1).await;
        for at in 0..20 {
            kept.renew(&(), second(60 * at)).await;
        }
        assert_eq!(things.times(), 1);
    }

    #[tokio::test]
    async fn one_counts_for_all_who_wait() {
        let (kept, things) = (Arc::new(kept()), Things::default());
        things.0.0.store(MANY, Relaxed);
        let looks: Vec<_> = (0..20)
            .map(|_| {
                let (kept, count) = (Arc::clone(&kept), things.count());
                tokio::spawn(async move { kept.or_count((), 1, second(0), count).await })
            })
            .collect();
        for look in looks {
            assert_eq!(*look.await.unwrap().unwrap().value, MANY);
        }
        assert_eq!(things.times(), 1);
    }
}
