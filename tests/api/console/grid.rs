//! Who is admitted to which page: every page, every kind of visitor.

use trien_core::document::Text;
use trien_server::flow::account::Role;
use trien_server::flow::invite::{self, InvitationEnd};
use trien_server::flow::key::Scope;

use crate::admin_grid::{a_template, a_webhook};
use crate::office::Office;

use super::browser::{Browser, Page, entry_of, signed_in};
use super::headers;

/// Who looks at a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Who {
    Nobody,
    /// Somebody with this role in the office's unit.
    Here(Role),
    /// Somebody with this role in another unit.
    There(Role),
}

use Who::{Here, Nobody, There};

impl Who {
    /// Whether the role is theirs, here or there.
    fn has(self, role: Role) -> bool {
        self == Here(role) || self == There(role)
    }
}

/// Nobody, and somebody with each role here and there.
pub(super) async fn everybody(office: &Office) -> Vec<(Who, Browser)> {
    let mut people = vec![(Nobody, Browser::default())];
    for (unit, whose, place) in
        [(office.unit, Here as fn(Role) -> Who, "day"), (office.other_unit, There, "kia")]
    {
        for role in Role::ALL {
            let login = format!("{}-{place}", role.name());
            people.push((whose(role), signed_in(office, &login, unit, role).await));
        }
    }
    people
}

