//! The secret that a webhook's two ends share, and what it signs.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};
use ring::hmac;
use trien_core::env::{Entropy, random};
use zeroize::Zeroizing;

/// Before the secret where it is shown (Standard Webhooks 1.0, "Signature scheme").
const PREFIX: &str = "whsec_";
const BYTES: usize = 32;

/// A symmetric secret of 32 bytes; prints as `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<[u8; BYTES]>);

/// A text that is no secret of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret is whsec_ and 32 bytes in base64")]
pub struct WrongSecret;

impl Secret {
    /// A fresh one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(random(entropy)))
    }

    /// From its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// How it is told, once, to whoever looks after the other end.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", Base64::encode_string(&*self.0))
    }

    /// `v1,` and HMAC-SHA256 over identifier, seconds and body, in base64.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.0);
        let mut signed = hmac::Context::with_key(&key);
        signed.update(format!("{id}.{timestamp}.").as_bytes());
        signed.update(body);
        format!("v1,{}", Base64::encode_string(signed.sign().as_ref()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = WrongSecret;

    fn from_str(text: &str) -> Result<Self, WrongSecret> {
        let text = text.strip_prefix(PREFIX).ok_or(WrongSecret)?;
        let bytes = Zeroizing::new(Base64::decode_vec(text).map_err(|_| WrongSecret)?);
        Ok(Self::from_bytes(bytes.as_slice().try_into().map_err(|_| WrongSecret)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_others_sign_it() {
        // Computed with OpenSSL: printf '%s' 'msg_1.1614265330.{"test": 2432232314}' |
        // openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '07%.0s' {1..32}) -binary | base64
        let secret = Secret::from_bytes([7; BYTES]);
        let signature = secret.sign("msg_1", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,4tb+MnkCTqymlrGQQ6f66PPeMjMas7AHx6XI40qL5MA=");
    }

    #[test]
    fn a_secret_is_read_as_it_was_shown_and_shows_itself_nowhere_else() {
        let secret = Secret::from_bytes([9; BYTES]);
        assert_eq!(secret.reveal().parse::<Secret>(), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for wrong in ["", "whsec_", "whsec_AAAA", &secret.reveal()["whsec_".len()..]] {
            assert_eq!(wrong.parse::<Secret>(), Err(WrongSecret), "{wrong}");
        }
    }
}
