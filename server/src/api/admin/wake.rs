//! Waking a device, to see whether it comes.

use axum::extract::State;
use http::StatusCode;
use trien_core::id::DeviceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin};
use crate::api::extract::Path;
use crate::api::{Api, ApiError, schema};
use crate::flow::desk::{self, DeviceAct};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(wake_device))
}

/// Wake a device, to see whether it comes. What became of it stands on its page and in the figures.
#[utoipa::path(
    post,
    path = "/api/v1/admin/devices/{id}/wake",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the device")),
    responses(
        (status = 204, description = "It will be woken"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn wake_device(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<DeviceId>,
) -> Result<StatusCode, ApiError> {
    desk::on_device(&api.app, &who.officer, id, DeviceAct::Wake).await?;
    Ok(StatusCode::NO_CONTENT)
}
