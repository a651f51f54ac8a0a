//! What browsers were asked about passkeys and have not answered yet, and for which name.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use trien_core::document::Text;
use trien_core::env::{Timestamp, random};
use trien_core::id::AccountId;
use trien_core::webauthn::Expected;

use super::super::super::FlowError;
use crate::app::App;
use crate::config::Origin;

/// How long a browser may take to answer, in seconds.
pub(super) const PATIENCE_SECONDS: i64 = 300;

/// Questions that are open at once; the oldest gives way. Each takes about a hundred bytes.
const OPEN: usize = 16_384;

/// The office's name for passkeys, and what browsers were asked and have not answered yet. A
/// restart forgets these; the person asks again.
pub struct Passkeys {
    office: Option<Office>,
    open: Mutex<VecDeque<Open>>,
}

pub(super) struct Office {
    pub domain: String,
    origins: Vec<String>,
}

struct Open {
    id: String,
    at: Timestamp,
    challenge: [u8; 32],
    asked: Asked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    New { account: AccountId, label: Text<64> },
    Who,
}

impl Passkeys {
    /// For the addresses of a server: the first that has a name, and TLS or is this machine's own,
    /// and the others of that name.
    #[must_use]
    pub fn new(origins: &[Origin]) -> Self {
        Self { office: Office::of(origins), open: Mutex::default() }
    }

    /// The name that passkeys are bound to; none where there cannot be any.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.office.as_ref().map(|office| office.domain.as_str())
    }

    pub(super) fn office(&self) -> Result<&Office, FlowError> {
        let without = || FlowError::BadRequest("passkeys need an address with a name".to_owned());
        self.office.as_ref().ok_or_else(without)
    }

    pub(super) fn keep(&self, app: &App, challenge: [u8; 32], asked: Asked) -> String {
        let id = Base64UrlUnpadded::encode_string(&random::<16>(app.entropy()));
        let at = app.clock().now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|open| at < open.at.plus_seconds(PATIENCE_SECONDS));
        if open.len() >= OPEN {
            // Strangers can ask who somebody is without end, and must not push out who is known.
            let oldest = open.iter().position(|open| open.asked == Asked::Who).unwrap_or_default();
            open.remove(oldest);
        }
        open.push_back(Open { id: id.clone(), at, challenge, asked });
        id
    }

    /// Each question is answered once.
    pub(super) fn take(&self, app: &App, id: &str) -> Result<([u8; 32], Asked), FlowError> {
        let now = app.clock().now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let place = open.iter().position(|open| open.id == id).ok_or(FlowError::NoPasskey)?;
        let taken = open.remove(place).ok_or(FlowError::NoPasskey)?;
        let in_time = now < taken.at.plus_seconds(PATIENCE_SECONDS);
        if in_time { Ok((taken.challenge, taken.asked)) } else { Err(FlowError::NoPasskey) }
    }
}

impl Office {
    /// Of the first address that has a name, and TLS or is this machine's own, and the others of
    /// that name.
    fn of(origins: &[Origin]) -> Option<Self> {
        let domain = origins.iter().find_map(domain_of)?.to_owned();
        let of_it = origins.iter().filter(|origin| domain_of(origin) == Some(&domain));
        let origins = of_it.map(|origin| origin.as_str().to_owned()).collect();
        Some(Self { domain, origins })
    }

    pub fn expected<'a>(&'a self, challenge: &'a [u8; 32]) -> Expected<'a> {
        Expected { relying_party: &self.domain, origins: &self.origins, challenge }
    }
}

/// The name in an address whose pages browsers take for secure (W3C Secure Contexts §3.1); none of
/// a number.
fn domain_of(origin: &Origin) -> Option<&str> {
    let authority = origin.authority();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let secure = origin.as_str().starts_with("https://") || host == "localhost";
    // The last label of a name is never a number (RFC 3696 §2), and brackets hold an IPv6 address.
    let last = host.rsplit('.').next()?;
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || host.starts_with('[');
    (secure && !numeric).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(origins: &[&str]) -> Option<String> {
        let origins: Vec<Origin> = origins.iter().map(|it| Origin::parse(it).unwrap()).collect();
        Passkeys::new(&origins).domain().map(ToOwned::to_owned)
    }

    #[test]
    fn passkeys_need_a_name_and_a_secure_address() {
        assert_eq!(domain(&["https://ky.example.vn"]).as_deref(), Some("ky.example.vn"));
        assert_eq!(domain(&["http://localhost:8420"]).as_deref(), Some("localhost"));
        assert_eq!(domain(&["http://ky.example.vn"]), None);
        assert_eq!(domain(&["https://10.0.0.5"]), None);
        assert_eq!(domain(&["http://127.0.0.1:8420"]), None);
        let both = ["http://127.0.0.1:8420", "http://localhost:8420"];
        assert_eq!(domain(&both).as_deref(), Some("localhost"));
    }
}
