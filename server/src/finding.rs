//! What a signer should know of a document, in words.

use trien_core::pdf::check::Finding;

use crate::text::{Argument, Language, lookup};

/// One finding for people.
#[must_use]
pub fn text(finding: Finding, language: Language) -> String {
    let key = format!("pdf-finding-{}", finding.slug());
    let count = match finding {
        Finding::SignedBefore { count } => count.to_string(),
        _ => String::new(),
    };
    lookup(language, &key, &[Argument { name: "count", value: &count }]).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_copy_is_told_as_a_claim_of_the_file() {
        let text = text(Finding::CleanCopy, Language::English);
        assert!(text.contains("says of itself") && text.contains("nobody vouches"), "{text}");
    }

    #[test]
    fn earlier_signatures_are_counted() {
        let text = text(Finding::SignedBefore { count: 3 }, Language::Vietnamese);
        assert!(text.contains('3'), "{text}");
    }
}
