//! How many wrong passwords one address may try, whatever accounts it tries them on.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use trien_core::env::Timestamp;

use super::super::FlowError;
use super::{SessionToken, SignIn, sign_in};
use crate::app::App;

/// Wrong passwords that an address may try at once, and after how many seconds one more.
pub const AT_ONCE: i64 = 30;
/// See [`AT_ONCE`].
pub const ONE_MORE_AFTER_SECONDS: i64 = 10;

/// Addresses that are remembered; the one that would be forgotten first gives way.
const REMEMBERED: usize = 65_536;

/// The wrong passwords of addresses, in memory: a restart forgives.
#[derive(Default)]
pub struct Guesses(Mutex<HashMap<IpAddr, Timestamp>>);

impl Guesses {
    /// Whether an address may try one more; what is tried at once counts before it is looked at.
    fn take(&self, address: IpAddr, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // When all that this address tried is forgiven.
        let forgiven = all.get(&address).copied().unwrap_or(now).max(now);
        if forgiven >= now.plus_seconds(AT_ONCE * ONE_MORE_AFTER_SECONDS) {
            return false;
        }
        if all.len() >= REMEMBERED && !all.contains_key(&address) {
            all.retain(|_, forgiven| now < *forgiven);
            let first = all.iter().min_by_key(|(_, forgiven)| **forgiven).map(|(one, _)| *one);
            if let Some(first) = first.filter(|_| all.len() >= REMEMBERED) {
                all.remove(&first);
            }
        }
        all.insert(address, forgiven.plus_seconds(ONE_MORE_AFTER_SECONDS));
        true
    }

    fn give_back(&self, address: IpAddr) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(forgiven) = all.get_mut(&address) {
            *forgiven = forgiven.plus_seconds(-ONE_MORE_AFTER_SECONDS);
        }
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
/// these are not even looked at, so that those of others are.
pub async fn sign_in_from(
    app: &App,
    guesses: &Guesses,
    address: Option<IpAddr>,
    asked: SignIn,
) -> Result<SessionToken, FlowError> {
    let Some(address) = address.map(prefix) else { return sign_in(app, asked).await };
    if !guesses.take(address, app.clock().now()) {
        return Err(FlowError::TooManyGuesses);
    }
    let signed_in = sign_in(app, asked).await;
    if signed_in.is_ok() {
        guesses.give_back(address);
    }
    signed_in
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
        let one = IpAddr::from([10, 0, 0, 1]);
        let all = (0..100_000).filter(|_| guesses.take(one, now)).count();
        assert_eq!(all, 30);
        now = now.plus_seconds(ONE_MORE_AFTER_SECONDS);
        assert!(guesses.take(one, now) && !guesses.take(one, now));
        guesses.give_back(one);
        assert!(guesses.take(one, now), "a right password costs nothing");
        for number in 0..65_546_u32 {
            assert!(guesses.take(IpAddr::from((0x0b00_0000 + number).to_be_bytes()), now));
        }
        assert!(guesses.0.lock().unwrap().len() <= REMEMBERED);
        assert!(!guesses.take(one, now), "whoever tried most is remembered longest");
    }
}
