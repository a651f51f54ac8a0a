//! What a provider's answer means for a wake-up.

use std::fmt;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use trien_core::env::Timestamp;

/// What a provider said, for people: a status and a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(String);

/// Longest text that is kept of an answer, in characters.
const MOST: usize = 200;

impl Answer {
    /// What was said, cut short and in one line.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // Signs that turn or hide what stands beside them have no place in what people read of strangers.
        let line = text.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' });
        Self(line.take(MOST).collect::<String>().trim().to_owned())
    }

    /// A status with what stood beside it.
    pub(super) fn of(status: u16, said: &str) -> Self {
        Self::new(&format!("{status} {said}"))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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

/// Seconds that the provider asks for (RFC 9110 §10.2.3): a number or a moment; a day at most.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse::<u32>() {
        Ok(seconds) => i64::from(seconds),
        Err(_) => {
            let moment = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            moment.as_second() - now.second().get()
        }
    };
    Some(seconds.clamp(0, 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())])
    }

    #[test]
    fn providers_ask_for_patience_in_seconds_or_by_a_moment() {
        let now = Timestamp::from_millis(1_795_305_600_000);
        let after = |value: &str| retry_after(&headers(value), now);
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("Sun, 22 Nov 2026 00:01:00 GMT"), Some(60));
        assert_eq!(after("Sun, 22 Nov 2020 00:01:00 GMT"), Some(0));
        assert_eq!(after("4000000000"), Some(86_400));
        assert_eq!(after("soon"), None);
        assert_eq!(after("-1"), None);
    }

    #[test]
    fn an_answer_is_one_short_line() {
        let long = format!("a\r\nb\u{1b}[31m{}", "x".repeat(500));
        let answer = Answer::new(&long);
        assert!(answer.as_str().starts_with("a  b [31mxxx"));
        assert_eq!(answer.as_str().chars().count(), MOST);
        assert_eq!(Answer::new("410 \u{202e}enog").as_str(), "410  enog");
    }
}
