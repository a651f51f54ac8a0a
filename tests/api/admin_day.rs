//! A day of those who administer, over HTTP only: a unit, people from a table, an invitation, a phone, its
//! certificate, and a device that two persons let act again.

use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Row as _};
use trien_core::enrollment::Invitation;
use trien_server::flow::account::{Grant, Role, Verbs};

use crate::office::{Call, Office, Phone};
use crate::tokens::{Admin, admin, officer, token};

/// The people of the day: who administers, two who enroll, and the CA officer.
struct Staff {
    administrator: Admin,
    enrolling: Admin,
    second: Admin,
    certifying: Admin,
}

impl Staff {
    async fn of(office: &Office) -> Self {
        let unit = office.unit;
        Self {
            administrator: admin(office, "quan-tri", unit, &[Role::Administrator]).await,
            enrolling: admin(office, "dang-ky", unit, &[Role::EnrollmentOfficer]).await,
            second: admin(office, "dang-ky-2", unit, &[Role::EnrollmentOfficer]).await,
            certifying: admin(office, "chung-thu", unit, &[Role::CaOfficer]).await,
        }
    }
}

#[tokio::test]
async fn an_office_is_administered_over_http_alone() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let person = unit_and_people(&office, &staff.administrator).await;
    let (phone, link) = invited_phone(&office, &staff.enrolling, &person).await;
    let entry = approved(&office, &staff.enrolling, &phone).await;
    revoked(&office, &staff.certifying, &entry).await;
    let device = staff.enrolling.get(&office, &format!("devices/{}", phone.id)).await;
    assert_eq!(device["device"]["standing"], "revoked");
    resumed_by_two(&office, &staff, &person).await;

    // What was shown once stands nowhere again, and nowhere in the log.
    let secret = link.split('#').nth(1).unwrap();
    let again = staff.enrolling.get(&office, &format!("people/{person}")).await.to_string();
    assert!(!again.contains(secret));
    for path in ["token", "accounts"] {
        let said = staff.administrator.get(&office, path).await.to_string();
        assert!(!said.contains(&staff.administrator.token), "{path}");
    }
    let statements = statements(&office).await;
    for statement in &statements {
        for secret in [secret, &staff.administrator.token, &staff.enrolling.token] {
            assert!(!statement.to_string().contains(secret));
        }
    }
    let of = |act: &str| statements.iter().find(|statement| statement["act"] == act).unwrap();
    for (act, who) in [
        ("unit-created", &staff.administrator),
        ("people-imported", &staff.administrator),
        ("invited", &staff.enrolling),
        ("resume-proposed", &staff.enrolling),
        ("resumed", &staff.second),
    ] {
        let own = who.get(&office, "token").await;
        let statement = match act {
            // The office's first unit was made on the command line.
            "unit-created" => statements.iter().rfind(|it| it["act"] == act).unwrap(),
            act => of(act),
        };
        assert_eq!((&statement["by"], &statement["token"]), (&own["account"], &own["id"]), "{act}");
    }
}

/// A unit, and people of it and of the office from a table; gives the one of the office.
async fn unit_and_people(office: &Office, who: &Admin) -> String {
    let unit = json!({ "name": "Phòng Nội vụ", "parent": office.unit });
    let unit = who.post(office, "units", &unit, 201).await;
    let unit = unit["id"].as_str().unwrap();
    let table = "Họ và tên,Chức vụ,Đơn vị\nLê Thị Khuê,Trưởng phòng,Phòng Nội vụ\nTrần Văn \
                 Bình,Phó Chủ tịch,UBND tỉnh X\nNgô Văn Sai,Chuyên viên,Đơn vị không có\n";
    let wrong = who.upload(office, "imports/people", table.as_bytes()).await.json();
    assert_eq!(wrong["ready"], false);
    assert_eq!(wrong["problems"][0]["fault"], "import-unknown-unit");
    assert_eq!(wrong["problems"][0]["line"], 4);
    let (sound, _) = table.split_at(table.find("Ngô").unwrap());
    let plan = who.upload(office, "imports/people", sound.as_bytes()).await.json();
    assert_eq!((&plan["ready"], &plan["added"]), (&json!(true), &json!(2)), "{plan}");
    let path = format!("imports/people/{}", plan["digest"].as_str().unwrap());
    let done = who.post(office, &path, &json!({ "why": "nhân sự đầu năm" }), 200).await;
    assert_eq!(done, json!({ "added": 2, "changed": 0 }));
    let found = who.get(office, "people?q=khue").await;
    assert_eq!(found["people"][0]["unit"], json!(unit));
    let found = who.get(office, "people?q=tran%20binh").await;
    assert_eq!(found["people"][0]["name"], "Trần Văn Bình");
    found["people"][0]["id"].as_str().unwrap().to_owned()
}

