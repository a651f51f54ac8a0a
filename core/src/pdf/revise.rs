//! The builder `pdfrev/1`: appends a signing revision to a document.
//!
//! [`build_revision`] is a pure function that phone and server both run: no clock, no randomness,
//! no floats, no encoder. The document's bytes are never copied; what must change in it is
//! overridden by objects whose raw bytes are spliced. Released bytes are frozen by
//! `tests/vectors/pdfrev-1`.

mod delta;

use std::ops::Range;

use crate::env::UnixSecond;
use crate::pdf::appearance::LocalTime;
use crate::pdf::append::{Shared, Update, reference, with_entries};
use crate::pdf::changes::Permissions;
use crate::pdf::fields::{self, Field};
use crate::pdf::geometry::{PageSize, UserRect};
use crate::pdf::image::Images;
use crate::pdf::listing::{Purpose, list_in_form, list_on_page};
use crate::pdf::lock::Lock;
use crate::pdf::read::limits::{
    MAX_BYTES, MAX_OBJECT_NUMBER, MAX_SECTIONS, MAX_SIGNATURES, SIGNATURE_ROOM,
};
use crate::pdf::read::{Document, ObjectId, Page};
use crate::pdf::recipe::{Appearance, Fill, ImageRef, InvalidRecipe, Recipe, Target};
use crate::pdf::stamp::Materials;

pub use delta::{CMS_ROOM, CmsTooLarge, Delta, Digests};

/// Widget flags: print, and locked against being moved.
const PRINT_AND_LOCKED: u32 = 4 + 128;

/// More than the objects that a revision adds.
const MOST_OBJECTS: u32 = 64;

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
    /// The document has no such field, or one that shows at several places.
    #[error("the document has no field named {0} that shows at one place at most")]
    NoSuchField(String),
    /// The field does not wait for a signature.
    #[error("the field {0} does not wait for a signature")]
    NotWaiting(String),
    /// The recipe names another place than the field's.
    #[error("the field {0} shows at another place than the recipe says")]
    OtherPlace(String),
    /// Who made the field asks for what the signature would not be.
    #[error("the field {field} asks for another signature ({entry})")]
    SeedValue {
        /// The field.
        field: String,
        /// The key of its seed value dictionary that is not met.
        entry: &'static str,
    },
    /// An earlier signer locked the field.
    #[error("the field {0} was locked by an earlier signature")]
    Locked(String),
    /// Not one line of plain text that waits.
    #[error("the field {0} does not wait for one line of text")]
    NotFillable(String),
    /// `/NeedAppearances`: what is filled in has no look of its own.
    #[error("the form tells viewers to draw its fields themselves, each in its own way")]
    ViewersDraw,
    /// The text would be too small to read, or is longer than the field permits.
    #[error("the text is too long for the field {0}")]
    TextTooLong(String),
    /// The field that waits locks others than those that are filled in.
    #[error("the field {0} has a lock of its own, which leaves open what is filled in")]
    LeftOpen(String),
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

/// Builds the revision that signs `base` as `recipe` says.
pub fn build_revision(
    base: &Document<'_>,
    recipe: &Recipe,
    images: &Images,
    signed_at: UnixSecond,
) -> Result<Delta, BuildError> {
    recipe.check()?;
    refuse_full(base)?;
    let time = LocalTime::new(signed_at, recipe.offset_minutes).ok_or(BuildError::SigningTime)?;
    let permissions = Permissions::of(base);
    let target = TargetField::of(base, recipe, &permissions)?;
    let lock = Lock::of(base, recipe, target.waiting.as_ref())?;

    let mut update = Update::of(base);
    let mut materials = Materials::default();
    let mut dictionary = SignatureDictionary::of(recipe, &time, lock.as_ref(), base.trailer().root);
    let signature = update.add(std::mem::take(&mut dictionary.bytes));
    let widget = match &target.waiting {
        Some(waiting) => waiting.widget,
        None => update.reserve(),
    };
    let look = match &recipe.appearance {
        Appearance::Invisible => Look::Invisible,
        Appearance::Stamp { rect, lines, image, .. } => {
            if !PageSize::of(target.page).contains(rect) {
                return Err(BuildError::OutsidePage);
            }
            let picture = match image {
                None => None,
                Some(name) => Some(images.get(name).ok_or(BuildError::MissingImage(*name))?),
            };
            let place = (*rect, target.page.rotation);
            let form = materials.stamp(&mut update, base, place, (lines, picture), &time);
            Look::Stamp { rect: UserRect::of(target.page, *rect), form }
        }
    };
    match &target.waiting {
        Some(waiting) => sign_waiting(&mut update, waiting, signature, &look)?,
        None => {
            let lock = lock.as_ref().map(|lock| update.add(lock.dictionary()));
            let dict = widget_dictionary(&recipe.field, target.page, signature, &look, lock);
            update.put(widget, dict)?;
            list_on_page(&mut update, base, target.page, &[widget])?;
        }
    }
    if !recipe.fill.is_empty() && fields::viewers_draw(base) {
        return Err(BuildError::ViewersDraw);
    }
    for fill in &recipe.fill {
        fill_in(&mut update, &mut materials, base, fill, &permissions)?;
    }
    let added = if target.waiting.is_some() { vec![] } else { vec![widget] };
    list_in_form(&mut update, base, &added, Purpose::Signing)?;
    let appended = update.finish();
    if base.bytes().len() + appended.bytes.len() > MAX_BYTES + MAX_SIGNATURES * SIGNATURE_ROOM {
        return Err(BuildError::Full);
    }
    let at = appended.values[&signature];
    Ok(dictionary.cut_hole(at, appended.bytes, base.bytes().len()))
}

