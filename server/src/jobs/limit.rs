//! How often a phone may be woken aloud: whoever is rung at all day approves to be left in peace
//! (OWASP ASVS 5.0 V6.6.4).

use trien_core::env::Timestamp;

use crate::push::Loudness;

/// Between two loud wake-ups, in seconds.
const APART: i64 = 10;
/// Each loud wake-up takes so many seconds of an allowance that holds [`HELD`] of them. In no hour are
/// there more than 30 from what was held and 30 from what comes again: 60.
const EACH: i64 = 120;
const HELD: i64 = 30;

/// What a phone has had of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// When it was last woken aloud.
    pub(super) told_at: Timestamp,
    /// When the allowance is whole again.
    pub(super) allowance_at: Timestamp,
}

impl Allowance {
    /// How it may be woken now; a loud one is taken from the allowance.
    pub(super) fn take(&mut self, now: Timestamp) -> Loudness {
        let empty = self.allowance_at.plus_seconds(-(HELD - 1) * EACH);
        if now < self.told_at.plus_seconds(APART) || now < empty {
            return Loudness::Silent;
        }
        self.told_at = now;
        self.allowance_at = self.allowance_at.max(now).plus_seconds(EACH);
        Loudness::Visible
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn loud(steps: &[i64]) -> Vec<i64> {
        let zero = Timestamp::from_millis(0);
        let mut allowance = Allowance { told_at: zero, allowance_at: zero };
        let mut now = 1_795_305_600;
        let mut loud = Vec::new();
        for step in steps {
            now += step;
            if allowance.take(Timestamp::from_millis(now * 1000)) == Loudness::Visible {
                loud.push(now);
            }
        }
        loud
    }

    proptest! {
        #[test]
        fn in_no_hour_are_there_more_than_sixty(steps in prop::collection::vec(0_i64..60, 1..2000)) {
            let loud = loud(&steps);
            for (at, first) in loud.iter().enumerate() {
                let within = loud[at..].iter().filter(|other| **other < first + 3600).count();
                prop_assert!(within <= 60, "{within}");
            }
            prop_assert!(loud.windows(2).all(|pair| pair[1] - pair[0] >= APART));
        }
    }

    #[test]
    fn whoever_is_woken_now_and_then_is_woken_aloud() {
        assert_eq!(loud(&[0, 10, 9, 1, 3600]).len(), 4);
        assert_eq!(loud(&[120; 500]).len(), 500);
    }
}
