//! Documents on their way, for clerks and auditors: the list, and how far one is.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use trien_core::change::{ChangeView, Outcome};
use trien_core::decision::{DecisionHash, Verb};
use trien_core::digest::Sha256;
use trien_core::document::{Text, Urgency};
use trien_core::id::RequestId;
use trien_core::request::{Assignment, Quorum, Role as StepRole, RouteState, StepNumber};
use trien_core::wire::{DocumentView, PersonView, RequestView, SignerView, StepView};

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::people::MayWhy;
use super::posted::Posted;
use super::visitor::Visitor;
use crate::download::{self, attached};
use crate::flow::account::Role;
use crate::flow::change::{self, Reassignment};
use crate::flow::requests::{self, Filter, PAGE, RequestStory, Standing};
use crate::flow::{FlowError, Thing, desk, recall};

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
    /// Whether this person may take it back.
    recalls: bool,
    /// What waits, and to whom this person may give it.
    parts: Vec<GivenOn>,
    /// Whether this person may put a new version in its place.
    renews: bool,
}

/// What waits for somebody, and who could decide instead.
struct GivenOn {
    step: StepNumber,
    from: PersonView,
    others: Vec<PersonView>,
}

/// What is given to somebody else.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    step: String,
    from: String,
    to: String,
    why: String,
}

impl Given {
    fn read(&self, request: RequestId) -> Result<(Reassignment, Text<500>), FlowError> {
        let unclear = || FlowError::BadRequest("say who, instead of whom, and why".to_owned());
        let why = Text::new(self.why.trim()).map_err(|_| unclear())?;
        let step = self.step.parse().map(StepNumber).map_err(|_| unclear())?;
        let person = |id: &str| id.parse().map_err(|_| unclear());
        let (from, to) = (person(&self.from)?, person(&self.to)?);
        Ok((Reassignment { request, step, from, to }, why))
    }
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

    /// What happened.
    pub(super) fn outcome(&self, outcome: &Outcome) -> String {
        self.of(match outcome {
            Outcome::Queued => "request-outcome-queued",
            Outcome::Approved => "request-outcome-approved",
            Outcome::Completed => "request-outcome-completed",
            Outcome::Rejected => "request-outcome-rejected",
            Outcome::Returned => "request-outcome-returned",
            Outcome::Recalled => "request-outcome-recalled",
            Outcome::Superseded => "request-outcome-superseded",
            Outcome::Expired => "request-outcome-expired",
            Outcome::Reassigned => "request-outcome-reassigned",
            Outcome::Moved => "request-outcome-moved",
            Outcome::Restamped => "request-outcome-restamped",
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
    let news = match news.as_deref() {
        Some("submitted") => Some("request-news-submitted"),
        Some("recalled") => Some("request-news-recalled"),
        Some("reassigned") => Some("request-news-reassigned"),
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
    Ok(RequestPage { frame, story, recalls, parts, renews })
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

/// Gives what waits for one person to another one.
pub(super) async fn reassign(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<Given>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let done = match form.read(id) {
        Ok((of, why)) => change::reassign(&console.app, &visitor.officer, of, why).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=reassigned");
            Ok(Redirect::to(&page).into_response())
        }
        Err(
            error @ (FlowError::Overtaken
            | FlowError::RequestEnded
            | FlowError::InvalidSubmission(_)
            | FlowError::BadRequest(_)),
        ) => again(&console, &visitor, id, words(&error, visitor.language).1).await,
        Err(other) => Err(refused(other)),
    }
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

/// Takes a document back that somebody still has to decide on.
pub(super) async fn recall(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = number(&id).map_err(refused)?;
    let done = match form.read() {
        Ok(Some(why)) => recall::by_clerk(&console.app, &visitor.officer, id, why).await,
        Ok(None) => Err(FlowError::BadRequest("say why".to_owned())),
        Err(error) => Err(error),
    };
    let fault = match done {
        Ok(()) => {
            let page = format!("/console/requests/{id}?news=recalled");
            return Ok(Redirect::to(&page).into_response());
        }
        Err(error @ (FlowError::RequestEnded | FlowError::BadRequest(_))) => {
            words(&error, visitor.language).1
        }
        Err(other) => return Err(refused(other)),
    };
    again(&console, &visitor, id, fault).await
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
