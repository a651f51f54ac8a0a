//! Requests as others see them.

use sqlx::AnyConnection;
use trien_core::env::UnixSecond;
use trien_core::id::{DeviceId, PersonId, RequestId};
use trien_core::papers::{CopyHolder, CopyView};
use trien_core::request::Assignment;
use trien_core::wire::{Base64, DocumentSignerView, InPlaceOf, RequestView, StepView, TaskView};

use super::FlowError;
use super::account::MAX_LEVELS;
use super::document_signature::kind_of;
use super::sync::{Knows, Signers};
use crate::store::document_signature::AwaitedPart;
use crate::store::follow::Parts;
use crate::store::request::RequestHead;
use crate::store::reshape::Part;
use crate::store::{copy, directory, document, document_signature, request, stand_in};

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Viewer {
    /// A document system or an administrator.
    Office,
    /// A person on their device, who sees what they may decide now.
    Signer(Phone),
}

/// A person's device, and what it knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phone {
    pub device: DeviceId,
    pub person: PersonId,
    pub knows: Knows,
    pub now: UnixSecond,
}

/// One request as it stands, or none.
pub(super) async fn request(
    connection: &mut AnyConnection,
    id: RequestId,
    viewer: Viewer,
) -> Result<Option<RequestView>, FlowError> {
    let Some(head) = request::head(connection, id).await? else { return Ok(None) };
    let mut steps = request::steps(connection, id).await?;
    let awaited = document_signature::awaits(connection, id).await?;
    if let Some(of) = &awaited {
        mark(&mut steps, of);
    }
    let has_decided = |phone: &Phone| awaited.is_some_and(|of| of.decider == phone.person);
    let task = match viewer {
        Viewer::Signer(phone) if !has_decided(&phone) => {
            task(connection, &head, phone, &steps).await?
        }
        // Who has decided waits for the document signature as everybody does.
        Viewer::Office | Viewer::Signer(_) => None,
    };
    let mut copies = copy::views(connection, id).await?;
    let mut template = head.template;
    if let Viewer::Signer(Phone { person, .. }) = viewer {
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

/// Says beside a part what is awaited of it.
fn mark(steps: &mut [StepView], awaited: &AwaitedPart) {
    let of_step = steps.iter_mut().filter(|of| of.number == awaited.step);
    let signers = of_step.flat_map(|of| &mut of.signers);
    for signer in signers.filter(|of| of.person.id == awaited.person) {
        signer.awaits = Some(awaited.awaits);
    }
}

/// What a person may decide now on this device. Where another one's document signature is awaited, they may refuse.
async fn task(
    connection: &mut AnyConnection,
    head: &RequestHead,
    phone: Phone,
    steps: &[StepView],
) -> Result<Option<TaskView>, FlowError> {
    let own = own(connection, head.id, phone.person, steps).await?;
    let task = match own {
        None if phone.knows.parts == Parts::OfOthersToo => {
            of_another(connection, head, phone.person, phone.now, steps).await?
        }
        own => own,
    };
    match task {
        None => Ok(None),
        Some(task) => with_signer(connection, head.id, phone, task).await,
    }
}

/// The task with whose key signs the document, where it is not the phone's. A phone that knows nothing of that would
/// sign it itself: it is shown no task.
async fn with_signer(
    connection: &mut AnyConnection,
    id: RequestId,
    phone: Phone,
    mut task: TaskView,
) -> Result<Option<TaskView>, FlowError> {
    let Some(kind) = kind_of(task.role) else { return Ok(Some(task)) };
    let principal = task.in_place_of.as_ref().map_or(phone.person, |place| place.person.id);
    let part = Part { request: id, step: task.step, person: principal };
    task.undone = document_signature::undone(connection, part, phone.person).await?;
    let signer = document_signature::signer(connection, phone.device, kind, phone.now).await?;
    if signer.is_some() && phone.knows.signers == Signers::PhonesOnly {
        return Ok(None);
    }
    task.document_signer = signer
        .map(|signer| DocumentSignerView { certificate: Base64(signer.der), home: signer.home });
    Ok(Some(task))
}

async fn own(
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
    Ok(Some(TaskView {
        step: step.number,
        role: step.role,
        recipe,
        in_place_of: None,
        document_signer: None,
        undone: Vec::new(),
    }))
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
        document_signer: None,
        undone: Vec::new(),
    }))
}
