//! Draws first and last pages: `cargo run --example pages -- WIDTH FOLDER < LIST`
//!
//! Each line of the list is the path of a PDF. Each answer is a line of JSON: `file`; `refused`, the
//! gate's reason; or `findings` and `pictures`, of which each has its `page` (from 0) and either the
//! `png` that was written to the folder, how many `points` the page is wide, and the `milliseconds` it
//! took, or the `error`.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::read;
use trien_core::pdf::render::Drawing;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [width, folder] = arguments.as_slice() else { return Err("WIDTH FOLDER".into()) };
    let width = width.parse()?;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let file = line?;
        let answer = answer(&file, width, Path::new(folder))?;
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn answer(file: &str, width: u32, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let bytes = Arc::new(fs::read(file)?);
    let document = match read::open(&bytes) {
        Ok(document) => document,
        Err(refusal) => return Ok(json!({ "file": file, "refused": refusal.slug() })),
    };
    let findings: Vec<_> = check(&document).into_iter().map(Finding::slug).collect();
    let drawing = match Drawing::of(&document, &bytes) {
        Ok(drawing) => drawing,
        Err(error) => return Ok(json!({ "file": file, "refused": error.slug() })),
    };
    let last = document.pages().len() - 1;
    let numbers = if last == 0 { vec![0] } else { vec![0, last] };
    let mut pictures = Vec::new();
    for number in numbers {
        let page = u32::try_from(number)?;
        #[expect(clippy::disallowed_methods, reason = "measures")]
        let begin = Instant::now();
        pictures.push(match drawing.page_png(page, width) {
            Ok(png) => {
                let took = begin.elapsed().as_millis();
                let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
                let path = folder.join(format!("{name}-{page}.png"));
                fs::write(&path, png)?;
                let points = f64::from(PageSize::of(&document.pages()[number]).width) / 100.0;
                let took = u64::try_from(took)?;
                json!({ "page": page, "png": path, "points": points, "milliseconds": took })
            }
            Err(error) => json!({ "page": page, "error": error.slug() }),
        });
    }
    Ok(json!({ "file": file, "findings": findings, "pictures": pictures }))
}
