//! The register of numbers of a unit: its series, the numbers of one, what is sought, and reserving one.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::wire::UnitView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::templates::{is_clerk, unit_of};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::numbers::{self, Asked, NumberView, Register, SeriesView, Wish};
use crate::flow::requests::Standing;
use crate::flow::{FlowError, desk, units};

#[derive(askama::Template)]
#[template(path = "console/numbers.html")]
struct NumbersPage {
    frame: Frame,
    of: Register,
    asked: Asked,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// Whether this person reserves.
    clerk: bool,
    form: ReserveForm,
}

/// Which register, and what of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sought {
    unit: String,
    kind: String,
    year: String,
    after: String,
    q: String,
    news: String,
}

impl Sought {
    fn asked(&self) -> Asked {
        let typed = self.q.trim();
        match self.year.parse() {
            _ if !typed.is_empty() => Asked::Named(typed.to_owned()),
            Ok(year) if !self.kind.trim().is_empty() => {
                let after = self.after.parse().unwrap_or(0);
                Asked::Series { kind: self.kind.clone(), year, after }
            }
            _ => Asked::Nothing,
        }
    }
}

/// A number to reserve.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReserveForm {
    unit: String,
    kind: String,
    notation: String,
    reference: String,
}

impl ReserveForm {
    fn read(&self) -> Option<Wish> {
        Some(Wish {
            kind: Text::new(self.kind.trim()).ok()?,
            notation: Text::new(self.notation.trim()).ok()?,
            reference: Text::new(self.reference.trim()).ok()?,
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl NumbersPage {
    fn is_unit(&self, unit: &UnitView) -> bool {
        self.of.unit.id == unit.id
    }

    /// What is sought, as it was typed.
    fn typed(&self) -> &str {
        if let Asked::Named(typed) = &self.asked { typed } else { "" }
    }

    /// The series whose numbers are shown.
    fn chosen(&self) -> Option<(&str, u32)> {
        match &self.asked {
            Asked::Series { kind, year, .. } => Some((kind, *year)),
            _ => None,
        }
    }

    /// The address of a series.
    fn series(&self, kind: &str, year: &u32) -> String {
        format!("/console/numbers?unit={}&kind={}&year={year}", self.of.unit.id, escaped(kind))
    }

    /// The number that comes next of a series, as documents bear it.
    fn next_of(&self, of: &SeriesView) -> Option<String> {
        self.of.next_of(of).map(|next| format!("{next:02}"))
    }
}

impl Texts {
    /// How it stands with a number: reserved, on its way, borne by a signed document, or not issued and why.
    pub(super) fn number_state(self, of: &NumberView) -> String {
        let Some(state) = &of.state else { return self.of("number-reserved") };
        match Standing::from_name(state) {
            Some(Standing::Open) => self.of("number-on-its-way"),
            Some(Standing::Completed) => self.of("number-borne"),
            Some(ended) => {
                format!("{}: {}", self.of("number-void"), self.request_standing(&ended))
            }
            None => state.clone(),
        }
    }
}

/// The register of a unit; of the first in which this person follows documents, where none is named.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(sought): Query<Sought>,
) -> Result<Response, PageError> {
    let news = (sought.news == "reserved").then_some("number-news-reserved");
    let frame = Frame::new(&console, &visitor, "requests").with_news(news);
    let (asked, form) = (sought.asked(), ReserveForm::default());
    let page = page_of(&console, &visitor, frame, &sought.unit, asked, form).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    unit: &str,
    asked: Asked,
    form: ReserveForm,
) -> Result<NumbersPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let unit = unit_of(console, officer, unit).await?;
    let of = numbers::of_unit(app, officer, unit, &asked).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    let clerk = is_clerk(console, officer, unit).await?;
    Ok(NumbersPage { frame, of, asked, units, clerk, form })
}

/// Reserves the next number for a document that is still to be submitted.
pub(super) async fn reserve(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<ReserveForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (app, officer) = (&console.app, &visitor.officer);
    let unit = unit_of(&console, officer, &form.unit).await.map_err(refused)?;
    desk::require_clerk(app, officer, unit).await.map_err(refused)?;
    let fault = match form.read() {
        None => "number-fault",
        Some(wish) => match numbers::reserve_by(app, officer, unit, wish).await {
            Ok(reserved) => {
                let number = escaped(&reserved.number);
                let page = format!("/console/numbers?unit={unit}&q={number}&news=reserved");
                return Ok(Redirect::to(&page).into_response());
            }
            Err(FlowError::IdempotencyConflict) => "number-fault-reference",
            Err(FlowError::InvalidSubmission(_)) => "number-fault",
            Err(other) => return Err(refused(other)),
        },
    };
    let fault = Texts(visitor.language).of(fault);
    let frame = Frame::new(&console, &visitor, "requests").with_fault(fault);
    let page = page_of(&console, &visitor, frame, &form.unit, Asked::Nothing, form.clone()).await;
    let mut response = page::of(&page.map_err(refused)?, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
