//! One signature as phone and server make it together, without the network between them.

use trien_core::cms::{self, CmsError};
use trien_core::decision::DecisionHash;
use trien_core::digest::{Sha256, hash_beside};
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::image::{Images, StampImage, normalise};
use trien_core::pdf::read::{self, Document, Refusal};
use trien_core::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Target};
use trien_core::pdf::revise::{BuildError, CmsTooLarge, build_revision};

use crate::pki::{PEOPLE, TestPki};

// Named, because this file is a module of two programs in two folders.
#[path = "placement.rs"]
mod placement;

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

/// Signs `base` visibly as the first or second person, or seals it as the office, the third.
pub fn sign(
    base: &[u8],
    number: u8,
    image: &StampImage,
    pki: &TestPki,
    now: UnixSecond,
) -> Result<Vec<u8>, SignError> {
    let field = format!("{}{number}-{}", placement::FIELD, &Sha256::of(base).to_string()[..8]);
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
    let recipe = |document: &Document<'_>| recipe(document, field, number, image);
    Ok([base, &tail(base, number, image, pki, now, recipe)?].concat())
}

/// What a recipe, which may depend on the document, adds to it.
pub fn tail(
    base: &[u8],
    number: u8,
    image: &StampImage,
    pki: &TestPki,
    now: UnixSecond,
    recipe: impl FnOnce(&Document<'_>) -> Recipe,
) -> Result<Vec<u8>, SignError> {
    let (built, hashed) = hash_beside(base, || {
        let document = read::open(base)?;
        let recipe = recipe(&document);
        let images: Images = [image.clone()].into_iter().collect();
        let delta = build_revision(&document, &recipe, &images, now)?;
        Ok::<_, SignError>((delta, DecisionHash(recipe.hash())))
    });
    let (delta, decision) = built?;
    let digest = delta.digests_after(hashed).signed;
    let (key, certificate) = pki.signer(number);
    let attributes = cms::signed_attributes(digest, certificate.der(), decision);
    let signature = key.sign_now(&attributes);
    let cms = cms::assemble(&attributes, &signature, &[certificate.der(), pki.issuing.der()])?;
    Ok(delta.embed(&cms)?)
}

/// How that person signs, seen on the page.
pub fn recipe(document: &Document<'_>, field: String, number: u8, image: &StampImage) -> Recipe {
    let place = placement::of(document, number);
    let lines = match number {
        3 => Vec::new(),
        _ => vec![
            Line::Text { text: text("KT. CHỦ TỊCH") },
            Line::Text { text: text(&format!("Người ký: {}", name_of(number))) },
            Line::SignedAt { label: text("Thời gian ký") },
        ],
    };
    let appearance = Appearance::Stamp {
        page: u32::try_from(place.page).expect("one of the first pages"),
        rect: place.rect,
        lines,
        image: Some(image.name()),
    };
    Recipe { appearance, ..unseen(field, number) }
}

/// How that person signs, not seen on any page.
pub fn unseen(field: String, number: u8) -> Recipe {
    Recipe {
        builder: BUILDER.to_owned(),
        field,
        name: text(name_of(number)),
        reason: Some(text("Phê duyệt")),
        location: Some(text("Hà Nội")),
        offset_minutes: 420,
        appearance: Appearance::Invisible,
        target: Target::New,
        fill: Vec::new(),
    }
}

fn name_of(number: u8) -> &'static str {
    PEOPLE[usize::from(number) - 1]
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("a short line")
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
