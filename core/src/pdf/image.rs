//! Stamp images: a PNG is turned into two streams once, when it is uploaded.
//!
//! Builders copy the streams byte for byte and never encode: two versions of a compressor would
//! make two revisions out of one recipe. The streams are named by their SHA-256 ([`ImageRef`]).

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use crate::digest::Sha256;
use crate::pdf::recipe::ImageRef;
use crate::wire::{Base64, ImageView};

/// Most pixels of a stamp image.
pub const MAX_PIXELS: u64 = 4_000_000;

/// Largest PNG, and largest coded stream, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A picture ready to go into a PDF: RGB and alpha, each a Flate stream.
#[derive(Clone, PartialEq, Eq)]
pub struct StampImage {
    name: ImageRef,
    colour: Vec<u8>,
    alpha: Vec<u8>,
}

/// The picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// More bytes than allowed.
    #[error("the image has more than {MAX_BYTES} bytes")]
    TooManyBytes,
    /// More pixels than allowed.
    #[error("the image has more than {MAX_PIXELS} pixels")]
    TooManyPixels,
    /// No PNG, or a broken one.
    #[error("not a readable PNG: {0}")]
    Png(String),
    /// A stream does not have the hash of its name.
    #[error("the image's bytes do not match its name")]
    WrongHash,
    /// A stream does not inflate to its size.
    #[error("the image's streams do not hold {0} x {1} pixels")]
    WrongLength(u32, u32),
}

/// Turns a PNG of any colour type into streams. Only ever run at upload.
///
/// The colour of wholly transparent pixels becomes white: nobody sees it, so it must carry nothing.
pub fn normalise(png: &[u8]) -> Result<StampImage, ImageError> {
    if png.len() > MAX_BYTES {
        return Err(ImageError::TooManyBytes);
    }
    let broken = |error: png::DecodingError| ImageError::Png(error.to_string());
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(png), png::Limits { bytes: 64 * 1024 * 1024 });
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::TooManyPixels);
    }
    // The decoder takes a whole palette for granted, and panics without.
    let palette = reader.info().palette.as_ref();
    if palette.is_some_and(|colours| colours.len() % 3 != 0 || colours.len() > 3 * 256) {
        return Err(ImageError::Png("its palette is damaged".to_owned()));
    }
    let size =
        reader.output_buffer_size().ok_or_else(|| ImageError::Png("it is too large".to_owned()))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    pixels.truncate(frame.buffer_size());

    let (colour, alpha) = match frame.color_type {
        png::ColorType::Rgba => split::<4>(&pixels, |p| [p[0], p[1], p[2]]),
        png::ColorType::GrayscaleAlpha => split::<2>(&pixels, |p| [p[0]; 3]),
        other => return Err(ImageError::Png(format!("colour type {other:?} was not expanded"))),
    };
    let (colour, alpha) = (deflate(&colour), deflate(&alpha));
    let name = ImageRef { width, height, colour: Sha256::of(&colour), alpha: Sha256::of(&alpha) };
    StampImage::new(name, colour, alpha)
}

fn split<const N: usize>(pixels: &[u8], rgb: fn(&[u8; N]) -> [u8; 3]) -> (Vec<u8>, Vec<u8>) {
    let (pixels, _) = pixels.as_chunks::<N>();
    let mut colour = Vec::with_capacity(pixels.len() * 3);
    let mut alpha = Vec::with_capacity(pixels.len());
    for pixel in pixels {
        let opacity = pixel[N - 1];
        colour.extend(if opacity == 0 { [255; 3] } else { rgb(pixel) });
        alpha.push(opacity);
    }
    (colour, alpha)
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writing to memory cannot fail");
    encoder.finish().expect("writing to memory cannot fail")
}

impl StampImage {
    /// Takes two streams that came from elsewhere, and checks that they are what `name` says.
    pub fn new(name: ImageRef, colour: Vec<u8>, alpha: Vec<u8>) -> Result<Self, ImageError> {
        let pixels = u64::from(name.width) * u64::from(name.height);
        if pixels > MAX_PIXELS {
            return Err(ImageError::TooManyPixels);
        }
        if colour.len() > 2 * MAX_BYTES || alpha.len() > 2 * MAX_BYTES {
            return Err(ImageError::TooManyBytes);
        }
        if Sha256::of(&colour) != name.colour || Sha256::of(&alpha) != name.alpha {
            return Err(ImageError::WrongHash);
        }
        let holds = pixels > 0 && inflates_to(&colour, pixels * 3) && inflates_to(&alpha, pixels);
        if !holds {
            return Err(ImageError::WrongLength(name.width, name.height));
        }
        Ok(Self { name, colour, alpha })
    }

    /// From the wire, checked.
    pub fn from_view(view: ImageView) -> Result<Self, ImageError> {
        Self::new(view.image, view.colour.0, view.alpha.0)
    }

    /// For the wire.
    #[must_use]
    pub fn to_view(&self) -> ImageView {
        ImageView {
            image: self.name,
            colour: Base64(self.colour.clone()),
            alpha: Base64(self.alpha.clone()),
        }
    }

    /// Size and hashes: how recipes name it.
    #[must_use]
    pub fn name(&self) -> ImageRef {
        self.name
    }

    /// The Flate-coded RGB stream.
    #[must_use]
    pub fn colour(&self) -> &[u8] {
        &self.colour
    }

    /// The Flate-coded 8-bit alpha stream.
    #[must_use]
    pub fn alpha(&self) -> &[u8] {
        &self.alpha
    }
}

