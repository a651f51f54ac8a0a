//! How long certificates may live: a policy of the office within what the authorities of the state allow.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// The longest life of a certificate that the office issues, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CertificateDays(u32);

/// Not a life that a certificate may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a certificate lives for 1 to {} days (five years)", CertificateDays::MOST)]
pub struct InvalidDays;

impl CertificateDays {
    /// Five years, one of them a leap year: the longest for a first certificate (Decree 68/2024, Article 9).
    pub const MOST: u32 = 1_826;

    /// So many days, five years at most.
    pub fn new(days: u32) -> Result<Self, InvalidDays> {
        if (1..=Self::MOST).contains(&days) { Ok(Self(days)) } else { Err(InvalidDays) }
    }

    /// The days.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for CertificateDays {
    /// Three years: what a renewal may have at most, so that first certificates and later ones are alike.
    fn default() -> Self {
        Self(1_095)
    }
}

impl FromStr for CertificateDays {
    type Err = InvalidDays;

    fn from_str(text: &str) -> Result<Self, InvalidDays> {
        text.parse().map_err(|_| InvalidDays).and_then(Self::new)
    }
}

impl<'de> Deserialize<'de> for CertificateDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u32::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_configure_more_than_five_years() {
        assert_eq!("365".parse(), Ok(CertificateDays(365)));
        for wrong in ["0", "1827", "-1", "", "3 years", "99999999999"] {
            assert_eq!(wrong.parse::<CertificateDays>(), Err(InvalidDays), "{wrong}");
        }
    }
}
