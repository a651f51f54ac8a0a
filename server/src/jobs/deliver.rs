//! Tells document systems what became of their requests: takes what is due with a lease, sends it, and notes what
//! became of it.
//!
//! Whatever was claimed and not noted is sent again when its lease ends: something may be told twice, under one
//! identifier, and is given up only when two days have passed.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Url;
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use trien_core::change::ChangeView;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, random};

use crate::app::App;
use crate::deliver::{Message, Outcome};
use crate::egress::answer::Answer;
use crate::flow::FlowError;
use crate::store::delivery::{self, Answered, Busy, DeliveryState, Due};
use crate::store::webhook::{self, Sealed};
use crate::store::{StoreError, Stored as _, changes};
use crate::writer::{Commit, CommitError, Tx};

const TICK: Duration = Duration::from_millis(500);
/// Messages under way at once, and those of one webhook: one that does not answer holds up no other.
const AT_ONCE: usize = 64;
const TO_ONE: u32 = 4;
/// Longer than an answer may take.
const LEASE_SECONDS: i64 = 60;
/// What was not taken within two days is given up.
pub const GIVE_UP_SECONDS: i64 = 2 * 86_400;
/// The first pause before another try, doubled each time up to six hours.
const PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 6 * 3600;

/// Tells until it is told to stop, then ends what is under way.
pub(super) async fn work(app: App, stop: CancellationToken) {
    let mut under_way = JoinSet::new();
    loop {
        match claim(&app, AT_ONCE - under_way.len()).await {
            Ok(claimed) => claimed.into_iter().for_each(|one| {
                under_way.spawn(deliver(app.clone(), one));
            }),
            Err(error) => {
                tracing::warn!(%error, "what document systems are to be told was not looked at");
            }
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

/// Something that is ours to tell.
struct Ours {
    due: Due,
    lease: Timestamp,
}

async fn claim(app: &App, most: usize) -> Result<Vec<Ours>, FlowError> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let busy = {
        let mut connection = app.store().reader().await?;
        delivery::busy(&mut connection, app.clock().now(), TO_ONE).await?
    };
    if busy.is_empty() {
        return Ok(Vec::new());
    }
    Ok(app.writer().commit(Claim { most }).await?.value)
}

async fn deliver(app: App, ours: Ours) {
    let Ours { due, lease } = ours;
    let outcome = send(&app, &due).await;
    let [jitter] = random::<1>(app.entropy());
    let end = End { due, lease, outcome: outcome.clone(), jitter };
    match app.writer().commit(end).await {
        Ok(noted) => count(&due, noted.value, &outcome),
        Err(error) => {
            tracing::warn!(%error, "what became of a message to a document system was not noted");
        }
    }
}

async fn send(app: &App, due: &Due) -> Outcome {
    let again = |why: &str| Outcome::Again { answer: Answer::new(why), after: None };
    let Ok((sealed, change)) = kept(app, due).await else {
        return again("what there is to tell could not be read");
    };
    let now = app.clock().now();
    let Some(secrets) = app.webhook_seal().open(due.webhook, &sealed, now) else {
        return again("the secret in the database is damaged");
    };
    let Ok(url) = Url::parse(&sealed.url) else { return again("not an address") };
    let (id, body) = (identifier(due), body(&change));
    let message = Message { id: &id, now, body: &body };
    app.deliver().send(&url, &secrets, &message).await
}

async fn kept(app: &App, due: &Due) -> Result<(Sealed, ChangeView), StoreError> {
    let mut connection = app.store().reader().await?;
    let sealed = webhook::sealed(&mut connection, due.webhook).await?;
    let change = changes::one(&mut connection, due.unit, due.change).await?;
    sealed.zip(change).ok_or(StoreError::Corrupt("a delivery"))
}

// The same at each try, without a column: whoever has taken the message knows it again.
fn identifier(due: &Due) -> String {
    let of = [&due.webhook.as_bytes()[..], &due.change.to_be_bytes()].concat();
    format!("msg_{}", &Sha256::of(&of).to_string()[..32])
}

/// What is told, the same at each try: which request, and what may be asked for with the key; nobody's name.
fn body(change: &ChangeView) -> String {
    json!({
        "type": format!("request.{}", change.outcome.name()),
        "timestamp": change.at.to_string(),
        "data": change,
    })
    .to_string()
}

fn count(due: &Due, state: DeliveryState, outcome: &Outcome) {
    if !matches!(outcome, Outcome::Taken(_)) {
        tracing::info!(webhook = %due.webhook, change = due.change, attempts = due.attempts,
            state = %state, answer = %outcome.answer(), "a document system was not told");
    }
    metrics::counter!("trien_deliveries_total", &[("state", state.to_raw())]).increment(1);
}

// 5 s, doubled each time, or what the other end asks for where that is longer; a quarter more or less, so that messages
// do not come in step. Nothing once two days would be over: the last try is at their end.
fn later(due: &Due, after: Option<i64>, jitter: u8, now: Timestamp) -> Option<Timestamp> {
    let end = due.since.plus_seconds(GIVE_UP_SECONDS);
    if now >= end {
        return None;
    }
    let doubled = PAUSE_SECONDS << due.attempts.saturating_sub(1).min(16);
    let base = doubled.min(LONGEST_PAUSE_SECONDS);
    let own = base * 3 / 4 + base * i64::from(jitter) / 512;
    let at = now.plus_seconds(own.max(after.unwrap_or(0)));
    Some(at.min(end))
}

struct Claim {
    most: usize,
}

#[async_trait]
impl Commit for Claim {
    type Done = Vec<Ours>;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Vec<Ours>, CommitError> {
        let now = tx.now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        let mut ours = Vec::new();
        for Busy { webhook, under_way } in delivery::busy(tx.connection(), now, TO_ONE).await? {
            let free = TO_ONE - under_way;
            for mut due in delivery::due(tx.connection(), webhook, now, free).await? {
                if ours.len() == self.most {
                    return Ok(ours);
                }
                if delivery::claim(tx.connection(), &due, lease, now).await? == 1 {
                    due.attempts += 1;
                    ours.push(Ours { due, lease });
                }
            }
        }
        Ok(ours)
    }
}

struct End {
    due: Due,
    lease: Timestamp,
    outcome: Outcome,
    jitter: u8,
}

#[async_trait]
impl Commit for End {
    type Done = DeliveryState;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<DeliveryState, CommitError> {
        let now = tx.now();
        // Sent again by hand or resumed while it was under way, it has its two days from then on.
        let since = delivery::since(tx.connection(), &self.due).await?;
        let due = Due { since: since.unwrap_or(self.due.since), ..self.due };
        let (state, next) = match &self.outcome {
            Outcome::Taken(_) => (DeliveryState::Taken, None),
            Outcome::Gone(_) => (DeliveryState::GivenUp, None),
            Outcome::Again { after, .. } => match later(&due, *after, self.jitter, now) {
                Some(at) => (DeliveryState::Waiting, Some(at)),
                None => (DeliveryState::GivenUp, None),
            },
        };
        let (lease, answer) = (self.lease, self.outcome.answer().to_string());
        let answered = Answered { due, lease, state, next, answer };
        delivery::answered(tx.connection(), &answered, now).await?;
        if matches!(self.outcome, Outcome::Gone(_)) {
            webhook::gone(tx.connection(), due.webhook, now).await?;
        }
        Ok(state)
    }
}
