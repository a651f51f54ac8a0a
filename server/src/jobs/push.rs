//! Wakes phones: takes what is due with a lease, sends it, and notes what became of it.
//!
//! It runs beside the other work, since a provider that stalls may hold up nothing else. Whatever
//! was claimed and not noted is sent again when its lease ends: a phone may be woken twice, never not
//! at all.

use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use trien_core::env::{Timestamp, random};
use trien_core::id::DeviceId;
use trien_core::push::PushAddress;

use super::limit::Allowance;
use crate::app::App;
use crate::egress::answer::Answer;
use crate::flow::FlowError;
use crate::flow::device::Standing;
use crate::flow::notices::Pressing;
use crate::flow::push::TOGETHER_SECONDS;
use crate::push::breaker::{Admission, Breaker};
use crate::push::{Loudness, Message, Outcome};
use crate::store::push::{self, Claimed, Due};
use crate::writer::{Commit, CommitError, Tx};

const TICK: Duration = Duration::from_millis(500);
/// Wake-ups under way at once.
const AT_ONCE: usize = 64;
/// Longer than a provider's answer may take, that of its access token before it included.
const LEASE_SECONDS: i64 = 60;
/// What could not be told within a day is told by whoever opens the app.
const GIVE_UP_SECONDS: i64 = 86_400;
/// The first pause before another try, doubled each time up to an hour.
const PAUSE_SECONDS: i64 = 10;
const LONGEST_PAUSE_SECONDS: i64 = 3600;
/// Devices given up in one go.
const OVERDUE: u32 = 64;

/// Wakes phones until it is told to stop, then ends what is under way.
pub(super) async fn work(app: App, stop: CancellationToken) {
    let mut under_way = JoinSet::new();
    loop {
        match claim(&app, AT_ONCE - under_way.len()).await {
            Ok(claimed) => claimed.into_iter().for_each(|one| {
                under_way.spawn(deliver(app.clone(), one));
            }),
            Err(error) => tracing::warn!(%error, "wake-ups were not looked at"),
        }
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = under_way.join_next(), if under_way.len() == AT_ONCE => {}
            () = tokio::time::sleep(TICK) => while under_way.try_join_next().is_some() {},
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Sends everything that is due now.
pub async fn run_due(app: &App) -> Result<(), FlowError> {
    loop {
        let claimed = claim(app, AT_ONCE).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        let mut under_way = JoinSet::new();
        for one in claimed {
            under_way.spawn(deliver(app.clone(), one));
        }
        while under_way.join_next().await.is_some() {}
    }
}

/// What came of asking a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// By whom a phone is woken.
    pub way: &'static str,
    /// Whether it would be.
    pub works: bool,
    /// What the service said.
    pub answer: String,
}

/// Sends a phone a wake-up now, whatever is due.
pub async fn try_device(app: &App, device: DeviceId) -> Result<Tried, FlowError> {
    let sealed = {
        let mut connection = app.store().reader().await?;
        push::address(&mut connection, device).await?
    };
    let none = || FlowError::BadRequest("the phone has no address to wake it at".to_owned());
    let sealed = sealed.filter(|sealed| !sealed.is_empty()).ok_or_else(none)?;
    let address = app.push_seal().open(device, &sealed);
    let address = address.map_err(|error| FlowError::Internal(error.to_string()))?;
    let outcome = try_at(app, &address).await;
    let works = matches!(outcome, Outcome::Sent(_));
    Ok(Tried { way: address.kind().name(), works, answer: outcome.answer().to_string() })
}

/// Sends a wake-up to made-up tokens of FCM and APNs: a service that knows them not knows us.
pub async fn try_services(app: &App) -> Vec<Tried> {
    let token = hex::encode(random::<32>(app.entropy()));
    let offers = app.push_offers();
    let made_up = [PushAddress::Fcm { token: token.clone() }, PushAddress::Apns { token }];
    let mut tried = Vec::new();
    for address in made_up.iter().filter(|address| offers.contains(&address.kind())) {
        let outcome = try_at(app, address).await;
        let works = matches!(outcome, Outcome::Sent(_) | Outcome::Dead(_));
        let way = address.kind().name();
        tried.push(Tried { way, works, answer: outcome.answer().to_string() });
    }
    tried
}

async fn try_at(app: &App, address: &PushAddress) -> Outcome {
    let message = Message::new(address, Loudness::Visible, app.clock().now(), app.entropy());
    app.push().send(&message, app.entropy()).await
}

/// A phone that is ours to wake.
struct Ours {
    due: Due,
    lease: Timestamp,
}

async fn claim(app: &App, most: usize) -> Result<Vec<Ours>, FlowError> {
    let now = app.clock().now();
    let overdue = now.plus_seconds(-GIVE_UP_SECONDS);
    let (any_due, any_overdue) = {
        let mut connection = app.store().reader().await?;
        let overdue = push::overdue(&mut connection, overdue, 1).await?;
        (push::any_due(&mut connection, now).await?, !overdue.is_empty())
    };
    if any_overdue {
        let given_up = app.writer().commit(GiveUp).await?.value;
        for device in given_up {
            tracing::error!(%device, "a phone could not be woken for a day");
            metrics::counter!("trien_push_given_up_total").increment(1);
        }
    }
    if !any_due || most == 0 {
        return Ok(Vec::new());
    }
    let claim = Claim { app: app.clone(), most };
    Ok(app.writer().commit(claim).await?.value)
}

async fn deliver(app: App, ours: Ours) {
    let Ours { due, lease } = ours;
    let now = app.clock().now();
    let mut allowance = Allowance { told_at: due.told_at, allowance_at: due.allowance_at };
    let (outcome, digest) = match app.push_seal().open(due.device, &due.address) {
        // Nobody was asked, so that nothing is known of the service.
        Err(error) => (Outcome::Unfit(Answer::new(&error.to_string())), None),
        Ok(address) => {
            let loudness = allowance.take(now);
            let message = Message::new(&address, loudness, now, app.entropy());
            let outcome = app.push().send(&message, app.entropy()).await;
            app.push_breaker().note(&due.provider, &outcome, app.clock().now());
            (outcome, Some(app.push_seal().digest(&address).to_vec()))
        }
    };
    let now = app.clock().now();
    count(&due, &outcome);
    let of = Claimed { device: due.device, lease, now, answer: outcome.answer().to_string() };
    let again = match &outcome {
        Outcome::Again { after, .. } => later(&app, due.attempts, *after, now),
        _ => now.plus_seconds(TOGETHER_SECONDS),
    };
    let end = End { of, outcome, digest, allowance, again };
    if let Err(error) = app.writer().commit(end).await {
        tracing::warn!(device = %due.device, %error, "what became of a wake-up was not noted");
    }
}

fn count(due: &Due, outcome: &Outcome) {
    let what = match outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Dead(_) => "dead",
        Outcome::Unfit(_) => "unfit",
        Outcome::Again { .. } => "again",
    };
    if !matches!(outcome, Outcome::Sent(_)) {
        tracing::info!(device = %due.device, attempts = due.attempts, what, answer = %outcome.answer(),
            "a phone was not woken");
    }
    let labels = [("kind", due.kind.name()), ("outcome", what)];
    metrics::counter!("trien_push_total", &labels).increment(1);
}

