//! Copies of finished documents (nơi nhận): units and people that a submission names get to see the document once all have
//! signed, and not before. When a copy was delivered and first opened is a receipt for whoever submitted.

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::id::{AccountId, RequestId, UnitId};
use trien_core::papers::{CopyHolder, CopyTo, CopyView};
use trien_core::wire::RequestView;

use super::account::{MAX_LEVELS, Officer, Role, require_role};
use super::act::Acted;
use super::content::Content;
use super::device::AuthenticatedDevice;
use super::requests::{reads, require_reader};
use super::view::{self, Viewer};
use super::{FlowError, Thing, read};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::fold;
use crate::store::{copy as store, directory, reshape};
use crate::writer::{Commit, CommitError, Committed, Tx};

/// Copies of one page.
pub const PAGE: u32 = 50;
/// Most copies of one document.
const MOST: usize = 100;
/// Longest way from a unit that was merged to the one that it is part of now.
const MERGES: usize = 16;

/// Refuses more copies than can be, and the same one twice.
pub(super) fn check(copies: &[CopyTo]) -> Result<(), FlowError> {
    let invalid = |why: &str| Err(FlowError::InvalidSubmission(why.to_owned()));
    if copies.len() > MOST {
        return invalid("a document has at most 100 copies");
    }
    let different: HashSet<_> = copies.iter().collect();
    if different.len() < copies.len() {
        return invalid("the same unit or person is to get two copies");
    }
    Ok(())
}

/// Notes who gets a copy of a request that was just added.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    request: RequestId,
    copies: &[CopyTo],
) -> Result<(), CommitError> {
    for (place, to) in (0..).zip(copies) {
        require_known(tx.connection(), *to).await?;
        store::insert(tx.connection(), request, place, *to).await?;
    }
    Ok(())
}

/// Refuses a unit that has ended and a person without a post.
async fn require_known(connection: &mut AnyConnection, to: CopyTo) -> Result<(), FlowError> {
    match to {
        CopyTo::Unit { unit } if reshape::stands(connection, unit).await? => Ok(()),
        CopyTo::Unit { .. } => Err(FlowError::NotFound(Thing::Unit)),
        CopyTo::Person { person } => match directory::person(connection, person).await? {
            Some(_) => Ok(()),
            None => Err(FlowError::NotFound(Thing::Person)),
        },
    }
}

/// Delivers the copies of a request that all have signed, with the number of the change that finished it. What was
/// for a unit that was merged meanwhile goes to the one that it is part of now.
pub(super) async fn deliver(
    tx: &mut Tx<'_>,
    request: RequestId,
    change: u64,
) -> Result<(), CommitError> {
    let units = store::units(tx.connection(), request).await?;
    let mut there: HashSet<UnitId> = units.iter().copied().collect();
    for unit in units {
        let now = standing(tx.connection(), unit).await?;
        // Where both get one, the one that stands has it.
        if now != unit && there.insert(now) {
            store::rename(tx.connection(), request, unit, now).await?;
        }
    }
    let at = tx.now();
    let delivered = store::deliver(tx.connection(), request, change, at).await?;
    if delivered == 0 {
        return Ok(());
    }
    let statement = json!({
        "request": request,
        "before": { "copies": 0 },
        "after": { "copies": delivered },
    });
    tx.state(Kind::CopiesDelivered, request.as_bytes(), &statement).await?;
    Ok(())
}

