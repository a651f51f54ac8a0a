//! Where document systems are told what happens to their requests, and how that goes.
//!
//! Nothing here speaks to anybody: what is told is a row, written with the change, and a job sends it.

use async_trait::async_trait;
use reqwest::Url;
use serde_json::json;
use trien_core::enrollment::InvitationSecret;
use trien_core::env::{Entropy, Timestamp};
use trien_core::id::{ApiKeyId, WebhookId};

use super::act::{Act, Acted};
use super::at_rest::AtRest;
use super::key::{ApiCaller, Scope};
use super::{FlowError, Thing};
use crate::app::App;
use crate::egress::secret::Secret;
use crate::flow::act::kind::Kind;
use crate::store::webhook;
pub use crate::store::webhook::{DeliveryState, DeliveryView, Sealed, WebhookView};
use crate::store::{Stored as _, key};
use crate::writer::{Commit, CommitError, Tx};

/// For so long, a secret that was replaced signs too: two are good at once.
pub const BOTH_SECONDS: i64 = 86_400;
/// Longest address, in characters.
pub const MAX_URL: usize = 500;
/// Deliveries of one page.
pub const PAGE: u32 = 50;

/// Seals the secrets of webhooks.
pub struct SecretSeal(AtRest);

impl SecretSeal {
    /// With a key derived from the server's secret.
    #[must_use]
    pub fn new(secret: &InvitationSecret) -> Self {
        Self(AtRest::new(secret, "trien-webhook-at-rest/1"))
    }

    fn seal(&self, of: WebhookId, secret: &Secret, by: &dyn Entropy) -> Result<Vec<u8>, FlowError> {
        self.0.seal(of.as_bytes(), secret.as_bytes().to_vec(), by)
    }

    /// What signs a webhook's messages now: its secret, and the one before while both are good.
    #[must_use]
    pub fn open(&self, of: WebhookId, sealed: &Sealed, now: Timestamp) -> Option<Vec<Secret>> {
        let open = |sealed: &[u8]| {
            let bytes = self.0.open(of.as_bytes(), sealed)?;
            Some(Secret::from_bytes(bytes.as_slice().try_into().ok()?))
        };
        let mut secrets = vec![open(&sealed.secret)?];
        if let Some((earlier, until)) = &sealed.earlier
            && now < *until
        {
            secrets.push(open(earlier)?);
        }
        Some(secrets)
    }
}

/// A webhook that was made, or has another secret; the secret is shown once.
#[derive(Debug)]
pub struct Shown {
    /// The webhook.
    pub webhook: WebhookId,
    /// By what its messages are signed.
    pub secret: Secret,
}

/// Tells the document system of a key at this address from now on. The address is https; one inside the office's
/// network must be in a network that the configuration names.
pub async fn add(app: &App, key: ApiKeyId, url: &str) -> Result<Shown, FlowError> {
    let refused = |why: &dyn std::fmt::Display| FlowError::BadRequest(why.to_string());
    if url.chars().count() > MAX_URL {
        return Err(refused(&format!("an address has at most {MAX_URL} characters")));
    }
    let url = Url::parse(url).map_err(|why| refused(&format!("not an address: {why}")))?;
    app.check_webhook(&url).map_err(|why| refused(&why))?;
    let webhook = WebhookId::generate(app.clock(), app.entropy());
    let secret = Secret::generate(app.entropy());
    let sealed = app.webhook_seal().seal(webhook, &secret, app.entropy())?;
    // The rest of an address may be a secret of the document system's.
    let host = url.origin().ascii_serialization();
    let add = Add { webhook, key, url: url.to_string(), host, sealed };
    app.writer().commit(Acted(Act::COMMAND_LINE, add)).await?;
    Ok(Shown { webhook, secret })
}

/// Gives a webhook another secret; the one that it had signs too for [`BOTH_SECONDS`].
pub async fn renew_secret(app: &App, webhook: WebhookId) -> Result<Shown, FlowError> {
    let secret = Secret::generate(app.entropy());
    let sealed = app.webhook_seal().seal(webhook, &secret, app.entropy())?;
    app.writer().commit(Acted(Act::COMMAND_LINE, Renew { webhook, sealed })).await?;
    Ok(Shown { webhook, secret })
}

