//! Making, pausing and ending webhooks, and another secret for one: on the server's command line, or by whoever administers
//! the unit of the document system's key.

use async_trait::async_trait;
use reqwest::Url;
use serde_json::json;
use trien_core::id::{AccountId, ApiKeyId, UnitId, WebhookId};

use super::{BOTH_SECONDS, MAX_URL, MOST_OF_KEY, NoWebhook};
use crate::app::App;
use crate::egress::secret::Secret;
use crate::flow::account::{Officer, Role, require_role};
use crate::flow::act::kind::Kind;
use crate::flow::act::{Act, Acted};
use crate::flow::desk::Doing;
use crate::flow::key::Scope;
use crate::flow::{FlowError, Thing};
use crate::store::webhook::{self, Owner, Standing};
use crate::store::{delivery, key};
use crate::writer::{Commit, CommitError, Tx};

/// Who changes webhooks.
#[derive(Clone, Debug)]
pub enum Keeper<'a> {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// An administrator of the unit that the webhook's key acts for.
    Officer(Doing<'a>),
}

impl Keeper<'_> {
    fn act(self) -> Act {
        match self {
            Self::CommandLine => Act::COMMAND_LINE,
            Self::Officer(doing) => doing.act(),
        }
    }

    fn officer(&self) -> Option<&Officer> {
        match self {
            Self::CommandLine => None,
            Self::Officer(doing) => Some(doing.officer()),
        }
    }

    fn account(&self) -> Option<AccountId> {
        self.officer().map(|officer| officer.account)
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
pub async fn add(
    app: &App,
    keeper: Keeper<'_>,
    key: ApiKeyId,
    url: &str,
) -> Result<Shown, FlowError> {
    if let Some(officer) = keeper.officer() {
        let unit = {
            let mut connection = app.store().reader().await?;
            key::unit_of(&mut connection, key).await?
        };
        administered(app, officer, unit, Thing::ApiKey).await?;
    }
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
    let by = keeper.account();
    let add = Add { by, webhook, key, url: url.to_string(), host, sealed };
    app.writer().commit(Acted(keeper.act(), add)).await?;
    Ok(Shown { webhook, secret })
}

/// What becomes of a secret that still signs beside the one that there is, when another one comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// It signs to its end, and no other one comes before.
    Stays,
    /// It signs no more.
    Dropped,
}

/// Gives a webhook another secret; the one that it had signs too for [`BOTH_SECONDS`].
pub async fn renew_secret(
    app: &App,
    keeper: Keeper<'_>,
    webhook: WebhookId,
    earlier: Earlier,
) -> Result<Shown, FlowError> {
    require(app, &keeper, webhook).await?;
    let secret = Secret::generate(app.entropy());
    let sealed = app.webhook_seal().seal(webhook, &secret, app.entropy())?;
    let renew = Renew { by: keeper.account(), webhook, earlier, sealed };
    app.writer().commit(Acted(keeper.act(), renew)).await?;
    Ok(Shown { webhook, secret })
}

/// Holds back what a webhook is told, from the next message on; one that is paused stays so.
pub async fn pause(app: &App, keeper: Keeper<'_>, webhook: WebhookId) -> Result<(), FlowError> {
    hold(app, keeper, webhook, Held::Back).await
}

/// Tells a webhook what was held back, and what comes.
pub async fn resume(app: &App, keeper: Keeper<'_>, webhook: WebhookId) -> Result<(), FlowError> {
    hold(app, keeper, webhook, Held::NoLonger).await
}

async fn hold(
    app: &App,
    keeper: Keeper<'_>,
    webhook: WebhookId,
    held: Held,
) -> Result<(), FlowError> {
    require(app, &keeper, webhook).await?;
    let hold = Hold { by: keeper.account(), webhook, held };
    app.writer().commit(Acted(keeper.act(), hold)).await?;
    Ok(())
}

/// Ends a webhook; it stays listed, and what it was still to be told is given up.
pub async fn end(app: &App, keeper: Keeper<'_>, webhook: WebhookId) -> Result<(), FlowError> {
    require(app, &keeper, webhook).await?;
    let end = End { by: keeper.account(), webhook };
    app.writer().commit(Acted(keeper.act(), end)).await?;
    Ok(())
}

/// Sends a change again, taken or not; the message's identifier stays the same.
pub async fn replay(app: &App, of: WebhookId, change: u64) -> Result<(), FlowError> {
    app.writer().commit(Replay { by: None, webhook: of, change }).await?;
    Ok(())
}

/// The same for whoever administers the unit of its key.
pub async fn replay_by(
    app: &App,
    officer: &Officer,
    of: WebhookId,
    change: u64,
) -> Result<(), FlowError> {
    require(app, &Keeper::Officer(officer.into()), of).await?;
    let by = Some(officer.account);
    app.writer().commit(Replay { by, webhook: of, change }).await?;
    Ok(())
}

/// Refuses an officer who does not administer a webhook's unit; one out of reach looks as if it were not there.
async fn require(app: &App, keeper: &Keeper<'_>, of: WebhookId) -> Result<(), FlowError> {
    let Some(officer) = keeper.officer() else { return Ok(()) };
    let owner = {
        let mut connection = app.store().reader().await?;
        webhook::owner(&mut connection, of).await?
    };
    administered(app, officer, owner.map(|owner| owner.unit), Thing::Webhook).await
}

