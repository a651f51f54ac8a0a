//! The style sheet, named by its hash so that browsers keep it for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use trien_core::digest::Sha256;

const STYLE: &str = include_str!("../../assets/console/console.css");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::of(STYLE.as_bytes()).to_string();
    format!("/console/assets/{}.css", &digest[..16])
});

/// Where the style sheet is.
pub(super) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// One of the files.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    if !STYLE_PATH.ends_with(&format!("/{name}")) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE).into_response()
}
