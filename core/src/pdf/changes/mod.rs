//! What was changed after each signature, object by object.
//!
//! A signature covers a state of the file. Whoever signs or verifies sees the last one, so each
//! signed state is compared with the next, up to the file as it is. A few changes are known to be
//! harmless and are checked piece by piece: further signatures, timestamps, validation data, the
//! filling of form fields as far as the signers permit it, and metadata that no reader shows.
//! **Everything else is a finding**, also what this code does not understand. The published
//! attacks that this stops are listed in docs/security.md.

mod annotations;
mod choices;
mod compare;
mod fields;
mod form;
mod graph;
mod judge;
mod maps;
mod new_fields;
mod pages;
mod permissions;
mod pictures;
mod roles;
mod structure;
mod sweep;
mod withdrawn;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::read::{Document, SignatureField, open_to_judge};
use judge::Judge;

pub use pages::{BeforeAndAfter, ChangedPage, before_and_after, changed_pages};
pub(super) use permissions::Permissions;

/// Most objects of all states that are compared: a hostile file with many signatures and many
/// objects would take minutes. A sound one with 64 signatures may have 100,000 objects.
const MAX_COMPARED: usize = 6_400_000;

/// Most findings of one step that are listed; whoever hides among more has been found anyway.
const MAX_CHANGES: usize = 64;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal;)+) => {
        /// What a change after a signature comes down to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ChangeKind {$(
            $(#[$doc])*
            #[serde(rename = $slug)]
            $name,
        )+}

        impl ChangeKind {
            /// All of them, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The kind's name in reports.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self {$(Self::$name => $slug,)+}
            }
        }
    };
}

kinds! {
    // What is shown.
    /// Content or resources of a page, or its size.
    PageContent = "page-content";
    /// Pages came, went or moved.
    Pages = "pages";
    /// Another catalog, or an entry of it that nobody may change.
    Catalog = "catalog";
    /// An annotation was added, changed or removed.
    Annotation = "annotation";
    /// Something added later hides what was signed.
    CoversContent = "covers-content";
    /// A field shows something else than it did, and not because it was filled in.
    FieldAppearance = "field-appearance";
    /// Layers that can be switched.
    OptionalContent = "optional-content";
    /// What the document does when it is opened or used.
    Actions = "actions";
    /// The XFA form, which some viewers show instead of the pages.
    Xfa = "xfa";
    // What is permitted.
    /// A signature was taken away or replaced.
    Signature = "signature";
    /// A field was added, removed or rebuilt.
    Field = "field";
    /// A field that a signer locked.
    LockedField = "locked-field";
    /// A change of a kind that a signer forbade.
    Forbidden = "forbidden";
    // What cannot be said.
    /// A change that this check does not know.
    Unknown = "unknown";
    /// A state that somebody signed cannot be read or drawn on its own.
    Unreadable = "unreadable";
    /// Too much to compare.
    TooMuch = "too-much";
}

/// How grave a kind of change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// Readers show something else than what was signed.
    AltersWhatIsShown,
    /// A signer forbade it, or a signature is no longer what it was.
    BreaksPermission,
    /// It cannot be told whether it matters.
    Unclear,
}

impl ChangeKind {
    /// How grave it is.
    #[must_use]
    pub fn gravity(self) -> Gravity {
        match self {
            Self::PageContent
            | Self::Pages
            | Self::Catalog
            | Self::Annotation
            | Self::CoversContent
            | Self::FieldAppearance
            | Self::OptionalContent
            | Self::Actions
            | Self::Xfa => Gravity::AltersWhatIsShown,
            Self::Signature | Self::Field | Self::LockedField | Self::Forbidden => {
                Gravity::BreaksPermission
            }
            Self::Unknown | Self::Unreadable | Self::TooMuch => Gravity::Unclear,
        }
    }
}

/// One change after a signature that is not known to be harmless.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// What it comes down to.
    pub kind: ChangeKind,
    /// The number of the object that changed; 0 for the file as a whole.
    pub object: u32,
    /// The pages that it touches, from 0; empty when it touches none or all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<u32>,
}

/// A kind of change that is allowed and found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    /// A further signature.
    Signature,
    /// A document timestamp.
    Timestamp,
    /// Data for validation in later years (`/DSS`).
    ValidationData,
    /// Form fields were filled in.
    FormFilling,
    /// Comments of a kind that hides nothing.
    Comments,
    /// Metadata that no reader shows.
    Metadata,
}

