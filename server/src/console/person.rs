//! One person: posts, what is held, and the change of post as one task.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::{Absence, UnitView};

use super::Console;
use super::changes::{Filed, fault_of, fault_of_form};
use super::error::PageError;
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::flow::absence::{self, Days};
use crate::flow::account::Role;
use crate::flow::change::{
    self, About, Authority, Changer, Choice, Held, Item, Leaving, NewPost, PastPost, Plan,
    PostChange, PostRef,
};
use crate::flow::device::RevocationReason;
use crate::flow::invite::Listed;
use crate::flow::{FlowError, Thing, desk, push, slip, units};

#[derive(askama::Template)]
#[template(path = "console/person.html")]
struct PersonPage {
    frame: Frame,
    held: Held,
    /// How each of the devices is woken, in their order.
    woken: Vec<Option<push::Stands>>,
    past: Vec<PastPost>,
    reports: Vec<Filed>,
    /// The newest invitations that were made without a slip.
    invitations: Vec<Listed>,
    /// The newest enrollment slip.
    slip: Option<slip::Held>,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// When this person is away.
    absent: Option<Absence>,
    /// Whether whoever looks may say when that is.
    notes: bool,
    form: BTreeMap<String, String>,
}

#[derive(askama::Template)]
#[template(path = "console/post_change.html")]
struct PlanPage {
    frame: Frame,
    plan: Plan,
    /// What the forms carry on: what was asked for.
    asked: Vec<(&'static str, String)>,
    /// What was chosen before something changed.
    form: BTreeMap<String, String>,
}

/// The fields that say which change is meant.
const ASKED: [&str; 5] = ["kind", "from", "unit", "title", "authority"];

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl PersonPage {
    /// Whether the newest slip still leads to its person.
    fn is_good(&self) -> bool {
        self.slip.as_ref().is_some_and(|slip| slip.end.is_none())
    }

    fn woken(&self, place: &usize) -> Option<&push::Stands> {
        self.woken.get(*place)?.as_ref()
    }

    fn typed(&self, field: &str) -> &str {
        self.form.get(field).map(String::as_str).unwrap_or_default()
    }

    fn is(&self, field: &str, value: impl AsRef<str>) -> bool {
        self.typed(field) == value.as_ref()
    }
}

impl PlanPage {
    /// Which choice stands in the form for a thing.
    fn is_chosen(&self, item: &Item, choice: &Choice) -> bool {
        match self.form.get(&item.about.key()) {
            Some(chosen) if item.choices.iter().any(|one| one.name() == *chosen) => {
                *chosen == choice.name()
            }
            _ => item.proposed == *choice,
        }
    }

