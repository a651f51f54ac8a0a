//! Finds the place for a stamp beside a text of the document, as an office writes it: "below
//! CHỦ TỊCH". What comes out is a page and a rectangle like any other.
//!
//! Only text that the drawing reader can read is found: a scan has none, nor has a font of the time
//! before Unicode. Nor is text found that is broken over two lines or does not run from left to right.

mod spelling;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document::Text;
use crate::pdf::geometry::PageSize;
use crate::pdf::read::{Document, Page};
use crate::pdf::recipe::Rect;
use crate::pdf::render::{Drawing, Letter, RenderError, Row};
use spelling::Spelled;

/// Most pages that are searched, from the last one backwards, when a wish names none.
pub const MAX_PAGES_SEARCHED: usize = 500;

/// Between text and stamp, in hundredths of a point.
const GAP: i64 = 400;

/// How far text reaches above and below its baseline, in shares of the font size: room for the
/// marks of `Ậ`.
const ASCENT: f32 = 0.95;
const DESCENT: f32 = 0.25;

/// Where somebody wants a stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The text: whole words within one line, in the document's own capitals. Blanks may differ, and
    /// in Vietnamese the vowel that bears the tone (`ỦY` is found as `UỶ`).
    pub text: Text<200>,
    /// Which of several places.
    pub occurrence: Occurrence,
    /// The page, from 0; all when absent.
    pub page: Option<u32>,
    /// On which side of the text the stamp goes.
    pub side: Side,
    /// Width of the stamp, in hundredths of a point.
    pub width: i32,
    /// Height of the stamp, in hundredths of a point.
    pub height: i32,
}

/// Which of several places of a text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occurrence {
    /// The last in the document, because it ends with the signatures.
    #[default]
    Last,
    /// The only one.
    Only,
}

/// The side of a text. Above and below, the stamp is centred on the text; to the left and the right,
/// the middle of both has one height. Along that side it moves as far as the page's edge asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Where a hand signature stands: below the title.
    #[default]
    Below,
    /// Above it.
    Above,
    /// To its left.
    Left,
    /// To its right.
    Right,
    /// Over it, centred: for text that keeps the place, such as dots.
    Over,
}

/// Where a stamp goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Page, from 0.
    pub page: u32,
    /// Where on it.
    pub rect: Rect,
}

/// There is no place as wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoPlace {
    /// The text is not there.
    #[error("the text was not found in the document")]
    NotFound,
    /// The text is there more than once, and the wish was for the only one.
    #[error("the text stands in the document more than once")]
    Several,
    /// On that side of the text, the page has no room for a stamp of that size.
    #[error("the page has no room for the stamp on that side of the text")]
    NoRoom,
    /// A page that had to be searched cannot be read.
    #[error("a page cannot be searched for the text")]
    Unreadable,
}

impl NoPlace {
    /// All names.
    pub const SLUGS: [&str; 4] =
        ["anchor-not-found", "anchor-several", "anchor-no-room", "anchor-unreadable"];

    /// Its name, the key of its text for people: `stamp-` and the slug.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotFound => "anchor-not-found",
            Self::Several => "anchor-several",
            Self::NoRoom => "anchor-no-room",
            Self::Unreadable => "anchor-unreadable",
        }
    }
}

impl From<RenderError> for NoPlace {
    fn from(_: RenderError) -> Self {
        Self::Unreadable
    }
}

/// Finds a place for every wish, in their order. `file` is what the document was read from.
pub fn find(
    document: &Document<'_>,
    file: &Arc<Vec<u8>>,
    wishes: &[Wish],
) -> Result<Vec<Place>, NoPlace> {
    let drawing = Drawing::of(document, file)?;
    let mut searches: Vec<Search<'_>> = wishes.iter().map(Search::new).collect();
    let pages: Vec<(u32, &Page)> = (0..).zip(document.pages()).collect();
    for (from_last, &(number, page)) in pages.iter().rev().enumerate() {
        let searched = |search: &Search<'_>| search.wants(number, from_last);
        if !searches.iter().any(searched) {
            continue;
        }
        let lines: Vec<Line> = drawing.rows(number)?.into_iter().map(Line::of).collect();
        for search in searches.iter_mut().filter(|search| searched(search)) {
            search.look_at(number, page, &lines)?;
        }
    }
    searches.iter().map(Search::place).collect()
}

/// A wish, and what was found of it so far.
struct Search<'w> {
    wish: &'w Wish,
    words: Spelled,
    found: Option<(u32, PageSize, Area)>,
}

impl<'w> Search<'w> {
    fn new(wish: &'w Wish) -> Self {
        Self { wish, words: Spelled::of(wish.text.as_str()), found: None }
    }

    fn wants(&self, page: u32, from_last: usize) -> bool {
        let within = self.wish.page.map_or(from_last < MAX_PAGES_SEARCHED, |named| named == page);
        let open = self.found.is_none() || self.wish.occurrence == Occurrence::Only;
        within && open && !self.words.is_empty()
    }

