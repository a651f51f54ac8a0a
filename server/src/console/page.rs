//! What all pages share: texts, the frame around them, headers.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY,
};
use trien_core::env::{Timestamp, UnixSecond};

use super::visitor::Visitor;
use super::{Console, Demo};
use crate::flow::account::{AccountStanding, Role};
use crate::flow::import::Kind;
use crate::flow::{acts, requests};
use crate::text::{Argument, Language, local_day, local_minute, lookup, text};

/// Nothing but our own style sheet, scripts and forms, whatever a name holds; and nothing but htmx
/// turns text into parts of a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx";

/// Texts in the reader's language, for templates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts(pub Language);

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// The text of a key.
    pub fn of(&self, key: &str) -> String {
        text(self.0, key)
    }

    /// The text of a key, in which somebody's own name stands.
    pub fn named(&self, key: &str, name: &str) -> String {
        lookup(self.0, key, &[Argument { name: "name", value: name }]).unwrap_or_default()
    }

    /// The language's tag.
    pub fn tag(&self) -> &'static str {
        self.0.tag()
    }

    /// Where the style sheet is.
    pub fn style(&self) -> &'static str {
        super::assets::style_path()
    }

    /// Where the scripts are.
    pub fn scripts(&self) -> Vec<&'static str> {
        super::assets::script_paths().collect()
    }

    /// A moment to the minute.
    pub fn at(&self, at: &Timestamp) -> String {
        local_minute(at.second())
    }

    /// The same of what stands in the log, whose moments are whole seconds.
    pub fn minute(&self, at: &UnixSecond) -> String {
        local_minute(*at)
    }

    /// A day.
    pub fn day(&self, at: &UnixSecond) -> String {
        local_day(*at)
    }

    /// What reading a table is called.
    pub fn import(&self, kind: &Kind) -> String {
        self.of(match kind {
            Kind::Units => "console-import-units",
            Kind::People => "console-import-people",
        })
    }

    /// What an account's standing is called.
    pub fn account_standing(&self, standing: &AccountStanding) -> String {
        self.of(match standing {
            AccountStanding::Active => "account-state-active",
            AccountStanding::Ended => "account-state-ended",
            AccountStanding::Waiting => "account-state-waiting",
        })
    }

    /// What a role is called.
    pub fn role(&self, role: &Role) -> String {
        self.of(match role {
            Role::Administrator => "console-role-administrator",
            Role::EnrollmentOfficer => "console-role-enrollment-officer",
            Role::CaOfficer => "console-role-ca-officer",
            Role::Clerk => "console-role-clerk",
            Role::Auditor => "console-role-auditor",
        })
    }
}

/// The frame around a page of somebody who signed in.
#[expect(clippy::struct_excessive_bools, reason = "templates ask for each by itself")]
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub t: Texts,
    /// The person's name.
    pub name: String,
    /// What the forms carry.
    pub token: String,
    /// Which entry of the menu is open.
    pub here: &'static str,
    /// Whether everything is made up.
    pub demo: bool,
    /// Whether the person administers units, people and accounts.
    pub administers: bool,
    /// Whether the person follows documents.
    pub follows: bool,
    /// Whether the person reads what others did.
    pub audits: bool,
    /// Whether the person invites and approves.
    pub enrolls: bool,
    /// What happened, or what was wrong with the form.
    pub notice: Option<Notice>,
    /// How much was written before the page was read.
    pub seen: u64,
}

/// A line above the page.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    /// Whether it is bad news.
    pub bad: bool,
    /// What it says.
    pub text: String,
}

impl Frame {
    pub(super) fn new(console: &Console, visitor: &Visitor, here: &'static str) -> Self {
        Self {
            t: Texts(visitor.language),
            name: visitor.officer.name.clone(),
            token: visitor.token.form_token(),
            here,
            demo: console.demo == Demo::MadeUp,
            administers: visitor.officer.is(Role::Administrator),
            follows: requests::require_reader(&visitor.officer).is_ok(),
            audits: acts::require_reader(&visitor.officer).is_ok(),
            enrolls: visitor.officer.is(Role::EnrollmentOfficer),
            notice: None,
            seen: visitor.seen,
        }
    }

    /// With good news: the text of a key.
    pub(super) fn with_news(mut self, key: Option<&str>) -> Self {
        self.notice = key.map(|key| Notice { bad: false, text: self.t.of(key) });
        self
    }

    /// With what was wrong.
    pub(super) fn with_fault(mut self, text: String) -> Self {
        self.notice = Some(Notice { bad: true, text });
        self
    }
}

/// A page as a response.
pub(super) fn of(template: &impl Template, language: Language) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            return http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(VARY, HeaderValue::from_static("accept-language, cookie"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Under `no-referrer` browsers send forms with `Origin: null`, and none would be taken.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The stage with a browser looks at every page, and knows by this which it has seen.
    #[test]
    fn every_page_says_which_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/console");
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let name = format!("{{% block name %}}{stem}{{% endblock %}}");
            assert_eq!(text.starts_with("{% extends"), text.contains(&name), "{stem}: {name}");
        }
    }
}
