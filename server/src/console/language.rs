//! Choosing the language of the pages.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::SET_COOKIE;

use super::visitor::LANGUAGE_COOKIE;
use crate::text::Language;

/// Remembers the choice for a year.
pub(super) async fn choose(Path(tag): Path<String>) -> Response {
    let language = Language::from_tag(&tag).unwrap_or_default();
    let tag = language.tag();
    let cookie = format!("{LANGUAGE_COOKIE}={tag}; Path=/console; Max-Age=31536000; SameSite=Lax");
    ([(SET_COOKIE, cookie)], Redirect::to("/console")).into_response()
}
