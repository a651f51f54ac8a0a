//! Counts what a page asks for, and stops it.

use std::collections::HashSet;
use std::panic::resume_unwind;

use hayro::hayro_interpret::encode::EncodedShadingType;
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::{Pattern, ShadingPattern, TilingPattern};
use hayro::hayro_interpret::shading::{ShadingType, Triangle};
use hayro::hayro_interpret::util::x_y_advances;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint,
    SoftMask, StrokeProps,
};
use hayro::hayro_syntax::object::Stream;
use hayro::kurbo::{Affine, BezPath, PathEl, Rect, Shape as _};

use super::content::Content;
use super::tiling::Tiling;
use super::{Cost, picture};

/// A dense map has some 10^5 operations and 10^6 path segments.
const MAX_OPERATIONS: u64 = 4_000_000;

/// A form, which starts with a clip, takes as long to enter as some twenty path segments.
pub(super) const FORM: usize = 20;

/// A scanned A3 page at 600 dots per inch has 70 million.
const MAX_PICTURE_PIXELS: u64 = 120_000_000;

/// Hundreds of full pages, in pixels of the target.
const MAX_AREA: f64 = 2e9;

/// Bytes that are held at once: an A3 page in colour at 600 dots per inch takes 490 MB when it is
/// shown dot by dot, and as much once more is too much for a phone.
const MAX_MEMORY: f64 = 640.0 * 1024.0 * 1024.0;

/// Points of meshes, which are held one by one in a table of some sixty bytes each.
const MESH_POINT: f64 = 64.0;

/// The drawing reader scales pictures down to at most so many pixels a side.
const MAX_SCALED_SIDE: f64 = 32_767.0;

/// Triangles across a patch of a mesh, squared, twice.
const TRIANGLES_PER_PATCH: usize = 2 * 19 * 19;

/// Why a run was stopped; travels as the payload of an unwinding that is no panic.
pub(super) struct Stopped(pub Cost);

/// What was asked for so far.
pub(super) struct Meter {
    target: Rect,
    content: Content,
    counts: Counts,
    /// Bytes of the largest picture while it is unpacked.
    unpacking: f64,
    masks: HashSet<u128>,
    in_letter: bool,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    operations: u64,
    picture_pixels: u64,
    area: f64,
    /// Bytes that are held until the page is done.
    held: f64,
}

impl Meter {
    /// Nothing yet, on a target of that size.
    pub fn new(target: Rect, content: Content) -> Self {
        Self {
            target,
            content,
            counts: Counts::default(),
            unpacking: 0.0,
            masks: HashSet::new(),
            in_letter: false,
        }
    }

    /// Pixels of pictures that have to be unpacked.
    pub fn picture_pixels(&self) -> u64 {
        self.counts.picture_pixels
    }

    /// Counts operations.
    pub fn operations(&mut self, count: usize) {
        self.counts.operations = self.counts.operations.saturating_add(count as u64);
        if self.counts.operations > MAX_OPERATIONS {
            stop(Cost::Operations);
        }
    }

    fn area(&mut self, pixels: f64) {
        self.counts.area += pixels;
        if self.counts.area.is_nan() || self.counts.area > MAX_AREA {
            stop(Cost::Area);
        }
    }

    fn hold(&mut self, bytes: f64) {
        self.counts.held += bytes;
        self.memory();
    }

    fn memory(&mut self) {
        let bytes = self.counts.held + self.unpacking;
        if bytes.is_nan() || bytes > MAX_MEMORY {
            stop(Cost::Memory);
        }
    }

    fn visible(&self, area: Rect) -> Rect {
        let visible = area.intersect(self.target);
        if visible.width() > 0.0 && visible.height() > 0.0 { visible } else { Rect::ZERO }
    }