async fn invited_phone(office: &Office, who: &Admin, person: &str) -> (Phone, String) {
    let path = format!("people/{person}/invitations");
    let made = who.post(office, &path, &Value::Null, 201).await;
    let link = made["link"].as_str().unwrap().to_owned();
    let (_, invitation) = Invitation::from_link(&link).unwrap();
    (office.enroll(&invitation).await, link)
}

/// Approves the one phone that waits; gives its entry in the register.
async fn approved(office: &Office, who: &Admin, phone: &Phone) -> String {
    let waiting = who.get(office, "devices?standing=pending").await;
    assert_eq!(waiting["devices"].as_array().unwrap().len(), 1);
    assert_eq!(waiting["devices"][0]["id"], json!(phone.id));
    let path = format!("devices/{}/approve", phone.id);
    let wrong = who.try_post(office, &path, &json!({ "code": "0000 0000" })).await;
    assert_eq!(wrong.problem().as_deref(), Some("wrong-code"));
    who.post(office, &path, &json!({ "code": phone.code.grouped() }), 204).await;
    let active = who.get(office, "devices?standing=active").await;
    let active = active["devices"].as_array().unwrap();
    assert!(active.iter().any(|device| device["id"] == json!(phone.id)));
    let synced = office.ask(phone.sign(&Call::get("/api/v1/sync?cursor=0"))).await;
    assert_eq!(synced.status(), 200);
    let register = who.get(office, "certificates?state=in-use").await;
    let entries = register["certificates"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["device"] == json!(phone.id)).unwrap();
    entry["id"].as_str().unwrap().to_owned()
}

async fn revoked(office: &Office, who: &Admin, entry: &str) {
    let path = format!("certificates/{entry}/revoke");
    let unheard = json!({ "reason": "unheard-of", "why": "mất máy" });
    who.post(office, &path, &unheard, 400).await;
    let lost = json!({ "reason": "key-compromise", "why": "mất máy" });
    who.post(office, &path, &lost, 204).await;
    let story = who.get(office, &format!("certificates/{entry}")).await;
    assert_eq!(story["entry"]["state"], "revoked");
    let last = story["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event"], &last["why"]), (&json!("revoked"), &json!("mất máy")));
    assert_eq!((&last["account"], &last["reason"]), (&json!(who.officer.account), &json!(1)));
    let counts = who.get(office, "certificates/counts?by=month").await;
    assert_eq!((&counts["whole"]["issued"], &counts["whole"]["revoked"]), (&json!(1), &json!(1)));
    assert_eq!(counts["whole"]["end"], json!(0));
    assert_eq!(counts["units"][0]["figures"], counts["whole"]);
    assert_eq!(counts["levels"][0]["figures"], counts["whole"]);
    assert_eq!(counts["steps"].as_array().unwrap().len(), 12);
    assert_eq!(counts["steps"][11]["figures"], counts["whole"]);
    let table = who.ask(office, "GET", "certificates/counts/xlsx?by=year", "", Vec::new()).await;
    assert!(table.status == 200 && table.bytes.starts_with(b"PK"));
    for wrong in ["counts?by=week", "counts?from=x", "counts?from=2026-01-02&to=2026-01-01"] {
        let answer = who.ask(office, "GET", &format!("certificates/{wrong}"), "", Vec::new()).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

async fn resumed_by_two(office: &Office, staff: &Staff, person: &str) {
    let (phone, _) = invited_phone(office, &staff.enrolling, person).await;
    approved(office, &staff.enrolling, &phone).await;
    let device = format!("devices/{}", phone.id);
    let path = |act: &str| format!("{device}/{act}");
    let why = json!({ "why": "để quên ở nhà" });
    staff.enrolling.post(office, &path("suspend"), &why, 204).await;
    let found = json!({ "why": "tìm lại được" });
    staff.enrolling.post(office, &path("resume"), &found, 204).await;
    let waiting = staff.second.get(office, "proposals").await;
    assert_eq!(
        (&waiting[0]["kind"], &waiting[0]["id"]),
        (&json!("resume-device"), &json!(phone.id))
    );
    let own = staff.enrolling.try_post(office, &path("resume/confirm"), &Value::Null).await;
    assert_eq!(own.problem().as_deref(), Some("forbidden"), "nobody confirms the own word");
    // Another token of the same person is the same person.
    let other = token(office, &staff.enrolling.officer, Verbs::Sensitive).await;
    let own = other.try_post(office, &path("resume/confirm"), &Value::Null).await;
    assert_eq!(own.problem().as_deref(), Some("forbidden"));
    let daily = token(office, &staff.second.officer, Verbs::Act).await;
    let weak = daily.try_post(office, &path("resume/confirm"), &Value::Null).await;
    assert_eq!(weak.problem().as_deref(), Some("forbidden"), "a second word is a weighty act");
    staff.second.post(office, &path("resume/confirm"), &Value::Null, 204).await;
    let device = staff.second.get(office, &device).await;
    assert_eq!(device["device"]["standing"], "active");
    assert_eq!(staff.second.get(office, "proposals").await, json!([]));
}

pub async fn statements(office: &Office) -> Vec<Value> {
    let path = office.app.settings().data.join("trien.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut database = options.connect().await.unwrap();
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf").fetch_all(&mut database);
    let rows = rows.await.unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.get::<String, _>(0)).unwrap()).collect()
}

