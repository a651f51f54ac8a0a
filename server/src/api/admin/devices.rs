//! Devices, those that wait for their officer among them, and what waits for a second person.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::id::{DeviceId, UnitId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own::GrantView;
use super::people::MadeInvitation;
use super::units::no_place;
use super::{Acts, Admin, Bearer, Looks, MayWhy, Reasoned, Revocation, Sensitive, Why, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::{Api, ApiError, schema};
use crate::flow::FlowError;
use crate::flow::account::{self, RoleProposal};
use crate::flow::desk::{self, DeviceAct, Doing};
use crate::flow::device::{DeviceView, Standing};
use crate::flow::devices::{self, Filter, Place};
use crate::flow::exchange::{self, AnchorRow};
use crate::flow::replace::{self, Related};
use crate::flow::resume::{self, Proposal};
use crate::paging::Turn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_devices))
        .routes(routes!(admin_device))
        .routes(routes!(approve_device))
        .routes(routes!(refuse_device))
        .routes(routes!(suspend_device))
        .routes(routes!(propose_resume))
        .routes(routes!(confirm_resume))
        .routes(routes!(decline_resume))
        .routes(routes!(revoke_device))
        .routes(routes!(replace_device))
        .routes(routes!(settle_replacement))
        .routes(routes!(admin_proposals))
}

/// A device with whose it is.
#[derive(Debug, Serialize, ToSchema)]
struct AdminDevice {
    id: String,
    /// The person.
    person: String,
    name: String,
    position: String,
    unit: String,
    /// `pending`, `waiting-for-certificate`, `active`, `refused`, `suspended` or `revoked`.
    standing: &'static str,
    /// How well its keys are known to be in hardware: A, B, C, T or D, the best first.
    #[schema(value_type = String)]
    assurance: trien_core::certificate::Assurance,
    /// How often its approval key asks for the person.
    #[schema(value_type = schema::PromptPolicy)]
    prompt_policy: trien_core::certificate::PromptPolicy,
    model: String,
    app: String,
    /// When it sent its keys, in milliseconds since 1970.
    created_at: i64,
}

impl AdminDevice {
    fn of(device: DeviceView) -> Self {
        Self {
            id: device.id.to_string(),
            person: device.person.id.to_string(),
            name: device.person.name,
            position: device.person.position,
            unit: device.unit.to_string(),
            standing: device.standing.name(),
            assurance: device.assurance,
            prompt_policy: device.prompt_policy,
            model: device.model,
            app: device.app,
            created_at: device.created_at.as_millis(),
        }
    }
}

/// One page of devices, in the order of their people's names.
#[derive(Debug, Serialize, ToSchema)]
struct AdminDevices {
    devices: Vec<AdminDevice>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Query of the list of devices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DevicesOf {
    #[serde(default)]
    q: String,
    standing: Option<String>,
    unit: Option<UnitId>,
    cursor: Option<String>,
}

/// The devices of the units within reach, fifty a page, by the names of their people; `standing=pending`
/// are those that wait for their officer.
#[utoipa::path(
    get,
    path = "/api/v1/admin/devices",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("q" = Option<String>, Query, description = "words of the person's name, with or without marks"),
        ("standing" = Option<String>, Query, description = "pending, waiting-for-certificate, active, \
         refused, suspended or revoked"),
        ("unit" = Option<String>, Query, description = "only those of this unit and the ones below it"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = AdminDevices),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_devices(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<DevicesOf>,
) -> Result<Response, ApiError> {
    let turn = match of.cursor {
        None => Turn::First,
        Some(cursor) => Turn::After(Place::from_token(&cursor).ok_or_else(no_place)?),
    };
    let unknown = || FlowError::BadRequest("there is no such standing".to_owned());
    let standing = of.standing.map(|name| Standing::from_name(&name).ok_or_else(unknown));
    let filter =
        Filter { name: of.q, standing: standing.transpose()?, unit: of.unit, assurance: None };
    let page = devices::list(&api.app, &who.officer, &filter, turn).await?;
    let cursor = page.next.map(|place| place.to_token());
    let devices = page.devices.into_iter().map(|one| AdminDevice::of(one.device)).collect();
    Ok(fresh(axum::Json(AdminDevices { devices, cursor })))
}

/// A device, and what waits for a second person on it.
#[derive(Debug, Serialize, ToSchema)]
struct AdminDeviceDetails {
    device: AdminDevice,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalView>,
    /// The device that it replaces, or is to replace.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<RelatedDevice>,
    /// Those that replace it, or wait to.
    successors: Vec<RelatedDevice>,
    /// When it asked for a replacement, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement_asked_at: Option<i64>,
}

/// A device that replaces another one, or is replaced.
#[derive(Debug, Serialize, ToSchema)]
struct RelatedDevice {
    id: String,
    model: String,
    /// `pending`, `waiting-for-certificate`, `active`, `refused`, `suspended` or `revoked`.
    standing: &'static str,
}

impl RelatedDevice {
    fn of(device: &Related) -> Self {
        let (id, model) = (device.id.to_string(), device.model.clone());
        Self { id, model, standing: device.standing.name() }
    }
}

/// One device within reach.
#[utoipa::path(
    get,
    path = "/api/v1/admin/devices/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the device")),
    responses(
        (status = 200, description = "The device", body = AdminDeviceDetails),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<DeviceId>,
) -> Result<Response, ApiError> {
    let device = devices::one(&api.app, &who.officer, id).await?;
    let proposal = match device.standing {
        Standing::Suspended => resume::waiting_on(&api.app, id).await?,
        _ => None,
    };
    let proposal = proposal.map(ProposalView::resume);
    let relations = replace::relations(&api.app, id).await?;
    Ok(fresh(axum::Json(AdminDeviceDetails {
        device: AdminDevice::of(device),
        proposal,
        replaces: relations.replaces.as_ref().map(RelatedDevice::of),
        successors: relations.successors.iter().map(RelatedDevice::of).collect(),
        replacement_asked_at: relations.asked_at.map(trien_core::env::Timestamp::as_millis),
    })))
}

