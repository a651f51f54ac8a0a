//! Signs real PDFs twice each, for judges that we did not write: `corpus_signer FOLDER FILE…`
//!
//! FOLDER receives the trust (`root.pem`, `*.crl`), the signed files, and `outcomes.jsonl` with one line
//! per attempt: what was signed, or the slug and reason of the refusal.

mod pki;
mod signing;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use trien_core::env::{Clock, OsEntropy, SystemClock};

use pki::TestPki;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: corpus_signer FOLDER FILE…")?;
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    pki.write(&folder)?;
    let image = signing::seal();
    let mut outcomes = String::new();
    for file in arguments {
        let name = file.file_stem().ok_or("a file without a name")?.to_string_lossy().into_owned();
        let mut base = file.clone();
        for number in 1..=2 {
            let signed = folder.join(format!("{name}.{number}.pdf"));
            let outcome = match signing::sign(&fs::read(&base)?, number, &image, &pki, now) {
                Ok(content) => {
                    fs::write(&signed, content)?;
                    json!({ "signed": signed, "refused": null })
                }
                Err(refusal) => json!({ "signed": null, "refused": refusal.to_string() }),
            };
            outcomes += &line(&name, &base, &outcome);
            if outcome["signed"].is_null() {
                break;
            }
            base = signed;
        }
    }
    fs::write(folder.join("outcomes.jsonl"), outcomes)?;
    Ok(())
}

fn line(name: &str, base: &Path, outcome: &serde_json::Value) -> String {
    let line = json!({
        "file": format!("{name}.pdf"),
        "base": base,
        "signed": outcome["signed"],
        "refused": outcome["refused"],
    });
    format!("{line}\n")
}
