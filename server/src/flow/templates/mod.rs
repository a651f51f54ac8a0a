//! Templates of routes, for a unit and all below it: which steps a kind of document goes through, by posts, so that a
//! change of post changes no template. Editing makes a new version; each request says by which one it went.

mod body;
mod change;
mod resolve;

use sqlx::AnyConnection;
use trien_core::env::Timestamp;
use trien_core::id::{TemplateId, UnitId};
use trien_core::papers::CopyHolder;
use trien_core::template::TemplateBody;
use trien_core::wire::UnitView;

pub use self::body::{Changed, Part, changes};
pub use self::change::{Changer, Draft, add, edit, end};
pub use self::resolve::{Holder, NoHolder, ResolvedSigner, ResolvedStep};
pub(super) use self::resolve::{confirm, fill};
use super::account::{MAX_LEVELS, Officer};
use super::key::ApiCaller;
use super::requests::{READERS, reads, require_reader};
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::template::{self as store, TemplateRow, VersionRow};
use crate::store::{directory, reshape};

/// Most templates of one unit that have not ended.
const MOST: u32 = 200;
/// Versions, and ended templates, that are shown.
const SHOWN: u32 = 50;

/// A template in its present version.
#[derive(Clone, Debug)]
pub struct TemplateView {
    /// Which.
    pub id: TemplateId,
    /// The unit that made it.
    pub unit: UnitView,
    /// The kind of document that it is for.
    pub kind: String,
    /// The present version.
    pub version: VersionView,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// One version of a template, and whom it means now.
#[derive(Clone, Debug)]
pub struct VersionView {
    /// From 1.
    pub number: u32,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it says.
    pub body: TemplateBody,
    /// Its steps with the people that they would go to now.
    pub steps: Vec<ResolvedStep>,
    /// Who gets a copy.
    pub copies: Vec<CopyHolder>,
}

impl TemplateView {
    /// Whether a document can be submitted by it now: each post is held by one person.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let mut signers = self.version.steps.iter().flat_map(|step| &step.signers);
        self.ended_at.is_none() && signers.all(|signer| matches!(signer.holder, Holder::One(_)))
    }
}

/// What a unit has to do with templates.
#[derive(Clone, Debug)]
pub struct OfUnit {
    /// The unit.
    pub unit: UnitView,
    /// Those that it made, then those of the units above it.
    pub offered: Vec<TemplateView>,
    /// Those that it ended, the newest first.
    pub ended: Vec<TemplateView>,
}

/// A template with its versions.
#[derive(Clone, Debug)]
pub struct TemplateStory {
    /// The template.
    pub template: TemplateView,
    /// Its versions, the newest first, 50 at most.
    pub versions: Vec<VersionView>,
}

/// What the unit of a document system submits by.
pub async fn of_caller(app: &App, caller: &ApiCaller) -> Result<Vec<TemplateView>, FlowError> {
    let mut connection = app.store().reader().await?;
    offered_to(&mut connection, caller.unit).await
}

/// The templates of a unit whose documents this person follows.
pub async fn of_unit(app: &App, officer: &Officer, unit: UnitId) -> Result<OfUnit, FlowError> {
    require_reader(officer)?;
    let mut connection = app.store().reader().await?;
    if !reads(&mut connection, officer, unit).await? {
        return Err(FlowError::NotFound(Thing::Unit));
    }
    whole(&mut connection, unit).await
}

/// The same for whoever can run the program on the server's data folder.
pub async fn of_any_unit(app: &App, unit: UnitId) -> Result<OfUnit, FlowError> {
    let mut connection = app.store().reader().await?;
    whole(&mut connection, unit).await
}

/// A template of a unit whose documents this person follows, or of one above it.
pub async fn one(app: &App, officer: &Officer, id: TemplateId) -> Result<TemplateStory, FlowError> {
    require_reader(officer)?;
    let mut connection = app.store().reader().await?;
    let row = seen(&mut connection, officer, id).await?;
    story(&mut connection, row).await
}

/// The same for whoever can run the program on the server's data folder.
pub async fn any_one(app: &App, id: TemplateId) -> Result<TemplateStory, FlowError> {
    let mut connection = app.store().reader().await?;
    let row = store::one(&mut connection, id).await?;
    story(&mut connection, row.ok_or(FlowError::NotFound(Thing::Template))?).await
}

