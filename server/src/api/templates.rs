//! Templates of routes, for document systems: what their unit may submit by, and whom that means now.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use trien_core::env::Timestamp;
use trien_core::id::TemplateId;
use trien_core::request::{Quorum, Role};
use trien_core::template::{TemplateBody, Who};
use trien_core::wire::{PersonView, UnitView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Any, Caller};
use super::{Api, ApiError, schema, tagged};
use crate::flow::templates::{
    self, Holder, ResolvedSigner, ResolvedStep, TemplateView, VersionView,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_templates))
}

/// A template as it is answered.
#[derive(Debug, Serialize)]
pub(super) struct Template {
    id: TemplateId,
    unit: UnitView,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    usable: bool,
    #[serde(flatten)]
    version: Version,
}

impl From<TemplateView> for Template {
    fn from(view: TemplateView) -> Self {
        let usable = view.is_usable();
        let TemplateView { id, unit, kind, version, ended_at } = view;
        Self { id, unit, kind, ended_at, usable, version: version.into() }
    }
}

/// A version as it is answered.
#[derive(Debug, Serialize)]
pub(super) struct Version {
    #[serde(rename = "version")]
    number: u32,
    name: String,
    made_at: Timestamp,
    body: TemplateBody,
    steps: Vec<Step>,
}

impl From<VersionView> for Version {
    fn from(view: VersionView) -> Self {
        let VersionView { number, name, made_at, body, steps, .. } = view;
        let steps = steps.into_iter().map(Step::from).collect();
        Self { number, name, made_at, body, steps }
    }
}

#[derive(Debug, Serialize)]
struct Step {
    role: Role,
    quorum: Quorum,
    signers: Vec<Signer>,
}

impl From<ResolvedStep> for Step {
    fn from(step: ResolvedStep) -> Self {
        let signers = step.signers.into_iter().map(Signer::from).collect();
        Self { role: step.role, quorum: step.quorum, signers }
    }
}

#[derive(Debug, Serialize)]
struct Signer {
    who: Who,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
}

impl From<ResolvedSigner> for Signer {
    fn from(ResolvedSigner { who, unit, holder }: ResolvedSigner) -> Self {
        let (person, missing) = match holder {
            Holder::One(person) => (Some(person), None),
            Holder::Nobody => (None, Some("nobody")),
            Holder::Several => (None, Some("several")),
        };
        Self { who, unit, person, missing }
    }
}

/// The templates by which the unit may submit: its own, then those of the units above it.
///
/// A submission names one in `template`, in place of `steps`. Posts are resolved when it is submitted; what they come to
/// now stands in `steps`, and `missing` says which post nobody or more than one person holds.
#[utoipa::path(
    get,
    path = "/api/v1/templates",
    tag = "document systems",
    security(("api_key" = []), ("client_credentials" = [])),
    responses(
        (status = 200, description = "Templates", body = Vec<schema::Template>),
        (status = 304, description = "As it was (If-None-Match)"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn list_templates(
    State(api): State<Api>,
    Caller { caller, .. }: Caller<Any>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = templates::of_caller(&api.app, &caller).await?;
    let found: Vec<Template> = found.into_iter().map(Template::from).collect();
    Ok(tagged(&headers, &found))
}