    fn picture(&mut self, stream: &Stream<'_>, props: &ImageDrawProps<'_>) {
        let (across, down) = x_y_advances(&props.transform);
        let scale = (across.length(), down.length());
        let mut size = picture::size(stream, scale);
        for key in [b"SMask".as_slice(), b"Mask"] {
            if let Some(mask) = stream.dict().get::<Stream<'_>>(key) {
                size = size.and(picture::size(&mask, scale));
            }
        }
        // Each pixel may run through a program that makes its colour.
        #[expect(clippy::cast_precision_loss, reason = "a measure")]
        self.area(size.pixels as f64 * (self.content.program / 8) as f64);
        self.counts.picture_pixels = self.counts.picture_pixels.saturating_add(size.pixels);
        if self.counts.picture_pixels > MAX_PICTURE_PIXELS {
            stop(Cost::Pictures);
        }
        self.unpacking = self.unpacking.max(size.unpacking);
        self.memory();
    }

    /// A picture that is scaled down in one direction is scaled in both, to the size of all of it
    /// however little is shown; it is held until the page is done.
    fn scaled(&mut self, width: u32, height: u32, transform: Affine) {
        let (across, down) = x_y_advances(&transform);
        let (x, y) = (across.length(), down.length());
        let side = |length: u32, by: f64| (f64::from(length) * by).clamp(1.0, MAX_SCALED_SIDE);
        let pixels = if x < 1.0 || y < 1.0 {
            side(width, x) * side(height, y)
        } else {
            f64::from(width) * f64::from(height)
        };
        self.hold(4.0 * pixels);
        self.area(pixels);
    }

    /// A stencil may be painted with a pattern, which is not told to devices: then it is drawn as
    /// a mask of the whole target.
    fn stencil(&mut self) {
        if self.content.pattern > 0 {
            let cell = usize::try_from(self.content.pattern / 8).unwrap_or(usize::MAX);
            self.operations(cell.saturating_add(FORM));
            if !self.in_letter {
                self.hold(self.target.area());
                self.area(2.0 * self.target.area());
            }
        }
    }

    /// A soft mask is drawn once and kept, whatever uses it.
    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask
            && self.masks.insert(mask.cache_key())
        {
            self.hold(self.target.area());
            self.area(self.target.area());
            self.within(|meter| mask.interpret(meter));
        }
    }

    /// Runs instructions that are drawn apart: the masks kept outside are not at hand there.
    fn within(&mut self, run: impl FnOnce(&mut Self)) {
        self.operations(self.content.entering);
        let outside = std::mem::take(&mut self.masks);
        run(self);
        self.masks = outside;
    }

    fn paint(&mut self, area: Rect, props: &DrawProps<'_>, draw_mode: &DrawMode) {
        let visible = self.visible(area);
        self.area(visible.area());
        self.mask(props.soft_mask.as_ref());
        match &props.paint {
            Paint::Color(_) => {}
            Paint::Pattern(pattern) => match &**pattern {
                Pattern::Tiling(tiling) => {
                    self.tiling(tiling, visible, matches!(draw_mode, DrawMode::Stroke(_)));
                }
                Pattern::Shading(shading) => self.shading(shading, visible),
            },
        }
    }

    /// A pattern is drawn anew for each path, into a texture that is held until the page is done.
    fn tiling(&mut self, pattern: &TilingPattern<'_>, area: Rect, is_stroke: bool) {
        let tiling = Tiling::of(pattern, area);
        self.hold(4.0 * tiling.texture.area());
        self.area(tiling.texture.area());
        let before = self.counts;
        let target = std::mem::replace(&mut self.target, tiling.texture);
        self.within(|meter| {
            pattern.interpret(meter, tiling.transform, is_stroke);
        });
        self.target = target;
        self.repeat(before, tiling.copies);
    }

    /// Counts what was asked for since then as often as it is done.
    fn repeat(&mut self, before: Counts, times: f64) {
        let more = (times - 1.0).max(0.0);
        #[expect(clippy::cast_precision_loss, reason = "counts stop far below 2^52")]
        let since = |now: u64, then: u64| (now - then) as f64;
        let operations = since(self.counts.operations, before.operations) * more;
        let pixels = since(self.counts.picture_pixels, before.picture_pixels) * more;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let (operations, pixels) = (operations as u64, pixels as u64);
        self.operations(usize::try_from(operations).unwrap_or(usize::MAX));
        self.counts.picture_pixels = self.counts.picture_pixels.saturating_add(pixels);
        if self.counts.picture_pixels > MAX_PICTURE_PIXELS {
            stop(Cost::Pictures);
        }
        self.area((self.counts.area - before.area) * more);
        self.hold((self.counts.held - before.held) * more);
    }

    /// A shading that is no plain gradient is computed point by point. The points of a mesh are
    /// computed where they lie, visible or not.
    fn shading(&mut self, pattern: &ShadingPattern, area: Rect) {
        if let ShadingType::TriangleMesh { .. }
        | ShadingType::CoonsPatchMesh { .. }
        | ShadingType::TensorProductPatchMesh { .. } = &*pattern.shading.shading_type
        {
            self.meshes(pattern);
        } else if is_gradient(pattern, area) {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a measure")]
        let each = 4.0 + (self.content.program / 8) as f64;
        self.hold(4.0 * area.area());
        self.area(each * area.area());
    }

    fn meshes(&mut self, pattern: &ShadingPattern) {
        match &*pattern.shading.shading_type {
            ShadingType::TriangleMesh { triangles, .. } => {
                self.operations(triangles.len());
                let points =
                    triangles.iter().map(|triangle| points(triangle, pattern.matrix)).sum();
                self.mesh(points);
            }
            ShadingType::CoonsPatchMesh { patches, .. } => {
                self.patches(pattern.matrix, patches.len(), |at, triangles| {
                    patches[at].to_triangles(triangles);
                });
            }
            ShadingType::TensorProductPatchMesh { patches, .. } => {
                self.patches(pattern.matrix, patches.len(), |at, triangles| {
                    patches[at].to_triangles(triangles);
                });
            }
            ShadingType::FunctionBased { .. }
            | ShadingType::RadialAxial { .. }
            | ShadingType::Dummy => {}
        }
    }

    fn patches(
        &mut self,
        matrix: Affine,
        count: usize,
        to_triangles: impl Fn(usize, &mut Vec<Triangle>),
    ) {
        self.operations(count.saturating_mul(TRIANGLES_PER_PATCH));
        let mut triangles = Vec::new();
        for at in 0..count {
            triangles.clear();
            to_triangles(at, &mut triangles);
            let points = triangles.iter().map(|triangle| points(triangle, matrix)).sum();
            self.mesh(points);
        }
    }

    fn mesh(&mut self, points: f64) {
        self.area(points);
        self.hold(MESH_POINT * points);
    }

    /// Dashes are drawn one by one, visible or not.
    fn dashes(&mut self, path: &BezPath, stroke: &StrokeProps) {
        if stroke.dash_array.is_empty() {
            return;
        }
        // With such dashes the drawing reader would never end.
        if stroke.dash_array.iter().any(|dash| !dash.is_finite() || *dash < 0.0)
            || !stroke.dash_offset.is_finite()
        {
            stop(Cost::Operations);
        }
        let period: f64 = stroke.dash_array.iter().map(|dash| f64::from(*dash)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few dashes")]
        let count = outline_length(path) / period * stroke.dash_array.len() as f64;
        if !(count.is_finite() && count < 1e9) {
            stop(Cost::Operations);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        self.operations(4 * count as usize);
    }
}

/// Whether the drawing reader has a gradient for it that is not computed point by point.
fn is_gradient(pattern: &ShadingPattern, area: Rect) -> bool {
    const TOLERANCE: f32 = 0.01;
    let encoded = pattern.encode();
    match &encoded.shading_type {
        EncodedShadingType::RadialAxial(gradient) => {
            gradient.as_svg_gradient(&encoded, area, TOLERANCE).is_some()
        }
        _ => false,
    }
}

/// How far the control points of a path are apart, summed up: the path is no longer.
fn outline_length(path: &BezPath) -> f64 {
    let (mut start, mut last, mut length) = (None, None, 0.0);
    for element in path.elements() {
        let points = match *element {
            PathEl::MoveTo(to) => {
                (start, last) = (Some(to), Some(to));
                continue;
            }
            PathEl::LineTo(to) => [Some(to), None, None],
            PathEl::QuadTo(over, to) => [Some(over), Some(to), None],
            PathEl::CurveTo(first, second, to) => [Some(first), Some(second), Some(to)],
            PathEl::ClosePath => [start, None, None],
        };
        for to in points.into_iter().flatten() {
            length += last.map_or(0.0, |last| to.distance(last));
            last = Some(to);
        }
    }
    length
}

/// Pixels of a triangle's surroundings that the drawing reader looks at.
fn points(triangle: &Triangle, matrix: Affine) -> f64 {
    let corners = [&triangle.p0, &triangle.p1, &triangle.p2].map(|corner| matrix * corner.point);
    let side = |sides: [f64; 3]| {
        let within = sides.map(|side| side.clamp(0.0, 65_535.0));
        let least = within.into_iter().fold(f64::INFINITY, f64::min);
        within.into_iter().fold(0.0, f64::max).ceil() - least.floor()
    };
    side(corners.map(|corner| corner.x)) * side(corners.map(|corner| corner.y))
}

/// Ends the run: hayro knows no other way to leave it. No panic hook is called.
fn stop(cost: Cost) -> ! {
    resume_unwind(Box::new(Stopped(cost)))
}

impl<'a> Device<'a> for Meter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let program = usize::try_from(self.content.program / 1024).unwrap_or(usize::MAX);
        self.operations((1 + path.elements().len()).saturating_add(program));
        let mut area = path.bounding_box();
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = draw_mode {
            self.dashes(path, stroke);
            let half = f64::from(stroke.line_width.abs()) / 2.0;
            area = area.inflate(half, half);
        }
        self.paint(props.transform.transform_rect_bbox(area), &props, draw_mode);
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.operations(FORM + clip_path.path.elements().len());
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.operations(FORM);
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(
        &mut self,
        run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        self.operations(1 + run.glyphs().len());
        let mut area: Option<Rect> = None;
        for glyph in run.glyphs() {
            let place = props.transform * glyph.transform();
            match &**glyph {
                Glyph::Type3(drawn) => {
                    let outside = std::mem::replace(&mut self.in_letter, true);
                    self.within(|meter| {
                        drawn.interpret(meter, props.transform, glyph.transform(), &props.paint);
                    });
                    self.in_letter = outside;
                }
                Glyph::Outline(_) => {
                    // In glyph space 1000 units are the font size.
                    let em = place.transform_rect_bbox(Rect::new(0.0, -250.0, 1000.0, 750.0));
                    self.area(self.visible(em).area());
                    area = Some(area.map_or(em, |area| area.union(em)));
                }
            }
        }
        if let Some(area) = area {
            self.paint(area, &props, draw_mode);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.operations(1);
        self.mask(props.soft_mask.as_ref());
        let (width, height) = (image.width(), image.height());
        let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let place = props.transform.transform_rect_bbox(whole);
        if !place.overlaps(self.target) {
            // Not unpacked.
            return;
        }
        self.area(self.visible(place).area());
        self.scaled(width, height, props.transform);
        match &image {
            Image::Stencil(stencil) => {
                self.stencil();
                self.picture(stencil.stream(), &props);
            }
            Image::Raster(raster) => self.picture(raster.stream(), &props),
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
