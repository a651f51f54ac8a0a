//! Roles that are given and taken away. Once phones are in use, the role of a CA officer takes two
//! persons: an administrator asks, another one confirms. Whoever takes a role away errs on the safe
//! side, so that one person is enough. Whoever gets or loses one signs in anew.

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, UnitId};

use super::super::act::{Acted, Actor};
use super::super::resume::MAX_WAIT_SECONDS;
use super::super::{FlowError, Thing};
use super::{
    Grant, MAX_LEVELS, Officer, Reach, Role, account, check_apart, directory, reshape, sessions,
};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::proposal::Outcome;
use crate::store::role_proposal;
pub use crate::store::role_proposal::RoleProposal;
use crate::writer::{Commit, CommitError, Tx};

/// How an account stands to a role, in statements.
const NONE: &str = "none";
const PROPOSED: &str = "proposed";
const GRANTED: &str = "granted";

/// What became of a role that somebody gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The account has it.
    Now,
    /// Another administrator may confirm it.
    Proposed,
}

/// What is done with a role that waits for a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleAct {
    /// It is given, as another person asked.
    Confirm,
    /// It is not.
    Decline,
}

/// Roles that wait for a second person in the units that an officer administers, oldest first.
pub async fn roles_waiting(app: &App, officer: &Officer) -> Result<Vec<RoleProposal>, FlowError> {
    let mut administered = Reach::by(officer, Role::Administrator);
    let mut connection = app.store().reader().await?;
    let mut waiting = Vec::new();
    for one in role_proposal::open(&mut connection, app.clock().now()).await? {
        if administered.holds(&mut connection, one.grant.unit).await? {
            waiting.push(one);
        }
    }
    Ok(waiting)
}

/// Gives an account a role more. Nobody gives one to the own account.
pub async fn give(
    app: &App,
    officer: &Officer,
    account: AccountId,
    grant: Grant,
    why: Text<500>,
) -> Result<Given, FlowError> {
    require(app, officer, account, grant.unit).await?;
    let give = Give { account, grant, by: officer.account, why: why.as_str().to_owned() };
    Ok(app.writer().commit(Acted(officer.act(Some(why)), give)).await?.value)
}

/// Takes a role away; it is gone at the next click. The last one goes with the account.
pub async fn withdraw(
    app: &App,
    officer: &Officer,
    account: AccountId,
    grant: Grant,
    why: Text<500>,
) -> Result<(), FlowError> {
    require(app, officer, account, grant.unit).await?;
    let withdraw = Withdraw { account, grant, by: officer.account };
    app.writer().commit(Acted(officer.act(Some(why)), withdraw)).await?;
    Ok(())
}

/// Gives the role that another person asked for, or ends the proposal: another one's, or the own.
pub async fn on_role(
    app: &App,
    officer: &Officer,
    account: AccountId,
    grant: Grant,
    act: RoleAct,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    require(app, officer, account, grant.unit).await?;
    let by = officer.act(why);
    match act {
        RoleAct::Confirm => {
            let confirm = Confirm { account, grant, by: officer.account };
            app.writer().commit(Acted(by, confirm)).await?;
        }
        RoleAct::Decline => {
            let decline = Decline { account, grant, by: officer.account };
            app.writer().commit(Acted(by, decline)).await?;
        }
    }
    Ok(())
}

async fn require(
    app: &App,
    officer: &Officer,
    account: AccountId,
    unit: UnitId,
) -> Result<(), FlowError> {
    super::one(app, officer, account).await?;
    officer.require(app, unit, &[Role::Administrator]).await?;
    if account == officer.account {
        let why = "nobody changes the roles of the own account";
        return Err(FlowError::BadRequest(why.to_owned()));
    }
    Ok(())
}

