//! Whether both readers see the same pages: nothing is shown or inspected otherwise.

use hayro::hayro_syntax::page::{Page as Drawn, Rotation as Turned};

use crate::pdf::read::{Page, PageBox, Rotation};

/// Whether the drawing reader found the pages that were decided on: the same objects in the same
/// order, with the same visible area, turned the same way.
pub(super) fn on_pages(drawn: &[Drawn<'_>], decided: &[Page]) -> bool {
    drawn.len() == decided.len() && drawn.iter().zip(decided).all(|(drawn, page)| same(drawn, page))
}

fn same(drawn: &Drawn<'_>, page: &Page) -> bool {
    let id = drawn.raw().obj_id().is_some_and(|id| {
        id.obj_number == page.id.number && id.gen_number == i32::from(page.id.generation)
    });
    let turned = matches!(
        (drawn.rotation(), page.rotation),
        (Turned::None, Rotation::None)
            | (Turned::Horizontal, Rotation::Quarter)
            | (Turned::Flipped, Rotation::Half)
            | (Turned::FlippedHorizontal, Rotation::ThreeQuarters)
    );
    let area = drawn.intersected_crop_box();
    id && turned && alike(page.crop_box, [area.x0, area.y0, area.x1, area.y1])
}

/// Equal but for how exactly numbers with a point are kept.
fn alike(decided: PageBox, drawn: [f64; 4]) -> bool {
    let decided = [decided.left, decided.bottom, decided.right, decided.top];
    decided.iter().zip(drawn).all(|(&decided, drawn)| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a page is far smaller than 2^53 millionths"
        )]
        let decided = decided as f64 / 1_000_000.0;
        (decided - drawn).abs() <= 0.01 + decided.abs() * 1e-6
    })
}
