//! What was added to a document since the person read it.
//!
//! A person need not read again when others only signed meanwhile. A server could call anything
//! "only signed", so the two states are compared object by object: a signature may list itself on
//! its page and in the form, and change nothing else that was there. Each one verifies, and what
//! it draws lies on paper that was blank, and on little of it. All else is read again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::digest::Sha256;
use crate::document::DocumentRef;
use crate::pdf::read::{
    self, Array, Dict, Document, Object, ObjectId, Page, Place, SignatureField, Slot, Value,
};
use crate::pdf::render::Drawing;
use crate::verify::{self, Outcome, Trust};

/// A page may be covered by one part in so many, by all stamps that were added together.
const LEAST_FREE_SHARE: i128 = 4;

/// Pixels across of the pictures in which the paper is compared: a letter has about ten.
const COMPARED_WIDTH: u32 = 900;

/// A channel at least this bright is blank paper.
const BLANK: u8 = 250;

/// What the widget of a signature may say: what the builder writes.
const WIDGET_KEYS: [&str; 9] = ["Type", "Subtype", "FT", "T", "V", "F", "P", "Rect", "AP"];

/// How many signatures were added to what was read before; none if anything else was, or if one
/// of them does not verify.
pub(super) fn only_signed(
    now: &Document<'_>,
    file: &Arc<Vec<u8>>,
    read_before: &DocumentRef,
    trust: &Trust,
) -> Option<usize> {
    let size = usize::try_from(read_before.size).ok()?;
    let prefix = now.bytes().get(..size)?;
    if Sha256::of(prefix) != read_before.sha256 {
        return None;
    }
    let revisions = now.revisions().iter().filter(|revision| revision.end > size).count();
    let added = added(now, size);
    // The gate lets a revision hold one signature at most, so each of these holds its own.
    if added.len() != revisions {
        return None;
    }
    if added.is_empty() {
        return Some(0);
    }
    let before = read::open(prefix).ok()?;
    let pages = only_listed(&before, now, &added)?;
    let allowed =
        small(now, &pages) && verified(now, &added, trust) && on_blank(&before, now, file, &pages);
    allowed.then_some(added.len())
}

fn added<'d>(now: &'d Document<'_>, size: usize) -> Vec<&'d SignatureField> {
    let new = |signature: &&SignatureField| {
        now.revisions().get(signature.revision).is_some_and(|revision| revision.end > size)
    };
    now.signatures().iter().filter(new).collect()
}

/// Whether the signatures hold over their bytes, are a person's of this office, and carry a
/// decision.
fn verified(now: &Document<'_>, added: &[&SignatureField], trust: &Trust) -> bool {
    let report = verify::verify_document(now, trust, None);
    added.iter().all(|signature| {
        let mut named = report.signatures.iter().filter(|it| it.field == signature.name);
        let (Some(found), None) = (named.next(), named.next()) else { return false };
        let findings = [&found.integrity, &found.validity, &found.key_usage, &found.chain];
        findings.iter().all(|finding| finding.outcome == Outcome::Ok)
            && found.revocation.outcome != Outcome::Failed
            && found.decision.is_some()
    })
}

/// Whether the stamps on each page take no more than their share of it.
fn small(now: &Document<'_>, widgets: &[(Page, ObjectId)]) -> bool {
    let mut covered: BTreeMap<ObjectId, i128> = BTreeMap::new();
    for (page, widget) in widgets {
        let Some(area) = widget_area(now, *widget) else { return false };
        let sum = covered.entry(page.id).or_default();
        *sum = sum.saturating_add(area);
    }
    widgets.iter().all(|(page, _)| {
        let visible = page.crop_box;
        let whole = area(visible.left, visible.bottom, visible.right, visible.top);
        let stamps = covered.get(&page.id).copied().unwrap_or_default();
        whole.is_some_and(|whole| stamps <= whole / LEAST_FREE_SHARE)
    })
}

