//! Units and people as tables: looked at with every problem named, carried out, and written.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::digest::Sha256;
use trien_core::document::Text;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::{Posted, Uploaded};
use super::visitor::Visitor;
use crate::download::attached;
use crate::flow::account::Role;
use crate::flow::export::{self, Within};
use crate::flow::import::{self, Column, Kind, Plan, Problem};
use crate::flow::{FlowError, Thing};
use crate::sheet::{Format, MAX_BYTES};

/// Problems on the page; a table with more of them has one cause.
const SHOWN: usize = 200;

#[derive(askama::Template)]
#[template(path = "console/import.html")]
struct ImportPage {
    frame: Frame,
    kind: Kind,
    columns: Vec<Column>,
}

#[derive(askama::Template)]
#[template(path = "console/import_result.html")]
struct ResultPage {
    frame: Frame,
    kind: Kind,
    plan: Plan,
    /// Problems beyond those that are shown.
    more: usize,
}

impl ResultPage {
    fn shown(&self) -> &[Problem] {
        self.plan.problems.get(..SHOWN).unwrap_or(&self.plan.problems)
    }
}

/// What a table may hold, as addresses name it.
pub(super) const KINDS: [&str; 2] = ["units", "people"];

/// The form that takes a table.
pub(super) async fn show(
    State(console): State<Console>,
    Path(kind): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let kind = kind_of(&kind).map_err(refused)?;
    if !visitor.officer.is(Role::Administrator) {
        return Err(refused(FlowError::Forbidden));
    }
    let columns = import::columns(kind).to_vec();
    let frame = Frame::new(&console, &visitor, kind.name());
    Ok(page::of(&ImportPage { frame, kind, columns }, visitor.language))
}

/// Looks at a table; nothing is done yet.
pub(super) async fn check(
    State(console): State<Console>,
    Path(kind): Path<String>,
    Uploaded { visitor, file, .. }: Uploaded<MAX_BYTES>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let kind = kind_of(&kind).map_err(refused)?;
    let plan = import::look(&console.app, &visitor.officer, kind, file).await.map_err(refused)?;
    Ok(result(&console, &visitor, plan))
}

#[derive(Deserialize)]
pub(super) struct CarryOutForm {
    digest: String,
    why: String,
}

/// Carries out the table that was looked at.
pub(super) async fn carry_out(
    State(console): State<Console>,
    Path(kind): Path<String>,
    Posted { visitor, form }: Posted<CarryOutForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let kind = kind_of(&kind).map_err(refused)?;
    let digest: Option<Sha256> = form.digest.parse().ok();
    // A digest of nothing finds nothing.
    let digest = digest.unwrap_or_else(|| Sha256::of(b""));
    let (app, officer) = (&console.app, &visitor.officer);
    let plan = import::look_again(app, officer, kind, &digest).await.map_err(refused)?;
    let why = Text::new(&form.why);
    let (true, Ok(why)) = (plan.is_ready(), why) else {
        return Ok(result(&console, &visitor, plan));
    };
    import::carry_out(app, &officer.act(Some(why)), plan).await.map_err(refused)?;
    import::forget(app, officer).await.map_err(refused)?;
    Ok(Redirect::to(&format!("/console/{}?news=imported", kind.name())).into_response())
}

/// A table of what the officer reaches: `people.csv`, `units.xlsx`.
pub(super) async fn download(
    State(console): State<Console>,
    Path(file): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let missing = || refused(FlowError::NotFound(Thing::Table));
    let (kind, ending) = file.split_once('.').ok_or_else(missing)?;
    let kind = kind_of(kind).map_err(refused)?;
    let format = Format::of_ending(ending).ok_or_else(missing)?;
    let within = Within::ReachOf(&visitor.officer);
    let table = export::table(&console.app, within, kind, format, visitor.language).await;
    let name = format!("{}.{ending}", kind.name());
    Ok(attached(format.media_type(), &name, table.map_err(refused)?))
}

fn result(console: &Console, visitor: &Visitor, plan: Plan) -> Response {
    let sound = plan.problems.is_empty();
    let more = plan.problems.len().saturating_sub(SHOWN);
    let frame = Frame::new(console, visitor, plan.kind.name());
    let frame = if sound {
        frame
    } else {
        let fault = frame.t.of("console-import-faulty");
        frame.with_fault(fault)
    };
    let kind = plan.kind;
    let mut response = page::of(&ResultPage { frame, kind, plan, more }, visitor.language);
    if !sound {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

fn kind_of(name: &str) -> Result<Kind, FlowError> {
    let known = Kind::from_name(name).filter(|_| KINDS.contains(&name));
    known.ok_or(FlowError::NotFound(Thing::Table))
}
