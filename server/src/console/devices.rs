//! Devices: the list, one device, and what an officer does with it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::id::DeviceId;
use trien_core::push::{PushHealth, PushKind};
use trien_core::wire::UnitView;

use super::Console;
use super::error::{PageError, words};
use super::grave::Grave;
use super::page::{self, Frame, Texts};
use super::people::{MayWhy, invitation_page};
use super::posted::Posted;
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::escape::escaped;
use crate::flow::account::Role;
use crate::flow::desk::{self, DeviceAct, Doing};
use crate::flow::device::{DeviceView, RevocationReason, Standing};
use crate::flow::devices::{self, Filter, Listed, MOST_WAITING, Place, Waiting};
use crate::flow::exchange::{self, Source};
use crate::flow::replace::{self, Relations};
use crate::flow::resume::{self, Proposal};
use crate::flow::{FlowError, Thing, policy, push, units};
use crate::paging::Turn;

/// Devices that wait, on the first page; a link leads to all of them.
const WAITING: u32 = 20;

#[derive(askama::Template)]
#[template(path = "console/devices.html")]
struct DevicesPage {
    frame: Frame,
    filter: Filter,
    /// To choose from, unless there are too many.
    units: Option<Vec<UnitView>>,
    /// The unit of the filter, as it is typed.
    unit: String,
    /// How many wait, on the first page of all.
    waits: Option<u32>,
    /// The newest of them.
    waiting: Vec<Listed>,
    devices: Vec<Listed>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "console/device.html")]
struct DevicePage {
    frame: Frame,
    device: DeviceView,
    /// Whether this person decides about this device.
    may: bool,
    /// What another person asked for, or this one.
    proposal: Option<Proposed>,
    /// Whether an outside authority certifies the key.
    outside: bool,
    /// The lowest level that its unit takes.
    level: policy::Level,
    /// What it replaces, and what replaces it.
    relations: Relations,
    /// Whether waking it works.
    push: Option<push::Stands>,
}

struct Proposed {
    proposal: Proposal,
    own: bool,
}

/// What a list is asked for; blank fields of the form ask for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    standing: String,
    assurance: String,
    unit: String,
    after: Option<String>,
    before: Option<String>,
}

/// What a redirect says happened.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// What an officer types.
#[derive(Default, Deserialize)]
pub(super) struct ActForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    serial: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    reason: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// Whether waking a phone works.
    pub(super) fn push_health(&self, health: &PushHealth) -> String {
        self.of(match health {
            PushHealth::None => "push-health-none",
            PushHealth::Ok => "push-health-ok",
            PushHealth::Failing => "push-health-failing",
            PushHealth::Dead => "push-health-dead",
        })
    }

    /// By whom a phone is woken.
    pub(super) fn push_kind(&self, kind: &PushKind) -> String {
        self.of(match kind {
            PushKind::None => "push-kind-none",
            PushKind::Fcm => "push-kind-fcm",
            PushKind::Apns => "push-kind-apns",
            PushKind::Webpush => "push-kind-webpush",
            PushKind::Unifiedpush => "push-kind-unifiedpush",
        })
    }

    /// What a standing is called.
    pub(super) fn standing(&self, standing: &Standing) -> String {
        self.of(match standing {
            Standing::Pending => "console-standing-pending",
            Standing::WaitingForCertificate => "console-standing-waiting",
            Standing::Active => "console-standing-active",
            Standing::Refused => "console-standing-refused",
            Standing::Suspended => "console-standing-suspended",
            Standing::Revoked => "console-standing-revoked",
        })
    }
}

impl Listed {
    fn cannot_be_woken(&self) -> bool {
        matches!(self.push, Some(PushHealth::Dead | PushHealth::Failing))
    }
}

impl push::Stands {
    fn can_be_tested(&self) -> bool {
        matches!(self.health, PushHealth::Ok | PushHealth::Failing)
    }

    pub(super) fn is_bad(&self) -> bool {
        matches!(self.health, PushHealth::Dead | PushHealth::Failing)
    }
}

impl DeviceView {
    fn is(&self, standing: &str) -> bool {
        match standing {
            "pending" => self.standing == Standing::Pending,
            "active" => self.standing == Standing::Active,
            "suspended" => self.standing == Standing::Suspended,
            "waiting" => self.standing == Standing::WaitingForCertificate,
            _ => false,
        }
    }

    /// Whether an officer has to have seen a token.
    fn keeps_key_in_token(&self) -> bool {
        self.assurance == Assurance::T
    }
}

