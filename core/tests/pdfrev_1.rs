//! The builder `pdfrev/1` is frozen: what it made once, it makes on every machine, for ever.
//!
//! `tests/vectors/pdfrev-1/cases.json` names a document, a recipe and a time, and the SHA-256 of
//! the revision. Phones and servers of different age agree on a revision only while this passes.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::image::{Images, StampImage};
use trien_core::pdf::inspect::{SecrecyMark, inspect};
use trien_core::pdf::recipe::{Appearance, BUILDER, Fill, ImageRef, Line, Recipe, Rect, Target};
use trien_core::pdf::render::Drawing;
use trien_core::pdf::revise::{BuildError, Delta, build_revision};
use trien_core::pdf::{geometry::PageSize, read};
use trien_core::wire::ImageView;

#[derive(Serialize, Deserialize)]
struct Case {
    name: String,
    base: Base,
    recipe: String,
    signed_at: UnixSecond,
    byte_range: [u64; 4],
    delta_sha256: Sha256,
    signed_sha256: Sha256,
}

/// What is signed: a committed file, or what another case made, with a CMS in its hole.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Base {
    File(String),
    Signed { case: String, cms: String },
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/pdfrev-1")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn images() -> Images {
    let views: Vec<ImageView> = serde_json::from_slice(&file("images.json")).unwrap();
    views.into_iter().map(|view| StampImage::from_view(view).unwrap()).collect()
}

/// Builds cases in turn; a case may start from one before it.
#[derive(Default)]
struct Built(BTreeMap<String, (Vec<u8>, Delta)>);

impl Built {
    fn base(&self, base: &Base) -> Vec<u8> {
        match base {
            Base::File(name) => file(name),
            Base::Signed { case, cms } => {
                let (before, delta) = &self.0[case];
                let tail = delta.clone().embed(&hex::decode(cms).unwrap()).unwrap();
                [before.as_slice(), &tail].concat()
            }
        }
    }

    fn build(&mut self, name: &str, base: &Base, recipe: &Recipe, at: UnixSecond) -> Delta {
        let bytes = self.base(base);
        let document = read::open(&bytes).unwrap();
        let delta = build_revision(&document, recipe, &images(), at).unwrap();
        self.0.insert(name.to_owned(), (bytes, delta.clone()));
        delta
    }
}

#[test]
fn every_revision_is_the_one_that_was_released() {
    let cases: Vec<Case> = serde_json::from_slice(&file("cases.json")).unwrap();
    let mut built = Built::default();
    for case in &cases {
        let recipe = Recipe::from_cbor(&hex::decode(&case.recipe).unwrap()).unwrap();
        let delta = built.build(&case.name, &case.base, &recipe, case.signed_at);
        let digests = delta.digests(&built.0[&case.name].0);
        assert_eq!(delta.byte_range(), case.byte_range, "{}", case.name);
        assert_eq!(delta.sha256(), case.delta_sha256, "{}", case.name);
        assert_eq!(digests.signed, case.signed_sha256, "{}", case.name);
    }
    assert_eq!(cases.len(), self::cases().len());
}

/// Writes `cases.json`. Only for a builder that no release has: `cargo test -- --ignored`.
#[test]
#[ignore = "writes the vectors"]
fn write_the_vectors() {
    let mut built = Built::default();
    let cases: Vec<Case> = cases()
        .into_iter()
        .map(|(name, base, recipe, signed_at)| {
            let delta = built.build(name, &base, &recipe, signed_at);
            Case {
                name: name.to_owned(),
                base,
                recipe: hex::encode(recipe.to_cbor()),
                signed_at,
                byte_range: delta.byte_range(),
                delta_sha256: delta.sha256(),
                signed_sha256: delta.digests(&built.0[name].0).signed,
            }
        })
        .collect();
    let text = serde_json::to_string_pretty(&cases).unwrap() + "\n";
    std::fs::write(folder().join("cases.json"), text).unwrap();
}

