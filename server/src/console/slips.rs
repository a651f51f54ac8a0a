//! Enrollment slips: making, printing, sending and cancelling them, and the officer's session with
//! whoever holds one.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use serde::Deserialize;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::PersonView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::people::{MayWhy, Nothing};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::download::attached;
use crate::flow::slip::{self, Among, CodeState, Held, ListedSlip, session};
use crate::flow::{FlowError, Thing, desk};
use crate::text::{Argument, local_day, local_minute, lookup};

/// Slips on one printed page of the console: twelve sheets of paper.
const PAGE: u32 = 60;
/// Slips that are read at once for a file of texts, which has all of them.
const PORTION: u32 = 2_000;

#[derive(askama::Template)]
#[template(path = "console/slips.html")]
struct SlipsPage {
    frame: Frame,
    /// Where the texts of these slips are.
    texts: String,
    /// Back to what they are of.
    back: String,
    slips: Vec<Printed>,
    previous: Option<u32>,
    next: Option<u32>,
}

struct Printed {
    slip: ListedSlip,
    qr: String,
    until: String,
}

#[derive(askama::Template)]
#[template(path = "console/session.html")]
struct SessionPage {
    frame: Frame,
    person: PersonView,
    digits: String,
    until: String,
}

/// Which page of slips.
#[derive(Deserialize)]
pub(super) struct Turn {
    #[serde(default)]
    page: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// Where a slip stands.
    pub(super) fn slip_state(&self, held: &Held) -> String {
        self.of(match held.end {
            None => "slip-state-open",
            Some(slip::SlipEnd::Used) => "slip-state-used",
            Some(slip::SlipEnd::Expired) => "slip-state-expired",
            Some(slip::SlipEnd::Cancelled) => "slip-state-cancelled",
            Some(slip::SlipEnd::Replaced) => "slip-state-replaced",
            Some(slip::SlipEnd::Left) => "slip-state-left",
        })
    }

    /// Where the short code of a slip stands, with its tries.
    pub(super) fn session_state(&self, held: &Held) -> Option<String> {
        let code = held.code?;
        let state = self.of(match code.state {
            CodeState::Open => "slip-session-open",
            CodeState::Opened => "slip-session-opened",
            CodeState::Spent => "slip-session-spent",
            CodeState::Ended => "slip-session-ended",
        });
        let until = local_minute(code.until);
        let tries = code.tries.to_string();
        let arguments =
            [Argument { name: "tries", value: &tries }, Argument { name: "until", value: &until }];
        let more = lookup(self.0, "slip-session-tries", &arguments).unwrap_or_default();
        Some(format!("{state}. {more}"))
    }

    /// Up to which day a slip is good.
    pub(super) fn slip_until(&self, held: &Held) -> String {
        let _ = self;
        local_day(held.slip.expires)
    }
}

/// Makes a slip for a person; an older one ends.
pub(super) async fn make_one(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (person, unit) = one(&console, &visitor, &id).await.map_err(refused)?;
    let act = visitor.officer.act(None);
    slip::make(&console.app, &act, person.id, unit).await.map_err(refused)?;
    Ok(Redirect::to(&format!("/console/people/{}?news=slip", person.id)).into_response())
}

/// Cancels the open slip of a person.
pub(super) async fn cancel(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (person, unit) = one(&console, &visitor, &id).await.map_err(refused)?;
    let act = visitor.officer.act(form.read().map_err(refused)?);
    slip::cancel(&console.app, &act, person.id, unit).await.map_err(refused)?;
    Ok(Redirect::to(&format!("/console/people/{}?news=cancelled", person.id)).into_response())
}

/// Starts the session with a person who is there; the digits are on this page only, and only now.
pub(super) async fn start(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (person, unit) = one(&console, &visitor, &id).await.map_err(refused)?;
    let act = visitor.officer.act(None);
    let started = session::start(&console.app, &act, person.id, unit).await.map_err(refused)?;
    let page = SessionPage {
        frame: Frame::new(&console, &visitor, "people"),
        person,
        digits: started.code.grouped(),
        until: local_minute(started.until),
    };
    Ok(page::of(&page, visitor.language))
}

/// Makes slips for those of a unit or wave who have neither one nor a phone.
pub(super) async fn make_many(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: axum::extract::OriginalUri,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let among = among(&console, &visitor, uri.path(), &id).await.map_err(refused)?;
    let within = desk::enrolls_in(&console.app, &visitor.officer).await.map_err(refused)?;
    let act = visitor.officer.act(None);
    let made = slip::make_missing(&console.app, &act, among, |unit| within.contains(&unit));
    made.await.map_err(refused)?;
    Ok(Redirect::to(&page_of(among)).into_response())
}

