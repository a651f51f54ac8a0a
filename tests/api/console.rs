//! The console's pages as a browser gets them: who sees what, and which forms are taken.

use http::StatusCode;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use trien_core::document::Text;
use trien_server::flow;
use trien_server::flow::account::{self, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::KeyPolicy;

use crate::office::{AUTHORITY, Office};

mod acts;
mod browser;
mod certificates;
mod desk;
mod first_run;
mod fixation;
mod forged;
mod grave;
mod grid;
mod headers;
mod levels;
mod markup;
mod phones;
mod push;
mod requests;
mod sessions;
mod sign_in;
mod statements;
mod stuck;
mod units;

use browser::{Browser, SENTENCE, escaped, signed_in};

#[tokio::test]
async fn an_office_is_set_up_and_a_phone_approved_with_forms_alone() {
    let office = Office::open().await;
    let code = account::begin_setup(&office.app).await.unwrap().unwrap().to_string();
    let mut browser = Browser::default();
    let page = browser.get(&office, "/console").await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    let mut form = vec![
        ("code", "AAAA-AAAA-AAAA-AAAA"),
        ("name", "Nguyễn Thị Hạnh"),
        ("login", "hanh"),
        ("password", SENTENCE),
        ("again", SENTENCE),
    ];
    let page = browser.post(&office, "/console/setup", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Nguyễn Thị Hạnh"), "what was typed is still there");
    assert!(!page.text.contains(SENTENCE), "but the password");
    form[0].1 = &code;
    let page = browser.post(&office, "/console/setup", &form).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=first");
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    for part in ["__Host-trien-session=", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let second = [
        ("name", "Trần Văn Bình"),
        ("login", "binh"),
        ("password", SENTENCE),
        ("role", "enrollment-officer"),
        ("unit", &office.unit.to_string()),
    ];
    let page = browser.submit(&office, "/console/accounts", "/console/accounts", &second).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=added");

    let phone = office.pending_phone().await;
    let (id, digits) = (phone.id.to_string(), phone.code.grouped());
    let here = format!("/console/devices/{id}");
    let page = browser.get(&office, &here).await;
    assert!(!page.text.contains(&digits), "nobody approves by copying");
    let approve = format!("{here}/approve");
    let page = browser.submit(&office, &here, &approve, &[("code", "0000 0000")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&office, &here, &approve, &[("code", &digits)]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=approve"));
    let suspend = format!("{here}/suspend");
    let page = browser.submit(&office, &here, &suspend, &[("why", "mất máy")]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=suspend"));
    let (resume, confirm) = (format!("{here}/resume"), format!("{here}/confirm"));
    let page = browser.submit(&office, &here, &resume, &[("why", "tìm lại được máy")]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=resume"));
    assert!(!browser.get(&office, &here).await.text.contains(&confirm), "it takes another person");
    let page = browser.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut later = signed_in(&office, "thu-hai", office.unit, Role::EnrollmentOfficer).await;
    let page = later.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "made by whoever asks");
    let mut second = Browser::default();
    let form = [("login", "binh"), ("password", SENTENCE)];
    second.post(&office, "/console/sign-in", &form).await;
    assert!(second.get(&office, "/console").await.text.contains(&here));
    let page = second.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=confirm"));
    let page = browser.submit(&office, &here, "/console/sign-out", &[]).await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    assert_eq!(browser.get(&office, &here).await.leads_to(), "/console/sign-in");
}

#[tokio::test]
async fn the_second_person_may_sit_in_the_unit_above() {
    let mut office = Office::open().await;
    let (act, above) = (Act::COMMAND_LINE, office.unit);
    let name = |text: &str| Text::new(text).unwrap();
    let (unit, keys) = (name("Phòng Một cửa"), KeyPolicy::SoftwareAllowed);
    let below = flow::admin::create_unit(&office.app, &act, &unit, Some(above), keys);
    let below = below.await.unwrap().id;
    let (person, post) = (name("Lê Thị Khuê"), name("Trưởng phòng"));
    let person = flow::admin::create_person(&office.app, &act, &person, below, &post);
    office.leader = person.await.unwrap().id;
    let mut officer = signed_in(&office, "duoi", below, Role::EnrollmentOfficer).await;
    let mut chief = signed_in(&office, "tren", above, Role::EnrollmentOfficer).await;
    let mut administrator = signed_in(&office, "duoi-2", below, Role::Administrator).await;
    let mut second = signed_in(&office, "tren-2", above, Role::Administrator).await;
    signed_in(&office, "duoi-3", below, Role::Auditor).await;
    let mut aside = signed_in(&office, "canh", office.other_unit, Role::EnrollmentOfficer).await;
    let phone = office.suspended_phone().await;
    let here = format!("/console/devices/{}", phone.id);
    let form = [("why", "tìm lại được máy")];
    let page = officer.submit(&office, &here, &format!("{here}/resume"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=resume"), "{}", page.text);
    assert!(!aside.get(&office, "/console").await.text.contains(&here), "another unit's");
    assert!(
        chief.get(&office, "/console").await.text.contains(&here),
        "it waits for the unit above"
    );
    let page = chief.submit(&office, &here, &format!("{here}/confirm"), &[]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=confirm"), "{}", page.text);

    let page = administrator.get(&office, "/console/accounts?q=duoi-3").await;
    let (_, after) = page.text.split_once("<td data-label=\"Họ và tên\"><a href=\"").unwrap();
    let here = after.split('"').next().unwrap().to_owned();
    let below = below.to_string();
    let form = [("unit", &*below), ("role", "ca-officer"), ("why", "thay đồng chí nghỉ hưu")];
    let page = administrator.submit(&office, &here, &format!("{here}/give"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=proposed"), "{}", page.text);
    assert!(second.get(&office, "/console").await.text.contains(&here));
    let page = second.submit(&office, &here, &format!("{here}/confirm"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=confirm"), "{}", page.text);
}

#[tokio::test]
async fn forms_of_other_pages_are_not_taken() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let token = browser.get(&office, "/console/units").await.token();
    let parent = office.unit.to_string();
    let form = [("name", "Sở lạ"), ("parent", &*parent), ("token", &*token)];
    for origin in ["https://evil.example", "null", &format!("http://{AUTHORITY}")] {
        let page = browser.post_from(&office, origin, "/console/units", &form).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin}");
    }
    let forged = [("name", "Sở lạ"), ("parent", &*parent), ("token", "0000")];
    let page = browser.post(&office, "/console/units", &forged).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let mut other = signed_in(&office, "kiem-tra", office.unit, Role::Administrator).await;
    let page = other.post(&office, "/console/units", &form).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "the token of another session");
    let units = flow::read::units(&office.app).await.unwrap();
    assert!(units.iter().all(|listed| listed.unit.name != "Sở lạ"));
}

#[tokio::test]
async fn a_name_cannot_become_markup_and_no_page_loads_from_elsewhere() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    let parent = office.unit.to_string();
    let page = browser
        .submit(&office, "/console/units", "/console/units", &[("name", name), ("parent", &parent)])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let person = [("name", name), ("position", name), ("unit", &*parent)];
    browser.submit(&office, "/console/people", "/console/people", &person).await;
    let query = "/console/people?q=%3Cscript%3E%22";
    for path in ["/console", "/console/people", query, "/console/units", "/console/accounts"] {
        let page = browser.get(&office, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("<img src=x") && !page.text.contains("<script>"), "{path}");
        let mut words = page.text.split(['"', ' ', '\n']);
        assert_eq!(words.find(|word| word.contains("://")), None, "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["cache-control"], "no-store");
        // Another policy makes browsers send forms without saying where they are from.
        assert_eq!(page.headers["referrer-policy"], "same-origin");
    }
}

#[tokio::test]
async fn pages_speak_the_language_that_was_chosen() {
    let office = Office::open().await;
    let mut browser = Browser::default();
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(page.text.contains("<html lang=\"vi\">") && page.text.contains("Đăng nhập"));
    browser.get(&office, "/console/language/en").await;
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains("Sign in"));
}

#[tokio::test]
async fn a_change_of_post_is_looked_at_and_carried_out_with_forms_alone() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = format!("/console/people/{}", office.leader);
    let page = browser.get(&office, &here).await;
    assert!(page.text.contains("Đổi chức vụ") && page.text.contains("đang dùng"), "{}", page.text);
    let (_, from) = page.text.split_once("name=\"from\" value=\"").unwrap();
    let from = from.split('"').next().unwrap().to_owned();
    let query = format!("{here}/change?kind=ends&from={}", escaped(&from));
    let page = browser.get(&office, &query).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Nội dung chứng thư không còn đúng"), "{}", page.text);
    let (_, seen) = page.text.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap().to_owned();
    let token = page.token();
    let form = |seen: &str, why: &str, device: &str| {
        let fields = [("token", &*token), ("seen", seen), ("kind", "ends"), ("from", &from)];
        let own = [
            ("why".to_owned(), why.to_owned()),
            (format!("device:{}", phone.id), device.to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        fields.into_iter().chain(own).collect::<Vec<_>>()
    };
    let mut post = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.post(&office, &format!("{here}/change"), &form).await
    };
    for (form, told) in [
        (form("0-0-0-0-0-0", "QĐ 45", ""), "chưa làm gì. Hãy xem lại: chức vụ"),
        (form(&seen, " ", ""), "nêu lý do"),
        (form(&seen, "QĐ 45", "keep"), "Một lựa chọn không còn thực hiện được"),
    ] {
        let page = post(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let page = post(form(&seen, "QĐ 45 <b>", "")).await;
    let report = page.leads_to().to_owned();
    assert!(report.starts_with("/console/changes/"), "{}", page.text);
    let mut reader = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = reader.get(&office, &report).await;
    for told in
        ["QĐ 45 &#60;b&#62;", "thu hồi", "Thôi giữ chức vụ", "Khớp với nhật ký", "Cán bộ quan-tri"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let csv = report.replace("?news=done", "/csv");
    let page = reader.get(&office, &csv).await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(page.text.matches("\r\n").count(), 3, "{}", page.text);
    let mut elsewhere = signed_in(&office, "so-y", office.other_unit, Role::Auditor).await;
    assert_eq!(elsewhere.get(&office, &csv).await.status, StatusCode::NOT_FOUND);
    let list = elsewhere.get(&office, "/console/changes").await;
    assert!(list.text.contains("Chưa có biên bản nào"));
    let list = reader.get(&office, "/console/changes").await;
    assert!(list.text.contains(report.trim_end_matches("?news=done")));
}

#[tokio::test]
async fn a_wave_is_planned_followed_and_closed_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/waves";
    let ticked = format!("unit-{}", office.unit);
    let mut form = vec![
        ("name", "Đợt <b>I</b>"),
        ("starts", "2020-01-01"),
        ("ends", "2019-01-01"),
        ("who", "everybody"),
        ("target", ""),
        (&*ticked, "1"),
    ];
    let page = browser.submit(&office, here, here, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Hãy chọn lại hai ngày") && page.text.contains(" checked"));
    form[2].1 = "2020-02-01";
    let page = browser.submit(&office, here, here, &form).await;
    let (wave, _) = page.leads_to().split_once("?news=planned").unwrap();
    let wave = wave.to_owned();
    let page = browser.get(&office, &wave).await;
    for told in ["chậm kế hoạch", "Nguyễn Văn An", "Mời đăng ký điện thoại", "chưa mời"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(!page.text.contains("<b>I</b>"));
    let home = browser.get(&office, "/console").await;
    assert!(home.text.contains(&wave) && home.text.contains("người bị kẹt"), "{}", home.text);
    let page = browser.get(&office, &format!("{wave}/remind.csv")).await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(page.text.contains("Nguyễn Văn An,Chủ tịch"), "{}", page.text);
    for file in ["remind.pdf", "x"] {
        let page = browser.get(&office, &format!("{wave}/{file}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
    let mut other = signed_in(&office, "so-y", office.other_unit, Role::Administrator).await;
    assert_eq!(other.get(&office, &wave).await.status, StatusCode::NOT_FOUND);
    let close = format!("{wave}/close");
    let page = browser.submit(&office, &wave, &close, &[("why", "đã xong")]).await;
    assert_eq!(page.leads_to(), format!("{wave}?news=closed"));
    assert!(!browser.get(&office, "/console").await.text.contains(&wave));
}

const TABLE: &str = "Họ và tên;Chức vụ;Đơn vị;Số hiệu\n";

#[tokio::test]
async fn a_table_is_looked_at_carried_out_and_written_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/import/people";
    let token = browser.get(&office, here).await.token();
    let unit = flow::read::units(&office.app).await.unwrap();
    let unit = &unit.iter().find(|it| it.unit.id == office.unit).unwrap().unit.name;
    let wrong = format!("{TABLE}<b>Ân</b>;Văn thư;Sở Lạ;\n;Văn thư;{unit};\n");
    let page = browser.upload(&office, here, &[("token", &token)], wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Sở Lạ") && page.text.contains("role=\"alert\""));
    assert!(!page.text.contains("name=\"digest\""), "nothing to carry out");
    let page = browser.upload(&office, here, &[("token", "0000")], wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "of another page");
    let huge = vec![b'a'; trien_server::sheet::MAX_BYTES + 1];
    let page = browser.upload(&office, here, &[("token", &token)], &huge).await;
    assert!(page.text.contains("quá lớn"), "{}", page.status);

    let table = format!("{TABLE}<b>Ân</b>;Văn thư;{unit};CB-1\n");
    let page = browser.upload(&office, here, &[("token", &token)], table.as_bytes()).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, digest) = page.text.split_once("name=\"digest\" value=\"").unwrap();
    let digest = digest.split('"').next().unwrap().to_owned();
    let carry = format!("{here}/carry-out");
    let mut form = [("token", &*token), ("digest", &*digest), ("why", "")];
    let page = browser.post(&office, &carry, &form).await;
    assert!(page.status == StatusCode::OK && page.text.contains(&digest), "no reason, no act");
    form[2].1 = "nhận bàn giao";
    let page = browser.post(&office, &carry, &form).await;
    assert_eq!(page.leads_to(), "/console/people?news=imported");
    let page = browser.get(&office, "/console/people?q=cb-1").await;
    assert!(page.text.contains("&#60;b&#62;Ân") || page.text.contains("&lt;b&gt;Ân"));
    assert_eq!(browser.post(&office, &carry, &form).await.status, StatusCode::NOT_FOUND, "once");

    let page = browser.get(&office, "/console/export/people.csv").await;
    let disposition = page.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert!(page.text.contains("CB-1,<b>Ân</b>,Văn thư"), "{}", page.text);
    let again = browser.upload(&office, here, &[("token", &token)], page.text.as_bytes()).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(!again.text.contains("name=\"digest\""), "nothing changed");
    for file in ["people.pdf", "devices.csv", "people"] {
        let page = browser.get(&office, &format!("/console/export/{file}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
}
