//! Accounts of those who administer: making them, signing in, and what each may do.

mod guesses;
mod listing;
mod passkey;
mod password;
mod provider;
mod reach;
mod roles;
mod session;
mod setup;
#[cfg(test)]
mod tests;
mod token;

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, AdminTokenId, UnitId};

use super::act::{Act, Acted, Actor};
use super::desk::Doing;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::StoreError;
use crate::store::account::{self, AccountRow};
pub use crate::store::account::{AccountPlace, Grant, Role};
use crate::store::identity::IdentityRow;
use crate::store::{
    admin_token as tokens, directory, identity, passkey as passkeys, reshape, role_proposal,
    session as sessions,
};
use crate::writer::{Commit, CommitError, Tx};

use guesses::Whose;
pub use guesses::{AT_ONCE as GUESSES_AT_ONCE, Guesses, KnownBrowser, Place, sign_in_from};
pub use listing::{AccountFilter, AccountStanding, AccountsPage, list, one};
pub use passkey::{
    PasskeyView, Passkeys, Question, add as add_passkey, ask_new, ask_who, passkeys_of,
    remove as remove_passkey, sign_in_with,
};
pub use password::{InvalidPassword, Password, Passwords};
pub use provider::{
    Answered, Arrival, Awaited, BrowserToken, Departure, IdentityProvider, IdentityStanding,
    IdentityView, NoIdentity, SettingOut, arrive, depart, depart_to_link, depart_to_prove,
    identity_of, known_identity, unlink,
};
pub(crate) use reach::Reach;
pub(in crate::flow) use roles::require_role;
pub use roles::{Given, RoleAct, RoleProposal, give, on_role, roles_waiting, withdraw};
use session::confirm;
pub use session::{
    FRESH_SECONDS, MAX_AGE_SECONDS, MAX_IDLE_SECONDS, NewPassword, SessionToken, SessionView,
    SignIn, Use, change_password, end_session, is_fresh, officer, prove_anew, sessions_of, sign_in,
    sign_out,
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
    /// What it may do once another person confirms it.
    pub waiting: Vec<RoleProposal>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

impl AccountView {
    /// Where it may do something, or soon.
    pub fn units(&self) -> impl Iterator<Item = UnitId> {
        let grants = self.grants.iter().map(|grant| grant.unit);
        grants.chain(self.waiting.iter().map(|one| one.grant.unit))
    }
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
        self.reach_as(app, None).await
    }

    /// The same for one role.
    pub(super) async fn reach_as(
        &self,
        app: &App,
        role: Option<Role>,
    ) -> Result<HashSet<UnitId>, FlowError> {
        let mut connection = app.store().reader().await?;
        let parents = directory::parents(&mut connection).await?;
        let grants = self.grants.iter().filter(|grant| role.is_none_or(|role| grant.role == role));
        let mut reached: HashSet<UnitId> = grants.map(|grant| grant.unit).collect();
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

    /// Whether the account has any role in the unit or above it.
    pub async fn reaches(&self, app: &App, unit: UnitId) -> Result<bool, FlowError> {
        let mut connection = app.store().reader().await?;
        let line = directory::line(&mut connection, unit, MAX_LEVELS).await?;
        Ok(self.grants.iter().any(|grant| line.contains(&grant.unit)))
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
pub async fn create<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    new: NewAccount,
) -> Result<AccountId, FlowError> {
    create_awaited(app, by, new, None).await
}

/// The same, for somebody who is expected at the provider. Only at its making: whoever could say
/// later who an account's person is, would be that person.
pub async fn create_awaited<'a>(
    app: &App,
    by: impl Into<Doing<'a>> + Send,
    mut new: NewAccount,
    awaited: Option<(&IdentityProvider, Awaited)>,
) -> Result<AccountId, FlowError> {
    let by: Doing<'a> = by.into();
    let officer = by.officer();
    if new.grants.is_empty() {
        return Err(FlowError::BadRequest("an account has a role at least".to_owned()));
    }
    new.grants.sort();
    new.grants.dedup();
    for grant in &new.grants {
        officer.require(app, grant.unit, &[Role::Administrator]).await?;
    }
    let awaited = match awaited {
        Some((provider, awaited)) => Some((provider.issuer()?.to_owned(), awaited)),
        None => None,
    };
    check_apart(&new.grants)?;
    let row = row_of(app, new.login, &new.name, new.password).await?;
    let id = row.id;
    let awaited = awaited.map(|(issuer, awaited)| awaited.of(id, &issuer, row.created_at));
    let create = Create { row, grants: new.grants, awaited };
    app.writer().commit(Acted(by.act(), create)).await?;
    Ok(id)
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

/// A new account, without anything that it may do.
async fn row_of(
    app: &App,
    login: Login,
    name: &Text<200>,
    password: Password,
) -> Result<AccountRow, FlowError> {
    Ok(AccountRow {
        id: AccountId::generate(app.clock(), app.entropy()),
        login: login.0,
        name: name.as_str().to_owned(),
        password: app.passwords().hash(password).await?,
        failures: 0,
        locked_until: Timestamp::from_millis(0),
        created_at: app.clock().now(),
        ended_at: None,
    })
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
    require_all(app, officer, id).await?;
    let end = End { id, by: officer.account };
    app.writer().commit(Acted(officer.act(Some(why)), end)).await?;
    Ok(())
}

/// Ends every session of another account.
pub async fn end_sessions_of(
    app: &App,
    officer: &Officer,
    id: AccountId,
    why: Text<500>,
) -> Result<(), FlowError> {
    require_all(app, officer, id).await?;
    let end = EndSessions { id, by: officer.account };
    app.writer().commit(Acted(officer.act(Some(why)), end)).await?;
    Ok(())
}

/// Refuses whoever does not administer every unit in which the account may, or soon may, do
/// something.
async fn require_all(app: &App, officer: &Officer, id: AccountId) -> Result<(), FlowError> {
    one(app, officer, id).await?;
    let units = {
        let mut connection = app.store().reader().await?;
        units_of(&mut connection, id, app.clock().now()).await?
    };
    if units.is_empty() {
        return Err(FlowError::NotFound(Thing::Account));
    }
    for unit in units {
        officer.require(app, unit, &[Role::Administrator]).await?;
    }
    Ok(())
}

/// The units in which an account may, or soon may, do something. Where there is none any more, those
/// in which it was, or was to be: somebody has to look after what is left of it.
async fn units_of(
    connection: &mut AnyConnection,
    id: AccountId,
    now: Timestamp,
) -> Result<Vec<UnitId>, StoreError> {
    let grants = account::grants(&mut *connection, id).await?;
    let waiting = role_proposal::open_on(&mut *connection, id, now).await?;
    let grants = grants.iter().chain(waiting.iter().map(|one| &one.grant));
    let units: Vec<UnitId> = grants.map(|grant| grant.unit).collect();
    if units.is_empty() { account::past_units(connection, id).await } else { Ok(units) }
}

/// [`require_all`] within a commit: whoever acts may have lost the role since.
async fn require_all_in(tx: &mut Tx<'_>, by: AccountId, id: AccountId) -> Result<(), CommitError> {
    let now = tx.now();
    for unit in units_of(tx.connection(), id, now).await? {
        roles::require_administrator(tx, by, unit).await?;
    }
    Ok(())
}

struct Create {
    row: AccountRow,
    grants: Vec<Grant>,
    awaited: Option<IdentityRow>,
}

#[async_trait]
impl Commit for Create {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if account::insert(tx.connection(), &self.row).await? == 0 {
            return Err(FlowError::LoginTaken.into());
        }
        let maker = tx.act().and_then(|act| match act.by {
            Actor::Account(maker) if maker != self.row.id => Some(maker),
            _ => None,
        });
        if let Some(maker) = maker {
            for grant in &self.grants {
                roles::require_administrator(tx, maker, grant.unit).await?;
            }
            account::note_maker(tx.connection(), self.row.id, maker).await?;
        }
        if let Some(awaited) = &self.awaited
            && identity::insert(tx.connection(), awaited).await? == 0
        {
            return Err(FlowError::from(NoIdentity::Taken).into());
        }
        let mut given = Vec::new();
        tx.follow_from(Some(Kind::AccountCreated));
        for grant in &self.grants {
            if roles::give_in(tx, self.row.id, *grant, "").await? == Given::Now {
                given.push(json!({ "role": grant.role.name(), "unit": grant.unit }));
            }
        }
        tx.follow_from(None);
        let statement = json!({
            "account": self.row.id,
            "granted": given,
            "before": null,
            "after": { "state": "active", "roles": given },
        });
        tx.state(Kind::AccountCreated, self.row.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End {
    id: AccountId,
    by: AccountId,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        require_all_in(tx, self.by, self.id).await?;
        let roles = account::grants(tx.connection(), self.id).await?;
        let roles: Vec<_> = roles
            .iter()
            .map(|grant| json!({ "role": grant.role.name(), "unit": grant.unit }))
            .collect();
        if account::end(tx.connection(), self.id, now).await? == 0 {
            return Err(FlowError::NotFound(Thing::Account).into());
        }
        sessions::end_all(tx.connection(), self.id).await?;
        passkeys::remove_all(tx.connection(), self.id).await?;
        identity::remove(tx.connection(), self.id).await?;
        role_proposal::end_all(tx.connection(), self.id, now).await?;
        tokens::end_all(tx.connection(), self.id, now).await?;
        let statement = json!({
            "account": self.id,
            "before": { "state": "active", "roles": roles },
            "after": { "state": "ended", "roles": null },
        });
        tx.state(Kind::AccountEnded, self.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct EndSessions {
    id: AccountId,
    by: AccountId,
}

#[async_trait]
impl Commit for EndSessions {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        require_all_in(tx, self.by, self.id).await?;
        let open = sessions::of_account(tx.connection(), self.id).await?.len();
        sessions::end_all(tx.connection(), self.id).await?;
        tokens::end_all(tx.connection(), self.id, now).await?;
        let (before, after) = (json!({ "sessions": open }), json!({ "sessions": 0 }));
        let statement = json!({ "account": self.id, "before": before, "after": after });
        tx.state(Kind::SessionsEnded, self.id.as_bytes(), &statement).await?;
        Ok(())
    }
}
