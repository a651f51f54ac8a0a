//! What the other end of a call said, as far as it is kept.

use std::fmt;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use trien_core::env::Timestamp;

/// What somebody at the other end said, for people: a status and a few words.
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
    #[must_use]
    pub fn of(status: u16, said: &str) -> Self {
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

/// Seconds of patience that an answer asks for (RFC 9110 §10.2.3): a number or a moment; a day at most.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
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
