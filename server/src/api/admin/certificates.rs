//! The certificate register.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use trien_core::certificate::PromptPolicy;
use trien_core::document::Text;
use trien_core::id::{EntryId, PersonId, UnitId};
use trien_core::register::{CertificateKind, State as EntryState};
use trien_core::wire::Base64;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::people::MadeInvitation;
use super::{Acts, Admin, Looks, MOST, Made, Revocation, fresh};
use crate::api::extract::{Json, Path, Query};
use crate::api::integration::CertificateList;
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::FlowError;
use crate::flow::desk::{self, Doing};
use crate::flow::register::{
    self, Author, CertificateView, Elsewhere, EventRow, Filter, Found, Reader, Relative, Soon,
};
use crate::text::Language;

/// Largest certificate that is recorded, in bytes: one of the largest size in PEM, with words around it.
const MAX_FILE_BYTES: usize = 128 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(admin_certificates, record_certificate))
        .routes(routes!(export_certificates))
        .routes(routes!(admin_certificate))
        .routes(routes!(revoke_certificate))
        .routes(routes!(renew_certificate))
}

/// Query of the register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificatesOf {
    state: Option<String>,
    unit: Option<UnitId>,
    within: Option<i64>,
    #[serde(default)]
    exceeds: bool,
    cursor: Option<String>,
    #[serde(default = "usual_page")]
    limit: u32,
}

/// Query of the list as a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportOf {
    state: Option<String>,
    unit: Option<UnitId>,
    within: Option<i64>,
    #[serde(default)]
    exceeds: bool,
    layout: Option<String>,
}

fn usual_page() -> u32 {
    register::PAGE
}

impl CertificatesOf {
    fn filter(&self) -> Result<Filter, FlowError> {
        let unknown = |what: &str| FlowError::BadRequest(format!("there is no such {what}"));
        let state = self.state.as_deref();
        let state = state.map(|name| EntryState::from_name(name).ok_or_else(|| unknown("state")));
        let soon = self.within.map(|days| Soon::of_days(days).ok_or_else(|| unknown("time")));
        let (state, soon, exceeds) = (state.transpose()?, soon.transpose()?, self.exceeds);
        if soon.is_some() && exceeds {
            let both = "ask for what ends soon or for what is valid for too long, not for both";
            return Err(FlowError::BadRequest(both.to_owned()));
        }
        Ok(Filter { state, unit: self.unit, soon, exceeds })
    }
}

/// The register of the units within reach, newest first; with `within` those that end soonest.
#[utoipa::path(
    get,
    path = "/api/v1/admin/certificates",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("state" = Option<String>, Query, description = "requested, reviewed, issued, in-use, \
         suspended, renewed, revoked, expired or refused"),
        ("unit" = Option<String>, Query, description = "only those of this unit and the ones below it"),
        ("within" = Option<i64>, Query, description = "only those in force that end within 7, 30 or \
         60 days"),
        ("exceeds" = Option<bool>, Query, description = "only those that are valid for longer than \
         allowed: five years for a first certificate, three for a renewal"),
        ("cursor" = Option<String>, Query, description = "from the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200, usually 50"),
    ),
    responses(
        (status = 200, description = "A page", body = schema::CertificateList),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_certificates(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<CertificatesOf>,
) -> Result<Response, ApiError> {
    let after = of.cursor.as_deref().map(str::parse).transpose()?;
    let (reader, limit) = (Reader::Officer(&who.officer), of.limit.clamp(1, MOST));
    let page = register::list(&api.app, reader, &of.filter()?, after, limit).await?;
    let views = page.entries.into_iter().map(CertificateView::try_from);
    let certificates = views.collect::<Result<_, FlowError>>()?;
    let cursor = page.next.map(|cursor| cursor.to_string());
    Ok(fresh(axum::Json(CertificateList { certificates, cursor })))
}

/// An entry with everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateStory {
    #[schema(value_type = schema::CertificateView)]
    entry: CertificateView,
    /// What happened, oldest first.
    events: Vec<CertificateEvent>,
    /// The entry that it renews, or whose place it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<RelatedCertificate>,
    /// Those that renew it or take its place, or wait to.
    after: Vec<RelatedCertificate>,
}

/// An entry that renews another one, or is renewed.
#[derive(Debug, Serialize, ToSchema)]
struct RelatedCertificate {
    entry: String,
    /// The serial number, hexadecimal, once there is a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    state: &'static str,
    /// Whether one renews the other; else it takes its place for another cause.
    renews: bool,
}

