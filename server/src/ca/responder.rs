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
    appointing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Taken {
    responder: Option<Arc<Responder>>,
    /// Whether the vault was asked: opening a key is slow on purpose.
    is_read: bool,
    failed_at: Option<UnixSecond>,
}

impl Seat {
    fn lasting(&self, now: UnixSecond, seconds: i64) -> Option<Arc<Responder>> {
        self.taken().responder.clone().filter(|present| present.lasts(now, seconds))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an appointment needs.
pub(super) struct Appointing {
    pub authority: Arc<Authority>,
    pub vault: Vault,
    pub now: UnixSecond,
    pub entropy: Arc<dyn Entropy>,
}

/// Who asks for an appointment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// The daily job, in time.
    Job,
    /// A question, which anybody may ask at any rate.
    Question,
}

impl Appointing {
    /// Who answers now. Only where nobody may is one appointed, because somebody waits.
    pub(super) async fn responder(self) -> Result<Arc<Responder>, CaError> {
        match self.authority.seat().lasting(self.now, 0) {
            Some(present) => Ok(present),
            None => self.apart(For::Question).await,
        }
    }

    /// Appoints a new one in time.
    pub(super) async fn renew(self) -> Result<(), CaError> {
        self.apart(For::Job).await.map(drop)
    }

    // In a task of its own that holds the lock: whoever asked may be gone before the token has answered.
    async fn apart(self, whom: For) -> Result<Arc<Responder>, CaError> {
        let alone = self.authority.seat().appointing.clone().lock_owned().await;
        let work = tokio::spawn(async move {
            let _alone = alone;
            self.find_or_appoint(whom).await
        });
        work.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an OCSP responder was not appointed");
            Err(CaError::NoResponder)
        })
    }

    async fn find_or_appoint(&self, whom: For) -> Result<Arc<Responder>, CaError> {
        self.read_once().await;
        let seat = self.authority.seat();
        let seconds = if whom == For::Job { RENEW_SECONDS } else { 0 };
        if let Some(present) = seat.lasting(self.now, seconds) {
            return Ok(present);
        }
        let failed_at = seat.taken().failed_at;
        let rests = failed_at.is_some_and(|at| (at..at.plus(PAUSE_SECONDS)).contains(&self.now));
        if rests && whom == For::Question {
            return Err(CaError::NoResponder);
        }
        self.appoint().await
    }

    async fn read_once(&self) {
        if std::mem::replace(&mut self.authority.seat().taken().is_read, true) {
            return;
        }
        let (vault, authority) = (self.vault.clone(), self.authority.clone());
        let reading = tokio::task::spawn_blocking(move || {
            Responder::read(&vault, &file(&authority), authority.certificate())
        });
        let read = reading.await.ok().flatten().map(Arc::new);
        self.authority.seat().taken().responder = read;
    }

    async fn appoint(&self) -> Result<Arc<Responder>, CaError> {
        let seat = self.authority.seat();
        // Taken back once it is there, whatever else may happen.
        seat.taken().failed_at = Some(self.now);
        let fresh = Arc::new(appoint(&self.authority, self.now, &*self.entropy).await?);
        *seat.taken() = Taken { responder: Some(fresh.clone()), is_read: true, failed_at: None };
        self.keep(fresh.clone()).await;
        Ok(fresh)
    }

    async fn keep(&self, fresh: Arc<Responder>) {
        let (vault, entropy) = (self.vault.clone(), self.entropy.clone());
        let file = file(&self.authority);
        let keeping = tokio::task::spawn_blocking(move || {
            vault.replace_key(&file, &fresh.key, &*entropy)?;
            vault.replace_certificate(&file, &fresh.certificate)
        });
        if let Ok(Err(error)) = keeping.await {
            tracing::warn!(%error, "the OCSP responder is not kept: the next start appoints another one");
        }
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
