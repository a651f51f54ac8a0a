//! Draws what the strict reader let pass: the same pixels on every phone and server.
//!
//! hayro has neither limits nor a way to stop. Before it draws, the page is run once against a
//! counter ([`meter`]), which costs little, draws nothing, and ends the run when the page asks for
//! more than a sane document does.

mod agree;
mod meter;
mod picture;
mod text;
mod unpack;
mod weight;

use std::sync::Arc;

use hayro::hayro_interpret::{
    Context, Device, InterpreterCache, InterpreterSettings, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::RenderContext;
use hayro::{RenderCache, RenderSettings, vello_cpu};

use crate::classification::PlacedLine;
use crate::pdf::read::Document;
use meter::{Meter, Stopped};

/// Widest picture of a page, in pixels.
pub const MAX_WIDTH: u32 = 4096;

/// Most pixels of a page's picture.
pub const MAX_PIXELS: u32 = 24_000_000;

/// A page cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The drawing reader sees other pages than the deciding one, or none.
    #[error("the document cannot be drawn")]
    Unreadable,
    /// No such page.
    #[error("the document has no page {}", .0 + 1)]
    NoSuchPage(u32),
    /// The width asked for is 0 or too much.
    #[error("a page is drawn 1 to {MAX_WIDTH} pixels wide, with at most {MAX_PIXELS} pixels")]
    Size,
    /// The page asks for more than its share of work.
    #[error("the page takes too much to draw: {0}")]
    OverBudget(Cost),
    /// The drawing reader failed on it.
    #[error("the page cannot be drawn")]
    Failed,
}

/// What a page has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cost {
    /// Drawing operations, glyphs and path segments.
    #[error("too many drawing operations")]
    Operations,
    /// Pixels of pictures that must be unpacked.
    #[error("pictures with too many pixels")]
    Pictures,
    /// Streams that become too large when they are unpacked.
    #[error("streams that unpack to too much")]
    Unpacked,
    /// Area painted over and over.
    #[error("too much painted area")]
    Area,
}

/// A document opened for drawing.
pub struct Drawing {
    pdf: Pdf,
}

/// The text of a page, in units of the page, which nearly always are points.
#[derive(Clone, Debug, PartialEq)]
pub struct PageText {
    /// Its lines from the top; those of one row from the left.
    pub lines: Vec<PlacedLine>,
    /// Width of the page as displayed.
    pub width: f32,
    /// Height of the page as displayed.
    pub height: f32,
}

/// Draws one page (from 0) as a PNG of that width, annotations and stamps included.
///
/// For several pages, open a [`Drawing`] once.
pub fn page_png(bytes: &[u8], page: u32, width_px: u32) -> Result<Vec<u8>, RenderError> {
    Drawing::open(bytes.to_vec())?.page_png(page, width_px)
}

/// The text of one page (from 0), line by line. Text that is drawn as pictures or by fonts without
/// a mapping to Unicode is not in it.
pub fn page_text_lines(bytes: &[u8], page: u32) -> Result<Vec<PlacedLine>, RenderError> {
    Ok(Drawing::open(bytes.to_vec())?.text(page)?.lines)
}

impl Drawing {
    /// Opens bytes that passed [`super::read::open`]; others may be drawn differently from what
    /// other readers show.
    pub fn open(bytes: impl Into<Arc<Vec<u8>>>) -> Result<Self, RenderError> {
        let bytes: Arc<Vec<u8>> = bytes.into();
        let pdf = contain(|| Pdf::new(bytes).map_err(|_| RenderError::Unreadable))?;
        if pdf.pages().is_empty() {
            return Err(RenderError::Unreadable);
        }
        Ok(Self { pdf })
    }

    /// Opens a document that the strict reader let pass, and makes sure that both see the same
    /// pages: otherwise nothing is shown.
    pub fn of(document: &Document<'_>) -> Result<Self, RenderError> {
        let drawing = Self::open(document.pinned().unwrap_or_else(|| document.bytes().to_vec()))?;
        if agree::on_pages(drawing.pdf.pages(), document.pages()) {
            Ok(drawing)
        } else {
            Err(RenderError::Unreadable)
        }
    }

    /// Draws one page (from 0) as a PNG of that width.
    pub fn page_png(&self, page: u32, width_px: u32) -> Result<Vec<u8>, RenderError> {
        let (width, height) = size_in_pixels(self.page(page)?, width_px)?;
        encode(&self.page_rgb(page, width_px)?, width, height)
    }

    /// The pixels of one page (from 0), three bytes each, row by row from the top.
    pub(crate) fn page_rgb(&self, page: u32, width_px: u32) -> Result<Vec<u8>, RenderError> {
        let page = self.page(page)?;
        let (width, height) = size_in_pixels(page, width_px)?;
        let scale = f64::from(width) / f64::from(page.render_dimensions().0);
        let transform =
            Affine::scale(scale) * Affine::new(page.initial_transform(true).as_coeffs());
        contain(|| {
            weight::check(page).map_err(RenderError::OverBudget)?;
            let mut meter = Meter::new(Rect::new(0.0, 0.0, f64::from(width), f64::from(height)));
            run(page, transform, &mut meter);
            Ok(())
        })?;
        contain(|| Ok(draw(page, transform, width, height)))
    }

