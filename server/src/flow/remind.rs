//! Reminding those who have not decided, and telling somebody above when it takes too long.
//!
//! A reminder wakes the phones of those whose part is open, in working time, at most once a day. Telling somebody above
//! gives nobody a part in the request: their phone could show nothing of it, and is not woken. They find it in the console
//! if they have a role there, and are told by mail that something waits, without a word of what.

mod by_hand;

use async_trait::async_trait;
use serde_json::json;
use trien_core::change::Outcome;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{PersonId, RequestId};
use trien_core::request::StepNumber;

pub use self::by_hand::{BETWEEN_SECONDS, by_clerk, by_key};
use super::account::MAX_LEVELS;
use super::changes::{self, News};
use super::notices::Waiting;
use super::{FlowError, digest, push};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::{directory, reshape, waiting};
use crate::text::local_date;
use crate::writer::{Commit, CommitError, Tx};

/// Does what is due for a request, and gives when there is more; nothing where it waits no longer, or no rule is for it.
pub(crate) async fn run(app: &App, id: RequestId) -> Result<Option<Timestamp>, FlowError> {
    let Some((step, mut said)) = look(app, id).await? else { return Ok(None) };
    let now = app.clock().now().second();
    let (calendar, rules) = (app.calendar(), app.notices());
    let next = rules.next(calendar, &said);
    let is_due = |at: Option<UnixSecond>| at.is_some_and(|at| at <= now);
    // A server that was down comes late, but not at night.
    if is_due(next.first()) && !calendar.is_working(now) {
        return Ok(calendar.next_working(now).map(UnixSecond::timestamp));
    }
    if is_due(next.remind) {
        app.writer().commit(Remind(id)).await?;
        // Also where all of them had been reminded that day, of an earlier step.
        said.reminded = Some(now);
    }
    if is_due(next.escalate) {
        let mails = app.mailer().is_some();
        app.writer().commit(Escalate { request: id, step, mails }).await?;
        said.escalated = true;
    }
    Ok(rules.next(calendar, &said).first().map(UnixSecond::timestamp))
}

/// When there is first something to do for a request that is queued now.
pub(super) fn first(app: &App, of: &Waiting) -> Option<Timestamp> {
    app.notices().next(app.calendar(), of).first().map(UnixSecond::timestamp)
}

async fn look(app: &App, id: RequestId) -> Result<Option<(StepNumber, Waiting)>, FlowError> {
    let mut connection = app.store().reader().await?;
    let of = waiting::waiting(&mut connection, id).await?;
    Ok(of.map(|of| {
        let said = Waiting {
            urgency: of.metadata.urgency,
            since: of.since.second(),
            due: of.due.map(Timestamp::second),
            reminded: of.reminded.map(Timestamp::second),
            escalated: of.escalated,
        };
        (of.step, said)
    }))
}

struct Remind(RequestId);

#[async_trait]
impl Commit for Remind {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if waiting::remind(tx.connection(), self.0, day(now), now).await? > 0 {
            push::wake_reminded(tx, self.0).await?;
        }
        Ok(())
    }
}

/// The day in Việt Nam, counted from 1970.
pub(super) fn day(at: Timestamp) -> i64 {
    let date = local_date(at.second());
    let first = crate::text::first_second(date).map_or(0, UnixSecond::get);
    // Midnight here is 17:00 of the day before in UTC.
    (first + 86_399).div_euclid(86_400)
}

struct Escalate {
    request: RequestId,
    step: StepNumber,
    /// Whether the office sends mail.
    mails: bool,
}

#[async_trait]
impl Commit for Escalate {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (id, now) = (self.request, tx.now());
        let of = waiting::waiting(tx.connection(), id).await?;
        // A decision may have come first.
        let Some(of) = of.filter(|of| of.step == self.step && !of.escalated) else { return Ok(()) };
        let to = above(tx, id, &of).await?;
        if waiting::escalate(tx.connection(), id, of.step, to, now).await? == 0 {
            return Ok(());
        }
        if let Some(to) = to.filter(|_| self.mails) {
            digest::tell(tx, to).await?;
        }
        let change = tx.next_change();
        reshape::note_change(tx.connection(), id, change).await?;
        let statement = json!({
            "request": id,
            "step": of.step,
            "to": to,
            "waiting_since": of.since,
            "before": { "escalated": false },
            "after": { "escalated": true },
        });
        tx.state(Kind::RequestEscalated, id.as_bytes(), &statement).await?;
        let news = News { step: Some(of.step), person: to, ..News::of(Outcome::Escalated) };
        changes::note(tx, id, change, news).await
    }
}

/// The chief of the request's unit, or the nearest above who is not waited for.
async fn above(
    tx: &mut Tx<'_>,
    request: RequestId,
    of: &waiting::Waiting,
) -> Result<Option<PersonId>, CommitError> {
    for unit in directory::line(tx.connection(), of.unit, MAX_LEVELS).await? {
        let chief = waiting::chief(tx.connection(), unit, request).await?;
        if chief.is_some() {
            return Ok(chief);
        }
    }
    Ok(None)
}
