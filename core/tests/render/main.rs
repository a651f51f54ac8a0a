//! Drawing foreign pages: what they may cost, and what is read from them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod bombs;
mod fonts;
mod paper;
mod regions;

use std::sync::Arc;

use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::image::Images;
use trien_core::pdf::inspect::{SecrecyMark, inspect};
use trien_core::pdf::read;
use trien_core::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect, Target};
use trien_core::pdf::render::{Drawing, RenderError, page_png, page_text_lines};
use trien_core::pdf::revise::build_revision;

use paper::{document, stream};

#[test]
fn pages_and_widths_that_do_not_exist_are_refused() {
    let plain = document("", &stream("", b"0 0 10 10 re f"), &[]);
    assert_eq!(page_png(&plain, 1, 100), Err(RenderError::NoSuchPage(1)));
    assert_eq!(page_png(&plain, 0, 0), Err(RenderError::Size));
    assert_eq!(page_png(&plain, 0, 5000), Err(RenderError::Size));
    assert_eq!(page_png(b"no document", 0, 100), Err(RenderError::Unreadable));
    assert!(page_png(&plain, 0, 100).is_ok());
}

/// A page with that text in Vietnamese letters, at that place of the displayed page, in points.
fn page_with(text: &str, left: i32, bottom: i32) -> Vec<u8> {
    let base = document("", &stream("", b"0 0 10 10 re f"), &[]);
    let rect = Rect {
        left: left * 100,
        bottom: bottom * 100,
        right: left * 100 + 25_000,
        top: bottom * 100 + 1500,
    };
    let lines = vec![Line::Text { text: Text::new(text).unwrap() }];
    let recipe = Recipe {
        builder: BUILDER.to_owned(),
        field: "mark".to_owned(),
        name: Text::new("A").unwrap(),
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance: Appearance::Stamp { page: 0, rect, lines, image: None },
        target: Target::New,
        fill: Vec::new(),
    };
    let opened = read::open(&base).unwrap();
    let delta = build_revision(&opened, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
    let tail = delta.embed(&[0x30, 0]).unwrap();
    [base, tail].concat()
}

#[test]
fn a_secrecy_mark_on_the_first_page_is_found() {
    let secrecy =
        |text, left, bottom| inspect(&Arc::new(page_with(text, left, bottom))).unwrap().secrecy;
    assert_eq!(secrecy("TUYỆT MẬT", 60, 650), SecrecyMark::Present);
    assert_eq!(secrecy("Mật", 60, 650), SecrecyMark::Present);
    assert_eq!(secrecy("Tài liệu TUYỆT MẬT phải giữ kín", 60, 650), SecrecyMark::Absent);
    assert_eq!(secrecy("TUYỆT MẬT", 340, 650), SecrecyMark::Absent);
    assert_eq!(secrecy("TUYỆT MẬT", 60, 100), SecrecyMark::Absent);
}

#[test]
fn a_first_page_without_text_is_said_to_be_unreadable() {
    let scan = document("", &stream("", b"0 0 10 10 re f"), &[]);
    assert_eq!(inspect(&Arc::new(scan)).unwrap().secrecy, SecrecyMark::Unreadable);
}

#[test]
fn text_of_one_row_stays_in_lines_with_their_blanks() {
    let content = stream(
        "",
        b"BT /F 12 Tf 50 700 Td (CONG HOA) Tj 300 0 Td (Doc lap) Tj ET\n\
          BT /F 12 Tf 1 0 0 1 50 680 Tm [(T) -300 (U) -300 (Y)] TJ ET\n\
          BT /F 12 Tf 1 0 0 1 60 500 Tm (second) Tj 1 0 0 1 50 660 Tm (third) Tj ET",
    );
    let fonts = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>";
    let page = document(fonts, &content, &[]);
    let lines = Drawing::open(page).unwrap().text(0).unwrap().lines;
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["CONG HOA", "Doc lap", "T U Y", "third", "second"]);
    assert!((lines[1].x - 350.0).abs() < 0.01 && (lines[1].y - 700.0).abs() < 0.01);
}

#[test]
fn the_sample_document_is_not_secret() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/assets/sample/quyet-dinh.pdf");
    let sample = std::fs::read(sample).unwrap();
    let inspected = inspect(&Arc::new(sample.clone())).unwrap();
    assert_eq!(inspected.secrecy, SecrecyMark::Absent);
    assert_eq!(inspected.pages[0].width, 59_527);
    let lines = page_text_lines(&sample, 0).unwrap();
    assert!(lines.iter().any(|line| line.text == "Độc lập - Tự do - Hạnh phúc"), "{lines:#?}");
}
