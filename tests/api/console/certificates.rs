//! The register and the exchange with an outside authority, with forms alone.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use trien_core::document::Text;
use trien_server::flow;
use trien_server::flow::account::Role;
use trien_server::flow::register::{self, Reader};

use crate::office::{AUTHORITY, Office};
use crate::tokens::admin;

use super::browser::{Page, entry_of, signed_in};

#[tokio::test]
async fn a_ca_officer_ends_a_certificate_and_everybody_sees_why() {
    let office = Office::open().await;
    let mut reader = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let mut officer = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let empty = officer.get(&office, "/console/certificates").await;
    assert!(empty.text.contains("Sổ chưa có mục nào"), "an empty register says what comes next");
    let phone = office.active_phone().await;
    let here = format!("/console/certificates/{}", entry_of(&office, phone.id).await);
    let page = reader.get(&office, &here).await;
    assert!(page.text.contains("Đã cấp chứng thư") && !page.text.contains("/revoke\""));
    let page = officer.get(&office, "/console/certificates?state=issued").await;
    assert!(page.text.contains(&here));
    let page = officer.get(&office, "/console/certificates?state=revoked").await;
    assert!(page.text.contains("Không có mục nào khớp") && !page.text.contains(&here));

    let revoke = format!("{here}/revoke");
    let page = officer.submit(&office, &here, &revoke, &[("reason", ""), ("why", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("reason", "affiliation-changed"), ("why", "chuyển sang Sở Y <b>")];
    let page = officer.submit(&office, &here, &revoke, &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=revoke"));
    let page = reader.get(&office, &here).await;
    for told in
        ["Thôi giữ chức vụ", "chuyển sang Sở Y &#60;b&#62;", "Cán bộ chung-thu", "đã thu hồi"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let figures = reader.get(&office, "/console/certificates/counts?from=2000-01-01").await;
    assert!(figures.text.contains("<td data-label=\"Thu hồi\">1</td>"), "{}", figures.text);
    let figures = reader.get(&office, "/console/certificates/counts?by=quarter").await;
    assert!(figures.text.contains("id=\"by-step\""));
    let unit = format!("/console/certificates/counts/csv?unit={}&by=year", office.unit);
    let sheet = reader.get(&office, &unit).await;
    assert!(sheet.text.contains("Tổng cộng,UBND tỉnh X,0,1,"), "{}", sheet.text);
    let none = reader.get(&office, "/console/certificates/counts?to=2000-01-01").await;
    assert!(none.text.contains("Hãy chọn kỳ khác"));
    for wrong in
        ["from=x", "to=2026-02-30", "from=-9999-01-01", "to=9999-12-31&from=%00", "by=week"]
    {
        let page = reader.get(&office, &format!("/console/certificates/counts?{wrong}")).await;
        let ok = page.status == StatusCode::OK || page.status == StatusCode::BAD_REQUEST;
        assert!(ok, "{wrong}: {}", page.status);
    }
    let again = officer.submit(&office, &here, &revoke, &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
}

#[tokio::test]
async fn the_list_of_certificates_shows_fifty_and_what_an_officer_reaches() {
    let office = Office::open().await;
    for _ in 0..51 {
        office.pending_phone().await;
    }
    let mut browser = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let links = |page: &Page| page.text.matches("<td data-label=\"Người giữ\">").count();
    let page = browser.get(&office, "/console/certificates?state=requested").await;
    assert_eq!(links(&page), 50);
    let (_, after) = page.text.split_once("href=\"/console/certificates?state=requested&").unwrap();
    let after = after.split('"').next().unwrap().replace("&#38;", "&").replace("amp;", "");
    let next =
        format!("/console/certificates?state=requested&{}", after.trim_start_matches("#38;"));
    let page = browser.get(&office, &next).await;
    assert_eq!(links(&page), 1, "{next}");
    assert!(!page.text.contains("rel=\"next\""));
    let mut elsewhere = signed_in(&office, "so-y", office.other_unit, Role::CaOfficer).await;
    let page = elsewhere.get(&office, "/console/certificates").await;
    assert_eq!(links(&page), 0);
    let foreign = format!("/console/certificates?unit={}", office.unit);
    assert_eq!(elsewhere.get(&office, &foreign).await.status, StatusCode::NOT_FOUND);
    for wrong in ["state=gone", "within=8", "after=x", "unit=x", "state=%00", "after=1.2"] {
        let page = browser.get(&office, &format!("/console/certificates?{wrong}")).await;
        assert!(page.status.is_client_error(), "{wrong}: {}", page.status);
    }
    let all = browser.get(&office, "/console/certificates?state=&unit=&within=&after=").await;
    assert_eq!(links(&all), 50, "blank fields ask for nothing");
}

#[tokio::test]
async fn a_ca_officer_records_a_seal_and_every_misfit_is_told() {
    const SERVER: &[u8] = include_bytes!("../../vectors/certificates/tls-server.pem");
    let office = Office::open().await;
    let mut officer = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let (unit, person) = (office.unit.to_string(), office.clerk().await.to_string());
    let page = officer.get(&office, "/console/certificates/add?q=le+thi").await;
    let form_page = format!("/console/certificates/add?person={person}&unit={unit}");
    assert!(page.text.contains(&form_page.replace('&', "&amp;")), "{}", page.text);
    let token = officer.get(&office, &form_page).await.token();
    let form = |kind: &'static str| {
        let fields = [("token", &*token), ("person", &*person), ("unit", &*unit), ("kind", kind)];
        fields.into_iter().chain([("home", "token"), ("renews", "")]).collect::<Vec<_>>()
    };
    let phone = office.active_phone().await;
    let story = entry_of(&office, phone.id).await;
    let story = register::show(&office.app, Reader::CommandLine, story).await.unwrap();
    let known = story.entry.certificate.unwrap().der;
    let (root, good) = seal();
    let path = "/console/certificates/add";
    for (file, told) in [
        (&b""[..], "không phải chứng thư PEM hoặc DER"),
        (&known, "đã có trong sổ"),
        (root.as_bytes(), "chứng thư của tổ chức chứng thực"),
        (SERVER, "không dùng để ký văn bản"),
    ] {
        let page = officer.upload(&office, path, &form("agency-seal"), file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let leader = office.leader.to_string();
    let mut no_clerk = form("agency-seal");
    no_clerk[1].1 = &leader;
    let page = officer.upload(&office, path, &no_clerk, good.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "R12");
    assert!(page.text.contains("không giữ chức vụ văn thư"), "{}", page.text);
    let page = officer.upload(&office, path, &form("unheard-of"), SERVER).await;
    assert!(page.text.contains("Hãy chọn loại chứng thư"));
    let page = officer.upload(&office, path, &form("personal"), &vec![b'x'; 200_000]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut without = form("personal");
    without[0].1 = "0000";
    let page = officer.upload(&office, path, &without, SERVER).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "a form of another page");

    let page = officer.upload(&office, path, &form("agency-seal"), good.as_bytes()).await;
    assert!(page.leads_to().ends_with("?news=record"), "{}", page.text);
    let entry = page.leads_to().to_owned();
    let page = officer.get(&office, &entry).await;
    for told in ["Chứng thư cơ quan (con dấu)", "Trong USB token", "Ghi chứng thư có sẵn vào sổ"]
    {
        assert!(page.text.contains(told), "{told}");
    }
    let page = officer.get(&office, &form_page).await;
    assert!(page.text.contains("Không thay chứng thư nào"), "what could be renewed is offered");
}

/// An authority that is not ours and a certificate of it, in PEM.
fn seal() -> (String, String) {
    certified("CA chuyên dùng", "UBND")
}

/// An authority of this name and a certificate of it for somebody, in PEM.
pub(super) fn certified(authority: &str, name: &str) -> (String, String) {
    use trien_core::certificate::{
        DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity,
    };
    use trien_core::env::{Clock as _, OsEntropy, SystemClock};
    let key = trien_core::signer::SoftwareSigner::generate(&OsEntropy);
    let make = |profile: Profile<'_>, name: &str| {
        let serial = SerialNumber::generate(&OsEntropy);
        let subject = DistinguishedName::of(Text::new(name).unwrap());
        let validity = Validity::days(SystemClock.now().second(), 1000);
        let spki = key.public_key();
        let tbs = TbsCertificate::prepare(profile, &serial, &subject, &spki, validity).unwrap();
        tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap()
    };
    let root = make(Profile::Root, authority);
    let profile =
        Profile::Person { issuer: &root, crl_url: "http://ca.example/x.crl", ocsp_url: None };
    (root.to_pem(), make(profile, name).to_pem())
}

#[tokio::test]
async fn the_exported_list_is_a_sheet_in_which_nothing_computes() {
    let mut office = Office::open().await;
    let (name, chair) =
        (Text::new("=HYPERLINK(\"x\")").unwrap(), Text::new("Chánh, \"văn\"").unwrap());
    let act = flow::act::Act::COMMAND_LINE;
    let person = flow::admin::create_person(&office.app, &act, &name, office.unit, &chair);
    office.leader = person.await.unwrap().id;
    office.active_phone().await;
    let mut browser = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = browser.get(&office, "/console/certificates/export").await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    let lines: Vec<&str> =
        page.text.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("Người giữ,Chức vụ,Đơn vị,"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\")\",\"Chánh, \"\"văn\"\"\""),
        "{}",
        lines[1]
    );
    assert_eq!(lines[0].matches(',').count(), 17);
    let none = browser.get(&office, "/console/certificates/export?state=expired").await;
    assert_eq!(none.text.matches("\r\n").count(), 1, "the filter holds");
}

#[tokio::test]
async fn the_register_is_written_in_the_layouts_of_the_office() {
    let office = Office::open().await;
    office.active_phone().await;
    let mut browser = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let reader = admin(&office, "doc", office.unit, &[Role::Auditor]).await;
    let layouts = "[[layout]]\nname = \"mau-02\"\nvi = \"Mẫu <02>\"\nen = \"Form 02\"\n\
        [[layout.column]]\nvalue = \"number\"\nvi = \"STT\"\nen = \"No.\"\n\
        [[layout.column]]\nvalue = \"holder\"\nvi = \"Thuê bao\"\nen = \"Subscriber\"\n\
        [[layout.column]]\nvalue = \"empty\"\nvi = \"Ngày sinh\"\nen = \"Born on\"\n\
        [[layout]]\nname = \"hai\"\nvi = \"Danh sách hai\"\nen = \"Second list\"\n\
        [[layout.column]]\nvalue = \"state\"\nvi = \"Tình trạng\"\nen = \"State\"\n";
    let file = office.app.settings().data.join("register.toml");
    std::fs::write(&file, layouts).unwrap();
    let page = browser.get(&office, "/console/certificates?state=issued").await;
    let export = "/console/certificates/export?state=issued&#38;layout=";
    for (name, title) in [("mau-02", "Mẫu &#60;02&#62;"), ("hai", "Danh sách hai")] {
        let link = format!("href=\"{export}{name}\"");
        assert!(page.text.contains(&link) && page.text.contains(title), "{}", page.text);
    }
    let first = "STT,Thuê bao,Ngày sinh\r\n1,Nguyễn Văn An,\r\n";
    for query in ["", "?layout=", "?layout=mau-02"] {
        let page = browser.get(&office, &format!("/console/certificates/export{query}")).await;
        assert_eq!(page.text.trim_start_matches('\u{feff}'), first, "{query}");
    }
    let answer = reader.ask(&office, "GET", "certificates/csv?layout=hai", "", Vec::new()).await;
    let text = String::from_utf8(answer.bytes).unwrap();
    assert_eq!(text.trim_start_matches('\u{feff}'), "State\r\n\"issued, not yet confirmed\"\r\n");
    let wrong = browser.get(&office, "/console/certificates/export?layout=ba").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let wrong = reader.ask(&office, "GET", "certificates/csv?layout=ba", "", Vec::new()).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.json()["detail"].as_str().unwrap().contains("mau-02, hai"));
    // A fault is named when the server starts, not on the day when the list is needed.
    let data = &office.app.settings().data;
    assert_eq!(flow::forms::check(data), Ok(()));
    std::fs::write(&file, layouts.replace("\"empty\"", "\"birthday\"")).unwrap();
    let fault = flow::forms::check(data).unwrap_err().to_string();
    assert!(fault.starts_with("register.toml: ") && fault.contains("birthday"), "{fault}");
    std::fs::remove_file(&file).unwrap();
    std::fs::write(data.join("exchange.toml"), "[list]").unwrap();
    let fault = flow::forms::check(data).unwrap_err().to_string();
    assert!(fault.starts_with("exchange.toml: "), "{fault}");
}

#[tokio::test]
async fn a_document_system_reads_the_register_of_its_own_unit() {
    let office = Office::open().await;
    for _ in 0..3 {
        office.active_phone().await;
    }
    let ask = async |key: String, query: &str| {
        let request = Request::get(format!("/api/v1/certificates{query}"));
        let request = request.header("host", AUTHORITY);
        let request = request.header("authorization", format!("Bearer {key}"));
        let answer = office.ask(request.body(Body::empty()).unwrap()).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<serde_json::Value>(&bytes).unwrap())
    };
    let scopes = [flow::key::Scope::Read];
    let key = office.key(office.unit, &scopes).await;
    let (_, first) = ask(key.clone(), "?limit=2").await;
    assert_eq!(first["certificates"].as_array().unwrap().len(), 2);
    let next = format!("?limit=2&cursor={}", first["cursor"].as_str().unwrap());
    let (_, last) = ask(key.clone(), &next).await;
    assert_eq!(last["certificates"].as_array().unwrap().len(), 1);
    assert!(last.get("cursor").is_none());
    assert_eq!(last["certificates"][0]["state"], "issued");
    let (_, other) = ask(office.key(office.other_unit, &scopes).await, "").await;
    assert_eq!(other["certificates"].as_array().unwrap().len(), 0);
    for wrong in ["?state=gone", "?within=8", "?cursor=x", "?limit=x"] {
        assert_eq!(ask(key.clone(), wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn certificates_of_an_outside_authority_are_exchanged_with_forms_alone() {
    use crate::authority::{Asked, Outside, requests};
    let office = Office::open().await;
    let outside = Outside::new(office.app.clock().now().second().get());
    let mut ca = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let mut administrator = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let (here, unit) = ("/console/exchange", office.unit.to_string());
    let form = [("unit", &*unit), ("source", "outside"), ("why", "công văn 12")];
    let page = ca.submit(&office, here, "/console/exchange/source", &form).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=source");

    let token = ca.get(&office, here).await.token();
    let form = [("token", &*token), ("unit", &*unit), ("why", "gốc <b>công vụ</b>")];
    let anchors = "/console/exchange/anchors";
    let page = ca.upload(&office, anchors, &form, outside.root().as_bytes()).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=proposed");
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("chờ xác nhận") && !page.text.contains("/confirm\""));
    assert!(!page.text.contains("<b>công vụ</b>"));
    let page = administrator.get(&office, here).await;
    assert!(!page.text.contains("/console/exchange/requests"), "who administers does not certify");
    let (_, confirm) = page.text.split_once("action=\"/console/exchange/anchors/").unwrap();
    let confirm = format!("{anchors}/{}", confirm.split('"').next().unwrap());
    assert!(confirm.ends_with("/confirm"), "{confirm}");
    let page = administrator.submit(&office, here, &confirm, &[]).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=confirm");

    let phone = office.pending_phone().await;
    let mut enrolls = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let device = format!("/console/devices/{}", phone.id);
    let page = enrolls.get(&office, &device).await;
    assert!(page.text.contains("chờ đến khi chứng thư về"), "{}", page.text);
    let code = [("code", &*phone.code.grouped())];
    enrolls.submit(&office, &device, &format!("{device}/approve"), &code).await;
    let page = enrolls.get(&office, &format!("{device}?news=approve")).await;
    assert!(page.text.contains("chờ chứng thư") && page.text.contains("Rút yêu cầu"));
    let home = enrolls.get(&office, "/console").await;
    assert!(home.text.contains("đang chờ cấp chứng thư: 1"), "{}", home.text);

    let chosen = [("unit", ""), ("encoding", "pem")];
    let (status, zip) = ca.download(&office, here, "/console/exchange/requests", &chosen).await;
    assert_eq!(status, StatusCode::OK);
    let csr = requests(&zip).remove(0);
    let subject = "/O=UBND tỉnh X/CN=Nguyễn Văn An";
    let right = outside.issue(&Asked::of(&csr, subject));
    let wrong = outside.issue(&Asked { days: 4_000, ..Asked::of(&csr, "/CN=Người khác") });
    let certificates = "/console/exchange/certificates";
    let token = ca.get(&office, here).await.token();
    let token = [("token", &*token)];
    let page = ca.upload(&office, certificates, &token, wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["Người khác", "khác họ tên trong sổ", "nhiều nhất 5 năm", "Không nối được"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let p7b = outside.p7b(&[&right, &outside.issuing()], "DER");
    let page = ca.upload(&office, certificates, &token, &p7b).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, digest) = page.text.split_once("name=\"digest\" value=\"").unwrap();
    let digest = digest.split('"').next().unwrap().to_owned();
    let carry = format!("{certificates}/carry-out");
    let mut form = [token[0], ("digest", &*digest), ("why", " ")];
    let page = ca.post(&office, &carry, &form).await;
    assert!(page.text.contains(&digest), "no reason, no act");
    form[2].1 = "công văn trả lời";
    let page = ca.post(&office, &carry, &form).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=taken");
    assert_eq!(ca.post(&office, &carry, &form).await.status, StatusCode::NOT_FOUND, "once");

    let entry = format!("/console/certificates/{}", entry_of(&office, phone.id).await);
    let page = ca.get(&office, &entry).await;
    for told in ["Đã ghi vào tệp yêu cầu", "công văn trả lời", "Cấp chứng thư công vụ"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let form = [("reason", "superseded"), ("why", "đổi máy")];
    ca.submit(&office, &entry, &format!("{entry}/revoke"), &form).await;
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("nơi cấp cũng thu hồi"), "{}", page.text);
    let (status, list) = ca.download(&office, here, "/console/exchange/revocations", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(trien_server::sheet::read(&list).unwrap().rows.len(), 2);
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("Tải lại toàn bộ danh sách"));
}