/// Gives a role within a commit, or proposes it where it takes two.
pub(super) async fn give_in(
    tx: &mut Tx<'_>,
    account: AccountId,
    grant: Grant,
    why: &str,
) -> Result<Given, CommitError> {
    if !reshape::stands(tx.connection(), grant.unit).await? {
        return Err(FlowError::NotFound(Thing::Unit).into());
    }
    let by = tx.act().and_then(|act| match act.by {
        Actor::Account(by) if by != account => Some(by),
        _ => None,
    });
    let takes_two =
        grant.role == Role::CaOfficer && account::is_phone_in_use(tx.connection()).await?;
    match by.filter(|_| takes_two) {
        None => {
            let now = tx.now();
            account::grant(tx.connection(), account, grant, now).await?;
            Ok(Given::Now)
        }
        Some(by) => {
            propose(tx, account, grant, by, why).await?;
            Ok(Given::Proposed)
        }
    }
}

async fn propose(
    tx: &mut Tx<'_>,
    account: AccountId,
    grant: Grant,
    by: AccountId,
    why: &str,
) -> Result<(), CommitError> {
    let now = tx.now();
    let open = role_proposal::open_on(tx.connection(), account, now).await?;
    if let Some(open) = open.iter().find(|one| one.grant == grant)
        && is_administrator(tx, open.by, grant.unit).await?
    {
        return Err(FlowError::BadRequest("this was asked for already".to_owned()).into());
    }
    // One whose time is over, or whose author is gone or could not ask any more.
    role_proposal::end(tx.connection(), account, grant, now, Outcome::Overtaken).await?;
    let new = RoleProposal {
        account,
        name: String::new(),
        grant,
        by,
        by_name: String::new(),
        why: why.to_owned(),
        proposed_at: now,
        ends_at: now.plus_seconds(MAX_WAIT_SECONDS),
    };
    role_proposal::insert(tx.connection(), &new).await?;
    state(tx, Kind::RoleProposed, account, grant, json!({}), (NONE, PROPOSED)).await
}

async fn state(
    tx: &mut Tx<'_>,
    kind: Kind,
    account: AccountId,
    grant: Grant,
    more: serde_json::Value,
    (before, after): (&str, &str),
) -> Result<(), CommitError> {
    let mut statement = json!({
        "account": account,
        "role": grant.role.name(),
        "unit": grant.unit,
        "before": { "state": before },
        "after": { "state": after },
    });
    if let (Some(statement), Some(more)) = (statement.as_object_mut(), more.as_object()) {
        statement.extend(more.clone());
    }
    tx.state(kind, account.as_bytes(), &statement).await?;
    Ok(())
}

/// The roles that an account has and may soon have, if it still stands.
async fn roles_of(
    tx: &mut Tx<'_>,
    id: AccountId,
    now: Timestamp,
) -> Result<(Vec<Grant>, Vec<Grant>), CommitError> {
    let row = account::by_id(tx.connection(), id).await?;
    if row.is_none_or(|row| row.ended_at.is_some()) {
        return Err(FlowError::NotFound(Thing::Account).into());
    }
    let has = account::grants(tx.connection(), id).await?;
    let open = role_proposal::open_on(tx.connection(), id, now).await?;
    Ok((has, open.into_iter().map(|one| one.grant).collect()))
}

/// Ends the sessions of an account whose roles change: what it may do never grows in a session that was
/// there before, so that a cookie which somebody else knows is worth what it was (security.md §6).
async fn sign_in_anew(tx: &mut Tx<'_>, account: AccountId) -> Result<(), CommitError> {
    sessions::end_all(tx.connection(), account).await?;
    Ok(())
}

struct Give {
    account: AccountId,
    grant: Grant,
    by: AccountId,
    why: String,
}

#[async_trait]
impl Commit for Give {
    type Done = Given;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Given, CommitError> {
        let (account, grant, now) = (self.account, self.grant, tx.now());
        require_administrator(tx, self.by, grant.unit).await?;
        let (has, waits) = roles_of(tx, account, now).await?;
        if has.contains(&grant) {
            return Err(FlowError::BadRequest("the account has this role".to_owned()).into());
        }
        check_apart(&[has, waits, vec![grant]].concat())?;
        let given = give_in(tx, account, grant, &self.why).await?;
        if given == Given::Now {
            sign_in_anew(tx, account).await?;
            state(tx, Kind::RoleGranted, account, grant, json!({}), (NONE, GRANTED)).await?;
        }
        Ok(given)
    }
}

struct Withdraw {
    account: AccountId,
    grant: Grant,
    by: AccountId,
}

