//! Whether a certificate of ours was revoked, asked by anybody (RFC 6960): from the register, so at once.

use std::sync::Arc;

use trien_core::certificate::{CertificateId, OcspRefusal, OcspRequest, OcspTimes, Reason, State};
use trien_core::env::UnixSecond;

use super::FlowError;
use crate::app::App;
use crate::ca::Authority;
use crate::store::certificate::{Status, statuses};

/// An answer is asked for anew after so many seconds.
const GOOD_FOR: i64 = 3_600;

/// An answer, and how long others may keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `OCSPResponse` in DER.
    pub der: Vec<u8>,
    /// When it may be given to others who ask the same; none for a refusal, or one with a nonce.
    pub kept: Option<Kept>,
}

/// When an answer was made, and until when it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Made at.
    pub at: UnixSecond,
    /// Newer news by then.
    pub until: UnixSecond,
}

impl Answer {
    fn refused(why: OcspRefusal) -> Self {
        Self { der: why.to_der(), kept: None }
    }
}

/// Answers a request in DER; whatever is wrong is said in the answer.
pub async fn answer(app: &App, request: &[u8]) -> Answer {
    let Ok(request) = OcspRequest::parse(request) else {
        return Answer::refused(OcspRefusal::Malformed);
    };
    let now = app.clock().now().second();
    // Where an authority has ended, so has all that it issued, and it appoints nobody.
    let asked = |it: &&Arc<Authority>| {
        let certificate = it.certificate();
        certificate.not_after() > now
            && request.questions().iter().any(|question| question.is_of(certificate))
    };
    let Some(authority) = app.ca().authorities().iter().find(asked) else {
        return Answer::refused(OcspRefusal::Unauthorized);
    };
    match of_authority(app, authority, &request).await {
        Ok(answer) => answer,
        Err(error @ (FlowError::IssuingKey(_) | FlowError::Unavailable(_))) => {
            tracing::warn!(%error, "a question of revocation is not answered now");
            Answer::refused(OcspRefusal::TryLater)
        }
        Err(error) => {
            tracing::error!(%error, "a question of revocation was not answered");
            Answer::refused(OcspRefusal::Internal)
        }
    }
}

async fn of_authority(
    app: &App,
    authority: &Arc<Authority>,
    request: &OcspRequest,
) -> Result<Answer, FlowError> {
    let now = app.clock().now().second();
    let is_ours = |it: &&CertificateId| it.is_of(authority.certificate());
    let serial = |it: &CertificateId| it.serial().as_bytes().to_vec();
    let ours: Vec<_> = request.questions().iter().filter(is_ours).map(serial).collect();
    let known = {
        let mut connection = app.store().reader().await?;
        statuses(&mut connection, authority.name(), &ours).await?
    };
    let states: Vec<_> = request
        .questions()
        .iter()
        .map(|it| Some(it).filter(is_ours).and_then(|it| known.get(it.serial().as_bytes())))
        .map(|status| status.copied().map(state))
        .collect();
    let responder = app.ca().responder(authority, now, app.shared_entropy()).await?;
    let until = now.plus(GOOD_FOR);
    let remembers_since = authority.certificate().not_before();
    let times = OcspTimes { at: now, next_update: until, remembers_since };
    let der = responder.answer(request, &states, times)?;
    let kept = request.nonce().is_none().then_some(Kept { at: now, until });
    Ok(Answer { der, kept })
}

fn state(status: Status) -> State {
    match status {
        Status::Good => State::Good,
        Status::Revoked { reason: code, at } => {
            State::Revoked { at: at.second(), reason: Reason::from_code(code) }
        }
        Status::Suspended { since } => State::Revoked { at: since, reason: Reason::Hold },
    }
}