impl std::fmt::Debug for StampImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StampImage").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whether `stream` is one zlib stream, with nothing after it, of exactly `expected` bytes.
fn inflates_to(stream: &[u8], expected: u64) -> bool {
    let mut decoder = flate2::bufread::ZlibDecoder::new(stream);
    let mut limited = (&mut decoder).take(expected + 1);
    let inflated = std::io::copy(&mut limited, &mut std::io::sink());
    inflated.is_ok_and(|n| n == expected) && decoder.into_inner().is_empty()
}

/// The images that recipes name.
#[derive(Clone, Debug, Default)]
pub struct Images(BTreeMap<(Sha256, Sha256, u32), StampImage>);

impl Images {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn insert(&mut self, image: StampImage) {
        self.0.insert(Self::key(&image.name), image);
    }

    /// The image of that name.
    #[must_use]
    pub fn get(&self, name: &ImageRef) -> Option<&StampImage> {
        self.0.get(&Self::key(name)).filter(|image| image.name == *name)
    }

    // The same streams may be cut into rows in two ways.
    fn key(name: &ImageRef) -> (Sha256, Sha256, u32) {
        (name.colour, name.alpha, name.width)
    }
}

impl FromIterator<StampImage> for Images {
    fn from_iter<I: IntoIterator<Item = StampImage>>(images: I) -> Self {
        let mut all = Self::none();
        images.into_iter().for_each(|image| all.insert(image));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(colour: png::ColorType, depth: png::BitDepth, width: u32, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, 2);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == png::ColorType::Indexed {
            encoder.set_palette(&[255, 0, 0, 0, 0, 255][..]);
            encoder.set_trns(&[255, 0][..]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        out
    }

    fn inflate(stream: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::ZlibDecoder::new(stream).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn every_colour_type_becomes_rgb_and_alpha() {
        use png::{BitDepth, ColorType};
        let cases = [
            (ColorType::Grayscale, BitDepth::Eight, vec![7, 7], [7, 7, 7], 255),
            (ColorType::Grayscale, BitDepth::One, vec![0x80, 0x80], [255; 3], 255),
            (ColorType::Grayscale, BitDepth::Sixteen, vec![9, 0, 9, 0], [9; 3], 255),
            (ColorType::GrayscaleAlpha, BitDepth::Eight, vec![7, 9, 7, 9], [7; 3], 9),
            (ColorType::Rgb, BitDepth::Eight, vec![1, 2, 3, 1, 2, 3], [1, 2, 3], 255),
            (ColorType::Rgba, BitDepth::Eight, vec![1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 3], 4),
            (ColorType::Rgba, BitDepth::Eight, vec![1, 2, 3, 0, 1, 2, 3, 0], [255; 3], 0),
            (ColorType::Indexed, BitDepth::Eight, vec![0, 0], [255, 0, 0], 255),
            (ColorType::Indexed, BitDepth::Eight, vec![1, 1], [255; 3], 0),
        ];
        for (colour, depth, data, rgb, alpha) in cases {
            let image = normalise(&png_of(colour, depth, 1, &data)).unwrap();
            assert_eq!(inflate(image.colour()), [rgb, rgb].concat(), "{colour:?} {depth:?}");
            assert_eq!(inflate(image.alpha()), [alpha, alpha], "{colour:?} {depth:?}");
            assert_eq!((image.name().width, image.name().height), (1, 2));
        }
    }

    #[test]
    fn an_image_that_is_not_what_its_name_says_is_refused() {
        let image = normalise(&png_of(png::ColorType::Grayscale, png::BitDepth::Eight, 1, &[0, 9]))
            .unwrap();
        let (name, colour, alpha) = (image.name(), image.colour.clone(), image.alpha.clone());
        let again = |name, colour: &[u8], alpha: &[u8]| {
            StampImage::new(name, colour.to_vec(), alpha.to_vec()).unwrap_err()
        };
        assert_eq!(again(name, &alpha, &alpha), ImageError::WrongHash);
        let wide = ImageRef { width: 2, ..name };
        assert_eq!(again(wide, &colour, &alpha), ImageError::WrongLength(2, 2));
        let longer = [&colour[..], b"x"].concat();
        let hidden = ImageRef { colour: Sha256::of(&longer), ..name };
        assert_eq!(again(hidden, &longer, &alpha), ImageError::WrongLength(1, 2));
    }

    #[test]
    fn an_image_with_a_damaged_palette_is_refused() {
        for (bytes, sound) in [(3, true), (768, true), (1, false), (10, false), (771, false)] {
            let mut out = Vec::new();
            let mut encoder = png::Encoder::new(&mut out, 1, 1);
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(vec![0; bytes]);
            encoder.write_header().unwrap().write_image_data(&[0]).unwrap();
            assert_eq!(normalise(&out).is_ok(), sound, "{bytes} bytes");
        }
    }

    #[test]
    fn a_huge_image_is_refused_before_it_is_decoded() {
        let mut png = png_of(png::ColorType::Grayscale, png::BitDepth::Eight, 1, &[0, 0]);
        png[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        png[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
        assert!(matches!(normalise(&png), Err(ImageError::TooManyPixels | ImageError::Png(_))));
        assert_eq!(normalise(&vec![0; MAX_BYTES + 1]), Err(ImageError::TooManyBytes));
        assert!(matches!(normalise(b"no image"), Err(ImageError::Png(_))));
    }
}
