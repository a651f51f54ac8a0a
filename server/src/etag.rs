//! Entity tags: a digest of what was answered, so that who asks again is told in a few bytes that nothing changed.

use http::header::{IF_NONE_MATCH, IF_RANGE};
use http::{HeaderMap, HeaderValue};
use trien_core::digest::Sha256;

/// A strong entity tag (RFC 9110 §8.8.3), quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// Of a document that is known by its digest.
    #[must_use]
    pub fn of_document(sha256: &Sha256) -> Self {
        Self(format!("\"{sha256}\""))
    }

    /// Of an answer.
    #[must_use]
    pub fn of(answer: &[u8]) -> Self {
        Self(format!("\"{}\"", &Sha256::of(answer).to_string()[..32]))
    }

    /// As a header's value.
    #[must_use]
    pub fn value(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("quotes and hexadecimal digits")
    }

    /// Whether the one who asks has this already (RFC 9110 §13.1.2, weak comparison).
    #[must_use]
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let mut candidates = headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim);
        candidates.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == self.0)
    }

    /// Whether a part of this one is worth anything to the one who asks (RFC 9110 §13.1.5, strong comparison).
    #[must_use]
    pub fn continues(&self, headers: &HeaderMap) -> bool {
        headers.get(IF_RANGE).is_none_or(|value| value.as_bytes() == self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_tag_is_known_in_a_list_and_by_its_weak_form() {
        let tag = Tag::of(b"answer");
        let own = tag.value();
        let own = own.to_str().unwrap();
        for known in [own.to_owned(), format!("\"x\", {own}"), format!("W/{own}"), "*".to_owned()] {
            assert!(tag.is_known(&headers(IF_NONE_MATCH, &known)), "{known}");
        }
        for other in ["", "\"x\"", own.trim_matches('"')] {
            assert!(!tag.is_known(&headers(IF_NONE_MATCH, other)), "{other}");
        }
        assert!(!tag.is_known(&HeaderMap::new()));
        assert_ne!(tag, Tag::of(b"another answer"));
    }

    #[test]
    fn a_part_is_continued_by_the_strong_form_alone() {
        let tag = Tag::of_document(&Sha256::of(b"document"));
        let own = tag.value();
        let own = own.to_str().unwrap();
        assert!(tag.continues(&HeaderMap::new()));
        assert!(tag.continues(&headers(IF_RANGE, own)));
        assert!(!tag.continues(&headers(IF_RANGE, &format!("W/{own}"))));
        assert!(!tag.continues(&headers(IF_RANGE, "\"x\"")));
    }
}