    fn look_at(&mut self, number: u32, page: &Page, lines: &[Line]) -> Result<(), NoPlace> {
        let mut places = lines.iter().rev().flat_map(|line| line.places_of(&self.words, page));
        let (found, another) = match self.wish.occurrence {
            Occurrence::Last => (places.next(), None),
            Occurrence::Only => (places.next(), places.next()),
        };
        let Some(found) = found else { return Ok(()) };
        if another.is_some() || self.found.is_some() {
            return Err(NoPlace::Several);
        }
        self.found = Some((number, PageSize::of(page), found));
        Ok(())
    }

    fn place(&self) -> Result<Place, NoPlace> {
        let (page, size, text) = self.found.ok_or(NoPlace::NotFound)?;
        let stamp = text.beside(self.wish.side, self.wish.width.into(), self.wish.height.into());
        let rect = stamp.within(size, self.wish.side).ok_or(NoPlace::NoRoom)?;
        Ok(Place { page, rect })
    }
}

/// A line of a page, ready to be searched.
struct Line {
    row: Row,
    spelled: Spelled,
}

impl Line {
    fn of(row: Row) -> Self {
        let mut at = 0;
        let parts = row.letters.iter().enumerate().map(|(number, letter)| {
            let part = row.text.get(at..at + letter.length).unwrap_or_default();
            at += letter.length;
            (part, number)
        });
        let spelled = Spelled::of_parts(parts);
        Self { row, spelled }
    }

    /// Where the words stand, from the right.
    fn places_of(&self, words: &Spelled, page: &Page) -> impl Iterator<Item = Area> {
        let places = self.spelled.places_of(words).filter_map(|(first, last)| {
            let letters = self.row.letters.get(first..=last)?;
            let of = |edge: fn(&Letter) -> f32| letters.iter().map(edge);
            let left = of(|letter| letter.start).reduce(f32::min)?;
            let bottom = of(|letter| letter.baseline - DESCENT * letter.size).reduce(f32::min)?;
            let right = of(|letter| letter.end).reduce(f32::max)?;
            let top = of(|letter| letter.baseline + ASCENT * letter.size).reduce(f32::max)?;
            Area::of(page, [left, bottom, right, top].map(f64::from))
        });
        places.collect::<Vec<_>>().into_iter().rev()
    }
}

/// A part of a page as displayed, in hundredths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    left: i64,
    bottom: i64,
    right: i64,
    top: i64,
}

impl Area {
    /// From units of the page; `None` for what lies further away than any page is large.
    fn of(page: &Page, edges: [f64; 4]) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "a user unit is far smaller than 2^53")]
        let unit = page.user_unit as f64 / 1_000_000.0;
        let [left, bottom, right, top] = edges.map(|edge| edge * 100.0 * unit);
        let sound = [left, bottom, right, top].iter().all(|edge| edge.abs() < f64::from(i32::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the line above")]
        let whole = |edge: f64| edge.round() as i64;
        sound.then(|| Self {
            left: whole(left),
            bottom: whole(bottom),
            right: whole(right),
            top: whole(top),
        })
    }

    /// The area of that size on that side of this one.
    fn beside(self, side: Side, width: i64, height: i64) -> Self {
        let (middle_x, middle_y) =
            (i64::midpoint(self.left, self.right), i64::midpoint(self.bottom, self.top));
        let (left, bottom) = match side {
            Side::Below => (middle_x - width / 2, self.bottom - GAP - height),
            Side::Above => (middle_x - width / 2, self.top + GAP),
            Side::Left => (self.left - GAP - width, middle_y - height / 2),
            Side::Right => (self.right + GAP, middle_y - height / 2),
            Side::Over => (middle_x - width / 2, middle_y - height / 2),
        };
        Self { left, bottom, right: left + width, top: bottom + height }
    }

    /// This area on the page, moved along that side where it has to be.
    fn within(self, page: PageSize, side: Side) -> Option<Rect> {
        let (across, up) = match side {
            Side::Below | Side::Above => (inwards(self.left, self.right, page.width), 0),
            Side::Left | Side::Right => (0, inwards(self.bottom, self.top, page.height)),
            Side::Over => (
                inwards(self.left, self.right, page.width),
                inwards(self.bottom, self.top, page.height),
            ),
        };
        let rect = Rect {
            left: i32::try_from(self.left + across).ok()?,
            bottom: i32::try_from(self.bottom + up).ok()?,
            right: i32::try_from(self.right + across).ok()?,
            top: i32::try_from(self.top + up).ok()?,
        };
        page.contains(&rect).then_some(rect)
    }
}

/// How far something must move to lie within a length; its start wins when it is too long.
fn inwards(start: i64, end: i64, length: i32) -> i64 {
    (i64::from(length) - end).min(0).max(-start)
}
