//! The strict reader that decides.
//!
//! [`open`] accepts a document when no reader has anything to repair or to guess in it: then every
//! reader sees the same objects, the one that draws included. The few deviations that it lets pass
//! are harmless in every reader, or are told to the signer and drawn by our own reading (ADR 0011).
//! What is accepted is read lazily, straight from the bytes; nothing is copied but what object
//! streams unpack to.

mod appearance;
mod doubts;
mod filters;
mod form;
mod inflate;
mod lexer;
pub mod limits;
mod linear;
mod object_streams;
mod objects;
mod pages;
mod pin;
mod policy;
mod rebuild;
mod references;
mod refusal;
mod scan;
mod stream;
mod syntax;
mod text;
mod xref;

#[cfg(test)]
mod doubtful;
#[cfg(test)]
mod mutants;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use doubts::Doubts;
use form::Form;
use inflate::Budget;
use objects::Objects;
use xref::Xref;

pub(in crate::pdf) use references::{KeyPath, each_reference};
pub use refusal::Refusal;
pub use syntax::{Array, Dict, Name, PdfString, Value};

use limits::{MAX_BYTES, MAX_SIGNATURES, SIGNATURE_ROOM};

/// Number and generation of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Its number, from 1.
    pub number: u32,
    /// Its generation, nearly always 0.
    pub generation: u16,
}

/// How the newest cross-reference section is written. A new revision follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XrefKind {
    /// A classic table with a trailer.
    Table,
    /// A cross-reference stream.
    Stream,
}

/// An object, read from the file or from an object stream.
#[derive(Clone, Copy, Debug)]
pub struct Object<'d> {
    /// Number and generation as the cross-reference has them.
    pub id: ObjectId,
    /// The bytes of its value; of a stream, the dictionary alone.
    pub raw: &'d [u8],
    /// Its value; of a stream, the dictionary.
    pub value: Value<'d>,
    /// Where it is stored.
    pub place: Place<'d>,
}

/// Where an object is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'d> {
    /// In the file; [`Object::raw`] starts at this byte of it.
    File {
        /// Offset of the value, behind `N G obj`.
        at: usize,
    },
    /// In the file, as a stream.
    Stream {
        /// Offset of the dictionary, behind `N G obj`.
        at: usize,
        /// The data as they are stored.
        data: &'d [u8],
    },
    /// In an object stream.
    ObjectStream {
        /// The number of that stream.
        number: u32,
    },
}

/// The value of a key that may be written in place or elsewhere.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'d> {
    /// The key is missing.
    Absent,
    /// Written in place, `null` included.
    Direct(Value<'d>),
    /// Written as an object of its own.
    Indirect(Object<'d>),
    /// A reference to an object that does not exist, which means `null`.
    Dangling(ObjectId),
}

/// What the newest trailer says, as a new revision has to repeat it.
#[derive(Clone, Copy, Debug)]
pub struct Trailer<'d> {
    /// The catalog.
    pub root: ObjectId,
    /// The value of `/Info`, as it is written.
    pub info: Option<&'d [u8]>,
    /// The value of `/ID`, as it is written.
    pub id: Option<&'d [u8]>,
    /// One more than the greatest object number in use or named by any section.
    pub size: u32,
}

/// A rectangle of a page's own space in millionths of its unit (1/72 inch times
/// [`Page::user_unit`]), ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageBox {
    /// Left.
    pub left: i64,
    /// Bottom.
    pub bottom: i64,
    /// Right, greater than left.
    pub right: i64,
    /// Top, greater than bottom.
    pub top: i64,
}

/// How far a page is turned clockwise when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Not at all.
    None,
    /// 90 degrees clockwise.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees clockwise.
    ThreeQuarters,
}

/// One page, with what it inherits.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its object; the dictionary is `document.object(page.id)`.
    pub id: ObjectId,
    /// The medium.
    pub media_box: PageBox,
    /// The visible area: the crop box within the medium.
    pub crop_box: PageBox,
    /// How it is turned.
    pub rotation: Rotation,
    /// Size of the unit in millionths of 1/72 inch; 1,000,000 as a rule.
    pub user_unit: i64,
}

/// A state of the file that was complete once: it ends with its own `startxref` and `%%EOF`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Where its newest cross-reference section starts.
    pub startxref: usize,
    /// The byte behind `%%EOF`.
    pub end: usize,
    /// The byte behind the blanks that follow `%%EOF`.
    pub end_with_blanks: usize,
}

