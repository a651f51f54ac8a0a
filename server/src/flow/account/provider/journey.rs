//! Browsers that are on their way to the provider and have not come back yet.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, random};

use super::super::super::FlowError;
use super::super::{Guesses, SessionToken, Whose};
use super::NoIdentity;
use crate::app::App;
use crate::oidc::{Freshness, Identity, Journey, Provider};

/// How long a person may take at the provider, in seconds.
pub(super) const PATIENCE_SECONDS: i64 = 300;

/// Browsers under way at once; the oldest gives way. Each takes about half a kilobyte.
const UNDER_WAY: usize = 16_384;

/// Browsers that set out from one address at once; one more every ten seconds, and one for each that
/// comes back signed in: an office may have one address.
const FROM_ONE_ADDRESS: i64 = 300;

/// The office's provider, if it has one, and the browsers that are on their way. A restart forgets
/// these; the person asks again.
pub struct IdentityProvider {
    provider: Option<Provider>,
    from_addresses: Guesses,
    under_way: Mutex<VecDeque<UnderWay>>,
}

impl Default for IdentityProvider {
    fn default() -> Self {
        let from_addresses = Guesses::of(FROM_ONE_ADDRESS);
        Self { provider: None, from_addresses, under_way: Mutex::default() }
    }
}

/// What a browser that sets out to sign in brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingOut {
    /// The address that it comes from, where that is known.
    pub address: Option<IpAddr>,
    /// The session that it has, which ends with the new one.
    pub earlier: Option<SessionToken>,
}

/// What a browser holds while it is on its way: 256 random bits. Prints as `…`.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct BrowserToken(String);

impl BrowserToken {
    /// From a cookie; anything but 43 characters of base64url is none.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        // The same form as a session's.
        SessionToken::from_cookie(value).map(|_| Self(value.to_owned()))
    }

    /// For the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> Sha256 {
        Sha256::of(self.0.as_bytes())
    }
}

impl std::fmt::Debug for BrowserToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserToken(…)")
    }
}

/// Where a browser goes, and what it holds meanwhile.
#[derive(Clone)]
pub struct Departure {
    /// The provider's address.
    pub address: String,
    /// For a cookie that comes back with the browser, [`PATIENCE_SECONDS`] long.
    pub browser: BrowserToken,
}

impl std::fmt::Debug for Departure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Departure(…)")
    }
}

impl Departure {
    /// How long the cookie lives, in seconds.
    pub const COOKIE_SECONDS: i64 = PATIENCE_SECONDS;
}

/// What somebody wants at the provider.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    SignIn(SettingOut),
    Link(SessionToken),
    Prove(SessionToken),
}

impl Purpose {
    /// The session in which somebody asked for it.
    fn session(&self) -> Option<&SessionToken> {
        match self {
            Self::SignIn(_) => None,
            Self::Link(session) | Self::Prove(session) => Some(session),
        }
    }
}

struct UnderWay {
    state: String,
    browser: Sha256,
    taken: Taken,
}

/// A journey that came back.
pub(super) struct Taken {
    at: Timestamp,
    nonce: String,
    verifier: String,
    redirect: String,
    pub purpose: Purpose,
}

impl Taken {
    fn journey<'a>(&'a self, state: &'a str) -> Journey<'a> {
        let freshness = match self.purpose {
            // A browser may be signed in there as somebody who led it to that: only who signs in
            // now is linked.
            Purpose::Prove(_) | Purpose::Link(_) => Freshness::Since(self.at),
            Purpose::SignIn(_) => Freshness::Any,
        };
        let Self { redirect, nonce, verifier, .. } = self;
        Journey { redirect, state, nonce, verifier, freshness }
    }
}

impl IdentityProvider {
    /// An office with this provider.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self { provider: Some(provider), ..Self::default() }
    }

    /// What people call the provider; none where there is none.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.provider.as_ref().map(|provider| provider.settings().name.as_str())
    }

    /// Who it is.
    pub fn issuer(&self) -> Result<&str, FlowError> {
        Ok(self.provider()?.settings().issuer.as_str())
    }

    fn provider(&self) -> Result<&Provider, FlowError> {
        self.provider.as_ref().ok_or_else(|| NoIdentity::NotConfigured.into())
    }

    pub(super) async fn depart(
        &self,
        app: &App,
        redirect: &str,
        purpose: Purpose,
    ) -> Result<Departure, FlowError> {
        let at = app.clock().now();
        if let Purpose::SignIn(SettingOut { address: Some(address), .. }) = purpose
            && !self.from_addresses.take(Whose::at(address), at)
        {
            return Err(FlowError::TooManyGuesses);
        }
        let secret = || Base64UrlUnpadded::encode_string(&random::<32>(app.entropy()));
        let (state, browser) = (secret(), BrowserToken(secret()));
        let redirect = redirect.to_owned();
        let taken = Taken { at, nonce: secret(), verifier: secret(), redirect, purpose };
        let address = self.provider()?.address(&taken.journey(&state), at).await?;
        self.keep(UnderWay { state, browser: browser.hash(), taken }, at);
        Ok(Departure { address, browser })
    }

    fn keep(&self, one: UnderWay, now: Timestamp) {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        // A session is on one way at a time.
        let session = one.taken.purpose.session();
        all.retain(|other| {
            let in_time = now < other.taken.at.plus_seconds(PATIENCE_SECONDS);
            in_time && (session.is_none() || other.taken.purpose.session() != session)
        });
        if all.len() >= UNDER_WAY {
            // Strangers can set out without end, and must not push out who is known.
            let oldest = all.iter().position(|one| matches!(one.taken.purpose, Purpose::SignIn(_)));
            all.remove(oldest.unwrap_or_default());
        }
        all.push_back(one);
    }

    /// Each journey comes back once, in time, in the browser that set out.
    pub(super) fn take(
        &self,
        app: &App,
        state: &str,
        browser: Option<&BrowserToken>,
    ) -> Result<Taken, FlowError> {
        let now = app.clock().now();
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|one| one.state == state).ok_or(NoIdentity::Late)?;
        let one = all.remove(place).ok_or(NoIdentity::Late)?;
        let own = browser.is_some_and(|browser| browser.hash() == one.browser);
        let in_time = now < one.taken.at.plus_seconds(PATIENCE_SECONDS);
        if own && in_time { Ok(one.taken) } else { Err(NoIdentity::Late.into()) }
    }

    /// Whoever signed in may set out once more.
    pub(super) fn give_back(&self, setting_out: &SettingOut) {
        if let Some(address) = setting_out.address {
            self.from_addresses.give_back(Whose::at(address));
        }
    }

    pub(super) async fn redeem(
        &self,
        app: &App,
        code: &str,
        issuer: Option<&str>,
        taken: &Taken,
    ) -> Result<Identity, FlowError> {
        let journey = taken.journey("");
        Ok(self.provider()?.redeem(code, issuer, &journey, app.clock().now()).await?)
    }
}
