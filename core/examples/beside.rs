//! Looks for texts in PDFs: `cargo run --example beside < LIST`
//!
//! Each line of the list is the path of a PDF, a page (from 0) and a text, between tabs. Each answer
//! is a line of JSON: `across` and `down`, where the middle of the text is from the upper left
//! corner of the displayed page, in its units, or the `error`.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::placement::{Occurrence, Side, Wish, find};
use trien_core::pdf::read;

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let [file, page, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err("a line is a file, a page and a text".into());
        };
        writeln!(output, "{}", answer(file, page.parse()?, text)?)?;
    }
    Ok(())
}

fn answer(file: &str, page: u32, text: &str) -> Result<Value, Box<dyn Error>> {
    let bytes = Arc::new(fs::read(file)?);
    let document = match read::open(&bytes) {
        Ok(document) => document,
        Err(refusal) => return Ok(json!({ "error": refusal.slug() })),
    };
    // The smallest stamp over the text shows where its middle is.
    let wish = Wish {
        text: Text::new(text)?,
        occurrence: Occurrence::Only,
        page: Some(page),
        side: Side::Over,
        width: 2,
        height: 2,
    };
    let place = match find(&document, &bytes, &[wish]) {
        Ok(places) => places[0],
        Err(none) => return Ok(json!({ "error": none.slug() })),
    };
    let page = &document.pages()[usize::try_from(place.page)?];
    let height = PageSize::of(page).height;
    #[expect(clippy::cast_precision_loss, reason = "a user unit is far smaller than 2^53")]
    let unit = page.user_unit as f64 / 1_000_000.0 * 100.0;
    let across = f64::from(place.rect.left + 1) / unit;
    let down = f64::from(height - place.rect.bottom - 1) / unit;
    Ok(json!({ "across": across, "down": down }))
}
