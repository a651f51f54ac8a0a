//! Which pages were changed after a signature, and how they looked before.

use std::collections::{BTreeMap, BTreeSet};

use super::super::geometry::PageSize;
use super::super::read::{Document, open_to_judge};
use super::super::recipe::Rect;
use super::super::render::{Drawing, Picture, RenderError};
use super::{ChangeKind, History, bytes_of, history};

/// Most rows of one list; whoever changed more has been found anyway.
const MAX_ROWS: usize = 256;

/// Places of one page that are marked on their own; where there are more, one mark holds them all.
const MAX_MARKS: usize = 12;

/// Cells into which a page's width is cut when two pictures are compared.
const CELLS_ACROSS: usize = 72;

/// How far a colour may move before it counts: edges of letters move a little between two scales.
const TOLERANCE: u8 = 24;

/// A page that was changed after somebody had signed it, or the document as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedPage {
    /// The signed state: an index into [`Document::revisions`].
    pub revision: u32,
    /// The field of the signature that covers this state.
    pub field: String,
    /// Who signed it, as the signature states.
    pub signer: Option<String>,
    /// Which page, from 0; none for what touches no page, or all.
    pub page: Option<u32>,
    /// What was changed there, each kind once.
    pub kinds: Vec<ChangeKind>,
}

/// The pages that were changed after a signature, by signature and page; of 256 rows at most.
#[must_use]
pub fn changed_pages(document: &Document<'_>) -> Vec<ChangedPage> {
    rows(document, &history(document))
}

fn rows(document: &Document<'_>, history: &History) -> Vec<ChangedPage> {
    let mut found: BTreeMap<(usize, Option<u32>), BTreeSet<ChangeKind>> = BTreeMap::new();
    for step in history.steps() {
        for change in &step.changes {
            let pages = change.pages.iter().copied().map(Some);
            let all = change.pages.is_empty().then_some(None);
            for page in pages.chain(all) {
                found.entry((step.from, page)).or_default().insert(change.kind);
            }
        }
    }
    let row = |((from, page), kinds): ((usize, Option<u32>), BTreeSet<ChangeKind>)| {
        let signature = document.signatures().iter().find(|it| it.revision == from);
        ChangedPage {
            revision: u32::try_from(from).unwrap_or(u32::MAX),
            field: signature.map(|it| it.name.clone()).unwrap_or_default(),
            signer: signature.and_then(|it| it.signer.clone()),
            page,
            kinds: kinds.into_iter().collect(),
        }
    };
    found.into_iter().take(MAX_ROWS).map(row).collect()
}

/// Two pictures of one page as PNG: as it was when it was signed, and as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeforeAndAfter {
    /// At the end of the signed revision; `None` if the page was not there.
    pub before: Option<Vec<u8>>,
    /// In the file as it is; `None` if the page is no longer there.
    pub after: Option<Vec<u8>>,
    /// The page's size as displayed, in the file as it is, or else as it was.
    pub size: Option<PageSize>,
    /// Where the pictures differ, on the page as displayed; empty where they cannot be compared.
    pub marks: Vec<Rect>,
}

/// Draws a page (from 0) as it was at the end of a revision, and as it is now, and marks where the
/// two differ.
///
/// `revision` is an index into [`Document::revisions`], such as [`super::Step::from`]. One state is
/// held at a time, each page within the limits of [`Drawing`].
pub fn before_and_after(
    document: &Document<'_>,
    revision: usize,
    page: u32,
    width_px: u32,
) -> Result<BeforeAndAfter, RenderError> {
    let state = bytes_of(document, revision).ok_or(RenderError::Unreadable)?;
    let state = open_to_judge(state).map_err(|_| RenderError::Unreadable)?;
    let draw = |state: &Document<'_>| {
        let drawn = match Drawing::of_copy(state)?.page_picture(page, width_px) {
            Ok(picture) => Some(picture),
            Err(RenderError::NoSuchPage(_)) => None,
            Err(error) => return Err(error),
        };
        let index = usize::try_from(page).unwrap_or(usize::MAX);
        Ok((drawn, state.pages().get(index).map(PageSize::of)))
    };
    let (before, size_before) = draw(&state)?;
    let (after, size_after) = draw(document)?;
    let size = size_after.or(size_before);
    let marks = match (&before, &after, size) {
        (Some(before), Some(after), Some(size)) if size_before == size_after => {
            marks(before, after, size)
        }
        _ => Vec::new(),
    };
    let png = |picture: Option<Picture>| picture.map(|picture| picture.png);
    Ok(BeforeAndAfter { before: png(before), after: png(after), size, marks })
}

