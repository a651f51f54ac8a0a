//! One connection a page, over which it hears that something has happened; it then asks for itself
//! again, so that nobody learns more by listening than by looking.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use trien_core::id::AccountId;

use super::Console;
use super::error::PageError;
use super::visitor::Follower;
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::account::{self, SessionToken, Use};

/// Pages that listen at once: in all, of one account, of one session. Whoever opens more has pages
/// that do not follow; nobody takes the others' places.
const LISTENERS: u32 = 1024;
const OF_ACCOUNT: u32 = 32;
const OF_SESSION: u32 = 12;

/// A page connects anew after this, and is told then if its session has ended.
const LIFE: Duration = Duration::from_mins(5);

/// What happens in one go is told once.
const TOGETHER: Duration = Duration::from_secs(2);

/// The pages that listen now.
#[derive(Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<HashMap<Whose, u32>>>);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Whose {
    Anybody,
    Account(AccountId),
    /// By what its forms carry.
    Session(String),
}

/// A place, free again when it is dropped.
struct Place {
    listeners: Listeners,
    whose: [Whose; 3],
}

impl Listeners {
    fn take(&self, account: AccountId, session: String) -> Option<Place> {
        let whose = [Whose::Anybody, Whose::Account(account), Whose::Session(session)];
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = [LISTENERS, OF_ACCOUNT, OF_SESSION];
        let full = |(whose, most): (&Whose, u32)| taken.get(whose).is_some_and(|it| *it >= most);
        if whose.iter().zip(most).any(full) {
            return None;
        }
        for one in &whose {
            *taken.entry(one.clone()).or_default() += 1;
        }
        Some(Place { listeners: self.clone(), whose })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in &self.whose {
            if let Some(count) = taken.get_mut(one) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(one);
                }
            }
        }
    }
}

/// What was written before the page was read.
#[derive(Deserialize)]
pub(super) struct Since {
    since: Option<u64>,
}

/// The connection (HTML §9.2): an event `changed` without content after each thing that was written.
pub(super) async fn listen(
    State(console): State<Console>,
    Follower(visitor): Follower,
    Query(Since { since }): Query<Since>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, PageError> {
    let place = console.listeners.take(visitor.officer.account, visitor.token.form_token());
    let place = place.ok_or_else(|| {
        let full = FlowError::Unavailable("too many pages are listening".to_owned());
        PageError::of(full, visitor.language)
    })?;
    let mut changes = console.app.changes();
    // Something was written between the reading of the page and its listening.
    if since.is_some_and(|since| since != *changes.borrow_and_update()) {
        changes.mark_changed();
    }
    let listening = Listening {
        leaving: console.app.leaving(),
        end: Instant::now() + LIFE,
        token: visitor.token,
        app: console.app,
        changes,
        _place: place,
    };
    let events = unfold(listening, |mut listening| async move {
        let heard = listening.next().await;
        heard.then(|| (Ok(Event::default().event("changed").data("")), listening))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A page that listens.
struct Listening {
    app: App,
    token: SessionToken,
    changes: watch::Receiver<u64>,
    leaving: CancellationToken,
    end: Instant,
    _place: Place,
}

impl Listening {
    /// Whether there is something to tell; not when the server leaves, the page has to come again, or its
    /// session has ended: whoever signed out hears of nothing that happened since.
    async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.leaving.cancelled() => false,
            () = sleep_until(self.end) => false,
            changed = self.changes.changed() => {
                sleep(TOGETHER).await;
                self.changes.mark_unchanged();
                changed.is_ok() && account::officer(&self.app, &self.token, Use::Follows).await.is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_places() {
        let listeners = Listeners::default();
        let account = |byte| AccountId::from_bytes([byte; 16]);
        let take = |byte, session: &str| listeners.take(account(byte), session.to_owned());
        let mut places: Vec<Place> = Vec::new();
        for _ in 0..OF_SESSION {
            places.push(take(1, "a").unwrap());
        }
        assert!(take(1, "a").is_none(), "of one session");
        places.extend(take(1, "b"));
        for at in places.len()..OF_ACCOUNT as usize {
            places.push(take(1, &format!("{at}")).unwrap());
        }
        assert!(take(1, "another").is_none(), "of one account");
        assert!(take(2, "c").is_some(), "others find theirs");
        let mut others = Vec::new();
        for byte in 2..=255 {
            others.extend((0..OF_SESSION).filter_map(|_| take(byte, &format!("of {byte}"))));
        }
        assert_eq!(places.len() + others.len(), LISTENERS as usize);
        places.pop();
        assert!(take(255, "last").is_some(), "a place that was left is free");
        drop((places, others));
        assert!(listeners.0.lock().unwrap().is_empty());
    }
}
