//! The contestants that are ours; tests/bench/run sets the others beside them and prints the figures.

mod cycle;
mod decisions;
#[path = "../flow/office.rs"]
#[expect(dead_code, reason = "the flows' own cases use the rest")]
mod office;
#[path = "../flow/phone.rs"]
#[expect(dead_code, reason = "the flows' own cases use the rest")]
mod phone;
#[path = "../interop/pki.rs"]
#[expect(dead_code, reason = "the judges use the rest")]
mod pki;
#[path = "../interop/signing.rs"]
mod signing;
#[path = "../story/support/mod.rs"]
mod story;

use std::error::Error;
use std::time::Instant;

use trien_core::env::{Clock, OsEntropy, SystemClock};

use pki::TestPki;

const WARM_UPS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sign", file, rounds] => sign(&std::fs::read(file)?, rounds.parse()?),
        ["cycle", file] => cycle::measure(std::fs::read(file)?).await,
        ["decisions"] => decisions::measure().await,
        ["idle"] => cycle::idle(),
        _ => Err("usage: figures sign FILE ROUNDS | cycle FILE | decisions | idle".into()),
    }
}

/// From the document's bytes to the signed document's: gate, revision with stamp, attributes, key, CMS.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn sign(base: &[u8], rounds: usize) -> Result<(), Box<dyn Error>> {
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    let image = signing::seal();
    let mut nanoseconds = Vec::with_capacity(rounds);
    for round in 0..WARM_UPS + rounds {
        let start = Instant::now();
        signing::sign(base, 1, &image, &pki, now)?;
        if round >= WARM_UPS {
            nanoseconds.push(start.elapsed().as_nanos());
        }
    }
    println!("{{\"nanoseconds\":{nanoseconds:?}}}");
    Ok(())
}
