//! Whether a certificate of a chain was revoked when it was used.

use crate::certificate::{
    Certificate, CrlError, OcspError, Reason as RevocationReason, State, Statement,
};
use crate::env::UnixSecond;

use super::material::Material;
use super::party::FUTURE_MARGIN_SECONDS;
use super::{Finding, Outcome, Reason, SigningTime};

/// When a certificate was used, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Somebody else than the signer vouches for it.
    Proven(UnixSecond),
    /// The signer says so, or nobody does.
    Claimed(UnixSecond),
    /// The signer is an authority, and this is what it stamps.
    Stamped(UnixSecond),
}

impl Moment {
    pub(super) fn at(self) -> UnixSecond {
        match self {
            Self::Proven(at) | Self::Claimed(at) | Self::Stamped(at) => at,
        }
    }
}

impl From<SigningTime> for Moment {
    fn from(time: SigningTime) -> Self {
        if time.is_proven() { Self::Proven(time.at()) } else { Self::Claimed(time.at()) }
    }
}

/// Asks for each certificate of `path` but its anchor; the first bad answer is the answer.
pub(super) fn check(path: &[&Certificate], material: &Material<'_>, moment: Moment) -> Finding {
    let mut answer = Finding::ok(Reason::NotRevoked);
    for pair in path.windows(2) {
        let finding = check_one(pair[0], pair[1], material, moment);
        answer = match (answer.outcome, finding.outcome) {
            (_, Outcome::Failed) => return finding,
            (Outcome::Ok, Outcome::CannotBeDetermined) => finding,
            (Outcome::Ok, Outcome::Ok) if finding.reason != Reason::NotRevoked => finding,
            _ => answer,
        };
    }
    answer
}

fn check_one(
    certificate: &Certificate,
    issuer: &Certificate,
    material: &Material<'_>,
    moment: Moment,
) -> Finding {
    let mut known = Known::default();
    known.ask_lists(certificate, issuer, material);
    known.ask_answers(certificate, issuer, material, moment);
    // A suspension may have been lifted since; any other revocation is for good.
    let newest = known.statements.iter().max_by_key(|statement| statement.this_update);
    let revoked = known.statements.iter().filter_map(|statement| match statement.state {
        State::Revoked { reason: RevocationReason::Hold, .. } if Some(statement) != newest => None,
        State::Revoked { at, reason } => Some((at, reason)),
        State::Good => None,
    });
    if let Some((at, reason)) = revoked.min_by_key(|(at, _)| *at) {
        let detail = format!("{} at {at}", certificate.subject_text());
        return judge_revoked(at, reason, moment).because(detail);
    }
    if known.statements.iter().any(|statement| statement.knows(certificate, moment.at())) {
        return Finding::ok(Reason::NotRevoked);
    }
    match (newest, known.unusable) {
        (Some(newest), _) => Finding::open(Reason::RevocationListOutdated)
            .because(format!("the newest is of {}", newest.this_update)),
        (None, Some(why)) => Finding::open(Reason::RevocationListUnusable).because(why),
        (None, None) => Finding::open(Reason::NoRevocationList).because(issuer.subject_text()),
    }
}

fn judge_revoked(at: UnixSecond, reason: RevocationReason, moment: Moment) -> Finding {
    let is_before = at <= moment.at();
    match (moment, reason) {
        _ if is_before => Finding::failed(Reason::Revoked),
        // Who signed for whom is not known any more, whenever it was.
        (_, RevocationReason::AuthorityCompromise) => Finding::failed(Reason::Revoked),
        // Others had the signature before the revocation: nobody can have back-dated it.
        (Moment::Proven(_), _) => Finding::ok(Reason::RevokedLater),
        (Moment::Claimed(_), _) => Finding::failed(Reason::RevokedAfterClaimedTime),
        // Whoever holds an authority's key stamps any time (RFC 3161 §4.1); only these reasons say
        // that nobody does.
        (
            Moment::Stamped(_),
            RevocationReason::AffiliationChanged
            | RevocationReason::Superseded
            | RevocationReason::CessationOfOperation,
        ) => Finding::ok(Reason::RevokedLater),
        (Moment::Stamped(_), _) => Finding::failed(Reason::Revoked),
    }
}

/// What is known of one certificate.
#[derive(Default)]
struct Known {
    statements: Vec<Statement>,
    /// Why something at hand could not be used.
    unusable: Option<String>,
}

impl Known {
    fn ask_lists(&mut self, certificate: &Certificate, issuer: &Certificate, from: &Material<'_>) {
        for crl in from.crls().filter(|crl| crl.issuer() == issuer.subject()) {
            if crl.this_update() > from.now().plus(FUTURE_MARGIN_SECONDS) || !from.may_check() {
                continue;
            }
            match crl.about(certificate, issuer) {
                Ok(statement) => self.statements.push(statement),
                Err(CrlError::NotAbout) => {}
                Err(error) => self.unusable = Some(error.to_string()),
            }
        }
    }

    fn ask_answers(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
        from: &Material<'_>,
        moment: Moment,
    ) {
        for answer in from.ocsp() {
            let answered = match answer.about(certificate, issuer) {
                Err(OcspError::NotAbout) => continue,
                _ if !from.may_check() => continue,
                Ok(answered) => answered,
                Err(error) => {
                    self.unusable = Some(error.to_string());
                    continue;
                }
            };
            let statement = answered.statement;
            if statement.this_update > from.now().plus(FUTURE_MARGIN_SECONDS) {
                continue;
            }
            match answered.responder {
                Some(responder) if !is_good(responder, issuer, from, moment) => {
                    self.unusable =
                        Some("whether the OCSP responder was revoked is not known".to_owned());
                }
                _ => self.statements.push(statement),
            }
        }
    }
}

/// Whether a list shows that a responder's certificate was not revoked. Answers are not asked:
/// responders would vouch for each other.
fn is_good(
    responder: &Certificate,
    issuer: &Certificate,
    from: &Material<'_>,
    moment: Moment,
) -> bool {
    let mut known = Known::default();
    known.ask_lists(responder, issuer, from);
    let revoked = known.statements.iter().any(|statement| statement.state != State::Good);
    !revoked && known.statements.iter().any(|statement| statement.knows(responder, moment.at()))
}
