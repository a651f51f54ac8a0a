//! Levels of units, and the authority of a post, with forms alone and over the API.

use http::StatusCode;
use serde_json::json;
use trien_server::flow::account::Role;

use crate::office::Office;
use crate::tokens::admin;

use super::browser::signed_in;

const HERE: &str = "/console/levels";

#[tokio::test]
async fn a_level_is_added_renamed_and_chosen_with_forms_alone() {
    let office = Office::open().await;
    let mut top = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let page = top.get(&office, "/console/units").await;
    assert!(page.text.contains(HERE) && page.text.contains("<option value=\"district\">Huyện"));
    let mut form = vec![("name", "Khu <b>vực</b>"), ("above", "province"), ("why", "NQ 12")];
    let page = top.submit(&office, HERE, HERE, &form).await;
    assert_eq!(page.leads_to(), "/console/levels?news=added", "{}", page.text);
    let page = top.get(&office, page.leads_to()).await;
    assert!(!page.text.contains("<b>vực"), "{}", page.text);
    let code = "khu-b-vuc-b";
    let row = |text: &str, what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
    let (above, own) = (row(&page.text, ">province<"), row(&page.text, ">khu-b-vuc-b<"));
    assert!(above < own && own < row(&page.text, ">district<"), "right below its province");
    let page = top.submit(&office, HERE, HERE, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "it is there");
    assert!(page.text.contains("không trùng với cấp khác"), "{}", page.text);
    form[2].1 = " ";
    form[0].1 = "Vùng";
    let page = top.submit(&office, HERE, HERE, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");

    let rename = format!("{HERE}/{code}/rename");
    let page = top.submit(&office, HERE, &rename, &[("name", "Khu vực"), ("why", "gõ nhầm")]).await;
    assert_eq!(page.leads_to(), "/console/levels?news=renamed", "{}", page.text);
    let taken = [("name", "TỈNH"), ("why", "thử")];
    let page = top.submit(&office, HERE, &rename, &taken).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nowhere = format!("{HERE}/none/rename");
    let page = top.submit(&office, HERE, &nowhere, &[("name", "Vùng"), ("why", "thử")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    let parent = office.unit.to_string();
    let unit = [("name", "Khu Đông"), ("parent", &*parent), ("level", code)];
    let page = top.submit(&office, "/console/units", "/console/units", &unit).await;
    assert_eq!(page.leads_to(), "/console/units?news=added", "{}", page.text);
    let page = top.get(&office, "/console/units?q=khu+dong").await;
    assert!(page.text.contains("<td data-label=\"Cấp\">Khu vực</td>"), "{}", page.text);
    let (_, id) = page.text.split_once("<a href=\"/console/units/").unwrap();
    let unit = format!("/console/units/{}", id.split('"').next().unwrap());
    assert!(top.get(&office, &unit).await.text.contains("Cấp: Khu vực"));
    let page = top.get(&office, "/console/export/units.csv").await;
    assert!(page.text.contains("Khu Đông,Khu vực,"), "{}", page.text);

    // Whoever administers a part of the tree has no levels of their own.
    let below = id.split('"').next().unwrap().parse().unwrap();
    let mut part = signed_in(&office, "quan-tri-khu", below, Role::Administrator).await;
    let page = part.get(&office, HERE).await;
    assert!(page.text.contains("Khu vực") && !page.text.contains("action=\"/console/levels"));
    let form = [("name", "Ấp"), ("above", "commune"), ("why", "thử")];
    let page = part.submit(&office, "/console/sessions", HERE, &form).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = part.submit(&office, "/console/sessions", &rename, &taken).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn levels_and_authority_go_over_the_api_with_their_statements() {
    let office = Office::open().await;
    let top = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let why = "NQ 12";
    let new = json!({ "name": "Khu vực", "above": "province", "why": why });
    let made = top.post(&office, "levels", &new, 201).await;
    assert_eq!(made, json!({ "code": "khu-vuc", "name": "Khu vực" }));
    let path = "levels/khu-vuc/rename";
    top.post(&office, path, &json!({ "name": "Vùng", "why": why }), 204).await;
    let listed = top.get(&office, "levels").await;
    let codes: Vec<&str> =
        listed.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["central", "province", "khu-vuc", "district", "commune"]);
    let statements = crate::admin_day::statements(&office).await;
    let of = |act: &str| statements.iter().find(|one| one["act"] == act).unwrap();
    let renamed = of("level-renamed");
    let (before, after) = (json!({ "name": "Khu vực" }), json!({ "name": "Vùng" }));
    assert_eq!((&renamed["before"], &renamed["after"]), (&before, &after));
    assert_eq!((&renamed["by"], &renamed["why"]), (&json!(top.officer.account), &json!(why)));
    assert_eq!(of("level-added")["after"]["above"], "province");

    let unit = json!({ "name": "Khu Đông", "parent": office.unit, "level": "khu-vuc" });
    let unit = top.post(&office, "units", &unit, 201).await["id"].clone();
    let path = format!("units/{}", unit.as_str().unwrap());
    assert_eq!(top.get(&office, &path).await["level"], "khu-vuc");
    let none = json!({ "name": "Khu Tây", "parent": office.unit, "level": "none" });
    assert_eq!(top.try_post(&office, "units", &none).await.status, StatusCode::BAD_REQUEST);

    let chief = json!({ "name": "Lê Thị Khuê", "position": "Trưởng phòng", "unit": unit, "authority": "chief" });
    let chief = top.post(&office, "people", &chief, 201).await["id"].clone();
    let person = top.get(&office, &format!("people/{}", chief.as_str().unwrap())).await;
    assert_eq!(person["posts"][0]["authority"], "chief");
    let wrong = json!({ "name": "X", "position": "Y", "unit": unit, "authority": "king" });
    assert_eq!(top.try_post(&office, "people", &wrong).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn somebody_is_added_with_authority_by_one_form() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let unit = office.unit.to_string();
    let page = browser.get(&office, "/console/people").await;
    assert!(page.text.contains("<option value=\"deputy\">Cấp phó</option>"), "{}", page.text);
    let form = [
        ("name", "Trần Thị Khuê"),
        ("position", "Phó Chủ tịch"),
        ("unit", &*unit),
        ("authority", "deputy"),
    ];
    let page = browser.submit(&office, "/console/people", "/console/people", &form).await;
    assert_eq!(page.leads_to(), "/console/people?news=added");
    let page = browser.get(&office, "/console/people?q=khue").await;
    let (_, person) = page.text.split_once("<a href=\"/console/people/").unwrap();
    let person = format!("/console/people/{}", person.split('"').next().unwrap());
    let page = browser.get(&office, &person).await;
    assert!(page.text.contains("(Cấp phó)"), "{}", page.text);
}
