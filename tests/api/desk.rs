//! What clerks and administrators do at the desk over the API: webhooks, numbers, and a reminder by hand.

use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use trien_core::id::RequestId;
use trien_server::flow::account::Role;
use trien_server::flow::key::{self, Scope};

use crate::answers::get;
use crate::office::Office;
use crate::tokens::admin;

#[tokio::test]
async fn a_webhook_is_looked_after_over_the_api_and_its_secret_is_told_once() {
    let office = Office::open().await;
    let administrator = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let both = [Scope::Submit, Scope::Read];
    let made = key::create(&office.app, office.unit, &both, "QLVB").await.unwrap();
    let keys = administrator.get(&office, "webhook-keys").await;
    assert_eq!(keys[0]["key"], made.key.to_string());
    let wanted = json!({ "key": made.key, "url": "https://qlvb.example.vn/bao?khoa=1" });
    let made_here = administrator.post(&office, "webhooks", &wanted, 201).await;
    let (id, secret) = (made_here["id"].as_str().unwrap(), made_here["secret"].as_str().unwrap());
    assert!(secret.starts_with("whsec_"));
    let path = format!("webhooks/{id}");
    for inside in ["http://qlvb.example.vn/", "https://127.0.0.1/", "https://[::1]/", "không"] {
        let wanted = json!({ "key": made.key, "url": inside });
        let answer = administrator.try_post(&office, "webhooks", &wanted).await;
        assert_eq!(answer.status, 400, "{inside}");
    }
    administrator.post(&office, &format!("{path}/pause"), &json!({}), 204).await;
    let request = office.queue(&made.token).await.to_string();
    let told = administrator.get(&office, &path).await;
    assert!(told["webhook"]["paused_at"].is_i64() && told["webhook"]["waiting"] == 1, "{told}");
    let own = office.ask(get("/api/v1/webhooks", &made.token)).await;
    let own = axum::body::to_bytes(own.into_body(), 1 << 20).await.unwrap();
    let own: Value = serde_json::from_slice(&own).unwrap();
    assert_eq!(own[0]["paused_at"], told["webhook"]["paused_at"], "its own key sees why");
    assert_eq!(told["deliveries"][0]["request"], request);
    assert_eq!(told["deliveries"][0]["outcome"], "queued");
    let change = told["deliveries"][0]["change"].as_u64().unwrap();
    let taken = administrator.get(&office, &format!("{path}?state=taken")).await;
    assert_eq!(taken["deliveries"], json!([]));
    let replay = format!("{path}/deliveries/{change}/replay");
    administrator.post(&office, &replay, &json!({}), 202).await;
    let listed = administrator.get(&office, "webhooks").await;
    assert_eq!(listed[0]["last"]["change"], change);
    let renewed = administrator.post(&office, &format!("{path}/secret"), &json!({}), 200).await;
    let renewed = renewed["secret"].as_str().unwrap();
    assert_ne!(renewed, secret);
    let again = administrator.try_post(&office, &format!("{path}/secret"), &json!({})).await;
    assert_eq!(again.status, 400);
    let told = again.json();
    assert!(told["detail"].as_str().unwrap().contains("drop_earlier"), "{told}");
    let dropped = json!({ "drop_earlier": true });
    let third = administrator.post(&office, &format!("{path}/secret"), &dropped, 200).await;
    assert_ne!(third["secret"], renewed);
    administrator.post(&office, &format!("{path}/resume"), &json!({}), 204).await;
    let why = json!({ "why": "thay hệ thống" });
    administrator.post(&office, &format!("{path}/end"), &why, 204).await;
    let ended = administrator.get(&office, &path).await;
    assert!(ended["webhook"]["ended_at"].is_i64() && ended["webhook"]["waiting"] == 0, "{ended}");
    // What was shown once stands nowhere again, and the log names no more of the address than its host.
    let acts = administrator.get(&office, "acts").await.to_string();
    for told in [acts, ended.to_string(), listed.to_string()] {
        assert!(!told.contains(secret) && !told.contains(renewed));
    }
    let statements = crate::admin_day::statements(&office).await;
    let acts: Vec<&str> = statements
        .iter()
        .filter_map(|it| it["act"].as_str().filter(|act| act.starts_with("webhook-")))
        .collect();
    assert_eq!(
        acts,
        [
            "webhook-added",
            "webhook-paused",
            "webhook-secret-renewed",
            "webhook-secret-renewed",
            "webhook-resumed",
            "webhook-ended"
        ]
    );
    let log = json!(statements).to_string();
    assert!(log.contains("qlvb.example.vn") && !log.contains("khoa=1") && !log.contains(secret));
}

#[tokio::test]
async fn the_register_of_a_unit_is_read_and_added_to_over_the_api() {
    let office = Office::open().await;
    let clerk = admin(&office, "van-thu", office.unit, &[Role::Clerk]).await;
    let auditor = admin(&office, "kiem-tra", office.unit, &[Role::Auditor]).await;
    let path = format!("units/{}/numbers", office.unit);
    let empty = auditor.get(&office, &path).await;
    assert_eq!(empty, json!({ "series": [], "numbers": [] }));
    let wish = json!({ "kind": "Công văn", "notation": "UBND-VP", "reference": "cv-1" });
    let first = clerk.post(&office, &path, &wish, 200).await;
    assert_eq!(first["number"], "01/UBND-VP");
    assert_eq!(clerk.post(&office, &path, &wish, 200).await, first);
    let other = json!({ "kind": "Quyết định", "notation": "QĐ-UBND", "reference": "cv-1" });
    assert_eq!(clerk.try_post(&office, &path, &other).await.status, 422);
    let year = &first["year"];
    let page = auditor.get(&office, &format!("{path}?kind=cong%20van&year={year}")).await;
    assert_eq!(page["series"][0]["next"], 2);
    assert_eq!(page["numbers"], json!([first]));
    let found = auditor.get(&office, &format!("{path}?q=01%2FUBND-VP")).await;
    assert_eq!(found["numbers"], json!([first]));
}

#[tokio::test]
async fn a_reminder_by_hand_is_refused_in_words_where_somebody_was_told_lately() {
    let office = Office::open().await;
    let clerk = admin(&office, "van-thu", office.unit, &[Role::Clerk]).await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let request = office.queue(&key).await;
    let path = format!("requests/{request}/remind");
    let refused = clerk.try_post(&office, &path, &json!({})).await;
    assert_eq!(refused.status, 429);
    let problem = refused.json();
    assert_eq!(problem["code"], "reminded-lately");
    assert!(problem["detail"].as_str().unwrap().contains("an hour"), "{problem}");
    waits_for_an_hour(&office, request).await;
    clerk.post(&office, &path, &json!({}), 204).await;
    let followed = clerk.get(&office, &format!("requests/{request}")).await;
    assert!(followed["reminded_at"].is_i64(), "{followed}");
}

/// Lets a request have waited for so long already: the clock here is the machine's.
async fn waits_for_an_hour(office: &Office, request: RequestId) {
    let path = office.app.settings().data.join("trien.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut database = options.connect().await.unwrap();
    let earlier = "UPDATE request SET waiting_since = waiting_since - 3601000 WHERE id = $1";
    let done = sqlx::query(earlier).bind(request.as_bytes().to_vec()).execute(&mut database).await;
    assert_eq!(done.unwrap().rows_affected(), 1);
}
