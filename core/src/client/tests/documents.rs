use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::pdf::read::Refusal;
use crate::pdf::read::sample::{CATALOG, PAGES, Sample};
use crate::pdf::recipe::Appearance;
use crate::pdf::render::{Region, RenderError};
use crate::verify::Reason;

use super::super::documents::MAX_BYTES;
use super::super::error::{ClientError, DocumentFault};
use super::super::records::PageView;
use super::Scene;
use super::fake::{PAPER, REQUEST};

#[tokio::test]
async fn an_opened_document_is_shown_with_the_stamp_that_will_be_signed() {
    let scene = Scene::opened().await;
    let plain = scene.phone.page_png(REQUEST, 0, 300, PageView::Plain).await.unwrap();
    let none = scene.phone.page_png(REQUEST, 0, 300, PageView::Stamped).await;
    assert!(matches!(none, Err(ClientError::UnknownSheet)));
    scene.phone.sheet(REQUEST).await.unwrap();
    let stamped = scene.phone.page_png(REQUEST, 0, 300, PageView::Stamped).await.unwrap();
    assert!(plain.starts_with(b"\x89PNG") && stamped.starts_with(b"\x89PNG"));
    assert_ne!(plain, stamped);
    let beyond = scene.phone.page_png(REQUEST, 99, 300, PageView::Plain).await;
    assert!(matches!(beyond, Err(ClientError::Document(DocumentFault::NoSuchPage { .. }))));
}

#[tokio::test]
async fn part_of_an_opened_document_is_shown_at_any_scale() {
    let scene = Scene::opened().await;
    let region = Region { page: 0, page_width: 9000, left: 4000, top: 4000, width: 90, height: 70 };
    let plain = scene.phone.region_png(REQUEST, region, PageView::Plain).await.unwrap();
    assert!(plain.starts_with(b"\x89PNG"));
    let size = |png: &[u8]| [16..20, 20..24].map(|at| png[at].to_vec());
    assert_eq!(size(&plain), [vec![0, 0, 0, 90], vec![0, 0, 0, 70]]);
    let again = scene.phone.region_png(REQUEST, region, PageView::Plain).await.unwrap();
    assert_eq!(plain, again);
    let beyond = Region { left: 9000, ..region };
    let beyond = scene.phone.region_png(REQUEST, beyond, PageView::Plain).await;
    assert!(matches!(beyond, Err(ClientError::Render(RenderError::Region))));
    let page = Region { page: 99, ..region };
    let beyond = scene.phone.region_png(REQUEST, page, PageView::Plain).await;
    assert!(matches!(beyond, Err(ClientError::Document(DocumentFault::NoSuchPage { .. }))));
}

#[tokio::test]
async fn what_is_drawn_follows_the_sheet_that_is_open() {
    let scene = Scene::opened().await;
    scene.phone.sheet(REQUEST).await.unwrap();
    let stamped = scene.phone.page_png(REQUEST, 0, 300, PageView::Stamped).await.unwrap();
    let plain = scene.phone.page_png(REQUEST, 0, 300, PageView::Plain).await.unwrap();
    assert_ne!(plain, stamped);
    let again = scene.phone.page_png(REQUEST, 0, 300, PageView::Stamped).await.unwrap();
    assert_eq!(again, stamped);
}

#[tokio::test]
async fn where_the_stamp_will_go_is_known_before_the_sheet_opens() {
    let scene = Scene::enrolled().await;
    assert_eq!(scene.phone.last_sync(), None);
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.phone.last_sync(), Some(scene.phone.server_now().second()));
    let place = scene.phone.stamp_place(REQUEST).unwrap().unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    let signing = scene.phone.sheet(REQUEST).await.unwrap().signing.unwrap();
    let Appearance::Stamp { page, rect, .. } = signing.recipe.appearance else {
        panic!("no stamp")
    };
    assert_eq!((place.page, place.rect), (page, rect));
}

