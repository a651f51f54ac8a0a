//! Whether somebody who decided in another's place might: decision → delegation → its giver's signature → log.
//!
//! Whose request it was does not stand in a decision, so that the units of a delegation are judged by phone and
//! server alone; time, kind, people and the order of the log are judged here.

use serde::{Deserialize, Serialize};

use crate::certificate::{Certificate, Purpose};
use crate::decision::{Authority, Decision};
use crate::delegation::evidence::{DelegationEvidence, Shown};
use crate::delegation::{Form, NotCovered};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::evidence::Evidence;

use super::material::Material;
use super::party::Party;
use super::revocation::Moment;
use super::{Finding, Outcome, Proof, Reason, Recording};

/// In whose place something was decided, as the delegation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPlace {
    /// KT., TL. or TUQ.
    pub form: Form,
    /// The position in whose place, as written above a signature.
    pub of: String,
    /// The common name in its holder's certificate.
    pub name: String,
    /// The position that decided.
    pub by: String,
    /// The delegation.
    pub delegation: Sha256,
    /// From when it counts.
    pub starts: UnixSecond,
    /// Until when.
    pub ends: UnixSecond,
}

/// Certificates that come with a delegation may lead from its giver to an anchor.
pub(super) fn give_to(delegation: &DelegationEvidence, material: &mut Material<'_>) {
    let certificates = delegation.certificates.iter();
    for certificate in certificates.filter_map(|der| Certificate::parse(der).ok()) {
        material.add_certificate(&certificate);
    }
}

impl Recording {
    /// The same, judged by the delegation where the decision names one. What was refused, rejected or is broken stays so.
    pub(super) fn with_authority(
        self,
        evidence: &Evidence,
        proof: Proof<'_>,
        material: &Material<'_>,
    ) -> Self {
        let mut of = self;
        let Ok(decision) = Decision::from_cbor(&evidence.decision) else { return of };
        let Authority::Delegated { statement, .. } = &decision.authority else { return of };
        let Self::Shown { index, at, in_place, finding, .. } = &mut of else { return of };
        let (shown, judged) = judge(&decision, *statement, (*index, *at), proof, material);
        if let (Err(judged), Reason::Recorded) = (judged, finding.reason) {
            *finding = judged;
        }
        *in_place = shown.map(|shown| Box::new(self::in_place(&shown)));
        of
    }
}

fn in_place(shown: &Shown) -> InPlace {
    let of = &shown.delegation;
    InPlace {
        form: of.form,
        of: of.from.position.to_string(),
        name: shown.certificate.subject_name(),
        by: of.to.position.to_string(),
        delegation: of.hash(),
        starts: of.starts,
        ends: of.ends,
    }
}

/// What the delegation shows, and what is wrong with the decision by it.
fn judge(
    decision: &Decision,
    statement: Sha256,
    (index, at): (u64, UnixSecond),
    proof: Proof<'_>,
    material: &Material<'_>,
) -> (Option<Shown>, Result<(), Finding>) {
    let mut held = proof.delegations.iter();
    let Some(held) = held.find(|held| held.hash() == Some(statement)) else {
        return (None, Err(Finding::open(Reason::AuthorityNotShown)));
    };
    let shown = match held.verify(proof.key) {
        Ok(shown) => shown,
        Err(error) => {
            let broken = Finding::failed(Reason::AuthorityBroken).because(error.to_string());
            return (None, Err(broken));
        }
    };
    if shown.index >= index {
        let later = "the log recorded the delegation after the decision";
        return (None, Err(Finding::failed(Reason::AuthorityBroken).because(later)));
    }
    if let Err(exceeded) = within(decision, &shown, at) {
        return (Some(shown), Err(Finding::failed(Reason::AuthorityExceeded).because(exceeded)));
    }
    let given = giver(&shown, material);
    (Some(shown), given)
}

/// Whether the giver's certificate held when the log recorded the delegation.
fn giver(shown: &Shown, material: &Material<'_>) -> Result<(), Finding> {
    let moment = Moment::Proven(shown.recorded_at);
    let party = Party::judge(&shown.certificate, Purpose::Documents, moment, material);
    let answers = [party.validity, party.key_usage, party.chain, party.revocation];
    let open = |finding: &&Finding| finding.outcome == Outcome::CannotBeDetermined;
    let failed = |finding: &&Finding| finding.outcome == Outcome::Failed;
    let why = |finding: &Finding| format!("{}: {}", finding.reason.slug(), finding.detail);
    if let Some(failed) = answers.iter().find(failed) {
        return Err(Finding::failed(Reason::AuthorityUntrusted).because(why(failed)));
    }
    match answers.iter().find(open) {
        Some(open) => Err(Finding::open(Reason::AuthorityUntrusted).because(why(open))),
        None => Ok(()),
    }
}

/// How far the clocks of phone and server may be apart, in seconds.
const SKEW_SECONDS: i64 = 300;

/// Whether the decision keeps to the delegation, at the time that its signer says and at the one that the log says.
fn within(decision: &Decision, shown: &Shown, at: UnixSecond) -> Result<(), String> {
    let of = &shown.delegation;
    let Authority::Delegated { position, .. } = &decision.authority else { return Ok(()) };
    if decision.person != of.to.person || *position != of.to.position {
        return Err("the delegation is to somebody else".to_owned());
    }
    if shown.certificate.sha256() == decision.certificate {
        return Err("who decided gave the delegation to themselves".to_owned());
    }
    if decision.signed_at.plus(SKEW_SECONDS) < shown.recorded_at {
        return Err("the decision was signed before the delegation was recorded".to_owned());
    }
    let covered = of.in_force(decision.signed_at).and_then(|()| of.in_force(at));
    let covered = covered.and_then(|()| of.covers_kind(decision.summary.metadata.kind.as_str()));
    covered.map_err(|exceeded: NotCovered| exceeded.to_string())
}