/// Where the signature goes.
struct TargetField<'d> {
    page: &'d Page,
    /// The field, unless it is added.
    waiting: Option<Field<'d>>,
}

impl<'d> TargetField<'d> {
    fn of(
        base: &'d Document<'_>,
        recipe: &Recipe,
        permissions: &Permissions,
    ) -> Result<Self, BuildError> {
        if permissions.lock(&recipe.field) {
            return Err(BuildError::Locked(recipe.field.clone()));
        }
        match recipe.target {
            Target::New => {
                refuse_known_field(base, &recipe.field)?;
                Ok(Self { page: page_of(base, &recipe.appearance)?, waiting: None })
            }
            Target::Existing => Self::waiting(base, recipe),
        }
    }

    fn waiting(base: &'d Document<'_>, recipe: &Recipe) -> Result<Self, BuildError> {
        let name = || recipe.field.clone();
        let field =
            fields::find(base, &recipe.field).ok_or_else(|| BuildError::NoSuchField(name()))?;
        if !field.waits_for_signature() {
            return Err(BuildError::NotWaiting(name()));
        }
        if let Some(entry) = fields::unmet(base, field.dict, recipe) {
            return Err(BuildError::SeedValue { field: name(), entry });
        }
        let asked = match &recipe.appearance {
            Appearance::Invisible => None,
            Appearance::Stamp { page, rect, .. } => Some((*page, *rect)),
        };
        let shown = field.place(base).map(|place| (place.page, place.rect));
        if asked != shown {
            return Err(BuildError::OtherPlace(name()));
        }
        Ok(Self { page: page_of(base, &recipe.appearance)?, waiting: Some(field) })
    }
}

/// Signs a field that was there; what it looked like before goes.
fn sign_waiting(
    update: &mut Update,
    field: &Field<'_>,
    signature: ObjectId,
    look: &Look,
) -> Result<(), BuildError> {
    let value = reference(signature);
    let flags = PRINT_AND_LOCKED.to_string();
    let mut shown: Vec<(&str, &[u8])> = vec![("F", flags.as_bytes())];
    let form;
    if let Look::Stamp { form: id, .. } = look {
        form = format!("<< /N {} >>", reference(*id));
        shown.push(("AP", form.as_bytes()));
    }
    if field.id == field.widget {
        shown.push(("V", value.as_bytes()));
        return Ok(update.put(field.id, with_entries(field.dict, &shown))?);
    }
    update.put(field.id, with_entries(field.dict, &[("V", value.as_bytes())]))?;
    Ok(update.put(field.widget, with_entries(field.widget_dict, &shown))?)
}

/// Fills in one text field.
fn fill_in(
    update: &mut Update,
    materials: &mut Materials,
    base: &Document<'_>,
    fill: &Fill,
    permissions: &Permissions,
) -> Result<(), BuildError> {
    let (name, text) = (fill.field.as_str().to_owned(), fill.text.as_str());
    let Some(field) = fields::find(base, &name) else {
        return Err(BuildError::NoSuchField(name));
    };
    if permissions.lock(&name) {
        return Err(BuildError::Locked(name));
    }
    let (true, Some(place)) = (field.waits_for_text(base), field.place(base)) else {
        return Err(BuildError::NotFillable(name));
    };
    if field.most_characters(base).is_some_and(|most| text.chars().count() > most) {
        return Err(BuildError::TextTooLong(name));
    }
    let (_, page) = fields::page_of(base, field.widget).ok_or(BuildError::Structure(field.id))?;
    let form = materials.filled_in(update, (place.rect, page.rotation), text);
    let form = format!("<< /N {} >>", reference(form.ok_or(BuildError::TextTooLong(name))?));
    let text = text_string(text);
    let entries = [("V", text.as_bytes()), ("AP", form.as_bytes())];
    Ok(update.put(field.id, with_entries(field.dict, &entries))?)
}

/// Refuses a name that a field has, or one above it.
pub(super) fn refuse_known_field(base: &Document<'_>, field: &str) -> Result<(), BuildError> {
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
    let size = base.trailer().size;
    // Numbers that the document refers to are passed over.
    let passed = base.awaited_from(size).and_then(|awaited| u32::try_from(awaited.len()).ok());
    let full = base.signatures().len() >= MAX_SIGNATURES
        || base.revisions().len() >= MAX_SECTIONS
        || passed.is_none_or(|passed| size > MAX_OBJECT_NUMBER - MOST_OBJECTS - passed);
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
    fn of(recipe: &Recipe, time: &LocalTime, lock: Option<&Lock>, root: ObjectId) -> Self {
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
        if let Some(lock) = lock {
            dict += &format!(" /Reference {}", lock.references(root));
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
pub(super) fn text_string(text: &str) -> String {
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

fn widget_dictionary(
    field: &str,
    page: &Page,
    signature: ObjectId,
    look: &Look,
    lock: Option<ObjectId>,
) -> Vec<u8> {
    let (rect, drawn) = match look {
        Look::Invisible => ("[0 0 0 0]".to_owned(), String::new()),
        Look::Stamp { rect, form } => {
            (rect.to_string(), format!(" /AP << /N {} >>", reference(*form)))
        }
    };
    let lock = lock.map(|lock| format!(" /Lock {}", reference(lock))).unwrap_or_default();
    let (page, signature) = (reference(page.id), reference(signature));
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({field}) /V {signature}\n\
         /F {PRINT_AND_LOCKED} /P {page} /Rect {rect}{drawn}{lock} >>"
    )
    .into_bytes()
}
