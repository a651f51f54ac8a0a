//! Templates of routes.

use utoipa::ToSchema;

use super::{
    Appearance, CopyTo, Fill, Numbering, PersonView, Quorum, Role, SubmittedField, UnitView,
};

/// The template that a submission goes by, in place of steps.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateChoice {
    /// From `GET /api/v1/templates`.
    id: String,
    /// The version that you looked at: another one is refused. The present one when absent.
    version: Option<u32>,
}

/// The template that a request went by.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateUsed {
    id: String,
    /// From 1.
    version: u32,
    /// What that version was called.
    name: String,
}

/// What a version of a template says.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateBody {
    steps: Vec<TemplateStep>,
    /// Empty text fields to add before anybody signs, as in a submission.
    #[schema(required = false)]
    fields: Vec<SubmittedField>,
    /// Whether number and date come from the register when the seal's step opens.
    numbering: Option<Numbering>,
    /// Who gets a copy once all have signed, beside those whom the submission names.
    #[schema(required = false)]
    copies: Vec<CopyTo>,
}

/// One step of a template.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateStep {
    role: Role,
    #[schema(required = false)]
    quorum: Quorum,
    signers: Vec<TemplateSigner>,
}

/// One signer of a template's step.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateSigner {
    who: Who,
    /// A stamp at the lower right of the last page when absent.
    appearance: Option<Appearance>,
    /// In a step of the role `seal`.
    #[schema(required = false)]
    fill: Vec<Fill>,
}

/// A person, or whoever holds a post when a document is submitted.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::api) enum Who {
    Person {
        person: String,
    },
    Post {
        post: PostName,
        /// The unit that submits when absent.
        unit: Option<String>,
    },
}

/// A post by what it lets its holder do in the unit.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum PostName {
    Chief,
    Deputy,
    Clerk,
}

/// A template in one version, and whom it means now.
#[derive(ToSchema)]
pub(in crate::api) struct Template {
    id: String,
    /// The unit that made it; it is for that unit and all below it.
    unit: UnitView,
    /// The kind of document that it is for.
    kind: String,
    /// Milliseconds since 1970; absent while it is offered.
    ended_at: Option<i64>,
    /// Whether a document can go by it now.
    usable: bool,
    /// From 1; editing makes the next one.
    version: u32,
    name: String,
    /// Milliseconds since 1970.
    made_at: i64,
    body: TemplateBody,
    /// The steps with the people to whom a document would go now.
    steps: Vec<ResolvedStep>,
}

/// A step, and whom it means now.
#[derive(ToSchema)]
pub(in crate::api) struct ResolvedStep {
    role: Role,
    quorum: Quorum,
    signers: Vec<ResolvedSigner>,
}

/// A signer, and who that is now: `person`, or what is `missing`.
#[derive(ToSchema)]
pub(in crate::api) struct ResolvedSigner {
    who: Who,
    /// The unit that the template names.
    unit: Option<UnitView>,
    person: Option<PersonView>,
    /// `nobody` or `several`: give the post to one person, or name the person in the template.
    missing: Option<String>,
}

/// The templates of a unit.
#[derive(ToSchema)]
pub(in crate::api) struct TemplatesOfUnit {
    /// What documents of the unit may go by: its own, then those of the units above it.
    templates: Vec<Template>,
    /// Those of its own that have ended, the newest first.
    ended: Vec<Template>,
}

/// A template with its versions.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateStory {
    template: Template,
    /// The newest first, 50 at most.
    versions: Vec<TemplateVersion>,
}

/// One version of a template.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateVersion {
    /// From 1.
    version: u32,
    name: String,
    /// Milliseconds since 1970.
    made_at: i64,
    body: TemplateBody,
    steps: Vec<ResolvedStep>,
}

/// A template to make.
#[derive(ToSchema)]
pub(in crate::api) struct NewTemplate {
    /// The kind of document that it is for; it stays so.
    #[schema(example = "Quyết định")]
    kind: String,
    /// At most 200 characters; no other template of the unit is called so.
    name: String,
    body: TemplateBody,
    /// Why, at most 500 characters; part of the log's statement.
    why: Option<String>,
}

/// A version to make.
#[derive(ToSchema)]
pub(in crate::api) struct NewVersion {
    /// The version that was looked at: another one is refused.
    seen: u32,
    /// At most 200 characters.
    name: String,
    body: TemplateBody,
    /// Why, at most 500 characters; part of the log's statement.
    why: String,
}

/// An end.
#[derive(ToSchema)]
pub(in crate::api) struct TemplateEnd {
    /// The version that was looked at: another one is refused.
    seen: u32,
    /// Why, at most 500 characters; part of the log's statement.
    why: String,
}
