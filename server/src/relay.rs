//! The relay of whoever publishes the app (`trien push-relay`): it holds the keys of FCM and APNs, and
//! wakes the phones of offices that have none.
//!
//! It learns tokens and random bytes. Whatever is no wake-up is refused, so that no office can send
//! words through it either.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::sync::Semaphore;
use trien_core::digest::Sha256;
use trien_core::env::{Clock, Entropy, Timestamp, random};
use trien_core::push::{PushKind, WakeUp};

use crate::egress::http::ReachError;
use crate::push::{Blame, Loudness, Message, Outcome, Push, PushSettings, Relayed, VapidKey};

/// Longest message of an office, in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// Wake-ups of an office in a second, after as many at once as [`HELD`].
const A_SECOND: i64 = 50;
const HELD: i64 = 1000;
/// Wake-ups under way at once, and those of one office.
const AT_ONCE: usize = 256;
const OF_OFFICE: usize = AT_ONCE / 4;

const PREFIX: &str = "trien_relay_";

/// A new key of an office: what it shows, and the line that lets it in.
pub struct NewOffice {
    /// The value after `Bearer`, shown once.
    pub key: String,
    /// For the file of offices.
    pub line: String,
}

impl NewOffice {
    /// A key for an office of this name.
    #[must_use]
    pub fn new(name: &str, entropy: &dyn Entropy) -> Self {
        let key = format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&random::<32>(entropy)));
        let line = format!("{} {}", Sha256::of(key.as_bytes()), name.trim());
        Self { key, line }
    }
}

/// The offices that a relay serves, by the SHA-256 of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offices(HashMap<Sha256, String>);

/// A line of the file of offices that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not the SHA-256 of a key and the name of an office")]
pub struct InvalidLine(usize);

impl Offices {
    /// Reads the file: a line for each office; blank lines and those with `#` before them are left out.
    pub fn read(text: &str) -> Result<Self, InvalidLine> {
        let mut offices = HashMap::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (digest, name) = line.split_once(' ').ok_or(InvalidLine(number))?;
            let digest = digest.parse().map_err(|_| InvalidLine(number))?;
            offices.insert(digest, name.trim().to_owned());
        }
        Ok(Self(offices))
    }
}

/// What the relay works with.
#[derive(Clone)]
pub struct Relay {
    inner: Arc<Inner>,
}

struct Inner {
    push: Push,
    offices: Offices,
    allowances: Mutex<HashMap<Sha256, Timestamp>>,
    room: Semaphore,
    shares: HashMap<Sha256, Semaphore>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relay(…)")
    }
}

impl Relay {
    /// A relay for these offices.
    #[must_use]
    pub fn new(
        push: Push,
        offices: Offices,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (allowances, room) = (Mutex::default(), Semaphore::new(AT_ONCE));
        let keys = offices.0.keys();
        let shares = keys.map(|office| (*office, Semaphore::new(OF_OFFICE))).collect();
        Self { inner: Arc::new(Inner { push, offices, allowances, room, shares, clock, entropy }) }
    }

    /// A relay that speaks to the services of these settings.
    pub fn of(
        settings: &PushSettings,
        offices: Offices,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ReachError> {
        // It wakes nobody by Web Push, so nobody sees this key.
        let key = VapidKey::of(std::iter::repeat_with(|| random(&*entropy)));
        let key = key.expect("eight draws of which each fails once in 2^32");
        Ok(Self::new(Push::new(settings, key, "")?, offices, clock, entropy))
    }

    /// Its two routes.
    pub fn router(self) -> Router {
        Router::new()
            .route("/v1/wake-ups", post(wake))
            .route("/healthz", get(|| async { "ok\n" }))
            .layer(DefaultBodyLimit::max(MAX_BYTES))
            .with_state(self)
    }

    /// The office that shows its key. What is looked up is a hash of 256 random bits, which tells
    /// nothing by its time.
    fn office(&self, headers: &HeaderMap) -> Option<Sha256> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let digest = Sha256::of(value.strip_prefix("Bearer ")?.as_bytes());
        self.inner.offices.0.contains_key(&digest).then_some(digest)
    }

    /// Takes one wake-up from an office's allowance; gives the seconds to wait where there is none.
    fn take(&self, office: Sha256, now: Timestamp) -> Result<(), i64> {
        let each = 1000 / A_SECOND;
        let mut allowances = self.inner.allowances.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = allowances.entry(office).or_insert(now);
        let from = (*whole).max(now).as_millis();
        let ahead = from - now.as_millis();
        if ahead > (HELD - 1) * each {
            return Err(1 + (ahead - (HELD - 1) * each) / 1000);
        }
        *whole = Timestamp::from_millis(from + each);
        Ok(())
    }
}

