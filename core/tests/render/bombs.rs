//! What a page may cost. Each of these pages passes the gate, which looks at structure alone.

use std::time::Instant;

use trien_core::pdf::read;
use trien_core::pdf::render::{Cost, Drawing, Region, RenderError, page_png, page_text_lines};

use crate::paper::{document, packed, stream};

/// Why a page is refused; that must not take long, whatever the page asks for.
#[expect(clippy::disallowed_methods, reason = "measures")]
fn refused(document: &[u8]) -> RenderError {
    read::open(document).expect("the gate looks at structure, not at what drawing costs");
    let begin = Instant::now();
    let error = page_png(document, 0, 400).map(|_| "drawn").unwrap_err();
    assert!(begin.elapsed().as_secs() < 20, "{error} after {:?}", begin.elapsed());
    error
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
    let bomb = packed("", &vec![b' '; 400 << 20]);
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

#[test]
fn forms_that_draw_nothing_are_counted_too() {
    // A hundred million times nothing, each form as large as the page.
    let mut forms = Vec::new();
    for next in 6..=13 {
        let dict = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        forms.push(stream(&dict, &b"/X Do ".repeat(10)));
    }
    forms.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800]", b""));
    let bomb = document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), &forms);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
}

#[test]
fn a_large_form_that_is_drawn_often_is_refused_though_it_draws_nothing() {
    let form = packed("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", &vec![b' '; 50 << 20]);
    let content = stream("", &b"/X Do ".repeat(1000));
    let bomb = document("/XObject << /X 5 0 R >>", &content, &[form]);
    assert!(bomb.len() < 100_000);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
}

#[test]
fn a_form_that_draws_itself_ends() {
    let form = |next: u32| {
        let keys = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject <<";
        stream(&format!("{keys} /X {next} 0 R >> >>"), b"/X Do /X Do")
    };
    let page =
        |forms: &[Vec<u8>]| document("/XObject << /X 5 0 R >>", &stream("", b"/X Do"), forms);
    for bomb in [page(&[form(5)]), page(&[form(6), form(5)])] {
        assert!(page_png(&bomb, 0, 100).is_ok_and(|png| !png.is_empty()));
    }
}

#[test]
fn a_mask_that_is_read_at_every_state_is_counted_each_time() {
    let group = packed(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Group << /S /Transparency /CS /DeviceGray >>",
        &vec![b' '; 30 << 20],
    );
    let state = "/ExtGState << /G << /SMask << /S /Luminosity /G 5 0 R >> >> >>";
    let bomb = document(state, &stream("", &b"/G gs ".repeat(1000)), &[group]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
}

#[test]
fn letters_that_are_instructions_cost_what_they_are() {
    let letter = packed("", &[&b"9 0 d0"[..], &vec![b' '; 20 << 20]].concat());
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] \
                /CharProcs << /a 5 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 \
                /LastChar 97 /Widths [9] >>";
    let text = [&b"BT /F 1 Tf ("[..], &b"a".repeat(500), b") Tj ET"].concat();
    let bomb = document("/Font << /F 6 0 R >>", &stream("", &text), &[letter, font.into()]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
}

fn pattern(cell: &str, content: &[u8]) -> Vec<u8> {
    let keys = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /Resources << >>";
    stream(&format!("{keys} {cell}"), content)
}

const FILL: &[u8] = b"/Pattern cs /P scn 0 0 600 800 re f ";

#[test]
fn a_pattern_with_a_step_of_nearly_nothing_is_refused() {
    let cell = pattern("/BBox [0 0 500 500] /XStep 0.01 /YStep 0.01", b"0 0 9 9 re f");
    let bomb = document("/Pattern << /P 5 0 R >>", &stream("", FILL), &[cell]);
    let cost = refused(&bomb);
    assert!(matches!(cost, RenderError::OverBudget(Cost::Operations | Cost::Area)), "{cost}");
}

#[test]
fn the_textures_of_many_patterns_are_counted() {
    let cell = pattern("/BBox [0 0 900 900] /XStep 900 /YStep 900", b"0 0 9 9 re f");
    let bomb = document("/Pattern << /P 5 0 R >>", &stream("", &FILL.repeat(2000)), &[cell]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Memory));
}

