//! Practising, without a server.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::env::Clock as _;
use crate::pdf::read::open;
use crate::pdf::render::Region;
use crate::signer::SignerError;
use crate::testing::Counting;
use crate::verify::{Outcome, Question, Reason, Verdict};

use super::super::Language;
use super::super::error::ClientError;
use super::super::practice::{Practice, PracticeView};
use super::TestKeys;
use super::fake::TestClock;

struct Scene {
    keys: Arc<TestKeys>,
    clock: Arc<TestClock>,
    practice: Practice,
}

fn scene() -> Scene {
    let (keys, clock) = (Arc::new(TestKeys::default()), Arc::new(TestClock::new()));
    let entropy = Arc::new(Counting::new(77));
    let practice = Practice::new(keys.clone(), clock.clone(), entropy, Language::Vietnamese);
    Scene { keys, clock, practice }
}

/// The strip of the last page in which the stamp stands.
const STAMP: Region =
    Region { page: 1, page_width: 595, left: 270, top: 330, width: 260, height: 110 };

#[tokio::test]
async fn the_document_can_be_read_and_signed_and_finds_nothing_against_itself() {
    let Scene { practice, .. } = scene();
    let document = practice.open().await.unwrap();
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.findings, []);
    assert_eq!(document.place.size, document.pages[1]);
    assert!(document.place.size.contains(&document.place.rect));
}

#[tokio::test]
async fn a_practice_signature_is_whole_and_nobody_vouches_for_it() {
    let Scene { keys, clock, practice } = scene();
    practice.open().await.unwrap();
    assert_eq!(practice.prepare().await.unwrap(), clock.now().second());
    let report = practice.sign().await.unwrap();
    assert_eq!((keys.made.load(Ordering::SeqCst), keys.prompts.load(Ordering::SeqCst)), (1, 1));
    assert_eq!(report.verdict, Verdict::Undetermined);
    assert_eq!(report.document.outcome, Outcome::Ok);
    let [signature] = report.signatures.as_slice() else { panic!("{report:?}") };
    assert_eq!(signature.name.as_deref(), Some("BẢN TẬP / PRACTICE"));
    let answer = |asked| {
        let mut answers = signature.answers();
        answers.find(|(question, _)| *question == asked).unwrap().1.clone()
    };
    assert_eq!(answer(Question::Integrity).outcome, Outcome::Ok);
    assert_eq!(answer(Question::Chain).reason, Reason::NoTrustedIssuer);
}

#[tokio::test]
async fn the_stamp_is_seen_before_it_is_signed_and_stays_as_it_was_seen() {
    let Scene { practice, .. } = scene();
    practice.open().await.unwrap();
    let plain = practice.region_png(STAMP, PracticeView::Plain).await.unwrap();
    practice.prepare().await.unwrap();
    let stamped = practice.region_png(STAMP, PracticeView::Stamped).await.unwrap();
    practice.sign().await.unwrap();
    let signed = practice.region_png(STAMP, PracticeView::Stamped).await.unwrap();
    assert_ne!(plain, stamped);
    assert_eq!(stamped, signed);
    let again = practice.open().await.map(drop);
    again.unwrap();
    let anew = practice.region_png(STAMP, PracticeView::Stamped).await.unwrap();
    assert_eq!(anew, plain, "what was signed before is forgotten");
}

#[tokio::test]
async fn a_dismissed_prompt_leaves_the_sheet_and_nothing_is_signed_unprepared() {
    let Scene { keys, practice, .. } = scene();
    practice.open().await.unwrap();
    assert!(matches!(practice.sign().await, Err(ClientError::UnknownSheet)));
    practice.prepare().await.unwrap();
    *keys.fail.lock().unwrap() = Some(SignerError::Cancelled);
    assert!(matches!(practice.sign().await, Err(ClientError::Signer(SignerError::Cancelled))));
    practice.sign().await.unwrap();
}

#[test]
fn all_marks_of_vietnamese_stand_in_the_document() {
    let file = include_bytes!("../../../assets/practice/phieu-tap-ky.pdf");
    open(file).unwrap();
    let lines = crate::pdf::render::page_text_lines(file, 0).unwrap();
    let text: String = lines.into_iter().map(|line| line.text).collect();
    for letter in "ảẵặằắầẫậấẩẹẽẻềếểễệỉĩịọỏõồốổỗộờớởỡợủũụừứửữựỳýỷỹỵđĐẪ".chars()
    {
        assert!(text.contains(letter), "{letter}");
    }
}
