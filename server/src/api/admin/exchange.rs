//! The exchange of files with an outside authority.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{UnitId, WaveId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Acts, Admin, Looks, MayWhy, Reasoned, Why, fresh};
use crate::api::extract::{Json, Path};
use crate::api::{Api, ApiError, schema};
use crate::download::attached;
use crate::flow::account::Role;
use crate::flow::exchange::{self, Answer, Asked, Encoding, Exchanger, MAX_FILE_BYTES};
use crate::flow::{FlowError, Thing, waves};
use crate::sheet::Format;
use crate::text::{Language, text};

pub(super) fn routes() -> OpenApiRouter<Api> {
    let files = OpenApiRouter::new()
        .routes(routes!(look_at_certificates))
        .layer(DefaultBodyLimit::max(MAX_FILE_BYTES));
    OpenApiRouter::new()
        .merge(files)
        .routes(routes!(admin_exchange))
        .routes(routes!(pack_requests))
        .routes(routes!(take_certificates))
        .routes(routes!(write_revocations))
}

/// Everything about the exchange within reach.
#[derive(Debug, Serialize, ToSchema)]
struct ExchangeView {
    /// Where certificates come from, as units say it.
    sources: Vec<SourceView>,
    /// Authorities that are trusted or proposed.
    anchors: Vec<AnchorView>,
    /// What waits for an outside authority; empty for whoever is no CA officer.
    waiting: Vec<WaitingView>,
    /// Certificates that their authority has to revoke and was not told of yet.
    untold: usize,
}

/// Where the certificates of a unit and of those below it come from.
#[derive(Debug, Serialize, ToSchema)]
struct SourceView {
    unit: String,
    unit_name: String,
    /// `here` or `outside`.
    source: &'static str,
}

/// An authority that is trusted in a unit and below, or proposed.
#[derive(Debug, Serialize, ToSchema)]
struct AnchorView {
    id: String,
    unit: String,
    /// SHA-256 of the certificate.
    sha256: String,
    /// The account that proposed it; none: the server's own command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed_by: Option<String>,
    why: String,
    /// Milliseconds since 1970.
    proposed_at: i64,
    /// Since when it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<i64>,
}

/// A key that waits for its certificate.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingView {
    /// Its entry in the register.
    entry: String,
    unit: String,
    person: String,
    name: String,
    device: String,
    /// Milliseconds since 1970.
    since: i64,
    /// How often it was handed out.
    exports: u32,
}

/// What waits, what is trusted, and where certificates come from.
#[utoipa::path(
    get,
    path = "/api/v1/admin/exchange",
    tag = "administration",
    security(("admin_token" = ["read"])),
    responses(
        (status = 200, description = "The exchange", body = ExchangeView),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn admin_exchange(
    State(api): State<Api>,
    Admin(who, _): Admin<Looks>,
) -> Result<Response, ApiError> {
    let (app, officer) = (&api.app, &who.officer);
    let (mut waiting, mut untold) = (Vec::new(), 0);
    if officer.is(Role::CaOfficer) {
        let exchanger = Exchanger::Officer(officer);
        waiting = exchange::waiting(app, exchanger, Asked::All).await?;
        let ended = exchange::ended(app, exchanger).await?;
        untold = ended.iter().filter(|one| one.told_at.is_none()).count();
    }
    let sources = exchange::sources(app, officer).await?.into_iter().map(|(unit, source)| {
        SourceView { unit: unit.id.to_string(), unit_name: unit.name, source: source.name() }
    });
    let anchors = exchange::anchors(app, officer).await?.into_iter().map(|row| AnchorView {
        id: row.id.to_string(),
        unit: row.unit.id.to_string(),
        sha256: row.sha256.to_string(),
        proposed_by: row.proposed_by.map(|(account, _)| account.to_string()),
        why: row.why,
        proposed_at: row.proposed_at.as_millis(),
        confirmed_at: row.confirmed_at.map(trien_core::env::Timestamp::as_millis),
    });
    let waiting = waiting.into_iter().map(|one| WaitingView {
        entry: one.entry.to_string(),
        unit: one.unit.id.to_string(),
        person: one.person.id.to_string(),
        name: one.person.name,
        device: one.device.to_string(),
        since: one.since.as_millis(),
        exports: one.exports,
    });
    Ok(fresh(axum::Json(ExchangeView {
        sources: sources.collect(),
        anchors: anchors.collect(),
        waiting: waiting.collect(),
        untold,
    })))
}

/// Which requests go out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestsAsked {
    /// Only those of this unit and the ones below it.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitId>,
    /// Only those of this wave.
    #[schema(value_type = Option<String>)]
    wave: Option<WaveId>,
    /// `pem` (usually) or `der`.
    encoding: Option<String>,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    why: Option<Text<500>>,
}

impl RequestsAsked {
    fn encoding(&self) -> Result<Encoding, FlowError> {
        match self.encoding.as_deref() {
            None | Some("pem") => Ok(Encoding::Pem),
            Some("der") => Ok(Encoding::Der),
            Some(_) => Err(FlowError::BadRequest("requests are written as pem or der".to_owned())),
        }
    }
}