fn cases() -> Vec<(&'static str, Base, Recipe, UnixSecond)> {
    let of = |name: &str| Base::File(format!("{name}.pdf"));
    let signed = |case: &str| Base::Signed { case: case.to_owned(), cms: "3003020101".to_owned() };
    let (hand, seal) = (Some(image(0)), Some(image(1)));
    let noon = UnixSecond::new(1_795_323_600);
    let low = rect(10_000, 5000, 28_000, 10_600);
    let square = rect(8000, 20_000, 18_000, 30_000);
    let office = rect(30_000, 10_000, 40_000, 20_000);
    vec![
        ("table", of("table"), recipe("ky-1", stamp(low, lines(), None)), noon),
        ("table-second", signed("table"), recipe("ky-2", stamp(square, lines(), seal)), noon),
        ("table-third", signed("table-second"), recipe("ky-3", Appearance::Invisible), noon),
        ("form-invisible", of("form"), recipe("ky-1", Appearance::Invisible), noon),
        ("form-picture", of("form"), recipe("ky-1", stamp(low, lines(), hand)), noon),
        ("generation", of("generation"), recipe("ky-1", stamp(low, lines(), None)), noon),
        ("rotated-90", of("rotated-90"), recipe("ky-1", stamp(low, lines(), hand)), noon),
        ("rotated-180", of("rotated-180"), recipe("ky-1", stamp(square, lines(), None)), noon),
        ("rotated-270", of("rotated-270"), recipe("ky-1", stamp(square, time(), seal)), noon),
        ("stream", of("stream"), recipe("ky-1", stamp(low, vec![], seal)), noon),
        ("stream-second", signed("stream"), recipe("ky-2", Appearance::Invisible), noon),
        ("packed", of("packed"), recipe("ky-1", stamp(low, hostile(), None)), UnixSecond::new(0)),
        (
            "packed-second",
            signed("packed"),
            west(recipe("ky-2", stamp(square, time(), hand))),
            noon,
        ),
        ("filled", of("waiting"), filling(recipe("ky-1", stamp(low, lines(), None))), noon),
        ("filled-invisible", of("waiting"), filling(recipe("ky-1", Appearance::Invisible)), noon),
        ("waiting", of("waiting"), filling(existing(stamp(office, lines(), seal))), noon),
        ("pdf-a", of("pdf-a"), recipe("ky-1", stamp(low, lines(), hand)), noon),
        ("pdf-a-second", signed("pdf-a"), recipe("ky-2", stamp(square, vec![], seal)), noon),
    ]
}

fn image(index: usize) -> ImageRef {
    let views: Vec<ImageView> = serde_json::from_slice(&file("images.json")).unwrap();
    views[index].image
}

fn rect(left: i32, bottom: i32, right: i32, top: i32) -> Rect {
    Rect { left, bottom, right, top }
}

fn text<const N: usize>(text: &str) -> Text<N> {
    Text::new(text).unwrap()
}

fn stamp(rect: Rect, lines: Vec<Line>, image: Option<ImageRef>) -> Appearance {
    Appearance::Stamp { page: 0, rect, lines, image }
}

fn lines() -> Vec<Line> {
    let mut lines = vec![
        Line::Text { text: text("Người ký: Nguyễn Thị Hạnh") },
        Line::Text {
            text: text("Ủy ban nhân dân xã Minh Tân, huyện Kiến Xương, tỉnh Thái Bình")
        },
    ];
    lines.extend(time());
    lines
}

fn time() -> Vec<Line> {
    vec![Line::SignedAt { label: text("Thời gian ký:") }]
}

/// Characters that end strings, that the font lacks, and a word that fits nowhere.
fn hostile() -> Vec<Line> {
    let long = "Đ".repeat(200);
    [r"\) (> << /A", "漢字 😀 ё", &long].map(|line| Line::Text { text: text(line) }).into()
}

fn recipe(field: &str, appearance: Appearance) -> Recipe {
    Recipe {
        builder: BUILDER.to_owned(),
        field: field.to_owned(),
        name: text("Nguyễn Thị Hạnh"),
        reason: Some(text(r"Approve (1) \ 2)")),
        location: None,
        offset_minutes: 420,
        appearance,
        target: Target::New,
        fill: Vec::new(),
    }
}

