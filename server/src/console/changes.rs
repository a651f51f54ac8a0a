//! Reports of changed posts and units: the list, one report, and the same as a sheet.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use trien_core::id::ChangeId;

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::visitor::Visitor;
use crate::download::attached;
pub(super) use crate::flow::change::Filed;
use crate::flow::change::{self, By, Line, PAGE, Report, Reports};
use crate::flow::{FlowError, Thing};
use crate::sheet::Format;
use crate::text::{Language, text};

#[derive(askama::Template)]
#[template(path = "console/changes.html")]
struct ChangesPage {
    frame: Frame,
    reports: Vec<Filed>,
    next: Option<ChangeId>,
}

#[derive(askama::Template)]
#[template(path = "console/change.html")]
struct ChangePage {
    frame: Frame,
    report: Report,
}

/// What a list is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: String,
    news: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a kind of change is called.
    pub(super) fn change_kind(&self, name: &str) -> String {
        self.of(change::words::kind(name))
    }

    /// What a kind of thing is called.
    pub(super) fn change_thing(&self, name: &str) -> String {
        self.of(change::words::thing(name))
    }

    /// What was done to a thing.
    pub(super) fn change_deed(&self, name: &str) -> String {
        self.of(change::words::deed(name))
    }

    /// To whom, where to, or why.
    pub(super) fn change_detail(&self, line: &Line) -> String {
        change::words::detail(line, self.0)
    }

    /// Who made a change.
    pub(super) fn change_by(&self, by: &By) -> String {
        match by {
            By::CommandLine => self.of("console-author-command-line"),
            By::Account(_, name) => name.clone(),
        }
    }
}

/// Why a change was not made, in words for the page of the form.
pub(super) fn fault_of(error: &FlowError, language: Language) -> String {
    match error {
        FlowError::PlanMoved(parts) => {
            let names: Vec<String> = parts.iter().map(|part| text(language, part.key())).collect();
            format!("{} {}.", text(language, "change-moved"), names.join(", "))
        }
        FlowError::NoChange(why) => text(language, why.key()),
        FlowError::BadRequest(_) => text(language, "change-unclear"),
        other => words(other, language).1,
    }
}

/// Why a form cannot be looked at, in words; or the page of what is no fault of the form.
pub(super) fn fault_of_form(error: FlowError, language: Language) -> Result<String, PageError> {
    match error {
        FlowError::NoChange(_) | FlowError::BadRequest(_) => Ok(fault_of(&error, language)),
        FlowError::NotFound(Thing::Unit) => Ok(text(language, "console-unit-not-found")),
        error => Err(PageError::of(error, language)),
    }
}

/// The reports about the officer's units, the newest first.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let before: Option<ChangeId> = asked.before.parse().ok();
    let reader = Reports::Officer(&visitor.officer);
    let reports = change::list(&console.app, reader, before).await.map_err(refused)?;
    let full = reports.len() == PAGE as usize;
    let next = reports.last().filter(|_| full).map(|last| last.id);
    let frame = Frame::new(&console, &visitor, "people");
    Ok(page::of(&ChangesPage { frame, reports, next }, visitor.language))
}

/// One report.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let report = one(&console, &visitor, &id).await.map_err(refused)?;
    let news = (asked.news == "done").then_some("change-news-done");
    let frame = Frame::new(&console, &visitor, "people").with_news(news);
    Ok(page::of(&ChangePage { frame, report }, visitor.language))
}

/// One report as a sheet.
pub(super) async fn export(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let report = one(&console, &visitor, &id).await.map_err(refused)?;
    let sheet = change::export(&report, visitor.language).map_err(refused)?;
    Ok(attached(Format::Csv.media_type(), "change.csv", sheet))
}

async fn one(console: &Console, visitor: &Visitor, id: &str) -> Result<Report, FlowError> {
    let id = id.parse().map_err(|_| FlowError::NotFound(Thing::Report))?;
    change::show(&console.app, Reports::Officer(&visitor.officer), id).await
}
