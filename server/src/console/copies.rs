//! Copies of finished documents that a unit got: the list, and one.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use trien_core::decision::DecisionHash;
use trien_core::env::Timestamp;
use trien_core::request::Assignment;
use trien_core::wire::{RequestView, SignerView, UnitView};

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::requests::{decision_of, file, number, proof};
use super::templates::unit_of;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::copies::{self, CopyPage, PAGE};
use crate::flow::{FlowError, units};

#[derive(askama::Template)]
#[template(path = "console/copies.html")]
struct CopiesPage {
    frame: Frame,
    unit: UnitView,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    found: CopyPage,
}

#[derive(askama::Template)]
#[template(path = "console/copy.html")]
struct CopyOnePage {
    frame: Frame,
    request: RequestView,
}

impl CopiesPage {
    fn is_unit(&self, unit: &UnitView) -> bool {
        self.unit.id == unit.id
    }

    /// When the unit got it, and whether somebody there opened it.
    fn receipt(request: &RequestView) -> (Option<Timestamp>, Option<Timestamp>) {
        let own = request.copies.first();
        own.map_or((None, None), |copy| (copy.delivered_at, copy.opened_at))
    }
}

impl CopyOnePage {
    fn decided(signer: &SignerView) -> Option<(&DecisionHash, &Timestamp)> {
        match &signer.assignment {
            Assignment::Decided { decision, at, .. } => Some((decision, at)),
            _ => None,
        }
    }
}

/// Which unit's, and before which change.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    unit: String,
    before: String,
}

/// The copies of a unit, the newest first, 50 a page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let page = list_of(&console, &visitor, &asked).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn list_of(
    console: &Console,
    visitor: &Visitor,
    asked: &Asked,
) -> Result<CopiesPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let id = unit_of(console, officer, &asked.unit).await?;
    let found = copies::list(app, officer, id, asked.before.parse().ok(), PAGE).await?;
    let unit = units::one(app, officer, id).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    Ok(CopiesPage { frame: Frame::new(console, visitor, "requests"), unit, units, found })
}

/// One document of which a unit got a copy.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let request = copies::one(&console.app, &visitor.officer, id).await.map_err(refused)?;
    let page = CopyOnePage { frame: Frame::new(&console, &visitor, "requests"), request };
    Ok(page::of(&page, visitor.language))
}

/// Its file, signatures included.
pub(super) async fn document(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let sent = async {
        let id = number(&id)?;
        file(copies::document(&console.app, &visitor.officer, id).await?, id, &headers).await
    };
    sent.await.map_err(|error| PageError::of(error, visitor.language))
}

/// The evidence of one decision on it, for `trien verify`.
pub(super) async fn evidence(
    State(console): State<Console>,
    visitor: Visitor,
    Path((id, decision)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let sent = async {
        let (id, decision) = (number(&id)?, decision_of(&decision)?);
        let text = copies::evidence(&console.app, &visitor.officer, id, decision).await?;
        Ok::<_, FlowError>(proof(decision, text))
    };
    sent.await.map_err(|error| PageError::of(error, visitor.language))
}