// 10 s, doubled each time, or what the provider asks for where that is longer; a quarter more or less, so
// that phones do not come in step.
fn later(app: &App, attempts: u32, after: Option<i64>, now: Timestamp) -> Timestamp {
    let [jitter] = random::<1>(app.entropy());
    let base = (PAUSE_SECONDS << attempts.saturating_sub(1).min(9)).min(LONGEST_PAUSE_SECONDS);
    let own = base * 3 / 4 + base * i64::from(jitter) / 512;
    let asked = after.map_or(0, |seconds| seconds + i64::from(jitter) % 8);
    now.plus_seconds(own.max(asked))
}

struct Claim {
    app: App,
    most: usize,
}

#[async_trait]
impl Commit for Claim {
    type Done = Vec<Ours>;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Vec<Ours>, CommitError> {
        let now = tx.now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        let limit = u32::try_from(self.most).unwrap_or(u32::MAX);
        let breaker: &Breaker = self.app.push_breaker();
        let mut ours = Vec::new();
        for mut due in push::due(tx.connection(), now, limit).await? {
            if due.standing != Standing::Active {
                push::rest(tx.connection(), due.device).await?;
                continue;
            }
            if let Some(until) = self.quiet_until(&due, now) {
                push::hold(tx.connection(), due.device, until, now).await?;
                continue;
            }
            match breaker.admits(&due.provider, now) {
                Admission::All | Admission::One => {}
                Admission::Not(until) => {
                    push::postpone(tx.connection(), &due.provider, until, now).await?;
                    continue;
                }
            }
            if push::claim(tx.connection(), due.device, lease, now).await? == 1 {
                due.attempts += 1;
                ours.push(Ours { due, lease });
            }
        }
        Ok(ours)
    }
}

impl Claim {
    /// When quiet hours end in which this phone is not woken: seconds apart, so that not all of them ring at once.
    fn quiet_until(&self, due: &Due, now: Timestamp) -> Option<Timestamp> {
        let until = self.app.notices().quiet_until(now.second(), Pressing(due.urgency))?;
        let [apart] = random::<1>(self.app.entropy());
        Some(until.plus(i64::from(apart)).timestamp())
    }
}

struct End {
    of: Claimed,
    outcome: Outcome,
    digest: Option<Vec<u8>>,
    allowance: Allowance,
    again: Timestamp,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (of, again) = (&self.of, self.again);
        match &self.outcome {
            Outcome::Sent(_) => {
                let Allowance { told_at, allowance_at } = self.allowance;
                push::sent(tx.connection(), of, told_at, allowance_at, again).await?;
            }
            Outcome::Dead(_) => push::died(tx.connection(), of, self.digest.as_deref()).await?,
            Outcome::Unfit(_) => push::died(tx.connection(), of, None).await?,
            Outcome::Again { .. } => push::failed(tx.connection(), of, again).await?,
        }
        Ok(())
    }
}

struct GiveUp;

#[async_trait]
impl Commit for GiveUp {
    type Done = Vec<DeviceId>;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Vec<DeviceId>, CommitError> {
        let then = tx.now().plus_seconds(-GIVE_UP_SECONDS);
        let overdue = push::overdue(tx.connection(), then, OVERDUE).await?;
        for device in &overdue {
            push::give_up(tx.connection(), *device, then).await?;
        }
        Ok(overdue)
    }
}
