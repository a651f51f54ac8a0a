//! Looking things up.

use std::ops::Range;

use bytes::Bytes;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::DocumentRef;
use trien_core::id::RequestId;
use trien_core::wire::{ImageView, PersonView, RecordedDecision, RequestView, UnitView};

use super::FlowError;
use super::device::AuthenticatedDevice;
use super::key::ApiCaller;
use crate::app::App;

/// One revision of a document, its bytes checked against its digest.
#[derive(Clone, Debug)]
pub struct Content {
    /// What it is.
    pub document: DocumentRef,
    /// File name, for people.
    pub name: String,
}

impl Content {
    /// Bytes `range` of it; ranges outside give [`FlowError::Range`].
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, FlowError> {
        todo!()
    }
}

/// One page of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestPage {
    /// In order of change, oldest first.
    pub requests: Vec<RequestView>,
    /// Where the next page begins.
    pub cursor: u64,
    /// Whether more is waiting already.
    pub more: bool,
}

/// A document that the device's person has a part in.
pub async fn document_for_device(
    app: &App,
    device: &AuthenticatedDevice,
    sha256: Sha256,
) -> Result<Content, FlowError> {
    todo!()
}

/// A stamp image by its colour stream; `alpha` tells two apart that share it.
pub async fn image(
    app: &App,
    device: &AuthenticatedDevice,
    colour: Sha256,
    alpha: Option<Sha256>,
) -> Result<ImageView, FlowError> {
    todo!()
}

/// The requests of the caller's unit that changed after `cursor`; `limit` from 1 to 200.
pub async fn requests(
    app: &App,
    caller: &ApiCaller,
    cursor: u64,
    limit: u32,
) -> Result<RequestPage, FlowError> {
    todo!()
}

/// One request of the caller's unit.
pub async fn request(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<RequestView, FlowError> {
    todo!()
}

/// The main document of a request as it is now, signatures included.
pub async fn document(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<Content, FlowError> {
    todo!()
}

/// What was decided on a request, in order.
pub async fn decisions(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<Vec<RecordedDecision>, FlowError> {
    todo!()
}

/// The evidence of one decision, recorded or refused, as text ([`trien_core::evidence`]).
pub async fn evidence(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    todo!()
}

/// All units.
pub async fn units(app: &App) -> Result<Vec<UnitView>, FlowError> {
    todo!()
}

/// The people of a unit, or all.
pub async fn people(
    app: &App,
    unit: Option<trien_core::id::UnitId>,
) -> Result<Vec<PersonView>, FlowError> {
    todo!()
}

/// The newest requests of all units, for pages on this server's own console.
pub async fn latest_requests(app: &App, limit: u32) -> Result<Vec<RequestView>, FlowError> {
    todo!()
}

/// The newest revocation list of an issuer, DER. `issuer` is the name in the certificates' addresses.
pub async fn crl(app: &App, issuer: &str) -> Result<Bytes, FlowError> {
    todo!()
}

/// The log's newest checkpoint (C2SP signed note).
pub async fn checkpoint(app: &App) -> Result<String, FlowError> {
    todo!()
}
