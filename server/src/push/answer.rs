//! What a provider's answer means for a wake-up.

use reqwest::header::HeaderMap;
use trien_core::env::Timestamp;

use crate::egress::answer::{Answer, retry_after};

/// What became of a wake-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Sent(Answer),
    /// The provider does not know the address: it is never used again.
    Dead(Answer),
    /// The provider does not take this address from us, which may be the fault of our settings: it is not used until
    /// the phone registers again.
    Unfit(Answer),
    /// Another try may go through: this provider fails, or asks for so many seconds of patience.
    Again {
        /// What it said.
        answer: Answer,
        /// Not before so many seconds.
        after: Option<i64>,
        /// Whether the provider as a whole is to be left alone for a while.
        blame: Blame,
    },
}

/// Whom a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The provider: it does not answer, fails, or is asked too much.
    Provider,
    /// This wake-up alone.
    Message,
}

impl Outcome {
    /// Nothing was sent, for a reason of our own.
    pub(super) fn none(why: &str) -> Self {
        Self::Again { answer: Answer::new(why), after: None, blame: Blame::Message }
    }

    /// No answer came.
    pub(super) fn unreachable(why: &str) -> Self {
        Self::Again { answer: Answer::new(why), after: None, blame: Blame::Provider }
    }

    /// By the status alone, as far as all providers agree.
    pub(super) fn of_status(status: u16, headers: &HeaderMap, said: &str, now: Timestamp) -> Self {
        let answer = Answer::of(status, said);
        match status {
            200..=299 => Self::Sent(answer),
            429 | 500..=599 => {
                let after = retry_after(headers, now);
                Self::Again { answer, after, blame: Blame::Provider }
            }
            _ => Self::Again { answer, after: None, blame: Blame::Message },
        }
    }

    /// A phone that is to be left in peace for a while.
    pub(super) fn patient(status: u16, headers: &HeaderMap, said: &str, now: Timestamp) -> Self {
        let (answer, after) = (Answer::of(status, said), retry_after(headers, now));
        Self::Again { answer, after, blame: Blame::Message }
    }

    /// What the provider said.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        match self {
            Self::Sent(answer)
            | Self::Dead(answer)
            | Self::Unfit(answer)
            | Self::Again { answer, .. } => answer,
        }
    }
}
