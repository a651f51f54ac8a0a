//! Tokens with which somebody administers over the API: as this account, with what it may do at that
//! moment, never more (docs/adr/0018).

use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Timestamp, random};
use trien_core::id::{AccountId, AdminTokenId};

use super::super::act::Acted;
use super::super::{FlowError, Thing};
use super::session::{NOTE_AFTER_SECONDS, confirm, standing};
use super::{Officer, Password, Role};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::account::{self, AccountRow};
use crate::store::admin_token::{self, AdminTokenRow};
pub use crate::store::admin_token::{AdminTokenRow as AdminTokenView, Verbs};
use crate::writer::{Commit, CommitError, Tx};

/// What a token begins with: another word than the keys of document systems, so that neither passes for
/// the other, and scanners of repositories know it.
const PREFIX: &str = "trien_admin_";

/// The longest life of a token, in days.
pub const MAX_TOKEN_DAYS: u32 = 90;
/// Tokens that an account may have at once.
const MOST: usize = 20;

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewAdminToken {
    /// What its owner calls it.
    pub label: Text<64>,
    /// What it may do.
    pub verbs: Verbs,
    /// The roles that it is narrowed to; none: all that the account has, at each call.
    pub roles: Option<Vec<Role>>,
    /// How long it lives, in days.
    pub days: u32,
}

/// A fresh token; its text is shown once and stored only as a hash.
pub struct MadeAdminToken {
    /// Which.
    pub id: AdminTokenId,
    /// `trien_admin_` and 43 characters: the value after `Bearer`.
    pub text: String,
    /// From when on it is no longer good.
    pub expires_at: Timestamp,
}

/// Somebody who administers with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The account, with the roles that it has now and the token is narrowed to.
    pub officer: Officer,
    /// The token.
    pub token: AdminTokenId,
    /// What the token may do.
    pub verbs: Verbs,
    /// From when on it is no longer good.
    pub expires_at: Timestamp,
}

impl Bearer {
    /// Refuses a token that may do less than this.
    pub fn require(&self, verbs: Verbs) -> Result<(), FlowError> {
        if verbs <= self.verbs { Ok(()) } else { Err(FlowError::Forbidden) }
    }
}

/// Makes a token for the own account. The password is asked for again: a session that somebody left open
/// must not become a key for weeks. A token makes no other one.
pub async fn make_token(
    app: &App,
    officer: &Officer,
    password: Password,
    new: NewAdminToken,
) -> Result<MadeAdminToken, FlowError> {
    let bad = |why: &str| Err(FlowError::BadRequest(why.to_owned()));
    if officer.token.is_some() {
        return Err(FlowError::Forbidden);
    }
    if !(1..=MAX_TOKEN_DAYS).contains(&new.days) {
        return bad("a token lives 1 to 90 days");
    }
    if new.roles.as_ref().is_some_and(Vec::is_empty) {
        return bad("a token has a role at least");
    }
    if new.roles.iter().flatten().any(|role| !officer.is(*role)) {
        return bad("a token has no role that its account has not");
    }
    let confirmed = confirm(app, officer, password).await?;
    let secret = Base64UrlUnpadded::encode_string(&random::<32>(app.entropy()));
    let text = format!("{PREFIX}{secret}");
    let now = app.clock().now();
    let row = AdminTokenRow {
        id: AdminTokenId::generate(app.clock(), app.entropy()),
        account: officer.account,
        label: new.label.as_str().to_owned(),
        verbs: new.verbs,
        roles: new.roles,
        created_at: now,
        expires_at: now.plus_seconds(i64::from(new.days) * 86_400),
        used_at: None,
        ended_at: None,
    };
    let made = MadeAdminToken { id: row.id, expires_at: row.expires_at, text };
    let hash = Sha256::of(made.text.as_bytes());
    let make = Make { row, hash, password: confirmed.password };
    app.writer().commit(Acted(officer.act(None), make)).await?;
    Ok(made)
}

/// The tokens of the officer's own account that nobody ended, those past their life included.
pub async fn tokens_of(app: &App, officer: &Officer) -> Result<Vec<AdminTokenView>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(admin_token::of_account(&mut connection, officer.account).await?)
}

/// Ends a token of the officer's own account at once.
pub async fn end_token(app: &App, officer: &Officer, id: AdminTokenId) -> Result<(), FlowError> {
    let end = End { id, account: officer.account };
    app.writer().commit(Acted(officer.act(None), end)).await?;
    Ok(())
}

/// Who shows this token (without `Bearer `), with the roles of now.
pub async fn bearer(app: &App, text: &str) -> Result<Bearer, FlowError> {
    // 43 characters carry 256 bits: looking up a hash tells nothing by its time.
    if text.len() != PREFIX.len() + 43 || !text.starts_with(PREFIX) {
        return Err(FlowError::Unauthenticated);
    }
    let now = app.clock().now();
    let (row, officer) = {
        let mut connection = app.store().reader().await?;
        let found = admin_token::by_hash(&mut connection, &Sha256::of(text.as_bytes())).await?;
        let found = found.filter(|row| row.ended_at.is_none() && now < row.expires_at);
        let row = found.ok_or(FlowError::Unauthenticated)?;
        let mut officer = standing(&mut connection, row.account).await?;
        if let Some(roles) = &row.roles {
            officer.grants.retain(|grant| roles.contains(&grant.role));
        }
        officer.token = Some(row.id);
        (row, officer)
    };
    officer.require_any()?;
    let noted = row.used_at.is_some_and(|at| now < at.plus_seconds(NOTE_AFTER_SECONDS));
    if !noted {
        app.writer().commit(Used(row.id)).await?;
    }
    Ok(Bearer { officer, token: row.id, verbs: row.verbs, expires_at: row.expires_at })
}

struct Make {
    row: AdminTokenRow,
    hash: Sha256,
    /// As it was when it was asked for: a new one ends tokens, this one too.
    password: String,
}

#[async_trait]
impl Commit for Make {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (row, now) = (&self.row, tx.now());
        let known = account::by_id(tx.connection(), row.account).await?;
        let same = |known: &AccountRow| known.ended_at.is_none() && known.password == self.password;
        if !known.as_ref().is_some_and(same) {
            return Err(FlowError::Unauthenticated.into());
        }
        let there = admin_token::of_account(tx.connection(), row.account).await?;
        if there.iter().filter(|other| now < other.expires_at).count() >= MOST {
            let why = format!("an account has at most {MOST} tokens: end one first");
            return Err(FlowError::BadRequest(why).into());
        }
        admin_token::insert(tx.connection(), row, &self.hash).await?;
        let names = |roles: &Vec<Role>| roles.iter().map(|role| role.name()).collect::<Vec<_>>();
        let statement = json!({
            "made": row.id,
            "account": row.account,
            "verbs": row.verbs.name(),
            "roles": row.roles.as_ref().map(names),
            "expires": row.expires_at,
            "before": null,
            "after": { "state": "active" },
        });
        tx.state(Kind::AdminTokenCreated, row.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End {
    id: AdminTokenId,
    account: AccountId,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if admin_token::end(tx.connection(), self.id, self.account, now).await? == 0 {
            return Err(FlowError::NotFound(Thing::Token).into());
        }
        let statement = json!({
            "ended": self.id,
            "account": self.account,
            "before": { "state": "active" },
            "after": { "state": "ended" },
        });
        tx.state(Kind::AdminTokenEnded, self.id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Used(AdminTokenId);

#[async_trait]
impl Commit for Used {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        Ok(admin_token::used(tx.connection(), self.0, now).await?)
    }
}
