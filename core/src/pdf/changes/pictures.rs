//! What a new look does to a page, judged from its pictures before and after.
//!
//! Structure alone does not tell a stamp on blank paper from one over a sum of money; both are the
//! widget of a signature that may be added. So the page is drawn in both states, and whatever was
//! written must still stand out from its ground.

mod legible;

pub(super) use legible::Frame;

use std::rc::Rc;

use crate::pdf::append::Update;
use crate::pdf::read::{Document, ObjectId, Page, PageBox, Rotation};
use crate::pdf::render::{Drawing, LetterShape, MAX_WIDTH, RenderError};

/// Width of the pictures of pages as wide as A4 or less: a line of 10 point text is 17 pixels high.
const WIDTH: u32 = 1000;

/// Width of A4 in points. Wider pages have wider pictures, so that their letters are as large.
const A4: u64 = 595;

/// No picture has more pixels: A0 has hardly as many.
const MOST_PIXELS: u64 = 12_000_000;

/// Luminance by which ink stands out from its ground.
const CONTRAST: i32 = 60;

/// Luminance by which it still does when something was drawn around it.
const FAINT: i32 = 30;

/// As many pixels of ink must vanish before something counts as hidden: half of a small digit.
const HIDDEN_PIXELS: usize = 20;

/// As many pixels must differ before something counts as drawn.
const DRAWN_PIXELS: usize = 4;

/// Ground is judged in squares of so many pixels, and half as many around.
const TILE: usize = 48;

/// The pages of both states, drawn when they are asked for.
pub(super) struct Pictures<'p, 'a> {
    states: [State<'p, 'a>; 2],
}

/// The outlines of letters, and how many pixels are a point of theirs.
struct Letters {
    shapes: Vec<LetterShape>,
    scale: f64,
}

struct State<'p, 'a> {
    document: &'p Document<'a>,
    drawing: Option<Result<Drawing, RenderError>>,
    /// The last page drawn: rules ask page by page.
    last: Option<(usize, Picture)>,
}

#[derive(Clone)]
struct Picture {
    luminance: Rc<[u8]>,
    width: usize,
    height: usize,
}

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl<'p, 'a> Pictures<'p, 'a> {
    pub(super) fn new(old: &'p Document<'a>, new: &'p Document<'a>) -> Self {
        let state = |document| State { document, drawing: None, last: None };
        Self { states: [state(old), state(new)] }
    }

    /// Whether something within this area could be read before and no longer can.
    pub(super) fn hides(&mut self, page: usize, area: PageBox) -> Result<bool, RenderError> {
        let (before, after, part) = self.both(page, area)?;
        Ok(lost(&before, &after, part) >= HIDDEN_PIXELS)
    }

    /// The same, for what could be read before besides one annotation.
    pub(super) fn hides_without(
        &mut self,
        page: usize,
        area: PageBox,
        annotation: ObjectId,
    ) -> Result<bool, RenderError> {
        let old = self.states[0].document;
        let mut update = Update::of(old);
        update.put(annotation, b"null".to_vec()).map_err(|_| RenderError::Unreadable)?;
        let without = [old.bytes(), &update.finish().bytes].concat();
        let shown = old.pages().get(page).ok_or(RenderError::Unreadable)?;
        let before = draw(&Drawing::open(without)?, page, across(shown))?;
        let (_, after, part) = self.both(page, area)?;
        if before.luminance.len() != after.luminance.len() {
            return Err(RenderError::Size);
        }
        Ok(lost(&before, &after, part) >= HIDDEN_PIXELS)
    }

    /// Whether anything within this area looks different.
    pub(super) fn differs(&mut self, page: usize, area: PageBox) -> Result<bool, RenderError> {
        let (before, after, part) = self.both(page, area)?;
        let differing = part
            .pixels(before.width)
            .filter(|&at| before.luminance[at].abs_diff(after.luminance[at]) > 8);
        Ok(differing.count() >= DRAWN_PIXELS)
    }

    /// Whether what can be read within this area is the value, besides what stood there before.
    pub(super) fn shows(
        &mut self,
        page: usize,
        area: PageBox,
        value: &str,
    ) -> Result<bool, RenderError> {
        let [was, is] = [0, 1].map(|state| self.states[state].text(page, area));
        Ok(is_value(&was?, &is?, value))
    }

    /// The same when these maps, by which fonts say what their letters mean, are not believed.
    pub(super) fn shows_without(
        &mut self,
        page: usize,
        area: PageBox,
        value: &str,
        maps: &[ObjectId],
    ) -> Result<bool, RenderError> {
        let new = self.states[1].document;
        let shown = *new.pages().get(page).ok_or(RenderError::Unreadable)?;
        let mut update = Update::of(new);
        for map in maps {
            update.put(*map, b"null".to_vec()).map_err(|_| RenderError::Unreadable)?;
        }
        let without = [new.bytes(), &update.finish().bytes].concat();
        let number = u32::try_from(page).map_err(|_| RenderError::Size)?;
        let is = Drawing::open(without)?.text_within(number, share(&shown, area))?;
        Ok(is_value(&self.states[0].text(page, area)?, &is, value))
    }

    /// Whether the letters within this area are seen as they were written, and nothing is drawn
    /// beside them: the text alone could be white, clipped, struck out or followed by a drawn digit.
    pub(super) fn is_plain(
        &mut self,
        page: usize,
        area: PageBox,
        value: &str,
        frame: Frame,
    ) -> Result<bool, RenderError> {
        let (before, after, part) = self.both(page, area)?;
        let known = self.states[0].letters(page, area)?;
        let written = self.states[1].letters(page, area)?;
        legible::is_plain(&legible::Field { before, after, part, known, written, frame }, value)
    }

    fn both(
        &mut self,
        page: usize,
        area: PageBox,
    ) -> Result<(Picture, Picture, Part), RenderError> {
        let shown = self.states[1].document.pages().get(page).ok_or(RenderError::Unreadable)?;
        let share = share(shown, area);
        let [before, after] = [0, 1].map(|state| self.states[state].picture(page));
        let (before, after) = (before?, after?);
        if before.luminance.len() != after.luminance.len() {
            return Err(RenderError::Size);
        }
        let part = Part::of(share, &before);
        Ok((before, after, part))
    }
}

