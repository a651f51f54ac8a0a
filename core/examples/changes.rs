//! Says of each PDF what was changed after its signatures, one JSON object a line:
//! `cargo run --example changes -- FILE…`
//!
//! `refused` is the gate's reason, if it lets nobody read the file. Otherwise `signatures` has, for
//! each, its field, the end of what it covers, the outcome of its integrity and the changes after
//! it; `note` is the finding that a phone shows.

use std::env;
use std::error::Error;
use std::fs;

use serde_json::{Value, json};
use trien_core::env::UnixSecond;
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::read::open_to_judge;
use trien_core::verify::{Trust, verify_pdf};

fn main() -> Result<(), Box<dyn Error>> {
    for path in env::args().skip(1) {
        let mut line = judge(&fs::read(&path)?)?;
        line["file"] = json!(path);
        println!("{line}");
    }
    Ok(())
}

fn judge(bytes: &[u8]) -> Result<Value, Box<dyn Error>> {
    let document = match open_to_judge(bytes) {
        Ok(document) => document,
        Err(refusal) => return Ok(json!({ "refused": refusal.slug() })),
    };
    let nobody = Trust {
        anchors: Vec::new(),
        intermediates: Vec::new(),
        crls: Vec::new(),
        ocsp: Vec::new(),
        at: UnixSecond::new(1_800_000_000),
    };
    let report = verify_pdf(bytes, &nobody, None);
    let signatures: Vec<Value> = report
        .signatures
        .iter()
        .zip(document.signatures())
        .map(|(signature, field)| {
            json!({
                "field": signature.field,
                "covers": field.byte_range[2] + field.byte_range[3],
                "integrity": signature.integrity.outcome,
                "changes": signature.changes.iter().map(|later| &later.change).collect::<Vec<_>>(),
            })
        })
        .collect();
    let note = check(&document).contains(&Finding::ContentChangedAfterSignature);
    Ok(json!({ "signatures": signatures, "note": note }))
}
