//! Whether other readers may show other letters: fonts that are named and not embedded.
//!
//! A reader takes what font it has for one that is missing. For the fourteen standard fonts and
//! those that pass for them everywhere, with the letters that every stand-in has, that is the same
//! text in nearly the same shapes. For all others it is a guess: Vietnamese letters become boxes,
//! or, where the font had a code of its own, other letters.

use std::collections::HashSet;

use crate::pdf::read::limits::MAX_DEPTH;
use crate::pdf::read::{Array, Dict, Document, Name, ObjectId, Page, Value};

/// Dictionaries that are looked at. A document with more may have any font.
const MAX_LOOKED_AT: usize = 200_000;

/// Whether a font that a page may show is not embedded, and is none that every reader has.
pub(super) fn any_missing(document: &Document<'_>) -> bool {
    let mut walk = Walk { document, seen: HashSet::new(), waiting: Vec::new(), looked_at: 0 };
    for page in document.pages() {
        walk.page(page);
        if walk.finds_one() {
            return true;
        }
    }
    false
}

/// What a dictionary is looked at as.
#[derive(Clone, Copy)]
enum Look<'d> {
    Resources(Dict<'d>),
    Font(Dict<'d>),
    /// A form, a pattern: what has resources of its own.
    Content(Dict<'d>),
    GraphicsState(Dict<'d>),
}

struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    seen: HashSet<ObjectId>,
    waiting: Vec<Look<'d>>,
    looked_at: usize,
}

impl<'d> Walk<'d, '_> {
    fn page(&mut self, page: &Page) {
        let Some(dict) = self.document.page_dict(page) else { return };
        self.resources_of_page(dict);
        let annotations = self.document.value(dict, "Annots").and_then(Value::array);
        for annotation in annotations.into_iter().flat_map(Array::iter) {
            if let Some(annotation) = self.unseen(annotation) {
                self.appearances(annotation);
            }
        }
    }

    fn resources_of_page(&mut self, page: Dict<'d>) {
        let mut node = page;
        for _ in 0..=MAX_DEPTH {
            if let Some(resources) = node.get("Resources") {
                self.wait(resources, Look::Resources);
                return;
            }
            let parent = self.document.value(node, "Parent").and_then(Value::dict);
            let Some(parent) = parent else { return };
            node = parent;
        }
    }

    fn appearances(&mut self, annotation: Dict<'d>) {
        let appearance = self.document.value(annotation, "AP").and_then(Value::dict);
        let Some(normal) = appearance.and_then(|appearance| appearance.get("N")) else { return };
        let Some(dict) = self.document.resolve(normal).dict() else { return };
        if dict.get("BBox").is_some() {
            self.wait(normal, Look::Content);
        } else {
            for (_, state) in dict.iter() {
                self.wait(state, Look::Content);
            }
        }
    }

    fn finds_one(&mut self) -> bool {
        while let Some(look) = self.waiting.pop() {
            self.looked_at += 1;
            if self.looked_at > MAX_LOOKED_AT {
                return true;
            }
            match look {
                Look::Resources(resources) => self.resources(resources),
                Look::Content(content) => {
                    if let Some(resources) = content.get("Resources") {
                        self.wait(resources, Look::Resources);
                    }
                }
                Look::GraphicsState(state) => {
                    let font = self.document.value(state, "Font").and_then(Value::array);
                    if let Some(font) = font.and_then(|font| font.iter().next()) {
                        self.wait(font, Look::Font);
                    }
                    let mask = self.document.value(state, "SMask").and_then(Value::dict);
                    if let Some(group) = mask.and_then(|mask| mask.get("G")) {
                        self.wait(group, Look::Content);
                    }
                }
                Look::Font(font) if self.is_missing(font) => return true,
                // Letters that are instructions have resources, too.
                Look::Font(font) => self.waiting.push(Look::Content(font)),
            }
        }
        false
    }

    fn resources(&mut self, resources: Dict<'d>) {
        self.named(resources, "Font", Look::Font);
        self.named(resources, "XObject", Look::Content);
        self.named(resources, "Pattern", Look::Content);
        self.named(resources, "ExtGState", Look::GraphicsState);
    }

    fn named(&mut self, resources: Dict<'d>, kind: &str, look: fn(Dict<'d>) -> Look<'d>) {
        let named = self.document.value(resources, kind).and_then(Value::dict);
        for (_, value) in named.into_iter().flat_map(Dict::iter) {
            self.wait(value, look);
        }
    }

    fn wait(&mut self, value: Value<'d>, look: fn(Dict<'d>) -> Look<'d>) {
        if let Some(dict) = self.unseen(value) {
            self.waiting.push(look(dict));
        }
    }

    /// A dictionary that was not looked at before.
    fn unseen(&mut self, value: Value<'d>) -> Option<Dict<'d>> {
        if let Value::Reference(id) = value
            && !self.seen.insert(id)
        {
            return None;
        }
        self.document.resolve(value).dict()
    }

    fn is_missing(&self, font: Dict<'d>) -> bool {
        let kind = self.document.value(font, "Subtype").and_then(Value::name);
        let is = |name| kind.is_some_and(|kind| kind.is(name));
        if is("Type3") {
            return false;
        }
        if is("Type0") {
            let below = self.document.value(font, "DescendantFonts").and_then(Value::array);
            let below = below.and_then(|below| self.document.resolve(below.iter().next()?).dict());
            return !below.is_some_and(|below| self.is_embedded(below));
        }
        !self.is_embedded(font) && !self.is_everywhere(font)
    }

    fn is_embedded(&self, font: Dict<'d>) -> bool {
        let descriptor = self.document.value(font, "FontDescriptor").and_then(Value::dict);
        descriptor.is_some_and(|descriptor| {
            let mut files = ["FontFile", "FontFile2", "FontFile3"].into_iter();
            files.any(|key| self.document.value(descriptor, key).and_then(Value::dict).is_some())
        })
    }

    /// A font that every reader has, with letters that are in all of them.
    fn is_everywhere(&self, font: Dict<'d>) -> bool {
        let name = self.document.value(font, "BaseFont").and_then(Value::name);
        let Some(name) = name.map(Name::text) else { return false };
        if matches!(name.as_str(), "Symbol" | "ZapfDingbats") {
            return true;
        }
        passes_for_standard(&name) && self.has_common_letters(font)
    }

    fn has_common_letters(&self, font: Dict<'d>) -> bool {
        let common = |name: Value<'_>| {
            let known = ["WinAnsiEncoding", "MacRomanEncoding", "StandardEncoding"];
            name.name().is_some_and(|name| known.iter().any(|known| name.is(known)))
        };
        match self.document.value(font, "Encoding") {
            None => true,
            Some(Value::Dict(encoding)) => {
                let base = self.document.value(encoding, "BaseEncoding");
                let differences = self.document.value(encoding, "Differences");
                let differences = differences.and_then(Value::array);
                let letters = differences.into_iter().flat_map(Array::iter);
                let mut names = letters.filter_map(|letter| self.document.resolve(letter).name());
                base.is_none_or(common) && names.all(|name| is_common(&name.decoded()))
            }
            Some(name) => common(name),
        }
    }
}

