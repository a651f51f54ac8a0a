//! Who has not proved lately to be there is asked anew before what cannot be undone, and before power is given.

use http::StatusCode;
use sqlx::ConnectOptions as _;
use trien_server::flow::account::Role;
use trien_server::flow::device;

use crate::office::Office;

use super::browser::{SENTENCE, signed_in};

/// As if everybody had signed in long ago.
async fn long_ago(office: &Office) {
    let path = office.app.settings().data.join("trien.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut database = options.connect().await.unwrap();
    let aged = sqlx::query("UPDATE session SET proved_at = 0").execute(&mut database).await;
    assert!(aged.unwrap().rows_affected() > 0);
}

#[tokio::test]
async fn a_session_of_long_ago_proves_its_person_anew_before_a_phone_ends() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let mut officer = signed_in(&office, "can-bo", office.unit, Role::EnrollmentOfficer).await;
    long_ago(&office).await;
    let standing = async || device::lookup(&office.app, phone.id).await.unwrap().standing;
    let before = standing().await;
    let at = format!("/console/devices/{}", phone.id);
    let revoke = format!("{at}/revoke");
    let form = [("reason", "key-compromise"), ("why", "\"mất máy\"")];
    let page = officer.submit(&office, &at, &revoke, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("name=\"proof\"") && page.text.contains("key-compromise"));
    assert!(page.text.contains(&format!("action=\"{revoke}\"")));
    assert!(!page.text.contains("value=\"\"mất"), "what was typed is no markup");
    assert_eq!(standing().await, before);
    let wrong = [form[0], form[1], ("proof", "không đúng")];
    let page = officer.submit(&office, &at, &revoke, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(standing().await, before);
    // The same act by another spelling of its address.
    let page = officer.submit(&office, &at, &format!("{at}/rev%6Fke"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", page.headers);
    assert_eq!(standing().await, before);
    // What is not grave goes on meanwhile.
    let page = officer.submit(&office, &at, &format!("{at}/suspend"), &[("why", "tạm")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let right = [form[0], form[1], ("proof", SENTENCE)];
    let page = officer.submit(&office, &at, &revoke, &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(standing().await.name(), "revoked");
}

#[tokio::test]
async fn whoever_signed_in_long_ago_gives_no_role_and_ends_no_account_without_a_proof() {
    let office = Office::open().await;
    let mut known = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    signed_in(&office, "khac", office.unit, Role::Auditor).await;
    let list = known.get(&office, "/console/accounts").await.text;
    let mut links = list.split("/console/accounts/").skip(1);
    let named = |rest: &&str| rest.split("</a>").next().unwrap().contains("khac");
    let other = links.find(named).unwrap()[..36].to_owned();
    let at = format!("/console/accounts/{other}");
    long_ago(&office).await;
    let unit = office.unit.to_string();
    let form = [("unit", &*unit), ("role", "clerk"), ("why", "thử")];
    for act in ["give", "withdraw", "confirm", "end"] {
        let page = known.submit(&office, &at, &format!("{at}/{act}"), &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert!(page.text.contains("name=\"proof\""), "{act}");
    }
    let page = known.submit(&office, &at, &format!("{at}/gi%76e"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "another spelling");
    let right = [form[0], form[1], form[2], ("proof", SENTENCE)];
    let page = known.submit(&office, &at, &format!("{at}/give"), &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    // The proof is good for the next one too.
    let page = known.submit(&office, &at, &format!("{at}/end"), &[("why", "thử")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}
