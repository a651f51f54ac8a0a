//! How many pixels a picture really has: what its dictionary says need not be true.

use hayro::hayro_syntax::object::{Name, Object, Stream};

/// Pixels that are unpacked when the picture is drawn, by its dictionary or by its own header,
/// whichever says more.
pub(super) fn pixels(stream: &Stream<'_>) -> u64 {
    let dict = stream.dict();
    let said = |short: &[u8], long: &[u8]| {
        u64::from(dict.get::<u32>(long).or_else(|| dict.get::<u32>(short)).unwrap_or(0))
    };
    let declared = said(b"W", b"Width").saturating_mul(said(b"H", b"Height"));
    let raw = stream.raw_data();
    let own = match last_filter(stream).as_deref() {
        Some(b"DCTDecode" | b"DCT") => jpeg_size(&raw),
        Some(b"JPXDecode") => jpeg_2000_size(&raw),
        Some(b"JBIG2Decode") => jbig2_size(&raw),
        _ => None,
    };
    declared.max(own.map_or(0, |(width, height)| u64::from(width) * u64::from(height)))
}

fn last_filter(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let dict = stream.dict();
    match dict.get::<Object<'_>>(b"Filter").or_else(|| dict.get::<Object<'_>>(b"F"))? {
        Object::Name(name) => Some(name.as_ref().to_vec()),
        Object::Array(array) => array.iter::<Name<'_>>().last().map(|name| name.as_ref().to_vec()),
        _ => None,
    }
}

/// The start of frame (ITU-T T.81, B.2.2), behind segments that name their length.
fn jpeg_size(raw: &[u8]) -> Option<(u32, u32)> {
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
            return Some((side(at + 7)?, side(at + 5)?));
        }
        at += 2 + length.max(2);
    }
}

/// The codestream's size marker (ITU-T T.800, A.5.1), wherever the boxes around it end.
fn jpeg_2000_size(raw: &[u8]) -> Option<(u32, u32)> {
    let at = memchr::memmem::find(raw, &[0xFF, 0x4F, 0xFF, 0x51])?;
    let field = |n: usize| word(raw, at + 8 + 4 * n);
    Some((field(0)?.saturating_sub(field(2)?), field(1)?.saturating_sub(field(3)?)))
}

/// The page information segment (ITU-T T.88, 7.4.8), as a rule the first one.
fn jbig2_size(raw: &[u8]) -> Option<(u32, u32)> {
    const PAGE_INFORMATION: u8 = 48;
    let mut at = 0;
    loop {
        let (number, flags) = (word(raw, at)?, *raw.get(at + 4)?);
        let references = *raw.get(at + 5)?;
        let count = match references >> 5 {
            7 => word(raw, at + 5)? & 0x1FFF_FFFF,
            few => u32::from(few),
        };
        let count = usize::try_from(count).ok()?;
        let listed = if references >> 5 == 7 { 4 + (count + 8) / 8 } else { 1 };
        let each = match number {
            0..=256 => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        let page = if flags & 0x40 == 0 { 1 } else { 4 };
        at = at.checked_add(5 + listed)?.checked_add(count.checked_mul(each)?)? + page;
        let length = word(raw, at)?;
        at += 4;
        if flags & 0x3F == PAGE_INFORMATION {
            let (width, height) = (word(raw, at)?, word(raw, at + 4)?);
            // Of a page in stripes only the width is known beforehand.
            return Some((width, if height == u32::MAX { 0 } else { height }));
        }
        at = at.checked_add(usize::try_from(length).ok()?)?;
    }
}

fn word(raw: &[u8], at: usize) -> Option<u32> {
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
        assert_eq!(jpeg_size(&jpeg.concat()), Some((512, 256)));
        let mut jpx = b"jP  \xFF\x4F\xFF\x51\0\x2F\0\0".to_vec();
        for word in [1000u32, 2000, 0, 500] {
            jpx.extend(word.to_be_bytes());
        }
        assert_eq!(jpeg_2000_size(&jpx), Some((1000, 1500)));
        let jbig2 = b"\0\0\0\0\x30\0\x01\0\0\0\x13\0\0\x10\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(jbig2_size(jbig2), Some((4096, 2048)));
    }

    #[test]
    fn hostile_headers_say_nothing() {
        let noise: Vec<u8> = (0..4000u32).map(|n| ((n * n) >> 5).to_le_bytes()[0]).collect();
        for start in 0..noise.len() {
            let _ = (jpeg_size(&noise[start..]), jbig2_size(&noise[start..]));
            let _ = jpeg_2000_size(&noise[start..]);
        }
        assert_eq!(jpeg_size(&[0xFF; 50]), None);
        assert_eq!(jbig2_size(&[0xFF; 50]), None);
    }
}
