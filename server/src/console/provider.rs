//! Signing in by the office's identity provider, and linking the own account with it.
//!
//! A browser that comes back from elsewhere brings no cookie that is `SameSite=Strict`, and would
//! bring none to a page that it is redirected to either: the answer is a page of ours, which goes on
//! by itself.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use http::header::{HOST, SET_COOKIE};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;

use super::error::PageError;
use super::own;
use super::page::{self, Texts};
use super::posted::Posted;
use super::visitor::{Reader, client, cookie, is_secure};
use super::{CallerAddress, Console};
use crate::config::Origin;
use crate::flow::account::{
    self, Answered, Arrival, BrowserToken, Departure, NoIdentity, Password, SettingOut,
};
use crate::flow::{FlowError, Thing};
use crate::text::Language;

/// The cookie of a browser on its way; `Lax`, because it comes back by a link from elsewhere.
const PLAIN_COOKIE: &str = "trien-provider";
const SECURE_COOKIE: &str = "__Host-trien-provider";

/// Where browsers come back to.
const BACK: &str = "/console/sign-in/provider/back";

#[derive(askama::Template)]
#[template(path = "console/provider_go_on.html")]
struct GoOnPage {
    t: Texts,
    title: String,
    lead: String,
    to: String,
}

#[derive(askama::Template)]
#[template(path = "console/provider_fault.html")]
struct FaultPage {
    t: Texts,
    fault: String,
    /// What the provider calls whoever is linked with no account.
    unlinked: Option<(String, Option<String>)>,
}

/// What the provider sends a browser back with.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct OwnForm {
    #[serde(default)]
    act: String,
    #[serde(default)]
    password: String,
}

/// Sends a browser to the provider. Another site's page cannot: whoever is signed in there would be
/// signed in here without having asked for it.
pub(super) async fn set_out(
    State(console): State<Console>,
    Reader(language): Reader,
    address: Option<Extension<CallerAddress>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Ok(Redirect::to("/console/sign-in").into_response());
    }
    let redirect = way_back(&console.origins, &headers, &uri);
    let address = address.map(|Extension(CallerAddress(address))| address);
    let setting_out = SettingOut { address, earlier: console.session_of(&headers) };
    match account::depart(&console.app, &console.provider, setting_out, &redirect).await {
        Ok(departure) => {
            let cookie = console.journey_cookie(&departure);
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&departure.address)).into_response())
        }
        Err(error) => faulty(&console, error, language),
    }
}

/// Takes it back.
pub(super) async fn come_back(
    State(console): State<Console>,
    Reader(language): Reader,
    headers: HeaderMap,
    Query(Back { state, code, iss }): Query<Back>,
) -> Result<Response, PageError> {
    let browser = cookie(&headers, journey_cookie_name(&console));
    let browser = browser.and_then(BrowserToken::from_cookie);
    let answered = Answered { state, code, issuer: iss };
    let (provider, client) = (&console.provider, client(&headers));
    let arrived = account::arrive(&console.app, provider, browser.as_ref(), answered, &client);
    let gone = (SET_COOKIE, console.no_journey_cookie());
    let t = Texts(language);
    let (key, to, session) = match arrived.await {
        Ok(Arrival::SignedIn(token)) => ("account-arrived", "/console", Some(token)),
        Ok(Arrival::Linked) => ("account-linked", "/console/sessions?news=linked", None),
        Ok(Arrival::Proved) => ("account-proved", "/console/sessions?news=proved", None),
        Err(error) => {
            return Ok((AppendHeaders([gone]), faulty(&console, error, language)?).into_response());
        }
    };
    let (title, lead) = (t.of(key), t.of("account-go-on-lead"));
    let page = page::of(&GoOnPage { t, title, lead, to: to.to_owned() }, language);
    let mut response = (AppendHeaders([gone]), page).into_response();
    if let Some(token) = session {
        let cookie = console.session_cookie(&token);
        response = (AppendHeaders([(SET_COOKIE, cookie)]), response).into_response();
    }
    Ok(response)
}

