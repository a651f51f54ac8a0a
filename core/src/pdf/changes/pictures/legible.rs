//! Whether a field that was filled in shows its letters, all of them and nothing else.
//!
//! Where the letters are is known from the page's instructions, outline by outline. So each of their
//! pixels has to stand out in the picture, and what stands out beside them has to have been there
//! before, or to be the field's frame.

use std::collections::HashSet;

use super::{CONTRAST, FAINT, HIDDEN_PIXELS, Letters, Part, Picture, ground};
use crate::pdf::render::{Cost, LetterShape, RenderError, letters};

/// Pixels from the edge of a field in which a thin frame may be drawn.
const FRAME: usize = 4;

/// Points of a pixel that are looked at, in each direction.
const SAMPLES: usize = 3;

/// As many of them within a letter make a pixel of its ink: thin strokes fill none wholly.
const INKED: usize = 3;

/// As many pixels of ink beside the letters are a stroke that nobody wrote.
const STRAY_PIXELS: usize = 10;

/// Most letters of one field: a page of small print.
const MAX_LETTERS: usize = 4096;

/// Most segments that the points of a field are compared with: some 5,000 letters of common size.
const MAX_COMPARED: usize = 200_000_000;

/// A field before and after it was filled in.
pub(super) struct Field {
    pub before: Picture,
    pub after: Picture,
    pub part: Part,
    /// The letters that were there before, of the page itself too.
    pub known: Letters,
    /// Those that are there now.
    pub written: Letters,
    pub frame: Frame,
}

/// What is drawn in a field besides its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pdf::changes) struct Frame {
    /// Width of the border, in points.
    pub border: u16,
    /// How many cells it has, with a rule between each two; 0 if it is none of that kind.
    pub cells: u16,
}

/// Whether all letters of the value can be read, and nothing else was drawn.
pub(super) fn is_plain(field: &Field, value: &str) -> Result<bool, RenderError> {
    let (after, part) = (&field.after, field.part);
    let mut near = Near::new(part);
    let ground = ground(after, part);
    let (mut hidden, mut seen, mut compared) = (0, 0, 0);
    if field.written.shapes.len() > MAX_LETTERS || field.known.shapes.len() > MAX_LETTERS {
        return Err(RenderError::OverBudget(Cost::Operations));
    }
    for letter in &field.written.shapes {
        let pixels = pixels_of(letter, field, &mut compared)?;
        pixels.iter().for_each(|(at, _)| near.mark(*at, after.width));
        // What the page itself says beneath, and the field hid before, may stay hidden.
        let old = field.known.shapes.contains(letter);
        let counts = |at: usize| !old || field.before.contrast(at, ground) >= FAINT;
        let ink: Vec<usize> = pixels
            .into_iter()
            .filter(|&(at, covered)| covered >= INKED && counts(at))
            .map(|(at, _)| at)
            .collect();
        if letter.letters == 0 || old && ink.is_empty() {
            continue;
        }
        let lost = ink.iter().filter(|at| !is_seen(after, **at, ground)).count();
        hidden += lost;
        if lost * 2 < ink.len() {
            seen += letter.letters;
        }
    }
    let inner = part.within(field.frame, field.written.scale);
    let stands_out = |at: usize| after.contrast(at, ground) > CONTRAST;
    let rules: HashSet<usize> = part
        .between_cells(field.frame, field.written.scale)
        .filter(|column| {
            (inner.top..inner.bottom).all(|row| stands_out(row * after.width + column))
        })
        .collect();
    let stray = inner.pixels(after.width).filter(|&at| {
        !rules.contains(&(at % after.width))
            && !near.has(at, after.width)
            && stands_out(at)
            && after.contrast(at, i32::from(field.before.luminance[at])) > FAINT
    });
    let is_read = seen >= letters(value) && hidden < HIDDEN_PIXELS;
    Ok(is_read && stray.take(STRAY_PIXELS).count() < STRAY_PIXELS)
}