/// Ends a webhook; it stays listed, and what it was still to be told is given up.
pub async fn end(app: &App, webhook: WebhookId) -> Result<(), FlowError> {
    app.writer().commit(Acted(Act::COMMAND_LINE, End(webhook))).await?;
    Ok(())
}

/// All webhooks.
pub async fn list(app: &App) -> Result<Vec<WebhookView>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(webhook::all(&mut connection).await?)
}

/// The webhooks of a document system's own key that have not ended.
pub async fn list_of(app: &App, caller: &ApiCaller) -> Result<Vec<WebhookView>, FlowError> {
    caller.require(Scope::Read)?;
    let mut all = list(app).await?;
    all.retain(|webhook| webhook.key == caller.key && webhook.ended_at.is_none());
    Ok(all)
}

/// Refuses a document system's question about a webhook that is not its own.
pub async fn require_own(app: &App, caller: &ApiCaller, of: WebhookId) -> Result<(), FlowError> {
    caller.require(Scope::Read)?;
    let mut connection = app.store().reader().await?;
    match webhook::key_of(&mut connection, of).await? {
        Some(key) if key == caller.key => Ok(()),
        _ => Err(FlowError::NotFound(Thing::Webhook)),
    }
}

/// What a webhook was or is to be told, newest first, before a change where one is given.
pub async fn deliveries(
    app: &App,
    of: WebhookId,
    before: Option<u64>,
    state: Option<DeliveryState>,
) -> Result<Vec<DeliveryView>, FlowError> {
    let before = before.unwrap_or(u64::MAX);
    let mut connection = app.store().reader().await?;
    Ok(webhook::list(&mut connection, of, before, state, PAGE).await?)
}

/// Sends a change again, taken or not; the message's identifier stays the same.
pub async fn replay(app: &App, of: WebhookId, change: u64) -> Result<(), FlowError> {
    app.writer().commit(Replay(of, change)).await?;
    Ok(())
}

struct Add {
    webhook: WebhookId,
    key: ApiKeyId,
    url: String,
    host: String,
    sealed: Vec<u8>,
}

#[async_trait]
impl Commit for Add {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let Some(unit) = key::unit_of(tx.connection(), self.key).await? else {
            return Err(FlowError::NotFound(Thing::ApiKey).into());
        };
        let Self { webhook, key, url, host, sealed } = self;
        webhook::insert(tx.connection(), *webhook, *key, url, sealed, now).await?;
        let statement = json!({
            "webhook": webhook,
            "key": key,
            "unit": unit,
            "before": null,
            "after": { "state": "active", "host": host },
        });
        tx.state(Kind::WebhookAdded, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Renew {
    webhook: WebhookId,
    sealed: Vec<u8>,
}

#[async_trait]
impl Commit for Renew {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let until = tx.now().plus_seconds(BOTH_SECONDS);
        let key = standing(tx, self.webhook).await?;
        webhook::renew(tx.connection(), self.webhook, &self.sealed, until).await?;
        let statement = json!({
            "webhook": self.webhook,
            "key": key,
            "before": { "secret": "earlier" },
            "after": { "secret": "new", "earlier_until": until },
        });
        tx.state(Kind::WebhookSecretRenewed, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End(WebhookId);

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let key = standing(tx, self.0).await?;
        webhook::end(tx.connection(), self.0, now).await?;
        let (before, after) = (json!({ "state": "active" }), json!({ "state": "ended" }));
        let statement = json!({ "webhook": self.0, "key": key, "before": before, "after": after });
        tx.state(Kind::WebhookEnded, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

async fn standing(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<ApiKeyId, CommitError> {
    let key = webhook::key_of(tx.connection(), webhook).await?;
    key.ok_or_else(|| FlowError::NotFound(Thing::Webhook).into())
}

struct Replay(WebhookId, u64);

#[async_trait]
impl Commit for Replay {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        standing(tx, self.0).await?;
        if !webhook::wants(tx.connection(), self.0).await? {
            let why = "its other end answered 410, or its key has ended: add the webhook anew";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        match webhook::replay(tx.connection(), self.0, self.1, now).await? {
            0 => Err(FlowError::NotFound(Thing::Webhook).into()),
            _ => Ok(()),
        }
    }
}

impl DeliveryState {
    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_raw(name.to_owned()).ok()
    }
}

impl std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_raw())
    }
}
