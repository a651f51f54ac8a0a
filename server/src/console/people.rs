//! People: the list with a search, adding one, and inviting one to enroll a phone.

use axum::extract::Path;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{PersonView, UnitView};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::invite::{self, DEFAULT_TTL_SECONDS};
use crate::flow::{FlowError, Thing, admin, read};
use crate::text::local_minute;

/// People on one page; more are found by searching.
const SHOWN: usize = 100;

#[derive(askama::Template)]
#[template(path = "console/people.html")]
struct PeoplePage {
    frame: Frame,
    query: String,
    people: Vec<Listed>,
    more: usize,
    units: Vec<UnitView>,
    form: PersonForm,
}

struct Listed {
    person: PersonView,
    unit: String,
}

#[derive(askama::Template)]
#[template(path = "console/invitation.html")]
struct InvitationPage {
    frame: Frame,
    person: PersonView,
    link: String,
    qr: String,
    until: String,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct PersonForm {
    name: String,
    position: String,
    unit: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The people of the officer's units whose name or position has the words, with or without marks.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(Search { q, news }): Query<Search>,
) -> Result<Response, PageError> {
    let news = (news.as_deref() == Some("added")).then_some("console-news-person-added");
    let frame = Frame::new(&console, &visitor, "people").with_news(news);
    let page = page_of(&console, &visitor, frame, q, PersonForm::default()).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// Adds a person with a position.
pub(super) async fn add(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<PersonForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (name, position) = (form.name.trim(), form.position.trim());
    let (Ok(name), Ok(position)) = (Text::new(name), Text::new(position)) else {
        let frame = Frame::new(&console, &visitor, "people");
        let fault = frame.t.of("console-person-invalid");
        let page = page_of(&console, &visitor, frame.with_fault(fault), String::new(), form).await;
        let mut response = page::of(&page.map_err(refused)?, visitor.language);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let unit: UnitId = form.unit.parse().map_err(|_| refused(FlowError::NotFound(Thing::Unit)))?;
    let may = visitor.officer.require(&console.app, unit, &[Role::Administrator]);
    may.await.map_err(refused)?;
    let act = visitor.officer.act(None);
    admin::create_person(&console.app, &act, &name, unit, &position).await.map_err(refused)?;
    Ok(Redirect::to("/console/people?news=added").into_response())
}

/// Invites a person; the secret is on this page only, and only now.
pub(super) async fn invite(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let missing = || refused(FlowError::NotFound(Thing::Person));
    let id: PersonId = id.parse().map_err(|_| missing())?;
    let people = read::people_within(&console.app, &visitor.officer).await.map_err(refused)?;
    let found = people.into_iter().find(|(person, _)| person.id == id);
    let (person, unit) = found.ok_or_else(missing)?;
    let may = visitor.officer.require(&console.app, unit, &[Role::EnrollmentOfficer]);
    may.await.map_err(refused)?;
    let act = visitor.officer.act(None);
    let new = invite::create(&console.app, &act, id, DEFAULT_TTL_SECONDS).await;
    let new = new.map_err(refused)?;
    let code = QRBuilder::new(new.link.as_str()).build();
    let code = code.map_err(|error| refused(FlowError::Internal(error.to_string())))?;
    let page = InvitationPage {
        frame: Frame::new(&console, &visitor, "people"),
        person,
        qr: SvgBuilder::default().to_str(&code),
        link: new.link,
        until: local_minute(new.invitation.expires),
    };
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    query: String,
    form: PersonForm,
) -> Result<PeoplePage, FlowError> {
    let units = read::units_within(&console.app, &visitor.officer).await?;
    let units: Vec<UnitView> = units.into_iter().map(|(unit, _)| unit).collect();
    let people = read::people_within(&console.app, &visitor.officer).await?;
    let wanted = folded(&query);
    let has = |person: &PersonView| {
        let words = folded(&format!("{} {}", person.name, person.position));
        wanted.split_whitespace().all(|word| words.contains(word))
    };
    let name_of = |unit: UnitId| {
        let found = units.iter().find(|it| it.id == unit);
        found.map(|it| it.name.clone()).unwrap_or_default()
    };
    let mut people: Vec<Listed> = people
        .into_iter()
        .filter(|(person, _)| has(person))
        .map(|(person, unit)| Listed { person, unit: name_of(unit) })
        .collect();
    let more = people.len().saturating_sub(SHOWN);
    people.truncate(SHOWN);
    Ok(PeoplePage { frame, query, people, more, units, form })
}

/// Lower case, without Vietnamese marks: `Nguyễn Đức` becomes `nguyen duc`.
pub(super) fn folded(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_and_without_their_marks() {
        assert_eq!(folded("NGUYỄN Đức Hạnh"), "nguyen duc hanh");
        assert_eq!(folded("nguyen duc"), "nguyen duc");
    }
}
