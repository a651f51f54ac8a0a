//! Fields that were there when it was signed.

use std::rc::Rc;

use super::form::{Inherited, children, references};
use super::judge::{Judge, Look, May};
use super::permissions::Level;
use super::roles::Role;
use super::{Allowed, ChangeKind, choices};
use crate::pdf::read::{Dict, Document, Name, ObjectId, PdfString, SignatureField, Value};

/// A field that cannot be changed by the viewer (ISO 32000-1, table 221).
const READ_ONLY: i64 = 1;

/// Annotation flags that decide whether it is seen: invisible, hidden, `NoView`, `ToggleNoView`.
const HIDING: i64 = 1 + 2 + 32 + 256;

pub(super) fn check(judge: &mut Judge<'_, '_>, id: ObjectId, inherited: &Inherited, depth: usize) {
    let (old, new) = (judge.pair.old, judge.pair.new);
    let was = old.object(id).and_then(|object| object.value.dict());
    let Some(is) = new.object(id).and_then(|object| object.value.dict()) else {
        // A field that was deleted but not taken off the list.
        if was.is_some() {
            judge.found(ChangeKind::Field, id.number, Vec::new());
        }
        return;
    };
    let Some(was) = was else {
        return judge.found(ChangeKind::Field, id.number, Vec::new());
    };
    let mut own = inherited.extended(new, is);
    if !judge.pair.same_key(was, is, "V") && !own.is("Sig") {
        let chosen = if own.is("Ch") { choices::shown(new, is) } else { None };
        if own.is("Ch") && chosen.is_none() {
            judge.found(ChangeKind::Field, id.number, Vec::new());
        }
        own.filled = Some(chosen.unwrap_or_else(|| text_of(new, is)).into());
    }
    if judge.graph.is_changed(id) {
        judge.explain(id.number, Role::Field);
        let Some(keys) = judge.pair.differing_keys(was, is) else {
            return judge.found(ChangeKind::Field, id.number, Vec::new());
        };
        let keys: Vec<&str> =
            keys.iter().map(String::as_str).filter(|key| *key != "Kids").collect();
        if own.is("Sig") {
            signature(judge, id, (was, is), &own, &keys);
        } else {
            filled(judge, id, (was, is), &own, &keys);
        }
    }
    if own.filled.is_some() {
        shown(judge, id, (was, is), &own);
    }
    if let Some(list) = is.get("Kids").and_then(Value::reference) {
        judge.explain_at(list.number, Some(id.number), "Kids");
    }
    let (before, after) = (references(old, was, "Kids"), references(new, is, "Kids"));
    children(judge, id.number, &before, &after, &own, depth + 1);
}

/// A signature field: it may be signed once, and is final then.
fn signature(
    judge: &mut Judge<'_, '_>,
    id: ObjectId,
    (was, is): (Dict<'_>, Dict<'_>),
    own: &Inherited,
    keys: &[&str],
) {
    let signed_before = judge.pair.old.value(was, "V").is_some();
    let made = signature_of(judge.pair.new, is).filter(|_| !signed_before).cloned();
    // A signature that another field held already is not one more.
    let Some(made) = made.filter(|made| !judge.was_signature(made.dictionary)) else {
        for key in keys {
            let kind = match *key {
                "Type" => continue,
                "Ff" if only_read_only(judge, was, is) => continue,
                "V" => ChangeKind::Signature,
                "AP" | "AS" | "Rect" | "F" | "MK" | "OC" => ChangeKind::FieldAppearance,
                _ => ChangeKind::Field,
            };
            judge.found(kind, id.number, Vec::new());
        }
        return;
    };
    for key in keys {
        let allowed = match *key {
            "V" | "AP" | "AS" | "Type" | "M" | "NM" | "P" | "DA" | "Q" | "MK" => true,
            "Ff" => only_read_only(judge, was, is),
            "F" => true,
            // A field without a widget becomes one.
            "Subtype" | "Rect" => was.get(key).is_none(),
            _ => false,
        };
        if !allowed {
            judge.found(ChangeKind::Field, id.number, Vec::new());
        }
    }
    signing(judge, id, &made, &own.name);
    redrawn(judge, id, was, is);
    let waited = judge.pair.old.value(was, "AP").is_some();
    let may = if waited { May::Replace } else { May::CoverBlank };
    judge.looks.push(Look { id, may });
}

/// Notes a signature that was made, if it was permitted.
pub(super) fn signing(
    judge: &mut Judge<'_, '_>,
    field: ObjectId,
    made: &SignatureField,
    name: &str,
) {
    if made.sub_filter == "ETSI.RFC3161" {
        // Timestamps serve all that were signed before, whatever their signers locked.
        judge.allowed.insert(Allowed::Timestamp);
        return;
    }
    judge.allowed.insert(Allowed::Signature);
    if judge.permissions.level == Level::Nothing {
        judge.found(ChangeKind::Forbidden, field.number, Vec::new());
    }
    if judge.permissions.lock(name) {
        judge.found(ChangeKind::LockedField, field.number, Vec::new());
    }
}

/// The signature that a field holds, as the gate found it.
pub(super) fn signature_of<'d>(
    document: &'d Document<'_>,
    field: Dict<'_>,
) -> Option<&'d SignatureField> {
    let value = field.get("V")?.reference()?;
    document.signatures().iter().find(|signature| signature.dictionary == value)
}

