//! An issuing key in a PKCS#11 token.

use trien_core::digest::Sha256;
use trien_core::env::Entropy;
use trien_core::signer::normalise;

use super::key::{IssuingKey, KeyError, TokenSettings};
use crate::token::{Access, CurveKey, KeyName, PinSource, RefusedPin, TokenError};

/// A key in a token.
pub(super) struct TokenKey {
    access: Access,
    name: KeyName,
    public_key: Vec<u8>,
}

impl TokenKey {
    pub(super) fn new(
        settings: &TokenSettings,
        name: &KeyName,
        public_key: &[u8],
        refused: RefusedPin,
    ) -> Self {
        let access = access(settings, name, refused);
        Self { access, name: name.clone(), public_key: public_key.to_vec() }
    }
}

impl IssuingKey for TokenKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = CurveKey::new(&self.access, &self.name.key);
        let signature = key.sign(&Sha256::of(message))?;
        normalise(&signature, message, &self.public_key)
            .map_err(|_| KeyError::OtherKey(self.name.clone()))
    }
}

/// Makes a key that never leaves the token; gives its `SubjectPublicKeyInfo`.
pub(super) fn make(
    settings: &TokenSettings,
    refused: &RefusedPin,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, TokenError> {
    let access = access(settings, &settings.name, refused.clone());
    CurveKey::new(&access, &settings.name.key).make(entropy)
}

fn access(settings: &TokenSettings, name: &KeyName, refused: RefusedPin) -> Access {
    Access {
        module: settings.module.clone(),
        token: name.token.clone(),
        pin: PinSource::given(settings.pin.clone()),
        refused,
    }
}
