//! Which part of a page is drawn, and how large.

use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Rect};

use super::RenderError;

/// Widest picture of a page or a region, in pixels.
pub const MAX_WIDTH: u32 = 4096;

/// Most pixels of one picture.
pub const MAX_PIXELS: u32 = 24_000_000;

/// Longest side of a page that regions are drawn of, in pixels: an A4 page at 5,600 dots per inch.
pub const MAX_PAGE_SIDE: u32 = 65_535;

/// A rectangle of a page, in pixels of the whole page at the scale that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// Which page, from 0.
    pub page: u32,
    /// How wide the whole page is at that scale; its height follows.
    pub page_width: u32,
    /// Pixels from the page's left edge.
    pub left: u32,
    /// Pixels from the page's upper edge.
    pub top: u32,
    /// How wide the rectangle is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// A page at a scale.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    pub width: u32,
    pub height: u32,
    to_pixels: Affine,
}

/// A rectangle of a scaled page that lies wholly on it and can be one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub left: u32,
    pub top: u32,
    pub width: u16,
    pub height: u16,
}

impl Scaled {
    /// A page that is drawn in parts.
    pub fn of(page: &Page<'_>, width: u32) -> Result<Self, RenderError> {
        let (across, down) = page.render_dimensions();
        let scale = f64::from(width) / f64::from(across);
        let height = (scale * f64::from(down)).round().max(1.0);
        if width == 0
            || width > MAX_PAGE_SIDE
            || !(1.0..=f64::from(MAX_PAGE_SIDE)).contains(&height)
        {
            return Err(RenderError::Region);
        }
        let displayed = Affine::new(page.initial_transform(true).as_coeffs());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        Ok(Self { width, height: height as u32, to_pixels: Affine::scale(scale) * displayed })
    }

    #[cfg(test)]
    pub fn sized(width: u32, height: u32) -> Self {
        Self { width, height, to_pixels: Affine::IDENTITY }
    }

    /// A page that is drawn in one picture.
    pub fn whole(page: &Page<'_>, width: u32) -> Result<Self, RenderError> {
        let scaled = Self::of(page, width).map_err(|_| RenderError::Size)?;
        area(0, 0, scaled.width, scaled.height).map(|_| scaled).ok_or(RenderError::Size)
    }

    /// All of it. Only a page that is drawn in one picture is that small.
    pub fn whole_area(&self) -> Area {
        let side = |length| u16::try_from(length).unwrap_or(u16::MAX);
        Area { left: 0, top: 0, width: side(self.width), height: side(self.height) }
    }

    /// The part of a region that lies on the page.
    pub fn cut(&self, region: &Region) -> Result<Area, RenderError> {
        let width = region.width.min(self.width.saturating_sub(region.left));
        let height = region.height.min(self.height.saturating_sub(region.top));
        let whole = area(region.left, region.top, region.width, region.height);
        whole.and_then(|_| area(region.left, region.top, width, height)).ok_or(RenderError::Region)
    }

    /// From the page's own space to pixels of that area.
    pub fn transform(&self, area: Area) -> Affine {
        Affine::translate((-f64::from(area.left), -f64::from(area.top))) * self.to_pixels
    }
}

/// An area that can be one picture.
pub(super) fn area(left: u32, top: u32, width: u32, height: u32) -> Option<Area> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || width > MAX_WIDTH || pixels > u64::from(MAX_PIXELS) {
        return None;
    }
    let (width, height) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
    Some(Area { left, top, width, height })
}

impl Area {
    /// Its width and height.
    pub fn size(self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// The same size at the origin, as devices see it.
    pub fn at_origin(self) -> Rect {
        Rect::new(0.0, 0.0, f64::from(self.width), f64::from(self.height))
    }

    /// Whether the other lies within it.
    pub fn contains(self, other: Self) -> bool {
        let within = |from: u32, length: u16, other_from: u32, other_length: u16| {
            from <= other_from && other_from + u32::from(other_length) <= from + u32::from(length)
        };
        within(self.left, self.width, other.left, other.width)
            && within(self.top, self.height, other.top, other.height)
    }
}
