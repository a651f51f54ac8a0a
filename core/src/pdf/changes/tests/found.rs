//! What is a finding.

use super::allowed::sign_in_place;
use super::*;
use crate::pdf::read::sample::Row;

/// What changed when these objects are written again after the signature.
fn after(objects: &[(u32, &str)]) -> Vec<ChangeKind> {
    let file = objects.iter().fold(signed(), |file, (number, body)| file.object(*number, body));
    kinds(&file.table(""))
}

const PAGE_KEYS: &str = "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots 10 0 R\
     /Resources<</Font<</F 9 0 R>>>>";
const CATALOG_KEYS: &str = "/Type/Catalog/Pages 2 0 R/AcroForm 8 0 R/Metadata 19 0 R";

#[test]
fn changed_page_content_names_its_page() {
    let file = signed().stream(4, "", b"BT ET").table("");
    let history = judged(&file);
    let found: Vec<&Change> = history.changes().collect();
    assert_eq!(found, [&Change { kind: ChangeKind::PageContent, object: 4, pages: vec![0] }]);
    let document = open_to_judge(&file).unwrap();
    assert_eq!(history.after(&document.signatures()[0]).count(), 1);
}

#[test]
fn changed_resources_are_changed_content() {
    let other = "<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    assert_eq!(after(&[(9, other)]), [ChangeKind::PageContent]);
}

#[test]
fn a_page_keeps_all_its_keys() {
    for key in ["/Contents[4 0 R 4 0 R]", "/Rotate 90", "/CropBox[0 0 99 99]", "/UserUnit 2"] {
        let page = format!("<<{PAGE_KEYS}{key}>>").replace(
            "/Contents 4 0 R/Annots 10 0 R",
            match key {
                key if key.starts_with("/Contents") => "/Annots 10 0 R",
                _ => "/Contents 4 0 R/Annots 10 0 R",
            },
        );
        assert_eq!(after(&[(3, &page)]), [ChangeKind::PageContent], "{key}");
    }
}

#[test]
fn pages_stay_as_many_and_in_order() {
    let more = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>";
    let kids = "<</Type/Pages/Kids[30 0 R 3 0 R]/Count 2>>";
    assert_eq!(after(&[(2, kids), (30, more)]), [ChangeKind::Pages]);
    assert_eq!(after(&[(2, "<</Type/Pages/Kids[3 0 R]/Count 1/Rotate 90>>")]), [ChangeKind::Pages]);
}

#[test]
fn an_object_that_was_referred_to_before_it_existed_is_a_change() {
    let base = signed_with("", "/Group 50 0 R", "");
    let promised = base.clone().object(50, "<</S/Transparency>>").table("");
    assert_eq!(kinds(&promised), [ChangeKind::PageContent]);
    assert_eq!(kinds(&base.object(51, "<</S/Transparency>>").table("")), []);
    // Also when the page is written again, for a reason that is allowed.
    let both = signed_with("", "/Group 50 0 R", "")
        .object(3, &format!("<<{PAGE_KEYS}/Group 50 0 R/Tabs/S>>"))
        .object(50, "<</S/Transparency>>");
    assert_eq!(kinds(&both.table("")), [ChangeKind::PageContent]);
}

#[test]
fn what_the_signer_saw_does_not_vanish_by_being_freed() {
    let without = |file: Sample, number| file.with_row(number, 1, Row::Free).table("");
    for (number, kind) in [(4, ChangeKind::PageContent), (9, ChangeKind::PageContent)] {
        assert_eq!(kinds(&without(signed(), number)), [kind], "object {number}");
    }
    // What nobody refers to may go.
    let unused = signed_with("", "", "").object(40, "(x)").with_table("");
    assert_eq!(kinds(&without(unused, 40)), []);
}

#[test]
fn what_explains_a_change_explains_it_for_one_use_only() {
    // The metadata stream is the page's content as well.
    let page = "/Thumb 19 0 R";
    let file = signed_with("", page, "").stream(19, "/Type/Metadata/Subtype/XML", b"<y/>");
    assert_eq!(kinds(&file.table("")), [ChangeKind::PageContent]);
}

#[test]
fn annotations_neither_come_nor_go() {
    let link = "<</Type/Annot/Subtype/FreeText/Rect[100 690 300 720]/Contents(9000)>>";
    assert_eq!(
        after(&[(10, "[7 0 R 11 0 R 12 0 R 30 0 R]"), (30, link)]),
        [ChangeKind::Annotation]
    );
    assert_eq!(after(&[(10, "[7 0 R 11 0 R]")]), [ChangeKind::Annotation]);
}

