//! The one route of OAuth 2.0 that document systems need: client credentials (RFC 6749 §4.4).
//!
//! It refuses as that standard says (§5.2), and not by a problem document: libraries for it read nothing else.

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Form};
use base64ct::{Base64, Encoding as _};
use http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::OwnForm;
use super::{Api, ApiError, schema};
use crate::flow::access::{self, Granted, LIFE_SECONDS, Refusal};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(token))
}

/// What is asked; other parameters are nobody's business here (RFC 6749 §3.2).
#[derive(Deserialize)]
struct Asked {
    grant_type: Option<String>,
    scope: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

impl Asked {
    /// What has no value is as if it were not there (RFC 6749 §3.2).
    fn without_empty(self) -> Self {
        let told = |value: Option<String>| value.filter(|value| !value.is_empty());
        Self {
            grant_type: told(self.grant_type),
            scope: told(self.scope),
            client_id: told(self.client_id),
            client_secret: told(self.client_secret),
        }
    }
}

#[derive(Serialize)]
struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
}

/// Exchange an API key for an access token of fifteen minutes (OAuth 2.0, client credentials).
///
/// `client_id` is the key's id, `client_secret` the key itself; by HTTP Basic, or in the form. Without `scope` the
/// token allows what the key allows.
#[utoipa::path(
    post,
    path = "/api/v1/oauth/token",
    tag = "document systems",
    security(()),
    request_body(content = inline(schema::TokenRequest), content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = schema::AccessToken),
        (status = 400, description = "Refused (RFC 6749 §5.2)", body = schema::TokenRefusal),
        (status = 401, description = "The client is not known", body = schema::TokenRefusal),
        (status = "5XX", response = schema::ProblemResponse),
    ),
)]
async fn token(
    State(api): State<Api>,
    headers: HeaderMap,
    form: Result<Form<Asked>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(asked)) = form else {
        return Ok(refused("invalid_request", "a form is asked for, each parameter once"));
    };
    let asked = asked.without_empty();
    match asked.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => return Ok(refused("unsupported_grant_type", "it is client_credentials")),
        None => return Ok(refused("invalid_request", "grant_type is missing")),
    }
    let (client, secret) = match client(&headers, &asked) {
        Ok(Some(client)) => client,
        Ok(None) => {
            return Ok(refused("invalid_client", "client_id and client_secret are missing"));
        }
        Err((error, why)) => return Ok(refused(error, why)),
    };
    match access::grant(&api.app, &client, &secret, asked.scope.as_deref()).await {
        Ok(granted) => Ok(answer(granted)),
        Err(Refusal::Client) => Ok(refused("invalid_client", "no such key, or another secret")),
        Err(Refusal::Scope) => Ok(refused("invalid_scope", "the key does not allow this")),
        Err(Refusal::Flow(error)) => Err(error.into()),
    }
}

/// Identifier and secret.
type Client = (String, String);

/// Name of the error, and words for whoever writes the client.
type Refused = (&'static str, &'static str);

/// Who asks, from the one place where they stand (RFC 6749 §2.3.1).
fn client(headers: &HeaderMap, asked: &Asked) -> Result<Option<Client>, Refused> {
    let of_form = asked.client_id.clone().zip(asked.client_secret.clone());
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(of_form) };
    if asked.client_secret.is_some() {
        return Err((
            "invalid_request",
            "the client shows itself once: by HTTP Basic or in the form",
        ));
    }
    let basic = basic(header).ok_or(("invalid_client", "Authorization is not HTTP Basic"))?;
    // A client may repeat who it is, and may not be two.
    if asked.client_id.as_ref().is_some_and(|id| *id != basic.0) {
        return Err(("invalid_request", "client_id is another than that of HTTP Basic"));
    }
    Ok(Some(basic))
}

fn basic(header: &HeaderValue) -> Option<Client> {
    let (scheme, value) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(Base64::decode_vec(value.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |text| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    Some((plain(id)?, plain(secret)?))
}

fn answer(granted: Granted) -> Response {
    let scopes: Vec<_> = granted.scopes.iter().map(|scope| scope.name()).collect();
    let token = Answer {
        access_token: granted.token,
        token_type: "Bearer",
        expires_in: LIFE_SECONDS,
        scope: scopes.join(" "),
    };
    ([(CACHE_CONTROL, "no-store")], axum::Json(token)).into_response()
}

fn refused(error: &'static str, why: &'static str) -> Response {
    let words = serde_json::json!({ "error": error, "error_description": why });
    let status = match error {
        "invalid_client" => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response =
        (status, [(CACHE_CONTROL, "no-store")], Extension(OwnForm), axum::Json(words))
            .into_response();
    if status == StatusCode::UNAUTHORIZED {
        let basic = HeaderValue::from_static("Basic realm=\"trien\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, basic);
    }
    response
}
