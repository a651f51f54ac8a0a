//! Somebody changes post: looked at whole, then carried out.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::Filed;
use super::{Acts, Admin, Bearer, Looks, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::flow::change::{
    self, Authority, Changer, Choice, Leaving, NewPost, Plan, PostChange, PostRef,
};
use crate::flow::{FlowError, desk};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(plan_post)).routes(routes!(change_post))
}

/// A post that ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedPost {
    #[schema(value_type = String)]
    unit: UnitId,
    title: String,
}

/// A post that begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedNewPost {
    #[schema(value_type = String)]
    unit: UnitId,
    /// 1 to 200 characters.
    #[schema(value_type = String)]
    title: Text<200>,
    /// `chief`, `deputy` or `clerk`; none of them when it is left out.
    authority: Option<String>,
}

/// What becomes of somebody's posts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum AskedPostChange {
    /// Leaves one for another.
    Moves { from: AskedPost, to: AskedNewPost },
    /// Takes a further one.
    Adds { to: AskedNewPost },
    /// Ends one.
    Ends { from: AskedPost },
    /// Into retirement.
    Retires,
    /// To another office, or out of service.
    Leaves,
    /// The person died.
    Dies,
}

impl AskedPost {
    fn read(self) -> PostRef {
        PostRef { unit: self.unit, title: self.title }
    }
}

impl AskedNewPost {
    fn read(self) -> Result<NewPost, FlowError> {
        let authority = authority_of(self.authority)?;
        Ok(NewPost { unit: self.unit, title: self.title, authority })
    }
}

/// What a post lets its holder do, by its name.
pub(super) fn authority_of(name: Option<String>) -> Result<Option<Authority>, FlowError> {
    let unknown = || FlowError::BadRequest("there is no such authority".to_owned());
    name.map(|name| Authority::from_name(&name).ok_or_else(unknown)).transpose()
}

impl AskedPostChange {
    async fn look(self, api: &Api, who: &Bearer, person: PersonId) -> Result<Plan, FlowError> {
        let change = match self {
            Self::Moves { from, to } => PostChange::Moves { from: from.read(), to: to.read()? },
            Self::Adds { to } => PostChange::Adds(to.read()?),
            Self::Ends { from } => PostChange::Ends(from.read()),
            Self::Retires => PostChange::Leaves(Leaving::Retires),
            Self::Leaves => PostChange::Leaves(Leaving::Leaves),
            Self::Dies => PostChange::Leaves(Leaving::Dies),
        };
        desk::look(&api.app, &who.officer, person, change).await
    }
}

/// What a change of post would do.
#[derive(Debug, Serialize, ToSchema)]
struct PostChangePlan {
    /// What was looked at, for carrying it out.
    seen: String,
    /// Steps that stay as they are, because units of others submitted them.
    left: usize,
    items: Vec<PlannedItem>,
}

/// A thing that somebody holds, and what may become of it.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedItem {
    /// Its name in `chosen`, such as `device:…`.
    key: String,
    /// Which, in words.
    what: String,
    /// Whether its certificate says what is true afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    fits: Option<bool>,
    /// What is done where nothing is chosen.
    proposed: String,
    /// What may be chosen.
    choices: Vec<String>,
}

/// Look at a change of post whole; nothing is done.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/plan",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the person")),
    request_body = AskedPostChange,
    responses(
        (status = 200, description = "What would be done", body = PostChangePlan),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn plan_post(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<PersonId>,
    Json(asked): Json<AskedPostChange>,
) -> Result<Response, ApiError> {
    let plan = asked.look(&api, &who, id).await?;
    let items = plan.items.iter().map(|item| PlannedItem {
        key: item.about.key(),
        what: item.about.what(),
        fits: item.fits,
        proposed: item.proposed.name(),
        choices: item.choices.iter().map(Choice::name).collect(),
    });
    Ok(fresh(axum::Json(PostChangePlan {
        seen: plan.seen.as_str().to_owned(),
        left: plan.left,
        items: items.collect(),
    })))
}

/// A change of post to carry out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostToCarryOut {
    /// As it was looked at.
    change: AskedPostChange,
    /// What the plan said under `seen`; a plan that no longer fits is refused.
    seen: String,
    /// Choices by the keys of the plan's items; the others are done as proposed.
    #[serde(default)]
    chosen: BTreeMap<String, String>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    why: Text<500>,
}

/// Carry out a change of post that was looked at, all or nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/people/{id}/change",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the person")),
    request_body = PostToCarryOut,
    responses(
        (status = 201, description = "Done", body = Filed),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn change_post(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<PersonId>,
    Json(asked): Json<PostToCarryOut>,
) -> Result<Response, ApiError> {
    let plan = asked.change.look(&api, &who, id).await?;
    plan.require(&asked.seen)?;
    let (by, act) = (Changer::Officer(&who.officer), who.officer.act(Some(asked.why)));
    let report = change::carry_out(&api.app, by, &act, plan, &asked.chosen).await?;
    Ok((StatusCode::CREATED, axum::Json(Filed { report: report.to_string() })).into_response())
}
