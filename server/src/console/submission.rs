//! Submitting a document: its signers are chosen one by one with links, which the address keeps; then one
//! form sends the file. The rules are those of `POST /api/v1/requests`.

use std::collections::HashMap;

use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::classification::Claimed;
use trien_core::document::{MAX_DOCUMENT_BYTES, Metadata, PDF, Text, Urgency};
use trien_core::id::{PersonId, RequestId, UnitId};
use trien_core::request::{Assignment, Quorum, Role as StepRole};
use trien_core::template::TemplateChoice;
use trien_core::wire::{RequestView, Submission, SubmittedSigner, SubmittedStep, UnitView};

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::posted::{Sent, Uploaded, own};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::people::{self, Listed};
use crate::flow::submit::{Package, Upload};
use crate::flow::templates::{self, TemplateView};
use crate::flow::{FlowError, Thing, desk, requests, units};
use crate::paging::Turn;
use crate::room::announced_length;

/// The largest file, in bytes.
#[expect(clippy::cast_possible_truncation, reason = "it is 50 MiB")]
pub(super) const MAX_FILE: usize = MAX_DOCUMENT_BYTES as usize;
/// What stands beside the file, in bytes at most.
const FIELDS: u64 = 256 * 1024;
/// Most steps of a document that is submitted here.
const MAX_STEPS: usize = 8;
/// People that a search shows.
const SHOWN: usize = 20;
/// What a signer may be asked for here.
const ASKED_FOR: [(&str, StepRole); 4] = [
    ("approve", StepRole::Approve),
    ("review", StepRole::Review),
    ("initial", StepRole::Initial),
    ("seal", StepRole::Seal),
];
const URGENCIES: [(&str, Urgency); 4] = [
    ("normal", Urgency::Normal),
    ("urgent", Urgency::Urgent),
    ("very-urgent", Urgency::VeryUrgent),
    ("flash", Urgency::Flash),
];

#[derive(askama::Template)]
#[template(path = "console/submission.html")]
struct SubmissionPage {
    frame: Frame,
    signers: Vec<Listed>,
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

/// What was typed, beside the file.
#[derive(Clone, Debug, Default)]
struct SubmissionForm {
    fields: HashMap<String, String>,
}

impl SubmissionForm {
    fn typed(&self, name: &str) -> &str {
        self.fields.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    /// What the version before said, where nothing was typed yet.
    fn fill_from(&mut self, earlier: &RequestView) {
        let mut fill = |name: &str, text: String| {
            self.fields.entry(name.to_owned()).or_insert(text);
        };
        let Metadata { number, subject, kind, issuer, urgency } = &earlier.metadata;
        fill("number", number.as_ref().map_or_else(String::new, ToString::to_string));
        fill("subject", subject.to_string());
        fill("kind", kind.to_string());
        fill("issuer", issuer.to_string());
        fill("unit", earlier.unit.id.to_string());
        let urgency = URGENCIES.into_iter().find(|(_, of)| of == urgency);
        fill("urgency", urgency.map_or_else(String::new, |(name, _)| name.to_owned()));
        let asked =
            earlier.steps.iter().flat_map(|step| step.signers.iter().map(|one| (step.role, one)));
        let asked = asked.filter(|(_, one)| one.assignment != Assignment::Released);
        let asked: Vec<_> = asked.map(|(role, one)| (role, one.person.id.to_string())).collect();
        let ids: Vec<_> = asked.iter().map(|(_, id)| id.clone()).collect();
        fill("signers", ids.join(","));
        for (at, person) in chosen(self.typed("signers")).into_iter().enumerate() {
            let known = asked.iter().find(|(_, id)| *id == person.to_string());
            let role = known.and_then(|(role, _)| ASKED_FOR.into_iter().find(|(_, of)| of == role));
            if let Some((name, _)) = role {
                self.fields.entry(format!("role-{at}")).or_insert_with(|| name.to_owned());
            }
        }
    }

    /// The request whose place the document takes.
    fn earlier(&self) -> Result<Option<RequestId>, FlowError> {
        match self.typed("supersedes") {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| FlowError::NotFound(Thing::Request)),
        }
    }

