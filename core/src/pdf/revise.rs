//! The builder `pdfrev/1`: appends a signing revision to a document.
//!
//! [`build_revision`] is a pure function that phone and server both run: no clock, no randomness,
//! no floats, no encoder. The document's bytes are never copied; what must change in it is
//! overridden by objects whose raw bytes are spliced. Released bytes are frozen by
//! `tests/vectors/pdfrev-1`.

use std::ops::Range;

use sha2::Digest as _;

use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::pdf::appearance::{self, Hundredths, LocalTime};
use crate::pdf::append::{Shared, Update, reference, with_entries, with_item};
use crate::pdf::font::{self, StampFont};
use crate::pdf::geometry::{self, PageSize, UserRect};
use crate::pdf::image::{Images, StampImage};
use crate::pdf::read::limits::{
    MAX_BYTES, MAX_OBJECT_NUMBER, MAX_SECTIONS, MAX_SIGNATURES, SIGNATURE_ROOM,
};
use crate::pdf::read::{Dict, Document, Object, ObjectId, Page, Place, Slot, Value};
use crate::pdf::recipe::{Appearance, ImageRef, InvalidRecipe, Line, Recipe, Rect};

/// Room for the CMS, in bytes; it is written as twice as many hexadecimal digits.
pub const CMS_ROOM: usize = 16 * 1024;

/// Widget flags: print, and locked against being moved.
const PRINT_AND_LOCKED: u32 = 4 + 128;

/// More than the objects that a revision adds.
const MOST_OBJECTS: u32 = 32;

/// `/ByteRange` is written into blanks, so that its length does not depend on its numbers.
const NUMBER_WIDTH: usize = 10;

/// The revision cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The recipe itself.
    #[error(transparent)]
    Recipe(#[from] InvalidRecipe),
    /// The document has a field of that name.
    #[error("the document already has a field named {0}")]
    FieldExists(String),
    /// The document has fewer pages.
    #[error("the document has no page {}", .0 + 1)]
    NoSuchPage(u32),
    /// The stamp would not be seen.
    #[error("the stamp lies outside of the visible page")]
    OutsidePage,
    /// The picture was not given.
    #[error("the picture {} is missing", .0.colour)]
    MissingImage(ImageRef),
    /// A time that no calendar of ours can write.
    #[error("the signing time cannot be written")]
    SigningTime,
    /// With one more revision the document would pass a limit of the reader.
    #[error("the document has no room for another signature")]
    Full,
    /// An object of the document has an unexpected shape.
    #[error("object {} is not what its place in the document asks for", .0.number)]
    Structure(ObjectId),
    /// One object of the document plays two roles; changing it would change both.
    #[error("object {} has two roles in the document", .0.number)]
    SharedObject(ObjectId),
}

impl From<Shared> for BuildError {
    fn from(Shared(id): Shared) -> Self {
        Self::SharedObject(id)
    }
}

/// The CMS does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature has {0} bytes, the document keeps room for {CMS_ROOM}")]
pub struct CmsTooLarge(pub usize);

/// What follows the document's bytes: one revision with a hole for its CMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    bytes: Vec<u8>,
    base_len: u64,
    hole: Range<usize>,
}

/// The two digests of a document with a delta, from one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of the document alone: its name.
    pub document: Sha256,
    /// Of what the signature covers (`/ByteRange`): what goes into the CMS as message digest.
    pub signed: Sha256,
}

impl Delta {
    /// A delta that was built elsewhere, such as in a process of its own: its bytes, the length of
    /// its document, and where its hole starts in the bytes. `None` when there is no empty hole.
    #[must_use]
    pub fn from_parts(bytes: Vec<u8>, base_len: u64, hole_at: usize) -> Option<Self> {
        let hole = hole_at..hole_at.checked_add(2 * CMS_ROOM + 2)?;
        let [b'<', room @ .., b'>'] = bytes.get(hole.clone())? else { return None };
        room.iter().all(|&digit| digit == b'0').then_some(Self { bytes, base_len, hole })
    }

    /// The bytes; their hole holds zeros.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `/ByteRange`: offset and length before and behind the hole, in the whole file.
    #[must_use]
    pub fn byte_range(&self) -> [u64; 4] {
        let hole = self.hole();
        let behind = self.bytes.len() - self.hole.end;
        [0, hole.start, hole.end, behind as u64]
    }

    /// The hole, `<` and `>` included, as offsets in the whole file.
    #[must_use]
    pub fn hole(&self) -> Range<u64> {
        self.base_len + self.hole.start as u64..self.base_len + self.hole.end as u64
    }

    /// The digest by which phone and server compare what they built.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }

    /// The digest of what the signature covers, going on from a hasher that has seen the document.
    #[must_use]
    pub fn digest(&self, after_base: sha2::Sha256) -> Sha256 {
        let digest = after_base
            .chain_update(&self.bytes[..self.hole.start])
            .chain_update(&self.bytes[self.hole.end..])
            .finalize();
        Sha256(digest.into())
    }