impl RelatedCertificate {
    fn of(one: Relative) -> Self {
        let Relative { entry, serial, state, renews } = one;
        Self { entry: entry.to_string(), serial, state: state.name(), renews }
    }
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateEvent {
    /// `requested`, `reviewed`, `issued`, `handed-over` and the like.
    event: &'static str,
    /// Milliseconds since 1970; none where nobody kept the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<i64>,
    /// `phone`, `server`, `command-line`, `account` or `unrecorded`.
    author: &'static str,
    /// The account, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The reason code of RFC 5280 §5.3.1, of a revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl CertificateEvent {
    fn of(row: EventRow) -> Self {
        let (author, account) = match row.author {
            Author::Phone => ("phone", None),
            Author::Server => ("server", None),
            Author::CommandLine => ("command-line", None),
            Author::Account(account) => ("account", Some(account.to_string())),
            Author::Unrecorded => ("unrecorded", None),
        };
        Self {
            event: row.event.name(),
            at: row.at.map(trien_core::env::Timestamp::as_millis),
            author,
            account,
            reason: row.reason,
            why: row.why,
        }
    }
}

/// One entry of the register with its timeline.
#[utoipa::path(
    get,
    path = "/api/v1/admin/certificates/{id}",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(("id" = String, Path, description = "the entry")),
    responses(
        (status = 200, description = "The entry", body = CertificateStory),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_certificate(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Path(id): Path<EntryId>,
) -> Result<Response, ApiError> {
    let story = register::show(&api.app, Reader::Officer(&who.officer), id).await?;
    let events = story.events.into_iter().map(CertificateEvent::of).collect();
    let entry = CertificateView::try_from(story.entry)?;
    let before = story.relations.before.map(RelatedCertificate::of);
    let after = story.relations.after.into_iter().map(RelatedCertificate::of).collect();
    Ok(fresh(axum::Json(CertificateStory { entry, events, before, after })))
}

/// The register as a table, in the reader's language, with the filters of the list.
#[utoipa::path(
    get,
    path = "/api/v1/admin/certificates/csv",
    tag = "administration",
    security(("admin_token" = ["read"])),
    params(
        ("state" = Option<String>, Query, description = "as the list takes it"),
        ("unit" = Option<String>, Query, description = "as the list takes it"),
        ("within" = Option<i64>, Query, description = "as the list takes it"),
        ("exceeds" = Option<bool>, Query, description = "as the list takes it"),
        ("layout" = Option<String>, Query, description = "the name of a layout in the data folder's \
         register.toml; usually the first one"),
    ),
    responses(
        (status = 200, description = "CSV", body = String, content_type = "text/csv"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn export_certificates(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
    Query(of): Query<ExportOf>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let ExportOf { state, unit, within, exceeds, layout } = of;
    let of = CertificatesOf { state, unit, within, exceeds, cursor: None, limit: 0 };
    let (reader, language) = (Reader::Officer(&who.officer), Language::preferred(&headers));
    let (filter, layout) = (of.filter()?, layout.as_deref());
    let sheet = register::export(&api.app, reader, &filter, layout, language).await?;
    Ok(attached("text/csv; charset=utf-8", "certificates.csv", sheet))
}

/// A certificate that its holder has already, on a token, in a SIM or with a remote service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateToRecord {
    /// Who holds it: for an agency's seal, its clerk.
    #[schema(value_type = String)]
    person: PersonId,
    /// The unit in which the person has a post.
    #[schema(value_type = String)]
    unit: UnitId,
    /// `personal` or `agency-seal`.
    kind: String,
    /// Where its key lives: `token`, `sim` or `remote`.
    key: String,
    /// How often the key asks for the person, where that is known.
    #[schema(value_type = Option<schema::PromptPolicy>)]
    prompt_policy: Option<PromptPolicy>,
    /// The entry whose place it takes.
    #[schema(value_type = Option<String>)]
    renews: Option<EntryId>,
    /// The file, PEM or DER, as base64.
    #[schema(value_type = String)]
    certificate: Base64,
    /// Why: 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

impl CertificateToRecord {
    fn read(self) -> Result<Found, FlowError> {
        let unknown = |what: &str| FlowError::BadRequest(format!("there is no such {what}"));
        if self.certificate.0.len() > MAX_FILE_BYTES {
            return Err(FlowError::TooLarge { limit: MAX_FILE_BYTES as u64 });
        }
        let home = Elsewhere::ALL.into_iter().find(|home| home.home().name() == self.key);
        let prompt = self.prompt_policy.map(register::stated_prompt);
        Ok(Found {
            file: self.certificate.0,
            person: self.person,
            unit: self.unit,
            kind: CertificateKind::from_name(&self.kind).ok_or_else(|| unknown("kind"))?,
            home: home.ok_or_else(|| unknown("key"))?,
            prompt_policy: prompt.transpose()?,
            renews: self.renews,
        })
    }
}

/// Record a certificate from elsewhere, of a person in a unit in which the account is CA officer.
#[utoipa::path(
    post,
    path = "/api/v1/admin/certificates",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body = CertificateToRecord,
    responses(
        (status = 201, description = "Recorded", body = Made),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn record_certificate(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Json(asked): Json<CertificateToRecord>,
) -> Result<Response, ApiError> {
    let by = Doing::because(&who.officer, asked.why.clone());
    let id = desk::record_certificate(&api.app, by, asked.read()?).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { id: id.to_string() })).into_response())
}

/// End a certificate before its time; one in a phone ends with its device.
#[utoipa::path(
    post,
    path = "/api/v1/admin/certificates/{id}/revoke",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the entry")),
    request_body = Revocation,
    responses(
        (status = 204, description = "Revoked"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn revoke_certificate(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<EntryId>,
    Json(asked): Json<Revocation>,
) -> Result<StatusCode, ApiError> {
    let reason = asked.reason()?;
    desk::revoke_certificate(&api.app, &who.officer, id, reason, asked.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invite the holder of a certificate in a phone to renew it, with that phone or another one and new keys. The old one
/// works until the new one is approved; then it is renewed. The link is in this answer only.
#[utoipa::path(
    post,
    path = "/api/v1/admin/certificates/{id}/renewal",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("id" = String, Path, description = "the entry")),
    responses(
        (status = 201, description = "Invited", body = MadeInvitation),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn renew_certificate(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(id): Path<EntryId>,
) -> Result<Response, ApiError> {
    let (_, new) = desk::renew_certificate(&api.app, &who.officer, id).await?;
    Ok(fresh((StatusCode::CREATED, axum::Json(MadeInvitation::of(new)))))
}
