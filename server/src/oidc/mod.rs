//! Signing in by an identity provider (OpenID Connect Core 1.0): code flow with PKCE (RFC 7636),
//! state and nonce.
//!
//! Here is what is asked of the provider and what of its answers is believed. It knows no account
//! and no page.

mod claims;
mod fetch;
mod kept;
mod metadata;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Semaphore;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::jose::{self, Algorithm, KeySet};
use zeroize::Zeroizing;

use crate::escape::escaped;

pub use claims::{Identity, Untrusted, email_of, is_subject};
pub use fetch::{Answer, Fetch, Network, NetworkError};
pub use metadata::{Issuer, Metadata};

use claims::Expected;
use kept::Kept;

/// How long what a provider says of itself is believed, in seconds.
const KEPT_SECONDS: i64 = 3600;
/// Codes that are redeemed at once: each holds a connection to the provider, and may for seconds.
const AT_ONCE: usize = 32;

/// The client's secret; prints as `…`.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct ClientSecret(pub String);

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// What an office says of its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Who it is, exactly as it says itself.
    pub issuer: Issuer,
    /// Who we are there.
    pub client: String,
    /// Proves it.
    pub secret: ClientSecret,
    /// What people call the provider.
    pub name: String,
    /// Ways of signing in (`acr`) of which one must have been used; any where none is named.
    pub acr: Vec<String>,
    /// Means (`amr`) that must all have been used.
    pub amr: Vec<String>,
    /// How tokens may be signed.
    pub algorithms: Vec<Algorithm>,
}

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No answer, or none that can be used.
    #[error("the identity provider cannot be used: {0}")]
    Unusable(String),
    /// Its token is not believed.
    #[error("the identity provider's token is refused: {0}")]
    Untrusted(#[from] Untrusted),
}

/// What a browser takes to the provider.
#[derive(Clone)]
pub struct Journey<'a> {
    /// Where it comes back to.
    pub redirect: &'a str,
    /// Comes back with it.
    pub state: &'a str,
    /// Comes back within the token.
    pub nonce: &'a str,
    /// Whose SHA-256 travels now, and which itself redeems the code.
    pub verifier: &'a str,
    /// Whether the person must prove who that is although signed in there.
    pub freshness: Freshness,
}

/// How old a sign-in at the provider may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As the provider has it.
    Any,
    /// Not before this moment.
    Since(Timestamp),
}

/// A provider with what it said of itself.
pub struct Provider {
    settings: ProviderSettings,
    network: Arc<dyn Fetch>,
    metadata: Kept<Metadata>,
    keys: Kept<KeySet>,
    redeeming: Semaphore,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Provider {
    /// Nothing is asked before somebody signs in.
    #[must_use]
    pub fn new(settings: ProviderSettings, network: Arc<dyn Fetch>) -> Self {
        let redeeming = Semaphore::new(AT_ONCE);
        Self { settings, network, metadata: Kept::default(), keys: Kept::default(), redeeming }
    }

    /// What the office says of it.
    #[must_use]
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Where a browser is sent.
    pub async fn address(
        &self,
        journey: &Journey<'_>,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let metadata = self.metadata(now).await?;
        let challenge = Sha256::of(journey.verifier.as_bytes());
        let challenge = Base64UrlUnpadded::encode_string(challenge.as_bytes());
        let mut address = metadata.authorization.clone();
        {
            let mut query = address.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &self.settings.client)
                .append_pair("redirect_uri", journey.redirect)
                .append_pair("scope", "openid email")
                .append_pair("state", journey.state)
                .append_pair("nonce", journey.nonce)
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
            if journey.freshness != Freshness::Any {
                query.append_pair("prompt", "login").append_pair("max_age", "0");
            }
            if !self.settings.acr.is_empty() {
                query.append_pair("acr_values", &self.settings.acr.join(" "));
            }
        }
        Ok(address.into())
    }

