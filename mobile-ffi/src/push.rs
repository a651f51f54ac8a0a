//! By whom a phone is woken, as the other language sees it.

use trien_core::env::Timestamp;
use trien_core::push::{self, PushHealth, PushKind, Subscription};
use trien_core::wire::Base64;

/// By whom a phone is woken.
#[uniffi::remote(Enum)]
pub enum PushKind {
    /// Nobody: it asks by itself.
    None,
    /// Google's Firebase Cloud Messaging.
    Fcm,
    /// Apple's push notification service.
    Apns,
    /// A Web Push service.
    Webpush,
    /// A distributor of UnifiedPush.
    Unifiedpush,
}

/// Whether waking a phone works.
#[uniffi::remote(Enum)]
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

/// Where a phone is woken.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
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
    Webpush {
        /// An https address.
        endpoint: String,
        /// The phone's key for this: an uncompressed point of P-256, 65 bytes.
        p256dh: Vec<u8>,
        /// Its authentication secret, 16 bytes.
        auth: Vec<u8>,
    },
    /// A subscription of a `UnifiedPush` distributor.
    Unifiedpush {
        /// An https address.
        endpoint: String,
        /// The phone's key for this: an uncompressed point of P-256, 65 bytes.
        p256dh: Vec<u8>,
        /// Its authentication secret, 16 bytes.
        auth: Vec<u8>,
    },
}

impl std::fmt::Debug for PushAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        push::PushAddress::from(self.clone()).fmt(f)
    }
}

impl From<PushAddress> for push::PushAddress {
    fn from(address: PushAddress) -> Self {
        let subscription = |endpoint, p256dh, auth| Subscription {
            endpoint,
            p256dh: Base64(p256dh),
            auth: Base64(auth),
        };
        match address {
            PushAddress::None => Self::None,
            PushAddress::Fcm { token } => Self::Fcm { token },
            PushAddress::Apns { token } => Self::Apns { token },
            PushAddress::Webpush { endpoint, p256dh, auth } => {
                Self::Webpush(subscription(endpoint, p256dh, auth))
            }
            PushAddress::Unifiedpush { endpoint, p256dh, auth } => {
                Self::Unifiedpush(subscription(endpoint, p256dh, auth))
            }
        }
    }
}

/// By whom the server can wake this phone, and whether that works.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PushStatus {
    /// By whom this server can wake a phone.
    pub offers: Vec<PushKind>,
    /// The server's key for Web Push and `UnifiedPush`: an uncompressed point of P-256, 65 bytes.
    pub vapid: Vec<u8>,
    /// By whom it wakes this one.
    pub kind: PushKind,
    /// Whether that works.
    pub health: PushHealth,
    /// Since when it stands so.
    pub since: Option<Timestamp>,
    /// When a provider last took a wake-up.
    pub sent_at: Option<Timestamp>,
}

impl From<push::PushStatus> for PushStatus {
    fn from(status: push::PushStatus) -> Self {
        let push::PushStatus { offers, vapid, kind, health, since, sent_at } = status;
        Self { offers, vapid: vapid.0, kind, health, since, sent_at }
    }
}
