//! Acts in words.

use super::{ActView, Author};
use crate::flow::act::kind::Kind;
use crate::text::{Argument, Language, lookup, text};

/// Names in statements that have a word of their own.
pub const FIELDS: &[&str] = &[
    "added",
    "appearance",
    "asks_replacement",
    "assurance",
    "authority",
    "certified_by",
    "changed",
    "copies",
    "digest",
    "entries",
    "escalated",
    "fields",
    "file",
    "first_day",
    "issuing",
    "kind",
    "last_day",
    "level",
    "lines",
    "linked",
    "lowest_assurance",
    "name",
    "numbering",
    "opened_at",
    "organ_id",
    "parent",
    "passkeys",
    "password",
    "position",
    "prompt_policy",
    "proof",
    "proposed",
    "recipe",
    "roles",
    "root_key",
    "scopes",
    "session",
    "sessions",
    "set_up",
    "signer",
    "signs",
    "state",
    "steps",
    "successor",
    "taken",
    "token_model",
    "token_serial",
    "unit",
    "version",
];

/// Values in statements that have a word of their own.
pub const VALUES: &[&str] = &[
    "active",
    "administrator",
    "as-above",
    "auditor",
    "ca-officer",
    "cancelled",
    "changed",
    "clerk",
    "closed",
    "declined",
    "documents",
    "ended",
    "enrollment-officer",
    "expired",
    "false",
    "given",
    "granted",
    "here",
    "in-force",
    "in-use",
    "issued",
    "none",
    "nothing",
    "open",
    "outside",
    "pending",
    "per-use",
    "proposed",
    "refused",
    "renewed",
    "replaced",
    "requested",
    "returned",
    "reviewed",
    "revoked",
    "spent",
    "suspended",
    "suspended-unused",
    "taken-away",
    "true",
    "trusted",
    "waiting-for-certificate",
];

/// What a kind of act is called.
#[must_use]
pub fn kind(kind: Kind, language: Language) -> String {
    text(language, &format!("act-{}", kind.slug()))
}

/// What a value's name is.
#[must_use]
pub fn field(name: &str, language: Language) -> String {
    if FIELDS.contains(&name) {
        text(language, &format!("act-field-{name}"))
    } else {
        name.to_owned()
    }
}

/// A value.
#[must_use]
pub fn value(value: Option<&str>, language: Language) -> String {
    let Some(value) = value else { return "–".to_owned() };
    let word = |name: &str| {
        let known = VALUES.contains(&name);
        if known { text(language, &format!("act-value-{name}")) } else { name.to_owned() }
    };
    // Roles stand one after another, each with its unit.
    let part = |part: &str| match part.split_once(" (") {
        Some((role, place)) => format!("{} ({place}", word(role)),
        None => word(part),
    };
    value.split("; ").map(part).collect::<Vec<_>>().join("; ")
}

/// Who did it.
#[must_use]
pub fn author(by: &Author, language: Language) -> String {
    match by {
        Author::CommandLine => text(language, "console-author-command-line"),
        Author::Server => text(language, "act-by-server"),
        Author::Account(_, name) => name.clone(),
        Author::Device(_, name) => {
            let name = [Argument { name: "name", value: name }];
            lookup(language, "act-by-device", &name).unwrap_or_default()
        }
    }
}

/// Whom and where it concerns.
#[must_use]
pub fn concerns(act: &ActView) -> String {
    let person = act.person.iter().map(|(_, name)| name.as_str());
    let units = act.units.iter().map(|(_, name)| name.as_str());
    person.chain(units).collect::<Vec<_>>().join(", ")
}

/// What changed, a value after another.
#[must_use]
pub fn changes(act: &ActView, language: Language) -> String {
    let one = |change: &super::Change| {
        let (before, after) = (change.before.as_deref(), change.after.as_deref());
        let name = field(&change.field, language);
        format!("{name}: {} → {}", value(before, language), value(after, language))
    };
    act.changes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Why, or which act of the same moment it follows from.
#[must_use]
pub fn why(act: &ActView, language: Language) -> String {
    match (&act.why, act.with) {
        (Some(why), _) => why.clone(),
        (None, Some(with)) => {
            let act = kind(with, language);
            lookup(language, "act-follows", &[Argument { name: "act", value: &act }])
                .unwrap_or_default()
        }
        (None, None) => String::new(),
    }
}