async fn wake(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Response {
    let now = relay.inner.clock.now();
    let Some(office) = relay.office(&headers) else {
        return told(StatusCode::UNAUTHORIZED, "the key is not known", None);
    };
    if let Err(seconds) = relay.take(office, now) {
        return told(StatusCode::TOO_MANY_REQUESTS, "too many wake-ups", Some(seconds));
    }
    let Some((relayed, loudness)) = read(&body) else {
        return told(StatusCode::BAD_REQUEST, "not a wake-up", None);
    };
    // One office whose service is slow leaves room for the others.
    let share = relay.inner.shares.get(&office).map(Semaphore::try_acquire);
    let (Some(Ok(_share)), Ok(_room)) = (share, relay.inner.room.try_acquire()) else {
        return told(StatusCode::SERVICE_UNAVAILABLE, "too many at once", Some(1));
    };
    let Relayed { address, wake_up, .. } = relayed;
    let message = Message { address: &address, loudness, wake_up, now };
    let outcome = relay.inner.push.send(&message, &*relay.inner.entropy).await;
    let answer = outcome.answer().as_str();
    let (status, after) = match &outcome {
        Outcome::Sent(_) => (StatusCode::OK, None),
        Outcome::Dead(_) => (StatusCode::GONE, None),
        Outcome::Unfit(_) => (StatusCode::CONFLICT, None),
        Outcome::Again { after, blame: Blame::Provider, .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, *after)
        }
        Outcome::Again { after, blame: Blame::Message, .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, *after)
        }
    };
    let name = relay.inner.offices.0.get(&office).map(String::as_str).unwrap_or_default();
    tracing::info!(office = name, status = status.as_u16(), "a wake-up was passed on");
    told(status, answer, after)
}

/// A wake-up and nothing else, for an address of a service that we speak to.
fn read(body: &[u8]) -> Option<(Relayed, Loudness)> {
    let relayed: Relayed = serde_json::from_slice(body).ok()?;
    let known = matches!(relayed.address.kind(), PushKind::Fcm | PushKind::Apns);
    relayed.address.check().ok().filter(|()| known)?;
    let nonce: [u8; 16] =
        Base64UrlUnpadded::decode_vec(&relayed.wake_up.n).ok()?.try_into().ok()?;
    if relayed.wake_up != WakeUp::new(nonce) {
        return None;
    }
    let both = [Loudness::Visible, Loudness::Silent];
    let loudness = both.into_iter().find(|one| one.name() == relayed.loudness)?;
    Some((relayed, loudness))
}

fn told(status: StatusCode, answer: &str, after: Option<i64>) -> Response {
    let body = axum::Json(json!({ "answer": answer }));
    match after {
        Some(seconds) => (status, [(RETRY_AFTER, seconds.to_string())], body).into_response(),
        None => (status, body).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use trien_core::env::OsEntropy;
    use trien_core::push::PushAddress;

    use super::*;

    #[test]
    fn an_office_is_known_by_the_line_of_its_key() {
        let new = NewOffice::new("UBND tỉnh X", &OsEntropy);
        let file = format!("# offices\n\n{}\n", new.line);
        let offices = Offices::read(&file).unwrap();
        let name = offices.0.get(&Sha256::of(new.key.as_bytes()));
        assert_eq!(name.map(String::as_str), Some("UBND tỉnh X"));
        assert!(!new.line.contains(&new.key[PREFIX.len()..]));
        assert_eq!(Offices::read("abc def"), Err(InvalidLine(1)));
        assert_eq!(Offices::read("\nabc"), Err(InvalidLine(2)));
    }

    #[test]
    fn an_office_that_wakes_too_much_waits() {
        let settings = PushSettings::default();
        let (clock, entropy) = (Arc::new(trien_core::env::SystemClock), Arc::new(OsEntropy));
        let relay = Relay::of(&settings, Offices::default(), clock, entropy).unwrap();
        let (one, other) = (Sha256::of(b"1"), Sha256::of(b"2"));
        let now = Timestamp::from_millis(1_795_305_600_000);
        let taken = (0..5000).take_while(|_| relay.take(one, now).is_ok()).count();
        assert_eq!(i64::try_from(taken), Ok(HELD));
        assert_eq!(relay.take(one, now), Err(1));
        assert_eq!(relay.take(other, now), Ok(()), "others do not wait for it");
        let later = now.plus_seconds(1);
        let taken = (0..5000).take_while(|_| relay.take(one, later).is_ok()).count();
        assert_eq!(i64::try_from(taken), Ok(A_SECOND));
    }

    #[test]
    fn what_is_no_wake_up_is_not_passed_on() {
        let relayed = |loudness: &str, wake_up: WakeUp, address: PushAddress| {
            let loudness = loudness.to_owned();
            serde_json::to_vec(&Relayed { address, loudness, wake_up }).unwrap()
        };
        let token = || PushAddress::Fcm { token: "abc".to_owned() };
        let sound = WakeUp::new([7; 16]);
        assert!(read(&relayed("visible", sound.clone(), token())).is_some());
        let words = WakeUp { t: "Quyết định".to_owned(), ..sound.clone() };
        let long = WakeUp { n: Base64UrlUnpadded::encode_string(&[7; 32]), ..sound.clone() };
        for (loudness, wake_up, address) in [
            ("visible", words, token()),
            ("visible", long, token()),
            ("loud", sound.clone(), token()),
            ("visible", sound.clone(), PushAddress::None),
            ("visible", sound, PushAddress::Fcm { token: "a b".to_owned() }),
        ] {
            assert!(read(&relayed(loudness, wake_up, address)).is_none());
        }
        let more = br#"{"address":{"kind":"fcm","token":"a"},"loudness":"visible",
            "wake_up":{"v":1,"t":"sync","n":"AAAAAAAAAAAAAAAAAAAAAA","x":"An"}}"#;
        assert!(read(more).is_none());
    }
}
