//! Leaves a provider alone that fails again and again, and tries it with one wake-up before the rest.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use trien_core::env::Timestamp;

use super::answer::{Blame, Outcome};

/// Failures in a row after which a provider is left alone.
const FAILURES: u32 = 5;
/// How long at first, in seconds; twice as long each time it still fails.
const PAUSE: i64 = 30;
/// How long at most.
const LONGEST: i64 = 600;
/// How long the one that tries may take, in seconds.
const TRYING: i64 = 60;
/// Providers that are remembered; a phone may name any host that the office allows.
const KNOWN: usize = 1024;

/// Whether a provider may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes.
    All,
    /// With one wake-up, to see whether it answers again.
    One,
    /// Not before this moment.
    Not(Timestamp),
}

/// One for all providers.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<HashMap<String, State>>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures: u32,
    pauses: u32,
    until: Option<Timestamp>,
    /// Until then one wake-up tries it for all.
    tried: Option<Timestamp>,
}

impl Breaker {
    /// Whether `provider` may be asked now.
    #[must_use]
    pub fn admits(&self, provider: &str, now: Timestamp) -> Admission {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = states.get_mut(provider) else { return Admission::All };
        match (state.until, state.tried) {
            (None, _) => Admission::All,
            (Some(until), _) if now < until => Admission::Not(until),
            (Some(_), Some(tried)) if now < tried => Admission::Not(tried),
            (Some(_), _) => {
                state.tried = Some(now.plus_seconds(TRYING));
                Admission::One
            }
        }
    }

    /// Notes what became of a wake-up.
    pub fn note(&self, provider: &str, outcome: &Outcome, now: Timestamp) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Outcome::Again { after, blame: Blame::Provider, .. } = outcome else {
            // It answered, whatever it said of this address.
            states.remove(provider);
            return;
        };
        if states.len() >= KNOWN && !states.contains_key(provider) {
            // Those that are left alone now matter; names that somebody made up do not.
            states.retain(|_, state| state.until.is_some_and(|until| now < until));
        }
        if states.len() >= KNOWN && !states.contains_key(provider) {
            return;
        }
        let state = states.entry(provider.to_owned()).or_default();
        state.failures += 1;
        state.tried = None;
        if let Some(seconds) = after {
            // One answer silences a service for all no longer than failures would.
            let until = now.plus_seconds((*seconds).min(LONGEST));
            state.until = Some(state.until.map_or(until, |earlier| earlier.max(until)));
        }
        let open = state.until.is_some_and(|until| now < until);
        if state.failures >= FAILURES && !open {
            let pause = (PAUSE << state.pauses.min(8)).min(LONGEST);
            state.pauses += 1;
            state.until = Some(now.plus_seconds(pause));
            tracing::warn!(provider, seconds = pause, "a push service is left alone for a while");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::answer::Answer;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn failure(after: Option<i64>) -> Outcome {
        Outcome::Again { answer: Answer::new("503"), after, blame: Blame::Provider }
    }

    fn sent() -> Outcome {
        Outcome::Sent(Answer::new("200"))
    }

    #[test]
    fn after_failures_in_a_row_one_tries_for_all_and_each_time_later() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES - 1 {
            breaker.note("fcm", &failure(None), at(0));
            assert_eq!(breaker.admits("fcm", at(0)), Admission::All);
        }
        breaker.note("fcm", &failure(None), at(0));
        assert_eq!(breaker.admits("fcm", at(29)), Admission::Not(at(30)));
        assert_eq!(breaker.admits("apns", at(0)), Admission::All, "others are not to blame");
        assert_eq!(breaker.admits("fcm", at(30)), Admission::One);
        assert_eq!(breaker.admits("fcm", at(31)), Admission::Not(at(90)), "while it tries");
        breaker.note("fcm", &failure(None), at(30));
        assert_eq!(breaker.admits("fcm", at(31)), Admission::Not(at(90)));
        breaker.note("fcm", &sent(), at(90));
        assert_eq!(breaker.admits("fcm", at(90)), Admission::All);
    }

    #[test]
    fn a_provider_that_asks_for_patience_gets_it() {
        let breaker = Breaker::default();
        breaker.note("fcm", &failure(Some(120)), at(0));
        breaker.note("fcm", &failure(Some(60)), at(1));
        assert_eq!(breaker.admits("fcm", at(119)), Admission::Not(at(120)));
        assert_eq!(breaker.admits("fcm", at(120)), Admission::One);
        breaker.note("apns", &failure(Some(86_400)), at(0));
        assert_eq!(breaker.admits("apns", at(0)), Admission::Not(at(LONGEST)));
    }

    #[test]
    fn made_up_names_do_not_take_the_place_of_services() {
        let breaker = Breaker::default();
        for at_all in 0..KNOWN {
            breaker.note(&format!("{at_all}.example"), &failure(None), at(0));
        }
        for _ in 0..FAILURES {
            breaker.note("fcm", &failure(None), at(0));
        }
        assert_eq!(breaker.admits("fcm", at(0)), Admission::Not(at(30)));
    }

    #[test]
    fn a_dead_address_is_no_failure_of_the_provider() {
        let breaker = Breaker::default();
        for _ in 0..100 {
            breaker.note("fcm", &Outcome::Dead(Answer::new("410")), at(0));
        }
        assert_eq!(breaker.admits("fcm", at(0)), Admission::All);
    }
}
