//! Looking things up.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{RequestId, UnitId};
use trien_core::pdf::recipe::ImageRef;
use trien_core::request::RouteState;
use trien_core::wire::{ImageView, PersonView, RecordedDecision, RequestView, UnitView};

pub use super::content::Content;
use super::device::AuthenticatedDevice;
use super::key::{ApiCaller, Scope};
use super::receipts::{self, present};
use super::view::{self, Viewer};
use super::{FlowError, Thing, copies};
use crate::app::App;
use crate::store::document::Located;
use crate::store::follow::{self, Changed};
use crate::store::{certificate, copy, decision, directory, document, request as requests_store};

/// Most requests of one page.
const MAX_PAGE: u32 = 200;

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
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let now = app.clock().now().second();
    let located = document::for_person(&mut connection, &sha256, device.person, now).await?;
    let located = located.ok_or(FlowError::NotFound(Thing::Document))?;
    let content = Content::load(app, &mut connection, located).await?;
    drop(connection);
    copies::open_by_device(app, device, &sha256).await?;
    Ok(content)
}

/// Which of the stamp images that share a colour stream; the first when nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhichImage {
    /// SHA-256 of the alpha stream.
    pub alpha: Option<Sha256>,
    /// Pixels across: the same streams may be cut into rows in two ways.
    pub width: Option<u32>,
}

impl WhichImage {
    fn fits(&self, image: &ImageRef) -> bool {
        self.alpha.is_none_or(|alpha| image.alpha == alpha)
            && self.width.is_none_or(|width| image.width == width)
    }
}

/// A stamp image by its colour stream.
pub async fn image(
    app: &App,
    device: &AuthenticatedDevice,
    colour: Sha256,
    which: WhichImage,
) -> Result<ImageView, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let images = document::images_for_person(&mut connection, &colour, device.person).await?;
    let found = images.into_iter().find(|found| which.fits(&found.image));
    found.ok_or(FlowError::NotFound(Thing::Image))
}

/// The requests of the caller's unit that changed after `cursor`; `limit` from 1 to 200.
pub async fn requests(
    app: &App,
    caller: &ApiCaller,
    cursor: u64,
    limit: u32,
) -> Result<RequestPage, FlowError> {
    caller.require(Scope::Read)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let mut connection = app.store().reader().await?;
    let changed = follow::changed_for_unit(&mut connection, caller.unit, cursor, limit).await?;
    Ok(RequestPage {
        requests: views(&mut connection, &changed).await?,
        cursor: changed.last().map_or(cursor, |last| last.change),
        more: changed.len() == limit as usize,
    })
}

