//! Accounts of those who administer: making them, signing in, and what each may do.

mod passkey;
mod password;
mod session;
mod setup;
#[cfg(test)]
mod tests;
mod token;

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, AdminTokenId, UnitId};
use trien_core::log::leaf::StatementKind;

use super::act::{Act, Acted, Actor};
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::account::{self, AccountRow};
pub use crate::store::account::{Grant, Role};
use crate::store::{
    admin_token as tokens, directory, passkey as passkeys, reshape, session as sessions,
};
use crate::writer::{Commit, CommitError, Tx};

pub use passkey::{
    PasskeyView, Passkeys, Question, add as add_passkey, ask_new, ask_who, passkeys_of,
    remove as remove_passkey, sign_in_with,
};
pub use password::{InvalidPassword, Password, Passwords};
use session::confirm;
pub use session::{
    MAX_AGE_SECONDS, MAX_IDLE_SECONDS, NewPassword, SessionToken, SessionView, SignIn, Use,
    change_password, end_session, officer, sessions_of, sign_in, sign_out,
};
pub use setup::{SetupCode, begin_setup, is_set_up, set_up};
pub use token::{
    AdminTokenView, Bearer, MAX_TOKEN_DAYS, MadeAdminToken, NewAdminToken, Verbs, bearer,
    end_token, make_token, tokens_of,
};

/// Deepest tree of units that is walked; deeper ones are a circle.
pub(super) const MAX_LEVELS: usize = 64;

/// What is typed to sign in: 1 to 64 letters, digits and `. _ - @`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads one; upper case is folded.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let login = typed.trim().to_ascii_lowercase();
        let sound = (1..=64).contains(&login.len())
            && login.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
        sound.then_some(Self(login))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What is typed to sign in.
    pub login: Login,
    /// The person's full name.
    pub name: Text<200>,
    /// The first password.
    pub password: Password,
    /// What the account may do, and where.
    pub grants: Vec<Grant>,
}

/// An account as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Which.
    pub id: AccountId,
    /// What is typed to sign in.
    pub login: String,
    /// The person's full name.
    pub name: String,
    /// What it may do, and where.
    pub grants: Vec<Grant>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

/// Somebody who signed in or showed a token, with what the account may do now: read anew for each request, so that a
/// role that was taken away is gone at the next click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// The account.
    pub account: AccountId,
    /// What is typed to sign in.
    pub login: String,
    /// The person's full name.
    pub name: String,
    /// What the account may do, and where.
    pub grants: Vec<Grant>,
    /// The token that was shown, if it was one: part of every statement.
    pub token: Option<AdminTokenId>,
}

impl Officer {
    /// Whether the account has this role anywhere.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Refuses whoever has this role nowhere.
    pub fn require_somewhere(&self, role: Role) -> Result<(), FlowError> {
        if self.is(role) { Ok(()) } else { Err(FlowError::Forbidden) }
    }

    /// Whether the account may look at units, people and devices: every role may.
    pub fn require_any(&self) -> Result<(), FlowError> {
        if self.grants.is_empty() { Err(FlowError::Forbidden) } else { Ok(()) }
    }

    /// The units in which the account has any role, those below included.
    pub async fn reach(&self, app: &App) -> Result<HashSet<UnitId>, FlowError> {
        let mut connection = app.store().reader().await?;
        let parents = directory::parents(&mut connection).await?;
        let mut reached: HashSet<UnitId> = self.grants.iter().map(|grant| grant.unit).collect();
        // A unit may be older than the one it was put under.
        for _ in 0..MAX_LEVELS {
            let before = reached.len();
            let below = parents
                .iter()
                .filter(|(_, parent)| parent.is_some_and(|parent| reached.contains(&parent)));
            let below: Vec<UnitId> = below.map(|(unit, _)| *unit).collect();
            reached.extend(below);
            if reached.len() == before {
                break;
            }
        }
        Ok(reached)
    }

    /// Refuses whoever has none of these roles in the unit or above it.
    pub async fn require(&self, app: &App, unit: UnitId, roles: &[Role]) -> Result<(), FlowError> {
        let mut connection = app.store().reader().await?;
        let line = directory::line(&mut connection, unit, MAX_LEVELS).await?;
        let reaches = |grant: &Grant| roles.contains(&grant.role) && line.contains(&grant.unit);
        if self.grants.iter().any(reaches) { Ok(()) } else { Err(FlowError::Forbidden) }
    }

    /// An act of this person.
    #[must_use]
    pub fn act(&self, why: Option<Text<500>>) -> Act {
        Act { token: self.token, ..Act::of(self.account, why) }
    }
}

