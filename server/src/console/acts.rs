//! The log of acts of administration, for administrators and auditors: who did what, to whom, why, and what
//! stood before and after.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use trien_core::env::UnixSecond;
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::act::kind::Kind;
use crate::flow::acts::{self, ActView, Author, Change, Filter, PAGE, Reader, words};
use crate::flow::{FlowError, Thing, units};
use crate::text::start_of_local_day;

#[derive(askama::Template)]
#[template(path = "console/acts.html")]
struct ActsPage {
    frame: Frame,
    acts: Vec<ActView>,
    asked: Asked,
    /// The kinds of act that a list may be narrowed to, by their names in the reader's language.
    kinds: Vec<(&'static str, String)>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// The same list as a sheet.
    export: String,
    next: Option<String>,
}

/// What a list is asked for; blank fields of the form ask for nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    unit: String,
    kind: String,
    from: String,
    until: String,
    person: String,
    account: String,
    subject: String,
    before: String,
}

impl Asked {
    fn is_filtered(&self) -> bool {
        let all = [&self.unit, &self.kind, &self.from, &self.until];
        let more = [&self.person, &self.account, &self.subject];
        all.iter().chain(&more).any(|text| !text.is_empty())
    }

    fn is_unit(&self, unit: &UnitView) -> bool {
        self.unit == unit.id.to_string()
    }

    /// Everything but the place in the list, as the query of a link.
    fn query(&self) -> String {
        let escaped = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        [
            ("unit", &self.unit),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
            ("person", &self.person),
            ("account", &self.account),
            ("subject", &self.subject),
        ]
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}={}&", escaped(text)))
        .collect()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a kind of act is called.
    fn act_kind(&self, kind: &Kind) -> String {
        words::kind(*kind, self.0)
    }

    /// Who did it.
    fn act_by(&self, by: &Author) -> String {
        words::author(by, self.0)
    }

    /// Why it was done.
    fn act_why(&self, act: &ActView) -> String {
        words::why(act, self.0)
    }

    /// What a value's name is.
    fn act_field(&self, change: &Change) -> String {
        words::field(&change.field, self.0)
    }

    /// What it was.
    fn act_before(&self, change: &Change) -> String {
        words::value(change.before.as_deref(), self.0)
    }

    /// What it is now.
    fn act_after(&self, change: &Change) -> String {
        words::value(change.after.as_deref(), self.0)
    }
}

/// The acts within reach, the newest first, 50 a page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = list_page(&console, &visitor, asked).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn list_page(
    console: &Console,
    visitor: &Visitor,
    mut asked: Asked,
) -> Result<ActsPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    acts::require_reader(officer)?;
    let filter = filter(console, visitor, &mut asked).await?;
    let before = asked.before.parse().ok();
    let found = acts::list(app, Reader::Officer(officer), &filter, before, PAGE).await?;
    let query = asked.query();
    let listed = Kind::ALL.iter().filter(|kind| kind.is_listed());
    let mut kinds: Vec<_> =
        listed.map(|kind| (kind.slug(), words::kind(*kind, visitor.language))).collect();
    kinds.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(ActsPage {
        frame: Frame::new(console, visitor, "acts"),
        acts: found.acts,
        kinds,
        units: units::if_few(app, officer, CHOSEN_OF).await?,
        export: format!("/console/acts/export?{query}"),
        next: found.next.map(|leaf| format!("/console/acts?{query}before={leaf}")),
        asked,
    })
}

/// The same list without pages, for spreadsheets.
pub(super) async fn export(
    State(console): State<Console>,
    visitor: Visitor,
    Query(mut asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    acts::require_reader(&visitor.officer).map_err(refused)?;
    let filter = filter(&console, &visitor, &mut asked).await.map_err(refused)?;
    let reader = Reader::Officer(&visitor.officer);
    let sheet = acts::export(&console.app, reader, &filter, visitor.language).await;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"acts.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, sheet.map_err(refused)?).into_response())
}

/// What the list is narrowed to. A unit may be typed by its name; the form then shows the one that was meant.
async fn filter(
    console: &Console,
    visitor: &Visitor,
    asked: &mut Asked,
) -> Result<Filter, FlowError> {
    let unit = match asked.unit.trim() {
        "" => None,
        typed => Some(units::meant(&console.app, &visitor.officer, typed).await?),
    };
    asked.unit = unit.map(|unit| unit.to_string()).unwrap_or_default();
    let missing = |thing| move |_| FlowError::NotFound(thing);
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let person = given(&asked.person);
    let account = given(&asked.account);
    let subject = given(&asked.subject);
    Ok(Filter {
        unit,
        kind: given(&asked.kind).map(|name| acts::kind_of(&name)).transpose()?,
        account: account.map(|id| id.parse().map_err(missing(Thing::Account))).transpose()?,
        person: person.map(|id| id.parse().map_err(missing(Thing::Person))).transpose()?,
        subject: subject.map(|id| acts::subject_of(&id)).transpose()?,
        from: day(&asked.from)?,
        // The day that is named belongs to it.
        until: day(&asked.until)?.map(|day| UnixSecond::new(day.get() + 86_400)),
    })
}

fn day(typed: &str) -> Result<Option<UnixSecond>, FlowError> {
    let unclear = || FlowError::BadRequest("a day is written 2026-11-22".to_owned());
    let typed = typed.trim();
    (!typed.is_empty()).then(|| start_of_local_day(typed).ok_or_else(unclear)).transpose()
}
