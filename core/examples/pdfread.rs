//! Says of each PDF whether it can be signed: `cargo run --example pdfread -- FILE…`
//!
//! One line a file, fields separated by tabs: `ok`, pages, signatures, revisions, findings, path;
//! or `refused`, the reason's slug, the reason, path.

use std::env;
use std::fs;
use std::process::ExitCode;

use trien_core::pdf::check::check;
use trien_core::pdf::read::open;

fn main() -> ExitCode {
    let mut all_signable = true;
    for path in env::args().skip(1) {
        let line = match fs::read(&path) {
            Err(error) => format!("unreadable\t{error}"),
            Ok(bytes) => match open(&bytes) {
                Err(refusal) => format!("refused\t{}\t{refusal}", refusal.slug()),
                Ok(document) => format!(
                    "ok\t{}\t{}\t{}\t{:?}",
                    document.pages().len(),
                    document.signatures().len(),
                    document.revisions().len(),
                    check(&document),
                ),
            },
        };
        all_signable &= line.starts_with("ok");
        println!("{line}\t{path}");
    }
    ExitCode::from(u8::from(!all_signable))
}
