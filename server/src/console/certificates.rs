//! The certificate register: the list, one entry with its timeline, and what a CA officer does with
//! it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::EntryId;
use trien_core::register::{Event, State as EntryState};
use trien_core::wire::UnitView;

use super::Console;
use super::devices::reason_of;
use super::error::{PageError, words};
use super::grave::Grave;
use super::page::{self, Frame};
use super::people::{Nothing, invitation_page};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::register::{
    self, Certified, EntryRow, EventRow, Facts, Filter, Layout, Layouts, PAGE, Reader, Relations,
    Soon, Story,
};
use crate::flow::{FlowError, Thing, desk, replace, units};

#[derive(askama::Template)]
#[template(path = "console/certificates.html")]
struct CertificatesPage {
    frame: Frame,
    /// All entries of the units looked at, by state.
    counts: Vec<Counted>,
    issued: u64,
    entries: Vec<Listed>,
    /// Whether anything is filtered.
    filtered: bool,
    /// Whether this person records certificates from elsewhere.
    records: bool,
    filter: Filter,
    /// When the counts were made, where that was before this look.
    counted_at: Option<Timestamp>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// The unit of the filter, as it is typed.
    unit: String,
    next: Option<String>,
    /// The list as a table, by the titles of its layouts.
    exports: Vec<Export>,
}

struct Export {
    title: String,
    link: String,
}

struct Counted {
    state: EntryState,
    entries: u64,
    link: String,
}

struct Listed {
    entry: EntryRow,
    /// Whole days until the certificate ends, while it is in force.
    left: Option<i64>,
    /// Whether it ends soon, so that somebody may renew it.
    may_renew: bool,
}

#[derive(askama::Template)]
#[template(path = "console/certificate.html")]
struct CertificatePage {
    frame: Frame,
    entry: EntryRow,
    certificate: Option<(Certified, Facts)>,
    events: Vec<EventRow>,
    relations: Relations,
    left: Option<i64>,
    /// Whether this person ends the certificate.
    may: bool,
    /// Whether it is time to renew it.
    ends_soon: bool,
    /// Whether this person invites to renew it.
    may_renew: bool,
}

/// What a list is asked for; blank fields of the form ask for nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    unit: String,
    within: String,
    after: String,
    layout: String,
}

/// What a redirect says happened.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// What an officer types.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RevokeForm {
    reason: String,
    why: String,
}

impl Asked {
    pub(super) fn filter(&self) -> Result<Filter, FlowError> {
        let unknown = |what: &str| FlowError::BadRequest(format!("there is no such {what}"));
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let state = given(&self.state)
            .map(|name| EntryState::from_name(&name).ok_or_else(|| unknown("state")));
        let unit =
            given(&self.unit).map(|id| id.parse().map_err(|_| FlowError::NotFound(Thing::Unit)));
        let exceeds = self.within == EXCEEDS;
        let soon = given(&self.within)
            .filter(|_| !exceeds)
            .map(|days| days.parse().ok().and_then(Soon::of_days).ok_or_else(|| unknown("time")));
        let (state, unit, soon) = (state.transpose()?, unit.transpose()?, soon.transpose()?);
        Ok(Filter { state, unit, soon, exceeds })
    }
}

/// What stands for those that are valid for too long, among the times of ending.
const EXCEEDS: &str = "exceeds";

