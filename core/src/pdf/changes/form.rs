//! The form as a whole: its own keys, and the tree of its fields in both states.

use std::rc::Rc;

use super::judge::Judge;
use super::{ChangeKind, fields, new_fields};
use crate::pdf::read::limits::MAX_DEPTH;
use crate::pdf::read::{Dict, Document, ObjectId, Value};

/// What a field has from its ancestors.
#[derive(Clone)]
pub(super) struct Inherited {
    pub name: Rc<str>,
    /// `/FT`.
    pub kind: Option<Rc<[u8]>>,
    /// Whether the field or an ancestor of it was filled in, and with what text.
    pub filled: Option<Rc<str>>,
}

impl Inherited {
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind.as_bytes())
    }

    /// What the children of this field have from it.
    pub(super) fn extended(&self, document: &Document<'_>, field: Dict<'_>) -> Self {
        let mut own = self.clone();
        if let Some(Value::String(partial)) = document.value(field, "T") {
            let partial = partial.text();
            own.name = match &*self.name {
                "" => partial.into(),
                parent => format!("{parent}.{partial}").into(),
            };
        }
        if let Some(Value::Name(kind)) = document.value(field, "FT") {
            own.kind = Some(kind.decoded().into());
        }
        own
    }
}

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    let (old, new) = (judge.pair.old, judge.pair.new);
    let root = new.trailer().root.number;
    let was = old.value(old.catalog_dict(), "AcroForm").and_then(Value::dict);
    let Some(form) = new.value(new.catalog_dict(), "AcroForm").and_then(Value::dict) else {
        if was.is_some() {
            judge.found(ChangeKind::Field, root, Vec::new());
        }
        return;
    };
    let holder = new.catalog_dict().get("AcroForm").and_then(Value::reference);
    if let Some(holder) = holder {
        judge.explain_at(holder.number, Some(root), "AcroForm");
    }
    let number = holder.map_or(root, |id| id.number);
    if let Some(was) = was {
        keys(judge, number, was, form);
    }
    if let Some(list) = form.get("Fields").and_then(Value::reference) {
        match holder {
            Some(holder) => judge.explain_at(list.number, Some(holder.number), "Fields"),
            None => judge.explain_at(list.number, Some(root), "AcroForm/Fields"),
        }
    }
    let top = Inherited { name: "".into(), kind: None, filled: None };
    let before = was.map(|was| references(old, was, "Fields")).unwrap_or_default();
    children(judge, number, &before, &references(new, form, "Fields"), &top, 0);
}

/// The form's own keys.
fn keys(judge: &mut Judge<'_, '_>, number: u32, old: Dict<'_>, new: Dict<'_>) {
    let Some(keys) = judge.pair.differing_keys(old, new) else {
        return judge.found(ChangeKind::Field, number, Vec::new());
    };
    for key in keys {
        let kind = match key.as_str() {
            "Fields" => continue,
            "SigFlags" if keeps_flags(judge, old, new) => continue,
            // What fields are drawn with when they are filled in; whoever is filled in later may
            // need more, but nothing may become something else.
            "DR" if only_adds(judge, old, new) => continue,
            "DA" | "Q" if old.get(&key).is_none() => continue,
            // Switched on, viewers draw all fields anew, whatever they showed when it was signed.
            "NeedAppearances" if judge.pair.new.value(new, &key) != Some(Value::Boolean(true)) => {
                continue;
            }
            "NeedAppearances" if only_signatures(judge.pair.old, old) => continue,
            "NeedAppearances" | "DR" | "DA" | "Q" => ChangeKind::FieldAppearance,
            "XFA" => ChangeKind::Xfa,
            _ => ChangeKind::Field,
        };
        judge.found(kind, number, Vec::new());
    }
}

/// The bits of `/SigFlags` that have a meaning (ISO 32000-2 table 225): that there are signatures, and
/// that the file is only appended to.
const SIGNATURE_FLAGS: i64 = 0b11;

/// Whether `/SigFlags` still says all that it did.
fn keeps_flags(judge: &Judge<'_, '_>, old: Dict<'_>, new: Dict<'_>) -> bool {
    let was = fields::whole(judge.pair.old, old, "SigFlags") & SIGNATURE_FLAGS;
    was & !fields::whole(judge.pair.new, new, "SigFlags") == 0
}

/// Whether `/DR` has all that it had, category by category.
fn only_adds(judge: &Judge<'_, '_>, old: Dict<'_>, new: Dict<'_>) -> bool {
    let pair = &judge.pair;
    let resources =
        |document: &'_ Document<'_>, form: Dict<'_>| document.value(form, "DR").is_some();
    if !resources(pair.old, old) {
        return true;
    }
    let (Some(old), Some(new)) = (
        pair.old.value(old, "DR").and_then(Value::dict),
        pair.new.value(new, "DR").and_then(Value::dict),
    ) else {
        return false;
    };
    old.iter().all(|(category, was)| {
        let category = category.text();
        let is = new.get(&category).unwrap_or(Value::Null);
        if pair.same(was, is) {
            return true;
        }
        match (pair.old.resolve(was).dict(), pair.new.resolve(is).dict()) {
            (Some(was), Some(is)) => was
                .iter()
                .all(|(name, value)| is.get(&name.text()).is_some_and(|is| pair.same(value, is))),
            _ => false,
        }
    })
}

/// Whether no field but signatures is listed.
fn only_signatures(document: &Document<'_>, form: Dict<'_>) -> bool {
    references(document, form, "Fields").iter().all(|id| {
        let field = document.object(*id).and_then(|object| object.value.dict());
        let kind = field.and_then(|field| document.value(field, "FT")).and_then(Value::name);
        kind.is_some_and(|kind| kind.is("Sig"))
    })
}

/// The references of an array under a key.
pub(super) fn references(document: &Document<'_>, dict: Dict<'_>, key: &str) -> Vec<ObjectId> {
    let list = document.value(dict, key).and_then(Value::array);
    list.iter().flat_map(|list| list.iter()).filter_map(Value::reference).collect()
}

/// Compares two lists of fields: those that were there stay, in their order, and others may come.
pub(super) fn children(
    judge: &mut Judge<'_, '_>,
    parent: u32,
    before: &[ObjectId],
    after: &[ObjectId],
    inherited: &Inherited,
    depth: usize,
) {
    // The gate allows no deeper tree.
    if depth > MAX_DEPTH {
        return;
    }
    let mut expected = before.iter().peekable();
    for &id in after {
        if expected.next_if(|known| **known == id).is_some() {
            fields::check(judge, id, inherited, depth);
        } else {
            new_fields::check(judge, id, inherited, depth);
        }
    }
    if expected.peek().is_some() {
        judge.found(ChangeKind::Field, parent, Vec::new());
    }
}
