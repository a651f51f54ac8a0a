//! Web Push (RFC 8030): browsers' push services, and distributors of UnifiedPush.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, Url};
use trien_core::env::Entropy;
use trien_core::push::Subscription;

use super::answer::Outcome;
use super::vapid::{Vapid, VapidKey};
use super::{Loudness, Message, TTL_SECONDS, encryption};
use crate::egress::answer::Answer;
use crate::egress::http::{Reach, ReachError, network, send};
use crate::egress::{Filter, SystemNames};

/// A later wake-up replaces one that still waits (RFC 8030 §5.4).
const TOPIC: &str = "sync";

pub(super) struct WebPush {
    client: Client,
    filter: Filter,
    vapid: Vapid,
}

impl WebPush {
    pub(super) fn new(
        filter: Filter,
        key: VapidKey,
        contact: &str,
        reach: &Reach,
    ) -> Result<Self, ReachError> {
        let mut client = reach.client()?;
        // A proxy resolves names itself: then the allowed hosts alone are what protects.
        if reach.proxy.is_none() {
            client = client.dns_resolver(Arc::new(filter.resolver(Arc::new(SystemNames))));
        }
        let client = client.build().map_err(|error| network(&error))?;
        Ok(Self { client, filter, vapid: Vapid::new(key, contact) })
    }

    pub(super) async fn send(
        &self,
        to: &Subscription,
        message: &Message<'_>,
        entropy: &dyn Entropy,
    ) -> Outcome {
        let Ok(address) = Url::parse(&to.endpoint) else {
            return Outcome::none("the endpoint is not an address");
        };
        // The configuration may have become narrower since the phone was registered.
        if let Err(refused) = self.filter.check(&address) {
            return Outcome::none(&refused.to_string());
        }
        let body = match encryption::encrypt(to, &message.wake_up.to_json(), entropy) {
            Ok(body) => body,
            Err(wrong) => return Outcome::Dead(Answer::new(&wrong.to_string())),
        };
        let urgency = match message.loudness {
            Loudness::Visible => "high",
            Loudness::Silent => "normal",
        };
        let origin = address.origin().ascii_serialization();
        let request = self
            .client
            .post(address)
            .header(AUTHORIZATION, self.vapid.authorization(&origin, message.now))
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("ttl", TTL_SECONDS)
            .header("topic", TOPIC)
            .header("urgency", urgency)
            .body(body);
        match send(request).await {
            Err(why) => Outcome::unreachable(&why),
            Ok(said) => match said.status {
                404 | 410 => Outcome::Dead(Answer::of(said.status, "the subscription is gone")),
                // Such services count what each subscription gets.
                429 => Outcome::patient(429, &said.headers, "", message.now),
                // What stands in the answer may repeat the address, which is a secret of the phone.
                status => Outcome::of_status(status, &said.headers, "", message.now),
            },
        }
    }
}
