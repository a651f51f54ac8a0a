//! What is typed to submit a document, beside its file.

use std::collections::HashMap;

use trien_core::classification::Claimed;
use trien_core::document::{Metadata, PDF, Text, Urgency};
use trien_core::id::{PersonId, RequestId, UnitId};
use trien_core::papers::CopyTo;
use trien_core::request::{Assignment, Quorum, Role as StepRole};
use trien_core::template::TemplateChoice;
use trien_core::wire::{RequestView, Submission, SubmittedSigner, SubmittedStep};

use super::super::papers;
use super::super::posted::Sent;
use crate::flow::submit::{Package, Upload};
use crate::flow::{FlowError, Thing};

/// Most steps of a document that is submitted here.
pub(super) const MAX_STEPS: usize = 8;
/// What a signer may be asked for here.
pub(super) const ASKED_FOR: [(&str, StepRole); 4] = [
    ("approve", StepRole::Approve),
    ("review", StepRole::Review),
    ("initial", StepRole::Initial),
    ("seal", StepRole::Seal),
];
pub(super) const URGENCIES: [(&str, Urgency); 4] = [
    ("normal", Urgency::Normal),
    ("urgent", Urgency::Urgent),
    ("very-urgent", Urgency::VeryUrgent),
    ("flash", Urgency::Flash),
];

/// What was typed, beside the file.
#[derive(Clone, Debug, Default)]
pub(super) struct SubmissionForm {
    pub fields: HashMap<String, String>,
}

impl SubmissionForm {
    pub(super) fn typed(&self, name: &str) -> &str {
        self.fields.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    /// What the version before said, where nothing was typed yet.
    pub(super) fn fill_from(&mut self, earlier: &RequestView) {
        let mut fill = |name: &str, text: String| {
            self.fields.entry(name.to_owned()).or_insert(text);
        };
        let Metadata { number, subject, kind, issuer, urgency } = &earlier.metadata;
        fill("number", number.as_ref().map_or_else(String::new, ToString::to_string));
        fill("subject", subject.to_string());
        fill("kind", kind.to_string());
        fill("issuer", issuer.to_string());
        fill("unit", earlier.unit.id.to_string());
        let copies = earlier.copies.iter().map(|copy| papers::named(&copy.holder));
        fill("copies", copies.collect::<Vec<_>>().join("\n"));
        let (paper, words) = papers::typed(earlier.on_paper.as_ref());
        fill("paper", paper.to_owned());
        fill("paper-words", words);
        let urgency = URGENCIES.into_iter().find(|(_, of)| of == urgency);
        fill("urgency", urgency.map_or_else(String::new, |(name, _)| name.to_owned()));
        let asked =
            earlier.steps.iter().flat_map(|step| step.signers.iter().map(|one| (step.role, one)));
        let asked = asked.filter(|(_, one)| one.assignment != Assignment::Released);
        let asked: Vec<_> = asked.map(|(role, one)| (role, one.person.id.to_string())).collect();
        let ids: Vec<_> = asked.iter().map(|(_, id)| id.clone()).collect();
        fill("signers", ids.join(","));
        for (at, person) in chosen(self.typed("signers")).into_iter().enumerate() {
            let known = asked.iter().find(|(_, id)| *id == person.to_string());
            let role = known.and_then(|(role, _)| ASKED_FOR.into_iter().find(|(_, of)| of == role));
            if let Some((name, _)) = role {
                self.fields.entry(format!("role-{at}")).or_insert_with(|| name.to_owned());
            }
        }
    }

    /// The request whose place the document takes.
    pub(super) fn earlier(&self) -> Result<Option<RequestId>, FlowError> {
        match self.typed("supersedes") {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| FlowError::NotFound(Thing::Request)),
        }
    }

    /// The template that it goes by.
    pub(super) fn template(&self) -> Result<Option<TemplateChoice>, FlowError> {
        let id = match self.typed("template") {
            "" => return Ok(None),
            id => id.parse().map_err(|_| FlowError::NotFound(Thing::Template))?,
        };
        Ok(Some(TemplateChoice { id, version: self.typed("template-version").parse().ok() }))
    }

    fn metadata(&self) -> Result<Metadata, &'static str> {
        let number = Some(self.typed("number")).filter(|number| !number.is_empty());
        let urgency = URGENCIES.into_iter().find(|(name, _)| *name == self.typed("urgency"));
        Ok(Metadata {
            number: number.map(Text::new).transpose().map_err(|_| "request-fault-number")?,
            subject: Text::new(self.typed("subject")).map_err(|_| "request-fault-subject")?,
            kind: Text::new(self.typed("kind")).map_err(|_| "request-fault-kind")?,
            issuer: Text::new(self.typed("issuer")).map_err(|_| "request-fault-issuer")?,
            urgency: urgency.map(|(_, urgency)| urgency).unwrap_or_default(),
        })
    }

    fn steps(&self, signers: &[PersonId]) -> Result<Vec<SubmittedStep>, &'static str> {
        if signers.is_empty() {
            return Err("request-fault-signers");
        }
        let step = |(at, person): (usize, &PersonId)| {
            let asked = self.typed(&format!("role-{at}"));
            let role = ASKED_FOR.into_iter().find(|(name, _)| *name == asked);
            let role = role.map_or(StepRole::Approve, |(_, role)| role);
            let signer = SubmittedSigner { person: *person, appearance: None, fill: Vec::new() };
            SubmittedStep { role, quorum: Quorum::All, signers: vec![signer] }
        };
        Ok(signers.iter().enumerate().map(step).collect())
    }

    fn within_hours(&self) -> Result<Option<u32>, &'static str> {
        match self.typed("hours") {
            "" => Ok(None),
            typed => typed.parse().map(Some).map_err(|_| "request-fault-hours"),
        }
    }

    /// What is submitted, or the key of what is wrong with it.
    pub(super) fn package(
        &self,
        unit: UnitId,
        supersedes: Option<RequestId>,
        template: Option<TemplateChoice>,
        copies: Vec<CopyTo>,
        file: Sent,
    ) -> Result<Package, &'static str> {
        let steps = match template {
            Some(_) => Vec::new(),
            None => self.steps(&chosen(self.typed("signers")))?,
        };
        let metadata = self.metadata()?;
        let on_paper = papers::read_paper(self.typed("paper"), self.typed("paper-words"))?;
        if self.typed("unclassified").is_empty() {
            return Err("request-fault-unclassified");
        }
        if file.bytes.is_empty() {
            return Err("request-fault-file");
        }
        let submission = Submission {
            unit,
            metadata,
            classification: Claimed::Open,
            sha256: None,
            steps,
            template,
            expires_at: None,
            within_hours: self.within_hours()?,
            supersedes,
            fields: Vec::new(),
            copies,
            on_paper,
            numbering: None,
        };
        let media_type = PDF.to_owned();
        let document = Upload { name: file.name, media_type, bytes: file.bytes.into() };
        let idempotency_key = self.typed("once").to_owned();
        let (attachments, images) = (Vec::new(), Vec::new());
        Ok(Package { submission, document, attachments, images, idempotency_key })
    }
}

/// Who was chosen, in order, each once.
pub(super) fn chosen(text: &str) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = Vec::new();
    for person in text.split(',').filter_map(|id| id.trim().parse().ok()) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    people.truncate(MAX_STEPS);
    people
}
