//! Whoever signed, a person or an authority: whether the certificate holds for that use and time.

use crate::certificate::{Certificate, ChainError, Purpose};
use crate::env::UnixSecond;

use super::material::Material;
use super::revocation::{self, Moment};
use super::{Finding, Outcome, Reason};

/// As far as clocks may be apart.
pub(super) const FUTURE_MARGIN_SECONDS: i64 = 300;

/// The findings on a signer's certificate.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) validity: Finding,
    pub(super) key_usage: Finding,
    pub(super) chain: Finding,
    pub(super) policies: Vec<String>,
    pub(super) revocation: Finding,
}

impl Party {
    /// Of a signer whose certificate is not at hand.
    pub(super) fn unknown() -> Self {
        let open = || Finding::open(Reason::SignerUnknown);
        Self {
            validity: open(),
            key_usage: open(),
            chain: open(),
            policies: Vec::new(),
            revocation: open(),
        }
    }

    pub(super) fn judge(
        certificate: &Certificate,
        purpose: Purpose,
        moment: Moment,
        material: &Material<'_>,
    ) -> Self {
        let signed_at = moment.at();
        let validity = validity(certificate, material.now(), signed_at);
        let key_usage = match purpose.check(certificate) {
            Ok(()) => Finding::ok(Reason::KeyForThis),
            Err(error) => Finding::failed(Reason::KeyForOther).because(error.to_string()),
        };
        // Whether the leaf had expired is a finding of its own; the chain is asked within its
        // period, which a foreign certificate may have end before it begins.
        let at = signed_at.max(certificate.not_before()).min(certificate.not_after());
        match material.chain(certificate, at) {
            Ok(found) => {
                let chain = match &found.weak {
                    Some((subject, weakness)) => Finding::open(Reason::AlgorithmWeak)
                        .because(format!("the certificate of {subject}: {weakness}")),
                    None => Finding::ok(Reason::Trusted),
                };
                let revocation = revocation::check(&found.path, material, moment);
                Self { validity, key_usage, chain, policies: found.policies, revocation }
            }
            Err(error) => Self {
                validity,
                key_usage,
                chain: broken_chain(&error),
                policies: Vec::new(),
                revocation: Finding::open(Reason::ChainUnknown),
            },
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        [&self.validity, &self.key_usage, &self.chain, &self.revocation]
            .into_iter()
            .all(|finding| finding.outcome == Outcome::Ok)
    }
}

fn broken_chain(error: &ChainError) -> Finding {
    let finding = match error {
        ChainError::UnknownIssuer { .. } => Finding::open(Reason::NoTrustedIssuer),
        error if error.is_undetermined() => Finding::open(Reason::ChainUnsupported),
        _ => Finding::failed(Reason::ChainBroken),
    };
    finding.because(error.to_string())
}

fn validity(certificate: &Certificate, now: UnixSecond, signed_at: UnixSecond) -> Finding {
    let finding = if signed_at < certificate.not_before() {
        Finding::failed(Reason::NotYetValid)
    } else if signed_at > certificate.not_after() {
        Finding::failed(Reason::Expired)
    } else if signed_at > now.plus(FUTURE_MARGIN_SECONDS) {
        Finding::open(Reason::SignedInTheFuture)
    } else {
        Finding::ok(Reason::ValidWhenSigned)
    };
    match finding.outcome {
        Outcome::Ok => finding,
        _ => finding.because(format!(
            "signed {signed_at}, valid {} to {}",
            certificate.not_before(),
            certificate.not_after()
        )),
    }
}
