//! Where document systems are told what happens to their requests, and how that goes.
//!
//! Nothing here speaks to anybody: what is told is a row, written with the change, and a job sends it.

mod change;
mod desk;
mod refused;

use trien_core::enrollment::InvitationSecret;
use trien_core::env::{Entropy, Timestamp};
use trien_core::id::WebhookId;

pub use self::change::{
    Earlier, Keeper, Shown, add, end, pause, renew_secret, replay, replay_by, resume,
};
pub use self::desk::{Endpoint, Told, keys, one, within_reach};
pub use self::refused::NoWebhook;
use super::at_rest::AtRest;
use super::key::{ApiCaller, Scope};
use super::{FlowError, Thing};
use crate::app::App;
use crate::egress::secret::Secret;
use crate::store::Stored as _;
pub use crate::store::delivery::{DeliveryState, DeliveryView};
pub use crate::store::webhook::{Sealed, Standing, WebhookView};
use crate::store::{delivery, webhook};

/// For so long, a secret that was replaced signs too: two are good at once.
pub const BOTH_SECONDS: i64 = 86_400;
/// Longest address, in characters.
pub const MAX_URL: usize = 500;
/// Webhooks of one key that have not ended: each is told everything, and takes its share of what is under way.
pub const MOST_OF_KEY: u32 = 8;
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
    match webhook::owner(&mut connection, of).await? {
        Some(owner) if owner.key == caller.key => Ok(()),
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
    Ok(delivery::list(&mut connection, of, before, state, PAGE).await?)
}

impl DeliveryState {
    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_raw(name.to_owned()).ok()
    }
}

impl Standing {
    /// Its name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Gone => "gone",
        }
    }
}

impl std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_raw())
    }
}