#[tokio::test]
async fn any_file_is_judged_with_the_anchors_of_the_office_or_of_nobody() {
    let enrolled = Scene::enrolled().await;
    let report = enrolled.phone.verify(PAPER.to_vec()).await.unwrap();
    assert_eq!(report.document.reason, Reason::NoSignature);
    let alone = Scene::new().await;
    let report = alone.phone.verify(b"no PDF".to_vec()).await.unwrap();
    assert_eq!(report.document.reason, Reason::NotSound);
    let huge = vec![0; usize::try_from(MAX_BYTES).unwrap() + 1];
    let refused = alone.phone.verify(huge).await;
    assert!(matches!(refused, Err(ClientError::Unsignable(Refusal::TooLarge))));
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_stopped() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    scene.fake.twist(move |asked, reply| {
        if asked.path.contains("/documents/") {
            reply.cut = Some(200);
            counter.fetch_add(reply.body.len().min(200), Ordering::SeqCst);
        }
    });
    scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(sent.load(Ordering::SeqCst), PAPER.len());
    assert_eq!(scene.fake.count("/api/v1/documents/"), PAPER.len().div_ceil(200));
}

#[tokio::test]
async fn a_download_survives_the_end_of_the_process() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let mut first = true;
    scene.fake.twist(move |asked, reply| {
        if asked.path.contains("/documents/") {
            reply.cut = Some(if first { 300 } else { 0 });
            first = false;
        }
    });
    let broken = scene.phone.open(REQUEST).await;
    assert!(matches!(broken, Err(ClientError::Unreachable { .. })));
    scene.fake.honest();
    let scene = scene.restarted().await;
    scene.phone.open(REQUEST).await.unwrap();
    let range = scene.fake.change(|desk| {
        let last = desk.asked.iter().rfind(|asked| asked.path.contains("/documents/"));
        last.and_then(|asked| asked.header("range").map(str::to_owned))
    });
    assert_eq!(range.as_deref(), Some("bytes=300-"));
}

#[tokio::test]
async fn a_document_that_is_held_is_not_fetched_again_but_a_damaged_one_is() {
    let scene = Scene::opened().await;
    let scene = scene.restarted().await;
    scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/documents/"), 1);
    let [file] = &scene.files("documents")[..] else { panic!("one document was opened") };
    std::fs::write(file, b"damaged").unwrap();
    let scene = scene.restarted().await;
    scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/documents/"), 2);
}

#[tokio::test]
async fn of_a_later_revision_only_the_tail_travels() {
    let scene = Scene::opened().await;
    scene.fake.change(super::fake::Desk::somebody_signs);
    scene.phone.sync().await.unwrap();
    let opened = scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(opened.signed_meanwhile, 1);
    assert_eq!(opened.signatures.len(), 1);
    let range = scene.fake.change(|desk| {
        let last = desk.asked.iter().rfind(|asked| asked.path.contains("/documents/"));
        last.and_then(|asked| asked.header("range").map(str::to_owned))
    });
    assert_eq!(range, Some(format!("bytes={}-", PAPER.len())));
}

#[tokio::test]
async fn a_revision_that_does_not_continue_the_earlier_one_is_fetched_whole() {
    let scene = Scene::opened().await;
    let other = include_bytes!("../../../../tests/vectors/pdfrev-1/form.pdf");
    assert!(other.len() > PAPER.len());
    scene.fake.change(|desk| {
        let earlier = desk.requests[0].documents[0].current.clone();
        let current = desk.store(other);
        desk.requests[0].documents[0].current = current;
        desk.requests[0].documents[0].earlier = vec![earlier];
    });
    scene.phone.sync().await.unwrap();
    // Only what was read may be signed: this is not what was read, with signatures added.
    for _ in 0..2 {
        let refused = scene.phone.sheet(REQUEST).await;
        let changed =
            matches!(refused, Err(ClientError::Document(DocumentFault::ChangedMeanwhile)));
        assert!(changed, "{refused:?}");
    }
    let opened = scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(opened.signed_meanwhile, 0);
}