impl Asked {
    async fn filter(&self, console: &Console, visitor: &Visitor) -> Result<Filter, FlowError> {
        let unknown = |what: &str| FlowError::BadRequest(format!("there is no such {what}"));
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let standing = given(&self.standing)
            .map(|name| Standing::from_name(&name).ok_or_else(|| unknown("standing")));
        let level = |name: String| Assurance::ALL.into_iter().find(|level| level.letter() == name);
        let assurance = given(&self.assurance)
            .map(|name| level(name).ok_or_else(|| unknown("assurance level")));
        let unit = match given(&self.unit) {
            Some(typed) => Some(units::meant(&console.app, &visitor.officer, &typed).await?),
            None => None,
        };
        let name = self.q.trim().to_owned();
        Ok(Filter {
            name,
            standing: standing.transpose()?,
            assurance: assurance.transpose()?,
            unit,
        })
    }

    fn turn(&self) -> Turn<Place> {
        let place = |token: &Option<String>| token.as_deref().and_then(Place::from_token);
        match (place(&self.after), place(&self.before)) {
            (Some(place), _) => Turn::After(place),
            (None, Some(place)) => Turn::Before(place),
            (None, None) => Turn::First,
        }
    }
}

/// A filter as the query of a link.
fn query(filter: &Filter) -> String {
    let mut parts = vec![format!("q={}", escaped(&filter.name))];
    parts.extend(filter.standing.map(|standing| format!("standing={}", standing.name())));
    parts.extend(filter.assurance.map(|level| format!("assurance={level:?}")));
    parts.extend(filter.unit.map(|unit| format!("unit={unit}")));
    parts.join("&")
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl DevicesPage {
    fn is_standing(&self, standing: &Standing) -> bool {
        self.filter.standing == Some(*standing)
    }

    fn is_level(&self, level: &Assurance) -> bool {
        self.filter.assurance == Some(*level)
    }

    fn is_unit(&self, unit: &UnitView) -> bool {
        self.filter.unit == Some(unit.id)
    }

    /// How many wait, in brackets.
    fn count(&self) -> String {
        match self.waits {
            None | Some(0) => String::new(),
            Some(count) if count >= MOST_WAITING => format!(" ({count}+)"),
            Some(count) => format!(" ({count})"),
        }
    }

    fn more_wait(&self) -> bool {
        self.waits.is_some_and(|count| count as usize > self.waiting.len())
    }

    fn filtered(&self) -> bool {
        self.filter != Filter::default()
    }
}

/// The devices of the officer's units that the filter leaves, a page at a time; those that wait first.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = list_page(&console, &visitor, asked).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn list_page(
    console: &Console,
    visitor: &Visitor,
    asked: Asked,
) -> Result<DevicesPage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let mut frame = Frame::new(console, visitor, "devices");
    let turn = asked.turn();
    let (filter, unit, found) = match found(console, visitor, &asked, turn.clone()).await {
        Err(FlowError::NotFound(Thing::Unit)) => {
            let fault = frame.t.of("console-unit-not-found");
            frame = frame.with_fault(fault);
            let typed = asked.unit;
            let rest = Asked { unit: String::new(), ..asked };
            (rest.filter(console, visitor).await?, typed, devices::DevicePage::default())
        }
        found => found?,
    };
    let (waits, waiting) = match turn {
        Turn::First if filter == Filter::default() && frame.notice.is_none() => {
            let Waiting { newest, count } = devices::waiting(app, officer, WAITING).await?;
            (Some(count), newest)
        }
        _ => (None, Vec::new()),
    };
    let link = |to: &str, place: Place| {
        format!("/console/devices?{}&{to}={}", query(&filter), place.to_token())
    };
    Ok(DevicesPage {
        previous: found.previous.map(|place| link("before", place)),
        next: found.next.map(|place| link("after", place)),
        devices: found.devices,
        units: units::if_few(app, officer, CHOSEN_OF).await?,
        frame,
        filter,
        unit,
        waits,
        waiting,
    })
}

/// What is asked for, the name of its unit, and what is there.
async fn found(
    console: &Console,
    visitor: &Visitor,
    asked: &Asked,
    turn: Turn<Place>,
) -> Result<(Filter, String, devices::DevicePage), FlowError> {
    let filter = asked.filter(console, visitor).await?;
    let unit = match filter.unit {
        Some(unit) => units::one(&console.app, &visitor.officer, unit).await?.name,
        None => String::new(),
    };
    let found = devices::list(&console.app, &visitor.officer, &filter, turn).await?;
    Ok((filter, unit, found))
}

/// One device.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("approve") => Some("console-news-approved"),
        Some("refuse") => Some("console-news-refused"),
        Some("suspend") => Some("console-news-suspended"),
        Some("resume") => Some("console-news-resume-proposed"),
        Some("confirm") => Some("console-news-resumed"),
        Some("decline") => Some("console-news-resume-declined"),
        Some("wake") => Some("push-news-test"),
        Some("revoke") => Some("console-news-revoked"),
        Some("settle") => Some("replace-news-settled"),
        _ => None,
    };
    let found = one(&console, &visitor, &id).await;
    let waits = found.as_ref().is_ok_and(|device| device.is("waiting"));
    let news = news.map(|key| match key {
        "console-news-approved" if waits => "exchange-news-approved",
        key => key,
    });
    let frame = Frame::new(&console, &visitor, "devices").with_news(news);
    let page = match found {
        Ok(device) => page_of(&console, &visitor, frame, device).await,
        Err(error) => Err(error),
    };
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

