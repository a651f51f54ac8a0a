//! Recording a certificate from elsewhere: choosing its holder, then the form with the file.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::id::{PersonId, UnitId};
use trien_core::register::{CertificateKind, KeyHome, Unfit};

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::policy::typed_prompt;
use super::posted::Uploaded;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::people::{self, Listed};
use crate::flow::register::{self, Elsewhere, EntryRow, Found, Reader};
use crate::flow::{FlowError, Thing, desk};
use crate::paging::Turn;

/// Largest file, in bytes: a certificate of the largest size in PEM, with words around it.
const MAX_FILE_BYTES: usize = 128 * 1024;

/// People that a search shows.
const SHOWN: usize = 20;

#[derive(askama::Template)]
#[template(path = "console/certificate_holder.html")]
struct HolderPage {
    frame: Frame,
    query: String,
    people: Vec<Listed>,
    more: bool,
}

#[derive(askama::Template)]
#[template(path = "console/certificate_add.html")]
struct AddPage {
    frame: Frame,
    holder: Listed,
    /// What this person records.
    kinds: Vec<CertificateKind>,
    renewable: Vec<EntryRow>,
    form: AddForm,
}

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    person: String,
    unit: String,
}

/// What was chosen in the form, beside the file.
#[derive(Clone, Default)]
struct AddForm {
    kind: String,
    home: String,
    prompt: String,
    seconds: String,
    signatures: String,
    renews: String,
}

impl AddForm {
    fn of(fields: &HashMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        Self {
            kind: field("kind"),
            home: field("home"),
            prompt: field("prompt"),
            seconds: field("seconds"),
            signatures: field("signatures"),
            renews: field("renews"),
        }
    }

    fn found(&self, t: Texts, holder: &Listed, file: Vec<u8>) -> Result<Found, String> {
        let choose = |key: &str| t.of(key);
        let kind = CertificateKind::from_name(&self.kind);
        let home = Elsewhere::ALL.into_iter().find(|home| home.home().name() == self.home);
        let prompt = match self.prompt.as_str() {
            "" => None,
            kind => Some(
                typed_prompt(kind, &self.seconds, &self.signatures)
                    .and_then(register::stated_prompt)
                    .map_err(|_| choose("prompt-unclear"))?,
            ),
        };
        let renews = (!self.renews.is_empty()).then(|| self.renews.parse());
        Ok(Found {
            file,
            person: holder.person.id,
            unit: holder.unit,
            kind: kind.ok_or_else(|| choose("console-choose-kind"))?,
            home: home.ok_or_else(|| choose("console-choose-home"))?,
            prompt_policy: prompt,
            renews: renews.transpose().map_err(|_| choose("console-unfit-nothing-to-renew"))?,
        })
    }
}

impl AddPage {
    fn homes() -> impl Iterator<Item = KeyHome> {
        Elsewhere::ALL.into_iter().map(Elsewhere::home)
    }

    fn renews(&self, entry: &EntryRow) -> bool {
        self.form.renews == entry.id.to_string()
    }
}

/// The search for a holder, or the form once one is chosen.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let frame = Frame::new(&console, &visitor, "certificates");
    if asked.person.is_empty() {
        if ![Role::CaOfficer, Role::Clerk].into_iter().any(|role| visitor.officer.is(role)) {
            return Err(refused(FlowError::Forbidden));
        }
        let page = search(&console, &visitor, frame, asked.q).await.map_err(refused)?;
        return Ok(page::of(&page, visitor.language));
    }
    let holder = holder(&console, &visitor, &asked.person, &asked.unit).await.map_err(refused)?;
    let page = form_page(&console, &visitor, frame, holder, AddForm::default()).await;
    Ok(page::of(&page.map_err(refused)?, visitor.language))
}

/// Records the certificate, or says what does not fit.
pub(super) async fn add(
    State(console): State<Console>,
    Uploaded { visitor, fields, file, .. }: Uploaded<MAX_FILE_BYTES>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    if file.len() > MAX_FILE_BYTES {
        return Err(refused(FlowError::TooLarge { limit: MAX_FILE_BYTES as u64 }));
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let holder = holder(&console, &visitor, field("person"), field("unit")).await;
    let holder = holder.map_err(refused)?;
    let form = AddForm::of(&fields);
    let t = Texts(visitor.language);
    let fault = match form.found(t, &holder, file) {
        Err(fault) => fault,
        Ok(found) => match desk::record_certificate(&console.app, &visitor.officer, found).await {
            Ok(entry) => {
                let page = format!("/console/certificates/{entry}?news=record");
                return Ok(Redirect::to(&page).into_response());
            }
            Err(FlowError::UnfitCertificate(why)) => t.of(unfit(why)),
            Err(FlowError::Unavailable(why)) => return Err(refused(FlowError::Unavailable(why))),
            Err(error) => words(&error, visitor.language).1,
        },
    };
    let frame = Frame::new(&console, &visitor, "certificates").with_fault(fault);
    let page = form_page(&console, &visitor, frame, holder, form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn unfit(why: Unfit) -> &'static str {
    match why {
        Unfit::NotACertificate => "console-unfit-not-a-certificate",
        Unfit::SeveralCertificates => "console-unfit-several-certificates",
        Unfit::Authority => "console-unfit-authority",
        Unfit::WrongUsage => "console-unfit-wrong-usage",
        Unfit::Expired => "console-unfit-expired",
        Unfit::Registered => "console-unfit-registered",
        Unfit::NothingToRenew => "console-unfit-nothing-to-renew",
        Unfit::HolderNotClerk => "console-unfit-holder-not-clerk",
    }
}

/// The person in that unit, if the officer acts on certificates there.
async fn holder(
    console: &Console,
    visitor: &Visitor,
    person: &str,
    unit: &str,
) -> Result<Listed, FlowError> {
    let missing = || FlowError::NotFound(Thing::Person);
    let person: PersonId = person.parse().map_err(|_| missing())?;
    let unit: UnitId = unit.parse().map_err(|_| missing())?;
    let found = people::in_unit(&console.app, &visitor.officer, person, unit).await?;
    visitor.officer.require(&console.app, unit, &[Role::CaOfficer, Role::Clerk]).await?;
    Ok(found)
}

async fn search(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    query: String,
) -> Result<HolderPage, FlowError> {
    let found = people::search(&console.app, &visitor.officer, &query, Turn::First).await?;
    let mut people = found.people;
    let more = people.len() > SHOWN || found.next.is_some();
    people.truncate(SHOWN);
    Ok(HolderPage { frame, query, people, more })
}

async fn form_page(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    holder: Listed,
    form: AddForm,
) -> Result<AddPage, FlowError> {
    let reader = Reader::Officer(&visitor.officer);
    let renewable = register::renewable(&console.app, reader, holder.person.id).await?;
    let mut kinds = Vec::new();
    for kind in CertificateKind::ALL.iter().copied() {
        let who = desk::who_records(kind);
        match visitor.officer.require(&console.app, holder.unit, who).await {
            Ok(()) => kinds.push(kind),
            Err(FlowError::Forbidden) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(AddPage { frame, holder, kinds, renewable, form })
}
