//! Phones that listen: told that something happened, never what; they then ask for themselves.
//!
//! One look at the database after each batch serves all who listen: who has a part in what changed,
//! and which devices a statement is about, so that one that may act no more is cut off at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use trien_core::id::{DeviceId, PersonId};

use super::FlowError;
use super::device::{AuthenticatedDevice, Standing};
use crate::app::App;
use crate::store::{Dialect, device, log, push};

/// Phones that listen at once.
const LISTENERS: usize = 10_000;
/// Connections of one device; a further one ends the oldest, whose line may be dead.
const OF_DEVICE: usize = 2;
/// A phone connects anew after this, and shows again who it is.
const LIFE: Duration = Duration::from_mins(15);
/// What happens in one go is told once.
const TOGETHER: Duration = Duration::from_millis(300);
/// How often nodes that share a database look at what others wrote.
const POLL: Duration = Duration::from_secs(2);
/// Statements that are looked through at once; beyond it every listener's standing is.
const STATEMENTS: u32 = 1000;

/// The phones that listen now.
#[derive(Debug, Default)]
pub struct Listeners(Mutex<Listening>);

#[derive(Debug, Default)]
struct Listening {
    next: u64,
    count: usize,
    devices: HashMap<DeviceId, Vec<Line>>,
}

#[derive(Debug)]
struct Line {
    number: u64,
    person: PersonId,
    news: watch::Sender<u64>,
    end: CancellationToken,
}

/// A phone's line; its place is free again when it is dropped.
pub struct Heard {
    app: App,
    device: DeviceId,
    number: u64,
    news: watch::Receiver<u64>,
    end: CancellationToken,
    until: Instant,
    /// The next thing is not told before this.
    quiet: Instant,
}

/// Gives an active device a line. The first thing it hears is that it should sync: whatever happened
/// between its last sync and this.
pub async fn listen(app: &App, device: &AuthenticatedDevice) -> Result<Heard, FlowError> {
    device.require_active()?;
    let (number, news, end) = app.listeners().join(device)?;
    let (until, quiet) = (Instant::now() + LIFE, Instant::now());
    let heard = Heard { app: app.clone(), device: device.id, number, news, end, until, quiet };
    // Stopped between the check of its signature and its place: nobody would have ended its line.
    let mut connection = app.store().reader().await?;
    let known = device::known(&mut connection, device.id).await?;
    let standing = known.map_or(Standing::Revoked, |known| known.standing);
    AuthenticatedDevice { standing, ..device.clone() }.require_active()?;
    Ok(heard)
}

impl Heard {
    /// Waits until something happened; gives nothing when the line ends.
    pub async fn next(&mut self) -> Option<()> {
        let leaving = self.app.leaving();
        let news = async {
            sleep_until(self.quiet).await;
            self.news.changed().await
        };
        tokio::select! {
            biased;
            () = leaving.cancelled() => return None,
            () = self.end.cancelled() => return None,
            () = sleep_until(self.until) => return None,
            changed = news => changed.ok()?,
        }
        self.quiet = Instant::now() + TOGETHER;
        Some(())
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.app.listeners().leave(self.device, self.number);
    }
}

impl Listeners {
    fn join(
        &self,
        device: &AuthenticatedDevice,
    ) -> Result<(u64, watch::Receiver<u64>, CancellationToken), FlowError> {
        let mut listening = self.lock();
        if listening.count >= LISTENERS {
            return Err(FlowError::Unavailable("too many phones are listening".to_owned()));
        }
        let number = listening.next;
        listening.next += 1;
        let (news, mut receiver) = watch::channel(0);
        receiver.mark_changed();
        let end = CancellationToken::new();
        let lines = listening.devices.entry(device.id).or_default();
        lines.push(Line { number, person: device.person, news, end: end.clone() });
        let oldest = (lines.len() > OF_DEVICE).then(|| lines.remove(0));
        if let Some(oldest) = oldest {
            oldest.end.cancel();
        } else {
            listening.count += 1;
        }
        Ok((number, receiver, end))
    }

    fn leave(&self, device: DeviceId, number: u64) {
        let mut listening = self.lock();
        let Some(lines) = listening.devices.get_mut(&device) else { return };
        let before = lines.len();
        lines.retain(|line| line.number != number);
        let left = before - lines.len();
        if lines.is_empty() {
            listening.devices.remove(&device);
        }
        listening.count -= left;
    }

    fn is_empty(&self) -> bool {
        self.lock().devices.is_empty()
    }

    fn all(&self) -> Vec<(DeviceId, PersonId)> {
        let listening = self.lock();
        let lines = listening.devices.iter();
        lines.filter_map(|(id, lines)| Some((*id, lines.first()?.person))).collect()
    }

    fn tell(&self, people: &HashSet<PersonId>) {
        let listening = self.lock();
        let lines = listening.devices.values().flatten();
        for line in lines.filter(|line| people.contains(&line.person)) {
            line.news.send_modify(|count| *count += 1);
        }
    }

    fn end(&self, device: DeviceId) {
        let listening = self.lock();
        listening.devices.get(&device).into_iter().flatten().for_each(|line| line.end.cancel());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells phones what is written from now on, until it is told to stop.
pub(crate) async fn follow(app: App, stop: CancellationToken) {
    let mut changes = app.changes();
    let is_shared = app.store().dialect() == Dialect::Postgres;
    let mut seen = None;
    loop {
        match look(&app, seen).await {
            Ok(now) => seen = Some(now),
            Err(error) => tracing::warn!(%error, "what phones are told was not looked at"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
            () = sleep(POLL), if is_shared => {}
        }
    }
}

/// How far was looked: the number of the last change, and the size of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    change: u64,
    size: u64,
}

async fn look(app: &App, seen: Option<Seen>) -> Result<Seen, FlowError> {
    let mut connection = app.store().reader().await?;
    let head = log::head(&mut connection).await?;
    let now = Seen { change: head.change, size: head.tree().size };
    // Looked for after the head was read: whoever joins later is told to sync by joining.
    let Some(seen) = seen.filter(|seen| *seen != now && !app.listeners().is_empty()) else {
        return Ok(now);
    };
    if seen.change < now.change {
        let people = push::concerned(&mut connection, seen.change).await?.into_iter().collect();
        app.listeners().tell(&people);
    }
    if seen.size < now.size {
        let subjects = push::subjects(&mut connection, seen.size, STATEMENTS).await?;
        let all = subjects.len() == STATEMENTS as usize;
        let subjects: HashSet<Vec<u8>> = subjects.into_iter().collect();
        for (id, person) in app.listeners().all() {
            let named = |bytes: &[u8]| subjects.contains(bytes);
            if !all && !named(id.as_bytes()) && !named(person.as_bytes()) {
                continue;
            }
            let known = device::known(&mut connection, id).await?;
            if known.is_none_or(|known| known.standing != Standing::Active) {
                app.listeners().end(id);
            }
        }
    }
    Ok(now)
}
