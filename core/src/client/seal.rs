//! What lies in the phone's folder is sealed: whoever reads a file without the data key learns nothing
//! of what it says, and whoever changes one is noticed (ADR 0034).

use std::sync::Arc;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::Zeroizing;

use crate::digest::Sha256;
use crate::env::{Entropy, random};

/// Bytes of a data key.
pub(super) const KEY_BYTES: usize = 32;

/// Bytes of a nonce and of a tag: by so much a sealed piece is longer than what it says (RFC 8439).
pub(super) const SEAL_BYTES: usize = NONCE_BYTES + 16;

const NONCE_BYTES: usize = 12;

/// The key of everything in one folder. It lies in the device's secret store and nowhere else; with
/// it goes all that was sealed.
pub(super) struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(random(entropy)))
    }

    /// The key in a secret; none if it is not one.
    pub fn from_secret(secret: &[u8]) -> Option<Self> {
        secret.try_into().ok().map(|key| Self(Zeroizing::new(key)))
    }

    pub fn to_secret(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}

/// Where a piece belongs: sealed for one place, it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A record, by its file's name in the folder.
    Record(&'a str),
    /// A piece of a document, by the byte at which it begins.
    Document { sha256: Sha256, start: u64 },
}

impl Place<'_> {
    // One byte first tells the two apart; each has one form.
    fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Record(name) => [b"r", name.as_bytes()].concat(),
            Self::Document { sha256, start } => {
                [&b"d"[..], sha256.as_bytes(), &start.to_be_bytes()].concat()
            }
        }
    }
}

/// What was sealed was changed since, or cut, or is another place's or another key's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("changed, cut, or of another place or key")]
pub(super) struct NotOpened;

/// Seals and opens with a data key; prints as `…`.
pub(super) struct Vault {
    pieces: LessSafeKey,
    names: ring::hmac::Key,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    pub fn new(key: &DataKey, entropy: Arc<dyn Entropy>) -> Self {
        let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &*key.0);
        let pieces = root.expand(&[b"trien phone pieces/1"], &CHACHA20_POLY1305);
        let names = root.expand(&[b"trien phone names/1"], ring::hmac::HMAC_SHA256);
        let short = "a key of one hash's length can be expanded";
        Self {
            pieces: LessSafeKey::new(UnboundKey::from(pieces.expect(short))),
            names: ring::hmac::Key::from(names.expect(short)),
            entropy,
        }
    }

    /// Nonce, ciphertext, tag. Nonces are random: of 2³² pieces under one key two share one with a
    /// chance of 2⁻³³, and a phone writes some millions in its life.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = random(&*self.entropy);
        let mut sealed = Vec::with_capacity(plain.len() + SEAL_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let aad = Aad::from(place.to_bytes());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .pieces
            .seal_in_place_separate_tag(nonce, aad, &mut sealed[NONCE_BYTES..])
            .expect("a piece is far shorter than the 256 GiB that ChaCha20 takes");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// What was sealed for this place; it lies in `sealed` itself.
    pub fn open<'s>(
        &self,
        place: Place<'_>,
        sealed: &'s mut [u8],
    ) -> Result<&'s mut [u8], NotOpened> {
        let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE_BYTES>().ok_or(NotOpened)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let aad = Aad::from(place.to_bytes());
        self.pieces.open_in_place(nonce, aad, sealed).map_err(|_| NotOpened)
    }

    /// What a document's file is called: its digest would tell whoever has a document that this
    /// phone holds it too.
    pub fn file_name(&self, sha256: Sha256) -> String {
        hex::encode(&ring::hmac::sign(&self.names, sha256.as_bytes()).as_ref()[..16])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::env::OsEntropy;

    fn vault(byte: u8) -> Vault {
        let key = DataKey::from_secret(&[byte; KEY_BYTES]).unwrap();
        Vault::new(&key, Arc::new(OsEntropy))
    }

    #[test]
    fn a_piece_opens_in_its_place_and_with_its_key_only() {
        let digest = Sha256::of(b"a document");
        let places = [
            Place::Record("device.json"),
            Place::Record("sync.json"),
            Place::Document { sha256: digest, start: 0 },
            Place::Document { sha256: digest, start: 1 },
            Place::Document { sha256: Sha256::of(b"another"), start: 0 },
        ];
        for one in places {
            let sealed = vault(7).seal(one, b"Nguyen");
            for other in places {
                let opened = vault(7).open(other, &mut sealed.clone()).map(|plain| plain.to_vec());
                assert_eq!(
                    opened,
                    if one == other { Ok(b"Nguyen".to_vec()) } else { Err(NotOpened) }
                );
            }
            assert_eq!(vault(8).open(one, &mut sealed.clone()), Err(NotOpened));
        }
    }

    #[test]
    fn the_same_is_never_sealed_alike_twice() {
        let place = Place::Record("device.json");
        assert_ne!(vault(7).seal(place, b"Nguyen"), vault(7).seal(place, b"Nguyen"));
    }

    #[test]
    fn a_files_name_tells_no_digest_and_depends_on_the_key() {
        let digest = Sha256::of(b"a document");
        let name = vault(7).file_name(digest);
        assert_eq!(name, vault(7).file_name(digest));
        assert_ne!(name, vault(8).file_name(digest));
        assert!(!digest.to_string().contains(&name));
    }

    #[test]
    fn only_a_secret_of_32_bytes_is_a_key() {
        for length in [0, 31, 33] {
            assert!(DataKey::from_secret(&vec![1; length]).is_none());
        }
        let key = DataKey::from_secret(&[9; KEY_BYTES]).unwrap();
        assert_eq!(key.to_secret(), [9; KEY_BYTES]);
    }

    proptest! {
        #[test]
        fn whatever_is_changed_or_cut_does_not_open(
            plain in proptest::collection::vec(any::<u8>(), 0..200),
            at in any::<prop::sample::Index>(),
            flip in 1..=255_u8,
        ) {
            let place = Place::Record("device.json");
            let sealed = vault(7).seal(place, &plain);
            prop_assert_eq!(sealed.len(), plain.len() + SEAL_BYTES);
            let mut changed = sealed.clone();
            let at = at.index(sealed.len());
            changed[at] ^= flip;
            prop_assert_eq!(vault(7).open(place, &mut changed), Err(NotOpened));
            let mut cut = sealed[..at].to_vec();
            prop_assert_eq!(vault(7).open(place, &mut cut), Err(NotOpened));
            let opened = vault(7).open(place, &mut sealed.clone()).map(|plain| plain.to_vec());
            prop_assert_eq!(opened, Ok(plain));
        }
    }
}
