//! Tells document systems what became of their requests, as Standard Webhooks 1.0 has it.
//!
//! Here is how a message is signed and sent, and what answers mean. Who is told what and when is decided
//! elsewhere; this room knows no database and no flow.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use trien_core::env::Timestamp;

use crate::config::Cidr;
use crate::egress::answer::{Answer, retry_after};
use crate::egress::http::{Reach, ReachError, describe, network};
use crate::egress::secret::Secret;
use crate::egress::{Filter, Hosts, Refused, SystemNames};

/// The longest wait for a connection, and for a whole answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Which addresses may be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverSettings {
    /// Networks inside the office in which document systems are.
    pub private: Vec<Cidr>,
    /// Certificates in PEM to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// The longest wait for an answer.
    pub patience: Duration,
}

impl Default for DeliverSettings {
    fn default() -> Self {
        Self { private: Vec::new(), authority: None, patience: PATIENCE }
    }
}

/// One message to one address.
#[derive(Debug)]
pub struct Message<'a> {
    /// The same for each try, so that whoever has taken it knows it again.
    pub id: &'a str,
    /// The present moment.
    pub now: Timestamp,
    /// JSON.
    pub body: &'a str,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other end has it.
    Taken(Answer),
    /// The other end wants nothing more, now or later (410).
    Gone(Answer),
    /// Another try may go through.
    Again {
        /// What was said.
        answer: Answer,
        /// Not before so many seconds.
        after: Option<i64>,
    },
}

impl Outcome {
    /// What was said.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        match self {
            Self::Taken(answer) | Self::Gone(answer) | Self::Again { answer, .. } => answer,
        }
    }
}

/// The way to all of them.
pub struct Deliver {
    client: Client,
    filter: Filter,
}

impl Deliver {
    /// A way that keeps to the settings; nothing is sent yet.
    pub fn new(settings: &DeliverSettings) -> Result<Self, ReachError> {
        // Through a proxy the addresses could not be looked at: it resolves names itself.
        let reach = Reach {
            proxy: None,
            authority: settings.authority.clone(),
            patience: settings.patience,
        };
        let filter = Filter { hosts: Hosts::Any, private: settings.private.clone() };
        let names = Arc::new(filter.resolver(Arc::new(SystemNames)));
        let client = reach.client()?.dns_resolver(names).build();
        Ok(Self { client: client.map_err(|error| network(&error))?, filter })
    }

    /// Refuses an address by its looks; what its name leads to is looked at when it is called.
    pub fn check(&self, address: &Url) -> Result<(), Refused> {
        self.filter.check(address).map(drop)
    }

    /// Sends a message, signed by each of the secrets.
    pub async fn send(&self, to: &Url, secrets: &[Secret], message: &Message<'_>) -> Outcome {
        // The configuration may have become narrower since the address was written down.
        if let Err(refused) = self.filter.check(to) {
            return again(Answer::new(&refused.to_string()), None);
        }
        let timestamp = message.now.second().get();
        let signatures: Vec<String> = secrets
            .iter()
            .map(|secret| secret.sign(message.id, timestamp, message.body.as_bytes()))
            .collect();
        let request = self
            .client
            .post(to.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(message.body.to_owned());
        // Nobody needs the body, however long it is.
        match request.send().await {
            Err(error) => again(Answer::new(&describe(&error)), None),
            Ok(response) => match response.status().as_u16() {
                status @ 200..=299 => Outcome::Taken(Answer::of(status, "")),
                410 => Outcome::Gone(Answer::of(410, "")),
                status => {
                    let after = retry_after(response.headers(), message.now);
                    again(Answer::of(status, ""), after)
                }
            },
        }
    }
}

fn again(answer: Answer, after: Option<i64>) -> Outcome {
    Outcome::Again { answer, after }
}
