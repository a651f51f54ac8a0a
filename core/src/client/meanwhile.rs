//! What was added to a document since the person read it.
//!
//! A person need not read again when others only signed meanwhile. A server could call anything
//! "only signed", so the two states are compared object by object: a signature may list itself on
//! its page and in the form, and change nothing else that was there.

use std::collections::BTreeSet;

use crate::digest::Sha256;
use crate::document::DocumentRef;
use crate::pdf::read::{self, Array, Dict, Document, Object, ObjectId, Place, Slot, Value};

/// How many signatures were added to what was read before; none if anything else was.
pub(super) fn only_signed(now: &Document<'_>, read_before: &DocumentRef) -> Option<usize> {
    let size = usize::try_from(read_before.size).ok()?;
    let prefix = now.bytes().get(..size)?;
    if Sha256::of(prefix) != read_before.sha256 {
        return None;
    }
    let added = now.revisions().iter().enumerate().filter(|(_, revision)| revision.end > size);
    let mut count = 0;
    for (index, _) in added {
        now.signatures().iter().find(|signature| signature.revision == index)?;
        count += 1;
    }
    let before = read::open(prefix).ok()?;
    only_listed(&before, now, count).then_some(count)
}

/// Whether `now` holds all that `before` held, and lists `count` more fields and annotations.
fn only_listed(before: &Document<'_>, now: &Document<'_>, count: usize) -> bool {
    let mut compared = BTreeSet::new();
    pages_keep(before, now, count, &mut compared)
        && form_keeps(before, now, count, &mut compared)
        && before
            .object_ids()
            .filter(|id| !compared.contains(id))
            .all(|id| same(before.object(id), now.object(id)))
}

fn pages_keep(
    before: &Document<'_>,
    now: &Document<'_>,
    count: usize,
    compared: &mut BTreeSet<ObjectId>,
) -> bool {
    if before.pages().len() != now.pages().len() {
        return false;
    }
    let mut listed = 0;
    for (old, new) in before.pages().iter().zip(now.pages()) {
        let (Some(old_dict), Some(new_dict)) = (before.page_dict(old), now.page_dict(new)) else {
            return false;
        };
        let (old_list, new_list) = (before.annots(old), now.annots(new));
        let more = longer_by(array(old_list), array(new_list));
        let (true, true, Some(more)) =
            (old.id == new.id, same_but(old_dict, new_dict, &["Annots"]), more)
        else {
            return false;
        };
        compared.insert(old.id);
        compared.extend(own_object(old_list));
        listed += more;
    }
    listed == count
}

fn form_keeps(
    before: &Document<'_>,
    now: &Document<'_>,
    count: usize,
    compared: &mut BTreeSet<ObjectId>,
) -> bool {
    let (old_root, new_root) = (before.catalog(), now.catalog());
    let kept = old_root.id == new_root.id
        && same_but(before.catalog_dict(), now.catalog_dict(), &["AcroForm"]);
    let (old_form, new_form) = (before.acro_form(), now.acro_form());
    compared.insert(old_root.id);
    compared.extend(own_object(old_form));
    let Some(new_dict) = dict(new_form) else {
        return kept && count == 0 && dict(old_form).is_none();
    };
    let listed = now.slot(new_dict, "Fields");
    let Some(old_dict) = dict(old_form) else {
        let mut keys = new_dict.iter().map(|(name, _)| name);
        let plain = keys.all(|name| name.is("Fields") || name.is("SigFlags"));
        return kept && plain && longer_by(None, array(listed)) == Some(count);
    };
    let fields = before.slot(old_dict, "Fields");
    compared.extend(own_object(fields));
    kept && same_but(old_dict, new_dict, &["Fields", "SigFlags"])
        && longer_by(array(fields), array(listed)) == Some(count)
}

/// How many values the second array has behind those of the first; none if it lacks one.
fn longer_by(before: Option<Array<'_>>, now: Option<Array<'_>>) -> Option<usize> {
    let old: Vec<Value<'_>> = before.into_iter().flat_map(Array::iter).collect();
    let new: Vec<Value<'_>> = now.into_iter().flat_map(Array::iter).collect();
    new.starts_with(&old).then(|| new.len() - old.len())
}

fn same_but(before: Dict<'_>, now: Dict<'_>, keys: &[&str]) -> bool {
    let others = |name: &read::Name<'_>| !keys.iter().any(|key| name.is(key));
    let old = before.iter().filter(|(name, _)| others(name));
    old.eq(now.iter().filter(|(name, _)| others(name)))
}

fn same(before: Option<Object<'_>>, now: Option<Object<'_>>) -> bool {
    let (Some(before), Some(now)) = (before, now) else { return before.is_none() };
    before.raw == now.raw && data(before.place) == data(now.place)
}

fn data(place: Place<'_>) -> Option<&[u8]> {
    match place {
        Place::Stream { data, .. } => Some(data),
        Place::File { .. } | Place::ObjectStream { .. } => None,
    }
}