/// What is done with a device here; whatever else an address names is not there.
pub(super) const ACTS: [&str; 9] =
    ["approve", "refuse", "suspend", "resume", "confirm", "decline", "settle", "wake", "revoke"];

/// Approves, turns away, suspends or revokes a device, or takes part in resuming one.
pub(super) async fn act(
    State(console): State<Console>,
    Path((id, act)): Path<(String, String)>,
    Grave(Posted { visitor, form }): Grave<ActForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let device = one(&console, &visitor, &id).await.map_err(refused)?;
    let officers = [Role::EnrollmentOfficer];
    visitor.officer.require(&console.app, device.unit, &officers).await.map_err(refused)?;
    if !ACTS.contains(&act.as_str()) {
        return Err(refused(FlowError::NotFound(Thing::Device)));
    }
    let fault = match carry_out(&console, &visitor, device.id, &act, &form).await {
        Ok(()) => {
            let page = format!("/console/devices/{}?news={act}", device.id);
            return Ok(Redirect::to(&page).into_response());
        }
        Err(FlowError::Unavailable(why)) => return Err(refused(FlowError::Unavailable(why))),
        Err(error) => words(&error, visitor.language).1,
    };
    // The device may have moved on.
    let device = one(&console, &visitor, &id).await.map_err(refused)?;
    let frame = Frame::new(&console, &visitor, "devices").with_fault(fault);
    let page = page_of(&console, &visitor, frame, device).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Invites the person of a device to enroll another one in its place.
pub(super) async fn invite_replacement(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let device = one(&console, &visitor, &id).await.map_err(refused)?;
    let by = Doing::because(&visitor.officer, form.read().map_err(refused)?);
    let new = desk::replace_device(&console.app, by, device.id).await;
    let (person, new) = new.map_err(refused)?;
    invitation_page(&console, &visitor, person, new).map_err(refused)
}

async fn carry_out(
    console: &Console,
    visitor: &Visitor,
    id: DeviceId,
    act: &str,
    form: &ActForm,
) -> Result<(), FlowError> {
    let unclear = |_| FlowError::BadRequest("say why, in at most 500 characters".to_owned());
    let why = || Text::<500>::new(form.why.trim()).map_err(unclear);
    let act = match act {
        "approve" if form.serial.trim().is_empty() => DeviceAct::Approve(form.code.clone()),
        "approve" => {
            DeviceAct::ApproveWithToken { code: form.code.clone(), serial: form.serial.clone() }
        }
        "refuse" => DeviceAct::Refuse(why()?),
        "suspend" => DeviceAct::Suspend(why()?),
        "resume" => DeviceAct::ProposeResume(why()?),
        "confirm" => DeviceAct::ConfirmResume,
        "decline" => DeviceAct::DeclineResume(why()?),
        "settle" => DeviceAct::Settle(why()?),
        "wake" => DeviceAct::Wake,
        "revoke" => DeviceAct::Revoke(reason_of(&form.reason)?, why()?),
        _ => return Err(FlowError::NotFound(Thing::Device)),
    };
    desk::on_device(&console.app, &visitor.officer, id, act).await
}

/// The reason of that name, as the forms send it.
pub(super) fn reason_of(name: &str) -> Result<RevocationReason, FlowError> {
    let unknown = || FlowError::BadRequest("choose the cause of the revocation".to_owned());
    RevocationReason::from_name(name).ok_or_else(unknown)
}

/// The device of that id, if the officer reaches it; else it looks as if there were none.
async fn one(console: &Console, visitor: &Visitor, id: &str) -> Result<DeviceView, FlowError> {
    let missing = || FlowError::NotFound(Thing::Device);
    let id: DeviceId = id.parse().map_err(|_| missing())?;
    devices::one(&console.app, &visitor.officer, id).await
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
    device: DeviceView,
) -> Result<DevicePage, FlowError> {
    let officers = [Role::EnrollmentOfficer];
    let may = match visitor.officer.require(&console.app, device.unit, &officers).await {
        Ok(()) => true,
        Err(FlowError::Forbidden) => false,
        Err(error) => return Err(error),
    };
    let proposal = match device.standing {
        Standing::Suspended => resume::waiting_on(&console.app, device.id).await?,
        _ => None,
    };
    let own = |proposal: &Proposal| proposal.account == visitor.officer.account;
    let proposal = proposal.map(|proposal| Proposed { own: own(&proposal), proposal });
    let outside = exchange::source(&console.app, device.unit).await?.source == Source::Outside;
    let level = policy::level(&console.app, device.unit).await?;
    let relations = replace::relations(&console.app, device.id).await?;
    let push = push::health(&console.app, device.id).await?;
    Ok(DevicePage { frame, device, may, proposal, outside, level, relations, push })
}