    fn word(&self, item: &Item, choice: &Choice) -> String {
        let t = self.frame.t;
        match choice {
            Choice::Keep => t.of("change-choice-keep"),
            Choice::Revoke(RevocationReason::CessationOfOperation) => {
                t.of("change-choice-revoke-cessation")
            }
            Choice::Revoke(_) => t.of("change-choice-revoke-affiliation"),
            Choice::SendBack => t.of("change-choice-return"),
            Choice::End => t.of("change-choice-end"),
            Choice::To(person) => {
                let found = item.people.iter().find(|one| one.id == *person);
                let name = found.map(|one| format!("{}, {}", one.name, one.position));
                let key = match item.about {
                    About::Step(_) => "change-choice-reassign",
                    _ => "change-choice-hand-over",
                };
                format!("{} {}", t.of(key), name.unwrap_or_default())
            }
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references to methods")]
impl Texts {
    /// What kind of thing somebody holds.
    pub(super) fn about(&self, about: &About) -> String {
        self.of(match about {
            About::Device(_) => "change-thing-device",
            About::Entry(_) => "change-thing-certificate",
            About::Step(_) => "change-thing-step",
            About::Invitation(_) => "change-thing-invitation",
        })
    }

    /// What an authority is called.
    pub(super) fn authority(&self, authority: &Authority) -> String {
        self.of(match authority {
            Authority::Chief => "import-authority-chief",
            Authority::Deputy => "import-authority-deputy",
            Authority::Clerk => "import-authority-clerk",
        })
    }
}

/// A person of the officer's units.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let news = match typed(&asked, "news") {
        "slip" => Some("slip-news-made"),
        "cancelled" => Some("slip-news-cancelled"),
        "uninvited" => Some("invitation-news-cancelled"),
        "absence" => Some("absence-news"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "people").with_news(news);
    let page = page_of(&console, &visitor, frame, &id, BTreeMap::new()).await.map_err(refused)?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    id: &str,
    form: BTreeMap<String, String>,
) -> Result<PersonPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let person = person_id(id)?;
    let (held, past) = change::person_page(app, officer, person).await?;
    let reports = change::of_person(app, officer, person).await?;
    let units = units::if_few(app, officer, CHOSEN_OF).await?;
    // What is held now is another's matter where only a post of before was.
    let slip = if held.posts.is_empty() { None } else { slip::of_person(app, person).await? };
    let invitations = desk::invitations(app, officer, person).await?;
    let mut woken = Vec::new();
    for device in &held.devices {
        woken.push(push::health(app, device.id).await?);
    }
    let absent = absence::one(app, person).await?;
    let notes = officer.is(Role::Clerk) && !held.posts.is_empty();
    let page = PersonPage {
        frame,
        held,
        woken,
        past,
        reports,
        invitations,
        slip,
        units,
        absent,
        notes,
        form,
    };
    Ok(page)
}

fn person_id(id: &str) -> Result<PersonId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Person))
}

/// Notes that this person is away for some days.
pub(super) async fn note_absence(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Clerk).map_err(refused)?;
    let person = person_id(&id).map_err(refused)?;
    let unclear = || FlowError::BadRequest("write days as 2026-12-01".to_owned());
    let days = Days::read(typed(&form, "first-day"), typed(&form, "last-day"));
    let done = match days.ok_or_else(unclear) {
        Ok(days) => absence::note(&console.app, &visitor.officer, person, days, None).await,
        Err(error) => Err(error),
    };
    absence_noted(&console, &visitor, &id, form, done).await
}

/// Notes that this person is back.
pub(super) async fn end_absence(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let person = person_id(&id).map_err(refused)?;
    let done = absence::end(&console.app, &visitor.officer, person, None).await;
    absence_noted(&console, &visitor, &id, form, done).await
}

async fn absence_noted(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    form: BTreeMap<String, String>,
    done: Result<(), FlowError>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/people/{id}?news=absence")).into_response()),
        Err(FlowError::BadRequest(_)) => {
            let refused = |error: FlowError| PageError::of(error, visitor.language);
            let fault = Texts(visitor.language).of("absence-fault");
            let frame = Frame::new(console, visitor, "people").with_fault(fault);
            let page = page_of(console, visitor, frame, id, form).await.map_err(refused)?;
            let mut response = page::of(&page, visitor.language);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(PageError::of(other, visitor.language)),
    }
}

/// Looks at a change of post; nothing is done yet.
pub(super) async fn look(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
    Query(form): Query<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    admit(&console, &visitor, &id).await.map_err(refused)?;
    match plan(&console, &visitor, &id, &form).await {
        Ok(plan) => Ok(plan_page(&console, &visitor, plan, form, None)),
        Err(error) => again(&console, &visitor, &id, form, error).await,
    }
}

