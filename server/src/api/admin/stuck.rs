//! Everybody who is stuck while enrolling, in a wave or in none.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::Page as Onward;
use super::units::no_place;
use super::waves::StuckPerson;
use super::{Admin, Looks, fresh};
use crate::api::extract::Query;
use crate::api::{Api, ApiError, schema};
use crate::flow::waves::{self, PAGE, Place};
use crate::paging::Turn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_stuck))
}

/// Who is stuck within reach.
#[derive(Debug, Serialize, ToSchema)]
struct Stuck {
    /// How many people.
    count: usize,
    /// A page of them, the longest first.
    people: Vec<StuckPerson>,
    /// For the next page, if there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Everybody who is stuck at a step of the enrollment, in a wave or in none, a page at a time.
#[utoipa::path(
    get,
    path = "/api/v1/admin/stuck",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("cursor" = Option<String>, Query, description = "from the page before")),
    responses(
        (status = 200, description = "Who is stuck", body = Stuck),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_stuck(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(page): Query<Onward>,
) -> Result<Response, ApiError> {
    let turn = match page.cursor {
        None => Turn::First,
        Some(cursor) => Turn::After(Place::from_token(&cursor).ok_or_else(no_place)?),
    };
    let found = waves::everybody_stuck(&api.app, &who.officer, turn, PAGE).await?;
    Ok(fresh(axum::Json(Stuck {
        count: found.count,
        people: found.page.people.iter().map(StuckPerson::of).collect(),
        cursor: found.page.next.map(|place| place.to_token()),
    })))
}