/// A signature field that holds a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureField {
    /// The full name of the field.
    pub name: String,
    /// The field.
    pub field: ObjectId,
    /// The signature dictionary.
    pub dictionary: ObjectId,
    /// `/ByteRange`: it starts at 0, and its hole is exactly the `/Contents` string.
    pub byte_range: [u64; 4],
    /// Index into [`Document::revisions`] of the revision that it covers wholly.
    pub revision: usize,
    /// `/Filter`.
    pub filter: String,
    /// `/SubFilter`.
    pub sub_filter: String,
    /// `/Name`: the signer as the signature states it.
    pub signer: Option<String>,
    /// `/M`: the time as the signature states it, such as `D:20261122084500+07'00'`.
    pub signed_at: Option<String>,
}

impl SignatureField {
    /// The hole: `/Contents` with its `<` and `>`, as offsets in the file.
    #[must_use]
    pub fn hole(&self) -> std::ops::Range<usize> {
        let [_, start, end, _] = self.byte_range;
        usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(usize::MAX)
    }
}

/// A document that passed the whole gate.
#[derive(Debug)]
pub struct Document<'a> {
    bytes: &'a [u8],
    xref: Xref<'a>,
    objects: Objects<'a>,
    root: ObjectId,
    pages: Vec<Page>,
    form: Form,
    doubts: Doubts,
    readers_differ: bool,
}

/// Opens a document to be signed, and checks all of it but what its content streams hold.
pub fn open(bytes: &[u8]) -> Result<Document<'_>, Refusal> {
    let document = open_to_judge(bytes)?;
    match document.form.forbids_signing {
        Some(refusal) => Err(refusal),
        None => Ok(document),
    }
}

/// Opens a document whose signatures are to be judged: what an earlier signer locked against
/// further signatures is no reason not to look at it.
pub fn open_to_judge(bytes: &[u8]) -> Result<Document<'_>, Refusal> {
    if !matches!(bytes, [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', b'0'..=b'9', ..]) {
        return Err(Refusal::NotPdf);
    }
    if bytes.len() > MAX_BYTES + MAX_SIGNATURES * SIGNATURE_ROOM {
        return Err(Refusal::TooLarge);
    }
    let mut budget = Budget::new();
    let xref = xref::read(bytes, &mut budget)?;
    let Some(Value::Reference(root)) = xref.trailer.get("Root") else {
        return Err(Refusal::BadCatalog);
    };
    let mut doubts = Doubts { differ: xref.half_hidden, ..Doubts::default() };
    if xref.loose {
        doubts.loosely_written();
    }
    let objects = Objects::check(bytes, &xref, &mut budget, &mut doubts)?;
    let mut document = Document {
        bytes,
        xref,
        objects,
        root,
        pages: Vec::new(),
        form: Form::default(),
        doubts: Doubts::default(),
        readers_differ: false,
    };
    let catalog = document.checked_catalog().ok_or(Refusal::BadCatalog)?;
    let pages = pages::walk(&document, catalog, &mut doubts)?;
    let form = form::walk(&document, catalog, &mut doubts)?;
    policy::check(&document, root, catalog)?;
    if bytes.len() > MAX_BYTES + form.signatures.len() * SIGNATURE_ROOM {
        return Err(Refusal::TooLarge);
    }
    (document.pages, document.form) = (pages, form);
    document.readers_differ = doubts.readers_differ(&document);
    document.doubts = doubts;
    Ok(document)
}

impl<'a> Document<'a> {
    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How the newest cross-reference section is written.
    #[must_use]
    pub fn xref_kind(&self) -> XrefKind {
        self.xref.kind
    }

    /// Where the newest cross-reference section starts: `/Prev` of the next revision.
    #[must_use]
    pub fn startxref(&self) -> usize {
        self.xref.startxref
    }

