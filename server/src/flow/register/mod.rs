//! The certificate register: what it shows, to whom, and the few acts that are its own.
//!
//! Entries are written by the acts that they tell of (enrollment, devices); this module reads them,
//! notes that a phone confirmed its certificate, and that a validity is over.

mod add;
mod figures;
mod filter;
mod layout;
mod period;
pub(super) mod record;
mod related;
mod sheet;
mod tally;
mod view;
pub mod words;

use std::path::Path;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::certificate::Certificate;
use trien_core::env::UnixSecond;
use trien_core::id::{EntryId, PersonId};
use trien_core::register::{Event, State};

pub use self::add::{Elsewhere, Found, add, stated_prompt};
pub(crate) use self::figures::KeptSums;
pub use self::figures::{Asked, Extent, OfLevel, OfUnit, Report, figure_keys, figures};
pub use self::filter::{Cursor, Filter, Page, Reader, Soon};
pub use self::layout::{Layout, Layouts};
pub use self::period::{Days, Period, Step};
pub use self::related::{Relations, Relative};
pub use self::sheet::{export, layouts};
pub(crate) use self::tally::Summaries;
pub use self::tally::{Alerts, MOST_EXCEEDING, Summary, alerts, summary};
pub use self::view::{CertificateView, CertifiedView};
use super::act::{Act, Acted};
use super::device::{self, AuthenticatedDevice, RevocationReason};
use super::forms::{Form as _, FormFault};
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::certificate;
use crate::store::register::{self, Head, Way};
pub use crate::store::register::{Author, Certified, EntryRow, EventRow, Exported, Waiting};
use crate::writer::{Commit, CommitError, Tx};

/// Entries on one page.
pub const PAGE: u32 = 50;
/// Entries that one commit ends: more would keep others waiting.
const EXPIRED_AT_ONCE: u32 = 100;
/// Where there are fewer entries than this, each is looked at.
const FEW: u32 = 2_000;

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Serial number, hexadecimal.
    pub serial: String,
    /// The issuer's name (RFC 4514).
    pub issuer: String,
    /// The subject's name (RFC 4514).
    pub subject: String,
}

impl Certified {
    /// What the certificate says of itself.
    pub fn facts(&self) -> Result<Facts, FlowError> {
        let damaged =
            |_| FlowError::Internal(format!("the certificate {} is damaged", self.sha256));
        let certificate = Certificate::parse(&self.der).map_err(damaged)?;
        Ok(Facts {
            serial: certificate.serial().to_string(),
            issuer: certificate.issuer_text(),
            subject: certificate.subject_text(),
        })
    }
}

/// An entry with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The entry.
    pub entry: EntryRow,
    /// What happened, oldest first.
    pub events: Vec<EventRow>,
    /// What it renews or takes the place of, and what does so with it.
    pub relations: Relations,
}

/// Refuses a data folder whose layouts of the register cannot be used.
pub(super) fn check_forms(data: &Path) -> Result<(), FormFault> {
    Layouts::of(data).map(drop)
}

/// One page of entries: the newest first, or those that end soonest where the filter asks for them.
pub async fn list(
    app: &App,
    reader: Reader<'_>,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page, FlowError> {
    let states = filter.states();
    let mut connection = app.store().reader().await?;
    // One more than is shown tells whether there is a next page.
    let asked = limit + 1;
    let now = app.clock().now().second();
    let mut found = Vec::new();
    for part in reader.parts(&mut connection, filter.unit).await? {
        let below = register::count_below(&mut connection, &part, FEW).await?;
        let way = if below < FEW { Way::ByUnit } else { Way::InOrder };
        found.extend(match filter.soon {
            None if filter.exceeds => {
                let before = after.map(|cursor| cursor.entry);
                register::exceeding(&mut connection, &part, states, before, asked).await?
            }
            None => {
                let before = after.map(|cursor| cursor.entry);
                register::newest(&mut connection, way, &part, states, before, asked).await?
            }
            Some(soon) => {
                let place = after.unwrap_or_else(|| Cursor::before(now)).end_place();
                let range = (place, soon.until(now));
                register::ending(&mut connection, way, &part, states, range, asked).await?
            }
        });
    }
    match filter.soon {
        None => found.sort_by_key(|entry| std::cmp::Reverse(entry.id)),
        Some(_) => found.sort_by_key(|entry| (entry.ends(), entry.id)),
    }
    Ok(Page::cut(found, limit))
}

/// One entry and what happened to it.
pub async fn show(app: &App, reader: Reader<'_>, id: EntryId) -> Result<Story, FlowError> {
    let mut connection = app.store().reader().await?;
    for part in reader.parts(&mut connection, None).await? {
        if let Some(entry) = register::one(&mut connection, &part, id).await? {
            let events = register::events(&mut connection, id).await?;
            let relations = related::of(&mut connection, id).await?;
            return Ok(Story { entry, events, relations });
        }
    }
    Err(FlowError::NotFound(Thing::Entry))
}

