//! API keys of document systems.

use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::env::random;
use trien_core::id::{ApiKeyId, UnitId};

use super::act::{Act, Acted};
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
pub use crate::store::key::{KeyView, Scope};
use crate::store::{key, reshape, webhook};
use crate::writer::{Commit, CommitError, Tx};

/// A document system that showed its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKeyId,
    /// The unit it acts for.
    pub unit: UnitId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl ApiCaller {
    /// Refuses callers whose key is not for this.
    pub fn require(&self, scope: Scope) -> Result<(), FlowError> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(FlowError::Forbidden) }
    }
}

/// A fresh key; the token is shown once and stored only as a hash.
pub struct NewKey {
    /// The key.
    pub key: ApiKeyId,
    /// `trien_` and 43 characters: the value after `Bearer`.
    pub token: String,
}

const PREFIX: &str = "trien_";

/// Who shows this token (without `Bearer `).
pub async fn authenticate(app: &App, token: &str) -> Result<ApiCaller, FlowError> {
    // 43 characters carry 256 bits: looking up a hash tells nothing by its time.
    let known = token.len() == PREFIX.len() + 43 && token.starts_with(PREFIX);
    if !known {
        return Err(FlowError::Unauthenticated);
    }
    let mut connection = app.store().reader().await?;
    let found = key::by_hash(&mut connection, &Sha256::of(token.as_bytes())).await?;
    match found {
        Some(found) if found.revoked_at.is_none() => {
            Ok(ApiCaller { key: found.key, unit: found.unit, scopes: found.scopes })
        }
        _ => Err(FlowError::Unauthenticated),
    }
}

/// Makes a key for `unit`; no other bears the name of the one that clerks submit under.
pub async fn create(
    app: &App,
    unit: UnitId,
    scopes: &[Scope],
    label: &str,
) -> Result<NewKey, FlowError> {
    if label == OF_CONSOLE {
        let why = "the name is that of the key under which clerks submit in the console";
        return Err(FlowError::BadRequest(why.to_owned()));
    }
    let secret = Base64UrlUnpadded::encode_string(&random::<32>(app.entropy()));
    let token = format!("{PREFIX}{secret}");
    let view = KeyView {
        key: ApiKeyId::generate(app.clock(), app.entropy()),
        unit,
        scopes: scopes.to_vec(),
        label: label.to_owned(),
        created_at: app.clock().now(),
        revoked_at: None,
    };
    let key = view.key;
    let hash = Sha256::of(token.as_bytes());
    app.writer().commit(Acted(Act::COMMAND_LINE, Create { view, hash })).await?;
    Ok(NewKey { key, token })
}

/// The name of the key under which a unit's clerks submit. Nobody knows its secret; whoever ends it ends
/// nothing but its name, and the next submission makes another one.
const OF_CONSOLE: &str = "console";

/// The caller that a unit's documents from the console come from, and what makes its key where there is
/// none yet.
pub(super) async fn of_console(
    app: &App,
    unit: UnitId,
) -> Result<(ApiCaller, Option<MakeOfConsole>), FlowError> {
    let scopes = vec![Scope::Submit];
    let known = {
        let mut connection = app.store().reader().await?;
        key::named(&mut connection, unit, OF_CONSOLE).await?
    };
    if let Some(found) = known.filter(|found| found.scopes == scopes) {
        return Ok((ApiCaller { key: found.key, unit, scopes }, None));
    }
    let view = KeyView {
        key: ApiKeyId::generate(app.clock(), app.entropy()),
        unit,
        scopes: scopes.clone(),
        label: OF_CONSOLE.to_owned(),
        created_at: app.clock().now(),
        revoked_at: None,
    };
    let key = view.key;
    let hash = Sha256::of(&random::<32>(app.entropy()));
    Ok((ApiCaller { key, unit, scopes }, Some(MakeOfConsole(Create { view, hash }))))
}

/// Makes a unit's key for the console with its first document.
pub(super) struct MakeOfConsole(Create);

impl MakeOfConsole {
    /// The key, made now unless another document's clerk was first.
    pub(super) async fn make(&mut self, tx: &mut Tx<'_>) -> Result<ApiKeyId, CommitError> {
        let Create { view, .. } = &self.0;
        let known = key::named(tx.connection(), view.unit, OF_CONSOLE).await?;
        if let Some(known) = known.filter(|known| known.scopes == view.scopes) {
            return Ok(known.key);
        }
        self.0.apply(tx).await?;
        Ok(self.0.view.key)
    }
}

/// All keys.
pub async fn list(app: &App) -> Result<Vec<KeyView>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(key::all(&mut connection).await?)
}

/// Ends a key; it stays listed.
pub async fn revoke(app: &App, key: ApiKeyId) -> Result<(), FlowError> {
    app.writer().commit(Acted(Act::COMMAND_LINE, Revoke(key))).await?;
    Ok(())
}

struct Create {
    view: KeyView,
    hash: Sha256,
}

#[async_trait]
impl Commit for Create {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if !reshape::stands(tx.connection(), self.view.unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        key::insert(tx.connection(), &self.view, &self.hash).await?;
        let scopes: Vec<_> = self.view.scopes.iter().map(|scope| scope.name()).collect();
        let statement = json!({
            "key": self.view.key,
            "unit": self.view.unit,
            "scopes": scopes,
            "before": null,
            "after": { "state": "active", "scopes": scopes },
        });
        tx.state(Kind::ApiKeyCreated, self.view.key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Revoke(ApiKeyId);

#[async_trait]
impl Commit for Revoke {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        if key::revoke(tx.connection(), self.0, now).await? == 0 {
            return Err(FlowError::NotFound(Thing::ApiKey).into());
        }
        webhook::give_up_of_key(tx.connection(), self.0).await?;
        let (before, after) = (json!({ "state": "active" }), json!({ "state": "revoked" }));
        let statement = json!({ "key": self.0, "before": before, "after": after });
        tx.state(Kind::ApiKeyRevoked, self.0.as_bytes(), &statement).await?;
        Ok(())
    }
}
