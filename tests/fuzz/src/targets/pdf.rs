//! The gate and all that is done with what passes it: a document that opens can be checked, drawn and
//! signed, and the signed one opens again with one signature more, with the same pages, and without
//! a finding about what was changed, unless an object that changed has a second use.

use std::sync::Arc;

use memchr::memmem;
use trien_core::pdf::changes;
use trien_core::pdf::check::check;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::Images;
use trien_core::pdf::inspect::{default_rect, inspect};
use trien_core::pdf::read::{self, Document};
use trien_core::pdf::recipe::{Appearance, Line};
use trien_core::pdf::render::{Drawing, RenderError};
use trien_core::pdf::revise::{BuildError, build_revision};

use crate::office::{SIGNED_AT, recipe, text};

const WIDTH: u32 = 48;

pub fn run(data: &[u8]) {
    let judged = read::open_to_judge(data);
    let Ok(document) = read::open(data) else {
        if let Ok(document) = judged {
            let _ = check(&document);
        }
        return;
    };
    let again = judged.expect("what can be signed can be judged");
    assert_eq!(summary(&document), summary(&again), "reading repeats");
    assert_eq!(check(&document), check(&again), "checking repeats");
    // Drawing and comparing take longer than all else, so each input gets a part of that.
    match data.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % 8 {
        0 | 1 => draw(&document),
        part => sign(&document, part),
    }
}

fn draw(document: &Document<'_>) {
    let file = Arc::new(document.bytes().to_vec());
    match Drawing::of(document, &file) {
        Ok(drawing) => drop((drawing.text(0), drawing.page_png(0, WIDTH))),
        Err(RenderError::Unreadable) => panic!("the drawing reader sees other pages"),
        Err(_) => {}
    }
    let inspection = inspect(&file).expect("what opens and is drawn is inspected");
    assert_eq!(inspection.pages.len(), document.pages().len());
}

fn summary(document: &Document<'_>) -> String {
    format!("{:?}{:?}", document.pages(), (document.signatures(), document.revisions()))
}

fn stamp(document: &Document<'_>) -> Appearance {
    let rect = default_rect(PageSize::of(&document.pages()[0]), 0);
    let lines = vec![
        Line::Text { text: text("Người ký: Nguyễn Thị Hạnh") },
        Line::SignedAt { label: text("Thời gian ký") },
    ];
    Appearance::Stamp { page: 0, rect, lines, image: None }
}

/// Every second document gets a visible stamp, every third one is compared with what it was.
fn sign(document: &Document<'_>, part: u8) {
    let appearance = if part.is_multiple_of(2) { stamp(document) } else { Appearance::Invisible };
    let recipe = recipe("Trien-fuzz", appearance);
    let delta = match build_revision(document, &recipe, &Images::none(), SIGNED_AT) {
        Ok(delta) => delta,
        Err(BuildError::Recipe(error)) => panic!("our own recipe: {error}"),
        Err(_) => return,
    };
    let again = build_revision(document, &recipe, &Images::none(), SIGNED_AT);
    assert_eq!(again.as_ref(), Ok(&delta), "phone and server build the same");

    let tail = delta.embed(&[0x30, 0]).expect("two bytes fit");
    let whole = [document.bytes(), &tail].concat();
    let signed = read::open(&whole).expect("what we signed opens again");
    assert_eq!(signed.signatures().len(), document.signatures().len() + 1);
    assert_eq!(format!("{:?}", signed.pages()), format!("{:?}", document.pages()));
    if part < 4 && changes::history(document).changes().next().is_none() {
        let after = changes::history(&signed);
        let unexplained = after.changes().find(|change| has_one_use(document, change.object));
        assert_eq!(unexplained, None, "signing is a change that is allowed");
    }
}

/// What has another use as well changes that other use too, which nobody excuses. Annotations name
/// their page, and that is no use.
fn has_one_use(document: &Document<'_>, number: u32) -> bool {
    let reference = format!("{number} 0 R");
    let uses = document.object_ids().filter_map(|id| document.object(id)).map(|object| {
        let found = memmem::find_iter(object.raw, reference.as_bytes());
        let before = found.map(|at| object.raw[..at].trim_ascii_end());
        before.filter(|before| !before.ends_with(b"/P")).count()
    });
    uses.sum::<usize>() <= 1
}
