//! Whom a template means at this moment.

use sqlx::AnyConnection;
use trien_core::id::{PersonId, TemplateId, UnitId};
use trien_core::papers::{CopyHolder, CopyTo};
use trien_core::request::{Quorum, Role, Step};
use trien_core::template::{TemplateBody, TemplateSigner, Who};
use trien_core::wire::{PersonView, Submission, SubmittedSigner, SubmittedStep, UnitView};

use super::super::{FlowError, copies};
use super::offered;
use crate::store::queue::NewRequest;
use crate::store::{directory, template as store};
use crate::writer::{CommitError, Tx};

/// A step of a template, and whom it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedStep {
    /// What it asks.
    pub role: Role,
    /// How many must approve.
    pub quorum: Quorum,
    /// Who.
    pub signers: Vec<ResolvedSigner>,
}

/// A signer of a template, and who that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedSigner {
    /// As the template says.
    pub who: Who,
    /// The unit that the template names.
    pub unit: Option<UnitView>,
    /// Who that is now.
    pub holder: Holder,
}

/// Who holds a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// One person.
    One(PersonView),
    /// Nobody; of a named person: they have no post any more.
    Nobody,
    /// More than one.
    Several,
}

/// Why a document cannot go by a template now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHolder {
    /// Nobody holds a post that it names.
    #[error("nobody holds a post that the template names")]
    Nobody,
    /// More than one person holds a post that it names.
    #[error("more than one person holds a post that the template names")]
    Several,
    /// It, or who holds its posts, is not any more what was looked at.
    #[error("the template, or who holds its posts, has changed since it was looked at")]
    Moved,
}

impl NoHolder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Several, Self::Moved];

    /// Its name in problem codes; its text is `template-no-<slug>`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Nobody => "post-held-by-nobody",
            Self::Several => "post-held-by-several",
            Self::Moved => "template-moved",
        }
    }
}

/// Puts what a template says in the place of a submission's steps; gives which version.
pub(in crate::flow) async fn fill(
    connection: &mut AnyConnection,
    submission: &mut Submission,
) -> Result<Option<(TemplateId, u32)>, FlowError> {
    let Some(choice) = submission.template else { return Ok(None) };
    let invalid = |why: String| Err(FlowError::InvalidSubmission(why));
    let own = [submission.steps.is_empty(), submission.fields.is_empty()];
    if own.contains(&false) || submission.numbering.is_some() {
        let why = "a template gives steps, fields and numbering: beside one a submission has none";
        return invalid(why.to_owned());
    }
    let row = offered(connection, choice.id, submission.unit).await?;
    let number = row.version.number;
    if choice.version.is_some_and(|seen| seen != number) {
        return Err(NoHolder::Moved.into());
    }
    if !row.is_for(submission.metadata.kind.as_str()) {
        return invalid(format!("the template is for documents of the kind {:?}", row.kind));
    }
    let body = row.version.body;
    let resolved = steps(connection, &body, submission.unit).await?;
    for (step, resolved) in body.steps.into_iter().zip(&resolved) {
        let signers = step.signers.into_iter().zip(people(resolved)?);
        let signer = |(signer, person): (TemplateSigner, PersonId)| {
            let TemplateSigner { appearance, fill, .. } = signer;
            SubmittedSigner { person, appearance, fill }
        };
        let signers = signers.map(signer).collect();
        submission.steps.push(SubmittedStep { role: step.role, quorum: step.quorum, signers });
    }
    submission.fields = body.fields;
    submission.numbering = body.numbering;
    for copy in body.copies {
        let now = copies::reachable(connection, copy).await?;
        submission.copies.extend(now.filter(|now| !submission.copies.contains(now)));
    }
    Ok(Some((choice.id, number)))
}

/// Refuses a request whose template, or whose posts, changed while its document was looked at.
pub(in crate::flow) async fn confirm(
    tx: &mut Tx<'_>,
    request: &NewRequest,
) -> Result<(), CommitError> {
    let Some((id, version)) = request.template else { return Ok(()) };
    let row = offered(tx.connection(), id, request.unit).await?;
    if row.version.number != version {
        return Err(FlowError::from(NoHolder::Moved).into());
    }
    let resolved = steps(tx.connection(), &row.version.body, request.unit).await?;
    let same = |(resolved, step): (&ResolvedStep, &Step)| {
        let signers = step.signers.iter().map(|signer| signer.person);
        people(resolved).is_ok_and(|people| people.into_iter().eq(signers))
    };
    if resolved.iter().zip(request.route.steps()).all(same) {
        Ok(())
    } else {
        Err(FlowError::from(NoHolder::Moved).into())
    }
}

fn people(step: &ResolvedStep) -> Result<Vec<PersonId>, FlowError> {
    let person = |signer: &ResolvedSigner| match &signer.holder {
        Holder::One(person) => Ok(person.id),
        Holder::Nobody => Err(NoHolder::Nobody.into()),
        Holder::Several => Err(NoHolder::Several.into()),
    };
    step.signers.iter().map(person).collect()
}

/// The steps of a template for documents of `unit`, with whom they mean now.
pub(super) async fn steps(
    connection: &mut AnyConnection,
    body: &TemplateBody,
    unit: UnitId,
) -> Result<Vec<ResolvedStep>, FlowError> {
    let mut steps = Vec::with_capacity(body.steps.len());
    for step in &body.steps {
        let mut signers = Vec::with_capacity(step.signers.len());
        for signer in &step.signers {
            signers.push(signer_of(connection, signer.who, unit).await?);
        }
        steps.push(ResolvedStep { role: step.role, quorum: step.quorum, signers });
    }
    Ok(steps)
}

/// Who gets a copy, by name, at this moment.
pub(super) async fn copy_holders(
    connection: &mut AnyConnection,
    body: &TemplateBody,
) -> Result<Vec<CopyHolder>, FlowError> {
    let mut holders = Vec::with_capacity(body.copies.len());
    for copy in &body.copies {
        match copies::reachable(connection, *copy).await? {
            Some(CopyTo::Unit { unit }) => {
                let row = directory::unit(connection, unit).await?;
                holders.extend(row.map(|row| CopyHolder::Unit { unit: row.view }));
            }
            Some(CopyTo::Person { person }) => {
                let row = directory::person(connection, person).await?;
                holders.extend(row.map(|row| CopyHolder::Person { person: row.view }));
            }
            None => {}
        }
    }
    Ok(holders)
}

async fn signer_of(
    connection: &mut AnyConnection,
    who: Who,
    submitting: UnitId,
) -> Result<ResolvedSigner, FlowError> {
    let (unit, holder) = match who {
        Who::Person { person } => {
            let row = directory::person(connection, person).await?;
            (None, row.map_or(Holder::Nobody, |row| Holder::One(row.view)))
        }
        Who::Post { post, unit } => {
            let holders = store::holders(connection, unit.unwrap_or(submitting), post, 2).await?;
            let named = match unit {
                None => None,
                Some(unit) => directory::unit(connection, unit).await?.map(|row| row.view),
            };
            let mut holders = holders.into_iter();
            let holder = match (holders.next(), holders.next()) {
                (None, _) => Holder::Nobody,
                (Some(one), None) => Holder::One(one),
                (Some(_), Some(_)) => Holder::Several,
            };
            (named, holder)
        }
    };
    Ok(ResolvedSigner { who, unit, holder })
}