impl State<'_, '_> {
    fn drawing(&mut self) -> Result<&Drawing, RenderError> {
        let document = self.document;
        let drawing = self.drawing.get_or_insert_with(|| Drawing::of_copy(document));
        drawing.as_ref().map_err(Clone::clone)
    }

    fn picture(&mut self, page: usize) -> Result<Picture, RenderError> {
        if let Some((_, picture)) = self.last.as_ref().filter(|(last, _)| *last == page) {
            return Ok(picture.clone());
        }
        let shown = self.document.pages().get(page).ok_or(RenderError::Unreadable)?;
        let width = across(shown);
        let picture = draw(self.drawing()?, page, width)?;
        self.last = Some((page, picture.clone()));
        Ok(picture)
    }

    fn text(&mut self, page: usize, area: PageBox) -> Result<String, RenderError> {
        let Some(shown) = self.document.pages().get(page).copied() else {
            return Err(RenderError::Unreadable);
        };
        let number = u32::try_from(page).map_err(|_| RenderError::Size)?;
        self.drawing()?.text_within(number, share(&shown, area))
    }

    fn letters(&mut self, page: usize, area: PageBox) -> Result<Letters, RenderError> {
        let Some(shown) = self.document.pages().get(page).copied() else {
            return Err(RenderError::Unreadable);
        };
        let number = u32::try_from(page).map_err(|_| RenderError::Size)?;
        let (shapes, width) = self.drawing()?.letters_within(number, share(&shown, area))?;
        Ok(Letters { shapes, scale: f64::from(across(&shown)) / width })
    }
}

/// Whether what is read is the value, besides what was read before.
fn is_value(was: &str, is: &str, value: &str) -> bool {
    let (was, is, value) = (plain_text(was), plain_text(is), plain_text(value));
    if is == value {
        return true;
    }
    // Dots or rules of the page itself may lie beneath the field.
    let rest = is.replacen(&value, "", 1);
    is.contains(&value) && was.contains(&rest) && rest.chars().all(|c| !c.is_alphanumeric())
}

/// How wide the picture of a page is: with one of the same width for all, the letters of a large
/// page would be too small to tell whether all of their ink is there.
fn across(page: &Page) -> u32 {
    const POINT: i64 = 1_000_000;
    let visible = page.crop_box;
    let (width, height) = (visible.right - visible.left, visible.top - visible.bottom);
    let (width, height) = match page.rotation {
        Rotation::None | Rotation::Half => (width / POINT, height / POINT),
        Rotation::Quarter | Rotation::ThreeQuarters => (height / POINT, width / POINT),
    };
    let (width, height) = (width.max(1).unsigned_abs(), height.max(1).unsigned_abs());
    let wanted = (width * u64::from(WIDTH)).div_ceil(A4);
    let bounded = (u128::from(MOST_PIXELS) * u128::from(width) / u128::from(height)).isqrt();
    let most = u32::try_from(bounded).unwrap_or(u32::MAX).min(MAX_WIDTH);
    u32::try_from(wanted).unwrap_or(u32::MAX).min(most).max(WIDTH)
}

fn draw(drawing: &Drawing, page: usize, width: u32) -> Result<Picture, RenderError> {
    let number = u32::try_from(page).map_err(|_| RenderError::Size)?;
    let rgb = drawing.page_rgb(number, width)?;
    let (pixels, _) = rgb.as_chunks::<3>();
    let luminance: Rc<[u8]> = pixels.iter().copied().map(luminance).collect();
    let width = usize::try_from(width).map_err(|_| RenderError::Size)?;
    Ok(Picture { height: luminance.len() / width, luminance, width })
}

