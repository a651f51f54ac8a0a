//! Files that readers do not see alike: what we see in them, show of them, and say about them.

use super::sample::{CATALOG, PAGE, PAGES, Row, Sample};
use super::{Document, ObjectId, PageBox, Refusal, open};
use crate::pdf::check::{Finding, check};
use crate::pdf::render::Drawing;

const WHITE: [u8; 3] = [255, 255, 255];
const GREEN: [u8; 3] = [0, 255, 0];
const GREEN_PAGE: &[u8] = b"0 1 0 rg 0 0 595 842 re f";
const RED_PAGE: &[u8] = b"1 0 0 rg 0 0 595 842 re f";

const fn id(number: u32) -> ObjectId {
    ObjectId { number, generation: 0 }
}

/// The colour in the middle of the first page, and whether the signer is told.
fn seen(bytes: &[u8]) -> ([u8; 3], bool) {
    let document = open(bytes).expect("it should open");
    let drawing = Drawing::of_copy(&document).expect("both readers see the same pages");
    let pixels = drawing.page_rgb(0, 21).expect("a small page");
    let middle = pixels.len() / 6 * 3;
    let colour = [pixels[middle], pixels[middle + 1], pixels[middle + 2]];
    (colour, told(&document))
}

fn told(document: &Document<'_>) -> bool {
    check(document).contains(&Finding::ReadersMayDiffer)
}

/// A page whose content is object 4, which is still to come.
fn page() -> Sample {
    Sample::new().object(1, CATALOG).object(2, PAGES).object(3, PAGE)
}

fn green() -> Sample {
    page().stream(4, "", GREEN_PAGE)
}

/// Appends object 4 once more, named by no section.
fn with_orphan(mut file: Sample) -> Sample {
    let orphan = Sample::new().stream(4, "", RED_PAGE).bytes;
    file.bytes.extend_from_slice(&orphan[Sample::new().bytes.len()..]);
    file
}

#[test]
fn a_freed_object_is_never_shown() {
    assert_eq!(seen(&green().table("")), (GREEN, false));
    let freed = green().with_table("").with_row(4, 1, Row::Free).table("");
    assert_eq!(seen(&freed), (WHITE, true));
    let by_a_stream = green().with_xref_stream("").with_row(4, 1, Row::Free).xref_stream("");
    assert_eq!(seen(&by_a_stream), (WHITE, true));
    // Nobody refers to it, so nobody misses it.
    let unused = green().object(5, "(x)").with_table("").with_row(5, 1, Row::Free).table("");
    assert_eq!(seen(&unused), (GREEN, false));
}

#[test]
fn what_a_rebuild_would_show_is_told() {
    // A reference to nothing makes some readers look for objects in all of the file.
    assert_eq!(seen(&green().table("/Info 9 0 R")), (GREEN, false));
    assert_eq!(seen(&with_orphan(green()).table("/Info 9 0 R")), (GREEN, true));
    assert_eq!(seen(&with_orphan(green()).table("")), (GREEN, false));
    let in_front = with_orphan(page()).stream(4, "", GREEN_PAGE);
    assert_eq!(seen(&in_front.table("/Info 9 0 R")), (GREEN, false));
    let in_a_string = green().object(5, "(\n4 0 obj null endobj\n)");
    assert_eq!(seen(&in_a_string.table("/Info 9 0 R")), (GREEN, true));
    let found_again = green().object(5, "(\n9 0 obj null endobj\n)");
    assert_eq!(seen(&found_again.table("/Info 9 0 R")), (GREEN, true));
    let another_root = green().object(5, "(trailer<</Root 7 0 R>>)");
    let (bytes, end) = (another_root.table("/Info 9 0 R"), b"%%EOF\n".len());
    assert_eq!(seen(&bytes), (GREEN, false), "the true trailer is the last");
    assert!(bytes.len() > end);
}

#[test]
fn an_entry_may_point_at_the_blanks_before_its_object() {
    let blanks = |file: Sample, count: usize| {
        let body = format!("{}4 0 obj<</Length {}>>stream\n", " ".repeat(count), GREEN_PAGE.len());
        file.raw(4, 0, &[body.as_bytes(), GREEN_PAGE, b"\nendstream endobj\n"].concat())
    };
    assert_eq!(seen(&blanks(page(), 3).table("")), (GREEN, false));
    assert_eq!(seen(&with_orphan(blanks(page(), 3)).table("")), (GREEN, true));
    assert_eq!(open(&blanks(page(), 30).table("")).unwrap_err(), Refusal::BadEntry { object: 4 });
}

