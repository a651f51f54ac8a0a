//! Trust anchors of outside authorities: one person proposes, another one confirms.
//!
//! An anchor holds for a unit and those below it. Who ends one errs on the safe side, so that one
//! person is enough; what was certified below it stays in the register.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::anchor::{AnchorAct, CONFIRMED, ENDED, MAX_ACTS};
use trien_core::cbor;
use trien_core::certificate::{BasicConstraints, Certificate, read_bundle};
use trien_core::document::Text;
use trien_core::id::{AccountId, AnchorId, UnitId};
use trien_core::log::leaf::Leaf;
use trien_core::log::tree::TreeHead;
use trien_core::wire::{Base64, UnitView};

use super::{Exchanger, NoExchange, line};
use crate::app::App;
use crate::flow::account::{MAX_LEVELS, Officer, Reach, Role};
use crate::flow::act::Acted;
use crate::flow::act::kind::Kind;
use crate::flow::receipts::inclusion_hashes;
use crate::flow::resume::MAX_WAIT_SECONDS;
use crate::flow::{FlowError, Thing};
use crate::store::anchor::{self, AnchorRow};
use crate::store::{StoreError, account, directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// What is done with an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Put in force what another person proposed.
    Confirm,
    /// End it, proposed or in force.
    End,
}

/// A leaf is a commitment and little more.
const MAX_LEAF_BYTES: usize = 1024;
/// Proposals that wait in one unit.
const MAX_WAITING: usize = 8;
/// Who may propose.
const PROPOSE: [Role; 1] = [Role::CaOfficer];
/// Who may confirm: in a small office the second one is seldom a CA officer too.
const CONFIRM: [Role; 2] = [Role::CaOfficer, Role::Administrator];

