//! Collects a page's text with its places.

use std::ops::Range;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Vec2};

use super::content::Content;
use super::meter::{FORM, Meter};
use crate::classification::PlacedLine;

/// In glyph space 1000 units are the font size.
const EM: f64 = 1000.0;

/// A wider gap than this many font sizes separates columns.
const COLUMN_GAP: f64 = 2.0;

/// A wider gap than this many font sizes is a blank; blanks of most fonts are 0.25 wide.
const WORD_GAP: f64 = 0.15;

/// A device that keeps text and draws nothing.
pub(super) struct Collector {
    area: Rect,
    /// Glyphs that start elsewhere are left out.
    within: Rect,
    meter: Meter,
    pieces: Vec<Piece>,
    /// Those of all pieces, in their order.
    letters: Vec<Letter>,
}

/// One line of a page with the places of its letters, in units of the page as displayed.
pub(in crate::pdf) struct Row {
    /// The text.
    pub text: String,
    /// What it consists of, in order: their lengths add up to the text's.
    pub letters: Vec<Letter>,
    /// Of its first letter, upwards from the lower edge of the page.
    pub baseline: f64,
}

/// What one glyph stands for, or a gap that is read as a blank.
#[derive(Clone, Copy)]
pub(in crate::pdf) struct Letter {
    /// Bytes of the text.
    pub length: usize,
    /// From the left edge of the page.
    pub start: f32,
    /// From the left edge of the page, not before the start.
    pub end: f32,
    /// Upwards from the lower edge of the page.
    pub baseline: f32,
    /// Of its font.
    pub size: f32,
}

/// Glyphs that follow one another.
struct Piece {
    text: String,
    letters: Range<usize>,
    start: f64,
    end: f64,
    /// Upwards from the lower edge of the page.
    baseline: f64,
    size: f64,
}

impl Collector {
    /// For a page displayed in this area, in points.
    pub fn new(area: Rect, content: Content) -> Self {
        Self::within(area, Rect::new(f64::MIN, f64::MIN, f64::MAX, f64::MAX), content)
    }

    /// The same, for what starts in a part of the page.
    pub fn within(area: Rect, within: Rect, content: Content) -> Self {
        let meter = Meter::new(area, content);
        Self { area, within, meter, pieces: Vec::new(), letters: Vec::new() }
    }

    /// The lines from the top, in one line from the left.
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    pub fn into_lines(self) -> Vec<PlacedLine> {
        let line = |row: Row| {
            let x = row.letters.first().map_or(0.0, |letter| letter.start);
            PlacedLine { text: row.text, x, y: row.baseline as f32 }
        };
        self.into_rows().into_iter().map(line).collect()
    }

    /// The same with the places of letters.
    pub fn into_rows(mut self) -> Vec<Row> {
        self.pieces.retain(|piece| piece.baseline.is_finite() && piece.start.is_finite());
        self.pieces.sort_by(|a, b| b.baseline.total_cmp(&a.baseline));
        let mut rows = Vec::new();
        let mut rest = self.pieces.as_mut_slice();
        while let Some(first) = rest.first() {
            let (baseline, size) = (first.baseline, first.size);
            let count =
                rest.iter().take_while(|p| baseline - p.baseline < 0.35 * p.size.max(size)).count();
            let (row, below) = rest.split_at_mut(count.max(1));
            row.sort_by(|a, b| a.start.total_cmp(&b.start));
            rows.extend(join(row, &self.letters));
            rest = below;
        }
        rows
    }

    fn glyph(&mut self, text: &str, place: Affine, advance: f64) {
        let at = place * Point::ORIGIN;
        if !self.within.contains(at) {
            return;
        }
        let along = transformed(place, Vec2::new(advance, 0.0));
        let size = transformed(place, Vec2::new(0.0, EM)).length();
        let (start, end) = (at.x.min(at.x + along.x), at.x.max(at.x + along.x));
        let baseline = self.area.height() - at.y;
        self.letters.push(Letter::new(text, [start, end, baseline, size]));
        let count = self.letters.len();
        if let Some(last) = self.pieces.last_mut() {
            let same_row = (last.baseline - baseline).abs() < 0.1 * size;
            let gap = start - last.end;
            // Accents drawn over their letter start before it ends.
            if same_row && gap.abs() < WORD_GAP * size
                || same_row && gap < 0.0 && start >= last.start
            {
                last.text.push_str(text);
                last.letters.end = count;
                last.end = last.end.max(end);
                last.size = last.size.max(size);
                return;
            }
        }
        let (text, letters) = (text.to_owned(), count - 1..count);
        self.pieces.push(Piece { text, letters, start, end, baseline, size });
    }
}

impl Letter {
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    fn new(text: &str, place: [f64; 4]) -> Self {
        let [start, end, baseline, size] = place.map(|length| length as f32);
        Self { length: text.len(), start, end, baseline, size }
    }
}

fn transformed(by: Affine, vector: Vec2) -> Vec2 {
    let [a, b, c, d, _, _] = by.as_coeffs();
    Vec2::new(a * vector.x + c * vector.y, b * vector.x + d * vector.y)
}

/// Joins pieces of one row into lines: a wide gap starts another one.
fn join(pieces: &[Piece], letters: &[Letter]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for piece in pieces {
        let gap = piece.start - end;
        let letters = letters.get(piece.letters.clone()).unwrap_or_default();
        match rows.last_mut() {
            Some(row) if gap < COLUMN_GAP * piece.size => {
                if gap > WORD_GAP * piece.size {
                    row.text.push(' ');
                    row.letters
                        .push(Letter::new(" ", [end, piece.start, piece.baseline, piece.size]));
                }
                row.text.push_str(&piece.text);
                row.letters.extend_from_slice(letters);
            }
            _ => rows.push(Row {
                text: piece.text.clone(),
                letters: letters.to_vec(),
                baseline: piece.baseline,
            }),
        }
        end = end.max(piece.end);
    }
    rows
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.meter.operations(1 + run.glyphs().len());
        for glyph in run.glyphs() {
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(drawn) => drawn.advance_width(),
            };
            let advance = f64::from(advance.unwrap_or(500.0));
            let place = props.transform * glyph.transform();
            match glyph.as_unicode() {
                Some(BfString::Char(c)) => self.glyph(c.encode_utf8(&mut [0; 4]), place, advance),
                Some(BfString::String(text)) => self.glyph(&text, place, advance),
                None => {}
            }
        }
    }

    fn draw_path(&mut self, path: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.meter.operations(1 + path.elements().len());
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.meter.operations(FORM + clip_path.path.elements().len());
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.meter.operations(1);
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.meter.operations(1);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