/// One of the fourteen standard fonts (ISO 32000-1, 9.6.2.2), or a name under which the systems of
/// the time had them.
fn passes_for_standard(name: &str) -> bool {
    let name = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 => rest,
        _ => name,
    };
    let name: String = name.chars().filter(|letter| *letter != ' ').collect();
    let (family, style) = name.split_once([',', '-']).unwrap_or((&name, ""));
    let plain = |name: &str| {
        let name = name.strip_suffix("MT").unwrap_or(name);
        name.strip_suffix("PS").unwrap_or(name).to_owned()
    };
    let family = plain(family);
    let families = ["Helvetica", "Arial", "Times", "TimesNewRoman", "Courier", "CourierNew"];
    let styles = ["", "Roman", "Regular", "Bold", "Italic", "Oblique", "BoldItalic", "BoldOblique"];
    families.contains(&family.as_str()) && styles.contains(&plain(style).as_str())
}

fn is_common(letter: &[u8]) -> bool {
    std::str::from_utf8(letter).is_ok_and(|letter| {
        matches!(letter.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z'])
            || COMMON.split_ascii_whitespace().any(|common| common == letter)
    })
}

/// The standard Latin character set (ISO 32000-1, D.2), but for plain letters.
const COMMON: &str = "\
    .notdef space AE Aacute Acircumflex Adieresis Agrave Aring Atilde Ccedilla Eacute Ecircumflex \
    Edieresis Egrave Eth Euro Iacute Icircumflex Idieresis Igrave Lslash Ntilde OE Oacute \
    Ocircumflex Odieresis Ograve Oslash Otilde Scaron Thorn Uacute Ucircumflex Udieresis Ugrave \
    Yacute Ydieresis Zcaron aacute acircumflex acute adieresis ae agrave ampersand aring \
    asciicircum asciitilde asterisk at atilde backslash bar braceleft braceright bracketleft \
    bracketright breve brokenbar bullet caron ccedilla cedilla cent circumflex colon comma \
    copyright currency dagger daggerdbl degree dieresis divide dollar dotaccent dotlessi eacute \
    ecircumflex edieresis egrave eight ellipsis emdash endash equal eth exclam exclamdown fi five \
    fl florin four fraction germandbls grave greater guillemotleft guillemotright guilsinglleft \
    guilsinglright hungarumlaut hyphen iacute icircumflex idieresis igrave less logicalnot lslash \
    macron minus mu multiply nbspace nine ntilde numbersign oacute ocircumflex odieresis oe ogonek \
    ograve one onehalf onequarter onesuperior ordfeminine ordmasculine oslash otilde paragraph \
    parenleft parenright percent period periodcentered perthousand plus plusminus question \
    questiondown quotedbl quotedblbase quotedblleft quotedblright quoteleft quoteright \
    quotesinglbase quotesingle registered ring scaron section semicolon seven sfthyphen six slash \
    sterling thorn three threequarters threesuperior tilde trademark two twosuperior uacute \
    ucircumflex udieresis ugrave underscore yacute ydieresis yen zcaron zero";

#[cfg(test)]
mod tests {
    use crate::pdf::check::{Finding, check};
    use crate::pdf::read::open;
    use crate::pdf::read::sample::{CATALOG, PAGES, Sample};

    fn page(keys: &str) -> Sample {
        let page =
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{keys}>>");
        Sample::page_with(CATALOG, PAGES, &page)
    }

    fn missing(file: Sample) -> bool {
        check(&open(&file.table("")).unwrap()).contains(&Finding::FontNotEmbedded)
    }

    fn font(keys: &str) -> bool {
        let font = format!("<</Type/Font{keys}>>");
        missing(page("/Resources<</Font<</F 5 0 R>>>>").object(5, &font))
    }

    #[test]
    fn a_font_that_every_reader_has_needs_no_embedding() {
        assert!(!font("/Subtype/Type1/BaseFont/Helvetica"));
        assert!(!font("/Subtype/Type1/BaseFont/ZapfDingbats"));
        assert!(!font("/Subtype/TrueType/BaseFont/ArialMT/Encoding/WinAnsiEncoding"));
        assert!(!font("/Subtype/TrueType/BaseFont/TimesNewRoman,BoldItalic"));
        assert!(!font("/Subtype/TrueType/BaseFont/TimesNewRomanPS-BoldMT"));
        assert!(!font("/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[1/fi/A/Euro]>>"));
        assert!(!font("/Subtype/Type3/CharProcs<<>>"));
    }

    #[test]
    fn other_fonts_and_other_letters_are_found() {
        assert!(font("/Subtype/TrueType/BaseFont/.VnTime/Encoding/WinAnsiEncoding"));
        assert!(font("/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[1/uni1EA5]>>"));
        assert!(font("/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[1/ytilde]>>"));
        assert!(font("/Subtype/Type0/BaseFont/ArialMT/Encoding/Identity-H/DescendantFonts[<<>>]"));
        assert!(font("/Subtype/TrueType/BaseFont/Times-Black"));
    }

    #[test]
    fn an_embedded_font_is_no_matter() {
        let with = |key: &str| format!("/FontDescriptor<</{key} 4 0 R>>");
        for key in ["FontFile", "FontFile2", "FontFile3"] {
            let own = with(key);
            assert!(!font(&format!("/Subtype/TrueType/BaseFont/.VnTime{own}")));
            assert!(!font(&format!("/Subtype/Type0/BaseFont/A/DescendantFonts[<<{own}>>]")));
        }
        assert!(font(&format!("/Subtype/TrueType/BaseFont/.VnTime{}", with("FontFile4"))));
        assert!(font("/Subtype/TrueType/BaseFont/.VnTime/FontDescriptor<</FontFile2 90 0 R>>"));
    }

    #[test]
    fn fonts_are_found_wherever_a_page_may_show_them() {
        let bad = "<</Subtype/TrueType/BaseFont/.VnTime>>";
        let form = format!("/BBox[0 0 1 1]/Resources<</Font<</F {bad}>>>>");
        let places = [
            "/Resources<</XObject<</X 5 0 R>>>>",
            "/Resources<</Pattern<</X 5 0 R>>>>",
            "/Resources<</ExtGState<</X<</SMask<</G 5 0 R>>>>>>>>",
            "/Annots[<</AP<</N 5 0 R>>>>]",
            "/Annots[<</AP<</N<</On 5 0 R>>>>>>]",
            "/Resources<</Font<</T<</Subtype/Type3/Resources<</XObject<</X 5 0 R>>>>>>>>>>",
        ];
        for place in places {
            assert!(missing(page(place).stream(5, &form, b"")), "{place}");
        }
        assert!(missing(page(&format!("/Resources<</ExtGState<</X<</Font[{bad} 9]>>>>>>"))));
        // Inherited from the list of pages.
        let pages = format!("<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F {bad}>>>>>>");
        let plain = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>";
        assert!(missing(Sample::page_with(CATALOG, &pages, plain)));
        let own = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>";
        assert!(!missing(Sample::page_with(CATALOG, &pages, own)));
    }

    #[test]
    fn resources_that_lead_back_to_themselves_end() {
        let own = "/BBox[0 0 1 1]/Resources<</XObject<</X 5 0 R>>>>";
        assert!(!missing(page("/Resources<</XObject<</X 5 0 R>>>>").stream(5, own, b"")));
    }
}