fn filling(recipe: Recipe) -> Recipe {
    let (field, text) = (text("number"), text("Số: 120/QĐ-UBND"));
    Recipe { fill: vec![Fill { field, text }], ..recipe }
}

fn existing(appearance: Appearance) -> Recipe {
    Recipe { target: Target::Existing, ..recipe("office", appearance) }
}

fn west(recipe: Recipe) -> Recipe {
    Recipe { offset_minutes: -210, reason: None, location: Some(text("Huế")), ..recipe }
}

#[test]
fn what_was_signed_can_be_read_inspected_and_drawn_again() {
    let mut built = Built::default();
    for (name, base, recipe, signed_at) in cases() {
        let delta = built.build(name, &base, &recipe, signed_at);
        let before = &built.0[name].0;
        let signed = [before.as_slice(), &delta.clone().embed(&[0x30, 0]).unwrap()].concat();

        let document = read::open(&signed).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let signature = document.signatures().last().unwrap();
        assert_eq!(signature.name, recipe.field, "{name}");
        assert_eq!(signature.byte_range, delta.byte_range(), "{name}");
        assert_eq!(signature.signer.as_deref(), Some("Nguyễn Thị Hạnh"), "{name}");
        assert!(signed.starts_with(before));
        let inspected = inspect(&Arc::new(signed.clone())).unwrap();
        assert_ne!(inspected.secrecy, SecrecyMark::Present, "{name}");
        assert_eq!(inspected.sha256, Sha256::of(&signed));
        let json = serde_json::to_string(&inspected).unwrap();
        assert_eq!(
            serde_json::from_str::<trien_core::pdf::inspect::Inspection>(&json).unwrap(),
            inspected
        );

        let png =
            Drawing::of(&document, &Arc::new(signed.clone())).unwrap().page_png(0, 300).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{name}");
    }
}

#[test]
fn a_stamp_stands_where_the_recipe_says_on_pages_of_any_rotation() {
    for name in ["table", "rotated-90", "rotated-180", "rotated-270"] {
        let base = file(&format!("{name}.pdf"));
        let document = read::open(&base).unwrap();
        let rect = rect(10_000, 20_000, 28_000, 26_000);
        let recipe = recipe("ky", stamp(rect, time(), None));
        let noon = UnixSecond::new(1_795_323_600);
        let delta = build_revision(&document, &recipe, &Images::none(), noon).unwrap();
        let stamped = [&base, delta.bytes()].concat();
        let text = Drawing::open(stamped).unwrap().text(0).unwrap();
        let line = text.lines.iter().find(|line| line.text.contains("ký")).unwrap();
        assert_eq!(line.text, "Thời gian ký: 22/11/2026 12:00:00 +07:00", "{name}");
        // Text is measured in units of the page: the last one has a user unit of 2.
        let size = PageSize::of(&document.pages()[0]);
        let unit = f64::from(size.width) / 100.0 / f64::from(text.width);
        let (x, y) = (f64::from(line.x) * unit, f64::from(line.y) * unit);
        assert!((100.0..110.0).contains(&x) && (200.0..260.0).contains(&y), "{name} {x} {y}");
    }
}

#[test]
fn what_cannot_be_built_says_why() {
    let base = file("form.pdf");
    let document = read::open(&base).unwrap();
    let build = |recipe: &Recipe| {
        build_revision(&document, recipe, &Images::none(), UnixSecond::new(0)).unwrap_err()
    };
    let visible = |field: &str, page, rect, image| {
        recipe(field, Appearance::Stamp { page, rect, lines: time(), image })
    };
    let good = rect(0, 0, 10_000, 5000);
    assert_eq!(build(&visible("note", 0, good, None)), BuildError::FieldExists("note".to_owned()));
    assert_eq!(build(&visible("ky", 1, good, None)), BuildError::NoSuchPage(1));
    let beyond = rect(0, 0, 60_100, 5000);
    assert_eq!(build(&visible("ky", 0, beyond, None)), BuildError::OutsidePage);
    let missing = image(0);
    assert_eq!(build(&visible("ky", 0, good, Some(missing))), BuildError::MissingImage(missing));
    let newer = Recipe { builder: "pdfrev/2".to_owned(), ..visible("ky", 0, good, None) };
    assert!(matches!(build(&newer), BuildError::Recipe(_)));
}

