//! How much a stream becomes when its filters are undone (ISO 32000-1, 7.4), without keeping it.

use std::borrow::Cow;
use std::io::Read as _;

/// More than this below another filter is nothing that a sane program writes.
const MAX_INNER: u64 = 64 * 1024 * 1024;

/// What `raw` becomes by `filters`, in bytes, at most `limit`; pictures count as they are packed.
pub(super) fn unpacked_size(raw: &[u8], filters: &[Vec<u8>], limit: u64) -> u64 {
    let mut data = Cow::Borrowed(raw);
    for (place, filter) in filters.iter().enumerate() {
        let last = place + 1 == filters.len();
        data = match filter.as_slice() {
            b"FlateDecode" | b"Fl" if last => return inflated_size(&data, limit),
            b"FlateDecode" | b"Fl" => match inflated(&data) {
                Some(inner) => Cow::Owned(inner),
                None => return limit,
            },
            b"LZWDecode" | b"LZW" if last => {
                // The parameter that tells the two apart makes one of them nonsense, and short.
                return lzw_size(&data, 1, limit).max(lzw_size(&data, 0, limit));
            }
            b"RunLengthDecode" | b"RL" if last => return run_length_size(&data, limit),
            b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL" => return limit,
            b"ASCIIHexDecode" | b"AHx" => Cow::Owned(from_hex(&data)),
            b"ASCII85Decode" | b"A85" => Cow::Owned(from_ascii_85(&data)),
            _ => return limit.min(data.len() as u64),
        };
    }
    limit.min(data.len() as u64)
}

fn inflated_size(data: &[u8], limit: u64) -> u64 {
    let mut counted = 0;
    let mut decoder = flate2::read::ZlibDecoder::new(data);
    let mut buffer = [0; 16 * 1024];
    // A broken stream counts as far as it goes: readers show that much of it.
    while counted < limit {
        match decoder.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => counted += count as u64,
        }
    }
    counted.min(limit)
}

fn inflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut inner = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(data).take(MAX_INNER);
    // As above; what was read stays in the buffer.
    let _ = decoder.read_to_end(&mut inner);
    ((inner.len() as u64) < MAX_INNER).then_some(inner)
}

/// Follows the codes without their bytes: an entry is as long as the one before it, and one more.
fn lzw_size(data: &[u8], early: usize, limit: u64) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut lengths: Vec<u64> = Vec::with_capacity(4096);
    let (mut bits, mut held, mut width) = (0usize, 0u32, 9u32);
    let mut previous = None;
    let mut size = 0u64;
    for byte in data {
        bits = (bits << 8 | usize::from(*byte)) & 0xFF_FFFF;
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = bits >> held & ((1 << width) - 1);
        let length = match code {
            CLEAR => {
                lengths.clear();
                previous = None;
                width = 9;
                continue;
            }
            END => break,
            0..CLEAR => 1,
            _ => match (lengths.get(code - END - 1), previous) {
                (Some(length), _) => *length,
                (None, Some(previous)) if code - END - 1 == lengths.len() => previous + 1,
                _ => break,
            },
        };
        size = size.saturating_add(length);
        if size >= limit {
            return limit;
        }
        if let Some(previous) = previous
            && lengths.len() + END + 1 < 4096
        {
            lengths.push(previous + 1);
        }
        previous = Some(length);
        width = match lengths.len() + END + 1 + early {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    size
}

fn run_length_size(data: &[u8], limit: u64) -> u64 {
    let (mut at, mut size) = (0, 0u64);
    while let Some(length) = data.get(at) {
        match *length {
            0..128 => {
                size += u64::from(*length) + 1;
                at += usize::from(*length) + 2;
            }
            128 => break,
            129.. => {
                size += 257 - u64::from(*length);
                at += 2;
            }
        }
    }
    size.min(limit)
}

fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
}

fn from_ascii_85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| {
        let count = group.len();
        if count > 1 {
            group.resize(5, 84);
            let value = group
                .iter()
                .fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
            out.extend(&value.to_be_bytes()[..count - 1]);
        }
        group.clear();
    };
    for byte in data {
        match byte {
            b'!'..=b'u' => group.push(byte - b'!'),
            b'z' if group.is_empty() => group.extend([0; 5]),
            b'~' => break,
            _ => continue,
        }
        if group.len() == 5 {
            flush(&mut group);
        }
    }
    flush(&mut group);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn size(raw: &[u8], filters: &[&str], limit: u64) -> u64 {
        let filters: Vec<_> = filters.iter().map(|name| name.as_bytes().to_vec()).collect();
        unpacked_size(raw, &filters, limit)
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_filter_counts_what_it_unpacks_to() {
        let megabyte = deflated(&vec![7; 1 << 20]);
        assert_eq!(size(&megabyte, &["FlateDecode"], u64::MAX), 1 << 20);
        assert_eq!(size(&megabyte, &["FlateDecode"], 5000), 5000);
        assert_eq!(size(&deflated(&megabyte), &["FlateDecode", "Fl"], u64::MAX), 1 << 20);
        assert_eq!(size(b"0102 0>", &["AHx"], u64::MAX), 3);
        assert_eq!(size(b"87cURD]i,\"Ebo80~>", &["ASCII85Decode"], u64::MAX), 12);
        assert_eq!(size(b"\x02abc\x81x\x80", &["RunLengthDecode"], u64::MAX), 3 + 128);
        assert_eq!(size(b"not packed", &[], u64::MAX), 10);
        assert_eq!(size(b"scan", &["DCTDecode"], u64::MAX), 4);
    }

    #[test]
    fn the_nine_packed_bytes_of_the_specification_unpack_to_ten() {
        // ISO 32000-1, 7.4.4.2: 45 45 45 45 45 65 45 45 45 66.
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(size(&packed, &["LZWDecode"], u64::MAX), 10);
    }

    #[test]
    fn hostile_bytes_only_count() {
        let noise: Vec<u8> = (0..5000u32).map(|n| ((n * n) >> 3).to_le_bytes()[0]).collect();
        for filter in ["FlateDecode", "LZWDecode", "RunLengthDecode", "A85", "AHx", "JPXDecode"] {
            for other in ["FlateDecode", "LZWDecode", "ASCII85Decode"] {
                assert!(size(&noise, &[filter, other], 100_000) <= 100_000);
            }
            assert!(size(&noise, &[filter], 100_000) <= 100_000);
        }
    }
}
