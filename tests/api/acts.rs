//! What was done, read over the API, with the reasons that it takes.

use serde_json::{Value, json};
use trien_server::flow::account::Role;

use crate::office::Office;
use crate::tokens::admin;

#[tokio::test]
async fn an_auditor_reads_over_the_api_what_officers_did_and_why() {
    let office = Office::open().await;
    let enrolling = admin(&office, "dang-ky", office.unit, &[Role::EnrollmentOfficer]).await;
    let auditor = admin(&office, "kiem-tra", office.unit, &[Role::Auditor]).await;
    let elsewhere = admin(&office, "noi-khac", office.other_unit, &[Role::Auditor]).await;
    let (leader, invite) = (office.leader, format!("people/{}/invitations", office.leader));
    let why = json!({ "why": "máy mới" });
    // With a reason, with an empty one, and without a word.
    enrolling.post(&office, &invite, &why, 201).await;
    enrolling.post(&office, &invite, &Value::Null, 201).await;
    enrolling.post(&office, &invite, &json!({}), 201).await;
    let wrong = enrolling.try_post(&office, &invite, &json!({ "because": "x" })).await;
    assert_eq!(wrong.status, 400);
    let listed = enrolling.get(&office, &invite).await;
    let newest = listed[0]["id"].as_str().unwrap().to_owned();
    let cancel = format!("invitations/{newest}/cancel");
    enrolling.post(&office, &cancel, &json!({ "why": "nhầm người" }), 204).await;

    let found = auditor.get(&office, &format!("acts?person={leader}&limit=2")).await;
    let acts = found["acts"].as_array().unwrap();
    assert_eq!(acts.len(), 2);
    assert_eq!(acts[0]["kind"], "invitation-cancelled");
    assert_eq!((&acts[0]["why"], &acts[0]["by"]), (&json!("nhầm người"), &json!("account")));
    let change = json!([{ "field": "state", "before": "open", "after": "cancelled" }]);
    assert_eq!(acts[0]["changes"], change);
    assert!(acts[0]["statement"].as_str().unwrap().contains("nhầm người"));
    assert_eq!(acts[0]["units"][0]["id"], json!(office.unit));
    assert_eq!(acts[0]["subject"], json!(newest));
    let cursor = found["cursor"].as_str().unwrap();
    let rest = auditor.get(&office, &format!("acts?person={leader}&cursor={cursor}")).await;
    let rest = rest["acts"].as_array().unwrap();
    let reasons: Vec<_> = rest.iter().map(|act| &act["why"]).take(2).collect();
    assert_eq!(reasons, [&Value::Null, &json!("máy mới")]);
    assert!(rest[0]["leaf"].as_u64() < acts[1]["leaf"].as_u64());

    let none = elsewhere.get(&office, &format!("acts?person={leader}")).await;
    assert_eq!(none["acts"], json!([]));
    let sheet = auditor.ask(&office, "GET", "acts/csv?kind=invitation-cancelled", "", Vec::new());
    let sheet = String::from_utf8(sheet.await.bytes).unwrap();
    assert_eq!(sheet.lines().count(), 2, "{sheet}");
    assert!(sheet.contains("Cancelled an invitation") && sheet.contains("nhầm người"), "{sheet}");
}
