//! Requests as others see them.

use sqlx::AnyConnection;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, RequestId};
use trien_core::papers::{CopyHolder, CopyView};
use trien_core::request::Assignment;
use trien_core::wire::{Base64, InPlaceOf, RequestView, StepView, TaskView};

use super::FlowError;
use super::account::MAX_LEVELS;
use crate::store::follow::Parts;
use crate::store::request::RequestHead;
use crate::store::{copy, directory, document, request, stand_in};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Viewer {
    /// A document system or an administrator.
    Office,
    /// A person on their device, who sees what they may decide now, of others' parts where it knows of delegations.
    Signer(PersonId, Parts, UnixSecond),
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
        Viewer::Signer(person, parts, now) => match task(connection, id, person, &steps).await? {
            None if parts == Parts::OfOthersToo => {
                of_another(connection, &head, person, now, &steps).await?
            }
            task => task,
        },
    };
    let mut copies = copy::views(connection, id).await?;
    let mut template = head.template;
    if let Viewer::Signer(person, ..) = viewer {
        // Phones know nothing of templates, and whom else a copy goes to is not theirs to know.
        template = None;
        copies.retain(|copy| is_for(copy, person));
    }
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
        template,
        copies,
        on_paper: head.on_paper,
        task,
    }))
}

fn is_for(copy: &CopyView, of: PersonId) -> bool {
    matches!(&copy.holder, CopyHolder::Person { person } if person.id == of)
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
    let recipe = recipe.map(Base64);
    Ok(Some(TaskView { step: step.number, role: step.role, recipe, in_place_of: None }))
}

async fn of_another(
    connection: &mut AnyConnection,
    head: &RequestHead,
    person: PersonId,
    now: UnixSecond,
    steps: &[StepView],
) -> Result<Option<TaskView>, FlowError> {
    let Some(stands_in) = stand_in::task(connection, head.id, person, now).await? else {
        return Ok(None);
    };
    let part = stands_in.part;
    let Some(step) = steps.iter().find(|step| step.number == part.step) else { return Ok(None) };
    let mut signers = step.signers.iter();
    let Some(principal) = signers.find(|signer| signer.person.id == part.person) else {
        return Ok(None);
    };
    let in_place_of = InPlaceOf {
        person: principal.person.clone(),
        delegation: stands_in.delegation,
        line: directory::line(connection, head.unit.id, MAX_LEVELS).await?,
    };
    Ok(Some(TaskView {
        step: step.number,
        role: step.role,
        recipe: stands_in.recipe.map(Base64),
        in_place_of: Some(in_place_of),
    }))
}
