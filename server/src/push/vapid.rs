//! Who sends, as a push service sees it (VAPID, RFC 8292).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::SigningKey;
use serde_json::json;
use trien_core::env::Timestamp;

use super::jwt;

/// How long a token is good, in seconds; a day at most (RFC 8292 §2).
const GOOD_SECONDS: i64 = 12 * 3600;
/// A token is made anew when it has less than this left, in seconds.
const LEFT_SECONDS: i64 = 3600;
/// Services whose tokens are kept.
const KEPT: usize = 64;

/// The server's key for push services; prints as `…`.
#[derive(Clone)]
pub struct VapidKey(SigningKey);

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKey(…)")
    }
}

impl VapidKey {
    /// The key that the first of these secrets can be: of 2^32 one cannot.
    pub fn of(secrets: impl Iterator<Item = [u8; 32]>) -> Option<Self> {
        secrets.take(8).find_map(|secret| SigningKey::from_slice(&secret).ok()).map(Self)
    }

    /// Its public half: an uncompressed point, 65 bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

/// Makes tokens, one for each service, and keeps them.
pub struct Vapid {
    key: VapidKey,
    contact: String,
    kept: Mutex<HashMap<String, (Timestamp, String)>>,
}

impl Vapid {
    /// Tokens under this key; `contact` is whom a service may ask about the server, an address.
    #[must_use]
    pub fn new(key: VapidKey, contact: &str) -> Self {
        Self { key, contact: contact.to_owned(), kept: Mutex::default() }
    }

    /// The value of `Authorization` for a service's origin (RFC 8292 §3).
    #[must_use]
    pub fn authorization(&self, origin: &str, now: Timestamp) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (until, _)| now.plus_seconds(LEFT_SECONDS) < *until);
        if let Some((_, value)) = kept.get(origin) {
            return value.clone();
        }
        let until = now.plus_seconds(GOOD_SECONDS);
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": until.second().get(), "sub": self.contact });
        let token = jwt::es256(&self.key.0, &header, &claims);
        let public = Base64UrlUnpadded::encode_string(&self.key.public());
        let value = format!("vapid t={token}, k={public}");
        if kept.len() < KEPT {
            kept.insert(origin.to_owned(), (until, value.clone()));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_until_it_has_little_left_and_is_one_services() {
        let key = VapidKey::of([[0; 32], [7; 32]].into_iter()).unwrap();
        let vapid = Vapid::new(key, "https://ky.example.vn");
        let now = Timestamp::from_millis(1_795_305_600_000);
        let first = vapid.authorization("https://a.example", now);
        let later = now.plus_seconds(GOOD_SECONDS - LEFT_SECONDS - 1);
        assert_eq!(vapid.authorization("https://a.example", later), first);
        assert_ne!(vapid.authorization("https://b.example", later), first);
        assert_ne!(vapid.authorization("https://a.example", later.plus_seconds(1)), first);
    }
}
