//! CPU and wall for one whole cycle over HTTP; what processes use and weigh.

use std::error::Error;
use std::fs;
use std::time::Instant;

use crate::story::{Office, approve, enroll};

const CYCLES: u32 = 50;

/// Submit, sync, download, check, build, sign, decide, verify, record, receipt: server, its PDF children,
/// the phone and the document system are all this process and its children, and all are counted.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
pub async fn measure(document: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let office = Office::open().await;
    let person = office.person("Nguyễn Văn An", "Chủ tịch").await;
    let phone = enroll(&office, &person).await;
    let mut start = 0;
    let mut walls = Vec::new();
    for cycle in 0..=CYCLES {
        // The first warms up: the children are started and the connections open.
        if cycle == 1 {
            start = cpu_milliseconds()?;
        }
        let begun = Instant::now();
        let submission = office.submission(&[&person]);
        let request = office.submit(&submission, another(&document, cycle)?).await;
        approve(&phone.companion, request).await;
        if cycle > 0 {
            walls.push(begun.elapsed());
        }
    }
    let spent = cpu_milliseconds()? - start;
    walls.sort_unstable();
    let at = |share: usize| walls[walls.len() * share / 100].as_secs_f64() * 1000.0;
    println!(
        "| whole cycle, {} kB PDF, {CYCLES} times, SQLite FULL | CPU | wall, median | p95 |",
        document.len() / 1000
    );
    println!("|---|---|---|---|");
    println!(
        "| submit, sync, decide, receipt; all processes | {:.1} ms | {:.1} ms | {:.1} ms |",
        f64::from(spent) / f64::from(CYCLES),
        at(50),
        at(95)
    );
    Ok(())
}

/// The same document with another byte in its filler, so that nothing is known already.
fn another(document: &[u8], cycle: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let filler = memchr::memmem::find(document, b"xxxxxxxx").ok_or("a document made by sign.py")?;
    let mut another = document.to_vec();
    another[filler..filler + 4].copy_from_slice(&cycle.to_be_bytes());
    Ok(another)
}

/// Processor time of this process and of everything below it, in milliseconds.
fn cpu_milliseconds() -> Result<u32, Box<dyn Error>> {
    cpu_milliseconds_of(std::process::id())
}

/// The same of another process.
pub fn cpu_milliseconds_of(root: u32) -> Result<u32, Box<dyn Error>> {
    let ticks: u32 = family(root)?.iter().map(|id| ticks_of(*id).unwrap_or(0)).sum();
    // USER_HZ is 100 on every Linux that Rust runs on.
    Ok(ticks * 10)
}

fn ticks_of(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // utime, stime, and those of children that have ended (proc(5), fields 14 to 17).
    fields.get(11..15)?.iter().map(|field| field.parse::<u32>().ok()).sum()
}

/// A process and all its descendants.
fn family(root: u32) -> Result<Vec<u32>, Box<dyn Error>> {
    let mut family = vec![root];
    let mut at = 0;
    while at < family.len() {
        for task in fs::read_dir(format!("/proc/{}/task", family[at]))? {
            let children = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        at += 1;
    }
    Ok(family)
}

/// A process with its descendants: how many they are, and their proportional set size in MiB.
pub fn weight(root: u32) -> Result<(usize, f64), Box<dyn Error>> {
    let processes = family(root)?;
    let kibibytes: u32 = processes.iter().map(|id| proportional_kibibytes(*id).unwrap_or(0)).sum();
    Ok((processes.len(), f64::from(kibibytes) / 1024.0))
}

fn proportional_kibibytes(id: u32) -> Option<u32> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