/// What happened between a signed state and the next one, or the end of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index into [`Document::revisions`] of the signed state.
    pub from: usize,
    /// Index of the state that it was compared with.
    pub to: usize,
    /// What is not known to be harmless, gravest first.
    pub changes: Vec<Change>,
    /// What is allowed, each kind once.
    pub allowed: Vec<Allowed>,
}

/// All that happened after the first signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    steps: Vec<Step>,
}

impl History {
    /// The steps, oldest first; none if nothing follows the only signature.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What changed after this signature, by step, as far as it is not known to be harmless.
    pub fn after(&self, signature: &SignatureField) -> impl Iterator<Item = (&Step, &Change)> {
        let later = self.steps.iter().filter(|step| step.from >= signature.revision);
        later.flat_map(|step| step.changes.iter().map(move |change| (step, change)))
    }

    /// All changes that are not known to be harmless.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().flat_map(|step| &step.changes)
    }

    /// Whether what follows the last signature needs no signature: data for validation, and
    /// metadata that no reader shows.
    #[must_use]
    pub fn ends_with_validation_data(&self, document: &Document<'_>) -> bool {
        let Some(last) = document.signatures().last() else { return false };
        self.steps.iter().filter(|step| step.from >= last.revision).all(|step| {
            let unsigned = [Allowed::ValidationData, Allowed::Metadata];
            step.changes.is_empty() && step.allowed.iter().all(|kind| unsigned.contains(kind))
        })
    }
}

/// Compares every signed state of the document with the one that follows it.
#[must_use]
pub fn history(document: &Document<'_>) -> History {
    let last = document.revisions().len() - 1;
    let mut states: Vec<usize> = document.signatures().iter().map(|s| s.revision).collect();
    states.push(last);
    states.dedup();
    let mut left = MAX_COMPARED;
    let mut steps = Vec::new();
    let mut old: Option<(usize, Result<Document<'_>, ChangeKind>)> = None;
    for &state in &states {
        let opened = if state == last { None } else { Some(state_of(document, state, &mut left)) };
        if let Some((from, before)) = &old {
            let after = match &opened {
                None => Ok(document),
                Some(after) => after.as_ref().map_err(|kind| *kind),
            };
            steps.push(match (before, after) {
                (Ok(before), Ok(after)) => Judge::compare(before, after, (*from, state)),
                (Err(kind), _) => unreadable(*kind, (*from, state)),
                (_, Err(kind)) => unreadable(kind, (*from, state)),
            });
        }
        old = opened.map(|opened| (state, opened));
    }
    withdrawn::check(document, &mut steps, &mut left);
    History { steps }
}

/// Compares the state that the first `size` bytes of the file are, signed or not, with the file as it is;
/// none if they cannot be opened.
#[must_use]
pub fn since(document: &Document<'_>, size: usize) -> Option<Step> {
    let revisions = document.revisions();
    let from = revisions.iter().rposition(|revision| revision.end <= size)?;
    let state = document.bytes().get(..size)?;
    let before = opened(document, state, &mut { MAX_COMPARED }).ok()?;
    Some(Judge::compare(&before, document, (from, revisions.len() - 1)))
}

/// Opens the state in which the file was at the end of a revision.
fn state_of<'a>(
    document: &Document<'a>,
    revision: usize,
    left: &mut usize,
) -> Result<Document<'a>, ChangeKind> {
    let state = bytes_of(document, revision).ok_or(ChangeKind::Unreadable)?;
    opened(document, state, left)
}

/// Opens the first bytes of the file, which are a state of it.
fn opened<'a>(
    document: &Document<'_>,
    state: &'a [u8],
    left: &mut usize,
) -> Result<Document<'a>, ChangeKind> {
    // An older state has hardly more objects than the file.
    *left = left
        .checked_sub(usize::try_from(document.trailer().size).unwrap_or(usize::MAX))
        .ok_or(ChangeKind::TooMuch)?;
    open_to_judge(state).map_err(|_| ChangeKind::Unreadable)
}

/// The file at the end of a revision, with the blanks behind it that its signature covers.
fn bytes_of<'a>(document: &Document<'a>, revision: usize) -> Option<&'a [u8]> {
    let end = document.revisions().get(revision)?.end;
    let signature = document.signatures().iter().find(|s| s.revision == revision);
    let covered = signature.map(|s| s.byte_range[2].saturating_add(s.byte_range[3]));
    let covered = covered.and_then(|covered| usize::try_from(covered).ok()).unwrap_or(end);
    document.bytes().get(..covered.max(end))
}

fn unreadable(kind: ChangeKind, (from, to): (usize, usize)) -> Step {
    let changes = vec![Change { kind, object: 0, pages: Vec::new() }];
    Step { from, to, changes, allowed: Vec::new() }
}
