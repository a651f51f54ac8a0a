//! What a field that is filled in may show.

use super::*;

#[test]
fn a_value_is_read_in_the_picture_too() {
    let filled = |look: &str| {
        let file = signed()
            .object(11, &text_field("/V(moi)", "31 0 R"))
            .stream(31, LOOK, look.as_bytes())
            .object(33, "<</ca 0>>");
        kinds(&file.table(""))
    };
    let text = "BT /F 12 Tf 2 4 Td (moi) Tj ET";
    assert_eq!(filled(text), []);
    assert_eq!(filled(&format!(".9 g 0 0 200 50 re f 0 g {text}")), [], "on a ground of its own");
    assert_eq!(filled(&format!("0 0 200 50 re S {text}")), [], "in a frame");
    for look in [
        format!("1 g {text}"),
        format!("{text} 1 g 0 0 200 50 re f"),
        format!("0 0 12 50 re W n {text}"),
        text.replace("12 Tf", ".01 Tf"),
        format!("{text} 2 7 60 2 re f"),
        format!("{text} 40 5 3 12 re f"),
    ] {
        assert_eq!(filled(&look), [ChangeKind::FieldAppearance], "{look}");
    }
}

#[test]
fn a_font_that_calls_its_letters_otherwise_than_they_are_drawn_is_not_believed() {
    let filled = |differences: &str, says: &str| {
        let map = format!(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> \
             endcodespacerange 1 beginbfchar <32> <{says}> endbfchar endcmap end"
        );
        let font = format!(
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 33 0 R\
             /Encoding<</Type/Encoding/Differences[50{differences}]>>>>"
        );
        let file = signed()
            .object(11, &text_field("/V(2000)", "31 0 R"))
            .stream(31, &LOOK.replace("9 0 R", "32 0 R"), b"BT /F 12 Tf 2 4 Td (2000) Tj ET")
            .object(32, &font)
            .stream(33, "", map.as_bytes());
        kinds(&file.table(""))
    };
    assert_eq!(filled("/two", "0032"), [], "what both say");
    assert_eq!(filled("/nine", "0032"), [ChangeKind::FieldAppearance], "draws a nine");
    assert_eq!(filled("/two", "0039"), [ChangeKind::FieldAppearance], "says a nine");
}

#[test]
fn a_field_looks_the_same_when_it_is_pressed() {
    let file = signed()
        .object(11, &text_field("/V(moi)", "31 0 R/D 32 0 R"))
        .stream(31, LOOK, b"BT /F 12 Tf 2 4 Td (moi) Tj ET")
        .stream(32, LOOK, b"BT /F 12 Tf 2 4 Td (khac) Tj ET");
    assert_eq!(kinds(&file.table("")), [ChangeKind::Annotation]);
}

#[test]
fn a_field_that_is_filled_in_keeps_how_viewers_draw_it() {
    let field = text_field("/V(moi)", "31 0 R").replace("/F 12 Tf", "/F 12 Tf 1 g");
    let file = signed().object(11, &field).stream(31, LOOK, b"BT /F 12 Tf 2 4 Td (moi) Tj ET");
    assert_eq!(kinds(&file.table("")), [ChangeKind::FieldAppearance]);
}

#[test]
fn a_choice_is_one_of_those_offered_and_shows_its_name() {
    let chosen = |value: &str, shown: &str, flags: u32| {
        let field = |value: &str, look: &str| {
            text_field(&format!("/V({value})/Opt[[(a)(Mua)][(b)(Ban)](khac)]/Ff {flags}"), look)
                .replace("/FT/Tx", "/FT/Ch")
        };
        let base = signed_with_field(&field("a", "13 0 R"));
        let look = format!("BT /F 12 Tf 2 4 Td ({shown}) Tj ET");
        let file = base.object(11, &field(value, "31 0 R")).stream(31, LOOK, look.as_bytes());
        kinds(&file.table(""))
    };
    assert_eq!(chosen("b", "Ban", 0), []);
    assert_eq!(chosen("khac", "khac", 0), []);
    assert_eq!(chosen("b", "Mua", 0), [ChangeKind::FieldAppearance]);
    assert_eq!(chosen("Cho", "Cho", 0), [ChangeKind::Field]);
    assert_eq!(chosen("Cho", "Cho", 1 << 18), [], "where one may type");
}

#[test]
fn a_field_of_cells_has_rules_between_them_and_small_print_is_read() {
    let filled = |look: &str| {
        let field =
            |keys: &str, look: &str| text_field(&format!("/Ff 16777216/MaxLen 4{keys}"), look);
        let file = signed_with_field(&field("/V(cu)", "13 0 R"))
            .object(11, &field("/V(25)", "31 0 R"))
            .stream(31, LOOK, look.as_bytes());
        kinds(&file.table(""))
    };
    let text = "BT /F 12 Tf 20 4 Td (2) Tj 50 0 Td (5) Tj ET";
    assert_eq!(filled(&format!("50 0 m 50 50 l 100 0 m 100 50 l 150 0 m 150 50 l S {text}")), []);
    assert_eq!(filled(&format!("125 0 m 125 50 l S {text}")), [ChangeKind::FieldAppearance]);
    assert_eq!(filled("BT /F 5 Tf 20 4 Td (25) Tj ET"), []);
}
