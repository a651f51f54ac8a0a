//! The page tree, with what pages inherit (ISO 32000-1, 7.7.3).

use std::collections::HashSet;

use super::doubts::Doubts;
use super::limits::{MAX_DEPTH, MAX_PAGES};
use super::{
    Dict, Document, Object, ObjectId, Page, PageBox, Place, Refusal, Rotation, Slot, Value,
};

/// One unit of default user space (1/72 inch), in millionths.
const UNIT: i64 = 1_000_000;

/// What most readers take for a page that has no size anywhere: Letter.
const LETTER: PageBox = PageBox { left: 0, bottom: 0, right: 612 * UNIT, top: 792 * UNIT };

#[derive(Clone, Copy, Default, PartialEq)]
struct Inherited<'d> {
    media_box: Option<Value<'d>>,
    crop_box: Option<Value<'d>>,
    rotate: Option<Value<'d>>,
    resources: Option<Value<'d>>,
}

struct Node<'d> {
    id: ObjectId,
    kids: Box<dyn Iterator<Item = Value<'d>> + 'd>,
    inherited: Inherited<'d>,
    /// Pages that this node says it has, if that is a whole number; and pages found before it.
    count: Option<i64>,
    before: usize,
}

/// Walks the page tree.
pub(super) fn walk(
    document: &Document<'_>,
    catalog: Dict<'_>,
    doubts: &mut Doubts,
) -> Result<Vec<Page>, Refusal> {
    let Some(Value::Reference(root)) = catalog.get("Pages") else {
        return Err(Refusal::BadCatalog);
    };
    let mut seen = HashSet::from([root.number]);
    let mut pages = Vec::new();
    let mut stack = vec![enter(document, root, None, Inherited::default(), 0)?];
    while let Some(node) = stack.last_mut() {
        let Some(kid) = node.kids.next() else {
            // The pages are the leaves of the tree (7.7.3.2); readers that count instead find others.
            if node.count != i64::try_from(pages.len() - node.before).ok() {
                doubts.differ = true;
            }
            stack.pop();
            continue;
        };
        let broken = Refusal::BadPageTree { object: node.id.number };
        let id = kid.reference().filter(|id| seen.insert(id.number)).ok_or(broken)?;
        let (parent, inherited) = (node.id, node.inherited);
        let dict = document.object(id).and_then(|object| object.value.dict()).ok_or(broken)?;
        if is_node(document, id, dict)? {
            if stack.len() == MAX_DEPTH {
                return Err(Refusal::TooDeep);
            }
            stack.push(enter(document, id, Some(parent), inherited, pages.len())?);
            continue;
        }
        if pages.len() == MAX_PAGES {
            return Err(Refusal::TooManyPages);
        }
        let found = inherit(document, dict, inherited);
        check_parent(document, id, dict, Some(parent), found)?;
        // Numbers with a point count for some readers, and for others as missing.
        doubts.differ |= matches!(found.rotate, Some(Value::Real(_)));
        doubts.differ |= !contents_are_streams(document, dict);
        if found.media_box.is_none() {
            doubts.differ_in_drawing();
            doubts.unsized_pages.push(id);
        }
        let page =
            page(document, id, dict, found).ok_or(Refusal::BadPage { page: pages.len() + 1 })?;
        pages.push(page);
    }
    if pages.is_empty() { Err(Refusal::NoPage) } else { Ok(pages) }
}

/// Whether this is a node of the tree (`/Type /Pages` and `/Kids`) or a page (neither).
fn is_node(document: &Document<'_>, id: ObjectId, dict: Dict<'_>) -> Result<bool, Refusal> {
    let kind = document.value(dict, "Type").and_then(Value::name);
    match (kind, dict.get("Kids").is_some()) {
        (Some(kind), true) if kind.is("Pages") => Ok(true),
        (Some(kind), false) if kind.is("Page") => Ok(false),
        _ => Err(Refusal::BadPageTree { object: id.number }),
    }
}

fn enter<'d>(
    document: &'d Document<'_>,
    id: ObjectId,
    parent: Option<ObjectId>,
    inherited: Inherited<'d>,
    before: usize,
) -> Result<Node<'d>, Refusal> {
    let broken = Refusal::BadPageTree { object: id.number };
    let dict = document.object(id).and_then(|object| object.value.dict()).ok_or(broken)?;
    if !is_node(document, id, dict)? {
        return Err(broken);
    }
    let inherited = inherit(document, dict, inherited);
    check_parent(document, id, dict, parent, inherited)?;
    let kids = document.value(dict, "Kids").and_then(Value::array).ok_or(broken)?;
    let count = match document.value(dict, "Count").ok_or(broken)? {
        Value::Integer(count) => Some(count),
        _ => None,
    };
    Ok(Node { id, kids: Box::new(kids.iter()), inherited, count, before })
}

