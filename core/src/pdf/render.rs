//! Draws what the strict reader let pass: the same pixels on every phone and server.
//!
//! hayro has neither limits nor a way to stop. Before it draws, the page is run once against a
//! counter ([`meter`]), which costs little, draws nothing, and ends the run when the page asks for
//! more than a sane document does.

mod agree;
mod canvas;
mod content;
mod fonts;
mod jbig2;
mod meter;
mod picture;
mod region;
mod shapes;
mod text;
mod tiling;
mod unpack;
mod weight;

use std::sync::{Arc, Mutex, PoisonError};

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
use canvas::Canvas;
use content::Content;
use meter::{Meter, Stopped};
use region::{Area, Scaled};

pub(super) use shapes::{LetterShape, letters};

pub use region::{MAX_PAGE_SIDE, MAX_PIXELS, MAX_WIDTH, Region};
pub(in crate::pdf) use text::{Letter, Row};

/// A page cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    /// The region does not lie on the page, or it or the scale is too large.
    #[error(
        "a region lies on a page of at most {MAX_PAGE_SIDE} pixels a side, is at most {MAX_WIDTH} \
         pixels wide and has at most {MAX_PIXELS} pixels"
    )]
    Region,
    /// The page asks for more than its share of work.
    #[error("the page takes too much to draw: {0}")]
    OverBudget(Cost),
    /// A part of the page lacks what it names, and readers disagree about what that is.
    #[error("readers draw different things for a part of the page")]
    Ambiguous,
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
    /// Memory for pictures, patterns and masks at the scale asked for.
    #[error("too much memory at this scale")]
    Memory,
}

impl RenderError {
    /// All names of its reasons.
    pub const SLUGS: [&str; 11] = [
        "unreadable",
        "no-such-page",
        "size",
        "region",
        "too-many-operations",
        "pictures-too-large",
        "unpacks-to-too-much",
        "too-much-area",
        "too-much-memory",
        "ambiguous",
        "failed",
    ];

    /// Its name, the key of its text for people: `pdf-render-` and the slug.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoSuchPage(_) => "no-such-page",
            Self::Size => "size",
            Self::Region => "region",
            Self::OverBudget(Cost::Operations) => "too-many-operations",
            Self::OverBudget(Cost::Pictures) => "pictures-too-large",
            Self::OverBudget(Cost::Unpacked) => "unpacks-to-too-much",
            Self::OverBudget(Cost::Area) => "too-much-area",
            Self::OverBudget(Cost::Memory) => "too-much-memory",
            Self::Ambiguous => "ambiguous",
            Self::Failed => "failed",
        }
    }
}

/// A document opened for drawing. What was dear to draw is kept for the next region.
pub struct Drawing {
    pdf: Pdf,
    kept: Mutex<Option<Canvas>>,
}

/// A page as drawn, packed and not.
pub(super) struct Picture {
    /// The PNG.
    pub png: Vec<u8>,
    /// Three bytes a pixel, row by row from the top.
    pub rgb: Vec<u8>,
    /// Pixels across.
    pub width: u32,
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

/// The first bytes of a file that is shared.
struct Start {
    file: Arc<Vec<u8>>,
    length: usize,
}

impl AsRef<[u8]> for Start {
    fn as_ref(&self) -> &[u8] {
        &self.file[..self.length]
    }
}

impl Drawing {
    /// Opens bytes that passed [`super::read::open`]; others may be drawn differently from what
    /// other readers show.
    pub fn open(bytes: impl Into<Arc<Vec<u8>>>) -> Result<Self, RenderError> {
        let file: Arc<Vec<u8>> = bytes.into();
        let length = file.len();
        Self::start(Start { file, length })
    }

    /// Opens a document that the strict reader let pass, and makes sure that both see the same
    /// pages: otherwise nothing is shown.
    ///
    /// `file` is what the document was read from, all of it or its first bytes. It is shared: a
    /// copy of a large document is more than a small phone has left.
    pub fn of(document: &Document<'_>, file: &Arc<Vec<u8>>) -> Result<Self, RenderError> {
        let length = document.bytes().len();
        let first = file.get(..length).ok_or(RenderError::Unreadable)?;
        if !std::ptr::eq(first, document.bytes()) && first != document.bytes() {
            return Err(RenderError::Unreadable);
        }
        // What is pinned to our own reading is another, longer file in memory.
        let start = match document.pinned() {
            Some(pinned) => Start { length: pinned.len(), file: Arc::new(pinned) },
            None => Start { file: Arc::clone(file), length },
        };
        let drawing = Self::start(start)?;
        if agree::on_pages(drawing.pdf.pages(), document.pages()) {
            Ok(drawing)
        } else {
            Err(RenderError::Unreadable)
        }
    }

