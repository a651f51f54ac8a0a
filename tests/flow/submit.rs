//! Queueing documents.

use bytes::Bytes;
use trien_core::classification::Claimed;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::PersonId;
use trien_core::pdf::placement::{NoPlace, Occurrence, Side};
use trien_core::pdf::recipe::{Appearance, Recipe, Rect};
use trien_core::pdf::render::Drawing;
use trien_core::request::Role;
use trien_core::wire::{SubmittedAppearance, SubmittedSigner};
use trien_server::flow::read::WhichImage;
use trien_server::flow::submit::submit;
use trien_server::flow::{FlowError, Thing, read};

use crate::office::{Office, sample, step, upload};
use crate::on_both;

on_both! {
    a_key_that_ended_or_moved_meanwhile_queues_nothing,
    the_same_key_with_the_same_package_gets_the_same_answer,
    what_is_secret_leaves_no_trace,
    an_attachment_is_a_pdf_by_its_bytes_and_a_secret_one_leaves_no_trace,
    what_cannot_be_signed_is_refused_with_its_reason,
    attachments_and_stamps_are_queued_as_described,
    a_stamp_beside_a_text_is_queued_where_the_text_stands,
    a_stamp_beside_a_text_that_is_nowhere_is_refused,
    two_stamps_of_the_same_bytes_in_other_rows_are_two,
    an_attachment_has_a_media_type_that_can_be_signed,
    a_commit_that_fails_leaves_no_file,
}

async fn leader(office: &Office) -> PersonId {
    office.person("Nguyễn Văn An").await
}

async fn the_same_key_with_the_same_package_gets_the_same_answer(office: Office) {
    let package = office.package(&[leader(&office).await]);
    let first = submit(&office.app, &office.caller, package.clone()).await.unwrap();
    let again = submit(&office.app, &office.caller, package.clone()).await.unwrap();
    assert_eq!(first, again);
    let (left, right) = {
        let mut package = package.clone();
        "at-once".clone_into(&mut package.idempotency_key);
        tokio::join!(
            submit(&office.app, &office.caller, package.clone()),
            submit(&office.app, &office.caller, package),
        )
    };
    assert_eq!(left.unwrap(), right.unwrap());
    let mut other = package;
    other.submission.expires_at = Some(first.queued_at.plus_seconds(3600));
    let refused = submit(&office.app, &office.caller, other).await;
    assert_eq!(refused, Err(FlowError::IdempotencyConflict));
    let page = read::requests(&office.app, &office.caller, 0, 100).await.unwrap();
    assert_eq!(page.requests.len(), 2);
}

async fn what_is_secret_leaves_no_trace(office: Office) {
    let person = leader(&office).await;
    let mut graded = office.package(&[person]);
    graded.submission.classification = Claimed::Secret;
    graded.submission.metadata.subject = trien_core::document::Text::new("dau-vet-mot").unwrap();
    let mut marked = office.package(&[person]);
    marked.document.bytes = page_with(72, 780, "MAT");
    let mut quoted = office.package(&[person]);
    quoted.document.bytes = page_with(72, 400, "MAT");
    for package in [graded, marked] {
        let refused = submit(&office.app, &office.caller, package).await;
        assert_eq!(refused, Err(FlowError::SecretGrade));
    }
    for (path, bytes) in office.files() {
        let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!found(b"dau-vet-mot") && !found(b"dau-vet-hai"), "{}", path.display());
    }
    submit(&office.app, &office.caller, quoted).await.unwrap();
}

async fn an_attachment_is_a_pdf_by_its_bytes_and_a_secret_one_leaves_no_trace(office: Office) {
    let person = leader(&office).await;
    let with = |bytes: Bytes| {
        let mut package = office.package(&[person]);
        let mut attachment = upload("phu-luc.txt", bytes);
        "text/plain".clone_into(&mut attachment.media_type);
        package.attachments.push(attachment);
        package
    };
    let secret = page_with(72, 780, "MAT");
    let indented = [b"\n".as_slice(), &sample()].concat();
    let refused = submit(&office.app, &office.caller, with(secret)).await;
    assert_eq!(refused, Err(FlowError::SecretGrade));
    for unreadable in [sample().slice(..sample().len() / 2), indented.into()] {
        let refused = submit(&office.app, &office.caller, with(unreadable)).await;
        assert!(matches!(refused, Err(FlowError::UnsignablePdf { .. })), "{refused:?}");
    }
    let documents = office.app.settings().data.join("documents");
    assert_eq!(std::fs::read_dir(documents).unwrap().count(), 0, "nothing was stored");
    for (path, bytes) in office.files() {
        let found = bytes.windows(11).any(|window| window == b"dau-vet-hai");
        assert!(!found, "{}", path.display());
    }
    submit(&office.app, &office.caller, with(page_with(72, 400, "MAT"))).await.unwrap();
}