    /// Both digests; `base` are the bytes that the delta was built for.
    #[must_use]
    pub fn digests(&self, base: &[u8]) -> Digests {
        let after_base = sha2::Sha256::new().chain_update(base);
        let document = Sha256(after_base.clone().finalize().into());
        Digests { document, signed: self.digest(after_base) }
    }

    /// The signed tail: the bytes with the CMS (DER) in their hole.
    pub fn embed(mut self, cms: &[u8]) -> Result<Vec<u8>, CmsTooLarge> {
        if cms.len() > CMS_ROOM {
            return Err(CmsTooLarge(cms.len()));
        }
        let start = self.hole.start + 1;
        let room = &mut self.bytes[start..start + 2 * cms.len()];
        hex::encode_to_slice(cms, room).expect("the slice has two digits for each byte");
        Ok(self.bytes)
    }
}

/// Builds the revision that signs `base` as `recipe` says.
pub fn build_revision(
    base: &Document<'_>,
    recipe: &Recipe,
    images: &Images,
    signed_at: UnixSecond,
) -> Result<Delta, BuildError> {
    recipe.check()?;
    refuse_known_field(base, &recipe.field)?;
    refuse_full(base)?;
    let time = LocalTime::new(signed_at, recipe.offset_minutes).ok_or(BuildError::SigningTime)?;
    let page = page_of(base, &recipe.appearance)?;

    let mut update = Update::of(base);
    let dictionary = SignatureDictionary::of(recipe, &time);
    let signature = update.add(dictionary.bytes.clone());
    let widget = update.reserve();
    let look = match &recipe.appearance {
        Appearance::Invisible => Look::Invisible,
        Appearance::Stamp { rect, lines, image, .. } => {
            if !PageSize::of(page).contains(rect) {
                return Err(BuildError::OutsidePage);
            }
            let picture = match image {
                None => None,
                Some(name) => Some(images.get(name).ok_or(BuildError::MissingImage(*name))?),
            };
            let form = add_form(&mut update, page, *rect, lines, picture, &time);
            Look::Stamp { rect: UserRect::of(page, *rect), form }
        }
    };
    update.put(widget, widget_dictionary(&recipe.field, page, signature, &look))?;
    list_on_page(&mut update, base, page, widget)?;
    list_in_form(&mut update, base, widget)?;
    let appended = update.finish();
    if base.bytes().len() + appended.bytes.len() > MAX_BYTES + MAX_SIGNATURES * SIGNATURE_ROOM {
        return Err(BuildError::Full);
    }
    let at = appended.values[&signature];
    Ok(dictionary.cut_hole(at, appended.bytes, base.bytes().len()))
}

fn refuse_known_field(base: &Document<'_>, field: &str) -> Result<(), BuildError> {
    let taken = |name: &String| {
        name == field || name.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'))
    };
    if base.field_names().iter().any(taken) {
        return Err(BuildError::FieldExists(field.to_owned()));
    }
    Ok(())
}

/// What is built must be read again, by the next signer and by whoever verifies.
fn refuse_full(base: &Document<'_>) -> Result<(), BuildError> {
    let full = base.signatures().len() >= MAX_SIGNATURES
        || base.revisions().len() >= MAX_SECTIONS
        || base.trailer().size > MAX_OBJECT_NUMBER - MOST_OBJECTS;
    if full { Err(BuildError::Full) } else { Ok(()) }
}

/// The page that lists the widget; an invisible one has its place on the first.
fn page_of<'d>(base: &'d Document<'_>, appearance: &Appearance) -> Result<&'d Page, BuildError> {
    let number = match appearance {
        Appearance::Invisible => 0,
        Appearance::Stamp { page, .. } => *page,
    };
    let index = usize::try_from(number).ok();
    index.and_then(|index| base.pages().get(index)).ok_or(BuildError::NoSuchPage(number))
}

// --- the signature and its widget -------------------------------------------------------

/// The baseline of ETSI EN 319 142-1: a detached CMS, the time in `/M`.
struct SignatureDictionary {
    bytes: Vec<u8>,
    /// Where the numbers of `/ByteRange` go.
    byte_range: usize,
    /// `/Contents` with its `<` and `>`.
    hole: Range<usize>,
}

