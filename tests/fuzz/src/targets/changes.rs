//! What comes after a signature. The first byte chooses a signed document, the rest are objects of a
//! revision behind it, for which a table is written. Where nothing is found, no page and no signature
//! below another is gone; where nothing but metadata and data for validation was added, every page
//! looks as it did.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use memchr::memmem;
use trien_core::pdf::changes::{Allowed, Step, before_and_after, history};
use trien_core::pdf::read::{Document, open, open_to_judge};

use crate::office::office;
use crate::seeds;

const WIDTH: u32 = 64;

pub fn run(data: &[u8]) {
    let Some((&choice, tail)) = data.split_first() else { return };
    let bases = bases();
    let base = &bases[usize::from(choice) % bases.len()];
    let Some(file) = with_revision(base, tail) else { return };
    let Ok(document) = open_to_judge(&file) else { return };
    let found = history(&document);
    assert_eq!(found, history(&document), "comparing repeats");
    let signed = open_to_judge(base).expect("a base opens");
    if found.changes().next().is_none() && nothing_before_is_gone(&document, &signed) {
        assert!(document.pages().len() == signed.pages().len(), "a page is gone");
    }
    found.steps().iter().filter(|step| shows_nothing_new(step)).for_each(|step| {
        looks_the_same(&document, step);
    });
}

/// Whoever takes the last signatures away shows what was signed before them, or an unsigned document;
/// to take one from below another must be found.
fn nothing_before_is_gone(document: &Document<'_>, signed: &Document<'_>) -> bool {
    let old = signed.signatures();
    let kept = old.iter().rposition(|signature| document.signatures().contains(signature));
    let below = kept.map_or(&old[..0], |last| &old[..last]);
    assert!(below.iter().all(|one| document.signatures().contains(one)), "a signature is gone");
    kept.is_some_and(|last| last + 1 == old.len())
}

fn shows_nothing_new(step: &Step) -> bool {
    let unseen = [Allowed::ValidationData, Allowed::Metadata];
    step.changes.is_empty() && step.allowed.iter().all(|kind| unseen.contains(kind))
}

fn looks_the_same(document: &Document<'_>, step: &Step) {
    for page in 0..document.pages().len().min(3) {
        let page = u32::try_from(page).expect("three pages");
        if let Ok(pictures) = before_and_after(document, step.from, page, WIDTH) {
            assert!(pictures.before == pictures.after, "page {page} looks otherwise: {step:?}");
        }
    }
}

/// Signed documents, the shortest ones: our own signature has room that takes time to pass over.
pub fn bases() -> &'static [Vec<u8>] {
    static BASES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    BASES.get_or_init(|| {
        let vector = |name: &str| seeds::file(name);
        let signed = |name: &str| office().sign_pdf(&vector(name), "first").expect("can be signed");
        let form = signed("pdfrev-1/form.pdf");
        vec![
            vector("signatures/foreign/algorithm-ed25519.pdf"),
            vector("signatures/foreign/claimed.pdf"),
            vector("signatures/foreign/long-term.pdf"),
            signed("pdfrev-1/generation.pdf"),
            office().sign_pdf(&form, "second").expect("can be signed twice"),
            form,
        ]
    })
}

/// The base and behind it these objects, with a table that names all of them that begin a line; `None`
/// if there are none.
fn with_revision(base: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    let document = open(base).expect("a base opens");
    let trailer = document.trailer();
    let mut file = [base, tail, b"\n"].concat();
    let mut size = trailer.size;
    let mut table = "xref\n".to_owned();
    let objects = objects(&file, base.len());
    if objects.is_empty() {
        return None;
    }
    for ((number, generation), at) in objects {
        size = size.max(number.saturating_add(1));
        table += &format!("{number} 1\n{at:010} {generation:05} n \n");
    }
    let start = file.len();
    let (root, prev) = (trailer.root, document.startxref());
    table +=
        &format!("trailer\n<</Size {size}/Root {} {} R/Prev {prev}", root.number, root.generation);
    file.extend_from_slice(table.as_bytes());
    for (key, value) in [("/ID", trailer.id), ("/Info", trailer.info)] {
        let written = value.map(|value| [key.as_bytes(), b" ", value].concat());
        file.extend_from_slice(&written.unwrap_or_default());
    }
    file.extend_from_slice(format!(">>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    Some(file)
}

fn objects(file: &[u8], from: usize) -> BTreeMap<(u32, u16), usize> {
    let mut objects = BTreeMap::new();
    for found in memmem::find_iter(&file[from..], b" obj") {
        let line = &file[from..from + found];
        let start = line.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let id = std::str::from_utf8(&line[start..]).ok().and_then(|id| id.split_once(' '));
        if let Some((number, generation)) = id
            && let (Ok(number), Ok(generation)) = (number.parse(), generation.parse())
        {
            objects.insert((number, generation), from + start);
        }
    }
    objects
}
