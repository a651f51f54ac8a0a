//! The register in figures: by unit and level, of what was issued in a period.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use trien_core::certificate::Assurance;
use trien_core::register::{State as EntryState, Tally};

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::register::{self, Count, Period, Reader};

#[derive(askama::Template)]
#[template(path = "console/certificate_counts.html")]
struct CountsPage {
    frame: Frame,
    from: String,
    to: String,
    rows: Vec<Row>,
    whole: Row,
}

/// One unit and level, or all together.
struct Row {
    unit: String,
    level: Option<Assurance>,
    tally: Tally,
}

impl Row {
    fn of(&self, state: EntryState) -> u64 {
        match state {
            EntryState::Suspended => self.tally.suspended(),
            state => self.tally.of(state),
        }
    }
}

/// The states that certificates are counted in; together they are those issued.
const COUNTED: [EntryState; 6] = [
    EntryState::Issued,
    EntryState::InUse,
    EntryState::Suspended,
    EntryState::Renewed,
    EntryState::Revoked,
    EntryState::Expired,
];

/// The period: days as `2026-11-22`, both included; blank for without end.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
}

impl Asked {
    fn period(&self) -> Result<Period, FlowError> {
        Period::of_local_days(&self.from, &self.to)
    }
}

/// The figures of the officer's units.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let period = asked.period().map_err(refused)?;
    let reader = Reader::Officer(&visitor.officer);
    let counts = register::counts(&console.app, reader, None, period).await.map_err(refused)?;
    let frame = Frame::new(&console, &visitor, "certificates");
    let whole =
        Row { unit: frame.t.of("console-all"), level: None, tally: register::whole(&counts) };
    let Asked { from, to } = asked;
    let page = CountsPage { frame, from, to, rows: rows(counts), whole };
    Ok(page::of(&page, visitor.language))
}

/// Counts by unit and level, in the order of the units' names.
fn rows(counts: Vec<Count>) -> Vec<Row> {
    let mut rows: BTreeMap<_, Row> = BTreeMap::new();
    for Count { unit, assurance, state, entries } in counts {
        let empty = || Row { unit: unit.name.clone(), level: assurance, tally: Tally::default() };
        let row = rows.entry((unit.name.clone(), unit.id, assurance)).or_insert_with(empty);
        row.tally.add(state, entries);
    }
    rows.into_values().filter(|row| row.tally.issued() > 0).collect()
}
