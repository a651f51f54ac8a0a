//! How a phone asks to be woken, and the whole of what it is told then.
//!
//! A wake-up has no content: whoever carries it learns that something happened, never what. The
//! phone asks its server, over its own signed channel.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};

use crate::env::Timestamp;
use crate::wire::Base64;

/// Longest token of a provider, in characters.
pub const MAX_TOKEN: usize = 4096;
/// Longest address of a push service, in characters.
pub const MAX_ENDPOINT: usize = 2048;

/// By whom a phone is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushKind {
    /// Nobody: it asks by itself.
    None,
    /// Google's Firebase Cloud Messaging.
    Fcm,
    /// Apple's push notification service.
    Apns,
    /// A Web Push service (RFC 8030).
    Webpush,
    /// A distributor of UnifiedPush, which is reached as a Web Push service is.
    Unifiedpush,
}

impl PushKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Fcm, Self::Apns, Self::Webpush, Self::Unifiedpush];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fcm => "fcm",
            Self::Apns => "apns",
            Self::Webpush => "webpush",
            Self::Unifiedpush => "unifiedpush",
        }
    }
}

/// Where a phone is woken; the body of `PUT /api/v1/device/push`. Prints without the address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum PushAddress {
    /// Nowhere: the phone asks by itself, and its office knows.
    None,
    /// A registration token of FCM.
    Fcm {
        /// As the app got it.
        token: String,
    },
    /// A device token of APNs.
    Apns {
        /// Hexadecimal.
        token: String,
    },
    /// A subscription of a Web Push service.
    Webpush(Subscription),
    /// A subscription of a UnifiedPush distributor.
    Unifiedpush(Subscription),
}

/// A push service's resource with the keys that only the phone can open messages with (RFC 8291 §2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// An https address.
    pub endpoint: String,
    /// The phone's key for this: an uncompressed point of P-256, 65 bytes.
    pub p256dh: Base64,
    /// Its authentication secret, 16 bytes.
    pub auth: Base64,
}

/// An address that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Empty, too long, or with other characters than tokens have.
    #[error("the token is not one of this provider")]
    Token,
    /// Not an https address without user and fragment, or too long.
    #[error("the endpoint is not an https address")]
    Endpoint,
    /// Not a point of P-256, or not 16 bytes.
    #[error("the subscription's keys are not those of RFC 8291")]
    Keys,
}

impl PushAddress {
    /// By whom.
    #[must_use]
    pub fn kind(&self) -> PushKind {
        match self {
            Self::None => PushKind::None,
            Self::Fcm { .. } => PushKind::Fcm,
            Self::Apns { .. } => PushKind::Apns,
            Self::Webpush(_) => PushKind::Webpush,
            Self::Unifiedpush(_) => PushKind::Unifiedpush,
        }
    }

    /// Refuses what no provider gives.
    pub fn check(&self) -> Result<(), InvalidAddress> {
        match self {
            Self::None => Ok(()),
            Self::Fcm { token } => {
                let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte);
                let fits = (1..=MAX_TOKEN).contains(&token.len());
                if fits && token.bytes().all(sound) { Ok(()) } else { Err(InvalidAddress::Token) }
            }
            Self::Apns { token } => {
                let fits = (2..=400).contains(&token.len()) && token.len().is_multiple_of(2);
                let hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
                if fits && hex { Ok(()) } else { Err(InvalidAddress::Token) }
            }
            Self::Webpush(subscription) | Self::Unifiedpush(subscription) => subscription.check(),
        }
    }
}

impl Subscription {
    fn check(&self) -> Result<(), InvalidAddress> {
        let rest = self.endpoint.strip_prefix("https://").ok_or(InvalidAddress::Endpoint)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let plain = self.endpoint.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        let bare = !authority.is_empty() && !authority.contains('@');
        if self.endpoint.len() > MAX_ENDPOINT || !plain || !bare {
            return Err(InvalidAddress::Endpoint);
        }
        let point = p256::PublicKey::from_sec1_bytes(&self.p256dh.0);
        if self.p256dh.0.len() != 65 || point.is_err() || self.auth.0.len() != 16 {
            return Err(InvalidAddress::Keys);
        }
        Ok(())
    }
}

