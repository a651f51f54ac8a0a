//! Devices: the list, one device, and what an officer does with it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::document::Text;
use trien_core::id::DeviceId;

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::desk::{self, DeviceAct};
use crate::flow::device::{self, DeviceView, RevocationReason, Standing};
use crate::flow::exchange::{self, Source};
use crate::flow::resume::{self, Proposal};
use crate::flow::{FlowError, Thing};

#[derive(askama::Template)]
#[template(path = "console/devices.html")]
struct DevicesPage {
    frame: Frame,
    waiting: Vec<DeviceView>,
    others: Vec<DeviceView>,
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
}

struct Proposed {
    proposal: Proposal,
    own: bool,
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
    why: String,
    #[serde(default)]
    reason: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
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
}

/// All devices of the officer's units: those that wait first.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let devices = device::within(&console.app, &visitor.officer).await;
    let devices = devices.map_err(|error| PageError::of(error, visitor.language))?;
    let (waiting, others) =
        devices.into_iter().partition(|device| device.standing == Standing::Pending);
    let frame = Frame::new(&console, &visitor, "devices");
    Ok(page::of(&DevicesPage { frame, waiting, others }, visitor.language))
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
        Some("revoke") => Some("console-news-revoked"),
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

/// Approves, turns away, suspends or revokes a device, or takes part in resuming one.
pub(super) async fn act(
    State(console): State<Console>,
    Path((id, act)): Path<(String, String)>,
    Posted { visitor, form }: Posted<ActForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let device = one(&console, &visitor, &id).await.map_err(refused)?;
    let officers = [Role::EnrollmentOfficer];
    visitor.officer.require(&console.app, device.unit, &officers).await.map_err(refused)?;
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
        "approve" => DeviceAct::Approve(form.code.clone()),
        "refuse" => DeviceAct::Refuse(why()?),
        "suspend" => DeviceAct::Suspend(why()?),
        "resume" => DeviceAct::ProposeResume(why()?),
        "confirm" => DeviceAct::ConfirmResume,
        "decline" => DeviceAct::DeclineResume(why()?),
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
    let id: DeviceId = id.parse().map_err(|_| FlowError::NotFound(Thing::Device))?;
    desk::device(&console.app, &visitor.officer, id).await
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
    Ok(DevicePage { frame, device, may, proposal, outside })
}
