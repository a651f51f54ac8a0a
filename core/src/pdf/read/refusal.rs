//! Why a document cannot be signed as it is.

use serde::{Deserialize, Serialize};

use super::limits::{
    MAX_BYTES, MAX_DEPTH, MAX_ENTRIES, MAX_INFLATED, MAX_OBJECT_NUMBER, MAX_PAGES, MAX_SECTIONS,
    MAX_SIGNATURES,
};

const MEBIBYTE: usize = 1024 * 1024;

/// Why a document cannot be signed as it is.
///
/// Sentences that tell people the cure live in the locales, as `pdf-refusal-` and the slug. The
/// object number, where there is one, is for whoever made the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Another format, or bytes before the header.
    #[error("the file does not start with %PDF-1 or %PDF-2")]
    NotPdf,
    /// Too many bytes.
    #[error("the file has more than {} MiB", MAX_BYTES / MEBIBYTE)]
    TooLarge,
    /// Cut off, or something follows the end.
    #[error("the file does not end with startxref, an offset and %%EOF")]
    BadEnd,
    /// A cross-reference section that a reader would have to repair.
    #[error("the cross-reference section at byte {at} is broken")]
    BadXref {
        /// Where it should start.
        at: usize,
    },
    /// Sections that point back to one another, or overlap.
    #[error("the cross-reference sections loop at byte {at}")]
    XrefLoop {
        /// The section met twice.
        at: usize,
    },
    /// Table and stream side by side that disagree, or go on differently.
    #[error("table and stream of the hybrid cross-reference disagree")]
    HybridXref,
    /// Too many revisions.
    #[error("the file has more than {MAX_SECTIONS} cross-reference sections")]
    TooManySections,
    /// Too many cross-reference entries.
    #[error("the file has more than {MAX_ENTRIES} cross-reference entries")]
    TooManyEntries,
    /// An object number that readers need not support.
    #[error("the file has an object number above {MAX_OBJECT_NUMBER}")]
    ObjectNumber,
    /// Protected by a password or a certificate.
    #[error("the file is encrypted")]
    Encrypted,
    /// The cross-reference names a place where the object is not.
    #[error("the cross-reference entry of object {object} points elsewhere")]
    BadEntry {
        /// Its number.
        object: u32,
    },
    /// An object is referred to by a generation that it does not have, or no longer: readers
    /// disagree about what that means.
    #[error("object {object} is referred to by another generation than it has")]
    RenumberedObject {
        /// Its number.
        object: u32,
    },
    /// A later revision shows what lay hidden in signed bytes, unseen by who signed them.
    #[error("object {object} was added later but lies within what was signed")]
    HiddenObject {
        /// Its number.
        object: u32,
    },
    /// Two objects share bytes.
    #[error("object {object} overlaps another")]
    Overlap {
        /// The later of them.
        object: u32,
    },
    /// Syntax that a reader would have to guess.
    #[error("object {object} is malformed")]
    BadObject {
        /// Its number; 0 for a trailer.
        object: u32,
    },
    /// `/Length` and `endstream` disagree, or the data lies outside of the file.
    #[error("the stream of object {object} does not have its length")]
    BadStream {
        /// Its number.
        object: u32,
    },
    /// A cross-reference or object stream that does not unpack.
    #[error("the structure in stream {object} does not unpack")]
    BadFilter {
        /// Its number.
        object: u32,
    },
    /// A dictionary names one key twice: readers disagree about which holds.
    #[error("object {object} names a key twice")]
    DuplicateKey {
        /// Its number; 0 for a trailer.
        object: u32,
    },
    /// Values within values.
    #[error("the file nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Structure that unpacks to very much.
    #[error("the structure of the file unpacks to more than {} MiB", MAX_INFLATED / MEBIBYTE)]
    TooMuchInflated,
    /// No catalog, or one of an unknown shape.
    #[error("the file has no sound catalog")]
    BadCatalog,
    /// The page tree loops, or holds what is no page.
    #[error("the page tree is broken at object {object}")]
    BadPageTree {
        /// The node's number.
        object: u32,
    },
    /// A page without a visible area, or turned by another angle than a right one.
    #[error("page {page} has no sound size or rotation")]
    BadPage {
        /// From 1.
        page: usize,
    },
    /// The drawing reader sees other pages: what was judged could not be shown.
    #[error("the file is drawn with other pages than it was judged by")]
    DrawnOtherwise,
    /// Nothing to show.
    #[error("the file has no page")]
    NoPage,
    /// Too many pages.
    #[error("the file has more than {MAX_PAGES} pages")]
    TooManyPages,
    /// The form's field tree loops, or holds what is no field.
    #[error("the form is broken at object {object}")]
    BadForm {
        /// The field's number; 0 for the form itself.
        object: u32,
    },
    /// A signature whose range is not what signatures cover.
    #[error("the signature in object {object} does not cover its revision")]
    BadSignature {
        /// The number of the signature dictionary, or of its field.
        object: u32,
    },
    /// Too many signatures.
    #[error("the file has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The author certified that nothing may be added (`DocMDP`, P = 1).
    #[error("an earlier signature forbids every change")]
    ChangesForbidden,
    /// An earlier signature locks fields that do not exist yet.
    #[error("an earlier signature locks all fields")]
    FieldsLocked,
    /// Scripts and programs: the document could show something else tomorrow.
    #[error("object {object} holds active content")]
    ActiveContent {
        /// Its number.
        object: u32,
    },
}

