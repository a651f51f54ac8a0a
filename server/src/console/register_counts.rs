//! The register in figures: what was in use when a period began, what happened in it, what was in use at its end.

use std::ops::Range;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use trien_core::certificate::Assurance;
use trien_core::id::UnitId;
use trien_core::register::Figures;
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::register::{
    self, Asked, Days, Extent, OfUnit, Period, Reader, Report, Step, figure_keys, words,
};
use crate::flow::{FlowError, Thing, units};
use crate::sheet::Format;

#[derive(askama::Template)]
#[template(path = "console/certificate_counts.html")]
struct CountsPage {
    frame: Frame,
    /// What was asked for, as it was typed.
    form: Form,
    report: Report,
    /// Which of the report's units are on this page.
    shown: Range<usize>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
}

/// What a page is asked for: days as `2026-11-22`, both included; what is blank asks for nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    from: String,
    to: String,
    unit: String,
    by: String,
    /// The unit after which the list of units goes on.
    after: String,
}

/// Units on a page.
const UNITS: usize = 50;

impl Form {
    /// What is asked for, with the unit by its identifier or its name.
    async fn asked(&self, console: &Console, visitor: &Visitor) -> Result<Asked, FlowError> {
        let unknown = || FlowError::BadRequest("there is no such step".to_owned());
        let by = (!self.by.is_empty()).then(|| Step::from_name(&self.by).ok_or_else(unknown));
        let now = console.app.clock().now();
        let period = Period::asked(&self.from, &self.to, by.transpose()?, now)?;
        let unit = match self.unit.trim() {
            "" => None,
            typed => Some(units::meant(&console.app, &visitor.officer, typed).await?),
        };
        Ok(Asked { unit, period })
    }

    /// The same as the query of a link, about this unit.
    fn query(&self, unit: &str, after: &str) -> String {
        let Self { from, to, by, .. } = self;
        let parts =
            [("from", from.as_str()), ("to", to), ("unit", unit), ("by", by), ("after", after)];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        let given = given.map(|(name, value)| format!("{name}={}", escaped(value)));
        given.collect::<Vec<_>>().join("&")
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl CountsPage {
    fn is_step(&self, step: &Step) -> bool {
        self.form.by == step.name()
    }

    fn is_unit(&self, unit: &UnitView) -> bool {
        self.report.unit.as_ref().is_some_and(|one| one.id == unit.id)
    }

    /// The page about a unit of the list.
    fn link(&self, unit: &UnitView) -> String {
        format!("/console/certificates/counts?{}", self.form.query(&unit.id.to_string(), ""))
    }

    fn units(&self) -> &[OfUnit] {
        &self.report.units[self.shown.clone()]
    }

    /// The page of the same that goes on before this place in the list of units, if there is one.
    fn page(&self, begin: Option<usize>) -> Option<String> {
        let begin = begin.filter(|begin| *begin < self.report.units.len())?;
        let before = begin.checked_sub(1).and_then(|before| self.report.units.get(before));
        let after = before.map(|one| one.unit.id.to_string()).unwrap_or_default();
        let query = self.form.query(&self.form.unit, &after);
        Some(format!("/console/certificates/counts?{query}"))
    }

    fn previous(&self) -> Option<String> {
        self.page((self.shown.start > 0).then(|| self.shown.start.saturating_sub(UNITS)))
    }

    fn next(&self) -> Option<String> {
        self.page(Some(self.shown.end))
    }

    /// Which of how many units are on this page, where that is not all.
    fn extent(&self) -> Option<String> {
        let all = self.report.units.len();
        let Range { start, end } = self.shown;
        (end - start < all).then(|| format!("{}–{end} / {all}", start + 1))
    }

    /// The page as a sheet.
    fn sheet(&self, format: &str) -> String {
        format!("/console/certificates/counts/{format}?{}", self.form.query(&self.form.unit, ""))
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a step is called.
    pub(super) fn step(&self, step: &Step) -> String {
        self.of(match step {
            Step::Month => "figures-by-month",
            Step::Quarter => "figures-by-quarter",
            Step::Year => "figures-by-year",
        })
    }

    /// The days of a step.
    pub(super) fn days(&self, days: &Days) -> String {
        words::days(self.0, *days)
    }

    /// How well keys are known to be in hardware; those outside phones too.
    pub(super) fn assurance_of(&self, level: Option<&Assurance>) -> String {
        self.of(words::assurance_of(level.copied()))
    }

    /// The figures with their names.
    pub(super) fn figures(&self, figures: &Figures) -> Vec<(String, u64)> {
        self.figure_names().into_iter().zip(figures.all()).collect()
    }

    /// The figures' names.
    pub(super) fn figure_names(&self) -> Vec<String> {
        figure_keys().map(|key| self.of(key)).collect()
    }
}

/// The figures of the officer's units.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(form): Query<Form>,
) -> Result<Response, PageError> {
    let page = counts_page(&console, &visitor, form).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn counts_page(
    console: &Console,
    visitor: &Visitor,
    form: Form,
) -> Result<CountsPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let asked = form.asked(console, visitor).await?;
    let report = register::figures(app, Reader::Officer(officer), &asked).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let shown = shown(&report, &form.after);
    let frame = Frame::new(console, visitor, "certificates");
    Ok(CountsPage { frame, form, report, shown, units })
}

/// The units that follow one; from the first on where that one is not among them.
fn shown(report: &Report, after: &str) -> Range<usize> {
    let after: Option<UnitId> = after.parse().ok();
    let found = after.and_then(|id| report.units.iter().position(|one| one.unit.id == id));
    let start = found.map_or(0, |at| at + 1);
    // Nothing follows the last one: whoever asks for that sees it.
    let start = start.min(report.units.len().saturating_sub(1));
    start..report.units.len().min(start + UNITS)
}

/// The same as a sheet.
pub(super) async fn export(
    State(console): State<Console>,
    visitor: Visitor,
    Path(format): Path<String>,
    Query(form): Query<Form>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (format, ending, media_type) = match format.as_str() {
        "csv" => (Format::Csv, "csv", "text/csv; charset=utf-8"),
        "xlsx" => (
            Format::Xlsx,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        _ => return Err(refused(FlowError::NotFound(Thing::Table))),
    };
    let asked = form.asked(&console, &visitor).await.map_err(refused)?;
    let reader = Reader::Officer(&visitor.officer);
    let report = register::figures(&console.app, reader, &asked).await.map_err(refused)?;
    let sheet = report.sheet(format, visitor.language).map_err(refused)?;
    let name = format!("attachment; filename=\"counts.{ending}\"");
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, sheet).into_response())
}

#[cfg(test)]
mod tests {
    use trien_core::env::Timestamp;

