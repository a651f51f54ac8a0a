//! Lists what a revision adds where readers look for it: on its page and in the form.

use crate::pdf::append::{Update, reference, with_entries, with_items};
use crate::pdf::read::{Dict, Document, Object, ObjectId, Page, Place, Slot, Value};
use crate::pdf::revise::BuildError;

/// What the form is extended for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A signature: from now on the file is appended to, and not written anew.
    Signing,
    /// Fields that are filled in later.
    Filling,
}

/// What text fields name as their font until they are filled in. Nothing is drawn with it.
const FILLING_RESOURCES: &[u8] = b"<< /Font << /Helv << /Type /Font /Subtype /Type1 \
    /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>";

impl Purpose {
    /// The entry that the form has to have, unless it has it.
    fn entry(self, form: Option<Dict<'_>>) -> Option<(&'static str, &'static [u8])> {
        let old = |key| form.and_then(|form| form.get(key));
        match self {
            Self::Signing if matches!(old("SigFlags"), Some(Value::Integer(3))) => None,
            Self::Signing => Some(("SigFlags", b"3")),
            Self::Filling if old("DR").is_some() => None,
            Self::Filling => Some(("DR", FILLING_RESOURCES)),
        }
    }
}

/// What stands in the document must change at one of two places: in the object that a reference
/// names, or in the dictionary that holds the value.
enum Change {
    /// Nothing, or the object of its own was overridden.
    Elsewhere,
    /// The holder's entry gets this value.
    InHolder(Vec<u8>),
}

/// Adds `items` to an array that may be missing, in place, or an object of its own. What is no array
/// lists nothing, in any reader, and makes room for one.
fn append_items(
    update: &mut Update,
    slot: Slot<'_>,
    items: &[ObjectId],
) -> Result<Change, BuildError> {
    if items.is_empty() {
        return Ok(Change::Elsewhere);
    }
    let items = items.iter().map(|id| reference(*id)).collect::<Vec<_>>().join(" ");
    match slot {
        Slot::Direct(Value::Array(array)) => Ok(Change::InHolder(with_items(array, &items))),
        Slot::Indirect(Object { id, value: Value::Array(array), .. }) => {
            update.put(id, with_items(array, &items))?;
            Ok(Change::Elsewhere)
        }
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(_) | Slot::Indirect(_) => {
            Ok(Change::InHolder(format!("[{items}]").into_bytes()))
        }
    }
}

/// Lists widgets among the annotations of their page.
pub(super) fn list_on_page(
    update: &mut Update,
    base: &Document<'_>,
    page: &Page,
    widgets: &[ObjectId],
) -> Result<(), BuildError> {
    let dict = base.page_dict(page).ok_or(BuildError::Structure(page.id))?;
    match append_items(update, base.annots(page), widgets)? {
        Change::Elsewhere => Ok(()),
        Change::InHolder(annots) => {
            Ok(update.put(page.id, with_entries(dict, &[("Annots", &annots)]))?)
        }
    }
}

/// Lists fields in the form, which is made where there is none.
pub(super) fn list_in_form(
    update: &mut Update,
    base: &Document<'_>,
    fields: &[ObjectId],
    purpose: Purpose,
) -> Result<(), BuildError> {
    let catalog = base.catalog();
    let Value::Dict(root) = catalog.value else {
        return Err(BuildError::Structure(catalog.id));
    };
    match base.acro_form() {
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(Value::Null) => {
            let form = update.add(new_form(fields, purpose));
            let root = with_entries(root, &[("AcroForm", reference(form).as_bytes())]);
            Ok(update.put(catalog.id, root)?)
        }
        Slot::Direct(Value::Dict(form)) => {
            if let Some(form) = extended_form(update, base, form, fields, purpose)? {
                update.put(catalog.id, with_entries(root, &[("AcroForm", &form)]))?;
            }
            Ok(())
        }
        Slot::Direct(_) => Err(BuildError::Structure(catalog.id)),
        Slot::Indirect(object) => match (object.value, object.place) {
            (Value::Dict(form), Place::File { .. } | Place::ObjectStream { .. }) => {
                if let Some(form) = extended_form(update, base, form, fields, purpose)? {
                    update.put(object.id, form)?;
                }
                Ok(())
            }
            _ => Err(BuildError::Structure(object.id)),
        },
    }
}

fn new_form(fields: &[ObjectId], purpose: Purpose) -> Vec<u8> {
    let fields = fields.iter().map(|id| reference(*id)).collect::<Vec<_>>().join(" ");
    let mut form = format!("<< /Fields [{fields}]").into_bytes();
    if let Some((key, value)) = purpose.entry(None) {
        form.extend(format!(" /{key} ").into_bytes());
        form.extend(value);
    }
    form.extend(b" >>");
    form
}

/// The form with more fields and what they need; `None` when its own bytes need no change.
fn extended_form(
    update: &mut Update,
    base: &Document<'_>,
    form: Dict<'_>,
    fields: &[ObjectId],
    purpose: Purpose,
) -> Result<Option<Vec<u8>>, BuildError> {
    let listed = append_items(update, base.slot(form, "Fields"), fields)?;
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    if let Change::InHolder(fields) = &listed {
        entries.push(("Fields", fields));
    }
    entries.extend(purpose.entry(Some(form)));
    Ok((!entries.is_empty()).then(|| with_entries(form, &entries)))
}