/// A filter as the query of a link, with the leading `?`.
fn query(filter: &Filter) -> String {
    let mut parts = Vec::new();
    parts.extend(filter.state.map(|state| format!("state={}", state.name())));
    parts.extend(filter.unit.map(|unit| format!("unit={unit}")));
    parts.extend(filter.soon.map(|soon| format!("within={}", soon.days())));
    parts.extend(filter.exceeds.then(|| format!("within={EXCEEDS}")));
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl CertificatesPage {
    fn is_state(&self, state: &EntryState) -> bool {
        self.filter.state == Some(*state)
    }

    fn is_unit(&self, unit: &UnitView) -> bool {
        self.filter.unit == Some(unit.id)
    }

    fn is_soon(&self, soon: &Soon) -> bool {
        self.filter.soon == Some(*soon)
    }
}

impl CertificatePage {
    /// What an event says of the other certificate.
    fn other_word(&self, event: &EventRow) -> String {
        self.frame.t.of(match event.event {
            Event::Renewed => "renewal-renewed-by",
            _ => "renewal-renews",
        })
    }

    /// The certificate that an event tells of besides the entry's own.
    fn other_serial(&self, event: &EventRow) -> Option<&str> {
        self.relations.other_serial(event.event)
    }

    /// The list of people, searched for the holder.
    fn people(&self) -> String {
        let name = self.entry.person.name.bytes().map(|byte| format!("%{byte:02X}"));
        format!("/console/people?q={}", name.collect::<String>())
    }
}

/// The entries of the officer's units that the filter leaves, 50 a page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = list_page(&console, &visitor, &asked).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn list_page(
    console: &Console,
    visitor: &Visitor,
    asked: &Asked,
) -> Result<CertificatesPage, FlowError> {
    let app = &console.app;
    let reader = Reader::Officer(&visitor.officer);
    let (filter, unit) = match asked.unit.trim() {
        "" => (asked.filter()?, String::new()),
        typed => {
            let unit = units::meant(app, &visitor.officer, typed).await?;
            let named = units::one(app, &visitor.officer, unit).await?.name;
            let asked = Asked { unit: unit.to_string(), ..asked.clone() };
            (asked.filter()?, named)
        }
    };
    let after = (!asked.after.is_empty()).then(|| asked.after.parse()).transpose()?;
    let found = register::list(app, reader, &filter, after, PAGE).await?;
    let summary = register::summary(app, reader, filter.unit).await?;
    let tally = summary.tally;
    let of = |state: EntryState| match state {
        EntryState::Suspended => tally.suspended(),
        state => tally.of(state),
    };
    let counts = Filter::choices()
        .map(|state| Counted {
            state,
            entries: of(state),
            link: query(&Filter { state: Some(state), soon: None, exceeds: false, ..filter }),
        })
        .collect();
    // It was sound when the server started; whoever broke it since is told when the list is asked for.
    let layouts = register::layouts(app).inspect_err(|error| tracing::warn!(%error, "no layouts"));
    let export = |layout: &Layout| {
        let query = query(&filter);
        let begin = if query.is_empty() { "?" } else { "&" };
        let link = format!("{query}{begin}layout={}", layout.name());
        Export { title: layout.title(visitor.language).to_owned(), link }
    };
    let exports = layouts.iter().flat_map(Layouts::all).map(export).collect();
    let next = found.next.map(|cursor| {
        let query = query(&filter);
        format!("{query}{}after={cursor}", if query.is_empty() { "?" } else { "&" })
    });
    Ok(CertificatesPage {
        frame: Frame::new(console, visitor, "certificates"),
        counts,
        issued: tally.issued(),
        entries: found.entries.into_iter().map(|entry| listed(console, entry)).collect(),
        records: visitor.officer.is(Role::CaOfficer) || visitor.officer.is(Role::Clerk),
        filtered: filter != Filter::default(),
        exports,
        filter,
        counted_at: summary.is_kept.then_some(summary.counted_at),
        units: units::if_few(app, &visitor.officer, CHOSEN_OF).await?,
        unit,
        next,
    })
}

fn listed(console: &Console, entry: EntryRow) -> Listed {
    let left = days_left(console, &entry);
    Listed { left, may_renew: ends_soon(&entry, left), entry }
}

fn days_left(console: &Console, entry: &EntryRow) -> Option<i64> {
    let certificate = entry.certificate.as_ref().filter(|_| entry.state.is_in_force())?;
    let left = certificate.not_after.get() - console.app.clock().now().second().get();
    Some(left.div_euclid(86_400))
}

/// Whether a certificate that is in use ends so soon that the home page counts it.
fn ends_soon(entry: &EntryRow, left: Option<i64>) -> bool {
    let soon = left.is_some_and(|left| left <= Soon::TwoMonths.days());
    replace::is_renewable(entry.state) && soon
}

