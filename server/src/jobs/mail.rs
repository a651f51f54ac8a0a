//! Sends mail that is due by the office's relay, and notes what became of it.
//!
//! It runs beside the other work, since a relay that stalls may hold up nothing else. Whatever was claimed and not noted is
//! sent again when its lease ends, under one identifier.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use trien_core::env::{Timestamp, random};

use super::push::Tried;
use crate::app::App;
use crate::flow::{FlowError, digest};
use crate::mail::{Mailer, Outcome};
use crate::store::Stored as _;
use crate::store::mail::{self, Answered, Due, MailState};
use crate::writer::{Commit, CommitError, Tx};

const TICK: Duration = Duration::from_secs(5);
/// Mails that are claimed at once, and sent one after the other: a relay is not hurried.
const CLAIMS: u32 = 8;
/// Longer than all of them may take.
const LEASE_SECONDS: i64 = 900;
/// What the relay did not take for so long says nothing any more.
pub const GIVE_UP_SECONDS: i64 = 12 * 3600;
/// The first pause before another try, doubled each time up to an hour.
const PAUSE_SECONDS: i64 = 60;
const LONGEST_PAUSE_SECONDS: i64 = 3600;

/// Sends until it is told to stop; ends at once where there is no relay.
pub(super) async fn work(app: App, stop: CancellationToken) {
    if app.mailer().is_none() {
        return;
    }
    loop {
        if let Err(error) = run_until(&app, &stop).await {
            tracing::warn!(%error, "mail was not looked at");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Sends everything that is due now.
pub async fn run_due(app: &App) -> Result<(), FlowError> {
    run_until(app, &CancellationToken::new()).await
}

/// The same, as far as it comes before it is told to stop: what was claimed and not sent is due again with its lease.
async fn run_until(app: &App, stop: &CancellationToken) -> Result<(), FlowError> {
    let Some(mailer) = app.mailer() else { return Ok(()) };
    while !stop.is_cancelled() {
        let any = {
            let mut connection = app.store().reader().await?;
            !mail::due(&mut connection, app.clock().now(), 1).await?.is_empty()
        };
        if !any {
            return Ok(());
        }
        let Claimed { mails, lease } = app.writer().commit(Claim).await?.value;
        for due in mails {
            if stop.is_cancelled() {
                return Ok(());
            }
            match send(app, mailer, due, lease).await {
                Ok(end) => drop(app.writer().commit(end).await?),
                // One that cannot be written keeps back no other; it is given up in time.
                Err(error) => {
                    tracing::warn!(%error, person = %due.person, "a mail was not written");
                }
            }
        }
    }
    Ok(())
}

/// Greets the relay now; nothing where there is none.
pub async fn try_relay(app: &App) -> Option<Tried> {
    let outcome = app.mailer()?.greet().await;
    let works = matches!(outcome, Outcome::Taken(_));
    Some(Tried { way: "mail", works, answer: outcome.answer().to_string() })
}

async fn send(app: &App, mailer: &Mailer, due: Due, lease: Timestamp) -> Result<End, FlowError> {
    let Some(letter) = digest::letter(app, &due).await? else {
        return Ok(End(Answered {
            due,
            lease,
            state: MailState::Nothing,
            next: None,
            answer: None,
        }));
    };
    let outcome = mailer.send(&letter).await;
    let now = app.clock().now();
    let (state, next) = match &outcome {
        Outcome::Taken(_) => (MailState::Taken, None),
        Outcome::Refused(_) => (MailState::GivenUp, None),
        Outcome::Again(_) => match later(app, &due, now) {
            Some(at) => (MailState::Waiting, Some(at)),
            None => (MailState::GivenUp, None),
        },
    };
    if state != MailState::Taken {
        // What the relay says may name the address: it stands in the database alone.
        tracing::warn!(person = %due.person, attempts = due.attempts, state = state.to_raw(), "a mail was not taken");
    }
    metrics::counter!("trien_mails_total", &[("state", state.to_raw())]).increment(1);
    let answer = Some(outcome.answer().to_string());
    Ok(End(Answered { due, lease, state, next, answer }))
}

// A minute, doubled each time; a quarter more or less. Nothing once the day is over.
fn later(app: &App, due: &Due, now: Timestamp) -> Option<Timestamp> {
    let end = due.since.plus_seconds(GIVE_UP_SECONDS);
    if now >= end {
        return None;
    }
    let [jitter] = random::<1>(app.entropy());
    let doubled = PAUSE_SECONDS << due.attempts.saturating_sub(1).min(8);
    let base = doubled.min(LONGEST_PAUSE_SECONDS);
    let at = now.plus_seconds(base * 3 / 4 + base * i64::from(jitter) / 512);
    Some(at.min(end))
}

struct Claim;

struct Claimed {
    mails: Vec<Due>,
    lease: Timestamp,
}

#[async_trait]
impl Commit for Claim {
    type Done = Claimed;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Claimed, CommitError> {
        let now = tx.now();
        let lease = now.plus_seconds(LEASE_SECONDS);
        mail::give_up(tx.connection(), now.plus_seconds(-GIVE_UP_SECONDS), now).await?;
        let mut mails = Vec::new();
        for mut due in mail::due(tx.connection(), now, CLAIMS).await? {
            if mail::claim(tx.connection(), &due, lease, now).await? == 1 {
                due.attempts += 1;
                mails.push(due);
            }
        }
        Ok(Claimed { mails, lease })
    }
}

struct End(Answered);

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        Ok(mail::answered(tx.connection(), &self.0, now).await?)
    }
}
