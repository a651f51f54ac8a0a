//! Stamp images: what becomes of a PNG is accepted by the other side, and can be stamped.

use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::{Images, StampImage, normalise};
use trien_core::pdf::inspect::default_rect;
use trien_core::pdf::read::open;
use trien_core::pdf::recipe::Appearance;
use trien_core::pdf::revise::build_revision;

use crate::office::{SIGNED_AT, recipe};
use crate::seeds;

/// Larger ones are only normalised: compressing them is what takes the time.
const SMALL: u32 = 64;

pub fn run(data: &[u8]) {
    let Ok(image) = normalise(data) else { return };
    let received = StampImage::from_view(image.to_view()).expect("the other side accepts it");
    assert!(received == image);
    let name = image.name();
    if name.width > SMALL || name.height > SMALL {
        return;
    }
    assert!(normalise(data).as_ref() == Ok(&image), "normalising repeats");
    let file = seeds::file("pdfrev-1/table.pdf");
    let document = open(&file).expect("a document of tests/vectors");
    let rect = default_rect(PageSize::of(&document.pages()[0]), 0);
    let stamp = Appearance::Stamp { page: 0, rect, lines: Vec::new(), image: Some(name) };
    let images: Images = [image].into_iter().collect();
    let delta = build_revision(&document, &recipe("fuzz", stamp), &images, SIGNED_AT);
    let tail = delta.expect("a picture is stamped").embed(&[0x30, 0]).expect("two bytes fit");
    let signed = [file.as_slice(), &tail].concat();
    assert_eq!(open(&signed).expect("what we signed opens again").signatures().len(), 1);
}