async fn what_cannot_be_signed_is_refused_with_its_reason(office: Office) {
    let person = leader(&office).await;
    let mut not_pdf = office.package(&[person]);
    not_pdf.document.bytes = Bytes::from_static(b"not a PDF at all");
    let refused = submit(&office.app, &office.caller, not_pdf).await;
    assert!(matches!(refused, Err(FlowError::UnsignablePdf { slug }) if slug == "not-pdf"));

    let mut cut = office.package(&[person]);
    cut.document.bytes = sample().slice(..sample().len() / 2);
    let refused = submit(&office.app, &office.caller, cut).await;
    assert!(matches!(refused, Err(FlowError::UnsignablePdf { .. })));

    let mut other = office.package(&[person]);
    other.submission.sha256 = Some(Sha256::of(b"other"));
    let refused = submit(&office.app, &office.caller, other).await;
    assert_eq!(refused, Err(FlowError::WrongDigest));

    let nobody = office.package(&[PersonId::from_bytes([1; 16])]);
    let refused = submit(&office.app, &office.caller, nobody).await;
    assert_eq!(refused, Err(FlowError::NotFound(Thing::Person)));

    let mut beyond = office.package(&[person]);
    beyond.submission.steps[0].signers[0].appearance = Some(stamp(99, None));
    let refused = submit(&office.app, &office.caller, beyond).await;
    assert!(matches!(refused, Err(FlowError::InvalidSubmission(_))));

    let nobody_decides = {
        let mut package = office.package(&[person]);
        package.submission.steps.push(step(Role::Receive, &[person]));
        package
    };
    let refused = submit(&office.app, &office.caller, nobody_decides).await;
    assert!(matches!(refused, Err(FlowError::InvalidSubmission(_))));

    let documents = office.app.settings().data.join("documents");
    assert_eq!(std::fs::read_dir(documents).unwrap().count(), 0, "nothing was stored");
}

async fn attachments_and_stamps_are_queued_as_described(office: Office) {
    let person = leader(&office).await;
    let phone = crate::phone::Phone::enroll(&office, person).await;
    let mut package = office.package(&[person]);
    package.attachments.push(upload("../phu-luc.txt", Bytes::from_static(b"phu luc")));
    package.images.push(upload("chu-ky.png", png()));
    package.submission.steps[0].signers[0].appearance = Some(stamp(-1, Some("chu-ky.png")));
    let request = submit(&office.app, &office.caller, package).await.unwrap().request;
    let (view, _) = phone.see(&office.app, request).await;
    assert_eq!(view.documents[1].name, "phu-luc.txt");
    let attachment = phone.download(&office.app, view.documents[1].current.sha256).await;
    assert_eq!(attachment, b"phu luc");
    let recipe = view.task.unwrap().recipe.unwrap();
    let recipe = trien_core::pdf::recipe::Recipe::from_cbor(&recipe.0).unwrap();
    let trien_core::pdf::recipe::Appearance::Stamp { page, image: Some(image), .. } =
        recipe.appearance
    else {
        panic!("a stamp with an image");
    };
    assert_eq!(page, 1, "the last of two pages");
    let device = phone.authenticated(&office.app).await;
    let which = |alpha| WhichImage { alpha: Some(alpha), width: None };
    let found = read::image(&office.app, &device, image.colour, which(image.alpha)).await.unwrap();
    trien_core::pdf::image::StampImage::from_view(found).unwrap();
    let other = read::image(&office.app, &device, image.colour, which(image.colour)).await;
    assert_eq!(other, Err(FlowError::NotFound(Thing::Image)));
}

