//! The contestants that are ours; tests/bench/run sets the others beside them and prints the figures.

mod cycle;
mod decisions;
mod documents;
mod listen;
mod load;
#[path = "../flow/office.rs"]
#[expect(dead_code, reason = "the flows' own cases use the rest")]
mod office;
mod pages;
mod people;
#[path = "../flow/phone.rs"]
#[expect(dead_code, reason = "the flows' own cases use the rest")]
mod phone;
mod phones;
#[path = "../interop/pki.rs"]
#[expect(dead_code, reason = "the judges use the rest")]
mod pki;
#[path = "../interop/signing.rs"]
#[expect(dead_code, reason = "the judges use the rest")]
mod signing;
#[path = "../story/support/mod.rs"]
mod story;

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use trien_core::digest::Sha256;
use trien_core::env::{Clock, OsEntropy, SystemClock};
use trien_core::pdf::read;
use trien_core::pdf::render::Drawing;

use pki::TestPki;

const WARM_UPS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sign", look @ ("stamp" | "invisible"), file, rounds] => {
            sign(&std::fs::read(file)?, look == "stamp", rounds.parse()?)
        }
        ["job", file, rounds] => job(&std::fs::read(file)?, rounds.parse()?),
        ["open", file] => open(std::fs::read(file)?),
        ["cycle", file] => cycle::measure(std::fs::read(file)?).await,
        ["decisions"] => decisions::measure().await,
        ["pages"] => pages::measure().await,
        ["listen"] => listen::measure().await,
        ["idle"] => load::idle().await,
        ["load"] => load::measure().await,
        _ => Err("usage: figures sign stamp|invisible FILE ROUNDS | job FILE ROUNDS | open FILE | cycle FILE | decisions | pages | listen | idle | load"
            .into()),
    }
}

/// From the document's bytes to the signed document's: gate, revision, attributes, key, CMS.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn sign(base: &[u8], stamp: bool, rounds: usize) -> Result<(), Box<dyn Error>> {
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    let image = signing::seal();
    let mut nanoseconds = Vec::with_capacity(rounds);
    for round in 0..WARM_UPS + rounds {
        let start = Instant::now();
        let field = format!("Trien-{round}");
        let tail = signing::tail(base, 1, &image, &pki, now, |document| match stamp {
            true => signing::recipe(document, field, 1, &image),
            false => signing::unseen(field, 1),
        })?;
        std::hint::black_box([base, &tail].concat());
        if round >= WARM_UPS {
            nanoseconds.push(start.elapsed().as_nanos());
        }
    }
    println!("{{\"nanoseconds\":{nanoseconds:?}}}");
    Ok(())
}

/// The same job, but to the bytes that follow the document, and a bare hash of the document, in
/// turns; and a copy of the document, which is what the signed one takes beyond that.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn job(base: &[u8], rounds: usize) -> Result<(), Box<dyn Error>> {
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    let image = signing::seal();
    let (mut job, mut sha256, mut copy) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let start = Instant::now();
        let digest = std::hint::black_box(Sha256::of(base));
        let hashed = start.elapsed().as_nanos();
        let start = Instant::now();
        let field = format!("Trien-{round}");
        let tail = signing::tail(base, 1, &image, &pki, now, |document| {
            signing::recipe(document, field, 1, &image)
        })?;
        let signed = start.elapsed().as_nanos();
        let start = Instant::now();
        let whole = std::hint::black_box([base, &tail].concat());
        let copied = start.elapsed().as_nanos();
        assert_ne!(digest, Sha256([0; 32]));
        assert!(whole.len() > base.len());
        if round > 0 {
            sha256.push(hashed);
            job.push(signed);
            copy.push(copied);
        }
    }
    let objects = read::open(base)?.object_ids().count();
    let figures = serde_json::json!({
        "job": job, "sha256": sha256, "copy": copy, "objects": objects,
    });
    println!("{figures}");
    Ok(())
}

/// Gate and first page, and the most memory that this process ever had.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn open(bytes: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let bytes = Arc::new(bytes);
    let start = Instant::now();
    let document = read::open(&bytes)?;
    let gate = start.elapsed().as_nanos();
    let start = Instant::now();
    let page = Drawing::of(&document, &bytes)?.page_png(0, 1080)?;
    let drawn = start.elapsed().as_nanos();
    assert!(!page.is_empty());
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
    println!("{{\"gate_ns\":{gate},\"page_ns\":{drawn},\"peak_kib\":{peak}}}");
    Ok(())
}