/// Whether ink stands out where it was put, or next to it: letters are set on whole pixels when they
/// are drawn.
fn is_seen(picture: &Picture, at: usize, ground: i32) -> bool {
    let (x, y) = (at % picture.width, at / picture.width);
    let pixel = Part { left: x, top: y, right: x + 1, bottom: y + 1 };
    let mut near = pixel.grown(1, picture).pixels(picture.width);
    near.any(|other| picture.contrast(other, ground) >= FAINT)
}

/// The pixels of the field that a letter covers, and how many of their points.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pictures have few pixels, and numbers beyond them are cut off"
)]
fn pixels_of(
    letter: &LetterShape,
    field: &Field,
    compared: &mut usize,
) -> Result<Vec<(usize, usize)>, RenderError> {
    let scale = field.written.scale;
    let [left, top, right, bottom] = letter.area().map(|at| (at * scale).max(0.0) as usize);
    let part = Part {
        left: left.max(field.part.left),
        top: top.max(field.part.top),
        right: right.saturating_add(1).min(field.part.right),
        bottom: bottom.saturating_add(1).min(field.part.bottom),
    };
    let pixels = part.pixels(field.after.width);
    let size = part.right.saturating_sub(part.left) * part.bottom.saturating_sub(part.top);
    let points = size.saturating_mul(SAMPLES * SAMPLES);
    *compared = compared.saturating_add(points.saturating_mul(letter.segments()));
    if *compared > MAX_COMPARED {
        return Err(RenderError::OverBudget(Cost::Operations));
    }
    let width = field.after.width;
    let point = |pixel: usize, n: usize| (pixel as f64 + (n as f64 + 0.5) / SAMPLES as f64) / scale;
    let covered = |at: usize| {
        let points = (0..SAMPLES * SAMPLES).filter(|n| {
            letter.contains(point(at % width, n % SAMPLES), point(at / width, n / SAMPLES))
        });
        points.count()
    };
    Ok(pixels.map(|at| (at, covered(at))).filter(|(_, covered)| *covered > 0).collect())
}

/// Which pixels of a part are within a letter or next to one, whose soft edge they may be.
struct Near {
    part: Part,
    marked: Vec<bool>,
}

impl Near {
    fn new(part: Part) -> Self {
        let size = (part.right - part.left) * (part.bottom - part.top);
        Self { part, marked: vec![false; size] }
    }

    fn has(&self, pixel: usize, width: usize) -> bool {
        self.index(pixel % width, pixel / width).is_some_and(|index| self.marked[index])
    }

    fn mark(&mut self, pixel: usize, width: usize) {
        let (x, y) = (pixel % width, pixel / width);
        for row in y.saturating_sub(1)..=y + 1 {
            for column in x.saturating_sub(1)..=x + 1 {
                if let Some(index) = self.index(column, row) {
                    self.marked[index] = true;
                }
            }
        }
    }

    fn index(&self, x: usize, y: usize) -> Option<usize> {
        let part = self.part;
        let inside = (part.left..part.right).contains(&x) && (part.top..part.bottom).contains(&y);
        inside.then(|| (y - part.top) * (part.right - part.left) + x - part.left)
    }
}

impl Part {
    /// Without the frame, which may be twice as wide as its border where it has a bevel.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a border has few pixels, and what is more is cut off"
    )]
    fn within(self, frame: Frame, scale: f64) -> Self {
        let border = (2.0 * f64::from(frame.border) * scale) as usize + 1;
        let smaller = (self.right - self.left).min(self.bottom - self.top);
        let by = border.max(FRAME).min(smaller / 4);
        Self {
            left: self.left + by,
            top: self.top + by,
            right: self.right - by,
            bottom: self.bottom - by,
        }
    }

    /// Where a rule between two cells may be, which are divided with the border or without it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a border has few pixels, and what is more is cut off"
    )]
    fn between_cells(self, frame: Frame, scale: f64) -> impl Iterator<Item = usize> {
        let (cells, width) = (usize::from(frame.cells), self.right - self.left);
        let near = (f64::from(frame.border) * scale) as usize + 3;
        (1..cells).flat_map(move |cell| {
            let middle = self.left + cell * width / cells;
            middle.saturating_sub(near).max(self.left)..(middle + near).min(self.right)
        })
    }
}
