//! From the page as people see it to the page's own space, in integers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::pdf::appearance::Hundredths;
use crate::pdf::read::{Page, Rotation};
use crate::pdf::recipe::Rect;

const MILLION: i128 = 1_000_000;

/// Size of a page as displayed (rotation and user unit applied), in hundredths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSize {
    /// Across.
    pub width: i32,
    /// Up.
    pub height: i32,
}

impl PageSize {
    /// The size at which `page` is displayed, rounded down.
    #[must_use]
    pub fn of(page: &Page) -> Self {
        let across = i128::from(page.crop_box.right) - i128::from(page.crop_box.left);
        let up = i128::from(page.crop_box.top) - i128::from(page.crop_box.bottom);
        let hundredths = |length: i128| {
            let length = length * i128::from(page.user_unit) / MILLION / 10_000;
            i32::try_from(length).unwrap_or(i32::MAX)
        };
        let (width, height) = match page.rotation {
            Rotation::None | Rotation::Half => (across, up),
            Rotation::Quarter | Rotation::ThreeQuarters => (up, across),
        };
        Self { width: hundredths(width), height: hundredths(height) }
    }

    /// Whether all of `rect` is visible; a fraction of a hundredth may be missing.
    #[must_use]
    pub fn contains(&self, rect: &Rect) -> bool {
        rect.left >= 0
            && rect.bottom >= 0
            && rect.right <= self.width.saturating_add(1)
            && rect.top <= self.height.saturating_add(1)
    }
}

/// A rectangle in a page's own space, in millionths of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserRect {
    left: i128,
    bottom: i128,
    right: i128,
    top: i128,
}

impl UserRect {
    /// Where `rect`, which is seen on `page`, lies in the page's own space.
    pub fn of(page: &Page, rect: Rect) -> Self {
        let unit = i128::from(page.user_unit).max(1);
        let own = |hundredths: i32| i128::from(hundredths) * 10_000 * MILLION / unit;
        let (left, bottom) = (own(rect.left), own(rect.bottom));
        let (right, top) = (own(rect.right), own(rect.top));
        let visible = page.crop_box;
        let (x0, y0) = (i128::from(visible.left), i128::from(visible.bottom));
        let (x1, y1) = (i128::from(visible.right), i128::from(visible.top));
        // Clockwise by a quarter, the page's right lower corner becomes the displayed left lower
        // one: what people see as "right" is the page's "up".
        match page.rotation {
            Rotation::None => {
                Self { left: x0 + left, bottom: y0 + bottom, right: x0 + right, top: y0 + top }
            }
            Rotation::Quarter => {
                Self { left: x1 - top, bottom: y0 + left, right: x1 - bottom, top: y0 + right }
            }
            Rotation::Half => {
                Self { left: x1 - right, bottom: y1 - top, right: x1 - left, top: y1 - bottom }
            }
            Rotation::ThreeQuarters => {
                Self { left: x0 + bottom, bottom: y1 - right, right: x0 + top, top: y1 - left }
            }
        }
    }
}

/// Where a rectangle of a page's own space (four sides in millionths of its unit, in any order) is
/// seen on it, to the nearest hundredth of a point; none where nothing is left of it.
pub(crate) fn displayed(page: &Page, sides: [i64; 4]) -> Option<Rect> {
    let [x0, y0, x1, y1] = sides.map(i128::from);
    let (own_left, own_right) = (x0.min(x1), x0.max(x1));
    let (own_bottom, own_top) = (y0.min(y1), y0.max(y1));
    let visible = page.crop_box;
    let (from_left, from_bottom) = (i128::from(visible.left), i128::from(visible.bottom));
    let (from_right, from_top) = (i128::from(visible.right), i128::from(visible.top));
    // The inverse of `UserRect::of`.
    let [left, bottom, right, top] = match page.rotation {
        Rotation::None => [
            own_left - from_left,
            own_bottom - from_bottom,
            own_right - from_left,
            own_top - from_bottom,
        ],
        Rotation::Quarter => [
            own_bottom - from_bottom,
            from_right - own_right,
            own_top - from_bottom,
            from_right - own_left,
        ],
        Rotation::Half => [
            from_right - own_right,
            from_top - own_top,
            from_right - own_left,
            from_top - own_bottom,
        ],
        Rotation::ThreeQuarters => {
            [from_top - own_top, own_left - from_left, from_top - own_bottom, own_right - from_left]
        }
    };
    let unit = i128::from(page.user_unit);
    let hundredths = |length: i128| {
        let scaled = length.checked_mul(unit)?;
        i32::try_from((scaled + 5000 * MILLION).div_euclid(10_000 * MILLION)).ok()
    };
    let rect = Rect {
        left: hundredths(left)?,
        bottom: hundredths(bottom)?,
        right: hundredths(right)?,
        top: hundredths(top)?,
    };
    (!rect.is_empty()).then_some(rect)
}

