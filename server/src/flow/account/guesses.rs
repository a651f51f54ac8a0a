//! How many wrong passwords one address may try, whatever accounts it tries them on. A browser in which
//! somebody has signed in before is counted apart: its person is not kept out by what others try.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::super::FlowError;
use super::{AccountRow, Login, SessionToken, SignIn, account, sign_in};
use crate::app::App;

/// Wrong passwords that an address may try at once, and after how many seconds one more.
pub const AT_ONCE: i64 = 30;
/// See [`AT_ONCE`].
pub const ONE_MORE_AFTER_SECONDS: i64 = 10;

/// Addresses that are remembered; the one that would be forgotten first gives way.
const REMEMBERED: usize = 65_536;

/// The wrong passwords of addresses and known browsers, in memory: a restart forgives.
pub struct Guesses {
    at_once: i64,
    forgiven: Mutex<HashMap<Whose, Timestamp>>,
}

impl Default for Guesses {
    fn default() -> Self {
        Self::of(AT_ONCE)
    }
}

/// Whose guesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Address(IpAddr),
    /// The browsers in which somebody has signed in to this account.
    Known(AccountId),
}

/// What a browser keeps of a sign-in by password: good for this account until its password changes.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownBrowser(Sha256);

impl KnownBrowser {
    /// From a cookie.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        value.parse().ok().map(Self)
    }

    /// For the cookie.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.0.to_string()
    }

    /// Nobody outside knows the password's hash with its salt, which this comes from.
    fn of(account: &AccountRow) -> Self {
        let (id, password) = (account.id.as_bytes(), account.password.as_bytes());
        Self(Sha256::of_parts(&[b"trien-known/1\0", id, password]))
    }

    /// Hashes are compared: their time tells nothing.
    fn is(&self, other: &Self) -> bool {
        Sha256::of(self.0.as_bytes()) == Sha256::of(other.0.as_bytes())
    }
}

impl std::fmt::Debug for KnownBrowser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KnownBrowser(…)")
    }
}

/// Where somebody signs in.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The address; where it is not known nothing is counted.
    pub address: Option<IpAddr>,
    /// What an earlier sign-in left in the browser.
    pub known: Option<KnownBrowser>,
}

impl Guesses {
    /// With so many at once.
    pub(super) fn of(at_once: i64) -> Self {
        Self { at_once, forgiven: Mutex::default() }
    }

    /// Whether one more may be tried; what is tried at once counts before it is looked at.
    pub(super) fn take(&self, whose: Whose, now: Timestamp) -> bool {
        let mut all = self.forgiven.lock().unwrap_or_else(PoisonError::into_inner);
        // When all that was tried is forgiven.
        let forgiven = all.get(&whose).copied().unwrap_or(now).max(now);
        if forgiven >= now.plus_seconds(self.at_once * ONE_MORE_AFTER_SECONDS) {
            return false;
        }
        if all.len() >= REMEMBERED && !all.contains_key(&whose) {
            all.retain(|_, forgiven| now < *forgiven);
            let first = all.iter().min_by_key(|(_, forgiven)| **forgiven).map(|(one, _)| *one);
            if let Some(first) = first.filter(|_| all.len() >= REMEMBERED) {
                all.remove(&first);
            }
        }
        all.insert(whose, forgiven.plus_seconds(ONE_MORE_AFTER_SECONDS));
        true
    }

    pub(super) fn give_back(&self, whose: Whose) {
        let mut all = self.forgiven.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(forgiven) = all.get_mut(&whose) {
            *forgiven = forgiven.plus_seconds(-ONE_MORE_AFTER_SECONDS);
        }
    }
}

impl Whose {
    pub(super) fn at(address: IpAddr) -> Self {
        Self::Address(prefix(address))
    }
}

/// A subscriber with IPv6 has all addresses of a /64 (RFC 6177).
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        short @ IpAddr::V4(_) => short,
    }
}

/// Begins a session as [`sign_in`] does, unless too many wrong passwords came from this address:
/// these are not even looked at, so that those of others are. Gives what the browser keeps as well.
pub async fn sign_in_from(
    app: &App,
    guesses: &Guesses,
    place: &Place,
    asked: SignIn,
) -> Result<(SessionToken, Option<KnownBrowser>), FlowError> {
    let login = Login::parse(&asked.login);
    let account = row_of(app, login.as_ref()).await?;
    let whose = match (&account, &place.known) {
        (Some(account), Some(known)) if KnownBrowser::of(account).is(known) => {
            Some(Whose::Known(account.id))
        }
        _ => place.address.map(Whose::at),
    };
    if whose.is_some_and(|whose| !guesses.take(whose, app.clock().now())) {
        return Err(FlowError::TooManyGuesses);
    }
    let token = sign_in(app, asked).await?;
    if let Some(whose) = whose {
        guesses.give_back(whose);
    }
    Ok((token, account.as_ref().map(KnownBrowser::of)))
}

async fn row_of(app: &App, login: Option<&Login>) -> Result<Option<AccountRow>, FlowError> {
    let Some(login) = login else { return Ok(None) };
    let mut connection = app.store().reader().await?;
    Ok(account::by_login(&mut connection, login.as_str()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_apart_as_far_as_subscribers_are() {
        let prefix = |text: &str| prefix(text.parse().unwrap()).to_string();
        assert_eq!(prefix("10.0.0.7"), "10.0.0.7");
        assert_eq!(prefix("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(prefix("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn guesses_are_forgiven_one_after_the_other_and_memory_ends() {
        let (guesses, mut now) = (Guesses::default(), Timestamp::from_millis(1_000));
        let one = Whose::at([10, 0, 0, 1].into());
        let all = (0..100_000).filter(|_| guesses.take(one, now)).count();
        assert_eq!(all, 30);
        now = now.plus_seconds(ONE_MORE_AFTER_SECONDS);
        assert!(guesses.take(one, now) && !guesses.take(one, now));
        guesses.give_back(one);
        assert!(guesses.take(one, now), "a right password costs nothing");
        for number in 0..65_546_u32 {
            let other = IpAddr::from((0x0b00_0000 + number).to_be_bytes());
            assert!(guesses.take(Whose::at(other), now));
        }
        assert!(guesses.forgiven.lock().unwrap().len() <= REMEMBERED);
        assert!(!guesses.take(one, now), "whoever tried most is remembered longest");
    }
}
