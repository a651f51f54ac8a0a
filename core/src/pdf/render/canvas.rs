//! What was dear to draw is kept for the next region.
//!
//! The drawing reader unpacks a page's pictures wholly each time, whatever part of them is shown: of
//! a scan, a tile takes as long as the page. So of a page with much to unpack, more than the region
//! is drawn at once, and kept until another page or another scale is asked for.

use super::region::{Area, MAX_WIDTH, Scaled, area};

/// From so many pixels of pictures on, unpacking takes longer than drawing the rest.
pub(super) const DEAR_PICTURES: u64 = 1_000_000;

/// Pixels that are kept, three bytes each: an A4 page at 290 dots per inch.
const KEPT_PIXELS: u32 = 8_000_000;

/// A picture of part of a page.
pub(super) struct Canvas {
    page: u32,
    page_width: u32,
    area: Area,
    rgb: Vec<u8>,
}

impl Canvas {
    /// Keeps what was drawn.
    pub fn new(page: u32, scaled: &Scaled, area: Area, rgb: Vec<u8>) -> Self {
        Self { page, page_width: scaled.width, area, rgb }
    }

    /// The pixels of an area, if it lies within what was drawn.
    pub fn cut(&self, page: u32, scaled: &Scaled, wanted: Area) -> Option<Vec<u8>> {
        let same = self.page == page && self.page_width == scaled.width;
        if !same || !self.area.contains(wanted) {
            return None;
        }
        let offset = |from: u32, to: u32| usize::try_from(to - from).ok();
        let left = 3 * offset(self.area.left, wanted.left)?;
        let row = 3 * usize::from(wanted.width);
        let rows = self.rgb.chunks_exact(3 * usize::from(self.area.width));
        let wanted_rows =
            rows.skip(offset(self.area.top, wanted.top)?).take(usize::from(wanted.height));
        let mut rgb = Vec::with_capacity(row * usize::from(wanted.height));
        for pixels in wanted_rows {
            rgb.extend_from_slice(pixels.get(left..left + row)?);
        }
        Some(rgb)
    }
}

/// The whole page where it can be kept, otherwise as much as can be around what is wanted now; none
/// when that alone is more.
pub(super) fn around(scaled: &Scaled, wanted: Area) -> Option<Area> {
    let (wanted_width, wanted_height) = (u32::from(wanted.width), u32::from(wanted.height));
    if wanted_width * wanted_height > KEPT_PIXELS {
        return None;
    }
    let square = KEPT_PIXELS.isqrt();
    let mut width = scaled.width.min(square.max(wanted_width)).min(MAX_WIDTH);
    let height =
        scaled.height.min((KEPT_PIXELS / width).max(wanted_height)).min(u32::from(u16::MAX));
    width = scaled.width.min((KEPT_PIXELS / height).max(wanted_width)).min(MAX_WIDTH);
    let left = centred(wanted.left, wanted_width, width, scaled.width);
    let top = centred(wanted.top, wanted_height, height, scaled.height);
    area(left, top, width, height)
}

fn centred(from: u32, length: u32, wider: u32, whole: u32) -> u32 {
    from.saturating_sub((wider - length) / 2).min(whole - wider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn more_than_the_region_is_drawn_but_not_more_than_is_kept(
            page in (1u32..=65_535, 1u32..=65_535),
            corner in (0.0..1.0f64, 0.0..1.0f64),
            size in (1u32..=4096, 1u32..=4096),
        ) {
            let scaled = Scaled::sized(page.0, page.1);
            let place = |whole: u32, share: f64, length: u32| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
                let from = (f64::from(whole - 1) * share) as u32;
                (from, length.min(whole - from))
            };
            let (left, width) = place(page.0, corner.0, size.0);
            let (top, height) = place(page.1, corner.1, size.1);
            let wanted = area(left, top, width, height).unwrap();
            let Some(around) = around(&scaled, wanted) else {
                prop_assert!(width * height > KEPT_PIXELS);
                return Ok(());
            };
            prop_assert!(around.contains(wanted));
            let whole = u64::from(page.0) * u64::from(page.1);
            let pixels = u64::from(around.width) * u64::from(around.height);
            prop_assert!(pixels <= u64::from(KEPT_PIXELS));
            if whole <= u64::from(KEPT_PIXELS) && page.0 <= MAX_WIDTH {
                prop_assert_eq!(pixels, whole);
            }
        }
    }
}
