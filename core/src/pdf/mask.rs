//! How a stamp's picture lets the page through: softly, or in PDF/A by a stencil.
//!
//! PDF/A-1 forbids soft masks (ISO 19005-1, 6.4), and the later parts ask pages with transparency
//! for a colour space to blend in (ISO 19005-2, 6.2.10) that an added revision cannot count on. A
//! stencil is no transparency, so a document that claims any part gets one.

use std::io::Read as _;

use crate::pdf::image::StampImage;
use crate::pdf::read::{Document, Object, Place, Slot, Value};
use crate::pdf::recipe::ImageRef;

/// The schema by which XMP metadata claim PDF/A, in every part (ISO 19005-1, 6.7.11).
const CLAIM: &[u8] = b"http://www.aiim.org/pdfa/ns/id/";

/// Longest metadata that are searched, in bytes: those of most documents have 4,000.
const LONGEST: u64 = 1024 * 1024;

/// How a picture is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mask {
    /// By its alpha (`/SMask`).
    Soft,
    /// By one bit a pixel (`/Mask`).
    Hard,
}

impl Mask {
    /// The softest mask that breaks no conformance which the document claims. Metadata that cannot
    /// be searched may claim it: a hard mask is right in every document.
    pub fn fit_for(document: &Document<'_>) -> Self {
        match document.slot(document.catalog_dict(), "Metadata") {
            Slot::Indirect(Object { value, place: Place::Stream { data, .. }, .. }) => {
                match metadata(document, value, data) {
                    Some(xmp) if !claims(&xmp) => Self::Soft,
                    _ => Self::Hard,
                }
            }
            Slot::Absent | Slot::Dangling(_) | Slot::Direct(_) | Slot::Indirect(_) => Self::Soft,
        }
    }
}

/// The metadata as XML; `None` when they are packed in another way than Flate's, or too long.
fn metadata(document: &Document<'_>, dict: Value<'_>, data: &[u8]) -> Option<Vec<u8>> {
    let dict = dict.dict()?;
    if document.value(dict, "DecodeParms").is_some() {
        return None;
    }
    let filter = match document.value(dict, "Filter") {
        Some(Value::Array(filters)) => match filters.iter().collect::<Vec<_>>()[..] {
            [] => None,
            [filter] => Some(document.resolve(filter)),
            _ => return None,
        },
        filter => filter,
    };
    let mut plain = Vec::new();
    let most = LONGEST + 1;
    match filter {
        None => data.take(most).read_to_end(&mut plain),
        Some(Value::Name(name)) if name.is("FlateDecode") => {
            flate2::read::ZlibDecoder::new(data).take(most).read_to_end(&mut plain)
        }
        Some(_) => return None,
    }
    .ok()?;
    (plain.len() as u64 <= LONGEST).then_some(plain)
}

/// Whether XMP of any encoding claims PDF/A: in UTF-16 and UTF-32 its letters stand between zeros.
fn claims(xmp: &[u8]) -> bool {
    let narrow: Vec<u8> = xmp.iter().copied().filter(|&byte| byte != 0).collect();
    memchr::memmem::find(&narrow, CLAIM).is_some()
}

