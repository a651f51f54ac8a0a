use std::time::Instant;
use trien_core::certificate::*;
use trien_core::cms;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Entropy, UnixSecond};
use trien_core::pdf::check::check;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::{Images, normalise};
use trien_core::pdf::inspect::default_rect;
use trien_core::pdf::read;
use trien_core::pdf::recipe::*;
use trien_core::pdf::revise::build_revision;
use trien_core::signer::SoftwareSigner;

struct E(std::sync::atomic::AtomicU64);
impl Entropy for E {
    fn fill(&self, b: &mut [u8]) {
        for x in b {
            *x = (self.0.fetch_add(7, std::sync::atomic::Ordering::Relaxed) * 31 % 251) as u8;
        }
    }
}

fn seal() -> trien_core::pdf::image::StampImage {
    const SIDE: i32 = 48;
    let mut pixels = Vec::new();
    for (x, y) in (0..SIDE * SIDE).map(|at| (at % SIDE * 2 - SIDE, at / SIDE * 2 - SIDE)) {
        let alpha = if (1_600..=2_300).contains(&(x * x + y * y)) { 220 } else { 0 };
        pixels.extend([200, 0, 0, alpha]);
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 48, 48);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    normalise(&file).unwrap()
}

fn main() {
    let a: Vec<String> = std::env::args().collect();
    let base = std::fs::read(&a[1]).unwrap();
    let part = a[2].as_str();
    let rounds: usize = a[3].parse().unwrap();
    let e = E(1.into());
    let key = SoftwareSigner::generate(&e);
    let at = UnixSecond::new(1_795_311_900);
    let name = DistinguishedName::of(Text::new("A").unwrap());
    let serial = SerialNumber::generate(&e);
    let tbs = TbsCertificate::prepare(
        Profile::Root,
        &serial,
        &name,
        &key.public_key(),
        Validity::days(at, 100),
    )
    .unwrap();
    let cert = tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap();
    let image = seal();
    let mut images = Images::none();
    let iname = image.name();
    images.insert(image);
    let text = |t: &str| Text::new(t).unwrap();
    let document = read::open(&base).unwrap();
    let recipe = Recipe {
        builder: BUILDER.to_owned(),
        field: "ky".to_owned(),
        name: text("Nguyễn Thị Hạnh"),
        reason: Some(text("Phê duyệt")),
        location: Some(text("Hà Nội")),
        offset_minutes: 420,
        appearance: Appearance::Stamp {
            page: 0,
            rect: default_rect(PageSize::of(&document.pages()[0]), 0),
            lines: vec![
                Line::Text { text: text("KT. CHỦ TỊCH") },
                Line::Text { text: text("Người ký: Nguyễn Thị Hạnh") },
                Line::SignedAt { label: Text::new("Thời gian ký").unwrap() },
            ],
            image: Some(iname),
        },
    };
    let decision = DecisionHash(recipe.hash());
    #[allow(clippy::disallowed_methods)]
    let mut t: Vec<[u128; 8]> = Vec::new();
    for _ in 0..rounds {
        let mut r = [0; 8];
        let mut run = |i: usize, names: &str, f: &mut dyn FnMut()| {
            if part == "all" || names.split('|').any(|n| n == part) {
                let s = Instant::now();
                f();
                r[i] = s.elapsed().as_nanos();
            }
        };
        run(0, "hash", &mut || {
            std::hint::black_box(Sha256::of(&base));
        });
        run(1, "open", &mut || {
            std::hint::black_box(read::open(&base).unwrap());
        });
        run(2, "check", &mut || {
            std::hint::black_box(check(&document));
        });
        run(3, "build", &mut || {
            std::hint::black_box(build_revision(&document, &recipe, &images, at).unwrap());
        });
        let delta = build_revision(&document, &recipe, &images, at).unwrap();
        let mut digest = Sha256([0; 32]);
        run(4, "digests", &mut || digest = delta.digests(&base).signed);
        let attributes = cms::signed_attributes(digest, cert.der(), decision);
        let mut signature = key.sign_now(&attributes);
        run(5, "sign", &mut || signature = key.sign_now(&attributes));
        run(6, "cms", &mut || {
            let c = cms::assemble(&attributes, &signature, &[cert.der(), cert.der()]).unwrap();
            std::hint::black_box(delta.clone().embed(&c).unwrap());
        });
        if part == "all" {
            let s = Instant::now();
            let document = read::open(&base).unwrap();
            std::hint::black_box(check(&document));
            let delta = build_revision(&document, &recipe, &images, at).unwrap();
            let attributes =
                cms::signed_attributes(delta.digests(&base).signed, cert.der(), decision);
            let signature = key.sign_now(&attributes);
            let c = cms::assemble(&attributes, &signature, &[cert.der(), cert.der()]).unwrap();
            std::hint::black_box(delta.embed(&c).unwrap());
            r[7] = s.elapsed().as_nanos();
        }
        t.push(r);
    }
    for (i, n) in
        ["hash", "open", "check", "build", "digests", "sign", "cms", "job"].iter().enumerate()
    {
        let mut v: Vec<u128> = t.iter().map(|r| r[i]).collect();
        v.sort_unstable();
        println!(
            "{n:8} min {:>10.1} us  median {:>10.1} us",
            v[0] as f64 / 1e3,
            v[v.len() / 2] as f64 / 1e3
        );
    }
}
