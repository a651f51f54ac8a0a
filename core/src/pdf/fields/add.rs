//! Empty text fields, added before the first signature.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::viewers_draw;
use crate::document::Text;
use crate::pdf::append::{Update, reference};
use crate::pdf::geometry::{PageSize, UserRect};
use crate::pdf::listing::{Purpose, list_in_form, list_on_page};
use crate::pdf::read::limits::{MAX_OBJECT_NUMBER, MAX_SECTIONS};
use crate::pdf::read::{Document, ObjectId, Page};
use crate::pdf::recipe::{Rect, is_field_name};
use crate::pdf::revise::{BuildError, refuse_known_field, text_string};
use crate::pdf::stamp::add_form;

/// Most fields that are added to a document.
pub const MAX_NEW_FIELDS: usize = 8;

/// More than the objects that are added for one field, and for all.
const MOST_OBJECTS: u32 = 64;

/// The widget is printed, as PDF/A asks (ISO 19005-1, 6.5.3).
const PRINT: u32 = 4;

/// A text field to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewField {
    /// Its name: 1 to 64 ASCII letters, digits or hyphens.
    pub name: String,
    /// What people are told it is for (`/TU`), such as `Số và ký hiệu`.
    pub label: Text<100>,
    /// Page, from 0.
    pub page: u32,
    /// Where on it, as displayed.
    pub rect: Rect,
}

/// The fields cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddFieldsError {
    /// Fields that come after a signature are a change of what was signed.
    #[error("fields are added before the first signature, and the document is signed already")]
    Signed,
    /// No field, or too many.
    #[error("1 to {MAX_NEW_FIELDS} fields are added at once")]
    Count,
    /// A name with other characters.
    #[error("field names have 1 to 64 ASCII letters, digits or hyphens, and {0:?} has not")]
    Name(String),
    /// Two of one name.
    #[error("the field {0} comes twice")]
    Twice(String),
    /// Empty or turned rectangle.
    #[error("the rectangle of the field {0} is empty")]
    EmptyRect(String),
    /// What also stops a signature.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// The bytes that add empty text fields to `base`, as one more revision.
///
/// They have an appearance, which is empty, so that no viewer draws one of its own.
pub fn add_fields(base: &Document<'_>, fields: &[NewField]) -> Result<Vec<u8>, AddFieldsError> {
    if !base.signatures().is_empty() {
        return Err(AddFieldsError::Signed);
    }
    if viewers_draw(base) {
        return Err(BuildError::ViewersDraw.into());
    }
    check(base, fields)?;
    let mut update = Update::of(base);
    let mut widgets: BTreeMap<u32, Vec<ObjectId>> = BTreeMap::new();
    for field in fields {
        let page = page_of(base, field.page)?;
        let look = add_form(&mut update, (field.rect, page.rotation), "", b"/Tx BMC\nEMC\n");
        let widget = update.add(widget(field, page, look));
        widgets.entry(field.page).or_default().push(widget);
    }
    for (page, widgets) in &widgets {
        list_on_page(&mut update, base, page_of(base, *page)?, widgets)?;
    }
    let listed: Vec<ObjectId> = widgets.into_values().flatten().collect();
    list_in_form(&mut update, base, &listed, Purpose::Filling)?;
    Ok(update.finish().bytes)
}

fn check(base: &Document<'_>, fields: &[NewField]) -> Result<(), AddFieldsError> {
    if !(1..=MAX_NEW_FIELDS).contains(&fields.len()) {
        return Err(AddFieldsError::Count);
    }
    let full = base.revisions().len() >= MAX_SECTIONS
        || base.trailer().size > MAX_OBJECT_NUMBER - MOST_OBJECTS;
    if full {
        return Err(BuildError::Full.into());
    }
    for (index, field) in fields.iter().enumerate() {
        if !is_field_name(&field.name) {
            return Err(AddFieldsError::Name(field.name.clone()));
        }
        if fields[..index].iter().any(|other| other.name == field.name) {
            return Err(AddFieldsError::Twice(field.name.clone()));
        }
        refuse_known_field(base, &field.name)?;
        if field.rect.is_empty() {
            return Err(AddFieldsError::EmptyRect(field.name.clone()));
        }
        if !PageSize::of(page_of(base, field.page)?).contains(&field.rect) {
            return Err(BuildError::OutsidePage.into());
        }
    }
    Ok(())
}

fn page_of<'d>(base: &'d Document<'_>, number: u32) -> Result<&'d Page, BuildError> {
    let index = usize::try_from(number).ok();
    index.and_then(|index| base.pages().get(index)).ok_or(BuildError::NoSuchPage(number))
}

/// `/DA` names a size of 0: whoever fills it in elsewhere lets the text fit.
fn widget(field: &NewField, page: &Page, look: ObjectId) -> Vec<u8> {
    let NewField { name, label, rect, .. } = field;
    let (label, rect) = (text_string(label.as_str()), UserRect::of(page, *rect));
    let (page, look) = (reference(page.id), reference(look));
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /TU {label}\n\
         /F {PRINT} /P {page} /Rect {rect} /DA (/Helv 0 Tf 0 g) /AP << /N {look} >> >>"
    )
    .into_bytes()
}
