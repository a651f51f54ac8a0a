//! Form fields that wait for a value: finding them, adding them, filling them in.
//!
//! The number and the date of an official document are written after the leader has signed it
//! (Decree 30/2020, article 15). Where a template leaves room for them, [`add_fields`] puts empty
//! fields into the document before anybody signs; the seal's revision fills them and locks them
//! ([`crate::pdf::recipe::Recipe::fill`]).

mod add;
mod seed;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::geometry;
use super::placement::Place;
use super::read::limits::MAX_DEPTH;
use super::read::{Dict, Document, Name, ObjectId, Page, Value};

pub use add::{AddFieldsError, MAX_NEW_FIELDS, NewField, add_fields};
pub(super) use seed::unmet;

/// Flags of text fields that change what typing means (ISO 32000-1, table 228): multiple lines,
/// password, file, no scrolling, comb, rich text.
const SPECIAL_TEXT: i64 = 1 << 12 | 1 << 13 | 1 << 20 | 1 << 24 | 1 << 25;

/// A field of a document with at most one widget, which nearly all fields of waiting documents are.
#[derive(Clone, Debug)]
pub(super) struct Field<'d> {
    /// The full name.
    pub name: String,
    /// The field.
    pub id: ObjectId,
    /// Its dictionary.
    pub dict: Dict<'d>,
    /// Where it shows: the field itself, or its only child.
    pub widget: ObjectId,
    /// The widget's dictionary.
    pub widget_dict: Dict<'d>,
    kind: Option<Name<'d>>,
    flags: i64,
    filled: bool,
}

/// A signature field that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSignature {
    /// The full name of the field.
    pub name: String,
    /// Where it shows; none for one that is not seen.
    pub place: Option<Place>,
}

/// The signature fields that nobody signed yet, in the order of the form.
#[must_use]
pub fn waiting_signatures(document: &Document<'_>) -> Vec<WaitingSignature> {
    let fields = all(document).into_iter().filter(Field::waits_for_signature);
    let seen = |field: Field<'_>| {
        let place = field.place(document);
        WaitingSignature { name: field.name, place }
    };
    fields.map(seen).collect()
}

/// The field of that full name, if there is exactly one and it has at most one widget.
pub(super) fn find<'d>(document: &'d Document<'_>, name: &str) -> Option<Field<'d>> {
    let mut named = all(document).into_iter().filter(|field| field.name == name);
    named.next().filter(|_| named.next().is_none())
}

impl Field<'_> {
    /// Whether it is a signature field without a signature.
    pub fn waits_for_signature(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is("Sig")) && !self.filled
    }

    /// Whether it is one line of plain text without a value, and with nothing that runs.
    pub fn waits_for_text(&self, document: &Document<'_>) -> bool {
        let actions = |dict: Dict<'_>| ["A", "AA"].iter().any(|key| dict.get(key).is_some());
        self.kind.is_some_and(|kind| kind.is("Tx"))
            && !self.filled
            && self.flags & SPECIAL_TEXT == 0
            && self.id == self.widget
            && !actions(self.dict)
            && document.value(self.dict, "DV").is_none()
            && document.value(self.dict, "RV").is_none()
    }

    /// `/MaxLen`, in characters.
    pub fn most_characters(&self, document: &Document<'_>) -> Option<usize> {
        let most = document.value(self.dict, "MaxLen").and_then(Value::integer)?;
        usize::try_from(most).ok()
    }

    /// Where its widget shows; none where no page lists it or where it has no extent.
    pub fn place(&self, document: &Document<'_>) -> Option<Place> {
        let (index, page) = page_of(document, self.widget)?;
        let sides = document.value(self.widget_dict, "Rect").and_then(Value::array)?;
        let sides: Option<Vec<i64>> =
            sides.iter().take(5).map(|side| document.resolve(side).millionths()).collect();
        let rect = geometry::displayed(page, sides?.try_into().ok()?)?;
        Some(Place { page: index, rect })
    }
}

