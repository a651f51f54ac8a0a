//! The administrators' console: pages made on the server, plain forms; scripts add, nothing needs
//! them.
//!
//! A page is a template over one value. Whoever is not signed in is led to the sign-in page; every
//! form carries a token of its session and is taken from our own pages only.

mod account;
mod accounts;
mod acts;
mod assets;
mod certificates;
mod changes;
mod copies;
mod delegations;
mod devices;
mod error;
mod exchange;
mod first_run;
mod grave;
mod home;
mod invitations;
mod language;
mod levels;
mod live;
mod numbers;
mod on_paper;
mod own;
mod page;
mod papers;
mod passkeys;
mod people;
mod person;
mod policy;
mod posted;
mod provider;
mod record;
mod register_counts;
mod register_words;
mod requests;
mod setup;
mod sign_in;
mod slips;
mod stuck;
mod submission;
mod tables;
mod templates;
mod tokens;
mod unit;
mod units;
mod visitor;
mod waves;
mod webhooks;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};

use crate::app::App;
use crate::config::Origin;
use crate::flow::account::{Guesses, IdentityProvider, Passkeys};

pub use first_run::FirstRun;

/// What the pages need.
#[derive(Clone)]
pub struct Console {
    app: App,
    origins: Arc<[Origin]>,
    passkeys: Arc<Passkeys>,
    provider: Arc<IdentityProvider>,
    listeners: live::Listeners,
    guesses: Arc<Guesses>,
    demo: Demo,
}

/// Where a request comes from, as an extension of it; without one nobody's guesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

/// Whether what the server holds is made up; every page then says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demo {
    /// Names, documents and keys are made up.
    MadeUp,
    /// They are an office's own.
    Real,
}

impl Console {
    /// A console for `app`, addressed by one of `origins`.
    #[must_use]
    pub fn new(app: App, origins: &[Origin], demo: Demo) -> Self {
        let passkeys = Arc::new(Passkeys::new(origins));
        let (provider, guesses) = (Arc::default(), Arc::default());
        let listeners = live::Listeners::default();
        Self { app, origins: origins.into(), passkeys, provider, listeners, guesses, demo }
    }

    /// With a provider by which people sign in.
    #[must_use]
    pub fn with_provider(mut self, provider: IdentityProvider) -> Self {
        self.provider = Arc::new(provider);
        self
    }

    /// All pages.
    pub fn router(self) -> Router {
        let routes = table().into_iter();
        let router = routes.fold(Router::new(), |router, (_, path, page)| router.route(path, page));
        router.with_state(self)
    }
}

/// Every route with its method, for the test of who may use which.
#[must_use]
pub fn routes() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// The same with each act and kind that a path names as a route of its own.
#[must_use]
pub fn routes_by_act() -> Vec<(&'static str, String)> {
    let named = |(method, path)| {
        let (place, values): (&str, &[&str]) = match path {
            "/console/devices/{id}/{act}" => ("{act}", &devices::ACTS),
            "/console/accounts/{id}/{act}" => ("{act}", &account::ACTS),
            "/console/exchange/anchors/{id}/{act}" => ("{act}", &exchange::ACTS),
            _ => ("{kind}", &tables::KINDS),
        };
        let values = if path.contains(place) { values } else { &[""] };
        values.iter().map(move |it| (method, path.replace(place, it)))
    };
    routes().into_iter().flat_map(named).collect()
}

