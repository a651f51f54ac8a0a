//! Adding a request with its route.

use sqlx::AnyConnection;
use trien_core::document::Metadata;
use trien_core::env::Timestamp;
use trien_core::id::{ApiKeyId, RequestId, TemplateId, UnitId};
use trien_core::papers::{CopyTo, OnPaper};
use trien_core::request::{Assignment, Route, Step, StepNumber};
use trien_core::wire::Numbering;

use super::request::{StoredQuorum, state_columns};
use super::{Bind as _, StoreError, requests, statements};

statements! {
    INSERT = "INSERT INTO request (id, unit, submitter, revision, metadata, state, open_step, \
        queued_at, expires_at, change, folded, supersedes, numbering, template, template_version, \
        on_paper, due_at, waiting_since) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $8)";
    INSERT_STEP = "INSERT INTO step (request, number, role, quorum) VALUES ($1, $2, $3, $4)";
    INSERT_ASSIGNMENT = "INSERT INTO assignment (request, step, person, place, state, recipe) \
        VALUES ($1, $2, $3, $4, $5, $6)";
}

/// A request to add.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Which.
    pub id: RequestId,
    /// The unit that submits it.
    pub unit: UnitId,
    /// The key that submits it.
    pub submitter: ApiKeyId,
    /// Its version, from 1.
    pub revision: u32,
    /// The version before it.
    pub supersedes: Option<RequestId>,
    /// What the register is to write into the document.
    pub numbering: Option<Numbering>,
    /// The template that its route came from, with the version.
    pub template: Option<(TemplateId, u32)>,
    /// Why the document also goes on paper, where it does.
    pub on_paper: Option<OnPaper>,
    /// Who gets a copy once all have signed.
    pub copies: Vec<CopyTo>,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// By when it is to be decided.
    pub due_at: Option<Timestamp>,
    /// Its steps, and for each signer the canonical recipe if approving signs the document.
    pub route: Route,
    /// The recipes, by step and signer as in the route.
    pub recipes: Vec<Vec<Option<Vec<u8>>>>,
}

/// Adds a request with its route.
pub async fn insert(
    connection: &mut AnyConnection,
    request: &NewRequest,
    at: Timestamp,
    change: u64,
) -> Result<(), StoreError> {
    let (state, open) = state_columns(request.route.state());
    sqlx::query(INSERT)
        .put(&request.id)
        .put(&request.unit)
        .put(&request.submitter)
        .put(&request.revision)
        .put(&request.metadata)
        .bind(state)
        .bind(open)
        .put(&at)
        .put(&request.expires_at)
        .put(&change)
        .put(&requests::folded(&request.metadata))
        .put_opt(request.supersedes.as_ref())
        .put_opt(request.numbering.as_ref())
        .put_opt(request.template.as_ref().map(|(id, _)| id))
        .put_opt(request.template.as_ref().map(|(_, version)| version))
        .put_opt(request.on_paper.as_ref())
        .put_opt(request.due_at.as_ref())
        .execute(&mut *connection)
        .await?;
    for (index, step) in request.route.steps().iter().enumerate() {
        let number = u16::try_from(index + 1).map_err(|_| StoreError::Corrupt("step number"))?;
        let recipes = request.recipes.get(index).map_or(&[][..], Vec::as_slice);
        insert_step(connection, request.id, StepNumber(number), step, recipes).await?;
    }
    Ok(())
}

async fn insert_step(
    connection: &mut AnyConnection,
    request: RequestId,
    number: StepNumber,
    step: &Step,
    recipes: &[Option<Vec<u8>>],
) -> Result<(), StoreError> {
    sqlx::query(INSERT_STEP)
        .put(&request)
        .put(&number)
        .put(&step.role)
        .put(&StoredQuorum(step.quorum))
        .execute(&mut *connection)
        .await?;
    for (place, signer) in step.signers.iter().enumerate() {
        let state = match signer.assignment {
            Assignment::Open => "open",
            _ => "waiting",
        };
        sqlx::query(INSERT_ASSIGNMENT)
            .put(&request)
            .put(&number)
            .put(&signer.person)
            .put(&(place as u64))
            .bind(state.to_owned())
            .put_opt(recipes.get(place).and_then(Option::as_ref))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
