//! What is seen of a signature: a picture, lines of text, fitted into the recipe's rectangle.
//!
//! All lengths are integers, in hundredths of a point unless said otherwise; there is no floating
//! point here, because phones and servers must draw the same bytes.

use std::fmt;

use crate::env::UnixSecond;
use crate::pdf::font::StampFont;
use crate::pdf::recipe::{ImageRef, Line, Rect};

/// The size of Times New Roman that Decree 30/2020 (appendix I, II.8b) asks for.
const LARGEST: i64 = 1000;
/// Below this, text is wrapped rather than made smaller.
const COMFORTABLE: i64 = 700;
/// Below this, text is made smaller rather than wrapped.
const SMALLEST_WRAPPED: i64 = 350;
const STEP: i64 = 25;

/// Number, notation, place and date are written in 13 points (Decree 30/2020, appendix I, II.3 and
/// II.4).
const LARGEST_FILLED: i64 = 1300;
/// Smaller print is not read by whoever has to.
const SMALLEST_FILLED: i64 = 500;

/// Thousandths of the font size from one baseline to the next.
const PITCH: i64 = 1180;
/// Thousandths of the font size from the top of a line to its baseline: leaves room for `Ậ`.
const RISE: i64 = 930;

const LARGEST_PADDING: i64 = 200;
const LARGEST_GAP: i64 = 500;

/// A moment as a stamp and the signature dictionary write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    moment: jiff::civil::DateTime,
    offset_minutes: i16,
}

impl LocalTime {
    /// `second` in the offset; none outside the years 1970 to 9999.
    pub fn new(second: UnixSecond, offset_minutes: i16) -> Option<Self> {
        let offset = jiff::tz::Offset::from_seconds(i32::from(offset_minutes) * 60).ok()?;
        let moment = offset.to_datetime(jiff::Timestamp::from_second(second.get()).ok()?);
        (1970..=9999).contains(&moment.year()).then_some(Self { moment, offset_minutes })
    }

    /// As a PDF date (ISO 32000-1, 7.9.4): `D:20261122084500+07'00'`.
    pub fn pdf_date(&self) -> String {
        let (m, (sign, hours, minutes)) = (self.moment, self.offset());
        format!(
            "D:{:04}{:02}{:02}{:02}{:02}{:02}{sign}{hours:02}'{minutes:02}'",
            m.year(),
            m.month(),
            m.day(),
            m.hour(),
            m.minute(),
            m.second()
        )
    }

    fn offset(&self) -> (char, u16, u16) {
        let minutes = self.offset_minutes.unsigned_abs();
        (if self.offset_minutes < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }
}

/// As people in Việt Nam read it, with the zone of ISO 8601: `22/11/2026 08:45:00 +07:00`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (m, (sign, hours, minutes)) = (self.moment, self.offset());
        write!(f, "{:02}/{:02}/{:04} ", m.day(), m.month(), m.year())?;
        write!(f, "{:02}:{:02}:{:02} ", m.hour(), m.minute(), m.second())?;
        write!(f, "{sign}{hours:02}:{minutes:02}")
    }
}

/// Hundredths as a PDF number: `12`, `0.5`, `-3.07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hundredths(pub i64);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match (part, part % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", part / 10),
            _ => write!(f, "{whole}.{part:02}"),
        }
    }
}

/// The content of the stamp's form `XObject`. Its box is the rectangle's size, upright as people see
/// the page; turning it to the page is the form's `/Matrix`.
///
/// The resources are `/F` (the font), `/C` (sRGB, ICC based: PDF/A-2 forbids bare RGB without an
/// output intent) and, with a picture, `/I`.
pub(crate) fn content(
    rect: Rect,
    lines: &[Line],
    image: Option<ImageRef>,
    time: &LocalTime,
) -> Vec<u8> {
    let texts: Vec<String> = lines.iter().map(|line| text_of(line, time)).collect();
    let layout = Layout::of(Size::of(rect), image, texts.len());
    let mut out = String::new();
    if let Some(at) = layout.image {
        let (width, height) = (Hundredths(at.width), Hundredths(at.height));
        let (left, bottom) = (Hundredths(at.left), Hundredths(at.bottom));
        out += &format!("q\n{width} 0 0 {height} {left} {bottom} cm\n/I Do\nQ\n");
    }
    if !texts.is_empty() {
        out += &paragraph(&texts, layout.text, layout.alignment, layout.ink);
    }
    out.into_bytes()
}

/// The content of a text field that was filled in: one line in black, from the left, in the middle
/// of its height. `None` where it would be too small to read.
pub(crate) fn filled_in(rect: Rect, text: &str) -> Option<Vec<u8>> {
    let size = Size::of(rect);
    let whole = Area { left: 0, bottom: 0, width: size.width, height: size.height };
    let area = whole.inset(LARGEST_PADDING.min(size.height / 20));
    let width = StampFont::get().width_of(text).max(1);
    let size = LARGEST_FILLED.min(area.height * 1000 / PITCH).min(area.width * 1000 / width);
    if size < SMALLEST_FILLED {
        return None;
    }
    let mut out = String::from("/Tx BMC\nq\n");
    out += &lines_of(&[text.to_owned()], size, area, Alignment::Left, Ink::Black);
    out += "Q\nEMC\n";
    Some(out.into_bytes())
}