#[test]
fn lines_of_a_table_may_end_otherwise() {
    let lines = |end: &str, file: Sample| {
        let text = file.table("");
        let at = open(&text).unwrap().startxref();
        let (objects, section) = text.split_at(at);
        let section = String::from_utf8(section.to_vec()).unwrap();
        let section =
            section.replace(" n \n", &format!(" n{end}")).replace(" f \n", &format!(" f{end}"));
        [objects, section.as_bytes()].concat()
    };
    for end in ["\n", "\r", "   \n"] {
        assert_eq!(seen(&lines(end, green())), (GREEN, false), "{end:?}");
        assert_eq!(seen(&lines(end, with_orphan(green()))), (GREEN, true), "{end:?}");
    }
    assert!(open(&lines("", green())).is_err());
}

#[test]
fn a_member_is_known_by_its_number() {
    let packed = |row: Row| {
        let file = Sample::new().packed(9, &[(1, CATALOG), (2, PAGES), (3, PAGE), (8, "null")]);
        file.stream(4, "", GREEN_PAGE).with_row(3, 0, row).xref_stream("")
    };
    assert_eq!(seen(&packed(Row::In(9, 2))), (GREEN, false));
    assert_eq!(seen(&packed(Row::In(9, 3))), (GREEN, true));
    assert_eq!(seen(&packed(Row::In(9, 77))), (GREEN, true));
    // The content is said to be packed, and is not; where it lies in the file, no entry says.
    let file = Sample::new().packed(9, &[(1, CATALOG), (2, PAGES), (3, PAGE), (8, "null")]);
    let nowhere = file.stream(4, "", RED_PAGE).with_row(4, 0, Row::In(9, 3)).xref_stream("");
    assert_eq!(seen(&nowhere), (WHITE, true));
    assert!(open(&nowhere).unwrap().object(id(4)).is_none());
    let twice = Sample::new().packed(9, &[(1, CATALOG), (2, PAGES), (3, PAGE), (2, "null")]);
    let twice = twice.stream(4, "", GREEN_PAGE).with_row(2, 0, Row::In(9, 1)).xref_stream("");
    assert_eq!(seen(&twice), (GREEN, true));
}

#[test]
fn a_stream_within_an_object_stream_is_a_dictionary() {
    let content = String::from_utf8(RED_PAGE.to_vec()).unwrap();
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    let members = [(1, CATALOG), (2, PAGES), (3, PAGE), (4, stream.as_str())];
    assert_eq!(seen(&Sample::new().packed(9, &members).xref_stream("")), (WHITE, true));
    let members = [(1, CATALOG), (2, PAGES), (3, PAGE), (4, "<<>> garbage")];
    let refused = open(&Sample::new().packed(9, &members).xref_stream("")).unwrap_err();
    assert_eq!(refused, Refusal::BadObject { object: 4 });
}

#[test]
fn data_that_nobody_can_unpack_are_not_shown() {
    for filter in ["/Foo", "[/Foo]", "[/FlateDecode/Foo]", "5 0 R", "[5 0 R]", "7"] {
        let file = page().stream(4, &format!("/Filter {filter}"), RED_PAGE).object(5, "/Foo");
        assert_eq!(seen(&file.table("")), (WHITE, true), "{filter}");
    }
    let packed = super::sample::deflate(GREEN_PAGE);
    for filter in ["/FlateDecode", "/Fl", "[/Fl]", "5 0 R", "[5 0 R]"] {
        let file =
            page().stream(4, &format!("/Filter {filter}"), &packed).object(5, "/FlateDecode");
        assert_eq!(seen(&file.table("")), (GREEN, false), "{filter}");
    }
}

#[test]
fn data_that_hold_their_own_end_are_told() {
    let content = |text: &[u8]| page().stream(4, "", &[text, GREEN_PAGE].concat()).table("");
    assert_eq!(seen(&content(b"\nendstream\nendobj\n")), (GREEN, true));
    assert_eq!(seen(&content(b"% an endstream in a comment\n")), (GREEN, false));
}

#[test]
fn contents_that_are_no_streams_are_told() {
    let contents = |value: &str| {
        let page = PAGE.replace("4 0 R", value);
        let file = Sample::page_with(CATALOG, PAGES, &page).object(5, "<</Length 3>>");
        told(&open(&file.object(6, "[4 0 R]").object(7, "null").table("")).unwrap())
    };
    for sound in ["4 0 R", "[4 0 R]", "[]", "6 0 R", "null", "7 0 R", "9 0 R"] {
        assert!(!contents(sound), "{sound}");
    }
    for odd in ["[4 0 R 5 0 R]", "[4 0 R 9 0 R]", "[[4 0 R]]", "5 0 R", "(x)"] {
        assert!(contents(odd), "{odd}");
    }
}

#[test]
fn a_turn_with_a_point_is_told() {
    let turned = |by: &str| {
        let page = PAGE.replace("/Contents", &format!("/Rotate {by}/Contents"));
        told(&open(&Sample::page_with(CATALOG, PAGES, &page).table("")).unwrap())
    };
    assert!(!turned("90"));
    assert!(turned("90.0"));
}

