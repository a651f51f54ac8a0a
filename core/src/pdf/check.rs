//! The structural check `check/1`: what a signer should know of a document that may be signed.
//!
//! Findings are the same wherever they are computed: they depend on the bytes alone.

mod fonts;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::annotations;
use super::changes::{self, History};
use super::clean_copy::is_marked;
use super::read::{Document, Value};

/// The version of this check.
pub const CHECK: &str = "check/1";

/// One thing a signer should know. None of them forbids signing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "kebab-case", tag = "finding")]
#[cbor(map)]
pub enum Finding {
    /// Others have signed before, so many times.
    #[n(0)]
    SignedBefore {
        /// Signatures present.
        #[n(0)]
        count: u16,
    },
    /// Something was added after the last signature.
    #[n(1)]
    ChangedAfterSignature,
    /// Parts of a page can be switched on and off (optional content).
    #[n(2)]
    OptionalContent,
    /// Form fields whose values other viewers may show differently.
    #[n(3)]
    FieldWithoutAppearance,
    /// Files are attached inside the document.
    #[n(4)]
    EmbeddedFiles,
    /// An XFA form stands beside the pages.
    #[n(5)]
    Xfa,
    /// A font is not embedded, and other readers may show other letters.
    #[n(6)]
    FontNotEmbedded,
    /// After a signature, something was changed that is not known to be harmless: what is shown, or
    /// what the signer forbade to change.
    #[n(7)]
    ContentChangedAfterSignature,
    /// The file says that it is a clean copy of one that could not be signed as it was. Nobody
    /// vouches for that: see [`super::clean_copy`].
    #[n(8)]
    CleanCopy,
    /// The file is written so that other readers may show something else.
    #[n(9)]
    ReadersMayDiffer,
    /// An annotation that other readers may draw in another way, or not at all.
    #[n(10)]
    AnnotationMayDiffer,
}

impl Finding {
    /// All names of findings.
    pub const SLUGS: [&str; 11] = [
        "signed-before",
        "changed-after-signature",
        "optional-content",
        "field-without-appearance",
        "embedded-files",
        "xfa",
        "font-not-embedded",
        "content-changed-after-signature",
        "clean-copy",
        "readers-may-differ",
        "annotation-may-differ",
    ];

    /// Its name, the key of its text for people: `pdf-finding-` and the slug.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::SignedBefore { .. } => "signed-before",
            Self::ChangedAfterSignature => "changed-after-signature",
            Self::OptionalContent => "optional-content",
            Self::FieldWithoutAppearance => "field-without-appearance",
            Self::EmbeddedFiles => "embedded-files",
            Self::Xfa => "xfa",
            Self::FontNotEmbedded => "font-not-embedded",
            Self::ContentChangedAfterSignature => "content-changed-after-signature",
            Self::CleanCopy => "clean-copy",
            Self::ReadersMayDiffer => "readers-may-differ",
            Self::AnnotationMayDiffer => "annotation-may-differ",
        }
    }
}

/// Looks through a document; the findings come in the order of [`Finding`], each once.
#[must_use]
pub fn check(document: &Document<'_>) -> Vec<Finding> {
    check_with(document, &changes::history(document))
}

/// The same for whoever has compared the document's states already: that may take drawing pages.
pub(crate) fn check_with(document: &Document<'_>, history: &History) -> Vec<Finding> {
    let signatures = document.signatures();
    let catalog = document.catalog_dict();
    let within = |key, inner| {
        let outer = document.value(catalog, key).and_then(Value::dict);
        outer.and_then(|outer| document.value(outer, inner))
    };
    let groups = within("OCProperties", "OCGs").and_then(Value::array);
    let shown_first = within("OCProperties", "D").and_then(Value::dict);
    let hidden = shown_first.and_then(|first| document.value(first, "OFF")).and_then(Value::array);
    let changed =
        signatures.last().is_some_and(|last| last.revision + 1 < document.revisions().len());
    // Some readers hide a group that is off, although the list of groups lacks it.
    let layered = [groups, hidden].into_iter().flatten().any(|list| list.iter().next().is_some());
    let embeds = document.embeds_files() || within("Names", "EmbeddedFiles").is_some();

    let mut findings = Vec::new();
    if let Ok(count @ 1..) = u16::try_from(signatures.len()) {
        findings.push(Finding::SignedBefore { count });
    }
    let mut push = |found: bool, finding| findings.extend(found.then_some(finding));
    push(changed, Finding::ChangedAfterSignature);
    push(layered, Finding::OptionalContent);
    push(document.lacks_appearance(), Finding::FieldWithoutAppearance);
    push(embeds, Finding::EmbeddedFiles);
    push(within("AcroForm", "XFA").is_some(), Finding::Xfa);
    push(fonts::any_missing(document), Finding::FontNotEmbedded);
    let altered = history.changes().next().is_some();
    push(altered, Finding::ContentChangedAfterSignature);
    push(is_marked(document), Finding::CleanCopy);
    push(document.readers_differ(), Finding::ReadersMayDiffer);
    push(annotations::may_differ(document), Finding::AnnotationMayDiffer);
    findings
}

