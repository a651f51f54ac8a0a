//! Counts what a page asks for, and stops it.

use std::collections::HashSet;
use std::panic::resume_unwind;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint,
    SoftMask,
};
use hayro::hayro_syntax::object::Stream;
use hayro::kurbo::{Affine, BezPath, Rect, Shape as _};

use super::{Cost, picture};

/// A dense map has some 10^5 operations and 10^6 path segments.
const MAX_OPERATIONS: u64 = 4_000_000;

/// A form, which starts with a clip, takes as long to enter as some twenty path segments.
pub(super) const FORM: usize = 20;

/// A scanned A3 page at 600 dots per inch has 70 million.
const MAX_PICTURE_PIXELS: u64 = 120_000_000;

/// Hundreds of full pages, in pixels of the target.
const MAX_AREA: f64 = 2e9;

/// Each soft mask is kept as a picture of the whole target, one byte a pixel.
const MAX_MASK_AREA: f64 = 256e6;

/// Why a run was stopped; travels as the payload of an unwinding that is no panic.
pub(super) struct Stopped(pub Cost);

/// What was asked for so far.
pub(super) struct Meter {
    target: Rect,
    operations: u64,
    picture_pixels: u64,
    area: f64,
    masks: HashSet<u128>,
    mask_area: f64,
}

impl Meter {
    /// Nothing yet, on a target of that size.
    pub fn new(target: Rect) -> Self {
        Self {
            target,
            operations: 0,
            picture_pixels: 0,
            area: 0.0,
            masks: HashSet::new(),
            mask_area: 0.0,
        }
    }

    /// Counts operations.
    pub fn operations(&mut self, count: usize) {
        self.operations = self.operations.saturating_add(count as u64);
        if self.operations > MAX_OPERATIONS {
            stop(Cost::Operations);
        }
    }

    fn paint(&mut self, area: Rect) {
        let visible = area.intersect(self.target);
        if visible.width() > 0.0 && visible.height() > 0.0 {
            self.area += visible.area();
        }
        if self.area.is_nan() || self.area > MAX_AREA {
            stop(Cost::Area);
        }
    }

    fn picture(&mut self, stream: &Stream<'_>) {
        let mut pixels = picture::pixels(stream);
        for key in [b"SMask".as_slice(), b"Mask"] {
            let mask = stream.dict().get::<Stream<'_>>(key);
            pixels = pixels.saturating_add(mask.map_or(0, |mask| picture::pixels(&mask)));
        }
        self.picture_pixels = self.picture_pixels.saturating_add(pixels);
        if self.picture_pixels > MAX_PICTURE_PIXELS {
            stop(Cost::Pictures);
        }
    }

    /// A soft mask is drawn once and kept, whatever uses it.
    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask
            && self.masks.insert(mask.cache_key())
        {
            self.mask_area += self.target.area();
            if self.mask_area > MAX_MASK_AREA {
                stop(Cost::Area);
            }
            mask.interpret(self);
        }
    }

    fn props(&mut self, props: &DrawProps<'_>, draw_mode: &DrawMode) {
        self.mask(props.soft_mask.as_ref());
        if let Paint::Pattern(pattern) = &props.paint
            && let Pattern::Tiling(tiling) = &**pattern
        {
            let is_stroke = matches!(draw_mode, DrawMode::Stroke(_));
            tiling.interpret(self, Affine::IDENTITY, is_stroke);
        }
    }
}

/// Ends the run: hayro knows no other way to leave it. No panic hook is called.
fn stop(cost: Cost) -> ! {
    resume_unwind(Box::new(Stopped(cost)))
}

impl<'a> Device<'a> for Meter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.operations(1 + path.elements().len());
        self.paint(props.transform.transform_rect_bbox(path.bounding_box()));
        self.props(&props, draw_mode);
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.operations(FORM + clip_path.path.elements().len());
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.operations(1);
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(
        &mut self,
        run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        self.operations(1 + run.glyphs().len());
        self.props(&props, draw_mode);
        for glyph in run.glyphs() {
            if let Glyph::Type3(drawn) = &**glyph {
                drawn.interpret(self, props.transform, glyph.transform(), &props.paint);
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.operations(1);
        self.mask(props.soft_mask.as_ref());
        let (width, height) = (image.width(), image.height());
        match &image {
            Image::Stencil(stencil) => self.picture(stencil.stream()),
            Image::Raster(raster) => self.picture(raster.stream()),
        }
        let drawn = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        self.paint(props.transform.transform_rect_bbox(drawn));
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
