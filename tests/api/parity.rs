//! All that the console does goes over the API too, or a line says why not.

use std::collections::BTreeSet;

use serde_json::Value;

/// How an act of the console is done over the API.
#[derive(Clone, Copy, Debug)]
enum Twin {
    /// By these routes.
    Is(&'static [&'static str]),
    /// Not at all, for this reason.
    Not(&'static str),
}

use Twin::{Is, Not};

/// docs/adr/0018.
const A_KEY: &str = "it makes a key to the account itself, which no token makes";
const A_BROWSER: &str = "it begins or ends a browser's session, and a token needs none";

#[rustfmt::skip]
const TWINS: &[(&str, Twin)] = &[
    ("sign-in", Not(A_BROWSER)),
    ("sign-in/passkey", Not(A_BROWSER)),
    ("sign-in/passkey/answer", Not(A_BROWSER)),
    ("sign-out", Not(A_BROWSER)),
    ("setup", Not("nobody has an account yet, and so nobody a token")),
    ("devices/{id}/approve", Is(&["devices/{id}/approve"])),
    ("devices/{id}/refuse", Is(&["devices/{id}/refuse"])),
    ("devices/{id}/suspend", Is(&["devices/{id}/suspend"])),
    ("devices/{id}/resume", Is(&["devices/{id}/resume"])),
    ("devices/{id}/confirm", Is(&["devices/{id}/resume/confirm"])),
    ("devices/{id}/decline", Is(&["devices/{id}/resume/decline"])),
    ("devices/{id}/settle", Is(&["devices/{id}/replacement/settle"])),
    ("devices/{id}/wake", Is(&["devices/{id}/wake"])),
    ("devices/{id}/revoke", Is(&["devices/{id}/revoke"])),
    ("devices/{id}/replacement", Is(&["devices/{id}/replacement"])),
    ("certificates/add", Is(&["certificates"])),
    ("certificates/{id}/renewal", Is(&["certificates/{id}/renewal"])),
    ("certificates/{id}/revoke", Is(&["certificates/{id}/revoke"])),
    ("requests/new", Is(&["requests"])),
    ("requests/{id}/recall", Is(&["requests/{id}/recall"])),
    ("requests/{id}/remind", Is(&["requests/{id}/remind"])),
    ("requests/{id}/reassign", Is(&["requests/{id}/reassign"])),
    ("requests/{id}/comments", Is(&["requests/{id}/comments"])),
    ("requests/{id}/comments/{comment}/withdraw", Is(&["requests/{id}/comments/{comment}/withdraw"])),
    ("numbers", Is(&["units/{id}/numbers"])),
    ("templates/new", Is(&["units/{id}/templates"])),
    ("templates/{id}/edit", Is(&["templates/{id}"])),
    ("templates/{id}/end", Is(&["templates/{id}/end"])),
    ("exchange/requests", Is(&["exchange/requests"])),
    ("exchange/certificates", Is(&["exchange/certificates"])),
    ("exchange/certificates/carry-out", Is(&["exchange/certificates/{digest}"])),
    ("exchange/anchors", Is(&["exchange/anchors"])),
    ("exchange/anchors/{id}/confirm", Is(&["exchange/anchors/{id}/confirm"])),
    ("exchange/anchors/{id}/end", Is(&["exchange/anchors/{id}/end"])),
    ("exchange/source", Is(&["exchange/source"])),
    ("exchange/revocations", Is(&["exchange/revocations/{format}"])),
    ("waves", Is(&["waves"])),
    ("waves/{id}/slips", Is(&["waves/{id}/slips"])),
    ("waves/{id}/close", Is(&["waves/{id}/close"])),
    ("people", Is(&["people"])),
    ("people/{id}/change", Is(&["people/{id}/plan", "people/{id}/change"])),
    ("people/{id}/absence", Is(&["people/{id}/absence"])),
    ("people/{id}/absence/end", Is(&["people/{id}/absence/end"])),
    ("people/{id}/invite", Is(&["people/{id}/invitations"])),
    ("people/{id}/invitations/{invitation}/cancel", Is(&["invitations/{id}/cancel"])),
    ("people/{id}/invitations/{invitation}/resend", Is(&["invitations/{id}/resend"])),
    ("people/{id}/slip", Is(&["people/{id}/slip"])),
    ("people/{id}/slip/cancel", Is(&["people/{id}/slip/cancel"])),
    ("people/{id}/session", Is(&["people/{id}/slip/session"])),
    ("delegations/{delegation}/end", Is(&["delegations/{delegation}/end"])),
    ("webhooks", Is(&["webhooks"])),
    ("webhooks/{id}/secret", Is(&["webhooks/{id}/secret"])),
    ("webhooks/{id}/pause", Is(&["webhooks/{id}/pause"])),
    ("webhooks/{id}/resume", Is(&["webhooks/{id}/resume"])),
    ("webhooks/{id}/deliveries/{change}/replay", Is(&["webhooks/{id}/deliveries/{change}/replay"])),
    ("webhooks/{id}/end", Is(&["webhooks/{id}/end"])),
    ("levels", Is(&["levels"])),
    ("levels/{code}/rename", Is(&["levels/{code}/rename"])),
    ("units", Is(&["units"])),
    ("units/{id}/change", Is(&["units/{id}/plan", "units/{id}/change"])),
    ("units/{id}/policy", Is(&["units/{id}/level/plan", "units/{id}/level", "units/{id}/prompt"])),
    ("units/{id}/slips", Is(&["units/{id}/slips"])),
    ("import/units", Is(&["imports/{kind}"])),
    ("import/people", Is(&["imports/{kind}"])),
    ("import/units/carry-out", Is(&["imports/{kind}/{digest}"])),
    ("import/people/carry-out", Is(&["imports/{kind}/{digest}"])),
    ("accounts", Is(&["accounts"])),
    ("accounts/{id}/end", Is(&["accounts/{id}/end"])),
    ("accounts/{id}/sign-out", Is(&["accounts/{id}/sessions/end"])),
    ("accounts/{id}/give", Is(&["accounts/{id}/roles"])),
    ("accounts/{id}/withdraw", Is(&["accounts/{id}/roles/withdraw"])),
    ("accounts/{id}/confirm", Is(&["accounts/{id}/roles/confirm"])),
    ("accounts/{id}/decline", Is(&["accounts/{id}/roles/decline"])),
    ("sessions/password", Not(A_KEY)),
    ("sessions/passkeys", Not(A_KEY)),
    ("sessions/passkeys/answer", Not(A_KEY)),
    ("sessions/passkeys/{id}/remove", Not("passkeys have no route at all, so that nobody changes keys by a token")),
    // Linking and proving send a browser to the provider, and make a key; taking the link away needs neither.
    ("sessions/provider", Is(&["account/identity/remove"])),
    ("sessions/tokens", Not(A_KEY)),
    ("sessions/tokens/{id}/end", Is(&["account/tokens/{id}/end"])),
    ("sessions/{id}/end", Is(&["account/sessions/{id}/end"])),
];

