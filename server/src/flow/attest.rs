//! What a phone has shown of where its keys live.

use serde_json::{Value, json};
use trien_core::attestation::{Chains, Expected};
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::wire::{Base64, EnrollmentKeys, KeyEvidence};

use super::FlowError;
use crate::app::App;
use crate::attestation::{Freshness, Judgement};

/// The level of a device, and what the log says of how it was found.
pub(super) struct Proven {
    pub(super) assurance: Assurance,
    pub(super) statement: Option<Value>,
    /// What the person is told where the level is too low.
    pub(super) refusal: FlowError,
}

/// Judges the evidence of a phone. Without evidence of a kind that is judged here, or without the
/// settings to judge it by, no key is known to be in hardware.
pub(super) async fn prove(
    app: &App,
    message: &EnrollmentKeys,
    approval_key: Vec<u8>,
    challenge: Vec<u8>,
    prompt_policy: PromptPolicy,
) -> Result<Proven, FlowError> {
    let unproven =
        Proven { assurance: Assurance::D, statement: None, refusal: FlowError::AssuranceTooLow };
    let Some(settings) = app.settings().attestation.clone() else { return Ok(unproven) };
    let (auth, approval) = match &message.evidence {
        KeyEvidence::Android { auth, approval } => (auth.clone(), approval.clone()),
        KeyEvidence::None | KeyEvidence::AppAttest { .. } => return Ok(unproven),
    };
    let auth_key = message.auth_key.0.clone();
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
        settings.judge(Chains { auth: &auth, approval: &approval }, expected)
    });
    let judged = judging.await.map_err(|error| FlowError::Internal(error.to_string()))?;
    let judged = judged.map_err(|error| FlowError::Unavailable(error.to_string()))?;
    if judged.freshness == Freshness::Old {
        let as_of = judged.status_list_as_of;
        tracing::warn!(%as_of, "the attestation status list is older than 30 days: fetch it again");
    }
    Ok(of(&judged))
}

fn of(judged: &Judgement) -> Proven {
    let mut statement = json!({
        "status-list": judged.status_list,
        "status-list-as-of": judged.status_list_as_of,
    });
    match judged.outcome {
        Ok(assurance) => {
            Proven { assurance, statement: Some(statement), refusal: FlowError::AssuranceTooLow }
        }
        Err(refused) => {
            tracing::info!(%refused, "an attestation was refused");
            statement["refused"] = json!(refused.why.slug());
            statement["key"] = json!(refused.key);
            Proven { assurance: Assurance::D, statement: Some(statement), refusal: refused.into() }
        }
    }
}

fn slices(chain: &[Base64]) -> Vec<&[u8]> {
    chain.iter().map(|certificate| certificate.0.as_slice()).collect()
}
