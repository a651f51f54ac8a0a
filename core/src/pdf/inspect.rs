//! One look at a document, before it is queued and again before it is shown.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::classification::carries_mark;
use crate::digest::Sha256;
use crate::pdf::check::{self, Finding};
use crate::pdf::fields::{WaitingSignature, waiting_signatures};
use crate::pdf::geometry::PageSize;
use crate::pdf::read::{self, Document, Refusal};
use crate::pdf::recipe::Rect;
use crate::pdf::render::Drawing;

/// What is known of a document that may be signed. It crosses a process boundary as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// The document's name.
    pub sha256: Sha256,
    /// Its length in bytes.
    pub size: u64,
    /// Its pages as displayed.
    pub pages: Vec<PageSize>,
    /// The structural check ([`check::CHECK`]).
    pub findings: Vec<Finding>,
    /// Whether the first page is marked as a state secret.
    pub secrecy: SecrecyMark,
    /// Its signature fields that nobody signed yet.
    pub waiting: Vec<WaitingSignature>,
}

/// What the place of the secrecy mark shows (Decree 30/2020, appendix I, cell 10a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecrecyMark {
    /// The first page can be read, and no mark stands there.
    Absent,
    /// A mark stands there: the document must not be handled.
    Present,
    /// The first page has no text to read: a scan, or fonts without a mapping to Unicode.
    Unreadable,
}

/// Opens a document, refuses what cannot be signed, and says the rest.
pub fn inspect(file: &Arc<Vec<u8>>) -> Result<Inspection, Refusal> {
    let document = read::open(file)?;
    Ok(Inspection {
        sha256: Sha256::of(file),
        size: file.len() as u64,
        pages: document.pages().iter().map(PageSize::of).collect(),
        findings: check::check(&document),
        secrecy: secrecy_mark(&document, file)?,
        waiting: waiting_signatures(&document),
    })
}

/// Whether readers take these bytes for a PDF, whatever they are declared to be: the header stands
/// within the first 1024 bytes (ISO 32000-1, annex H.3, note 13).
#[must_use]
pub fn looks_like_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(4).any(|window| window == b"%PDF")
}

/// Looks for a secrecy mark on the first page of a document that was read from this file. One that
/// the drawing reader sees otherwise is refused here, because its text would be that of another.
pub fn secrecy_mark(document: &Document<'_>, file: &Arc<Vec<u8>>) -> Result<SecrecyMark, Refusal> {
    let drawing = Drawing::of(document, file).map_err(|_| Refusal::DrawnOtherwise)?;
    Ok(match drawing.text(0) {
        Err(_) => SecrecyMark::Unreadable,
        Ok(text) if text.lines.is_empty() => SecrecyMark::Unreadable,
        Ok(text) if carries_mark(&text.lines, text.width, text.height) => SecrecyMark::Present,
        Ok(_) => SecrecyMark::Absent,
    })
}

impl Inspection {
    /// Where the `nth` stamp (from 0) of a request goes on the last page when nobody says.
    #[must_use]
    pub fn default_rect(&self, nth: usize) -> Rect {
        const A4: PageSize = PageSize { width: 59_500, height: 84_200 };
        default_rect(self.pages.last().copied().unwrap_or(A4), nth)
    }

    /// The number of the last page, from 0.
    #[must_use]
    pub fn last_page(&self) -> u32 {
        u32::try_from(self.pages.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// Where the `nth` stamp (from 0) of a page goes when nobody says: right to left along the lower
/// edge, then upwards, so that stamps do not cover one another.
///
/// A stamp is 180 by 56 points with 8 points between two; margins are those of Decree 30/2020
/// (appendix I, I.1): 15 mm on the right, 20 mm below. On small pages it shrinks with the page.
#[must_use]
pub fn default_rect(page: PageSize, nth: usize) -> Rect {
    const A4_WIDTH: i32 = 59_500;
    let scaled = |length: i32| {
        let shorter = page.width.min(page.height).min(A4_WIDTH);
        i32::try_from(i64::from(length) * i64::from(shorter) / i64::from(A4_WIDTH)).unwrap_or(1)
    };
    let (width, height, gap) = (scaled(18_000).max(1), scaled(5600).max(1), scaled(800));
    let (right_margin, lower_margin) = (scaled(4250), scaled(5670));
    let (across, up) = (width + gap, height + gap);
    let columns = ((page.width - 2 * right_margin + gap) / across).max(1);
    let rows = ((page.height - 2 * lower_margin + gap) / up).max(1);
    // More stamps than slots start again from the first: they overlap, as nothing else is left.
    let nth = i32::try_from(nth % usize::try_from(columns * rows).unwrap_or(1)).unwrap_or(0);
    let right = page.width - right_margin - (nth % columns) * across;
    let bottom = lower_margin + (nth / columns) * up;
    Rect { left: right - width, bottom, right, top: bottom + height }
}
