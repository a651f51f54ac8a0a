//! The keys of the register's words: what states, events and facts are called.

use jiff::civil::Date;
use trien_core::certificate::{Assurance, PromptPolicy, Prompts};
use trien_core::register::{CertificateKind, Event, KeyHome, State};

use super::{Author, Days, EntryRow, Soon};
use crate::text::{Argument, Language, lookup, text};

/// What a state is called.
#[must_use]
pub fn state(state: State) -> &'static str {
    match state {
        State::Requested => "console-entry-requested",
        State::Reviewed => "console-entry-reviewed",
        State::Refused => "console-entry-refused",
        State::Issued => "console-entry-issued",
        State::InUse => "console-entry-in-use",
        State::Suspended | State::SuspendedUnused => "console-entry-suspended",
        State::Renewed => "console-entry-renewed",
        State::Revoked => "console-entry-revoked",
        State::Expired => "console-entry-expired",
    }
}

/// What happened, as a sentence without its end.
#[must_use]
pub fn event(event: Event) -> &'static str {
    match event {
        Event::Requested => "console-event-requested",
        Event::Recorded => "console-event-recorded",
        Event::Reviewed => "console-event-reviewed",
        Event::Exported => "console-event-exported",
        Event::Refused => "console-event-refused",
        Event::Issued => "console-event-issued",
        Event::HandedOver => "console-event-handed-over",
        Event::Suspended => "console-event-suspended",
        Event::Resumed => "console-event-resumed",
        Event::Renewed => "console-event-renewed",
        Event::Revoked => "console-event-revoked",
        Event::Expired => "console-event-expired",
    }
}

/// Why a certificate was revoked, by the reason code of RFC 5280 §5.3.1.
#[must_use]
pub fn reason(code: u32) -> &'static str {
    match code {
        1 => "console-reason-key-compromise",
        3 => "console-reason-affiliation-changed",
        4 => "console-reason-superseded",
        5 => "console-reason-cessation",
        _ => "console-reason-other",
    }
}

/// Who made something happen, where it was nobody who signed in.
#[must_use]
pub fn author(author: Author) -> &'static str {
    match author {
        Author::Phone => "console-author-phone",
        Author::Server => "console-author-server",
        Author::CommandLine => "console-author-command-line",
        Author::Account(_) | Author::Unrecorded => "console-author-unrecorded",
    }
}

/// What a certificate is for.
#[must_use]
pub fn kind(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::Personal => "console-kind-personal",
        CertificateKind::AgencySeal => "console-kind-agency-seal",
    }
}

/// Where its key lives.
#[must_use]
pub fn home(home: KeyHome) -> &'static str {
    match home {
        KeyHome::Phone => "console-home-of-key-phone",
        KeyHome::Token => "console-home-of-key-token",
        KeyHome::Sim => "console-home-of-key-sim",
        KeyHome::Remote => "console-home-of-key-remote",
    }
}

/// The same of an entry: a device's own key may lie in a token that is plugged into it.
#[must_use]
pub fn home_of(entry: &EntryRow) -> &'static str {
    match entry.assurance {
        Some(Assurance::T) => home(KeyHome::Token),
        _ => home(entry.home),
    }
}

/// How well a key is known to be in hardware.
#[must_use]
pub fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::A => "console-assurance-a",
        Assurance::B => "console-assurance-b",
        Assurance::C => "console-assurance-c",
        Assurance::T => "console-assurance-t",
        Assurance::D => "console-assurance-d",
    }
}

/// The same of a certificate that may be outside phones.
#[must_use]
pub fn assurance_of(level: Option<Assurance>) -> &'static str {
    level.map_or("figures-outside-phones", assurance)
}

/// The days of a step, such as `01/10/2026 – 31/12/2026`.
#[must_use]
pub fn days(language: Language, days: Days) -> String {
    let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let last = day(days.last);
    match days.first {
        Some(first) => format!("{} – {last}", day(first)),
        None => format!("{} {last}", text(language, "figures-until")),
    }
}

/// How often a key asks for its person, and whether a passcode answers.
#[must_use]
pub fn prompt(language: Language, policy: PromptPolicy) -> String {
    let often = prompts(language, policy.prompts);
    if policy.passcode { format!("{often}; {}", text(language, "prompt-passcode")) } else { often }
}

fn prompts(language: Language, prompts: Prompts) -> String {
    let Prompts::Session { seconds, signatures } = prompts else {
        return text(language, "prompt-per-use");
    };
    let (seconds, signatures) = (seconds.to_string(), signatures.to_string());
    let arguments = [
        Argument { name: "seconds", value: &seconds },
        Argument { name: "signatures", value: &signatures },
    ];
    lookup(language, "prompt-session-of", &arguments).unwrap_or_default()
}

/// A time until which certificates end.
#[must_use]
pub fn soon(soon: Soon) -> &'static str {
    match soon {
        Soon::TwoMonths => "console-within-60",
        Soon::Month => "console-within-30",
        Soon::Week => "console-within-7",
    }
}
