//! Which apps may open this server's links without asking: Apple's and Google's files under `/.well-known/`
//! (RFC 8615), made from what attestation is configured with. An office that names no app has none: links would else
//! go to an app that it does not know.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CACHE_CONTROL;
use serde::Serialize;
use trien_core::digest::Sha256;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Api, ApiError, schema};
use crate::attestation::{AppAttestSettings, AttestationSettings};
use crate::flow::{FlowError, Thing};

/// The pages that phones open in the app: an invitation, and a request. A clerk's pages stay in the browser. `?` is any
/// character in Apple's patterns.
const PATHS: [&str; 2] = ["/e", "/r/????????-????-????-????-????????????"];

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(site_association)).routes(routes!(asset_links))
}

/// Apple's "Supporting associated domains".
#[derive(Serialize, ToSchema)]
struct SiteAssociation {
    applinks: AppLinks,
}

#[derive(Serialize, ToSchema)]
struct AppLinks {
    details: [AppLinksDetail; 1],
}

#[derive(Serialize, ToSchema)]
struct AppLinksDetail {
    /// Team and bundle identifier.
    #[serde(rename = "appIDs")]
    app_ids: [String; 1],
    components: Vec<Component>,
}

#[derive(Serialize, ToSchema)]
struct Component {
    #[serde(rename = "/")]
    path: &'static str,
}

impl SiteAssociation {
    fn of(settings: &AppAttestSettings) -> Self {
        let components = PATHS.into_iter().map(|path| Component { path }).collect();
        let details = [AppLinksDetail { app_ids: [settings.app.clone()], components }];
        Self { applinks: AppLinks { details } }
    }
}

/// A statement of Google's "Digital Asset Links".
#[derive(Serialize, ToSchema)]
struct AssetLink {
    relation: [&'static str; 1],
    target: AndroidApp,
}

#[derive(Serialize, ToSchema)]
struct AndroidApp {
    namespace: &'static str,
    package_name: String,
    /// SHA-256 of the certificates that sign the app, as pairs of digits with colons.
    sha256_cert_fingerprints: Vec<String>,
}

impl AssetLink {
    fn of(settings: &AttestationSettings) -> Self {
        Self {
            relation: ["delegate_permission/common.handle_all_urls"],
            target: AndroidApp {
                namespace: "android_app",
                package_name: settings.package.clone(),
                sha256_cert_fingerprints: settings.signers.iter().map(fingerprint).collect(),
            },
        }
    }
}

fn fingerprint(digest: &Sha256) -> String {
    let pairs: Vec<_> = digest.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// The iPhone app that opens this server's links; 404 where `app-attest-app` names none.
#[utoipa::path(
    get,
    path = "/.well-known/apple-app-site-association",
    tag = "public",
    security(()),
    responses(
        (status = 200, description = "The app", body = SiteAssociation),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn site_association(State(api): State<Api>) -> Result<Response, ApiError> {
    let settings = api.app.settings().app_attest.as_ref().ok_or(FlowError::NotFound(Thing::App))?;
    Ok(public(&SiteAssociation::of(settings)))
}

/// The Android app that opens this server's links; 404 where `attestation-package` names none.
#[utoipa::path(
    get,
    path = "/.well-known/assetlinks.json",
    tag = "public",
    security(()),
    responses(
        (status = 200, description = "The app", body = Vec<AssetLink>),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn asset_links(State(api): State<Api>) -> Result<Response, ApiError> {
    let settings = api.app.settings().attestation.as_ref();
    Ok(public(&[AssetLink::of(settings.ok_or(FlowError::NotFound(Thing::App))?)]))
}

/// The same for everybody, and seldom another.
fn public(answer: &impl Serialize) -> Response {
    ([(CACHE_CONTROL, "public, max-age=3600")], Json(answer)).into_response()
}