/// What the console only shows, and where a program reads it.
#[rustfmt::skip]
const READ: &[(&str, &str)] = &[
    ("", "today"),
    ("devices", "devices"),
    ("devices/{id}", "devices/{id}"),
    ("certificates", "certificates"),
    ("certificates/counts", "certificates/counts"),
    ("certificates/export", "certificates/csv"),
    ("certificates/{id}", "certificates/{id}"),
    ("requests", "requests"),
    ("requests/{id}", "requests/{id}"),
    ("requests/{id}/document", "requests/{id}/document"),
    ("requests/{id}/evidence/{decision}", "requests/{id}/evidence/{decision}"),
    ("numbers", "units/{id}/numbers"),
    ("on-paper", "on-paper"),
    ("copies", "units/{id}/copies"),
    ("copies/{id}", "copies/{id}"),
    ("copies/{id}/document", "copies/{id}/document"),
    ("copies/{id}/evidence/{decision}", "copies/{id}/evidence/{decision}"),
    ("templates", "units/{id}/templates"),
    ("templates/{id}", "templates/{id}"),
    ("exchange", "exchange"),
    ("waves", "waves"),
    ("waves/{id}", "waves/{id}"),
    ("people", "people"),
    ("people/{id}", "people/{id}"),
    ("delegations", "delegations"),
    ("webhooks", "webhooks"),
    ("webhooks/{id}", "webhooks/{id}"),
    ("levels", "levels"),
    ("units", "units"),
    ("units/{id}", "units/{id}"),
    ("changes", "changes"),
    ("changes/{id}", "changes/{id}"),
    ("changes/{id}/csv", "changes/{id}/csv"),
    ("acts", "acts"),
    ("stuck", "stuck"),
    ("accounts", "accounts"),
    ("accounts/{id}", "accounts/{id}"),
    ("sessions", "account/sessions"),
];

/// Routes of administration by method, without what they all begin with.
fn described(method: &str) -> BTreeSet<String> {
    let description: Value = serde_json::from_str(&trien_server::api::description()).unwrap();
    let paths = description["paths"].as_object().unwrap().iter();
    let with_method = paths.filter(|(_, methods)| methods[method].is_object());
    with_method.filter_map(|(path, _)| Some(path.strip_prefix("/api/v1/admin/")?.into())).collect()
}

/// The console's routes by method, each act and kind by itself.
fn of_console(method: &str) -> BTreeSet<String> {
    let routes = trien_server::console::routes_by_act().into_iter();
    let own = |path: String| {
        path.strip_prefix("/console").map(|it| it.trim_start_matches('/').to_owned())
    };
    routes.filter(|(with, _)| *with == method).filter_map(|(_, path)| own(path)).collect()
}

#[test]
fn every_act_of_the_console_goes_over_the_api_or_a_line_says_why_not() {
    let (console, api) = (of_console("post"), described("post"));
    let named: BTreeSet<String> = TWINS.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(console, named, "acts of the console, and those that are named here");
    assert_eq!(named.len(), TWINS.len(), "each once");
    for (path, twin) in TWINS {
        match twin {
            Is(routes) => {
                let missing = routes.iter().find(|route| !api.contains(**route));
                assert_eq!(missing, None, "{path}");
                assert!(!routes.is_empty(), "{path}");
            }
            Not(why) => assert!(!why.is_empty(), "{path}"),
        }
    }
}

#[test]
fn whatever_the_console_lists_is_read_over_the_api() {
    let (console, api) = (of_console("get"), described("get"));
    for (page, route) in READ {
        assert!(console.contains(*page), "the console has no page {page:?}");
        assert!(api.contains(*route), "{page:?} is not read over the API: {route}");
    }
}