pub(super) async fn administered(
    app: &App,
    officer: &Officer,
    unit: Option<UnitId>,
    what: Thing,
) -> Result<(), FlowError> {
    officer.require_somewhere(Role::Administrator)?;
    let unit = unit.ok_or(FlowError::NotFound(what))?;
    officer.require(app, unit, &[Role::Administrator]).await.map_err(|error| match error {
        FlowError::Forbidden => FlowError::NotFound(what),
        other => other,
    })
}

/// Whose a webhook is that has not ended, and that an officer still administers it.
async fn owned(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    by: Option<AccountId>,
) -> Result<Owner, CommitError> {
    let owner = webhook::owner(tx.connection(), webhook).await?;
    let owner = owner.ok_or(FlowError::NotFound(Thing::Webhook))?;
    if let Some(account) = by {
        require_role(tx, account, owner.unit, Role::Administrator).await?;
    }
    Ok(owner)
}

/// The same of one whose other end still wants to be told.
async fn wanted(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    by: Option<AccountId>,
) -> Result<Owner, CommitError> {
    match owned(tx, webhook, by).await? {
        Owner { standing: Standing::Gone, .. } => Err(FlowError::from(NoWebhook::Gone).into()),
        owner => Ok(owner),
    }
}

struct Add {
    by: Option<AccountId>,
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
        let of = key::one(tx.connection(), self.key).await?;
        let of = of.ok_or(FlowError::NotFound(Thing::ApiKey))?;
        if let Some(account) = self.by {
            require_role(tx, account, of.unit, Role::Administrator).await?;
        }
        // A webhook is told what its key may read.
        if !of.scopes.contains(&Scope::Read) {
            let why = "the key may not read what becomes of requests: make one that may";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        if webhook::count_of_key(tx.connection(), self.key).await? >= MOST_OF_KEY {
            return Err(FlowError::from(NoWebhook::TooMany).into());
        }
        let Self { webhook, key, url, host, sealed, .. } = self;
        webhook::insert(tx.connection(), *webhook, *key, url, sealed, now).await?;
        let statement = json!({
            "webhook": webhook,
            "key": key,
            "unit": of.unit,
            "before": null,
            "after": { "state": "active", "host": host },
        });
        tx.state(Kind::WebhookAdded, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Renew {
    by: Option<AccountId>,
    webhook: WebhookId,
    earlier: Earlier,
    sealed: Vec<u8>,
}

#[async_trait]
impl Commit for Renew {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let until = now.plus_seconds(BOTH_SECONDS);
        let key = wanted(tx, self.webhook, self.by).await?.key;
        let sealed = webhook::sealed(tx.connection(), self.webhook).await?;
        let earlier = sealed.and_then(|sealed| sealed.earlier);
        let signs = earlier.map(|(_, until)| until).filter(|until| now < *until);
        if let (Earlier::Stays, Some(until)) = (self.earlier, signs) {
            return Err(FlowError::from(NoWebhook::EarlierSigns(until)).into());
        }
        webhook::renew(tx.connection(), self.webhook, &self.sealed, until).await?;
        let statement = json!({
            "webhook": self.webhook,
            "key": key,
            "before": { "secret": "earlier", "earlier_until": signs },
            "after": { "secret": "new", "earlier_until": until },
        });
        tx.state(Kind::WebhookSecretRenewed, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Whether a webhook is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Back,
    NoLonger,
}

struct Hold {
    by: Option<AccountId>,
    webhook: WebhookId,
    held: Held,
}

#[async_trait]
impl Commit for Hold {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let Owner { key, standing, .. } = wanted(tx, self.webhook, self.by).await?;
        let (kind, after, changed) = match self.held {
            Held::Back => {
                let changed = webhook::pause(tx.connection(), self.webhook, now).await?;
                (Kind::WebhookPaused, Standing::Paused, changed)
            }
            Held::NoLonger => {
                let changed = webhook::resume(tx.connection(), self.webhook, now).await?;
                (Kind::WebhookResumed, Standing::Active, changed)
            }
        };
        if changed == 0 {
            return Ok(());
        }
        let state = |standing: Standing| json!({ "state": standing.name() });
        let (before, after) = (state(standing), state(after));
        let statement =
            json!({ "webhook": self.webhook, "key": key, "before": before, "after": after });
        tx.state(kind, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End {
    by: Option<AccountId>,
    webhook: WebhookId,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let Owner { key, standing, .. } = owned(tx, self.webhook, self.by).await?;
        webhook::end(tx.connection(), self.webhook, now).await?;
        let (before, after) = (json!({ "state": standing.name() }), json!({ "state": "ended" }));
        let statement =
            json!({ "webhook": self.webhook, "key": key, "before": before, "after": after });
        tx.state(Kind::WebhookEnded, key.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Replay {
    by: Option<AccountId>,
    webhook: WebhookId,
    change: u64,
}

#[async_trait]
impl Commit for Replay {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        wanted(tx, self.webhook, self.by).await?;
        match delivery::replay(tx.connection(), self.webhook, self.change, now).await? {
            0 => Err(FlowError::NotFound(Thing::Webhook).into()),
            _ => Ok(()),
        }
    }
}
