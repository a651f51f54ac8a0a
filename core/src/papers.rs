//! What stands beside a document and is never part of what is signed: who gets a copy of it, why it also goes on paper, and
//! comments beside its pages.

use serde::{Deserialize, Serialize};

use crate::document::Text;
use crate::env::Timestamp;
use crate::id::{CommentId, PersonId, UnitId};
use crate::wire::{PersonView, UnitView};

/// Who gets a copy once all have signed (nơi nhận).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum CopyTo {
    /// The clerks of a unit.
    Unit {
        /// Which.
        unit: UnitId,
    },
    /// A person, on their phone.
    Person {
        /// Who.
        person: PersonId,
    },
}

/// Whose a copy is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum CopyHolder {
    /// A unit's.
    Unit {
        /// Which.
        unit: UnitView,
    },
    /// A person's.
    Person {
        /// Who.
        person: PersonView,
    },
}

/// A copy, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyView {
    /// Whose it is.
    #[serde(flatten)]
    pub holder: CopyHolder,
    /// When it was delivered; not before all have signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When it was first opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Timestamp>,
}

/// Why a document also goes on paper, beside the signed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnPaper {
    /// Legal normative documents.
    Legislation,
    /// Finance.
    Finance,
    /// Personnel.
    Personnel,
    /// Complaints and denunciations.
    Complaints,
    /// Another reason, in words.
    Other(Text<200>),
}

impl OnPaper {
    /// The reasons that need no words, with their names as in JSON.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("legislation", Self::Legislation),
        ("finance", Self::Finance),
        ("personnel", Self::Personnel),
        ("complaints", Self::Complaints),
    ];
}

/// A comment to write beside a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Which document: 0 is the main one, then attachments in their order.
    #[serde(default)]
    pub document: u32,
    /// Which page, from 1.
    pub page: u32,
    /// What it says.
    pub text: Text<2000>,
}

/// A comment beside a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentView {
    /// Which.
    pub id: CommentId,
    /// Which document: 0 is the main one.
    pub document: u32,
    /// Which page, from 1.
    pub page: u32,
    /// Who wrote it.
    pub by: CommentAuthor,
    /// What it says; nothing where it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was written.
    pub written_at: Timestamp,
    /// When its author withdrew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
    /// Whether whoever asks wrote it.
    pub mine: bool,
}

/// Who wrote a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentAuthor {
    /// Full name.
    pub name: String,
    /// Position of somebody with a part in the request; empty for a clerk at the console.
    pub position: String,
}
