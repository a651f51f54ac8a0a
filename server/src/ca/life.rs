//! How long certificates may live: a policy of the office within what the authorities of the state allow.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use trien_core::register::Term;

/// The longest lives of certificates that the office issues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Of a person's first certificate.
    pub first: CertificateDays,
    /// Of every later one of the same person.
    pub renewal: RenewalDays,
}

impl Life {
    /// The days of a certificate. A later one never lives longer than a first one would.
    #[must_use]
    pub fn days(self, term: Term) -> u32 {
        match term {
            Term::First => self.first.get(),
            Term::Renewal => self.renewal.get().min(self.first.get()),
        }
    }
}

/// Not a life that a certificate may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a certificate lives for 1 to {0} days")]
pub struct InvalidDays(u32);

macro_rules! days {
    ($(#[$doc:meta])* $name:ident, most $most:literal, usually $usual:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The most days.
            pub const MOST: u32 = $most;

            /// So many days, unless there are none or too many.
            pub fn new(days: u32) -> Result<Self, InvalidDays> {
                let fits = (1..=Self::MOST).contains(&days);
                if fits { Ok(Self(days)) } else { Err(InvalidDays(Self::MOST)) }
            }

            /// The days.
            #[must_use]
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($usual)
            }
        }

        impl FromStr for $name {
            type Err = InvalidDays;

            fn from_str(text: &str) -> Result<Self, InvalidDays> {
                text.parse().map_err(|_| InvalidDays(Self::MOST)).and_then(Self::new)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(u32::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

days! {
    /// The longest life of a first certificate, in days: five years at most, one of them a leap year (Decree
    /// 68/2024, Article 9); usually three.
    CertificateDays, most 1_826, usually 1_095
}
days! {
    /// The longest life of a later certificate of the same person, in days: three years at most (Decree 68/2024,
    /// Article 9).
    RenewalDays, most 1_095, usually 1_095
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_configure_more_than_r14_allows() {
        assert_eq!("365".parse(), Ok(CertificateDays(365)));
        for wrong in ["0", "1827", "-1", "", "3 years", "99999999999"] {
            assert_eq!(wrong.parse::<CertificateDays>(), Err(InvalidDays(1_826)), "{wrong}");
        }
        assert_eq!("1095".parse(), Ok(RenewalDays(1_095)));
        for wrong in ["0", "1096", "1826"] {
            assert_eq!(wrong.parse::<RenewalDays>(), Err(InvalidDays(1_095)), "{wrong}");
        }
        let within = |days: u32, term: Term| i64::from(days) <= term.most_days();
        assert!(within(CertificateDays::MOST, Term::First));
        assert!(within(RenewalDays::MOST, Term::Renewal));
    }

    #[test]
    fn a_later_certificate_never_lives_longer_than_a_first_one() {
        let life = |first, renewal| Life {
            first: CertificateDays::new(first).unwrap(),
            renewal: RenewalDays::new(renewal).unwrap(),
        };
        assert_eq!(life(1_826, 1_095).days(Term::First), 1_826);
        assert_eq!(life(1_826, 1_095).days(Term::Renewal), 1_095);
        assert_eq!(life(365, 1_095).days(Term::Renewal), 365);
    }
}