    /// The same with a copy of the document's bytes, for whoever has no file to share.
    pub fn of_copy(document: &Document<'_>) -> Result<Self, RenderError> {
        Self::of(document, &Arc::new(document.bytes().to_vec()))
    }

    fn start(start: Start) -> Result<Self, RenderError> {
        let bytes = Arc::new(start);
        let pdf = contain(|| Pdf::new(bytes).map_err(|_| RenderError::Unreadable))?;
        if pdf.pages().is_empty() {
            return Err(RenderError::Unreadable);
        }
        Ok(Self { pdf, kept: Mutex::new(None) })
    }

    /// Draws one page (from 0) as a PNG of that width.
    pub fn page_png(&self, page: u32, width_px: u32) -> Result<Vec<u8>, RenderError> {
        let scaled = Scaled::whole(self.page(page)?, width_px)?;
        encode(&self.rgb(page, &scaled, scaled.whole_area())?, scaled.whole_area())
    }

    /// The same with its pixels, three bytes each, row by row from the top.
    pub(super) fn page_picture(&self, page: u32, width_px: u32) -> Result<Picture, RenderError> {
        let scaled = Scaled::whole(self.page(page)?, width_px)?;
        let rgb = self.rgb(page, &scaled, scaled.whole_area())?;
        let png = encode(&rgb, scaled.whole_area())?;
        Ok(Picture { png, rgb, width: scaled.width })
    }

    /// Draws part of a page as a PNG; what of the region lies beyond the page's edges is cut off.
    ///
    /// Its pixels are those of the same place in a picture of the whole page at that scale, but for
    /// the last bit of a few edges, and for letters and patterns that lie exactly between two pixels.
    pub fn region_png(&self, region: &Region) -> Result<Vec<u8>, RenderError> {
        let scaled = Scaled::of(self.page(region.page)?, region.page_width)?;
        let area = scaled.cut(region)?;
        encode(&self.rgb(region.page, &scaled, area)?, area)
    }

    /// The pixels of one page (from 0), three bytes each, row by row from the top.
    pub(crate) fn page_rgb(&self, page: u32, width_px: u32) -> Result<Vec<u8>, RenderError> {
        let scaled = Scaled::whole(self.page(page)?, width_px)?;
        self.rgb(page, &scaled, scaled.whole_area())
    }

    fn rgb(&self, number: u32, scaled: &Scaled, area: Area) -> Result<Vec<u8>, RenderError> {
        if let Some(kept) = &*self.kept.lock().unwrap_or_else(PoisonError::into_inner)
            && let Some(rgb) = kept.cut(number, scaled, area)
        {
            return Ok(rgb);
        }
        let page = self.page(number)?;
        let pictures = contain(|| measure(page, scaled, area))?;
        let dear = pictures > canvas::DEAR_PICTURES;
        let Some(around) = canvas::around(scaled, area).filter(|_| dear) else {
            return contain(|| Ok(draw(page, scaled, area)));
        };
        if around != area && contain(|| measure(page, scaled, around)).is_err() {
            return contain(|| Ok(draw(page, scaled, area)));
        }
        let rgb = contain(|| Ok(draw(page, scaled, around)))?;
        let canvas = Canvas::new(number, scaled, around, rgb);
        let wanted = canvas.cut(number, scaled, area).ok_or(RenderError::Failed)?;
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(canvas);
        Ok(wanted)
    }

    /// The text of one page (from 0).
    pub fn text(&self, page: u32) -> Result<PageText, RenderError> {
        let page = self.page(page)?;
        let (width, height) = page.render_dimensions();
        let lines = collect(page, text::Collector::into_lines)?;
        Ok(PageText { lines, width, height })
    }