/// The anchors in force for a unit: its own and those of the units above it.
pub(in crate::flow) async fn in_force_for(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<AnchorRow>, StoreError> {
    let mut found: Vec<AnchorRow> = Vec::new();
    for above in line(connection, unit).await? {
        for row in anchor::in_force(connection, above).await? {
            if !found.iter().any(|known| known.sha256 == row.sha256) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

/// The acts by which anchors came into force or ended for a unit, from a leaf of the log on, with what proves them
/// under a head of it.
pub(in crate::flow) async fn acts(
    connection: &mut AnyConnection,
    unit: UnitId,
    from: u64,
    head: TreeHead,
) -> Result<Vec<AnchorAct>, FlowError> {
    let is_act = |body: &str| {
        let statement = serde_json::from_str::<serde_json::Value>(body).unwrap_or_default();
        [CONFIRMED, ENDED].contains(&statement["act"].as_str().unwrap_or_default())
    };
    let stated = anchor::acts(connection, unit, from).await?.into_iter();
    let mut acts = Vec::new();
    for one in stated.filter(|one| one.leaf < head.size && is_act(&one.body)).take(MAX_ACTS) {
        let leaf: Leaf =
            cbor::decode(&one.data, MAX_LEAF_BYTES).map_err(|_| StoreError::Corrupt("log leaf"))?;
        acts.push(AnchorAct {
            statement: one.body,
            recorded_at: leaf.recorded_at,
            salt: one.salt,
            leaf: one.leaf,
            inclusion: inclusion_hashes(connection, one.leaf, head).await?,
            certificate: Base64(one.der),
        });
    }
    Ok(acts)
}

/// What is proposed or in force within an officer's reach, the oldest first.
pub async fn anchors(app: &App, officer: &Officer) -> Result<Vec<AnchorRow>, FlowError> {
    let mut reach = Reach::of(officer);
    let now = app.clock().now();
    let mut connection = app.store().reader().await?;
    let mut open = Vec::new();
    for row in anchor::open(&mut connection).await? {
        let lapsed =
            row.confirmed_at.is_none() && row.proposed_at.plus_seconds(MAX_WAIT_SECONDS) <= now;
        if !lapsed && reach.holds(&mut connection, row.unit.id).await? {
            open.push(row);
        }
    }
    Ok(open)
}

/// Proposes to trust the authority in `file` in a unit and those below it.
pub async fn propose(
    app: &App,
    officer: &Officer,
    unit: UnitId,
    file: &[u8],
    why: Text<500>,
) -> Result<(), FlowError> {
    officer.require(app, unit, &PROPOSE).await?;
    add(app, Exchanger::Officer(officer), unit, file, why).await?;
    Ok(())
}

/// Trusts it at once: whoever runs the program on the data folder holds the keys in any case.
pub async fn trust(app: &App, unit: UnitId, file: &[u8], why: Text<500>) -> Result<(), FlowError> {
    let who = Exchanger::CommandLine;
    let id = add(app, who, unit, file, why).await?;
    app.writer().commit(Acted(who.act(None), Confirm { id, account: None })).await?;
    Ok(())
}

async fn add(
    app: &App,
    who: Exchanger<'_>,
    unit: UnitId,
    file: &[u8],
    why: Text<500>,
) -> Result<AnchorId, FlowError> {
    if app.is_made_up() {
        return Err(NoExchange::Demo.into());
    }
    let now = app.clock().now();
    let certificate = authority(file).ok_or(NoExchange::NotAnAuthority)?;
    if now.second() < certificate.not_before() || certificate.not_after() < now.second() {
        return Err(NoExchange::NotAnAuthority.into());
    }
    let proposed_by = match who {
        Exchanger::CommandLine => None,
        Exchanger::Officer(officer) => Some((officer.account, String::new())),
    };
    let row = AnchorRow {
        id: AnchorId::generate(app.clock(), app.entropy()),
        unit: UnitView { id: unit, name: String::new() },
        sha256: certificate.sha256(),
        der: certificate.der().to_vec(),
        proposed_by,
        why: why.as_str().to_owned(),
        proposed_at: now,
        confirmed_at: None,
    };
    let id = row.id;
    app.writer().commit(Acted(who.act(Some(why)), Propose(row))).await?;
    Ok(id)
}

/// The one certificate of an authority in a file.
fn authority(file: &[u8]) -> Option<Certificate> {
    let mut all = read_bundle(file).ok()?;
    let one = all.pop()?.ok()?;
    let may = matches!(one.basic_constraints(), Ok(BasicConstraints::Authority { .. }));
    (all.is_empty() && may).then_some(one)
}

/// Confirms or ends an anchor.
pub async fn act_on(
    app: &App,
    officer: &Officer,
    id: AnchorId,
    way: Way,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    let row = {
        let mut connection = app.store().reader().await?;
        anchor::one(&mut connection, id).await?
    };
    let missing = FlowError::NotFound(Thing::Anchor);
    let Some(row) = row else { return Err(missing) };
    if !officer.reaches(app, row.unit.id).await? {
        return Err(missing);
    }
    officer.require(app, row.unit.id, &CONFIRM).await?;
    let act = officer.act(why);
    match way {
        Way::Confirm => {
            let confirm = Confirm { id, account: Some(officer.account) };
            app.writer().commit(Acted(act, confirm)).await?;
        }
        Way::End => {
            app.writer().commit(Acted(act, End(id))).await?;
        }
    }
    Ok(())
}

struct Propose(AnchorRow);

#[async_trait]
impl Commit for Propose {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (now, unit) = (tx.now(), self.0.unit.id);
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let mut waiting = 0;
        // A proposal whose time is over makes room.
        for row in anchor::open(tx.connection()).await? {
            let lapsed =
                row.confirmed_at.is_none() && row.proposed_at.plus_seconds(MAX_WAIT_SECONDS) <= now;
            if row.unit.id != unit || row.confirmed_at.is_some() {
                continue;
            }
            if lapsed {
                anchor::end(tx.connection(), row.id, now).await?;
            } else {
                waiting += 1;
            }
        }
        if waiting >= MAX_WAITING {
            let why = "so many proposals wait in this unit: confirm or decline them first";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        anchor::keep(tx.connection(), &self.0.der, now).await?;
        self.0.proposed_at = now;
        if anchor::insert(tx.connection(), &self.0).await? != 1 {
            return Err(FlowError::from(NoExchange::AnchorThere).into());
        }
        let statement = json!({
            "anchor": self.0.id,
            "unit": unit,
            "certificate": self.0.sha256,
            "before": null,
            "after": { "state": "proposed" },
        });
        tx.state(Kind::AnchorProposed, self.0.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Confirm {
    id: AnchorId,
    account: Option<AccountId>,
}

#[async_trait]
impl Commit for Confirm {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let missing = || FlowError::NotFound(Thing::Anchor);
        let row = anchor::one(tx.connection(), self.id).await?.ok_or_else(missing)?;
        if row.proposed_at.plus_seconds(MAX_WAIT_SECONDS) <= now {
            return Err(missing().into());
        }
        if let Some(account) = self.account {
            let proposer = row.proposed_by.as_ref().map(|(proposer, _)| *proposer);
            if let Some(proposer) = proposer {
                if !account::are_two_persons(tx.connection(), proposer, account).await? {
                    return Err(FlowError::from(NoExchange::OwnProposal).into());
                }
                if !may_propose(tx, proposer, row.unit.id).await? {
                    return Err(FlowError::Forbidden.into());
                }
            }
        }
        if !reshape::stands(tx.connection(), row.unit.id).await? {
            return Err(missing().into());
        }
        anchor::prove(tx.connection(), &row.sha256).await?;
        if anchor::confirm(tx.connection(), self.id, self.account, now).await? != 1 {
            return Err(missing().into());
        }
        let statement = json!({
            "anchor": self.id,
            "unit": row.unit.id,
            "certificate": row.sha256,
            "proposed": row.proposed_by.map(|(proposer, _)| proposer),
            "for": row.why,
            "before": { "state": "proposed" },
            "after": { "state": "trusted" },
        });
        tx.state(Kind::AnchorConfirmed, self.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Whoever lost the role or the account meanwhile could not propose any more.
async fn may_propose(
    tx: &mut Tx<'_>,
    proposer: AccountId,
    unit: UnitId,
) -> Result<bool, CommitError> {
    let row = account::by_id(tx.connection(), proposer).await?;
    if row.is_none_or(|row| row.ended_at.is_some()) {
        return Ok(false);
    }
    let line = directory::line(tx.connection(), unit, MAX_LEVELS).await?;
    let grants = account::grants(tx.connection(), proposer).await?;
    Ok(grants.iter().any(|grant| PROPOSE.contains(&grant.role) && line.contains(&grant.unit)))
}

struct End(AnchorId);

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let missing = || FlowError::NotFound(Thing::Anchor);
        let row = anchor::one(tx.connection(), self.0).await?.ok_or_else(missing)?;
        if anchor::end(tx.connection(), self.0, now).await? != 1 {
            return Err(missing().into());
        }
        let (kind, before, after) = match row.confirmed_at {
            Some(_) => (Kind::AnchorEnded, "trusted", "ended"),
            None => (Kind::AnchorDeclined, "proposed", "declined"),
        };
        let statement = json!({
            "anchor": self.0,
            "unit": row.unit.id,
            "certificate": row.sha256,
            "before": { "state": before },
            "after": { "state": after },
        });
        tx.state(kind, self.0.as_bytes(), &statement).await?;
        Ok(())
    }
}