/// The picture's stencil (ISO 32000-1, 8.9.6.3): one bit a pixel, rows of whole bytes, 1 where the
/// page shows. A pixel is painted when it is at least half as opaque as the most opaque one, so
/// that a pale seal does not vanish.
pub(crate) fn stencil(picture: &StampImage) -> Vec<u8> {
    let ImageRef { width, height, .. } = picture.name();
    let mut alpha = Vec::new();
    flate2::read::ZlibDecoder::new(picture.alpha())
        .take(u64::from(width) * u64::from(height))
        .read_to_end(&mut alpha)
        .expect("its making made sure that it unpacks");
    let half = alpha.iter().max().map_or(0, |most| most.div_ceil(2)).max(1);
    let width = usize::try_from(width).expect("a picture in memory").max(1);
    let mut bits = Vec::with_capacity(width.div_ceil(8) * alpha.len().div_ceil(width));
    for row in alpha.chunks(width) {
        bits.extend(row.chunks(8).map(|pixels| {
            pixels
                .iter()
                .enumerate()
                .fold(0, |byte, (at, &opacity)| byte | u8::from(opacity < half) << (7 - at))
        }));
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::image::normalise;
    use crate::pdf::read;
    use crate::pdf::read::sample::{PAGE, PAGES, Sample, deflate};

    const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>";
    const XMP: &str = "<x xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" pdfaid:part=\"2\"/>";

    fn mask_with(keys: &str, metadata: &[u8]) -> Mask {
        let file = Sample::page_with(CATALOG, PAGES, PAGE).stream(5, keys, metadata).table("");
        Mask::fit_for(&read::open(&file).unwrap())
    }

    #[test]
    fn a_document_that_claims_pdf_a_gets_a_stencil() {
        assert_eq!(mask_with("", XMP.as_bytes()), Mask::Hard);
        assert_eq!(mask_with("/Filter/FlateDecode", &deflate(XMP.as_bytes())), Mask::Hard);
        assert_eq!(mask_with("/Filter[/FlateDecode]", &deflate(XMP.as_bytes())), Mask::Hard);
        let wide: Vec<u8> = XMP.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(mask_with("", &wide), Mask::Hard);
    }

    #[test]
    fn any_other_document_keeps_the_picture_soft() {
        assert_eq!(mask_with("", b"<x xmlns:dc='http://purl.org/dc/elements/1.1/'/>"), Mask::Soft);
        assert_eq!(mask_with("/Filter/FlateDecode", &deflate(b"<x/>")), Mask::Soft);
        let without = Sample::page().table("");
        assert_eq!(Mask::fit_for(&read::open(&without).unwrap()), Mask::Soft);
        for metadata in ["9 0 R", "null", "(http://www.aiim.org/pdfa/ns/id/)", "3 0 R"] {
            let catalog = CATALOG.replace("5 0 R", metadata);
            let file = Sample::page_with(&catalog, PAGES, PAGE).table("");
            assert_eq!(Mask::fit_for(&read::open(&file).unwrap()), Mask::Soft, "{metadata}");
        }
    }

    #[test]
    fn metadata_that_nobody_can_search_count_as_a_claim() {
        assert_eq!(mask_with("/Filter/FlateDecode", b"no zlib"), Mask::Hard);
        assert_eq!(mask_with("/Filter/LZWDecode", b""), Mask::Hard);
        let predicted = "/Filter/FlateDecode/DecodeParms<</Predictor 2>>";
        assert_eq!(mask_with(predicted, &deflate(b"<x/>")), Mask::Hard);
        assert_eq!(mask_with("/Filter[/FlateDecode/FlateDecode]", b""), Mask::Hard);
        let bomb = deflate(&vec![b' '; 2 * 1024 * 1024]);
        assert_eq!(mask_with("/Filter/FlateDecode", &bomb), Mask::Hard);
        assert_eq!(mask_with("", &vec![b' '; 1024 * 1024]), Mask::Soft);
        assert_eq!(mask_with("", &vec![b' '; 1024 * 1024 + 1]), Mask::Hard);
    }

    fn picture(width: u32, alpha: &[u8]) -> StampImage {
        let height = u32::try_from(alpha.len()).unwrap() / width;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::GrayscaleAlpha);
        let pixels: Vec<u8> = alpha.iter().flat_map(|&opacity| [0, opacity]).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        normalise(&file).unwrap()
    }

    #[test]
    fn a_stencil_paints_what_is_at_least_half_as_opaque_as_the_most_opaque() {
        assert_eq!(stencil(&picture(4, &[255, 128, 127, 0])), [0b0011_0000]);
        assert_eq!(stencil(&picture(4, &[60, 30, 29, 0])), [0b0011_0000]);
        assert_eq!(stencil(&picture(3, &[0, 0, 0])), [0b1110_0000]);
        assert_eq!(stencil(&picture(3, &[255, 255, 255])), [0]);
    }

    #[test]
    fn rows_of_a_stencil_end_with_a_byte() {
        let mut alpha = [0; 18];
        (alpha[0], alpha[8], alpha[9]) = (255, 255, 255);
        let [full, last] = [0b0111_1111, 0];
        assert_eq!(stencil(&picture(9, &alpha)), [full, last, full, 0b1000_0000]);
    }
}
