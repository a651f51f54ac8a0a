//! From the submission of a document to a phone that knows of it, by the line that it listens on.

use std::error::Error;
use std::time::{Duration, Instant};

use trien_core::client::News;

use crate::story::{Office, enroll, sample};

const ROUNDS: usize = 100;

/// Both are in this process: what is measured is from the document system's call to the end of the
/// phone's sync, and from the answer to that call on.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
pub async fn measure() -> Result<(), Box<dyn Error>> {
    let office = Office::open().await;
    let person = office.person("Nguyễn Văn An", "Chủ tịch").await;
    let phone = enroll(&office, &person).await.companion;
    phone.await_news().await?;
    let (mut whole, mut after) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let submission = office.submission(&[&person]);
        // Apart from the last by more than what is told together.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let begun = Instant::now();
        let submit = async {
            let submitted =
                office.submit_as(&format!("round-{round}"), &submission, sample()).await;
            (submitted.is_ok(), Instant::now())
        };
        let learn = async {
            let heard = phone.await_news().await;
            (heard, Instant::now())
        };
        let ((is_submitted, answered), (heard, known)) = tokio::join!(submit, learn);
        if !is_submitted {
            return Err("a submission was refused".into());
        }
        match heard? {
            News::Synced(synced) if synced.changed > 0 => {}
            other => return Err(format!("heard {other:?}").into()),
        }
        // The first starts the workers.
        if round > 0 {
            whole.push(known - begun);
            after.push(known.saturating_duration_since(answered));
        }
    }
    println!("| a phone that listens, {ROUNDS} submissions, SQLite FULL | median | p95 |");
    println!("|---|---|---|");
    for (what, mut times) in [
        ("from the submission's call to the end of the phone's sync", whole),
        ("from the submission's answer", after),
    ] {
        times.sort_unstable();
        let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1000.0;
        println!("| {what} | {:.1} ms | {:.1} ms |", at(50), at(95));
    }
    Ok(())
}
