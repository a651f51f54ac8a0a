//! What the register's states, events and facts are called.

use trien_core::certificate::Assurance;
use trien_core::register::{CertificateKind, Event, KeyHome, State};

use super::page::Texts;
use crate::flow::register::{Author, EventRow, Soon};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a state is called.
    pub(super) fn entry_state(&self, state: &State) -> String {
        self.of(match state {
            State::Requested => "console-entry-requested",
            State::Reviewed => "console-entry-reviewed",
            State::Refused => "console-entry-refused",
            State::Issued => "console-entry-issued",
            State::InUse => "console-entry-in-use",
            State::Suspended | State::SuspendedUnused => "console-entry-suspended",
            State::Renewed => "console-entry-renewed",
            State::Revoked => "console-entry-revoked",
            State::Expired => "console-entry-expired",
        })
    }

    /// What happened, as a sentence without its end.
    pub(super) fn entry_event(&self, event: &Event) -> String {
        self.of(match event {
            Event::Requested => "console-event-requested",
            Event::Recorded => "console-event-recorded",
            Event::Reviewed => "console-event-reviewed",
            Event::Refused => "console-event-refused",
            Event::Issued => "console-event-issued",
            Event::HandedOver => "console-event-handed-over",
            Event::Suspended => "console-event-suspended",
            Event::Resumed => "console-event-resumed",
            Event::Renewed => "console-event-renewed",
            Event::Revoked => "console-event-revoked",
            Event::Expired => "console-event-expired",
        })
    }

    /// Who made it happen.
    pub(super) fn author(&self, event: &EventRow) -> String {
        self.of(match (&event.name, event.author) {
            (Some(name), _) => return name.clone(),
            (None, Author::Phone) => "console-author-phone",
            (None, Author::Server) => "console-author-server",
            (None, Author::CommandLine) => "console-author-command-line",
            (None, Author::Account(_) | Author::Unrecorded) => "console-author-unrecorded",
        })
    }

    /// Why a certificate was revoked (RFC 5280 §5.3.1).
    pub(super) fn reason(&self, code: &u32) -> String {
        self.of(match code {
            1 => "console-reason-key-compromise",
            3 => "console-reason-affiliation-changed",
            4 => "console-reason-superseded",
            5 => "console-reason-cessation",
            _ => "console-reason-other",
        })
    }

    /// What a certificate is for.
    pub(super) fn certificate_kind(&self, kind: &CertificateKind) -> String {
        self.of(match kind {
            CertificateKind::Personal => "console-kind-personal",
            CertificateKind::AgencySeal => "console-kind-agency-seal",
        })
    }

    /// Where its key lives.
    pub(super) fn key_home(&self, home: &KeyHome) -> String {
        self.of(match home {
            KeyHome::Phone => "console-home-of-key-phone",
            KeyHome::Token => "console-home-of-key-token",
            KeyHome::Sim => "console-home-of-key-sim",
            KeyHome::Remote => "console-home-of-key-remote",
        })
    }

    /// How well a key is known to be in hardware.
    pub(super) fn assurance(&self, assurance: &Assurance) -> String {
        self.of(match assurance {
            Assurance::A => "console-assurance-a",
            Assurance::B => "console-assurance-b",
            Assurance::C => "console-assurance-c",
            Assurance::D => "console-assurance-d",
        })
    }

    /// A time until which certificates end.
    pub(super) fn soon(&self, soon: &Soon) -> String {
        self.of(match soon {
            Soon::TwoMonths => "console-within-60",
            Soon::Month => "console-within-30",
            Soon::Week => "console-within-7",
        })
    }
}
