//! Webhooks as those see them who administer the units that document systems act for.

use trien_core::id::WebhookId;

use super::change::administered;
use super::{DeliveryState, PAGE};
use crate::app::App;
use crate::flow::account::{Officer, Role};
use crate::flow::key::{KeyView, Scope};
use crate::flow::people::branches_of;
use crate::flow::{FlowError, Thing};
use crate::store::delivery::{self, DeliveryView};
use crate::store::key;
use crate::store::webhook::{self, WebhookView};

/// A webhook in a list.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The webhook.
    pub webhook: WebhookView,
    /// The newest thing that it was or is to be told.
    pub last: Option<DeliveryView>,
}

/// A webhook and some of what it was told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The webhook.
    pub webhook: WebhookView,
    /// The newest first.
    pub deliveries: Vec<DeliveryView>,
    /// The next page begins before this change.
    pub next: Option<u64>,
}

/// The webhooks of the units that an officer administers and of those below, at most 200 of each branch: those in use,
/// the newest first, and then those that ended.
pub async fn within_reach(app: &App, officer: &Officer) -> Result<Vec<Endpoint>, FlowError> {
    officer.require_somewhere(Role::Administrator)?;
    let mut connection = app.store().reader().await?;
    let mut found = Vec::new();
    for branch in branches_of(&mut connection, officer, &[Role::Administrator]).await? {
        found.extend(webhook::in_branch(&mut connection, &branch).await?);
    }
    let mut endpoints = Vec::with_capacity(found.len());
    for webhook in found {
        let last = delivery::list(&mut connection, webhook.id, u64::MAX, None, 1).await?.pop();
        endpoints.push(Endpoint { webhook, last });
    }
    Ok(endpoints)
}

/// The keys that may have a webhook, of the units that an officer administers and of those below, with the unit's name.
pub async fn keys(app: &App, officer: &Officer) -> Result<Vec<(KeyView, String)>, FlowError> {
    officer.require_somewhere(Role::Administrator)?;
    let mut connection = app.store().reader().await?;
    let mut found = Vec::new();
    for branch in branches_of(&mut connection, officer, &[Role::Administrator]).await? {
        found.extend(key::in_branch(&mut connection, &branch).await?);
    }
    found.retain(|(key, _)| key.scopes.contains(&Scope::Read));
    Ok(found)
}

/// A webhook of a unit that an officer administers, with what it was told before a change where one is given.
pub async fn one(
    app: &App,
    officer: &Officer,
    id: WebhookId,
    before: Option<u64>,
    state: Option<DeliveryState>,
) -> Result<Told, FlowError> {
    let before = before.unwrap_or(u64::MAX);
    let (webhook, mut deliveries) = {
        let mut connection = app.store().reader().await?;
        let webhook = webhook::one(&mut connection, id).await?;
        (webhook, delivery::list(&mut connection, id, before, state, PAGE + 1).await?)
    };
    let unit = webhook.as_ref().map(|webhook| webhook.unit.id);
    administered(app, officer, unit, Thing::Webhook).await?;
    let webhook = webhook.ok_or(FlowError::NotFound(Thing::Webhook))?;
    let more = deliveries.len() > PAGE as usize;
    deliveries.truncate(PAGE as usize);
    let next = deliveries.last().map(|last| last.change).filter(|_| more);
    Ok(Told { webhook, deliveries, next })
}