/// Open slips, to be printed.
pub(super) async fn print(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: axum::extract::OriginalUri,
    visitor: Visitor,
    Query(Turn { page }): Query<Turn>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let among = among(&console, &visitor, uri.path(), &id).await.map_err(refused)?;
    let skip = page.saturating_mul(PAGE);
    let found = slip::open(&console.app, among, skip, PAGE + 1).await.map_err(refused)?;
    let more = found.len() > PAGE as usize;
    let within = desk::enrolls_in(&console.app, &visitor.officer).await.map_err(refused)?;
    let mut slips = Vec::new();
    for slip in found.into_iter().take(PAGE as usize).filter(|it| within.contains(&it.unit)) {
        let code = QRBuilder::new(slip.link(&console.app)).build();
        let code = code.map_err(|error| refused(FlowError::Internal(error.to_string())))?;
        let (qr, until) = (SvgBuilder::default().to_str(&code), local_day(slip.expires));
        slips.push(Printed { slip, qr, until });
    }
    let back = page_of(among);
    let page = SlipsPage {
        frame: Frame::new(&console, &visitor, "people"),
        texts: format!("{back}.txt"),
        back: back.trim_end_matches("/slips").trim_end_matches("/slip").to_owned(),
        slips,
        previous: page.checked_sub(1),
        next: page.checked_add(1).filter(|_| more),
    };
    Ok(page::of(&page, visitor.language))
}

/// Open slips as text, to be sent by one's own mail.
pub(super) async fn texts(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: axum::extract::OriginalUri,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let among = among(&console, &visitor, uri.path(), &id).await.map_err(refused)?;
    let within = desk::enrolls_in(&console.app, &visitor.officer).await.map_err(refused)?;
    let mut texts = Vec::new();
    for skip in (0..).step_by(PORTION as usize) {
        let found = slip::open(&console.app, among, skip, PORTION).await.map_err(refused)?;
        let own = found.iter().filter(|slip| within.contains(&slip.unit));
        texts.extend(own.map(|slip| text_of(&console, &visitor, slip)));
        if found.len() < PORTION as usize {
            break;
        }
    }
    let text = texts.join("\r\n----------------------------------------\r\n\r\n");
    Ok(attached("text/plain; charset=utf-8", "slips.txt", text))
}

fn text_of(console: &Console, visitor: &Visitor, slip: &ListedSlip) -> String {
    let (until, link) = (local_day(slip.expires), slip.link(&console.app));
    let arguments = [
        Argument { name: "name", value: &slip.person.name },
        Argument { name: "position", value: &slip.person.position },
        Argument { name: "unit", value: &slip.unit_name },
        Argument { name: "until", value: &until },
        Argument { name: "link", value: &link },
    ];
    let text = lookup(visitor.language, "slip-letter", &arguments).unwrap_or_default();
    format!("{}\r\n", text.replace('\n', "\r\n"))
}

/// The person of that id in a unit where the officer enrolls.
async fn one(
    console: &Console,
    visitor: &Visitor,
    id: &str,
) -> Result<(PersonView, UnitId), FlowError> {
    let id: PersonId = id.parse().map_err(|_| FlowError::NotFound(Thing::Person))?;
    desk::holding_a_slip(&console.app, &visitor.officer, id).await
}

/// Whose slips an address means. Whoever enrolls nowhere in it does not get that far.
async fn among(
    console: &Console,
    visitor: &Visitor,
    path: &str,
    id: &str,
) -> Result<Among, FlowError> {
    let missing = |thing| move |_| FlowError::NotFound(thing);
    let among = if path.starts_with("/console/people/") {
        Among::Person(id.parse().map_err(missing(Thing::Person))?)
    } else if path.starts_with("/console/units/") {
        Among::Unit(id.parse().map_err(missing(Thing::Unit))?)
    } else {
        Among::Wave(id.parse().map_err(missing(Thing::Wave))?)
    };
    desk::require_among(&console.app, &visitor.officer, among).await?;
    Ok(among)
}

fn page_of(among: Among) -> String {
    match among {
        Among::Person(id) => format!("/console/people/{id}/slip"),
        Among::Unit(id) => format!("/console/units/{id}/slips"),
        Among::Wave(id) => format!("/console/waves/{id}/slips"),
    }
}
