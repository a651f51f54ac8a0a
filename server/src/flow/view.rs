//! Requests as others see them.

use sqlx::AnyConnection;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::Assignment;
use trien_core::wire::{Base64, RequestView, StepView, TaskView};

use super::FlowError;
use crate::store::{copy, document, request};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Viewer {
    /// A document system or an administrator.
    Office,
    /// A person on their device, who sees what they may decide now.
    Signer(PersonId),
}

/// One request as it stands, or none.
pub(super) async fn request(
    connection: &mut AnyConnection,
    id: RequestId,
    viewer: Viewer,
) -> Result<Option<RequestView>, FlowError> {
    let Some(head) = request::head(connection, id).await? else { return Ok(None) };
    let steps = request::steps(connection, id).await?;
    let task = match viewer {
        Viewer::Office => None,
        Viewer::Signer(person) => task(connection, id, person, &steps).await?,
    };
    Ok(Some(RequestView {
        id,
        revision: head.revision,
        unit: head.unit,
        metadata: head.metadata,
        queued_at: head.queued_at,
        expires_at: head.expires_at,
        due_at: head.due_at,
        state: head.state,
        steps,
        documents: document::views(connection, id).await?,
        supersedes: head.supersedes,
        superseded_by: head.superseded_by,
        template: head.template,
        copies: copy::views(connection, id).await?,
        on_paper: head.on_paper,
        task,
    }))
}

async fn task(
    connection: &mut AnyConnection,
    id: RequestId,
    person: PersonId,
    steps: &[StepView],
) -> Result<Option<TaskView>, FlowError> {
    let open = steps.iter().find(|step| {
        let mut signers = step.signers.iter();
        signers.any(|s| s.person.id == person && s.assignment == Assignment::Open)
    });
    let Some(step) = open else { return Ok(None) };
    let recipe = request::recipe(connection, id, step.number, person).await?;
    Ok(Some(TaskView { step: step.number, role: step.role, recipe: recipe.map(Base64) }))
}
