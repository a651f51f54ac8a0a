//! What requests are said to be.

use trien_core::change::Outcome;
use trien_core::decision::Verb;
use trien_core::document::Urgency;
use trien_core::request::{Assignment, Role as StepRole, RouteState};
use trien_core::wire::{Absence, Awaits, SignerView};

use super::super::page::Texts;
use crate::flow::requests::Standing;
use crate::text::{Argument, local_day, local_minute, lookup};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a standing is called.
    pub(in crate::console) fn request_standing(&self, standing: &Standing) -> String {
        self.of(match standing {
            Standing::Open => "request-open",
            Standing::Completed => "web-state-completed",
            Standing::Rejected => "web-state-rejected",
            Standing::Returned => "web-state-returned",
            Standing::Recalled => "web-state-recalled",
            Standing::Expired => "web-state-expired",
        })
    }

    /// Where a request stands.
    pub(in crate::console) fn request_state(&self, state: &RouteState) -> String {
        self.request_standing(&match state {
            RouteState::Open { .. } => Standing::Open,
            RouteState::Completed => Standing::Completed,
            RouteState::Rejected => Standing::Rejected,
            RouteState::Returned => Standing::Returned,
            RouteState::Recalled => Standing::Recalled,
            RouteState::Expired => Standing::Expired,
        })
    }

    /// What happened.
    pub(in crate::console) fn outcome(&self, outcome: &Outcome) -> String {
        self.of(match outcome {
            Outcome::Queued => "request-outcome-queued",
            Outcome::Approved => "request-outcome-approved",
            Outcome::Completed => "request-outcome-completed",
            Outcome::Rejected => "request-outcome-rejected",
            Outcome::Returned => "request-outcome-returned",
            Outcome::Recalled => "request-outcome-recalled",
            Outcome::Superseded => "request-outcome-superseded",
            Outcome::Expired => "request-outcome-expired",
            Outcome::Escalated => "request-outcome-escalated",
            Outcome::Reassigned => "request-outcome-reassigned",
            Outcome::Moved => "request-outcome-moved",
            Outcome::Restamped => "request-outcome-restamped",
            Outcome::Delegated => "request-outcome-delegated",
            Outcome::AwaitsDocumentSignature => "request-outcome-awaits-document-signature",
            Outcome::DocumentSignatureEnded => "request-outcome-document-signature-ended",
        })
    }

    /// What a step asks.
    pub(in crate::console) fn step_role(&self, role: &StepRole) -> String {
        self.of(match role {
            StepRole::Review => "request-role-review",
            StepRole::Initial => "request-role-initial",
            StepRole::Approve => "request-role-approve",
            StepRole::Seal => "request-role-seal",
            StepRole::Receive => "request-role-receive",
        })
    }

    /// How far a signer is.
    pub(in crate::console) fn assignment(&self, assignment: &Assignment) -> String {
        self.of(match assignment {
            Assignment::Waiting => "request-waiting",
            Assignment::Open => "request-deciding",
            Assignment::Released => "request-released",
            Assignment::Decided { verb, .. } => match verb {
                Verb::Approve => "request-approved",
                Verb::Reject => "request-rejected",
                Verb::Return => "request-returned",
            },
        })
    }

    /// Who decided in a signer's place, and by what right: "KT. CHỦ TỊCH: Lê Thị Khuê, Phó Chủ tịch".
    pub(in crate::console) fn in_place(&self, signer: &SignerView) -> Option<String> {
        let by = signer.by.as_ref()?;
        let place = by.form.in_place_of(&signer.person.position);
        let name = &by.person.name;
        Some(match by.person.position.as_str() {
            "" => format!("{place}: {name}"),
            position => format!("{place}: {name}, {position}"),
        })
    }

    /// That somebody has approved, and a key outside phones has still to sign the document.
    pub(in crate::console) fn awaits(&self, awaits: &Awaits) -> String {
        let until = local_minute(awaits.until.second());
        let until = [Argument { name: "until", value: &until }];
        lookup(self.0, "request-awaits", &until).unwrap_or_default()
    }

    /// When somebody is away.
    pub(in crate::console) fn absent(&self, absent: &Absence) -> String {
        let (since, until) = (absent.since.second(), absent.until.second());
        let (first, last) = (local_day(since), local_day(until.plus(-1)));
        let arguments =
            [Argument { name: "first", value: &first }, Argument { name: "last", value: &last }];
        lookup(self.0, "absence-days", &arguments).unwrap_or_default()
    }

    /// How soon a document must move.
    pub(in crate::console) fn urgency(&self, urgency: &Urgency) -> String {
        self.of(match urgency {
            Urgency::Normal => "request-urgency-normal",
            Urgency::Urgent => "request-urgency-urgent",
            Urgency::VeryUrgent => "request-urgency-very-urgent",
            Urgency::Flash => "request-urgency-flash",
        })
    }
}
