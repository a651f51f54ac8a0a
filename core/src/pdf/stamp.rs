//! The form `XObject` of a visible signature or of a filled-in field, and all that it draws with.

use crate::pdf::appearance::{self, Hundredths, LocalTime};
use crate::pdf::append::{Update, reference};
use crate::pdf::font::{self, StampFont};
use crate::pdf::geometry;
use crate::pdf::image::StampImage;
use crate::pdf::mask::{self, Mask};
use crate::pdf::read::{Document, ObjectId, Rotation};
use crate::pdf::recipe::{ImageRef, Line, Rect};

/// What several appearances of one revision share; each is added when it is first needed.
#[derive(Default)]
pub(super) struct Materials {
    space: Option<String>,
    font: Option<ObjectId>,
}

impl Materials {
    /// sRGB by its profile: PDF/A-2 forbids bare RGB without an output intent.
    fn space(&mut self, update: &mut Update) -> String {
        let new = || {
            let profile = update.add_stream("/N 3 /Alternate /DeviceRGB", font::PROFILE);
            format!("[/ICCBased {}]", reference(profile))
        };
        self.space.get_or_insert_with(new).clone()
    }

    fn font(&mut self, update: &mut Update) -> ObjectId {
        *self.font.get_or_insert_with(|| add_font(update))
    }

    /// The appearance of a signature.
    pub fn stamp(
        &mut self,
        update: &mut Update,
        base: &Document<'_>,
        (rect, rotation): (Rect, Rotation),
        (lines, picture): (&[Line], Option<&StampImage>),
        time: &LocalTime,
    ) -> ObjectId {
        let space = self.space(update);
        let mut resources = format!("/ColorSpace << /C {space} >>");
        if !lines.is_empty() {
            resources += &format!(" /Font << /F {} >>", reference(self.font(update)));
        }
        if let Some(picture) = picture {
            let picture = add_picture(update, base, picture, &space);
            resources += &format!(" /XObject << /I {} >>", reference(picture));
        }
        let name = picture.map(StampImage::name);
        let content = appearance::content(rect, lines, name, time);
        add_form(update, (rect, rotation), &resources, &content)
    }

    /// The appearance of a text field; none where the text would be too small to read.
    pub fn filled_in(
        &mut self,
        update: &mut Update,
        (rect, rotation): (Rect, Rotation),
        text: &str,
    ) -> Option<ObjectId> {
        let content = appearance::filled_in(rect, text)?;
        let space = self.space(update);
        let font = reference(self.font(update));
        let resources = format!("/ColorSpace << /C {space} >> /Font << /F {font} >>");
        Some(add_form(update, (rect, rotation), &resources, &content))
    }
}

/// A form as large as the rectangle, upright on the displayed page.
pub(super) fn add_form(
    update: &mut Update,
    (rect, rotation): (Rect, Rotation),
    resources: &str,
    content: &[u8],
) -> ObjectId {
    let width = Hundredths(i64::from(rect.right) - i64::from(rect.left));
    let height = Hundredths(i64::from(rect.top) - i64::from(rect.bottom));
    let matrix = geometry::upright(rotation, rect);
    let dict = format!(
        "/Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Matrix {matrix}\n\
         /Resources << {resources} >>"
    );
    update.add_stream(&dict, content)
}

fn add_picture(
    update: &mut Update,
    base: &Document<'_>,
    picture: &StampImage,
    space: &str,
) -> ObjectId {
    let ImageRef { width, height, .. } = picture.name();
    let image = format!("/Type /XObject /Subtype /Image /Width {width} /Height {height}");
    let coded = format!("{image} /BitsPerComponent 8 /Filter /FlateDecode");
    let mask = match Mask::fit_for(base) {
        Mask::Soft => {
            let grey = format!("{coded} /ColorSpace /DeviceGray");
            format!("/SMask {}", reference(update.add_stream(&grey, picture.alpha())))
        }
        Mask::Hard => {
            let stencil = format!("{image} /ImageMask true /BitsPerComponent 1");
            format!("/Mask {}", reference(update.add_stream(&stencil, &mask::stencil(picture))))
        }
    };
    update.add_stream(&format!("{coded} /ColorSpace {space} {mask}"), picture.colour())
}

/// A composite font (ISO 32000-1, 9.7): glyph indices as codes, searchable by `/ToUnicode`.
fn add_font(update: &mut Update) -> ObjectId {
    let font = StampFont::get();
    let length = font.unpacked_len();
    let program =
        update.add_stream(&format!("/Filter /FlateDecode /Length1 {length}"), font::PROGRAM);
    let cid_set = update.add_stream("", font.cid_set());
    let to_unicode = update.add_stream("", font.to_unicode());
    let [x0, y0, x1, y1] = font.bounding_box();
    let [ascent, descent, cap_height] = font.vertical_metrics();
    let descriptor = update.add(
        format!(
            "<< /Type /FontDescriptor /FontName /{} /Flags 6 /FontBBox [{x0} {y0} {x1} {y1}]\n\
             /ItalicAngle 0 /Ascent {ascent} /Descent {descent} /CapHeight {cap_height} /StemV 80\n\
             /FontFile2 {} /CIDSet {} >>",
            font::NAME,
            reference(program),
            reference(cid_set),
        )
        .into_bytes(),
    );
    let descendant = update.add(
        format!(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{}\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>\n\
             /FontDescriptor {} /CIDToGIDMap /Identity /DW 0\n/W [0 [{}]] >>",
            font::NAME,
            reference(descriptor),
            font.widths(),
        )
        .into_bytes(),
    );
    update.add(
        format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H\n\
             /DescendantFonts [{}] /ToUnicode {} >>",
            font::NAME,
            reference(descendant),
            reference(to_unicode),
        )
        .into_bytes(),
    )
}
