//! What was changed after each signature, as findings.

use serde::{Deserialize, Serialize};

use super::{Finding, Reason, Report, verdict};
use crate::pdf::changes::{Change, Gravity, History, Step};
use crate::pdf::read::Document;

/// A change after a signature that is not known to be harmless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterChange {
    /// What it means for the signature.
    pub finding: Finding,
    /// What was changed.
    #[serde(flatten)]
    pub change: Change,
}

impl LaterChange {
    fn of(step: &Step, change: &Change) -> Self {
        let finding = match change.kind.gravity() {
            Gravity::AltersWhatIsShown => Finding::failed(Reason::ShownChanged),
            Gravity::BreaksPermission => Finding::failed(Reason::PermissionBroken),
            Gravity::Unclear => Finding::open(Reason::ChangeUnclear),
        };
        let detail = format!(
            "{} (object {}) between revision {} and revision {}",
            change.kind.slug(),
            change.object,
            step.from + 1,
            step.to + 1
        );
        Self { finding: finding.because(detail), change: change.clone() }
    }
}

/// Adds to a report what was changed after each signature.
pub(super) fn add(report: &mut Report, document: &Document<'_>, history: &History) {
    for (signature, field) in report.signatures.iter_mut().zip(document.signatures()) {
        let later = history.after(field);
        signature.changes = later.map(|(step, change)| LaterChange::of(step, change)).collect();
    }
    // Data for validation is added after the last signature, and signed by nobody.
    let unsigned = report.document.reason == Reason::UnsignedChanges;
    if unsigned && history.ends_with_validation_data(document) {
        report.document = Finding::ok(Reason::Sound);
    }
    report.verdict = verdict(report.findings());
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use crate::pdf::append::Update;
    use crate::pdf::changes::ChangeKind;
    use crate::pdf::read::{ObjectId, open_to_judge};
    use crate::testing::office::Office;
    use crate::testing::paper::{SIGNED_AT, decision, sign_pdf};
    use crate::testing::read_vector;
    use crate::verify::{Outcome, Reason, Report, Verdict, verify_pdf};

    fn signed() -> Vec<u8> {
        let office = Office::new();
        let base = read_vector("pdfrev-1/table.pdf");
        sign_pdf(&office, &base, "Sig1", decision(&office, &base).hash())
    }

    fn report(file: &[u8]) -> Report {
        let trust = Office::new().trusted_at(SIGNED_AT.plus(60));
        verify_pdf(file, &trust, None)
    }

    /// The file with one object written again.
    fn with(file: &[u8], object: impl Fn(&[u8]) -> (ObjectId, Vec<u8>)) -> Vec<u8> {
        let document = open_to_judge(file).unwrap();
        let mut update = Update::of(&document);
        let (id, value) = object(document.catalog().raw);
        update.put(id, value).unwrap();
        [file, &update.finish().bytes].concat()
    }

    fn with_catalog(file: &[u8], entry: &str) -> Vec<u8> {
        let id = open_to_judge(file).unwrap().catalog().id;
        with(file, |raw| (id, [&raw[..raw.len() - 2], entry.as_bytes(), b">>"].concat()))
    }

    #[test]
    fn a_page_that_was_changed_after_signing_is_not_valid() {
        let file = signed();
        assert_eq!(report(&file).verdict, Verdict::Valid);
        let document = open_to_judge(&file).unwrap();
        let page = document.page_dict(&document.pages()[0]).unwrap();
        let content = page.get("Contents").and_then(|value| value.reference()).unwrap();
        let empty = b"<</Length 0>>stream\n\nendstream".to_vec();
        let report = report(&with(&file, |_| (content, empty.clone())));
        assert_eq!(report.verdict, Verdict::NotValid);
        let [later] = report.signatures[0].changes.as_slice() else { panic!("{report:?}") };
        assert_eq!(later.change.kind, ChangeKind::PageContent);
        assert_eq!(later.change.pages, [0]);
        assert_eq!(later.finding.reason, Reason::ShownChanged);
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }

    #[test]
    fn validation_data_after_the_last_signature_leaves_it_valid() {
        let report = report(&with_catalog(&signed(), "/DSS<</Certs[]>>"));
        assert_eq!((report.verdict, report.document.reason), (Verdict::Valid, Reason::Sound));
    }

    #[test]
    fn a_change_that_nobody_understands_leaves_it_open() {
        let report = report(&with_catalog(&signed(), "/Lang(vi)"));
        assert_eq!(report.verdict, Verdict::Undetermined);
        let later = &report.signatures[0].changes[0];
        assert_eq!(later.finding.outcome, Outcome::CannotBeDetermined);
        assert_eq!(later.finding.reason, Reason::ChangeUnclear);
    }

    #[test]
    fn every_kind_of_change_has_a_sentence_in_both_languages() {
        for language in ["vi", "en"] {
            let name = format!("../../core/locales/{language}/verify.ftl");
            let texts = String::from_utf8(read_vector(&name)).unwrap();
            for kind in ChangeKind::ALL {
                let key = format!("\nverify-change-{} = ", kind.slug());
                assert!(texts.contains(&key), "{language}: {}", kind.slug());
            }
        }
    }
}