#[cfg(test)]
mod tests {
    use super::{Finding, check};
    use crate::pdf::read::open;
    use crate::pdf::read::sample::{PAGE, PAGES, Sample};

    fn with(keys: &str) -> Sample {
        Sample::page_with(&format!("<</Type/Catalog/Pages 2 0 R{keys}>>"), PAGES, PAGE)
    }

    fn findings(file: &[u8]) -> Vec<Finding> {
        check(&open(file).unwrap())
    }

    #[test]
    fn a_plain_document_has_nothing_to_say() {
        assert_eq!(findings(&with("").table("")), []);
        let empty = "/OCProperties<</OCGs[]/D<<>>>>/AcroForm<</Fields[]/XFA null>>/Names<<>>";
        assert_eq!(findings(&with(empty).table("")), []);
    }

    #[test]
    fn signatures_are_counted_and_later_changes_noticed() {
        let waiting = "<</FT/Sig/T(Ky2)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>";
        let base = with("/AcroForm<</Fields[5 0 R 7 0 R]/SigFlags 3>>").object(7, waiting);
        let once = base.with_table("").signed(5, "Ky1", "");
        assert_eq!(findings(&once.bytes), [Finding::SignedBefore { count: 1 }]);
        let changed = once.clone().object(40, "null").table("");
        let both = [Finding::SignedBefore { count: 1 }, Finding::ChangedAfterSignature];
        assert_eq!(findings(&changed), both);
        let twice = once.clone().signed(7, "Ky2", "").bytes;
        assert_eq!(findings(&twice), [Finding::SignedBefore { count: 2 }]);
        let altered = once.stream(4, "", b"BT (x) Tj ET").table("");
        let content = [both[0], both[1], Finding::ContentChangedAfterSignature];
        assert_eq!(findings(&altered), content);
    }

    #[test]
    fn layers_attachments_and_forms_are_found_in_a_fixed_order() {
        let all = with(
            "/Names<</EmbeddedFiles<<>>>>/OCProperties<</OCGs[5 0 R]>>\
             /AcroForm<</Fields[]/NeedAppearances true/XFA[]>>/TrienCleanCopy<<>>",
        );
        let expected = [
            Finding::OptionalContent,
            Finding::FieldWithoutAppearance,
            Finding::EmbeddedFiles,
            Finding::Xfa,
            Finding::CleanCopy,
        ];
        assert_eq!(findings(&all.table("")), expected);
        let off = with("/OCProperties<</OCGs[]/D<</OFF[5 0 R]>>>>").object(5, "<</Type/OCG>>");
        assert_eq!(findings(&off.table("")), [Finding::OptionalContent]);
        let attached = with("").object(5, "<</Type/Filespec/EF<</F 4 0 R>>>>").table("");
        assert_eq!(findings(&attached), [Finding::EmbeddedFiles]);
    }

    #[test]
    fn annotations_that_viewers_draw_in_their_own_ways_are_found() {
        let annotation = |keys: &str| {
            let page = PAGE.replace("/Contents", "/Annots[5 0 R]/Contents");
            let file = Sample::page_with("<</Type/Catalog/Pages 2 0 R>>", PAGES, &page);
            let file = file.object(5, &format!("<</Type/Annot{keys}>>"));
            findings(&file.stream(6, "/Subtype/Form", b"").table(""))
        };
        let found = [Finding::AnnotationMayDiffer];
        let drawn = "/AP<</N 6 0 R>>";
        for sound in [
            format!("/Subtype/Stamp{drawn}"),
            format!("/Subtype/Widget{drawn}"),
            "/Subtype/Link".to_owned(),
            "/Subtype/Popup".to_owned(),
            "/Subtype/Widget".to_owned(),
            "/Subtype/Square/F 2".to_owned(),
            "/Subtype/Stamp/AS/On/AP<</N<</On 6 0 R>>>>".to_owned(),
        ] {
            assert_eq!(annotation(&sound), [], "{sound}");
        }
        for differs in [
            format!("/Subtype/Popup{drawn}"),
            format!("/Subtype/Foo{drawn}"),
            "/Subtype/Square".to_owned(),
            "/Subtype/FreeText/AP<<>>".to_owned(),
            "/Subtype/Stamp/AP<</N<</On 6 0 R>>>>".to_owned(),
        ] {
            assert_eq!(annotation(&differs), found, "{differs}");
        }
    }

    #[test]
    fn a_value_needs_an_appearance_and_an_empty_field_does_not() {
        let field = |keys: &str| {
            let field = format!("<</T(a)/FT/Tx/Subtype/Widget{keys}>>");
            let file = with("/AcroForm<</Fields[5 0 R]>>").object(5, &field);
            findings(&file.stream(6, "/BBox[0 0 9 9]", b"BT (x) Tj ET").table(""))
        };
        assert_eq!(field("/V(x)"), [Finding::FieldWithoutAppearance]);
        assert_eq!(field("/V(x)/AP<</N 6 0 R>>"), []);
        assert_eq!(field(""), []);
    }
}
