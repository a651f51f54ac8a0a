//! Finding accounts: pages of fifty, within what an officer reaches.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sqlx::AnyConnection;
use trien_core::id::AccountId;

use super::super::people::{PAGE, branches};
use super::super::{FlowError, Thing};
use super::{AccountView, Officer, Reach, Role, account};
use crate::app::App;
use crate::paging::{Page, Turn, cut};
use crate::store::account::{AccountPlace, Finding, Listed};
use crate::store::{people, role_proposal};

/// Which accounts are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Words of name or login, with or without marks.
    pub query: String,
    /// With this role, or with one that waits.
    pub role: Option<Role>,
    /// In this standing.
    pub standing: Option<AccountStanding>,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStanding {
    /// Somebody may sign in with it.
    Active,
    /// Nobody may any more.
    Ended,
    /// It is to have a role that another person has to confirm.
    Waiting,
}

impl AccountStanding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Ended, Self::Waiting];

    /// Its name in addresses and in the keys of its texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Waiting => "waiting",
        }
    }
}

/// A page of accounts, in the order of given names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountsPage {
    /// At most [`PAGE`].
    pub accounts: Vec<AccountView>,
    /// The page before begins before this.
    pub previous: Option<AccountPlace>,
    /// The next page begins after this.
    pub next: Option<AccountPlace>,
}

/// The accounts that have a role within the officer's reach, or may soon have one, and what each
/// may do there; beside them those that had or were to have one there, and have none anywhere.
pub async fn list(
    app: &App,
    officer: &Officer,
    filter: &AccountFilter,
    turn: &Turn<AccountPlace>,
) -> Result<AccountsPage, FlowError> {
    let words = people::wanted(&filter.query);
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut found: Vec<Listed> = Vec::new();
    {
        let mut connection = app.store().reader().await?;
        for branch in branches(&mut connection, officer).await? {
            let finding = Finding {
                branch: &branch,
                words: &words,
                role: filter.role,
                standing: filter.standing.map_or("", AccountStanding::name),
                now: app.clock().now(),
            };
            found.extend(account::list(&mut connection, &finding, turn, limit).await?);
        }
    }
    let Page { items: found, previous, next } = cut(found, PAGE, turn, Listed::place);
    // Whoever stood beyond the place is gone: the beginning is better than nothing.
    if found.is_empty() && *turn != Turn::First {
        return Box::pin(list(app, officer, filter, &Turn::First)).await;
    }
    let mut reach = Reach::of(officer);
    let mut connection = app.store().reader().await?;
    let mut accounts = Vec::with_capacity(found.len());
    for one in found {
        accounts.push(within(app, &mut connection, &mut reach, one.id).await?);
    }
    Ok(AccountsPage { accounts, previous, next })
}

/// An account within the officer's reach, and what it may do there.
pub async fn one(app: &App, officer: &Officer, id: AccountId) -> Result<AccountView, FlowError> {
    let mut reach = Reach::of(officer);
    let mut connection = app.store().reader().await?;
    let view = within(app, &mut connection, &mut reach, id).await?;
    let there = !view.grants.is_empty() || !view.waiting.is_empty();
    if there || is_left_within(app, &mut connection, &mut reach, id).await? {
        Ok(view)
    } else {
        Err(FlowError::NotFound(Thing::Account))
    }
}

/// Whether an account that may do nothing any more was, or was to be, something within reach.
async fn is_left_within(
    app: &App,
    connection: &mut AnyConnection,
    reach: &mut Reach<'_>,
    id: AccountId,
) -> Result<bool, FlowError> {
    let now = app.clock().now();
    let may = !account::grants(connection, id).await?.is_empty()
        || !role_proposal::open_on(connection, id, now).await?.is_empty();
    let units = account::past_units(connection, id).await?;
    Ok(!may && reach.holds_any(connection, units).await?)
}

async fn within(
    app: &App,
    connection: &mut AnyConnection,
    reach: &mut Reach<'_>,
    id: AccountId,
) -> Result<AccountView, FlowError> {
    let row = account::by_id(connection, id).await?;
    let row = row.ok_or(FlowError::NotFound(Thing::Account))?;
    let (mut grants, mut waiting) = (Vec::new(), Vec::new());
    for grant in account::grants(connection, id).await? {
        if reach.holds(connection, grant.unit).await? {
            grants.push(grant);
        }
    }
    for one in role_proposal::open_on(connection, id, app.clock().now()).await? {
        if reach.holds(connection, one.grant.unit).await? {
            waiting.push(one);
        }
    }
    Ok(AccountView {
        id,
        login: row.login,
        name: row.name,
        grants,
        waiting,
        created_at: row.created_at,
        ended_at: row.ended_at,
    })
}

impl AccountPlace {
    /// As an address carries it.
    #[must_use]
    pub fn to_token(&self) -> String {
        let json = serde_json::to_vec(&(&self.sorting, self.id));
        let json = json.expect("texts and identifiers have a JSON form");
        Base64UrlUnpadded::encode_string(&json)
    }

    /// From an address; whatever is none begins nowhere.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let json = Base64UrlUnpadded::decode_vec(token).ok()?;
        let (sorting, id): (String, AccountId) = serde_json::from_slice(&json).ok()?;
        // PostgreSQL has no NUL in texts.
        (!sorting.contains('\0')).then_some(Self { sorting, id })
    }
}
