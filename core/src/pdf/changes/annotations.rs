//! What lies on the pages: annotations, the widgets of fields among them.

use std::collections::{BTreeMap, HashMap};

use super::choices::inherited;
use super::judge::{Judge, Look, May};
use super::permissions::Level;
use super::pictures::Frame;
use super::structure::as_page;
use super::{Allowed, ChangeKind, maps};
use crate::pdf::read::{Dict, Document, Name, ObjectId, Page, PageBox, Value};
use crate::pdf::render::{Cost, RenderError};

/// Comments that hide nothing as long as their own appearance does not. Text boxes, stamps, shapes
/// and redactions look like content.
const COMMENTS: [&str; 7] =
    ["Text", "Popup", "Highlight", "Underline", "Squiggly", "StrikeOut", "Caret"];

/// What a comment may say. Actions and layers are not among it.
const KEYS: [&str; 33] = [
    "Type",
    "Subtype",
    "Rect",
    "Contents",
    "P",
    "NM",
    "M",
    "F",
    "AP",
    "AS",
    "Border",
    "C",
    "StructParent",
    "T",
    "Popup",
    "CA",
    "RC",
    "CreationDate",
    "IRT",
    "Subj",
    "RT",
    "IT",
    "BS",
    "QuadPoints",
    "Open",
    "Name",
    "State",
    "StateModel",
    "Parent",
    "RD",
    "Sy",
    "Lang",
    "ca",
];

/// A field with a cell for each letter (ISO 32000-1, table 228).
const COMB: i64 = 1 << 24;

const HIDDEN: i64 = 2;
/// `NoView` and `ToggleNoView`: seen on paper only, or only sometimes.
const SOMETIMES: i64 = 32 + 256;
/// `NoRotate`: on a turned page it lies elsewhere than its rectangle.
const NO_ROTATE: i64 = 16;

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    let (old, new) = (judge.pair.old, judge.pair.new);
    let looks: HashMap<ObjectId, May> =
        judge.looks.iter().map(|look| (look.id, look.may.clone())).collect();
    for (index, page) in new.pages().iter().enumerate() {
        let list = new.page_dict(page).and_then(|dict| dict.get("Annots"));
        let list = list.and_then(Value::reference);
        let touched = judge.graph.is_changed(page.id)
            || list.is_some_and(|id| judge.graph.is_changed(id) || judge.graph.is_new(id));
        if !touched {
            continue;
        }
        if let Some(list) = list {
            judge.explain_at(list.number, Some(page.id.number), "Annots");
        }
        let before = old.pages().iter().find(|before| before.id == page.id);
        let before = before.map(|before| annotations(old, before)).unwrap_or_default();
        one_page(judge, as_page(index), page, &before, &looks);
    }
    drawn(judge);
}