/// The certificate of an entry and those above it in PEM, as far as they are known here.
pub async fn pem(app: &App, certified: &Certified) -> Result<String, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut chain = vec![certified.der.clone()];
    if let Some(held) = certificate::held(&mut connection, &certified.sha256).await? {
        chain.extend(device::chain(app, &mut connection, &held).await?);
    }
    let parsed = chain.iter().map(|der| Certificate::parse(der));
    let read = parsed.collect::<Result<Vec<_>, _>>();
    let read = read.map_err(|error| FlowError::Internal(error.to_string()))?;
    Ok(read.iter().map(Certificate::to_pem).collect())
}

/// What a person holds within reach outside phones and could renew, the newest first.
pub async fn renewable(
    app: &App,
    reader: Reader<'_>,
    person: PersonId,
) -> Result<Vec<EntryRow>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut held = Vec::new();
    for part in reader.parts(&mut connection, None).await? {
        held.extend(register::held_elsewhere(&mut connection, &part, person).await?);
    }
    held.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    Ok(held)
}

/// Ends a certificate before its time. One in a phone ends with its device, and the revocation list is
/// renewed at once; of one from elsewhere only its own authority can say so to others.
pub async fn revoke(
    app: &App,
    act: &Act,
    entry: &EntryRow,
    reason: RevocationReason,
) -> Result<(), FlowError> {
    if let Some((device, _)) = entry.device {
        return device::revoke(app, act, device, reason).await;
    }
    let revoke = RevokeRecorded { entry: entry.id, reason };
    app.writer().commit(Acted(act.clone(), revoke)).await?;
    Ok(())
}

struct RevokeRecorded {
    entry: EntryId,
    reason: RevocationReason,
}

#[async_trait]
impl Commit for RevokeRecorded {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        revoke_recorded(tx, self.entry, self.reason).await
    }
}

/// Notes that a certificate from elsewhere ended.
pub(super) async fn revoke_recorded(
    tx: &mut Tx<'_>,
    entry: EntryId,
    reason: RevocationReason,
) -> Result<(), CommitError> {
    let head = register::head(tx.connection(), entry).await?;
    let head = head.ok_or(FlowError::NotFound(Thing::Entry))?;
    if head.state.after(Event::Revoked).is_err() {
        let over = "the certificate has ended or was never issued".to_owned();
        return Err(FlowError::BadRequest(over).into());
    }
    let after = record::note_revoked(tx, head, reason.code()).await?;
    if let Some(certificate) = register::certificate_of(tx.connection(), entry).await? {
        let moved = (Some(head.state), after.state);
        record::state(tx, Kind::CertificateRevoked, &certificate, moved).await?;
    }
    Ok(())
}

/// Notes that the phone has its certificate: it syncs only after it has stored its profile, and signs
/// that request with the key that was enrolled with it.
pub(super) async fn hand_over(
    app: &App,
    connection: &mut AnyConnection,
    device: &AuthenticatedDevice,
) -> Result<(), FlowError> {
    let head = register::of_device(connection, device.id).await?;
    if head.is_some_and(|head| head.state == State::Issued) {
        app.writer().commit(HandOver(device.clone())).await?;
    }
    Ok(())
}

struct HandOver(AuthenticatedDevice);

#[async_trait]
impl Commit for HandOver {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let head = register::of_device(tx.connection(), self.0.id).await?;
        match head {
            Some(head) if head.state == State::Issued => {
                let device = json!({ "device": self.0.id });
                tx.annotate(serde_json::Map::from_iter([("by".to_owned(), device)]));
                finish(tx, head, (Event::HandedOver, Kind::CertificateHandedOver), Author::Phone)
                    .await
            }
            // Two syncs at once; the other was first.
            _ => Ok(()),
        }
    }
}

/// Notes whose validity is over; gives how many were noted. Running it again changes nothing.
pub async fn expire(app: &App) -> Result<u64, FlowError> {
    let mut all = 0;
    loop {
        let expired = app.writer().commit(Expire).await?.value;
        all += expired;
        if expired < u64::from(EXPIRED_AT_ONCE) {
            return Ok(all);
        }
    }
}

struct Expire;

#[async_trait]
impl Commit for Expire {
    type Done = u64;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<u64, CommitError> {
        let now: UnixSecond = tx.now().second();
        let heads = register::past_their_end(tx.connection(), now, EXPIRED_AT_ONCE).await?;
        for head in &heads {
            finish(tx, *head, (Event::Expired, Kind::CertificateExpired), Author::Server).await?;
        }
        Ok(heads.len() as u64)
    }
}

/// Adds an event to the register and, as a statement, to the log.
async fn finish(
    tx: &mut Tx<'_>,
    head: Head,
    (event, kind): (Event, Kind),
    author: Author,
) -> Result<(), CommitError> {
    let after = record::note(tx, head, event, author).await?;
    if let Some(certificate) = register::certificate_of(tx.connection(), head.id).await? {
        record::state(tx, kind, &certificate, (Some(head.state), after.state)).await?;
    }
    Ok(())
}
