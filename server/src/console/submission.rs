//! Submitting a document: its signers are chosen one by one with links, which the address keeps; then one
//! form sends the file. The rules are those of `POST /api/v1/requests`.

mod form;

use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::papers::OnPaper;
use trien_core::wire::{Absence, RequestView, UnitView};

use self::form::{ASKED_FOR, MAX_STEPS, SubmissionForm, URGENCIES, chosen};
use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::papers;
use super::posted::{Sent, Uploaded, own};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::people::{self, Listed};
use crate::flow::templates::{self, TemplateView};
use crate::flow::{FlowError, absence, desk, requests, units};
use crate::paging::Turn;
use crate::room::announced_length;

/// The largest file, in bytes.
#[expect(clippy::cast_possible_truncation, reason = "it is 50 MiB")]
pub(super) const MAX_FILE: usize = MAX_DOCUMENT_BYTES as usize;
/// What stands beside the file, in bytes at most.
const FIELDS: u64 = 256 * 1024;
/// People that a search shows.
const SHOWN: usize = 20;
#[derive(askama::Template)]
#[template(path = "console/submission.html")]
struct SubmissionPage {
    frame: Frame,
    signers: Vec<Listed>,
    /// When each of them is away, in their order.
    absent: Vec<Option<Absence>>,
    /// What was searched for, and who was found.
    query: String,
    found: Vec<Listed>,
    more: bool,
    /// The request whose place the document takes.
    earlier: Option<RequestView>,
    /// The template that it goes by, in place of signers.
    template: Option<(UnitView, TemplateView)>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    form: SubmissionForm,
}

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    /// None where they are still to be those of the earlier version.
    signers: Option<String>,
    /// The request whose place the document takes.
    of: String,
    /// The template that it goes by, for a document of this unit.
    template: String,
    unit: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl SubmissionPage {
    /// Whether there is room for one more.
    fn is_full(&self) -> bool {
        self.signers.len() >= MAX_STEPS
    }

    fn is_chosen(&self, person: &Listed) -> bool {
        self.signers.iter().any(|signer| signer.person.id == person.person.id)
    }

    fn away(&self, at: &usize) -> Option<&Absence> {
        self.absent.get(*at)?.as_ref()
    }

    /// The chosen ones as the address has them.
    fn joined(&self) -> String {
        let ids = self.signers.iter().map(|signer| signer.person.id.to_string());
        ids.collect::<Vec<_>>().join(",")
    }

    fn with(&self, person: &Listed) -> String {
        let ids = [self.joined(), person.person.id.to_string()];
        let ids = ids.iter().filter(|id| !id.is_empty()).cloned().collect::<Vec<_>>();
        self.link(&ids.join(","))
    }

    fn link(&self, signers: &str) -> String {
        let of = self.earlier.as_ref().map_or_else(String::new, |of| format!("&of={}", of.id));
        format!("/console/requests/new?signers={signers}{of}")
    }

    fn without(&self, person: &Listed) -> String {
        let ids = self.signers.iter().map(|signer| signer.person.id);
        let ids = ids.filter(|id| *id != person.person.id).map(|id| id.to_string());
        self.link(&ids.collect::<Vec<_>>().join(","))
    }

    fn asks(&self, at: &usize, name: &&str) -> bool {
        self.form.typed(&format!("role-{at}")) == *name
    }

    fn is_urgency(&self, name: &&str) -> bool {
        self.form.typed("urgency") == *name
    }

    fn is_paper(&self, name: &str) -> bool {
        self.form.typed("paper") == name
    }

    fn is_unit(&self, unit: &UnitView) -> bool {
        self.form.typed("unit") == unit.id.to_string()
    }
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let frame = Frame::new(&console, &visitor, "requests");
    let mut form = SubmissionForm::default();
    // The same form sent twice is one document.
    let once = hex::encode(trien_core::env::random::<16>(console.app.entropy()));
    form.fields.insert("once".to_owned(), once);
    form.fields.insert("supersedes".to_owned(), asked.of);
    form.fields.insert("template".to_owned(), asked.template);
    if !asked.unit.is_empty() {
        form.fields.insert("unit".to_owned(), asked.unit);
    }
    if let Some(signers) = asked.signers {
        form.fields.insert("signers".to_owned(), signers);
    }
    let page = page_of(&console, &visitor, frame, asked.q, form).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Queues the document, or says why not and what to do.
pub(super) async fn submit(
    State(console): State<Console>,
    request: Request,
) -> Result<Response, PageError> {
    let (visitor, request) = own(request, &console).await?;
    let language = visitor.language;
    let refused = |error: FlowError| PageError::of(error, language);
    // Before the first byte of the file: others hold no memory, and clerks share what there is.
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let most = MAX_FILE as u64 + FIELDS;
    let bytes = announced_length(request.headers()).map_or(most, |length| length.min(most));
    let _room = console.app.room().take(bytes).await.map_err(refused)?;
    let uploaded = Uploaded::<MAX_FILE>::read(visitor, request, &console).await?;
    let Uploaded { visitor, fields, name, file } = uploaded;
    let form = SubmissionForm { fields };
    let t = Texts(visitor.language);
    let earlier = form.earlier().map_err(refused)?;
    let template = form.template().map_err(refused)?;
    let unit = match form.typed("unit") {
        "" => None,
        typed => Some(units::meant(&console.app, &visitor.officer, typed).await),
    };
    let fault = match unit.transpose().map_err(refused)? {
        None => t.of("request-fault-unit"),
        Some(unit) => {
            desk::require_clerk(&console.app, &visitor.officer, unit).await.map_err(refused)?;
            let copies = papers::read_copies(&console.app, form.typed("copies")).await;
            let package = match copies.map_err(refused)? {
                None => Err("request-fault-copies"),
                Some(copies) => {
                    form.package(unit, earlier, template, copies, Sent { name, bytes: file })
                }
            };
            match package {
                Err(key) => t.of(key),
                Ok(package) => match desk::submit(&console.app, &visitor.officer, package).await {
                    Ok(submitted) => {
                        let id = submitted.request;
                        let page = format!("/console/requests/{id}?news=submitted");
                        return Ok(Redirect::to(&page).into_response());
                    }
                    Err(error @ FlowError::Unavailable(_)) => return Err(refused(error)),
                    Err(error) => {
                        let (title, detail) = words(&error, visitor.language);
                        format!("{title}. {detail}")
                    }
                },
            }
        }
    };
    let frame = Frame::new(&console, &visitor, "requests").with_fault(fault);
    let page = page_of(&console, &visitor, frame, String::new(), form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    query: String,
    mut form: SubmissionForm,
) -> Result<SubmissionPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    officer.require_somewhere(Role::Clerk)?;
    let earlier = match form.earlier()? {
        None => None,
        Some(id) => Some(requests::one(app, officer, id).await?.request),
    };
    let template = match form.template()? {
        None => None,
        Some(choice) => {
            let unit = units::meant(app, officer, form.typed("unit")).await?;
            Some(templates::for_unit(app, officer, choice.id, unit).await?)
        }
    };
    if let Some((_, template)) = &template {
        let version = template.version.number.to_string();
        form.fields.insert("template-version".to_owned(), version);
        form.fields.entry("kind".to_owned()).or_insert_with(|| template.kind.clone());
    }
    if let Some(earlier) = &earlier {
        form.fill_from(earlier);
    }
    let mut signers = Vec::new();
    for person in chosen(form.typed("signers")) {
        match people::one(app, officer, person).await {
            Ok(person) => signers.push(person),
            // A document system may have asked people whom this clerk does not reach, or who have left.
            Err(FlowError::NotFound(_)) if earlier.is_some() => {}
            Err(other) => return Err(other),
        }
    }
    let mut absent = Vec::new();
    for signer in &signers {
        absent.push(absence::one(app, signer.person.id).await?);
    }
    let (mut found, mut more) = (Vec::new(), false);
    if !query.trim().is_empty() {
        let page = people::search(app, officer, &query, Turn::First).await?;
        more = page.people.len() > SHOWN || page.next.is_some();
        found = page.people;
        found.truncate(SHOWN);
    }
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    Ok(SubmissionPage {
        frame,
        signers,
        absent,
        query,
        found,
        more,
        earlier,
        template,
        units,
        form,
    })
}
