//! The fonts that stand in for those that a document does not embed.
//!
//! Offices send what their old systems print: "Times New Roman" by name alone. The drawing reader's
//! own stand-ins have no letter with a Vietnamese mark, and show none; these have all of them, and
//! are as wide as the fonts they stand for.

use std::io::Read as _;
use std::sync::{Arc, LazyLock};

use hayro::hayro_interpret::FontResolverFn;
use hayro::hayro_interpret::font::{FontData, FontQuery, StandardFont};

/// A font that is packed until it is needed.
type Packed = LazyLock<FontData>;

macro_rules! packed {
    ($file:literal) => {
        LazyLock::new(|| {
            unpacked(include_bytes!(concat!("../../../assets/fallback-fonts/", $file)))
        })
    };
}

static SERIF: Packed = packed!("tinos-regular.ttf.z");
static SERIF_BOLD: Packed = packed!("tinos-bold.ttf.z");
static SERIF_ITALIC: Packed = packed!("tinos-italic.ttf.z");
static SERIF_BOLD_ITALIC: Packed = packed!("tinos-bolditalic.ttf.z");
static SANS: Packed = packed!("arimo-regular.ttf.z");
static SANS_BOLD: Packed = packed!("arimo-bold.ttf.z");
static SANS_ITALIC: Packed = packed!("arimo-italic.ttf.z");
static SANS_BOLD_ITALIC: Packed = packed!("arimo-bolditalic.ttf.z");

/// Which font is drawn for one that is not embedded.
pub(super) fn resolver() -> FontResolverFn {
    static RESOLVER: LazyLock<FontResolverFn> =
        LazyLock::new(|| Arc::new(|query| Some(font(query))));
    Arc::clone(&RESOLVER)
}

fn font(query: &FontQuery) -> (FontData, u32) {
    let standard = match query {
        FontQuery::Standard(standard) => *standard,
        FontQuery::Fallback(wanted) => wanted.pick_standard_font(),
    };
    let font = match standard {
        StandardFont::TimesRoman => &SERIF,
        StandardFont::TimesBold => &SERIF_BOLD,
        StandardFont::TimesItalic => &SERIF_ITALIC,
        StandardFont::TimesBoldItalic => &SERIF_BOLD_ITALIC,
        StandardFont::Helvetica => &SANS,
        StandardFont::HelveticaBold => &SANS_BOLD,
        StandardFont::HelveticaOblique => &SANS_ITALIC,
        StandardFont::HelveticaBoldOblique => &SANS_BOLD_ITALIC,
        StandardFont::Courier
        | StandardFont::CourierBold
        | StandardFont::CourierOblique
        | StandardFont::CourierBoldOblique
        | StandardFont::ZapfDingBats
        | StandardFont::Symbol => return standard.get_font_data(),
    };
    (FontData::clone(font), 0)
}

fn unpacked(packed: &'static [u8]) -> FontData {
    let mut font = Vec::new();
    let read = flate2::read::ZlibDecoder::new(packed).read_to_end(&mut font);
    read.expect("the fonts were packed when the program was made, and a test unpacks each");
    Arc::new(font)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stand_in_has_all_vietnamese_letters() {
        let fonts = [
            &SERIF,
            &SERIF_BOLD,
            &SERIF_ITALIC,
            &SERIF_BOLD_ITALIC,
            &SANS,
            &SANS_BOLD,
            &SANS_ITALIC,
            &SANS_BOLD_ITALIC,
        ];
        for font in fonts {
            let data: &[u8] = AsRef::<[u8]>::as_ref(&***font);
            let face = ttf_parser::Face::parse(data, 0).unwrap();
            let plain = "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐ".chars();
            let marked = ('\u{1EA0}'..='\u{1EF9}').chain("ÀÁÃàáãÈÉèéÌÍĨìíĩÒÓÕòóõÙÚŨùúũÝý".chars());
            for letter in plain.chain(marked) {
                assert!(face.glyph_index(letter).is_some(), "{letter}");
            }
        }
    }
}