    use super::*;

    fn report(units: usize) -> Report {
        let now = Timestamp::from_millis(1_795_366_740_000);
        let period = Period::asked("", "", None, now).unwrap();
        let unit = |number: usize| OfUnit {
            unit: UnitView { id: id(number), name: format!("Xã {number}") },
            extent: Extent::Below,
            figures: Figures::default(),
        };
        Report {
            unit: None,
            days: period.days(),
            whole: Figures::default(),
            units: (0..units).map(unit).collect(),
            levels: Vec::new(),
            assurances: Vec::new(),
            steps: Vec::new(),
            counted_at: None,
        }
    }

    fn id(number: usize) -> UnitId {
        UnitId::from_bytes((number as u128 + 1).to_be_bytes())
    }

    #[test]
    fn each_unit_is_on_one_page_and_no_page_is_empty() {
        for all in [0, 1, UNITS - 1, UNITS, UNITS + 1, 3 * UNITS] {
            let report = report(all);
            let (mut after, mut seen) = (String::new(), 0);
            loop {
                let page = shown(&report, &after);
                assert_eq!(page.start, seen);
                assert!(page.len() <= UNITS && (all == 0 || !page.is_empty()), "{page:?} of {all}");
                seen = page.end;
                if seen == all {
                    break;
                }
                after = report.units[seen - 1].unit.id.to_string();
            }
        }
    }

    #[test]
    fn what_follows_no_unit_of_the_list_begins_at_the_first() {
        let report = report(UNITS + 7);
        let last = id(UNITS + 6).to_string();
        for nobody in ["", "x", "\0", &id(9_999).to_string()] {
            assert_eq!(shown(&report, nobody), 0..UNITS);
        }
        assert_eq!(shown(&report, &last), UNITS + 6..UNITS + 7, "nothing follows the last one");
    }
}