/// As a PDF rectangle, to a ten-thousandth of a unit.
impl fmt::Display for UserRect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [left, bottom, right, top] =
            [self.left, self.bottom, self.right, self.top].map(TenThousandths::of_millionths);
        write!(f, "[{left} {bottom} {right} {top}]")
    }
}

struct TenThousandths(i128);

impl TenThousandths {
    fn of_millionths(value: i128) -> Self {
        Self((value + 50).div_euclid(100))
    }
}

impl fmt::Display for TenThousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:04}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// The `/Matrix` of a form of that size, so that it stands upright on the displayed page: it turns
/// against the page, and its box starts at the origin again.
pub(crate) fn upright(rotation: Rotation, rect: Rect) -> String {
    let width = Hundredths(i64::from(rect.right) - i64::from(rect.left));
    let height = Hundredths(i64::from(rect.top) - i64::from(rect.bottom));
    match rotation {
        Rotation::None => "[1 0 0 1 0 0]".to_owned(),
        Rotation::Quarter => format!("[0 1 -1 0 {height} 0]"),
        Rotation::Half => format!("[-1 0 0 -1 {width} {height}]"),
        Rotation::ThreeQuarters => format!("[0 -1 1 0 0 {width}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::read::{ObjectId, PageBox};

    fn page(rotation: Rotation, user_unit: i64) -> Page {
        let media =
            PageBox { left: 10_000_000, bottom: -20_500_000, right: 110_000_000, top: 179_500_000 };
        Page {
            id: ObjectId { number: 1, generation: 0 },
            media_box: media,
            crop_box: media,
            rotation,
            user_unit,
        }
    }

    #[test]
    fn a_displayed_rectangle_finds_its_place_whatever_the_rotation() {
        let rect = Rect { left: 100, bottom: 200, right: 1100, top: 500 };
        let cases = [
            (Rotation::None, "[11 -18.5 21 -15.5]", 10_000, 20_000),
            (Rotation::Quarter, "[105 -19.5 108 -9.5]", 20_000, 10_000),
            (Rotation::Half, "[99 174.5 109 177.5]", 10_000, 20_000),
            (Rotation::ThreeQuarters, "[12 168.5 15 178.5]", 20_000, 10_000),
        ];
        for (rotation, own, width, height) in cases {
            let page = page(rotation, 1_000_000);
            let found = UserRect::of(&page, rect);
            assert_eq!(found.to_string(), own, "{rotation:?}");
            let sides = [found.right, found.bottom, found.left, found.top];
            let sides = sides.map(|side| i64::try_from(side).unwrap());
            assert_eq!(displayed(&page, sides), Some(rect), "{rotation:?}");
            assert_eq!(PageSize::of(&page), PageSize { width, height }, "{rotation:?}");
        }
    }

    #[test]
    fn a_user_unit_stretches_the_display() {
        let page = page(Rotation::None, 2_000_000);
        assert_eq!(PageSize::of(&page), PageSize { width: 20_000, height: 40_000 });
        let rect = Rect { left: 0, bottom: 0, right: 20_000, top: 1 };
        assert_eq!(UserRect::of(&page, rect).to_string(), "[10 -20.5 110 -20.495]");
    }
}
