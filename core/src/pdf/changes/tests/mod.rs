mod allowed;
mod filled;
mod found;
mod graphs;

use super::{Allowed, Change, ChangeKind, History, Step, history};
use crate::pdf::read::open_to_judge;
use crate::pdf::read::sample::{PAGES, Sample};

/// A page with one line of text, a form with two signature fields, a text field and a check box;
/// the first field is signed.
pub(super) fn signed() -> Sample {
    signed_with("", "", "")
}

/// The same with further keys for the catalog, the page, and the signature dictionary.
pub(super) fn signed_with(catalog: &str, page: &str, signature: &str) -> Sample {
    signed_file([catalog, page, signature], &text_field("/V(cu)", "13 0 R"))
}

/// The same with another field in the place of the text field.
pub(super) fn signed_with_field(field: &str) -> Sample {
    signed_file(["", "", ""], field)
}

fn signed_file([catalog, page, signature]: [&str; 3], field: &str) -> Sample {
    let catalog = format!("<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R/Metadata 19 0 R{catalog}>>");
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots 10 0 R\
         /Resources<</Font<</F 9 0 R>>>>{page}>>"
    );
    let file = Sample::new()
        .object(1, &catalog)
        .object(2, PAGES)
        .object(3, &page)
        .stream(4, "", b"BT /F 24 Tf 100 700 Td (Tong so tien 1000 dong) Tj ET")
        .object(8, "<</Fields[5 0 R 7 0 R 11 0 R 12 0 R]/SigFlags 3/DR<</Font<</F 9 0 R>>>>>>")
        .object(9, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
        .object(10, "[7 0 R 11 0 R 12 0 R]")
        .object(5, "<</FT/Sig/T(Ky1)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>")
        .object(7, &format!("<<{EMPTY}>>"))
        .object(11, field)
        .object(12, "<</FT/Btn/T(Dong y)/Type/Annot/Subtype/Widget/Rect[300 100 320 120]/V/Off/AS/Off/AP<</N<</Off 14 0 R/Co 15 0 R>>>>>>")
        .stream(13, LOOK, b"BT /F 12 Tf 2 4 Td (cu) Tj ET")
        .stream(14, LOOK, b"")
        .stream(15, LOOK, b"0 0 20 20 re f")
        .stream(19, "/Type/Metadata/Subtype/XML", b"<x/>")
        .with_table("");
    file.signed(5, "Ky1", signature)
}

/// The keys of an empty signature field.
pub(super) const EMPTY: &str = "/FT/Sig/T(Ky2)/Type/Annot/Subtype/Widget/Rect[100 200 300 250]";

/// The dictionary of an appearance.
pub(super) const LOOK: &str =
    "/Type/XObject/Subtype/Form/BBox[0 0 200 50]/Resources<</Font<</F 9 0 R>>>>";

/// A text field that looks like this.
pub(super) fn text_field(keys: &str, look: &str) -> String {
    format!(
        "<</FT/Tx/T(Ten)/Type/Annot/Subtype/Widget/Rect[100 100 300 150]/DA(/F 12 Tf){keys}\
         /AP<</N {look}>>>>"
    )
}

pub(super) fn judged(file: &[u8]) -> History {
    history(&open_to_judge(file).unwrap())
}

pub(super) fn kinds(file: &[u8]) -> Vec<ChangeKind> {
    let mut kinds: Vec<ChangeKind> = judged(file).changes().map(|change| change.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

pub(super) fn allowed(file: &[u8]) -> Vec<Allowed> {
    let history = judged(file);
    assert_eq!(history.changes().collect::<Vec<_>>(), Vec::<&Change>::new());
    history.steps().iter().flat_map(|step: &Step| step.allowed.clone()).collect()
}
