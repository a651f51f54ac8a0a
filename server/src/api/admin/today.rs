//! What needs a person today: all that the console's first page counts.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use trien_core::attestation::Standing as Listed;
use trien_core::certificate::Assurance;
use trien_core::wire::PersonView;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own::GrantView;
use super::{Admin, Looks, fresh};
use crate::api::{Api, ApiError, schema};
use crate::flow::account::RoleProposal;
use crate::flow::overview::{self, Overview, ToConfirm};
use crate::flow::register::Alerts;
use crate::flow::rejudge::Doubted;
use crate::flow::replace::Asking;
use crate::flow::waves::Standing;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_today))
}

/// What waits within reach.
#[derive(Debug, Serialize, ToSchema)]
struct Today {
    /// Devices that wait for the digits that their people read out; 200 at most.
    waiting_devices: u32,
    /// Suspended devices that another person asked to resume.
    resumes: Vec<ResumeToConfirm>,
    /// Roles that another person asked for.
    roles: Vec<RoleToConfirm>,
    certificates: CertificateAlerts,
    /// People without a device that may act, 200 at most.
    #[schema(value_type = Vec<schema::PersonView>)]
    without_device: Vec<PersonView>,
    /// When the root's revocation list ends, in seconds since 1970, if its key has to be brought soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_list_ends: Option<i64>,
    /// Waves that are behind their plan, or have people who are stuck.
    waves: Vec<WaveInNeed>,
    /// How many people are stuck at a step of their enrollment, in a wave or in none; `stuck` lists them.
    stuck: usize,
    /// Devices whose evidence a later status list names.
    doubted: Vec<DoubtedDevice>,
    /// Phones that ask for a replacement.
    asking: Vec<AskingDevice>,
}

/// A suspended device that may act again once another person confirms it.
#[derive(Debug, Serialize, ToSchema)]
struct ResumeToConfirm {
    device: String,
    #[schema(value_type = schema::PersonView)]
    person: PersonView,
    /// The full name of who asked.
    by: String,
}

impl ResumeToConfirm {
    fn of(one: ToConfirm) -> Self {
        Self { device: one.device.to_string(), person: one.person, by: one.by }
    }
}

/// A role that an account gets once another person confirms it.
#[derive(Debug, Serialize, ToSchema)]
struct RoleToConfirm {
    account: String,
    /// The full name of the account's person.
    name: String,
    grant: GrantView,
    /// The full name of who asked.
    by: String,
}

impl RoleToConfirm {
    fn of(one: RoleProposal) -> Self {
        let (account, grant) = (one.account.to_string(), GrantView::of(&one.grant));
        Self { account, name: one.name, grant, by: one.by_name }
    }
}

/// Certificates that end soon, and keys without one.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateAlerts {
    /// The longest time first; each counts those of the shorter ones as well.
    ending: Vec<EndingSoon>,
    /// Keys whose certificate the authority has not issued yet.
    waiting: u64,
}

/// How many certificates in force end within so many days.
#[derive(Debug, Serialize, ToSchema)]
struct EndingSoon {
    within_days: i64,
    count: u64,
}

impl CertificateAlerts {
    fn of(alerts: &Alerts) -> Self {
        let ending = alerts.ending.iter();
        let ending =
            ending.map(|(soon, count)| EndingSoon { within_days: soon.days(), count: *count });
        Self { ending: ending.collect(), waiting: alerts.waiting }
    }
}

/// A wave that needs somebody.
#[derive(Debug, Serialize, ToSchema)]
struct WaveInNeed {
    id: String,
    name: String,
    /// Whether fewer people are at the end than the plan expects.
    behind: bool,
    /// How many people are stuck.
    stuck: u64,
}

impl WaveInNeed {
    fn of(one: &Standing) -> Self {
        Self {
            id: one.wave.id.to_string(),
            name: one.wave.name.clone(),
            behind: one.is_behind(),
            stuck: one.stuck,
        }
    }
}

/// A device that is taken as level D since a status list names its evidence.
#[derive(Debug, Serialize, ToSchema)]
struct DoubtedDevice {
    device: String,
    unit: String,
    #[schema(value_type = schema::PersonView)]
    person: PersonView,
    /// The level before.
    #[schema(value_type = String)]
    before: Assurance,
    /// `revoked` or `suspended`.
    listed: &'static str,
    /// Milliseconds since 1970.
    found_at: i64,
}

impl DoubtedDevice {
    fn of(one: Doubted) -> Self {
        let listed = match one.why {
            Listed::Revoked => "revoked",
            Listed::Suspended => "suspended",
        };
        Self {
            device: one.device.to_string(),
            unit: one.unit.to_string(),
            person: one.person,
            before: one.before,
            listed,
            found_at: one.found_at.as_millis(),
        }
    }
}

/// A phone that asks for a replacement.
#[derive(Debug, Serialize, ToSchema)]
struct AskingDevice {
    device: String,
    #[schema(value_type = schema::PersonView)]
    person: PersonView,
    model: String,
    /// Milliseconds since 1970.
    asked_at: i64,
}

impl AskingDevice {
    fn of(one: Asking) -> Self {
        Self {
            device: one.device.to_string(),
            person: one.person,
            model: one.model,
            asked_at: one.asked_at.as_millis(),
        }
    }
}

impl Today {
    fn of(found: Overview) -> Self {
        Self {
            waiting_devices: found.waiting,
            resumes: found.to_confirm.into_iter().map(ResumeToConfirm::of).collect(),
            roles: found.roles.into_iter().map(RoleToConfirm::of).collect(),
            certificates: CertificateAlerts::of(&found.alerts),
            without_device: found.without,
            root_list_ends: found.root_list.map(trien_core::env::UnixSecond::get),
            waves: found.waves.iter().map(WaveInNeed::of).collect(),
            stuck: found.stuck.count,
            doubted: found.doubted.into_iter().map(DoubtedDevice::of).collect(),
            asking: found.asking.into_iter().map(AskingDevice::of).collect(),
        }
    }
}

/// What needs a person today, within reach.
#[utoipa::path(
    get,
    path = "/api/v1/admin/today",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "What waits", body = Today),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_today(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let found = overview::today(&api.app, &who.officer).await?;
    Ok(fresh(axum::Json(Today::of(found))))
}
