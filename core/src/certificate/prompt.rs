//! How often an approval key asks for its person.

use serde::{Deserialize, Serialize};

/// How often an approval key asks for the person; fixed when the key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum PromptPolicy {
    /// A prompt for each signature.
    #[default]
    PerUse,
    /// One prompt opens the key for a while.
    Session {
        /// At most 60 in phones.
        seconds: u16,
        /// At most 50 in phones.
        signatures: u16,
    },
}

/// A session that is longer than a phone may have, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a session has 1 to {} seconds and 1 to {} signatures",
    PromptPolicy::MOST_SECONDS,
    PromptPolicy::MOST_SIGNATURES
)]
pub struct InvalidSession;

impl PromptPolicy {
    /// The longest session of a phone, in seconds.
    pub const MOST_SECONDS: u16 = 60;
    /// The most signatures of one session of a phone.
    pub const MOST_SIGNATURES: u16 = 50;

    /// A session that a unit may let its phones have.
    pub fn session(seconds: u16, signatures: u16) -> Result<Self, InvalidSession> {
        let within = (1..=Self::MOST_SECONDS).contains(&seconds)
            && (1..=Self::MOST_SIGNATURES).contains(&signatures);
        if within { Ok(Self::Session { seconds, signatures }) } else { Err(InvalidSession) }
    }

    /// A session of a key outside phones, whose maker set its bounds.
    pub fn session_elsewhere(seconds: u16, signatures: u16) -> Result<Self, InvalidSession> {
        match (seconds, signatures) {
            (0, _) | (_, 0) => Err(InvalidSession),
            _ => Ok(Self::Session { seconds, signatures }),
        }
    }

    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Session { seconds, signatures },
                Self::Session { seconds: other_seconds, signatures: other_signatures },
            ) => Self::Session {
                seconds: seconds.min(other_seconds),
                signatures: signatures.min(other_signatures),
            },
            _ => Self::PerUse,
        }
    }

    /// Whether a key that asks so often asks as often as `limit` demands, or more.
    #[must_use]
    pub fn is_within(self, limit: Self) -> bool {
        self.and(limit) == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_a_phone_has_sixty_seconds_and_fifty_signatures_at_most() {
        let bounded = |seconds, signatures| PromptPolicy::session(seconds, signatures).is_ok();
        assert!(bounded(1, 1) && bounded(60, 50));
        for (seconds, signatures) in [(0, 1), (1, 0), (61, 1), (1, 51), (u16::MAX, u16::MAX)] {
            assert!(!bounded(seconds, signatures), "{seconds} {signatures}");
        }
        assert!(PromptPolicy::session_elsewhere(28_800, 1000).is_ok());
        assert!(PromptPolicy::session_elsewhere(0, 1).is_err());
    }

    #[test]
    fn what_two_policies_allow_is_the_strictest_of_each_bound() {
        let session = |seconds, signatures| PromptPolicy::Session { seconds, signatures };
        assert_eq!(session(60, 10).and(session(30, 50)), session(30, 10));
        assert_eq!(session(60, 10).and(PromptPolicy::PerUse), PromptPolicy::PerUse);
        assert!(PromptPolicy::PerUse.is_within(session(60, 50)));
        assert!(session(30, 10).is_within(session(30, 50)));
        assert!(!session(60, 10).is_within(session(30, 50)));
        assert!(!session(1, 1).is_within(PromptPolicy::PerUse));
    }
}