#[tokio::test]
async fn every_page_admits_its_people_and_nobody_else() {
    let office = Office::open().await;
    let mut people = everybody(&office).await;
    // From here on phones are in use, and a CA officer would take two.
    let device = office.pending_phone().await.id.to_string();
    let certificate = entry_of(&office, office.active_phone().await.id).await.to_string();
    let person = office.leader.to_string();
    let invitation = used_invitation(&office).await.to_string();
    let unit = office.unit.to_string();
    let wave = a_wave(&office).await.to_string();
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let request = office.queue(&key).await.to_string();
    let template = a_template(&office).await.to_string();
    let webhook = a_webhook(&office).await.to_string();
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
            .replace("{format}", "csv")
            .replace("{invitation}", &invitation)
            .replace("requests/{id}", &format!("requests/{request}"))
            .replace("copies/{id}", &format!("copies/{request}"))
            .replace("webhooks/{id}", &format!("webhooks/{webhook}"))
            .replace("{change}", "1")
            .replace("{comment}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("templates/{id}", &format!("templates/{template}"))
            .replace("{decision}", &"0".repeat(64))
            .replace("{delegation}", &"0".repeat(64))
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{act}", "approve")
            .replace("{code}", "district")
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
            if ends && *who != Nobody {
                continue;
            }
            let page = if method == "get" {
                browser.get(&office, &filled).await
            } else {
                let token = browser.get(&office, "/console/sessions").await;
                let token = if *who == Nobody { String::new() } else { token.token() };
                if UPLOADS.contains(&path) {
                    let form = [("token", &*token), ("unit", &unit), ("why", "thử")];
                    let page = browser.upload(&office, &filled, &form, b"Sai\n").await;
                    judge(method, path, *who, &page, &mut wrong);
                    continue;
                }
                if path == "/console/import/{kind}" {
                    let page =
                        browser.upload(&office, &filled, &[("token", &token)], b"Sai\n").await;
                    judge(method, path, *who, &page, &mut wrong);
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
            judge(method, path, *who, &page, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The invitation of the active phone.
async fn used_invitation(office: &Office) -> trien_core::id::InvitationId {
    let listed = invite::of_person(&office.app, office.leader).await.unwrap();
    listed.iter().find(|one| one.end == Some(InvitationEnd::Used)).unwrap().row.id
}

/// Forms with a file.
const UPLOADS: [&str; 3] =
    ["/console/exchange/certificates", "/console/exchange/anchors", "/console/requests/new"];

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

fn judge(method: &str, path: &str, who: Who, page: &Page, wrong: &mut Vec<String>) {
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
        wrong.push(format!("{method} {path} by {who:?}: {found}, not {expected}"));
    }
    let faults = headers::faults(page);
    if !faults.is_empty() {
        wrong.push(format!("{method} {path} by {who:?}: {}", faults.join(", ")));
    }
}

fn expected(method: &str, path: &str, who: Who) -> &'static str {
    use Role::{Administrator, Auditor, CaOfficer, Clerk, EnrollmentOfficer};
    match (method, path, who) {
        (_, "/console/assets/{file}", _) => "not there",
        (_, "/console/language/{tag}", _) => "yes",
        ("get", "/console/setup", _) => "sign in",
        // They lead to the page of the form.
        ("get", "/console/devices/{id}/{act}" | "/console/devices/{id}/replacement", _) => "yes",
        ("get", "/console/people/{id}/invite", _) => "yes",
        ("get", path, _) if path.starts_with("/console/people/{id}/absence") => "yes",
        // A phone of before used it.
        ("get", path, _) if path.starts_with("/console/people/{id}/invitations/") => "yes",
        ("get", "/console/people/{id}/slip/cancel" | "/console/people/{id}/session", _) => "yes",
        ("get", "/console/waves/{id}/close", _) => "yes",
        ("get", path, _) if path.starts_with("/console/exchange/") => "yes",
        ("get", "/console/certificates/{id}/revoke" | "/console/certificates/{id}/renewal", _) => {
            "yes"
        }
        ("get", path, _) if path.starts_with("/console/requests/{id}/comments") => "yes",
        ("get", "/console/requests/{id}/remind", _) => "yes",
        ("get", path, _) if path.starts_with("/console/webhooks/{id}/") => "yes",
        ("get", "/console/levels/{code}/rename" | "/console/templates/{id}/end", _) => "yes",
        ("get", "/console/delegations/{delegation}/end", _) => "yes",
        ("get", "/console/accounts/{id}/{act}" | "/console/sessions/{id}/end", _) => "yes",
        // This office has no provider.
        (_, "/console/sign-in/provider", _) => "not there",
        (_, "/console/sign-in/provider/back", _) => "wrong password",
        ("get", "/console/sessions/provider", _) => "yes",
        ("get", "/console/sign-in", _) => "yes",
        ("get", "/console/sign-in/passkey" | "/console/sign-in/passkey/answer", _) => "sign in",
        ("post", "/console/sign-in/passkey", _) => "yes",
        ("post", "/console/sign-in/passkey/answer", _) => "wrong password",
        ("get", "/console/live", Nobody) => "wrong password",
        ("get", "/console/sessions/password" | "/console/sessions/passkeys", _) => "yes",
        ("get", "/console/sessions/passkeys/answer", _) => "yes",
        ("get", "/console/sessions/tokens" | "/console/sessions/tokens/{id}/end", _) => "yes",
        ("get", "/console/sessions/passkeys/{id}/remove", _) => "yes",
        ("post", "/console/sign-in", _) => "wrong password",
        ("post", "/console/setup", _) => "wrong form",
        ("get", "/console/import/{kind}/carry-out", _) => "yes",
        (_, _, Nobody) => "sign in",
        // The table has a column that is none; nobody left one to be carried out.
        ("get", "/console/import/{kind}", who) if who.has(Administrator) => "yes",
        ("post", "/console/import/{kind}", who) if who.has(Administrator) => "wrong form",
        ("post", "/console/import/{kind}/carry-out", who) if who.has(Administrator) => "not there",
        (_, "/console/import/{kind}" | "/console/import/{kind}/carry-out", _) => "no",
        ("post", path, who) if path.starts_with("/console/exchange/") => of_exchange(path, who),
        // The wave has no days.
        ("post", "/console/waves", who) if who.has(Administrator) || who.has(EnrollmentOfficer) => {
            "wrong form"
        }
        ("post", "/console/waves", _) => "no",
        // It was cancelled just before.
        ("post", "/console/people/{id}/session", Here(EnrollmentOfficer)) => "refused",
        (_, path, who) if is_of_slips(path) => match who {
            // Made, shown, tried and cancelled, in the order of the routes.
            Here(EnrollmentOfficer) => "yes",
            Here(_) => "no",
            _ => "not there",
        },
        // It names no level.
        (_, "/console/units/{id}/policy", Here(Administrator)) => "refused",
        (_, "/console/units/{id}/policy", Here(_)) => "no",
        ("post", "/console/waves/{id}/close", Here(Administrator)) => "yes",
        // Another one was first.
        ("post", "/console/waves/{id}/close", Here(EnrollmentOfficer)) => "not there",
        ("post", "/console/waves/{id}/close", Here(_)) => "no",
        ("get", "/console/changes/{id}" | "/console/changes/{id}/csv", _) => "not there",
        ("post", "/console/people" | "/console/units", Here(Administrator)) => "yes",
        ("post", "/console/people" | "/console/units", _) => "no",
        // It does not say what changes; whoever does not administer does not get that far.
        (_, "/console/people/{id}/change" | "/console/units/{id}/change", Here(role)) => {
            if role == Administrator { "wrong form" } else { "no" }
        }
        // The unit elsewhere has nothing above it either: whoever administers it has the whole tree. The name
        // is there from the second on, and given by another route to the next.
        // Nobody delegates anything here.
        ("post", "/console/delegations/{delegation}/end", who) => {
            if who.has(Administrator) {
                "not there"
            } else {
                "no"
            }
        }
        // It names no key.
        ("post", "/console/webhooks", who) => {
            if who.has(Administrator) {
                "wrong form"
            } else {
                "no"
            }
        }
        ("get", "/console/webhooks", who) => yes_or_no(who.has(Administrator)),
        // It was told nothing yet.
        ("post", "/console/webhooks/{id}/deliveries/{change}/replay", who) => {
            if who.has(Administrator) { "not there" } else { "no" }
        }
        (_, path, who) if path.starts_with("/console/webhooks/") => match who {
            Here(Administrator) => "yes",
            There(Administrator) => "not there",
            _ => "no",
        },
        ("post", "/console/levels", Here(Administrator)) => "yes",
        ("post", "/console/levels" | "/console/levels/{code}/rename", who) => {
            if who.has(Administrator) { "wrong form" } else { "no" }
        }
        ("get", "/console/certificates/add", who) => {
            yes_or_no(who.has(CaOfficer) || who.has(Clerk))
        }
        ("post", "/console/certificates/add", Here(CaOfficer | Clerk)) => "wrong form",
        ("post", "/console/certificates/add", Here(_)) => "no",
        ("post", "/console/certificates/add", There(_)) => "not there",
        // The reason is none; whoever is no CA officer does not get that far.
        ("post", "/console/certificates/{id}/revoke", Here(CaOfficer)) => "wrong form",
        ("post", "/console/certificates/{id}/revoke", Here(_)) => "no",
        // Its phone has not confirmed it; whoever does not enroll does not get that far.
        ("post", "/console/certificates/{id}/renewal", Here(EnrollmentOfficer)) => "refused",
        ("post", "/console/certificates/{id}/renewal", Here(_)) => "no",
        // It waits for its officer: there is nothing to replace yet.
        ("post", "/console/devices/{id}/replacement", Here(_)) => "no",
        ("post", path, Here(role)) if path.starts_with("/console/people/{id}/invitations/") => {
            if role == EnrollmentOfficer {
                "refused"
            } else {
                "no"
            }
        }
        // The officer's digits are wrong; whoever is no officer does not get that far.
        ("post", "/console/devices/{id}/{act}", Here(EnrollmentOfficer)) => "wrong form",
        // It names no days, and nothing was noted; whoever is no clerk does not get that far.
        ("post", path, who) if path.starts_with("/console/people/{id}/absence") => match who {
            Here(Clerk) => "wrong form",
            There(Clerk) => "not there",
            _ => "no",
        },
        ("post", "/console/people/{id}/invite", Here(EnrollmentOfficer)) => "yes",
        ("post", "/console/devices/{id}/{act}" | "/console/people/{id}/invite", Here(_)) => "no",
        ("get", "/console/accounts", who) => yes_or_no(who.has(Administrator)),
        ("post", "/console/accounts", who) => {
            if who.has(Administrator) {
                "wrong form"
            } else {
                "no"
            }
        }
        // The account is nobody's; whoever does not administer does not get that far.
        (_, "/console/accounts/{id}" | "/console/accounts/{id}/{act}", who) => {
            if who.has(Administrator) { "not there" } else { "no" }
        }
        // No signer was chosen.
        ("post", "/console/requests/new", Here(Clerk)) => "wrong form",
        ("post", "/console/requests/new", There(Clerk)) => "not there",
        ("post", "/console/requests/new", _) => "no",
        ("get", "/console/requests/new", who) => yes_or_no(who.has(Clerk)),
        ("get", "/console/acts" | "/console/acts/export", who) => {
            yes_or_no(who.has(Administrator) || who.has(Auditor))
        }
        ("get", "/console/requests", who) => yes_or_no(who.has(Clerk) || who.has(Auditor)),
        ("post", "/console/requests/{id}/recall", Here(Clerk)) => "yes",
        ("post", "/console/requests/{id}/recall", There(Clerk)) => "not there",
        ("post", "/console/requests/{id}/recall", _) => "no",
        // It was taken back before.
        ("post", "/console/requests/{id}/remind", who) => match who {
            Here(Clerk) => "wrong form",
            There(Clerk) => "not there",
            _ => "no",
        },
        // It says nothing of whom; whoever is no clerk does not get that far.
        ("post", "/console/requests/{id}/reassign", Here(Clerk)) => "wrong form",
        ("post", "/console/requests/{id}/reassign", There(Clerk)) => "not there",
        ("post", "/console/requests/{id}/reassign", _) => "no",
        // It says nothing, or the request was taken back before.
        ("post", path, who) if path.starts_with("/console/requests/{id}/comments") => match who {
            Here(Clerk) => "wrong form",
            There(Clerk) => "not there",
            _ => "no",
        },
        ("get", "/console/on-paper", who) => yes_or_no(who.has(Clerk) || who.has(Auditor)),
        ("get", "/console/numbers", who) => yes_or_no(who.has(Clerk) || who.has(Auditor)),
        // It names no kind of document; whoever is no clerk does not get that far.
        ("post", "/console/numbers", who) => match who {
            Here(Clerk) => "wrong form",
            There(Clerk | Auditor) => "not there",
            _ => "no",
        },
        ("get", "/console/copies", who) => yes_or_no(who.has(Clerk) || who.has(Auditor)),
        // Nobody gets a copy of it.
        ("get", path, who) if path.starts_with("/console/copies/") => {
            if who.has(Clerk) || who.has(Auditor) { "not there" } else { "no" }
        }
        ("get", "/console/templates", who) => yes_or_no(who.has(Clerk) || who.has(Auditor)),
        ("get", "/console/templates/new", who) => yes_or_no(who.has(Clerk)),
        ("get", "/console/templates/{id}", who) if who.has(Auditor) => {
            if who == Here(Auditor) {
                "yes"
            } else {
                "not there"
            }
        }
        // The forms are not whole; whoever is no clerk does not get that far.
        (method, path, who) if path.starts_with("/console/templates/") => match (method, who) {
            ("get", Here(Clerk)) => "yes",
            (_, Here(Clerk)) => "wrong form",
            (_, There(Clerk)) => "not there",
            _ => "no",
        },
        // Nothing was decided on it.
        ("get", "/console/requests/{id}/evidence/{decision}", Here(Clerk | Auditor)) => "not there",
        ("get", path, who) if path.starts_with("/console/requests/{id}") => match who {
            Here(Clerk | Auditor) => "yes",
            There(Clerk | Auditor) => "not there",
            _ => "no",
        },
        // The password is wrong, and nobody was asked.
        ("post", "/console/sessions/provider", _) => "not there",
        ("post", "/console/sessions/password" | "/console/sessions/passkeys", _) => "wrong form",
        ("post", "/console/sessions/passkeys/answer", _) => "wrong form",
        ("post", "/console/sessions/tokens", _) => "wrong form",
        ("post", "/console/sessions/tokens/{id}/end", _) => "not there",
        ("post", "/console/sessions/passkeys/{id}/remove", _) => "not there",
        ("post", "/console/sessions/{id}/end", _) => "not there",
        // What is another unit's looks as if it were not there.
        (_, path, There(_)) if path.contains("{id}") => "not there",
        ("get", _, _) => "yes",
        _ => "no row",
    }
}

fn yes_or_no(may: bool) -> &'static str {
    if may { "yes" } else { "no" }
}

/// Nothing waits, the file holds no certificate, or nothing was left to be carried out.
fn of_exchange(path: &str, who: Who) -> &'static str {
    let certifies = who.has(Role::CaOfficer);
    match path {
        "/console/exchange/anchors/{id}/{act}" => "not there",
        // What is chosen there is none.
        "/console/exchange/source" => "wrong form",
        "/console/exchange/certificates/carry-out" if certifies => "not there",
        // The unit is another office's, before anything else is asked.
        "/console/exchange/anchors" if who == There(Role::CaOfficer) => "no",
        "/console/exchange/requests" if who == There(Role::CaOfficer) => "not there",
        _ if certifies => "wrong form",
        _ => "no",
    }
}

fn is_of_slips(path: &str) -> bool {
    let ends = ["/slip", "/slip.txt", "/slip/cancel", "/session", "/slips", "/slips.txt"];
    path.starts_with("/console/") && ends.iter().any(|end| path.ends_with(end))
}