/// Those that were there stay, in their order; each of the others has to be explained.
fn one_page(
    judge: &mut Judge<'_, '_>,
    index: u32,
    page: &Page,
    before: &[Value<'_>],
    looks: &HashMap<ObjectId, May>,
) {
    let after = annotations(judge.pair.new, page);
    let mut expected = before.iter().peekable();
    for value in after {
        if expected.next_if(|known| judge.pair.same(**known, value)).is_some() {
            continue;
        }
        match value.reference() {
            Some(id) if looks.contains_key(&id) => {}
            Some(id) if comment(judge, id) => {
                judge.allowed.insert(Allowed::Comments);
                judge.looks.push(Look { id, may: May::CoverBlank });
            }
            other => {
                let number = other.unwrap_or(page.id).number;
                judge.found(ChangeKind::Annotation, number, vec![index]);
            }
        }
    }
    if expected.peek().is_some() {
        judge.found(ChangeKind::Annotation, page.id.number, vec![index]);
    }
}

fn annotations<'d>(document: &'d Document<'_>, page: &Page) -> Vec<Value<'d>> {
    let dict = document.page_dict(page);
    let list = dict.and_then(|dict| document.value(dict, "Annots")).and_then(Value::array);
    list.iter().flat_map(|list| list.iter()).collect()
}

/// Whether a new annotation is a comment, and comments are permitted.
fn comment(judge: &Judge<'_, '_>, id: ObjectId) -> bool {
    let new = judge.pair.new;
    let Some(dict) = new.object(id).and_then(|object| object.value.dict()) else { return false };
    let subtype = new.value(dict, "Subtype").and_then(Value::name);
    judge.permissions.level == Level::Comments
        && judge.graph.is_new(id)
        && subtype.is_some_and(|subtype| {
            COMMENTS.iter().any(|known| subtype.is(known)) && is_known_look(new, dict, subtype)
        })
        && dict.iter().all(|(key, _)| KEYS.iter().any(|known| key.is(known)))
}

/// Whether what viewers show of a comment is known: its own appearance; a note's icon; or the window
/// of another comment. Lines and marks without an appearance are drawn by each viewer in its own way.
fn is_known_look(document: &Document<'_>, comment: Dict<'_>, subtype: Name<'_>) -> bool {
    if subtype.is("Popup") {
        return comment.get("Parent").and_then(Value::reference).is_some();
    }
    subtype.is("Text") || document.value(comment, "AP").is_some()
}

/// Looks at what the new looks do to the pages.
fn drawn(judge: &mut Judge<'_, '_>) {
    if judge.looks.is_empty() {
        return;
    }
    let new = judge.pair.new;
    let looks: HashMap<ObjectId, May> =
        judge.looks.drain(..).map(|look| (look.id, look.may)).collect();
    // Page by page, so that each is drawn once.
    let mut by_page: BTreeMap<usize, Vec<(ObjectId, May)>> = BTreeMap::new();
    for (index, page) in new.pages().iter().enumerate() {
        for id in annotations(new, page).into_iter().filter_map(Value::reference) {
            if let Some(may) = looks.get(&id) {
                by_page.entry(index).or_default().push((id, may.clone()));
            }
        }
    }
    for (index, looks) in by_page {
        for (id, may) in looks {
            look(judge, index, id, &may);
        }
    }
}

fn look(judge: &mut Judge<'_, '_>, index: usize, id: ObjectId, may: &May) {
    let new = judge.pair.new;
    let pages = vec![as_page(index)];
    let Some(dict) = new.object(id).and_then(|object| object.value.dict()) else { return };
    let page = new.pages()[index];
    let flags = new.value(dict, "F").and_then(Value::integer).unwrap_or(0);
    let area = rectangle(new, dict);
    if area.is_some() && flags & HIDDEN == 0 && drawn_by_viewers(new, dict) {
        judge.found(ChangeKind::Annotation, id.number, pages.clone());
    }
    if area.is_some() && flags & HIDDEN == 0 && reacts(judge, id, dict) {
        judge.found(ChangeKind::Annotation, id.number, pages.clone());
    }
    let drawn = new.value(dict, "AP").is_some() && area.is_some() && flags & HIDDEN == 0;
    let (Some(area), true) = (area, drawn) else { return };
    // Whatever has an area is looked at where it is drawn.
    let area = if flags & NO_ROTATE != 0 { page.crop_box } else { area };
    if judge.permissions.level == Level::Nothing {
        return judge.found(ChangeKind::Forbidden, id.number, pages);
    }
    if flags & SOMETIMES != 0 && !matches!(may, May::Show(_)) {
        judge.found(ChangeKind::Annotation, id.number, pages.clone());
    }
    let kind = match may {
        May::CoverBlank => judge
            .pictures
            .hides(index, area)
            .map(|hides| hides.then_some(ChangeKind::CoversContent)),
        May::Replace => judge
            .pictures
            .hides_without(index, area, id)
            .map(|hides| hides.then_some(ChangeKind::CoversContent)),
        May::BeInvisible => judge
            .pictures
            .differs(index, area)
            .map(|differs| differs.then_some(ChangeKind::Annotation)),
        May::Show(value) => shows(judge, (index, area), dict, value)
            .map(|shows| (!shows).then_some(ChangeKind::FieldAppearance)),
    };
    // What cannot be drawn cannot be compared.
    match kind {
        Ok(None) => {}
        Ok(Some(kind)) => judge.found(kind, id.number, pages),
        Err(_) => judge.found(ChangeKind::Unreadable, id.number, pages),
    }
}

/// Whether a field shows its value and nothing else.
fn shows(
    judge: &mut Judge<'_, '_>,
    (index, area): (usize, PageBox),
    widget: Dict<'_>,
    value: &str,
) -> Result<bool, RenderError> {
    let frame = frame(judge.pair.new, widget);
    let Some(maps) = maps::of_common_fonts(judge.pair.new, widget) else {
        return Err(RenderError::OverBudget(Cost::Operations));
    };
    let pictures = &mut judge.pictures;
    let is_named = maps.is_empty() || pictures.shows_without(index, area, value, &maps)?;
    Ok(is_named
        && pictures.shows(index, area, value)?
        && pictures.is_plain(index, area, value, frame)?)
}

/// The border of a field, and its cells if it has a letter in each.
fn frame(document: &Document<'_>, widget: Dict<'_>) -> Frame {
    let style = document.value(widget, "BS").and_then(Value::dict);
    let border = style.and_then(|style| document.value(style, "W")).and_then(Value::integer);
    let flags = inherited(document, widget, "Ff").and_then(Value::integer).unwrap_or(0);
    let cells = inherited(document, widget, "MaxLen").and_then(Value::integer);
    let cells = cells.filter(|_| flags & COMB != 0).unwrap_or(0);
    Frame {
        border: border.and_then(|width| u16::try_from(width).ok()).unwrap_or(1),
        cells: u16::try_from(cells).unwrap_or(0),
    }
}

/// Whether it looks otherwise while it is pressed or pointed at, and did not before.
fn reacts(judge: &Judge<'_, '_>, id: ObjectId, widget: Dict<'_>) -> bool {
    let (old, new) = (judge.pair.old, judge.pair.new);
    let Some(looks) = new.value(widget, "AP").and_then(Value::dict) else { return false };
    let was = old.object(id).and_then(|object| object.value.dict());
    let was = was.and_then(|was| old.value(was, "AP")).and_then(Value::dict);
    ["D", "R"].iter().any(|key| {
        let known = was.is_some_and(|was| judge.pair.same_key(was, looks, key));
        looks.get(key).is_some() && looks.get(key) != looks.get("N") && !known
    })
}

/// Whether viewers draw a widget themselves that has no appearance: a ground, a caption, an icon.
fn drawn_by_viewers(document: &Document<'_>, widget: Dict<'_>) -> bool {
    let keys = ["BG", "CA", "RC", "AC", "I", "RI", "IX"];
    let looks = document.value(widget, "MK").and_then(Value::dict);
    document.value(widget, "AP").is_none()
        && looks.is_some_and(|looks| keys.iter().any(|key| looks.get(key).is_some()))
}

/// `/Rect`, if it has an area.
fn rectangle(document: &Document<'_>, dict: Dict<'_>) -> Option<PageBox> {
    let list = document.value(dict, "Rect")?.array()?;
    let numbers: Option<Vec<i64>> =
        list.iter().take(5).map(|value| document.resolve(value).millionths()).collect();
    let [x1, y1, x2, y2] = *numbers? else { return None };
    let area = PageBox { left: x1.min(x2), bottom: y1.min(y2), right: x1.max(x2), top: y1.max(y2) };
    (area.left < area.right && area.bottom < area.top).then_some(area)
}