impl std::fmt::Debug for PushAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PushAddress({}, …)", self.kind().name())
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription(…)")
    }
}

/// Whether waking a phone works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushHealth {
    /// There is no address: the phone asks by itself.
    None,
    /// There is one, and nothing is known against it.
    Ok,
    /// The provider does not take what is sent, or does not answer.
    Failing,
    /// The provider knows the address no more; the app must get another.
    Dead,
}

impl PushHealth {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Ok, Self::Failing, Self::Dead];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Dead => "dead",
        }
    }
}

/// `GET /api/v1/device/push`: what the server offers, and how it stands with this phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushStatus {
    /// By whom this server can wake a phone.
    pub offers: Vec<PushKind>,
    /// The server's key for Web Push and UnifiedPush (RFC 8292 §3.2): an uncompressed point, 65 bytes.
    pub vapid: Base64,
    /// By whom it wakes this one.
    pub kind: PushKind,
    /// Whether that works.
    pub health: PushHealth,
    /// Since when it stands so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When a provider last took a wake-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
}

/// All that a wake-up says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WakeUp {
    /// The version, 1.
    pub v: u32,
    /// What to do: `sync`.
    pub t: String,
    /// 16 random bytes in base64url, so that no two look alike.
    pub n: String,
}

impl WakeUp {
    /// A wake-up with these random bytes.
    #[must_use]
    pub fn new(nonce: [u8; 16]) -> Self {
        Self { v: 1, t: "sync".to_owned(), n: Base64UrlUnpadded::encode_string(&nonce) }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("numbers and texts have a JSON form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(endpoint: &str) -> PushAddress {
        let key = p256::SecretKey::from_slice(&[7; 32]).unwrap().public_key();
        PushAddress::Unifiedpush(Subscription {
            endpoint: endpoint.to_owned(),
            p256dh: Base64(key.to_sec1_bytes().to_vec()),
            auth: Base64(vec![1; 16]),
        })
    }

    #[test]
    fn addresses_are_those_that_providers_give() {
        for sound in [
            PushAddress::None,
            PushAddress::Fcm { token: "eX:APA91b-_x.y".to_owned() },
            PushAddress::Apns { token: "00ff".repeat(16) },
            subscription("https://push.example.vn/up?token=1"),
        ] {
            assert_eq!(sound.check(), Ok(()), "{sound:?}");
        }
        for token in ["", "a b", "a\nb", "ă", &"x".repeat(MAX_TOKEN + 1)] {
            let token = token.to_owned();
            assert_eq!(
                PushAddress::Fcm { token: token.clone() }.check(),
                Err(InvalidAddress::Token)
            );
            assert_eq!(PushAddress::Apns { token }.check(), Err(InvalidAddress::Token));
        }
        for endpoint in [
            "http://push.example.vn/",
            "https://",
            "https:///x",
            "https://u:p@push.example.vn/",
            "https://push.example.vn/#x",
            "https://push.example.vn/ x",
            "file:///etc/passwd",
        ] {
            assert_eq!(subscription(endpoint).check(), Err(InvalidAddress::Endpoint), "{endpoint}");
        }
    }

    #[test]
    fn a_key_off_the_curve_is_none() {
        let PushAddress::Unifiedpush(mut one) = subscription("https://push.example.vn/") else {
            panic!("a subscription")
        };
        one.p256dh.0[64] ^= 1;
        assert_eq!(PushAddress::Webpush(one).check(), Err(InvalidAddress::Keys));
    }

    #[test]
    fn an_address_is_not_printed() {
        let token = PushAddress::Fcm { token: "secret".to_owned() };
        assert_eq!(format!("{token:?}"), "PushAddress(fcm, …)");
        assert!(!format!("{:?}", subscription("https://a.example/secret")).contains("secret"));
    }

    #[test]
    fn a_wake_up_says_nothing_but_to_sync() {
        let json = String::from_utf8(WakeUp::new([0; 16]).to_json()).unwrap();
        assert_eq!(json, r#"{"v":1,"t":"sync","n":"AAAAAAAAAAAAAAAAAAAAAA"}"#);
    }
}