/// Links the own account, proves who that is, or takes the link away.
pub(super) async fn own(
    State(console): State<Console>,
    uri: Uri,
    headers: HeaderMap,
    Posted { visitor, form }: Posted<OwnForm>,
) -> Result<Response, PageError> {
    let (language, t) = (visitor.language, Texts(visitor.language));
    let (app, provider) = (&console.app, &*console.provider);
    let refused = |error: FlowError| PageError::of(error, language);
    let redirect = way_back(&console.origins, &headers, &uri);
    let departure = match form.act.as_str() {
        "link" => {
            let password = Password::typed(&form.password);
            let (officer, token) = (&visitor.officer, &visitor.token);
            account::depart_to_link(app, provider, officer, token, password, &redirect).await
        }
        "prove" => account::depart_to_prove(app, provider, &visitor.token, &redirect).await,
        "remove" => {
            account::unlink(app, &visitor.officer).await.map_err(refused)?;
            return Ok(Redirect::to("/console/sessions?news=unlinked").into_response());
        }
        _ => Err(FlowError::NotFound(Thing::Account)),
    };
    match departure {
        Ok(departure) => {
            let title = t.of("account-leaving");
            let lead = t.named("account-leaving-lead", provider.name().unwrap_or_default());
            let cookie = console.journey_cookie(&departure);
            let page = GoOnPage { t, title, lead, to: departure.address };
            Ok(([(SET_COOKIE, cookie)], page::of(&page, language)).into_response())
        }
        Err(FlowError::WrongPassword) => {
            own::faulty(&console, &visitor, t.of("console-password-wrong"), String::new()).await
        }
        Err(FlowError::NoIdentity(why)) if why != NoIdentity::NotConfigured => {
            let fault = words(&console, &why, t);
            own::faulty(&console, &visitor, fault, String::new()).await
        }
        Err(error) => Err(refused(error)),
    }
}

fn faulty(console: &Console, error: FlowError, language: Language) -> Result<Response, PageError> {
    let why = match error {
        FlowError::NoIdentity(NoIdentity::NotConfigured) => {
            return Err(PageError::of(FlowError::NotFound(Thing::Account), language));
        }
        FlowError::NoIdentity(why) => why,
        error => return Err(PageError::of(error, language)),
    };
    let t = Texts(language);
    let fault = words(console, &why, t);
    let status = match why {
        NoIdentity::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNAUTHORIZED,
    };
    let unlinked = match why {
        NoIdentity::Unlinked(identity) => Some((identity.subject, identity.email)),
        _ => None,
    };
    let mut response = page::of(&FaultPage { t, fault, unlinked }, language);
    *response.status_mut() = status;
    Ok(response)
}

fn words(console: &Console, why: &NoIdentity, t: Texts) -> String {
    let key = match why {
        NoIdentity::NotConfigured | NoIdentity::Late => "account-provider-late",
        NoIdentity::Declined => "account-provider-declined",
        NoIdentity::Untrusted => "account-provider-untrusted",
        NoIdentity::Unreachable => "account-provider-unreachable",
        NoIdentity::Unlinked(_) => "account-provider-unlinked",
        NoIdentity::Taken => "account-provider-taken",
        NoIdentity::Other => "account-provider-other",
    };
    t.named(key, console.provider.name().unwrap_or_default())
}

fn journey_cookie_name(console: &Console) -> &'static str {
    if is_secure(&console.origins) { SECURE_COOKIE } else { PLAIN_COOKIE }
}

/// The address that a browser comes back to: of our own addresses the one that it uses.
fn way_back(origins: &[Origin], headers: &HeaderMap, uri: &Uri) -> String {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    // HTTP/2 says it in the address (RFC 9113 §8.3.1).
    let host = host.or(uri.authority().map(Authority::as_str));
    let used = origins.iter().find(|origin| Some(origin.authority()) == host);
    let origin = used.or(origins.first()).map_or("", |origin| origin.as_str());
    format!("{origin}{BACK}")
}

impl Console {
    fn journey_cookie(&self, departure: &Departure) -> String {
        let (value, age) = (departure.browser.reveal(), Departure::COOKIE_SECONDS);
        self.written_cookie(value, age)
    }

    fn no_journey_cookie(&self) -> String {
        self.written_cookie("", 0)
    }

    fn written_cookie(&self, value: &str, age: i64) -> String {
        let secure = if is_secure(&self.origins) { "; Secure" } else { "" };
        let name = journey_cookie_name(self);
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_comes_back_to_the_address_that_it_uses() {
        let ours = ["https://ky.x.vn", "https://noi-bo.x.vn:8443"];
        let ours = ours.map(|text| Origin::parse(text).unwrap());
        let used = |host: Option<&str>, uri: &str| {
            let mut headers = HeaderMap::new();
            headers.extend(host.map(|host| (HOST, host.parse().unwrap())));
            way_back(&ours, &headers, &uri.parse().unwrap())
        };
        let path = "/console/sign-in/provider";
        let second = format!("https://noi-bo.x.vn:8443{BACK}");
        assert_eq!(used(Some("noi-bo.x.vn:8443"), path), second);
        let over_two = format!("https://noi-bo.x.vn:8443{path}");
        assert_eq!(used(None, &over_two), second);
        let first = format!("https://ky.x.vn{BACK}");
        assert_eq!(used(Some("evil.example"), path), first);
        assert_eq!(used(None, path), first);
    }
}