#[tokio::test]
async fn posts_and_units_change_by_what_was_looked_at() {
    let office = Office::open().await;
    let who = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let person = office.leader;
    let change = json!({ "kind": "ends", "from": { "unit": office.unit, "title": "Chủ tịch" } });
    let plan = who.post(&office, &format!("people/{person}/plan"), &change, 200).await;
    assert_eq!(plan["items"], json!([]));
    let path = format!("people/{person}/change");
    let mut carry = json!({ "change": change, "seen": "0-0-0-0-0-0", "why": "nghỉ" });
    let moved = who.try_post(&office, &path, &carry).await;
    assert_eq!(moved.problem().as_deref(), Some("bad-request"), "another plan was looked at");
    carry["seen"] = plan["seen"].clone();
    let report = who.post(&office, &path, &carry, 201).await["report"].clone();
    let filed = who.get(&office, &format!("changes/{}", report.as_str().unwrap())).await;
    assert_eq!((&filed["report"]["kind"], &filed["intact"]), (&json!("ends"), &json!(true)));

    let rename = json!({ "change": { "kind": "rename", "name": "UBND tỉnh Y" } });
    let unit = office.unit;
    let plan = who.post(&office, &format!("units/{unit}/plan"), &rename, 200).await;
    let carry = json!({ "asked": rename, "seen": plan["seen"], "why": "sắp xếp" });
    who.post(&office, &format!("units/{unit}/change"), &carry, 201).await;
    let named = who.get(&office, &format!("units/{unit}")).await;
    assert_eq!(named["name"], "UBND tỉnh Y");
    assert_eq!(named["names"][0]["name"], "UBND tỉnh X");
    let changes = who.get(&office, "changes").await;
    assert_eq!(changes["reports"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_account_made_over_http_is_asked_for_its_roles_at_each_call() {
    let office = Office::open().await;
    let who = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let grants = json!([{ "unit": office.unit, "role": "auditor" }]);
    let new = json!({ "login": "Moi", "name": "Đỗ Thị Mới", "password": "ngắn", "grants": grants });
    who.post(&office, "accounts", &new, 400).await;
    let mut new = new;
    new["password"] = crate::tokens::SENTENCE.into();
    let made = who.post(&office, "accounts", &new, 201).await;
    assert_eq!(who.post(&office, "accounts", &new, 400).await["status"], 400, "the login is taken");
    let listed = who.get(&office, "accounts").await;
    let listed = listed["accounts"].as_array().unwrap();
    let one = listed.iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!((&one["login"], &one["grants"]), (&json!("moi"), &grants));

    let auditor = Grant { unit: office.unit, role: Role::Auditor };
    let auditor = officer(&office, "kiem-tra", vec![auditor]).await;
    let auditor = token(&office, &auditor, Verbs::Read).await;
    auditor.get(&office, "units").await;
    let path = format!("accounts/{}/end", auditor.officer.account);
    who.post(&office, &path, &json!({ "why": "chuyển công tác" }), 204).await;
    let answer = auditor.ask(&office, "GET", "units", "", Vec::new()).await;
    assert_eq!(answer.status, 401);

    let answer = who.ask(&office, "DELETE", "token", "", Vec::new()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(who.ask(&office, "GET", "token", "", Vec::new()).await.status, 401);
}

#[tokio::test]
async fn lists_are_read_page_by_page_to_their_end() {
    let office = Office::open().await;
    let who = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let rows = (0..120).map(|n| format!("Nguyễn Văn {n:03},Chuyên viên,UBND tỉnh X\n"));
    let table = format!("Họ và tên,Chức vụ,Đơn vị\n{}", rows.collect::<String>());
    let plan = who.upload(&office, "imports/people", table.as_bytes()).await.json();
    let path = format!("imports/people/{}", plan["digest"].as_str().unwrap());
    who.post(&office, &path, &json!({ "why": "nhập" }), 200).await;
    let mut seen = std::collections::BTreeSet::new();
    let mut next = String::new();
    for page in 0.. {
        assert!(page < 3, "more pages than people");
        let found = who.get(&office, &format!("people?q=nguyen{next}")).await;
        for one in found["people"].as_array().unwrap() {
            assert!(seen.insert(one["id"].as_str().unwrap().to_owned()), "somebody twice");
        }
        match found["cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 121, "and the leader");
    for path in ["people?cursor=x", "units?cursor=%00", "changes?cursor=x", "devices?cursor=x"] {
        let answer = who.ask(&office, "GET", path, "", Vec::new()).await;
        assert_eq!(answer.problem().as_deref(), Some("bad-request"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_as_described_is_refused_and_says_so() {
    let office = Office::open().await;
    let who = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let unit = office.unit;
    let cases = [
        ("units", json!({ "name": "X", "parent": unit, "more": 1 })),
        ("units", json!({ "name": "", "parent": unit })),
        ("units", json!({ "name": "x\u{0}y", "parent": unit })),
        ("people", json!({ "name": "X", "position": "Y", "unit": "none" })),
        (
            "waves",
            json!({ "name": "X", "who": "all", "first_day": "2026-12-01",
            "last_day": "2026-12-31", "units": [unit] }),
        ),
        (
            "waves",
            json!({ "name": "X", "who": "leaders", "first_day": "2026-12-31",
            "last_day": "2026-12-01", "units": [unit] }),
        ),
        ("accounts", json!({ "login": "a", "name": "A", "password": "x", "grants": [] })),
    ];
    for (path, body) in cases {
        let answer = who.try_post(&office, path, &body).await;
        assert_eq!(answer.problem().as_deref(), Some("bad-request"), "{path} {body}");
    }
    let large = vec![b'x'; trien_server::sheet::MAX_BYTES + 1];
    let answer = who.upload(&office, "imports/people", &large).await;
    assert_eq!(answer.status, 413);
    let answer = who.ask(&office, "POST", "units", "", b"{}".to_vec()).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn slips_and_levels_are_looked_after_over_http() {
    let office = Office::open().await;
    let (unit, person) = (office.unit, office.leader);
    let administrator = admin(&office, "quan-tri", unit, &[Role::Administrator]).await;
    let officer = admin(&office, "dang-ky", unit, &[Role::EnrollmentOfficer]).await;
    let slip = format!("people/{person}/slip");
    assert_eq!(officer.get(&office, &slip).await["slips"], json!([]));
    let made = officer.post(&office, &slip, &json!({}), 200).await;
    assert!(made["slips"][0]["link"].as_str().unwrap().starts_with("https://"), "{made}");
    let session = officer.post(&office, &format!("{slip}/session"), &json!({}), 201).await;
    let digits = session["code"].as_str().unwrap().replace(' ', "");
    assert!(digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    let many = format!("units/{unit}/slips");
    assert_eq!(officer.get(&office, &many).await["slips"].as_array().unwrap().len(), 1);
    let others = officer.post(&office, &many, &json!({}), 200).await["made"].as_u64().unwrap();
    let open = officer.get(&office, &many).await["slips"].as_array().unwrap().len() as u64;
    assert_eq!(open, 1 + others);
    officer.post(&office, &format!("{slip}/cancel"), &json!({}), 204).await;
    assert_eq!(officer.get(&office, &slip).await["slips"], json!([]));

    let level = format!("units/{unit}/level");
    let before = administrator.get(&office, &level).await;
    let (plan, asked) = (format!("{level}/plan"), json!({ "level": "A" }));
    assert_eq!(administrator.post(&office, &plan, &asked, 200).await["lowest"], "A");
    let mut set = json!({ "level": "A", "why": "Quyết định 12" });
    set["seen"] = if before["stated"] == "B" { json!("C") } else { json!("B") };
    let moved = administrator.post(&office, &level, &set, 400).await;
    assert_eq!(moved["status"], 400, "something else was looked at");
    set["seen"] = before["stated"].clone();
    administrator.post(&office, &level, &set, 204).await;
    let after = administrator.get(&office, &level).await;
    assert_eq!((&after["lowest"], &after["stated"]), (&json!("A"), &json!("A")));
}