/// One request of the caller's unit.
pub async fn request(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<RequestView, FlowError> {
    let mut connection = app.store().reader().await?;
    require_own(&mut connection, caller, request).await?;
    let seen = view::request(&mut connection, request, Viewer::Office).await?;
    seen.ok_or(FlowError::NotFound(Thing::Request))
}

/// The main document of a request as it is now, signatures included.
pub async fn document(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<Content, FlowError> {
    let mut connection = app.store().reader().await?;
    require_own(&mut connection, caller, request).await?;
    main_document(app, &mut connection, request).await
}

/// The same, for whoever was found to be allowed.
pub(super) async fn main_document(
    app: &App,
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Content, FlowError> {
    let current = document::current(connection, request).await?;
    let main = current.into_iter().next().ok_or(FlowError::NotFound(Thing::Document))?;
    let located = Located {
        request,
        place: main.place,
        number: main.number,
        name: main.name,
        media_type: main.document.media_type,
    };
    Content::load(app, connection, located).await
}

/// What was decided on a request, in order.
pub async fn decisions(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<Vec<RecordedDecision>, FlowError> {
    let mut connection = app.store().reader().await?;
    require_own(&mut connection, caller, request).await?;
    Ok(decision::of_request(&mut connection, request).await?)
}

/// The evidence of one decision, recorded or refused, as text ([`trien_core::evidence`]).
pub async fn evidence(
    app: &App,
    caller: &ApiCaller,
    request: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    let mut connection = app.store().reader().await?;
    require_own(&mut connection, caller, request).await?;
    evidence_of(app, &mut connection, request, decision).await
}

/// The same of a request that has ended, for a device whose person has a part in it. While a request is open,
/// its signers have their own receipts and no proof of each other's decisions.
pub async fn evidence_for_device(
    app: &App,
    device: &AuthenticatedDevice,
    request: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let head = requests_store::head(&mut connection, request).await?;
    let steps = requests_store::steps(&mut connection, request).await?;
    let mut signers = steps.iter().flat_map(|step| &step.signers);
    let has_part = signers.any(|signer| {
        let by = signer.by.as_ref().map(|by| by.person.id);
        signer.person.id == device.person || by == Some(device.person)
    });
    let is_theirs = has_part || copy::has(&mut connection, request, device.person).await?;
    // A request of other people looks like one that does not exist.
    let head = head.filter(|_| is_theirs);
    let head = head.ok_or(FlowError::NotFound(Thing::Request))?;
    if let RouteState::Open { .. } = head.state {
        return Err(FlowError::NotFound(Thing::Decision));
    }
    evidence_of(app, &mut connection, request, decision).await
}

/// The same, for whoever was found to be allowed.
pub(super) async fn evidence_of(
    app: &App,
    connection: &mut AnyConnection,
    request: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    let logged = decision::logged(connection, &decision).await?;
    let logged = logged.filter(|logged| logged.request == request);
    let logged = logged.ok_or(FlowError::NotFound(Thing::Decision))?;
    Ok(receipts::evidence(app, connection, logged).await?.to_string())
}

/// A unit as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedUnit {
    /// The unit.
    #[serde(flatten)]
    pub unit: UnitView,
    /// When it was merged into another one or dissolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// All units, those that ended too: documents and certificates name them.
pub async fn units(app: &App) -> Result<Vec<ListedUnit>, FlowError> {
    let mut connection = app.store().reader().await?;
    let units = directory::listed(&mut connection).await?;
    Ok(units.into_iter().map(|(unit, ended_at)| ListedUnit { unit, ended_at }).collect())
}

/// The people of a unit, or all.
pub async fn people(app: &App, unit: Option<UnitId>) -> Result<Vec<PersonView>, FlowError> {
    let mut connection = app.store().reader().await?;
    let people = directory::people(&mut connection).await?;
    let of_unit = people.into_iter().filter(|person| unit.is_none_or(|unit| person.unit == unit));
    let mut views: Vec<PersonView> = of_unit.map(|person| person.view).collect();
    // Somebody with several positions stands here once, with the oldest.
    views.dedup_by_key(|view| view.id);
    Ok(views)
}

/// The newest requests of all units, for pages on this server's own console.
pub async fn latest_requests(app: &App, limit: u32) -> Result<Vec<RequestView>, FlowError> {
    let mut connection = app.store().reader().await?;
    let latest = follow::latest(&mut connection, limit.clamp(1, MAX_PAGE)).await?;
    views(&mut connection, &latest).await
}

/// The newest revocation list of an issuer, DER. `issuer` is the name in the certificates' addresses.
pub async fn crl(app: &App, issuer: &str) -> Result<Bytes, FlowError> {
    let mut connection = app.store().reader().await?;
    let list = certificate::newest_crl(&mut connection, issuer).await?;
    list.map(|list| list.der.into()).ok_or(FlowError::NotFound(Thing::Crl))
}

/// The log's newest checkpoint (C2SP signed note).
pub async fn checkpoint(app: &App) -> Result<String, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(present(app, &mut connection).await?.checkpoint)
}

async fn views(
    connection: &mut AnyConnection,
    of: &[Changed],
) -> Result<Vec<RequestView>, FlowError> {
    let mut views = Vec::with_capacity(of.len());
    for changed in of {
        views.extend(view::request(connection, changed.id, Viewer::Office).await?);
    }
    Ok(views)
}

// A request of another unit looks like one that does not exist.
pub(super) async fn require_own(
    connection: &mut AnyConnection,
    caller: &ApiCaller,
    request: RequestId,
) -> Result<(), FlowError> {
    caller.require(Scope::Read)?;
    let head = requests_store::head(connection, request).await?;
    match head {
        Some(head) if head.unit.id == caller.unit => Ok(()),
        _ => Err(FlowError::NotFound(Thing::Request)),
    }
}
