//! The relay of whoever publishes the app: it holds the providers' keys, and an office sends it
//! tokens and random bytes only.

use std::fmt;
use std::path::PathBuf;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use trien_core::push::{PushAddress, WakeUp};

use super::Message;
use super::answer::{Blame, Outcome};
use crate::egress::answer::Answer;
use crate::egress::http::{Reach, ReachError, network, send};

/// What an office says of its relay.
#[derive(Clone)]
pub struct RelaySettings {
    /// Where it is.
    pub url: Url,
    /// The file that holds the office's key there.
    pub key_file: PathBuf,
    /// That key.
    pub key: zeroize::Zeroizing<String>,
}

impl fmt::Debug for RelaySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelaySettings({}, …)", self.url)
    }
}

/// What an office sends: an address, how loud, and the wake-up.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relayed {
    /// Of FCM or APNs.
    pub address: PushAddress,
    /// `visible` or `silent`.
    pub loudness: String,
    /// All that it says.
    pub wake_up: WakeUp,
}

pub(super) struct Relay {
    settings: RelaySettings,
    messages: Url,
    client: Client,
}

impl Relay {
    pub(super) fn new(settings: RelaySettings, reach: &Reach) -> Result<Self, ReachError> {
        let wrong = || ReachError::Address("the relay's address takes no path".to_owned());
        let messages = settings.url.join("v1/wake-ups").map_err(|_| wrong())?;
        let client = reach.client()?.build().map_err(|error| network(&error))?;
        Ok(Self { settings, messages, client })
    }

    pub(super) async fn send(&self, message: &Message<'_>) -> Outcome {
        let body = Relayed {
            address: message.address.clone(),
            loudness: message.loudness.name().to_owned(),
            wake_up: message.wake_up.clone(),
        };
        let request = self.client.post(self.messages.clone());
        match send(request.bearer_auth(&*self.settings.key).json(&body)).await {
            Err(why) => Outcome::unreachable(&why),
            Ok(said) => {
                let json = said.json();
                let text = json["answer"].as_str().unwrap_or_default();
                let answers = json["answer"].is_string();
                match said.status {
                    // Anything else at that address knows nothing of phones.
                    410 if answers => Outcome::Dead(Answer::new(text)),
                    409 if answers => Outcome::Unfit(Answer::new(text)),
                    422 if answers && said.headers.contains_key(RETRY_AFTER) => {
                        Outcome::patient(422, &said.headers, text, message.now)
                    }
                    // Our key, and so all wake-ups.
                    status @ (401 | 403) => Outcome::Again {
                        answer: Answer::of(status, text),
                        after: None,
                        blame: Blame::Provider,
                    },
                    status => Outcome::of_status(status, &said.headers, text, message.now),
                }
            }
        }
    }
}
