//! A clerk's work: submitting documents, following them, and keeping the agency's seal.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use trien_server::flow;
use trien_server::flow::account::Role;
use trien_server::flow::key::Scope;

use crate::office::{Office, SAMPLE};
use crate::tokens::admin;

use super::browser::{Browser, Page, signed_in};
use super::certificates::certified;

const NEW: &str = "/console/requests/new";

/// Sends the form for the leader, with these fields instead of the right ones.
async fn send(
    office: &Office,
    browser: &mut Browser,
    instead: &[(&'static str, &str)],
    file: &[u8],
) -> Page {
    let signers = office.leader.to_string();
    let token = browser.get(office, "/console/sessions").await.token();
    let unit = office.unit.to_string();
    let right = [
        ("token", &*token),
        ("once", "0123456789abcdef"),
        ("signers", &*signers),
        ("role-0", "approve"),
        ("unit", &*unit),
        ("subject", "Phê duyệt <b>dự toán</b>"),
        ("number", "12/QĐ-UBND"),
        ("kind", "Quyết định"),
        ("issuer", "UBND tỉnh X"),
        ("urgency", "urgent"),
        ("unclassified", "yes"),
        ("supersedes", ""),
    ];
    let form: Vec<(&str, &str)> = right
        .into_iter()
        .map(|(name, value)| {
            let other = instead.iter().find(|(changed, _)| *changed == name);
            (name, other.map_or(value, |(_, value)| value))
        })
        .collect();
    browser.upload_named(office, NEW, &form, ("../quyết định.pdf", file)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_submits_a_document_and_follows_it_with_forms_alone() {
    let office = Office::open().await;
    let mut clerk = signed_in(&office, "van-thu", office.unit, Role::Clerk).await;
    let mut auditor = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let mut elsewhere = signed_in(&office, "so-y", office.other_unit, Role::Clerk).await;
    let page = clerk.get(&office, "/console/requests").await;
    assert!(page.text.contains("Chưa có văn bản nào") && page.text.contains(NEW));
    let page = clerk.get(&office, &format!("{NEW}?q=nguyen+van+an")).await;
    let chosen = format!("{NEW}?signers={}", office.leader);
    assert!(page.text.contains(&chosen), "{}", page.text);
    let page = clerk.get(&office, &chosen).await;
    assert!(page.text.contains("name=\"role-0\"") && page.text.contains("Nguyễn Văn An"));
    let (_, once) = page.text.split_once("name=\"once\" value=\"").unwrap();
    assert_eq!(once.split('"').next().unwrap().len(), 32);

    let before = flow::read::checkpoint(&office.app).await.unwrap();
    let long = "1".repeat(42);
    for (field, typed, file, told) in [
        ("signers", "", SAMPLE, "ít nhất một người ký"),
        ("unit", "", SAMPLE, "chọn đơn vị trình"),
        ("subject", " ", SAMPLE, "Trích yếu có 1 đến 500"),
        ("number", &long, SAMPLE, "41 ký tự"),
        ("kind", "", SAMPLE, "Loại văn bản có"),
        ("unclassified", "", SAMPLE, "bí mật nhà nước; nếu thuộc"),
        ("urgency", "urgent", b"", "Hãy chọn tệp PDF"),
        ("urgency", "urgent", b"MZ no PDF", "PDF"),
    ] {
        let page = send(&office, &mut clerk, &[(field, typed)], file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}: {}", page.text);
        let (_, fault) = page.text.split_once("class=\"fault\"").expect("a fault");
        assert!(fault.split("</p>").next().unwrap().contains(told), "{told}: {fault}");
        assert!(page.text.contains("12/QĐ-UBND") || field == "number", "what was typed stays");
    }
    let unit = office.other_unit.to_string();
    let page = send(&office, &mut clerk, &[("unit", &unit)], SAMPLE).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "not this clerk's unit");
    assert_eq!(send(&office, &mut auditor, &[], SAMPLE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(before, flow::read::checkpoint(&office.app).await.unwrap(), "nothing was stored");

    let page = send(&office, &mut clerk, &[], SAMPLE).await;
    let (here, news) = page.leads_to().split_once('?').expect("it is submitted");
    assert_eq!(news, "news=submitted");
    let here = here.to_owned();
    let again = send(&office, &mut clerk, &[], SAMPLE).await;
    assert!(again.leads_to().starts_with(&here), "sent twice it is one document");
    for browser in [&mut clerk, &mut auditor] {
        let page = browser.get(&office, &here).await;
        for told in [
            "Phê duyệt &#60;b&#62;dự toán",
            "12/QĐ-UBND",
            "Khẩn",
            "ký số cá nhân",
            "đang chờ người này",
        ] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        let file = format!("{here}/document");
        assert_eq!(browser.get(&office, &file).await.headers[CONTENT_TYPE], "application/pdf");
        let list = browser.get(&office, "/console/requests?q=DU+toan&state=open").await;
        assert!(list.text.contains(&here), "{}", list.text);
        for other in ["?q=khong+co", "?state=completed"] {
            let list = browser.get(&office, &format!("/console/requests{other}")).await;
            assert!(!list.text.contains(&here) && list.text.contains("Không có văn bản nào khớp"));
        }
    }
    assert!(!auditor.get(&office, "/console/requests").await.text.contains(NEW));
    assert!(!elsewhere.get(&office, "/console/requests").await.text.contains(&here));
    assert_eq!(elsewhere.get(&office, &here).await.status, StatusCode::NOT_FOUND);
    let keys = flow::key::list(&office.app).await.unwrap();
    assert_eq!(keys.iter().filter(|key| key.label == "console").count(), 1);

    // Whoever only administers or enrolls learns nothing of what an office writes.
    for role in [Role::Administrator, Role::EnrollmentOfficer, Role::CaOfficer] {
        let mut browser = signed_in(&office, role.name(), office.unit, role).await;
        for path in ["/console/requests", &here, &format!("{here}/document")] {
            assert_eq!(browser.get(&office, path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(!browser.get(&office, "/console").await.text.contains("/console/requests"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_is_prepared_from_the_one_before_with_forms_alone() {
    let office = Office::open().await;
    let mut clerk = signed_in(&office, "van-thu", office.unit, Role::Clerk).await;
    let mut auditor = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = send(&office, &mut clerk, &[], SAMPLE).await;
    let (first, _) = page.leads_to().split_once('?').expect("it is submitted");
    let first = first.to_owned();
    let id = first.rsplit('/').next().unwrap().to_owned();
    let prepare = format!("{NEW}?of={id}");
    assert!(clerk.get(&office, &first).await.text.contains(&prepare));
    assert!(!auditor.get(&office, &first).await.text.contains(&prepare));
    let form = clerk.get(&office, &prepare).await.text;
    for filled in ["12/QĐ-UBND", "Phê duyệt &#60;b&#62;dự toán", "value=\"urgent\" selected"]
    {
        assert!(form.contains(filled), "{filled}: {form}");
    }
    let signer = format!("name=\"signers\" value=\"{}\"", office.leader);
    let earlier = format!("name=\"supersedes\" value=\"{id}\"");
    assert!(form.contains(&signer) && form.contains(&earlier), "{form}");
    // Choosing other signers keeps what it is a version of.
    let form = clerk.get(&office, &format!("{NEW}?signers=&of={id}")).await.text;
    assert!(form.contains(&earlier) && !form.contains("name=\"role-0\""), "{form}");
    let again = [("once", "fedcba9876543210"), ("supersedes", &*id)];
    let page = send(&office, &mut clerk, &again, SAMPLE).await;
    let (second, _) = page.leads_to().split_once('?').expect("it is submitted");
    let second = second.to_owned();
    let old = clerk.get(&office, &first).await.text;
    assert!(old.contains(&second) && old.contains("Đã có bản mới thay thế"), "{old}");
    assert!(!old.contains(&prepare) && old.contains("đã thu hồi"), "{old}");
    let new = clerk.get(&office, &second).await.text;
    assert!(new.contains(&first) && new.contains("Bản thứ 2"), "{new}");
    let lost = clerk.get(&office, &format!("{NEW}?of=none")).await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn requests_are_read_page_by_page_over_the_api() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let mut queued = Vec::new();
    for _ in 0..3 {
        queued.push(office.queue(&key).await.to_string());
    }
    let clerk = admin(&office, "van-thu", office.unit, &[Role::Clerk]).await;
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = clerk.get(&office, &format!("requests?limit=2&q=du+toan{cursor}")).await;
        for one in page["requests"].as_array().unwrap() {
            found.push(one["id"].as_str().unwrap().to_owned());
        }
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    queued.reverse();
    assert_eq!(found, queued, "the newest first");
    let one = clerk.get(&office, &format!("requests/{}", found[0])).await;
    assert_eq!(one["request"]["metadata"]["subject"], "Phê duyệt dự toán");
    assert_eq!(one["decisions"], serde_json::json!([]));
    let path = format!("requests/{}/document", found[0]);
    let file = clerk.ask(&office, "GET", &path, "", Vec::new()).await;
    assert_eq!(file.bytes, SAMPLE);
    for wrong in ["requests?state=gone", "requests?cursor=x", "requests?limit=x"] {
        let answer = clerk.ask(&office, "GET", wrong, "", Vec::new()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let none = clerk.get(&office, "requests?state=expired").await;
    assert_eq!(none["requests"], serde_json::json!([]));
}

#[tokio::test]
async fn a_clerk_records_the_agencys_seal_and_nothing_else() {
    let office = Office::open().await;
    let mut clerk = signed_in(&office, "van-thu", office.unit, Role::Clerk).await;
    let (unit, person) = (office.unit.to_string(), office.clerk().await.to_string());
    let list = clerk.get(&office, "/console/certificates").await;
    assert!(list.text.contains("/console/certificates/add"));
    let page = format!("/console/certificates/add?person={person}&unit={unit}");
    let form = clerk.get(&office, &page).await;
    assert!(
        form.text.contains("value=\"agency-seal\"") && !form.text.contains("value=\"personal\"")
    );
    let token = form.token();
    let (_, certificate) = certified("CA chuyên dùng", "UBND tỉnh X");
    let send = |kind: &'static str| {
        let fields = [("token", &*token), ("person", &*person), ("unit", &*unit), ("kind", kind)];
        fields.into_iter().chain([("home", "token"), ("renews", "")]).collect::<Vec<_>>()
    };
    let path = "/console/certificates/add";
    let page = clerk.upload(&office, path, &send("personal"), certificate.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = clerk.upload(&office, path, &send("agency-seal"), certificate.as_bytes()).await;
    assert!(page.leads_to().ends_with("?news=record"), "{}", page.text);
    let entry = page.leads_to().split('?').next().unwrap().to_owned();
    let page = clerk.get(&office, &entry).await;
    assert!(page.text.contains("Chứng thư cơ quan (con dấu)") && !page.text.contains("/revoke\""));
}