#[test]
fn patterns_that_use_themselves_end() {
    let keys = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 99 99] \
                /XStep 99 /YStep 99 /Resources << /Pattern << /P 5 0 R >> >>";
    let cell = stream(keys, &b"/Pattern cs /P scn 0 0 99 99 re f ".repeat(20));
    let bomb = document("/Pattern << /P 5 0 R >>", &stream("", FILL), &[cell]);
    assert!(page_png(&bomb, 0, 100).is_ok_and(|png| !png.is_empty()));
}

#[test]
fn dashes_are_counted_and_endless_ones_refused() {
    for dashes in ["[0.0001]", "[-1]", "[1 -1]", "[-5 3]"] {
        let content = format!("{dashes} 0 d 0 0 m 600 800 l S");
        let bomb = document("", &stream("", content.as_bytes()), &[]);
        assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations), "{dashes}");
    }
    let sane = document("", &stream("", b"[3 2] 1 d 0 0 m 600 800 l S"), &[]);
    assert!(page_png(&sane, 0, 400).is_ok());
}

#[test]
fn a_line_as_wide_as_the_page_is_counted_as_the_page() {
    let content = [&b"2000 w "[..], &b"0 0 m 600 800 l S ".repeat(40_000)].concat();
    let busy = document("", &stream("", &content), &[]);
    assert_eq!(refused(&busy), RenderError::OverBudget(Cost::Area));
}

#[test]
fn letters_as_large_as_the_page_are_counted_as_the_page() {
    let fonts = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>";
    let text = [&b"BT /F 900 Tf "[..], &b"1 0 0 1 0 0 Tm (M) Tj ".repeat(40_000), b"ET"].concat();
    let busy = document(fonts, &stream("", &text), &[]);
    assert_eq!(refused(&busy), RenderError::OverBudget(Cost::Area));
}

#[test]
fn widths_of_four_billion_letters_are_not_read() {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts \
                [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /W [0 4294967295 500] >>] >>";
    let text = stream("", b"BT /F 9 Tf <0041> Tj ET");
    let bomb = document("/Font << /F 5 0 R >>", &text, &[font.into()]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Operations));
    assert_eq!(page_text_lines(&bomb, 0), Err(RenderError::OverBudget(Cost::Operations)));
}

#[test]
fn a_mesh_that_reaches_far_beyond_the_page_is_refused() {
    // One triangle, 16 bits a coordinate, one byte a colour.
    let mesh = [0u8, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 255, 0, 0, 0, 0xFF, 0xFF, 128];
    let shading = stream(
        "/ShadingType 4 /ColorSpace /DeviceGray /BitsPerCoordinate 16 /BitsPerComponent 8 \
         /BitsPerFlag 8 /Decode [0 60000 0 60000 0 1]",
        &mesh,
    );
    let bomb = document("/Shading << /S 5 0 R >>", &stream("", b"/S sh"), &[shading]);
    let cost = refused(&bomb);
    assert!(matches!(cost, RenderError::OverBudget(Cost::Area | Cost::Memory)), "{cost}");
}

fn image(keys: &str, data: &[u8]) -> Vec<u8> {
    let image =
        stream(&format!("/Type /XObject /Subtype /Image /ColorSpace /DeviceGray {keys}"), data);
    document("/XObject << /X 5 0 R >>", &stream("", b"600 0 0 800 0 0 cm /X Do"), &[image])
}

