//! Google's Firebase Cloud Messaging, HTTP v1.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use trien_core::env::Timestamp;

use super::answer::{Blame, Outcome};
use super::jwt::RsaKey;
use super::{Loudness, Message, TTL_SECONDS};
use crate::egress::answer::Answer;
use crate::egress::http::{Reach, ReachError, Said, network, send};

/// Where Google takes messages.
pub const DEFAULT_URL: &str = "https://fcm.googleapis.com/";
/// Where it gives access to them.
const DEFAULT_TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// An access token is asked for again when it has less than this left, in seconds.
const LEFT_SECONDS: i64 = 300;
/// How long our own word is good, in seconds.
const WORD_SECONDS: i64 = 3600;

/// What an office says of its project.
#[derive(Clone, Debug)]
pub struct FcmSettings {
    /// Where messages are taken.
    pub url: Url,
    /// The package of the app; messages reach no other.
    pub package: Option<String>,
    /// The file that Google gave.
    pub key_file: PathBuf,
    /// What stands in it.
    pub account: ServiceAccount,
}

/// A service account.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    project: String,
    email: String,
    key_id: Option<String>,
    token_url: Url,
    key: RsaKey,
}

#[derive(Deserialize)]
struct Written {
    project_id: String,
    client_email: String,
    private_key: String,
    private_key_id: Option<String>,
    token_uri: Option<String>,
}

impl ServiceAccount {
    /// From the JSON file that Google gives.
    pub fn read(path: &Path) -> Result<Self, ReachError> {
        let failed = |why: &str| ReachError::File { path: path.to_owned(), why: why.to_owned() };
        let text = std::fs::read(path).map_err(|error| failed(&error.to_string()))?;
        let text = zeroize::Zeroizing::new(text);
        let written: Written =
            serde_json::from_slice(&text).map_err(|_| failed("not a service account's JSON"))?;
        let pem = zeroize::Zeroizing::new(written.private_key);
        let key = RsaKey::from_pem(&pem).ok_or_else(|| failed("its private_key is no RSA key"))?;
        let at = written.token_uri.as_deref().unwrap_or(DEFAULT_TOKEN_URL);
        let token_url = Url::parse(at).ok().filter(|url| url.scheme() == "https");
        Ok(Self {
            project: written.project_id,
            email: written.client_email,
            key_id: written.private_key_id,
            token_url: token_url.ok_or_else(|| failed("its token_uri is no https address"))?,
            key,
        })
    }
}

pub(super) struct Fcm {
    settings: FcmSettings,
    messages: Url,
    client: Client,
    patience: Duration,
    access: Mutex<Option<Access>>,
}

struct Access {
    until: Timestamp,
    token: zeroize::Zeroizing<String>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

impl Fcm {
    pub(super) fn new(settings: FcmSettings, reach: &Reach) -> Result<Self, ReachError> {
        let path = format!("v1/projects/{}/messages:send", settings.account.project);
        let wrong =
            || ReachError::Address("the project of FCM is no part of an address".to_owned());
        let messages = settings.url.join(&path).map_err(|_| wrong())?;
        let client = reach.client()?.build().map_err(|error| network(&error))?;
        let (patience, access) = (reach.patience, Mutex::new(None));
        Ok(Self { settings, messages, client, patience, access })
    }

    pub(super) async fn send(&self, token: &str, message: &Message<'_>) -> Outcome {
        // Those who wait for another's answer wait no longer than it may take: they fail together.
        let access = match tokio::time::timeout(self.patience, self.access(message.now)).await {
            Ok(Ok(access)) => access,
            Ok(Err(outcome)) => return outcome,
            Err(_) => return Outcome::unreachable("no access to FCM in time"),
        };
        let request = self.client.post(self.messages.clone()).bearer_auth(&*access);
        let request = request.json(&self.body(token, message));
        match send(request).await {
            Err(why) => Outcome::unreachable(&why),
            Ok(said) => {
                if said.status == 401 {
                    // Withdrawn before its time: the next try asks for another, unless somebody has.
                    self.access.lock().await.take_if(|kept| kept.token == access);
                }
                meaning(&said, message.now)
            }
        }
    }

    fn body(&self, token: &str, message: &Message<'_>) -> Value {
        let priority = match message.loudness {
            Loudness::Visible => "HIGH",
            Loudness::Silent => "NORMAL",
        };
        let wake_up = &message.wake_up;
        let mut android = json!({
            "priority": priority,
            "collapse_key": "sync",
            "ttl": format!("{TTL_SECONDS}s"),
        });
        if let Some(package) = &self.settings.package {
            android["restricted_package_name"] = json!(package);
        }
        // Google takes texts only.
        let data = json!({ "v": wake_up.v.to_string(), "t": wake_up.t, "n": wake_up.n });
        json!({ "message": { "token": token, "data": data, "android": android } })
    }

    /// The access token, asked for where there is none that lasts (RFC 7523 §2.1).
    async fn access(&self, now: Timestamp) -> Result<zeroize::Zeroizing<String>, Outcome> {
        // Whoever comes meanwhile waits for the same answer.
        let mut access = self.access.lock().await;
        if let Some(kept) = access.as_ref().filter(|kept| now < kept.until) {
            return Ok(kept.token.clone());
        }
        let word = self.word(now).ok_or_else(|| Outcome::none("the key of FCM does not sign"))?;
        let form = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={word}"
        );
        let request = self
            .client
            .post(self.settings.account.token_url.clone())
            .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let said = send(request).await.map_err(|why| Outcome::unreachable(&why))?;
        if said.status != 200 {
            let text = said.json()["error"].as_str().unwrap_or_default().to_owned();
            let answer = Answer::of(said.status, &format!("no access to FCM: {text}"));
            return Err(Outcome::Again { answer, after: None, blame: Blame::Provider });
        }
        let granted: Granted = serde_json::from_slice(&said.body)
            .map_err(|_| Outcome::unreachable("access to FCM in an unknown form"))?;
        let token = zeroize::Zeroizing::new(granted.access_token);
        let until = now.plus_seconds(granted.expires_in.clamp(0, 86_400) - LEFT_SECONDS);
        *access = Some(Access { until, token: token.clone() });
        Ok(token)
    }

    fn word(&self, now: Timestamp) -> Option<String> {
        let account = &self.settings.account;
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let Some(id) = &account.key_id {
            header["kid"] = json!(id);
        }
        let iat = now.second().get();
        let claims = json!({
            "iss": account.email,
            "scope": SCOPE,
            "aud": account.token_url.as_str(),
            "iat": iat,
            "exp": iat + WORD_SECONDS,
        });
        account.key.sign(&header, &claims)
    }
}

/// What Google's answer means: its errors have a code of their own among the details.
fn meaning(said: &Said, now: Timestamp) -> Outcome {
    let json = said.json();
    let details = json["error"]["details"].as_array().cloned().unwrap_or_default();
    let code = details.iter().find_map(|detail| detail["errorCode"].as_str());
    let code = code.or(json["error"]["status"].as_str()).unwrap_or_default();
    let about_token = details.iter().any(|detail| {
        let violations = detail["fieldViolations"].as_array();
        violations.is_some_and(|all| all.iter().any(|one| one["field"] == "message.token"))
    });
    match (said.status, code) {
        (404, "UNREGISTERED") => Outcome::Dead(Answer::of(said.status, code)),
        (403, "SENDER_ID_MISMATCH") => Outcome::Unfit(Answer::of(said.status, code)),
        (400, _) if about_token => Outcome::Dead(Answer::of(said.status, code)),
        _ => Outcome::of_status(said.status, &said.headers, code, now),
    }
}
