//! The few pages for a browser: what this server is, and where an invitation link leads.

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use base64ct::{Base64, Encoding as _};
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderValue, VARY};
use sha2::Digest as _;
use trien_core::id::RequestId;
use trien_core::request::RouteState;
use trien_core::wire::RequestView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::{Api, ApiError, Data, schema};
use crate::flow;
use crate::text::{Argument, Language, local_minute, lookup, text};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(home))
        .routes(routes!(invitation))
        .routes(routes!(request_link))
}

const LATEST: u32 = 50;

const STYLE: &str = "body{font:1rem/1.5 system-ui,'Noto Sans',sans-serif;max-width:60rem;\
margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1{color:#8c1d18}.demo{border-left:.4rem solid #8c1d18;background:#fdf0ef;padding:.8rem 1rem}\
.button{display:inline-block;padding:.8rem 1.2rem;border-radius:.5rem;background:#8c1d18;color:#fff}\
.button[hidden]{display:none}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;\
border-bottom:1px solid #ccc;vertical-align:top;overflow-wrap:break-word}\
td:nth-child(2){overflow-wrap:anywhere}\
@media(max-width:40rem){thead{display:none}tr,td{display:block;border:0}\
tr{border-bottom:1px solid #ccc;padding:.6rem 0}}";

/// What this server is; on demo data, that it is a demo, and its requests.
#[utoipa::path(
    get,
    path = "/",
    tag = "public",
    security(()),
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
)]
async fn home(State(api): State<Api>, headers: HeaderMap) -> Result<Response, ApiError> {
    let language = Language::preferred(&headers);
    let mut body = String::new();
    paragraph(&mut body, "", &text(language, "web-lead"));
    if api.data == Data::Demo {
        paragraph(&mut body, "demo", &text(language, "web-demo"));
        let requests = flow::read::latest_requests(&api.app, LATEST).await?;
        list(&mut body, language, &requests);
    } else {
        paragraph(&mut body, "", &text(language, "web-running"));
    }
    let api_link = Escaped(&text(language, "web-api")).to_string();
    let _ = write!(body, "<p><a href=\"/api/v1/docs\">{api_link}</a></p>");
    Ok(page(language, &text(language, "web-title"), &body))
}

/// Hands the link to the app: from Android 12 on an https link of a server that the app's publisher does
/// not know opens in the browser. An `intent:` link has no fragment of its own, so the invitation goes
/// beside it, and to one package alone.
const HAND_OVER: &str = "(()=>{const open=document.getElementById('open');\
if(location.hash.length<2||!/Android/.test(navigator.userAgent))return;\
open.href='intent://'+location.host+'/e#Intent;scheme=trien;package='+open.dataset.package+\
';S.link='+encodeURIComponent(location.href)+';end';open.hidden=false})()";

/// The app's own package, where the office names no other.
const PACKAGE: &str = "vn.trien";

/// Where an invitation link leads in a browser; its secret stays behind the `#`, which browsers do
/// not send. On an Android phone the page's script offers to hand it to the app.
#[utoipa::path(
    get,
    path = "/e",
    tag = "public",
    security(()),
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
)]
async fn invitation(State(api): State<Api>, headers: HeaderMap) -> Response {
    let language = Language::preferred(&headers);
    let mut body = String::new();
    paragraph(&mut body, "", &text(language, "web-invitation-what"));
    button(&mut body, &api, &text(language, "web-invitation-app"));
    for key in ["web-invitation-open", "web-invitation-private"] {
        paragraph(&mut body, "", &text(language, key));
    }
    let _ = write!(body, "<script>{HAND_OVER}</script>");
    let mut response = page(language, &text(language, "web-invitation-title"), &body);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, INVITATION_POLICY.clone());
    response
}

/// Hands a request to the app, on Android to one package alone. There is nothing secret in such a link: the app shows the
/// paper to the person whose it is, and to nobody else.
const SHOW: &str = "(()=>{const open=document.getElementById('open'),\
at=location.host+'/requests/'+location.pathname.split('/').pop();\
if(/Android/.test(navigator.userAgent))\
open.href='intent://'+at+'#Intent;scheme=trien;package='+open.dataset.package+';end';\
else if(/iPhone|iPad/.test(navigator.userAgent))open.href='trien://'+at;else return;\
open.hidden=false})()";