fn array(slot: Slot<'_>) -> Option<Array<'_>> {
    value(slot).and_then(Value::array)
}

fn dict(slot: Slot<'_>) -> Option<Dict<'_>> {
    value(slot).and_then(Value::dict)
}

fn value(slot: Slot<'_>) -> Option<Value<'_>> {
    match slot {
        Slot::Absent | Slot::Dangling(_) => None,
        Slot::Direct(value) => Some(value),
        Slot::Indirect(object) => Some(object.value),
    }
}

fn own_object(slot: Slot<'_>) -> Option<ObjectId> {
    match slot {
        Slot::Indirect(object) => Some(object.id),
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{PDF, Text};
    use crate::env::UnixSecond;
    use crate::pdf::append::{Update, with_entries};
    use crate::pdf::image::Images;
    use crate::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect};
    use crate::pdf::revise::build_revision;

    const FILES: [&[u8]; 4] = [
        include_bytes!("../../../tests/vectors/pdfrev-1/table.pdf"),
        include_bytes!("../../../tests/vectors/pdfrev-1/stream.pdf"),
        include_bytes!("../../../tests/vectors/pdfrev-1/packed.pdf"),
        include_bytes!("../../../tests/vectors/pdfrev-1/form.pdf"),
    ];

    fn recipe(field: &str, appearance: Appearance) -> Recipe {
        Recipe {
            builder: BUILDER.to_owned(),
            field: field.to_owned(),
            name: Text::new("Trần Văn Bình").unwrap(),
            reason: None,
            location: None,
            offset_minutes: 420,
            appearance,
        }
    }

    fn stamp() -> Appearance {
        Appearance::Stamp {
            page: 0,
            rect: Rect { left: 5000, bottom: 5000, right: 23_000, top: 10_600 },
            lines: vec![Line::SignedAt { label: Text::new("Thời gian ký").unwrap() }],
            image: None,
        }
    }

    fn signed(base: &[u8], field: &str, appearance: Appearance) -> Vec<u8> {
        let document = read::open(base).unwrap();
        let at = UnixSecond::new(1_795_340_000);
        let recipe = recipe(field, appearance);
        let delta = build_revision(&document, &recipe, &Images::none(), at).unwrap();
        [base, &delta.embed(&[0x30, 0x00]).unwrap()].concat()
    }

    fn reference(bytes: &[u8]) -> DocumentRef {
        let size = bytes.len() as u64;
        DocumentRef { sha256: Sha256::of(bytes), size, media_type: PDF.to_owned() }
    }

    fn judged(before: &[u8], now: &[u8]) -> Option<usize> {
        only_signed(&read::open(now).unwrap(), &reference(before))
    }

    fn updated(base: &[u8], change: impl FnOnce(&Document<'_>, &mut Update)) -> Vec<u8> {
        let document = read::open(base).unwrap();
        let mut update = Update::of(&document);
        change(&document, &mut update);
        [base, &update.finish().bytes].concat()
    }

    #[test]
    fn signatures_alone_are_counted() {
        for file in FILES {
            let once = signed(file, "one", stamp());
            let twice = signed(&once, "two", Appearance::Invisible);
            assert_eq!(judged(file, file), Some(0));
            assert_eq!(judged(file, &once), Some(1));
            assert_eq!(judged(&once, &twice), Some(1));
            assert_eq!(judged(file, &twice), Some(2));
        }
    }

    #[test]
    fn a_revision_without_a_signature_is_seen() {
        for file in FILES {
            let more = updated(file, |_, update| {
                update.add(b"<< >>".to_vec());
            });
            assert_eq!(judged(file, &more), None);
            assert_eq!(judged(file, &signed(&more, "one", stamp())), None);
        }
    }

    // The last revision is a signature's; what else stands in it, or before it, must show.
    #[test]
    fn any_other_change_of_an_object_is_seen() {
        for file in FILES {
            let (before, now) = (read::open(file).unwrap(), signed(file, "one", stamp()));
            let compare = |bytes: &[u8]| only_listed(&before, &read::open(bytes).unwrap(), 1);
            assert!(compare(&now));
            let page = read::open(file).unwrap().pages()[0].id;
            let turned = updated(&now, |document, update| {
                let dict = document.page_dict(&document.pages()[0]).unwrap();
                update.put(page, with_entries(dict, &[("Tabs", b"/S")])).unwrap();
            });
            assert!(!compare(&turned));
            let rooted = updated(&now, |document, update| {
                let dict = document.catalog_dict();
                let changed = with_entries(dict, &[("PageMode", b"/UseNone")]);
                update.put(document.catalog().id, changed).unwrap();
            });
            assert!(!compare(&rooted));
            let overlaid = updated(&now, |document, update| {
                let note = b"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>".to_vec();
                let note = crate::pdf::append::reference(update.add(note));
                let page = &document.pages()[0];
                let list = array(document.annots(page)).unwrap();
                let list = crate::pdf::append::with_item(list, &note);
                if let Slot::Indirect(object) = document.annots(page) {
                    update.put(object.id, list).unwrap();
                } else {
                    let dict = document.page_dict(page).unwrap();
                    update.put(page.id, with_entries(dict, &[("Annots", &list)])).unwrap();
                }
            });
            assert!(!compare(&overlaid));
            let emptied = updated(&now, |document, update| {
                let dict = document.page_dict(&document.pages()[0]).unwrap();
                let Slot::Indirect(contents) = document.slot(dict, "Contents") else {
                    panic!("the vectors have one content stream a page");
                };
                update.put(contents.id, b"<< /Length 0 >>\nstream\n\nendstream".to_vec()).unwrap();
            });
            assert!(!compare(&emptied));
        }
    }
}