    /// The text of one page (from 0).
    pub fn text(&self, page: u32) -> Result<PageText, RenderError> {
        let page = self.page(page)?;
        let (width, height) = page.render_dimensions();
        let lines = contain(|| {
            weight::check(page).map_err(RenderError::OverBudget)?;
            let mut collector = text::Collector::new(page_area(page));
            run(page, displayed(page), &mut collector);
            Ok(collector.into_lines())
        })?;
        Ok(PageText { lines, width, height })
    }

    /// The text within a part of one page (from 0), from its upper left to its lower right; the part
    /// is given in shares of the displayed page: left, top, right and bottom.
    pub(crate) fn text_within(&self, page: u32, share: [f64; 4]) -> Result<String, RenderError> {
        let page = self.page(page)?;
        let area = page_area(page);
        let [left, top, right, bottom] = share;
        let part = Rect::new(
            left * area.width(),
            top * area.height(),
            right * area.width(),
            bottom * area.height(),
        );
        let lines = contain(|| {
            weight::check(page).map_err(RenderError::OverBudget)?;
            let mut collector = text::Collector::within(area, part);
            run(page, displayed(page), &mut collector);
            Ok(collector.into_lines())
        })?;
        Ok(lines.into_iter().map(|line| line.text + "\n").collect())
    }

    fn page(&self, number: u32) -> Result<&Page<'_>, RenderError> {
        let index = usize::try_from(number).ok();
        index.and_then(|index| self.pdf.pages().get(index)).ok_or(RenderError::NoSuchPage(number))
    }
}

/// Runs a page against a device that draws nothing.
fn run<'a>(page: &Page<'a>, transform: Affine, device: &mut impl Device<'a>) {
    let cache = InterpreterCache::new();
    let area = transform.transform_rect_bbox(page_rect(page));
    let mut context = Context::new(transform, area, &cache, page.xref(), settings());
    interpret_page(page, &mut context, device);
}

fn settings() -> InterpreterSettings {
    InterpreterSettings::default()
}

fn page_rect(page: &Page<'_>) -> Rect {
    let visible = page.intersected_crop_box();
    Rect::new(visible.x0, visible.y0, visible.x1, visible.y1)
}

fn page_area(page: &Page<'_>) -> Rect {
    let (width, height) = page.render_dimensions();
    Rect::new(0.0, 0.0, f64::from(width), f64::from(height))
}

/// To the page as displayed, in points from the upper left.
fn displayed(page: &Page<'_>) -> Affine {
    Affine::new(page.initial_transform(true).as_coeffs())
}

fn size_in_pixels(page: &Page<'_>, width_px: u32) -> Result<(u16, u16), RenderError> {
    if width_px == 0 || width_px > MAX_WIDTH {
        return Err(RenderError::Size);
    }
    let (width, height) = page.render_dimensions();
    let tall = (f64::from(width_px) * f64::from(height) / f64::from(width)).round().max(1.0);
    if tall > f64::from(u16::MAX) || tall * f64::from(width_px) > f64::from(MAX_PIXELS) {
        return Err(RenderError::Size);
    }
    let width = u16::try_from(width_px).map_err(|_| RenderError::Size)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok((width, tall as u16))
}

fn draw(page: &Page<'_>, transform: Affine, width: u16, height: u16) -> Vec<u8> {
    let mut context = RenderContext::new(width, height);
    let cache = RenderCache::new();
    hayro::render_into(
        page,
        &cache,
        &settings(),
        &RenderSettings::default(),
        &mut context,
        transform,
    );
    context.flush();
    let mut pixmap = vello_cpu::Pixmap::new(width, height);
    let white = vello_cpu::color::palette::css::WHITE;
    context.render_with(
        &mut pixmap,
        &mut vello_cpu::Resources::default(),
        vello_cpu::RasterizerSettings {
            target_init: vello_cpu::TargetInit::Clear(white),
            ..Default::default()
        },
    );
    // On white, premultiplied and plain colours are the same, and alpha says nothing.
    let (rgba, _) = pixmap.data_as_u8_slice().as_chunks::<4>();
    rgba.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

fn encode(rgb: &[u8], width: u16, height: u16) -> Result<Vec<u8>, RenderError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::from(width), u32::from(height));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(rgb));
    written.map(|()| out).map_err(|_| RenderError::Failed)
}

/// Runs foreign code on foreign bytes, on a stack that holds the deepest nesting it allows: threads
/// of phones have small ones. A stop by the meter becomes its error, a panic ours.
fn contain<T: Send>(
    work: impl FnOnce() -> Result<T, RenderError> + Send,
) -> Result<T, RenderError> {
    const STACK: usize = 32 * 1024 * 1024;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("draw".to_owned()).stack_size(STACK);
        let running = thread.spawn_scoped(scope, work).map_err(|_| RenderError::Failed)?;
        running.join().unwrap_or_else(|payload| {
            Err(match payload.downcast::<Stopped>() {
                Ok(stopped) => RenderError::OverBudget(stopped.0),
                Err(_) => RenderError::Failed,
            })
        })
    })
}