#[test]
fn the_catalog_keeps_what_readers_use() {
    for (key, kind) in [
        ("/OCProperties<</D<<>>/OCGs[]>>", ChangeKind::OptionalContent),
        ("/Names<</Dests<<>>>>", ChangeKind::Actions),
        ("/OpenAction[3 0 R/Fit]", ChangeKind::Actions),
        ("/PageMode/UseOC", ChangeKind::Catalog),
        ("/Perms<</UR3 5 0 R>>", ChangeKind::Signature),
        ("/Lang(vi)", ChangeKind::Unknown),
    ] {
        let catalog = format!("<<{CATALOG_KEYS}{key}>>");
        assert_eq!(after(&[(1, &catalog)]), [kind], "{key}");
    }
}

#[test]
fn another_catalog_is_another_document() {
    let file = signed().object(30, &format!("<<{CATALOG_KEYS}>>"));
    let mut file = file.table("");
    let at = memchr::memmem::rfind(&file, b"/Root 1 0 R").unwrap();
    file.splice(at..at + 11, *b"/Root 30 0 R");
    assert_eq!(kinds(&file), [ChangeKind::Catalog]);
}

#[test]
fn a_layer_is_switched_on_by_nobody() {
    let catalog = "/OCProperties<</OCGs[40 0 R]/D 41 0 R>>";
    // Both were promised, so to make them is to switch.
    let file = signed_with(catalog, "", "")
        .object(40, "<</Type/OCG/Name(L)>>")
        .object(41, "<</OFF[40 0 R]>>")
        .table("");
    assert_eq!(kinds(&file), [ChangeKind::OptionalContent]);
}

#[test]
fn a_field_looks_as_it_did_unless_it_is_filled_in() {
    let other = text_field("/V(cu)", "31 0 R");
    let look = |file: Sample| file.stream(31, LOOK, b"BT /F 12 Tf 2 4 Td (khac) Tj ET");
    assert_eq!(kinds(&look(signed()).object(11, &other).table("")), [ChangeKind::FieldAppearance]);
    let in_place = signed().stream(13, LOOK, b"BT /F 12 Tf 2 4 Td (khac) Tj ET").table("");
    assert_eq!(kinds(&in_place), [ChangeKind::FieldAppearance]);
    let hidden = text_field("/V(cu)/F 2", "13 0 R");
    assert_eq!(after(&[(11, &hidden)]), [ChangeKind::FieldAppearance]);
    let moved = text_field("/V(cu)", "13 0 R").replace("[100 100", "[100 500");
    assert_eq!(after(&[(11, &moved)]), [ChangeKind::FieldAppearance]);
}

#[test]
fn viewers_are_not_told_to_draw_fields_anew() {
    let form = "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>";
    assert_eq!(
        after(&[(8, &format!("{form}/NeedAppearances true>>"))]),
        [ChangeKind::FieldAppearance]
    );
    assert_eq!(after(&[(8, &format!("{form}/XFA(x)>>"))]), [ChangeKind::Xfa]);
    assert_eq!(
        after(&[(8, &format!("{}>>", form.replace("/F 9 0 R", "/F 4 0 R")))]),
        [ChangeKind::FieldAppearance]
    );
}

#[test]
fn only_signature_fields_may_be_added() {
    let form = "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>";
    for field in ["/FT/Tx/T(x)", "/FT/Sig/T(x)/OC 9 0 R", "/FT/Sig/T(x)/A<<>>"] {
        let field = format!("<<{field}/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>");
        assert_eq!(after(&[(8, form), (30, &field)]), [ChangeKind::Field], "{field}");
    }
    // An object that was no field cannot become one.
    assert_eq!(after(&[(8, &form.replace("30 0 R", "9 0 R"))]), [ChangeKind::Field]);
    assert_eq!(after(&[(8, &form.replace(" 12 0 R 30 0 R", ""))]), [ChangeKind::Field]);
}

#[test]
fn a_signature_is_neither_taken_away_nor_replaced() {
    let twice = sign_in_place(signed(), "<<>>");
    let without = twice.clone().object(7, &format!("<<{EMPTY}>>")).table("");
    assert!(
        !kinds(&without).is_empty() || open_to_judge(&without).unwrap().signatures().len() == 1
    );
    let first = twice.object(5, "<</FT/Sig/T(Ky1)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>");
    assert_eq!(kinds(&first.table("")), [ChangeKind::Signature]);
}