impl Refusal {
    /// Every slug, for whoever has to hold a text for each.
    pub const SLUGS: [&'static str; 32] = [
        "not-pdf",
        "too-large",
        "bad-end",
        "bad-xref",
        "xref-loop",
        "hybrid-xref",
        "too-many-sections",
        "too-many-entries",
        "object-number",
        "encrypted",
        "bad-entry",
        "renumbered-object",
        "hidden-object",
        "overlap",
        "bad-object",
        "bad-stream",
        "bad-filter",
        "duplicate-key",
        "too-deep",
        "too-much-inflated",
        "bad-catalog",
        "bad-page-tree",
        "bad-page",
        "drawn-otherwise",
        "no-page",
        "too-many-pages",
        "bad-form",
        "bad-signature",
        "too-many-signatures",
        "changes-forbidden",
        "fields-locked",
        "active-content",
    ];

    /// The stable name of the reason.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        match self {
            Self::NotPdf => "not-pdf",
            Self::TooLarge => "too-large",
            Self::BadEnd => "bad-end",
            Self::BadXref { .. } => "bad-xref",
            Self::XrefLoop { .. } => "xref-loop",
            Self::HybridXref => "hybrid-xref",
            Self::TooManySections => "too-many-sections",
            Self::TooManyEntries => "too-many-entries",
            Self::ObjectNumber => "object-number",
            Self::Encrypted => "encrypted",
            Self::BadEntry { .. } => "bad-entry",
            Self::RenumberedObject { .. } => "renumbered-object",
            Self::HiddenObject { .. } => "hidden-object",
            Self::Overlap { .. } => "overlap",
            Self::BadObject { .. } => "bad-object",
            Self::BadStream { .. } => "bad-stream",
            Self::BadFilter { .. } => "bad-filter",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::TooDeep => "too-deep",
            Self::TooMuchInflated => "too-much-inflated",
            Self::BadCatalog => "bad-catalog",
            Self::BadPageTree { .. } => "bad-page-tree",
            Self::BadPage { .. } => "bad-page",
            Self::DrawnOtherwise => "drawn-otherwise",
            Self::NoPage => "no-page",
            Self::TooManyPages => "too-many-pages",
            Self::BadForm { .. } => "bad-form",
            Self::BadSignature { .. } => "bad-signature",
            Self::TooManySignatures => "too-many-signatures",
            Self::ChangesForbidden => "changes-forbidden",
            Self::FieldsLocked => "fields-locked",
            Self::ActiveContent { .. } => "active-content",
        }
    }
}
