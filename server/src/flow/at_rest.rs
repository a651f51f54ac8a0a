//! What stands in the database and is nobody's to read there: sealed, and bound to its row.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use trien_core::enrollment::{InvitationSecret, proof};
use trien_core::env::{Entropy, random};
use zeroize::Zeroizing;

use super::FlowError;

const NONCE: usize = 12;

/// A key for one purpose, derived from the server's secret.
pub(super) struct AtRest(LessSafeKey);

impl AtRest {
    pub(super) fn new(secret: &InvitationSecret, purpose: &str) -> Self {
        let key = proof(secret, purpose, &[]);
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Nonce, then AES-256-GCM over what is kept, the row's identifier as additional data.
    pub(super) fn seal(
        &self,
        row: &[u8; 16],
        mut kept: Vec<u8>,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, FlowError> {
        let nonce: [u8; NONCE] = random(entropy);
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(row),
                &mut kept,
            )
            .map_err(|_| FlowError::Internal("a secret cannot be sealed".to_owned()))?;
        Ok([&nonce[..], &kept].concat())
    }

    /// What was sealed for this row, unless it is damaged or another row's.
    pub(super) fn open(&self, row: &[u8; 16], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(row), &mut opened).ok()?.len();
        opened.truncate(length);
        Some(opened)
    }
}
