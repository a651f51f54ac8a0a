//! Documents on their way, for clerks and auditors: the list, and how far one is.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use trien_core::decision::{DecisionHash, Verb};
use trien_core::digest::Sha256;
use trien_core::document::Urgency;
use trien_core::id::RequestId;
use trien_core::request::{Assignment, Quorum, Role as StepRole, RouteState};
use trien_core::wire::{DocumentView, RequestView, SignerView, StepView};

use super::Console;
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::visitor::Visitor;
use crate::download::{self, attached};
use crate::flow::account::Role;
use crate::flow::requests::{self, Filter, PAGE, RequestStory, Standing};
use crate::flow::{FlowError, Thing};

#[derive(askama::Template)]
#[template(path = "console/requests.html")]
struct RequestsPage {
    frame: Frame,
    requests: Vec<RequestView>,
    filter: Filter,
    /// Whether this person submits documents.
    submits: bool,
    next: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "console/request.html")]
struct RequestPage {
    frame: Frame,
    story: RequestStory,
}

/// What a list is asked for; blank fields of the form ask for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    before: String,
}

/// What a redirect says happened.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a standing is called.
    pub(super) fn request_standing(&self, standing: &Standing) -> String {
        self.of(match standing {
            Standing::Open => "request-open",
            Standing::Completed => "web-state-completed",
            Standing::Rejected => "web-state-rejected",
            Standing::Returned => "web-state-returned",
            Standing::Recalled => "web-state-recalled",
            Standing::Expired => "web-state-expired",
        })
    }

    /// Where a request stands.
    pub(super) fn request_state(&self, state: &RouteState) -> String {
        self.request_standing(&match state {
            RouteState::Open { .. } => Standing::Open,
            RouteState::Completed => Standing::Completed,
            RouteState::Rejected => Standing::Rejected,
            RouteState::Returned => Standing::Returned,
            RouteState::Recalled => Standing::Recalled,
            RouteState::Expired => Standing::Expired,
        })
    }

    /// What a step asks.
    pub(super) fn step_role(&self, role: &StepRole) -> String {
        self.of(match role {
            StepRole::Review => "request-role-review",
            StepRole::Initial => "request-role-initial",
            StepRole::Approve => "request-role-approve",
            StepRole::Seal => "request-role-seal",
            StepRole::Receive => "request-role-receive",
        })
    }

    /// How far a signer is.
    pub(super) fn assignment(&self, assignment: &Assignment) -> String {
        self.of(match assignment {
            Assignment::Waiting => "request-waiting",
            Assignment::Open => "request-deciding",
            Assignment::Released => "request-released",
            Assignment::Decided { verb, .. } => match verb {
                Verb::Approve => "request-approved",
                Verb::Reject => "request-rejected",
                Verb::Return => "request-returned",
            },
        })
    }

    /// How soon a document must move.
    pub(super) fn urgency(&self, urgency: &Urgency) -> String {
        self.of(match urgency {
            Urgency::Normal => "request-urgency-normal",
            Urgency::Urgent => "request-urgency-urgent",
            Urgency::VeryUrgent => "request-urgency-very-urgent",
            Urgency::Flash => "request-urgency-flash",
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl RequestsPage {
    fn is_standing(&self, standing: &Standing) -> bool {
        self.filter.standing == Some(*standing)
    }

    fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }

    /// Who has to decide now.
    fn deciding(request: &RequestView) -> Vec<&str> {
        let signers = request.steps.iter().flat_map(|step| &step.signers);
        let open = signers.filter(|signer| signer.assignment == Assignment::Open);
        open.map(|signer| signer.person.name.as_str()).collect()
    }
}

impl RequestPage {
    fn main(&self) -> Option<&DocumentView> {
        self.story.request.documents.first()
    }

    fn attached(&self) -> &[DocumentView] {
        self.story.request.documents.get(1..).unwrap_or_default()
    }

    /// How many must approve, where that is not everybody.
    fn at_least(step: &StepView) -> Option<u16> {
        match step.quorum {
            Quorum::All => None,
            Quorum::AtLeast(count) => Some(count),
        }
    }

    fn decided(signer: &SignerView) -> Option<(&DecisionHash, &trien_core::env::Timestamp)> {
        match &signer.assignment {
            Assignment::Decided { decision, at, .. } => Some((decision, at)),
            _ => None,
        }
    }
}

/// The documents of the officer's units, the newest first, 50 a page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let filter = Filter { query: asked.q.clone(), standing: Standing::from_name(&asked.state) };
    let before: Option<RequestId> = asked.before.parse().ok();
    let found = requests::list(&console.app, &visitor.officer, &filter, before, PAGE).await;
    let found = found.map_err(refused)?;
    let escaped: String = filter.query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let state = filter.standing.map_or("", Standing::name);
    let next = found.next.map(|next| format!("?q={escaped}&state={state}&before={next}"));
    let page = RequestsPage {
        frame: Frame::new(&console, &visitor, "requests"),
        requests: found.requests,
        filter,
        submits: visitor.officer.is(Role::Clerk),
        next,
    };
    Ok(page::of(&page, visitor.language))
}

/// One document and how far it is.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let story = requests::one(&console.app, &visitor.officer, id).await.map_err(refused)?;
    let news = (news.as_deref() == Some("submitted")).then_some("request-news-submitted");
    let frame = Frame::new(&console, &visitor, "requests").with_news(news);
    Ok(page::of(&RequestPage { frame, story }, visitor.language))
}

/// The document as it is now, signatures included.
pub(super) async fn document(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let content = requests::document(&console.app, &visitor.officer, id).await;
    let mut content = content.map_err(refused)?;
    content.name = format!("{id}.pdf");
    let mut response = download::send(content, &headers).await.map_err(refused)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The evidence of one decision, for `trien verify`.
pub(super) async fn evidence(
    State(console): State<Console>,
    visitor: Visitor,
    Path((id, decision)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let none = |_| refused(FlowError::NotFound(Thing::Decision));
    let decision = DecisionHash(decision.parse::<Sha256>().map_err(none)?);
    let text = requests::evidence(&console.app, &visitor.officer, id, decision).await;
    let name = format!("{decision}.evidence");
    Ok(attached("text/plain; charset=utf-8", &name, text.map_err(refused)?))
}

fn number(id: &str) -> Result<RequestId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Request))
}
