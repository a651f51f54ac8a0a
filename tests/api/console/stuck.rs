//! Who is stuck is named on the home page, and all of them on a page of their own.

use http::StatusCode;
use sqlx::ConnectOptions as _;
use trien_server::flow;
use trien_server::flow::account::Role;
use trien_server::flow::act::Act;

use crate::office::Office;

use super::browser::signed_in;

#[tokio::test]
async fn people_who_go_no_further_are_named_with_what_to_do() {
    let office = Office::open().await;
    let mut reader = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let mut other = signed_in(&office, "so-y", office.other_unit, Role::Auditor).await;
    flow::invite::create(&office.app, &Act::COMMAND_LINE, office.leader, 1800).await.unwrap();
    let page = reader.get(&office, "/console/stuck").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Không ai bị kẹt"), "{}", page.text);
    assert!(!reader.get(&office, "/console").await.text.contains("/console/stuck"));

    // As if that had been four days ago.
    let path = office.app.settings().data.join("trien.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut database = options.connect().await.unwrap();
    let earlier = sqlx::query("UPDATE invitation SET created_at = created_at - 345600000");
    earlier.execute(&mut database).await.unwrap();
    let home = reader.get(&office, "/console").await;
    let person = format!("/console/people/{}", office.leader);
    for told in
        ["Cán bộ bị kẹt khi đăng ký: 1", &person, "Nguyễn Văn An", "href=\"/console/stuck\""]
    {
        assert!(home.text.contains(told), "{told}: {}", home.text);
    }
    let page = reader.get(&office, "/console/stuck").await;
    for told in ["Nguyễn Văn An", "đã mời", "UBND tỉnh X", "Nhắc quét mã"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    for odd in
        ["after=x", "before=1.2", "after=%00", "after=1.01890a5d-ac96-774b-bcce-b302099a8057"]
    {
        let page = reader.get(&office, &format!("/console/stuck?{odd}")).await;
        assert_eq!(page.status, StatusCode::OK, "{odd}");
    }
    let page = other.get(&office, "/console/stuck").await;
    assert!(!page.text.contains("Nguyễn Văn An"), "another office's");
    assert!(!other.get(&office, "/console").await.text.contains("/console/stuck"));
}
