//! How long certificates may be valid (R14).

use crate::env::UnixSecond;

/// Whether a certificate is a subscriber's first or renews one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// Of a new subscriber: five years at most.
    First,
    /// A renewal: three years at most.
    Renewal,
}

impl Term {
    /// The most whole days between its first and last second: Decree 68/2024, Article 9, in calendar years with
    /// as many leap days as fit in.
    #[must_use]
    pub fn most_days(self) -> i64 {
        match self {
            Self::First => 5 * 365 + 2,
            Self::Renewal => 3 * 365 + 1,
        }
    }

    /// Whether a certificate with these limits is valid for longer.
    #[must_use]
    pub fn is_exceeded(self, not_before: UnixSecond, not_after: UnixSecond) -> bool {
        not_after.get().saturating_sub(not_before.get()) / 86_400 > self.most_days()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    /// R14, at its edges: 01/06/2023 to 01/06/2028 has two leap days, 01/06/2027 to 01/06/2030 one.
    #[test]
    fn r14_first_certificates_have_five_years_and_renewals_three() {
        let from = UnixSecond::new(1_685_577_600);
        for (term, days) in [(Term::First, 1_827), (Term::Renewal, 1_096)] {
            // Some authorities count to the last second of the last day.
            assert!(!term.is_exceeded(from, from.plus(days * DAY + DAY - 1)), "{term:?}");
            assert!(term.is_exceeded(from, from.plus((days + 1) * DAY)), "{term:?}");
        }
        assert!(!Term::First.is_exceeded(from, UnixSecond::new(i64::MIN)));
    }
}