    /// Who came back. `issuer` is what the answer says of itself (RFC 9207), which keeps another
    /// provider's answer out.
    pub async fn redeem(
        &self,
        code: &str,
        issuer: Option<&str>,
        journey: &Journey<'_>,
        now: Timestamp,
    ) -> Result<Identity, ProviderError> {
        let turn = self.redeeming.try_acquire();
        let _turn = turn.map_err(|_| unusable("too many are coming back at once"))?;
        let metadata = self.metadata(now).await?;
        let own = self.settings.issuer.as_str();
        if issuer.map_or(metadata.names_itself, |issuer| issuer != own) {
            return Err(Untrusted::Issuer.into());
        }
        let token = self.token(&metadata, code, journey).await?;
        let content = self.verify(&metadata, &token, now).await?;
        let expected = Expected {
            settings: &self.settings,
            nonce: journey.nonce,
            freshness: journey.freshness,
            now,
        };
        Ok(claims::check(&content, &expected)?)
    }

    async fn token(
        &self,
        metadata: &Metadata,
        code: &str,
        journey: &Journey<'_>,
    ) -> Result<Zeroizing<String>, ProviderError> {
        let (client, secret) = (&self.settings.client, &self.settings.secret.0);
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", journey.redirect),
            ("code_verifier", journey.verifier),
        ];
        let authorization = if metadata.takes_basic {
            // RFC 6749 §2.3.1: both are escaped before they are joined.
            let pair = Zeroizing::new(format!("{}:{}", escaped(client), escaped(secret)));
            Some(Zeroizing::new(format!("Basic {}", Base64::encode_string(pair.as_bytes()))))
        } else {
            pairs.extend([("client_id", &**client), ("client_secret", &**secret)]);
            None
        };
        let form = Zeroizing::new(form(&pairs));
        let authorization = authorization.as_ref().map(|it| it.as_str());
        let answer = self.network.post(&metadata.token, authorization, &form).await;
        let answer = answer.map_err(unusable)?;
        if (400..500).contains(&answer.status) {
            return Err(Untrusted::Code.into());
        }
        if answer.status != 200 {
            return Err(unusable(format!("it answered {} to the code", answer.status)));
        }
        let tokens: Tokens = serde_json::from_slice(&answer.body)
            .map_err(|_| unusable("its answer holds no identity token"))?;
        Ok(Zeroizing::new(tokens.id_token))
    }

    /// The content of a token; the keys are asked for once more where its key is new.
    async fn verify(
        &self,
        metadata: &Metadata,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, ProviderError> {
        let allowed = &self.settings.algorithms;
        let keys = self.keys(metadata, now, KEPT_SECONDS).await?;
        match jose::verify(token, &keys, allowed) {
            Err(jose::Refused::UnknownKey) => {
                let keys = self.keys(metadata, now, kept::PAUSE_SECONDS).await?;
                jose::verify(token, &keys, allowed)
            }
            verified => verified,
        }
        .map_err(|why| Untrusted::Signature(why).into())
    }

    async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, ProviderError> {
        let ask = async {
            let answer = self.get(&self.settings.issuer.discovery()).await?;
            Metadata::read(&answer, &self.settings.issuer).map_err(unusable)
        };
        self.metadata.get(now, KEPT_SECONDS, ask).await
    }

    /// Keys that are not older than so many seconds.
    async fn keys(
        &self,
        metadata: &Metadata,
        now: Timestamp,
        seconds: i64,
    ) -> Result<Arc<KeySet>, ProviderError> {
        let ask = async {
            let answer = self.get(&metadata.keys).await?;
            KeySet::read(&answer).map_err(|error| unusable(error.to_string()))
        };
        self.keys.get(now, seconds, ask).await
    }

    async fn get(&self, address: &Url) -> Result<Vec<u8>, ProviderError> {
        let answer = self.network.get(address).await.map_err(unusable)?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(unusable(format!("it answered {status}"))),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn unusable(why: impl ToString) -> ProviderError {
    ProviderError::Unusable(why.to_string())
}

/// As `application/x-www-form-urlencoded`.
fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}
