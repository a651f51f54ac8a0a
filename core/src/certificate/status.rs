//! What a revocation list or an answer states of one certificate.

use crate::env::UnixSecond;

use super::crl::Reason;
use super::parse::Certificate;

/// Whether a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not to the knowledge of whoever states it.
    Good,
    /// It was.
    Revoked {
        /// Since when.
        at: UnixSecond,
        /// Why.
        reason: Reason,
    },
}

/// A verified statement about one certificate by its issuer or on its behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it states.
    pub state: State,
    /// As of when.
    pub this_update: UnixSecond,
    /// Until when there is nothing newer; `None` if that is not said.
    pub next_update: Option<UnixSecond>,
    /// Certificates that expired before this second may have been dropped from the records.
    pub remembers_since: Option<UnixSecond>,
}

impl Statement {
    /// Whether it knows of a revocation of `certificate` up to `at`.
    ///
    /// Lists drop what has expired (RFC 5280 §3.3), so silence made after the end of a certificate
    /// counts only where it is said how far the records go back.
    #[must_use]
    pub fn knows(&self, certificate: &Certificate, at: UnixSecond) -> bool {
        let is_remembered = self.this_update <= certificate.not_after()
            || self.remembers_since.is_some_and(|since| since <= certificate.not_after());
        // Made after, or in force then.
        let covers = self.this_update >= at || self.next_update.is_some_and(|next| next >= at);
        is_remembered && covers
    }
}