/// Where a mail or a document system sends somebody whose signature a request waits for. It tells nothing of the
/// request, not even whether there is one.
#[utoipa::path(
    get,
    path = "/r/{id}",
    tag = "public",
    security(()),
    params(("id" = String, Path, description = "the request")),
    responses(
        (status = 200, description = "A page", body = String, content_type = "text/html"),
        (status = "4XX", response = schema::ProblemResponse),
    ),
)]
async fn request_link(
    State(api): State<Api>,
    Path(_id): Path<RequestId>,
    headers: HeaderMap,
) -> Response {
    let language = Language::preferred(&headers);
    let mut body = String::new();
    for key in ["web-request-what", "web-request-open"] {
        paragraph(&mut body, "", &text(language, key));
    }
    button(&mut body, &api, &text(language, "web-invitation-app"));
    let _ = write!(body, "<script>{SHOW}</script>");
    let mut response = page(language, &text(language, "web-request-title"), &body);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, REQUEST_POLICY.clone());
    response
}

fn button(body: &mut String, api: &Api, words: &str) {
    let package = api.app.android_package().unwrap_or_else(|| PACKAGE.to_owned());
    let _ = write!(
        body,
        "<p><a id=\"open\" class=\"button\" data-package=\"{}\" hidden>{}</a></p>",
        Escaped(&package),
        Escaped(words),
    );
}

fn paragraph(body: &mut String, class: &str, words: &str) {
    let _ = write!(body, "<p class=\"{class}\">{}</p>", Escaped(words));
}

fn list(body: &mut String, language: Language, requests: &[RequestView]) {
    let _ = write!(body, "<h2>{}</h2>", Escaped(&text(language, "web-requests")));
    if requests.is_empty() {
        return paragraph(body, "", &text(language, "web-requests-none"));
    }
    body.push_str("<table><thead><tr>");
    for key in [
        "web-column-number",
        "web-column-subject",
        "web-column-signers",
        "web-column-state",
        "web-column-queued",
    ] {
        let _ = write!(body, "<th scope=\"col\">{}</th>", Escaped(&text(language, key)));
    }
    body.push_str("</tr></thead><tbody>");
    for request in requests {
        row(body, language, request);
    }
    body.push_str("</tbody></table>");
}

fn row(body: &mut String, language: Language, request: &RequestView) {
    let number = request.metadata.number.as_ref().map_or("", |number| number.as_str());
    let signers = request.steps.iter().flat_map(|step| &step.signers);
    let signers: Vec<&str> = signers.map(|signer| signer.person.name.as_str()).collect();
    let cells = [
        number,
        request.metadata.subject.as_str(),
        &signers.join(", "),
        &state(language, request.state),
        &local_minute(request.queued_at.second()),
    ];
    body.push_str("<tr>");
    for cell in cells {
        let _ = write!(body, "<td>{}</td>", Escaped(cell));
    }
    body.push_str("</tr>");
}

fn state(language: Language, state: RouteState) -> String {
    match state {
        RouteState::Open { step } => {
            let step = step.0.to_string();
            let arguments = [Argument { name: "step", value: &step }];
            lookup(language, "web-state-open", &arguments).unwrap_or(step)
        }
        RouteState::Completed => text(language, "web-state-completed"),
        RouteState::Rejected => text(language, "web-state-rejected"),
        RouteState::Returned => text(language, "web-state-returned"),
        RouteState::Recalled => text(language, "web-state-recalled"),
        RouteState::Expired => text(language, "web-state-expired"),
    }
}

fn page(language: Language, title: &str, body: &str) -> Response {
    let title = Escaped(title);
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        language.tag()
    );
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

/// Nothing but our own style, named by its hash: no script can run, whatever a title holds.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| policy(""));

/// The same, and the one script by its hash.
static INVITATION_POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| policy(&format!("script-src 'sha256-{}'; ", hash(HAND_OVER))));

static REQUEST_POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| policy(&format!("script-src 'sha256-{}'; ", hash(SHOW))));

fn policy(scripts: &str) -> HeaderValue {
    let style = hash(STYLE);
    let policy = format!(
        "default-src 'none'; {scripts}style-src 'sha256-{style}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("base64 and keywords are visible ASCII")
}

fn hash(text: &str) -> String {
    Base64::encode_string(&sha2::Sha256::digest(text))
}

/// Text as HTML shows it, also inside a quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_become_markup() {
        let title = "<script>alert('\"&')</script>";
        let shown = Escaped(title).to_string();
        assert_eq!(shown, "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;");
    }
}