/// Any other field: it may be filled in, and what it shows may follow its value.
fn filled(
    judge: &mut Judge<'_, '_>,
    id: ObjectId,
    (was, is): (Dict<'_>, Dict<'_>),
    own: &Inherited,
    keys: &[&str],
) {
    let filled = own.filled.is_some();
    for key in keys {
        let kind = match *key {
            "V" | "RV" | "I" | "AP" | "AS" if filled && !(own.is("Btn") && *key == "AP") => {
                continue;
            }
            // Stated where it was inherited; anything else is for viewers that draw it anew.
            "DA" | "Q" if filled && was.get(key).is_none() && is_forms(judge, is, key) => continue,
            "Type" => continue,
            "M" | "NM" => continue,
            "Ff" if only_read_only(judge, was, is) => continue,
            "F" if !hides_or_shows(judge, was, is) => continue,
            "AP" | "AS" | "DA" | "Q" | "RV" | "F" | "MK" | "Rect" | "OC" | "BS" | "Border" => {
                ChangeKind::FieldAppearance
            }
            "AA" | "A" => ChangeKind::Actions,
            _ => ChangeKind::Field,
        };
        judge.found(kind, id.number, Vec::new());
    }
    if filled && own.is("Btn") && !shows_its_state(judge, is, own) {
        judge.found(ChangeKind::FieldAppearance, id.number, Vec::new());
    }
    if filled {
        judge.allowed.insert(Allowed::FormFilling);
        if judge.permissions.level == Level::Nothing {
            judge.found(ChangeKind::Forbidden, id.number, Vec::new());
        }
        if judge.permissions.lock(&own.name) {
            judge.found(ChangeKind::LockedField, id.number, Vec::new());
        }
    }
}

/// Whether a box or a button of several shows the state that was chosen, or that it was not.
fn shows_its_state(judge: &Judge<'_, '_>, widget: Dict<'_>, own: &Inherited) -> bool {
    let state = judge.pair.new.value(widget, "AS").and_then(Value::name).map(Name::text);
    state.is_none_or(|state| state == "Off" || own.filled.as_deref() == Some(state.as_str()))
}

/// The appearance of a field that was filled in: it may be drawn anew, also in place, and then has
/// to show the value.
fn shown(
    judge: &mut Judge<'_, '_>,
    id: ObjectId,
    (was, is): (Dict<'_>, Dict<'_>),
    own: &Inherited,
) {
    if own.is("Btn") || judge.pair.new.value(is, "AP").is_none() {
        return;
    }
    redrawn(judge, id, was, is);
    let value: Rc<str> = own.filled.clone().unwrap_or_else(|| "".into());
    judge.looks.push(Look { id, may: May::Show(value.to_string()) });
}

/// Explains that a field's own appearance was drawn anew, also in place.
fn redrawn(judge: &mut Judge<'_, '_>, id: ObjectId, was: Dict<'_>, is: Dict<'_>) {
    let new = judge.pair.new;
    // An appearance that has another use as well is nobody's idea of a form.
    if let Some(holder) = was.get("AP").and_then(Value::reference)
        && judge.uses_before(holder) > 1
    {
        judge.found(ChangeKind::FieldAppearance, id.number, Vec::new());
    }
    let Some(looks) = new.value(is, "AP").and_then(Value::dict) else { return };
    let holder = is.get("AP").and_then(Value::reference);
    if let Some(holder) = holder {
        judge.explain_at(holder.number, Some(id.number), "AP");
    }
    for stream in looks.iter().filter_map(|(_, value)| value.reference()) {
        match holder {
            Some(holder) => judge.explain_at(stream.number, Some(holder.number), ""),
            None => judge.explain_at(stream.number, Some(id.number), "AP"),
        }
    }
}

/// The text of a value; a choice of several has them one after the other.
fn text_of(document: &Document<'_>, field: Dict<'_>) -> String {
    match document.value(field, "V") {
        Some(Value::String(text)) => text.text(),
        Some(Value::Name(name)) => name.text(),
        Some(Value::Array(several)) => several
            .iter()
            .filter_map(|value| document.resolve(value).string().map(PdfString::text))
            .collect(),
        _ => String::new(),
    }
}

/// Whether a field says what the form says for all of them.
fn is_forms(judge: &Judge<'_, '_>, field: Dict<'_>, key: &str) -> bool {
    let new = judge.pair.new;
    let form = new.value(new.catalog_dict(), "AcroForm").and_then(Value::dict);
    form.is_some_and(|form| new.value(form, key) == new.value(field, key))
}

pub(super) fn whole(document: &Document<'_>, dict: Dict<'_>, key: &str) -> i64 {
    document.value(dict, key).and_then(Value::integer).unwrap_or(0)
}

fn only_read_only(judge: &Judge<'_, '_>, was: Dict<'_>, is: Dict<'_>) -> bool {
    (whole(judge.pair.old, was, "Ff") ^ whole(judge.pair.new, is, "Ff")) & !READ_ONLY == 0
}

fn hides_or_shows(judge: &Judge<'_, '_>, was: Dict<'_>, is: Dict<'_>) -> bool {
    (whole(judge.pair.old, was, "F") ^ whole(judge.pair.new, is, "F")) & HIDING != 0
}
