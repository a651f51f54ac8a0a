//! The API's description as a page to read and to try: Swagger UI, from this server alone.

use axum::response::{Html, IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use trien_core::problem::ProblemKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::pages::Escaped;
use super::{Api, ApiError, schema};
use crate::text::{Language, text};

/// What the page loads: name, kind and content.
const FILES: [(&str, &str, &str); 3] = [
    (
        "swagger-ui.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/api/vendor/swagger-ui.css"),
    ),
    (
        "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/api/vendor/swagger-ui-bundle.js"),
    ),
    ("explorer.js", "text/javascript; charset=utf-8", include_str!("../../assets/api/explorer.js")),
];

/// Scripts and questions of this server only. Swagger UI writes styles into its elements and draws with `data:` pictures.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(page)).routes(routes!(file))
}

/// The API's description as a page on which calls can be tried.
#[utoipa::path(
    get,
    path = "/api/v1/docs",
    tag = "public",
    security(()),
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
)]
async fn page(headers: HeaderMap) -> Response {
    let language = Language::preferred(&headers);
    let (title, none) = (text(language, "web-api"), text(language, "web-api-no-script"));
    let tag = language.tag();
    let page = format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/api/v1/docs/swagger-ui.css\">\
         <script defer src=\"/api/v1/docs/swagger-ui-bundle.js\"></script>\
         <script defer src=\"/api/v1/docs/explorer.js\"></script></head>\
         <body><div id=\"explorer\"></div>\
         <noscript><p>{none} <a href=\"/api/v1/openapi.json\">openapi.json</a></p></noscript></body></html>",
        title = Escaped(&title),
        none = Escaped(&none),
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CONTENT_LANGUAGE, tag),
        (VARY, "Accept-Language"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(page)).into_response()
}

/// What the page loads.
#[utoipa::path(
    get,
    path = "/api/v1/docs/{file}",
    tag = "public",
    security(()),
    params(("file" = String, Path, description = "its name")),
    responses(
        (status = 200, description = "A script or style sheet", body = String, content_type = "text/javascript"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn file(Path(name): Path<String>) -> Result<Response, ApiError> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, kind, content) = found.ok_or(ApiError::new(ProblemKind::NotFound))?;
    let headers = [(CONTENT_TYPE, *kind), (CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, *content).into_response())
}

#[cfg(test)]
mod tests {
    use trien_core::digest::Sha256;

    use super::*;

    #[test]
    fn vendored_files_are_as_published() {
        let listed = include_str!("../../assets/api/vendor/README.md");
        for (name, _, content) in &FILES[..2] {
            let digest = Sha256::of(content.as_bytes()).to_string();
            assert!(listed.contains(&digest), "{name}: {digest} is not listed");
        }
    }
}
