//! Delegations as phones, officers and document systems see them.

use sqlx::AnyConnection;
use trien_core::cbor;
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::delegation::wire::{Delegate, DelegationState, DelegationView};
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::RequestId;
use trien_core::log::leaf::Leaf;
use trien_core::log::proof::InclusionProof;
use trien_core::wire::{PersonView, UnitView};

use super::give::{forms, heads};
use super::{NoDelegation, said};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::device::{AuthenticatedDevice, chain};
use crate::flow::key::{ApiCaller, Scope};
use crate::flow::people::branches;
use crate::flow::receipts::{Present, inclusion_hashes, present};
use crate::flow::{FlowError, Thing};
use crate::store::delegation::{self, DelegationRow, PostOf};
use crate::store::directory::{self, Authority};
use crate::store::{StoreError, certificate, device as devices, log, request};

/// Largest leaf, in bytes.
const MAX_LEAF_BYTES: usize = 1024;

/// What the device's person delegated and was delegated, the newest first.
pub async fn of_device(
    app: &App,
    device: &AuthenticatedDevice,
) -> Result<Vec<DelegationView>, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let rows = delegation::of_person(&mut connection, device.person).await?;
    let now = app.clock().now().second();
    rows.iter().map(|row| view(row, now)).collect()
}

/// To whom the device's person may delegate, and in which forms: those with a post in its unit or below it.
pub async fn delegates(
    app: &App,
    device: &AuthenticatedDevice,
) -> Result<Vec<Delegate>, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let post = devices::post(&mut connection, device.id).await?;
    let (giver, unit) = post.ok_or(FlowError::NotFound(Thing::Unit))?;
    let own = PostOf { person: giver.id, unit: unit.id, title: &giver.position };
    if !heads(delegation::authority(&mut connection, own).await?) {
        return Err(NoDelegation::NotHead.into());
    }
    let branch = directory::branch(&mut connection, unit.id).await?;
    let branch = branch.ok_or(FlowError::NotFound(Thing::Unit))?;
    let found = delegation::candidates(&mut connection, &branch, device.person).await?;
    let told = found.into_iter().map(|it| Delegate {
        forms: forms(unit.id, it.unit.id, it.authority),
        is_deputy: it.authority == Some(Authority::Deputy),
        person: it.person,
        unit: it.unit,
    });
    Ok(told.filter(|it| !it.forms.is_empty()).collect())
}

/// What was given from posts of the units in which an officer has a role and of those below, the newest first.
pub async fn within_reach(app: &App, officer: &Officer) -> Result<Vec<DelegationView>, FlowError> {
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let mut rows: Vec<DelegationRow> = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        rows.extend(delegation::in_branch(&mut connection, &branch).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.leaf));
    rows.dedup_by_key(|row| row.leaf);
    rows.iter().map(|row| view(row, now)).collect()
}

/// The evidence of a delegation by which something of a request of the caller's unit was decided, as text.
pub async fn evidence(
    app: &App,
    caller: &ApiCaller,
    id: RequestId,
    hash: Sha256,
) -> Result<String, FlowError> {
    caller.require(Scope::Read)?;
    let mut connection = app.store().reader().await?;
    let head = request::head(&mut connection, id).await?;
    if head.is_none_or(|head| head.unit.id != caller.unit) {
        return Err(FlowError::NotFound(Thing::Request));
    }
    if !delegation::is_of_request(&mut connection, id, &hash).await? {
        return Err(FlowError::NotFound(Thing::Delegation));
    }
    let present = present(app, &mut connection).await?;
    evidence_at(app, &mut connection, &hash, &present).await
}

/// The evidence of a delegation against the present head.
pub(super) async fn evidence_of(app: &App, hash: &Sha256) -> Result<String, FlowError> {
    let mut connection = app.store().reader().await?;
    let present = present(app, &mut connection).await?;
    evidence_at(app, &mut connection, hash, &present).await
}

/// The same against a head that was read before.
pub(in crate::flow) async fn evidence_at(
    app: &App,
    connection: &mut AnyConnection,
    hash: &Sha256,
    present: &Present,
) -> Result<String, FlowError> {
    let row = delegation::one(connection, hash).await?;
    let row = row.ok_or(FlowError::NotFound(Thing::Delegation))?;
    let lost = |what: &str| FlowError::Internal(format!("a delegation without its {what}"));
    let beside = log::beside(connection, row.leaf).await?.ok_or_else(|| lost("statement"))?;
    let data = log::leaf(connection, row.leaf).await?.ok_or_else(|| lost("leaf"))?;
    let leaf: Leaf =
        cbor::decode(&data, MAX_LEAF_BYTES).map_err(|_| StoreError::Corrupt("log leaf"))?;
    let held = certificate::held(connection, &row.certificate).await?;
    let held = held.ok_or_else(|| lost("certificate"))?;
    let mut certificates = chain(app, connection, &held).await?;
    // Whoever verifies has the root.
    certificates.pop();
    certificates.insert(0, held.der);
    let hashes = inclusion_hashes(connection, row.leaf, present.head).await?;
    let checkpoint = present.checkpoint.clone();
    let evidence = DelegationEvidence {
        statement: String::from_utf8(beside.content).map_err(|_| lost("statement"))?,
        recorded_at: leaf.recorded_at,
        salt: beside.salt,
        cose: row.cose,
        certificates,
        proof: InclusionProof { index: row.leaf, hashes, checkpoint },
    };
    Ok(evidence.to_string())
}

fn view(row: &DelegationRow, now: UnixSecond) -> Result<DelegationView, FlowError> {
    let given = said(row)?;
    let state = if row.ended_at.is_some() || now >= given.ends {
        DelegationState::Ended
    } else if now < given.starts {
        DelegationState::Planned
    } else {
        DelegationState::InForce
    };
    let [giver, from_unit, delegate, to_unit] = row.names.clone();
    let (from, to) = (given.from, given.to);
    Ok(DelegationView {
        delegation: row.hash,
        form: given.form,
        from: PersonView { id: from.person, name: giver, position: from.position.to_string() },
        from_unit: UnitView { id: from.unit, name: from_unit },
        to: PersonView { id: to.person, name: delegate, position: to.position.to_string() },
        to_unit: UnitView { id: to.unit, name: to_unit },
        units: given.units,
        kinds: given.kinds,
        starts: given.starts,
        ends: given.ends,
        reason: given.reason,
        state,
        ended_at: row.ended_at,
    })
}
