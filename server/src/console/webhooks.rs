//! Webhooks: whoever administers the unit of a document system's key says where it is told what becomes of its requests,
//! and sees how that goes.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::WebhookId;

use super::Console;
use super::error::{PageError, words};
use super::grave::Grave;
use super::own::Nothing;
use super::page::{self, Frame, Texts};
use super::people::MayWhy;
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::desk::Doing;
use crate::flow::key::KeyView;
use crate::flow::webhook::{
    self, DeliveryState, DeliveryView, Earlier, Endpoint, Keeper, NoWebhook, Shown, Told,
    WebhookView,
};
use crate::flow::{FlowError, Thing};

#[derive(askama::Template)]
#[template(path = "console/webhooks.html")]
struct WebhooksPage {
    frame: Frame,
    endpoints: Vec<Endpoint>,
    /// The keys to choose from, with the names of their units.
    keys: Vec<(KeyView, String)>,
    form: NewForm,
}

#[derive(askama::Template)]
#[template(path = "console/webhook.html")]
struct WebhookPage {
    frame: Frame,
    told: Told,
    state: Option<DeliveryState>,
    now: Timestamp,
}

#[derive(askama::Template)]
#[template(path = "console/webhook_secret.html")]
struct SecretPage {
    frame: Frame,
    webhook: WebhookId,
    secret: String,
}

/// A webhook to make.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    key: String,
    url: String,
    why: String,
}

/// Another secret, and whether the one that still signs beside the present one is dropped.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RenewForm {
    #[serde(flatten)]
    why: MayWhy,
    drop_earlier: String,
}

/// Which page of what it was told, and what a redirect says happened.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    before: String,
    news: String,
}

