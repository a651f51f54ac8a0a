//! The style sheet and the scripts, named by their hashes so that browsers keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use trien_core::digest::Sha256;

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// What pages load, each from its own address.
static FILES: LazyLock<[File; 4]> = LazyLock::new(|| {
    [
        File::new("css", CSS, include_str!("../../assets/console/console.css")),
        File::new("js", SCRIPT, include_str!("../../assets/console/vendor/htmx-4.0.1.min.js")),
        File::new("js", SCRIPT, include_str!("../../assets/console/vendor/hx-sse-4.0.1.min.js")),
        File::new("js", SCRIPT, include_str!("../../assets/console/console.js")),
    ]
});

struct File {
    name: String,
    path: String,
    media_type: &'static str,
    content: &'static str,
}

impl File {
    fn new(extension: &str, media_type: &'static str, content: &'static str) -> Self {
        let digest = Sha256::of(content.as_bytes()).to_string();
        let name = format!("{}.{extension}", &digest[..16]);
        Self { path: format!("/console/assets/{name}"), name, media_type, content }
    }
}

/// Where the style sheet is.
pub(super) fn style_path() -> &'static str {
    &FILES[0].path
}

/// Where the scripts are, in the order in which they run.
pub(super) fn script_paths() -> impl Iterator<Item = &'static str> {
    FILES[1..].iter().map(|file| file.path.as_str())
}

/// One of the files.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers =
        [(CONTENT_TYPE, file.media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, file.content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendored_scripts_are_as_published() {
        let listed = include_str!("../../assets/console/vendor/README.md");
        for file in &FILES[1..3] {
            let digest = Sha256::of(file.content.as_bytes()).to_string();
            assert!(listed.contains(&digest), "{digest} is not listed");
        }
    }
}
