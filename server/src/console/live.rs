//! One connection a page, over which it hears that something has happened; it then asks for itself
//! again, so that nobody learns more by listening than by looking.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::Console;
use super::error::PageError;
use super::visitor::Follower;
use crate::flow::FlowError;

/// Pages that listen at once.
const LISTENERS: usize = 1024;

/// A page connects anew after this, and is told then if its session has ended.
const LIFE: Duration = Duration::from_mins(5);

/// What happens in one go is told once.
const TOGETHER: Duration = Duration::from_secs(2);

static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LISTENERS)));

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
    let place = Arc::clone(&PLACES).try_acquire_owned();
    let place = place.map_err(|_| {
        let full = FlowError::Unavailable("too many pages are listening".to_owned());
        PageError::of(full, visitor.language)
    })?;
    let mut changes = console.app.changes();
    // Something was written between the reading of the page and its listening.
    if since.is_some_and(|since| since != *changes.borrow_and_update()) {
        changes.mark_changed();
    }
    let begun = (changes, console.app.leaving(), Instant::now() + LIFE, place);
    let events = unfold(begun, |(mut changes, leaving, end, place)| async move {
        let heard = next(&mut changes, &leaving, end).await;
        heard.then(|| {
            (Ok(Event::default().event("changed").data("")), (changes, leaving, end, place))
        })
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Whether there is something to tell; not when the server leaves, or the page has to come again.
async fn next(
    changes: &mut watch::Receiver<u64>,
    leaving: &CancellationToken,
    end: Instant,
) -> bool {
    tokio::select! {
        biased;
        () = leaving.cancelled() => false,
        () = sleep_until(end) => false,
        changed = changes.changed() => {
            sleep(TOGETHER).await;
            changes.mark_unchanged();
            changed.is_ok()
        }
    }
}