impl WebhooksPage {
    fn is_key(&self, key: &KeyView) -> bool {
        self.form.key == key.key.to_string()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl WebhookPage {
    const STATES: [DeliveryState; 3] =
        [DeliveryState::Waiting, DeliveryState::Taken, DeliveryState::GivenUp];

    fn is_state(&self, state: &DeliveryState) -> bool {
        self.state == Some(*state)
    }

    /// The state that is chosen, for the address of the next page.
    fn chosen(&self) -> String {
        self.state.map(|state| state.to_string()).unwrap_or_default()
    }

    fn stands(&self) -> bool {
        self.told.webhook.ended_at.is_none()
    }

    /// Until when the secret before the last change signs too.
    fn earlier_signs(&self) -> Option<Timestamp> {
        self.told.webhook.earlier_until.filter(|until| self.now < *until)
    }

    fn is_wanted(&self) -> bool {
        self.stands() && self.told.webhook.gone_at.is_none()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// How a webhook stands.
    pub(super) fn webhook_state(&self, webhook: &WebhookView) -> String {
        self.of(match (webhook.ended_at, webhook.gone_at, webhook.paused_at) {
            (Some(_), ..) => "webhook-ended",
            (None, Some(_), _) => "webhook-gone",
            (None, None, Some(_)) => "webhook-paused",
            (None, None, None) => "webhook-active",
        })
    }

    /// How it stands with one message.
    pub(super) fn delivery_state(&self, state: &DeliveryState) -> String {
        self.of(match state {
            DeliveryState::Waiting => "webhook-delivery-waiting",
            DeliveryState::Taken => "webhook-delivery-taken",
            DeliveryState::GivenUp => "webhook-delivery-given-up",
        })
    }

    /// What became of a message, in a line: what happened, how it stands, and what the other end said.
    pub(super) fn delivery(&self, of: &DeliveryView) -> String {
        let mut said = format!("{}: {}", self.outcome(&of.outcome), self.delivery_state(&of.state));
        if let Some(answer) = &of.answer {
            said.push_str(&format!(" ({answer})"));
        }
        said
    }

    /// Why something is not done to a webhook.
    fn no_webhook(&self, why: &NoWebhook) -> String {
        match why {
            NoWebhook::EarlierSigns(until) => {
                format!("{} {}.", self.of("webhook-earlier-signs"), self.at(until))
            }
            NoWebhook::TooMany => self.of("webhook-too-many"),
            NoWebhook::Gone => self.of("webhook-gone-cure"),
        }
    }

    /// The machine that an address names: the rest may be a secret of the document system's.
    pub(super) fn host(&self, url: &str) -> String {
        let host = url.split('/').nth(2).unwrap_or(url);
        host.to_owned()
    }
}

/// The webhooks of the units that this person administers.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(Asked { news, .. }): Query<Asked>,
) -> Result<Response, PageError> {
    let news = (news == "ended").then_some("webhook-news-ended");
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = list_of(&console, &visitor, frame, NewForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn list_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    form: NewForm,
) -> Result<WebhooksPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let endpoints = webhook::within_reach(app, officer).await?;
    let keys = webhook::keys(app, officer).await?;
    Ok(WebhooksPage { frame, endpoints, keys, form })
}

/// Makes one; its secret is on this page only, and only now.
pub(super) async fn add(
    State(console): State<Console>,
    Grave(Posted { visitor, form }): Grave<NewForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let t = Texts(visitor.language);
    let done = async {
        let unclear = || FlowError::BadRequest("say whose key, where, and why".to_owned());
        // Who administers nothing learns so first.
        visitor.officer.require_somewhere(Role::Administrator)?;
        let key = form.key.parse().map_err(|_| unclear())?;
        let why = Text::new(form.why.trim()).ok();
        let keeper = Keeper::Officer(Doing::because(&visitor.officer, why));
        webhook::add(&console.app, keeper, key, form.url.trim()).await
    };
    let fault = match done.await {
        Ok(shown) => return Ok(secret_of(&console, &visitor, &shown)),
        Err(FlowError::BadRequest(_)) => t.of("webhook-fault"),
        Err(FlowError::NoWebhook(why)) => t.no_webhook(&why),
        Err(other) => return Err(refused(other)),
    };
    let frame = Frame::new(&console, &visitor, "units").with_fault(fault);
    let page = list_of(&console, &visitor, frame, form.clone()).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn secret_of(console: &Console, visitor: &Visitor, shown: &Shown) -> Response {
    let page = SecretPage {
        frame: Frame::new(console, visitor, "units"),
        webhook: shown.webhook,
        secret: shown.secret.reveal(),
    };
    page::of(&page, visitor.language)
}

/// One, and what it was or is to be told, 50 a page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let news = match asked.news.as_str() {
        "paused" => Some("webhook-news-paused"),
        "resumed" => Some("webhook-news-resumed"),
        "again" => Some("webhook-news-again"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "units").with_news(news);
    let page = page_of(&console, &visitor, frame, &id, &asked).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: &str,
    asked: &Asked,
) -> Result<WebhookPage, FlowError> {
    let (before, state) = (asked.before.parse().ok(), DeliveryState::from_name(&asked.state));
    let officer = &visitor.officer;
    let told = webhook::one(&console.app, officer, number(id)?, before, state).await?;
    Ok(WebhookPage { frame, told, state, now: console.app.clock().now() })
}

/// Gives it another secret, shown on this page only.
pub(super) async fn renew(
    State(console): State<Console>,
    Path(id): Path<String>,
    Grave(Posted { visitor, form }): Grave<RenewForm>,
) -> Result<Response, PageError> {
    let done = async {
        let keeper = Keeper::Officer(Doing::because(&visitor.officer, form.why.read()?));
        let keep = form.drop_earlier.is_empty();
        let earlier = if keep { Earlier::Stays } else { Earlier::Dropped };
        webhook::renew_secret(&console.app, keeper, number(&id)?, earlier).await
    };
    match done.await {
        Ok(shown) => Ok(secret_of(&console, &visitor, &shown)),
        Err(error) => refused(&console, &visitor, &id, error).await,
    }
}

/// Holds back what it is told.
pub(super) async fn pause(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let done = async {
        let keeper = Keeper::Officer(Doing::because(&visitor.officer, form.read()?));
        webhook::pause(&console.app, keeper, number(&id)?).await
    };
    match done.await {
        Ok(()) => Ok(back(&id, "paused")),
        Err(error) => refused(&console, &visitor, &id, error).await,
    }
}

/// Tells it again.
pub(super) async fn resume(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let done = async {
        let keeper = Keeper::Officer(Doing::because(&visitor.officer, form.read()?));
        webhook::resume(&console.app, keeper, number(&id)?).await
    };
    match done.await {
        Ok(()) => Ok(back(&id, "resumed")),
        Err(error) => refused(&console, &visitor, &id, error).await,
    }
}

/// Sends one change again.
pub(super) async fn replay(
    State(console): State<Console>,
    Path((id, change)): Path<(String, String)>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let done = async {
        let missing = |_| FlowError::NotFound(Thing::Webhook);
        let change = change.parse().map_err(missing)?;
        webhook::replay_by(&console.app, &visitor.officer, number(&id)?, change).await
    };
    match done.await {
        Ok(()) => Ok(back(&id, "again")),
        Err(error) => refused(&console, &visitor, &id, error).await,
    }
}

/// Ends it, with a reason.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Grave(Posted { visitor, form }): Grave<MayWhy>,
) -> Result<Response, PageError> {
    let done = async {
        let why = form.read()?.ok_or_else(|| FlowError::BadRequest("say why".to_owned()))?;
        let keeper = Keeper::Officer(Doing::because(&visitor.officer, Some(why)));
        webhook::end(&console.app, keeper, number(&id)?).await
    };
    match done.await {
        Ok(()) => Ok(Redirect::to("/console/webhooks?news=ended").into_response()),
        Err(error) => refused(&console, &visitor, &id, error).await,
    }
}

fn back(id: &str, news: &str) -> Response {
    Redirect::to(&format!("/console/webhooks/{id}?news={news}")).into_response()
}

/// Its page with what is wrong, where whoever sent the form can mend that.
async fn refused(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    error: FlowError,
) -> Result<Response, PageError> {
    let t = Texts(visitor.language);
    let fault = match &error {
        FlowError::NoWebhook(why) => t.no_webhook(why),
        FlowError::BadRequest(_) => words(&error, visitor.language).1,
        _ => return Err(PageError::of(error, visitor.language)),
    };
    let frame = Frame::new(console, visitor, "units").with_fault(fault);
    let page = page_of(console, visitor, frame, id, &Asked::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn number(id: &str) -> Result<WebhookId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Webhook))
}