fn widget_area(now: &Document<'_>, widget: ObjectId) -> Option<i128> {
    let rect = now.value(now.object(widget)?.value.dict()?, "Rect")?.array()?;
    let numbers: Option<Vec<i64>> =
        rect.iter().take(5).map(|side| now.resolve(side).millionths()).collect();
    let [left, bottom, right, top] = numbers?.try_into().ok()?;
    area(left, bottom, right, top)
}

fn area(left: i64, bottom: i64, right: i64, top: i64) -> Option<i128> {
    let length = |one: i64, other: i64| i128::from(one).abs_diff(i128::from(other));
    i128::try_from(length(left, right).checked_mul(length(bottom, top))?).ok()
}

/// Whether all that looks different on the pages of the widgets was blank paper before.
fn on_blank(
    before: &Document<'_>,
    now: &Document<'_>,
    file: &Arc<Vec<u8>>,
    widgets: &[(Page, ObjectId)],
) -> bool {
    let (Ok(old), Ok(new)) = (Drawing::of(before, file), Drawing::of(now, file)) else {
        return false;
    };
    (0..).zip(now.pages()).all(|(number, page)| {
        if !widgets.iter().any(|(changed, _)| changed.id == page.id) {
            return true;
        }
        let pictures = (old.page_rgb(number, COMPARED_WIDTH), new.page_rgb(number, COMPARED_WIDTH));
        let (Ok(old), Ok(new)) = pictures else { return false };
        let blank = |pixel: &[u8]| pixel.iter().all(|channel| *channel >= BLANK);
        let mut pixels = old.chunks(3).zip(new.chunks(3));
        old.len() == new.len() && pixels.all(|(old, new)| old == new || blank(old))
    })
}

/// Whether `now` holds all that `before` held, and lists the added signatures' own widgets and
/// nothing else; gives the page of each.
fn only_listed(
    before: &Document<'_>,
    now: &Document<'_>,
    added: &[&SignatureField],
) -> Option<Vec<(Page, ObjectId)>> {
    if !added.iter().all(|signature| is_plain_widget(now, signature)) || fills_gaps(before, now) {
        return None;
    }
    let fields: BTreeSet<ObjectId> = added.iter().map(|signature| signature.field).collect();
    let mut compared = BTreeSet::new();
    let pages = pages_keep(before, now, &fields, &mut compared)?;
    let kept = form_keeps(before, now, &fields, &mut compared)
        && before
            .object_ids()
            .filter(|id| !compared.contains(id))
            .all(|id| same(before.object(id), now.object(id)));
    kept.then_some(pages)
}

/// Whether the signature's field is its own widget, of the form that the builder gives it.
fn is_plain_widget(now: &Document<'_>, signature: &SignatureField) -> bool {
    let Some(dict) = now.object(signature.field).and_then(|field| field.value.dict()) else {
        return false;
    };
    let named = |key: &str, name: &str| {
        dict.get(key).and_then(Value::name).is_some_and(|value| value.is(name))
    };
    named("Subtype", "Widget")
        && named("FT", "Sig")
        && dict.get("V").and_then(Value::reference) == Some(signature.dictionary)
        && dict.iter().all(|(key, _)| WIDGET_KEYS.iter().any(|known| key.is(known)))
}

/// Whether an object that was missing exists now: what refers to it would show it.
fn fills_gaps(before: &Document<'_>, now: &Document<'_>) -> bool {
    let old: BTreeSet<u32> = before.object_ids().map(|id| id.number).collect();
    let new: BTreeSet<u32> =
        now.object_ids().map(|id| id.number).filter(|number| !old.contains(number)).collect();
    let mut objects = before.object_ids().filter_map(|id| before.object(id));
    objects.any(|object| names_any(object.value, &new))
}

// The gate bounds the depth of values.
fn names_any(value: Value<'_>, numbers: &BTreeSet<u32>) -> bool {
    match value {
        Value::Reference(id) => numbers.contains(&id.number),
        Value::Array(array) => array.iter().any(|item| names_any(item, numbers)),
        Value::Dict(dict) => dict.iter().any(|(_, item)| names_any(item, numbers)),
        _ => false,
    }
}