/// Where two pictures of one size differ, as rectangles of the displayed page.
fn marks(before: &Picture, after: &Picture, size: PageSize) -> Vec<Rect> {
    let width = before.width as usize;
    if width == 0 || before.width != after.width || before.rgb.len() != after.rgb.len() {
        return Vec::new();
    }
    let cell = width.div_ceil(CELLS_ACROSS).max(4);
    let height = before.rgb.len() / (3 * width);
    let (across, down) = (width.div_ceil(cell), height.div_ceil(cell));
    let mut differs = vec![false; across * down];
    for (row, (old, new)) in
        before.rgb.chunks_exact(3 * width).zip(after.rgb.chunks_exact(3 * width)).enumerate()
    {
        for (at, (old, new)) in old.iter().zip(new).enumerate() {
            if old.abs_diff(*new) > TOLERANCE {
                differs[row / cell * across + at / 3 / cell] = true;
            }
        }
    }
    let mut islands = islands(differs, across);
    if islands.len() > MAX_MARKS {
        islands = islands.into_iter().reduce(Cells::and).into_iter().collect();
    }
    islands.iter().filter_map(|cells| cells.on_page(cell, (width, height), size)).collect()
}

/// A rectangle of cells, its ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cells {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Cells {
    fn and(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn on_page(self, cell: usize, (width, height): (usize, usize), size: PageSize) -> Option<Rect> {
        let share = |cells: usize, pixels: usize, length: i32| {
            let at = (cells * cell).min(pixels) as i128 * i128::from(length);
            i32::try_from(at / i128::try_from(pixels.max(1)).unwrap_or(1)).ok()
        };
        Some(Rect {
            left: share(self.left, width, size.width)?,
            bottom: size.height - share(self.bottom + 1, height, size.height)?,
            right: share(self.right + 1, width, size.width)?,
            top: size.height - share(self.top, height, size.height)?,
        })
    }
}

/// The rectangles around cells that touch each other, also at a corner, from the top.
fn islands(mut cells: Vec<bool>, across: usize) -> Vec<Cells> {
    let mut found = Vec::new();
    for start in 0..cells.len() {
        if !std::mem::take(&mut cells[start]) {
            continue;
        }
        let one = |at: usize| {
            let (x, y) = (at % across, at / across);
            Cells { left: x, top: y, right: x, bottom: y }
        };
        let (mut island, mut open) = (one(start), vec![start]);
        while let Some(at) = open.pop() {
            island = island.and(one(at));
            let (x, y) = (at % across, at / across);
            for row in y.saturating_sub(1)..=y + 1 {
                for column in x.saturating_sub(1)..=(x + 1).min(across - 1) {
                    let next = row * across + column;
                    if cells.get(next).copied().unwrap_or(false) {
                        cells[next] = false;
                        open.push(next);
                    }
                }
            }
        }
        found.push(island);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::changes::tests::{signed, signed_with};

    #[test]
    fn cells_that_touch_are_one_place() {
        let map = "
            ##....
            ..#...
            ......
            ....##";
        let cells = map.chars().filter(|it| "#.".contains(*it)).map(|it| it == '#').collect();
        let first = Cells { left: 0, top: 0, right: 2, bottom: 1 };
        let second = Cells { left: 4, top: 3, right: 5, bottom: 3 };
        assert_eq!(islands(cells, 6), [first, second]);
    }

    #[test]
    fn a_changed_line_is_listed_drawn_twice_and_marked_where_it_stands() {
        let line = b"BT /F 24 Tf 100 700 Td (Tong so tien 9000 dong) Tj ET";
        let file = signed().stream(4, "", line).table("");
        let document = open_to_judge(&file).unwrap();
        let rows = changed_pages(&document);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((row.page, row.kinds.as_slice()), (Some(0), &[ChangeKind::PageContent][..]));
        assert_eq!(row.field, "Ky1");
        let drawn = before_and_after(&document, row.revision as usize, 0, 595).unwrap();
        assert_ne!(drawn.before, drawn.after);
        let [mark] = drawn.marks.as_slice() else { panic!("{:?}", drawn.marks) };
        // The digit that changed stands within the line of 24 points at height 700.
        assert!(mark.bottom >= 68_000 && mark.top <= 73_500, "{mark:?}");
        assert!(mark.left > 15_000 && mark.right < 35_000, "{mark:?}");
    }

    #[test]
    fn what_touches_no_page_is_listed_without_one() {
        let file =
            signed_with("", "", "").object(2, "<</Type/Pages/Kids[3 0 R]/Count 1/Rotate 90>>");
        let file = file.table("");
        let document = open_to_judge(&file).unwrap();
        let rows = changed_pages(&document);
        assert!(rows.iter().any(|row| row.kinds == [ChangeKind::Pages]), "{rows:?}");
        // A page that lies on its side now is drawn, and cannot be compared place by place.
        let drawn = before_and_after(&document, rows[0].revision as usize, 0, 200).unwrap();
        assert!(drawn.before.is_some() && drawn.after.is_some() && drawn.marks.is_empty());
    }

    #[test]
    fn a_sound_document_has_no_changed_page() {
        let file = signed().table("");
        assert_eq!(changed_pages(&open_to_judge(&file).unwrap()), []);
    }
}
