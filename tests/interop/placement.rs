//! Where the stamps of up to three signers go: beside one another, on no annotation of the document.

use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::read::{Dict, Document, Page, Rotation, Value};
use trien_core::pdf::recipe::Rect;

/// Every field that we add starts with this.
pub const FIELD: &str = "Trien-";

/// Further pages are not searched for room.
const MOST_PAGES: usize = 20;

/// How much smaller stamps are where annotations leave little room.
const SHRINK: [i32; 4] = [1, 2, 4, 8];

/// Rows that are tried on one page.
const MOST_ROWS: usize = 60;

const MILLIONTHS_OF_HUNDREDTH: i64 = 10_000;

pub struct Place {
    pub page: usize,
    pub rect: Rect,
}

/// Signers 1 and 2 get the first two free places of the first page that has two, and 3 is the office's
/// seal over the left third of the second signer's stamp. Where there is no room for whole stamps, they
/// get smaller; a document without any room gets its stamps at the foot of its first page.
pub fn of(document: &Document<'_>, number: u8) -> Place {
    let with_room = SHRINK.into_iter().find_map(|shrink| room(document, shrink));
    let (page, [first, second]) = with_room.unwrap_or_else(|| {
        let mut foot = slots(PageSize::of(&document.pages()[0]), 1);
        (0, [(); 2].map(|()| foot.next().expect("the lowest row always fits")))
    });
    let rect = match number {
        1 => first,
        2 => second,
        _ => Rect { right: second.left + ((second.right - second.left) / 3).max(1), ..second },
    };
    Place { page, rect }
}

/// The first page with two free places.
fn room(document: &Document<'_>, shrink: i32) -> Option<(usize, [Rect; 2])> {
    document.pages().iter().take(MOST_PAGES).enumerate().find_map(|(page, found)| {
        let taken = annotations(document, found);
        let free: Vec<Rect> = slots(PageSize::of(found), shrink)
            .filter(|slot| !taken.iter().any(|rect| overlap(slot, rect)))
            .take(2)
            .collect();
        <[Rect; 2]>::try_from(free).ok().map(|slots| (page, slots))
    })
}

/// Two columns, row by row from the foot of the page.
fn slots(size: PageSize, shrink: i32) -> impl Iterator<Item = Rect> {
    let width = (size.width / 50 * 23 / shrink).clamp(1, 20_000);
    let height = (size.height / 6 / shrink).clamp(1, 7_000);
    let rows = (0..)
        .map(move |row| size.height / 50 + row * (height + size.height / 100))
        .take_while(move |bottom| *bottom == size.height / 50 || bottom + height <= size.height)
        .take(MOST_ROWS);
    rows.flat_map(move |bottom| {
        [size.width / 50, size.width / 50 * 26].map(|left| Rect {
            left,
            bottom,
            right: left + width,
            top: bottom + height,
        })
    })
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    one.left <= other.right
        && other.left <= one.right
        && one.bottom <= other.top
        && other.bottom <= one.top
}

/// The annotations of a page but ours, as displayed.
fn annotations(document: &Document<'_>, page: &Page) -> Vec<Rect> {
    let Some(dict) = document.page_dict(page) else { return Vec::new() };
    let annotations = document.value(dict, "Annots").and_then(Value::array);
    let annotations = annotations.into_iter().flat_map(|array| array.iter());
    annotations
        .filter_map(|value| document.resolve(value).dict())
        .filter(|annotation| !is_ours(document, *annotation))
        .filter_map(|annotation| {
            let edges = document.value(annotation, "Rect").and_then(Value::array)?;
            let edges: Vec<i64> =
                edges.iter().filter_map(|edge| document.resolve(edge).millionths()).collect();
            Some(displayed(page, edges.try_into().ok()?))
        })
        .collect()
}

fn is_ours(document: &Document<'_>, annotation: Dict<'_>) -> bool {
    let name = document.value(annotation, "T").and_then(Value::string);
    name.is_some_and(|name| name.text().starts_with(FIELD))
}

/// From the page's own space to what people see: the way back of the builder's geometry.
fn displayed(page: &Page, [x0, y0, x1, y1]: [i64; 4]) -> Rect {
    let (left, right) = (x0.min(x1), x0.max(x1));
    let (bottom, top) = (y0.min(y1), y0.max(y1));
    let visible = page.crop_box;
    let edges = match page.rotation {
        Rotation::None => [
            left - visible.left,
            bottom - visible.bottom,
            right - visible.left,
            top - visible.bottom,
        ],
        Rotation::Quarter => [
            bottom - visible.bottom,
            visible.right - right,
            top - visible.bottom,
            visible.right - left,
        ],
        Rotation::Half => {
            [visible.right - right, visible.top - top, visible.right - left, visible.top - bottom]
        }
        Rotation::ThreeQuarters => {
            [visible.top - top, left - visible.left, visible.top - bottom, right - visible.left]
        }
    };
    let hundredths = |own: i64| {
        let seen = i128::from(own) * i128::from(page.user_unit) / 1_000_000;
        let seen = seen / i128::from(MILLIONTHS_OF_HUNDREDTH);
        i32::try_from(seen).unwrap_or(if seen < 0 { i32::MIN } else { i32::MAX })
    };
    let [left, bottom, right, top] = edges.map(hundredths);
    Rect { left, bottom, right, top }
}
