//! Forms, taken from our own pages only: the browser says so (`Origin`, `Sec-Fetch-Site`), and the
//! form carries the token of its session.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::{Form, extract::FromRequestParts as _};
use http::HeaderMap;
use http::header::ORIGIN;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Console;
use super::error::PageError;
use super::visitor::{Reader, Visitor};
use crate::config::Origin;
use crate::flow::FlowError;
use crate::text::Language;

/// A form of somebody who signed in.
pub(super) struct Posted<T> {
    pub visitor: Visitor,
    pub form: T,
}

/// A form of nobody yet: to sign in, or to set up.
pub(super) struct Open<T> {
    pub language: Language,
    pub headers: HeaderMap,
    pub form: T,
}

/// A form with a file (multipart/form-data, RFC 7578) of at most `MAX` bytes, of somebody who signed
/// in. One that is larger is read to its end, because a browser waits for that before it listens.
pub(super) struct Uploaded<const MAX: usize> {
    pub visitor: Visitor,
    /// The fields by their names.
    pub fields: HashMap<String, String>,
    /// The file's name, for people.
    pub name: String,
    /// The file; empty where none was chosen, cut behind `MAX` bytes and one more where it is larger.
    pub file: Vec<u8>,
}

/// The same with several files, of at most `MAX` bytes together.
pub(super) struct Uploads<const MAX: usize> {
    pub visitor: Visitor,
    /// The files that were chosen, cut as a single one is.
    pub files: Vec<Sent>,
}

/// A file as a browser sends it.
pub(super) struct Sent {
    /// Its name, for people.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is read of a form before anything else.
#[derive(Deserialize)]
struct Shown {
    token: String,
}

/// The rest of it; a form may refuse what it does not know, and the token is known.
#[derive(Deserialize)]
struct Guarded<T> {
    #[serde(rename = "token")]
    _token: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned + Send> FromRequest<Console> for Posted<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, console: &Console) -> Result<Self, PageError> {
        let (visitor, request) = own(request, console).await?;
        let refused = |error| PageError::of(error, visitor.language);
        let bad = |why: String| refused(FlowError::BadRequest(why));
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), console).await;
        let body = body.map_err(|error| bad(error.body_text()))?;
        let again = || Request::from_parts(parts.clone(), Body::from(body.clone()));
        // Whoever cannot show the token learns nothing of the form.
        let shown = Form::<Shown>::from_request(again(), console).await;
        let token = shown.map(|Form(shown)| shown.token).unwrap_or_default();
        require_token(&visitor, token.as_bytes()).map_err(refused)?;
        let form = Form::<Guarded<T>>::from_request(again(), console).await;
        let Form(guarded) = form.map_err(|error| bad(error.body_text()))?;
        Ok(Self { visitor, form: guarded.form })
    }
}

/// Whoever serves pages knows the addresses of its own forms.
pub(super) trait Addressed: Send + Sync {
    /// Those addresses.
    fn origins(&self) -> &[Origin];
}

impl Addressed for Console {
    fn origins(&self) -> &[Origin] {
        &self.origins
    }
}

impl<T: DeserializeOwned + Send, S: Addressed> FromRequest<S> for Open<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let Ok(Reader(language)) = Reader::from_request_parts(&mut parts, state).await;
        let headers = parts.headers.clone();
        if !is_our_own(&headers, state.origins()) {
            return Err(PageError::of(FlowError::Forbidden, language));
        }
        let form = Form::<T>::from_request(Request::from_parts(parts, body), state).await;
        let Form(form) = form
            .map_err(|error| PageError::of(FlowError::BadRequest(error.body_text()), language))?;
        Ok(Self { language, headers, form })
    }
}

impl<const MAX: usize> FromRequest<Console> for Uploaded<MAX> {
    type Rejection = PageError;

    async fn from_request(request: Request, console: &Console) -> Result<Self, PageError> {
        let (visitor, request) = own(request, console).await?;
        Self::read(visitor, request, console).await
    }
}

impl<const MAX: usize> Uploaded<MAX> {
    /// Reads the form of somebody who was looked at before.
    pub(super) async fn read(
        visitor: Visitor,
        request: Request,
        console: &Console,
    ) -> Result<Self, PageError> {
        let read = Fields::read::<MAX>(&visitor, request, console).await;
        let Fields { values: fields, mut files } =
            read.map_err(|error| PageError::of(error, visitor.language))?;
        let empty = Sent { name: String::new(), bytes: Vec::new() };
        let Sent { name, bytes: file } = files.pop().unwrap_or(empty);
        Ok(Self { visitor, fields, name, file })
    }
}

