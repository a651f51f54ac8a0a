//! Templates of routes: for one kind of document and one unit, which steps a document goes through, and who decides in
//! each: the holder of a post, whoever that is when a document is submitted, or a named person.
//!
//! Only office and document systems speak of them: a phone sees the people that a template came to.

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, TemplateId, UnitId};
use crate::papers::CopyTo;
use crate::pdf::recipe::Fill;
use crate::request::{Quorum, Role};
use crate::wire::{Numbering, SubmittedAppearance, SubmittedField};

/// The template that a submission goes by, in place of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateChoice {
    /// Which.
    pub id: TemplateId,
    /// The version that was looked at: another one is refused. The present one, whichever that is, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// The template that a request went by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUsed {
    /// Which.
    pub id: TemplateId,
    /// Its version, from 1.
    pub version: u32,
    /// What that version was called.
    pub name: String,
}

/// What a version of a template says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateBody {
    /// The steps, in order.
    pub steps: Vec<TemplateStep>,
    /// Empty text fields that are added before anybody signs, as in a submission.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<SubmittedField>,
    /// Whether the register gives number and date when the seal's step opens, and where they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbering: Option<Numbering>,
    /// Who gets a copy once all have signed, beside those whom the submission names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyTo>,
}

/// One step of a template.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateStep {
    /// What it asks.
    pub role: Role,
    /// How many must approve; all when absent.
    #[serde(default = "all")]
    pub quorum: Quorum,
    /// Who.
    pub signers: Vec<TemplateSigner>,
}

fn all() -> Quorum {
    Quorum::All
}

/// One signer of a template's step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateSigner {
    /// Who.
    pub who: Who,
    /// How the signature shows, as in a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearance: Option<SubmittedAppearance>,
    /// Text fields that the signature fills in and locks; in a step of the role `seal` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill: Vec<Fill>,
}

/// Whom a template means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Who {
    /// One person, whatever their post.
    Person {
        /// Who.
        person: PersonId,
    },
    /// Whoever holds a post when a document is submitted.
    Post {
        /// Which post.
        post: PostName,
        /// Of which unit; of the one that submits when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitId>,
    },
}

/// A post by what it lets its holder do in the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostName {
    /// Heads the unit.
    Chief,
    /// Stands in for its head.
    Deputy,
    /// Keeps its documents and its seal (văn thư).
    Clerk,
}

impl PostName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chief, Self::Deputy, Self::Clerk];

    /// Its name, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chief => "chief",
            Self::Deputy => "deputy",
            Self::Clerk => "clerk",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.name() == name)
    }
}
