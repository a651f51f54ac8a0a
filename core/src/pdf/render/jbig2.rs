//! How many pixels a JBIG2 picture makes a reader hold (ITU-T T.88): each of its segments names a
//! size of its own, whatever that of the page.

use super::picture::word;

/// A count that no picture has.
const TOO_MANY: u64 = u64::MAX / 4;

/// More symbols than this in one dictionary are no writing's.
const MAX_SYMBOLS: u32 = 1 << 20;

/// Pixels of the page, or of a region, pattern or grid that is larger; of symbols, which have no size before
/// they are decoded, only whether there are too many.
pub(super) fn pixels(raw: &[u8]) -> u64 {
    let mut at = 0;
    let mut page = 0u64;
    let mut largest = 0u64;
    while let Some(segment) = Segment::read(raw, at) {
        let data = raw.get(segment.data..).unwrap_or_default();
        let pixels = match segment.kind {
            0 => symbols(data),
            16 => patterns(data),
            // Regions start with their width and height (7.4.1).
            4 | 6 | 7 | 36 | 38 | 39 | 40 | 42 | 43 => region(data),
            20 | 22 | 23 => region(data).zip(grid(data)).map(|(region, grid)| region.max(grid)),
            48 => {
                page = self::page(data).unwrap_or(TOO_MANY);
                Some(page)
            }
            _ => Some(0),
        };
        if segment.kind != 48 {
            largest = largest.max(pixels.unwrap_or(0));
        }
        let Some(next) = segment.end else { break };
        at = next;
    }
    page.max(largest)
}

struct Segment {
    kind: u8,
    data: usize,
    /// Where the next one starts; unknown of a region whose length is not given.
    end: Option<usize>,
}

impl Segment {
    fn read(raw: &[u8], at: usize) -> Option<Self> {
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
        let at = at.checked_add(5 + listed)?.checked_add(count.checked_mul(each)?)? + page;
        let length = word(raw, at)?;
        let data = at + 4;
        let end = usize::try_from(length).ok().filter(|_| length != u32::MAX);
        Some(Self {
            kind: flags & 0x3F,
            data,
            end: end.and_then(|length| data.checked_add(length)),
        })
    }
}

fn product(width: u32, height: u32) -> u64 {
    u64::from(width).saturating_mul(u64::from(height))
}

fn region(data: &[u8]) -> Option<u64> {
    Some(product(word(data, 0)?, word(data, 4)?))
}

fn page(data: &[u8]) -> Option<u64> {
    let (width, height) = (word(data, 0)?, word(data, 4)?);
    // Of a page in stripes only the width is known beforehand.
    Some(if height == u32::MAX { u64::from(width) } else { product(width, height) })
}

/// The grid of a halftone region (7.4.5.1.2), behind the region's seventeen bytes and its flags.
fn grid(data: &[u8]) -> Option<u64> {
    Some(product(word(data, 18)?, word(data, 22)?).saturating_mul(32))
}

/// One picture for each shade of grey (7.4.4.1).
fn patterns(data: &[u8]) -> Option<u64> {
    let (width, height) = (u64::from(*data.get(1)?), u64::from(*data.get(2)?));
    Some((u64::from(word(data, 3)?) + 1).saturating_mul(width * height))
}

/// The counts behind flags and adaptive pixels (7.4.2.1).
fn symbols(data: &[u8]) -> Option<u64> {
    let flags = u16::from_be_bytes([*data.first()?, *data.get(1)?]);
    let (huffman, refined) = (flags & 1 != 0, flags & 2 != 0);
    let (template, refinement_template) = (flags >> 10 & 3, flags >> 12 & 1);
    let mut at = 2;
    if !huffman {
        at += if template == 0 { 8 } else { 2 };
    }
    if refined && refinement_template == 0 {
        at += 4;
    }
    let (exported, new) = (word(data, at)?, word(data, at + 4)?);
    Some(if exported.max(new) > MAX_SYMBOLS { TOO_MANY } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(kind: u8, data: &[u8]) -> Vec<u8> {
        let mut segment = vec![0, 0, 0, 0, kind, 0, 1];
        segment.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        segment.extend(data);
        segment
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn every_segment_that_names_a_size_is_counted() {
        let page = segment(48, &[words(&[4096, 2048, 0, 0]), vec![0; 3]].concat());
        assert_eq!(pixels(&page), 4096 * 2048);
        let region = segment(38, &words(&[60_000, 50_000, 0, 0]));
        assert_eq!(pixels(&[&page[..], &region].concat()), 3_000_000_000);
        let patterns = segment(16, &[0, 255, 255, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert!(pixels(&patterns) > 1 << 40);
        let halftone = [words(&[8, 8, 0, 0]), vec![0, 0], words(&[1 << 16, 1 << 16])].concat();
        assert!(pixels(&segment(22, &halftone)) > 1 << 32);
        let symbols = [vec![0; 10], words(&[1, u32::MAX])].concat();
        assert_eq!(pixels(&segment(0, &symbols)), TOO_MANY);
    }

    #[test]
    fn hostile_segments_say_nothing() {
        let noise: Vec<u8> = (0..4000u32).map(|n| ((n * n) >> 5).to_le_bytes()[0]).collect();
        for start in 0..noise.len() {
            let _ = pixels(&noise[start..]);
        }
        assert_eq!(pixels(&[0xFF; 50]), 0);
    }
}
