//! Collects the outlines of a page's letters, as they would be filled.

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{BezPath, Point, Rect, Shape as _};

use super::content::Content;
use super::meter::{FORM, Meter};

/// A letter where the page's instructions put it, in points of the displayed page. Whether it is
/// seen there is another question: something may lie over it, clip it or take its colour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LetterShape {
    outline: BezPath,
    area: Rect,
    /// How many letters and digits it means: a ligature two, and a dot or a rule none.
    pub letters: usize,
}

impl LetterShape {
    /// Left, top, right and bottom.
    pub fn area(&self) -> [f64; 4] {
        [self.area.x0, self.area.y0, self.area.x1, self.area.y1]
    }

    /// Whether a point is within the outline.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        let at = Point::new(x, y);
        self.area.contains(at) && self.outline.contains(at)
    }

    /// How many segments the outline has: what it costs to ask for a point.
    pub fn segments(&self) -> usize {
        self.outline.elements().len()
    }
}

/// A device that keeps the outlines of letters and draws nothing.
pub(super) struct Shapes {
    /// Letters that start elsewhere are left out.
    within: Rect,
    meter: Meter,
    found: Vec<LetterShape>,
}

impl Shapes {
    /// For what starts in a part of a page that is displayed in this area, in points.
    pub fn within(area: Rect, within: Rect, content: Content) -> Self {
        Self { within, meter: Meter::new(area, content), found: Vec::new() }
    }

    pub fn into_letters(self) -> Vec<LetterShape> {
        self.found
    }
}

/// How many letters and digits a text has.
pub(crate) fn letters(text: &str) -> usize {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkc().filter(|c| c.is_alphanumeric()).count()
}

impl<'a> Device<'a> for Shapes {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.meter.operations(1 + run.glyphs().len());
        for glyph in run.glyphs() {
            let place = props.transform * glyph.transform();
            if !self.within.contains(place * Point::ORIGIN) {
                continue;
            }
            let letters = match glyph.as_unicode() {
                Some(BfString::Char(c)) => letters(c.encode_utf8(&mut [0; 4])),
                Some(BfString::String(text)) => letters(&text),
                None => 0,
            };
            // What a glyph of instructions looks like, only its drawing tells.
            let outline = match &**glyph {
                Glyph::Outline(outline) => place * outline.outline(),
                Glyph::Type3(_) => BezPath::new(),
            };
            self.meter.operations(outline.elements().len());
            let area = outline.bounding_box();
            self.found.push(LetterShape { outline, area, letters });
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
