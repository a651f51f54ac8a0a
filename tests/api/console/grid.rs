//! Who is admitted to which page: every page, every kind of visitor.

use trien_core::document::Text;
use trien_server::flow::account::Role;
use trien_server::flow::invite::{self, InvitationEnd};

use crate::office::Office;

use super::browser::{Browser, Page, entry_of, signed_in};

#[tokio::test]
async fn every_page_admits_its_people_and_nobody_else() {
    use Role::{Administrator, Auditor, CaOfficer, EnrollmentOfficer};
    let office = Office::open().await;
    let mut people = vec![
        ("nobody", Browser::default()),
        ("administrator", signed_in(&office, "quan-tri", office.unit, Administrator).await),
        ("officer", signed_in(&office, "dang-ky", office.unit, EnrollmentOfficer).await),
        ("auditor", signed_in(&office, "kiem-tra", office.unit, Auditor).await),
        ("ca officer", signed_in(&office, "chung-thu", office.unit, CaOfficer).await),
        ("elsewhere", signed_in(&office, "so-y", office.other_unit, Administrator).await),
    ];
    // From here on phones are in use, and a CA officer would take two.
    let device = office.pending_phone().await.id.to_string();
    let certificate = entry_of(&office, office.active_phone().await.id).await.to_string();
    let person = office.leader.to_string();
    let invitation = used_invitation(&office).await.to_string();
    let unit = office.unit.to_string();
    let wave = a_wave(&office).await.to_string();
    let mut wrong = Vec::new();
    for (method, path) in trien_server::console::routes() {
        let filled = path
            .replace("waves/{id}/{file}", "waves/{id}/remind.csv")
            .replace("waves/{id}", &format!("waves/{wave}"))
            .replace("accounts/{id}/{act}", "accounts/{id}/end")
            .replace("devices/{id}", &format!("devices/{device}"))
            .replace("people/{id}", &format!("people/{person}"))
            .replace("certificates/{id}", &format!("certificates/{certificate}"))
            .replace("units/{id}", &format!("units/{unit}"))
            .replace("{invitation}", &invitation)
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{act}", "approve")
            .replace("{tag}", "vi")
            .replace("{kind}", "people")
            .replace("export/{file}", "export/people.csv")
            .replace("{file}", "none.css");
        for (who, browser) in &mut people {
            // These end the session, which the other pages are asked in.
            let ends = matches!(
                (method, path),
                (
                    "post",
                    "/console/sign-in" | "/console/sign-in/passkey/answer" | "/console/sign-out"
                )
            );
            if ends && *who != "nobody" {
                continue;
            }
            let page = if method == "get" {
                browser.get(&office, &filled).await
            } else {
                let token = browser.get(&office, "/console/sessions").await;
                let token = if *who == "nobody" { String::new() } else { token.token() };
                if UPLOADS.contains(&path) {
                    let form = [("token", &*token), ("unit", &unit), ("why", "thử")];
                    let page = browser.upload(&office, &filled, &form, b"Sai\n").await;
                    judge(method, path, who, &page, &mut wrong);
                    continue;
                }
                if path == "/console/import/{kind}" {
                    let page =
                        browser.upload(&office, &filled, &[("token", &token)], b"Sai\n").await;
                    judge(method, path, who, &page, &mut wrong);
                    continue;
                }
                let form = [
                    ("token", &*token),
                    ("name", "X"),
                    ("position", "Y"),
                    ("person", &person),
                    ("parent", &unit),
                    ("unit", &unit),
                    ("why", "thử"),
                    ("reason", "unheard-of"),
                    ("digest", "00"),
                    ("code", "00000000"),
                    ("login", "<sai>"),
                    ("password", ""),
                    ("again", ""),
                    ("role", "auditor"),
                    ("current", ""),
                    ("chosen", ""),
                    ("label", "khóa"),
                    ("question", "chưa hỏi"),
                    ("answer", "{}"),
                ];
                if path == "/console/certificates/add" {
                    browser.upload(&office, path, &form[..14], b"").await
                } else {
                    let more =
                        [("source", "unheard-of"), ("starts", ""), ("ends", ""), ("who", "")];
                    browser.post(&office, &filled, &[&form[..], &more].concat()).await
                }
            };
            judge(method, path, who, &page, &mut wrong);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The invitation of the active phone.
async fn used_invitation(office: &Office) -> trien_core::id::InvitationId {
    let listed = invite::of_person(&office.app, office.leader).await.unwrap();
    listed.iter().find(|one| one.end == Some(InvitationEnd::Used)).unwrap().row.id
}

/// Forms with a file of certificates.
const UPLOADS: [&str; 2] = ["/console/exchange/certificates", "/console/exchange/anchors"];

/// A wave in the office's own unit.
async fn a_wave(office: &Office) -> trien_core::id::WaveId {
    use trien_core::wave::Plan;
    use trien_server::flow::waves::{self, Follower, NewWave, Who};
    let starts = office.app.clock().now().second();
    let plan = Plan { starts, ends: starts.plus(86_400), target: None };
    let name = Text::new("Đợt I").unwrap();
    let new = NewWave { name, who: Who::Everybody, plan, units: vec![office.unit] };
    waves::plan(&office.app, Follower::CommandLine, new, None).await.unwrap()
}

fn judge(method: &str, path: &str, who: &str, page: &Page, wrong: &mut Vec<String>) {
    let found = match (page.status.as_u16(), page.leads_to()) {
        (303, "/console/sign-in") => "sign in",
        (200..=399, _) => "yes",
        (401, _) => "wrong password",
        (403, _) => "no",
        (404, _) => "not there",
        (422, _) => "wrong form",
        (400 | 409 | 410, _) => "refused",
        _ => "not as a page answers",
    };
    let expected = expected(method, path, who);
    if found != expected {
        wrong.push(format!("{method} {path} by {who}: {found}, not {expected}"));
    }
}

fn expected(method: &str, path: &str, who: &str) -> &'static str {
    match (method, path, who) {
        (_, "/console/assets/{file}", _) => "not there",
        (_, "/console/language/{tag}", _) => "yes",
        ("get", "/console/setup", _) => "sign in",
        // They lead to the page of the form.
        ("get", "/console/devices/{id}/{act}" | "/console/devices/{id}/replacement", _) => "yes",
        ("get", "/console/people/{id}/invite", _) => "yes",
        // A phone of before used it.
        ("get", path, _) if path.starts_with("/console/people/{id}/invitations/") => "yes",
        ("get", "/console/people/{id}/slip/cancel" | "/console/people/{id}/session", _) => "yes",
        ("get", "/console/waves/{id}/close", _) => "yes",
        ("get", path, _) if path.starts_with("/console/exchange/") => "yes",
        ("get", "/console/certificates/{id}/revoke", _) => "yes",
        ("get", "/console/accounts/{id}/{act}" | "/console/sessions/{id}/end", _) => "yes",
        // This office has no provider.
        (_, "/console/sign-in/provider", _) => "not there",
        (_, "/console/sign-in/provider/back", _) => "wrong password",
        ("get", "/console/sessions/provider", _) => "yes",
        ("get", "/console/sign-in", _) => "yes",
        ("get", "/console/sign-in/passkey" | "/console/sign-in/passkey/answer", _) => "sign in",
        ("post", "/console/sign-in/passkey", _) => "yes",
        ("post", "/console/sign-in/passkey/answer", _) => "wrong password",
        ("get", "/console/live", "nobody") => "wrong password",
        ("get", "/console/sessions/password" | "/console/sessions/passkeys", _) => "yes",
        ("get", "/console/sessions/passkeys/answer", _) => "yes",
        ("get", "/console/sessions/tokens" | "/console/sessions/tokens/{id}/end", _) => "yes",
        ("get", "/console/sessions/passkeys/{id}/remove", _) => "yes",
        ("post", "/console/sign-in", _) => "wrong password",
        ("post", "/console/setup", _) => "wrong form",
        ("get", "/console/import/{kind}/carry-out", _) => "yes",
        (_, _, "nobody") => "sign in",
        // The table has a column that is none; nobody left one to be carried out.
        ("post", "/console/import/{kind}", "administrator" | "elsewhere") => "wrong form",
        ("post", "/console/import/{kind}/carry-out", "administrator" | "elsewhere") => "not there",
        (_, "/console/import/{kind}" | "/console/import/{kind}/carry-out", who) => {
            if matches!((method, who), ("get", "administrator" | "elsewhere")) {
                "yes"
            } else {
                "no"
            }
        }
        // Nothing waits, the file holds no certificate, or nothing was left to be carried out.
        ("post", "/console/exchange/certificates/carry-out", "ca officer") => "not there",
        ("post", "/console/exchange/anchors/{id}/{act}", _) => "not there",
        // The unit is another office's, before anything else is asked.
        ("post", "/console/exchange/anchors", "elsewhere") => "no",
        ("post", path, "ca officer") if path.starts_with("/console/exchange/") => "wrong form",
        // What is chosen there is none.
        ("post", "/console/exchange/source", _) => "wrong form",
        ("post", path, _) if path.starts_with("/console/exchange/") => "no",
        ("post", "/console/waves", "administrator" | "officer" | "elsewhere") => "wrong form",
        // It was cancelled just before.
        ("post", "/console/people/{id}/session", "officer") => "refused",
        (_, path, who) if is_of_slips(path) && who != "nobody" => match who {
            // Made, shown, tried and cancelled, in the order of the routes.
            "officer" => "yes",
            "elsewhere" => "not there",
            _ => "no",
        },
        // It names no level.
        (_, "/console/units/{id}/policy", "administrator") => "refused",
        (_, "/console/units/{id}/policy", "elsewhere") => "not there",
        (_, "/console/units/{id}/policy", who) if who != "nobody" => "no",
        ("post", "/console/waves/{id}/close", "administrator") => "yes",
        // Another one was first.
        ("post", "/console/waves/{id}/close", "officer" | "elsewhere") => "not there",
        ("post", "/console/waves" | "/console/waves/{id}/close", _) => "no",
        (_, "/console/waves/{id}" | "/console/waves/{id}/{file}", "elsewhere") => "not there",
        ("get", "/console/changes/{id}" | "/console/changes/{id}/csv", _) => "not there",
        (_, "/console/people/{id}" | "/console/units/{id}", "elsewhere") => "not there",
        (_, "/console/people/{id}/change" | "/console/units/{id}/change", who) => match who {
            // It does not say what changes; whoever does not administer does not get that far.
            "administrator" => "wrong form",
            "elsewhere" => "not there",
            _ => "no",
        },
        (
            _,
            "/console/devices/{id}"
            | "/console/devices/{id}/{act}"
            | "/console/devices/{id}/replacement",
            "elsewhere",
        ) => "not there",
        // It waits for its officer: there is nothing to replace yet.
        ("post", "/console/devices/{id}/replacement", "officer") => "no",
        ("post", "/console/devices/{id}/replacement", _) => "no",
        ("post", "/console/people/{id}/invite", "elsewhere") => "not there",
        ("post", path, who) if path.starts_with("/console/people/{id}/invitations/") => match who {
            "officer" => "refused",
            "elsewhere" => "not there",
            _ => "no",
        },
        ("get", "/console/certificates/add", "ca officer") => "yes",
        ("get", "/console/certificates/add", _) => "no",
        ("post", "/console/certificates/add", "ca officer") => "wrong form",
        ("post", "/console/certificates/add", "elsewhere") => "not there",
        ("post", "/console/certificates/add", _) => "no",
        (_, "/console/certificates/{id}", "elsewhere") => "not there",
        (_, "/console/certificates/{id}/revoke", "elsewhere") => "not there",
        // The reason is none; whoever is no CA officer does not get that far.
        ("post", "/console/certificates/{id}/revoke", "ca officer") => "wrong form",
        ("post", "/console/certificates/{id}/revoke", _) => "no",
        // The officer's digits are wrong; whoever is no officer does not get that far.
        ("post", "/console/devices/{id}/{act}", "officer") => "wrong form",
        ("post", "/console/people/{id}/invite", "officer") => "yes",
        ("post", "/console/devices/{id}/{act}" | "/console/people/{id}/invite", _) => "no",
        ("post", "/console/people" | "/console/units", "administrator") => "yes",
        ("post", "/console/people" | "/console/units", _) => "no",
        ("get", "/console/accounts", "administrator" | "elsewhere") => "yes",
        ("post", "/console/accounts", "administrator" | "elsewhere") => "wrong form",
        (_, "/console/accounts/{id}" | "/console/accounts/{id}/{act}", who) => match who {
            // The account is nobody's; whoever does not administer does not get that far.
            "administrator" | "elsewhere" => "not there",
            _ => "no",
        },
        (_, "/console/accounts", _) => "no",
        ("post", "/console/sessions/provider", _) => "not there",
        // The password is wrong, and nobody was asked.
        ("post", "/console/sessions/password" | "/console/sessions/passkeys", _) => "wrong form",
        ("post", "/console/sessions/passkeys/answer", _) => "wrong form",
        ("post", "/console/sessions/tokens", _) => "wrong form",
        ("post", "/console/sessions/tokens/{id}/end", _) => "not there",
        ("post", "/console/sessions/passkeys/{id}/remove", _) => "not there",
        ("post", "/console/sessions/{id}/end", _) => "not there",
        ("get", _, _) => "yes",
        _ => "no row",
    }
}

fn is_of_slips(path: &str) -> bool {
    let ends = ["/slip", "/slip.txt", "/slip/cancel", "/session", "/slips", "/slips.txt"];
    path.starts_with("/console/") && ends.iter().any(|end| path.ends_with(end))
}