/// Makes an account. Nobody gives a role to the own account, and none that reaches further than
/// what `officer` administers.
pub async fn create(app: &App, officer: &Officer, new: NewAccount) -> Result<AccountId, FlowError> {
    for grant in &new.grants {
        officer.require(app, grant.unit, &[Role::Administrator]).await?;
    }
    create_unchecked(app, officer.act(None), new).await
}

/// Whoever gives roles and runs the server is never the one who ends certificates as well.
fn check_apart(grants: &[Grant]) -> Result<(), FlowError> {
    let has = |role| grants.iter().any(|grant| grant.role == role);
    if has(Role::Administrator) && has(Role::CaOfficer) {
        let apart = "an administrator is not a CA officer too".to_owned();
        return Err(FlowError::BadRequest(apart));
    }
    Ok(())
}

async fn create_unchecked(app: &App, act: Act, new: NewAccount) -> Result<AccountId, FlowError> {
    check_apart(&new.grants)?;
    let password = app.passwords().hash(new.password).await?;
    let row = AccountRow {
        id: AccountId::generate(app.clock(), app.entropy()),
        login: new.login.0,
        name: new.name.as_str().to_owned(),
        password,
        failures: 0,
        locked_until: Timestamp::from_millis(0),
        created_at: app.clock().now(),
        ended_at: None,
    };
    let id = row.id;
    app.writer().commit(Acted(act, Create { row, grants: new.grants })).await?;
    Ok(id)
}

/// The accounts that have a role within the officer's reach, oldest first, and what each may do
/// there.
pub async fn list(app: &App, officer: &Officer) -> Result<Vec<AccountView>, FlowError> {
    let reach = officer.reach(app).await?;
    let mut connection = app.store().reader().await?;
    let mut views = Vec::new();
    for row in account::all(&mut connection).await? {
        let mut grants = account::grants(&mut connection, row.id).await?;
        grants.retain(|grant| reach.contains(&grant.unit));
        if grants.is_empty() {
            continue;
        }
        let AccountRow { id, login, name, created_at, ended_at, .. } = row;
        views.push(AccountView { id, login, name, grants, created_at, ended_at });
    }
    Ok(views)
}

/// Ends an account and its sessions at once; it stays listed. Nobody ends the own one, so that one
/// who can act is always left.
pub async fn end(
    app: &App,
    officer: &Officer,
    id: AccountId,
    why: Text<500>,
) -> Result<(), FlowError> {
    if id == officer.account {
        return Err(FlowError::BadRequest("nobody ends the own account".to_owned()));
    }
    let grants = {
        let mut connection = app.store().reader().await?;
        account::grants(&mut connection, id).await?
    };
    if grants.is_empty() {
        return Err(FlowError::NotFound(Thing::Account));
    }
    for grant in grants {
        officer.require(app, grant.unit, &[Role::Administrator]).await?;
    }
    app.writer().commit(Acted(officer.act(Some(why)), End(id))).await?;
    Ok(())
}

struct Create {
    row: AccountRow,
    grants: Vec<Grant>,
}

#[async_trait]
impl Commit for Create {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if account::insert(tx.connection(), &self.row).await? == 0 {
            return Err(FlowError::LoginTaken.into());
        }
        let maker = tx.act().and_then(|act| match act.by {
            Actor::Account(maker) if maker != self.row.id => Some(maker),
            _ => None,
        });
        if let Some(maker) = maker {
            account::note_maker(tx.connection(), self.row.id, maker).await?;
        }
        let mut given = Vec::new();
        for grant in &self.grants {
            if !reshape::stands(tx.connection(), grant.unit).await? {
                return Err(FlowError::NotFound(Thing::Unit).into());
            }
            account::grant(tx.connection(), self.row.id, *grant, now).await?;
            given.push(json!({ "role": grant.role.name(), "unit": grant.unit }));
        }
        let statement =
            json!({ "act": "account-created", "account": self.row.id, "granted": given });
        tx.state(StatementKind::Policy, self.row.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End(AccountId);

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if account::end(tx.connection(), self.0, now).await? == 0 {
            return Err(FlowError::NotFound(Thing::Account).into());
        }
        sessions::end_all(tx.connection(), self.0).await?;
        passkeys::remove_all(tx.connection(), self.0).await?;
        tokens::end_all(tx.connection(), self.0, now).await?;
        let statement = json!({ "act": "account-ended", "account": self.0 });
        tx.state(StatementKind::Policy, self.0.as_bytes(), &statement).await?;
        Ok(())
    }
}
