//! DER (X.690 §10) read and written byte for byte.
//!
//! Signatures cover exact bytes, so what is read is never encoded again, as the types of the
//! ecosystem do; and object identifiers made from a UUID (X.667, arc 2.25), which those types
//! refuse, pass like any other.

use der::{Decode as _, Encode as _};
use x509_cert::time::Time;

use crate::env::UnixSecond;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The bytes are not the expected DER structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the expected DER structure (X.690)")]
pub struct InvalidDer;

/// A context-specific, primitive tag.
pub(crate) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// A context-specific, constructed tag.
pub(crate) const fn context_constructed(number: u8) -> u8 {
    0xa0 | number
}

/// One element: tag, value, and all its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    pub(crate) raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub(crate) fn inside(self) -> Reader<'a> {
        Reader(self.value)
    }

    /// The magnitude of a non-negative INTEGER without its leading zero.
    pub(crate) fn unsigned(self) -> Result<&'a [u8], InvalidDer> {
        match self.value {
            [] => Err(InvalidDer),
            [first, ..] if first & 0x80 != 0 => Err(InvalidDer),
            [0, rest @ ..] if !rest.is_empty() => Ok(rest),
            value => Ok(value),
        }
    }

    /// A non-negative INTEGER that fits 64 bits.
    pub(crate) fn small(self) -> Result<u64, InvalidDer> {
        let magnitude = self.unsigned()?;
        if magnitude.len() > 8 {
            return Err(InvalidDer);
        }
        Ok(magnitude.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// The bytes of a BIT STRING of whole octets.
    pub(crate) fn octets_of_bits(self) -> Result<&'a [u8], InvalidDer> {
        match self.value {
            [0, octets @ ..] if self.tag == BIT_STRING => Ok(octets),
            _ => Err(InvalidDer),
        }
    }

    /// A `UTCTime` or `GeneralizedTime` in the form of RFC 5280 §4.1.2.5.
    pub(crate) fn time(self) -> Result<UnixSecond, InvalidDer> {
        let time = Time::from_der(self.raw).map_err(|_| InvalidDer)?;
        i64::try_from(time.to_unix_duration().as_secs())
            .map(UnixSecond::new)
            .map_err(|_| InvalidDer)
    }

    /// A `GeneralizedTime` that may have a fraction of a second, which is dropped: the form of
    /// timestamps (RFC 3161 §2.4.2).
    pub(crate) fn time_to_the_second(self) -> Result<UnixSecond, InvalidDer> {
        let digits = self.value.strip_suffix(b"Z").ok_or(InvalidDer)?;
        let (seconds, rest) = digits.split_at_checked(14).ok_or(InvalidDer)?;
        let is_fraction = match rest {
            [] => true,
            [b'.', fraction @ ..] => {
                !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit)
            }
            _ => false,
        };
        if self.tag != GENERALIZED_TIME || !is_fraction {
            return Err(InvalidDer);
        }
        let whole = write(GENERALIZED_TIME, &[seconds, b"Z"]);
        single(&whole, GENERALIZED_TIME)?.time()
    }
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element: tag numbers below 31, definite lengths in their shortest form.
    pub(crate) fn next(&mut self) -> Result<Element<'a>, InvalidDer> {
        let tag = *self.0.first().ok_or(InvalidDer)?;
        if tag & 0x1f == 0x1f {
            return Err(InvalidDer);
        }
        self.take(tag, 1)
    }

    /// The next element, context-specific and constructed, with a tag number of any size (X.690
    /// §8.1.2.4); gives the number too.
    pub(crate) fn next_numbered(&mut self) -> Result<(u32, Element<'a>), InvalidDer> {
        let tag = *self.0.first().ok_or(InvalidDer)?;
        if tag & 0xe0 != context_constructed(0) {
            return Err(InvalidDer);
        }
        if tag & 0x1f != 0x1f {
            return Ok((u32::from(tag & 0x1f), self.take(tag, 1)?));
        }
        // Four octets of seven bits: no number that anybody uses is longer.
        let octets = self.0.get(1..).unwrap_or_default();
        let last = octets.iter().take(4).position(|octet| octet & 0x80 == 0).ok_or(InvalidDer)?;
        let number =
            octets[..=last].iter().fold(0, |sum, octet| (sum << 7) | u32::from(octet & 0x7f));
        if octets[0] == 0x80 || number < 31 {
            return Err(InvalidDer);
        }
        Ok((number, self.take(tag, last + 2)?))
    }

    /// The next element, whose identifier has so many octets.
    fn take(&mut self, tag: u8, identifier: usize) -> Result<Element<'a>, InvalidDer> {
        let first = *self.0.get(identifier).ok_or(InvalidDer)?;
        let behind = identifier + 1;
        let (length, header) = match first {
            0..=0x7f => (usize::from(first), behind),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let octets = self.0.get(behind..behind + count).ok_or(InvalidDer)?;
                let length = octets.iter().fold(0, |sum, octet| (sum << 8) | usize::from(*octet));
                if octets[0] == 0 || length < 0x80 {
                    return Err(InvalidDer);
                }
                (length, behind + count)
            }
            _ => return Err(InvalidDer),
        };
        let end = header.checked_add(length).ok_or(InvalidDer)?;
        let (raw, rest) = self.0.split_at_checked(end).ok_or(InvalidDer)?;
        self.0 = rest;
        Ok(Element { tag, value: &raw[header..], raw })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, InvalidDer> {
        let element = self.next()?;
        if element.tag == tag { Ok(element) } else { Err(InvalidDer) }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, InvalidDer> {
        match self.0.first() {
            Some(next) if *next == tag => self.next().map(Some),
            _ => Ok(None),
        }
    }

    /// That nothing is left.
    pub(crate) fn finish(self) -> Result<(), InvalidDer> {
        if self.is_empty() { Ok(()) } else { Err(InvalidDer) }
    }
}

