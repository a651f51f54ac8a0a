//! Signs real PDFs, for judges that we did not write: `corpus_signer FOLDER < ORDERS`
//!
//! Each line of ORDERS is the number of signers, a tab and a file. FOLDER receives the trust (`root.pem`,
//! `*.crl`), the signed files, and `outcomes.jsonl` with one line per attempt: what was signed, or the slug
//! and reason of the refusal.

mod pki;
mod signing;

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use trien_core::env::{Clock, OsEntropy, SystemClock, UnixSecond};
use trien_core::pdf::image::StampImage;

use pki::TestPki;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: corpus_signer FOLDER < ORDERS")?;
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    pki.write(&folder)?;
    let outcomes = File::create(folder.join("outcomes.jsonl"))?;
    let mut office = Office { pki, image: signing::seal(), now, folder, outcomes };
    for order in io::stdin().lines() {
        let order = order?;
        let (signers, file) =
            order.split_once('\t').ok_or("an order is a number, a tab and a file")?;
        office.sign(Path::new(file), signers.parse()?)?;
    }
    Ok(())
}

struct Office {
    pki: TestPki,
    image: StampImage,
    now: UnixSecond,
    folder: PathBuf,
    outcomes: File,
}

impl Office {
    /// One signer after the other, each on what the last one left.
    fn sign(&mut self, file: &Path, signers: u8) -> Result<(), Box<dyn Error>> {
        let name = file.file_stem().ok_or("a file without a name")?.to_string_lossy().into_owned();
        let mut base = file.to_owned();
        for number in 1..=signers {
            let signed = self.folder.join(format!("{name}.{number}.pdf"));
            let made = signing::sign(&fs::read(&base)?, number, &self.image, &self.pki, self.now);
            let (path, refused) = match &made {
                Ok(content) => {
                    fs::write(&signed, content)?;
                    (Some(&signed), None)
                }
                Err(refusal) => (None, Some(refusal.to_string())),
            };
            let outcome = json!({
                "file": format!("{name}.pdf"), "base": base, "signed": path, "refused": refused,
            });
            writeln!(self.outcomes, "{outcome}")?;
            if made.is_err() {
                break;
            }
            base = signed;
        }
        Ok(())
    }
}