fn text_of(line: &Line, time: &LocalTime) -> String {
    match line {
        Line::Text { text } => text.as_str().to_owned(),
        Line::SignedAt { label } => {
            let label = label.as_str().trim_end_matches(':');
            // The time is one word: it is not broken.
            format!("{label}: {}", time.to_string().replace(' ', "\u{A0}"))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    width: i64,
    height: i64,
}

impl Size {
    fn of(rect: Rect) -> Self {
        Self {
            width: i64::from(rect.right) - i64::from(rect.left),
            height: i64::from(rect.top) - i64::from(rect.bottom),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    left: i64,
    bottom: i64,
    width: i64,
    height: i64,
}

impl Area {
    fn inset(self, by: i64) -> Self {
        Self {
            left: self.left + by,
            bottom: self.bottom + by,
            width: (self.width - 2 * by).max(1),
            height: (self.height - 2 * by).max(1),
        }
    }

    /// The largest area of the picture's shape in the middle of this one.
    fn fit(self, image: ImageRef) -> Self {
        let (w, h) = (i64::from(image.width).max(1), i64::from(image.height).max(1));
        let by_width = (self.width, (self.width * h / w).max(1));
        let by_height = ((self.height * w / h).max(1), self.height);
        let (width, height) = if by_width.1 <= self.height { by_width } else { by_height };
        Self {
            left: self.left + (self.width - width) / 2,
            bottom: self.bottom + (self.height - height) / 2,
            width,
            height,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alignment {
    Left,
    Centre,
}

/// Text beside a personal picture is blue like it; text alone is black (Decree 30/2020, appendix I,
/// II.7d and II.8b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Black,
    Blue,
}

impl Ink {
    fn operator(self) -> &'static str {
        match self {
            Self::Black => "/C cs 0 0 0 sc",
            Self::Blue => "/C cs 0.05 0.15 0.55 sc",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    image: Option<Area>,
    text: Area,
    alignment: Alignment,
    ink: Ink,
}

impl Layout {
    fn of(size: Size, image: Option<ImageRef>, lines: usize) -> Self {
        let whole = Area { left: 0, bottom: 0, width: size.width, height: size.height };
        let shorter = size.width.min(size.height);
        let inner = whole.inset(LARGEST_PADDING.min(shorter / 20));
        let gap = LARGEST_GAP.min(shorter / 10);
        let wanted = i64::try_from(lines).expect("a stamp has few lines") * LARGEST * PITCH / 1000;
        match image {
            None => Self { image: None, text: inner, alignment: Alignment::Left, ink: Ink::Black },
            Some(image) if lines == 0 => Self::above(whole, image, 0, 0),
            // A line or two go below the picture, as a hand signature stands between title and
            // name; more of them beside it, if the stamp is wide.
            Some(image) if wanted * 3 <= inner.height => Self::above(inner, image, wanted, gap / 2),
            Some(image) if size.width * 10 >= size.height * 16 => Self::beside(inner, image, gap),
            Some(image) => Self::above(inner, image, wanted.min(inner.height * 2 / 5), gap),
        }
    }

    fn above(inner: Area, image: ImageRef, text_height: i64, gap: i64) -> Self {
        let below = text_height + gap;
        let height = (inner.height - below).max(1);
        let upper = Area { bottom: inner.bottom + below, height, ..inner };
        Self {
            image: Some(upper.fit(image)),
            text: Area { height: text_height.max(1), ..inner },
            alignment: Alignment::Centre,
            ink: Ink::Blue,
        }
    }

    fn beside(inner: Area, image: ImageRef, gap: i64) -> Self {
        let most = Area { width: (inner.width / 3).max(1), ..inner };
        let placed = Area { left: inner.left, ..most.fit(image) };
        let taken = placed.width + gap;
        let width = (inner.width - taken).max(1);
        Self {
            image: Some(placed),
            text: Area { left: inner.left + taken, width, ..inner },
            alignment: Alignment::Left,
            ink: Ink::Blue,
        }
    }
}

/// Draws `texts` into `area`, vertically in its middle.
fn paragraph(texts: &[String], area: Area, alignment: Alignment, ink: Ink) -> String {
    let (size, lines) = fit(texts, area);
    lines_of(&lines, size, area, alignment, ink)
}

fn lines_of(lines: &[String], size: i64, area: Area, alignment: Alignment, ink: Ink) -> String {
    let font = StampFont::get();
    let pitch = size * PITCH / 1000;
    let count = i64::try_from(lines.len()).expect("a stamp has few lines");
    let top = area.bottom + area.height - (area.height - count * pitch).max(0) / 2;
    let mut out = format!("BT\n{}\n/F {} Tf\n", ink.operator(), Hundredths(size));
    let mut baseline = top - size * RISE / 1000;
    for line in lines {
        let left = match alignment {
            Alignment::Left => area.left,
            Alignment::Centre => {
                area.left + (area.width - font.width_of(line) * size / 1000).max(0) / 2
            }
        };
        out += &format!("1 0 0 1 {} {} Tm\n<", Hundredths(left), Hundredths(baseline));
        for c in line.replace('\u{A0}', " ").chars() {
            out += &format!("{:04X}", font.glyph(c).id);
        }
        out += "> Tj\n";
        baseline -= pitch;
    }
    out += "ET\n";
    out
}

/// The font size at which `texts` fill `area`, and the lines they then make.
fn fit(texts: &[String], area: Area) -> (i64, Vec<String>) {
    let font = StampFont::get();
    let count = i64::try_from(texts.len()).expect("a stamp has few lines").max(1);
    let widest = texts.iter().map(|text| font.width_of(text)).max().unwrap_or(0).max(1);
    let unwrapped =
        LARGEST.min(area.height * 1000 / (count * PITCH)).min(area.width * 1000 / widest).max(1);
    if unwrapped >= COMFORTABLE {
        return (unwrapped, texts.to_vec());
    }
    // Broken lines are harder to read: they must be a third larger to be worth it.
    let mut size = COMFORTABLE;
    while size > (unwrapped * 4 / 3).max(SMALLEST_WRAPPED) {
        if let Some(lines) = wrap(texts, area, size) {
            return (size, lines);
        }
        size -= STEP;
    }
    (unwrapped, texts.to_vec())
}

/// Breaks `texts` at blanks so that they fit, if they can.
fn wrap(texts: &[String], area: Area, size: i64) -> Option<Vec<String>> {
    let font = StampFont::get();
    let fits = |text: &str| font.width_of(text) * size <= area.width * 1000;
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
            } else if line.is_empty() || !fits(word) {
                return None;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        lines.push(line);
    }
    let height = i64::try_from(lines.len()).ok()? * size * PITCH / 1000;
    (height <= area.height).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;

    fn local(second: i64, offset: i16) -> LocalTime {
        LocalTime::new(UnixSecond::new(second), offset).unwrap()
    }

    #[test]
    fn times_are_written_in_the_offset_that_the_recipe_names() {
        let time = local(1_795_311_900, 420);
        assert_eq!(time.to_string(), "22/11/2026 08:45:00 +07:00");
        assert_eq!(time.pdf_date(), "D:20261122084500+07'00'");
        let west = local(1_795_311_900, -210);
        assert_eq!(west.to_string(), "21/11/2026 22:15:00 -03:30");
        assert_eq!(west.pdf_date(), "D:20261121221500-03'30'");
        assert_eq!(LocalTime::new(UnixSecond::new(i64::MAX), 420), None);
        assert_eq!(LocalTime::new(UnixSecond::new(-1_000_000), 420), None);
    }

    #[test]
    fn numbers_have_one_spelling() {
        let spelt = [0, 5, 50, 107, -307, 1200].map(|n| Hundredths(n).to_string());
        assert_eq!(spelt, ["0", "0.05", "0.5", "1.07", "-3.07", "12"]);
    }

    #[test]
    fn text_never_leaves_its_rectangle() {
        let font = StampFont::get();
        let long = "Sở Giáo dục và Đào tạo tỉnh Nghệ An, phòng Tổ chức cán bộ".to_owned();
        let texts = [long, "Không".to_owned(), "Đ".repeat(60)];
        for width in [10, 300, 2000, 9000, 30_000] {
            for height in [10, 300, 2000, 9000] {
                for count in 1..=texts.len() {
                    let area = Area { left: 0, bottom: 0, width, height };
                    let (size, lines) = fit(&texts[..count], area);
                    let widest = lines.iter().map(|line| font.width_of(line)).max().unwrap();
                    assert!(widest * size <= width * 1000 || size == 1);
                    assert!(
                        i64::try_from(lines.len()).unwrap() * size * PITCH <= height * 1000 + PITCH
                            || size == 1
                    );
                    assert!(size <= LARGEST);
                }
            }
        }
    }

    #[test]
    fn a_stamp_can_be_searched_for_its_time() {
        let rect = Rect { left: 0, bottom: 0, right: 20_000, top: 4000 };
        let lines = [Line::SignedAt { label: Text::new("Ký lúc:").unwrap() }];
        let text = text_of(&lines[0], &local(0, 0));
        assert_eq!(text, "Ký lúc: 01/01/1970\u{A0}00:00:00\u{A0}+00:00");
        let content = String::from_utf8(content(rect, &lines, None, &local(0, 0))).unwrap();
        assert!(content.starts_with("BT\n/C cs 0 0 0 sc\n/F 10 Tf\n1 0 0 1 2 "), "{content}");
    }
}
