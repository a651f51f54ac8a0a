//! Google's list of attestation certificates that are no longer believed, as the file says:
//! `{"entries": {"<serial>": {"status": "REVOKED", …}}}`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::certificate::SerialNumber;
use crate::env::UnixSecond;

/// The largest list that is read, in bytes; today's has a few hundred kilobytes.
pub const MAX_STATUS_LIST_BYTES: usize = 16 * 1024 * 1024;

/// After so many seconds a list is old: 30 days.
const MAX_AGE_SECONDS: i64 = 30 * 86_400;

/// Digits of a serial number: 21 octets, as certificates are read.
const MAX_DIGITS: usize = 42;

/// Why a certificate is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Perhaps for a while. It refuses as well: the reason to doubt is there today.
    Suspended,
    /// For good. Words that we do not know count as this.
    Revoked,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// Too large.
    #[error("the status list has {0} bytes, the limit is {MAX_STATUS_LIST_BYTES}")]
    TooLarge(usize),
    /// Not JSON of the expected form.
    #[error("not an attestation status list: {0}")]
    Malformed(String),
}

/// The certificates that are not believed, by serial number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusList {
    entries: BTreeMap<String, Standing>,
    as_of: Option<UnixSecond>,
}

impl StatusList {
    /// Reads a list that was fetched at `as_of`: it has no date of its own.
    pub fn parse(json: &[u8], as_of: UnixSecond) -> Result<Self, StatusListError> {
        if json.len() > MAX_STATUS_LIST_BYTES {
            return Err(StatusListError::TooLarge(json.len()));
        }
        let file: File = serde_json::from_slice(json)
            .map_err(|error| StatusListError::Malformed(error.to_string()))?;
        Ok(Self { entries: file.entries.0, as_of: Some(as_of) })
    }

    /// Whether a certificate is on it.
    #[must_use]
    pub fn standing(&self, serial: &SerialNumber) -> Option<Standing> {
        self.entries.get(shortest(&serial.to_string())).copied()
    }

    /// Whether it is older than 30 days, and ought to be fetched again.
    #[must_use]
    pub fn is_old(&self, now: UnixSecond) -> bool {
        self.as_of.is_none_or(|as_of| now > as_of.plus(MAX_AGE_SECONDS))
    }

    /// How many certificates are on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The list writes serial numbers as numbers: without zeros before them.
fn shortest(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}

#[derive(Deserialize)]
struct File {
    entries: Entries,
}

#[derive(Deserialize)]
struct Entry {
    status: String,
}

/// The same serial number twice counts as the worse of the two; a map would forget one of them.
struct Entries(BTreeMap<String, Standing>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("serial numbers with their status")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                use serde::de::Error as _;
                let mut entries = BTreeMap::new();
                while let Some((serial, entry)) = map.next_entry::<String, Entry>()? {
                    let is_number = (1..=MAX_DIGITS).contains(&serial.len())
                        && serial.bytes().all(|digit| digit.is_ascii_hexdigit());
                    if !is_number {
                        return Err(A::Error::custom("a serial number is not hexadecimal"));
                    }
                    let standing = match entry.status.as_str() {
                        "SUSPENDED" => Standing::Suspended,
                        _ => Standing::Revoked,
                    };
                    let serial = shortest(&serial.to_ascii_lowercase()).to_owned();
                    let known = entries.entry(serial).or_insert(standing);
                    *known = standing.max(*known);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Read)
    }
}