// Whoever signed before would find their page changed, and not by what a further signature may change.
#[test]
fn a_page_that_is_the_information_dictionary_too_is_not_changed() {
    let mut bytes = file("table.pdf");
    let info = memchr::memmem::rfind(&bytes, b"/Info 6 0 R").unwrap();
    bytes[info + b"/Info ".len()] = b'3';
    let base = read::open(&bytes).unwrap();
    let page = base.pages()[0].id;
    let recipe = recipe("Ky-1", Appearance::Invisible);
    let built = build_revision(&base, &recipe, &Images::none(), UnixSecond::new(1_795_311_900));
    assert_eq!(built, Err(BuildError::SharedObject(page)));
}

// Whatever took its number would become part of the page, or of what an earlier signer signed.
#[test]
fn no_new_object_takes_a_number_that_the_document_waits_for() {
    for (name, waits) in [("table.pdf", 7_u32), ("stream.pdf", 9)] {
        let mut bytes = file(name);
        let size = read::open(&bytes).unwrap().trailer().size;
        assert_eq!(size, waits, "{name}");
        let font = memchr::memmem::find(&bytes, b"/F1 5 0 R").unwrap();
        let text = format!("/F1 {waits} 0 R");
        bytes.splice(font..font + b"/F1 5 0 R".len(), text.into_bytes());
        let base = read::open(&bytes).unwrap();
        let recipe = recipe("Ky-1", Appearance::Invisible);
        let delta = build_revision(&base, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
        let signed = [bytes.as_slice(), &delta.embed(&[0x30, 0]).unwrap()].concat();
        let signed = read::open(&signed).unwrap();
        assert_eq!(signed.signatures().len(), 1);
        assert!(signed.object(read::ObjectId { number: waits, generation: 0 }).is_none());
    }
}

#[test]
fn a_cms_that_is_too_large_is_refused() {
    let base = file("table.pdf");
    let document = read::open(&base).unwrap();
    let recipe = recipe("ky", Appearance::Invisible);
    let delta = build_revision(&document, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
    let hole = delta.hole();
    let tail = delta.clone().embed(&[0xAB; 16 * 1024]).unwrap();
    let whole = [&base, tail.as_slice()].concat();
    let [start, end] = [hole.start, hole.end].map(|at| usize::try_from(at).unwrap());
    assert!(whole[start..end].starts_with(b"<abab") && whole[start..end].ends_with(b"ab>"));
    assert_eq!(delta.embed(&vec![0; 16 * 1024 + 1]).unwrap_err().0, 16 * 1024 + 1);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn whatever_the_gate_lets_pass_can_be_signed_and_read_again() {
    let mut dice = Dice(1);
    let mut passed = 0;
    for name in ["table", "form", "generation", "rotated-90", "stream", "packed"] {
        let base = file(&format!("{name}.pdf"));
        for _ in 0..500 {
            let mut mutant = base.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(mutant.len());
                mutant[at] = b"0123456789/<>[]()R nulltrue"[dice.below(27)];
            }
            let Ok(document) = read::open(&mutant) else { continue };
            passed += 1;
            let place = rect(100, 100, 9000, 4000);
            let recipe = recipe("ky-9", stamp(place, time(), Some(image(0))));
            let built = build_revision(&document, &recipe, &images(), UnixSecond::new(0));
            let Ok(delta) = built else { continue };
            let signed = [mutant.as_slice(), &delta.embed(&[0x30, 0]).unwrap()].concat();
            let again = read::open(&signed).unwrap_or_else(|refusal| {
                panic!("{name}: {refusal}\n{}", String::from_utf8_lossy(&mutant))
            });
            assert_eq!(again.signatures().last().unwrap().name, "ky-9");
        }
    }
    assert!(passed > 300, "{passed}");
}
