//! How many pixels a picture really has: what its dictionary says need not be true.

use hayro::hayro_syntax::object::{Dict, Name, Object, Stream};

use super::jbig2;

/// What a picture takes to be unpacked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    /// Pixels, by its dictionary or by its own header, whichever says more.
    pub pixels: u64,
    /// Bytes held meanwhile.
    pub unpacking: f64,
}

impl Size {
    /// With its mask.
    pub fn and(self, mask: Self) -> Self {
        Self {
            pixels: self.pixels.saturating_add(mask.pixels),
            unpacking: self.unpacking + mask.unpacking,
        }
    }
}

/// The size of a picture that is shown with so many pixels of the target for one of its own, across
/// and down.
pub(super) fn size(stream: &Stream<'_>, scale: (f64, f64)) -> Size {
    let dict = stream.dict();
    let said = |short: &[u8], long: &[u8]| {
        u64::from(dict.get::<u32>(long).or_else(|| dict.get::<u32>(short)).unwrap_or(0))
    };
    let (width, height) = (said(b"W", b"Width"), said(b"H", b"Height"));
    let raw = stream.raw_data();
    let whole = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    // Bytes for each pixel: the samples as they are unpacked, and their colours where those are
    // computed into another place.
    let (own, each) = match last_filter(stream).as_deref() {
        Some(b"DCTDecode" | b"DCT") => match jpeg_size(&raw) {
            Some(jpeg) => {
                // The coefficients of all passes are held, two bytes each.
                let samples = if jpeg.progressive { 3.0 } else { 1.0 };
                let colours = if matches!(jpeg.components, 1 | 3) { 0.0 } else { 3.0 };
                (whole(jpeg.size), samples * f64::from(jpeg.components) + colours)
            }
            None => (0, 6.0),
        },
        Some(b"JPXDecode") => match jpeg_2000_size(&raw) {
            // Floating-point coefficients, in and out of the last transform. A smaller picture is
            // taken out of the file, half the size each time.
            Some((size, components)) => {
                let halved = (1.0 / scale.0.max(scale.1).clamp(1.0 / 32.0, 1.0)).log2().floor();
                let heavy = components.div_ceil(4).max(1);
                let each = (9.0 * f64::from(components) + 3.0) / 4f64.powf(halved);
                (whole(size).saturating_mul(u64::from(heavy)), each / f64::from(heavy))
            }
            None => (0, 30.0),
        },
        Some(b"JBIG2Decode") => {
            let globals = parameters(stream).get::<Stream<'_>>(b"JBIG2Globals".as_slice());
            let globals = globals.and_then(|globals| globals.decoded_data().ok());
            let symbols = globals.map_or(0, |globals| jbig2::pixels(&globals));
            (jbig2::pixels(&raw).max(symbols), 2.0)
        }
        Some(b"CCITTFaxDecode" | b"CCF") => {
            let parameters = parameters(stream);
            let columns = parameters.get::<u32>(b"Columns".as_slice()).unwrap_or(1728);
            let rows = parameters.get::<u32>(b"Rows".as_slice()).unwrap_or(0);
            (u64::from(columns).saturating_mul(height.max(u64::from(rows))), 2.0)
        }
        _ => (0, 7.0),
    };
    let pixels = width.saturating_mul(height).max(own);
    #[expect(clippy::cast_precision_loss, reason = "a measure")]
    let unpacking = pixels as f64 * each;
    Size { pixels, unpacking }
}

/// The parameters of the last filter.
fn parameters<'a>(stream: &Stream<'a>) -> Dict<'a> {
    let dict = stream.dict();
    let of = |name: &[u8]| match dict.get::<Object<'_>>(name)? {
        Object::Dict(parameters) => Some(parameters),
        Object::Array(all) => all.iter::<Object<'_>>().last()?.into_dict(),
        _ => None,
    };
    of(b"DecodeParms").or_else(|| of(b"DP")).unwrap_or_default()
}

fn last_filter(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let dict = stream.dict();
    match dict.get::<Object<'_>>(b"Filter").or_else(|| dict.get::<Object<'_>>(b"F"))? {
        Object::Name(name) => Some(name.as_ref().to_vec()),
        Object::Array(array) => array.iter::<Name<'_>>().last().map(|name| name.as_ref().to_vec()),
        _ => None,
    }
}

/// What the start of frame says.
#[derive(Debug, PartialEq)]
struct Jpeg {
    size: (u32, u32),
    components: u8,
    progressive: bool,
}

/// The start of frame (ITU-T T.81, B.2.2), behind segments that name their length.
fn jpeg_size(raw: &[u8]) -> Option<Jpeg> {
    let mut at = 2;
    loop {
        while raw.get(at) == Some(&0xFF) && raw.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (0xFF, kind) = (*raw.get(at)?, *raw.get(at + 1)?) else { return None };
        let length = usize::from(u16::from_be_bytes([*raw.get(at + 2)?, *raw.get(at + 3)?]));
        if matches!(kind, 0xC0..=0xCF) && !matches!(kind, 0xC4 | 0xC8 | 0xCC) {
            let side =
                |at: usize| Some(u32::from(u16::from_be_bytes([*raw.get(at)?, *raw.get(at + 1)?])));
            return Some(Jpeg {
                size: (side(at + 7)?, side(at + 5)?),
                components: *raw.get(at + 9)?,
                progressive: matches!(kind, 0xC2 | 0xC6 | 0xCA | 0xCE),
            });
        }
        at += 2 + length.max(2);
    }
}

/// The codestream's size marker (ITU-T T.800, A.5.1), wherever the boxes around it end: width and
/// height, and how many components there are.
fn jpeg_2000_size(raw: &[u8]) -> Option<((u32, u32), u16)> {
    let at = memchr::memmem::find(raw, &[0xFF, 0x4F, 0xFF, 0x51])?;
    let field = |n: usize| word(raw, at + 8 + 4 * n);
    let size = (field(0)?.saturating_sub(field(2)?), field(1)?.saturating_sub(field(3)?));
    let components = raw.get(at + 40..at + 42)?;
    Some((size, u16::from_be_bytes([components[0], components[1]])))
}

pub(super) fn word(raw: &[u8], at: usize) -> Option<u32> {
    let bytes = raw.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_how_large_a_picture_is() {
        let jpeg = [
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2][..],
            &[0xFF, 0xC2, 0, 11, 8, 0x01, 0x00, 0x02, 0x00, 1],
        ];
        let jpeg = jpeg_size(&jpeg.concat()).unwrap();
        assert_eq!(jpeg, Jpeg { size: (512, 256), components: 1, progressive: true });
        let mut jpx = b"jP  \xFF\x4F\xFF\x51\0\x2F\0\0".to_vec();
        for word in [1000u32, 2000, 0, 500, 0, 0, 0, 0] {
            jpx.extend(word.to_be_bytes());
        }
        jpx.extend([0, 3]);
        assert_eq!(jpeg_2000_size(&jpx), Some(((1000, 1500), 3)));
    }

    #[test]
    fn hostile_headers_say_nothing() {
        let noise: Vec<u8> = (0..4000u32).map(|n| ((n * n) >> 5).to_le_bytes()[0]).collect();
        for start in 0..noise.len() {
            let _ = jpeg_size(&noise[start..]);
            let _ = jpeg_2000_size(&noise[start..]);
        }
        assert_eq!(jpeg_size(&[0xFF; 50]), None);
    }
}
