//! How often the drawing reader draws a pattern's cell, and into how large a texture.
//!
//! It follows hayro 0.9: a cell that is larger than its step is drawn several times into one
//! texture, and a step of nothing would be an endless number.

use hayro::hayro_interpret::pattern::TilingPattern;
use hayro::hayro_interpret::util::x_y_advances;
use hayro::kurbo::{Affine, Rect};

/// How an area is painted with a pattern.
pub(super) struct Tiling {
    /// How often the cell is drawn.
    pub copies: f64,
    /// The texture that it is drawn into.
    pub texture: Rect,
    /// From the pattern's space to the texture, for one of the copies.
    pub transform: Affine,
}

impl Tiling {
    /// For an area in pixels.
    pub fn of(pattern: &TilingPattern<'_>, area: Rect) -> Self {
        let area = pattern.matrix.inverse().transform_rect_bbox(area);
        let (across, up) = x_y_advances(&pattern.matrix);
        let cell = pattern.bbox;
        let x = Axis::of(across.length(), (cell.x0, cell.x1), pattern.x_step, (area.x0, area.x1));
        let y = Axis::of(up.length(), (cell.y0, cell.y1), pattern.y_step, (area.y0, area.y1));
        Self {
            copies: x.copies * y.copies,
            texture: Rect::new(0.0, 0.0, x.pixels, y.pixels),
            transform: Affine::scale_non_uniform(x.scale, y.scale)
                * Affine::translate((-cell.x0, -cell.y0)),
        }
    }
}

struct Axis {
    scale: f64,
    copies: f64,
    pixels: f64,
}

impl Axis {
    fn of(scale: f64, cell: (f64, f64), step: f32, area: (f64, f64)) -> Self {
        const MAX_TEXTURE: f64 = 65_535.0;
        let step = f64::from(step.abs());
        let visible = (area.1 - area.0).max(0.0);
        let width = cell.1 - cell.0;
        let scale = (step * scale).round().max(1.0) / step;
        if visible >= step {
            Self { scale, copies: width / step + 1.0, pixels: (step * scale).min(MAX_TEXTURE) }
        } else {
            let pixels = (visible * scale + 2.0).min(MAX_TEXTURE);
            Self { scale, copies: (visible + width) / step + 1.0, pixels }
        }
    }
}