fn pages_keep(
    before: &Document<'_>,
    now: &Document<'_>,
    fields: &BTreeSet<ObjectId>,
    compared: &mut BTreeSet<ObjectId>,
) -> Option<Vec<(Page, ObjectId)>> {
    if before.pages().len() != now.pages().len() {
        return None;
    }
    let mut listed = Vec::new();
    for (old, new) in before.pages().iter().zip(now.pages()) {
        let (old_dict, new_dict) = (before.page_dict(old)?, now.page_dict(new)?);
        let (old_list, new_list) = (before.annots(old), now.annots(new));
        let more = longer_by(array(old_list), array(new_list))?;
        if old.id != new.id || !same_but(old_dict, new_dict, &["Annots"]) {
            return None;
        }
        compared.insert(old.id);
        compared.extend(own_object(old_list));
        listed.extend(more.into_iter().map(|widget| (*new, widget)));
    }
    let widgets: BTreeSet<ObjectId> = listed.iter().map(|(_, widget)| *widget).collect();
    (widgets == *fields && listed.len() == fields.len()).then_some(listed)
}

fn form_keeps(
    before: &Document<'_>,
    now: &Document<'_>,
    fields: &BTreeSet<ObjectId>,
    compared: &mut BTreeSet<ObjectId>,
) -> bool {
    let (old_root, new_root) = (before.catalog(), now.catalog());
    let kept = old_root.id == new_root.id
        && same_but(before.catalog_dict(), now.catalog_dict(), &["AcroForm"]);
    let (old_form, new_form) = (before.acro_form(), now.acro_form());
    compared.insert(old_root.id);
    compared.extend(own_object(old_form));
    let Some(new_dict) = dict(new_form) else {
        return kept && fields.is_empty() && dict(old_form).is_none();
    };
    let listed = now.slot(new_dict, "Fields");
    let Some(old_dict) = dict(old_form) else {
        let mut keys = new_dict.iter().map(|(name, _)| name);
        let plain = keys.all(|name| name.is("Fields") || name.is("SigFlags"));
        return kept && plain && lists(None, array(listed), fields);
    };
    let old_list = before.slot(old_dict, "Fields");
    compared.extend(own_object(old_list));
    kept && same_but(old_dict, new_dict, &["Fields", "SigFlags"])
        && lists(array(old_list), array(listed), fields)
}

fn lists(before: Option<Array<'_>>, now: Option<Array<'_>>, fields: &BTreeSet<ObjectId>) -> bool {
    longer_by(before, now).is_some_and(|more| {
        more.len() == fields.len() && more.iter().all(|field| fields.contains(field))
    })
}

