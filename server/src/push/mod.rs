//! What wakes phones: thin clients of push services, which say nothing but "sync".
//!
//! Here is how each service is spoken to and what its answers mean. Which phone is woken when is
//! decided elsewhere; this room knows no database and no flow.

mod answer;
mod apns;
pub mod breaker;
pub mod encryption;
mod fcm;
mod jwt;
mod relay;
pub mod vapid;
mod webpush;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use trien_core::env::{Entropy, Timestamp, random};
use trien_core::push::{PushAddress, PushKind, WakeUp};

use crate::egress::http::{Reach, ReachError};
use crate::egress::{Filter, Refused};

pub use answer::{Blame, Outcome};
pub use apns::ApnsSettings;
pub use fcm::{FcmSettings, ServiceAccount};
pub use jwt::{ApnsKey, RsaKey};
pub use relay::{RelaySettings, Relayed};
pub use vapid::VapidKey;

use apns::Apns;
use fcm::Fcm;
use relay::Relay;
use webpush::WebPush;

/// Where services are unless the configuration says otherwise.
pub mod default_url {
    /// Apple's.
    pub use super::apns::DEFAULT_URL as APNS;
    /// Google's.
    pub use super::fcm::DEFAULT_URL as FCM;
}

/// How long a provider may hold a wake-up for a phone that is away, in seconds: after a day, whoever
/// opens the app syncs anyhow.
pub const TTL_SECONDS: u32 = 86_400;

/// The longest wait for a connection, and for a whole answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What an office says of its push services. With none, nothing leaves the server, and phones ask by
/// themselves.
#[derive(Clone)]
pub struct PushSettings {
    /// Google's service.
    pub fcm: Option<FcmSettings>,
    /// Apple's service.
    pub apns: Option<ApnsSettings>,
    /// Who speaks to both instead of this server.
    pub relay: Option<RelaySettings>,
    /// Push services of Web Push and UnifiedPush that may be called; none where it names no host.
    pub filter: Filter,
    /// The proxy between this server and all of them.
    pub proxy: Option<Url>,
    /// A certificate in PEM to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// The longest wait for an answer.
    pub patience: Duration,
}

// A proxy's address may hold a password.
impl fmt::Debug for PushSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushSettings({:?}, …)", self.offers())
    }
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            fcm: None,
            apns: None,
            relay: None,
            filter: Filter::default(),
            proxy: None,
            authority: None,
            patience: PATIENCE,
        }
    }
}

impl PushSettings {
    /// By whom phones can be woken.
    #[must_use]
    pub fn offers(&self) -> Vec<PushKind> {
        let relay = self.relay.is_some();
        let web = !self.filter.hosts.these().is_empty();
        let offered = |kind: &PushKind| match kind {
            PushKind::None => true,
            PushKind::Fcm => relay || self.fcm.is_some(),
            PushKind::Apns => relay || self.apns.is_some(),
            PushKind::Webpush | PushKind::Unifiedpush => web,
        };
        PushKind::ALL.into_iter().filter(offered).collect()
    }

    /// The service that takes an address: a name, or a host; refuses addresses that are not called.
    pub fn provider(&self, address: &PushAddress) -> Result<String, Refused> {
        match address {
            PushAddress::None => Ok(String::new()),
            PushAddress::Fcm { .. } | PushAddress::Apns { .. } if self.relay.is_some() => {
                // One service that fails says nothing of the other.
                Ok(format!("relay-{}", address.kind().name()))
            }
            PushAddress::Fcm { .. } | PushAddress::Apns { .. } => {
                Ok(address.kind().name().to_owned())
            }
            PushAddress::Webpush(at) | PushAddress::Unifiedpush(at) => {
                let url = Url::parse(&at.endpoint).map_err(|_| Refused::Form)?;
                self.filter.check(&url)
            }
        }
    }
}

/// How a phone is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loudness {
    /// At once, with a notice that the app makes of it.
    Visible,
    /// When it suits the phone, without one.
    Silent,
}

impl Loudness {
    /// Its name on the wire to a relay.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Silent => "silent",
        }
    }
}

/// One wake-up on its way.
#[derive(Debug)]
pub struct Message<'a> {
    /// Where to.
    pub address: &'a PushAddress,
    /// How.
    pub loudness: Loudness,
    /// All that it says.
    pub wake_up: WakeUp,
    /// The present moment.
    pub now: Timestamp,
}

impl<'a> Message<'a> {
    /// A wake-up that looks like no other.
    #[must_use]
    pub fn new(
        address: &'a PushAddress,
        loudness: Loudness,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        Self { address, loudness, wake_up: WakeUp::new(random(entropy)), now }
    }
}

/// The ways to all push services of an office.
pub struct Push {
    fcm: Option<Fcm>,
    apns: Option<Apns>,
    relay: Option<Relay>,
    web: WebPush,
}

impl Push {
    /// The ways that the settings name; nothing is sent yet. `contact` is whom a push service may
    /// ask about this server, an address (RFC 8292 §2.1).
    pub fn new(
        settings: &PushSettings,
        vapid: VapidKey,
        contact: &str,
    ) -> Result<Self, ReachError> {
        let reach = Reach {
            proxy: settings.proxy.clone(),
            authority: settings.authority.clone(),
            patience: settings.patience,
        };
        Ok(Self {
            fcm: settings.fcm.clone().map(|own| Fcm::new(own, &reach)).transpose()?,
            apns: settings.apns.clone().map(|own| Apns::new(own, &reach)).transpose()?,
            relay: settings.relay.clone().map(|own| Relay::new(own, &reach)).transpose()?,
            web: WebPush::new(settings.filter.clone(), vapid, contact, &reach)?,
        })
    }

    /// Sends a wake-up.
    pub async fn send(&self, message: &Message<'_>, entropy: &dyn Entropy) -> Outcome {
        match (message.address, &self.relay) {
            (PushAddress::None, _) => Outcome::none("there is no address"),
            (PushAddress::Fcm { .. } | PushAddress::Apns { .. }, Some(relay)) => {
                relay.send(message).await
            }
            (PushAddress::Fcm { token }, None) => match &self.fcm {
                Some(fcm) => fcm.send(token, message).await,
                None => Outcome::none("FCM is not configured"),
            },
            (PushAddress::Apns { token }, None) => match &self.apns {
                Some(apns) => apns.send(token, message).await,
                None => Outcome::none("APNs is not configured"),
            },
            (PushAddress::Webpush(at) | PushAddress::Unifiedpush(at), _) => {
                self.web.send(at, message, entropy).await
            }
        }
    }
}
