//! Where signatures stand in a file: as the strict reader lists them, or, in files that it
//! refuses, wherever the bytes look like one.

use memchr::memmem;

use crate::env::UnixSecond;
use crate::pdf::read::SignatureField;

// As many as the strict reader allows.
const MAX_PLACES: usize = 64;

/// Where a signature stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) field: String,
    /// `/SubFilter`, where it is known.
    pub(super) sub_filter: Option<String>,
    /// `/M`.
    pub(super) claimed: Option<UnixSecond>,
    /// The first byte of the hole, a `<`.
    pub(super) hole_start: usize,
    /// The byte behind the hole's `>`.
    pub(super) hole_end: usize,
    /// The byte behind the last one covered.
    pub(super) end: usize,
}

impl Place {
    /// As the strict reader found it; it has checked the range against the file.
    pub(super) fn of(field: &SignatureField) -> Self {
        let [_, _, second, length] = field.byte_range;
        let hole = field.hole();
        Self {
            field: field.name.clone(),
            sub_filter: Some(field.sub_filter.clone()),
            claimed: field.signed_at.as_deref().and_then(pdf_date),
            hole_start: hole.start,
            hole_end: hole.end,
            end: usize::try_from(second.saturating_add(length)).unwrap_or(usize::MAX),
        }
    }

    /// What is covered: the bytes before the hole, and those behind it.
    pub(super) fn covered<'b>(&self, bytes: &'b [u8]) -> [&'b [u8]; 2] {
        let before = bytes.get(..self.hole_start).unwrap_or_default();
        let behind = bytes.get(self.hole_end..self.end).unwrap_or_default();
        [before, behind]
    }

    /// The CMS inside the hole; `None` if the hole is not hexadecimal.
    pub(super) fn cms(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let digits = bytes.get(self.hole_start.checked_add(1)?..self.hole_end.checked_sub(1)?)?;
        let digits: Vec<u8> =
            digits.iter().copied().filter(|digit| !digit.is_ascii_whitespace()).collect();
        hex::decode(digits).ok()
    }
}

/// Finds signatures by their `/ByteRange` alone.
pub(super) fn scan(bytes: &[u8]) -> Vec<Place> {
    const KEY: &[u8] = b"/ByteRange";
    memmem::find_iter(bytes, KEY)
        .take(MAX_PLACES)
        .filter_map(|at| place_at(bytes, &bytes[at + KEY.len()..]))
        .collect()
}

fn place_at(bytes: &[u8], after_key: &[u8]) -> Option<Place> {
    // Four numbers, brackets and blanks; placeholders are padded to some ten digits each.
    let window = &after_key[..after_key.len().min(100)];
    let list = &window[..memchr::memchr(b']', window)?];
    let numbers = std::str::from_utf8(list).ok()?.trim_start().strip_prefix('[')?;
    let numbers: Vec<usize> = numbers.split_whitespace().map_while(|n| n.parse().ok()).collect();
    let [0, hole_start, hole_end, rest] = *numbers else { return None };
    let end = hole_end.checked_add(rest)?;
    let is_hole = hole_start < hole_end
        && hole_end - hole_start >= 2
        && end <= bytes.len()
        && bytes[hole_start] == b'<'
        && bytes[hole_end - 1] == b'>';
    is_hole.then(|| Place {
        field: String::new(),
        sub_filter: None,
        claimed: None,
        hole_start,
        hole_end,
        end,
    })
}

/// A PDF date (ISO 32000-2 §7.9.4) with at least a whole second; without an offset it is UTC.
pub(super) fn pdf_date(text: &str) -> Option<UnixSecond> {
    let text = text.strip_prefix("D:")?;
    if text.len() < 14 || !text.is_ascii() || !text[..14].bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i8>().ok();
    let date =
        jiff::civil::Date::new(text[..4].parse().ok()?, number(4, 6)?, number(6, 8)?).ok()?;
    let time = jiff::civil::Time::new(number(8, 10)?, number(10, 12)?, number(12, 14)?, 0).ok()?;
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok()?;
    Some(UnixSecond::new(utc.as_second()).plus(-offset_seconds(&text[14..])?))
}

fn offset_seconds(text: &str) -> Option<i64> {
    let sign = match text.bytes().next() {
        None | Some(b'Z') => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let mut parts = text[1..].split('\'');
    let hours: i64 = parts.next()?.parse().ok().filter(|hours| (0..24).contains(hours))?;
    let minutes = match parts.next() {
        None | Some("") => 0,
        Some(minutes) => minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?,
    };
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_of_pdf_become_seconds() {
        let expected = Some(UnixSecond::new(1_795_311_900));
        assert_eq!(pdf_date("D:20261122084500+07'00'"), Some(UnixSecond::new(1_795_311_900)));
        assert_eq!(pdf_date("D:20261122014500Z"), expected);
        assert_eq!(pdf_date("D:20261122014500"), expected);
        assert_eq!(pdf_date("D:20261121204500-05'00"), expected);
        for other in ["", "D:", "D:2026", "20261122014500", "D:20261322014500", "D:20261122014500x"]
        {
            assert_eq!(pdf_date(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_dates_and_files_never_panic(text in ".{0,40}", bytes: Vec<u8>) {
            let _ = pdf_date(&text);
            let _ = pdf_date(&format!("D:20261122084500{text}"));
            let file = [b"/ByteRange".as_slice(), text.as_bytes(), &bytes].concat();
            prop_assert!(scan(&file).is_empty());
        }
    }
}
