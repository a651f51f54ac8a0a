//! Judges signed documents for tests/interop/earlier.py: a line for each, tab between its parts.
//!
//! In: the file, the roots and the revocation lists (each a list with `;` between), the second at
//! which it is judged. Out: the report as JSON, in one line.

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};

use trien_core::certificate::{Certificate, Crl, OcspResponse};
use trien_core::env::UnixSecond;
use trien_core::verify::{Trust, verify_pdf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let [file, roots, lists, at] = *line.split('\t').collect::<Vec<_>>() else {
            return Err(format!("not four parts: {line}").into());
        };
        let (answers, lists): (Vec<&str>, Vec<&str>) =
            lists.split(';').filter(|path| !path.is_empty()).partition(|it| it.ends_with(".ocsp"));
        let mut trust = Trust {
            anchors: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            ocsp: Vec::new(),
            at: UnixSecond::new(at.parse()?),
        };
        for path in roots.split(';').filter(|path| !path.is_empty()) {
            // What cannot be read is nobody's anchor.
            trust.anchors.extend(Certificate::parse(&std::fs::read(path)?));
        }
        for path in lists {
            trust.crls.push(Crl::parse(&std::fs::read(path)?)?);
        }
        for path in answers {
            trust.ocsp.push(OcspResponse::parse(&std::fs::read(path)?)?);
        }
        let report = verify_pdf(&std::fs::read(file)?, &trust, None);
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
        out.flush()?;
    }
    Ok(())
}