/// Who gets a copy that was for somebody else's word to name: a unit that was merged stands for the one that it is part
/// of now; of one that was dissolved, and of a person without a post, nobody.
pub(super) async fn reachable(
    connection: &mut AnyConnection,
    to: CopyTo,
) -> Result<Option<CopyTo>, FlowError> {
    let now = match to {
        CopyTo::Unit { unit } => CopyTo::Unit { unit: standing(connection, unit).await? },
        CopyTo::Person { .. } => to,
    };
    match require_known(connection, now).await {
        Ok(()) => Ok(Some(now)),
        Err(FlowError::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The unit of which one is part now; itself where it stands, or was dissolved.
async fn standing(connection: &mut AnyConnection, unit: UnitId) -> Result<UnitId, FlowError> {
    let mut now = unit;
    for _ in 0..MERGES {
        match reshape::end_of(connection, now).await? {
            Some((_, Some(successor))) => now = successor,
            _ => break,
        }
    }
    Ok(now)
}

/// Some of the copies of a unit.
#[derive(Clone, Debug)]
pub struct CopyPage {
    /// The newest first.
    pub copies: Vec<RequestView>,
    /// The next page begins before this change.
    pub next: Option<u64>,
}

/// The finished documents of which a unit got a copy, for its clerks and auditors.
pub async fn list(
    app: &App,
    officer: &Officer,
    unit: UnitId,
    before: Option<u64>,
    limit: u32,
) -> Result<CopyPage, FlowError> {
    require_reader(officer)?;
    let mut connection = app.store().reader().await?;
    if !reads(&mut connection, officer, unit).await? {
        return Err(FlowError::NotFound(Thing::Unit));
    }
    // The largest that databases hold.
    let before = before.unwrap_or(i64::MAX.unsigned_abs());
    let mut found = store::of_unit(&mut connection, unit, before, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().map(|(_, change)| *change).filter(|_| more);
    let mut copies = Vec::with_capacity(found.len());
    for (id, _) in found {
        copies.extend(received(&mut connection, id, &[unit]).await?);
    }
    Ok(CopyPage { copies, next })
}

/// A document of which a unit got a copy that this person reads for; a clerk opens it by that.
pub async fn one(app: &App, officer: &Officer, id: RequestId) -> Result<RequestView, FlowError> {
    let units = own(app, officer, id).await?;
    open(app, officer, id, &units).await?;
    let mut connection = app.store().reader().await?;
    let seen = received(&mut connection, id, &units).await?;
    seen.ok_or(FlowError::NotFound(Thing::Request))
}

/// Its file, signatures included; a clerk opens the copy by that.
pub async fn document(app: &App, officer: &Officer, id: RequestId) -> Result<Content, FlowError> {
    let units = own(app, officer, id).await?;
    open(app, officer, id, &units).await?;
    let mut connection = app.store().reader().await?;
    read::main_document(app, &mut connection, id).await
}

/// The evidence of one decision on it, as text ([`trien_core::evidence`]).
pub async fn evidence(
    app: &App,
    officer: &Officer,
    id: RequestId,
    decision: DecisionHash,
) -> Result<String, FlowError> {
    own(app, officer, id).await?;
    let mut connection = app.store().reader().await?;
    read::evidence_of(app, &mut connection, id, decision).await
}

/// The units that got a copy and that this person reads for. A copy of others looks like one that does not exist.
async fn own(app: &App, officer: &Officer, id: RequestId) -> Result<Vec<UnitId>, FlowError> {
    require_reader(officer)?;
    let mut connection = app.store().reader().await?;
    let mut units = Vec::new();
    for unit in store::delivered_to(&mut connection, id).await? {
        if reads(&mut connection, officer, unit).await? {
            units.push(unit);
        }
    }
    if units.is_empty() { Err(FlowError::NotFound(Thing::Request)) } else { Ok(units) }
}

/// A document as those see it who got a copy: whom else it went to is not theirs to know.
async fn received(
    connection: &mut AnyConnection,
    id: RequestId,
    units: &[UnitId],
) -> Result<Option<RequestView>, FlowError> {
    let mut seen = view::request(connection, id, Viewer::Office).await?;
    if let Some(seen) = &mut seen {
        seen.copies.retain(|copy| is_of(copy, units));
    }
    Ok(seen)
}

fn is_of(copy: &CopyView, units: &[UnitId]) -> bool {
    matches!(&copy.holder, CopyHolder::Unit { unit } if units.contains(&unit.id))
}

/// Notes that a clerk opened the copies of these units, the first time. Whoever audits reads, and opens nothing.
/// Nobody is kept from reading where nothing can be written.
async fn open(
    app: &App,
    officer: &Officer,
    id: RequestId,
    units: &[UnitId],
) -> Result<(), FlowError> {
    let mut opens = Vec::new();
    {
        let mut connection = app.store().reader().await?;
        let copies = store::views(&mut connection, id).await?;
        for unit in units {
            let is_new = |copy: &CopyView| copy.opened_at.is_none() && is_of(copy, &[*unit]);
            let line = directory::line(&mut connection, *unit, MAX_LEVELS).await?;
            let mut grants = officer.grants.iter().filter(|grant| grant.role == Role::Clerk);
            if copies.iter().any(is_new) && grants.any(|grant| line.contains(&grant.unit)) {
                opens.push(*unit);
            }
        }
    }
    for unit in opens {
        let open = Open { request: id, unit, clerk: officer.account };
        noted(id, app.writer().commit(Acted(officer.act(None), open)).await)?;
    }
    Ok(())
}

/// Lets whoever opened a copy read on where that could not be written; what refuses them still does.
fn noted(request: RequestId, written: Result<Committed<()>, FlowError>) -> Result<(), FlowError> {
    match written {
        Ok(_) => Ok(()),
        Err(why @ (FlowError::Unavailable(_) | FlowError::StorageFull)) => {
            tracing::warn!(%request, %why, "that a copy was opened could not be noted");
            Ok(())
        }
        Err(other) => Err(other),
    }
}

struct Open {
    request: RequestId,
    unit: UnitId,
    clerk: AccountId,
}

#[async_trait]
impl Commit for Open {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (request, unit, now) = (self.request, self.unit, tx.now());
        require_role(tx, self.clerk, unit, Role::Clerk).await?;
        if store::open_by_unit(tx.connection(), request, unit, now).await? == 0 {
            return Ok(());
        }
        let (before, after) = (json!({ "opened_at": null }), json!({ "opened_at": now }));
        let statement =
            json!({ "request": request, "unit": unit, "before": before, "after": after });
        tx.state(Kind::CopyOpened, request.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Notes that a person fetched the file of their copy on a phone, the first time. Nobody is kept from reading where
/// nothing can be written.
pub(super) async fn open_by_device(
    app: &App,
    device: &AuthenticatedDevice,
    sha256: &Sha256,
) -> Result<(), FlowError> {
    let unopened = {
        let mut connection = app.store().reader().await?;
        store::unopened_by(&mut connection, device.person, sha256).await?
    };
    for request in unopened {
        let open = OpenByDevice { by: device.clone(), request };
        noted(request, app.writer().commit(open).await)?;
    }
    Ok(())
}

struct OpenByDevice {
    by: AuthenticatedDevice,
    request: RequestId,
}

#[async_trait]
impl Commit for OpenByDevice {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (request, person, now) = (self.request, self.by.person, tx.now());
        if store::open_by_person(tx.connection(), request, person, now).await? == 0 {
            return Ok(());
        }
        let note = [("by".to_owned(), json!({ "device": self.by.id }))];
        tx.annotate(serde_json::Map::from_iter(note));
        let (before, after) = (json!({ "opened_at": null }), json!({ "opened_at": now }));
        let statement =
            json!({ "request": request, "person": person, "before": before, "after": after });
        tx.state(Kind::CopyOpened, request.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Who is meant by an identifier or a name: the only unit that is called so, else the only person; case and marks say
/// nothing. Whoever submits may name all of them.
pub async fn meant(app: &App, typed: &str) -> Result<CopyTo, FlowError> {
    if let (Ok(unit), Ok(person)) = (typed.parse(), typed.parse()) {
        // Identifiers look alike, whatever they are of.
        let mut connection = app.store().reader().await?;
        let person = CopyTo::Person { person };
        for to in [CopyTo::Unit { unit }, person] {
            if require_known(&mut connection, to).await.is_ok() {
                return Ok(to);
            }
        }
        return Err(FlowError::NotFound(Thing::Unit));
    }
    let units = read::units(app).await?;
    let standing = units.into_iter().filter(|unit| unit.ended_at.is_none());
    let units: Vec<_> = standing.map(|unit| unit.unit).collect();
    let people = read::people(app, None).await?;
    let words = fold::words(typed);
    let is = |name: &str| !words.is_empty() && fold::words(name) == words;
    let mut of_units = units.iter().filter(|unit| is(&unit.name));
    match (of_units.next(), of_units.next()) {
        (Some(unit), None) => return Ok(CopyTo::Unit { unit: unit.id }),
        (Some(_), Some(_)) => return Err(FlowError::NotFound(Thing::Unit)),
        (None, _) => {}
    }
    let mut of_people = people.iter().filter(|person| is(&person.name));
    match (of_people.next(), of_people.next()) {
        (Some(person), None) => Ok(CopyTo::Person { person: person.id }),
        _ => Err(FlowError::NotFound(Thing::Unit)),
    }
}