async fn two_stamps_of_the_same_bytes_in_other_rows_are_two(office: Office) {
    let person = leader(&office).await;
    let phone = crate::phone::Phone::enroll(&office, person).await;
    let mut package = office.package(&[person]);
    package.images.push(upload("rong.png", grey(4, 1)));
    package.images.push(upload("cao.png", grey(1, 4)));
    let mut signers = Vec::new();
    for (name, picture) in [("Bình", "rong.png"), ("Cường", "cao.png")] {
        let person = office.person(name).await;
        let appearance = Some(stamp(-1, Some(picture)));
        signers.push(SubmittedSigner { person, appearance, fill: Vec::new() });
    }
    package.submission.steps[0].signers.extend(signers);
    office.queue_package(package).await;
    let colour =
        Sha256::of(&trien_core::pdf::image::normalise(&grey(4, 1)).unwrap().to_view().colour.0);
    let device = phone.authenticated(&office.app).await;
    for width in [4, 1] {
        let which = WhichImage { alpha: None, width: Some(width) };
        let found = read::image(&office.app, &device, colour, which).await.unwrap();
        assert_eq!((found.image.width, found.image.height), (width, 4 / width));
    }
}

/// A picture of one grey.
fn grey(width: u32, height: u32) -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let pixels = [90, 90, 90, 255].repeat(4);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes.into()
}

async fn an_attachment_has_a_media_type_that_can_be_signed(office: Office) {
    let person = leader(&office).await;
    let with = |media_type: &str| {
        let mut package = office.package(&[person]);
        let mut attachment = upload("phu-luc.txt", Bytes::from_static(b"phu luc"));
        media_type.clone_into(&mut attachment.media_type);
        package.attachments.push(attachment);
        package
    };
    let long = format!("text/{}", "x".repeat(123));
    for media_type in ["", "text", "/", "text/", "text/a b", "text/vă", "text/a\r\nx: y", &long] {
        let refused = submit(&office.app, &office.caller, with(media_type)).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{media_type:?}: {refused:?}");
    }
    let request = office.queue_package(with("Text/Plain; charset=utf-8")).await;
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.documents[1].current.media_type, "text/plain");
}

async fn a_commit_that_fails_leaves_no_file(office: Office) {
    let person = leader(&office).await;
    let fail = match &office.app.settings().database_url {
        Some(_) => {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION ''no'' USING ERRCODE = ''check_violation''; END'; \
             CREATE TRIGGER fail BEFORE INSERT ON request_document \
             FOR EACH ROW EXECUTE FUNCTION fail()"
        }
        None => {
            "CREATE TRIGGER fail BEFORE INSERT ON request_document \
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
    };
    let mut other = office.database().await;
    sqlx::raw_sql(fail).execute(&mut other).await.unwrap();
    let package = office.package(&[person]);
    let failed = submit(&office.app, &office.caller, package).await;
    assert!(matches!(failed, Err(FlowError::Internal(_))), "{failed:?}");
    let files = office.files();
    let stored = files.iter().find(|(path, _)| path.to_string_lossy().contains("/documents/"));
    assert!(stored.is_none(), "{stored:?}");
    let page = read::requests(&office.app, &office.caller, 0, 100).await.unwrap();
    assert!(page.requests.is_empty());
}

async fn a_stamp_beside_a_text_is_queued_where_the_text_stands(office: Office) {
    let person = leader(&office).await;
    let phone = crate::phone::Phone::enroll(&office, person).await;
    let mut package = office.package(&[person]);
    let appearance = beside("CHỦ TỊCH", Side::Below);
    package.submission.steps[0].signers[0].appearance = Some(appearance);
    let request = submit(&office.app, &office.caller, package).await.unwrap().request;
    let (view, _) = phone.see(&office.app, request).await;
    let recipe = Recipe::from_cbor(&view.task.unwrap().recipe.unwrap().0).unwrap();
    let Appearance::Stamp { page, rect, lines, image: None } = recipe.appearance else {
        panic!("a stamp without an image");
    };
    assert_eq!((page, lines.len()), (1, 4));
    assert_eq!((rect.right - rect.left, rect.top - rect.bottom), (18_000, 5600));
    // Between the title and the name, where the sample's own description has the stamp.
    let drawing = Drawing::open(sample().to_vec()).unwrap();
    let lines = drawing.text(1).unwrap().lines;
    let line = |text: &str| lines.iter().rev().find(|line| line.text == text).unwrap();
    let (title, name) = (line("CHỦ TỊCH"), line("Trần Minh Khuê"));
    assert!((rect.top as f32) < title.y * 100.0 && title.y * 100.0 - (rect.top as f32) < 1000.0);
    assert!((rect.bottom as f32) > name.y * 100.0);
    assert!((rect.left as f32) < title.x * 100.0 && title.x * 100.0 < rect.right as f32);
}

async fn a_stamp_beside_a_text_that_is_nowhere_is_refused(office: Office) {
    let person = leader(&office).await;
    let refuses = async |appearance| {
        let mut package = office.package(&[person]);
        package.submission.steps[0].signers[0].appearance = Some(appearance);
        submit(&office.app, &office.caller, package).await.unwrap_err()
    };
    let nowhere = refuses(beside("GIÁM ĐỐC", Side::Below)).await;
    assert_eq!(nowhere, FlowError::NoPlace(NoPlace::NotFound));
    assert_eq!(nowhere.code().as_deref(), Some("anchor-not-found"));
    let mut only = beside("Ủy ban nhân dân", Side::Below);
    if let SubmittedAppearance::Beside { occurrence, .. } = &mut only {
        *occurrence = Occurrence::Only;
    }
    assert_eq!(refuses(only).await, FlowError::NoPlace(NoPlace::Several));
    let no_room = beside("CHỦ TỊCH", Side::Right);
    assert_eq!(refuses(no_room).await, FlowError::NoPlace(NoPlace::NoRoom));
    let mut page = beside("CHỦ TỊCH", Side::Below);
    if let SubmittedAppearance::Beside { page, .. } = &mut page {
        *page = Some(3);
    }
    assert!(matches!(refuses(page).await, FlowError::InvalidSubmission(_)));
    let documents = office.app.settings().data.join("documents");
    assert_eq!(std::fs::read_dir(documents).unwrap().count(), 0, "nothing was stored");
}

fn beside(text: &str, side: Side) -> SubmittedAppearance {
    SubmittedAppearance::Beside {
        text: Text::new(text).unwrap(),
        occurrence: Occurrence::Last,
        page: None,
        side,
        width: 18_000,
        height: 5600,
        lines: None,
        image: None,
    }
}

fn stamp(page: i32, image: Option<&str>) -> SubmittedAppearance {
    SubmittedAppearance::Stamp {
        page,
        rect: Rect { left: 10_000, bottom: 10_000, right: 30_000, top: 16_000 },
        lines: None,
        image: image.map(str::to_owned),
    }
}

/// A picture of 2 x 2 pixels.
fn png() -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
    encoder.set_color(png::ColorType::Rgba);
    let pixels = [200, 0, 0, 255, 200, 0, 0, 128, 0, 0, 0, 0, 9, 9, 9, 255];
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes.into()
}