    /// What the newest trailer says. New objects are numbered from its size on.
    #[must_use]
    pub fn trailer(&self) -> Trailer<'_> {
        let dict = self.xref.trailer;
        let written = |key| dict.range(key).and_then(|range| dict.raw().get(range));
        Trailer { root: self.root, info: written("Info"), id: written("ID"), size: self.xref.size }
    }

    /// All of the newest trailer.
    pub(in crate::pdf) fn trailer_dict(&self) -> Dict<'_> {
        self.xref.trailer
    }

    /// The catalog.
    #[must_use]
    pub fn catalog(&self) -> Object<'_> {
        self.object(self.root).expect("open found the catalog")
    }

    /// The dictionary of the catalog.
    #[must_use]
    pub fn catalog_dict(&self) -> Dict<'_> {
        self.checked_catalog().expect("open found the catalog")
    }

    fn checked_catalog(&self) -> Option<Dict<'_>> {
        let dict = self.object(self.root)?.value.dict()?;
        let kind = self.value(dict, "Type").and_then(Value::name)?;
        kind.is("Catalog").then_some(dict)
    }

    /// An object by number and generation; `None` when the file has none, which means `null`.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> Option<Object<'_>> {
        self.objects.get(id)
    }

    /// All objects in use, by number.
    pub fn object_ids(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.objects.ids()
    }

    /// The value of a key, with where it is written.
    #[must_use]
    pub fn slot<'d>(&'d self, dict: Dict<'d>, key: &str) -> Slot<'d> {
        match dict.get(key) {
            None => Slot::Absent,
            Some(Value::Reference(id)) => {
                self.object(id).map_or(Slot::Dangling(id), Slot::Indirect)
            }
            Some(value) => Slot::Direct(value),
        }
    }

    /// The value of a key, its reference followed; `None` when it is missing or `null`.
    #[must_use]
    pub fn value<'d>(&'d self, dict: Dict<'d>, key: &str) -> Option<Value<'d>> {
        dict.get(key).map(|value| self.resolve(value)).filter(|value| *value != Value::Null)
    }

    /// Follows a reference; other values are returned as they are.
    #[must_use]
    pub fn resolve<'d>(&'d self, value: Value<'d>) -> Value<'d> {
        let Value::Reference(id) = value else { return value };
        match self.object(id).map(|object| object.value) {
            // The gate refuses objects that are references, so there is no chain to follow.
            None | Some(Value::Reference(_)) => Value::Null,
            Some(value) => value,
        }
    }

    /// All pages in order; at least one.
    #[must_use]
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The dictionary of a page; `None` for a page of another document.
    #[must_use]
    pub fn page_dict(&self, page: &Page) -> Option<Dict<'_>> {
        self.object(page.id)?.value.dict()
    }

    /// `/Annots` of a page.
    #[must_use]
    pub fn annots(&self, page: &Page) -> Slot<'_> {
        self.page_dict(page).map_or(Slot::Absent, |dict| self.slot(dict, "Annots"))
    }

    /// `/AcroForm` of the catalog.
    #[must_use]
    pub fn acro_form(&self) -> Slot<'_> {
        self.slot(self.catalog_dict(), "AcroForm")
    }

    /// Full names of all form fields, signed or not: a new field takes none of them.
    #[must_use]
    pub fn field_names(&self) -> &[String] {
        &self.form.names
    }

    /// Signatures in the order in which they were made.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureField] {
        &self.form.signatures
    }

    /// Complete states of the file, oldest first; at least one, and the last is the file.
    #[must_use]
    pub fn revisions(&self) -> &[Revision] {
        &self.xref.revisions
    }

    /// The bytes for the drawing reader, when it would not see by itself what was decided on: the
    /// document, followed by a cross-reference of what this reader found. `None` for nearly all
    /// documents, which it is given as they are.
    pub(in crate::pdf) fn pinned(&self) -> Option<Vec<u8>> {
        self.doubts.pin.then(|| pin::pinned(self))
    }

    /// Numbers from this one on that are referred to and not in use, sorted: what is given such a
    /// number takes a place that waits for it. `None` when there are too many to remember.
    pub(in crate::pdf) fn awaited_from(&self, number: u32) -> Option<&[u32]> {
        self.doubts.dangling_from(number)
    }

    /// Whether other readers may see something else in this document.
    pub(in crate::pdf) fn readers_differ(&self) -> bool {
        self.readers_differ
    }

    /// Whether a file is embedded anywhere.
    pub(in crate::pdf) fn embeds_files(&self) -> bool {
        self.objects.seen.embedded
    }

    /// Whether a field's value is only shown by viewers that draw fields themselves.
    pub(in crate::pdf) fn lacks_appearance(&self) -> bool {
        self.form.lacks_appearance
    }
}
