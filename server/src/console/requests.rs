//! Documents on their way, for clerks and auditors: the list, and how far one is.

mod acts;
mod comments;
mod words;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use trien_core::change::ChangeView;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Urgency;
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::papers::CommentView;
use trien_core::request::{Assignment, Quorum, RouteState, StepNumber};
use trien_core::wire::{Absence, DocumentView, PersonView, RequestView, SignerView, StepView};

pub(super) use self::acts::{reassign, recall, remind};
pub(super) use self::comments::{comment, withdraw};
use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::visitor::Visitor;
use crate::download::{self, attached};
use crate::flow::account::Role;
use crate::flow::change;
use crate::flow::comments as flow;
use crate::flow::read::Content;
use crate::flow::requests::{self, Filter, PAGE, RequestStory, Standing};
use crate::flow::{FlowError, Thing, desk};

#[derive(askama::Template)]
#[template(path = "console/requests.html")]
struct RequestsPage {
    frame: Frame,
    requests: Vec<RequestView>,
    filter: Filter,
    /// Whether this person submits documents.
    submits: bool,
    next: Option<String>,
    now: Timestamp,
}

#[derive(askama::Template)]
#[template(path = "console/request.html")]
struct RequestPage {
    frame: Frame,
    story: RequestStory,
    /// Whether it still waits past its deadline.
    overdue: bool,
    /// Whether this person may take it back, and write beside its pages.
    recalls: bool,
    /// What waits, and to whom this person may give it.
    parts: Vec<GivenOn>,
    /// Whether this person may put a new version in its place.
    renews: bool,
    /// What was written beside its pages.
    comments: Vec<CommentView>,
}

/// Whether a request still waits past its deadline.
fn is_overdue(request: &RequestView, now: Timestamp) -> bool {
    let is_open = matches!(request.state, RouteState::Open { .. });
    is_open && request.due_at.is_some_and(|due| due < now)
}

/// What waits for somebody, and who could decide instead.
struct GivenOn {
    step: StepNumber,
    from: PersonView,
    others: Vec<PersonView>,
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
impl RequestsPage {
    fn is_standing(&self, standing: &Standing) -> bool {
        self.filter.standing == Some(*standing)
    }

    fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }

    fn is_overdue(&self, request: &RequestView) -> bool {
        is_overdue(request, self.now)
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

    /// The file beside whose page a comment stands.
    fn beside(&self, comment: &CommentView) -> Option<&str> {
        let place = usize::try_from(comment.document).ok()?;
        let document = self.story.request.documents.get(place).filter(|_| place > 0)?;
        Some(document.name.as_str())
    }

    /// Who a change is about, where they are a signer still.
    fn whom(&self, happened: &ChangeView) -> Option<&str> {
        let person = happened.person?;
        let mut signers = self.story.request.steps.iter().flat_map(|step| &step.signers);
        let signer = signers.find(|signer| signer.person.id == person)?;
        Some(signer.person.name.as_str())
    }

    /// How many must approve, where that is not everybody.
    fn at_least(step: &StepView) -> Option<u16> {
        match step.quorum {
            Quorum::All => None,
            Quorum::AtLeast(count) => Some(count),
        }
    }

    /// When somebody is away who has not decided.
    fn away(signer: &SignerView) -> Option<&Absence> {
        let waits = matches!(signer.assignment, Assignment::Open | Assignment::Waiting);
        signer.absent.as_ref().filter(|_| waits)
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
        now: console.app.clock().now(),
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
    let news = match news.as_deref() {
        Some("submitted") => Some("request-news-submitted"),
        Some("recalled") => Some("request-news-recalled"),
        Some("reassigned") => Some("request-news-reassigned"),
        Some("reminded") => Some("request-news-reminded"),
        Some("commented") => Some("comment-news-written"),
        Some("comment-withdrawn") => Some("comment-news-withdrawn"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "requests").with_news(news);
    let page = page_of(&console, &visitor, frame, story).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    story: RequestStory,
) -> Result<RequestPage, FlowError> {
    let is_open = matches!(story.request.state, RouteState::Open { .. });
    let may_follow =
        story.request.state != RouteState::Completed && story.request.superseded_by.is_none();
    let clerk = desk::require_clerk(&console.app, &visitor.officer, story.request.unit.id).await;
    let clerk = match clerk {
        Ok(()) => true,
        Err(FlowError::Forbidden | FlowError::NotFound(_)) => false,
        Err(other) => return Err(other),
    };
    let parts = if clerk && is_open {
        given_on(console, visitor, &story.request).await?
    } else {
        Vec::new()
    };
    let (recalls, renews) = (clerk && is_open, clerk && may_follow);
    let comments = flow::list(&console.app, &visitor.officer, story.request.id).await?;
    let overdue = is_overdue(&story.request, console.app.clock().now());
    Ok(RequestPage { frame, story, overdue, recalls, parts, renews, comments })
}

async fn given_on(
    console: &Console,
    visitor: &Visitor,
    request: &RequestView,
) -> Result<Vec<GivenOn>, FlowError> {
    let mut parts = Vec::new();
    for step in &request.steps {
        let waits =
            |it: &&SignerView| matches!(it.assignment, Assignment::Open | Assignment::Waiting);
        for signer in step.signers.iter().filter(waits) {
            let (app, officer, from) = (&console.app, &visitor.officer, signer.person.clone());
            let others = change::instead_of(app, officer, request.id, step.number, from.id).await?;
            if !others.is_empty() {
                parts.push(GivenOn { step: step.number, from, others });
            }
        }
    }
    Ok(parts)
}

/// The page again, with what is wrong.
async fn again(
    console: &Console,
    visitor: &Visitor,
    id: RequestId,
    fault: String,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let story = requests::one(&console.app, &visitor.officer, id).await.map_err(refused)?;
    let frame = Frame::new(console, visitor, "requests").with_fault(fault);
    let page = page_of(console, visitor, frame, story).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The document as it is now, signatures included.
pub(super) async fn document(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let sent = async {
        let id = number(&id)?;
        file(requests::document(&console.app, &visitor.officer, id).await?, id, &headers).await
    };
    sent.await.map_err(|error| PageError::of(error, visitor.language))
}

/// The evidence of one decision, for `trien verify`.
pub(super) async fn evidence(
    State(console): State<Console>,
    visitor: Visitor,
    Path((id, decision)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let sent = async {
        let (id, decision) = (number(&id)?, decision_of(&decision)?);
        let text = requests::evidence(&console.app, &visitor.officer, id, decision).await?;
        Ok::<_, FlowError>(proof(decision, text))
    };
    sent.await.map_err(|error| PageError::of(error, visitor.language))
}

/// A request's file by the request's name; a browser of an office keeps none.
pub(super) async fn file(
    mut content: Content,
    id: RequestId,
    headers: &HeaderMap,
) -> Result<Response, FlowError> {
    content.name = format!("{id}.pdf");
    let mut response = download::send(content, headers).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The evidence of a decision as a file.
pub(super) fn proof(decision: DecisionHash, text: String) -> Response {
    attached("text/plain; charset=utf-8", &format!("{decision}.evidence"), text)
}

pub(super) fn decision_of(hash: &str) -> Result<DecisionHash, FlowError> {
    let none = |_| FlowError::NotFound(Thing::Decision);
    Ok(DecisionHash(hash.parse::<Sha256>().map_err(none)?))
}

pub(super) fn number(id: &str) -> Result<RequestId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Request))
}
