//! Trailer, catalog, page tree, and the data for validation.

use std::collections::HashSet;
use std::rc::Rc;

use super::judge::Judge;
use super::roles::Role;
use super::{Allowed, ChangeKind};
use crate::pdf::read::{Dict, Name, Page, Place, Slot, Value};

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    info(judge);
    catalog(judge);
    metadata(judge);
    validation_data(judge);
    pages(judge);
}

/// The information dictionary: title, author, dates. No reader draws it.
fn info(judge: &mut Judge<'_, '_>) {
    let new = judge.pair.new;
    let trailer = new.trailer();
    if judge.pair.old.trailer().info != trailer.info {
        judge.allowed.insert(Allowed::Metadata);
    }
    let mut ids = Vec::new();
    crate::pdf::read::each_reference(trailer.info.unwrap_or_default(), |id, _| ids.push(id));
    for id in ids.into_iter().filter(|id| judge.graph.is_changed(*id)).collect::<Vec<_>>() {
        let plain = |value: Value<'_>| {
            !matches!(value, Value::Reference(_) | Value::Array(_) | Value::Dict(_))
        };
        let dict = new.object(id).filter(|object| {
            matches!(object.place, Place::File { .. } | Place::ObjectStream { .. })
        });
        let dict = dict.and_then(|object| object.value.dict());
        if dict.is_some_and(|dict| dict.iter().all(|(_, value)| plain(value))) {
            judge.explain_at(id.number, None, "Info");
            judge.allowed.insert(Allowed::Metadata);
        }
    }
}

/// The catalog's own keys. What they refer to is looked at elsewhere.
fn catalog(judge: &mut Judge<'_, '_>) {
    let root = judge.pair.new.trailer().root;
    for key in ["Extensions", "MarkInfo"] {
        let held = judge.pair.new.catalog_dict().get(key).and_then(Value::reference);
        if let Some(held) = held {
            judge.explain_at(held.number, Some(root.number), key);
        }
    }
    if !judge.graph.is_changed(root) {
        return;
    }
    judge.explain(root.number, Role::Catalog);
    let (old, new) = (judge.pair.old.catalog_dict(), judge.pair.new.catalog_dict());
    let Some(keys) = judge.pair.differing_keys(old, new) else {
        return judge.found(ChangeKind::Catalog, root.number, Vec::new());
    };
    for key in keys {
        let kind = match key.as_str() {
            // Each has its own rule.
            "AcroForm" | "DSS" | "Metadata" => continue,
            // What readers may need, not what they show.
            "Extensions" | "MarkInfo" => continue,
            // Readers of an older version do not know what was signed.
            "Version" if !is_older(judge, old, new) => continue,
            "OCProperties" => ChangeKind::OptionalContent,
            "Names" | "OpenAction" | "AA" | "URI" | "Dests" => ChangeKind::Actions,
            "Pages" => ChangeKind::Pages,
            "Perms" | "Legal" => ChangeKind::Signature,
            "StructTreeRoot" | "PieceInfo" | "Lang" | "SpiderInfo" => ChangeKind::Unknown,
            _ => ChangeKind::Catalog,
        };
        judge.found(kind, root.number, Vec::new());
    }
}

/// Whether the catalog states an older version than before, or none any more.
fn is_older(judge: &Judge<'_, '_>, was: Dict<'_>, is: Dict<'_>) -> bool {
    let stated = |version: Option<Value<'_>>| version.and_then(Value::name).map(Name::text);
    stated(judge.pair.new.value(is, "Version")) < stated(judge.pair.old.value(was, "Version"))
}

fn metadata(judge: &mut Judge<'_, '_>) {
    let new = judge.pair.new;
    let (root, catalog) = (new.trailer().root, new.catalog_dict());
    let Slot::Indirect(object) = new.slot(catalog, "Metadata") else { return };
    let is_xml = object
        .value
        .dict()
        .and_then(|dict| new.value(dict, "Subtype"))
        .and_then(Value::name)
        .is_some_and(|name| name.is("XML"));
    if matches!(object.place, Place::Stream { .. }) && is_xml {
        judge.explain_at(object.id.number, Some(root.number), "Metadata");
        if judge.graph.is_changed(object.id) || judge.graph.is_new(object.id) {
            judge.allowed.insert(Allowed::Metadata);
        }
    }
}

