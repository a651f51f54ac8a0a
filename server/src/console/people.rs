//! People: the list with a search, adding one, and inviting one to enroll a phone.

use axum::extract::Path;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::PersonId;
use trien_core::wire::{PersonView, UnitView};

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::admin::{Authority, NewPerson};
use crate::flow::invite::NewInvitation;
use crate::flow::people::{self, Listed, Place};
use crate::flow::{FlowError, Thing, desk, units};
use crate::paging::Turn;
use crate::text::local_minute;

#[derive(askama::Template)]
#[template(path = "console/people.html")]
struct PeoplePage {
    frame: Frame,
    query: String,
    people: Vec<Listed>,
    previous: Option<String>,
    next: Option<String>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    form: PersonForm,
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

#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    after: Option<String>,
    before: Option<String>,
    news: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct PersonForm {
    name: String,
    position: String,
    unit: String,
    /// What the position lets its holder do, by its name, or nothing.
    #[serde(default)]
    authority: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Why something routine is done, if that is said.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MayWhy {
    why: String,
}

impl MayWhy {
    /// What was typed; a field is left blank where there is nothing to say.
    pub(super) fn read(&self) -> Result<Option<Text<500>>, FlowError> {
        let unclear = |_| FlowError::BadRequest("a reason has at most 500 characters".to_owned());
        let typed = self.why.trim();
        (!typed.is_empty()).then(|| Text::new(typed).map_err(unclear)).transpose()
    }
}

/// The people of the officer's units who have the words, with or without marks; a page at a time.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Result<Response, PageError> {
    let news = match search.news.as_deref() {
        Some("added") => Some("console-news-person-added"),
        Some("imported") => Some("console-news-imported"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "people").with_news(news);
    let page = page_of(&console, &visitor, frame, search, PersonForm::default()).await;
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
        return again(&console, &visitor, form, "console-person-invalid").await;
    };
    let unit = match units::meant(&console.app, &visitor.officer, &form.unit).await {
        Ok(unit) => unit,
        Err(FlowError::NotFound(_)) => {
            return again(&console, &visitor, form, "console-unit-not-found").await;
        }
        Err(error) => return Err(refused(error)),
    };
    let authority = Authority::from_name(&form.authority);
    let new = NewPerson { name, unit, position, authority };
    desk::add_person(&console.app, &visitor.officer, new).await.map_err(refused)?;
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
    let person = people::one(&console.app, &visitor.officer, id).await.map_err(refused)?.person;
    let new = desk::invite(&console.app, &visitor.officer, id).await.map_err(refused)?;
    invitation_page(&console, &visitor, person, new).map_err(refused)
}

/// The page of a new invitation.
pub(super) fn invitation_page(
    console: &Console,
    visitor: &Visitor,
    person: PersonView,
    new: NewInvitation,
) -> Result<Response, FlowError> {
    let code = QRBuilder::new(new.link.as_str()).build();
    let code = code.map_err(|error| FlowError::Internal(error.to_string()))?;
    let page = InvitationPage {
        frame: Frame::new(console, visitor, "people"),
        person,
        qr: SvgBuilder::default().to_str(&code),
        link: new.link,
        until: local_minute(new.invitation.expires),
    };
    Ok(page::of(&page, visitor.language))
}

/// The page with the form as it was typed, and what was wrong with it.
async fn again(
    console: &Console,
    visitor: &Visitor,
    form: PersonForm,
    fault: &str,
) -> Result<Response, PageError> {
    let frame = Frame::new(console, visitor, "people");
    let fault = frame.t.of(fault);
    let page = page_of(console, visitor, frame.with_fault(fault), Search::default(), form).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    search: Search,
    form: PersonForm,
) -> Result<PeoplePage, FlowError> {
    let Search { q: query, after, before, .. } = search;
    let place = |token: Option<String>| token.as_deref().and_then(Place::from_token);
    let turn = match (place(after), place(before)) {
        (Some(place), _) => Turn::After(place),
        (None, Some(place)) => Turn::Before(place),
        (None, None) => Turn::First,
    };
    let found = people::search(&console.app, &visitor.officer, &query, turn).await?;
    let link = |to: &str, place: &Place| {
        format!("/console/people?q={}&{to}={}", escaped(&query), place.to_token())
    };
    Ok(PeoplePage {
        previous: found.previous.map(|place| link("before", &place)),
        next: found.next.map(|place| link("after", &place)),
        people: found.people,
        units: units::if_few(&console.app, &visitor.officer, CHOSEN_OF).await?,
        frame,
        query,
        form,
    })
}