/// Some readers inherit downwards and some upwards: both must find the same.
fn check_parent(
    document: &Document<'_>,
    id: ObjectId,
    dict: Dict<'_>,
    parent: Option<ObjectId>,
    down: Inherited<'_>,
) -> Result<(), Refusal> {
    let broken = Refusal::BadPageTree { object: id.number };
    let mut above = dict.get("Parent").and_then(Value::reference);
    if above == parent {
        return Ok(());
    }
    let mut up = inherit(document, dict, Inherited::default());
    for _ in 0..MAX_DEPTH {
        let Some(node) = above else {
            return if up == down { Ok(()) } else { Err(broken) };
        };
        let node = document.object(node).and_then(|object| object.value.dict()).ok_or(broken)?;
        up = up.or(inherit(document, node, Inherited::default()));
        above = node.get("Parent").and_then(Value::reference);
    }
    Err(broken)
}

/// Whether what a page draws is a stream, or a list of streams. With anything else in the list some
/// readers draw the rest, and some nothing.
fn contents_are_streams(document: &Document<'_>, page: Dict<'_>) -> bool {
    let is_stream =
        |id| document.object(id).is_some_and(|object| matches!(object.place, Place::Stream { .. }));
    match document.slot(page, "Contents") {
        Slot::Absent | Slot::Dangling(_) | Slot::Direct(Value::Null) => true,
        Slot::Indirect(Object { place: Place::Stream { .. }, .. }) => true,
        Slot::Indirect(Object { value: Value::Null, .. }) => true,
        Slot::Direct(Value::Array(list))
        | Slot::Indirect(Object { value: Value::Array(list), .. }) => {
            list.iter().all(|value| value.reference().is_some_and(is_stream))
        }
        Slot::Direct(_) | Slot::Indirect(_) => false,
    }
}

impl<'d> Inherited<'d> {
    /// What is here, and what is missing from above.
    fn or(self, above: Self) -> Self {
        Self {
            media_box: self.media_box.or(above.media_box),
            crop_box: self.crop_box.or(above.crop_box),
            rotate: self.rotate.or(above.rotate),
            resources: self.resources.or(above.resources),
        }
    }
}

fn inherit<'d>(document: &'d Document<'_>, dict: Dict<'d>, above: Inherited<'d>) -> Inherited<'d> {
    let own = Inherited {
        media_box: document.value(dict, "MediaBox"),
        crop_box: document.value(dict, "CropBox"),
        rotate: document.value(dict, "Rotate"),
        resources: document.value(dict, "Resources"),
    };
    own.or(above)
}

fn page(
    document: &Document<'_>,
    id: ObjectId,
    dict: Dict<'_>,
    found: Inherited<'_>,
) -> Option<Page> {
    let media_box = match found.media_box {
        Some(value) => rectangle(document, value)?,
        None => LETTER,
    };
    let crop_box = match found.crop_box {
        None => media_box,
        Some(value) => rectangle(document, value)?.within(media_box)?,
    };
    let rotation = match found.rotate.map_or(Some(0), Value::integer)?.rem_euclid(360) {
        0 => Rotation::None,
        90 => Rotation::Quarter,
        180 => Rotation::Half,
        270 => Rotation::ThreeQuarters,
        _ => return None,
    };
    let user_unit = match document.value(dict, "UserUnit") {
        None => UNIT,
        Some(value) => value.millionths().filter(|&unit| unit > 0)?,
    };
    Some(Page { id, media_box, crop_box, rotation, user_unit })
}

fn rectangle(document: &Document<'_>, value: Value<'_>) -> Option<PageBox> {
    let numbers: Option<Vec<i64>> =
        value.array()?.iter().take(5).map(|value| document.resolve(value).millionths()).collect();
    let [x1, y1, x2, y2] = *numbers? else { return None };
    PageBox { left: x1.min(x2), bottom: y1.min(y2), right: x1.max(x2), top: y1.max(y2) }.proper()
}

impl PageBox {
    /// Itself, when it has an area and lies within any reasonable plane.
    fn proper(self) -> Option<Self> {
        let far = 1_000_000 * UNIT;
        let near = |value: i64| (-far..=far).contains(&value);
        (self.left < self.right
            && self.bottom < self.top
            && [self.left, self.bottom, self.right, self.top].into_iter().all(near))
        .then_some(self)
    }

    fn within(self, other: Self) -> Option<Self> {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
        .proper()
    }
}