impl SignatureDictionary {
    fn of(recipe: &Recipe, time: &LocalTime) -> Self {
        let mut dict = String::from(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n/ByteRange [0 ",
        );
        // Room for all that follows, names and reasons included.
        dict.reserve(2 * CMS_ROOM + 4096);
        let byte_range = dict.len();
        dict += &" ".repeat(3 * (NUMBER_WIDTH + 1));
        dict += "]\n/Contents ";
        let hole = dict.len()..dict.len() + 2 * CMS_ROOM + 2;
        dict.push('<');
        dict += &"0".repeat(2 * CMS_ROOM);
        dict += &format!(">\n/M ({}) /Name {}", time.pdf_date(), text_string(recipe.name.as_str()));
        if let Some(reason) = &recipe.reason {
            dict += &format!(" /Reason {}", text_string(reason.as_str()));
        }
        if let Some(location) = &recipe.location {
            dict += &format!(" /Location {}", text_string(location.as_str()));
        }
        dict += " >>";
        Self { bytes: dict.into_bytes(), byte_range, hole }
    }

    /// Writes the numbers of `/ByteRange`, now that the dictionary's place `at` is known.
    fn cut_hole(&self, at: usize, mut bytes: Vec<u8>, base_len: usize) -> Delta {
        let hole = at + self.hole.start..at + self.hole.end;
        let behind = bytes.len() - hole.end;
        let numbers = format!("{} {} {behind}", base_len + hole.start, base_len + hole.end);
        let place = at + self.byte_range;
        bytes[place..place + numbers.len()].copy_from_slice(numbers.as_bytes());
        Delta { bytes, base_len: base_len as u64, hole }
    }
}

/// A text string (ISO 32000-1, 7.9.2.2): ASCII in parentheses, all else as UTF-16 in hexadecimal.
fn text_string(text: &str) -> String {
    if text.bytes().all(|b| (0x20..0x7F).contains(&b)) {
        let mut literal = String::from("(");
        for c in text.chars() {
            if matches!(c, '(' | ')' | '\\') {
                literal.push('\\');
            }
            literal.push(c);
        }
        return literal + ")";
    }
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    format!("<FEFF{}>", hex::encode_upper(units))
}

enum Look {
    Invisible,
    Stamp { rect: UserRect, form: ObjectId },
}

fn widget_dictionary(field: &str, page: &Page, signature: ObjectId, look: &Look) -> Vec<u8> {
    let (rect, drawn) = match look {
        Look::Invisible => ("[0 0 0 0]".to_owned(), String::new()),
        Look::Stamp { rect, form } => {
            (rect.to_string(), format!(" /AP << /N {} >>", reference(*form)))
        }
    };
    let (page, signature) = (reference(page.id), reference(signature));
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({field}) /V {signature}\n\
         /F {PRINT_AND_LOCKED} /P {page} /Rect {rect}{drawn} >>"
    )
    .into_bytes()
}

// --- the stamp ---------------------------------------------------------------------------

/// Adds the form `XObject` of a visible signature and all that it draws with.
fn add_form(
    update: &mut Update,
    page: &Page,
    rect: Rect,
    lines: &[Line],
    picture: Option<&StampImage>,
    time: &LocalTime,
) -> ObjectId {
    let profile = update.add_stream("/N 3 /Alternate /DeviceRGB", font::PROFILE);
    let space = format!("[/ICCBased {}]", reference(profile));
    let mut resources = format!("/ColorSpace << /C {space} >>");
    if !lines.is_empty() {
        resources += &format!(" /Font << /F {} >>", reference(add_font(update)));
    }
    if let Some(picture) = picture {
        let picture = add_picture(update, picture, &space);
        resources += &format!(" /XObject << /I {} >>", reference(picture));
    }
    let width = Hundredths(i64::from(rect.right) - i64::from(rect.left));
    let height = Hundredths(i64::from(rect.top) - i64::from(rect.bottom));
    let matrix = geometry::upright(page.rotation, rect);
    let dict = format!(
        "/Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Matrix {matrix}\n\
         /Resources << {resources} >>"
    );
    let name = picture.map(StampImage::name);
    update.add_stream(&dict, &appearance::content(rect, lines, name, time))
}

fn add_picture(update: &mut Update, picture: &StampImage, space: &str) -> ObjectId {
    let ImageRef { width, height, .. } = picture.name();
    let common = format!(
        "/Type /XObject /Subtype /Image /Width {width} /Height {height} \
         /BitsPerComponent 8 /Filter /FlateDecode"
    );
    let alpha = update.add_stream(&format!("{common} /ColorSpace /DeviceGray"), picture.alpha());
    let colour = format!("{common} /ColorSpace {space} /SMask {}", reference(alpha));
    update.add_stream(&colour, picture.colour())
}