impl<const MAX: usize> FromRequest<Console> for Uploads<MAX> {
    type Rejection = PageError;

    async fn from_request(request: Request, console: &Console) -> Result<Self, PageError> {
        let (visitor, request) = own(request, console).await?;
        let read = Fields::read::<MAX>(&visitor, request, console).await;
        let Fields { mut files, .. } =
            read.map_err(|error| PageError::of(error, visitor.language))?;
        // Browsers send one without name and bytes where none was chosen.
        files.retain(|file| !file.name.is_empty() || !file.bytes.is_empty());
        Ok(Self { visitor, files })
    }
}

/// Most fields beside a file, most files, and the longest field, in bytes.
const MAX_FIELDS: usize = 32;
const MAX_FILES: usize = 1_000;
const MAX_FIELD_BYTES: usize = 4 * 1024;

#[derive(Default)]
struct Fields {
    values: HashMap<String, String>,
    files: Vec<Sent>,
}

impl Fields {
    /// The token comes first, as on our pages: without it no file is kept.
    async fn read<const MAX: usize>(
        visitor: &Visitor,
        request: Request,
        console: &Console,
    ) -> Result<Self, FlowError> {
        let bad = |why: &str| FlowError::BadRequest(why.to_owned());
        let damaged = |_: MultipartError| bad("the form is damaged");
        let multipart = Multipart::from_request(request, console).await;
        let mut multipart = multipart.map_err(|_| bad("the form has no file"))?;
        let mut fields = Self::default();
        while let Some(mut field) = multipart.next_field().await.map_err(damaged)? {
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = name == "file";
            if is_file {
                fields.require_token(visitor)?;
            }
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let taken: usize = fields.files.iter().map(|file| file.bytes.len()).sum();
            let most = if is_file { MAX.saturating_sub(taken) } else { MAX_FIELD_BYTES };
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(damaged)? {
                let room = (most + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            if is_file {
                if fields.files.len() == MAX_FILES {
                    return Err(bad("the form has too many files"));
                }
                fields.files.push(Sent { name: file_name, bytes });
                continue;
            }
            if bytes.len() > most {
                return Err(FlowError::TooLarge { limit: most as u64 });
            }
            if fields.values.len() == MAX_FIELDS {
                return Err(bad("the form has too many fields"));
            }
            let text = String::from_utf8(bytes).map_err(|_| bad("a field is not text"))?;
            fields.values.insert(name, text);
        }
        fields.require_token(visitor)?;
        Ok(fields)
    }

    fn require_token(&self, visitor: &Visitor) -> Result<(), FlowError> {
        let token = self.values.get("token").map(String::as_bytes).unwrap_or_default();
        require_token(visitor, token)
    }
}

/// Who sends a form from one of our own pages.
pub(super) async fn own(
    request: Request,
    console: &Console,
) -> Result<(Visitor, Request), PageError> {
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, console).await?;
    if !is_our_own(&parts.headers, &console.origins) {
        return Err(PageError::of(FlowError::Forbidden, visitor.language));
    }
    Ok((visitor, Request::from_parts(parts, body)))
}

/// Refuses a form that carries another token than its session's.
pub(super) fn require_token(visitor: &Visitor, token: &[u8]) -> Result<(), FlowError> {
    let expected = visitor.token.form_token();
    if same(token, expected.as_bytes()) { Ok(()) } else { Err(FlowError::Forbidden) }
}

fn same(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    one.ct_eq(other).into()
}

/// Whether a browser says that the form is on one of our own pages; all browsers say so.
fn is_our_own(headers: &HeaderMap, origins: &[Origin]) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok());
    origin.is_some_and(|origin| origins.iter().any(|own| own.as_str() == origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_from_our_own_pages_or_is_not_taken() {
        let ours = [Origin::parse("https://ky.example.vn").unwrap()];
        let taken = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_our_own(&headers, &ours)
        };
        let own = ("origin", "https://ky.example.vn");
        assert!(taken(&[own]));
        assert!(taken(&[own, ("sec-fetch-site", "same-origin")]));
        assert!(!taken(&[]));
        assert!(!taken(&[("origin", "null")]));
        assert!(!taken(&[("origin", "https://ky.example.vn.evil.example")]));
        assert!(!taken(&[own, ("sec-fetch-site", "cross-site")]));
        assert!(!taken(&[own, ("sec-fetch-site", "same-site")]));
    }
}
