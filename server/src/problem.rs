//! Problem documents (RFC 9457) with their texts.

use trien_core::problem::{Problem, ProblemKind, ProblemUri};

use crate::text::{Argument, Language, lookup};

/// The problem document of `kind` in `language`; `code` is its machine-readable particular.
#[must_use]
pub fn document(kind: ProblemKind, code: Option<&str>, language: Language) -> Problem {
    let slug = kind.slug();
    let arguments = [Argument { name: "code", value: code.unwrap_or("none") }];
    let say = |key: &str| lookup(language, key, &arguments);
    // A refused PDF has its own reason and cure; both are better than the general sentence.
    let particular = match (kind, code) {
        (ProblemKind::UnsignablePdf, Some(code)) => say(&format!("pdf-refusal-{code}")),
        // A copy that could not be signed either is refused for the gate's reason.
        (ProblemKind::NoCleanCopy, Some(code)) => {
            say(&format!("clean-copy-no-{code}")).or_else(|| say(&format!("pdf-refusal-{code}")))
        }
        (ProblemKind::InvalidRequest, Some(code)) => {
            say(&format!("stamp-{code}")).or_else(|| say(&format!("template-no-{code}")))
        }
        (ProblemKind::TooManyRequests, Some("reminded-lately")) => say("request-remind-lately"),
        (ProblemKind::InvitationSpent, Some(code)) => say(&format!("slip-ended-{code}")),
        (ProblemKind::EnrollmentEnded, Some(code)) => say(&format!("slip-code-{code}")),
        (ProblemKind::AssuranceTooLow, Some(code)) => say(&format!("attestation-{code}")),
        _ => None,
    };
    let detail = particular.or_else(|| say(&format!("problem-{slug}-detail")));
    Problem {
        kind: ProblemUri(kind),
        title: say(&format!("problem-{slug}-title")).unwrap_or_else(|| slug.to_owned()),
        status: kind.status(),
        detail: detail.unwrap_or_default(),
        code: code.map(str::to_owned),
        server_time: None,
        receipt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_pdf_is_told_its_own_cure() {
        let problem = document(ProblemKind::UnsignablePdf, Some("encrypted"), Language::English);
        assert!(problem.detail.contains("make a clean copy"), "{}", problem.detail);
        let unknown = document(ProblemKind::UnsignablePdf, Some("new"), Language::English);
        assert!(!unknown.detail.is_empty());
    }

    #[test]
    fn a_refused_attestation_is_told_what_is_wrong() {
        let problem = document(ProblemKind::AssuranceTooLow, Some("unlocked"), Language::English);
        assert!(problem.detail.contains("boot loader"), "{}", problem.detail);
        let general = document(ProblemKind::AssuranceTooLow, None, Language::English);
        assert!(general.detail.contains("secure hardware"), "{}", general.detail);
    }

    #[test]
    fn a_particular_is_named_where_it_helps() {
        let problem = document(ProblemKind::TooLarge, Some("1024"), Language::English);
        assert!(problem.detail.contains("The limit is 1024 bytes."), "{}", problem.detail);
        let general = document(ProblemKind::TooLarge, None, Language::English);
        assert!(general.detail.starts_with("The message is larger"), "{}", general.detail);
    }
}