/// A composite font (ISO 32000-1, 9.7): glyph indices as codes, searchable by `/ToUnicode`.
fn add_font(update: &mut Update) -> ObjectId {
    let font = StampFont::get();
    let length = font.unpacked_len();
    let program =
        update.add_stream(&format!("/Filter /FlateDecode /Length1 {length}"), font::PROGRAM);
    let cid_set = update.add_stream("", font.cid_set());
    let to_unicode = update.add_stream("", font.to_unicode());
    let [x0, y0, x1, y1] = font.bounding_box();
    let [ascent, descent, cap_height] = font.vertical_metrics();
    let descriptor = update.add(
        format!(
            "<< /Type /FontDescriptor /FontName /{} /Flags 6 /FontBBox [{x0} {y0} {x1} {y1}]\n\
             /ItalicAngle 0 /Ascent {ascent} /Descent {descent} /CapHeight {cap_height} /StemV 80\n\
             /FontFile2 {} /CIDSet {} >>",
            font::NAME,
            reference(program),
            reference(cid_set),
        )
        .into_bytes(),
    );
    let descendant = update.add(
        format!(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{}\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>\n\
             /FontDescriptor {} /CIDToGIDMap /Identity /DW 0\n/W [0 [{}]] >>",
            font::NAME,
            reference(descriptor),
            font.widths(),
        )
        .into_bytes(),
    );
    update.add(
        format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H\n\
             /DescendantFonts [{}] /ToUnicode {} >>",
            font::NAME,
            reference(descendant),
            reference(to_unicode),
        )
        .into_bytes(),
    )
}

// --- into the document -------------------------------------------------------------------

/// What stands in the document must change at one of two places: in the object that a reference
/// names, or in the dictionary that holds the value.
enum Change {
    /// The object of its own was overridden.
    Elsewhere,
    /// The holder's entry gets this value.
    InHolder(Vec<u8>),
}

/// Adds `item` to an array that may be missing, in place, or an object of its own. What is no array
/// lists nothing, in any reader, and makes room for one.
fn append_item(update: &mut Update, slot: Slot<'_>, item: &str) -> Result<Change, BuildError> {
    match slot {
        Slot::Direct(Value::Array(array)) => Ok(Change::InHolder(with_item(array, item))),
        Slot::Indirect(Object { id, value: Value::Array(array), .. }) => {
            update.put(id, with_item(array, item))?;
            Ok(Change::Elsewhere)
        }
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(_) | Slot::Indirect(_) => {
            Ok(Change::InHolder(format!("[{item}]").into_bytes()))
        }
    }
}

fn list_on_page(
    update: &mut Update,
    base: &Document<'_>,
    page: &Page,
    widget: ObjectId,
) -> Result<(), BuildError> {
    let dict = base.page_dict(page).ok_or(BuildError::Structure(page.id))?;
    match append_item(update, base.annots(page), &reference(widget))? {
        Change::Elsewhere => Ok(()),
        Change::InHolder(annots) => {
            Ok(update.put(page.id, with_entries(dict, &[("Annots", &annots)]))?)
        }
    }
}

fn list_in_form(
    update: &mut Update,
    base: &Document<'_>,
    widget: ObjectId,
) -> Result<(), BuildError> {
    let catalog = base.catalog();
    let Value::Dict(root) = catalog.value else {
        return Err(BuildError::Structure(catalog.id));
    };
    let item = reference(widget);
    match base.acro_form() {
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(Value::Null) => {
            let form = update.add(format!("<< /Fields [{item}] /SigFlags 3 >>").into_bytes());
            let root = with_entries(root, &[("AcroForm", reference(form).as_bytes())]);
            Ok(update.put(catalog.id, root)?)
        }
        Slot::Direct(Value::Dict(form)) => {
            if let Some(form) = extended_form(update, base, form, &item)? {
                update.put(catalog.id, with_entries(root, &[("AcroForm", &form)]))?;
            }
            Ok(())
        }
        Slot::Direct(_) => Err(BuildError::Structure(catalog.id)),
        Slot::Indirect(object) => match (object.value, object.place) {
            (Value::Dict(form), Place::File { .. } | Place::ObjectStream { .. }) => {
                if let Some(form) = extended_form(update, base, form, &item)? {
                    update.put(object.id, form)?;
                }
                Ok(())
            }
            _ => Err(BuildError::Structure(object.id)),
        },
    }
}

/// The form with one more field and `/SigFlags 3` (signatures exist, append only); `None` when its
/// own bytes need no change.
fn extended_form(
    update: &mut Update,
    base: &Document<'_>,
    form: Dict<'_>,
    item: &str,
) -> Result<Option<Vec<u8>>, BuildError> {
    let flagged = matches!(form.get("SigFlags"), Some(Value::Integer(3)));
    let fields = append_item(update, base.slot(form, "Fields"), item)?;
    let flags = ("SigFlags", b"3".as_slice());
    Ok(match (fields, flagged) {
        (Change::Elsewhere, true) => None,
        (Change::Elsewhere, false) => Some(with_entries(form, &[flags])),
        (Change::InHolder(fields), true) => Some(with_entries(form, &[("Fields", &fields)])),
        (Change::InHolder(fields), false) => {
            Some(with_entries(form, &[("Fields", &fields), flags]))
        }
    })
}
