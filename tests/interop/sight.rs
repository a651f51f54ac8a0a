//! What our core says of PDFs, and shows of them: `sight FOLDER FILE…`
//!
//! One line of JSON a file: its stem, the refusal's slug or null, the findings, how many pages. FOLDER
//! receives the pages as pictures 50 pixels wide: `STEM-ours-N.ppm` is what the core shows, when it
//! shows anything; `STEM-hayro-N.ppm` is what the drawing reader shows of the bytes by itself, whatever
//! was decided on them.

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use trien_core::pdf::check::check;
use trien_core::pdf::inspect::secrecy_mark;
use trien_core::pdf::read::{Refusal, open};
use trien_core::pdf::render::Drawing;

const WIDTH: u32 = 50;

/// More than any trick needs.
const MOST_PAGES: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: sight FOLDER FILE…")?;
    for file in arguments {
        let stem = file.file_stem().ok_or("a file without a name")?.to_string_lossy().into_owned();
        let bytes = Arc::new(fs::read(&file)?);
        let name = |whose: &str| folder.join(format!("{stem}-{whose}"));
        let line = match judge(&bytes, &name("ours")) {
            Ok((findings, pages)) => {
                json!({ "file": stem, "refused": null, "findings": findings, "pages": pages })
            }
            Err(refusal) => {
                json!({ "file": stem, "refused": refusal.slug(), "findings": [], "pages": 0 })
            }
        };
        println!("{line}");
        if let Ok(drawing) = Drawing::open(bytes) {
            draw(&drawing, &name("hayro"));
        }
    }
    Ok(())
}

fn judge(bytes: &Arc<Vec<u8>>, pictures: &Path) -> Result<(serde_json::Value, usize), Refusal> {
    let document = open(bytes)?;
    secrecy_mark(&document, bytes)?;
    if let Ok(drawing) = Drawing::of(&document, bytes) {
        draw(&drawing, pictures);
    }
    Ok((json!(check(&document)), document.pages().len()))
}

fn draw(drawing: &Drawing, pictures: &Path) {
    for page in 0..MOST_PAGES {
        let Ok(picture) = drawing.page_png(page, WIDTH) else { break };
        let path = format!("{}-{page}.ppm", pictures.display());
        fs::write(path, ppm(&picture)).expect("the folder takes files");
    }
}

fn ppm(png: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().expect("our own picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a small picture")];
    let frame = reader.next_frame(&mut pixels).expect("our own picture");
    let mut ppm = format!("P6\n{} {}\n255\n", frame.width, frame.height).into_bytes();
    ppm.extend_from_slice(&pixels[..frame.buffer_size()]);
    ppm
}
