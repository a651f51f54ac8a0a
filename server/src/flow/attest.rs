//! What a phone has shown of where its keys live.

use serde_json::{Value, json};
use trien_core::attestation::{Chains, Expected, Spoken, takes_passcode};
use trien_core::certificate::Assurance;
use trien_core::wire::{Base64, EnrollmentKeys, KeyEvidence};

use super::FlowError;
use crate::app::App;
use crate::attestation::{AppAttestSettings, AttestationSettings, Freshness, Judgement};
use crate::store::enrollment::AttemptRow;

/// The level of a device, and what the log says of how it was found.
pub(super) struct Proven {
    pub(super) assurance: Assurance,
    pub(super) statement: Option<Value>,
    /// Whether it was shown that the key takes fingers or a face alone, whatever the office allows.
    pub(super) fingers_only: bool,
    /// What the person is told where the level is too low.
    pub(super) refusal: FlowError,
}

/// Judges the evidence of a phone. Without evidence of a kind that is judged here, or without the
/// settings to judge it by, no key is known to be in hardware.
pub(super) async fn prove(
    app: &App,
    message: &EnrollmentKeys,
    approval_key: Vec<u8>,
    attempt: &AttemptRow,
) -> Result<Proven, FlowError> {
    let unproven = Proven {
        assurance: Assurance::D,
        statement: None,
        fingers_only: false,
        refusal: FlowError::AssuranceTooLow,
    };
    let settings = app.settings();
    match &message.evidence {
        KeyEvidence::None => Ok(unproven),
        // Whether it is true an officer says, before the device may act.
        KeyEvidence::Token { .. } => Ok(Proven { assurance: Assurance::T, ..unproven }),
        KeyEvidence::Android { auth, approval } => match settings.attestation.clone() {
            None => Ok(unproven),
            Some(settings) => {
                let chains = (auth.clone(), approval.clone());
                let keys = (message.auth_key.0.clone(), approval_key);
                prove_android(app, settings, chains, keys, attempt).await
            }
        },
        KeyEvidence::AppAttest { object } => match settings.app_attest.clone() {
            None => Ok(unproven),
            Some(settings) => {
                let keys = (message.auth_key.0.clone(), approval_key);
                prove_app(app, settings, object.0.clone(), keys, attempt).await
            }
        },
    }
}

async fn prove_android(
    app: &App,
    settings: AttestationSettings,
    (auth, approval): (Vec<Base64>, Vec<Base64>),
    (auth_key, approval_key): (Vec<u8>, Vec<u8>),
    attempt: &AttemptRow,
) -> Result<Proven, FlowError> {
    let (challenge, prompt_policy) = (attempt.c1.clone(), attempt.prompt_policy);
    let now = app.clock().now().second();
    let judging = tokio::task::spawn_blocking(move || {
        let (auth, approval) = (slices(&auth), slices(&approval));
        let expected = Expected {
            challenge: &challenge,
            auth_key: &auth_key,
            approval_key: &approval_key,
            prompt_policy,
            now,
        };
        let fingers_only = approval.first().is_some_and(|leaf| !takes_passcode(leaf));
        let judged = settings.judge(Chains { auth: &auth, approval: &approval }, expected);
        judged.map(|judged| (judged, fingers_only))
    });
    let judged = judging.await.map_err(|error| FlowError::Internal(error.to_string()))?;
    let (judged, fingers_only) =
        judged.map_err(|error| FlowError::Unavailable(error.to_string()))?;
    if judged.freshness == Freshness::Old {
        let as_of = judged.status_list_as_of;
        tracing::warn!(%as_of, "the attestation status list is older than 30 days: fetch it again");
    }
    let shown = judged.outcome.is_ok() && fingers_only;
    Ok(Proven { fingers_only: shown, ..of(&judged) })
}

/// An app that speaks for its keys is worth level C.
async fn prove_app(
    app: &App,
    settings: AppAttestSettings,
    object: Vec<u8>,
    (auth_key, approval_key): (Vec<u8>, Vec<u8>),
    attempt: &AttemptRow,
) -> Result<Proven, FlowError> {
    let (challenge, invitation) = (attempt.c1.clone(), attempt.invitation);
    let (name, now) = (settings.app.clone(), app.clock().now().second());
    let judging = tokio::task::spawn_blocking(move || {
        let spoken = Spoken {
            challenge: &challenge,
            auth_key: &auth_key,
            approval_key: &approval_key,
            invitation,
        };
        settings.judge(&object, spoken, now)
    });
    let judged = judging.await.map_err(|error| FlowError::Internal(error.to_string()))?;
    let judged = judged.map_err(|error| FlowError::Unavailable(error.to_string()))?;
    let mut statement = json!({ "app": name });
    match judged {
        Ok(()) => Ok(Proven {
            assurance: Assurance::C,
            statement: Some(statement),
            fingers_only: false,
            refusal: FlowError::AssuranceTooLow,
        }),
        Err(why) => {
            tracing::info!(%why, "an app's attestation was refused");
            statement["refused"] = json!(why.slug());
            let refusal = FlowError::AppRefused(why);
            Ok(Proven {
                assurance: Assurance::D,
                statement: Some(statement),
                fingers_only: false,
                refusal,
            })
        }
    }
}

fn of(judged: &Judgement) -> Proven {
    let mut statement = json!({
        "status-list": judged.status_list,
        "status-list-as-of": judged.status_list_as_of,
    });
    match judged.outcome {
        Ok(assurance) => Proven {
            assurance,
            statement: Some(statement),
            fingers_only: false,
            refusal: FlowError::AssuranceTooLow,
        },
        Err(refused) => {
            tracing::info!(%refused, "an attestation was refused");
            statement["refused"] = json!(refused.why.slug());
            statement["key"] = json!(refused.key);
            Proven {
                assurance: Assurance::D,
                statement: Some(statement),
                fingers_only: false,
                refusal: refused.into(),
            }
        }
    }
}

fn slices(chain: &[Base64]) -> Vec<&[u8]> {
    chain.iter().map(|certificate| certificate.0.as_slice()).collect()
}
