//! The own account, other ones' sessions and what waits today, over the API.

use http::StatusCode;
use serde_json::{Value, json};
use trien_server::flow::account::{self, Password, Role, SignIn, Verbs};

use crate::office::{Call, Office, SAMPLE, random_key, submission_by};
use crate::tokens::{Answer, SENTENCE, admin, token};

async fn sign_in(office: &Office, login: &str, client: &str) -> account::SessionToken {
    let (login, password) = (login.to_owned(), Password::typed(SENTENCE));
    let asked = SignIn { login, password, client: client.to_owned() };
    account::sign_in(&office.app, asked).await.unwrap()
}

async fn is_in(office: &Office, session: &account::SessionToken) -> bool {
    account::officer(&office.app, session, account::Use::Acts).await.is_ok()
}

#[tokio::test]
async fn the_own_account_says_who_one_is_and_ends_what_one_names() {
    let office = Office::open().await;
    let own = admin(&office, "kiem-tra", office.unit, &[Role::Auditor]).await;
    let other = admin(&office, "kiem-tra-2", office.unit, &[Role::Auditor]).await;
    let said = own.get(&office, "account").await;
    assert_eq!((&said["login"], &said["name"]), (&json!("kiem-tra"), &json!("Cán bộ kiem-tra")));
    assert_eq!(said["grants"], json!([{ "unit": office.unit, "role": "auditor" }]));
    assert!(said.get("identity").is_none());

    let (here, there) =
        (sign_in(&office, "kiem-tra", "Firefox").await, sign_in(&office, "kiem-tra", "lạ").await);
    let listed = own.get(&office, "account/sessions").await;
    let strange = listed.as_array().unwrap().iter().find(|one| one["client"] == "lạ").unwrap();
    let end = format!("account/sessions/{}/end", strange["id"].as_str().unwrap());
    let answer = other.try_post(&office, &end, &Value::Null).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "another one's");
    let reading = token(&office, &own.officer, Verbs::Read).await;
    let answer = reading.try_post(&office, &end, &Value::Null).await;
    assert_eq!(answer.problem().as_deref(), Some("forbidden"));
    own.post(&office, &end, &Value::Null, 204).await;
    assert!(!is_in(&office, &there).await && is_in(&office, &here).await);
    let left = own.get(&office, "account/sessions").await;
    assert_eq!(left.as_array().unwrap().len(), listed.as_array().unwrap().len() - 1);

    let tokens = own.get(&office, "account/tokens").await;
    let tokens = tokens.as_array().unwrap();
    assert_eq!(tokens.len(), 2);
    let reads = tokens.iter().find(|one| one["verbs"] == "read").unwrap();
    let end = format!("account/tokens/{}/end", reads["id"].as_str().unwrap());
    assert_eq!(other.try_post(&office, &end, &Value::Null).await.status, StatusCode::NOT_FOUND);
    own.post(&office, &end, &Value::Null, 204).await;
    let answer = reading.ask(&office, "GET", "account", "", Vec::new()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_administrator_ends_anothers_sessions_and_tokens_with_a_reason() {
    let office = Office::open().await;
    let administrator = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let other = admin(&office, "kiem-tra", office.unit, &[Role::Auditor]).await;
    let session = sign_in(&office, "kiem-tra", "Firefox").await;
    let id = other.officer.account;
    let said = administrator.get(&office, &format!("accounts/{id}")).await;
    assert_eq!(said["login"], "kiem-tra");
    let path = format!("accounts/{id}/sessions/end");
    let answer = administrator.try_post(&office, &path, &json!({})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "without a reason");
    administrator.post(&office, &path, &json!({ "why": "máy bị mất" }), 204).await;
    assert!(!is_in(&office, &session).await);
    let answer = other.ask(&office, "GET", "account", "", Vec::new()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    sign_in(&office, "kiem-tra", "Firefox").await;
}

#[tokio::test]
async fn today_counts_what_the_first_page_counts() {
    let office = Office::open().await;
    let officer = admin(&office, "dang-ky", office.unit, &[Role::EnrollmentOfficer]).await;
    let elsewhere = admin(&office, "so-y", office.other_unit, &[Role::EnrollmentOfficer]).await;
    let before = officer.get(&office, "today").await;
    assert_eq!(before["waiting_devices"], 0);
    assert_eq!(before["without_device"][0]["id"], json!(office.leader));
    let phone = office.active_phone().await;
    let ask = phone.sign(&Call::post("/api/v1/device/replacement"));
    assert_eq!(office.ask(ask).await.status(), StatusCode::NO_CONTENT);
    office.pending_phone().await;
    let after = officer.get(&office, "today").await;
    assert_eq!((&after["waiting_devices"], &after["without_device"]), (&json!(1), &json!([])));
    assert_eq!(after["asking"][0]["device"], json!(phone.id));
    assert_eq!(after["asking"][0]["person"]["id"], json!(office.leader));
    let there = elsewhere.get(&office, "today").await;
    assert_eq!((&there["waiting_devices"], &there["asking"]), (&json!(0), &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_submits_over_the_api_as_with_the_form() {
    let office = Office::open().await;
    let clerk = admin(&office, "van-thu", office.unit, &[Role::Clerk]).await;
    let second = admin(&office, "van-thu-2", office.unit, &[Role::Clerk]).await;
    let submit = async |token: &str, key: &str| {
        let request = submission_by(&office, Some(token), key);
        let answer = office.ask(request).await;
        let location = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
        (location, Answer::of(answer).await)
    };
    let (location, answer) = submit(&clerk.token, "1").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&answer.bytes));
    crate::described::check("POST", "/api/v1/admin/requests", 201, &answer.json());
    let id = answer.json()["request"].as_str().unwrap().to_owned();
    assert_eq!(location.unwrap(), format!("/api/v1/admin/requests/{id}"));
    let again = submit(&clerk.token, "1").await.1;
    assert_eq!(again.json()["request"], json!(id), "the same call is the same request");
    let other = submit(&second.token, "1").await.1;
    assert_ne!(other.json()["request"], json!(id), "a key is its account's own");

    let document = format!("requests/{id}/document");
    let document = clerk.ask(&office, "GET", &document, "", Vec::new()).await;
    assert_eq!(document.bytes, SAMPLE);
    let statements = crate::admin_day::statements(&office).await;
    let queued = statements.iter().find(|one| {
        one["by"] == json!(clerk.officer.account)
            && one["token"].is_string()
            && one.to_string().contains(&id)
    });
    assert!(queued.is_some(), "{statements:?}");

    let elsewhere = admin(&office, "so-y", office.other_unit, &[Role::Clerk]).await;
    assert_eq!(submit(&elsewhere.token, &random_key()).await.1.status, StatusCode::NOT_FOUND);
    let reading = token(&office, &clerk.officer, Verbs::Read).await;
    let answer = submit(&reading.token, &random_key()).await.1;
    assert_eq!(answer.problem().as_deref(), Some("forbidden"));
}
