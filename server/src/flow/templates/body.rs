//! What a template may say, and how two versions differ.

use serde_json::{Value, json};
use trien_core::id::{PersonId, UnitId};
use trien_core::papers::CopyTo;
use trien_core::request::{Role, Route};
use trien_core::template::{TemplateBody, TemplateSigner, TemplateStep, Who};

use super::super::{FlowError, copies};
use super::VersionView;
use crate::store::template::VersionRow;

/// Longest body, in bytes of JSON.
const MAX_BYTES: usize = 32 * 1024;

/// Refuses what no submission could go by, whoever holds its posts.
pub(super) fn check(body: &TemplateBody) -> Result<(), FlowError> {
    let invalid = |why: String| Err(FlowError::BadRequest(why));
    let bytes = serde_json::to_vec(body).map_or(usize::MAX, |text| text.len());
    if bytes > MAX_BYTES {
        return invalid("a template has at most 32 KiB".to_owned());
    }
    if body.steps.iter().any(|step| step.role == Role::Receive) {
        return invalid("nobody decides in a step of the role receive".to_owned());
    }
    let fills = |step: &TemplateStep| step.signers.iter().any(|one| !one.fill.is_empty());
    if body.steps.iter().any(|step| step.role != Role::Seal && fills(step)) {
        return invalid("only a step of the role seal fills in fields".to_owned());
    }
    copies::check(&body.copies)?;
    if body.steps.iter().any(is_doubled) {
        return invalid("a step names somebody twice".to_owned());
    }
    // As many different people as it names.
    let mut next = 0_u128..;
    let mut somebody = || next.next().map_or([0; 16], u128::to_be_bytes);
    let steps = body.steps.iter().map(|step| {
        let people = step.signers.iter().map(|_| PersonId::from_bytes(somebody())).collect();
        (step.role, step.quorum, people)
    });
    let route = Route::start(steps.collect());
    route.map_err(|error| FlowError::BadRequest(error.to_string()))?;
    if body.numbering.is_none() {
        return Ok(());
    }
    let seals = body.steps.iter().filter(|step| step.role == Role::Seal).count();
    let last = body.steps.last().is_some_and(|step| step.role == Role::Seal);
    let one = body.steps.last().is_some_and(|step| step.signers.len() == 1);
    if seals == 1 && last && one {
        Ok(())
    } else {
        let why = "the register writes by the seal: a route ends with one such step of one signer";
        invalid(why.to_owned())
    }
}

fn is_doubled(step: &TemplateStep) -> bool {
    let mut seen = Vec::with_capacity(step.signers.len());
    step.signers.iter().any(|signer| {
        let before = seen.contains(&signer.who);
        seen.push(signer.who);
        before
    })
}

/// The units and the people that a template names, copies included.
pub(super) fn named(body: &TemplateBody) -> (Vec<UnitId>, Vec<PersonId>) {
    let (mut units, mut people) = (Vec::new(), Vec::new());
    for signer in body.steps.iter().flat_map(|step| &step.signers) {
        match signer.who {
            Who::Person { person } => people.push(person),
            Who::Post { unit, .. } => units.extend(unit),
        }
    }
    for copy in &body.copies {
        match copy {
            CopyTo::Unit { unit } => units.push(*unit),
            CopyTo::Person { person } => people.push(*person),
        }
    }
    (units, people)
}

/// What the log tells of a version.
pub(super) fn told(version: &VersionRow) -> Value {
    let who = |signer: &TemplateSigner| match signer.who {
        Who::Person { person } => json!(person),
        Who::Post { post, unit: None } => json!(post),
        Who::Post { post, unit: Some(unit) } => json!({ "post": post, "unit": unit }),
    };
    let step = |step: &TemplateStep| {
        let signers: Vec<Value> = step.signers.iter().map(who).collect();
        json!({ "asks": step.role, "of": signers, "quorum": step.quorum })
    };
    let appearance = |step: &TemplateStep| {
        let of = step.signers.iter().map(|one| json!([one.appearance, one.fill]));
        of.collect::<Vec<_>>()
    };
    let body = &version.body;
    json!({
        "name": version.name,
        "version": version.number,
        "steps": body.steps.iter().map(step).collect::<Vec<_>>(),
        "appearance": body.steps.iter().map(appearance).collect::<Vec<_>>(),
        "fields": body.fields,
        "numbering": body.numbering,
        "copies": body.copies,
    })
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Name,
    /// A step: its place from 0.
    Step(usize),
    /// The fields that are added.
    Fields,
    /// Number and date.
    Numbering,
    /// Who gets a copy.
    Copies,
}

/// A part in which two versions differ; a step may be missing on one side.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// Which part.
    pub part: Part,
    /// The version before.
    pub before: &'a VersionView,
    /// The version after.
    pub after: &'a VersionView,
}

/// Where two versions of a template differ.
#[must_use]
pub fn changes<'a>(before: &'a VersionView, after: &'a VersionView) -> Vec<Changed<'a>> {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(Part::Name);
    }
    let step = |version: &VersionView, at: usize| version.body.steps.get(at).map(|it| json!(it));
    let most = before.body.steps.len().max(after.body.steps.len());
    parts.extend((0..most).filter(|at| step(before, *at) != step(after, *at)).map(Part::Step));
    if json!(before.body.fields) != json!(after.body.fields) {
        parts.push(Part::Fields);
    }
    if before.body.numbering != after.body.numbering {
        parts.push(Part::Numbering);
    }
    if before.body.copies != after.body.copies {
        parts.push(Part::Copies);
    }
    parts.into_iter().map(|part| Changed { part, before, after }).collect()
}