/// The page that lists a widget, and its number from 0.
pub(super) fn page_of<'d>(document: &'d Document<'_>, widget: ObjectId) -> Option<(u32, &'d Page)> {
    (0..).zip(document.pages()).find(|(_, page)| {
        let dict = document.page_dict(page);
        let list = dict.and_then(|dict| document.value(dict, "Annots")).and_then(Value::array);
        list.is_some_and(|list| list.iter().any(|item| item.reference() == Some(widget)))
    })
}

/// Whether viewers are told to draw all fields themselves, with fonts of their own: then nobody knows
/// what a text that is filled in will look like.
pub(super) fn viewers_draw(document: &Document<'_>) -> bool {
    let form = document.value(document.catalog_dict(), "AcroForm").and_then(Value::dict);
    form.and_then(|form| document.value(form, "NeedAppearances")) == Some(Value::Boolean(true))
}

#[derive(Clone)]
struct Inherited<'d> {
    name: String,
    kind: Option<Name<'d>>,
    flags: i64,
    filled: bool,
}

/// All fields with a kind. The gate has bounded the tree and the length of its names.
fn all<'d>(document: &'d Document<'_>) -> Vec<Field<'d>> {
    let form = document.value(document.catalog_dict(), "AcroForm").and_then(Value::dict);
    let top = Inherited { name: String::new(), kind: None, flags: 0, filled: false };
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting: Vec<_> = form.map(|form| kids(document, form, "Fields")).unwrap_or_default();
    waiting.reverse();
    let mut waiting: Vec<_> = waiting.into_iter().map(|id| (id, top.clone(), 0)).collect();
    while let Some((id, inherited, depth)) = waiting.pop() {
        if depth > MAX_DEPTH || !seen.insert(id) {
            continue;
        }
        let Some(dict) = dict_of(document, id) else { continue };
        let own = extended(document, dict, inherited);
        let below = kids(document, dict, "Kids");
        let (named, widgets): (Vec<_>, Vec<_>) = below
            .into_iter()
            .partition(|kid| dict_of(document, *kid).is_some_and(|kid| kid.get("T").is_some()));
        let widget = match widgets[..] {
            [] => Some((id, dict)),
            [only] => dict_of(document, only).map(|dict| (only, dict)),
            _ => None,
        };
        if let (Some((widget, widget_dict)), Some(_), []) = (widget, own.kind, &named[..]) {
            let Inherited { name, kind, flags, filled } = own.clone();
            found.push(Field { name, id, dict, widget, widget_dict, kind, flags, filled });
        }
        waiting.extend(named.into_iter().rev().map(|kid| (kid, own.clone(), depth + 1)));
    }
    found
}

fn extended<'d>(
    document: &'d Document<'_>,
    dict: Dict<'d>,
    mut inherited: Inherited<'d>,
) -> Inherited<'d> {
    if let Some(Value::String(partial)) = document.value(dict, "T") {
        let partial = partial.text();
        inherited.name = match inherited.name.as_str() {
            "" => partial,
            parent => format!("{parent}.{partial}"),
        };
    }
    inherited.kind = document.value(dict, "FT").and_then(Value::name).or(inherited.kind);
    inherited.flags =
        document.value(dict, "Ff").and_then(Value::integer).unwrap_or(inherited.flags);
    inherited.filled |= document.value(dict, "V").is_some_and(|value| !is_empty(value));
    inherited
}

/// Some programs write fields that wait with an empty text.
fn is_empty(value: Value<'_>) -> bool {
    matches!(value, Value::Null) || value.string().is_some_and(|text| text.text().is_empty())
}

fn kids(document: &Document<'_>, dict: Dict<'_>, key: &str) -> Vec<ObjectId> {
    let list = document.value(dict, key).and_then(Value::array);
    list.iter().flat_map(|list| list.iter()).filter_map(Value::reference).collect()
}

fn dict_of<'d>(document: &'d Document<'_>, id: ObjectId) -> Option<Dict<'d>> {
    document.object(id).and_then(|object| object.value.dict())
}
