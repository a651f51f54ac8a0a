//! Who looks at a page: the language, the session, the person.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::HeaderMap;
use http::header::{COOKIE, USER_AGENT};
use http::request::Parts;

use super::Console;
use super::error::PageError;
use crate::config::Origin;
use crate::flow::FlowError;
use crate::flow::account::{self, Officer, SessionToken, Use};
use crate::text::Language;

/// The cookie of the chosen language.
pub(super) const LANGUAGE_COOKIE: &str = "trien-language";

/// The cookie of a session on an address without TLS, which is loopback.
const PLAIN_COOKIE: &str = "trien-session";
/// The same with TLS: the prefix binds it to this host and path (RFC 6265bis §4.1.3.2).
const SECURE_COOKIE: &str = "__Host-trien-session";

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub officer: Officer,
    pub token: SessionToken,
    pub language: Language,
    /// How much was written before this request read anything.
    pub seen: u64,
}

/// Somebody who signed in, whose page asks on its own: that does not keep a session awake.
#[derive(Clone, Debug)]
pub(super) struct Follower(pub Visitor);

/// What a page's own requests carry.
const FOLLOWS: &str = "trien-follows";

/// The reader's language: the one that was chosen, or the browser's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader(pub Language);

/// Whether browsers reach all of these addresses with TLS.
pub(super) fn is_secure(origins: &[Origin]) -> bool {
    origins.iter().all(|origin| origin.as_str().starts_with("https://"))
}

/// The session's cookie, which ends with the browser.
pub(super) fn session_cookie(origins: &[Origin], token: &SessionToken) -> String {
    let secure = if is_secure(origins) { "; Secure" } else { "" };
    let (name, value) = (cookie_name(origins), token.reveal());
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

fn cookie_name(origins: &[Origin]) -> &'static str {
    if is_secure(origins) { SECURE_COOKIE } else { PLAIN_COOKIE }
}

impl Console {
    /// The session's cookie, which ends with the browser.
    pub(super) fn session_cookie(&self, token: &SessionToken) -> String {
        session_cookie(&self.origins, token)
    }

    /// What makes a browser forget the session's cookie.
    pub(super) fn no_session_cookie(&self) -> String {
        let secure = if is_secure(&self.origins) { "; Secure" } else { "" };
        let name = cookie_name(&self.origins);
        format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}")
    }

    pub(super) fn session_of(&self, headers: &HeaderMap) -> Option<SessionToken> {
        SessionToken::from_cookie(cookie(headers, cookie_name(&self.origins))?)
    }
}

/// What a browser calls itself, for the list of sessions.
pub(super) fn client(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// The value of a cookie, if it came once.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(found, _)| *found == name).map(|(_, value)| value);
    named.next().filter(|_| named.next().is_none())
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let chosen = cookie(&parts.headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
        Ok(Self(chosen.unwrap_or_else(|| Language::preferred(&parts.headers))))
    }
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, PageError> {
        let used = if parts.headers.contains_key(FOLLOWS) { Use::Follows } else { Use::Acts };
        visitor(parts, console, used).await
    }
}

impl FromRequestParts<Console> for Follower {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, PageError> {
        visitor(parts, console, Use::Follows).await.map(Self)
    }
}

async fn visitor(parts: &mut Parts, console: &Console, used: Use) -> Result<Visitor, PageError> {
    let Ok(Reader(language)) = Reader::from_request_parts(parts, console).await;
    let refused = |error| match PageError::of(error, language) {
        PageError::SignIn if used == Use::Follows => PageError::Leave,
        refused => refused,
    };
    let token = console.session_of(&parts.headers);
    let token = token.ok_or_else(|| refused(FlowError::Unauthenticated))?;
    let officer = account::officer(&console.app, &token, used).await.map_err(refused)?;
    officer.require_any().map_err(refused)?;
    let seen = *console.app.changes().borrow();
    Ok(Visitor { officer, token, language, seen })
}

impl OptionalFromRequestParts<Console> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Console,
    ) -> Result<Option<Self>, PageError> {
        match <Self as FromRequestParts<Console>>::from_request_parts(parts, console).await {
            Ok(visitor) => Ok(Some(visitor)),
            Err(PageError::SignIn) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_counts_only_when_it_came_once() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; b=2".parse().unwrap());
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "c"), None);
        headers.append(COOKIE, "b=3".parse().unwrap());
        assert_eq!(cookie(&headers, "b"), None);
    }
}
