//! One signature as phone and server make it together, without the network between them.

use trien_core::cms::{self, CmsError};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::{Images, StampImage, normalise};
use trien_core::pdf::read::{self, Document, Refusal};
use trien_core::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect};
use trien_core::pdf::revise::{BuildError, CmsTooLarge, build_revision};

use crate::pki::TestPki;

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error("{slug}: {0}", slug = .0.slug())]
    Read(#[from] Refusal),
    #[error("build: {0}")]
    Build(#[from] BuildError),
    #[error("cms: {0}")]
    Cms(#[from] CmsError),
    #[error("cms: {0}")]
    Room(#[from] CmsTooLarge),
}

/// Signs `base` visibly on its first page; signature 1 stands at the left, signature 2 at the right.
pub fn sign(
    base: &[u8],
    number: u8,
    image: &StampImage,
    pki: &TestPki,
    now: UnixSecond,
) -> Result<Vec<u8>, SignError> {
    let field = format!("Trien-{number}-{}", &Sha256::of(base).to_string()[..8]);
    sign_named(base, field, number, image, pki, now)
}

/// The same under a field name of the caller's, which saves hashing the document for one.
pub fn sign_named(
    base: &[u8],
    field: String,
    number: u8,
    image: &StampImage,
    pki: &TestPki,
    now: UnixSecond,
) -> Result<Vec<u8>, SignError> {
    let document = read::open(base)?;
    let recipe = recipe(&document, field, number, image);
    let mut images = Images::none();
    images.insert(image.clone());
    let delta = build_revision(&document, &recipe, &images, now)?;
    let decision = DecisionHash(recipe.hash());
    let attributes = cms::signed_attributes(delta.digests(base).signed, pki.person.der(), decision);
    let signature = pki.person_key.sign_now(&attributes);
    let cms = cms::assemble(&attributes, &signature, &[pki.person.der(), pki.issuing.der()])?;
    let mut signed = base.to_vec();
    signed.extend(delta.embed(&cms)?);
    Ok(signed)
}

fn recipe(document: &Document<'_>, field: String, number: u8, image: &StampImage) -> Recipe {
    let size = PageSize::of(&document.pages()[0]);
    let left = if number == 1 { size.width / 50 } else { size.width / 50 * 26 };
    let bottom = size.height / 50;
    let text = |text: &str| Text::new(text).expect("a short line");
    Recipe {
        builder: BUILDER.to_owned(),
        field,
        name: Text::new("Nguyễn Văn An").expect("a short name"),
        reason: Some(text("Phê duyệt")),
        location: Some(text("Hà Nội")),
        offset_minutes: 420,
        appearance: Appearance::Stamp {
            page: 0,
            rect: Rect {
                left,
                bottom,
                right: left + (size.width / 50 * 23).clamp(1, 20_000),
                top: bottom + (size.height / 6).clamp(1, 7_000),
            },
            lines: vec![
                Line::Text { text: text("KT. CHỦ TỊCH") },
                Line::Text { text: text("Người ký: Nguyễn Văn An") },
                Line::SignedAt { label: Text::new("Thời gian ký").expect("a short label") },
            ],
            image: Some(image.name()),
        },
    }
}

/// A red ring on nothing, 48 pixels across.
pub fn seal() -> StampImage {
    const SIDE: i32 = 48;
    let mut pixels = Vec::new();
    for (x, y) in (0..SIDE * SIDE).map(|at| (at % SIDE * 2 - SIDE, at / SIDE * 2 - SIDE)) {
        let alpha = if (1_600..=2_300).contains(&(x * x + y * y)) { 220 } else { 0 };
        pixels.extend([200, 0, 0, alpha]);
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE.unsigned_abs(), SIDE.unsigned_abs());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("writing to memory");
    writer.write_image_data(&pixels).expect("as many bytes as pixels");
    writer.finish().expect("writing to memory");
    normalise(&file).expect("a small picture")
}
