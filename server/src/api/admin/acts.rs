//! Acts of administration as the log states them.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, PersonId, UnitId};
use trien_core::wire::UnitView;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::units::no_place;
use super::{Admin, Looks, MOST, fresh};
use crate::api::extract::Query;
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::FlowError;
use crate::flow::acts::{self, ActView, Author, Change, Filter, PAGE, Reader};
use crate::text::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(admin_acts)).routes(routes!(admin_acts_csv))
}

/// Query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ActsOf {
    unit: Option<UnitId>,
    kind: Option<String>,
    account: Option<AccountId>,
    person: Option<PersonId>,
    subject: Option<String>,
    from: Option<i64>,
    until: Option<i64>,
    cursor: Option<String>,
    limit: Option<u32>,
}

impl ActsOf {
    fn filter(&self) -> Result<Filter, FlowError> {
        Ok(Filter {
            unit: self.unit,
            kind: self.kind.as_deref().map(acts::kind_of).transpose()?,
            account: self.account,
            person: self.person,
            subject: self.subject.as_deref().map(acts::subject_of).transpose()?,
            from: self.from.map(UnixSecond::new),
            until: self.until.map(UnixSecond::new),
        })
    }
}

/// One value before and after an act; units, people and accounts by their names.
#[derive(Debug, Serialize, ToSchema)]
struct ActChange {
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl ActChange {
    fn of(change: Change) -> Self {
        Self { field: change.field, before: change.before, after: change.after }
    }
}

/// An act.
#[derive(Debug, Serialize, ToSchema)]
struct ActStated {
    /// Where its statement stands in the log.
    leaf: u64,
    /// Seconds since 1970.
    at: i64,
    /// What was done, such as `device-revoked`.
    kind: String,
    /// `account`, `device`, `command-line` or `server`.
    by: String,
    /// The account or the device that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// The name of its person.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_name: Option<String>,
    /// The person that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The units that it concerns; none: the office as a whole.
    #[schema(value_type = Vec<schema::UnitView>)]
    units: Vec<UnitView>,
    /// What it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Why, in the words of whoever did it or asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The act of the same moment that it follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    follows: Option<String>,
    /// What it changed.
    changes: Vec<ActChange>,
    /// The statement as JSON, letter by letter: its SHA-256, with a salt, is what the leaf holds.
    statement: String,
}

impl ActStated {
    fn of(act: ActView) -> Self {
        let (by, actor, actor_name) = match act.by {
            Author::CommandLine => ("command-line", None, None),
            Author::Server => ("server", None, None),
            Author::Account(id, name) => ("account", Some(id.to_string()), Some(name)),
            Author::Device(id, name) => ("device", Some(id.to_string()), Some(name)),
        };
        Self {
            leaf: act.leaf,
            at: act.at.get(),
            kind: act.kind.slug().to_owned(),
            by: by.to_owned(),
            actor,
            actor_name: actor_name.filter(|name| !name.is_empty()),
            person: act.person.map(|(id, _)| id.to_string()),
            units: act.units.into_iter().map(|(id, name)| UnitView { id, name }).collect(),
            subject: act.subject,
            why: act.why,
            follows: act.with.map(|kind| kind.slug().to_owned()),
            changes: act.changes.into_iter().map(ActChange::of).collect(),
            statement: act.statement,
        }
    }
}

/// One page of acts.
#[derive(Debug, Serialize, ToSchema)]
struct ActList {
    acts: Vec<ActStated>,
    /// For the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// What was done in the units in which the account is administrator or auditor, and below, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/acts",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("unit" = Option<String>, Query, description = "only what concerns this unit or one below it"),
        ("kind" = Option<String>, Query, description = "only acts of this kind, such as `device-revoked`"),
        ("account" = Option<String>, Query, description = "only what this account did"),
        ("person" = Option<String>, Query, description = "only what concerns this person"),
        ("subject" = Option<String>, Query, description = "only what was done to this thing: an \
         identifier, or the digest of a certificate or file"),
        ("from" = Option<i64>, Query, description = "not before this moment, in seconds since 1970"),
        ("until" = Option<i64>, Query, description = "before this moment, in seconds since 1970"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = ActList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_acts(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<ActsOf>,
) -> Result<Response, ApiError> {
    let filter = of.filter()?;
    let before: Option<u64> =
        of.cursor.map(|cursor| cursor.parse().map_err(|_| no_place())).transpose()?;
    let limit = of.limit.unwrap_or(PAGE).clamp(1, MOST);
    let reader = Reader::Officer(&who.officer);
    let found = acts::list(&api.app, reader, &filter, before, limit).await?;
    let cursor = found.next.map(|next| next.to_string());
    let acts = found.acts.into_iter().map(ActStated::of).collect();
    Ok(fresh(axum::Json(ActList { acts, cursor })))
}

/// The same list as a table in the reader's language: the newest 10,000.
#[utoipa::path(
    get,
    path = "/api/v1/admin/acts/csv",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("unit" = Option<String>, Query, description = "as for the list"),
        ("kind" = Option<String>, Query, description = "as for the list"),
        ("account" = Option<String>, Query, description = "as for the list"),
        ("person" = Option<String>, Query, description = "as for the list"),
        ("subject" = Option<String>, Query, description = "as for the list"),
        ("from" = Option<i64>, Query, description = "as for the list"),
        ("until" = Option<i64>, Query, description = "as for the list"),
    ),
    responses(
        (status = 200, description = "CSV", body = String, content_type = "text/csv"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_acts_csv(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<ActsOf>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let language = Language::preferred(&headers);
    let reader = Reader::Officer(&who.officer);
    let sheet = acts::export(&api.app, reader, &of.filter()?, language).await?;
    Ok(attached("text/csv; charset=utf-8", "acts.csv", sheet))
}