    /// The text of one page (from 0) with the places of its letters.
    pub(in crate::pdf) fn rows(&self, page: u32) -> Result<Vec<Row>, RenderError> {
        collect(self.page(page)?, text::Collector::into_rows)
    }

    /// The text within a part of one page (from 0), from its upper left to its lower right; the part
    /// is given in shares of the displayed page: left, top, right and bottom.
    pub(crate) fn text_within(&self, page: u32, share: [f64; 4]) -> Result<String, RenderError> {
        let page = self.page(page)?;
        let area = page_area(page);
        let lines = contain(|| {
            let content = weigh(page)?;
            let mut collector = text::Collector::within(area, part_of(area, share), content);
            run(page, displayed(page), &mut collector);
            Ok(collector.into_lines())
        })?;
        Ok(lines.into_iter().map(|line| line.text + "\n").collect())
    }

    /// The outlines of the letters within a part of one page (from 0), given as for `text_within`,
    /// and the page's width in points, in which they are measured.
    pub(super) fn letters_within(
        &self,
        page: u32,
        share: [f64; 4],
    ) -> Result<(Vec<LetterShape>, f64), RenderError> {
        let page = self.page(page)?;
        let area = page_area(page);
        let letters = contain(|| {
            let content = weigh(page)?;
            let mut shapes = shapes::Shapes::within(area, part_of(area, share), content);
            run(page, displayed(page), &mut shapes);
            Ok(shapes.into_letters())
        })?;
        Ok((letters, area.width()))
    }

    fn page(&self, number: u32) -> Result<&Page<'_>, RenderError> {
        let index = usize::try_from(number).ok();
        index.and_then(|index| self.pdf.pages().get(index)).ok_or(RenderError::NoSuchPage(number))
    }
}

/// Runs a page against a counter, which ends the run when it asks for too much; gives the pixels of
/// the pictures that have to be unpacked.
fn measure(page: &Page<'_>, scaled: &Scaled, area: Area) -> Result<u64, RenderError> {
    let mut meter = Meter::new(area.at_origin(), weigh(page)?);
    run(page, scaled.transform(area), &mut meter);
    Ok(meter.picture_pixels())
}

/// What a page's streams and instructions cost, before any is unpacked or run.
fn weigh(page: &Page<'_>) -> Result<Content, RenderError> {
    let program = weight::check(page).map_err(RenderError::OverBudget)?;
    content::check(page, program)
}

/// The text of a page.
fn collect<T: Send>(
    page: &Page<'_>,
    made: impl FnOnce(text::Collector) -> T + Send,
) -> Result<T, RenderError> {
    contain(|| {
        let content = weigh(page)?;
        let mut collector = text::Collector::new(page_area(page), content);
        run(page, displayed(page), &mut collector);
        Ok(made(collector))
    })
}

/// Runs a page against a device that draws nothing.
fn run<'a>(page: &Page<'a>, transform: Affine, device: &mut impl Device<'a>) {
    let cache = InterpreterCache::new();
    let area = transform.transform_rect_bbox(page_rect(page));
    let mut context = Context::new(transform, area, &cache, page.xref(), settings());
    interpret_page(page, &mut context, device);
}

fn settings() -> InterpreterSettings {
    InterpreterSettings { font_resolver: fonts::resolver(), ..InterpreterSettings::default() }
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
/// A part of an area, given in shares of it: left, top, right and bottom.
fn part_of(area: Rect, [left, top, right, bottom]: [f64; 4]) -> Rect {
    let (width, height) = (area.width(), area.height());
    Rect::new(left * width, top * height, right * width, bottom * height)
}

fn displayed(page: &Page<'_>) -> Affine {
    Affine::new(page.initial_transform(true).as_coeffs())
}

fn draw(page: &Page<'_>, scaled: &Scaled, area: Area) -> Vec<u8> {
    let (width, height) = area.size();
    let mut context = RenderContext::new(width, height);
    let cache = RenderCache::new();
    hayro::render_into(
        page,
        &cache,
        &settings(),
        &RenderSettings::default(),
        &mut context,
        scaled.transform(area),
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

fn encode(rgb: &[u8], area: Area) -> Result<Vec<u8>, RenderError> {
    let (width, height) = area.size();
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