/// `/DSS` (ISO 32000-2, 12.8.4.3): certificates, revocation lists and answers. They may come and
/// go; what may not is anything that is used for something else as well.
fn validation_data(judge: &mut Judge<'_, '_>) {
    let new = judge.pair.new;
    let (root, catalog) = (new.trailer().root, new.catalog_dict());
    let Some(store) = new.value(catalog, "DSS") else { return };
    let Some(store) = store.dict() else {
        return judge.found(ChangeKind::Unknown, root.number, Vec::new());
    };
    let mut containers = Containers { judge, ids: HashSet::new(), sound: true };
    containers.store(catalog, store);
    let Containers { ids, sound, .. } = containers;
    if !sound {
        judge.found(ChangeKind::Unknown, root.number, Vec::new());
    }
    let same = judge.pair.same_key(judge.pair.old.catalog_dict(), catalog, "DSS");
    let touched = ids.iter().any(|id| judge.graph.is_changed_number(*id));
    if !same || touched {
        judge.allowed.insert(Allowed::ValidationData);
    }
    let parts = Rc::new(ids);
    for &id in parts.iter().filter(|id| judge.graph.is_changed_number(**id)) {
        judge.roles.insert(id, Role::Store { root: root.number, parts: Rc::clone(&parts) });
    }
}

/// The dictionaries and arrays of a `/DSS` that are objects of their own. Its streams are none of
/// them: nobody has to change one in place.
struct Containers<'j, 'p, 'a> {
    judge: &'j Judge<'p, 'a>,
    ids: HashSet<u32>,
    sound: bool,
}

impl<'p> Containers<'_, 'p, '_> {
    fn store(&mut self, catalog: Dict<'p>, store: Dict<'p>) {
        self.note(catalog, "DSS");
        for (key, _) in store.iter() {
            let key = key.text();
            match key.as_str() {
                "Type" => {}
                "Certs" | "OCSPs" | "CRLs" => self.streams(store, &key),
                "VRI" => self.per_signature(store),
                _ => self.sound = false,
            }
        }
    }

    fn per_signature(&mut self, store: Dict<'p>) {
        self.note(store, "VRI");
        let new = self.judge.pair.new;
        let Some(all) = new.value(store, "VRI").and_then(Value::dict) else {
            self.sound = false;
            return;
        };
        for (name, value) in all.iter() {
            self.note_value(value);
            let Some(one) = new.resolve(value).dict() else {
                self.sound = false;
                continue;
            };
            // Named by the SHA-1 of the signature.
            self.sound &= name.decoded().len() == 40;
            for (key, _) in one.iter() {
                let key = key.text();
                match key.as_str() {
                    "Type" | "TU" | "TS" => {}
                    "Cert" | "OCSP" | "CRL" => self.streams(one, &key),
                    _ => self.sound = false,
                }
            }
        }
    }

    fn streams(&mut self, dict: Dict<'p>, key: &str) {
        self.note(dict, key);
        match self.judge.pair.new.value(dict, key) {
            Some(Value::Array(streams)) => {
                self.sound &= streams.iter().all(|stream| stream.reference().is_some());
            }
            None => {}
            Some(_) => self.sound = false,
        }
    }

    fn note(&mut self, dict: Dict<'p>, key: &str) {
        if let Some(value) = dict.get(key) {
            self.note_value(value);
        }
    }

    fn note_value(&mut self, value: Value<'p>) {
        let Some(id) = value.reference() else { return };
        if let Some(object) = self.judge.pair.new.object(id)
            && !matches!(object.place, Place::Stream { .. })
        {
            self.ids.insert(id.number);
        }
    }
}

/// The same pages in the same order, and each with the keys that it had; their annotations are
/// looked at elsewhere.
fn pages(judge: &mut Judge<'_, '_>) {
    let (old, new) = (judge.pair.old, judge.pair.new);
    let moved = old
        .pages()
        .iter()
        .map(|page| page.id)
        .zip(new.pages().iter().map(|page| page.id))
        .position(|(old, new)| old != new)
        .or((old.pages().len() != new.pages().len())
            .then(|| old.pages().len().min(new.pages().len())));
    if let Some(first) = moved {
        let node = new.catalog_dict().get("Pages").and_then(Value::reference);
        let number = node.map_or(0, |id| id.number);
        judge.found(ChangeKind::Pages, number, vec![as_page(first)]);
    }
    for (index, page) in new.pages().iter().enumerate() {
        if judge.graph.is_changed(page.id) {
            one_page(judge, as_page(index), page);
        }
    }
}

pub(super) fn as_page(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn one_page(judge: &mut Judge<'_, '_>, index: u32, page: &Page) {
    let number = page.id.number;
    judge.explain(number, Role::Page);
    let dict = judge.pair.old.object(page.id).and_then(|object| object.value.dict());
    let keys = dict
        .zip(judge.pair.new.page_dict(page))
        .and_then(|(old, new)| judge.pair.differing_keys(old, new));
    let Some(keys) = keys else {
        return judge.found(ChangeKind::PageContent, number, vec![index]);
    };
    for key in keys {
        let kind = match key.as_str() {
            "Annots" | "LastModified" | "Tabs" => continue,
            "AA" => ChangeKind::Actions,
            "Metadata" | "PieceInfo" | "StructParents" | "Thumb" | "ID" => ChangeKind::Unknown,
            "Parent" | "Type" => ChangeKind::Pages,
            _ => ChangeKind::PageContent,
        };
        judge.found(kind, number, vec![index]);
    }
}
