//! A server that lies: the phone signs only what it computed from the bytes it showed.

use trien_core::client::{ClientError, Companion};
use trien_core::id::RequestId;
use trien_core::pdf::recipe::{Appearance, Recipe};
use trien_core::wire::{Base64, SyncAnswer};

use crate::support::{Fate, Office, Phone, Proxy, enroll, sample, with_text};

struct Lied {
    office: Office,
    proxy: Proxy,
    phone: Phone,
    request: RequestId,
}

/// A phone that has enrolled honestly, and a request; from now on the network lies.
async fn honest_so_far() -> Lied {
    let proxy = Proxy::listen().await;
    let office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    Lied { office, proxy, phone, request }
}

/// Every sync from now on shows other tasks.
fn change_recipes(proxy: &Proxy, change: impl Fn(&mut Recipe) + Send + 'static) {
    proxy.rule(move |path, body| {
        if !path.starts_with("/api/v1/sync") {
            return Fate::Passes;
        }
        let mut answer: SyncAnswer = serde_json::from_slice(body).unwrap();
        for task in answer.requests.iter_mut().filter_map(|request| request.task.as_mut()) {
            let bytes = &task.recipe.as_ref().unwrap().0;
            let mut recipe: Recipe = trien_core::cbor::decode(bytes, 4096).unwrap();
            change(&mut recipe);
            task.recipe = Some(Base64(recipe.to_cbor()));
        }
        Fate::Becomes(serde_json::to_vec(&answer).unwrap())
    });
}

async fn first_refusal(phone: &Companion, request: RequestId) -> ClientError {
    if let Err(error) = phone.sync().await {
        return error;
    }
    if let Err(error) = phone.open(request).await {
        return error;
    }
    match phone.sheet(request).await {
        Err(error) => error,
        Ok(sheet) => phone.approve(sheet.id).await.expect_err("nothing may be signed"),
    }
}

async fn signs_nothing(lied: &Lied) {
    let before = lied.phone.keys.approvals();
    let error = first_refusal(&lied.phone.companion, lied.request).await;
    assert_eq!(lied.phone.keys.approvals(), before, "signed in spite of {error}");
    assert!(lied.office.decisions(lied.request).await.is_empty());
}

#[tokio::test]
async fn another_file_than_the_listed_one_is_never_signed() {
    let lied = honest_so_far().await;
    let other = with_text("Another contract", 100, 300);
    lied.proxy.rule(move |path, _| match path.starts_with("/api/v1/documents/") {
        true => Fate::Becomes(other.clone()),
        false => Fate::Passes,
    });
    signs_nothing(&lied).await;
}

#[tokio::test]
async fn a_page_that_the_document_does_not_have_is_never_signed() {
    let lied = honest_so_far().await;
    change_recipes(&lied.proxy, |recipe| {
        if let Appearance::Stamp { page, .. } = &mut recipe.appearance {
            *page = 77;
        }
    });
    signs_nothing(&lied).await;
}

#[tokio::test]
async fn a_rectangle_off_the_page_is_never_signed() {
    let lied = honest_so_far().await;
    change_recipes(&lied.proxy, |recipe| {
        if let Appearance::Stamp { rect, .. } = &mut recipe.appearance {
            rect.left += 1_000_000;
            rect.right += 1_000_000;
        }
    });
    signs_nothing(&lied).await;
}

#[tokio::test]
async fn an_unknown_builder_means_update_and_never_a_signature() {
    let lied = honest_so_far().await;
    change_recipes(&lied.proxy, |recipe| recipe.builder = "pdfrev/2".to_owned());
    signs_nothing(&lied).await;
}

#[tokio::test]
async fn a_task_that_changes_after_the_sheet_opened_is_not_what_is_signed() {
    let lied = honest_so_far().await;
    let phone = &lied.phone.companion;
    phone.sync().await.unwrap();
    phone.open(lied.request).await.unwrap();
    let sheet = phone.sheet(lied.request).await.unwrap();
    let shown = sheet.signing.as_ref().unwrap().recipe_hash;
    change_recipes(&lied.proxy, |recipe| {
        if let Appearance::Stamp { rect, .. } = &mut recipe.appearance {
            rect.top += 500;
        }
    });
    let _ = phone.sync().await;
    // Either the sheet is void, or exactly what it showed is signed.
    if phone.approve(sheet.id).await.is_ok() {
        lied.proxy.rule(|_, _| Fate::Passes);
        phone.flush().await.unwrap();
        let recorded = lied.office.decisions(lied.request).await;
        assert_eq!(recorded.len(), 1);
        let evidence = lied.office.evidence(lied.request, recorded[0].decision).await;
        let evidence: trien_core::evidence::Evidence = evidence.parse().unwrap();
        let key = lied.office.app().log_key().parse().unwrap();
        let decision = evidence.verify(None, &key).unwrap().decision;
        let signing = decision.documents[0].signing.clone().unwrap();
        assert_eq!(signing.recipe, shown);
    }
}

#[tokio::test]
async fn a_log_that_forgets_stops_decisions() {
    let lied = honest_so_far().await;
    let phone = &lied.phone.companion;
    phone.sync().await.unwrap();
    // An older answer again: a server restored from a backup, or one that shows two histories.
    let old = std::sync::Arc::new(std::sync::Mutex::new(None::<Vec<u8>>));
    let kept = old.clone();
    lied.proxy.rule(move |path, body| {
        if path.starts_with("/api/v1/sync") {
            kept.lock().unwrap().get_or_insert_with(|| body.to_vec());
        }
        Fate::Passes
    });
    phone.sync().await.unwrap();
    let again = lied.office.person("Lý A Sử", "Phó Chủ tịch").await;
    lied.office.submit(&lied.office.submission(&[&again]), sample()).await;
    phone.sync().await.unwrap();
    let replay = old.lock().unwrap().clone().unwrap();
    lied.proxy.rule(move |path, _| match path.starts_with("/api/v1/sync") {
        true => Fate::Becomes(replay.clone()),
        false => Fate::Passes,
    });
    let error = phone.sync().await.expect_err("an older checkpoint is a lie");
    assert!(matches!(error, ClientError::Log(_)), "{error}");
}

#[tokio::test]
async fn a_certificate_in_the_device_status_never_replaces_the_enrolled_one() {
    let lied = honest_so_far().await;
    let phone = &lied.phone.companion;
    let own = phone.profile().unwrap().certificate;
    lied.proxy.rule(|path, body| {
        if path != "/api/v1/device" {
            return Fate::Passes;
        }
        let mut status: serde_json::Value = serde_json::from_slice(body).unwrap();
        let chain = status["profile"]["chain"][0].clone();
        status["profile"]["certificate"] = chain;
        Fate::Becomes(serde_json::to_vec(&status).unwrap())
    });
    let _ = phone.enroll_status().await;
    assert_eq!(phone.profile().unwrap().certificate, own);
}