/// Carries out the change of post that was looked at.
pub(super) async fn carry_out(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    admit(&console, &visitor, &id).await.map_err(refused)?;
    let seen = form.get("seen").map(String::as_str).unwrap_or_default();
    let plan = match plan(&console, &visitor, &id, &form).await {
        Ok(plan) => plan,
        Err(error) => return again(&console, &visitor, &id, form, error).await,
    };
    let ready = plan.require(seen).and_then(|()| change::why(typed(&form, "why")));
    let why = match ready {
        Ok(why) => why,
        Err(error) => return Ok(plan_page(&console, &visitor, plan, form, Some(error))),
    };
    let (app, officer) = (&console.app, &visitor.officer);
    let act = officer.act(Some(why));
    match change::carry_out(app, Changer::Officer(officer), &act, plan, &form).await {
        Ok(report) => {
            Ok(Redirect::to(&format!("/console/changes/{report}?news=done")).into_response())
        }
        Err(error @ (FlowError::PlanMoved(_) | FlowError::NoChange(_))) => {
            // Looked at anew: the page shows what stands now.
            match self::plan(&console, &visitor, &id, &form).await {
                Ok(plan) => Ok(plan_page(&console, &visitor, plan, form, Some(error))),
                Err(error) => again(&console, &visitor, &id, form, error).await,
            }
        }
        Err(error) => Err(refused(error)),
    }
}

/// Whoever may not see the person, or administers nothing, is not told what the form lacks.
async fn admit(console: &Console, visitor: &Visitor, id: &str) -> Result<(), FlowError> {
    change::person_page(&console.app, &visitor.officer, person_id(id)?).await?;
    if visitor.officer.is(Role::Administrator) { Ok(()) } else { Err(FlowError::Forbidden) }
}

fn typed<'f>(form: &'f BTreeMap<String, String>, field: &str) -> &'f str {
    form.get(field).map(|text| text.trim()).unwrap_or_default()
}

async fn plan(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    form: &BTreeMap<String, String>,
) -> Result<Plan, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let person = person_id(id)?;
    let change = match typed(form, "kind") {
        "moves" => PostChange::Moves { from: from(form)?, to: to(console, visitor, form).await? },
        "adds" => PostChange::Adds(to(console, visitor, form).await?),
        "ends" => PostChange::Ends(from(form)?),
        other => {
            let leaving = Leaving::ALL.into_iter().find(|leaving| leaving.name() == other);
            let missing = || FlowError::BadRequest("say what changes".to_owned());
            PostChange::Leaves(leaving.ok_or_else(missing)?)
        }
    };
    change::look(app, Changer::Officer(officer), person, change).await
}

fn from(form: &BTreeMap<String, String>) -> Result<PostRef, FlowError> {
    let missing = || FlowError::BadRequest("choose the position that ends".to_owned());
    let (unit, title) = typed(form, "from").split_once('/').ok_or_else(missing)?;
    let unit: UnitId = unit.parse().map_err(|_| missing())?;
    Ok(PostRef { unit, title: title.to_owned() })
}

async fn to(
    console: &Console,
    visitor: &Visitor,
    form: &BTreeMap<String, String>,
) -> Result<NewPost, FlowError> {
    let unit = units::meant(&console.app, &visitor.officer, typed(form, "unit")).await?;
    let unclear = |_| FlowError::BadRequest("a position has 1 to 200 characters".to_owned());
    let title = Text::new(typed(form, "title")).map_err(unclear)?;
    let authority = Authority::from_name(typed(form, "authority"));
    Ok(NewPost { unit, title, authority })
}

fn plan_page(
    console: &Console,
    visitor: &Visitor,
    plan: Plan,
    form: BTreeMap<String, String>,
    fault: Option<FlowError>,
) -> Response {
    let mut frame = Frame::new(console, visitor, "people");
    let bad = fault.is_some();
    if let Some(error) = fault {
        let text = fault_of(&error, visitor.language);
        frame = frame.with_fault(text);
    }
    let asked = ASKED.map(|field| (field, typed(&form, field).to_owned())).to_vec();
    let page = PlanPage { frame, plan, asked, form };
    let mut response = page::of(&page, visitor.language);
    if bad {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// The person's page with the form as it was filled in, and why that cannot be looked at.
async fn again(
    console: &Console,
    visitor: &Visitor,
    id: &str,
    form: BTreeMap<String, String>,
    error: FlowError,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let fault = fault_of_form(error, visitor.language)?;
    let frame = Frame::new(console, visitor, "people").with_fault(fault);
    let page = page_of(console, visitor, frame, id, form).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
