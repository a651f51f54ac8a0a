//! Whether a certificate of a chain was revoked when it was used.

use crate::certificate::{Certificate, Crl, Reason as RevocationReason};
use crate::env::UnixSecond;

use super::{Finding, Outcome, Reason, SigningTime};

// As far as clocks may be apart.
const FUTURE_MARGIN_SECONDS: i64 = 300;

/// Asks for each certificate of `path` but its anchor; the first bad answer is the answer.
pub(super) fn check(
    path: &[&Certificate],
    crls: &[Crl],
    now: UnixSecond,
    time: SigningTime,
) -> Finding {
    let mut answer = Finding::ok(Reason::NotRevoked);
    for pair in path.windows(2) {
        let finding = check_one(pair[0], pair[1], crls, now, time);
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
    crls: &[Crl],
    now: UnixSecond,
    time: SigningTime,
) -> Finding {
    let mut unusable = None;
    let mut newest: Option<&Crl> = None;
    for crl in crls.iter().filter(|crl| crl.issuer() == issuer.subject()) {
        if crl.this_update() > now.plus(FUTURE_MARGIN_SECONDS) {
            continue;
        }
        match crl.verify(issuer) {
            Ok(()) if newest.is_none_or(|known| known.this_update() < crl.this_update()) => {
                newest = Some(crl);
            }
            Ok(()) => {}
            Err(error) => unusable = Some(error),
        }
    }
    match (newest, unusable) {
        (Some(crl), _) => judge(certificate, crl, time),
        (None, Some(error)) => {
            Finding::open(Reason::RevocationListUnusable).because(error.to_string())
        }
        (None, None) => Finding::open(Reason::NoRevocationList).because(issuer.subject_text()),
    }
}

fn judge(certificate: &Certificate, crl: &Crl, time: SigningTime) -> Finding {
    let signed_at = time.at();
    if let Some(entry) = crl.lookup(certificate.serial()) {
        let detail = format!("{} at {}", certificate.subject_text(), entry.at);
        let finding = match time {
            _ if entry.at <= signed_at => Finding::failed(Reason::Revoked),
            // The log had the signature before the revocation: nobody can have back-dated it.
            SigningTime::LogReceipt { .. } => match entry.reason {
                RevocationReason::AuthorityCompromise => Finding::failed(Reason::Revoked),
                _ => Finding::ok(Reason::RevokedLater),
            },
            SigningTime::Claimed { .. } | SigningTime::Verification { .. } => {
                Finding::open(Reason::RevokedAfterClaimedTime)
            }
        };
        return finding.because(detail);
    }
    // A list made after the signature, or in force at its time, knows of it.
    let knows = crl.this_update() >= signed_at
        || crl.next_update().is_none_or(|next_update| next_update >= signed_at);
    if knows {
        Finding::ok(Reason::NotRevoked)
    } else {
        Finding::open(Reason::RevocationListOutdated)
            .because(format!("the list was made {}", crl.this_update()))
    }
}
