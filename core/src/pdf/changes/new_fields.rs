//! Fields that were not there when it was signed: only signatures may come.

use super::fields::{signature_of, signing};
use super::form::{Inherited, references};
use super::judge::{Judge, Look, May};
use super::permissions::Level;
use super::{Allowed, ChangeKind};
use crate::pdf::read::limits::MAX_DEPTH;
use crate::pdf::read::{Dict, ObjectId, Value};

/// What a signature field and its widget may say. Actions and layers are not among it.
const KEYS: [&str; 28] = [
    "Type",
    "Subtype",
    "FT",
    "T",
    "TU",
    "TM",
    "V",
    "Rect",
    "F",
    "P",
    "AP",
    "AS",
    "MK",
    "Parent",
    "Kids",
    "Ff",
    "DA",
    "Q",
    "SV",
    "Lock",
    "Border",
    "BS",
    "H",
    "StructParent",
    "NM",
    "M",
    "DR",
    "Contents",
];

pub(super) fn check(judge: &mut Judge<'_, '_>, id: ObjectId, inherited: &Inherited, depth: usize) {
    let new = judge.pair.new;
    // What was in the file before, but was no field, has another use, or was hidden on purpose.
    if !judge.graph.is_new(id) {
        return judge.found(ChangeKind::Field, id.number, Vec::new());
    }
    let Some(field) = new.object(id).and_then(|object| object.value.dict()) else { return };
    let own = inherited.extended(new, field);
    let known = field.iter().all(|(key, _)| KEYS.iter().any(|known| key.is(known)));
    if !known || depth > MAX_DEPTH {
        return judge.found(ChangeKind::Field, id.number, Vec::new());
    }
    // Two fields of one name are one field for readers, with one value.
    if field.get("T").is_some() && judge.was_field(&own.name) {
        judge.found(ChangeKind::Field, id.number, Vec::new());
    }
    let kids = references(new, field, "Kids");
    if !own.is("Sig") {
        // A new branch of names, below which only signatures may hang.
        let is_branch = own.kind.is_none() && field.get("Subtype").is_none() && !kids.is_empty();
        if !is_branch {
            return judge.found(ChangeKind::Field, id.number, Vec::new());
        }
        for kid in kids {
            check(judge, kid, &own, depth + 1);
        }
        return;
    }
    signature(judge, id, field, &own);
    let may = match signature_of(new, field) {
        Some(_) => May::CoverBlank,
        None => May::BeInvisible,
    };
    if field.get("Subtype").is_some() {
        judge.looks.push(Look { id, may: may.clone() });
    }
    for kid in kids {
        widget(judge, kid, &may);
    }
}

/// A widget of a new signature field, apart from it.
fn widget(judge: &mut Judge<'_, '_>, id: ObjectId, may: &May) {
    let dict = judge.pair.new.object(id).and_then(|object| object.value.dict());
    let plain = dict.is_some_and(|dict| {
        let known = dict.iter().all(|(key, _)| KEYS.iter().any(|known| key.is(known)));
        known && ["T", "FT", "Kids", "V"].iter().all(|key| dict.get(key).is_none())
    });
    if !plain || !judge.graph.is_new(id) {
        return judge.found(ChangeKind::Field, id.number, Vec::new());
    }
    judge.looks.push(Look { id, may: may.clone() });
}

fn signature(judge: &mut Judge<'_, '_>, id: ObjectId, field: Dict<'_>, own: &Inherited) {
    let made = signature_of(judge.pair.new, field).cloned();
    match made.filter(|made| !judge.was_signature(made.dictionary)) {
        Some(made) => signing(judge, id, &made, &own.name),
        // A value that is no signature for the gate is one for nobody.
        None if field.get("V").is_some_and(|value| value != Value::Null) => {
            judge.found(ChangeKind::Signature, id.number, Vec::new());
        }
        None => {
            judge.allowed.insert(Allowed::FormFilling);
            if judge.permissions.level == Level::Nothing {
                judge.found(ChangeKind::Forbidden, id.number, Vec::new());
            }
            if judge.permissions.lock(&own.name) {
                judge.found(ChangeKind::LockedField, id.number, Vec::new());
            }
        }
    }
}