/// The objects that the second array names behind the values of the first; none if it lacks one of
/// those, or holds anything else behind them.
fn longer_by(before: Option<Array<'_>>, now: Option<Array<'_>>) -> Option<Vec<ObjectId>> {
    let old: Vec<Value<'_>> = before.into_iter().flat_map(Array::iter).collect();
    let new: Vec<Value<'_>> = now.into_iter().flat_map(Array::iter).collect();
    let more = new.strip_prefix(old.as_slice())?;
    more.iter().map(|value| value.reference()).collect()
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

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::cms;
    use crate::decision::DecisionHash;
    use crate::document::{PDF, Text};
    use crate::env::UnixSecond;
    use crate::pdf::append::{Update, with_entries};
    use crate::pdf::image::Images;
    use crate::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect, Target};
    use crate::pdf::revise::{Delta, build_revision};
    use crate::testing::office::{ISSUED_AT, Office};

    const SIGNED_AT: UnixSecond = ISSUED_AT.plus(3600);

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
            target: Target::New,
            fill: Vec::new(),
        }
    }

    fn stamp() -> Appearance {
        Appearance::Stamp {
            page: 0,
            rect: Rect { left: 30_000, bottom: 30_000, right: 48_000, top: 35_600 },
            lines: vec![Line::SignedAt { label: Text::new("Thời gian ký").unwrap() }],
            image: None,
        }
    }

    fn built(base: &[u8], recipe: &Recipe) -> Delta {
        let document = read::open(base).unwrap();
        build_revision(&document, recipe, &Images::none(), SIGNED_AT).unwrap()
    }

    fn signed_as(base: &[u8], recipe: &Recipe) -> Vec<u8> {
        let (office, delta) = (Office::new(), built(base, recipe));
        let decision = DecisionHash(Sha256::of(b"decision"));
        let certificate = office.person.der();
        let attributes = cms::signed_attributes(delta.digests(base).signed, certificate, decision);
        let signature = office.person_key.sign_now(&attributes);
        let signed = cms::assemble(&attributes, &signature, &[certificate]).unwrap();
        [base, &delta.embed(&signed).unwrap()].concat()
    }

    fn signed(base: &[u8], field: &str, appearance: Appearance) -> Vec<u8> {
        signed_as(base, &recipe(field, appearance))
    }

    fn stamped_in(rect: Rect) -> Appearance {
        let mut appearance = stamp();
        if let Appearance::Stamp { rect: place, .. } = &mut appearance {
            *place = rect;
        }
        appearance
    }

    fn reference(bytes: &[u8]) -> DocumentRef {
        let size = bytes.len() as u64;
        DocumentRef { sha256: Sha256::of(bytes), size, media_type: PDF.to_owned() }
    }

    fn judged_by(before: &[u8], now: &[u8], anchors: &[Certificate]) -> Option<usize> {
        let (anchors, intermediates) = (anchors.to_vec(), vec![Office::new().issuing]);
        let trust = Trust {
            anchors,
            intermediates,
            crls: Vec::new(),
            ocsp: Vec::new(),
            at: SIGNED_AT.plus(60),
        };
        only_signed(&read::open(now).unwrap(), &Arc::new(now.to_vec()), &reference(before), &trust)
    }

    fn judged(before: &[u8], now: &[u8]) -> Option<usize> {
        judged_by(before, now, &[Office::new().root])
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
            let compare = |bytes: &[u8]| {
                let now = read::open(bytes).unwrap();
                only_listed(&before, &now, &added(&now, file.len())).is_some()
            };
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
                let list = crate::pdf::append::with_items(list, &note);
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

    #[test]
    fn a_signature_that_does_not_verify_is_read_again() {
        for file in FILES {
            let delta = built(file, &recipe("one", stamp()));
            let bogus = [file, &delta.embed(&[0x30, 0x00]).unwrap()].concat();
            assert_eq!(judged(file, &bogus), None);
            let good = signed(file, "one", stamp());
            assert_eq!(judged_by(file, &good, &[]), None, "nobody of this office");
            let mut changed = good.clone();
            let name = changed.windows(6).rposition(|bytes| bytes == b"/Name ").unwrap();
            changed[name + 8] ^= 1;
            assert_eq!(judged(file, &changed), None);
        }
    }

    #[test]
    fn a_stamp_over_what_was_read_or_over_much_of_the_page_is_read_again() {
        for file in FILES {
            let size = crate::pdf::geometry::PageSize::of(&read::open(file).unwrap().pages()[0]);
            let whole = Rect { left: 0, bottom: 0, right: size.width, top: size.height };
            assert_eq!(judged(file, &signed(file, "one", stamped_in(whole))), None);
        }
        let over_a_field = Rect { left: 5000, bottom: 3000, right: 23_000, top: 8600 };
        let over = signed(FILES[3], "one", stamped_in(over_a_field));
        assert_eq!(judged(FILES[3], &over), None);
        let once = signed(FILES[0], "one", stamp());
        let over = signed(&once, "two", stamp());
        assert_eq!(judged(&once, &over), None, "the first stamp is not legible any more");
    }
}
