//! Apple's push notification service: one kept connection of HTTP/2, and a token that is signed anew
//! every forty minutes.

use std::sync::{Mutex, PoisonError};

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use trien_core::env::Timestamp;
use trien_core::push::WakeUp;

use super::answer::{Blame, Outcome};
use super::jwt::ApnsKey;
use super::{Loudness, Message, TTL_SECONDS};
use crate::egress::answer::Answer;
use crate::egress::http::{Reach, ReachError, network, send};

/// Where Apple takes messages.
pub const DEFAULT_URL: &str = "https://api.push.apple.com/";
/// The age at which a token is made anew, in seconds: Apple refuses one above an hour, and whoever
/// makes another within twenty minutes.
const RENEW_SECONDS: i64 = 40 * 60;

/// What an office says of its app.
#[derive(Clone, Debug)]
pub struct ApnsSettings {
    /// Where messages are taken.
    pub url: Url,
    /// The app's bundle identifier.
    pub topic: String,
    /// The team that publishes it.
    pub team: String,
    /// The key's name at Apple.
    pub key_id: String,
    /// The file that Apple gave.
    pub key_file: std::path::PathBuf,
    /// What stands in it.
    pub key: ApnsKey,
}

pub(super) struct Apns {
    settings: ApnsSettings,
    client: Client,
    token: Mutex<Option<(Timestamp, String)>>,
}

impl Apns {
    pub(super) fn new(settings: ApnsSettings, reach: &Reach) -> Result<Self, ReachError> {
        let client = reach
            .client()?
            .http2_prior_knowledge()
            .pool_idle_timeout(None)
            .http2_keep_alive_while_idle(true);
        let client = client.build().map_err(|error| network(&error))?;
        Ok(Self { settings, client, token: Mutex::new(None) })
    }

    pub(super) async fn send(&self, device: &str, message: &Message<'_>) -> Outcome {
        let Ok(address) = self.settings.url.join(&format!("3/device/{device}")) else {
            return Outcome::none("the address of APNs is none");
        };
        let (kind, priority) = match message.loudness {
            Loudness::Visible => ("alert", "10"),
            Loudness::Silent => ("background", "5"),
        };
        let until = message.now.plus_seconds(i64::from(TTL_SECONDS)).second().get();
        let token = self.token(message.now);
        let request = self
            .client
            .post(address)
            .header(AUTHORIZATION, format!("bearer {token}"))
            .header("apns-topic", &self.settings.topic)
            .header("apns-push-type", kind)
            .header("apns-priority", priority)
            .header("apns-expiration", until)
            .header("apns-collapse-id", "sync")
            .json(&body(&message.wake_up, message.loudness));
        match send(request).await {
            Err(why) => Outcome::unreachable(&why),
            Ok(said) => {
                let json = said.json();
                let reason = json["reason"].as_str().unwrap_or_default();
                match (said.status, reason) {
                    (410, _) | (400, "BadDeviceToken") => {
                        Outcome::Dead(Answer::of(said.status, reason))
                    }
                    (400, "DeviceTokenNotForTopic") => {
                        Outcome::Unfit(Answer::of(said.status, reason))
                    }
                    // Of this phone alone, which was woken too often.
                    (429, "TooManyRequests") => {
                        Outcome::patient(said.status, &said.headers, reason, message.now)
                    }
                    // Of the token, and so of all: another is made when this one is old enough.
                    (403, _) => Outcome::Again {
                        answer: Answer::of(said.status, reason),
                        after: None,
                        blame: Blame::Provider,
                    },
                    (status, reason) => {
                        Outcome::of_status(status, &said.headers, reason, message.now)
                    }
                }
            }
        }
    }

    fn token(&self, now: Timestamp) -> String {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made, token)) = kept.as_ref()
            && (*made..made.plus_seconds(RENEW_SECONDS)).contains(&now)
        {
            return token.clone();
        }
        let header = json!({ "alg": "ES256", "kid": self.settings.key_id });
        let claims = json!({ "iss": self.settings.team, "iat": now.second().get() });
        let token = self.settings.key.sign(&header, &claims);
        *kept = Some((now, token.clone()));
        token
    }
}

/// The words of a notice are the app's own, by the name of a text in it; its extension says them in the language
/// that the person chose. Aloud or not, the app is woken to fetch.
fn body(wake_up: &WakeUp, loudness: Loudness) -> Value {
    let aps = match loudness {
        Loudness::Visible => json!({
            "alert": { "loc-key": "push-sync" },
            "sound": "default",
            "content-available": 1,
            "mutable-content": 1,
        }),
        Loudness::Silent => json!({ "content-available": 1 }),
    };
    json!({ "aps": aps, "v": wake_up.v, "t": wake_up.t, "n": wake_up.n })
}