/// Hand requests out to the authority: a ZIP of requests with the list of subscribers. It is an act, noted
/// with each entry.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/requests",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body = RequestsAsked,
    responses(
        (status = 200, description = "A ZIP", body = schema::File, content_type = "application/zip"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn pack_requests(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Json(of): Json<RequestsAsked>,
) -> Result<Response, ApiError> {
    let (app, encoding) = (&api.app, of.encoding()?);
    who.officer.require_somewhere(Role::CaOfficer)?;
    let asked = match (of.wave, of.unit) {
        (Some(_), Some(_)) => {
            let why = "ask for a wave or for a unit".to_owned();
            return Err(FlowError::BadRequest(why).into());
        }
        (Some(wave), None) => {
            waves::one(app, &who.officer, wave).await?;
            Asked::Wave(wave)
        }
        (None, Some(unit)) => Asked::Unit(unit),
        (None, None) => Asked::All,
    };
    let exchanger = Exchanger::Officer(&who.officer);
    let packed = exchange::pack(app, exchanger, asked, encoding, of.why).await?;
    Ok(attached("application/zip", "requests.zip", packed.zip))
}

/// What taking certificates would do, and what does not fit.
#[derive(Debug, Serialize, ToSchema)]
struct CertificatesAnswer {
    /// SHA-256 of the file: the name by which it is carried out, for an hour.
    digest: String,
    /// Whether there is something to take.
    ready: bool,
    /// Whether a secret key was among them: then nothing is taken, and nothing kept.
    holds_secret: bool,
    accepted: Vec<AcceptedCertificate>,
    refused: Vec<RefusedCertificate>,
}

/// A certificate that fits.
#[derive(Debug, Serialize, ToSchema)]
struct AcceptedCertificate {
    /// The entry that waits for it.
    entry: String,
    person: String,
    name: String,
    unit: String,
    serial: String,
    /// The last second of its validity, since 1970.
    ends: i64,
}

/// Something that does not fit.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedCertificate {
    /// In which file; empty where there is one only.
    file: String,
    /// At which place of the file, from 1; 0 for the file as a whole.
    number: usize,
    subject: String,
    serial: String,
    /// What does not fit, such as `objection-expired`.
    objections: Vec<&'static str>,
    /// The same in the reader's language.
    texts: Vec<String>,
}

impl CertificatesAnswer {
    fn of(answer: &Answer, language: Language) -> Self {
        let accepted = answer.accepted.iter().map(|one| AcceptedCertificate {
            entry: one.entry.to_string(),
            person: one.person.id.to_string(),
            name: one.person.name.clone(),
            unit: one.unit.id.to_string(),
            serial: one.serial(),
            ends: one.ends.get(),
        });
        let refused = answer.refused.iter().map(|one| RefusedCertificate {
            file: one.file.clone(),
            number: one.number,
            subject: one.subject.clone(),
            serial: one.serial.clone(),
            objections: one.objections.iter().map(|why| why.key()).collect(),
            texts: one.objections.iter().map(|why| text(language, why.key())).collect(),
        });
        Self {
            digest: answer.digest.to_string(),
            ready: answer.is_ready(),
            holds_secret: answer.holds_secret,
            accepted: accepted.collect(),
            refused: refused.collect(),
        }
    }
}

/// Look at certificates that came back (PEM, DER, P7B, or a ZIP of them); nothing is taken yet.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/certificates",
    tag = "administration",
    security(("admin_token" = ["act"])),
    request_body(content = schema::File, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "What would be taken", body = CertificatesAnswer),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn look_at_certificates(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Response, ApiError> {
    who.officer.require_somewhere(Role::CaOfficer)?;
    let answer = exchange::look(&api.app, &who.officer, file.to_vec()).await?;
    Ok(fresh(axum::Json(CertificatesAnswer::of(&answer, Language::preferred(&headers)))))
}

/// How many were taken.
#[derive(Debug, Serialize, ToSchema)]
struct Taken {
    taken: usize,
}

/// Take the certificates that were looked at and fit, in one act.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/certificates/{digest}",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("digest" = String, Path, description = "as looking at them said")),
    request_body = Why,
    responses(
        (status = 200, description = "Taken", body = Taken),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn take_certificates(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(digest): Path<Sha256>,
    Json(Why { why }): Json<Why>,
) -> Result<Response, ApiError> {
    let (app, officer) = (&api.app, &who.officer);
    officer.require_somewhere(Role::CaOfficer)?;
    let answer = exchange::look_again(app, officer, &digest).await?;
    let exchanger = Exchanger::Officer(officer);
    let taken = exchange::carry_out(app, exchanger, answer, Some(why)).await?;
    exchange::forget(app, officer).await?;
    Ok(fresh(axum::Json(Taken { taken })))
}

/// Write the list of what the authority has to revoke, in the reader's language. It is an act: what is in
/// the list counts as told.
#[utoipa::path(
    post,
    path = "/api/v1/admin/exchange/revocations/{format}",
    tag = "administration",
    security(("admin_token" = ["act"])),
    params(("format" = String, Path, description = "csv or xlsx")),
    request_body = Option<MayWhy>,
    responses(
        (
            status = 200,
            description = "CSV or XLSX",
            content(
                (schema::File = "text/csv"),
                (schema::File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ),
        ),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn write_revocations(
    State(api): State<Api>,
    Admin(who, _): Admin<Acts>,
    Path(ending): Path<String>,
    headers: HeaderMap,
    Reasoned(why): Reasoned,
) -> Result<Response, ApiError> {
    let format = Format::of_ending(&ending).ok_or(FlowError::NotFound(Thing::Table))?;
    let (exchanger, language) = (Exchanger::Officer(&who.officer), Language::preferred(&headers));
    let list = exchange::write_ended(&api.app, exchanger, format, language, why).await?;
    Ok(attached(format.media_type(), &format!("revocations.{ending}"), list))
}