#[async_trait]
impl Commit for Withdraw {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (account, grant, now) = (self.account, self.grant, tx.now());
        // Two who take it from each other at once would leave nobody.
        require_administrator(tx, self.by, grant.unit).await?;
        let (has, _) = roles_of(tx, account, now).await?;
        if has == [grant] {
            let why = "this is the account's last role: end the account";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        if account::withdraw(tx.connection(), account, grant, now).await? == 0 {
            return Err(FlowError::NotFound(Thing::Account).into());
        }
        sign_in_anew(tx, account).await?;
        state(tx, Kind::RoleWithdrawn, account, grant, json!({}), (GRANTED, NONE)).await
    }
}

struct Confirm {
    account: AccountId,
    grant: Grant,
    by: AccountId,
}

#[async_trait]
impl Commit for Confirm {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (account, grant, now) = (self.account, self.grant, tx.now());
        let open = role_proposal::open_on(tx.connection(), account, now).await?;
        let open = open.into_iter().find(|one| one.grant == grant);
        let open = open.ok_or(FlowError::NotFound(Thing::Proposal))?;
        if !account::are_two_persons(tx.connection(), open.by, self.by).await? {
            return Err(FlowError::Forbidden.into());
        }
        // Whoever lost the role meanwhile could neither ask nor confirm any more.
        for administrator in [open.by, self.by] {
            require_administrator(tx, administrator, grant.unit).await?;
        }
        if !reshape::stands(tx.connection(), grant.unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let (has, _) = roles_of(tx, account, now).await?;
        check_apart(&[has, vec![grant]].concat())?;
        account::grant(tx.connection(), account, grant, now).await?;
        role_proposal::end(tx.connection(), account, grant, now, Outcome::Confirmed).await?;
        sign_in_anew(tx, account).await?;
        let more = json!({ "proposed": open.by, "for": open.why });
        state(tx, Kind::RoleGranted, account, grant, more, (PROPOSED, GRANTED)).await
    }
}

/// Refuses, within a commit, whoever does not administer the unit now.
pub(super) async fn require_administrator(
    tx: &mut Tx<'_>,
    id: AccountId,
    unit: UnitId,
) -> Result<(), CommitError> {
    require_role(tx, id, unit, Role::Administrator).await
}

/// Refuses, within a commit, whoever has not this role in the unit or above it now.
pub(in crate::flow) async fn require_role(
    tx: &mut Tx<'_>,
    id: AccountId,
    unit: UnitId,
    role: Role,
) -> Result<(), CommitError> {
    let may = has_role(tx, id, unit, role).await?;
    if may { Ok(()) } else { Err(FlowError::Forbidden.into()) }
}

async fn is_administrator(
    tx: &mut Tx<'_>,
    id: AccountId,
    unit: UnitId,
) -> Result<bool, CommitError> {
    has_role(tx, id, unit, Role::Administrator).await
}

async fn has_role(
    tx: &mut Tx<'_>,
    id: AccountId,
    unit: UnitId,
    role: Role,
) -> Result<bool, CommitError> {
    let row = account::by_id(tx.connection(), id).await?;
    let stands = row.is_some_and(|row| row.ended_at.is_none());
    let line = directory::line(tx.connection(), unit, MAX_LEVELS).await?;
    let grants = account::grants(tx.connection(), id).await?;
    let reaches = |grant: &Grant| grant.role == role && line.contains(&grant.unit);
    Ok(stands && grants.iter().any(reaches))
}

struct Decline {
    account: AccountId,
    grant: Grant,
    by: AccountId,
}

#[async_trait]
impl Commit for Decline {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (account, grant, now) = (self.account, self.grant, tx.now());
        require_administrator(tx, self.by, grant.unit).await?;
        let open = role_proposal::open_on(tx.connection(), account, now).await?;
        if !open.iter().any(|one| one.grant == grant) {
            return Err(FlowError::NotFound(Thing::Proposal).into());
        }
        role_proposal::end(tx.connection(), account, grant, now, Outcome::Declined).await?;
        state(tx, Kind::RoleDeclined, account, grant, json!({}), (PROPOSED, NONE)).await
    }
}
