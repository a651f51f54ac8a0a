//! The page tree, with what pages inherit (ISO 32000-1, 7.7.3).

use std::collections::HashSet;

use super::limits::{MAX_DEPTH, MAX_PAGES};
use super::{Dict, Document, ObjectId, Page, PageBox, Refusal, Rotation, Value};

/// One unit of default user space (1/72 inch), in millionths.
const UNIT: i64 = 1_000_000;

#[derive(Clone, Copy, Default)]
struct Inherited<'d> {
    media_box: Option<Value<'d>>,
    crop_box: Option<Value<'d>>,
    rotate: Option<Value<'d>>,
}

struct Node<'d> {
    id: ObjectId,
    kids: Box<dyn Iterator<Item = Value<'d>> + 'd>,
    inherited: Inherited<'d>,
    /// Pages that this node says it has, and pages found when it was entered.
    count: i64,
    before: usize,
}

/// Walks the page tree.
pub(super) fn walk(document: &Document<'_>, catalog: Dict<'_>) -> Result<Vec<Page>, Refusal> {
    let Some(Value::Reference(root)) = catalog.get("Pages") else {
        return Err(Refusal::BadCatalog);
    };
    let mut seen = HashSet::from([root.number]);
    let mut pages = Vec::new();
    let mut stack = vec![enter(document, root, None, Inherited::default(), 0)?];
    while let Some(node) = stack.last_mut() {
        let Some(kid) = node.kids.next() else {
            if usize::try_from(node.count).ok() != Some(pages.len() - node.before) {
                return Err(Refusal::WrongPageCount { object: node.id.number });
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
        check_parent(id, dict, Some(parent))?;
        let page = page(document, id, dict, inherited)
            .ok_or(Refusal::BadPage { page: pages.len() + 1 })?;
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
    check_parent(id, dict, parent)?;
    let kids = document.value(dict, "Kids").and_then(Value::array).ok_or(broken)?;
    let count = document.value(dict, "Count").and_then(Value::integer).ok_or(broken)?;
    Ok(Node {
        id,
        kids: Box::new(kids.iter()),
        inherited: inherit(document, dict, inherited),
        count,
        before,
    })
}

/// Some readers inherit downwards and some upwards: both must find the same.
fn check_parent(id: ObjectId, dict: Dict<'_>, parent: Option<ObjectId>) -> Result<(), Refusal> {
    if dict.get("Parent").and_then(Value::reference) == parent {
        Ok(())
    } else {
        Err(Refusal::BadPageTree { object: id.number })
    }
}

fn inherit<'d>(document: &'d Document<'_>, dict: Dict<'d>, above: Inherited<'d>) -> Inherited<'d> {
    Inherited {
        media_box: document.value(dict, "MediaBox").or(above.media_box),
        crop_box: document.value(dict, "CropBox").or(above.crop_box),
        rotate: document.value(dict, "Rotate").or(above.rotate),
    }
}

fn page(
    document: &Document<'_>,
    id: ObjectId,
    dict: Dict<'_>,
    inherited: Inherited<'_>,
) -> Option<Page> {
    let found = inherit(document, dict, inherited);
    let media_box = rectangle(document, found.media_box?)?;
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
