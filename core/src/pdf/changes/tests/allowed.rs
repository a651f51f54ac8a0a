//! What may be added after a signature.

use super::*;
use crate::pdf::changes::{BeforeAndAfter, before_and_after};

#[test]
fn nothing_after_the_only_signature_is_no_step() {
    assert_eq!(judged(&signed().bytes), History::default());
    assert!(judged(&Sample::page().table("")).steps().is_empty());
}

#[test]
fn an_object_that_is_not_in_use_changes_nothing() {
    assert_eq!(allowed(&signed().object(40, "<</Type/Page>>").table("")), []);
}

#[test]
fn an_object_written_again_in_other_words_is_the_same() {
    let respelled = "<</Type/Font  /BaseFont/#48elvetica/Subtype /Type1>>";
    assert_eq!(allowed(&signed().object(9, respelled).table("")), []);
    let packed = signed().packed(50, &[(9, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")]);
    assert_eq!(allowed(&packed.xref_stream("")), []);
}

#[test]
fn a_further_signature_in_a_new_field_is_allowed() {
    let file = signed()
        .object(
            8,
            "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R 30 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>",
        )
        .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]")
        .signed(30, "Ky3", "");
    assert_eq!(allowed(&file.bytes), [Allowed::Signature]);
}

#[test]
fn an_empty_field_may_be_signed_once() {
    let look = "<</N 31 0 R>>";
    let stamp = signed().stream(31, LOOK, b"0 0 200 50 re S BT /F 12 Tf 9 9 Td (An) Tj ET");
    let once = stamp.signed(7, "Ky2", "");
    assert_eq!(kinds(&once.bytes), [ChangeKind::Field], "the sample moves the field to no place");
    let in_place = sign_in_place(signed().stream(31, LOOK, b"0 0 200 50 re S"), look);
    assert_eq!(allowed(&in_place.bytes), [Allowed::Signature]);
    let again = in_place.object(7, &format!("<<{EMPTY}/V 60 0 R>>")).object(60, "<<>>").table("");
    assert!(open_to_judge(&again).is_err() || kinds(&again).contains(&ChangeKind::Signature));
}

/// Signs the empty field where it is, with this appearance.
pub(in crate::pdf::changes) fn sign_in_place(file: Sample, look: &str) -> Sample {
    let keys = format!("/T(Ky2)/Rect[100 200 300 250]/AP{look}");
    file.signed_as(7, &keys, "")
}

#[test]
fn validation_data_needs_no_signature() {
    let catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R/Metadata 19 0 R/DSS 40 0 R>>";
    let with_data = |file: Sample, streams: &str| {
        file.object(1, catalog)
            .object(
                40,
                &format!("<</Certs {streams}/VRI<</{}<</Cert[41 0 R]>>>>>>", "A".repeat(40)),
            )
            .stream(41, "", b"certificate")
    };
    let once = with_data(signed(), "[41 0 R]").with_table("");
    assert_eq!(allowed(&once.bytes), [Allowed::ValidationData]);
    let document = open_to_judge(&once.bytes).unwrap();
    assert!(history(&document).ends_with_validation_data(&document));
    let twice = with_data(once, "[41 0 R 42 0 R]").stream(42, "", b"another").table("");
    assert_eq!(allowed(&twice), [Allowed::ValidationData]);
}

#[test]
fn a_field_may_be_filled_in_when_it_shows_its_value() {
    let filled = |value: &str, shown: &str| {
        signed()
            .object(11, &text_field(&format!("/V({value})"), "31 0 R"))
            .stream(31, LOOK, format!("BT /F 12 Tf 2 4 Td ({shown}) Tj ET").as_bytes())
            .table("")
    };
    assert_eq!(allowed(&filled("moi", "moi")), [Allowed::FormFilling]);
    assert_eq!(kinds(&filled("moi", "khac")), [ChangeKind::FieldAppearance]);
    let in_place = signed().object(11, &text_field("/V(moi)", "13 0 R")).stream(
        13,
        LOOK,
        b"BT /F 12 Tf 2 4 Td (moi) Tj ET",
    );
    assert_eq!(allowed(&in_place.table("")), [Allowed::FormFilling]);
}

#[test]
fn a_box_may_be_ticked() {
    let ticked = "<</FT/Btn/T(Dong y)/Type/Annot/Subtype/Widget/Rect[300 100 320 120]/V/Co/AS/Co/AP<</N<</Off 14 0 R/Co 15 0 R>>>>>>";
    assert_eq!(allowed(&signed().object(12, ticked).table("")), [Allowed::FormFilling]);
}

#[test]
fn metadata_may_follow() {
    let file = signed()
        .stream(19, "/Type/Metadata/Subtype/XML", b"<y/>")
        .object(41, "<</Title(Moi)>>")
        .with_table("/Info 41 0 R");
    assert_eq!(allowed(&file.bytes), [Allowed::Metadata]);
    let changed = file.object(41, "<</Title(Khac)>>").table("/Info 41 0 R");
    assert_eq!(allowed(&changed), [Allowed::Metadata]);
}

#[test]
fn comments_are_allowed_where_the_author_permits_them() {
    let certified = |level: u8| {
        let reference =
            format!("/Reference[<</TransformMethod/DocMDP/TransformParams<</P {level}>>>>]");
        signed_with("", "", &reference)
            .object(10, "[7 0 R 11 0 R 12 0 R 30 0 R]")
            .object(30, "<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(Xem lai)>>")
            .table("")
    };
    assert_eq!(allowed(&certified(3)), [Allowed::Comments]);
    assert_eq!(kinds(&certified(2)), [ChangeKind::Annotation]);
    assert_eq!(kinds(&certified(1)), [ChangeKind::Annotation]);
}

#[test]
fn a_page_is_drawn_before_and_after() {
    let file = signed().stream(4, "", b"BT /F 24 Tf 100 700 Td (9000) Tj ET").table("");
    let document = open_to_judge(&file).unwrap();
    let BeforeAndAfter { before, after, .. } = before_and_after(&document, 1, 0, 200).unwrap();
    assert!(before.is_some() && after.is_some() && before != after);
    let nothing = before_and_after(&document, 1, 7, 200).unwrap();
    let none = BeforeAndAfter { before: None, after: None, size: None, marks: Vec::new() };
    assert_eq!(nothing, none);
    assert!(before_and_after(&document, 9, 0, 200).is_err());
}