#[test]
fn a_stamp_may_lie_on_blank_paper_but_not_on_text() {
    let over = |rect: &str, look: &[u8]| {
        let file = signed()
            .stream(31, LOOK, look)
            .object(
                8,
                "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>",
            )
            .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]");
        let keys = format!("/T(Ky3)/Rect{rect}/AP<</N 31 0 R>>");
        kinds(&file.signed_as(30, &keys, "").bytes)
    };
    let (blank, text) = ("[100 400 300 450]", "[90 690 290 740]");
    let white = b"1 g 0 0 200 50 re f 0 g BT /F 24 Tf 10 10 Td (9000) Tj ET";
    let black = b"0 g 0 0 200 50 re f";
    let frame = b"0 0 200 50 re S";
    assert_eq!(over(blank, white), []);
    assert_eq!(over(blank, frame), []);
    assert_eq!(over(text, frame), [], "what is written can still be read");
    assert_eq!(over(text, white), [ChangeKind::CoversContent]);
    assert_eq!(over(text, black), [ChangeKind::CoversContent]);
}

#[test]
fn a_field_that_waits_for_its_signature_shows_nothing() {
    let waiting = |look: &[u8]| {
        let widget =
            "<</FT/Sig/T(Ky3)/Type/Annot/Subtype/Widget/Rect[100 400 300 450]/AP<</N 31 0 R>>>>";
        let file = signed()
            .stream(31, LOOK, look)
            .object(
                8,
                "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>",
            )
            .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]")
            .object(30, widget);
        kinds(&file.table(""))
    };
    assert_eq!(waiting(b""), []);
    assert_eq!(waiting(b"BT /F 24 Tf 10 10 Td (9000) Tj ET"), [ChangeKind::Annotation]);
}

#[test]
fn a_field_that_waits_is_not_drawn_by_viewers_either() {
    let form = "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>";
    let widget = "<</FT/Sig/T(Ky3)/Type/Annot/Subtype/Widget/Rect[90 690 290 740]/MK<</BG[1]>>>>";
    let list = "[7 0 R 11 0 R 12 0 R 30 0 R]";
    assert_eq!(after(&[(8, form), (10, list), (30, widget)]), [ChangeKind::Annotation]);
}

#[test]
fn a_box_shows_the_state_that_it_has() {
    let ticked = "<</FT/Btn/T(Dong y)/Type/Annot/Subtype/Widget/Rect[300 100 320 120]/V/Khac/AS/Co\
         /AP<</N<</Off 14 0 R/Co 15 0 R>>>>>>";
    assert_eq!(after(&[(12, ticked)]), [ChangeKind::FieldAppearance]);
}

#[test]
fn a_certified_document_takes_only_what_its_author_permits() {
    let certified = |level: u8| {
        let reference =
            format!("/Reference[<</TransformMethod/DocMDP/TransformParams<</P {level}>>>>]");
        signed_with("", "", &reference)
    };
    let filled = |file: Sample| {
        file.object(11, &text_field("/V(moi)", "31 0 R"))
            .stream(31, LOOK, b"BT /F 12 Tf 2 4 Td (moi) Tj ET")
            .table("")
    };
    assert_eq!(kinds(&filled(certified(1))), [ChangeKind::Forbidden]);
    assert_eq!(kinds(&filled(certified(2))), []);
    assert_eq!(kinds(&filled(certified(7))), [ChangeKind::Forbidden], "an unknown level");
    assert_eq!(kinds(&sign_in_place(certified(1), "<<>>").bytes), [ChangeKind::Forbidden]);
    assert_eq!(kinds(&sign_in_place(certified(2), "<<>>").bytes), []);
}

#[test]
fn locked_fields_keep_their_values() {
    let locked = |parameters: &str| {
        let reference =
            format!("/Reference[<</TransformMethod/FieldMDP/TransformParams<<{parameters}>>>>]");
        let file = signed_with("", "", &reference)
            .object(11, &text_field("/V(moi)", "31 0 R"))
            .stream(31, LOOK, b"BT /F 12 Tf 2 4 Td (moi) Tj ET");
        kinds(&file.table(""))
    };
    let found = [ChangeKind::LockedField];
    assert_eq!(locked("/Action/All"), found);
    assert_eq!(locked("/Action/Include/Fields[(Ten)]"), found);
    assert_eq!(locked("/Action/Exclude/Fields[(Dong y)]"), found);
    assert_eq!(locked("/Action/Include/Fields[(Dong y)(Te)]"), []);
    assert_eq!(locked("/Action/Exclude/Fields[(Ten)]"), []);
    assert_eq!(locked(""), found, "a lock that cannot be read locks all");
}