/// A template as a unit that this person submits for would use it, and that unit.
pub async fn for_unit(
    app: &App,
    officer: &Officer,
    id: TemplateId,
    unit: UnitId,
) -> Result<(UnitView, TemplateView), FlowError> {
    require_reader(officer)?;
    let mut connection = app.store().reader().await?;
    if !reads(&mut connection, officer, unit).await? {
        return Err(FlowError::NotFound(Thing::Unit));
    }
    let view = directory::unit(&mut connection, unit).await?.map(|row| row.view);
    let row = offered(&mut connection, id, unit).await?;
    let template = viewed(&mut connection, row, unit).await?;
    Ok((view.ok_or(FlowError::NotFound(Thing::Unit))?, template))
}

async fn whole(connection: &mut AnyConnection, unit: UnitId) -> Result<OfUnit, FlowError> {
    let row = directory::unit(connection, unit).await?;
    let view = row.ok_or(FlowError::NotFound(Thing::Unit))?.view;
    let offered = offered_to(connection, unit).await?;
    let mut ended = Vec::new();
    for row in store::ended(connection, unit, SHOWN).await? {
        ended.push(viewed(connection, row, unit).await?);
    }
    Ok(OfUnit { unit: view, offered, ended })
}

async fn offered_to(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<TemplateView>, FlowError> {
    let mut offered = Vec::new();
    for above in directory::line(connection, unit, MAX_LEVELS).await? {
        if !reshape::stands(connection, above).await? {
            continue;
        }
        for row in store::of_unit(connection, above, MOST).await? {
            offered.push(viewed(connection, row, unit).await?);
        }
    }
    Ok(offered)
}

/// A template that a unit may submit by now: its own or one of a unit above it, and not ended.
async fn offered(
    connection: &mut AnyConnection,
    id: TemplateId,
    unit: UnitId,
) -> Result<TemplateRow, FlowError> {
    let missing = || FlowError::NotFound(Thing::Template);
    let row = store::one(connection, id).await?.filter(|row| row.ended_at.is_none());
    let row = row.ok_or_else(missing)?;
    let line = directory::line(connection, unit, MAX_LEVELS).await?;
    if line.contains(&row.unit.id) && reshape::stands(connection, row.unit.id).await? {
        Ok(row)
    } else {
        Err(missing())
    }
}

// A template that somebody may not see looks like one that does not exist.
async fn seen(
    connection: &mut AnyConnection,
    officer: &Officer,
    id: TemplateId,
) -> Result<TemplateRow, FlowError> {
    let row = store::one(connection, id).await?.ok_or(FlowError::NotFound(Thing::Template))?;
    if reads(connection, officer, row.unit.id).await? {
        return Ok(row);
    }
    for grant in officer.grants.iter().filter(|grant| READERS.contains(&grant.role)) {
        if directory::line(connection, grant.unit, MAX_LEVELS).await?.contains(&row.unit.id) {
            return Ok(row);
        }
    }
    Err(FlowError::NotFound(Thing::Template))
}

async fn story(
    connection: &mut AnyConnection,
    row: TemplateRow,
) -> Result<TemplateStory, FlowError> {
    let (id, unit) = (row.id, row.unit.id);
    let template = viewed(connection, row, unit).await?;
    let mut versions = Vec::new();
    for version in store::versions(connection, id, SHOWN).await? {
        versions.push(version_of(connection, version, unit).await?);
    }
    Ok(TemplateStory { template, versions })
}

async fn viewed(
    connection: &mut AnyConnection,
    row: TemplateRow,
    unit: UnitId,
) -> Result<TemplateView, FlowError> {
    let TemplateRow { id, unit: of, kind, version, ended_at } = row;
    let version = version_of(connection, version, unit).await?;
    Ok(TemplateView { id, unit: of, kind, version, ended_at })
}

async fn version_of(
    connection: &mut AnyConnection,
    version: VersionRow,
    unit: UnitId,
) -> Result<VersionView, FlowError> {
    let VersionRow { number, name, body, made_at } = version;
    let steps = resolve::steps(connection, &body, unit).await?;
    let copies = resolve::copy_holders(connection, &body).await?;
    Ok(VersionView { number, name, made_at, body, steps, copies })
}
