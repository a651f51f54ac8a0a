//! The key of an authority that is about to be made.

use std::sync::Arc;

use trien_core::env::Entropy;
use trien_core::signer::SoftwareSigner;

use super::key::{self, KeyError, TokenSettings};
use super::patient::{PATIENCE, within};
use super::vault::{Vault, VaultError};
use crate::token::{KeyName, RefusedPin};

/// Where the key of a new issuing authority is to be.
#[derive(Clone, Debug)]
pub enum NewKey {
    /// In an encrypted file of the vault.
    File,
    /// In a token.
    Token(TokenSettings),
}

impl NewKey {
    /// In the token, where the configuration names one.
    #[must_use]
    pub fn of(token: Option<&TokenSettings>) -> Self {
        token.map_or(Self::File, |token| Self::Token(token.clone()))
    }
}

/// The key of an authority that is about to be made.
pub struct FreshKey {
    public_key: Vec<u8>,
    kept: Kept,
}

enum Kept {
    File(SoftwareSigner),
    Token(KeyName),
}

impl FreshKey {
    /// Makes the first key of an office, before there is a vault.
    pub async fn first(place: NewKey, entropy: Arc<dyn Entropy>) -> Result<Self, KeyError> {
        Self::make(place, RefusedPin::nowhere(), entropy).await
    }

    /// Makes a key, on a thread that may wait for a token.
    pub async fn make(
        place: NewKey,
        refused: RefusedPin,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, KeyError> {
        let settings = match place {
            NewKey::File => {
                let key = SoftwareSigner::generate(&*entropy);
                return Ok(Self { public_key: key.public_key(), kept: Kept::File(key) });
            }
            NewKey::Token(settings) if settings.name.token.is_empty() => {
                return Err(KeyError::NoToken);
            }
            NewKey::Token(settings) => settings,
        };
        let name = settings.name.clone();
        let making =
            tokio::task::spawn_blocking(move || key::make_in_token(&settings, &refused, &*entropy));
        let silent = |why| KeyError::silent(&name.token, why);
        let public_key = within(PATIENCE, making, silent).await?;
        Ok(Self { public_key, kept: Kept::Token(name) })
    }

    pub(super) fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    pub(super) fn keep(
        &self,
        vault: &Vault,
        name: &str,
        entropy: &dyn Entropy,
    ) -> Result<(), VaultError> {
        match &self.kept {
            Kept::File(key) => {
                vault.remove_place(name)?;
                vault.replace_key(name, key, entropy)
            }
            Kept::Token(key) => vault.write_place(name, key),
        }
    }
}

#[cfg(test)]
mod tests {
    use trien_core::document::Text;
    use trien_core::env::{OsEntropy, UnixSecond};

    use super::super::{Ca, KeyPlace, Life, RootKey};
    use super::*;

    #[tokio::test]
    async fn a_note_that_an_attempt_left_behind_does_not_hide_a_key_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::create(folder.path(), None, &OsEntropy).unwrap();
        let elsewhere = KeyName { token: "CA".to_owned(), key: "issuing".to_owned() };
        let fresh = async || FreshKey::first(NewKey::File, Arc::new(OsEntropy)).await.unwrap();
        let (now, office) = (UnixSecond::new(1_800_000_000), Text::new("UBND xã Mây").unwrap());
        let origin = "https://trien.example";
        let open = || Ca::open(vault.clone(), None, origin, Life::default()).unwrap();

        vault.write_place("issuing", &elsewhere).unwrap();
        Ca::create(&vault, &fresh().await, &office, origin, now, &OsEntropy).unwrap();
        let (ca, second) = (open(), fresh().await);
        vault.write_place("issuing-2", &elsewhere).unwrap();
        let certificate = ca.certify_issuing(&second, &RootKey::Vault, now, &OsEntropy).unwrap();
        ca.keep_issuing(&second, &certificate, &OsEntropy).unwrap();
        assert_eq!(open().authorities().len(), 2);
        for authority in open().authorities() {
            assert_eq!(*authority.place(), KeyPlace::File);
            authority.check().await.unwrap();
        }
    }
}