    /// The template that it goes by.
    fn template(&self) -> Result<Option<TemplateChoice>, FlowError> {
        let id = match self.typed("template") {
            "" => return Ok(None),
            id => id.parse().map_err(|_| FlowError::NotFound(Thing::Template))?,
        };
        Ok(Some(TemplateChoice { id, version: self.typed("template-version").parse().ok() }))
    }

    fn metadata(&self) -> Result<Metadata, &'static str> {
        let number = Some(self.typed("number")).filter(|number| !number.is_empty());
        let urgency = URGENCIES.into_iter().find(|(name, _)| *name == self.typed("urgency"));
        Ok(Metadata {
            number: number.map(Text::new).transpose().map_err(|_| "request-fault-number")?,
            subject: Text::new(self.typed("subject")).map_err(|_| "request-fault-subject")?,
            kind: Text::new(self.typed("kind")).map_err(|_| "request-fault-kind")?,
            issuer: Text::new(self.typed("issuer")).map_err(|_| "request-fault-issuer")?,
            urgency: urgency.map(|(_, urgency)| urgency).unwrap_or_default(),
        })
    }

    fn steps(&self, signers: &[PersonId]) -> Result<Vec<SubmittedStep>, &'static str> {
        if signers.is_empty() {
            return Err("request-fault-signers");
        }
        let step = |(at, person): (usize, &PersonId)| {
            let asked = self.typed(&format!("role-{at}"));
            let role = ASKED_FOR.into_iter().find(|(name, _)| *name == asked);
            let role = role.map_or(StepRole::Approve, |(_, role)| role);
            let signer = SubmittedSigner { person: *person, appearance: None, fill: Vec::new() };
            SubmittedStep { role, quorum: Quorum::All, signers: vec![signer] }
        };
        Ok(signers.iter().enumerate().map(step).collect())
    }

    /// What is submitted, or the key of what is wrong with it.
    fn package(
        &self,
        unit: UnitId,
        supersedes: Option<RequestId>,
        template: Option<TemplateChoice>,
        file: Sent,
    ) -> Result<Package, &'static str> {
        let steps = match template {
            Some(_) => Vec::new(),
            None => self.steps(&chosen(self.typed("signers")))?,
        };
        let metadata = self.metadata()?;
        if self.typed("unclassified").is_empty() {
            return Err("request-fault-unclassified");
        }
        if file.bytes.is_empty() {
            return Err("request-fault-file");
        }
        let submission = Submission {
            unit,
            metadata,
            classification: Claimed::Open,
            sha256: None,
            steps,
            template,
            expires_at: None,
            supersedes,
            fields: Vec::new(),
            numbering: None,
        };
        let media_type = PDF.to_owned();
        let document = Upload { name: file.name, media_type, bytes: file.bytes.into() };
        let idempotency_key = self.typed("once").to_owned();
        let (attachments, images) = (Vec::new(), Vec::new());
        Ok(Package { submission, document, attachments, images, idempotency_key })
    }
}

/// Who was chosen, in order, each once.
fn chosen(text: &str) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = Vec::new();
    for person in text.split(',').filter_map(|id| id.trim().parse().ok()) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    people.truncate(MAX_STEPS);
    people
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
            match form.package(unit, earlier, template, Sent { name, bytes: file }) {
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
    let (mut found, mut more) = (Vec::new(), false);
    if !query.trim().is_empty() {
        let page = people::search(app, officer, &query, Turn::First).await?;
        more = page.people.len() > SHOWN || page.next.is_some();
        found = page.people;
        found.truncate(SHOWN);
    }
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    Ok(SubmissionPage { frame, signers, query, found, more, earlier, template, units, form })
}
