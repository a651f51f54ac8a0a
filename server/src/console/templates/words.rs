//! What templates are said to be.

use trien_core::request::Quorum;
use trien_core::template::{PostName, Who};

use super::super::page::Texts;
use crate::flow::templates::{Changed, Holder, Part, ResolvedSigner, ResolvedStep, VersionView};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// A post.
    pub(in crate::console) fn post(&self, post: &PostName) -> String {
        self.of(match post {
            PostName::Chief => "template-post-chief",
            PostName::Deputy => "template-post-deputy",
            PostName::Clerk => "template-post-clerk",
        })
    }

    /// Whom a template means, and who that is now.
    pub(in crate::console) fn template_signer(&self, signer: &ResolvedSigner) -> String {
        let holder = match &signer.holder {
            Holder::One(person) => format!("{}, {}", person.name, person.position),
            Holder::Nobody => self.of("template-held-by-nobody"),
            Holder::Several => self.of("template-held-by-several"),
        };
        let Who::Post { post, unit } = signer.who else { return holder };
        let of = match (unit, &signer.unit) {
            (None, _) => self.of("template-submitting-unit"),
            (Some(_), Some(unit)) => unit.name.clone(),
            (Some(id), None) => id.to_string(),
        };
        format!("{} ({of}): {holder}", self.post(&post))
    }

    /// A step in one line.
    pub(in crate::console) fn template_step(&self, step: &ResolvedStep) -> String {
        let signers: Vec<String> =
            step.signers.iter().map(|signer| self.template_signer(signer)).collect();
        let quorum = match step.quorum {
            Quorum::All => String::new(),
            Quorum::AtLeast(count) => format!(" ({} {count})", self.of("request-at-least")),
        };
        format!("{}{quorum}: {}", self.step_role(&step.role), signers.join("; "))
    }

    /// A part of a template.
    pub(in crate::console) fn template_part(&self, part: &Part) -> String {
        match part {
            Part::Name => self.of("template-name"),
            Part::Step(at) => format!("{} {}", self.of("request-step"), at + 1),
            Part::Fields => self.of("template-fields"),
            Part::Numbering => self.of("template-numbering"),
            Part::Copies => self.of("request-copies"),
        }
    }

    /// What a change was before it, and what after.
    pub(in crate::console) fn template_change(&self, change: &Changed<'_>) -> String {
        let said = |version: &VersionView| match change.part {
            Part::Name => version.name.clone(),
            Part::Step(at) => {
                let step = version.steps.get(at);
                step.map_or_else(|| "–".to_owned(), |step| self.template_step(step))
            }
            Part::Fields => {
                let names = version.body.fields.iter().map(|field| field.name.as_str());
                or_none(names.collect::<Vec<_>>().join(", "))
            }
            Part::Numbering => {
                let numbering = version.body.numbering.as_ref();
                or_none(numbering.map_or_else(String::new, |it| it.notation.to_string()))
            }
            Part::Copies => {
                let names = version.copies.iter().map(|holder| self.copy_holder(holder));
                or_none(names.collect::<Vec<_>>().join(", "))
            }
        };
        let (before, after) = (said(change.before), said(change.after));
        if before == after {
            // Where a signature shows, or where a field stands.
            return self.of("template-changed-appearance");
        }
        format!("{before} → {after}")
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}
