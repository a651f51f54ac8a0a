//! One issuing authority: its certificate, and the key that signs for it.

use std::sync::Arc;

use trien_core::certificate::{Certificate, Revocation, TbsCrl};
use trien_core::env::UnixSecond;
use trien_core::signer;

use super::key::{FileKey, IssuingKey, KeyError, KeyPlace, TokenSettings, in_token};
use super::patient::{PATIENCE, Patient};
use super::responder::Seat;
use super::vault::Vault;
use super::{CRL_SECONDS, CaError, NewCrl, issuer_name};

/// An issuing authority.
pub struct Authority {
    certificate: Certificate,
    name: String,
    place: KeyPlace,
    key: Patient,
    seat: Seat,
}

impl Authority {
    pub(super) fn open(
        vault: &Vault,
        token: Option<&TokenSettings>,
        file: &str,
    ) -> Result<Self, CaError> {
        let certificate = vault.read_certificate(file)?;
        let place = vault.place(file)?;
        let key: Arc<dyn IssuingKey> = match &place {
            KeyPlace::File => Arc::new(FileKey(vault.read_key(file)?)),
            KeyPlace::Token(name) => {
                in_token(token, name, certificate.public_key(), vault.refused_pin()).into()
            }
        };
        let (name, key) = (issuer_name(&certificate), Patient::new(key));
        Ok(Self { name, certificate, place, key, seat: Seat::default() })
    }

    /// Its certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its name in the address of its list.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its key is.
    #[must_use]
    pub fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// Signs on a thread that may wait for a token.
    pub(super) async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let silent = |why| match &self.place {
            KeyPlace::File => KeyError::File(why),
            KeyPlace::Token(name) => KeyError::silent(&name.token, why),
        };
        self.key.sign(message, PATIENCE, silent).await
    }

    /// Signs something that is used for nothing: whether the key is there, and the right one.
    pub async fn check(&self) -> Result<(), KeyError> {
        let question = b"trien: is the issuing key there?";
        let signature = self.sign(question).await?;
        let right = signer::normalise(&signature, question, self.certificate.public_key());
        right.map(|_| ()).map_err(|_| match &self.place {
            KeyPlace::File => KeyError::File("it is not the one of the authority".to_owned()),
            KeyPlace::Token(name) => KeyError::OtherKey(name.clone()),
        })
    }

    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Makes its revocation list, complete; gives it with the moment by which a newer one is out.
    pub async fn crl(
        &self,
        number: u64,
        now: UnixSecond,
        revoked: &[Revocation],
    ) -> Result<NewCrl, CaError> {
        let next_update = now.plus(CRL_SECONDS);
        let tbs = TbsCrl::prepare(&self.certificate, number, now, next_update, revoked)?;
        let signature = self.sign(tbs.to_be_signed()).await?;
        Ok(NewCrl { der: tbs.assemble(&signature)?, next_update })
    }
}
