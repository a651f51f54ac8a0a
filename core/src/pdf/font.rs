//! The stamp's font: one fixed subset of Tinos Regular, the look of Times New Roman.
//!
//! The font program is a constant that goes into the document byte for byte, so that no encoder
//! and no font of the machine has a say in a revision. Origin and licence: `core/assets/stamp-font`.

use std::io::Read as _;
use std::sync::OnceLock;

use ttf_parser::{Face, GlyphId};

/// The font program as it is embedded: zlib-coded (PDF `/FlateDecode`).
pub(crate) const PROGRAM: &[u8] = include_bytes!("../../assets/stamp-font/tinos-stamp.ttf.z");

/// The sRGB profile, ICC 2.1, as it is embedded.
pub(crate) const PROFILE: &[u8] = include_bytes!("../../assets/stamp-font/srgb.icc");

/// The subset's PostScript name: six letters name the subset (ISO 32000-2, 9.9.2).
pub(crate) const NAME: &str = "TRIENA+Tinos";

/// Stands for a character that the font lacks.
const REPLACEMENT: char = '?';

/// One glyph of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// Its index, which is also its CID.
    pub id: u16,
    /// Its advance in thousandths of the font size.
    pub width: i64,
}

/// The font, parsed, with what every stamp says of it, written once: it was a fifth of the time
/// that a signature takes.
pub(crate) struct StampFont {
    face: Face<'static>,
    unpacked: usize,
    widths: String,
    to_unicode: Vec<u8>,
    cid_set: Vec<u8>,
}

impl StampFont {
    /// The one font that `pdfrev/1` knows.
    pub fn get() -> &'static Self {
        static FONT: OnceLock<StampFont> = OnceLock::new();
        FONT.get_or_init(Self::load)
    }

    fn load() -> Self {
        static TTF: OnceLock<Vec<u8>> = OnceLock::new();
        let ttf = TTF.get_or_init(|| {
            let mut ttf = Vec::new();
            flate2::read::ZlibDecoder::new(PROGRAM)
                .read_to_end(&mut ttf)
                .expect("the constant inflates, as a test shows");
            ttf
        });
        let face = Face::parse(ttf, 0).expect("the constant is a font, as a test shows");
        let advances: Vec<String> = (0..face.number_of_glyphs())
            .map(|id| advance(&face, GlyphId(id)).to_string())
            .collect();
        Self {
            unpacked: ttf.len(),
            widths: advances.join(" "),
            to_unicode: to_unicode(&face),
            cid_set: cid_set(face.number_of_glyphs()),
            face,
        }
    }

    /// Length of the font program when inflated, in bytes.
    pub fn unpacked_len(&self) -> usize {
        self.unpacked
    }

    /// The glyph of `c`, or of `?`.
    pub fn glyph(&self, c: char) -> Glyph {
        let id = self
            .face
            .glyph_index(c)
            .or_else(|| self.face.glyph_index(REPLACEMENT))
            .unwrap_or(GlyphId(0));
        Glyph { id: id.0, width: advance(&self.face, id) }
    }

    /// The width of `text`, in thousandths of the font size.
    pub fn width_of(&self, text: &str) -> i64 {
        text.chars().map(|c| self.glyph(c).width).sum()
    }

    /// The advances of all glyphs by index, in thousandths of the font size: the inside of `/W`.
    pub fn widths(&self) -> &str {
        &self.widths
    }

    /// The `/ToUnicode` map (ISO 32000-2, 9.10.3): glyphs by index with one character each, so that
    /// a stamp can be copied and searched.
    pub fn to_unicode(&self) -> &[u8] {
        &self.to_unicode
    }

    /// The `/CIDSet` (PDF/A-1, 6.3.5): one bit a glyph, all present.
    pub fn cid_set(&self) -> &[u8] {
        &self.cid_set
    }

    /// `value` font units in thousandths of the font size.
    fn scaled(&self, value: i16) -> i64 {
        i64::from(value) * 1000 / i64::from(self.face.units_per_em())
    }

    /// `/FontBBox`.
    pub fn bounding_box(&self) -> [i64; 4] {
        let b = self.face.global_bounding_box();
        [b.x_min, b.y_min, b.x_max, b.y_max].map(|v| self.scaled(v))
    }

    /// `/Ascent`, `/Descent` and `/CapHeight`.
    pub fn vertical_metrics(&self) -> [i64; 3] {
        let cap = self.face.capital_height().unwrap_or_else(|| self.face.ascender());
        [self.face.ascender(), self.face.descender(), cap].map(|v| self.scaled(v))
    }
}

fn advance(face: &Face<'_>, id: GlyphId) -> i64 {
    let units = i64::from(face.units_per_em());
    let advance = i64::from(face.glyph_hor_advance(id).unwrap_or(0));
    (advance * 1000 + units / 2) / units
}

fn to_unicode(face: &Face<'_>) -> Vec<u8> {
    let mut pairs: Vec<(u16, u32)> = Vec::new();
    for table in face.tables().cmap.iter().flat_map(|cmap| cmap.subtables) {
        if !table.is_unicode() {
            continue;
        }
        table.codepoints(|code| {
            if let Some(glyph) = table.glyph_index(code) {
                pairs.push((glyph.0, code));
            }
        });
    }
    pairs.sort_unstable();
    pairs.dedup_by_key(|(glyph, _)| *glyph);

    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    // Runs of glyphs whose codes share their high byte, at most 100 to a section.
    let runs: Vec<_> = pairs
        .chunk_by(|(a, _), (b, _)| a + 1 == *b && a >> 8 == b >> 8)
        .map(|run| {
            let (first, last) = (run[0].0, run[run.len() - 1].0);
            let codes: Vec<_> = run.iter().map(|(_, code)| format!("<{code:04X}>")).collect();
            format!("<{first:04X}> <{last:04X}> [{}]\n", codes.join(""))
        })
        .collect();
    for section in runs.chunks(100) {
        map += &format!("{} beginbfrange\n{}endbfrange\n", section.len(), section.concat());
    }
    map += "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend";
    map.into_bytes()
}

fn cid_set(glyphs: u16) -> Vec<u8> {
    let count = usize::from(glyphs);
    let mut set = vec![0xFF; count / 8];
    if !count.is_multiple_of(8) {
        set.push(0xFF << (8 - count % 8));
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_has_its_own_glyph() {
        let font = StampFont::get();
        let unknown = font.glyph('漢');
        let letters = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ";
        for c in letters.chars().chain(letters.to_uppercase().chars()) {
            assert_ne!(font.glyph(c), unknown, "{c}");
        }
        assert_eq!(unknown, font.glyph('?'));
    }

    #[test]
    fn widths_are_those_of_times_new_roman() {
        let font = StampFont::get();
        assert_eq!(font.glyph('A').width, 722);
        assert_eq!(font.glyph(' ').width, 250);
        assert_eq!(font.width_of("Việt"), 722 + 278 + 444 + 278);
    }

    #[test]
    fn the_map_to_unicode_names_vietnamese_letters() {
        let map = std::str::from_utf8(StampFont::get().to_unicode()).unwrap();
        assert!(map.contains("<1EC7>") && map.contains("<0110>") && !map.contains("<AC00>"));
        let glyphs = StampFont::get().face.number_of_glyphs();
        assert!(map.matches('<').count() > usize::from(glyphs) * 9 / 10);
    }
}