#[test]
fn headers_of_pictures_are_believed_when_they_say_more() {
    let fax = "/Width 10 /Height 8000 /BitsPerComponent 1 /Filter /CCITTFaxDecode \
               /DecodeParms << /K -1 /Columns 1000000 >>";
    assert_eq!(refused(&image(fax, b"")), RenderError::OverBudget(Cost::Pictures));
    let region =
        [&[0, 0, 0, 0, 38, 0, 1, 0, 0, 0, 18, 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF][..], &[0; 10]];
    let jbig2 = "/Width 10 /Height 10 /BitsPerComponent 1 /Filter /JBIG2Decode";
    let cost = refused(&image(jbig2, &region.concat()));
    assert_eq!(cost, RenderError::OverBudget(Cost::Pictures));
    let mut codestream = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 47, 0, 0];
    for word in [1000u32, 1000, 0, 0, 1000, 1000, 0, 0] {
        codestream.extend(word.to_be_bytes());
    }
    codestream.extend([0x40, 0]);
    let jpx = "/Width 10 /Height 10 /Filter /JPXDecode";
    assert_eq!(refused(&image(jpx, &codestream)), RenderError::OverBudget(Cost::Pictures));
}

#[test]
fn a_picture_stretched_in_one_direction_only_is_counted_as_it_is_scaled() {
    let picture = stream(
        "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /Width 20000 /Height 10 \
         /BitsPerComponent 8",
        &[0; 200_000],
    );
    let content = stream("", b"12000 0 0 60000 0 0 cm /X Do");
    let page = document("/XObject << /X 5 0 R >>", &content, &[picture]);
    assert_eq!(refused(&page), RenderError::OverBudget(Cost::Memory));
}

#[test]
fn a_huge_inline_picture_is_not_unpacked() {
    let content = b"BI /W 30000 /H 30000 /BPC 8 /CS /G ID x EI";
    let page = document("", &stream("", content), &[]);
    assert_eq!(refused(&page), RenderError::OverBudget(Cost::Pictures));
}

#[test]
fn a_program_that_colours_each_point_is_counted() {
    let program = [&b"{ "[..], &b"pop pop 0 0 ".repeat(20_000), b"pop }"].concat();
    let function = packed("/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]", &program);
    let shading =
        "<< /ShadingType 1 /ColorSpace /DeviceGray /Matrix [600 0 0 800 0 0] /Function 6 0 R >>";
    let bomb =
        document("/Shading << /S 5 0 R >>", &stream("", b"/S sh"), &[shading.into(), function]);
    assert_eq!(refused(&bomb), RenderError::OverBudget(Cost::Area));
}

#[test]
fn a_page_may_be_too_much_at_one_scale_and_not_at_another() {
    let content = [&b"0.5 g "[..], &b"0 0 600 800 re f ".repeat(500)].concat();
    let drawing = Drawing::open(document("", &stream("", &content), &[])).unwrap();
    assert!(drawing.page_png(0, 400).is_ok());
    let region =
        Region { page: 0, page_width: 30_000, left: 9000, top: 9000, width: 4000, height: 4000 };
    assert_eq!(drawing.region_png(&region), Err(RenderError::OverBudget(Cost::Area)));
    assert!(drawing.region_png(&Region { width: 500, height: 500, ..region }).is_ok());
}

#[test]
fn what_a_form_lacks_and_its_page_has_is_not_guessed() {
    let form = |resources: &str, content: &str| {
        let keys = "/Type /XObject /Subtype /Form /BBox [0 0 600 800]";
        stream(&format!("{keys} {resources}"), content.as_bytes())
    };
    let page = |resources: &str, content: &str| {
        let named = "/XObject << /X 5 0 R /Y 6 0 R >> /Font << /F 90 0 R >>";
        document(
            named,
            &stream("", b"/X Do"),
            &[form(resources, content), form("", "0 0 9 9 re f")],
        )
    };
    for content in ["/Y Do", "BT /F 9 Tf (a) Tj ET"] {
        assert_eq!(refused(&page("/Resources << >>", content)), RenderError::Ambiguous);
        // Without resources of its own, it has the page's (ISO 32000-1, 7.8.3).
        assert!(page_png(&page("", content), 0, 100).is_ok());
    }
    assert!(page_png(&page("/Resources << >>", "/Z Do"), 0, 100).is_ok());
}