#[tokio::test]
async fn more_bytes_than_announced_are_refused() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.path.contains("/documents/") {
            reply.body.extend_from_slice(&[b' '; 5000]);
        }
    });
    let refused = scene.phone.open(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::AnswerTooLarge { .. })));
}

#[tokio::test]
async fn a_document_over_the_limit_is_not_even_asked_for() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.requests[0].documents[0].current.size = 100 << 20);
    scene.phone.sync().await.unwrap();
    let refused = scene.phone.open(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Document(DocumentFault::TooLarge { .. }))));
    assert_eq!(scene.fake.count("/api/v1/documents/"), 0);
}

#[tokio::test]
async fn what_cannot_be_signed_soundly_is_refused_here_too() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.queue(b"%PDF-1.7\nnothing\n%%EOF\n"));
    scene.phone.sync().await.unwrap();
    assert!(matches!(scene.phone.open(REQUEST).await, Err(ClientError::Unsignable(_))));
}

#[tokio::test]
async fn an_attachment_that_readers_take_for_a_pdf_is_looked_at_as_one() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        let mut attachment = desk.requests[0].documents[0].clone();
        attachment.current = desk.store(b"%PDF-1.7\nnothing\n%%EOF\n");
        "text/plain".clone_into(&mut attachment.current.media_type);
        desk.requests[0].documents.push(attachment);
    });
    scene.phone.sync().await.unwrap();
    assert!(matches!(scene.phone.open(REQUEST).await, Err(ClientError::Unsignable(_))));
}

#[tokio::test]
async fn an_answer_that_is_no_answer_of_ours_has_its_own_error() {
    let scene = Scene::enrolled().await;
    scene.fake.twist(|_, reply| {
        reply.status = 418;
        reply.headers.clear();
        reply.body = b"<html>".to_vec();
    });
    assert!(matches!(scene.phone.sync().await, Err(ClientError::UnexpectedAnswer(_))));
}

/// A page with `text` in the place of the secrecy mark.
fn marked(text: &str) -> Vec<u8> {
    let letters: Vec<char> = text.chars().collect();
    let shown: String = (1..=letters.len()).map(|code| format!("{code:02X}")).collect();
    let names: String =
        letters.iter().map(|letter| format!("/uni{:04X} ", u32::from(*letter))).collect();
    let mapped: String = letters
        .iter()
        .zip(1..)
        .map(|(letter, code)| format!("<{code:02X}> <{:04X}>\n", u32::from(*letter)))
        .collect();
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def \
         /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange {} beginbfchar\n{mapped}\
         endbfchar endcmap end end",
        letters.len(),
    );
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
                /Resources<</Font<</F1 5 0 R>>>>>>";
    let font = format!(
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 1/LastChar {}\
         /Encoding<</Type/Encoding/Differences[1 {names}]>>/ToUnicode 6 0 R>>",
        letters.len(),
    );
    let content = format!("BT /F1 13 Tf 90 700 Td <{shown}> Tj ET");
    Sample::new()
        .object(1, CATALOG)
        .object(2, PAGES)
        .object(3, page)
        .stream(4, "", content.as_bytes())
        .object(5, &font)
        .stream(6, "", map.as_bytes())
        .table("")
}

#[tokio::test]
async fn a_document_marked_as_a_state_secret_is_not_opened() {
    for mark in ["MẬT", "TỐI MẬT", "TUYỆT MẬT"] {
        let scene = Scene::enrolled().await;
        scene.fake.change(|desk| desk.queue(&marked(mark)));
        scene.phone.sync().await.unwrap();
        assert!(matches!(scene.phone.open(REQUEST).await, Err(ClientError::SecretGrade)));
    }
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.queue(&marked("Không gửi văn bản MẬT")));
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
}
