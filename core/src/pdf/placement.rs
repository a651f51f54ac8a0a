//! Finds the place for a stamp beside a text of the document, as an office writes it: "below
//! CHỦ TỊCH". What comes out is a page and a rectangle like any other.
//!
//! Only text that the drawing reader can read is found: a scan has none, nor has a font of the time
//! before Unicode. Nor is text found that is broken over two lines or does not run from left to right.

mod spelling;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::UnixSecond;
    use crate::pdf::image::Images;
    use crate::pdf::read;
    use crate::pdf::read::sample::{CATALOG, Sample};
    use crate::pdf::recipe::{Appearance, BUILDER, Line as StampLine, Recipe, Target};
    use crate::pdf::revise::build_revision;

    const FONT: &str = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>";

    /// Pages with those keys and that content; letters of their font are 0.6 of its size wide.
    fn document(pages: &[(&str, &str)]) -> Vec<u8> {
        let numbers = (0..pages.len()).map(|at| 3 + 2 * u32::try_from(at).unwrap());
        let kids: String = numbers.clone().map(|number| format!("{number} 0 R ")).collect();
        let tree = format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len());
        let mut file = Sample::new().object(1, CATALOG).object(2, &tree);
        for (number, (keys, content)) in numbers.zip(pages) {
            let keys = if keys.contains("MediaBox") { keys } else { &A4.replace("KEYS", keys)[..] };
            let page =
                format!("<</Type/Page/Parent 2 0 R{FONT}{keys}/Contents {} 0 R>>", number + 1);
            file = file.object(number, &page).stream(number + 1, "", content.as_bytes());
        }
        file.table("")
    }

    const A4: &str = "/MediaBox[0 0 595 842]KEYS";

    fn text_at(x: i32, y: i32, text: &str) -> String {
        format!("BT/F 10 Tf {x} {y} Td({text})Tj ET ")
    }

    fn wish(text: &str) -> Wish {
        Wish {
            text: Text::new(text).unwrap(),
            occurrence: Occurrence::Last,
            page: None,
            side: Side::Below,
            width: 10_000,
            height: 4000,
        }
    }

    fn place(file: &[u8], wish: &Wish) -> Result<Place, NoPlace> {
        let file = Arc::new(file.to_vec());
        let document = read::open(&file).unwrap();
        find(&document, &file, std::slice::from_ref(wish)).map(|places| places[0])
    }

    fn rect(left: i32, bottom: i32, right: i32, top: i32) -> Rect {
        Rect { left, bottom, right, top }
    }

    // "Chair" of 10 points at 300, 400 reaches from 300 to 330, and from 397.5 to 409.5.
    #[test]
    fn a_stamp_stands_on_the_side_that_was_asked_for() {
        let file = document(&[("", &text_at(300, 400, "Chair"))]);
        let cases = [
            (Side::Below, rect(26_500, 35_350, 36_500, 39_350)),
            (Side::Above, rect(26_500, 41_350, 36_500, 45_350)),
            (Side::Left, rect(19_600, 38_350, 29_600, 42_350)),
            (Side::Right, rect(33_400, 38_350, 43_400, 42_350)),
            (Side::Over, rect(26_500, 38_350, 36_500, 42_350)),
        ];
        for (side, rect) in cases {
            let wish = Wish { side, ..wish("Chair") };
            assert_eq!(place(&file, &wish), Ok(Place { page: 0, rect }), "{side:?}");
        }
    }

    #[test]
    fn only_the_named_part_of_a_line_counts() {
        let whole = document(&[("", &text_at(300, 400, "Chair"))]);
        let part = document(&[("", &text_at(258, 400, "Deputy Chair, An"))]);
        let columns = text_at(60, 400, "To:") + &text_at(300, 400, "Chair");
        let columns = document(&[("", &columns)]);
        let split = "BT/F 10 Tf 300 400 Td(Ch)Tj(a)Tj[(i)-20(r)]TJ ET";
        let split = document(&[("", split)]);
        let moved = "BT/F 10 Tf 300 400 Td(Cha)Tj ET BT/F 10 Tf 318 400 Td(ir)Tj ET";
        let moved = document(&[("", moved)]);
        let wanted = place(&whole, &wish("Chair")).unwrap();
        for file in [part, columns, moved] {
            assert_eq!(place(&file, &wish("Chair")), Ok(wanted));
        }
        let shifted = place(&split, &wish("Chair")).unwrap();
        assert_eq!(shifted.rect.left - wanted.rect.left, 10, "half of what the array adds");
    }

    #[test]
    fn blanks_of_another_kind_and_number_do_not_matter() {
        let gap = text_at(300, 400, "The  old") + &text_at(354, 400, "Chair");
        let file = document(&[("", &gap)]);
        assert!(place(&file, &wish("The old Chair")).is_ok());
        assert!(place(&file, &wish("The old  Chair")).is_ok());
        assert_eq!(place(&file, &wish("Theold Chair")), Err(NoPlace::NotFound));
    }

    /// What is seen is the same on all of these pages: "Chair" at 300, 400 of a page of 595 by 842.
    #[test]
    fn turned_and_moved_pages_give_the_same_place() {
        let plain = document(&[("", &text_at(300, 400, "Chair"))]);
        let wanted = place(&plain, &wish("Chair")).unwrap();
        let text = "(Chair)Tj ET";
        let pages = [
            (
                "/MediaBox[-50 -60 700 900]/CropBox[-10 20 585 862]",
                format!("BT/F 10 Tf 290 420 Td{text}"),
            ),
            ("/MediaBox[0 0 842 595]/Rotate 90", format!("BT/F 10 Tf 0 1 -1 0 442 300 Tm{text}")),
            ("/MediaBox[0 0 595 842]/Rotate 180", format!("BT/F 10 Tf -1 0 0 -1 295 442 Tm{text}")),
            (
                "/MediaBox[100 0 942 595]/Rotate 270",
                format!("BT/F 10 Tf 0 -1 1 0 500 295 Tm{text}"),
            ),
            ("/MediaBox[0 0 297.5 421]/UserUnit 2", format!("BT/F 5 Tf 150 200 Td{text}")),
        ];
        for (keys, content) in pages {
            let found = place(&document(&[(keys, &content)]), &wish("Chair"));
            assert_eq!(found, Ok(wanted), "{keys}");
        }
    }

    #[test]
    fn the_last_place_is_taken_unless_there_must_be_one() {
        let twice = text_at(300, 400, "Chair Chair") + &text_at(300, 600, "Chair");
        let file = document(&[("", &twice), ("", &text_at(300, 500, "Chair"))]);
        let last = place(&file, &wish("Chair")).unwrap();
        assert_eq!((last.page, last.rect.top), (1, 49_350));
        let first = place(&file, &Wish { page: Some(0), ..wish("Chair") }).unwrap();
        assert_eq!((first.page, first.rect.top, first.rect.left), (0, 39_350, 30_100));
        let only = Wish { occurrence: Occurrence::Only, ..wish("Chair") };
        assert_eq!(place(&file, &only), Err(NoPlace::Several));
        assert_eq!(place(&file, &Wish { page: Some(0), ..only.clone() }), Err(NoPlace::Several));
        assert_eq!(place(&file, &Wish { page: Some(1), ..only }), Ok(last));
    }

    #[test]
    fn a_stamp_moves_along_its_side_and_never_leaves_the_page() {
        let corner = document(&[("", &text_at(560, 60, "Chair"))]);
        let below = |height| place(&corner, &Wish { height, ..wish("Chair") });
        assert_eq!(below(5000).unwrap().rect, rect(49_500, 350, 59_500, 5350));
        assert_eq!(below(5351), Err(NoPlace::NoRoom));
        let right = Wish { side: Side::Right, ..wish("Chair") };
        assert_eq!(place(&corner, &right), Err(NoPlace::NoRoom));
        let over = Wish { side: Side::Over, height: 20_000, ..wish("Chair") };
        assert_eq!(place(&corner, &over).unwrap().rect, rect(49_500, 0, 59_500, 20_000));
        let huge = Wish { width: i32::MAX, height: i32::MAX, ..over };
        assert_eq!(place(&corner, &huge), Err(NoPlace::NoRoom));
    }

    #[test]
    fn vietnamese_is_found_however_its_marks_are_written() {
        let base = document(&[("", "")]);
        let recipe = Recipe {
            builder: BUILDER.to_owned(),
            field: "ky".to_owned(),
            name: Text::new("An").unwrap(),
            reason: None,
            location: None,
            offset_minutes: 420,
            appearance: Appearance::Stamp {
                page: 0,
                rect: rect(10_000, 40_000, 40_000, 42_000),
                lines: vec![StampLine::Text {
                    text: Text::new("TM. ỦY BAN NHÂN DÂN XÃ").unwrap()
                }],
                image: None,
            },
            target: Target::New,
            fill: Vec::new(),
        };
        let document = read::open(&base).unwrap();
        let delta =
            build_revision(&document, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
        let file = [&base[..], &delta.embed(&[0x30, 0]).unwrap()].concat();
        let written = place(&file, &wish("ỦY BAN NHÂN DÂN")).unwrap();
        for spelling in
            ["UỶ BAN NHÂN DÂN", "U\u{309}Y BAN NHA\u{302}N DÂN", "ỦY\u{A0}BAN  NHÂN DÂN"]
        {
            assert_eq!(place(&file, &wish(spelling)), Ok(written), "{spelling}");
        }
        for other in ["Ủy ban nhân dân", "ỦY BAN NHAN DAN", "Y BAN", "ỤY BAN"] {
            assert_eq!(place(&file, &wish(other)), Err(NoPlace::NotFound), "{other}");
        }
    }

    #[test]
    fn a_page_that_nobody_can_draw_has_no_place() {
        let bomb = "0 0 1 1 re ".repeat(100) + &"BT/F 1 Tf(Chair)Tj ET ".repeat(700_000);
        let file = document(&[("", &bomb), ("", &text_at(300, 400, "Chair"))]);
        assert_eq!(place(&file, &wish("Chair")).unwrap().page, 1);
        assert_eq!(place(&file, &wish("Board")), Err(NoPlace::Unreadable));
        assert_eq!(place(&file, &Wish { page: Some(7), ..wish("Chair") }), Err(NoPlace::NotFound));
    }

    #[test]
    fn every_wish_gets_its_own_place() {
        let file = document(&[("", &(text_at(100, 400, "Chair") + &text_at(400, 400, "Clerk")))]);
        let file = Arc::new(file);
        let document = read::open(&file).unwrap();
        let places = find(&document, &file, &[wish("Clerk"), wish("Chair")]).unwrap();
        assert!(places[0].rect.left > places[1].rect.right);
        assert_eq!(
            find(&document, &file, &[wish("Clerk"), wish("Nobody")]),
            Err(NoPlace::NotFound)
        );
        assert_eq!(find(&document, &file, &[]), Ok(Vec::new()));
    }
}