#[expect(clippy::too_many_lines, reason = "a table of all pages, one a line")]
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Console>)> {
    vec![
        ("get", "/console", get(home::show)),
        ("get", "/console/sign-in", get(sign_in::show)),
        ("post", "/console/sign-in", post(sign_in::sign_in)),
        ("get", "/console/sign-in/passkey", get(back::<1>)),
        ("post", "/console/sign-in/passkey", post(passkeys::ask_who)),
        ("get", "/console/sign-in/passkey/answer", get(back::<2>)),
        ("post", "/console/sign-in/passkey/answer", post(passkeys::sign_in)),
        ("get", "/console/sign-in/provider", get(provider::set_out)),
        ("get", "/console/sign-in/provider/back", get(provider::come_back)),
        ("post", "/console/sign-out", post(sign_in::sign_out)),
        ("get", "/console/setup", get(setup::show)),
        ("post", "/console/setup", post(setup::set_up)),
        ("get", "/console/devices", get(devices::list)),
        ("get", "/console/devices/{id}", get(devices::show)),
        ("get", "/console/devices/{id}/{act}", get(back::<1>)),
        ("post", "/console/devices/{id}/{act}", post(devices::act)),
        ("post", "/console/devices/{id}/replacement", post(devices::invite_replacement)),
        ("get", "/console/devices/{id}/replacement", get(back::<1>)),
        ("get", "/console/certificates", get(certificates::list)),
        ("get", "/console/certificates/add", get(record::show)),
        ("post", "/console/certificates/add", post(record::add)),
        ("get", "/console/certificates/counts", get(register_counts::show)),
        ("get", "/console/certificates/counts/{format}", get(register_counts::export)),
        ("get", "/console/certificates/export", get(certificates::export)),
        ("get", "/console/certificates/{id}", get(certificates::show)),
        ("get", "/console/certificates/{id}/revoke", get(back::<1>)),
        ("post", "/console/certificates/{id}/revoke", post(certificates::revoke)),
        ("get", "/console/certificates/{id}/renewal", get(back::<1>)),
        ("post", "/console/certificates/{id}/renewal", post(certificates::renew)),
        ("get", "/console/requests", get(requests::list)),
        ("get", "/console/requests/new", get(submission::show)),
        ("post", "/console/requests/new", post(submission::submit).layer(room_for_documents())),
        ("get", "/console/requests/{id}", get(requests::show)),
        ("get", "/console/requests/{id}/document", get(requests::document)),
        ("post", "/console/requests/{id}/recall", post(requests::recall)),
        ("post", "/console/requests/{id}/reassign", post(requests::reassign)),
        ("get", "/console/requests/{id}/remind", get(back::<1>)),
        ("post", "/console/requests/{id}/remind", post(requests::remind)),
        ("get", "/console/requests/{id}/evidence/{decision}", get(requests::evidence)),
        ("get", "/console/requests/{id}/comments", get(back::<1>)),
        ("post", "/console/requests/{id}/comments", post(requests::comment)),
        ("get", "/console/requests/{id}/comments/{comment}/withdraw", get(back::<3>)),
        ("post", "/console/requests/{id}/comments/{comment}/withdraw", post(requests::withdraw)),
        ("get", "/console/numbers", get(numbers::show)),
        ("post", "/console/numbers", post(numbers::reserve)),
        ("get", "/console/on-paper", get(on_paper::show)),
        ("get", "/console/copies", get(copies::list)),
        ("get", "/console/copies/{id}", get(copies::show)),
        ("get", "/console/copies/{id}/document", get(copies::document)),
        ("get", "/console/copies/{id}/evidence/{decision}", get(copies::evidence)),
        ("get", "/console/templates", get(templates::list)),
        ("get", "/console/templates/new", get(templates::compose)),
        ("post", "/console/templates/new", post(templates::add)),
        ("get", "/console/templates/{id}", get(templates::show)),
        ("get", "/console/templates/{id}/edit", get(templates::revise)),
        ("post", "/console/templates/{id}/edit", post(templates::edit)),
        ("get", "/console/templates/{id}/end", get(back::<1>)),
        ("post", "/console/templates/{id}/end", post(templates::end)),
        ("get", "/console/exchange", get(exchange::show)),
        ("get", "/console/exchange/requests", get(back::<1>)),
        ("post", "/console/exchange/requests", post(exchange::requests)),
        ("get", "/console/exchange/certificates", get(back::<1>)),
        ("post", "/console/exchange/certificates", post(exchange::check).layer(room_for_tables())),
        ("get", "/console/exchange/certificates/carry-out", get(back::<2>)),
        ("post", "/console/exchange/certificates/carry-out", post(exchange::carry_out)),
        ("get", "/console/exchange/anchors", get(back::<1>)),
        ("post", "/console/exchange/anchors", post(exchange::propose).layer(room_for_tables())),
        ("get", "/console/exchange/anchors/{id}/{act}", get(back::<3>)),
        ("post", "/console/exchange/anchors/{id}/{act}", post(exchange::on_anchor)),
        ("get", "/console/exchange/source", get(back::<1>)),
        ("post", "/console/exchange/source", post(exchange::source)),
        ("get", "/console/exchange/revocations", get(back::<1>)),
        ("post", "/console/exchange/revocations", post(exchange::revocations)),
        ("get", "/console/stuck", get(stuck::show)),
        ("get", "/console/waves", get(waves::list)),
        ("post", "/console/waves", post(waves::plan)),
        ("get", "/console/waves/{id}", get(waves::show)),
        ("get", "/console/waves/{id}/{file}", get(waves::remind)),
        ("get", "/console/waves/{id}/slips", get(slips::print)),
        ("post", "/console/waves/{id}/slips", post(slips::make_many)),
        ("get", "/console/waves/{id}/slips.txt", get(slips::texts)),
        ("get", "/console/waves/{id}/close", get(back::<1>)),
        ("post", "/console/waves/{id}/close", post(waves::close)),
        ("get", "/console/delegations", get(delegations::list)),
        ("get", "/console/delegations/{delegation}/end", get(back::<2>)),
        ("post", "/console/delegations/{delegation}/end", post(delegations::end)),
        ("get", "/console/people", get(people::list)),
        ("post", "/console/people", post(people::add)),
        ("get", "/console/people/{id}", get(person::show)),
        ("get", "/console/people/{id}/change", get(person::look)),
        ("post", "/console/people/{id}/change", post(person::carry_out)),
        ("get", "/console/people/{id}/absence", get(back::<1>)),
        ("post", "/console/people/{id}/absence", post(person::note_absence)),
        ("get", "/console/people/{id}/absence/end", get(back::<2>)),
        ("post", "/console/people/{id}/absence/end", post(person::end_absence)),
        ("get", "/console/people/{id}/invite", get(back::<2>)),
        ("post", "/console/people/{id}/invite", post(people::invite)),
        ("get", "/console/people/{id}/invitations/{invitation}/cancel", get(back::<3>)),
        ("post", "/console/people/{id}/invitations/{invitation}/cancel", post(invitations::cancel)),
        ("get", "/console/people/{id}/invitations/{invitation}/resend", get(back::<3>)),
        ("post", "/console/people/{id}/invitations/{invitation}/resend", post(invitations::resend)),
        ("get", "/console/people/{id}/slip", get(slips::print)),
        ("post", "/console/people/{id}/slip", post(slips::make_one)),
        ("get", "/console/people/{id}/slip.txt", get(slips::texts)),
        ("get", "/console/people/{id}/slip/cancel", get(back::<2>)),
        ("post", "/console/people/{id}/slip/cancel", post(slips::cancel)),
        ("get", "/console/people/{id}/session", get(back::<1>)),
        ("post", "/console/people/{id}/session", post(slips::start)),
        ("get", "/console/levels", get(levels::list)),
        ("post", "/console/levels", post(levels::add)),
        ("get", "/console/levels/{code}/rename", get(back::<2>)),
        ("post", "/console/levels/{code}/rename", post(levels::rename)),
        ("get", "/console/units", get(units::list)),
        ("post", "/console/units", post(units::add)),
        ("get", "/console/units/{id}", get(unit::show)),
        ("get", "/console/units/{id}/change", get(unit::look)),
        ("post", "/console/units/{id}/change", post(unit::carry_out)),
        ("get", "/console/units/{id}/policy", get(policy::look)),
        ("post", "/console/units/{id}/policy", post(policy::set)),
        ("get", "/console/units/{id}/slips", get(slips::print)),
        ("post", "/console/units/{id}/slips", post(slips::make_many)),
        ("get", "/console/units/{id}/slips.txt", get(slips::texts)),
        ("get", "/console/webhooks", get(webhooks::list)),
        ("post", "/console/webhooks", post(webhooks::add)),
        ("get", "/console/webhooks/{id}", get(webhooks::show)),
        ("get", "/console/webhooks/{id}/secret", get(back::<1>)),
        ("post", "/console/webhooks/{id}/secret", post(webhooks::renew)),
        ("get", "/console/webhooks/{id}/pause", get(back::<1>)),
        ("post", "/console/webhooks/{id}/pause", post(webhooks::pause)),
        ("get", "/console/webhooks/{id}/resume", get(back::<1>)),
        ("post", "/console/webhooks/{id}/resume", post(webhooks::resume)),
        ("get", "/console/webhooks/{id}/deliveries/{change}/replay", get(back::<3>)),
        ("post", "/console/webhooks/{id}/deliveries/{change}/replay", post(webhooks::replay)),
        ("get", "/console/webhooks/{id}/end", get(back::<1>)),
        ("post", "/console/webhooks/{id}/end", post(webhooks::end)),
        ("get", "/console/changes", get(changes::list)),
        ("get", "/console/changes/{id}", get(changes::show)),
        ("get", "/console/changes/{id}/csv", get(changes::export)),
        ("get", "/console/import/{kind}", get(tables::show)),
        ("post", "/console/import/{kind}", post(tables::check).layer(room_for_tables())),
        ("get", "/console/import/{kind}/carry-out", get(back::<1>)),
        ("post", "/console/import/{kind}/carry-out", post(tables::carry_out)),
        ("get", "/console/export/{file}", get(tables::download)),
        ("get", "/console/accounts", get(accounts::list)),
        ("post", "/console/accounts", post(accounts::add)),
        ("get", "/console/accounts/{id}", get(account::show)),
        ("get", "/console/accounts/{id}/{act}", get(back::<1>)),
        ("post", "/console/accounts/{id}/{act}", post(account::act)),
        ("get", "/console/acts", get(acts::list)),
        ("get", "/console/acts/export", get(acts::export)),
        ("get", "/console/sessions", get(own::show)),
        ("get", "/console/sessions/password", get(back::<1>)),
        ("post", "/console/sessions/password", post(own::change_password)),
        ("get", "/console/sessions/passkeys", get(back::<1>)),
        ("post", "/console/sessions/passkeys", post(passkeys::ask_new)),
        ("get", "/console/sessions/passkeys/answer", get(back::<2>)),
        ("post", "/console/sessions/passkeys/answer", post(passkeys::add)),
        ("get", "/console/sessions/passkeys/{id}/remove", get(back::<3>)),
        ("post", "/console/sessions/passkeys/{id}/remove", post(passkeys::remove)),
        ("get", "/console/sessions/provider", get(back::<1>)),
        ("post", "/console/sessions/provider", post(provider::own)),
        ("get", "/console/sessions/tokens", get(back::<1>)),
        ("post", "/console/sessions/tokens", post(tokens::make)),
        ("get", "/console/sessions/tokens/{id}/end", get(back::<3>)),
        ("post", "/console/sessions/tokens/{id}/end", post(tokens::end)),
        ("get", "/console/sessions/{id}/end", get(back::<2>)),
        ("post", "/console/sessions/{id}/end", post(own::end_session)),
        ("get", "/console/live", get(live::listen)),
        ("get", "/console/language/{tag}", get(language::choose)),
        ("get", "/console/assets/{file}", get(assets::file)),
    ]
}

/// Twice what a table may have, so that a browser is told that one is too large.
fn room_for_tables() -> DefaultBodyLimit {
    DefaultBodyLimit::max(2 * crate::sheet::MAX_BYTES)
}

/// More than a document may have, so that a browser is told that one is too large.
fn room_for_documents() -> DefaultBodyLimit {
    DefaultBodyLimit::max(submission::MAX_FILE + crate::sheet::MAX_BYTES)
}

/// The page that a form was on, so many segments up: the answer to a form has the form's address,
/// which a reload or a change of language asks for without one.
async fn back<const UP: usize>(OriginalUri(uri): OriginalUri) -> Redirect {
    let path = uri.path();
    let cuts = path.match_indices('/').map(|(at, _)| at);
    Redirect::to(cuts.rev().nth(UP - 1).map_or("/console", |at| &path[..at]))
}