#[test]
fn every_signature_is_judged_by_what_came_after_it() {
    let changed = signed().stream(4, "", b"BT ET").with_table("");
    let twice = sign_in_place(changed, "<<>>").bytes;
    let document = open_to_judge(&twice).unwrap();
    let history = history(&document);
    let after: Vec<usize> =
        document.signatures().iter().map(|signature| history.after(signature).count()).collect();
    assert_eq!(after, [1, 0], "who signed last saw the change");
}

#[test]
fn a_mark_that_viewers_draw_in_their_own_way_is_no_comment() {
    let marked = |keys: &str| {
        let certified = "/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>]";
        let file = signed_with("", "", certified)
            .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]")
            .object(30, &format!("<</Type/Annot/Rect[100 400 300 430]{keys}>>"))
            .stream(31, LOOK, b"0 9 200 1 re f");
        kinds(&file.table(""))
    };
    let struck = "/Subtype/StrikeOut/QuadPoints[100 430 300 430 100 400 300 400]";
    assert_eq!(marked(struck), [ChangeKind::Annotation]);
    assert_eq!(marked(&format!("{struck}/AP<</N 31 0 R>>")), []);
    assert_eq!(marked("/Subtype/Popup/Open true"), [ChangeKind::Annotation]);
}

#[test]
fn the_form_keeps_saying_that_somebody_signed() {
    let form = "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R]/DR<</Font<</F 9 0 R>>>>/SigFlags";
    assert_eq!(after(&[(8, &format!("{form} 1>>"))]), [ChangeKind::Field]);
    assert_eq!(after(&[(8, &format!("{form} 7>>"))]), []);
    // What no standard gives a meaning may go: whoever signs says what has one.
    let mut file = signed();
    let at = memchr::memmem::find(&file.bytes, b"/SigFlags 3").unwrap();
    file.bytes[at + 10] = b'7';
    assert_eq!(kinds(&file.object(8, &format!("{form} 3>>")).table("")), []);
}

#[test]
fn readers_of_older_versions_are_not_called() {
    let version = |was: &str, is: &str| {
        let file = signed_with(was, "", "");
        kinds(&file.object(1, &format!("<<{CATALOG_KEYS}{is}>>")).table(""))
    };
    assert_eq!(version("/Version/1.7", "/Version/1.0"), [ChangeKind::Catalog]);
    assert_eq!(version("/Version/1.7", ""), [ChangeKind::Catalog]);
    assert_eq!(version("/Version/1.7", "/Version/2.0"), []);
    assert_eq!(version("", "/Version/1.7"), []);
}

#[test]
fn a_new_field_takes_no_name_that_is_taken() {
    let file = signed()
        .object(
            8,
            "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>",
        )
        .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]");
    assert_eq!(kinds(&file.clone().signed(30, "Ten", "").bytes), [ChangeKind::Field]);
    assert_eq!(kinds(&file.signed(30, "Ten khac", "").bytes), []);
}

#[test]
fn a_signature_is_in_the_field_that_was_signed() {
    let document = signed().bytes;
    let dictionary = open_to_judge(&document).unwrap().signatures()[0].dictionary;
    let moved = format!("<<{EMPTY}/V {} 0 R>>", dictionary.number);
    assert_eq!(after(&[(7, &moved)]), [ChangeKind::Signature]);
}

#[test]
fn a_signature_whose_field_is_reset_has_been_there() {
    let twice = sign_in_place(signed(), "<<>>");
    let reset = twice.object(7, &format!("<<{EMPTY}>>")).table("");
    assert_eq!(open_to_judge(&reset).unwrap().signatures().len(), 1);
    assert_eq!(kinds(&reset), [ChangeKind::Signature]);
}

#[test]
fn a_withdrawn_signature_does_not_hide_among_many() {
    let ends = "%%EOF\n".repeat(70);
    let file = signed().stream(31, "", ends.as_bytes());
    let ranges: String = memchr::memmem::find_iter(&file.bytes, b"%%EOF\n")
        .map(|at| format!("/ByteRange[0 1 1 {}]\n", at + "%%EOF".len() - 1))
        .collect();
    let file = file.stream(32, "", ranges.as_bytes());
    assert!(kinds(&file.table("")).contains(&ChangeKind::TooMuch));
}
