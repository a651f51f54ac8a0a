//! Push addresses at rest: whoever reads the database learns no token, and cannot move one from a
//! device to another.

use trien_core::enrollment::{InvitationSecret, proof};
use trien_core::env::Entropy;
use trien_core::id::DeviceId;
use trien_core::push::PushAddress;

use super::FlowError;
use crate::flow::at_rest::AtRest;

/// What is in the row is not what was sealed for this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the push address is damaged, or another device's")]
pub struct NotOpened;

/// Seals and opens addresses; prints as `…`.
pub struct Seal {
    key: AtRest,
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
        let digests = InvitationSecret(proof(secret, "trien-push-digest/1", &[]));
        Self { key: AtRest::new(secret, "trien-push-at-rest/1"), digests }
    }

    /// The address as JSON, sealed for the device.
    pub fn seal(
        &self,
        device: DeviceId,
        address: &PushAddress,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, FlowError> {
        let address = serde_json::to_vec(address).expect("addresses have a JSON form");
        self.key.seal(device.as_bytes(), address, entropy)
    }

    /// What was sealed for this device.
    pub fn open(&self, device: DeviceId, sealed: &[u8]) -> Result<PushAddress, NotOpened> {
        let opened = self.key.open(device.as_bytes(), sealed).ok_or(NotOpened)?;
        serde_json::from_slice(&opened).map_err(|_| NotOpened)
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
