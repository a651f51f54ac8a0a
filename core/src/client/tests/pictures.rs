//! What a person sees before signing, beside the document, and of what was changed.

use crate::pdf::changes::ChangeKind;
use crate::pdf::read::sample::Sample;
use crate::pdf::render::{Region, RenderError};
use crate::testing::office::Office;
use crate::testing::paper::{decision, sign_pdf};
use crate::wire::DocumentView;

use super::super::error::{ClientError, DocumentFault};
use super::super::pictures::Reading;
use super::super::records::{PageView, SheetId};
use super::Scene;
use super::fake::{PAPER, REQUEST};

const PART: Region = Region { page: 0, page_width: 600, left: 0, top: 0, width: 600, height: 300 };

#[tokio::test]
async fn the_page_of_a_sheet_is_drawn_with_the_stamp_that_this_very_sheet_signs() {
    let scene = Scene::opened().await;
    let first = scene.phone.sheet(REQUEST).await.unwrap();
    let page = scene.phone.stamped_page(first.id).unwrap().unwrap();
    assert_eq!(page.page, 0);
    assert!(page.size.contains(&page.rect));
    let width = 600;
    let height = width * page.size.height.unsigned_abs() / page.size.width.unsigned_abs();
    let whole = Region { page: 0, page_width: width, left: 0, top: 0, width, height };
    let plain = scene.phone.region_png(REQUEST, whole, PageView::Plain).await.unwrap();
    let stamped = scene.phone.sheet_region_png(first.id, whole).await.unwrap();
    assert_ne!(plain, stamped);
    // Another second stands in another sheet's stamp: the first one's picture is not shown for it.
    scene.fake.clock.advance(61);
    let second = scene.phone.sheet(REQUEST).await.unwrap();
    let later = scene.phone.sheet_region_png(second.id, whole).await.unwrap();
    assert_ne!(later, stamped);
    let gone = scene.phone.sheet_region_png(first.id, whole).await;
    assert!(matches!(gone, Err(ClientError::UnknownSheet)));
    assert!(matches!(scene.phone.stamped_page(SheetId(99)), Err(ClientError::UnknownSheet)));
}

#[tokio::test]
async fn a_pdf_beside_the_document_is_read_here_and_another_file_is_only_named() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        let appendix = desk.store(PAPER);
        let mut table = desk.store(b"a;b");
        table.media_type = "text/csv".into();
        let attached = [("phu-luc.pdf", appendix), ("bang.csv", table)];
        desk.requests[0].documents.extend(attached.map(|(name, current)| DocumentView {
            name: name.into(),
            current,
            earlier: Vec::new(),
        }));
    });
    scene.phone.sync().await.unwrap();
    assert!(matches!(scene.phone.attachments(REQUEST), Err(ClientError::NotOpened(_))));
    scene.phone.open(REQUEST).await.unwrap();
    let listed = scene.phone.attachments(REQUEST).unwrap();
    let listed: Vec<_> = listed.iter().map(|it| (it.place, &*it.name, it.reading)).collect();
    assert_eq!(listed, [(1, "phu-luc.pdf", Reading::Here), (2, "bang.csv", Reading::Elsewhere)]);
    assert_eq!(scene.phone.attachment_pages(REQUEST, 1).await.unwrap().len(), 1);
    let drawn = scene.phone.attachment_region_png(REQUEST, 1, PART).await.unwrap();
    assert!(drawn.starts_with(b"\x89PNG"));
    let table = scene.phone.attachment_pages(REQUEST, 2).await;
    assert!(matches!(table, Err(ClientError::Document(DocumentFault::NotPdf(_)))));
    for place in [0, 3] {
        let none = scene.phone.attachment_pages(REQUEST, place).await;
        assert!(matches!(none, Err(ClientError::Document(DocumentFault::Missing))), "{place}");
    }
}

/// The vector with somebody's signature, and its page emptied after it.
fn changed() -> Vec<u8> {
    let office = Office::new();
    let signed = sign_pdf(&office, PAPER, "one", decision(&office, PAPER).hash());
    let document = crate::pdf::read::open(&signed).unwrap();
    let page = document.page_dict(&document.pages()[0]).unwrap();
    let content = page.get("Contents").and_then(|value| value.reference()).unwrap();
    let mut update = crate::pdf::append::Update::of(&document);
    update.put(content, b"<</Length 0>>stream\n\nendstream".to_vec()).unwrap();
    [signed.as_slice(), &update.finish().bytes].concat()
}

#[tokio::test]
async fn a_page_that_was_changed_after_a_signature_is_shown_before_and_after() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.queue(&changed()));
    scene.phone.sync().await.unwrap();
    assert!(matches!(scene.phone.changed_pages(REQUEST).await, Err(ClientError::NotOpened(_))));
    scene.phone.open(REQUEST).await.unwrap();
    let rows = scene.phone.changed_pages(REQUEST).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.page, row.kinds.as_slice()), (Some(0), &[ChangeKind::PageContent][..]));
    assert_eq!(row.signer.as_deref(), Some("Nguyễn Thị Hạnh"));
    let drawn = scene.phone.changed_page(REQUEST, row.revision, 0, 300).await.unwrap();
    assert!(drawn.before.is_some() && drawn.after.is_some() && drawn.before != drawn.after);
    assert!(!drawn.marks.is_empty());
    assert_eq!(scene.phone.changed_pages_of(changed()).await.unwrap(), rows);
    let of_file = scene.phone.changed_page_of(changed(), row.revision, 0, 300).await.unwrap();
    assert_eq!(of_file, drawn);
}

#[tokio::test]
async fn what_cannot_be_compared_or_drawn_says_why() {
    let scene = Scene::opened().await;
    assert_eq!(scene.phone.changed_pages(REQUEST).await.unwrap(), []);
    let wide = scene.phone.changed_page(REQUEST, 0, 0, 9000).await;
    assert!(matches!(wide, Err(ClientError::Render(RenderError::Size))), "{wide:?}");
    let none = scene.phone.changed_page(REQUEST, 9, 0, 300).await;
    assert!(matches!(none, Err(ClientError::Render(RenderError::Unreadable))), "{none:?}");
    let broken = scene.phone.changed_pages_of(b"no PDF".to_vec()).await;
    assert!(matches!(broken, Err(ClientError::Unsignable(_))), "{broken:?}");
    let empty = Sample::page().table("");
    assert_eq!(scene.phone.changed_pages_of(empty).await.unwrap(), []);
}
