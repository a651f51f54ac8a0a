//! Push addresses at rest: whoever reads the database learns no token, and cannot move one from a
//! device to another.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use trien_core::enrollment::{InvitationSecret, proof};
use trien_core::env::{Entropy, random};
use trien_core::id::DeviceId;
use trien_core::push::PushAddress;

use super::FlowError;

const NONCE: usize = 12;

/// What is in the row is not what was sealed for this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the push address is damaged, or another device's")]
pub struct NotOpened;

/// Seals and opens addresses; prints as `…`.
pub struct Seal {
    key: LessSafeKey,
    digests: InvitationSecret,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// With keys derived from the server's secret.
    #[must_use]
    pub fn new(secret: &InvitationSecret) -> Self {
        let key = proof(secret, "trien-push-at-rest/1", &[]);
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("AES-256 takes 32 bytes");
        let digests = InvitationSecret(proof(secret, "trien-push-digest/1", &[]));
        Self { key: LessSafeKey::new(key), digests }
    }

    /// Nonce, then AES-256-GCM over the address as JSON, the device as additional data.
    pub fn seal(
        &self,
        device: DeviceId,
        address: &PushAddress,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, FlowError> {
        let nonce: [u8; NONCE] = random(entropy);
        let mut sealed = serde_json::to_vec(address).expect("addresses have a JSON form");
        let aad = Aad::from(device.as_bytes());
        let nonce_of = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(nonce_of, aad, &mut sealed)
            .map_err(|_| FlowError::Internal("an address cannot be sealed".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// What was sealed for this device.
    pub fn open(&self, device: DeviceId, sealed: &[u8]) -> Result<PushAddress, NotOpened> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(NotOpened)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut sealed = sealed.to_vec();
        let aad = Aad::from(device.as_bytes());
        let opened = self.key.open_in_place(nonce, aad, &mut sealed).map_err(|_| NotOpened)?;
        serde_json::from_slice(opened).map_err(|_| NotOpened)
    }

    /// By what a dead address is known again.
    #[must_use]
    pub fn digest(&self, address: &PushAddress) -> [u8; 32] {
        let text = match address {
            PushAddress::None => "",
            PushAddress::Fcm { token } | PushAddress::Apns { token } => token,
            PushAddress::Webpush(at) | PushAddress::Unifiedpush(at) => &at.endpoint,
        };
        proof(&self.digests, "trien-push-dead/1", &[text.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use trien_core::env::OsEntropy;

    use super::*;

    #[test]
    fn an_address_opens_for_its_device_and_unchanged_only() {
        let seal = Seal::new(&InvitationSecret([7; 32]));
        let (one, other) = (DeviceId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        let address = PushAddress::Fcm { token: "secret-token".to_owned() };
        let sealed = seal.seal(one, &address, &OsEntropy).unwrap();
        assert!(!sealed.windows(12).any(|part| part == b"secret-token"));
        assert_eq!(seal.open(one, &sealed), Ok(address));
        assert_eq!(seal.open(other, &sealed), Err(NotOpened));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open(one, &changed), Err(NotOpened), "{at}");
            assert_eq!(seal.open(one, &sealed[..at]), Err(NotOpened), "{at}");
        }
    }
}
