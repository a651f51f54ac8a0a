//! What a worker is asked, and what it says.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trien_core::env::UnixSecond;
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::fields::{NewField, add_fields};
use trien_core::pdf::image::{Images, StampImage};
use trien_core::pdf::inspect::{Inspection, inspect};
use trien_core::pdf::placement::{self, NoPlace, Place, Wish};
use trien_core::pdf::read::{self, Document, Refusal};
use trien_core::pdf::recipe::Recipe;
use trien_core::pdf::revise::{Delta, build_revision};
use trien_core::wire::{Base64, ImageView};

use crate::clean_copy::{self, Account, ActiveContent, NoCleanCopy};

/// A question about one document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Task<'a> {
    /// What must be known of it before it is queued.
    Inspect,
    /// Whether revisions can be built on it.
    Try(Revisions<'a>),
    /// What a signer should know of it, and one revision on it.
    Build(Option<Revisions<'a>>),
    /// A clean copy of it.
    Copy(ActiveContent),
    /// The bytes that add empty fields to it.
    AddFields(Cow<'a, [NewField]>),
    /// Where stamps beside its text go.
    Place(Cow<'a, [Wish]>),
}

/// Revisions on one document, all at the same time of signing.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Revisions<'a> {
    recipes: Vec<Base64>,
    images: Cow<'a, [ImageView]>,
    signed_at: UnixSecond,
}

/// What a worker says of a document; longer bytes follow by themselves.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The strict reader refuses it.
    Refused(Refusal),
    /// It passed the gate.
    Inspected(Inspection),
    /// All revisions can be built.
    Tried,
    /// The findings; where a revision was asked for, its bytes follow, their hole at this byte.
    Built(Vec<Finding>, Option<usize>),
    /// A revision cannot be built.
    NotBuilt(String),
    /// A clean copy was made; its bytes follow.
    Copied(Account),
    /// None was made.
    NotCopied(NoCleanCopy),
    /// Fields can be added; the bytes that do it follow.
    FieldsAdded,
    /// A place for every stamp.
    Placed(Vec<Place>),
    /// A stamp has none.
    NotPlaced(NoPlace),
}

impl<'a> Revisions<'a> {
    pub(super) fn new<'r>(
        recipes: impl IntoIterator<Item = &'r Recipe>,
        images: &'a [ImageView],
        signed_at: UnixSecond,
    ) -> Self {
        let recipes = recipes.into_iter().map(|recipe| Base64(recipe.to_cbor())).collect();
        Self { recipes, images: Cow::Borrowed(images), signed_at }
    }

    fn build(self, base: &Document<'_>) -> Result<Vec<Delta>, String> {
        let images: Result<Vec<_>, _> =
            self.images.into_owned().into_iter().map(StampImage::from_view).collect();
        let images: Images = images.map_err(|error| error.to_string())?.into_iter().collect();
        let build = |recipe: Base64| {
            let recipe = Recipe::from_cbor(&recipe.0).map_err(|error| error.to_string())?;
            build_revision(base, &recipe, &images, self.signed_at)
                .map_err(|error| error.to_string())
        };
        self.recipes.into_iter().map(build).collect()
    }
}

impl Task<'_> {
    /// Does the work on foreign bytes; in the worker.
    pub(super) fn run(self, document: Vec<u8>) -> (Answer, Vec<u8>) {
        let (answer, bytes) = match self {
            Self::Inspect => {
                let file = Arc::new(document);
                (inspect(&file).map_or_else(Answer::Refused, Answer::Inspected), None)
            }
            Self::Try(revisions) => (tried(revisions, &document), None),
            Self::Build(revisions) => built(revisions, &document),
            Self::Copy(active) => match clean_copy::make(document.into(), active) {
                Ok(copy) => (Answer::Copied(copy.account), Some(copy.bytes)),
                Err(why) => (Answer::NotCopied(why), None),
            },
            Self::AddFields(fields) => with_fields(&fields, &document),
            Self::Place(wishes) => (placed(&wishes, document), None),
        };
        (answer, bytes.unwrap_or_default())
    }
}

fn placed(wishes: &[Wish], document: Vec<u8>) -> Answer {
    let file = Arc::new(document);
    match read::open(&file) {
        Err(refusal) => Answer::Refused(refusal),
        Ok(base) => {
            placement::find(&base, &file, wishes).map_or_else(Answer::NotPlaced, Answer::Placed)
        }
    }
}

fn tried(revisions: Revisions<'_>, document: &[u8]) -> Answer {
    match read::open(document) {
        Err(refusal) => Answer::Refused(refusal),
        Ok(base) => revisions.build(&base).map_or_else(Answer::NotBuilt, |_| Answer::Tried),
    }
}

fn with_fields(fields: &[NewField], document: &[u8]) -> (Answer, Option<Vec<u8>>) {
    match read::open(document).map(|base| add_fields(&base, fields)) {
        Err(refusal) => (Answer::Refused(refusal), None),
        Ok(Err(why)) => (Answer::NotBuilt(why.to_string()), None),
        Ok(Ok(bytes)) => (Answer::FieldsAdded, Some(bytes)),
    }
}

fn built(revisions: Option<Revisions<'_>>, document: &[u8]) -> (Answer, Option<Vec<u8>>) {
    let base = match read::open(document) {
        Ok(base) => base,
        Err(refusal) => return (Answer::Refused(refusal), None),
    };
    let deltas = match revisions.map_or(Ok(Vec::new()), |revisions| revisions.build(&base)) {
        Ok(deltas) => deltas,
        Err(why) => return (Answer::NotBuilt(why), None),
    };
    let delta = deltas.into_iter().next();
    let hole = delta.as_ref().map(|delta| delta.hole().start - document.len() as u64);
    let hole = hole.and_then(|hole| usize::try_from(hole).ok());
    (Answer::Built(check(&base), hole), delta.map(|delta| delta.bytes().to_vec()))
}
