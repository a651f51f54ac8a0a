//! The mail of each working day: how many documents wait for somebody, and how many too long.
//!
//! What is queued is that a mail is to be sent; what it says is read when it is, so that nothing of it lies anywhere. It
//! counts, and names documents only where the office's rules say so. No link in it decides anything.

use async_trait::async_trait;
use trien_core::env::Timestamp;
use trien_core::id::PersonId;

use super::FlowError;
use super::remind::day;
use crate::app::App;
use crate::mail::Letter;
pub use crate::store::mail::Health;
use crate::store::mail::{self, Due, MailKind, Open};
use crate::text::{Argument, Language, first_second, local_date, lookup, text};
use crate::writer::{Commit, CommitError, Tx};

/// How long after its time a mail of the day is still worth sending, where the server was down.
const LATE_SECONDS: i64 = 4 * 3600;
/// What is told of an escalation is gathered for so long.
const GATHERED_SECONDS: i64 = 600;
/// Most documents that are named.
const NAMED: u32 = 20;

/// Queues the mail of the day if it is time, and gives when it is next; nothing where the office sends none.
pub async fn run(app: &App) -> Result<Option<Timestamp>, FlowError> {
    let now = app.clock().now();
    let next = |from: Timestamp| {
        let next = app.notices().next_digest(app.calendar(), from.second());
        next.map(trien_core::env::UnixSecond::timestamp)
    };
    if app.mailer().is_some() {
        let late = next(now.plus_seconds(-LATE_SECONDS));
        if late.is_some_and(|late| late <= now) {
            let queued = app.writer().commit(Queue).await?.value;
            tracing::info!(queued, "the mail of the day was queued");
        }
    }
    Ok(next(now))
}

struct Queue;

#[async_trait]
impl Commit for Queue {
    type Done = u64;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<u64, CommitError> {
        let now = tx.now();
        Ok(mail::queue_digest(tx.connection(), day(now), now).await?)
    }
}

/// Queues that somebody be told of documents that wait too long for others, within the transaction that notes it.
pub(super) async fn tell(tx: &mut Tx<'_>, to: PersonId) -> Result<(), CommitError> {
    let now = tx.now();
    let due = now.plus_seconds(GATHERED_SECONDS);
    Ok(mail::queue_escalation(tx.connection(), to, day(now), due).await?)
}

/// What a mail says now; nothing where nothing waits any more, or nobody is there to read it.
pub(crate) async fn letter(app: &App, due: &Due) -> Result<Option<Letter>, FlowError> {
    let now = app.clock().now();
    let tomorrow = local_date(now.second()).tomorrow().ok().and_then(first_second);
    let tomorrow = tomorrow.map_or(now, trien_core::env::UnixSecond::timestamp);
    let mut connection = app.store().reader().await?;
    let Some(to) = mail::address(&mut connection, due.person).await? else { return Ok(None) };
    let open = mail::open(&mut connection, due.person, now, tomorrow).await?;
    let escalated = mail::escalated(&mut connection, due.person).await?;
    let mut titles = Vec::new();
    if due.kind == MailKind::Digest && app.notices().mails_titles() {
        for of in mail::titles(&mut connection, due.person, NAMED).await? {
            let number = of.number.as_ref().map_or("–", |number| number.as_str());
            titles.push(format!("- {number}: {}", of.subject));
        }
    }
    drop(connection);
    let origin = &app.settings().origin;
    let (vi, en) = (Language::Vietnamese, Language::English);
    let (subject, vi, en) = match due.kind {
        MailKind::Digest if open.all + escalated == 0 => return Ok(None),
        MailKind::Escalation if escalated == 0 => return Ok(None),
        MailKind::Digest => (
            counted(vi, "mail-digest-subject", open.all + escalated),
            digest(vi, &open, escalated, &titles),
            digest(en, &open, escalated, &[]),
        ),
        MailKind::Escalation => (
            text(vi, "mail-escalation-subject"),
            escalation(vi, escalated, origin),
            escalation(en, escalated, origin),
        ),
    };
    let text = format!("{vi}\n\n--\n\n{en}\n");
    Ok(Some(Letter { to, subject, text, id: identifier(due), at: due.since }))
}

// The same at each try, and says nothing of the person to whoever reads it.
fn identifier(due: &Due) -> String {
    let kind = match due.kind {
        MailKind::Digest => 1,
        MailKind::Escalation => 2,
    };
    let since = due.since.as_millis().to_be_bytes();
    let of = [&due.person.as_bytes()[..], &[kind], &due.day.to_be_bytes(), &since].concat();
    trien_core::digest::Sha256::of(&of).to_string()[..32].to_owned()
}

fn digest(language: Language, open: &Open, escalated: u64, titles: &[String]) -> String {
    let mut lines = Vec::new();
    let counts = [
        ("mail-digest-open", open.all),
        ("mail-digest-overdue", open.overdue),
        ("mail-digest-today", open.today),
        ("mail-digest-escalated", escalated),
    ];
    let some = counts.into_iter().filter(|(_, count)| *count > 0);
    lines.extend(some.map(|(key, count)| counted(language, key, count)));
    lines.extend_from_slice(titles);
    if open.all > 0 {
        lines.push(text(language, "mail-open-app"));
    }
    lines.push(text(language, "mail-automatic"));
    lines.join("\n")
}

fn escalation(language: Language, escalated: u64, origin: &str) -> String {
    let link = format!("{origin}/console/requests");
    let link = Argument { name: "link", value: &link };
    let lines = [
        counted(language, "mail-escalation-text", escalated),
        lookup(language, "mail-console", &[link]).unwrap_or_default(),
        text(language, "mail-automatic"),
    ];
    lines.join("\n")
}

fn counted(language: Language, key: &str, count: u64) -> String {
    let count = count.to_string();
    lookup(language, key, &[Argument { name: "count", value: &count }]).unwrap_or_default()
}

/// How it stands with mail, for whoever looks after the server; nothing where no relay is configured.
pub async fn health(app: &App) -> Result<Option<Health>, FlowError> {
    if app.mailer().is_none() {
        return Ok(None);
    }
    let week = app.clock().now().plus_seconds(-7 * 86_400);
    let mut connection = app.store().reader().await?;
    Ok(Some(mail::health(&mut connection, week).await?))
}
