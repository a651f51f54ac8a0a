//! How often an approval key asks for its person, and with what they may answer.

use serde::{Deserialize, Serialize};

/// How often an approval key asks for the person, and with what they answer; fixed when the key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PromptPolicy {
    /// How often.
    #[serde(flatten)]
    pub prompts: Prompts,
    /// Whether the phone's passcode answers as well as a finger or a face.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passcode: bool,
}

/// How often a key asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Prompts {
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
    /// A finger or a face for each signature: the strictest.
    pub const PER_USE: Self = Self { prompts: Prompts::PerUse, passcode: false };

    /// A session that a unit may let its phones have.
    pub fn session(seconds: u16, signatures: u16) -> Result<Self, InvalidSession> {
        let within = (1..=Self::MOST_SECONDS).contains(&seconds)
            && (1..=Self::MOST_SIGNATURES).contains(&signatures);
        if within { Self::session_elsewhere(seconds, signatures) } else { Err(InvalidSession) }
    }

    /// A session of a key outside phones, whose maker set its bounds.
    pub fn session_elsewhere(seconds: u16, signatures: u16) -> Result<Self, InvalidSession> {
        match (seconds, signatures) {
            (0, _) | (_, 0) => Err(InvalidSession),
            _ => Ok(Prompts::Session { seconds, signatures }.into()),
        }
    }

    /// The same, and the passcode answers too, or not.
    #[must_use]
    pub fn with_passcode(self, passcode: bool) -> Self {
        Self { passcode, ..self }
    }

    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { prompts: self.prompts.and(other.prompts), passcode: self.passcode && other.passcode }
    }

    /// Whether a key under this policy asks as `limit` demands, or more strictly.
    #[must_use]
    pub fn is_within(self, limit: Self) -> bool {
        self.and(limit) == self
    }
}

impl From<Prompts> for PromptPolicy {
    /// By finger or face alone.
    fn from(prompts: Prompts) -> Self {
        Self { prompts, passcode: false }
    }
}

impl Prompts {
    fn and(self, other: Self) -> Self {
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
        const PER_USE: PromptPolicy = PromptPolicy::PER_USE;
        let session = |seconds, signatures| PromptPolicy::session(seconds, signatures).unwrap();
        assert_eq!(session(60, 10).and(session(30, 50)), session(30, 10));
        assert_eq!(session(60, 10).and(PER_USE), PER_USE);
        assert!(PER_USE.is_within(session(60, 50)));
        assert!(session(30, 10).is_within(session(30, 50)));
        assert!(!session(60, 10).is_within(session(30, 50)));
        assert!(!session(1, 1).is_within(PER_USE));
    }

    #[test]
    fn a_passcode_answers_where_both_allow_it() {
        let (without, with) = (PromptPolicy::PER_USE, PromptPolicy::PER_USE.with_passcode(true));
        assert_eq!((with.and(without), with.and(with)), (without, with));
        assert!(without.is_within(with) && !with.is_within(without));
    }

    #[test]
    fn what_was_stored_before_passcodes_reads_as_without_and_is_written_as_it_was() {
        let session = PromptPolicy::session(60, 20).unwrap();
        let before = r#"{"kind":"session","seconds":60,"signatures":20}"#;
        assert_eq!(serde_json::to_string(&session).unwrap(), before);
        assert_eq!(serde_json::from_str::<PromptPolicy>(before).unwrap(), session);
        let with = PromptPolicy::PER_USE.with_passcode(true);
        let text = r#"{"kind":"per-use","passcode":true}"#;
        assert_eq!(serde_json::to_string(&with).unwrap(), text);
        assert_eq!(serde_json::from_str::<PromptPolicy>(text).unwrap(), with);
    }
}