/// Rec. 601 weights in whole numbers.
fn luminance([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

/// How many pixels of ink no longer stand out: they have the luminance of the ground, or all around
/// them has theirs.
fn lost(before: &Picture, after: &Picture, part: Part) -> usize {
    let tiles = part.tiles().filter(|tile| {
        tile.pixels(before.width).any(|at| before.luminance[at] != after.luminance[at])
    });
    let lost = tiles.map(|tile| {
        let around = tile.grown(TILE / 2, before);
        let (was, is) = (ground(before, around), ground(after, around));
        let ink = tile.pixels(before.width).filter(|&at| before.contrast(at, was) > CONTRAST);
        ink.filter(|&at| after.contrast(at, is) < FAINT || is_drowned(before, after, at)).count()
    });
    lost.sum()
}

/// Whether a pixel stood out from its neighbours, and now all look like it.
fn is_drowned(before: &Picture, after: &Picture, at: usize) -> bool {
    before.relief(at) > CONTRAST && after.relief(at) < FAINT
}

impl Picture {
    fn contrast(&self, at: usize, ground: i32) -> i32 {
        (i32::from(self.luminance[at]) - ground).abs()
    }

    /// The greatest contrast of a pixel with those at most two away.
    fn relief(&self, at: usize) -> i32 {
        let pixel = Part {
            left: at % self.width,
            top: at / self.width,
            right: at % self.width + 1,
            bottom: at / self.width + 1,
        };
        let own = i32::from(self.luminance[at]);
        let near = pixel.grown(2, self).pixels(self.width);
        near.map(|other| self.contrast(other, own)).max().unwrap_or(0)
    }
}

/// The luminance that most pixels have.
fn ground(picture: &Picture, part: Part) -> i32 {
    let mut counts = [0_usize; 32];
    for at in part.pixels(picture.width) {
        counts[usize::from(picture.luminance[at] / 8)] += 1;
    }
    let most = (0..32_i32).zip(counts).max_by_key(|&(_, count)| count);
    most.map_or(255, |(level, _)| level * 8 + 4)
}

fn plain_text(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// Where an area of a page's own space is seen, as shares of the displayed page: left, top, right
/// and bottom.
fn share(page: &Page, area: PageBox) -> [f64; 4] {
    let visible = page.crop_box;
    let across = share_of(visible.left, visible.right);
    let up = share_of(visible.bottom, visible.top);
    let (x0, x1) = (across(area.left), across(area.right));
    let (y0, y1) = (up(area.bottom), up(area.top));
    match page.rotation {
        Rotation::None => [x0, 1.0 - y1, x1, 1.0 - y0],
        Rotation::Quarter => [y0, x0, y1, x1],
        Rotation::Half => [1.0 - x1, y0, 1.0 - x0, y1],
        Rotation::ThreeQuarters => [1.0 - y1, 1.0 - x1, 1.0 - y0, 1.0 - x0],
    }
}

#[expect(clippy::cast_precision_loss, reason = "boxes have less than 2^52 millionths")]
fn share_of(from: i64, to: i64) -> impl Fn(i64) -> f64 {
    move |at| ((at - from) as f64 / (to - from) as f64).clamp(0.0, 1.0)
}

impl Part {
    /// That share of a picture, with a pixel around it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "shares are 0 to 1, and pictures have few pixels"
    )]
    fn of(share: [f64; 4], picture: &Picture) -> Self {
        let at = |share: f64, size: usize| (share * size as f64) as usize;
        let (width, height) = (picture.width, picture.height);
        Self {
            left: at(share[0], width).saturating_sub(1),
            top: at(share[1], height).saturating_sub(1),
            right: (at(share[2], width) + 2).min(width),
            bottom: (at(share[3], height) + 2).min(height),
        }
    }

    /// The indices of its pixels.
    fn pixels(self, width: usize) -> impl Iterator<Item = usize> {
        (self.top..self.bottom)
            .flat_map(move |row| (self.left..self.right).map(move |column| row * width + column))
    }

    /// With so many pixels around it, as far as there are any.
    fn grown(self, by: usize, picture: &Picture) -> Self {
        Self {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: (self.right + by).min(picture.width),
            bottom: (self.bottom + by).min(picture.height),
        }
    }

    fn tiles(self) -> impl Iterator<Item = Self> {
        (self.top..self.bottom).step_by(TILE).flat_map(move |top| {
            (self.left..self.right).step_by(TILE).map(move |left| Self {
                left,
                top,
                right: self.right.min(left + TILE),
                bottom: self.bottom.min(top + TILE),
            })
        })
    }
}
