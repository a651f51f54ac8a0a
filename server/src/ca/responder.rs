//! Who answers for an issuing authority whether its certificates were revoked (RFC 6960 §4.2.2.2): a key
//! of the vault with a certificate of two weeks, so that no question reaches the issuing key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trien_core::certificate::{
    Certificate, DistinguishedName, OcspRequest, OcspTimes, Profile, SerialNumber, State,
    TbsCertificate, TbsOcspResponse, Validity,
};
use trien_core::document::Text;
use trien_core::env::{Entropy, UnixSecond};
use trien_core::signer::SoftwareSigner;

use super::{Authority, CaError, Vault};

const RESPONDER_DAYS: u32 = 14;
/// A new one is made when the old one ends so soon.
const RENEW_SECONDS: i64 = 7 * 86_400;
/// How long a token that did not sign is left alone: questions come from anybody, and at any rate.
const PAUSE_SECONDS: i64 = 60;

/// A responder that may answer now.
pub struct Responder {
    certificate: Certificate,
    key: SoftwareSigner,
}

impl Responder {
    /// Answers `request` with what the register says of its questions, in their order.
    pub fn answer(
        &self,
        request: &OcspRequest,
        states: &[Option<State>],
        times: OcspTimes,
    ) -> Result<Vec<u8>, CaError> {
        let tbs = TbsOcspResponse::prepare(request, states, &self.certificate, times)?;
        Ok(tbs.assemble(&self.key.sign_now(tbs.to_be_signed()))?)
    }

    fn lasts(&self, now: UnixSecond, seconds: i64) -> bool {
        self.certificate.not_before() <= now && self.certificate.not_after() > now.plus(seconds)
    }

    // Two files are not written at once: a key and a certificate that do not belong together are none.
    fn read(vault: &Vault, file: &str, issuer: &Certificate) -> Option<Self> {
        if !vault.has_certificate(file) || !vault.has_key(file) {
            return None;
        }
        let responder = Self {
            certificate: vault.read_certificate(file).ok()?,
            key: vault.read_key(file).ok()?,
        };
        let fits = responder.certificate.public_key() == responder.key.public_key()
            && responder.certificate.is_signed_by(issuer.public_key());
        fits.then_some(responder)
    }
}

/// The responder of one authority.
#[derive(Default)]
pub(super) struct Seat {
    taken: Mutex<Taken>,
    /// One appointment at a time. Whoever asks while the present responder is good does not wait for it.
    appointing: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Taken {
    responder: Option<Arc<Responder>>,
    failed_at: Option<UnixSecond>,
}

/// What an appointment needs.
pub(super) struct Appointing<'a> {
    pub authority: &'a Authority,
    pub vault: &'a Vault,
    pub now: UnixSecond,
    pub entropy: &'a dyn Entropy,
}

impl Seat {
    /// Who answers now. Only where nobody may is one appointed, because somebody waits.
    pub(super) async fn responder(&self, by: &Appointing<'_>) -> Result<Arc<Responder>, CaError> {
        if let Some(present) = self.lasting(by, 0) {
            return Ok(present);
        }
        let _alone = self.appointing.lock().await;
        if let Some(present) = self.lasting(by, 0) {
            return Ok(present);
        }
        let failed_at = self.taken().failed_at;
        if failed_at.is_some_and(|at| (at..at.plus(PAUSE_SECONDS)).contains(&by.now)) {
            return Err(CaError::NoResponder);
        }
        self.appoint(by).await
    }

    /// Appoints a new one in time.
    pub(super) async fn renew(&self, by: &Appointing<'_>) -> Result<(), CaError> {
        let _alone = self.appointing.lock().await;
        if self.lasting(by, RENEW_SECONDS).is_none() {
            self.appoint(by).await?;
        }
        Ok(())
    }

    fn lasting(&self, by: &Appointing<'_>, seconds: i64) -> Option<Arc<Responder>> {
        let mut taken = self.taken();
        if taken.responder.is_none() {
            let read = Responder::read(by.vault, &file(by.authority), by.authority.certificate());
            taken.responder = read.map(Arc::new);
        }
        taken.responder.clone().filter(|present| present.lasts(by.now, seconds))
    }

    async fn appoint(&self, by: &Appointing<'_>) -> Result<Arc<Responder>, CaError> {
        // Noted first: whoever asked may be gone before the token has answered.
        self.taken().failed_at = Some(by.now);
        let fresh = Arc::new(appoint(by.authority, by.now, by.entropy).await?);
        *self.taken() = Taken { responder: Some(fresh.clone()), failed_at: None };
        let kept = by
            .vault
            .replace_key(&file(by.authority), &fresh.key, by.entropy)
            .and_then(|()| by.vault.replace_certificate(&file(by.authority), &fresh.certificate));
        if let Err(error) = kept {
            tracing::warn!(%error, "the OCSP responder is not kept: the next start appoints another one");
        }
        Ok(fresh)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn file(authority: &Authority) -> String {
    format!("ocsp-{}", authority.name())
}

async fn appoint(
    authority: &Authority,
    now: UnixSecond,
    entropy: &dyn Entropy,
) -> Result<Responder, CaError> {
    let issuer = authority.certificate();
    let key = SoftwareSigner::generate(entropy);
    let mut validity = Validity::days(now, RESPONDER_DAYS);
    validity.not_after = validity.not_after.min(issuer.not_after());
    let name = Text::new("Trien OCSP").expect("a short text");
    let tbs = TbsCertificate::prepare(
        Profile::Responder { issuer },
        &SerialNumber::generate(entropy),
        &DistinguishedName::of(name),
        &key.public_key(),
        validity,
    )?;
    let signature = authority.sign(tbs.to_be_signed()).await?;
    Ok(Responder { certificate: tbs.assemble(&signature)?, key })
}
