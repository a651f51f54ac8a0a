//! Drawing foreign pages: what they may cost, and what is read from them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write as _;

use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::image::Images;
use trien_core::pdf::inspect::{SecrecyMark, inspect};
use trien_core::pdf::read;
use trien_core::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect};
use trien_core::pdf::render::{Cost, Drawing, RenderError, page_png, page_text_lines};
use trien_core::pdf::revise::build_revision;

/// A page of 600 by 800 points with that content; further objects are numbered from 4.
fn document(resources: &str, content: &[u8], objects: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
         /Resources << {resources} >> >>"
    );
    let mut all = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into_bytes(),
        content.to_vec(),
    ];
    all.extend_from_slice(objects);
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", all.len() + 1);
    for (index, object) in all.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let size = all.len() + 1;
    out.extend(table.into_bytes());
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.extend(trailer.into_bytes());
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {dict} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

fn refused(document: &[u8]) -> RenderError {
    read::open(document).expect("the gate looks at structure, not at what drawing costs");
    page_png(document, 0, 400).unwrap_err()
}

#[test]
fn forms_within_forms_are_stopped() {
    let mut forms = Vec::new();
    for next in 6..=13 {
        let inner = format!("/XObject << /X {next} 0 R >>");
        let dict =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {inner} >>");
        forms.push(stream(&dict, &b"/X Do ".repeat(10)));
    }
    forms.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 1 1 re f"));
    let bomb = document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), &forms);
    assert!(bomb.len() < 4000);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
    let text = page_text_lines(&bomb, 0).unwrap_err();
    assert_eq!(text, RenderError::OverBudget(Cost::Operations));
}

#[test]
fn a_picture_with_too_many_pixels_is_not_unpacked() {
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 20000 /Height 20000 /BitsPerComponent 8 \
         /ColorSpace /DeviceGray",
        b"",
    );
    let scan = document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), &[image]);
    assert_eq!(refused(&scan), RenderError::OverBudget(Cost::Pictures));
}

#[test]
fn a_picture_that_lies_about_its_size_is_found_out() {
    let jpeg = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0];
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 \
         /ColorSpace /DeviceGray /Filter /DCTDecode",
        &jpeg,
    );
    let scan = document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), &[image]);
    assert_eq!(refused(&scan), RenderError::OverBudget(Cost::Pictures));
}

#[test]
fn a_small_stream_that_unpacks_to_gigabytes_is_refused() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..400 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = stream("/Filter /FlateDecode", &encoder.finish().unwrap());
    assert!(bomb.len() < 500_000);
    let bomb = document("", &bomb, &[]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Unpacked));
}

#[test]
fn a_page_painted_over_and_over_is_refused() {
    let content = b"0.5 g\n".iter().copied().chain(b"0 0 600 800 re f\n".repeat(20_000));
    let content = stream("", &content.collect::<Vec<_>>());
    let busy = document("", &content, &[]);
    read::open(&busy).unwrap();
    assert_eq!(page_png(&busy, 0, 2000), Err(RenderError::OverBudget(Cost::Area)));
}

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
    };
    let opened = read::open(&base).unwrap();
    let delta = build_revision(&opened, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
    let tail = delta.embed(&[0x30, 0]).unwrap();
    [base, tail].concat()
}

#[test]
fn a_secrecy_mark_on_the_first_page_is_found() {
    let secrecy = |text, left, bottom| inspect(&page_with(text, left, bottom)).unwrap().secrecy;
    assert_eq!(secrecy("TUYỆT MẬT", 60, 650), SecrecyMark::Present);
    assert_eq!(secrecy("Mật", 60, 650), SecrecyMark::Present);
    assert_eq!(secrecy("Tài liệu TUYỆT MẬT phải giữ kín", 60, 650), SecrecyMark::Absent);
    assert_eq!(secrecy("TUYỆT MẬT", 340, 650), SecrecyMark::Absent);
    assert_eq!(secrecy("TUYỆT MẬT", 60, 100), SecrecyMark::Absent);
}

#[test]
fn a_first_page_without_text_is_said_to_be_unreadable() {
    let scan = document("", &stream("", b"0 0 10 10 re f"), &[]);
    assert_eq!(inspect(&scan).unwrap().secrecy, SecrecyMark::Unreadable);
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
    let inspected = inspect(&sample).unwrap();
    assert_eq!(inspected.secrecy, SecrecyMark::Absent);
    assert_eq!(inspected.pages[0].width, 59_527);
    let lines = page_text_lines(&sample, 0).unwrap();
    assert!(lines.iter().any(|line| line.text == "Độc lập - Tự do - Hạnh phúc"), "{lines:#?}");
}

#[test]
fn deep_nesting_does_not_exhaust_a_small_stack() {
    let mut forms = Vec::new();
    for next in 6..=75 {
        let dict = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency >> \
             /Resources << /XObject << /X {next} 0 R >> /Pattern << /P {} 0 R >> >>",
            next + 100
        );
        forms.push(stream(&dict, b"/X Do /Pattern cs /P scn 0 0 9 9 re f"));
    }
    forms.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 1 1 re f"));
    let deep = document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), &forms);
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    small
        .spawn(move || {
            assert!(page_png(&deep, 0, 100).is_ok());
            assert!(page_text_lines(&deep, 0).is_ok());
        })
        .unwrap()
        .join()
        .unwrap();
}