/// The digits that the device's person reads out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// Eight digits, with or without spaces between.
    code: String,
    /// The serial number that stands on the PKCS#11 token, where the device keeps its approval key in one (level T).
    #[serde(default)]
    token_serial: Option<String>,
}

impl From<Code> for DeviceAct {
    fn from(Code { code, token_serial }: Code) -> Self {
        match token_serial {
            Some(serial) => Self::ApproveWithToken { code, serial },
            None => Self::Approve(code),
        }
    }
}

/// Approve a device that waits, by the digits that its person reads out from the phone.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/approve",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Code,
    responses(
        (status = 204, description = "Approved"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn approve_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(code): Json<Code>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, code.into()).await
}

async fn done(
    api: &Api,
    who: &Bearer,
    id: DeviceId,
    act: DeviceAct,
) -> Result<StatusCode, ApiError> {
    desk::on_device(&api.app, &who.officer, id, act).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turn away a device that waits.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/refuse",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Why,
    responses(
        (status = 204, description = "Refused"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn refuse_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::Refuse(why)).await
}

/// Stop an active device at once, for a while.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/suspend",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Why,
    responses(
        (status = 204, description = "Suspended"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn suspend_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::Suspend(why)).await
}

/// Ask that a suspended device may act again; another person confirms it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/resume",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Why,
    responses(
        (status = 204, description = "Asked for"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn propose_resume(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::ProposeResume(why)).await
}

/// Let a suspended device act again, as another person asked. Nobody confirms what they asked for.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/resume/confirm",
    tag = "administration",
    security(("admin_token" = ["sensitive"])),
    params(("id" = String, Path, description = "the device")),
    responses(
        (status = 204, description = "Acts again"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn confirm_resume(
    State(api): State<Api>,
    Admin(who, _): Admin<Sensitive>,
    Path(id): Path<DeviceId>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::ConfirmResume).await
}

/// Leave a device suspended, against what was asked for.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/resume/decline",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Why,
    responses(
        (status = 204, description = "Declined"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn decline_resume(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::DeclineResume(why)).await
}

/// Stop a device and its certificate for good.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/revoke",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Revocation,
    responses(
        (status = 204, description = "Revoked"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn revoke_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(asked): Json<Revocation>,
) -> Result<StatusCode, ApiError> {
    let reason = asked.reason()?;
    done(&api, &who, id, DeviceAct::Revoke(reason, asked.why)).await
}

/// Invite the person of a device to enroll another one in its place, or the same phone anew. The old one works until
/// the new one may act, and ends in the same act. The link is in this answer only.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/replacement",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Option<MayWhy>,
    responses(
        (status = 201, description = "Invited", body = MadeInvitation),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn replace_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let by = Doing::because(&who.officer, why);
    let (_, new) = desk::replace_device(&api.app, by, id).await?;
    Ok(fresh((StatusCode::CREATED, axum::Json(MadeInvitation::of(new)))))
}

/// Leave a device as it is, against its own wish for a replacement.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/replacement/settle",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    request_body = Why,
    responses(
        (status = 204, description = "Left"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn settle_replacement(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
    Json(Why { why }): Json<Why>,
) -> Result<StatusCode, ApiError> {
    done(&api, &who, id, DeviceAct::Settle(why)).await
}

/// What one person asked for and another may confirm.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalView {
    /// `resume-device`, `role` or `trust-anchor`.
    kind: &'static str,
    /// The device, the anchor or the account.
    id: String,
    /// What the account is to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantView>,
    /// The account that asked; none: the server's own command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    why: String,
    /// Milliseconds since 1970.
    proposed_at: i64,
}

impl ProposalView {
    fn resume(proposal: Proposal) -> Self {
        Self {
            kind: "resume-device",
            id: proposal.device.to_string(),
            grant: None,
            account: Some(proposal.account.to_string()),
            why: proposal.why,
            proposed_at: proposal.proposed_at.as_millis(),
        }
    }

    fn role(row: RoleProposal) -> Self {
        Self {
            kind: "role",
            id: row.account.to_string(),
            grant: Some(GrantView::of(&row.grant)),
            account: Some(row.by.to_string()),
            why: row.why,
            proposed_at: row.proposed_at.as_millis(),
        }
    }

    fn anchor(row: AnchorRow) -> Self {
        Self {
            kind: "trust-anchor",
            id: row.id.to_string(),
            grant: None,
            account: row.proposed_by.map(|(account, _)| account.to_string()),
            why: row.why,
            proposed_at: row.proposed_at.as_millis(),
        }
    }
}

/// What waits for a second person within reach, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/proposals",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "Proposals", body = Vec<ProposalView>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_proposals(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let waiting = resume::waiting(&api.app, &who.officer).await?;
    let roles = account::roles_waiting(&api.app, &who.officer).await?;
    let anchors = exchange::anchors(&api.app, &who.officer).await?;
    let anchors = anchors.into_iter().filter(|row| row.confirmed_at.is_none());
    let mut all: Vec<ProposalView> =
        waiting.into_iter().map(|(one, _)| ProposalView::resume(one)).collect();
    all.extend(roles.into_iter().map(ProposalView::role));
    all.extend(anchors.map(ProposalView::anchor));
    all.sort_by_key(|proposal| proposal.proposed_at);
    Ok(fresh(axum::Json(all)))
}
