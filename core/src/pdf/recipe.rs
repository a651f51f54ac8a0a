//! The recipe of a signing revision: everything the builder needs but the document and the time.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cbor::{self, CborError};
use crate::digest::Sha256;
use crate::document::Text;

/// The builder this release knows.
pub const BUILDER: &str = "pdfrev/1";

/// Largest encoded recipe, in bytes.
pub const MAX_RECIPE_BYTES: usize = 2048;

/// Most text lines of a stamp.
pub const MAX_LINES: usize = 8;

/// Most text fields that one signature fills in.
pub const MAX_FILLED: usize = 8;

/// Longest full name of a field that waits in a document, in bytes.
pub const MAX_EXISTING_NAME: usize = 400;

/// What to append to a document, before its signature. It carries no time: the phone fixes that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Recipe {
    /// The builder's name; an unknown one means that the app needs an update.
    #[n(0)]
    pub builder: String,
    /// Full name of the signature field: of a new one, 1 to 64 ASCII letters, digits or hyphens.
    #[n(1)]
    pub field: String,
    /// The signer's name (`/Name`).
    #[n(2)]
    pub name: Text<200>,
    /// Why (`/Reason`).
    #[n(3)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<200>>,
    /// Where (`/Location`).
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Text<200>>,
    /// UTC offset in minutes in which times are written; Việt Nam is +420.
    #[n(5)]
    pub offset_minutes: i16,
    /// What is seen on the page.
    #[n(6)]
    pub appearance: Appearance,
    /// Whether the field is added or was waiting in the document.
    #[n(7)]
    #[cbor(default, skip_if = "Target::is_new")]
    #[serde(default, skip_serializing_if = "Target::is_new")]
    pub target: Target,
    /// Text fields that the revision fills in and locks, in the order of their names.
    #[n(8)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill: Vec<Fill>,
}

/// Which field takes the signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Target {
    /// One that the revision adds.
    #[default]
    #[n(0)]
    New,
    /// One that waits in the document, at the place that [`Appearance`] repeats.
    #[n(1)]
    Existing,
}

impl Target {
    // By reference, as both encodings ask for it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    fn is_new(&self) -> bool {
        matches!(self, Self::New)
    }
}

/// A text field and what is written into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Fill {
    /// Full name of the field.
    #[n(0)]
    pub field: Text<200>,
    /// The text, one line.
    #[n(1)]
    pub text: Text<100>,
}

/// What is seen of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[cbor(map)]
pub enum Appearance {
    /// Nothing.
    #[n(0)]
    Invisible,
    /// A stamp on a page.
    #[n(1)]
    Stamp {
        /// Page, from 0.
        #[n(0)]
        page: u32,
        /// Where on it.
        #[n(1)]
        rect: Rect,
        /// Text beside or over the image, from the top.
        #[n(2)]
        lines: Vec<Line>,
        /// A picture: hand signature or seal.
        #[n(3)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<ImageRef>,
    },
}

/// A rectangle on the page *as displayed* (rotation applied, origin at the lower left corner of
/// the visible area), in hundredths of a point (1/7200 inch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Rect {
    /// Left.
    #[n(0)]
    pub left: i32,
    /// Bottom.
    #[n(1)]
    pub bottom: i32,
    /// Right, greater than left.
    #[n(2)]
    pub right: i32,
    /// Top, greater than bottom.
    #[n(3)]
    pub top: i32,
}

impl Rect {
    /// Whether it has no extent, or its sides are turned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left >= self.right || self.bottom >= self.top
    }
}

/// One line of a stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[cbor(map)]
pub enum Line {
    /// A fixed text.
    #[n(0)]
    Text {
        /// The text.
        #[n(0)]
        text: Text<200>,
    },
    /// A label and the time of signing: `Thời gian ký: 22/11/2026 08:45:00 +07:00`.
    #[n(1)]
    SignedAt {
        /// The label before the time.
        #[n(0)]
        label: Text<100>,
    },
}

/// A normalised stamp image, named by the hashes of its two streams ([`super::image`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ImageRef {
    /// Pixels across.
    #[n(0)]
    pub width: u32,
    /// Pixels down.
    #[n(1)]
    pub height: u32,
    /// SHA-256 of the Flate-coded RGB stream.
    #[n(2)]
    pub colour: Sha256,
    /// SHA-256 of the Flate-coded 8-bit alpha stream.
    #[n(3)]
    pub alpha: Sha256,
}

/// The recipe cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRecipe {
    /// Not its deterministic encoding.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// Made for a newer app.
    #[error("builder {0} is not known: update the app")]
    UnknownBuilder(String),
    /// A field name with other characters.
    #[error("field names have 1 to 64 ASCII letters, digits or hyphens")]
    FieldName,
    /// A name of a field in the document that is too long.
    #[error("the name of a field in the document has 1 to {MAX_EXISTING_NAME} bytes")]
    ExistingName,
    /// Too many fields to fill in.
    #[error("a signature fills in at most {MAX_FILLED} fields")]
    TooManyFilled,
    /// Not in the order of their names, or one of them twice.
    #[error("the fields to fill in stand in the order of their names, each once")]
    FillOrder,
    /// Empty or turned rectangle.
    #[error("the stamp's rectangle is empty")]
    EmptyRect,
    /// Too many lines.
    #[error("a stamp has at most {MAX_LINES} lines")]
    TooManyLines,
    /// Further from UTC than any place on earth.
    #[error("a UTC offset lies between -12:00 and +14:00")]
    Offset,
}

impl Recipe {
    /// The canonical encoding.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and checks one.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, InvalidRecipe> {
        let recipe: Self = cbor::decode(bytes, MAX_RECIPE_BYTES)?;
        recipe.check()?;
        Ok(recipe)
    }

    /// The name by which decisions refer to it.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.to_cbor())
    }

    /// Checks what a type cannot say.
    pub fn check(&self) -> Result<(), InvalidRecipe> {
        if self.builder != BUILDER {
            return Err(InvalidRecipe::UnknownBuilder(self.builder.clone()));
        }
        match self.target {
            Target::New if !is_field_name(&self.field) => return Err(InvalidRecipe::FieldName),
            Target::Existing if !(1..=MAX_EXISTING_NAME).contains(&self.field.len()) => {
                return Err(InvalidRecipe::ExistingName);
            }
            Target::New | Target::Existing => {}
        }
        if self.fill.len() > MAX_FILLED {
            return Err(InvalidRecipe::TooManyFilled);
        }
        if !self.fill.is_sorted_by(|a, b| a.field.as_str() < b.field.as_str()) {
            return Err(InvalidRecipe::FillOrder);
        }
        if !(-720..=840).contains(&self.offset_minutes) {
            return Err(InvalidRecipe::Offset);
        }
        match &self.appearance {
            Appearance::Invisible => Ok(()),
            Appearance::Stamp { rect, lines, .. } => {
                if lines.len() > MAX_LINES {
                    return Err(InvalidRecipe::TooManyLines);
                }
                if rect.is_empty() {
                    return Err(InvalidRecipe::EmptyRect);
                }
                Ok(())
            }
        }
    }
}

/// Whether a field that is added may have this name.
pub(crate) fn is_field_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
