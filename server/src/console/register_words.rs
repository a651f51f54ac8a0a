//! The register's words for templates.

use trien_core::certificate::Assurance;
use trien_core::register::{CertificateKind, Event, KeyHome, State};

use super::page::Texts;
use crate::flow::register::{EntryRow, EventRow, Soon, words};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// What a state is called.
    pub(super) fn entry_state(&self, state: &State) -> String {
        self.of(words::state(*state))
    }

    /// What happened.
    pub(super) fn entry_event(&self, event: &Event) -> String {
        self.of(words::event(*event))
    }

    /// Who made it happen.
    pub(super) fn author(&self, event: &EventRow) -> String {
        event.name.clone().unwrap_or_else(|| self.of(words::author(event.author)))
    }

    /// Why a certificate was revoked.
    pub(super) fn reason(&self, code: &u32) -> String {
        self.of(words::reason(*code))
    }

    /// What a certificate is for.
    pub(super) fn certificate_kind(&self, kind: &CertificateKind) -> String {
        self.of(words::kind(*kind))
    }

    /// Where a key may live.
    pub(super) fn home(&self, home: &KeyHome) -> String {
        self.of(words::home(*home))
    }

    /// Where an entry's key lives.
    pub(super) fn key_home(&self, entry: &EntryRow) -> String {
        self.of(words::home_of(entry))
    }

    /// How well a key is known to be in hardware.
    pub(super) fn assurance(&self, assurance: &Assurance) -> String {
        self.of(words::assurance(*assurance))
    }

    /// A time until which certificates end.
    pub(super) fn soon(&self, soon: &Soon) -> String {
        self.of(words::soon(*soon))
    }
}