/// The one element that all of `bytes` is.
pub(crate) fn single(bytes: &[u8], tag: u8) -> Result<Element<'_>, InvalidDer> {
    let mut reader = Reader(bytes);
    let element = reader.expect(tag)?;
    reader.finish()?;
    Ok(element)
}

/// Writes an element around `parts`.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(length + 6);
    bytes.push(tag);
    if length < 0x80 {
        bytes.push(u8::try_from(length).expect("below 128"));
    } else {
        let octets = length.to_be_bytes();
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        bytes.push(0x80 | u8::try_from(octets.len() - zeros).expect("at most 8"));
        bytes.extend_from_slice(&octets[zeros..]);
    }
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Writes a SET OF: members in the order of their encodings (X.690 §11.6).
pub(crate) fn write_set_of(tag: u8, mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort_unstable();
    let members: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
    write(tag, &members)
}

/// Writes a non-negative INTEGER.
pub(crate) fn write_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    let magnitude = &magnitude[zeros..];
    match magnitude.first() {
        Some(first) if first & 0x80 == 0 => write(INTEGER, &[magnitude]),
        _ => write(INTEGER, &[&[0], magnitude]),
    }
}

/// Writes a BIT STRING of whole octets.
pub(crate) fn write_bits(octets: &[u8]) -> Vec<u8> {
    write(BIT_STRING, &[&[0], octets])
}

/// Writes a time as RFC 5280 §4.1.2.5 wants it; `None` beyond the year 9999 or before 1970.
pub(crate) fn write_time(at: UnixSecond) -> Option<Vec<u8>> {
    let seconds = u64::try_from(at.get()).ok()?;
    let since_epoch = std::time::Duration::from_secs(seconds);
    let moment = der::DateTime::from_unix_duration(since_epoch).ok()?;
    Time::from(moment).to_der().ok()
}

/// Writes a time as RFC 6960 §4.2.1 wants it, always with four digits of the year.
pub(crate) fn write_general_time(at: UnixSecond) -> Option<Vec<u8>> {
    let seconds = u64::try_from(at.get()).ok()?;
    let since_epoch = std::time::Duration::from_secs(seconds);
    der::asn1::GeneralizedTime::from_unix_duration(since_epoch).ok()?.to_der().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_have_one_encoding() {
        for length in [0_usize, 127, 128, 255, 256, 70_000] {
            let value = vec![7; length];
            let written = write(OCTET_STRING, &[&value]);
            assert_eq!(single(&written, OCTET_STRING).unwrap().value, value);
        }
        assert!(single(&[0x04, 0x81, 0x01, 0x00], OCTET_STRING).is_err(), "overlong");
        assert!(single(&[0x30, 0x80, 0x00, 0x00], SEQUENCE).is_err(), "indefinite");
    }

    #[test]
    fn tag_numbers_have_one_encoding() {
        for (bytes, expected) in [
            (&[0xa1, 0x00][..], Some(1)),
            (&[0xbf, 0x1f, 0x00], Some(31)),
            (&[0xbf, 0x85, 0x40, 0x00], Some(704)),
            (&[0xbf, 0x1e, 0x00], None),
            (&[0xbf, 0x80, 0x1f, 0x00], None),
            (&[0xbf, 0x81, 0x81, 0x81, 0x81, 0x01, 0x00], None),
            (&[0xbf, 0x85], None),
            (&[0xbf], None),
            (&[0x81, 0x00], None),
            (&[0x31, 0x00], None),
        ] {
            let read = Reader(bytes).next_numbered().ok().map(|(number, _)| number);
            assert_eq!(read, expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn integers_are_minimal_and_not_negative() {
        assert_eq!(write_unsigned(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(write_unsigned(&[]), [2, 1, 0]);
        let negative = [2, 1, 0x80];
        assert!(single(&negative, INTEGER).unwrap().unsigned().is_err());
    }

    #[test]
    fn times_change_their_form_in_2050() {
        let utc = write_time(UnixSecond::new(2_524_607_999)).unwrap();
        let general = write_time(UnixSecond::new(2_524_608_000)).unwrap();
        assert_eq!((utc[0], general[0]), (UTC_TIME, GENERALIZED_TIME));
        assert_eq!(
            single(&general, GENERALIZED_TIME).unwrap().time().unwrap().get(),
            2_524_608_000
        );
    }

    #[test]
    fn times_may_have_a_fraction_where_it_is_asked_for() {
        for (text, expected) in [
            ("20261122014500Z", Some(1_795_311_900)),
            ("20261122014500.25Z", Some(1_795_311_900)),
            ("20261122014500.Z", None),
            ("20261122014500", None),
            ("20261122014500+07", None),
            ("202611220145Z", None),
        ] {
            let written = write(GENERALIZED_TIME, &[text.as_bytes()]);
            let read = single(&written, GENERALIZED_TIME).unwrap().time_to_the_second();
            assert_eq!(read.ok().map(UnixSecond::get), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut numbered = Reader(&bytes);
            while let Ok((_, element)) = numbered.next_numbered() {
                prop_assert!(element.raw.len() >= 2);
            }
            let mut reader = Reader(&bytes);
            while let Ok(element) = reader.next() {
                let _ = (element.small(), element.octets_of_bits(), element.time());
                let _ = element.time_to_the_second();
                prop_assert!(!element.raw.is_empty());
            }
        }
    }
}
