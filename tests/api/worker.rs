//! A document can take down the child that opens it, and nothing else.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use trien_core::pdf::read::Refusal;
use trien_server::worker::{Checker, CheckerSettings, InspectError, Limits};

const SAMPLE: &[u8] = include_bytes!("../../server/assets/sample/quyet-dinh.pdf");

fn settings() -> CheckerSettings {
    CheckerSettings {
        workers: 1,
        ..CheckerSettings::new(PathBuf::from(env!("CARGO_BIN_EXE_trien")))
    }
}

fn sample() -> Bytes {
    Bytes::from_static(SAMPLE)
}

#[tokio::test]
async fn a_sound_document_is_inspected_and_the_worker_reused() {
    let checker = Checker::new(settings());
    for _ in 0..3 {
        let inspection = checker.inspect(sample()).await.unwrap();
        assert_eq!(inspection.size, SAMPLE.len() as u64);
        assert_eq!(inspection.pages.len(), 2);
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_reason_across_the_pipe() {
    let checker = Checker::new(settings());
    let answer = checker.inspect(Bytes::from_static(b"not a pdf")).await;
    assert!(matches!(answer, Err(InspectError::Refused(Refusal::NotPdf))), "{answer:?}");
    assert!(checker.inspect(sample()).await.is_ok());
}

#[tokio::test]
async fn a_document_that_takes_too_long_is_given_up_and_the_next_one_served() {
    let slow = CheckerSettings { timeout: Duration::from_micros(1), ..settings() };
    let checker = Checker::new(slow);
    let answer = checker.inspect(sample()).await;
    assert!(matches!(answer, Err(InspectError::TimedOut)), "{answer:?}");
    let checker = Checker::new(settings());
    assert!(checker.inspect(sample()).await.is_ok());
}

#[tokio::test]
async fn a_document_beyond_the_memory_limit_kills_its_worker_only() {
    let with = |memory_mib| {
        let limits = Limits { memory_mib, ..Limits::default() };
        Checker::new(CheckerSettings { limits, ..settings() })
    };
    let mut least = 0;
    let starved = loop {
        least += 32;
        let checker = with(least);
        match checker.inspect(sample()).await {
            Ok(_) => break checker,
            // Too little to start, for the sample, or for the thread that draws it.
            Err(
                InspectError::Unavailable(_) | InspectError::Crashed | InspectError::Refused(_),
            ) => {}
            Err(other) => panic!("{other}"),
        }
    };
    // Within the size that signatures may add up to, but more than this worker may hold.
    let answer = starved.inspect(Bytes::from(vec![b' '; 80 << 20])).await;
    assert!(matches!(answer, Err(InspectError::Crashed)), "{least} MiB: {answer:?}");
    assert!(starved.inspect(sample()).await.is_ok());
}

#[tokio::test]
async fn a_worker_that_cannot_start_says_nothing_of_the_document() {
    let settings = CheckerSettings::new(PathBuf::from("/nonexistent/trien"));
    let answer = Checker::new(settings).inspect(sample()).await;
    assert!(matches!(answer, Err(InspectError::Unavailable(_))), "{answer:?}");
}

#[tokio::test]
async fn workers_are_replaced_after_their_share_of_documents() {
    let checker = Checker::new(CheckerSettings { documents_per_worker: 2, ..settings() });
    for _ in 0..5 {
        assert!(checker.inspect(sample()).await.is_ok());
    }
}