/// An A4 page with one line of text; `A` reads as `Ậ`.
fn page_with(x: u32, y: u32, text: &str) -> Bytes {
    let content = format!("BT /F1 14 Tf {x} {y} Td ({text}) Tj ET");
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap \
        /CMapName /X def /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange \
        3 beginbfchar <4D> <004D> <41> <1EAC> <54> <0054> endbfchar \
        endcmap CMapName currentdict /CMap defineresource pop end end";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
         /Resources<</Font<</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>".to_owned(),
        format!("<</Length {}>>\nstream\n{map}\nendstream", map.len()),
        "<</Title(dau-vet-hai)>>".to_owned(),
    ];
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R/Info 7 0 R>>\n");
    file.extend(format!("{trailer}startxref\n{table}\n%%EOF\n").bytes());
    file.into()
}

pub async fn a_key_that_ended_or_moved_meanwhile_queues_nothing(office: Office) {
    use trien_server::flow::act::Act;
    use trien_server::flow::admin::{self, KeyPolicy};
    use trien_server::flow::key::ApiCaller;
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let mut database = office.database().await;
    let mut late = async |sql: &'static str| {
        sqlx::query(sql).execute(&mut database).await.unwrap();
        submit(app, &office.caller, office.package(&[person])).await.map(|queued| queued.request)
    };
    let ended = late("UPDATE unit SET ended_at = 1").await;
    assert_eq!(ended, Err(FlowError::NotFound(Thing::Unit)));
    late("UPDATE unit SET ended_at = NULL").await.unwrap();
    let revoked = late("UPDATE api_key SET revoked_at = 1").await;
    assert_eq!(revoked, Err(FlowError::Unauthenticated));
    late("UPDATE api_key SET revoked_at = NULL").await.unwrap();
    // The caller was let in when the key still acted for another unit.
    let name = Text::new("Phòng Tổng hợp").unwrap();
    let (act, above) = (&Act::COMMAND_LINE, Some(office.unit.id));
    let before = admin::create_unit(app, act, &name, above, KeyPolicy::SoftwareAllowed).await;
    let moved = ApiCaller { unit: before.unwrap().id, ..office.caller.clone() };
    let mut package = office.package(&[person]);
    package.submission.unit = moved.unit;
    assert_eq!(submit(app, &moved, package).await.err(), Some(FlowError::Forbidden));
}
