//! Tries clean copies on files that the strict reader refuses, and counts what comes of it.
//!
//! `cargo run --example corpus_copies -- FILE.pdf…`; for each reason of refusal, how many files it
//! meets and what became of them. Copies are compared with their originals page by page.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use trien_core::pdf::read::{self, limits::MAX_BYTES};
use trien_core::pdf::render::Drawing;
use trien_server::clean_copy::{ActiveContent, NoCleanCopy, make};

/// Pages that are compared, of each file.
const PAGES: u32 = 5;
const WIDTH: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for path in std::env::args().skip(1) {
        let bytes = Arc::new(std::fs::read(&path)?);
        let reason = match read::open(&bytes) {
            Ok(_) => continue,
            Err(refusal) => refusal.slug().to_owned(),
        };
        let came = if bytes.len() > MAX_BYTES { "too large".to_owned() } else { tried(&bytes) };
        counts.entry((reason, came)).or_default().push(path);
    }
    for ((reason, came), paths) in &counts {
        println!("{reason:18} {came:34} {:4}  {}", paths.len(), paths[0]);
    }
    Ok(())
}

fn tried(bytes: &Arc<Vec<u8>>) -> String {
    let (copy, how) = match make(Arc::clone(bytes), ActiveContent::Refused) {
        Ok(copy) => (copy, "signable"),
        Err(NoCleanCopy::ActiveContent) => match make(Arc::clone(bytes), ActiveContent::Removed) {
            Ok(copy) => (copy, "signable without active content"),
            Err(why) => return format!("no: {}", why.slug()),
        },
        Err(why) => return format!("no: {}", why.slug()),
    };
    let (before, after) = (Drawing::open(Arc::clone(bytes)), Drawing::open(copy.bytes));
    let (Ok(before), Ok(after)) = (before, after) else { return format!("{how}, not drawn") };
    for page in 0..PAGES {
        if before.page_png(page, WIDTH) != after.page_png(page, WIDTH) {
            return format!("{how}, page {} DIFFERS", page + 1);
        }
    }
    how.to_owned()
}
