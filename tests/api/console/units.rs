//! Units are split, merged and dissolved with forms alone, as the pages have them.

use http::StatusCode;
use scraper::{ElementRef, Html, Selector};
use trien_core::id::UnitId;
use trien_core::request::RouteState;
use trien_server::flow;
use trien_server::flow::account::Role;
use trien_server::flow::device::{self, Standing};

use crate::office::Office;
use crate::units::{Department, newest};

use super::browser::{Browser, Page, escaped, signed_in};

fn selected<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The names and values of the hidden fields of a form.
fn hidden(page: &Page, form: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(&page.text);
    let fields = selected(&page, &format!("{form} input[type=hidden]"));
    let field = |field: ElementRef<'_>| {
        let value = |name: &str| field.attr(name).unwrap_or_default().to_owned();
        (value("name"), value("value"))
    };
    fields.into_iter().map(field).collect()
}

fn has(page: &Page, selector: &str) -> bool {
    !selected(&Html::parse_document(&page.text), selector).is_empty()
}

/// Looks at a change as the unit's form asks for it, and does it as the plan's form does.
async fn changed(
    browser: &mut Browser,
    office: &Office,
    unit: UnitId,
    asked: &[(&str, &str)],
) -> Page {
    let here = format!("/console/units/{unit}");
    let page = browser.get(office, &here).await;
    // Each field stands in the form of this kind, with this value where it is one of several.
    let kind = asked[0].1;
    let form = format!("form[action='{here}/change']:has(input[name=kind][value={kind}])");
    for (name, value) in asked {
        let of_any = format!("{form} [name='{name}']");
        assert!(has(&page, &of_any), "{kind}: no field {name}");
        let choices =
            selected(&Html::parse_document(&page.text), &format!("{of_any} option")).len();
        let chosen = format!("{of_any} option[value='{value}']");
        assert!(choices == 0 || has(&page, &chosen), "{kind}: {name} may not be {value}");
    }
    let query: Vec<String> =
        asked.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let plan = browser.get(office, &format!("{here}/change?{}", query.join("&"))).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.text);
    let fields = hidden(&plan, &format!("form[method=post][action='{here}/change']"));
    let mut form: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("why", " "));
    let page = browser.post(office, &format!("{here}/change"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "no reason, no act");
    form.last_mut().unwrap().1 = "Nghị quyết 18";
    let page = browser.post(office, &format!("{here}/change"), &form).await;
    let report = page.leads_to().to_owned();
    assert!(report.starts_with("/console/changes/"), "{}", page.text);
    browser.get(office, &report).await
}

async fn standing(office: &Office, id: trien_core::id::DeviceId) -> Standing {
    device::lookup(&office.app, id).await.unwrap().standing
}

#[tokio::test]
async fn a_department_is_split_merged_and_dissolved_with_forms_alone() {
    let office = Office::open().await;
    let of = Department::of(&office).await;
    of.queue(&office).await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = format!("/console/units/{}", of.unit);

    // Nobody was named: the page says so, and keeps what was typed.
    let page = browser.get(&office, &format!("{here}/change?kind=split&name=S%E1%BB%9F+B")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("ít nhất một người") && page.text.contains("value=\"Sở B\""));
    let ticked = format!("person:{}", of.director);
    let split = [
        ("kind", "split"),
        ("name", "Sở B"),
        (&*ticked, "on"),
        ("steps", "return"),
        ("certificates", "revoke"),
    ];
    let report = changed(&mut browser, &office, of.unit, &split).await;
    for told in [
        "Chia tách đơn vị",
        "Sở B",
        "thành lập",
        "Trần Bình",
        "thu hồi",
        "trả lại nơi gửi",
        "Nghị quyết 18",
    ] {
        assert!(report.text.contains(told), "{told}: {}", report.text);
    }
    assert!(!report.text.contains("Lê Cúc"));
    assert_eq!(standing(&office, of.phone.id).await, Standing::Revoked);
    assert_eq!(newest(&office).await, RouteState::Returned);

    let units = flow::read::units(&office.app).await.unwrap();
    let new = units.iter().find(|unit| unit.unit.name == "Sở B").unwrap().unit.id;
    let phone = Department::phone_of(&office, of.director).await;
    let into = of.unit.to_string();
    let merge = [("kind", "merge"), ("into", &*into), ("certificates", "keep"), ("keys", "move")];
    let report = changed(&mut browser, &office, new, &merge).await;
    for told in ["Sáp nhập đơn vị", "giữ nguyên", "→ Sở A", "kết thúc"] {
        assert!(report.text.contains(told), "{told}: {}", report.text);
    }
    assert_eq!(standing(&office, phone.id).await, Standing::Active);
    let page = browser.get(&office, &format!("/console/units/{new}")).await;
    assert!(page.text.contains(&here) && !page.text.contains("name=\"kind\""), "it has ended");

    of.queue(&office).await;
    let report = changed(&mut browser, &office, of.unit, &[("kind", "dissolve")]).await;
    for told in ["Giải thể đơn vị", "Không dùng nữa", "trả lại nơi gửi", "Lê Cúc", "kết thúc"]
    {
        assert!(report.text.contains(told), "{told}: {}", report.text);
    }
    assert_eq!(standing(&office, phone.id).await, Standing::Revoked);
    assert_eq!(newest(&office).await, RouteState::Returned);
    let page = browser.get(&office, &format!("/console/people/{}", of.other)).await;
    assert!(page.text.contains("Sở A"), "what was held stays readable");
}