/// The same list without pages, for spreadsheets.
pub(super) async fn export(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let filter = asked.filter().map_err(refused)?;
    let reader = Reader::Officer(&visitor.officer);
    let layout = (!asked.layout.is_empty()).then_some(&*asked.layout);
    let sheet = register::export(&console.app, reader, &filter, layout, visitor.language).await;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"certificates.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, sheet.map_err(refused)?).into_response())
}

/// One entry.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("revoke") => Some("console-news-certificate-revoked"),
        Some("record") => Some("console-news-certificate-recorded"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "certificates").with_news(news);
    let page = entry_page(&console, &visitor, frame, &id).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Ends a certificate before its time.
pub(super) async fn revoke(
    State(console): State<Console>,
    Path(id): Path<String>,
    Grave(Posted { visitor, form }): Grave<RevokeForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let Story { entry, .. } = story(&console, &visitor, &id).await.map_err(refused)?;
    let may = visitor.officer.require(&console.app, entry.unit.id, &[Role::CaOfficer]);
    may.await.map_err(refused)?;
    let fault = match carry_out(&console, &visitor, &entry, &form).await {
        Ok(()) => {
            let page = format!("/console/certificates/{}?news=revoke", entry.id);
            return Ok(Redirect::to(&page).into_response());
        }
        Err(FlowError::Unavailable(why)) => return Err(refused(FlowError::Unavailable(why))),
        Err(error) => words(&error, visitor.language).1,
    };
    let frame = Frame::new(&console, &visitor, "certificates").with_fault(fault);
    // The entry may have moved on.
    let page = entry_page(&console, &visitor, frame, &id).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Invites the holder of a certificate in a phone to renew it.
pub(super) async fn renew(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id: EntryId = id.parse().map_err(|_| refused(FlowError::NotFound(Thing::Entry)))?;
    let new = desk::renew_certificate(&console.app, &visitor.officer, id).await;
    let (person, new) = new.map_err(refused)?;
    invitation_page(&console, &visitor, person, new).map_err(refused)
}

async fn carry_out(
    console: &Console,
    visitor: &Visitor,
    entry: &EntryRow,
    form: &RevokeForm,
) -> Result<(), FlowError> {
    let reason = reason_of(&form.reason)?;
    let unclear = |_| FlowError::BadRequest("say why, in at most 500 characters".to_owned());
    let why = Text::<500>::new(form.why.trim()).map_err(unclear)?;
    desk::revoke_certificate(&console.app, &visitor.officer, entry.id, reason, why).await
}

/// The entry of that id, if the officer reaches it; else it looks as if there were none.
async fn story(console: &Console, visitor: &Visitor, id: &str) -> Result<Story, FlowError> {
    let id: EntryId = id.parse().map_err(|_| FlowError::NotFound(Thing::Entry))?;
    register::show(&console.app, Reader::Officer(&visitor.officer), id).await
}

async fn entry_page(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: &str,
) -> Result<CertificatePage, FlowError> {
    let Story { entry, events, relations } = story(console, visitor, id).await?;
    let officer = &visitor.officer;
    let has = async |role: Role| match officer.require(&console.app, entry.unit.id, &[role]).await {
        Ok(()) => Ok(true),
        Err(FlowError::Forbidden) => Ok(false),
        Err(error) => Err(error),
    };
    let may = entry.state.is_in_force() && has(Role::CaOfficer).await?;
    let enrolls = has(Role::EnrollmentOfficer).await?;
    let certificate = match &entry.certificate {
        Some(certificate) => Some((certificate.clone(), certificate.facts()?)),
        None => None,
    };
    let left = days_left(console, &entry);
    let over = entry.state == EntryState::Expired && relations.after.is_empty();
    let ends_soon = ends_soon(&entry, left) || over;
    let may_renew = ends_soon && enrolls && entry.device.is_some();
    Ok(CertificatePage {
        frame,
        entry,
        certificate,
        events,
        relations,
        left,
        may,
        ends_soon,
        may_renew,
    })
}