#[test]
fn a_page_without_a_size_is_letter_in_both_readers() {
    let unsized_page = PAGE.replace("/MediaBox[0 0 595 842]", "");
    let bytes = Sample::page_with(CATALOG, PAGES, &unsized_page).table("");
    let document = open(&bytes).unwrap();
    let letter = PageBox { left: 0, bottom: 0, right: 612_000_000, top: 792_000_000 };
    assert_eq!(document.pages()[0].media_box, letter);
    assert!(told(&document));
    // Comparing the areas is part of it.
    assert!(Drawing::of_copy(&document).is_ok());
}

#[test]
fn pages_are_the_leaves_of_the_tree_whatever_is_counted() {
    for count in ["0", "2", "-1", "1.0"] {
        let pages = PAGES.replace("Count 1", &format!("Count {count}"));
        let bytes = Sample::page_with(CATALOG, &pages, PAGE).table("");
        let document = open(&bytes).unwrap();
        assert_eq!((document.pages().len(), told(&document)), (1, true));
    }
}

#[test]
fn another_parent_is_harmless_when_it_gives_the_same() {
    let file = |page: &str, other: &str| {
        Sample::page_with(CATALOG, PAGES, page).object(5, other).table("")
    };
    let own = "<</Type/Page/Parent 5 0 R/MediaBox[0 0 9 9]/Resources<<>>>>";
    assert!(!told(&open(&file(own, "<</Type/Pages/Kids[]/Count 0>>")).unwrap()));
    for differs in ["/CropBox[0 0 5 5]", "/Rotate 90", "/Parent 5 0 R"] {
        let other = format!("<</Type/Pages/Kids[]/Count 0{differs}>>");
        assert_eq!(open(&file(own, &other)).unwrap_err(), Refusal::BadPageTree { object: 3 });
    }
    let lacks = "<</Type/Page/Parent 5 0 R/MediaBox[0 0 9 9]>>";
    let other = "<</Type/Pages/Kids[]/Count 0/Resources<</Font<<>>>>>>";
    assert_eq!(open(&file(lacks, other)).unwrap_err(), Refusal::BadPageTree { object: 3 });
}

#[test]
fn a_form_may_go_in_circles_or_list_what_is_no_field() {
    let form = |fields: &str, field: &str| {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields {fields}>>>>");
        Sample::page_with(&catalog, PAGES, PAGE).object(5, field).table("")
    };
    let names = |bytes: &[u8]| {
        let document = open(bytes).unwrap();
        (document.field_names().to_vec(), told(&document))
    };
    let one = || vec!["a".to_owned()];
    assert_eq!(names(&form("[5 0 R]", "<</T(a)>>")), (one(), false));
    assert_eq!(names(&form("[5 0 R 5 0 R]", "<</T(a)>>")), (one(), true));
    assert_eq!(names(&form("[5 0 R]", "<</T(a)/Kids[5 0 R]>>")), (one(), true));
    assert_eq!(names(&form("[5 0 R]", "<</T(a)/Kids[<</Parent 5 0 R>>]>>")), (one(), true));
    assert_eq!(names(&form("[5 0 R]", "<</T(a)/Kids/none>>")), (one(), true));
    assert_eq!(names(&form("[5 0 R]", "(no field)")), (vec![], true));
    assert_eq!(names(&form("/none", "null")), (vec![], true));
    // In place, a signature could hide.
    let hides = form("[5 0 R]", "<</T(a)/Kids[<</FT/Sig/V 4 0 R>>]>>");
    assert_eq!(open(&hides).unwrap_err(), Refusal::BadForm { object: 0 });
}

#[test]
fn a_hybrid_that_hides_objects_from_old_readers_is_told() {
    let hybrid = |table_too: bool| {
        let base = if table_too { green().with_row(7, 0, Row::Free) } else { green() };
        let (file, at) = base.with_table("").packed(6, &[(7, "(hidden)")]).complement(8);
        let file = if table_too { file.with_row(7, 0, Row::Free) } else { file };
        file.table(&format!("/XRefStm {at}"))
    };
    assert_eq!(seen(&hybrid(false)), (GREEN, false));
    assert_eq!(seen(&hybrid(true)), (GREEN, true));
}

#[test]
fn a_linearization_counts_only_while_the_file_has_its_length() {
    let file = |length: usize| {
        let first = format!("<</Linearized 1/L {length:010}/H[0 0]/O 3/E 0/N 1/T 0>>");
        let file = Sample::new().object(7, &first).object(1, CATALOG).object(2, PAGES);
        file.object(3, PAGE).stream(4, "", GREEN_PAGE).table("")
    };
    let length = file(0).len();
    assert_eq!(seen(&file(length + 1)), (GREEN, false));
    // Its hints are nowhere, and the section that follows it is not the newest.
    assert_eq!(seen(&file(length)), (GREEN, true));
}
