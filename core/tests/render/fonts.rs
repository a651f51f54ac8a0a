//! Fonts that a document names and does not embed.

use trien_core::pdf::render::Drawing;

use crate::paper::{document, stream};

const WIDTH: u32 = 300;

/// Draws a page and counts the dark pixels of it.
fn ink(fonts: &str, size: u32, text: &str) -> usize {
    let content = format!("BT /F {size} Tf 50 400 Td {text} Tj ET");
    let page = document(fonts, &stream("", content.as_bytes()), &[]);
    let png = Drawing::open(page).unwrap().page_png(0, WIDTH).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels.chunks(3).filter(|pixel| pixel[0] < 192).count()
}

fn named(base: &str, letter: &str) -> usize {
    let fonts = format!(
        "/Font << /F << /Type /Font /Subtype /TrueType /BaseFont /{base} /Encoding \
         << /Differences [65 /{letter}] >> >> >>"
    );
    ink(&fonts, 160, "(A)")
}

#[test]
fn vietnamese_letters_of_fonts_that_are_not_embedded_have_their_marks() {
    for base in ["TimesNewRoman", "Arial", "Times-Bold", "Arial,BoldItalic", "SomeSerif"] {
        let plain = named(base, "a");
        for letter in ["acircumflex", "acircumflexacute", "uni1EA5", "uni1EAD"] {
            let marked = named(base, letter);
            assert!(marked > plain, "{base} {letter}: {marked} and {plain} without a mark");
        }
    }
}

#[test]
fn letters_with_codes_of_the_missing_font_are_found_by_their_unicode() {
    let mapped = |letter: &str| {
        let map = format!(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> \
             endcodespacerange 1 beginbfchar <0105> <{letter}> endbfchar endcmap end"
        );
        let fonts = "/Font << /F << /Type /Font /Subtype /Type0 /BaseFont /TimesNewRomanPSMT \
            /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts [<< /Type /Font /Subtype \
            /CIDFontType2 /BaseFont /TimesNewRomanPSMT /DW 500 >>] >> >>";
        let content = stream("", b"BT /F 40 Tf 50 400 Td <0105> Tj ET");
        let page = document(fonts, &content, &[stream("", map.as_bytes())]);
        Drawing::open(page).unwrap().page_png(0, WIDTH).unwrap()
    };
    let nothing = mapped("0020");
    let (plain, marked) = (mapped("0061"), mapped("1EA5"));
    assert_ne!(plain, nothing);
    assert_ne!(marked, nothing);
    assert_ne!(marked, plain);
}

#[test]
fn the_letters_of_the_standard_fonts_are_all_drawn() {
    for base in ["Helvetica", "Times-Italic", "Courier"] {
        let fonts = format!(
            "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding \
             /WinAnsiEncoding >> >>"
        );
        for code in (0x21..=0x7E).chain(0x82..=0x8C).chain(0xA1..=0xAC).chain(0xAE..=0xFFu8) {
            assert!(ink(&fonts, 90, &format!("<{code:02X}>")) > 0, "{base} {code:02X}");
        }
    }
}
